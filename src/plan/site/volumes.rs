//! Volumes of the recovery site, as tables and sentences: space, and writes against what a volume can do.

use super::load::{Load, OPERATION, bin};
use crate::document::{Table, Unit, Value, column};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::Volume;
use crate::units::{Bytes, as_f64};
use crate::workload::Vm;

/// What lies on a volume beside replicas: the disks of VMs at home, by what is in use.
fn at_home(scenario: &Scenario, id: Id<Volume>) -> u64 {
    let disks = scenario.vms.iter().flat_map(|vm| &vm.disks).filter(|disk| disk.volume == id);
    disks.fold(0, |sum, disk| sum.saturating_add(disk.used.unwrap_or(disk.size).0))
}

/// What a volume must hold, and what of it it cannot.
pub(super) fn needed(scenario: &Scenario, id: Id<Volume>, load: &Load) -> (u64, Option<u64>) {
    let all = [at_home(scenario, id), load.replica_bytes, load.points_bytes];
    let needed = all.into_iter().fold(0, u64::saturating_add);
    let size = scenario.topology.volumes[id].size;
    (needed, size.map(|size| needed.saturating_sub(size.0)))
}

fn name(scenario: &Scenario, id: Id<Volume>) -> String {
    let volume = &scenario.topology.volumes[id];
    format!("{}/{}", scenario.topology.hosts[volume.host].name, volume.name)
}

pub(super) fn with_replicas<'a>(scenario: &Scenario, loads: &'a [Load]) -> Vec<(Id<Volume>, &'a Load)> {
    scenario.topology.volumes.ids().zip(loads).filter(|(_, load)| load.replicas > 0).collect()
}

/// What is too small or too slow; that nothing is, where nothing is.
pub(in crate::plan) fn volume_sentences(scenario: &Scenario, loads: &[Load]) -> Vec<String> {
    let mut says = Vec::new();
    for (id, load) in with_replicas(scenario, loads) {
        let (volume, name) = (&scenario.topology.volumes[id], name(scenario, id));
        let (needed, short) = needed(scenario, id, load);
        if let Some(short) = short.filter(|short| *short > 0) {
            says.push(format!(
                "Volume {name} is {} too small: replicas at their whole size, recovery points and what is there need {}.{}",
                Bytes(short),
                Bytes(needed),
                elsewhere(scenario, loads, id).map_or(String::new(), |it| elsewhere_in_words(scenario, id, short, it))
            ));
        }
        if let Some(rate) = volume.apply_rate.filter(|rate| load.peak > as_f64(rate.0)) {
            says.push(format!(
                "Volume {name} applies {rate} at most, and would have to apply {:.2} times as much in its busiest {}.",
                load.peak / as_f64(rate.0).max(1.0),
                bin(scenario)
            ));
        }
        if let Some(iops) = volume.storage.iops.filter(|iops| load.iops_high > f64::from(*iops)) {
            says.push(format!(
                "Volume {name} does {iops} operations per second; replicas may ask up to {:.0} in its busiest {}.",
                load.iops_high,
                bin(scenario)
            ));
        }
    }
    if says.is_empty() {
        says.push("Every volume with replicas has the space, and the speed where a limit is written.".into());
    }
    says
}

/// Room for replicas beside a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// What the other volumes with replicas at its site have left together; `None`: one of them has no limit.
    pub left: Option<Bytes>,
    /// The most that one of them has left.
    pub most: Option<Bytes>,
}

/// What is left on other volumes at the site of this one; `None`: nothing is.
fn elsewhere(scenario: &Scenario, loads: &[Load], id: Id<Volume>) -> Option<Elsewhere> {
    let site = |id: Id<Volume>| scenario.topology.hosts[scenario.topology.volumes[id].host].site;
    let others = with_replicas(scenario, loads)
        .into_iter()
        .filter(|(other, _)| *other != id && site(*other) == site(id));
    let left = |(other, load): (Id<Volume>, &Load)| {
        let size = scenario.topology.volumes[other].size?;
        Some(size.0.saturating_sub(needed(scenario, other, load).0))
    };
    let left: Vec<Option<u64>> = others.map(left).filter(|left| *left != Some(0)).collect();
    if left.is_empty() {
        return None;
    }
    let all = left.iter().copied().collect::<Option<Vec<u64>>>();
    let sum = |all: &Vec<u64>| Bytes(all.iter().copied().fold(0, u64::saturating_add));
    let most = all.as_ref().and_then(|all| all.iter().copied().max()).map(Bytes);
    Some(Elsewhere { left: all.as_ref().map(sum), most })
}

