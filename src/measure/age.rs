//! Ages of recovery points as they rise and fall, and what took longest before the point that ended the worst.

use crate::engine::observer::Cause;
use crate::outcome::exposure::AboveObjective;

use super::cuts::{Change, Cuts};
use super::distribution::Distribution;
use super::trace::Trace;

/// A VM's ages.
#[derive(Clone, Debug)]
pub struct VmAge {
    /// All of them.
    pub ages: Distribution,
    /// What took longest before the point that ended the worst age.
    pub cause: Longest,
    /// Last instant at which the age was above `limit`.
    pub above_limit_at: Option<u64>,
    pub(super) limit: u64,
    pub(super) newest: u64,
    pub(super) since: u64,
    pub(super) counted: bool,
}

/// An application's ages.
#[derive(Clone, Debug)]
pub struct ApplicationAge {
    /// All of them.
    pub ages: Distribution,
    /// The VM whose point ended the worst age, and what took longest before it.
    pub cause: Option<(usize, Longest)>,
    /// Times in which it was above the RPO.
    pub above: AboveObjective,
    /// To draw.
    pub trace: Trace,
    pub(super) cuts: Cuts,
    pub(super) since: u64,
}

impl VmAge {
    /// Its age has risen until `at`. `cause` is asked only if that is its worst.
    pub(super) fn rise(&mut self, at: u64, cause: impl FnOnce() -> Longest) {
        if !self.counted {
            return;
        }
        let (low, high) = (self.since - self.newest, at - self.newest);
        if self.ages.tooth(low, high, at) {
            self.cause = cause();
        }
        if high > self.limit {
            self.above_limit_at = Some(at);
        }
        self.since = at;
    }
}

impl ApplicationAge {
    /// Its age has risen until `at`, with `oldest` the oldest of its VMs' newest cuts.
    pub(super) fn rise(&mut self, oldest: u64, at: u64, cause: impl FnOnce() -> (usize, Longest)) {
        if self.ages.tooth(self.since - oldest, at - oldest, at) {
            self.cause = Some(cause());
        }
        self.above.rise(self.since - oldest, self.since, at);
        self.trace.push(at, at - oldest);
        self.since = at;
    }

    /// The times above its RPO as they are at an instant, to go on from.
    pub(super) fn above_at(&self, at: u64) -> AboveObjective {
        let mut above = self.above.fork();
        if let Some(oldest) = self.cuts.oldest() {
            above.rise(self.since - oldest, self.since, at);
        }
        above
    }

    /// The newest cut of one of its VMs changes.
    pub(super) fn change(
        &mut self,
        place: usize,
        change: Change,
        at: u64,
        cause: impl FnOnce() -> (usize, Longest),
    ) {
        let before = self.cuts.oldest();
        self.cuts.change(place, change);
        let after = self.cuts.oldest();
        if after == before {
            return;
        }
        match before {
            Some(oldest) => self.rise(oldest, at, cause),
            None => self.since = at,
        }
        self.above.fall(at, after.map(|oldest| at - oldest));
        if let Some(oldest) = after {
            self.trace.push(at, at - oldest);
        }
    }
}

/// What took longest, and what came next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Longest {
    /// The longest; `None` if nothing took any time.
    pub first: Option<Cause>,
    /// The second.
    pub second: Option<Cause>,
}

/// The two causes that took longest; the earlier in order among equals.
pub fn longest(causes: &[(Cause, u64)]) -> Longest {
    let mut best: [Option<(Cause, u64)>; 2] = [None, None];
    for &(cause, time) in causes {
        let longer = |other: Option<(Cause, u64)>| other.is_none_or(|(it, most)| (time, it) > (most, cause));
        if longer(best[0]) {
            best = [Some((cause, time)), best[0]];
        } else if longer(best[1]) {
            best[1] = Some((cause, time));
        }
    }
    let [first, second] = best.map(|entry| entry.map(|(cause, _)| cause));
    Longest { first, second }
}
