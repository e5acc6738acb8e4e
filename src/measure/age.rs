//! Ages of recovery points as they rise and fall, and what took longest before the point that ended the worst.

use crate::engine::observer::Cause;
use crate::outcome::exposure::AboveObjective;

use super::cuts::{Change, Cuts};
use super::distribution::Distribution;
use super::strip::Strip;
use super::trace::Trace;
use crate::units::{Span, Time};

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
    /// What bound it when: the VM whose point ended the highest age, and what took longest before it.
    pub strip: Strip<(usize, Longest)>,
}

/// How long a VM's points took to be as young again as they always are without the outage. In order of how long that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CatchUp {
    /// Whether the run ended before.
    pub is_unended: bool,
    /// From the repair that let them fall until then, or until the end of the run.
    pub lasted: Span,
}

impl VmAge {
    /// The same VM from `at` on, with nothing counted yet.
    pub(super) fn fork(&self, at: u64) -> VmAge {
        VmAge {
            ages: Distribution::bare(None),
            cause: Longest::default(),
            above_limit_at: None,
            limit: u64::MAX,
            newest: self.newest,
            since: at,
            counted: self.counted,
        }
    }

    /// Whether its age goes on as another's.
    pub(super) fn goes_on_as(&self, other: &VmAge) -> bool {
        self.counted == other.counted && (!self.counted || self.newest == other.newest)
    }

    /// How long after the repair that let it fall its age was back to `usual`, which it never passes without the outage, and which is its limit.
    /// An age is worst after that repair: for what is repaired later, of another thing, nobody waited. `None`: it never was above, or
    /// nothing was repaired. `within`: from the outage's first strike to the end of the run.
    pub fn catch_up(&self, usual: u64, repairs: &[u64], within: (Time, Time)) -> Option<CatchUp> {
        let (most, at) = self.ages.max();
        let last_above = self.above_limit_at.filter(|_| most > usual)?;
        let until = at.max(within.0.0);
        let repaired = repairs.iter().copied().filter(|repair| *repair <= until).max()?;
        let is_unended = last_above == within.1.0;
        Some(CatchUp { is_unended, lasted: Span(last_above.saturating_sub(repaired)) })
    }

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
    /// The same application from `at` on, with nothing counted yet but the time above its RPO.
    pub(super) fn fork(&self, at: u64, mut trace: Trace) -> ApplicationAge {
        if let Some(oldest) = self.cuts.oldest() {
            trace.push(at, at - oldest);
        }
        let (above, cuts) = (self.above_at(at).fork(), self.cuts.clone());
        let strip = Strip::none();
        ApplicationAge { ages: Distribution::bare(None), cause: None, above, trace, cuts, since: at, strip }
    }

    /// Whether its age goes on as another's. (Its VMs' newest cuts are compared as theirs.)
    pub(super) fn goes_on_as(&self, other: &ApplicationAge) -> bool {
        self.cuts.oldest() == other.cuts.oldest()
    }

    /// Its age has risen until `at`, with `oldest` the oldest of its VMs' newest cuts.
    pub(super) fn rise(&mut self, oldest: u64, at: u64, cause: impl FnOnce() -> (usize, Longest)) {
        let is_worst = self.ages.tooth(self.since - oldest, at - oldest, at);
        let is_higher = self.strip.is_higher(self.since, at, at - oldest);
        if is_worst || is_higher {
            let cause = cause();
            self.strip.note(self.since, at, at - oldest, cause);
            if is_worst {
                self.cause = Some(cause);
            }
        }
        self.above.rise(self.since - oldest, self.since, at);
        self.trace.push(at, at - oldest);
        self.since = at;
    }

    /// The times above its RPO as they are at an instant, to go on from.
    pub fn above_at(&self, at: u64) -> AboveObjective {
        let mut above = self.above.clone();
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
