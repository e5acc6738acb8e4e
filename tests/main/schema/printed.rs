//! What the program prints as JSON, of every shipped scenario and of small ones in which rare things happen; each with its command.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{printed, root};
use crate::golden::scenarios;

const BASE: &str = include_str!("../language/problems/base.ron");

type Documents = Vec<(String, Value)>;

fn document(folder: &Path, args: &[&str]) -> (String, Value) {
    let text = printed(folder, args);
    (format!("drsim {}", args.join(" ")), serde_json::from_str(&text).unwrap())
}

/// What a command says of every shipped scenario.
fn shipped(command: &str, more: &[&str]) -> Documents {
    let of = |name: String| {
        let file = format!("scenarios/{name}.ron");
        document(&root(), &[&[command, &file, "--json"], more].concat())
    };
    scenarios().into_iter().map(of).collect()
}

/// The base with these texts in the place of others, under these names.
fn folder(files: &[(&str, &[(&str, &str)])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, changes) in files {
        let mut text = BASE.to_owned();
        for (old, new) in *changes {
            assert!(text.contains(old), "{old}");
            text = text.replace(old, new);
        }
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A week in which much is rare: an outage that the run ends in, work that waits for its team, a failover that is not over, an error.
const RARE: &[(&str, &str)] = &[
    ("vms: [\"dc\"], rpo: \"15m\"", "vms: [\"dc\"], needs: [(of: [\"dc\"], at_least: 1)], rpo: \"15m\""),
    ("depends_on: [\"identity\"], rpo: \"15m\", rto: \"2h\"", "depends_on: [\"identity\"]"),
    ("(name: \"ops\")", "(name: \"ops\", shifts: [(days: \"Mon-Fri\", from: \"06:00\", to: \"22:00\")])"),
    (
        "outages: [",
        "operations: [
            (at: \"Mon 05:00\", by: \"ops\", pause: [\"dc\"]),
            (at: \"Mon 08:00\", resume: [\"dc\"]),
            (at: \"Sat 10:00\", break_replica: \"sql\"),
            (at: \"Sun 23:59\", planned_failover: \"vm:dc\"),
        ],
        assumed: [(what: \"links.wan.rate\", why: \"nobody told\")],
        outages: [(name: \"late\", faults: [(site: \"hq\", at: \"Sun 22:30\")]),",
    ),
];

/// First a small one of two variants. The examples of `docs/scenario.md` are one scenario, in which every field stands.
pub fn results() -> Documents {
    let gates = "gates: [(application: \"*\", outage: \"*\", metric: \"rta_max_over_instants\", at_most: \"10d\")],\n    outages: [";
    let folder =
        folder(&[("main.ron", &[]), ("rare.ron", RARE), ("gated.ron", &[("    outages: [", gates)])]);
    let at = folder.path();
    let page = fs::read_to_string(root().join("docs/scenario.md")).unwrap();
    let examples = page.split("```ron\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    fs::write(at.join("page.ron"), format!("({})", examples.collect::<String>())).unwrap();
    let mut all = vec![
        document(at, &["run", "main.ron", "--json", "--set", "seed=8", "--at", "Wed 10:00"]),
        document(at, &["run", "main.ron", "--assumptions", "--json"]),
        document(at, &["run", "rare.ron", "--json"]),
        document(at, &["run", "page.ron", "--json"]),
    ];
    printed(at, &["baseline", "update", "gated.ron", "--out", "kept.json"]);
    let kept = fs::read_to_string(at.join("kept.json")).unwrap();
    all.push(("drsim baseline update".to_owned(), serde_json::from_str(&kept).unwrap()));
    all.extend(shipped("run", &[]));
    // As `--out` writes it: with what a page says beside the run.
    let reported = fs::read_to_string(root().join("reports/two-site/result.json")).unwrap();
    all.push(("drsim run --out".to_owned(), serde_json::from_str(&reported).unwrap()));
    all
}

/// A small plan.
pub fn plan() -> Value {
    let folder = folder(&[("main.ron", &[])]);
    document(
        folder.path(),
        &["plan", "main.ron", "--ask", "site", "--ask", "first_copy", "--ask", "tolerance", "--json"],
    )
    .1
}

/// Of the largest only what takes no search; `plan::reports` has the rest of it.
pub fn plans() -> Documents {
    let mut all = Vec::new();
    for name in scenarios() {
        let file = format!("scenarios/{name}.ron");
        let few = ["--ask", "first_copy", "--ask", "site", "--ask", "tolerance", "--find", "memory"];
        let more = if name == "two-site" { &few[..] } else { &[] };
        all.push(document(&root(), &[&["plan", &file, "--json"], more].concat()));
    }
    let folder = folder(&[("main.ron", &[])]);
    let at = folder.path();
    fs::write(at.join("prices.ron"), "(currency: \"EUR\", mbps_month: 3, gb_month: 0.05, host_month: 400, downtime_hour: 2000, lost_data_hour: 1000)").unwrap();
    all.push(document(at, &["plan", "main.ron", "--ask", "cost", "--prices", "prices.ron", "--json"]));
    for find in ["interval", "throttle", "hosts", "operators", "decision"] {
        all.push(document(at, &["plan", "main.ron", "--find", find, "--json"]));
    }
    all.push(document(at, &["plan", "main.ron", "--max-time", "1us", "--json"]));
    all.push(document(at, &["plan", "--vms", "200", "--used", "60 GB", "--json"]));
    all
}

pub fn sweeps() -> Documents {
    shipped("sweep", &[])
}

/// A gate for each verdict, beside a baseline with a faster link; then denied warnings, and no answer.
pub fn gates() -> Documents {
    let gates = "gates: [
        (vm: \"*\", metric: \"age_max\", at_most: \"1s\"),
        (name: \"ages\", vm: \"*\", metric: \"age_p99\", tolerance: (abs: \"1s\", rel: \"1 %\")),
        (link: \"wan\", metric: \"rate_bps\", at_least: \"1 Mbps\"),
        (vm: \"sql\", metric: \"pending_bytes\", at_most: \"1 TB\"),
        (application: \"database\", metric: \"age_mean\", at_most: \"1d\", expect: \"breach\"),
        (application: \"identity\", metric: \"age_mean\", at_most: \"1us\", expect: \"breach\"),
        (metric: \"unreplicated_vms\", at_most: 0, tolerance: ()),
        (application: \"database\", outage: \"hq-lost\", metric: \"rta_from_outage\", at_most: \"4h\", tolerance: (abs: \"1s\")),
    ],
    waivers: [
        (gate: \"ages\", vm: \"dc\", owner: \"ann\", reason: \"link ordered\", expires: \"2026-12-31\"),
        (gate: \"*\", metric: \"rate_bps\", owner: \"ann\", reason: \"covers nothing\", expires: \"2026-12-31\"),
    ],
    assumed: [(what: \"links.wan.rate\", why: \"nobody told\")],
    outages: [";
    let slower = [("    outages: [", gates), ("rate: \"100 Mbps\"", "rate: \"12 Mbps\"")];
    let folder = folder(&[
        ("main.ron", &slower),
        ("old/main.ron", &[("(name: \"ops\")", "(name: \"ops\", decision: \"3h\")")]),
        ("plain.ron", &[]),
    ]);
    let at = folder.path();
    let gate = |file: &str, more: &[&str]| {
        document(at, &[&["gate", file, "--as-of", "2026-11-24", "--json"], more].concat())
    };
    let mut all = vec![
        gate("main.ron", &["--baseline", "old", "--deny", "warnings"]),
        gate("main.ron", &["--informational-until", "2027-01-31"]),
        gate("plain.ron", &["--require-baseline"]),
    ];
    all.extend(shipped("gate", &["--as-of", "2026-11-24"]));
    all
}

/// Of what is right, and of what is wrong in many ways.
pub fn checks() -> Documents {
    let folder = folder(&[
        ("wrong.ron", &[("host: \"hq1\"", "host: \"hq7\""), ("horizon: \"7d\"", "horizon: \"7\"")]),
        ("warned.ron", &[("memory: \"16 GB\"", "memory: \"63 GB\"")]),
    ]);
    let mut all = shipped("check", &[]);
    all.push(document(folder.path(), &["check", "wrong.ron", "--json"]));
    all.push(document(folder.path(), &["check", "missing.ron", "--json"]));
    all.push(document(folder.path(), &["check", "warned.ron", "--json"]));
    all
}
