//! Replication alone: what a scenario replicates, day in, day out, without outages, operators or first copies.

use crate::ids::{Id, Table};
use crate::protection::{Initial, Relationship};
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::Rate;

/// The scenario with everything replicated from the start, nothing done to it, and room for every log: a log that would force a
/// resynchronisation goes on growing, so that its age tells how far a rate is from enough.
pub fn steady(scenario: &Scenario) -> Scenario {
    let mut steady = scenario.clone();
    steady.operations.clear();
    steady.outages = Table::default();
    steady.policies = map(&scenario.policies, |policy| policy.resync_threshold = None);
    steady.vms = map(&scenario.vms, |vm| {
        if let Some(protection) = &mut vm.protection {
            protection.relationship =
                Relationship { enabled: None, initial: Initial::Done, ..protection.relationship.clone() };
        }
    });
    steady.topology.volumes = map(&scenario.topology.volumes, |volume| volume.size = None);
    steady
}

fn map<T: Clone>(table: &Table<T>, change: impl Fn(&mut T)) -> Table<T> {
    let changed = |row: &T| {
        let mut row = row.clone();
        change(&mut row);
        row
    };
    table.iter().map(changed).collect()
}

/// The scenario with another nominal rate of a link, the same in both directions.
#[must_use]
pub fn with_rate(mut scenario: Scenario, link: Id<Link>, rate: u64) -> Scenario {
    scenario.topology.links[link].rate = [Rate(rate); 2];
    scenario
}
