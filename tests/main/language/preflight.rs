//! Every check of a design as a whole says what it finds, in words that are written down, and a clean design is left in peace.
//!
//! Each case changes spots of `preflight/base.ron`; what must be said stands in `preflight/expected.txt`, which
//! `UPDATE=1 cargo test preflight` writes anew.

use std::collections::BTreeSet;

use drsim::measure::results::VmEnd;
use drsim::problem::{Problem, codes};
use drsim::scenario::Scenario;

use super::problems::{changed, check, written_down, wrong_remedies};

mod cases;

const BASE: &str = include_str!("preflight/base.ron");

/// Warnings that stay whatever the file says: what helps with them is done at the host, or noted by people.
const DONE_ELSEWHERE: [&str; 2] = ["W0323", "W0415"];

/// Codes that have a case here.
pub fn codes_with_a_case() -> BTreeSet<&'static str> {
    cases::all().map(|(code, ..)| *code).collect()
}

const DRILL: &str = r#"(at: "1m", name: "drill", test_failover: "main", network: "created", testing: "10m")"#;

/// A whole design with a drill and these operations.
fn exercised(operations: &str) -> String {
    changed(BASE, "operations: []", &format!("operations: [{DRILL}{operations}]"))
}

const CLUSTERED: (&str, &str) = (
    r#"clusters: [] && (name: "d1") && (name: "d2")"#,
    r#"clusters: [(name: "hq-cluster", site: "hq", nodes: ["h1", "h2"])] && (name: "d1", cluster: true) && (name: "d2", cluster: true)"#,
);

#[test]
fn a_clean_design_is_left_in_peace() {
    assert_eq!(check(BASE).render(false), "");
    assert_eq!(check(&exercised("")).render(false), "");
    let clustered = changed(BASE, CLUSTERED.0, CLUSTERED.1);
    let throttled = r#"qos: [(name: "day", hosts: ["h1", "h2"], port: 8084, rate: "50 Mbps")]"#;
    assert_eq!(check(&changed(&clustered, "qos: []", throttled)).render(false), "");
}

