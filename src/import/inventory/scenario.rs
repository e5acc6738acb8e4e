//! A whole scenario around an inventory: its machines at the main site, a recovery site with room for them, and what replication needs.
//!
//! What the export tells is written as it is; all else is a stand-in that says so, in the head of the file and in the summary.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::super::wan::scenario::sections;
use super::model::Measured;
use super::model::size_of;
use super::places::{add_for_replicas, clusters, hosts, names, site_told};
use super::placing::{Main, NOWHERE, Volumes, main_hosts, recovery};
use super::stand_ins::{DAY, GROWTH, churns, marks};
use super::{Host, Inventory, InventoryOptions, Machine, replication};
use crate::units::{Rate, Ratio, Span};

/// Most machines in one recovery plan (fact 5.1).
const PLAN_VMS: usize = 100;
/// Longest run, in seconds: ten years of 365 days.
const RUN_MAX: u64 = 3650 * DAY;
/// Payload share of a link, in percent.
const PAYLOAD: u128 = 95;

/// A written scenario, and what it takes for true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// RON text.
    pub text: String,
    /// Assumptions made in writing it, as sentences.
    pub assumed: Vec<String>,
    /// Mean of all that is written.
    pub churn: Rate,
}

/// The scenario, titled `name`.
pub fn scenario(inventory: &Inventory, options: &InventoryOptions, name: &str) -> Written {
    let mut assumed = Vec::new();
    let main = main_hosts(inventory, options, &mut assumed);
    let recovery = recovery(&main.hosts, inventory, options);
    let is_both_ways = inventory.machines.iter().any(|machine| machine.away);
    let volumes = volumes(inventory, (&main, &recovery), is_both_ways, &mut assumed);
    let churn = Rate(
        inventory.machines.iter().flat_map(|machine| churns(machine, options)).fold(0, u64::saturating_add),
    );
    let network = network(churn, options, &mut assumed);
    churn_told(inventory, options, &mut assumed);
    assumed.push(site_told(inventory, &recovery));
    assumed.extend(replication::assumed(&inventory.machines));
    let rpo = rpo(&inventory.machines, &mut assumed);
    let time = time(inventory.measured.as_ref());
    let head: String = inventory.told.assumed.iter().chain(&assumed).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "//   - {}", line.replace(['\n', '\r'], " "));
        text
    });
    let text = format!(
        r#"// Machines of an inventory ({source}), replicated from one site to another. Written by `drsim import inventory`.
//
// Machines, their hosts and where they lie are the export's. Taken for true:
//
{head}//
// Put your own in their place, then `drsim check` this file and `drsim run` it.
(
    schema: 1,
    name: {name:?},
    start: {start},
    horizon: {horizon:?},

{series}    sites: [(name: "main", zone: "UTC"), (name: "recovery", zone: "UTC")],
    hosts: [
{main_hosts}{recovery_hosts}    ],
{clusters}{network}    vmm_servers: [(name: "main-vmm", site: "main"), (name: "recovery-vmm", site: "recovery")],
    clouds: [
        (name: "main", vmm: "main-vmm", hosts: [{main_names}]),
        (name: "recovery", vmm: "recovery-vmm", hosts: [{recovery_names}]),
    ],

    policies: [
{policies}    ],
    protection: [
{protection}    ],

    vms: [
{machines}    ],

    applications: [(name: "all", vms: ["*"], rpo: "{rpo}", rto: "4h")],
    people: [(name: "operations")],
    plans: [
{plans}    ],

{operations}    outages: [
{outages}    ],

{assumed})
"#,
        source = inventory.source,
        start = time.start,
        horizon = time.horizon,
        series = time.series,
        outages = outages(is_both_ways, &time.middle),
        main_hosts = hosts(&main.hosts, "main", &volumes),
        recovery_hosts = hosts(&recovery, "recovery", &volumes),
        clusters = clusters(&main.hosts, &recovery),
        main_names = names(&main.hosts),
        recovery_names = names(&recovery),
        policies = replication::policies(&inventory.machines),
        protection = replication::protection(&inventory.machines),
        operations = replication::operations(&inventory.machines),
        machines = machines(inventory, (&main, &recovery), options),
        plans = plans(&inventory.machines),
        assumed = marks(inventory, options, (&main, &recovery)).around().section(),
    );
    Written { text, assumed, churn }
}

