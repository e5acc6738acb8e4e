//! A whole scenario around an imported series, ready to run and to be completed.

use std::fmt::Write;

use super::super::found::Found;
use crate::import::clock::written;
use crate::import::marks::Marks;
use crate::units::{MICROS, Span};

/// Most machines in one recovery plan (fact 5.1).
const PLAN_VMS: usize = 100;
/// Longest run, in seconds: ten years of 365 days.
const RUN_MAX: u64 = 3650 * DAY;
const DAY: u64 = 86_400;
/// Given to every machine: cores, and memory in GB.
const EACH: (usize, usize) = (2, 4);
/// Memory in GB that a host keeps for itself.
const RESERVE: usize = 4;

/// RON text of a scenario in which every column of the series in `file`, called `name`, is a replicated machine.
/// What was measured comes from the series; all else is a stand-in, and says so.
pub fn fragment(found: &Found, name: &str, file: &str) -> String {
    let count = found.columns.len();
    let seconds = (found.bin_us.saturating_mul(found.bins as u64) / MICROS).clamp(1, RUN_MAX);
    let (cores, memory) = (EACH.0 * count, EACH.1 * count + RESERVE);
    let start = written(found.start_unix_us);
    let (link, machines, plans) = (link(found), machines(found, name), plans(found));
    format!(
        r#"// Machines with measured writes, replicated from one site to another. Written by `drsim import churn`.
//
// Only the writes are measured. Hosts, machines, link, policy, objectives and the outage are stand-ins:
// put yours in their place, `drsim check` this file, and `drsim run` it.
(
    schema: 1,
    name: {name:?},
    start: "{start}[UTC]", // of the series
    horizon: "{horizon}", // its length

    series: [(name: {name:?}, file: {file:?})],

    sites: [(name: "main", zone: "UTC"), (name: "recovery", zone: "UTC")],
    // Room for all machines at either site.
    hosts: [
        (name: "main-hv", site: "main", cores: {cores}, memory: "{memory} GB", volumes: [(name: "data")]),
        (name: "recovery-hv", site: "recovery", cores: {cores}, memory: "{memory} GB", volumes: [(name: "data")]),
    ],
    // Carries what all write together in 95 % of the bins, and a fifth more than their mean.
    links: [(name: "wan", from: "main", to: "recovery", rate: "{link:.0} Mbps")],
    vmm_servers: [(name: "main-vmm", site: "main"), (name: "recovery-vmm", site: "recovery")],
    clouds: [
        (name: "main", vmm: "main-vmm", hosts: ["main-hv"]),
        (name: "recovery", vmm: "recovery-vmm", hosts: ["recovery-hv"]),
    ],

    // Disk sizes are not known, so the 50 % rule is left out: say "hyper-v" once they are yours.
    policies: [(name: "5min", technology: "generic", interval: "5m")],
    protection: [(from: "main", to: "recovery", policy: "5min")],

    vms: [
{machines}    ],

    applications: [(name: "all", vms: ["*"], rpo: "15m", rto: "4h")],
    people: [(name: "operations")],
    plans: [
{plans}    ],

    outages: [
        (name: "main-lost", about: "The main site is lost.", faults: [(site: "main", at: "{middle}")]),
    ],

{assumed})
"#,
        start = start.trim_end_matches('Z'),
        horizon = length(seconds),
        middle = length(seconds / 2),
        assumed = marks().around().section(),
    )
}

fn marks() -> Marks {
    let mut marks = Marks::default();
    marks.add("hosts", "one a site, with room for all machines");
    marks.add(
        "links.wan.rate",
        "carries what all write in 95 % of the bins, and a fifth more than their mean",
    );
    marks.add("policies.5min", "no file tells the copy frequency");
    marks.add("vms.*.cores", "no file tells it");
    marks.add("vms.*.memory", "no file tells it");
    marks.add("vms.*.disk", "no file tells it");
    marks
}

fn machines(found: &Found, name: &str) -> String {
    let (cores, memory) = EACH;
    let mut text = String::new();
    for column in found.columns.iter().map(|column| &column.name) {
        writeln!(
            text,
            "        (name: {column:?}, host: \"main-hv\", cores: {cores}, memory: \"{memory} GB\", disk: \"100 GB\", \
             churn: [(trace: {name:?}, column: {column:?}, gap: \"zero\", after_end: \"zero\")]),"
        )
        .expect("writing to a string cannot fail");
    }
    text
}

/// One plan, or as many as it takes.
fn plans(found: &Found) -> String {
    let mut text = String::new();
    let names: Vec<String> = found.columns.iter().map(|column| format!("{:?}", column.name)).collect();
    for (index, part) in names.chunks(PLAN_VMS).enumerate() {
        let vms = if names.len() <= PLAN_VMS { "\"*\"".to_owned() } else { part.join(", ") };
        writeln!(
            text,
            "        (name: \"to-recovery-{}\", people: \"operations\", groups: [(vms: [{vms}])]),",
            index + 1
        )
        .expect("writing to a string cannot fail");
    }
    text
}

/// Whole Mbps, of which 95 % are payload.
fn link(found: &Found) -> f64 {
    let bps = found.aggregate.p95.max(1.2 * found.aggregate.mean);
    (bps * 8.0 / 1e6 / 0.95).ceil().max(1.0)
}

/// As one would write it, to the second.
fn length(seconds: u64) -> String {
    match seconds {
        0 => "0s".to_owned(),
        _ if seconds.is_multiple_of(DAY) => Span::seconds(seconds).to_string(),
        _ => format!("{seconds}s"),
    }
}
