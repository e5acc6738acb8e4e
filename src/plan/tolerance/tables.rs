//! The numbers of outages of the links.

use super::catch_up::CatchUp;
use super::{Tolerance, Tolerances};
use crate::document::{Table, Unit, Value, column};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::Volume;
use crate::units::{Span, as_f64};
use crate::workload::Vm;

/// A VM that is cut off at its worst instant: its tolerance, and the longest outage it outlives as simulated.
pub struct Cut<'s> {
    /// Which.
    pub vm: Id<Vm>,
    /// Its name.
    pub name: &'s str,
    /// Its tolerance, and the instant it counts from, µs.
    pub worst: (u64, u64),
    /// From a typical instant, µs.
    pub median: Option<u64>,
    /// Bytes of log that are one too few for trouble.
    pub limit: u64,
    /// When its resynchronisation was required, µs after the cut; `None`: later than the run.
    pub seen: Option<u64>,
    /// The longest outage it outlives.
    pub outlived: Option<Span>,
}

/// A volume, how long until it is full, and how long in a run, µs.
pub type Filled<'s> = (&'s Volume, &'s Tolerance, Option<u64>);

/// The VMs with the least tolerance.
pub fn worst(cuts: &[Cut<'_>]) -> Table {
    let row = |cut: &Cut<'_>| {
        vec![
            Value::text(cut.name),
            Value::seconds(cut.worst.0),
            Value::seconds(cut.worst.1),
            Value::maybe_seconds(cut.median),
            Value::maybe_seconds(cut.seen),
            Value::maybe(cut.outlived.map(Span::as_seconds)),
        ]
    };
    Table {
        key: "tolerance_worst",
        title: "VMs that stand the shortest outages".into(),
        columns: vec![
            column("vm", "VM", Unit::Text),
            column("worst_s", "at worst", Unit::Seconds),
            column("worst_at_s", "from", Unit::Moment),
            column("median_s", "typically", Unit::Seconds),
            column("simulated_s", "in a run", Unit::Seconds),
            column("outlived_s", "outlives", Unit::Seconds),
        ],
        rows: cuts.iter().map(row).collect(),
        is_detail: false,
    }
}

/// All VMs.
pub fn vms(scenario: &Scenario, found: &Tolerances) -> Table {
    let row = |(id, vm): (Id<Vm>, &Vm)| {
        let protection = vm.protection.as_ref()?;
        let tolerance = found.vms[id.index()].as_ref();
        let worst = tolerance.and_then(|it| it.worst);
        Some(vec![
            Value::text(&vm.name),
            Value::text(&scenario.policies[protection.policy].name),
            Value::maybe(tolerance.map(|it| as_f64(it.limit))),
            Value::maybe_seconds(worst.map(|it| it.0)),
            Value::maybe_seconds(worst.map(|it| it.1)),
            Value::maybe_seconds(tolerance.and_then(|it| it.median)),
        ])
    };
    Table {
        key: "tolerance_vms",
        title: "How long each VM can be cut off before its log is too large".into(),
        columns: vec![
            column("vm", "VM", Unit::Text),
            column("policy", "policy", Unit::Text),
            column("limit_bytes", "log", Unit::Bytes),
            column("worst_s", "at worst", Unit::Seconds),
            column("worst_at_s", "from", Unit::Moment),
            column("median_s", "typically", Unit::Seconds),
        ],
        rows: scenario.vms.entries().filter_map(row).collect(),
        is_detail: true,
    }
}

/// Volumes that logs lie on.
pub fn volumes(scenario: &Scenario, filled: &[Filled<'_>]) -> Table {
    let row = |(volume, tolerance, seen): &Filled<'_>| {
        vec![
            Value::text(&scenario.topology.hosts[volume.host].name),
            Value::text(&volume.name),
            Value::Number(as_f64(tolerance.limit)),
            Value::maybe_seconds(tolerance.worst.map(|it| it.0)),
            Value::maybe_seconds(tolerance.worst.map(|it| it.1)),
            Value::maybe_seconds(tolerance.median),
            Value::maybe_seconds(*seen),
        ]
    };
    Table {
        key: "tolerance_volumes",
        title: "How long until volumes are full of logs".into(),
        columns: vec![
            column("host", "host", Unit::Text),
            column("volume", "volume", Unit::Text),
            column("free_bytes", "free", Unit::Bytes),
            column("worst_s", "at worst", Unit::Seconds),
            column("worst_at_s", "from", Unit::Moment),
            column("median_s", "typically", Unit::Seconds),
            column("simulated_s", "in a run", Unit::Seconds),
        ],
        rows: filled.iter().map(row).collect(),
        is_detail: false,
    }
}

/// Outages and what follows.
pub fn catch_up(caught: &[CatchUp]) -> Table {
    let row = |it: &CatchUp| {
        vec![
            Value::Number(it.lasts.as_seconds()),
            Value::seconds(it.from),
            Value::Number(as_f64(it.backlog)),
            Value::seconds(it.oldest),
            Value::maybe_seconds(it.usual),
            Value::Number(as_f64(it.resyncs)),
        ]
    };
    Table {
        key: "catch_up",
        title: "After an outage of all links from when most is written".into(),
        columns: vec![
            column("outage_s", "outage", Unit::Seconds),
            column("from_s", "from", Unit::Moment),
            column("backlog_bytes", "backlog", Unit::Bytes),
            column("oldest_s", "oldest point", Unit::Seconds),
            column("caught_up_s", "caught up after", Unit::Seconds),
            column("resyncs", "resynchronisations", Unit::Count),
        ],
        rows: caught.iter().map(row).collect(),
        is_detail: false,
    }
}