/// Lines of volumes, by host: for machines where they run, for replicas where they may stand.
fn volumes(
    inventory: &Inventory,
    (main, recovery): (&Main, &[Host]),
    is_both_ways: bool,
    assumed: &mut Vec<String>,
) -> BTreeMap<String, Vec<String>> {
    let mut volumes = Volumes::new(inventory, main, recovery, assumed).of_host;
    add_for_replicas(&mut volumes, recovery);
    if is_both_ways {
        add_for_replicas(&mut volumes, &main.hosts);
    }
    volumes
}

/// An objective for all, twice the longest copy frequency: a copy is one old when the next begins, which may take another to arrive.
fn rpo(machines: &[Machine], assumed: &mut Vec<String>) -> Span {
    let longest = machines.iter().map(replication::interval).max().unwrap_or(Span::ZERO);
    let rpo = Span(2 * longest.0);
    assumed.push(format!(
        "One application with RPO {rpo}, twice its longest copy frequency, and RTO 4h, one team, one outage."
    ));
    rpo
}

/// The loss of each site that machines run at.
fn outages(is_both_ways: bool, middle: &str) -> String {
    let sites = if is_both_ways { &["main", "recovery"][..] } else { &["main"] };
    let line = |site: &&str| {
        format!(
            "        (name: \"{site}-lost\", about: \"The {site} site is lost.\", faults: [(site: {site:?}, at: {middle:?})]),\n"
        )
    };
    sites.iter().map(line).collect()
}

/// The sections of routers and links: those of the network that is given, else one link with room for the mean of all writes.
fn network(churn: Rate, options: &InventoryOptions, assumed: &mut Vec<String>) -> String {
    if let Some((wan, of)) = &options.network {
        let unknown = wan.links.iter().filter(|link| link.rate.is_none()).count();
        if unknown > 0 {
            assumed.push(format!("Links whose rate the network does not tell have {}: {unknown}.", of.rate));
        }
        let speed = of.km_per_ms;
        assumed
            .push(format!("Light travels {speed} km of fibre in a millisecond; other places are routers."));
        return sections(wan, of, ["main", "recovery"]);
    }
    let bits = u128::from(churn.0) * 8 * GROWTH;
    let mbps = u64::try_from(bits.div_ceil(PAYLOAD * 1_000_000)).unwrap_or(u64::MAX).clamp(1, 1_000_000);
    assumed.push(format!("A link of {mbps} Mbps: the mean of all writes and {} % more.", GROWTH - 100));
    format!("    links: [(name: \"wan\", from: \"main\", to: \"recovery\", rate: \"{mbps} Mbps\")],\n")
}

/// When the run is, as written.
struct When {
    start: String,
    horizon: String,
    middle: String,
    series: String,
}

/// A week from a Monday, or as long as the measured series.
fn time(measured: Option<&Measured>) -> When {
    let Some(measured) = measured else {
        return When {
            start: "\"2026-01-05T00:00[UTC]\"".to_owned(),
            horizon: "7d".to_owned(),
            middle: "3d12h".to_owned(),
            series: String::new(),
        };
    };
    let seconds = measured.seconds.min(RUN_MAX);
    let start = super::super::clock::written(measured.start_unix_us);
    When {
        start: format!("\"{}[UTC]\"", start.trim_end_matches('Z')),
        horizon: format!("{seconds}s"),
        middle: format!("{}s", seconds / 2),
        series: format!("    series: [(name: {:?}, file: {:?})],\n\n", measured.name, measured.file),
    }
}

