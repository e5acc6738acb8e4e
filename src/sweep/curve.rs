//! A quantity as a function of the instant at which an outage strikes: exact pieces, each a line.

use crate::units::Time;

use super::spans::Spans;

/// How a piece goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slope {
    /// As much less as the outage is later: something waits for a fixed instant.
    Falls,
    /// The same.
    Level,
    /// As much more as the outage is later: the copy ages.
    Rises,
}

/// What holds in a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing to tell: not hit, or nothing was failed over.
    Nothing,
    /// So many µs at its first instant.
    Line(u64, Slope),
    /// Not within the run.
    Unfinished,
    /// Never: nothing that goes on leads there, or no point was left.
    Never,
}

impl Value {
    /// So much later in the same piece.
    fn after(self, micros: u64) -> Value {
        match self {
            Value::Line(at, Slope::Falls) => Value::Line(at.saturating_sub(micros), Slope::Falls),
            Value::Line(at, Slope::Rises) => Value::Line(at.saturating_add(micros), Slope::Rises),
            Value::Line(_, Slope::Level) | Value::Nothing | Value::Unfinished | Value::Never => self,
        }
    }

    /// µs, where it is a number.
    pub fn micros(self) -> Option<u64> {
        match self {
            Value::Line(micros, _) => Some(micros),
            Value::Nothing | Value::Unfinished | Value::Never => None,
        }
    }
}

/// Pieces from `from` to just before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its first instant.
    pub from: Time,
    /// The first after it.
    pub to: Time,
    /// What holds at its first instant.
    pub value: Value,
}

impl Piece {
    pub(super) fn instants(&self) -> u64 {
        self.to.since(self.from).0
    }

    /// The largest number in it, and the first instant that has it.
    fn most(&self) -> Option<(u64, Time)> {
        let last = self.instants() - 1;
        match self.value {
            Value::Line(at, Slope::Falls | Slope::Level) => Some((at, self.from)),
            Value::Line(at, Slope::Rises) => Some((at + last, Time(self.from.0 + last))),
            Value::Nothing | Value::Unfinished | Value::Never => None,
        }
    }

    /// The least number in it, and the first instant that has it.
    pub(super) fn least(&self) -> Option<(u64, Time)> {
        let last = self.instants() - 1;
        match self.value {
            Value::Line(at, Slope::Rises | Slope::Level) => Some((at, self.from)),
            Value::Line(at, Slope::Falls) => Some((at.saturating_sub(last), Time(self.from.0 + last))),
            Value::Nothing | Value::Unfinished | Value::Never => None,
        }
    }

    /// How many of its instants have a number, and one that is at most `limit`.
    fn at_most(&self, limit: u64) -> u64 {
        let all = self.instants();
        match self.value {
            Value::Line(at, Slope::Level) => {
                if at <= limit {
                    all
                } else {
                    0
                }
            }
            Value::Line(at, Slope::Rises) => {
                limit.checked_sub(at).map_or(0, |room| all.min(room.saturating_add(1)))
            }
            Value::Line(at, Slope::Falls) => all.saturating_sub(at.saturating_sub(limit)),
            Value::Nothing | Value::Unfinished | Value::Never => 0,
        }
    }

    /// From when until when in it a number is larger than `limit`.
    fn above(&self, limit: u64) -> Option<(Time, Time)> {
        let (from, to) = match self.value {
            Value::Line(at, Slope::Level) => (self.from, if at > limit { self.to } else { self.from }),
            Value::Line(at, Slope::Rises) => {
                (Time(self.from.0.saturating_add((limit + 1).saturating_sub(at))), self.to)
            }
            Value::Line(at, Slope::Falls) => {
                (self.from, Time(self.to.0.min(self.from.0.saturating_add(at.saturating_sub(limit)))))
            }
            Value::Nothing | Value::Unfinished | Value::Never => (self.from, self.from),
        };
        (from < to).then_some((from, to))
    }
}

/// Pieces that lie end to end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Curve {
    pieces: Vec<Piece>,
}

impl Curve {
    /// Goes on with what holds until just before `to`; a piece that goes on as the one before is one with it.
    pub(super) fn push(&mut self, piece: Piece) {
        if piece.from >= piece.to {
            return;
        }
        match self.pieces.last_mut() {
            Some(last) if last.to == piece.from && last.value.after(last.instants()) == piece.value => {
                last.to = piece.to;
            }
            _ => self.pieces.push(piece),
        }
    }

    /// A single piece.
    pub(super) fn of(piece: Piece) -> Curve {
        Curve { pieces: vec![piece] }
    }

    /// Goes on with another.
    pub(super) fn append(&mut self, other: Curve) {
        other.pieces.into_iter().for_each(|piece| self.push(piece));
    }

    /// Its pieces in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// At an instant; `None`: it says nothing of it.
    pub fn at(&self, at: Time) -> Option<Value> {
        let after = self.pieces.partition_point(|piece| piece.from <= at);
        let piece = self.pieces[..after].last().filter(|piece| at < piece.to)?;
        Some(piece.value.after(at.since(piece.from).0))
    }

    /// The largest number, and the first instant that has it.
    pub fn most(&self) -> Option<(u64, Time)> {
        self.most_within(Time::START, Time(u64::MAX))
    }

