//! The recovery site's tables, and words that its sentences share with them.

use std::collections::BTreeMap;

use super::drills::{Drill, left_out};
use super::placement::Placement;
use super::{Admission, Admitted, Estate};
use crate::document::{Table, Unit, Value, column};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::{Host, Site};
use crate::units::{Bytes, Time, as_f64};
use crate::workload::Vm;

/// Names that a sentence gives.
const NAMES: usize = 4;

/// What happens after the loss of a site.
pub(in crate::plan) struct Recovery {
    /// The site.
    pub(in crate::plan) lost: Id<Site>,
    /// When, in the run that says who starts.
    pub(in crate::plan) at: Time,
    /// Who starts.
    pub(in crate::plan) admissions: Vec<Admission>,
    /// Where they lack a place, not capacity.
    pub(in crate::plan) placements: Vec<Placement>,
    /// Cores and memory of what is to start, by host.
    pub(in crate::plan) wanted: BTreeMap<Id<Host>, (u64, u64)>,
    /// With one recovery host less: which, and who starts then.
    pub(in crate::plan) without: Vec<(Id<Host>, Vec<Admission>)>,
}

/// What is free on a host, and what lacks there for what is wanted on top.
pub(in crate::plan) fn room(scenario: &Scenario, host: Id<Host>, wanted: (u64, u64)) -> [u64; 4] {
    let (used, row) = (Estate::of(scenario).used[host.index()], &scenario.topology.hosts[host]);
    let (cores, memory) = row.lacks(used.0.saturating_add(wanted.0), Bytes(used.1.saturating_add(wanted.1)));
    let offered = row.memory.0.saturating_sub(row.memory_reserve.0);
    [u64::from(row.cores).saturating_sub(used.0), offered.saturating_sub(used.1), cores, memory.0]
}

