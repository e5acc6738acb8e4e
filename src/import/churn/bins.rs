//! Samples of one column, spread over bins by the time that each stands for; running totals by their differences.

use std::collections::BTreeMap;

use super::cells::Cells;
use super::time::axis::Axis;
use super::time::steps::Place;
use super::values::{Unit, Values};
use crate::import::number::{NotNumber, SCALE, mean_times};
use crate::import::room::Room;

/// Largest write rate that is believed, in bytes per second: 10 TB/s. Keeps every sum here within `u128`, every bin within `u64`.
pub const RATE_MAX: u128 = 10_000_000_000_000 * SCALE;

/// Most steps without a sample that a running total fills with its mean: a year of five minutes; a longer gap is one.
pub const FILLED_MAX: i64 = 105_120;

/// Samples that are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bad {
    /// Below zero.
    pub negative: u64,
    /// Larger than anything can write.
    pub too_large: u64,
    /// `NaN` and other words for no value.
    pub no_value: u64,
    /// Line of the first of the first two.
    pub line: Option<u64>,
}

impl Bad {
    /// Counts a cell that is no sample; false if something else is wrong with it. An empty one has no value, too.
    pub fn count(&mut self, not: NotNumber, line: u64) -> bool {
        match not {
            NotNumber::Negative => self.negative += 1,
            NotNumber::TooLarge => self.too_large += 1,
            NotNumber::Empty | NotNumber::Nothing => self.no_value += 1,
            NotNumber::Comma | NotNumber::Padded | NotNumber::Other => return false,
        }
        if matches!(not, NotNumber::Negative | NotNumber::TooLarge) {
            self.line.get_or_insert(line);
        }
        true
    }

    /// Counts those of another part.
    pub fn add(&mut self, other: Bad) {
        self.negative += other.negative;
        self.too_large += other.too_large;
        self.no_value += other.no_value;
        self.line = self.line.or(other.line);
    }
}

/// What running totals did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Falls, after which counting began anew.
    pub resets: u64,
    /// Samples below both neighbours, left out.
    pub dips: u64,
    /// Times when a counter of 32 bits passed its end.
    pub laps: u64,
    /// Bins without a sample that have the mean of what was written meanwhile.
    pub filled: u64,
}

impl Totals {
    /// Why numbers that fall so often of so many are no running total, and what to do.
    pub fn doubts(self, good: u64) -> Option<(String, &'static str)> {
        let falls = self.resets + self.dips;
        (good >= 12 && falls * 4 > good).then(|| {
            let reason = format!(
                "the running total falls {falls} times in {good} samples: it is none, or a counter of 32 bits that passes its end between any two"
            );
            (reason, "say --values rate or --values bytes if it is none, or export a counter of 64 bits")
        })
    }
}

/// Bins of a column under way.
#[derive(Debug)]
pub struct Bins {
    /// What its numbers are.
    pub values: Values,
    /// Bins to which nothing comes any more.
    done: Cells,
    /// Sum of value × 10¹⁸ × seconds, and seconds, of the others.
    sums: BTreeMap<i64, (u128, u64)>,
    /// What a counter of 32 bits counts to, the most that was seen of it, and the most that it rose in a step.
    lap: u128,
    most: u128,
    most_rise: u128,
    last: Option<(i64, u128)>,
    fallen: Option<(i64, u128)>,
    seconds: (u64, u64),
    totals: Totals,
    good: u64,
    /// Samples that are none.
    pub bad: Bad,
}

/// Bins to which nothing comes any more.
#[derive(Debug)]
pub struct Finished {
    /// They.
    pub cells: Cells,
    /// Seconds that samples cover of the first, and of the last.
    pub seconds: (u64, u64),
    /// What running totals did.
    pub totals: Totals,
    /// Samples taken.
    pub good: u64,
    /// Samples that are none.
    pub bad: Bad,
}

/// Most bytes of a step, × 10¹⁸.
fn most(axis: &Axis) -> u128 {
    let seconds = u128::from(axis.step.max(1));
    (RATE_MAX * seconds).min(u128::MAX / 2 / seconds)
}

impl Bins {
    /// None yet.
    pub fn new((values, unit): (Values, Unit), room: &Room) -> Bins {
        Bins {
            values,
            done: Cells::new(room),
            sums: BTreeMap::new(),
            lap: unit.in_bytes(SCALE << 32).unwrap_or(0),
            most: 0,
            most_rise: 0,
            last: None,
            fallen: None,
            seconds: (0, 0),
            good: 0,
            totals: Totals::default(),
            bad: Bad::default(),
        }
    }

    /// How many bins there are.
    pub fn len(&self) -> usize {
        self.done.len() + self.sums.len()
    }

    /// Whether a value is one that something can write, in its time.
    ///
    /// # Errors
    /// It is larger than that.
    pub fn believe(&self, axis: &Axis, value: u128) -> Result<(), NotNumber> {
        let most = match self.values {
            Values::Rate => RATE_MAX,
            Values::Bytes => most(axis),
            Values::Total => u128::MAX,
        };
        if value > most { Err(NotNumber::TooLarge) } else { Ok(()) }
    }