    /// The same of the instants from `from` to just before `to`.
    pub fn most_within(&self, from: Time, to: Time) -> Option<(u64, Time)> {
        self.within(from, to)
            .filter_map(|piece| piece.most())
            .reduce(|best, next| if next.0 > best.0 { next } else { best })
    }

    /// The least number, and the first instant that has it.
    pub fn least(&self) -> Option<(u64, Time)> {
        self.pieces
            .iter()
            .filter_map(Piece::least)
            .reduce(|best, next| if next.0 < best.0 { next } else { best })
    }

    /// Its pieces, cut to what lies from `from` to just before `to`.
    pub fn within(&self, from: Time, to: Time) -> impl Iterator<Item = Piece> + '_ {
        let begin = self.pieces.partition_point(|piece| piece.to <= from);
        let cut = move |piece: &Piece| {
            let begins = piece.from.max(from);
            Piece { from: begins, to: piece.to.min(to), value: piece.value.after(begins.since(piece.from).0) }
        };
        self.pieces[begin..].iter().take_while(move |piece| piece.from < to).map(cut)
    }

    /// The first instant at which this holds, of what is no number.
    pub fn first(&self, value: Value) -> Option<Time> {
        self.pieces.iter().find(|piece| piece.value == value).map(|piece| piece.from)
    }

    /// How long a value that is no number holds, µs.
    pub fn lasts(&self, value: Value) -> u64 {
        self.pieces.iter().filter(|piece| piece.value == value).map(Piece::instants).sum()
    }

    /// How many instants have a number, µs.
    pub fn counted(&self) -> u64 {
        self.pieces.iter().filter(|piece| piece.value.micros().is_some()).map(Piece::instants).sum()
    }

    /// The least number that at least this share of the instants that have one do not exceed: parts per million.
    pub fn quantile(&self, ppm: u32) -> Option<u64> {
        let (all, least, most) = (self.counted(), self.least()?.0, self.most()?.0);
        let wanted = (u128::from(all) * u128::from(ppm)).div_ceil(1_000_000);
        let reached = |limit: u64| {
            self.pieces.iter().map(|piece| u128::from(piece.at_most(limit))).sum::<u128>() >= wanted.max(1)
        };
        let (mut low, mut high) = (least, most);
        while low < high {
            let middle = low + (high - low) / 2;
            if reached(middle) { high = middle } else { low = middle + 1 }
        }
        Some(low)
    }

    /// When it is more than `limit`, or never.
    pub fn misses(&self, limit: u64) -> Spans {
        let missed = |piece: &Piece| match piece.value {
            Value::Never => Some((piece.from, piece.to)),
            Value::Nothing | Value::Line(..) | Value::Unfinished => piece.above(limit),
        };
        Spans::of(self.pieces.iter().filter_map(missed))
    }

    /// When it is not within the run.
    pub fn unfinished(&self) -> Spans {
        let open = self.pieces.iter().filter(|piece| piece.value == Value::Unfinished);
        Spans::of(open.map(|piece| (piece.from, piece.to)))
    }

    /// At each instant the worse of the two, which speak of the same instants.
    #[must_use]
    pub fn worse(&self, other: &Curve) -> Curve {
        let mut edges: Vec<Time> =
            self.pieces.iter().chain(&other.pieces).flat_map(|piece| [piece.from, piece.to]).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut both = Curve::default();
        let (mut mine, mut theirs) = (self.pieces.iter().peekable(), other.pieces.iter().peekable());
        for pair in edges.windows(2) {
            let here = |of: &mut std::iter::Peekable<std::slice::Iter<'_, Piece>>| {
                while of.next_if(|piece| piece.to <= pair[0]).is_some() {}
                let piece = of.peek().filter(|piece| piece.from <= pair[0]);
                piece.map_or(Value::Nothing, |piece| piece.value.after(pair[0].since(piece.from).0))
            };
            let (a, b) = (here(&mut mine), here(&mut theirs));
            both.push_worse((pair[0], pair[1]), a, b);
        }
        both
    }

    /// The worse of two values of one stretch, the other from where they cross.
    fn push_worse(&mut self, (from, to): (Time, Time), a: Value, b: Value) {
        let last = to.since(from).0 - 1;
        let (first, then) = if rank(a) >= rank(b) { (a, b) } else { (b, a) };
        let overtaken = |after: u64| rank(then.after(after)) > rank(first.after(after));
        if !overtaken(last) {
            return self.push(Piece { from, to, value: first });
        }
        // Lines cross once: the first instant at which the other is larger.
        let (mut low, mut high) = (0, last);
        while low < high {
            let middle = low + (high - low) / 2;
            if overtaken(middle) { high = middle } else { low = middle + 1 }
        }
        let turn = Time(from.0 + low);
        self.push(Piece { from, to: turn, value: first });
        self.push(Piece { from: turn, to, value: then.after(low) });
    }
}

/// How bad a value is.
fn rank(value: Value) -> (u8, u64) {
    match value {
        Value::Nothing => (0, 0),
        Value::Line(micros, _) => (1, micros),
        Value::Unfinished => (2, 0),
        Value::Never => (3, 0),
    }
}
