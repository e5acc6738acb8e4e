//! A VM's recovery points beside the newest, by the rules in `cycle/points.rs`.

use std::collections::VecDeque;

use crate::data_plane::Point;
use crate::protection::Policy;
use crate::units::{Bytes, MICROS, Time};

const HOUR: u64 = 3600 * MICROS;

/// A VM's points.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct History {
    /// How many are kept beside the newest.
    pub(in crate::engine) kept_max: usize,
    /// Spacing of app-consistent points, µs.
    pub(in crate::engine) app_every: Option<u64>,
    /// When the next app-consistent point is due.
    pub(in crate::engine) app_next: u64,
    /// Unique bytes applied so far.
    unique: u64,
    /// Of earlier hours, oldest first.
    earlier: VecDeque<Kept>,
    /// The app-consistent point of the newest's hour, where that is not the newest.
    of_this_hour: Option<Kept>,
    newest: Option<Kept>,
}

/// What is kept of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kept {
    cut: u64,
    app_consistent: bool,
    /// Raw bytes applied up to it.
    applied: u64,
    /// Unique bytes applied up to it.
    unique: u64,
}

impl History {
    /// `None` if the policy keeps no points beside the newest.
    pub(in crate::engine) fn new(policy: &Policy, now: u64) -> Option<History> {
        let kept_max = usize::try_from(policy.settings.recovery_points).expect("at most 24 points");
        let app_every = policy.settings.app_consistent.map(|span| span.0.max(1));
        let app_next = app_every.map_or(0, |every| now.div_ceil(every) * every);
        (kept_max > 0).then(|| History { kept_max, app_every, app_next, ..History::default() })
    }

    /// Keeps points by another policy from now on; those that this does not keep are deleted.
    pub(in crate::engine) fn follow(&mut self, other: History) {
        if self.app_every != other.app_every {
            (self.app_every, self.app_next) = (other.app_every, other.app_next);
        }
        self.kept_max = other.kept_max;
        self.keep_to_the_number();
    }

    fn keep_to_the_number(&mut self) {
        let of_this_hour = usize::from(self.of_this_hour.is_some());
        while self.earlier.len() + of_this_hour > self.kept_max {
            self.earlier.pop_front();
        }
    }

    /// Adds the point of a log or copy that has just been applied.
    pub(in crate::engine) fn add(&mut self, cut: u64, app_consistent: bool, applied: u64, unique: u64) {
        self.unique = self.unique.saturating_add(unique);
        let point = Kept { cut, app_consistent, applied, unique: self.unique };
        if let Some(before) = self.newest.replace(point) {
            // Two logs cut at one instant are one point.
            if before.cut == cut {
                self.newest = Some(Kept { app_consistent: app_consistent || before.app_consistent, ..point });
            } else if before.cut / HOUR < cut / HOUR {
                self.earlier.push_back(self.of_this_hour.take().unwrap_or(before));
                self.keep_to_the_number();
            } else if before.app_consistent {
                self.of_this_hour = Some(before);
                self.keep_to_the_number();
            }
        }
    }

    /// Deletes all points but the newest (fact 2.15).
    pub(in crate::engine) fn forget(&mut self) {
        self.earlier.clear();
        self.of_this_hour = None;
    }

    /// Deletes all points.
    pub(in crate::engine) fn clear(&mut self) {
        self.forget();
        self.newest = None;
    }

    /// All points, newest first.
    fn all(&self) -> impl Iterator<Item = &Kept> {
        self.newest.iter().chain(&self.of_this_hour).chain(self.earlier.iter().rev())
    }

    /// Raw bytes applied up to the point cut at `cut`.
    pub(in crate::engine) fn applied_at(&self, cut: u64) -> Option<u64> {
        self.all().find(|point| point.cut == cut).map(|point| point.applied)
    }

    /// All points, newest first.
    pub(in crate::engine) fn points(&self) -> Vec<Point> {
        let point = |kept: &Kept| Point {
            cut: Time(kept.cut),
            app_consistent: kept.app_consistent,
            undo: Bytes(self.unique - kept.unique),
        };
        self.all().map(point).collect()
    }

    /// Whether it goes on as another: (raw bytes applied to this VM, the other, raw bytes applied to that). `with_points`: whether the points that
    /// are kept matter, whose sums of bytes count from the newest back.
    pub(in crate::engine) fn is_same(
        &self,
        (own, other, theirs): (u64, &History, u64),
        with_points: bool,
    ) -> bool {
        let History { kept_max, app_every, app_next, unique, earlier, of_this_hour, newest } = self;
        let points = |it: &History, applied: u64| {
            let back = move |kept: &Kept| {
                let Kept { cut, app_consistent, applied: then, unique: so_far } = *kept;
                (cut, app_consistent, applied.wrapping_sub(then), it.unique - so_far)
            };
            let all: Vec<_> = it.all().map(back).collect();
            (all, it.earlier.len(), it.of_this_hour.is_some())
        };
        let _ = (unique, earlier, of_this_hour, newest);
        (*kept_max, *app_every, *app_next) == (other.kept_max, other.app_every, other.app_next)
            && (!with_points || points(self, own) == points(other, theirs))
    }

    /// Feeds what the rest of the run depends on into a hash.
    pub(in crate::engine) fn digest(&self, put: &mut impl FnMut(u128)) {
        for kept in self.all() {
            [kept.cut, u64::from(kept.app_consistent), kept.applied, kept.unique]
                .into_iter()
                .for_each(|it| put(it.into()));
        }
        put(self.app_next.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(history: &History) -> Vec<(u64, bool, u64)> {
        let minutes = |point: &Point| (point.cut.0 / MICROS / 60, point.app_consistent, point.undo.0);
        history.points().iter().map(minutes).collect()
    }

    #[test]
    fn the_last_point_of_each_hour_is_kept_up_to_the_number() {
        let mut history = History { kept_max: 2, ..History::default() };
        for quarter in 0..16u64 {
            history.add(quarter * HOUR / 4, false, quarter * 10, 10);
        }
        assert_eq!(cuts(&history), [(225, false, 0), (165, false, 40), (105, false, 80)]);
        assert_eq!(history.applied_at(165 * 60 * MICROS), Some(110));
        history.forget();
        assert_eq!(cuts(&history), [(225, false, 0)]);
    }

    #[test]
    fn an_app_consistent_point_stands_for_its_hour() {
        let mut history = History { kept_max: 3, ..History::default() };
        for quarter in 0..7u64 {
            history.add(quarter * HOUR / 4, quarter % 4 == 1, 0, 1);
        }
        assert_eq!(cuts(&history), [(90, false, 0), (75, true, 1), (15, true, 5)]);
    }
}
