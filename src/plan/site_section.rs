//! What the recovery site must hold, as a section of the plan.

use std::collections::BTreeMap;

use super::demand::as_f64;
use super::document::{Section, Table, Unit, Value, column};
use super::sections::{Ask, Progress, Stopped};
use super::site::{Admission, Admitted, Estate, sites_at_risk};
use super::site_drills::{Drill, drills, left_out};
use super::site_load::{Load, loads};
use super::site_volumes::{space, volume_sentences, writes};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::{Host, Site};
use crate::units::Bytes;
use crate::workload::Vm;

/// Names that a sentence gives.
const NAMES: usize = 4;

/// The section; empty if no plan would start anything at another site.
///
/// # Errors
/// `progress` said stop.
pub fn section(scenario: &Scenario, _: &Ask, progress: Progress<'_>) -> Result<Section, Stopped> {
    let sites = sites_at_risk(scenario);
    if sites.is_empty() {
        return Ok(Section::default());
    }
    let loads: Vec<Load> = loads(scenario, progress)?;
    let recoveries: Vec<Recovery> = sites.iter().map(|site| recover(scenario, *site)).collect();
    let drills = drills(scenario);
    let mut says: Vec<String> = recoveries.iter().flat_map(|it| recovery_sentences(scenario, it)).collect();
    says.extend(volume_sentences(scenario, &loads));
    says.extend(drills.iter().map(|drill| drill_sentence(scenario, drill)));
    says.push(
        "A VM starts while cores and startup memory are left on the host of its replica, as in a run: plans by name, what is failed over by \
         hand first, then group by group, all replicas present. VMs at home on a recovery host keep their room."
            .into(),
    );
    let unplanned = unplanned(scenario);
    if unplanned > 0 {
        says.push(format!("{unplanned} replicated VMs stand in no plan: nothing above counts them."));
    }
    let tables = vec![
        hosts(scenario, &recoveries),
        space(scenario, &loads),
        writes(scenario, &loads),
        without(scenario, &recoveries),
        tests(scenario, &drills),
        admissions(scenario, &recoveries),
    ];
    Ok(Section { key: "site", title: "Recovery site".into(), says, tables, curves: Vec::new() })
}

/// What happens after the loss of a site.
struct Recovery {
    lost: Id<Site>,
    admissions: Vec<Admission>,
    /// Cores and memory of what is to start, by host.
    wanted: BTreeMap<Id<Host>, (u64, u64)>,
    /// With one recovery host less: which, what stays down, what of it would start with all hosts.
    without: Vec<(Id<Host>, Vec<Admission>)>,
}

fn recover(scenario: &Scenario, lost: Id<Site>) -> Recovery {
    let admissions = Estate::of(scenario).recover(scenario, lost);
    let mut wanted: BTreeMap<Id<Host>, (u64, u64)> = BTreeMap::new();
    for it in &admissions {
        let Some(host) = it.host else { continue };
        let (cores, memory) = wanted.entry(host).or_default();
        *cores = cores.saturating_add(u64::from(scenario.vms[it.vm].cores));
        *memory = memory.saturating_add(scenario.vms[it.vm].memory.0);
    }
    let one_less = |host: &Id<Host>| {
        let mut estate = Estate::of(scenario);
        estate.lose(scenario, *host);
        (*host, estate.recover(scenario, lost))
    };
    let without = wanted.keys().map(one_less).collect();
    Recovery { lost, admissions, wanted, without }
}

/// What is free on a host, and what lacks there for what is wanted on top.
fn room(scenario: &Scenario, host: Id<Host>, wanted: (u64, u64)) -> [u64; 4] {
    let (used, row) = (Estate::of(scenario).used[host.index()], &scenario.topology.hosts[host]);
    let (cores, memory) = row.lacks(used.0.saturating_add(wanted.0), Bytes(used.1.saturating_add(wanted.1)));
    let offered = row.memory.0.saturating_sub(row.memory_reserve.0);
    [u64::from(row.cores).saturating_sub(used.0), offered.saturating_sub(used.1), cores, memory.0]
}

