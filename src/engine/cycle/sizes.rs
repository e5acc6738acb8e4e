//! From what was written to what is sent: coalescing, overhead and compression, with the remainders carried.

use crate::engine::state::Rules;
use crate::units::MICROS;

/// ⌊(value × times + carry) ÷ over⌋, the remainder carried; in 64 bits where they do.
fn scale(value: u64, times: u64, over: u64, carry: &mut u64) -> u64 {
    if let Some(total) = value.checked_mul(times).and_then(|product| product.checked_add(*carry)) {
        *carry = total % over;
        return total / over;
    }
    let total = u128::from(value) * u128::from(times) + u128::from(*carry);
    let over = u128::from(over);
    *carry = u64::try_from(total % over).expect("a remainder is below its divisor");
    u64::try_from(total / over).expect("a log has less than 2^64 bytes on the wire")
}

impl Rules {
    /// Unique bytes of a log: the coalescing curve at its window, rounded so that no byte is lost over many logs.
    pub(in crate::engine) fn unique(&self, raw: u64, window: u64, carry: &mut u64) -> u64 {
        let share = if window == self.interval { self.usual } else { self.coalescing_at(window) };
        let Some(share) = share else { return raw };
        scale(raw, share, MICROS, carry)
    }

    /// Bytes on the wire, rounded likewise.
    pub(in crate::engine) fn wire(&self, unique: u64, carry: &mut u64) -> u64 {
        let (times, over) = self.wire;
        if times == over { unique } else { scale(unique, times, over, carry) }
    }

    /// Unique ÷ raw at a window length, in parts per million: linear in its logarithm between the points, rounded towards the earlier
    /// one, and constant outside. `None`: one.
    pub(in crate::engine) fn coalescing_at(&self, window: u64) -> Option<u64> {
        let curve = &self.coalescing;
        let after = curve.partition_point(|(length, _)| *length <= window);
        match (after.checked_sub(1).map(|before| curve[before]), curve.get(after)) {
            (None, None) => None,
            (None, Some((_, share))) => Some(*share),
            (Some((_, share)), None) => Some(share),
            (Some((from, low)), Some((to, high))) => {
                let (passed, whole) = (log2(window) - log2(from), (log2(*to) - log2(from)).max(1));
                let moved = u128::from(high.abs_diff(low)) * u128::from(passed) / u128::from(whole);
                let moved = u64::try_from(moved).expect("a part of a share");
                Some(if *high >= low { low + moved } else { low - moved })
            }
        }
    }
}

/// The logarithm to base 2 in units of 2^-32, rounded down; of zero as of one.
fn log2(value: u64) -> u64 {
    let value = value.max(1);
    let whole = value.ilog2();
    // From 1 to below 2, in units of 2^-63. Each squaring gives the next binary digit.
    let mut mantissa = value << (63 - whole);
    let mut digits = u64::from(whole);
    for _ in 0..32 {
        let square = (u128::from(mantissa) * u128::from(mantissa)) >> 63;
        let is_two = square >> 64 != 0;
        digits = digits << 1 | u64::from(is_two);
        let halved = if is_two { square >> 1 } else { square };
        mantissa = u64::try_from(halved).expect("less than two");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithm_is_right_to_its_last_digits() {
        assert_eq!((log2(0), log2(1), log2(2), log2(1 << 40)), (0, 0, 1 << 32, 40 << 32));
        for value in [3, 10, 30_000_000, 300_000_000, 3_600_000_000, u64::MAX] {
            #[allow(clippy::cast_precision_loss, reason = "a test")]
            let (mine, theirs) = (log2(value) as f64 / 4_294_967_296.0, libm::log2(value as f64));
            assert!((mine - theirs).abs() < 1e-8, "{value}: {mine} {theirs}");
        }
    }
}
