//! How far samples are meant to be apart, and which step each of them is: steps are counted, so that a clock that drifts or trembles loses no bin.

use crate::import::sorted::{Count, Tally};

/// Steps that tools offer, in seconds.
const USUAL: [i64; 26] = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 300, 360, 600, 720, 900, 1200, 1800, 3600, 7200, 10_800,
    14_400, 21_600, 28_800, 43_200, 86_400,
];
/// Steps that make a median worth more than a few.
const MANY: u64 = 8;
/// Distances that are alike for so long are no gaps.
const LONG: u64 = 12;
const SECOND: i64 = 1_000_000;
const YEAR: i64 = 366 * 86_400 * SECOND;

/// How far times in order are apart, where they are.
#[derive(Debug)]
pub struct Distances {
    all: Tally,
    count: u64,
    least: Option<i64>,
    median: Option<i64>,
    /// The least of those that are there most often.
    frequent: Option<i64>,
}

impl Distances {
    /// These.
    pub fn of(all: Tally) -> Distances {
        let count = all.len();
        let mut distances = Distances { all, count, least: None, median: None, frequent: None };
        let (mut passed, mut most) = (0, 0);
        for Count { number, times } in distances.all.iter() {
            let step = i64::try_from(number).unwrap_or(i64::MAX);
            passed += times;
            distances.least.get_or_insert(step);
            if passed > count / 2 {
                distances.median.get_or_insert(step);
            }
            if times > most {
                (distances.frequent, most) = (Some(step), times);
            }
        }
        distances
    }

    /// The distance that samples are meant to have, in microseconds: whole seconds.
    /// `None`: there are none, or they are too unlike. With `holes` a few rows may lack others between them.
    pub fn usual(&self, holes: bool) -> Option<i64> {
        let within = if self.count < MANY { 100 } else { 20 };
        let usual = nearest(self.median?, within).filter(|usual| self.fits(*usual));
        // few rows: the most frequent step, or with holes the smallest, if the others are multiples of it
        let few = |step: i64| nearest(step, 100).filter(|usual| self.all_fit(*usual));
        let many = self.count >= MANY;
        usual.or_else(|| few(self.frequent?)).or_else(|| few(self.least?).filter(|_| holes || many))
    }

    /// The median distance, as tools offer it, whatever the others are.
    pub fn typical(&self) -> Option<i64> {
        nearest(self.median?, 20)
    }

    /// The most frequent one.
    pub fn frequent(&self) -> Option<i64> {
        self.frequent
    }

    /// How many there are of which this holds.
    fn how_many(&self, of: impl Fn(i64) -> bool) -> u64 {
        let is = |count: &Count| of(i64::try_from(count.number).unwrap_or(i64::MAX));
        self.all.iter().filter(is).map(|count| count.times).sum()
    }

    /// Whether nine of ten are a multiple, to a quarter of a step; of a few all.
    fn fits(&self, usual: i64) -> bool {
        let off = self.how_many(|step| !multiple(step, usual));
        if self.count < MANY { off == 0 } else { off * 10 <= self.count }
    }

    fn all_fit(&self, usual: i64) -> bool {
        self.how_many(|step| !multiple(step, usual)) == 0
            && self.how_many(|step| step <= usual + usual / 4) * 4 >= self.count
    }
}

fn multiple(step: i64, usual: i64) -> bool {
    let off = i128::from(step) - i128::from(rounded(step, usual)) * i128::from(usual);
    step * 2 >= usual && off.abs() * 4 <= i128::from(usual)
}

/// The step that tools offer next to this one, within one part of so many; else itself, to the second.
fn nearest(step: i64, part: i64) -> Option<i64> {
    // longer ones are told as too long
    if step > YEAR {
        return Some(step);
    }
    let near = USUAL.iter().map(|seconds| seconds * SECOND).min_by_key(|usual| (usual - step).abs())?;
    if (near - step).abs() * part <= near {
        return Some(near);
    }
    let whole = rounded(step, SECOND) * SECOND;
    (whole > 0 && (whole - step).abs() * 1000 <= whole).then_some(whole)
}

/// ⌊a ÷ b⌉, half up.
pub fn rounded(a: i64, b: i64) -> i64 {
    i64::try_from((2 * i128::from(a) + i128::from(b)).div_euclid(2 * i128::from(b))).unwrap_or(i64::MAX)
}

/// Counts the steps of times in order: one that is about one step later is in the next, whatever the clock says.
#[derive(Clone, Debug)]
pub struct Steps {
    phase: i64,
    step: i64,
    /// Step and time of the last sample.
    last: Option<(i64, i64)>,
    /// Largest distance of a sample from its step, in microseconds.
    pub off_us: u64,
    /// Samples that drifted into the next step or the last.
    pub drifted: u64,
    /// How many samples in a row are so many steps apart, and since when.
    stretch: (i64, u64, i64),
    /// Since when samples first are several steps apart for long, and how many.
    pub wider: Option<(i64, i64)>,
}

/// Where a sample stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of its step: it is at `phase` + number × `step`, more or less.
    pub number: i64,
    /// Whether it is two steps after the last only because the clock drifted: it stands for both.
    pub slip: bool,
    /// Whether it is in the step of the one before.
    pub second: bool,
}

impl Steps {
    /// None yet.
    pub fn new(phase: i64, step: i64) -> Steps {
        Steps { phase, step, last: None, off_us: 0, drifted: 0, stretch: (1, 0, 0), wider: None }
    }

    /// The place of the next sample.
    pub fn next(&mut self, time: i64) -> Place {
        let off = |number: i64| i128::from(time - self.phase) - i128::from(number) * i128::from(self.step);
        let (number, slip, second) = match self.last {
            None => (rounded(time - self.phase, self.step), false, false),
            Some((number, last)) if time <= last => (number, false, true),
            Some((before, last)) => {
                let ahead = rounded(time - last, self.step).max(1);
                let number = before + ahead;
                let late = off(number) * 5 > i128::from(self.step) * 3;
                let early = off(number) * -5 > i128::from(self.step) * 3;
                let number = number + i64::from(late) - i64::from(early);
                (number, late && ahead == 1, number == before)
            }
        };
        self.off_us = self.off_us.max(u64::try_from(off(number).unsigned_abs()).unwrap_or(u64::MAX));
        self.drifted += u64::from(slip) + u64::from(second);
        if let Some((before, last)) = self.last {
            let (ahead, count, since) = self.stretch;
            let is_on = number - before == ahead;
            self.stretch = if is_on { (ahead, count + 1, since) } else { (number - before, 1, last) };
            if ahead > 1 && is_on && count + 1 == LONG {
                self.wider.get_or_insert((since, ahead));
            }
        }
        self.last = Some((number, time));
        Place { number, slip, second }
    }
}
