//! Exact fractions of bytes per second, as max-min sharing needs them.

use std::cmp::Ordering;

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

    /// Which is larger.
    pub fn compare(self, other: Fraction) -> Ordering {
        if let (Ok(mine), Ok(theirs)) = (u64::try_from(self.num), u64::try_from(other.num)) {
            let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
            return product(mine, other.den).cmp(&product(theirs, self.den));
        }
        (self.num * u128::from(other.den)).cmp(&(other.num * u128::from(self.den)))
    }

    /// self ÷ `divisor`.
    pub fn over(self, divisor: u64) -> Fraction {
        Fraction { num: self.num, den: self.den * divisor }
    }

    /// self − count × rate, rounded down to 1/[`FINEST`] where the exact denominator in lowest terms is larger; never below zero.
    pub fn minus(self, rate: Fraction, count: u64) -> Fraction {
        self.minus_exactly(rate, count).unwrap_or_else(|| {
            let (left, rate) = (self.reduced(), rate.reduced());
            left.minus_exactly(rate, count).unwrap_or_else(|| left.minus_rounded(rate, count))
        })
    }

    fn minus_exactly(self, rate: Fraction, count: u64) -> Option<Fraction> {
        let (mine, theirs) = match self.den {
            1 => (rate.den, 1),
            den if den == rate.den => (1, 1),
            // A common denominator that is small enough need not be the least.
            den if den.checked_mul(rate.den).is_some_and(|product| product <= FINEST) => (rate.den, den),
            den => {
                let common = gcd(den, rate.den);
                (rate.den / common, den / common)
            }
        };
        let den = self.den.checked_mul(mine).filter(|den| *den <= FINEST)?;
        let taken = rate.num * u128::from(theirs) * u128::from(count);
        Some(Fraction { num: (self.num * u128::from(mine)).saturating_sub(taken), den })
    }

    fn minus_rounded(self, rate: Fraction, count: u64) -> Fraction {
        let fine = u128::from(FINEST);
        let mine = self.num * fine / u128::from(self.den);
        let taken = (rate.num * u128::from(count) * fine).div_ceil(u128::from(rate.den));
        Fraction { num: mine.saturating_sub(taken), den: FINEST }
    }

    /// (⌊self × times + carry⌋, what is left in units of 1 ÷ its denominator).
    pub fn times(self, times: u64, carry: u64) -> (u128, u64) {
        let short = u64::try_from(self.num).ok().and_then(|num| num.checked_mul(times)?.checked_add(carry));
        match short {
            Some(total) => (u128::from(total / self.den), total % self.den),
            None => divide(self.num * u128::from(times) + u128::from(carry), self.den),
        }
    }

    /// The same in lowest terms.
    pub fn reduced(self) -> Fraction {
        if self.den == 1 {
            return self;
        }
        let rest = u64::try_from(self.num % u128::from(self.den)).expect("a remainder is below its divisor");
        let common = gcd(rest, self.den);
        Fraction { num: self.num / u128::from(common), den: self.den / common }
    }
}

/// (⌊a ÷ b⌋, a mod b), in 64 bits where they do.
pub fn divide(a: u128, b: u64) -> (u128, u64) {
    if b == 1 {
        // Flows of weight one: a division takes as long as all else that is done with them.
        return (a, 0);
    }
    if let Ok(small) = u64::try_from(a) {
        return (u128::from(small / b), small % b);
    }
    let rest = u64::try_from(a % u128::from(b)).expect("a remainder is below its divisor");
    (a / u128::from(b), rest)
}

/// Stein's algorithm: shifts and subtractions. The common divisor of 0 and 0 counts as 1.
fn gcd(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return (a | b).max(1);
    }
    let twos = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        (a, b) = (a.min(b), a.abs_diff(b));
    }
    a << twos
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(num: u128, den: u64) -> Fraction {
        Fraction { num, den }
    }

    #[test]
    fn common_divisors() {
        for (a, b, common) in [(0, 0, 1), (0, 6, 6), (12, 18, 6), (1 << 40, 1 << 20, 1 << 20), (35, 64, 1)] {
            assert_eq!((gcd(a, b), gcd(b, a)), (common, common));
        }
    }

    #[test]
    fn what_is_left_is_exact_while_denominators_are_small_and_never_too_much() {
        let left = Fraction::whole(10).minus(fraction(1, 3), 6);
        assert_eq!(left.compare(Fraction::whole(8)), Ordering::Equal);
        let left = left.minus(fraction(1, 7), 1).reduced();
        assert_eq!(left, fraction(55, 7));
        // 3 × 7 × 11 × … passes 2^28: rounded down.
        let fine = fraction(1, 268_435_399);
        let rounded = left.minus(fine, 1);
        assert_eq!(rounded.den, FINEST);
        assert_eq!(rounded.compare(left), Ordering::Less);
        assert_eq!(Fraction::whole(1).minus(Fraction::whole(1), 2), Fraction::whole(0));
    }
}
