//! The exact, time-weighted distribution of an age that rises with time and falls at recovery points.
//!
//! Between two points the age passes every value from `low` to `high` at one second per second, so a tooth adds time
//! uniformly on [low, high]: F(x) = Σ (min(x, high) − low)⁺ is the time spent at ages up to x. It is kept as the changes of
//! its slope: +1 at each low, −1 at each high, merged where equal. Nothing is sampled.

mod select;

use crate::closed::{as_words, closed};

/// Distinct ages kept exactly by all distributions of a run together. Past its part of them, when its teeth are folded or at the end, a
/// distribution rounds the ages in its table down to 1/[`FINENESS`] of themselves.
pub const EXACT_AGES: usize = 1 << 23;

/// Steps per octave once the table is rounded: an error below 0.1 %.
pub const FINENESS: u64 = 1 << 10;

/// How long an age stood where. All times are µs.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// `None`: nobody will ask for a quantile.
    table: Option<Table>,
    objective: u64,
    total: u128,
    /// Σ high² − low² = 2 ∫ age dt.
    double_integral: u128,
    above: u128,
    max: u64,
    max_at: u64,
}

/// What quantiles are got from; it grows with the run.
#[derive(Clone, Debug)]
struct Table {
    /// Changes of slope by age: merged and in order at the last fold, and after them the ends of long teeth.
    slopes: Vec<(u64, i64)>,
    /// Lows and highs since then.
    teeth: Vec<[u32; 2]>,
    /// How many changes are not folded.
    loose: usize,
    rounded: bool,
    exact: usize,
}

closed! {
/// How a figure of a distribution was got.
pub enum Method {
    /// To the microsecond.
    Exact = "exact",
    /// From a table rounded by less than 0.1 %; mean, maximum and time above the objective are exact even so.
    Rounded = "histogram 0.1 %",
}
}

as_words!(Method);

impl Distribution {
    /// No time yet; time above `objective` will be counted. One of `among` distributions in a run.
    pub fn new(objective: Option<u64>, among: usize) -> Self {
        let exact = (EXACT_AGES / among.max(1)).clamp(1 << 11, 1 << 16);
        let table = Table { slopes: Vec::new(), teeth: Vec::new(), loose: 0, rounded: false, exact };
        Distribution { table: Some(table), ..Distribution::bare(objective) }
    }

    /// No time yet, and no table: it knows the mean, the worst and the time above `objective`, but no quantile.
    pub fn bare(objective: Option<u64>) -> Self {
        Distribution {
            table: None,
            objective: objective.unwrap_or(u64::MAX),
            total: 0,
            double_integral: 0,
            above: 0,
            max: 0,
            max_at: 0,
        }
    }

    /// The age rose from `low` to `high`, which it reached at instant `at`. Returns whether that is the worst so far.
    pub fn tooth(&mut self, low: u64, high: u64, at: u64) -> bool {
        let square = |age: u64| u128::from(age) * u128::from(age);
        let over = |age: u64| u128::from(age.saturating_sub(self.objective));
        self.above += over(high) - over(low);
        self.total += u128::from(high - low);
        self.double_integral += square(high) - square(low);
        if let (true, Some(table)) = (high > low, &mut self.table) {
            table.tooth(low, high);
        }
        let worst = high > self.max;
        if worst {
            (self.max, self.max_at) = (high, at);
        }
        worst
    }

    /// Feeds the integer accumulators into a hash.
    pub fn digest(&self, hash: &mut blake3::Hasher) {
        for number in [self.total, self.double_integral, self.above, self.max.into(), self.max_at.into()] {
            hash.update(&number.to_le_bytes());
        }
    }

    /// Time covered.
    pub fn total(&self) -> u128 {
        self.total
    }

    /// Worst age, and the instant it was first reached.
    pub fn max(&self) -> (u64, u64) {
        (self.max, self.max_at)
    }

    /// The worst age since this was last asked; from now on it counts afresh.
    pub fn take_max(&mut self) -> u64 {
        std::mem::take(&mut self.max)
    }

    /// Time-weighted mean, rounded down.
    pub fn mean(&self) -> u64 {
        let mean = self.double_integral.checked_div(2 * self.total).unwrap_or(0);
        u64::try_from(mean).expect("a mean is at most the maximum")
    }

    /// Time above the objective.
    pub fn above(&self) -> u64 {
        u64::try_from(self.above).expect("a part of the run")
    }

    /// How [`Distribution::quantiles`] are got.
    pub fn method(&self) -> Method {
        let is_rounded = self.table.as_ref().is_some_and(|table| table.rounded);
        if is_rounded { Method::Rounded } else { Method::Exact }
    }

    /// For each share in parts per thousand, ascending: the least age that is not exceeded for at least that share of the time.
    ///
    /// # Panics
    /// If it has no table: see [`Distribution::bare`].
    pub fn quantiles<const N: usize>(&mut self, shares: [u32; N]) -> [u64; N] {
        self.table.as_mut().expect("quantiles are asked of the baseline only").quantiles(shares)
    }
}

impl Table {
    #[inline]
    fn tooth(&mut self, low: u64, high: u64) {
        match (u32::try_from(low), u32::try_from(high)) {
            (Ok(low), Ok(high)) => self.teeth.push([low, high]),
            (Ok(_) | Err(_), Ok(_) | Err(_)) => self.slopes.extend([(low, 1), (high, -1)]),
        }
        self.loose += 2;
        if self.loose >= self.exact {
            self.slopes = self.merged();
            self.slopes.shrink_to_fit();
            self.teeth.clear();
            self.loose = 0;
        }
    }

