//! Running replication forward: to an instant, or to one at which it is quiet.

use super::fleet::Fleet;
use crate::data_plane::DataPlane;
use crate::engine::observer::Observer;
use crate::engine::plane::Plane;
use crate::units::Time;

/// Into how many parts of equal length a run is split, if it is quiet often enough and late all the time.
pub(super) const LOOKS: u64 = 1024;

/// How often within that length a quiet instant is looked for.
const LOOKS_AGAIN: u64 = 16;

/// Runs to `to`, whatever replication has to tell.
pub(in crate::plan) fn advance<O: Observer>(plane: &mut Plane<O>, to: u64) {
    while plane.advance(Time(to)) < Time(to) {
        while plane.notice().is_some() {}
    }
}

/// The same past the end of the run, whose workload begins again there, and so on.
pub(in crate::plan) fn advance_again<O: Observer>(plane: &mut Plane<O>, to: u64, horizon: u64) {
    let mut end = horizon.max(1);
    while end < to {
        advance(plane, end);
        plane.kernel.begin_again(horizon.max(1), &mut plane.observer);
        end = end.saturating_add(horizon.max(1));
    }
    advance(plane, to);
}

/// Runs to the first quiet instant that is found from `at` on, or to `edge`. Returns whether it is quiet there.
pub(super) fn run_to_quiet(plane: &mut Plane<Fleet>, at: u64, edge: u64, horizon: u64) -> bool {
    let step = (horizon / (LOOKS * LOOKS_AGAIN)).max(1);
    let mut next = at.min(edge);
    loop {
        advance(plane, next);
        let is_quiet = plane.kernel.is_quiet();
        if is_quiet || next == edge {
            return is_quiet;
        }
        next = (next + step).min(edge);
    }
}
