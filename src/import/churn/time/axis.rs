//! The times of a table's rows, or of a series: instants, the step that each stands in, and the bins of the series to be.

use std::rc::Rc;

use super::clocks::{self, Clock, Seen, Untold};
use super::grid::Grid;
use super::steps;
use crate::import::even::Even;
use crate::import::{BIN_MAX, ChurnOptions};
use crate::units::Span;

/// In place of an instant where there is none.
const NONE: i64 = i64::MIN;

/// How a source's times are to be taken.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Whether a sample stands for the time before its own.
    pub before: bool,
    /// Shortest bin unless one is asked for.
    pub shortest: Option<Span>,
    /// Whether a table on an exact grid keeps it, wherever it begins; else bins are counted from 1970.
    pub exact: bool,
}

/// Rows in time.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Bins of the series to be.
    pub grid: Grid,
    /// Distance of samples, in seconds.
    pub step: u64,
    /// Whether a sample stands for the time before its own.
    pub before: bool,
    /// Largest distance of a sample from its step, in microseconds.
    pub off_us: u64,
    /// What the clock did.
    pub seen: Seen,
    /// Whether the rows are in order of time, from the earliest or to it.
    pub ordered: bool,
    /// Rows without a time.
    pub lost: u64,
    /// Rows that drifted into the next step or the last.
    pub drifted: u64,
    /// Numbers of the first and the last step.
    numbers: Option<(i64, i64)>,
    /// Of each row.
    places: Rc<Places>,
}

/// Where a row stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Microseconds since 1970 UTC.
    pub instant: i64,
    /// Number of its step.
    pub number: i64,
    /// Whether it stands for the step before, too, which drift has left out.
    pub slip: bool,
    /// Whether it stands in the step of the row before, in time.
    pub second: bool,
    /// Whether another row has its instant.
    pub repeated: bool,
}

/// The same of many rows, or none for each; kept in little, for the next row is mostly in the next step.
#[derive(Debug)]
struct Places {
    instants: Even,
    numbers: Even,
    slips: Even,
    second: Even,
    repeated: Even,
}

/// Why rows have no place in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placeless {
    /// A row's instant cannot be told.
    Untold(Untold),
    /// There is no step: a row that stands between, if there are several steps.
    NoStep(Option<usize>, Option<Span>),
    /// A bin longer than a day.
    TooLong(Span),
    /// Bins are asked for that the samples, so far apart, do not fill.
    Bin(Span),
}

impl Axis {
    /// Places rows.
    ///
    /// # Errors
    /// Times that cannot be told, or that have no common step where one is needed.
    pub fn of(
        times: Vec<Option<i64>>,
        clock: &Clock,
        options: &ChurnOptions,
        manner: Manner,
    ) -> Result<Axis, Placeless> {
        let asked = options.bin.map(|bin| bin.0.cast_signed());
        let typical = steps::typical(&sorted(&times));
        let (instants, seen) = clocks::instants(times, clock, typical).map_err(Placeless::Untold)?;
        let order = order(&instants);
        let sorted: Vec<i64> = order.iter().filter_map(|row| instants[*row]).collect();
        let usual = steps::usual(&sorted, manner.before);
        let least = manner.shortest.map_or(0, |bin| bin.0.cast_signed());
        let step = match usual.or(asked).or(manner.shortest.map(|bin| bin.0.cast_signed())) {
            Some(step) if usual.is_some() || manner.before || sorted.len() < 2 => step,
            Some(_) | None => return Err(no_step(&instants)),
        };
        if step > BIN_MAX.0.cast_signed() {
            return Err(Placeless::TooLong(Span(step.unsigned_abs())));
        }
        let bin = asked.unwrap_or(step.max(least));
        if bin < step || manner.exact && bin % step != 0 {
            return Err(Placeless::Bin(Span(step.unsigned_abs())));
        }
        let regular = |first: &i64| sorted.iter().all(|time| (time - first) % step == 0);
        let phase = match sorted.first().filter(|first| manner.exact && regular(first)) {
            Some(first) => first.rem_euclid(step),
            None => options.start_us.unwrap_or(0),
        };
        let counted = steps::count(&sorted, phase, step);
        let mut number = vec![NONE; instants.len()];
        for (row, step) in order.iter().zip(&counted.number) {
            number[*row] = *step;
        }
        let (room, rows) = (&options.room, |indices: &[usize], order: &[usize]| {
            let mut rows: Vec<usize> = indices.iter().map(|index| order[*index]).collect();
            rows.sort_unstable();
            Even::of(&options.room, rows.into_iter().filter_map(|row| i64::try_from(row).ok()))
        });
        let repeats = sorted.windows(2).enumerate().filter(|(_, pair)| pair[0] == pair[1]);
        let mut repeated: Vec<usize> = repeats.flat_map(|(at, _)| [at, at + 1]).collect();
        repeated.dedup();
        Ok(Axis {
            grid: Grid { phase_us: phase, bin: Span(bin.unsigned_abs()) },
            step: step.unsigned_abs() / 1_000_000,
            before: manner.before,
            off_us: counted.off_us,
            ordered: order.windows(2).all(|pair| pair[0] < pair[1]),
            lost: (instants.len() - order.len()) as u64,
            drifted: (counted.slips.len() + counted.second.len()) as u64,
            numbers: counted.number.first().copied().zip(counted.number.last().copied()),
            seen,
            places: Rc::new(Places {
                instants: Even::of(room, instants.iter().map(|instant| instant.unwrap_or(NONE))),
                numbers: Even::of(room, number),
                slips: rows(&counted.slips, &order),
                second: rows(&counted.second, &order),
                repeated: rows(&repeated, &order),
            }),
        })
    }