fn churn_told(inventory: &Inventory, options: &InventoryOptions, assumed: &mut Vec<String>) {
    let disks =
        || inventory.machines.iter().filter(|machine| !machine.off).flat_map(|machine| &machine.disks);
    let unmeasured = disks().filter(|disk| disk.writes.is_none()).count();
    if unmeasured > 0 {
        let measured = if unmeasured == disks().count() { "" } else { ", where none is measured" };
        assumed.push(format!(
            "Each day {} of what is used is written, spread evenly{measured}; --daily-change sets it.",
            percent(options.daily_change)
        ));
    }
    if disks().any(|disk| disk.writes.is_some_and(|rate| rate.0 > 0) && disk.columns.is_empty()) {
        assumed.push("Measured writes are taken as their mean, all the time.".to_owned());
    }
}

/// As a percentage, without zeros at the end.
fn percent(share: Ratio) -> String {
    let (whole, rest) = (share.0 / 10_000, share.0 % 10_000);
    let rest = format!("{rest:04}");
    match rest.trim_end_matches('0') {
        "" => format!("{whole} %"),
        rest => format!("{whole}.{rest} %"),
    }
}

fn machines(inventory: &Inventory, (main, recovery): (&Main, &[Host]), options: &InventoryOptions) -> String {
    let mut text = String::new();
    for (machine, place) in inventory.machines.iter().zip(&main.places) {
        let generation =
            machine.generation.map(|number| format!(", generation: {number}")).unwrap_or_default();
        let off = if machine.off { " // powered off" } else { "" };
        let name = &machine.name;
        let host = main.host_of(machine, *place, recovery).map_or("", |host| &host.name);
        let (cores, memory) = (machine.cores, size_of(machine.memory.0));
        let _ = writeln!(
            text,
            "        (name: {name:?}, host: {host:?}, cores: {cores}, memory: \"{memory}\"{generation}, disks: [{off}"
        );
        for (disk, churn) in machine.disks.iter().zip(churns(machine, options)) {
            let used = disk.used.map(|used| format!(", used: \"{}\"", size_of(used.0))).unwrap_or_default();
            let churn = match &inventory.measured {
                Some(series) if !disk.columns.is_empty() => {
                    let layer = |column: &String| {
                        format!(
                            "(trace: {:?}, column: {column:?}, gap: \"zero\", after_end: \"zero\")",
                            series.name
                        )
                    };
                    let layers: Vec<String> = disk.columns.iter().map(layer).collect();
                    format!(", churn: [{}]", layers.join(", "))
                }
                _ if churn > 0 => format!(", churn: \"{}\"", rate_of(churn)),
                _ => String::new(),
            };
            let (name, size) = (&disk.name, size_of(disk.size.0));
            let volume = disk.store.as_deref().unwrap_or(NOWHERE);
            let _ = writeln!(
                text,
                "            (name: {name:?}, size: \"{size}\"{used}, volume: {volume:?}{churn}),"
            );
        }
        text.push_str("        ]),\n");
    }
    text
}

/// One plan for each direction, or as many as it takes.
fn plans(machines: &[Machine]) -> String {
    let mut text = String::new();
    for (away, to) in [(false, "recovery"), (true, "main")] {
        let own: Vec<String> = machines
            .iter()
            .filter(|machine| machine.away == away)
            .map(|machine| format!("{:?}", machine.name))
            .collect();
        for (index, part) in own.chunks(PLAN_VMS).enumerate() {
            let is_all = part.len() == machines.len();
            let vms = if is_all { "\"*\"".to_owned() } else { part.join(", ") };
            let _ = writeln!(
                text,
                "        (name: \"to-{to}-{}\", people: \"operations\", groups: [(vms: [{vms}])]),",
                index + 1
            );
        }
    }
    text
}

/// Exactly, in KB/s.
fn rate_of(bytes: u64) -> String {
    match bytes % 1000 {
        0 => format!("{} KB/s", bytes / 1000),
        rest => format!("{}.{rest:03} KB/s", bytes / 1000),
    }
}
