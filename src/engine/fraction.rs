//! Exact fractions of bytes per second, as max-min sharing needs them.

/// Largest denominator of an exact remainder of capacity, in 1/(B/s).
const FINEST: u64 = 1 << 28;

/// num ÷ den, den > 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// Numerator, at most 2^68.
    pub num: u128,
    /// Denominator, at most 2^52.
    pub den: u64,
}

impl Fraction {
    /// `value` ÷ 1.
    pub fn whole(value: u64) -> Self {
        Fraction { num: u128::from(value), den: 1 }
    }

    /// Whether self ÷ a < other ÷ b.
    pub fn less(self, a: u64, other: Fraction, b: u64) -> bool {
        let left = u128::from(other.den) * u128::from(b);
        let right = u128::from(self.den) * u128::from(a);
        self.num * left < other.num * right
    }

    /// self ÷ `divisor`.
    pub fn over(self, divisor: u64) -> Fraction {
        Fraction { num: self.num, den: self.den * divisor }
    }

    /// self − count × rate, rounded down to 1/[`FINEST`] where the exact denominator is larger; never below zero.
    pub fn minus(self, rate: Fraction, count: u64) -> Fraction {
        let common = u128::from(self.den / gcd(self.den, rate.den)) * u128::from(rate.den);
        if let Ok(den) = u64::try_from(common)
            && den <= FINEST
        {
            let taken = rate.num * u128::from(den / rate.den) * u128::from(count);
            return Fraction { num: (self.num * u128::from(den / self.den)).saturating_sub(taken), den }
                .reduced();
        }
        let fine = u128::from(FINEST);
        let mine = self.num * fine / u128::from(self.den);
        let taken = (rate.num * u128::from(count) * fine).div_ceil(u128::from(rate.den));
        Fraction { num: mine.saturating_sub(taken), den: FINEST }.reduced()
    }

    /// The same in lowest terms, where the numerator fits 64 bits.
    pub fn reduced(self) -> Fraction {
        let Ok(num) = u64::try_from(self.num) else { return self };
        let common = gcd(num, self.den);
        Fraction { num: u128::from(num / common), den: self.den / common }
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}
