//! Migrations and resizes that break replication or leave a throttle behind (facts 2.14, 6.29, 8.3).

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::operations::{Act, Operation};
use crate::problem::{Code, Problem, codes};
use crate::scenario::{Places, Scenario};
use crate::topology::Host;
use crate::units::Bytes;
use crate::workload::Vm;

/// At most one warning of each kind for each operation on a replicated VM.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut hosts: BTreeMap<Id<Vm>, Id<Host>> = BTreeMap::new();
    let mut sizes: BTreeMap<(Id<Vm>, usize), Bytes> = BTreeMap::new();
    for operation in &scenario.operations {
        let mut say = |code: &'static Code, what: String| {
            let what = format!("operation `{}` {what}", operation.name);
            problems.push(Problem::new(code, places.of("operation", &operation.name), what));
        };
        if let Act::Migrate { vm, to, .. } = operation.act {
            let from = hosts.insert(vm, to).unwrap_or(scenario.vms[vm].host);
            if scenario.vms[vm].protection.is_some() {
                migrate(scenario, vm, from, to, &mut say);
            }
        }
        if let Act::Resize { vm, disk, size, .. } = operation.act {
            let row = scenario.vms[vm].disks.get(disk);
            let first = row.map_or(size, |disk| disk.size);
            let old = sizes.insert((vm, disk), size).unwrap_or(first);
            if scenario.vms[vm].protection.is_some() && row.is_some_and(|disk| disk.replicate) {
                resize(scenario, operation, vm, old, &mut say);
            }
        }
    }
    problems
}

fn migrate(
    scenario: &Scenario,
    vm: Id<Vm>,
    from: Id<Host>,
    to: Id<Host>,
    say: &mut impl FnMut(&'static Code, String),
) {
    let topology = &scenario.topology;
    let (name, target) = (&scenario.vms[vm].name, &topology.hosts[to].name);
    let mut clouds =
        scenario.control_plane.clouds.iter().filter(|cloud| cloud.hosts.contains(&from)).peekable();
    if clouds.peek().is_some() && !clouds.any(|cloud| cloud.hosts.contains(&to)) {
        say(&codes::MOVED_OUT, format!("moves vm `{name}` to host `{target}`, outside of its cloud"));
    }
    let on = |host: Id<Host>| topology.qos.iter().filter(move |qos| qos.hosts.contains(&host));
    let lost = on(from).find(|qos| !on(to).any(|other| other.matches == qos.matches));
    if let Some(qos) = lost {
        let what = format!("moves vm `{name}` to host `{target}`, which lacks QoS policy `{}`", qos.name);
        say(&codes::QOS_LEFT_BEHIND, what);
    }
}

fn resize(
    scenario: &Scenario,
    operation: &Operation,
    vm: Id<Vm>,
    old: Bytes,
    say: &mut impl FnMut(&'static Code, String),
) {
    let Act::Resize { disk, size, replica_too, .. } = operation.act else { return };
    let vm = &scenario.vms[vm];
    let disk = &vm.disks[disk].name;
    if size > old && !replica_too {
        let what =
            format!("grows disk `{disk}` of vm `{}` from {old} to {size}, but not the replica's", vm.name);
        say(&codes::RESIZED, what);
    }
}
