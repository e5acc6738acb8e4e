//! Room on volumes for change logs and recovery points (facts 2.7, 3.4, T26); deduplicated replica volumes (fact 2.16).

use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::protection::{Initial, Protection};
use crate::scenario::{Places, Scenario};
use crate::topology::Volume;
use crate::units::Bytes;
use crate::workload::{Disk, Vm};

/// What is asked of a volume, in bytes.
#[derive(Clone, Default)]
struct Load<'s> {
    /// Disks and replicas.
    used: u64,
    /// Change logs at worst, of these VMs.
    logs: u64,
    writers: Vec<&'s str>,
    /// Additional recovery points, of these VMs.
    points: u64,
    replicas: Vec<&'s str>,
}

/// At most one warning of each kind for each volume.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut loads: Vec<Load> = vec![Load::default(); scenario.topology.volumes.len()];
    for vm in scenario.vms.iter() {
        for disk in &vm.disks {
            add(&mut loads[disk.volume.index()].used, used(disk));
        }
    }
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        for disk in vm.disks.iter().filter(|disk| disk.replicate) {
            let load = &mut loads[disk.volume.index()];
            add(&mut load.logs, log(scenario, protection, disk));
            if load.writers.last() != Some(&vm.name.as_str()) {
                load.writers.push(&vm.name);
            }
            add(&mut loads[protection.replica_volume.index()].used, used(disk));
        }
        let points = points(scenario, vm, protection);
        if points > 0 {
            let load = &mut loads[protection.replica_volume.index()];
            add(&mut load.points, points);
            load.replicas.push(&vm.name);
        }
    }
    let volumes = scenario.topology.volumes.entries();
    volumes.flat_map(|(id, volume)| warnings(scenario, places, volume, &loads[id.index()])).collect()
}

fn add(sum: &mut u64, more: u64) {
    *sum = sum.saturating_add(more);
}

fn used(disk: &Disk) -> u64 {
    disk.used.unwrap_or(disk.size).0
}

/// A disk's log at worst: all of it during an initial replication, else the share that forces resynchronisation.
fn log(scenario: &Scenario, protection: &Protection, disk: &Disk) -> u64 {
    let share = match protection.relationship.initial {
        Initial::Network { .. } | Initial::Offline { .. } => 1_000_000,
        Initial::Done | Initial::Existing { .. } => {
            scenario.policies[protection.policy].resync_threshold.map_or(0, |share| share.0)
        }
    };
    u64::try_from(u128::from(disk.size.0) * u128::from(share) / 1_000_000).unwrap_or(u64::MAX)
}

/// Undo logs: the churn of the hours kept, or a tenth of the disks for each snapshot of Windows Server 2012.
fn points(scenario: &Scenario, vm: &Vm, protection: &Protection) -> u64 {
    let count = u64::from(scenario.policies[protection.policy].settings.recovery_points);
    let disks = vm.disks.iter().filter(|disk| disk.replicate);
    let size = disks.fold(0, |sum: u64, disk| sum.saturating_add(disk.size.0));
    if scenario.topology.hosts[protection.replica_host].hyper_v.os.keeps_snapshots() {
        return (size / 10).saturating_mul(count);
    }
    let hour = vm.writes_mean(scenario.horizon).0.saturating_mul(3600);
    hour.min(size).saturating_mul(count)
}

fn warnings(scenario: &Scenario, places: &Places, volume: &Volume, load: &Load) -> Vec<Problem> {
    let host = &scenario.topology.hosts[volume.host].name;
    let say = |code: &'static Code, what: String| {
        let what = format!("volume `{}` of host `{host}` {what}", volume.name);
        Problem::new(code, places.of("host", host), what)
    };
    let mut problems = Vec::new();
    if volume.storage.dedup_slowdown.is_some() && !load.replicas.is_empty() {
        let what = format!(
            "is deduplicated and keeps recovery points of {}",
            crate::scenario::preflight::these(&load.replicas)
        );
        problems.push(say(&codes::DEDUP, what));
    }
    let Some(size) = volume.size else { return problems };
    let free = size.0.saturating_sub(load.used);
    let kinds: [(_, u64, &[&str], _); 2] = [
        (&codes::LOG_SPACE, load.logs, &load.writers, "change logs"),
        (&codes::POINT_SPACE, load.points, &load.replicas, "recovery points"),
    ];
    for (code, needed, names, noun) in kinds {
        if needed > free {
            let what = format!(
                "has {} free, {noun} of {} may take {}",
                Bytes(free),
                crate::scenario::preflight::these(names),
                Bytes(needed)
            );
            problems.push(say(code, what));
        }
    }
    problems
}

/// Where a volume stands, in words.
pub fn volume_words(scenario: &Scenario, id: Id<Volume>) -> String {
    let volume = &scenario.topology.volumes[id];
    format!("volume `{}` of host `{}`", volume.name, scenario.topology.hosts[volume.host].name)
}