/// The first few of many.
pub(in crate::plan) fn names(scenario: &Scenario, vms: &[Id<Vm>]) -> String {
    let shown: Vec<&str> = vms.iter().take(NAMES).map(|vm| scenario.vms[*vm].name.as_str()).collect();
    match vms.len().saturating_sub(NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What lacks, in words.
pub(in crate::plan) fn lack(cores: u64, memory: Bytes) -> String {
    match (cores, memory) {
        (0, memory) => format!("{memory} of memory"),
        (cores, Bytes(0)) => format!("{cores} cores"),
        (cores, memory) => format!("{memory} of memory and {cores} cores"),
    }
}

fn count(number: u64) -> Value {
    Value::Number(as_f64(number))
}

/// What is free on recovery hosts, and what all plans start there.
pub(in crate::plan) fn hosts(scenario: &Scenario, recoveries: &[Recovery]) -> Table {
    let mut rows = Vec::new();
    for it in recoveries {
        for (host, wanted) in &it.wanted {
            let [cores, memory, cores_short, memory_short] = room(scenario, *host, *wanted);
            let here = |row: &&Admission| row.host == Some(*host);
            let all: Vec<&Admission> = it.admissions.iter().filter(here).collect();
            let down = all.iter().filter(|row| row.admitted != Admitted::Yes).count();
            rows.push(vec![
                Value::text(&scenario.topology.hosts[*host].name),
                Value::text(&scenario.topology.sites[it.lost].name),
                count(cores),
                count(memory),
                count(all.len() as u64),
                count(wanted.0),
                count(wanted.1),
                count(cores_short),
                count(memory_short),
                count(down as u64),
            ]);
        }
    }
    Table {
        key: "site_hosts",
        title: "Hosts: free before, and what all plans start there".into(),
        columns: vec![
            column("host", "host", Unit::Text),
            column("lost", "lost", Unit::Text),
            column("free_cores", "free cores", Unit::Count),
            column("free_memory_bytes", "memory", Unit::Bytes),
            column("vms", "VMs", Unit::Count),
            column("cores", "cores", Unit::Count),
            column("memory_bytes", "memory", Unit::Bytes),
            column("cores_short", "cores short", Unit::Count),
            column("memory_short_bytes", "memory short", Unit::Bytes),
            column("not_started", "not started", Unit::Count),
        ],
        rows,
        is_detail: false,
    }
}

/// What stays down with one recovery host less.
pub(in crate::plan) fn without(scenario: &Scenario, recoveries: &[Recovery]) -> Table {
    let mut rows = Vec::new();
    for it in recoveries {
        for (host, admissions) in &it.without {
            let lost = admissions.iter().filter(|row| row.admitted == Admitted::NoReplica).count();
            let left = left_out(admissions);
            rows.push(vec![
                Value::text(&scenario.topology.hosts[*host].name),
                Value::text(&scenario.topology.sites[it.lost].name),
                count(admissions.len() as u64),
                count(lost as u64),
                count((left.len() - lost) as u64),
                if left.is_empty() { Value::None("") } else { Value::text(names(scenario, &left)) },
            ]);
        }
    }
    Table {
        key: "site_one_host_less",
        title: "One recovery host less (N+1)".into(),
        columns: vec![
            column("host", "without", Unit::Text),
            column("lost", "lost", Unit::Text),
            column("vms", "VMs to start", Unit::Count),
            column("replicas_lost", "replica lost", Unit::Count),
            column("no_room", "no room", Unit::Count),
            column("not_started", "not started", Unit::Text),
        ],
        rows,
        is_detail: false,
    }
}

/// What test failovers add.
pub(in crate::plan) fn tests(scenario: &Scenario, drills: &[Drill]) -> Table {
    let row = |drill: &Drill| {
        let in_the_way: Vec<Id<Vm>> = drill.in_the_way.iter().flat_map(|(_, vms)| vms.clone()).collect();
        vec![
            Value::text(&drill.name),
            Value::Number(drill.testing.as_seconds()),
            count(drill.runs),
            count(drill.refused.len() as u64),
            count(drill.takes.0),
            count(drill.takes.1),
            Value::Number(drill.disk),
            if in_the_way.is_empty() { Value::None("") } else { Value::text(names(scenario, &in_the_way)) },
        ]
    };
    Table {
        key: "site_tests",
        title: "What test failovers add".into(),
        columns: vec![
            column("test", "test", Unit::Text),
            column("testing_s", "for", Unit::Seconds),
            column("vms", "test VMs", Unit::Count),
            column("refused", "no room", Unit::Count),
            column("cores", "cores", Unit::Count),
            column("memory_bytes", "memory", Unit::Bytes),
            column("disk_bytes", "written", Unit::Bytes),
            column("in_the_way", "not started in an outage meanwhile", Unit::Text),
        ],
        rows: drills.iter().map(row).collect(),
        is_detail: false,
    }
}

/// Every VM of the plans, in their order.
pub(in crate::plan) fn admissions(scenario: &Scenario, recoveries: &[Recovery]) -> Table {
    let mut rows = Vec::new();
    for (it, row) in recoveries.iter().flat_map(|it| it.admissions.iter().map(move |row| (it, row))) {
        let missing = match row.admitted {
            Admitted::Yes => Value::None(""),
            Admitted::NoRoom(cores, memory) => Value::text(format!("{} short", lack(cores, memory))),
            Admitted::NoReplica => Value::text("its replica is lost"),
        };
        let vm = &scenario.vms[row.vm];
        rows.push(vec![
            Value::text(&scenario.topology.sites[it.lost].name),
            Value::text(&scenario.recovery.plans[row.plan].name),
            if row.group == 0 { Value::text("by hand first") } else { Value::text(row.group.to_string()) },
            Value::text(&vm.name),
            row.host.map_or(Value::None(""), |host| Value::text(&scenario.topology.hosts[host].name)),
            count(u64::from(vm.cores)),
            count(vm.memory.0),
            Value::text(if row.admitted == Admitted::Yes { "yes" } else { "no" }),
            missing,
        ]);
    }
    Table {
        key: "site_admission",
        title: "Admission in plan order".into(),
        columns: vec![
            column("lost", "lost", Unit::Text),
            column("plan", "plan", Unit::Text),
            column("group", "group", Unit::Text),
            column("vm", "VM", Unit::Text),
            column("host", "host", Unit::Text),
            column("cores", "cores", Unit::Count),
            column("memory_bytes", "memory", Unit::Bytes),
            column("admitted", "starts", Unit::Text),
            column("missing", "missing", Unit::Text),
        ],
        rows,
        is_detail: true,
    }
}
