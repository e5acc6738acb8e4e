//! Samples of one column, spread over bins by the time that each stands for; running totals by their differences.

use std::collections::BTreeMap;

use super::axis::Axis;
use super::values::Values;
use crate::import::number::{NotNumber, SCALE, mean_times};

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
    pub fn count(&mut self, not: NotNumber, cell: &[u8], line: u64) -> bool {
        match not {
            NotNumber::Negative => self.negative += 1,
            NotNumber::TooLarge => self.too_large += 1,
            NotNumber::Empty | NotNumber::Nothing => self.no_value += 1,
            NotNumber::Comma | NotNumber::Other if no_value(cell) => self.no_value += 1,
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
    /// Bins without a sample that have the mean of what was written meanwhile.
    pub filled: u64,
}

/// Bins of a column under way.
#[derive(Clone, Debug)]
pub struct Bins {
    values: Values,
    /// Sum of value × 10¹⁸ × seconds, and seconds, by bin.
    sums: BTreeMap<i64, (u128, u64)>,
    /// Running totals of rows that are not in order of time, with their instants.
    held: Vec<(i64, usize, u128)>,
    last: Option<(i64, u128)>,
    fallen: Option<(i64, u128)>,
    /// Seconds that samples cover of the first bin, and of the last; known when finished.
    pub seconds: (u64, u64),
    /// Samples taken.
    pub good: u64,
    /// What running totals did.
    pub totals: Totals,
    /// Samples that are none.
    pub bad: Bad,
}

/// Words that tools write where they have no value.
const NO_VALUE: [&str; 14] = [
    "nan",
    "+nan",
    "-nan",
    "null",
    "none",
    "undefined",
    "n/a",
    "na",
    "-",
    "--",
    "1.#qnan",
    "-1.#ind",
    "1.#ind",
    "inf",
];

/// Whether a cell says in a word that there is no value.
fn no_value(cell: &[u8]) -> bool {
    std::str::from_utf8(cell).is_ok_and(|cell| NO_VALUE.contains(&cell.to_lowercase().as_str()))
}

/// Most bytes of a step, × 10¹⁸.
fn most(axis: &Axis) -> u128 {
    let seconds = u128::from(axis.step.max(1));
    (RATE_MAX * seconds).min(u128::MAX / 2 / seconds)
}

impl Bins {
    /// None yet.
    pub fn new(values: Values) -> Bins {
        Bins {
            values,
            sums: BTreeMap::new(),
            held: Vec::new(),
            last: None,
            fallen: None,
            seconds: (0, 0),
            good: 0,
            totals: Totals::default(),
            bad: Bad::default(),
        }
    }

    /// How many bins are held.
    pub fn len(&self) -> usize {
        self.sums.len() + self.held.len()
    }

    /// Adds the sample of a row: bytes, or bytes per second, × 10¹⁸. In any order.
    ///
    /// # Errors
    /// It is larger than anything can write.
    pub fn add(&mut self, axis: &Axis, row: usize, value: u128) -> Result<(), NotNumber> {
        let Some(number) = axis.number.get(row).copied().flatten() else { return Ok(()) };
        let most = match self.values {
            Values::Rate => RATE_MAX,
            Values::Bytes => most(axis),
            Values::Total => u128::MAX,
        };
        if value > most {
            return Err(NotNumber::TooLarge);
        }
        self.good += 1;
        match self.values {
            Values::Total if axis.ordered => self.total(axis, number, value),
            Values::Total => self.held.push((axis.instants[row].unwrap_or(0), row, value)),
            // a step that drift has left out is covered by this sample
            Values::Rate if axis.slips.binary_search(&row).is_ok() => {
                self.spread(axis, number - 1, number, value, true)
            }
            Values::Bytes if axis.slips.binary_search(&row).is_ok() => {
                self.spread(axis, number - 1, number, value / 2, true)
            }
            Values::Rate => self.spread(axis, number, number, value, true),
            Values::Bytes => {
                self.spread(axis, number, number, value, axis.second.binary_search(&row).is_err())
            }
        }
        Ok(())
    }

    fn total(&mut self, axis: &Axis, number: i64, value: u128) {
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

    /// The total begins anew: what it then shows was written since, if not more than a step has passed.
    fn reset(&mut self, axis: &Axis, last: (i64, u128), fallen: (i64, u128)) {
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
            let until = end.min((index + 1).saturating_mul(bin));
            let seconds = (until - at).unsigned_abs();
            let sum = self.sums.entry(index).or_default();
            sum.0 = sum.0.saturating_add(value.saturating_mul(u128::from(seconds)));
            sum.1 += if covers { seconds } else { 0 };
            at = until;
        }
    }

    /// Number and bytes of each bin, in order.
    pub fn finish(&mut self, axis: &Axis) -> Vec<(i64, u64)> {
        let mut held = std::mem::take(&mut self.held);
        held.sort_unstable();
        for (_, row, value) in held {
            self.total(axis, axis.number[row].unwrap_or(0), value);
        }
        if let (Some(last), Some(fallen)) = (self.last, self.fallen.take()) {
            self.reset(axis, last, fallen);
        }
        let seconds = |sum: Option<(&i64, &(u128, u64))>| sum.map_or(0, |(_, sum)| sum.1);
        self.seconds = (seconds(self.sums.first_key_value()), seconds(self.sums.last_key_value()));
        let per = match self.values {
            Values::Rate => SCALE,
            Values::Bytes | Values::Total => SCALE * u128::from(axis.step),
        };
        let bin = u128::from(axis.bin().unsigned_abs());
        let bytes = |(sum, seconds): (u128, u64)| {
            u64::try_from(mean_times(sum, u128::from(seconds.max(1)) * per, bin)).unwrap_or(u64::MAX)
        };
        std::mem::take(&mut self.sums).into_iter().map(|(index, sum)| (index, bytes(sum))).collect()
    }
}