    /// Where the rows stand, one after the other.
    pub fn places(&self) -> impl Iterator<Item = Option<Place>> + Clone {
        let all = &self.places;
        let (mut slips, mut second, mut repeated) =
            (all.slips.iter().peekable(), all.second.iter().peekable(), all.repeated.iter().peekable());
        all.instants.iter().zip(all.numbers.iter()).zip(0..).map(move |((instant, number), row): (_, i64)| {
            let place = Place {
                instant,
                number,
                slip: slips.next_if_eq(&row).is_some(),
                second: second.next_if_eq(&row).is_some(),
                repeated: repeated.next_if_eq(&row).is_some(),
            };
            (instant != NONE).then_some(place)
        })
    }

    /// The same, of samples that stand for the time before their own.
    pub fn before(&self) -> Axis {
        Axis { before: true, ..self.clone() }
    }

    /// First second of a row's time, counted from the grid's phase.
    pub fn from(&self, number: i64) -> i64 {
        (number - i64::from(self.before)).saturating_mul(self.step.cast_signed())
    }

    /// Length of a bin in seconds.
    pub fn bin(&self) -> i64 {
        self.grid.bin.0.cast_signed() / 1_000_000
    }

    /// Bins of the first and the last row.
    pub fn reach(&self) -> Option<(i64, i64)> {
        let bin = |number: i64| self.from(number).div_euclid(self.bin());
        self.numbers.map(|(first, last)| (bin(first), bin(last)))
    }
}

/// Rows with an instant, by time, then as they stand.
fn order(instants: &[Option<i64>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..instants.len()).filter(|row| instants[*row].is_some()).collect();
    order.sort_by_key(|row| instants[*row]);
    order
}

fn sorted(times: &[Option<i64>]) -> Vec<i64> {
    let mut times: Vec<i64> = times.iter().flatten().copied().collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// The row that is off the most frequent step.
fn no_step(instants: &[Option<i64>]) -> Placeless {
    let times = sorted(instants);
    let mut counts: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
    for pair in times.windows(2) {
        *counts.entry(pair[1] - pair[0]).or_default() += 1;
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| **count).map(|(step, _)| *step);
    let first = times.first().copied().unwrap_or(0);
    let off = most.and_then(|step| times.iter().find(|time| (**time - first) % step != 0));
    let row = off.and_then(|time| instants.iter().position(|instant| instant == &Some(*time)));
    Placeless::NoStep(row, most.map(|step| Span(step.unsigned_abs())))
}
