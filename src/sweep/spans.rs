//! Sets of instants.

use crate::units::{Time, as_f64};

/// Stretches of time: sorted, apart from each other, without their ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans(Vec<(Time, Time)>);

impl Spans {
    /// Of stretches in any order.
    pub fn of(stretches: impl Iterator<Item = (Time, Time)>) -> Spans {
        let mut all: Vec<(Time, Time)> = stretches.filter(|(from, to)| from < to).collect();
        all.sort_unstable();
        let mut apart: Vec<(Time, Time)> = Vec::new();
        for (from, to) in all {
            match apart.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => apart.push((from, to)),
            }
        }
        Spans(apart)
    }

    /// The instants of either.
    #[must_use]
    pub fn or(&self, other: &Spans) -> Spans {
        Spans::of(self.0.iter().chain(&other.0).copied())
    }

    /// The instants of this that are not in the other.
    #[must_use]
    pub fn without(&self, other: &Spans) -> Spans {
        let mut left = Vec::new();
        for (from, to) in self.0.iter().copied() {
            let mut begins = from;
            for (begin, end) in other.0.iter().filter(|it| it.1 > from && it.0 < to) {
                left.push((begins, *begin));
                begins = begins.max(*end);
            }
            left.push((begins, to));
        }
        Spans::of(left.into_iter())
    }

    /// Whether an instant is among them.
    pub fn has(&self, at: Time) -> bool {
        let after = self.0.partition_point(|(from, _)| *from <= at);
        after.checked_sub(1).is_some_and(|last| at < self.0[last].1)
    }

    /// How many instants, µs.
    pub fn lasts(&self) -> u64 {
        self.0.iter().map(|(from, to)| to.since(*from).0).sum()
    }

    /// The stretches.
    pub fn all(&self) -> &[(Time, Time)] {
        &self.0
    }

    /// Their share of so many instants.
    pub fn share_of(&self, micros: u64) -> f64 {
        if micros == 0 { 0.0 } else { as_f64(self.lasts()) / as_f64(micros) }
    }
}
