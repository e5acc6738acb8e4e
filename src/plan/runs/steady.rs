//! Replication alone: what a scenario replicates, day in, day out, without outages, operators or first copies.

use crate::ids::Table;
use crate::plan::change::each;
use crate::protection::{Initial, Relationship};
use crate::scenario::Scenario;

/// The scenario with everything replicated from the start, nothing done to it, and room for every log: a log that would force a
/// resynchronisation goes on growing, so that its age tells how far a rate is from enough.
pub fn steady(scenario: &Scenario) -> Scenario {
    let mut steady = scenario.clone();
    steady.operations.clear();
    steady.outages = Table::default();
    steady.policies = each(&scenario.policies, |policy| policy.resync_threshold = None);
    steady.vms = each(&scenario.vms, |vm| {
        if let Some(protection) = &mut vm.protection {
            protection.relationship =
                Relationship { enabled: None, initial: Initial::Done, ..protection.relationship.clone() };
        }
    });
    steady.topology.volumes = each(&scenario.topology.volumes, |volume| volume.size = None);
    steady
}
