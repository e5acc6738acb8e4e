//! Room on volumes for change logs and recovery points (facts 2.7, 3.4, T26); deduplicated replica volumes (fact 2.16).

use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::protection::{Initial, Protection};
use crate::scenario::preflight::timeline::replicated_back;
use crate::scenario::protection::standing::{Ledger, Stays, Timetable};
use crate::scenario::{Places, Scenario};
use crate::topology::{Host, Volume};
use crate::units::{Bytes, Time};
use crate::workload::{Disk, Vm};

/// What is asked of a volume, in bytes, and when.
#[derive(Clone, Default)]
struct Load<'s> {
    /// Disks and replicas.
    used: Ledger,
    /// Change logs at worst.
    logs: Kind<'s>,
    /// Additional recovery points.
    points: Kind<'s>,
}

/// What takes room beside disks and replicas.
#[derive(Clone, Default)]
struct Kind<'s> {
    taken: Ledger,
    /// Of these VMs, in order.
    vms: Vec<(&'s str, Stays)>,
}

impl<'s> Kind<'s> {
    fn add(&mut self, vm: &'s str, stays: &Stays, amount: u64) {
        if amount == 0 || *stays == Stays::never() {
            return;
        }
        self.taken.add(stays, amount);
        if self.vms.last().is_none_or(|(last, _)| *last != vm) {
            self.vms.push((vm, stays.clone()));
        }
    }

    fn names(&self, at: Time) -> Vec<&'s str> {
        self.vms.iter().filter(|(_, stays)| stays.contain(at)).map(|(name, _)| *name).collect()
    }
}

/// At most one warning of each kind for each volume.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut loads: Vec<Load> = vec![Load::default(); scenario.topology.volumes.len()];
    for disk in scenario.vms.iter().flat_map(|vm| &vm.disks) {
        loads[disk.volume.index()].used.add(&Stays::always(), used(disk));
    }
    let (timetable, back) = (Timetable::new(&scenario.operations), replicated_back(scenario));
    for (id, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let enabled = protection.relationship.enabled;
        let (replicated, standing) = (timetable.replicated(id, enabled), timetable.standing(id, enabled));
        let (back, there) = replicated.split(back.get(&id).unwrap_or(&Stays::never()));
        let replica = protection.replica_volume.index();
        for disk in vm.disks.iter().filter(|disk| disk.replicate) {
            let [first, later] = [true, false].map(|is_first| log(scenario, protection, disk, is_first));
            loads[disk.volume.index()].logs.add(&vm.name, &there, first);
            loads[replica].logs.add(&vm.name, &back, later);
            loads[replica].used.add(&standing, used(disk));
        }
        // Replicated back, its points lie on the first of its own volumes.
        let own = vm.disks.iter().map(|disk| disk.volume).min().map(Id::index);
        let [points, own_points] =
            [protection.replica_host, vm.host].map(|on| points(scenario, vm, protection, on));
        loads[replica].points.add(&vm.name, &there, points);
        if let Some(own) = own {
            loads[own].points.add(&vm.name, &back, own_points);
        }
    }
    let volumes = scenario.topology.volumes.entries();
    volumes.flat_map(|(id, volume)| warnings(scenario, places, volume, &loads[id.index()])).collect()
}

fn used(disk: &Disk) -> u64 {
    disk.used.unwrap_or(disk.size).0
}

/// A disk's log at worst: all of it during an initial replication, which comes first, else the share that forces resynchronisation.
fn log(scenario: &Scenario, protection: &Protection, disk: &Disk, is_first: bool) -> u64 {
    let is_copied =
        matches!(protection.relationship.initial, Initial::Network { .. } | Initial::Offline { .. });
    let threshold = scenario.policies[protection.policy].resync_threshold.map_or(0, |share| share.0);
    let share = if is_first && is_copied { 1_000_000 } else { threshold };
    u64::try_from(u128::from(disk.size.0) * u128::from(share) / 1_000_000).unwrap_or(u64::MAX)
}

/// Undo logs: the churn of the hours kept, or a tenth of the disks for each snapshot of Windows Server 2012.
fn points(scenario: &Scenario, vm: &Vm, protection: &Protection, on: Id<Host>) -> u64 {
    let count = u64::from(scenario.policies[protection.policy].settings.recovery_points);
    let disks = vm.disks.iter().filter(|disk| disk.replicate);
    let size = disks.fold(0, |sum: u64, disk| sum.saturating_add(disk.size.0));
    if scenario.topology.hosts[on].hyper_v.os.keeps_snapshots() {
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
    if volume.storage.dedup_slowdown.is_some() && !load.points.vms.is_empty() {
        let names: Vec<&str> = load.points.vms.iter().map(|(name, _)| *name).collect();
        let what = format!(
            "is deduplicated and keeps recovery points of {}",
            crate::scenario::preflight::these(&names)
        );
        problems.push(say(&codes::DEDUP, what));
    }
    let Some(size) = volume.size else { return problems };
    let kinds = [
        (&codes::LOG_SPACE, &load.logs, "change logs"),
        (&codes::POINT_SPACE, &load.points, "recovery points"),
    ];
    for (code, kind, noun) in kinds {
        let room = |at| (kind.taken.at(at), size.0.saturating_sub(load.used.at(at)));
        // What is short is largest where something has just come.
        let rises = load.used.rises().into_iter().chain(kind.taken.rises());
        let worst = rises.max_by_key(|at| {
            let (needed, free) = room(*at);
            (needed.saturating_sub(free), std::cmp::Reverse(*at))
        });
        let Some((at, (needed, free))) = worst.map(|at| (at, room(at))) else { continue };
        if needed > free {
            let what = format!(
                "has {} free, {noun} of {} may take {}",
                Bytes(free),
                crate::scenario::preflight::these(&kind.names(at)),
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
