//! Classes that share a bottleneck.

use super::fraction::Fraction;

/// The first flow to end of a class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) need: u128,
    pub(super) group: u32,
    pub(super) class: u32,
}

/// Classes that share one bottleneck, and so one rate per unit of weight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) rate: Fraction,
    pub(super) carry: u64,
    /// `None`: the cap of its classes.
    pub(super) bottleneck: Option<u32>,
    /// Whether another group has the same bottleneck, and counts its time and takes its residual for both.
    pub(super) is_further: bool,
    pub(super) weight: u64,
    /// How far its clocks have moved since the last settling.
    pub(super) moved: u128,
    /// While settling: its share of the residual, then the least need of its flows, both per unit of weight.
    pub(super) amount: u128,
}

impl Group {
    /// Micro-bytes per unit of weight in `gap` µs; the remainder is carried.
    pub(super) fn pass(&mut self, gap: u64) -> u128 {
        let (moved, carry) = self.rate.times(gap, self.carry);
        self.carry = carry;
        moved
    }

    /// µs until the least need is met; `None` at rate zero.
    pub(super) fn gap(&self) -> Option<u64> {
        gap_at(self.rate, self.amount)
    }
}

/// µs until `amount` per unit of weight has passed at `rate`; `None`: never.
pub(super) fn gap_at(rate: Fraction, amount: u128) -> Option<u64> {
    if rate.num == 0 && amount > 0 {
        return None;
    }
    let short = u64::try_from(amount).ok().and_then(|amount| amount.checked_mul(rate.den));
    if let (Some(total), Ok(num @ 1..)) = (short, u64::try_from(rate.num)) {
        return Some(total.div_ceil(num));
    }
    let gap = amount.saturating_mul(u128::from(rate.den)).div_ceil(rate.num.max(1));
    Some(u64::try_from(gap).unwrap_or(u64::MAX))
}