/// A user sees the place of each, and it is in the file.
#[test]
fn every_finding_is_said_as_written_down() {
    let (mut actual, mut missing) = (String::new(), Vec::new());
    for (code, about, from, to, _) in cases::all() {
        let problems = check(&changed(BASE, from, to));
        let text = problems.render(false);
        let found: Vec<&Problem> = problems.iter().filter(|problem| problem.code.id == *code).collect();
        if found.is_empty() || found.iter().any(|problem| problem.place.is_none()) {
            missing.push(format!("{code}, {about}:\n{text}"));
        }
        actual += &format!("---- {code}: {about}\n{text}");
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    written_down("preflight", &actual);
}

/// As for what is wrong in one spot: done as it says, the finding is gone and none has come.
#[test]
fn a_remedy_of_a_finding_helps() {
    let in_the_file = cases::all().filter(|(code, ..)| !DONE_ELSEWHERE.contains(code));
    let wrong = wrong_remedies(BASE, in_the_file.map(|(code, _, from, to, mend)| (*code, *from, *to, *mend)));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One step less than a case that is complained about: text replaced, replacement.
const JUST_ENOUGH: &[(&str, &str, &str)] = &[
    ("the least recovery time", LEAST.0, LEAST.1),
    (
        "memory and cores for both",
        r#"(name: "r1", site: "dr", cores: 64, memory: "256 GB""#,
        r#"(name: "r1", site: "dr", cores: 8, memory: "16 GB""#,
    ),
    (
        "16 disks",
        r#"disk: "100 GB", volume: "d2", churn: "2 KB/s""#,
        r#"disks: [(name: "d0", size: "1 GB"), (name: "d1", size: "1 GB"), (name: "d2", size: "1 GB"), (name: "d3", size: "1 GB"), (name: "d4", size: "1 GB"), (name: "d5", size: "1 GB"), (name: "d6", size: "1 GB"), (name: "d7", size: "1 GB"), (name: "d8", size: "1 GB"), (name: "d9", size: "1 GB"), (name: "d10", size: "1 GB"), (name: "d11", size: "1 GB"), (name: "d12", size: "1 GB"), (name: "d13", size: "1 GB"), (name: "d14", size: "1 GB"), (name: "d15", size: "1 GB")]"#,
    ),
    (
        "16 points on 2012",
        r#"interval: "5m" && (name: "h1",  && (name: "h2",  && (name: "r1", "#,
        r#"interval: "5m", recovery_points: 16 && (name: "h1", os: "2012",  && (name: "h2", os: "2012",  && (name: "r1", os: "2012", "#,
    ),
    (
        "both directions between two clouds",
        "    vms: [\n && protection: [ && applications: [\n && plans: [",
        "    vms: [\n        (name: \"back\", host: \"r1\", memory: \"8 GB\", disk: \"100 GB\", churn: \"1 KB/s\", network: \"lan-dr\"),\n && protection: [(vms: [\"back\"], from: \"dr\", to: \"hq\", policy: \"5min\"),  && applications: [\n        (name: \"files\", vms: [\"back\"], rpo: \"15m\", rto: \"1h\"),\n && plans: [(name: \"back\", people: \"ops\", groups: [(vms: [\"back\"])]), ",
    ),
    (
        "a key of 5 days",
        r#"(name: "vmm-hq", site: "hq")"#,
        r#"(name: "vmm-hq", site: "hq", provider: (key_age: "5d"))"#,
    ),
    ("a pool for all", r#"site: "dr", pool: 100"#, r#"site: "dr", pool: 2"#),
    ("room for half a disk", r#"(name: "d1")"#, r#"(name: "d1", size: "150 GB")"#),
    (
        "room for two hours of 1 MB/s",
        r#"churn: "1 KB/s" && churn: "2 KB/s" && interval: "5m" && [(name: "d")]"#,
        r#"churn: "1 MB/s" && churn: "0 B/s" && interval: "5m", recovery_points: 2 && [(name: "d", size: "207200 MB")]"#,
    ),
    (
        "a script of 10 minutes",
        r#", (vms: ["sql"])]"#,
        r#", (vms: ["sql"], after: [(name: "warm up", script: "10m")])]"#,
    ),
    (
        "a test of 14 days",
        r#"horizon: "1d" && operations: []"#,
        r#"horizon: "30d" && operations: [(at: "1m", test_failover: "main", network: "created", testing: "14d")]"#,
    ),
    (
        "corruption found within the retention",
        r#"interval: "5m" && outages: []"#,
        r#"interval: "5m", recovery_points: 4 && outages: [(name: "worm", faults: [(contents: "dc", at: "1h", found: "3h")])]"#,
    ),
    (
        "two links that share nothing",
        "links: [",
        r#"links: [(name: "second", from: "hq", to: "dr", rate: "100 Mbps"), "#,
    ),
    (
        "two links from the campus of the site they start at",
        r#"fault_domains: [] && (name: "hq", zone: "UTC") && links: [(name: "wan", "#,
        r#"fault_domains: [(name: "campus")] && (name: "hq", zone: "UTC", fault_domains: ["campus"]) && links: [(name: "second", from: "hq", to: "dr", rate: "100 Mbps", fault_domains: ["campus"]), (name: "wan", fault_domains: ["campus"], "#,
    ),
    (
        "one link after the other, and no other way",
        r#"routers: [] && links: [(name: "wan", from: "hq", to: "dr""#,
        r#"routers: [(name: "exchange")] && links: [(name: "tail", from: "exchange", to: "dr", rate: "100 Mbps"), (name: "wan", from: "hq", to: "exchange""#,
    ),
    (
        "a window that just carries it",
        r#"(name: "h1",  && churn: "1 KB/s""#,
        r#"(name: "h1", tcp_window: "64 KiB",  && churn: "6553600 B/s""#,
    ),
    (
        "a whole exercise",
        "operations: []",
        r#"operations: [(at: "1m", name: "drill", test_failover: "main", network: "created", testing: "10m"), (at: "20m", name: "there", planned_failover: "main"), (at: "40m", name: "commit", commit: "main"), (at: "90m", name: "back", failback: "main")]"#,
    ),
    (
        "protection ended and enabled again",
        "operations: []",
        r#"operations: [(at: "1m", name: "drill", test_failover: "main", network: "created", testing: "10m"), (at: "20m", name: "off", disable: ["dc"], delete_replica: true), (at: "30m", name: "on", enable: ["dc"])]"#,
    ),
    (
        "a drill of what is enabled before it",
        r#"protection: [(vms: ["dc", "sql"] && operations: []"#,
        r#"protection: [(vms: ["dc"], from: "hq", to: "dr", policy: "5min", enabled: "20m"), (vms: ["sql"] && operations: [(at: "40m", name: "drill", test_failover: "main", network: "created", testing: "10m")]"#,
    ),
];

/// Limits belong to the allowed side.
#[test]
fn what_is_just_enough_is_not_complained_about() {
    for (about, from, to) in JUST_ENOUGH {
        assert_eq!(check(&changed(BASE, from, to)).render(false), "", "{about}");
    }
    let least = changed(BASE, LEAST.0, &LEAST.1.replace("14m5s", "14m4s"));
    assert!(check(&least).iter().any(|problem| problem.code == &codes::RTO_TOO_TIGHT));
}

/// 120 s detection, 300 s decision, 30 s job, 5 s failover, 120 s for each of two boots, 60 s readiness, 90 s validation.
const LEAST: (&str, &str) = (
    r#"depends_on: ["identity"], rpo: "15m", rto: "1h""#,
    r#"depends_on: ["identity"], rpo: "15m", rto: "14m5s""#,
);

/// An error here ends the parse as any other: what the product refuses is not run.
#[test]
fn what_the_product_refuses_is_not_run() {
    let base = include_str!("problems/base.ron");
    let loops = changed(base, r#"from: "cloud-hq", to: "cloud-dr""#, r#"from: "cloud-hq", to: "cloud-hq""#);
    let problems = crate::file::read(&loops).err().unwrap();
    assert!(problems.iter().any(|problem| problem.code == &codes::ONE_CLOUD), "{}", problems.render(false));
    assert!(problems.has_error());
}

/// What is said before the run is what the run then shows: the example lacks memory for five of nine VMs at its recovery site.
#[test]
fn the_vms_said_to_find_no_room_are_those_that_do_not_start() {
    use drsim::assess::{Options, assess};
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/tutorial.ron");
    let (it, problems) = Scenario::parse(&drsim::cli::files::Disk, path.to_str().unwrap()).ok().unwrap();
    let said = problems.iter().find(|problem| problem.code == &codes::HOST_TOO_SMALL_FOR_ALL).unwrap();
    let (results, _) = assess(&it, &Options { threads: 1, progress: &|_| () }).unwrap();
    for outage in &results.outages {
        let down = outage.vms.iter().filter(|vm| vm.state == VmEnd::DidNotStart);
        let names: Vec<String> = down.map(|vm| format!("`{}`", vm.name)).collect();
        assert!(!names.is_empty(), "{}", outage.name);
        for vm in it.vms.iter().map(|vm| format!("`{}`", vm.name)) {
            assert_eq!(
                said.what.contains(&vm),
                names.contains(&vm),
                "{}: {vm} in {}",
                outage.name,
                said.what
            );
        }
    }
}
