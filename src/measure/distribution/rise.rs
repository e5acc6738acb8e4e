//! F(x), the time spent at ages up to x, followed from one change of its slope to the next.

/// F(x) from an age on: its value there and its slope.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rise {
    pub(super) age: u64,
    pub(super) slope: u128,
    pub(super) below: u128,
}

impl Rise {
    /// Follows the changes of slope, in order, to the least age at which F reaches `target`; leaves those that it does not come to.
    pub(super) fn reach(&mut self, target: u128, changes: &mut &[(u64, i64)]) -> u64 {
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
pub(super) fn target(whole: u128, share: u32) -> u128 {
    (whole * u128::from(share)).div_ceil(1000)
}
