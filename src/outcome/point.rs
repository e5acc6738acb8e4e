//! Recovery points that were used.

use crate::units::{Span, Time};

/// The recovery point used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When it was taken into use.
    pub at: Time,
    /// Its cut.
    pub cut: Time,
    /// When the VM had stopped.
    pub(super) stopped: Time,
    /// From its cut to the instant the VM stopped; zero if it was cut later, with all that was written.
    pub age: Span,
    /// Written and not in it.
    pub lost_bytes: u64,
}

/// Another point is taken: one after the same stop takes the place of the one before.
pub(super) fn take(points: &mut Vec<Point>, at: Time, (cut, stopped): (Time, Time), lost_bytes: u64) {
    let before = points.pop_if(|point| point.stopped == stopped);
    let at = before.map_or(at, |point| point.at);
    points.push(Point { at, cut, stopped, age: Span(stopped.0.saturating_sub(cut.0)), lost_bytes });
}

/// The oldest of them, the first among equals.
pub(super) fn oldest(points: &[Point]) -> Option<Point> {
    points.iter().copied().rev().max_by_key(|point| point.age)
}
