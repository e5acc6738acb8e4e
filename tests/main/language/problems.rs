//! Whatever is wrong is said with its code, its place, why it matters and how to fix it.
//!
//! Each case changes one spot of `problems/base.ron`; what must be printed stands in `problems/expected.txt`, which
//! `UPDATE=1 cargo test problems` writes anew.

use std::collections::{BTreeMap, BTreeSet};

use drsim::problem::{Problems, codes};
use drsim::scenario::Scenario;

const BASE: &str = include_str!("problems/base.ron");

/// Code, text replaced, replacement; `&&` between several.
const CASES: &[(&str, &str, &str)] = &[
    ("E0101", "seed: 1,", "seed: 1"),
    ("E0104", "seed: 1,", "seed: 1, include: [\"none.ron\"],"),
    ("E0105", "seed: 1,", "seed: 1, include: [\"main.ron\"],"),
    ("E0106", "    schema: 1,\n", ""),
    ("E0106", "schema: 1", "schema: 2"),
    ("E0108", "memory: \"4 GB\"", "memory: \"4 GB\", redyness: \"1m\""),
    ("E0108", "seed: 1,", "seed: 1, aplications: [],"),
    ("E0109", "memory: \"4 GB\", ", ""),
    ("E0110", "cores: 16, memory: \"64 GB\"", "cores: [16], memory: \"64 GB\""),
    ("E0110", "(name: \"ops\")", "\"ops\""),
    ("E0111", "rpo: \"15m\", rto: \"2h\"", "rpo: \"15m\", rpo: \"5m\", rto: \"2h\""),
    ("E0112", "name: \"dc\", host", "name: \"dc-{n}\", count: 100001, host"),
    ("E0113", "interval: \"5m\"", "interval: \"5m\", on_overrun: \"que\""),
    ("E0114", "(site: \"hq\", at", "(site: \"hq\", link: \"wan\", at"),
    ("E0114", "(site: \"hq\", at", "(at"),
    ("E0201", "vms: [\"sql\"], depends", "vms: [\"sqll\"], depends"),
    ("E0201", "site: \"dr\", cores", "site: \"dc\", cores"),
    ("E0202", "name: \"sql\", host", "name: \"dc\", host"),
    ("E0203", "vms: [\"dc\"], rpo", "vms: [\"dc\"], depends_on: [\"database\"], rpo"),
    ("E0204", "(name: \"campus\")", "(name: \"campus\", within: \"room\")"),
    ("E0205", "vms: [\"*\"]", "vms: [\"sql-*\"]"),
    (
        "E0206",
        "protection: [",
        "protection: [(vms: [\"s*\"], from: \"cloud-hq\", to: \"cloud-dr\", policy: \"5min\"), ",
    ),
    ("E0207", "from: \"cloud-hq\", to: \"cloud-dr\"", "from: \"cloud-dr\", to: \"cloud-hq\""),
    (
        "E0208",
        "volumes: [(name: \"v\", size: \"2 TB\")]),\n        (name: \"dr1\"",
        "volumes: [(name: \"v\"), (name: \"w\")]),\n        (name: \"dr1\"",
    ),
    ("E0209", "disk: \"200 GB\"", "disk: \"3 TB\""),
    ("E0210", "(vms: [\"dc\"])", "(vms: [\"dc\", \"sql\"])"),
    ("E0301", "rate: \"100 Mbps\"", "rate: \"100\""),
    ("E0301", "memory: \"16 GB\"", "memory: 16"),
    ("E0301", "rate: \"100 Mbps\"", "rate: \"1,5 Mbps\""),
    ("E0301", "rate: \"100 Mbps\"", "rate: \"10 GbE\""),
    ("E0301", "rate: \"100 Mbps\"", "rate: \"100 KBps\""),
    ("E0301", "rate: \"100 Mbps\"", "rate: \"1 bps\""),
    ("E0306", "interval: \"5m\"", "interval: \"5m\", compression: \"40 %\""),
    ("E0301", "interval: \"5m\"", "interval: \"5 min.\""),
    ("E0302", "at: \"Tue 14:05\"", "at: \"Teu 14:05\""),
    ("E0303", "start: \"2026-03-02T00:00", "start: \"2026-10-25T02:30"),
    ("E0303", "at: \"Tue 14:05\"", "at: \"2026-03-29T02:30\""),
    (
        "E0304",
        "zone: \"Europe/Berlin\"),\n        (name: \"dr\"",
        "zone: \"Europe/Belin\"),\n        (name: \"dr\"",
    ),
    ("E0305", "interval: \"5m\"", "interval: \"10m\""),
    ("E0306", "rate: \"100 Mbps\",", "rate: \"100 Mbps\", efficiency: \"120 %\","),
    ("E0309", "memory: \"4 GB\"", "memory: \"uniform 8 GB to 4 GB\""),
    ("E0309", "rate: \"100 Mbps\",", "rate: \"uniform 1 Mbps to 2 Mbps\","),
    ("E0402", "(vms: [\"dc\"]),", "(vms: [\"dc\"]), (), (), (), (), (), (),"),
    ("E0113", "interval: \"5m\"", "interval: \"5m\", resync: \"at night\""),
    ("E0113", "interval: \"5m\"", "interval: \"5m\", os: \"2008\""),
    ("E0113", "vms: [\"*\"], from", "initial: \"later\", vms: [\"*\"], from"),
    (
        "E0114",
        "    outages: [",
        "    operations: [(at: \"Tue 10:00\", planned_failover: \"main\", commit: \"main\")],\n    outages: [",
    ),
    ("E0114", "    outages: [", "    operations: [(at: \"Tue 10:00\")],\n    outages: ["),
    (
        "E0114",
        "(name: \"vmm-hq\", site: \"hq\")",
        "(name: \"vmm-hq\", site: \"hq\", runs_on: (vm: \"dc\", nodes: [\"hq1\"]))",
    ),
    (
        "E0114",
        "    networks: [",
        "    qos: [(name: \"day\", hosts: [\"hq1\"], port: 8084, rate: \"1 Mbps\", weight: 5)],\n    networks: [",
    ),
    (
        "E0201",
        "    outages: [",
        "    operations: [(at: \"Tue 10:00\", planned_failover: \"mian\")],\n    outages: [",
    ),
    ("E0201", "    outages: [", "    operations: [(at: \"Tue 10:00\", commit: \"vm:sqk\")],\n    outages: ["),
    ("E0201", "    outages: [", "    operations: [(at: \"Tue 10:00\", commit: \"sql\")],\n    outages: ["),
    (
        "E0201",
        "    outages: [",
        "    operations: [(at: \"Tue 10:00\", resize: \"sql/dsk\", size: \"1 TB\")],\n    outages: [",
    ),
    (
        "E0201",
        "    outages: [",
        "    operations: [(at: \"Tue 10:00\", resize: \"sql\", size: \"1 TB\")],\n    outages: [",
    ),
    (
        "E0201",
        "churn: \"50 KB/s\", network: \"hq-net\"",
        "churn: \"50 KB/s\", nics: [(network: \"hq-net\", subnet: \"front\")]",
    ),
    ("E0201", "(site: \"hq\", at", "(broker: \"c\", at"),
    (
        "E0202",
        "    outages: [",
        "    operations: [(at: \"Tue 10:00\", name: \"drill\", test_failover: \"main\"), (at: \"Wed 10:00\", name: \"drill\", test_failover: \"main\")],\n    outages: [",
    ),
    (
        "E0302",
        "    outages: [",
        "    operations: [(at: \"Tue 10 pm\", planned_failover: \"main\")],\n    outages: [",
    ),
    (
        "E0302",
        "    outages: [",
        "    operations: [(at: \"Tue 10:00\", change_point: \"main\", point: \"newest\")],\n    outages: [",
    ),
    ("E0302", "interval: \"5m\"", "interval: \"5m\", resync: \"18:30 to six\""),
    (
        "E0306",
        "vms: [\"*\"], from",
        "enabled: \"Tue 10:00\", initial: (network: \"Mon 10:00\"), vms: [\"*\"], from",
    ),
    ("E0306", "disk: \"60 GB\"", "disk: \"60 GB\", used: \"70 GB\""),
    (
        "E0260",
        "    networks: [",
        "    clusters: [(name: \"c\", site: \"hq\", nodes: [\"hq1\"]), (name: \"d\", site: \"hq\", nodes: [\"hq*\"])],\n    networks: [",
    ),
    (
        "E0261",
        "    networks: [",
        "    clusters: [(name: \"c\", site: \"dr\", nodes: [\"hq1\"])],\n    networks: [",
    ),
    (
        "E0261",
        "    outages: [",
        "    operations: [(at: \"Tue 10:00\", migrate: \"sql\", to: \"dr1\")],\n    outages: [",
    ),
    (
        "E0261",
        "(name: \"vmm-hq\", site: \"hq\")",
        "(name: \"vmm-hq\", site: \"hq\", runs_on: (nodes: [\"dr1\"]))",
    ),
    ("E0262", "(name: \"v\", size: \"2 TB\")", "(name: \"v\", size: \"2 TB\", cluster: true)"),
    (
        "E0263",
        "clouds: [ && vms: [\"*\"], from",
        "clouds: [(name: \"cloud-x\", vmm: \"vmm-hq\", hosts: [\"hq1\"]),  && vms: [\"dc\"], from: \"cloud-x\", to: \"cloud-dr\", policy: \"5min\"), (vms: [\"sql\"], from",
    ),
    (
        "E0264",
        "    networks: [ && site: \"dr\")] && (name: \"dr1\", ",
        "    logical_networks: [(name: \"prod\"), (name: \"lab\")],\n    networks: [ && site: \"dr\", logical: \"prod\")] && (name: \"dr1\", logical_networks: [\"lab\"], ",
    ),
    (
        "E0264",
        "    networks: [ && site: \"dr\")] && (name: \"cloud-dr\", ",
        "    logical_networks: [(name: \"prod\"), (name: \"lab\")],\n    networks: [ && site: \"dr\", logical: \"prod\")] && (name: \"cloud-dr\", logical_networks: [\"lab\"], ",
    ),
    ("E0265", "(name: \"cloud-dr\", ", "(name: \"cloud-dr\", capacity: (memory: \"10 GB\"), "),
    (
        "E0266",
        "    networks: [",
        "    clusters: [(name: \"c\", site: \"dr\", nodes: [\"dr1\"], broker: false)],\n    networks: [",
    ),
    (
        "E0267",
        "vms: [\"*\"], from &&     outages: [",
        "vms: [\"dc\"], from &&     operations: [(at: \"Tue 10:00\", pause: [\"sql\"])],\n    outages: [",
    ),
    (
        "E0267",
        "vms: [\"*\"], from &&     outages: [",
        "vms: [\"dc\"], from &&     operations: [(at: \"Tue 10:00\", pause: [\"s*\"])],\n    outages: [",
    ),
    (
        "E0267",
        "vms: [\"*\"], from &&     outages: [",
        "vms: [\"dc\"], from &&     operations: [(at: \"Tue 10:00\", planned_failover: \"vm:sql\")],\n    outages: [",
    ),
    (
        "E0268",
        "vms: [\"*\"], from &&     outages: [",
        "orchestrated: false, vms: [\"*\"], from &&     operations: [(at: \"Tue 10:00\", planned_failover: \"main\")],\n    outages: [",
    ),
    ("E0460", "interval: \"5m\"", "interval: \"5m\", recovery_points: 25"),
    ("E0460", "interval: \"5m\"", "interval: \"5m\", recovery_points: 17, os: \"2012\""),
    ("E0461", "interval: \"5m\"", "interval: \"5m\", recovery_points: 4, app_consistent: \"4h\""),
    ("E0461", "interval: \"5m\"", "interval: \"5m\", app_consistent: \"4h\""),
    ("E0461", "interval: \"5m\"", "interval: \"5m\", recovery_points: 24, app_consistent: \"90m\""),
    ("E0462", "interval: \"5m\"", "interval: \"30s\", os: \"2012\""),
    ("E0462", "interval: \"5m\" && (name: \"hq1\", ", "interval: \"30s\" && (name: \"hq1\", os: \"2012\", "),
    (
        "E0463",
        "vms: [\"*\"], from",
        "enabled: \"Tue 10:00\", initial: (network: \"Wed 10:01\"), vms: [\"*\"], from",
    ),
    ("E0463", "vms: [\"*\"], from", "orchestrated: false, initial: (network: \"7d1m\"), vms: [\"*\"], from"),
    (
        "E0464",
        "vms: [\"*\"], from",
        "initial: (offline: (courier: \"1d\", share_on: \"dr1\")), vms: [\"*\"], from",
    ),
    (
        "E0465",
        "vmm: \"vmm-dr\" && vms: [\"*\"], from",
        "vmm: \"vmm-hq\" && initial: (offline: (courier: \"1d\")), vms: [\"*\"], from",
    ),
    (
        "E0466",
        "    outages: [",
        "    operations: [(at: \"Tue 10:00\", resize: \"sql/disk\", size: \"300 GB\"), (at: \"Wed 10:00\", resize: \"sql/disk\", size: \"250 GB\")],\n    outages: [",
    ),
    (
        "E0467",
        "    outages: [",
        "    operations: [(at: \"Mon 10:00\", resynchronize: [\"sql\"], starts: \"8d\")],\n    outages: [",
    ),
    (
        "E0468",
        "site: \"dr\")] &&     outages: [",
        "site: \"dr\"), (name: \"lab\", site: \"dr\", isolation: \"wnv\")] &&     operations: [(at: \"Tue 10:00\", test_failover: \"main\", network: \"lab\")],\n    outages: [",
    ),
    (
        "E0468",
        "site: \"dr\")] &&     outages: [",
        "site: \"dr\", isolation: \"vlan\"), (name: \"lab\", site: \"dr\", isolation: \"wnv\")] &&     operations: [(at: \"Tue 10:00\", test_failover: \"vm:sql\", network: \"lab\")],\n    outages: [",
    ),
    ("W0201", "(from: \"dr-net\", to: \"hq-net\")", ""),
    ("W0201", "(from: \"hq-net\", to: \"dr-net\"), ", ""),
    ("W0202", ", (vms: [\"sql\"])", ""),
    ("W0203", "vms: [\"sql\"], depends", "vms: [], depends"),
    (
        "W0204",
        "rpo: \"15m\", rto: \"2h\"),\n        (name: \"database\"",
        "rto: \"2h\"),\n        (name: \"database\"",
    ),
    (
        "W0205",
        "(site: \"hq\", at: \"Tue 14:05\")",
        "(site: \"hq\", at: \"Tue 14:05\"), (vmm: \"vmm-dr\", at: \"Tue 14:00\")",
    ),
    (
        "W0206",
        "zone: \"Europe/Berlin\"),\n        (name: \"dr\", ",
        "zone: \"Europe/Berlin\", fault_domains: [\"room\"]),\n        (name: \"dr\", fault_domains: [\"campus\"], ",
    ),
    ("W0207", "vms: [\"*\"] && vms: [\"dc\"], rpo", "vms: [\"dc\"] && vms: [\"dc\", \"sql\"], rpo"),
    (
        "W0301",
        "memory: \"64 GB\", volumes: [(name: \"v\", size: \"2 TB\")]),\n    ]",
        "memory: \"18 GB\", volumes: [(name: \"v\", size: \"2 TB\")]),\n    ]",
    ),
    ("W0302", "vms: [\"dc\"], rpo: \"15m\"", "vms: [\"dc\"], rpo: \"5m\""),
    ("W0303", "at: \"Tue 14:05\"", "at: \"8d\""),
    ("W0304", "rate: \"50 Mbps\"", "rate: \"5 Mbps\""),
    ("W0305", "rate: \"100 Mbps\"", "rate: \"100 MB/s\""),
    ("W0306", "churn: \"1 MB/s\"", "churn: \"20 MB/s\""),
    (
        "E0501",
        "    outages: [",
        "    gates: [(application: \"database\", metric: \"rpaa\", at_most: \"5m\")],\n    outages: [",
    ),
    (
        "E0501",
        "    outages: [",
        "    gates: [(application: \"database\", metric: \"utilisation_share\", at_most: \"50 %\")],\n    outages: [",
    ),
    ("E0501", "    outages: [", "    gates: [(metric: \"rpa\", at_most: \"5m\")],\n    outages: ["),
    (
        "E0502",
        "    outages: [",
        "    gates: [(application: \"databse\", metric: \"rpa\", at_most: \"5m\")],\n    outages: [",
    ),
    (
        "E0502",
        "    outages: [",
        "    gates: [(vm: \"web-*\", metric: \"age_max\", at_most: \"5m\")],\n    outages: [",
    ),
    (
        "E0502",
        "    outages: [",
        "    gates: [(application: \"database\", outage: \"hq-gone\", metric: \"rpa\", at_most: \"5m\")],\n    outages: [",
    ),
    ("E0503", "    outages: [", "    gates: [(application: \"database\", metric: \"rpa\")],\n    outages: ["),
    (
        "E0504",
        "    outages: [",
        "    gates: [(vm: \"sql\", metric: \"rpa\", at_most: \"objective\")],\n    outages: [",
    ),
    (
        "E0504",
        "    outages: [",
        "    gates: [(vm: \"sql\", outage: \"hq-lost\", metric: \"age_max\", at_most: \"5m\")],\n    outages: [",
    ),
    (
        "E0504",
        "    outages: [",
        "    gates: [(vm: \"sql\", metric: \"age_max\", tolerance: (rel: \"5 %\"), expect: \"breach\")],\n    outages: [",
    ),
    (
        "E0505",
        "    outages: [",
        "    gates: [(vm: \"sql\", metric: \"age_max\", at_most: \"5m\"), (vm: \"sql\", metric: \"age_max\", at_most: \"9m\")],\n    outages: [",
    ),
    (
        "E0505",
        "    outages: [",
        "    gates: [(vm: \"*\", metric: \"age_max\", at_most: \"5m\"), (vm: \"sql\", metric: \"age_max\", at_least: \"9m\")],\n    outages: [",
    ),
    (
        "E0505",
        "    outages: [",
        "    gates: [(vm: \"*\", metric: \"age_max\", at_most: \"5m\"), (vm: \"sql\", metric: \"age_max\", at_most: \"9m\", expect: \"breach\")],\n    outages: [",
    ),
    (
        "E0506",
        "    outages: [",
        "    waivers: [(gate: \"objective\", owner: \"ann\", reason: \"link ordered\", expires: \"31.12.2026\")],\n    outages: [",
    ),
    (
        "E0506",
        "    outages: [",
        "    gates: [(vm: \"sql\", metric: \"age_max\", at_most: \"5m\", informational_until: \"2026-02-30\")],\n    outages: [",
    ),
    (
        "E0507",
        "    outages: [",
        "    waivers: [(gate: \"objective\", owner: \" \", reason: \"link ordered\", expires: \"2026-12-31\")],\n    outages: [",
    ),
    (
        "E0109",
        "    outages: [",
        "    waivers: [(gate: \"objective\", reason: \"link ordered\")],\n    outages: [",
    ),
    (
        "E0201",
        "    outages: [",
        "    waivers: [(gate: \"objectiv\", owner: \"ann\", reason: \"link ordered\", expires: \"2026-12-31\")],\n    outages: [",
    ),
    (
        "E0502",
        "    outages: [",
        "    waivers: [(gate: \"objective\", application: \"web\", owner: \"ann\", reason: \"link ordered\", expires: \"2026-12-31\")],\n    outages: [",
    ),
    (
        "E0502",
        "    outages: [",
        "    waivers: [(gate: \"objective\", metric: \"lost_bytes\", owner: \"ann\", reason: \"link ordered\", expires: \"2026-12-31\")],\n    outages: [",
    ),
    (
        "E0504",
        "    outages: [",
        "    gates: [(name: \"sizes\", vm: \"*\", metric: \"largest_log_bytes\", at_most: \"1 GB\"), (name: \"sixes\", vm: \"*\", metric: \"age_max\", at_most: \"1h\")],\n    waivers: [(gate: \"si*\", ceiling: \"2h\", owner: \"ann\", reason: \"link ordered\", expires: \"2026-12-31\")],\n    outages: [",
    ),
    (
        "E0114",
        "    outages: [",
        "    gates: [(application: \"database\", vm: \"sql\", metric: \"rpa\", at_most: \"5m\")],\n    outages: [",
    ),
    (
        "E0114",
        "    outages: [",
        "    gates: [(vm: \"sql\", metric: \"age_max\", at_most: \"5m\", at_least: \"1m\")],\n    outages: [",
    ),
    (
        "E0113",
        "    outages: [",
        "    gates: [(vm: \"sql\", metric: \"age_max\", at_most: \"5m\", expect: \"fail\")],\n    outages: [",
    ),
    (
        "E0202",
        "    outages: [",
        "    gates: [(name: \"a\", vm: \"sql\", metric: \"age_max\", at_most: \"5m\"), (name: \"a\", vm: \"dc\", metric: \"age_max\", at_most: \"5m\")],\n    outages: [",
    ),
    (
        "E0301",
        "    outages: [",
        "    gates: [(vm: \"sql\", metric: \"age_max\", at_most: \"5\")],\n    outages: [",
    ),
    (
        "E0301",
        "    outages: [",
        "    gates: [(vm: \"sql\", metric: \"age_max\", tolerance: (abs: \"10 %\"))],\n    outages: [",
    ),
    (
        "E0108",
        "    outages: [",
        "    gates: [(vm: \"sql\", metric: \"age_max\", at_mst: \"5m\")],\n    outages: [",
    ),
    (
        "E0110",
        "    outages: [",
        "    gates: (vm: \"sql\", metric: \"age_max\", at_most: \"5m\"),\n    outages: [",
    ),
];

