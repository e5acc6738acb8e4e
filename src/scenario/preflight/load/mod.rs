//! What links, hosts and volumes must bear.

pub(crate) mod throughput;
pub(super) mod space;
pub(super) mod senders;
pub(super) mod qos;

use crate::ids::Id;
use crate::protection::Policy;
use crate::scenario::Scenario;
use crate::scenario::preflight::timeline::replicated_back;
use crate::scenario::protection::standing::{Stays, Timetable};
use crate::topology::{Host, Volume};
use crate::workload::Vm;

/// A VM's replication in one direction, and when the timetable has it so.
struct Flow<'s> {
    vm: &'s Vm,
    policy: &'s Policy,
    /// Where the VM runs.
    from: Id<Host>,
    /// Where its replica is.
    to: Id<Host>,
    /// Where it is applied; replicated back, the first of its own volumes.
    volume: Option<Id<Volume>>,
    stays: Stays,
}

/// Of each VM that is replicated at all: there, and back while it runs at the other site.
fn flows(scenario: &Scenario) -> Vec<Flow<'_>> {
    let (timetable, away) = (Timetable::new(&scenario.operations), replicated_back(scenario));
    let mut flows = Vec::new();
    for (id, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let (home, replica) = (vm.host, protection.replica_host);
        let own = vm.disks.iter().map(|disk| disk.volume).min();
        let replicated = timetable.replicated(id, protection.relationship.enabled);
        let (back, there) = replicated.split(away.get(&id).unwrap_or(&Stays::never()));
        let ways = [(home, replica, Some(protection.replica_volume), there), (replica, home, own, back)];
        for (from, to, volume, stays) in ways {
            if stays != Stays::never() {
                let policy = &scenario.policies[protection.policy];
                flows.push(Flow { vm, policy, from, to, volume, stays });
            }
        }
    }
    flows
}
