//! The critical path of an outcome: back from its last step through what let each begin, to the fault. Its stretches lie end to end,
//! so that in integer microseconds they sum to the time from the fault to the outcome.

use std::collections::BTreeSet;

use crate::facts::{Phase, StepId, Subject};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::downtime::Downtime;
use super::gather::RunOutcome;

/// A part of a critical path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// On what.
    pub on: Subject,
    /// Spent on.
    pub phase: Phase,
    /// Begin.
    pub from: Time,
    /// End.
    pub to: Time,
}

impl Stretch {
    /// How long.
    pub fn lasted(&self) -> Span {
        self.to.since(self.from)
    }
}

/// The critical path of a downtime that ended, in order. What was done before a later fault that undid or outlasted it is one
/// stretch of "second fault"; what came before an operation that somebody asked for, one of "waiting for an operation". A wait for another application is one stretch, not the other's path.
///
/// # Panics
/// If the facts are not those of a run: a step that does not end where the next begins.
pub fn critical_path(scenario: &Scenario, run: &RunOutcome, downtime: Downtime) -> Vec<Stretch> {
    let Some((mut end, last)) = downtime.back else {
        return Vec::new();
    };
    let mut path = Vec::new();
    let mut next = Some(last);
    let mut booted = None;
    while let Some(id) = next.filter(|_| end > downtime.down) {
        let step = run.step(id);
        assert_eq!(step.to, Some(end), "a step begins where the one before it ends");
        let from = step.from.max(downtime.down);
        let phase = match (step.phase, step.on) {
            (Phase::Boot, Subject::Vm(vm)) => boot_seen_from(scenario, vm, *booted.get_or_insert(vm)),
            (phase, _) => phase,
        };
        path.push(Stretch { on: step.on, phase, from, to: end });
        (end, next) = (from, step.after);
    }
    if let Some(first) = path.last().copied().filter(|_| end > downtime.down) {
        // What nothing led to was set off by a fault or a repair at that instant, or else by an operation.
        let phase = if run.strikes.contains(&end) { Phase::SecondFault } else { Phase::Asked };
        path.push(Stretch { phase, from: downtime.down, to: end, ..first });
    }
    path.retain(|stretch| stretch.from < stretch.to);
    path.reverse();
    path
}

/// A boot that the path meets before another VM's is one of an earlier group, unless both stand in one group.
fn boot_seen_from(scenario: &Scenario, vm: Id<Vm>, last: Id<Vm>) -> Phase {
    let mut groups = scenario.recovery.plans.iter().flat_map(|plan| &plan.groups);
    let together = vm == last || groups.any(|group| group.vms.contains(&vm) && group.vms.contains(&last));
    if together { Phase::Boot } else { Phase::EarlierGroups }
}

/// Steps on the critical path of some application, and on those of what it waited for.
pub fn critical_steps(run: &RunOutcome, downtimes: impl Iterator<Item = Downtime>) -> BTreeSet<StepId> {
    let mut critical = BTreeSet::new();
    for downtime in downtimes {
        let mut ends: Vec<StepId> = downtime.back.map(|(_, step)| step).into_iter().collect();
        while let Some(id) = ends.pop() {
            let step = run.step(id);
            if step.to.is_some_and(|to| to > downtime.down) && critical.insert(id) {
                ends.extend(step.after);
                ends.extend(step.released_by.filter(|_| step.to > Some(step.from)));
            }
        }
    }
    critical
}