    /// Adds the next sample in time: bytes, or bytes per second, × 10¹⁸. One that is larger than anything can write is counted.
    pub fn add(&mut self, axis: &Axis, place: Place, value: u128) {
        if self.believe(axis, value).is_err() {
            self.bad.too_large += 1;
            return;
        }
        self.good += 1;
        let number = place.number;
        match self.values {
            Values::Total => self.total(axis, number, value),
            // a step that drift has left out is covered by this sample
            Values::Rate if place.slip => self.spread(axis, number - 1, number, value, true),
            Values::Bytes if place.slip => self.spread(axis, number - 1, number, value / 2, true),
            Values::Rate => self.spread(axis, number, number, value, true),
            Values::Bytes => self.spread(axis, number, number, value, !place.second),
        }
    }

    fn total(&mut self, axis: &Axis, number: i64, value: u128) {
        self.most = self.most.max(value);
        let Some(last) = self.last else {
            self.last = Some((number, value));
            return;
        };
        match self.fallen.take() {
            Some(_) if value >= last.1 => {
                self.totals.dips += 1;
                self.between(axis, last, (number, value));
            }
            Some(fallen) => {
                self.reset(axis, last, fallen);
                self.last = Some(fallen);
                self.total(axis, number, value);
            }
            None if value < last.1 => self.fallen = Some((number, value)),
            None => self.between(axis, last, (number, value)),
        }
    }

    /// The total goes on behind the end of 32 bits, if it never was beyond and rises by not more than twice what it has in a step. Else it begins anew:
    /// what it then shows was written since, if not more than a step has passed.
    fn reset(&mut self, axis: &Axis, last: (i64, u128), fallen: (i64, u128)) {
        if self.most < self.lap {
            let on = self.lap + fallen.1;
            let rise = on - last.1;
            if rise <= self.most_rise * 2 && rise * 2 < self.lap {
                self.totals.laps += 1;
                return self.between(axis, last, (fallen.0, on));
            }
        }
        self.totals.resets += 1;
        if fallen.0 - last.0 == 1 && fallen.1 <= most(axis) {
            self.spread(axis, fallen.0, fallen.0, fallen.1, true);
        }
    }

    fn between(&mut self, axis: &Axis, last: (i64, u128), now: (i64, u128)) {
        self.last = Some(now);
        let steps = (now.0 - last.0).max(1);
        let each = (now.1 - last.1) / u128::from(steps.unsigned_abs());
        if each > most(axis) {
            self.bad.too_large += 1;
            return;
        }
        if steps > FILLED_MAX {
            return;
        }
        self.most_rise = self.most_rise.max(each);
        self.totals.filled += steps.unsigned_abs() - 1;
        let more = now.0 == last.0;
        self.spread(axis, if more { now.0 } else { last.0 + 1 }, now.0, each, !more);
    }

    /// Adds a value to each of these steps; `covers` unless the time is counted already.
    fn spread(&mut self, axis: &Axis, first: i64, last: i64, value: u128, covers: bool) {
        let bin = axis.bin();
        let (mut at, end) = (axis.from(first), axis.from(last).saturating_add(axis.step.cast_signed()));
        while at < end {
            let index = at.div_euclid(bin);
            // what comes next is of the last of these steps, or later
            self.pass(axis, index.min(axis.from(last).div_euclid(bin)));
            let until = end.min((index + 1).saturating_mul(bin));
            let seconds = (until - at).unsigned_abs();
            let sum = self.sums.entry(index).or_default();
            sum.0 = sum.0.saturating_add(value.saturating_mul(u128::from(seconds)));
            sum.1 += if covers { seconds } else { 0 };
            at = until;
        }
    }

    /// Nothing comes any more to bins before this one.
    fn pass(&mut self, axis: &Axis, bin: i64) {
        while let Some(first) = self.sums.first_entry().filter(|first| *first.key() < bin) {
            let (index, sum) = first.remove_entry();
            if self.done.len() == 0 {
                self.seconds.0 = sum.1;
            }
            self.seconds.1 = sum.1;
            self.done.push((index, self.bytes(axis, sum)));
        }
    }

    fn bytes(&self, axis: &Axis, (sum, seconds): (u128, u64)) -> u64 {
        let per = match self.values {
            Values::Rate => SCALE,
            Values::Bytes | Values::Total => SCALE * u128::from(axis.step),
        };
        let bin = u128::from(axis.bin().unsigned_abs());
        u64::try_from(mean_times(sum, u128::from(seconds.max(1)) * per, bin)).unwrap_or(u64::MAX)
    }

    /// All bins.
    pub fn finish(mut self, axis: &Axis) -> Finished {
        if let (Some(last), Some(fallen)) = (self.last, self.fallen.take()) {
            self.reset(axis, last, fallen);
        }
        self.pass(axis, i64::MAX);
        let Bins { done, seconds, totals, good, bad, .. } = self;
        Finished { cells: done, seconds, totals, good, bad }
    }
}
