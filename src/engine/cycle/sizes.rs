//! From what was written to what is sent: coalescing, overhead and compression, with the remainders carried.

use crate::engine::state::Rules;
use crate::units::MICROS;

/// ⌊(value × times + carry) ÷ over⌋, the remainder carried.
fn scale(value: u64, times: u64, over: u64, carry: &mut u64) -> u64 {
    let total = u128::from(value) * u128::from(times) + u128::from(*carry);
    let over = u128::from(over);
    *carry = u64::try_from(total % over).expect("a remainder is below its divisor");
    u64::try_from(total / over).expect("a log has less than 2^64 bytes on the wire")
}

impl Rules {
    /// Unique bytes of a log: the coalescing curve at its window, rounded so that no byte is lost over many logs.
    pub(in crate::engine) fn unique(&self, raw: u64, window: u64, carry: &mut u64) -> u64 {
        let Some(share) = self.coalescing_at(window) else { return raw };
        scale(raw, share, MICROS, carry)
    }

    /// Bytes on the wire, rounded likewise.
    pub(in crate::engine) fn wire(&self, unique: u64, carry: &mut u64) -> u64 {
        let (times, over) = self.wire;
        if times == over { unique } else { scale(unique, times, over, carry) }
    }

    /// Unique ÷ raw at a window length, in parts per million: linear between the points, constant outside. `None`: one.
    fn coalescing_at(&self, window: u64) -> Option<u64> {
        let curve = &self.coalescing;
        let after = curve.partition_point(|(length, _)| *length <= window);
        match (after.checked_sub(1).map(|before| curve[before]), curve.get(after)) {
            (None, None) => None,
            (None, Some((_, share))) => Some(*share),
            (Some((_, share)), None) => Some(share),
            (Some((from, low)), Some((to, high))) => {
                let along =
                    |a: u64, b: u64| u128::from(b - a) * u128::from(window - from) / u128::from(to - from);
                let step = |moved: u128| u64::try_from(moved).expect("a share between two shares");
                Some(if *high >= low { low + step(along(low, *high)) } else { low - step(along(*high, low)) })
            }
        }
    }
}
