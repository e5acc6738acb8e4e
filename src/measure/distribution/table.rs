//! The table that quantiles are got from: F by the changes of its slope.

use super::rise::{Rise, target};
use super::select;

/// Distinct ages kept exactly by all distributions of a run together. Past its part of them, when its teeth are folded or at the end, a
/// distribution rounds the ages in its table down to 1/[`FINENESS`] of themselves.
pub const EXACT_AGES: usize = 1 << 23;

/// Steps per octave once the table is rounded: an error below 0.1 %.
pub const FINENESS: u64 = 1 << 10;

/// What quantiles are got from; it grows with the run.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Changes of slope by age: merged and in order at the last fold, and after them the ends of long teeth.
    slopes: Vec<(u64, i64)>,
    /// Lows and highs since then.
    pub(super) teeth: Vec<[u32; 2]>,
    /// How many changes are not folded.
    loose: usize,
    rounded: bool,
    exact: usize,
}

impl Table {
    /// One of `among` tables in a run.
    pub(super) fn new(among: usize) -> Table {
        let exact = (EXACT_AGES / among.max(1)).clamp(1 << 11, 1 << 16);
        Table { slopes: Vec::new(), teeth: Vec::new(), loose: 0, rounded: false, exact }
    }

    /// How many teeth come before it is folded.
    pub(super) fn room(&self) -> usize {
        (self.exact - self.loose).div_ceil(2)
    }

    /// Takes teeth, at most as many as there is room for.
    pub(super) fn take(&mut self, teeth: &[[u32; 2]]) {
        self.teeth.extend_from_slice(teeth);
        self.count(teeth.len());
    }

    /// Takes a tooth that is too long for the others.
    pub(super) fn take_long(&mut self, low: u64, high: u64) {
        self.slopes.extend([(low, 1), (high, -1)]);
        self.count(1);
    }

    fn count(&mut self, teeth: usize) {
        self.loose += 2 * teeth;
        if self.loose >= self.exact {
            self.slopes = self.merged();
            self.slopes.shrink_to_fit();
            self.teeth.clear();
            self.loose = 0;
        }
    }

    /// Whether its ages are rounded.
    pub(super) fn is_rounded(&self) -> bool {
        self.rounded
    }

    pub(super) fn quantiles<const N: usize>(&mut self, shares: [u32; N]) -> [u64; N] {
        if self.slopes.is_empty() && self.loose <= self.exact {
            return select::quantiles(&self.teeth, shares);
        }
        let slopes = self.merged();
        let whole = time_in(&slopes);
        let (mut from, mut rest) = (Rise::default(), slopes.as_slice());
        shares.map(|share| from.reach(target(whole, share), &mut rest))
    }

    /// All changes of slope in order, those of one age as one; rounded if they are too many.
    fn merged(&mut self) -> Vec<(u64, i64)> {
        let mut all = self.slopes.clone();
        for (end, change) in [(0, 1), (1, -1)] {
            let mut ages: Vec<u32> = self.teeth.iter().map(|tooth| tooth[end]).collect();
            ages.sort_unstable();
            all.extend(ages.into_iter().map(|age| (u64::from(age), change)));
        }
        merge(&mut all);
        if all.len() > self.exact || self.rounded {
            self.rounded = true;
            all.iter_mut().for_each(|(age, _)| *age = round(*age));
            merge(&mut all);
        }
        all
    }
}

/// Sorts changes of slope, which consist of parts that are sorted, and makes those of one age one.
fn merge(slopes: &mut Vec<(u64, i64)>) {
    // Stable, as this sort merges sorted parts.
    slopes.sort_by_key(|(age, _)| *age);
    slopes.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += later.1;
        }
        same
    });
    slopes.retain(|(_, change)| *change != 0);
}

/// Time in a table: the total, unless rounding has moved its ends.
fn time_in(slopes: &[(u64, i64)]) -> u128 {
    let (mut plus, mut minus) = (0u128, 0u128);
    for (age, change) in slopes {
        let amount = u128::from(*age) * u128::from(change.unsigned_abs());
        if *change > 0 { plus += amount } else { minus += amount }
    }
    minus.saturating_sub(plus)
}

/// The first bits of an age.
fn round(age: u64) -> u64 {
    if age < FINENESS {
        return age;
    }
    let drop = age.ilog2() - FINENESS.ilog2();
    age >> drop << drop
}
