//! The values that a question is asked of.

use crate::engine::net::CAPACITY_MAX;

/// The values of a question, ascending, by their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scale {
    /// `first`, and every `step` from there on.
    Steps {
        /// The first.
        first: u64,
        /// From one to the next.
        step: u64,
        /// How many.
        count: u64,
    },
    /// Rates of three digits in bit/s, at least whole kbit/s, as [`crate::plan::rates::Precision::Digits`] has them: what is printed is what
    /// was simulated.
    Digits,
    /// These.
    List(Vec<u64>),
}

/// 1 kbit/s, in B/s; as many numbers of three digits as there are; the first place whose rate has more than three, in kbit/s.
const KBPS: u64 = 125;
const DIGITS: u64 = 900;
const FOURTH: u64 = 999;

impl Scale {
    /// The last place.
    pub fn last(&self) -> u64 {
        match self {
            Scale::Steps { count, .. } => count.saturating_sub(1),
            Scale::Digits => self.near(CAPACITY_MAX),
            Scale::List(values) => values.len().saturating_sub(1) as u64,
        }
    }

    /// The value at a place.
    pub fn at(&self, place: u64) -> u64 {
        match self {
            Scale::Steps { first, step, .. } => first.saturating_add(place.saturating_mul(*step)),
            Scale::Digits if place < FOURTH => (place + 1) * KBPS,
            Scale::Digits => {
                let after = place - FOURTH;
                let power = u32::try_from(after / DIGITS + 1).unwrap_or(u32::MAX);
                10u64.saturating_pow(power).saturating_mul((100 + after % DIGITS) * KBPS)
            }
            Scale::List(values) => {
                let place = usize::try_from(place).unwrap_or(usize::MAX);
                values.get(place).or(values.last()).copied().unwrap_or(0)
            }
        }
    }

    /// The place of the largest value that is not above this one; the first, if all are.
    pub fn near(&self, value: u64) -> u64 {
        match self {
            Scale::Steps { first, step, .. } => (value.saturating_sub(*first) / step).min(self.last()),
            Scale::Digits => {
                let (mut digits, mut power) = ((value / KBPS).max(1), 0);
                while digits > FOURTH {
                    (digits, power) = (digits / 10, power + 1);
                }
                digits - 1 + power * DIGITS
            }
            Scale::List(values) => {
                values.iter().filter(|own| **own <= value).count().saturating_sub(1) as u64
            }
        }
    }
}