    fn quantiles<const N: usize>(&mut self, shares: [u32; N]) -> [u64; N] {
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

/// F(x) from an age on: its value there and its slope.
#[derive(Clone, Copy, Debug, Default)]
struct Rise {
    age: u64,
    slope: u128,
    below: u128,
}

impl Rise {
    /// Follows the changes of slope, in order, to the least age at which F reaches `target`; leaves those that it does not come to.
    fn reach(&mut self, target: u128, changes: &mut &[(u64, i64)]) -> u64 {
        let Rise { age, slope, below } = self;
        while let [(next, change), rest @ ..] = changes {
            let step = *slope * u128::from(next - *age);
            if *slope > 0 && *below + step >= target {
                break;
            }
            *below += step;
            *age = *next;
            *slope = slope.checked_add_signed(i128::from(*change)).expect("a slope is never negative");
            *changes = rest;
        }
        let into = target.saturating_sub(*below).checked_div(*slope).unwrap_or(0);
        let rest = u128::from(*slope > 0 && into * *slope < target.saturating_sub(*below));
        *age + u64::try_from(into + rest).expect("within a tooth")
    }
}

/// The part of the time that is a share of it in parts per thousand, rounded up.
fn target(whole: u128, share: u32) -> u128 {
    (whole * u128::from(share)).div_ceil(1000)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tooth_is_uniform() {
        let mut ages = Distribution::new(Some(30), 1);
        assert!(ages.tooth(5, 35, 99));
        assert_eq!((ages.mean(), ages.max(), ages.above(), ages.total()), (20, (35, 99), 5, 30));
        assert_eq!(ages.quantiles([0, 500, 900, 1000]), [5, 20, 32, 35]);
    }

    /// Ages by hand: 10 s uniform on [0, 10], then 20 s uniform on [20, 40]: F(10) = 10, F(20) = 10, F(40) = 30.
    #[test]
    fn teeth_add_up_and_gaps_are_skipped() {
        let mut ages = Distribution::new(None, 1);
        ages.tooth(0, 10, 10);
        ages.tooth(20, 40, 30);
        assert_eq!(ages.quantiles([100, 333, 334, 500, 999, 1000]), [3, 10, 21, 25, 40, 40]);
        assert_eq!(ages.mean(), (50 + 600) / 30);
    }

    #[test]
    fn quantiles_agree_with_counting_every_microsecond() {
        let teeth = [(3, 50), (0, 7), (10, 11), (5, 5), (40, 90), (3, 50), (2, 100)];
        let mut ages = Distribution::new(None, 1);
        let mut all = Vec::new();
        for (low, high) in teeth {
            ages.tooth(low, high, 0);
            all.extend(low + 1..=high);
        }
        all.sort_unstable();
        for share in [1u32, 10, 250, 500, 750, 900, 990, 1000] {
            let rank = (all.len() * share as usize).div_ceil(1000);
            assert_eq!(ages.quantiles([share]), [all[rank - 1]], "{share}");
        }
    }

    #[test]
    fn folded_or_not_and_however_long_quantiles_are_the_same() {
        for longest in [3, 1_000_003, 1 << 40] {
            let (mut folded, mut loose) = (Distribution::new(None, EXACT_AGES), Distribution::new(None, 1));
            let mut random = 3_u64;
            for tooth in 0..5000 {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // Few ages, so that they stay exact.
                let low = (random >> 33) % 200 * (longest.min(1_000_003) - 1);
                let high = low + 1 + (random >> 50) % 3 * if tooth % 50 == 0 { longest } else { 1_000_003 };
                folded.tooth(low, high, 0);
                loose.tooth(low, high, 0);
            }
            let table = |ages: &Distribution| ages.table.as_ref().map(|table| table.teeth.len()).unwrap();
            assert!(table(&folded) < 1100 && table(&loose) > 4800);
            let shares = [0, 1, 100, 500, 900, 990, 999, 1000];
            assert_eq!(folded.quantiles(shares), loose.quantiles(shares), "up to {longest}");
            assert_eq!((folded.method(), loose.method()), (Method::Exact, Method::Exact));
        }
    }

    #[test]
    fn without_a_table_all_but_quantiles_is_the_same() {
        let (mut whole, mut bare) = (Distribution::new(Some(30), 1), Distribution::bare(Some(30)));
        for (low, high) in [(3, 50), (0, 7), (40, 90), (90, 90)] {
            assert_eq!(whole.tooth(low, high, high + 1), bare.tooth(low, high, high + 1));
        }
        let digest = |ages: &Distribution| {
            let mut hash = blake3::Hasher::new();
            ages.digest(&mut hash);
            hash.finalize()
        };
        assert_eq!(digest(&whole), digest(&bare));
        assert_eq!((whole.mean(), whole.max(), whole.above()), (bare.mean(), bare.max(), bare.above()));
        assert!(bare.table.is_none());
    }

    #[test]
    fn past_the_limit_quantiles_stay_within_a_part_in_a_thousand() {
        let mut ages = Distribution::new(None, 1);
        let mut exact = Vec::new();
        for index in 0..100_000u64 {
            let high = 1_000_000 + index * 7919 % 60_000_000;
            ages.tooth(high - 1_000_000, high, index);
            exact.push(high);
        }
        assert_eq!(ages.method(), Method::Rounded);
        exact.sort_unstable();
        let [median] = ages.quantiles([500]);
        let expected = exact[50_000] - 500_000;
        assert!(median.abs_diff(expected) * 1000 < expected, "{median} {expected}");
        assert_eq!(ages.max().0, exact[99_999]);
    }
}