/// The smallest of the replicas on a volume.
fn smallest(scenario: &Scenario, id: Id<Volume>) -> Option<Bytes> {
    let here = |vm: &&Vm| vm.protection.as_ref().is_some_and(|it| it.replica_volume == id);
    let size = |vm: &Vm| {
        vm.disks.iter().filter(|disk| disk.replicate).map(|disk| disk.size.0).fold(0, u64::saturating_add)
    };
    scenario.vms.iter().filter(here).map(size).min().map(Bytes)
}

/// Nothing where the others have less than it lacks.
fn elsewhere_in_words(scenario: &Scenario, id: Id<Volume>, short: u64, it: Elsewhere) -> String {
    let site =
        &scenario.topology.sites[scenario.topology.hosts[scenario.topology.volumes[id].host].site].name;
    match it.left {
        None => format!(
            " That is for want of a place, not of capacity: another volume with replicas at {site} has no limit."
        ),
        Some(left) if left.0 < short => String::new(),
        Some(left) => {
            let mends = match smallest(scenario, id) {
                Some(replica) if it.most.is_some_and(|most| most >= replica) => {
                    "a replica on another volume mends it"
                }
                Some(_) | None => {
                    "no one of them has room for a replica of this one, so that larger volumes mend it, not more"
                }
            };
            format!(
                " That is for want of a place, not of capacity: other volumes with replicas at {site} have {left} left together; {mends}."
            )
        }
    }
}

/// Space.
pub(in crate::plan) fn space(scenario: &Scenario, loads: &[Load]) -> Table {
    let number = |number: u64| Value::Number(as_f64(number));
    let row = |(id, load): (Id<Volume>, &Load)| {
        let (needed, short) = needed(scenario, id, load);
        let size = scenario.topology.volumes[id].size;
        vec![
            Value::text(name(scenario, id)),
            size.map_or(Value::None(""), |size| number(size.0)),
            number(at_home(scenario, id)),
            number(load.replicas),
            number(load.replica_bytes),
            number(load.points_bytes),
            number(needed),
            short.map_or(Value::None(""), number),
        ]
    };
    Table {
        key: "site_space",
        title: "Volumes: replicas at their whole size, and recovery points at most (facts 2.7, 7.20)".into(),
        columns: vec![
            column("volume", "volume", Unit::Text),
            column("size_bytes", "size", Unit::Bytes),
            column("at_home_bytes", "at home", Unit::Bytes),
            column("replicas", "replicas", Unit::Count),
            column("replica_bytes", "size", Unit::Bytes),
            column("points_bytes", "points", Unit::Bytes),
            column("needed_bytes", "needed", Unit::Bytes),
            column("short_bytes", "short", Unit::Bytes),
        ],
        rows: with_replicas(scenario, loads).into_iter().map(row).collect(),
        is_detail: false,
    }
}

/// Writes.
pub(in crate::plan) fn writes(scenario: &Scenario, loads: &[Load]) -> Table {
    let row = |(id, load): (Id<Volume>, &Load)| {
        let volume = &scenario.topology.volumes[id];
        vec![
            Value::text(name(scenario, id)),
            Value::Number(8.0 * load.mean),
            Value::Number(8.0 * load.peak),
            Value::maybe(volume.apply_rate.map(|rate| 8.0 * as_f64(rate.0))),
            Value::maybe(load.factors.map(|(low, _)| low)),
            Value::maybe(load.factors.map(|(_, high)| high)),
            Value::Number(load.iops_low),
            Value::Number(load.iops_high),
            Value::maybe(volume.storage.iops.map(f64::from)),
        ]
    };
    Table {
        key: "site_writes",
        title: format!(
            "Writes of replicas, peak in {}, operations of {OPERATION} bytes (facts 2.8, 2.9, 7.6)",
            bin(scenario)
        ),
        columns: vec![
            column("volume", "volume", Unit::Text),
            column("mean_bps", "mean", Unit::BitsPerSecond),
            column("peak_bps", "peak", Unit::BitsPerSecond),
            column("apply_rate_bps", "can apply", Unit::BitsPerSecond),
            column("factor_min", "factor", Unit::Factor),
            column("factor_max", "to", Unit::Factor),
            column("peak_min_iops", "peak IOPS", Unit::Iops),
            column("peak_max_iops", "to", Unit::Iops),
            column("limit_iops", "limit", Unit::Iops),
        ],
        rows: with_replicas(scenario, loads).into_iter().map(row).collect(),
        is_detail: false,
    }
}
