//! The exact, time-weighted distribution of an age that rises with time and falls at recovery points.
//!
//! Between two points the age passes every value from `low` to `high` at one second per second, so a tooth adds time
//! uniformly on [low, high]: F(x) = Σ (min(x, high) − low)⁺ is the time spent at ages up to x. It is kept as the changes of
//! its slope: +1 at each low, −1 at each high, merged where equal. Nothing is sampled.

mod rise;
mod select;
mod table;

use crate::closed::{as_words, closed};

use table::Table;
pub use table::{EXACT_AGES, FINENESS};

/// Teeth that are kept beside the sums: a table, elsewhere in memory, is touched once for so many.
const LAST: usize = 7;

/// How long an age stood where. All times are µs.
#[derive(Clone, Debug)]
pub struct Distribution {
    objective: u64,
    total: u64,
    above: u64,
    max: u64,
    max_at: u64,
    /// Σ high² − low² = 2 ∫ age dt.
    double_integral: u128,
    /// The last teeth, which the table does not have yet.
    last: [[u32; 2]; LAST],
    count: u8,
    /// How many more are taken before the table has them.
    room: u8,
    /// `None`: nobody will ask for a quantile.
    table: Option<Box<Table>>,
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
        let mut new =
            Distribution { table: Some(Box::new(Table::new(among))), ..Distribution::bare(objective) };
        new.hand_over();
        new
    }

    /// No time yet, and no table: it knows the mean, the worst and the time above `objective`, but no quantile.
    pub fn bare(objective: Option<u64>) -> Self {
        Distribution {
            objective: objective.unwrap_or(u64::MAX),
            total: 0,
            above: 0,
            max: 0,
            max_at: 0,
            double_integral: 0,
            last: [[0; 2]; LAST],
            count: 0,
            room: 0,
            table: None,
        }
    }

    /// The age rose from `low` to `high`, which it reached at instant `at`. Returns whether that is the worst so far.
    #[inline]
    pub fn tooth(&mut self, low: u64, high: u64, at: u64) -> bool {
        let square = |age: u64| u128::from(age) * u128::from(age);
        let over = |age: u64| age.saturating_sub(self.objective);
        self.above += over(high) - over(low);
        self.total += high - low;
        self.double_integral += square(high) - square(low);
        if high > low && self.table.is_some() {
            self.keep(low, high);
        }
        let worst = high > self.max;
        if worst {
            (self.max, self.max_at) = (high, at);
        }
        worst
    }

    /// Keeps a tooth for whoever asks for quantiles.
    #[inline]
    fn keep(&mut self, low: u64, high: u64) {
        match (u32::try_from(low), u32::try_from(high)) {
            (Ok(low), Ok(high)) => {
                self.last[usize::from(self.count)] = [low, high];
                self.count += 1;
                if self.count >= self.room {
                    self.hand_over();
                }
            }
            (Ok(_) | Err(_), Ok(_) | Err(_)) => {
                self.hand_over();
                if let Some(table) = &mut self.table {
                    table.take_long(low, high);
                }
                self.hand_over();
            }
        }
    }

    /// The table takes the last teeth.
    #[inline(never)]
    fn hand_over(&mut self) {
        let Some(table) = &mut self.table else { return };
        table.take(&self.last[..usize::from(self.count)]);
        let room = table.room().min(LAST);
        (self.count, self.room) = (0, u8::try_from(room).expect("a few teeth"));
    }

    /// Feeds the integer accumulators into a hash.
    pub fn digest(&self, hash: &mut blake3::Hasher) {
        let short = [self.total, self.above, self.max, self.max_at].map(u128::from);
        let [total, above, max, max_at] = short;
        for number in [total, self.double_integral, above, max, max_at] {
            hash.update(&number.to_le_bytes());
        }
    }

    /// Time covered.
    pub fn total(&self) -> u64 {
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
        let mean = self.double_integral.checked_div(2 * u128::from(self.total)).unwrap_or(0);
        u64::try_from(mean).expect("a mean is at most the maximum")
    }

    /// Time above the objective.
    pub fn above(&self) -> u64 {
        self.above
    }

    /// How [`Distribution::quantiles`] are got.
    pub fn method(&self) -> Method {
        let is_rounded = self.table.as_ref().is_some_and(|table| table.is_rounded());
        if is_rounded { Method::Rounded } else { Method::Exact }
    }

    /// For each share in parts per thousand, ascending: the least age that is not exceeded for at least that share of the time.
    ///
    /// # Panics
    /// If it has no table: see [`Distribution::bare`].
    pub fn quantiles<const N: usize>(&mut self, shares: [u32; N]) -> [u64; N] {
        self.hand_over();
        self.table.as_mut().expect("quantiles are asked of the baseline only").quantiles(shares)
    }
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
