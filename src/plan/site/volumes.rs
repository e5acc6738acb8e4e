//! Volumes of the recovery site, as tables and sentences: space, and writes against what a volume can do.

use super::load::{Load, OPERATION, bin};
use crate::document::{Table, Unit, Value, column};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::Volume;
use crate::units::{Bytes, as_f64};

/// What lies on a volume beside replicas: the disks of VMs at home, by what is in use.
fn at_home(scenario: &Scenario, id: Id<Volume>) -> u64 {
    let disks = scenario.vms.iter().flat_map(|vm| &vm.disks).filter(|disk| disk.volume == id);
    disks.fold(0, |sum, disk| sum.saturating_add(disk.used.unwrap_or(disk.size).0))
}

/// What a volume must hold, and what of it it cannot.
fn needed(scenario: &Scenario, id: Id<Volume>, load: &Load) -> (u64, Option<u64>) {
    let all = [at_home(scenario, id), load.replica_bytes, load.points_bytes];
    let needed = all.into_iter().fold(0, u64::saturating_add);
    let size = scenario.topology.volumes[id].size;
    (needed, size.map(|size| needed.saturating_sub(size.0)))
}

fn name(scenario: &Scenario, id: Id<Volume>) -> String {
    let volume = &scenario.topology.volumes[id];
    format!("{}/{}", scenario.topology.hosts[volume.host].name, volume.name)
}

fn with_replicas<'a>(scenario: &Scenario, loads: &'a [Load]) -> Vec<(Id<Volume>, &'a Load)> {
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
                "Volume {name} is {} too small: replicas at their whole size, recovery points and what is there need {}.",
                Bytes(short),
                Bytes(needed)
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
