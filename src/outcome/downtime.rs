//! Spells out of service, and whose they are: a fault's, or those of operators who shut down what they move.

use crate::facts::{StepId, TakenBy};
use crate::ids::Id;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::{Span, Time};

/// From going down to being in service again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Downtime {
    /// When it went down: the fault, or the shutdown that operators asked for.
    pub down: Time,
    /// What took it down.
    pub by: TakenBy,
    /// The first fault in it; `None`: operators took it down, and nothing it stands on failed meanwhile.
    pub hit: Option<Time>,
    /// When it was in service again, and the step that ended so; `None`: not within the run.
    pub back: Option<(Time, StepId)>,
}

impl Downtime {
    pub(super) fn begin(down: Time, by: TakenBy) -> Downtime {
        Downtime { down, by, hit: (by == TakenBy::Fault).then_some(down), back: None }
    }

    /// What of it a fault caused: from the first fault in it on, or else what it lasts longer than the same one of a run without faults.
    pub(super) fn charged(self, baseline: &[Downtime]) -> Option<Downtime> {
        let outlasted = || {
            let (over, _) = baseline.iter().find(|planned| planned.down == self.down)?.back?;
            self.back.is_none_or(|(back, _)| back > over).then_some(over)
        };
        Some(Downtime { down: self.hit.or_else(outlasted)?, ..self })
    }

    /// How long, if it ended.
    pub fn lasted(&self) -> Option<Span> {
        self.back.map(|(back, _)| back.since(self.down))
    }
}

/// A fault is in the downtime that is open.
pub(super) fn hit(downtimes: &mut [Downtime], at: Time) {
    if let Some(downtime) = downtimes.last_mut().filter(|downtime| downtime.back.is_none()) {
        downtime.hit.get_or_insert(at);
    }
}

/// For each VM the applications that need it, directly or not.
pub(super) fn needing(scenario: &Scenario) -> Vec<Vec<Id<Application>>> {
    let dependencies = scenario.recovery.dependencies();
    let mut needing = vec![Vec::new(); scenario.vms.len()];
    for id in scenario.recovery.applications.ids() {
        for vm in dependencies.needed_vms(id) {
            needing[vm.index()].push(id);
        }
    }
    needing
}

/// The open downtime ends with this step.
pub(super) fn close(downtimes: &mut [Downtime], at: Time, step: StepId) {
    if let Some(downtime) = downtimes.last_mut() {
        downtime.back.get_or_insert((at, step));
    }
}

/// The downtime that speaks for all: one that did not end, or else the longest, or else the first.
pub fn worst(downtimes: &[Downtime]) -> Option<Downtime> {
    let length = |downtime: &Downtime| downtime.lasted().map_or(Span(u64::MAX), |lasted| lasted);
    downtimes.iter().copied().rev().max_by_key(length)
}