fn names(scenario: &Scenario, vms: &[Id<Vm>]) -> String {
    let shown: Vec<&str> = vms.iter().take(NAMES).map(|vm| scenario.vms[*vm].name.as_str()).collect();
    match vms.len().saturating_sub(NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn recovery_sentences(scenario: &Scenario, it: &Recovery) -> Vec<String> {
    let (site, hosts) = (&scenario.topology.sites[it.lost].name, &scenario.topology.hosts);
    let (down, count) = (left_out(&it.admissions), it.admissions.len());
    let mut says = Vec::new();
    if down.is_empty() {
        says.push(format!("If {site} is lost, all {count} VMs of the plans find room."));
    } else {
        let started = count - down.len();
        says.push(format!(
            "If {site} is lost, {started} of {count} VMs of the plans find room; {} do not.",
            names(scenario, &down)
        ));
    }
    for (host, wanted) in &it.wanted {
        let [_, _, cores, memory] = room(scenario, *host, *wanted);
        if cores > 0 || memory > 0 {
            let lack = lack(cores, Bytes(memory));
            says.push(format!("For all that would start on it, {} is short of {lack}.", hosts[*host].name));
        }
    }
    let worst = it.without.iter().max_by_key(|(host, rows)| (left_out(rows).len(), std::cmp::Reverse(*host)));
    if let Some((host, rows)) = worst {
        let left = left_out(rows);
        let host = &hosts[*host].name;
        says.push(if left.len() > down.len() {
            format!(
                "It is not N+1: with {host} lost as well, {} of {count} VMs do not start: {}.",
                left.len(),
                names(scenario, &left)
            )
        } else {
            "It is N+1: with any one recovery host lost as well, no more VMs stay down.".into()
        });
    }
    says
}

fn lack(cores: u64, memory: Bytes) -> String {
    match (cores, memory) {
        (0, memory) => format!("{memory} of memory"),
        (cores, Bytes(0)) => format!("{cores} cores"),
        (cores, memory) => format!("{memory} of memory and {cores} cores"),
    }
}

fn drill_sentence(scenario: &Scenario, drill: &Drill) -> String {
    let what = if drill.is_written { format!("Test failover {}", drill.name) } else { drill.name.clone() };
    let mut says = format!(
        "{what} for {} takes {} cores and {} of memory on top{}",
        drill.testing,
        drill.takes.0,
        Bytes(drill.takes.1),
        if drill.refused.is_empty() {
            String::new()
        } else {
            format!("; {} find no room", drill.refused.len())
        },
    );
    match drill.in_the_way.first() {
        None => says.push_str(": a site lost meanwhile costs no VM its room."),
        Some((site, vms)) => says.push_str(&format!(
            ": if {} is lost meanwhile, VMs that would start do not: {}.",
            scenario.topology.sites[*site].name,
            names(scenario, vms)
        )),
    }
    let first = says.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    says.chars().skip(1).fold(first, |mut text, c| {
        text.push(c);
        text
    })
}

fn unplanned(scenario: &Scenario) -> usize {
    let plans = scenario.recovery.plans.iter();
    let planned: std::collections::BTreeSet<Id<Vm>> = plans
        .flat_map(|plan| plan.by_hand_first.iter().chain(plan.groups.iter().flat_map(|group| &group.vms)))
        .copied()
        .collect();
    scenario.vms.entries().filter(|(id, vm)| vm.protection.is_some() && !planned.contains(id)).count()
}

fn count(number: u64) -> Value {
    Value::Number(as_f64(number))
}

fn hosts(scenario: &Scenario, recoveries: &[Recovery]) -> Table {
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

fn without(scenario: &Scenario, recoveries: &[Recovery]) -> Table {
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
                if left.is_empty() { Value::None } else { Value::text(names(scenario, &left)) },
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

fn tests(scenario: &Scenario, drills: &[Drill]) -> Table {
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
            if in_the_way.is_empty() { Value::None } else { Value::text(names(scenario, &in_the_way)) },
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

fn admissions(scenario: &Scenario, recoveries: &[Recovery]) -> Table {
    let mut rows = Vec::new();
    for (it, row) in recoveries.iter().flat_map(|it| it.admissions.iter().map(move |row| (it, row))) {
        let missing = match row.admitted {
            Admitted::Yes => Value::None,
            Admitted::NoRoom(cores, memory) => Value::text(format!("{} short", lack(cores, memory))),
            Admitted::NoReplica => Value::text("its replica is lost"),
        };
        let vm = &scenario.vms[row.vm];
        rows.push(vec![
            Value::text(&scenario.topology.sites[it.lost].name),
            Value::text(&scenario.recovery.plans[row.plan].name),
            if row.group == 0 { Value::text("by hand first") } else { Value::text(row.group.to_string()) },
            Value::text(&vm.name),
            row.host.map_or(Value::None, |host| Value::text(&scenario.topology.hosts[host].name)),
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
