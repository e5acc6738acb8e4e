//! A week of 1,000 VMs with everything of the language, from text to results. `cargo bench --bench week`; the target is 2 s of user CPU.
//!
//! 24 points, app-consistent every 4 h, two policies, QoS, throttles, applies with limits, volumes with sizes; a drill, a planned failover with commit
//! and failback, pauses, a live migration and a change of policy; an outage of a site, with recovery points damaged.

mod cpu;

use std::collections::BTreeMap;
use std::fmt::Write;

use cpu::user_seconds;
use drsim::assess::{Options, assess};
use drsim::measure::results::JobState;
use drsim::scenario::Scenario;

/// User CPU that all of it may take, seconds.
const TARGET: f64 = 2.0;

const HOSTS: usize = 20;

/// VMs of one plan: the product takes no more.
const PLAN_MAX: usize = 100;

/// What is the same in every size of the fleet.
const FRAME: &str = r#"
    schema: 1, name: "A week", start: "2026-03-02T00:00[Europe/Berlin]", horizon: "7d", seed: 5,
    fault_domains: [(name: "campus"), (name: "colo")],
    sites: [
        (name: "hq", zone: "Europe/Berlin", fault_domains: ["campus"]),
        (name: "dr", zone: "Europe/Berlin", fault_domains: ["colo"]),
    ],
    logical_networks: [(name: "prod"), (name: "lab")],
    networks: [
        (name: "hq-net", site: "hq", logical: "prod", dns_ttl: "5m"),
        (name: "dr-net", site: "dr", logical: "prod", dns_ttl: "5m"),
        (name: "dr-lab", site: "dr", logical: "lab"),
    ],
    network_mappings: [(from: "hq-net", to: "dr-net"), (from: "dr-net", to: "hq-net")],
    links: [
        (name: "wan", from: "hq", to: "dr", rate: "10 Gbps", latency: "8ms",
         throttle: [(days: "Mon-Fri", from: "08:00", to: "18:00", rate: "6 Gbps")]),
    ],
    qos: [(name: "day", hosts: ["hq-*"], process: "vmms.exe", rate: "600 Mbps", windows: [(days: "Mon-Fri", from: "08:00", to: "18:00")])],
    vmm_servers: [(name: "vmm-hq", site: "hq"), (name: "vmm-dr", site: "dr")],
    clouds: [
        (name: "cloud-hq", vmm: "vmm-hq", hosts: ["hq-*"]),
        (name: "cloud-dr", vmm: "vmm-dr", hosts: ["dr-*"]),
    ],
    recovery_service: (job_latency: "30s"),
    profiles: [(name: "office", hours: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1, 1, 1, 1, 0.7, 1, 1, 1, 1, 0.7, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1])],
    policies: [
        (name: "5min", interval: "5m", compression: "1.5", recovery_points: 24, app_consistent: "4h", resync: "immediate",
         coalescing: [(window: "30s", ratio: "95 %"), (window: "1h", ratio: "60 %")]),
        (name: "15min", interval: "15m", recovery_points: 24, app_consistent: "4h", resync: "18:30 to 06:00"),
    ],
    protection: [
        (vms: ["dc", "sql-*", "web*"], from: "cloud-hq", to: "cloud-dr", policy: "5min"),
        (vms: ["files-*"], from: "cloud-hq", to: "cloud-dr", policy: "15min"),
        (vms: ["late-*"], from: "cloud-hq", to: "cloud-dr", policy: "5min", enabled: "Mon 09:00", initial: (network: "Mon 20:00")),
    ],
    applications: [
        (name: "identity", tier: 1, vms: ["dc"], rpo: "15m", rto: "2h"),
        (name: "shop", tier: 1, vms: ["sql-*"], depends_on: ["identity"], rpo: "15m", rto: "4h"),
        (name: "web", tier: 2, vms: ["web*", "files-*", "late-*"], depends_on: ["identity", "shop"], rpo: "1h", rto: "1d"),
    ],
    people: [(name: "operations", detection: "10m", decision: "20m", operators: 4, shifts: [(days: "daily", from: "06:00", to: "22:00")])],
    operations: [
        (at: "Tue 09:00", by: "operations", test_failover: "shop", network: "dr-lab", testing: "2h", point: "latest app-consistent"),
        (at: "Tue 13:00", pause: ["web01-01*"]),
        (at: "Tue 14:00", resume: ["web01-01*"]),
        (at: "Wed 10:00", migrate: "dc", to: "hq-02"),
        (at: "Wed 11:00", set_policy: "15min", vms: ["web01-02*"]),
        (at: "Thu 10:00", by: "operations", planned_failover: "shop"),
        (at: "Thu 14:00", commit: "shop"),
        (at: "Fri 10:00", by: "operations", failback: "shop"),
    ],
    outages: [
        (name: "hq-lost", faults: [(site: "hq", at: "Sat 10:00"), (recovery_points: "dc", at: "Sat 09:00", older_than: "3h")]),
    ],