fn changed(from: &str, to: &str) -> String {
    from.split(" && ").zip(to.split(" && ")).fold(BASE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

fn check(text: &str) -> Problems {
    let files = BTreeMap::from([("main.ron".to_owned(), text.as_bytes().to_vec())]);
    match Scenario::parse(&files, "main.ron") {
        Ok((_, problems)) | Err(problems) => problems,
    }
}

/// The base is without fault: every message of a case is the case's.
#[test]
fn the_base_has_no_problem() {
    assert_eq!(check(BASE).render(false), "");
}

#[test]
fn every_problem_is_said_as_written_down() {
    let mut actual = String::new();
    for (code, from, to) in CASES {
        let problems = check(&changed(from, to));
        assert!(
            problems.iter().any(|problem| problem.code.id == *code),
            "{code}: {}",
            problems.render(false)
        );
        actual += &format!("---- {code}: {} -> {}\n{}", from.trim(), to.trim(), problems.render(false));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/main/language/problems/expected.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    for (actual, expected) in actual.split("\n---- ").zip(expected.split("\n---- ")) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.len(), expected.len());
}

/// Codes that need more than one changed spot are tested by name in `language.rs`; those of whole designs in `preflight.rs`.
#[test]
fn every_code_has_a_case() {
    let elsewhere = ["E0102", "E0103", "E0107", "E0211", "E0212", "E0307", "E0308", "E0401"];
    let mut cases: BTreeSet<&str> = CASES.iter().map(|(code, ..)| *code).chain(elsewhere).collect();
    cases.extend(crate::language::preflight::codes_with_a_case());
    let missing: Vec<&str> = codes::ALL.iter().map(|code| code.id).filter(|id| !cases.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn all_problems_of_a_stage_come_at_once_in_the_order_of_the_file() {
    let text =
        BASE.replace("interval: \"5m\"", "interval: \"7m\"").replace("memory: \"16 GB\"", "memry: \"16 GB\"");
    let codes: Vec<&str> = check(&text).iter().map(|problem| problem.code.id).collect();
    assert_eq!(codes, ["E0305", "E0109", "E0108"]);
}

#[test]
fn a_plan_holds_a_hundred_vms() {
    let with = |count: u32| {
        let template = format!(
            "vms: [(name: \"x{{n}}\", count: {count}, host: \"hq1\", memory: \"1 GB\", disk: \"1 GB\"),"
        );
        BASE.replace("    vms: [\n", &template).replace("(vms: [\"sql\"])", "(vms: [\"x*\", \"sql\"])")
    };
    let has = |problems: Problems| problems.iter().any(|problem| problem.code.id == "E0401");
    assert!(!has(check(&with(98))) && has(check(&with(99))));
}

#[test]
fn the_machine_form_has_the_same_code_and_place() {
    let problems = check(&BASE.replace("rate: \"100 Mbps\"", "rate: \"100\""));
    let record = serde_json::to_value(problems.records()).unwrap()[0].clone();
    assert_eq!(record["code"], "E0301");
    assert_eq!(record["severity"], "error");
    assert_eq!((record["line"].as_u64(), record["column"].as_u64()), (Some(19), Some(52)));
    assert!(record["remedy"].as_str().unwrap().contains("MB/s"));
}