"#;

/// `vms` machines: one in fifty is a large one of two disks, one in ten follows the slower policy, one in twenty is enabled on Monday.
fn text(vms: usize) -> String {
    let mut hosts = String::new();
    for side in ["hq", "dr"] {
        for index in 1..=HOSTS {
            let more = if side == "dr" { ", apply_vms: 8, compare_rate: \"200 MB/s\"" } else { "" };
            let rate = if side == "dr" { ", apply_rate: \"200 MB/s\"" } else { "" };
            writeln!(
                hosts,
                "(name: \"{side}-{index:02}\", site: \"{side}\", cores: 512, memory: \"1 TB\", nic: \"10 Gbps\", stream_cap: \"1 Gbps\"{more}, \
                 volumes: [(name: \"csv\", size: \"40 TB\"{rate})]),"
            )
            .expect("a string takes all");
        }
    }
    let (large, files, late) = (vms / 50, vms / 10, vms / 20);
    let web = vms - large - files - late - 1;
    let mut groups = vec![("files".to_owned(), files), ("late".to_owned(), late)];
    for block in 0..web.div_ceil(PLAN_MAX) {
        groups.push((format!("web{:02}", block + 1), (web - block * PLAN_MAX).min(PLAN_MAX)));
    }
    let small: String = groups.iter().map(|(name, count)| small(name, *count)).collect();
    let plans: String = groups.iter().map(|(name, _)| plan(name)).collect();
    format!(
        "({FRAME}    hosts: [{hosts}],
    plans: [
        (name: \"core\", people: \"operations\", shutdown_timeout: \"5m\", groups: [
            (vms: [\"dc\"], after: [(name: \"repoint DNS\", script: \"3m\")]),
            (vms: [\"sql-*\"]),
        ]),
        (name: \"shop\", people: \"operations\", groups: [(vms: [\"sql-*\"])]), {plans}
    ],
    vms: [
        (name: \"dc\", host: \"hq-01\", memory: \"4 GB\", disk: \"60 GB\", churn: \"40 KB/s\", network: \"hq-net\"),
        (name: \"sql-{{n:03}}\", count: {large}, host: \"hq-*\", cores: 8, memory: \"32 GB\", network: \"hq-net\",
         backups: [(days: \"daily\", from: \"21:00\", to: \"22:00\")], disks: [
            (name: \"os\", size: \"60 GB\", churn: \"20 KB/s\"),
            (name: \"data\", size: \"400 GB\", used: \"250 GB\", churn: [
                (profile: \"office\", rate: \"1 MB/s\"), (window: \"22:00 to 23:00\", days: \"daily\", rate: \"2 MB/s\"),
                (bursts: \"8h\", lasts: \"lognormal median 10m sigma 0.6\", rate: \"2 MB/s\")])]),
        {small}
    ],
)"
    )
}

/// A plan of one group.
fn plan(name: &str) -> String {
    format!(
        "(name: \"{name}\", people: \"operations\", parallel_recoveries: 10, groups: [(vms: [\"{name}-*\"])]), "
    )
}

fn small(name: &str, count: usize) -> String {
    format!(
        "(name: \"{name}-{{n:03}}\", count: {count}, host: \"hq-*\", cores: 2, memory: \"4 GB\", disk: \"60 GB\", network: \"hq-net\",
         churn: [(profile: \"office\", rate: \"uniform 20 KB/s to 400 KB/s\")]), "
    )
}

fn main() {
    for vms in [200, 1000] {
        let before = user_seconds();
        let files = BTreeMap::from([("week.ron".to_owned(), text(vms).into_bytes())]);
        let parsed = Scenario::parse(&files, "week.ron");
        let (scenario, _) = parsed.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let read = user_seconds();
        let (results, _) =
            assess(&scenario, &Options { threads: 1, progress: &|_| {} }).expect("the audit holds");
        let run = user_seconds();
        let jobs = &results.operations.jobs;
        println!(
            "a week of {vms:>5} VMs  {:>6.2} s user CPU of {TARGET} s at 1000 (read {:.2} s, run {:.2} s)  {} jobs, {} failed  digest {}",
            run - before,
            read - before,
            run - read,
            jobs.len(),
            jobs.iter().filter(|job| job.outcome != JobState::Succeeded).count(),
            &results.digest[..8],
        );
    }
}
