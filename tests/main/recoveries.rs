//! `drsim timeline` and `drsim why`: what they say is what the results have.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use drsim::measure::results::Results;
use drsim::report::recovery::{chart, timeline};
use drsim::report::terminal::Screen;
use serde_json::Value;

use crate::cli::{path, said};

const TWO_SITE: &str = "scenarios/two-site.ron";
const TUTORIAL: &str = "scenarios/tutorial.ron";

fn json(args: &[&str]) -> Value {
    let (code, out, err) = said(&[args, &["--json"]].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    serde_json::from_str(&out).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn stored(name: &str) -> (String, Results) {
    let file = format!("{}/reports/{name}/result.json", env!("CARGO_MANIFEST_DIR"));
    let results = drsim::report::json::parse(&fs::read_to_string(&file).unwrap()).unwrap();
    (file, results)
}

/// Phases of a path lie end to end from the fault on, and are those of the results.
#[test]
fn paths_lie_end_to_end_in_a_timeline() {
    for scenario in ["two-site", "tutorial", "single-vmm"] {
        let (_, results) = stored(scenario);
        let told = json(&["timeline", &format!("scenarios/{scenario}.ron")]);
        for outage in list(&told["outages"]) {
            let of = results.outages.iter().find(|of| of.name == outage["outage"]).unwrap();
            for recovery in list(&outage["applications"]) {
                let row = of.applications.iter().find(|row| row.name == recovery["application"]).unwrap();
                let path = list(&recovery["path"]);
                assert_eq!(path.len(), row.phases.len(), "{scenario} {}", row.name);
                let mut at = number(&recovery["from_s"]);
                for (stretch, phase) in path.iter().zip(&row.phases) {
                    assert!((number(&stretch["from_s"]) - at).abs() < 1e-3);
                    at = number(&stretch["to_s"]);
                    assert!((at - number(&stretch["from_s"]) - phase.seconds).abs() < 1e-3);
                    assert_eq!(stretch["phase"], phase.phase.to_string());
                }
                if let Some(rta) = row.rta_from_outage_s {
                    assert!((at - number(&recovery["from_s"]) - rta).abs() < 1e-3, "{}", row.name);
                    let shares: f64 = path.iter().map(|stretch| number(&stretch["share"])).sum();
                    assert!((shares - 1.0).abs() < 1e-6);
                }
            }
        }
    }
}

/// The WAN is halved at 09:00; the site is lost, and applications go down, at 14:05.
#[test]
fn a_recovery_begins_when_its_application_goes_down_not_with_the_outage() {
    let told = json(&["timeline", TUTORIAL, "--outage", "bad-tuesday"]);
    let all = list(&told["outages"][0]["applications"]);
    let names: Vec<&str> = all.iter().map(|row| row["application"].as_str().unwrap()).collect();
    assert_eq!(names, ["orders", "reports", "identity"], "the worst first");
    for recovery in all {
        assert!((number(&recovery["from_s"]) - 18_300.0).abs() < 1e-3, "{recovery}");
    }
    let (_, chart, _) = said(&["timeline", TUTORIAL, "--outage", "bad-tuesday"]);
    let row = chart.lines().find(|line| line.starts_with("orders")).unwrap();
    let clock = chart.lines().find(|line| line.contains("12:00")).unwrap();
    let (noon, down) = (clock.find("12:00").unwrap(), row.chars().position(|c| c == '·').unwrap());
    assert!(noon < down, "nothing is drawn before it goes down:\n{chart}");
    assert!(chart.contains("declared 14:45"), "{chart}");
}

/// Where a letter stands is when its phase was, by the clock above.
#[test]
fn a_row_is_drawn_to_scale_below_the_clock() {
    let (_, results) = stored("two-site");
    let timeline = timeline::of(&results);
    let screen = Screen { width: 160, colour: false };
    let text = chart(&results, &timeline, screen, "");
    let of = &timeline.outages[0];
    let row: Vec<char> = text.lines().find(|line| line.starts_with("web")).unwrap().chars().collect();
    let clock = text.lines().find(|line| line.trim_start().starts_with("14:30")).unwrap();
    let column = |time: &str| clock[..clock.find(time).unwrap()].chars().count();
    let (at, minute) = (column("14:30"), (column("16:30") - column("14:30")) as f64 / 120.0);
    let recovery = of.applications.iter().find(|it| it.application == "web").unwrap();
    let mut checked = 0;
    for stretch in recovery.path.iter().filter(|stretch| stretch.seconds() >= 300.0) {
        let middle = (stretch.from_s + stretch.to_s) / 2.0 / 60.0;
        let place = at as f64 + (middle - 25.0) * minute;
        let letter = match stretch.phase.to_string().as_str() {
            "detection" => 'd',
            "decision" | "waiting for people" => 'p',
            "manual work" | "actions" => 'a',
            other => panic!("{other}"),
        };
        let (_, drawn) = (0_u32..).zip(&row).find(|(at, _)| f64::from(*at) >= place.round()).unwrap();
        assert_eq!(*drawn, letter, "{} at {place}:\n{text}", stretch.phase);
        checked += 1;
    }
    assert!(checked > 8, "{checked}");
    let rto = at as f64 + (240.0 - 25.0) * minute;
    let tick = row.iter().position(|c| *c == '|').unwrap() as f64;
    assert!((tick - rto).abs() <= 1.5, "{tick} {rto}:\n{text}");
}

#[test]
fn a_chart_fits_the_screen_and_a_pipe() {
    for name in ["two-site", "tutorial"] {
        let (file, results) = stored(name);
        let mut timeline = timeline::of(&results);
        timeline.outages[0].applications[0].application = "an application with a long name".into();
        for width in [40, 59, 60, 80, 200] {
            let text = chart(&results, &timeline, Screen { width, colour: false }, "next");
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{width}: `{line}`");
            }
            assert!(text.contains("…") && text.contains("| RTO"), "{text}");
            let coloured = chart(&results, &timeline, Screen { width, colour: true }, "next");
            assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), text);
        }
        let (_, piped, _) = said(&["timeline", &file]);
        assert!(piped.lines().all(|line| line.chars().count() <= 80), "{piped}");
    }
}

#[test]
fn of_many_applications_the_worst_are_drawn_and_the_others_counted() {
    let (_, mut results) = stored("two-site");
    let outage = &mut results.outages[0];
    let met = outage.applications.iter().find(|row| row.name == "identity").unwrap().clone();
    for number in 0..30 {
        let mut more = met.clone();
        more.name = format!("more-{number:02}");
        outage.applications.push(more);
    }
    let timeline = timeline::of(&results);
    let text = chart(&results, &timeline, Screen { width: 80, colour: false }, "");
    let first = text.split("\n\n").next().unwrap();
    assert_eq!(
        first
            .lines()
            .filter(|line| line.contains(" of ") && line.contains("met") || line.contains("missed"))
            .count(),
        20
    );
    assert!(
        first.lines().nth(3).unwrap().starts_with("web")
            && first.contains("and 14 more applications that did better"),
        "{first}"
    );
}

#[test]
fn a_stored_result_is_told_as_the_run_that_it_is_of() {
    let (file, _) = stored("two-site");
    assert_eq!(json(&["timeline", &file]), json(&["timeline", TWO_SITE]));
    let (mut kept, run) = (json(&["why", &file, "--app", "web"]), json(&["why", TWO_SITE, "--app", "web"]));
    // Shares are stored to a part per million.
    for (kept, run) in list(&kept["bound"]).iter().zip(list(&run["bound"])) {
        assert!(
            kept["by"] == run["by"] && (number(&kept["share"]) - number(&run["share"])).abs() < 1e-6,
            "{kept} {run}"
        );
    }
    kept["bound"] = run["bound"].clone();
    // What is not there is not simulated.
    assert!(kept["outage"]["shorter"].is_null());
    kept["outage"]["shorter"] = run["outage"]["shorter"].clone();
    assert_eq!(kept, run);
    // One of an older drsim does not say which VMs an application has.
    let folder = tempfile::tempdir().unwrap();
    let older = folder.path().join("older.json");
    let mut result: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    for row in result["runs"][0]["applications"].as_array_mut().unwrap() {
        row.as_object_mut().unwrap().remove("grounds");
    }
    fs::write(&older, result.to_string()).unwrap();
    let told = json(&["why", path(&older), "--app", "web"]);
    assert!(told["bound"].is_null() && told["outage"]["vms"].is_null() && told["outage"]["beside"].is_null());
    assert_eq!(told["outage"]["path"], run["outage"]["path"]);
    let (_, text, _) = said(&["why", path(&older), "--app", "web"]);
    assert!(text.contains("again for what each lost"), "{text}");
    for more in [&["--at", "Tue 10:00"][..], &["--set", "seed=8"]] {
        let (code, out, err) = said(&[&["timeline", &file][..], more].concat());
        assert!(code == 2 && out.is_empty() && err.contains("is not run again"), "{err}");
    }
}

/// What a VM lost, and what ran beside the path, is of the application's own VMs.
#[test]
fn why_tells_the_losses_and_floats_of_its_own_vms() {
    let (_, results) = stored("two-site");
    let told = json(&["why", TWO_SITE, "--app", "web", "--outage", "hq-and-vmm-lost"]);
    let (outage, of) =
        (&told["outage"], results.outages.iter().find(|it| it.name == "hq-and-vmm-lost").unwrap());
    let row = of.applications.iter().find(|row| row.name == "web").unwrap();
    let vms = list(&outage["vms"]);
    let names: BTreeSet<&str> = vms.iter().map(|vm| vm["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 10);
    assert!(names.iter().all(|name| name.starts_with("web-")), "{names:?}");
    let lost: u64 = vms.iter().map(|vm| vm["lost_bytes"].as_u64().unwrap()).sum();
    assert_eq!((lost, outage["lost_bytes"].as_u64()), (row.lost_bytes, Some(row.lost_bytes)));
    assert_eq!(vms[0]["rpa_s"].as_f64(), row.rpa_s, "the oldest point first");
    let back = number(&list(&outage["path"]).last().unwrap()["to_s"]);
    let (beside, mut floats, mut told_of) = (list(&outage["beside"]), Vec::new(), Vec::new());
    for row in beside {
        assert!((number(&row["to_s"]) + number(&row["float_s"]) - back).abs() < 1e-3);
        for vm in list(&row["vms"]) {
            let is_step = |step: &drsim::measure::results::StepRow| {
                vm.as_str() == step.vm.as_deref() && (step.to_s - number(&row["to_s"])).abs() < 1e-3
            };
            assert!(of.steps.iter().any(is_step) && vm.as_str().unwrap().starts_with("web-"), "{row}");
            told_of.push(vm.as_str().unwrap());
        }
        floats.push(number(&row["float_s"]));
    }
    // Two operators start two VMs at a time: nine VMs ended at five times, each of which is told once.
    let apart = |pair: &[f64]| pair[1] - pair[0] > 1.0;
    assert!(floats.len() == 5 && floats.windows(2).all(apart) && floats[0] == 0.0, "{floats:?}");
    told_of.sort_unstable();
    told_of.dedup();
    assert_eq!(told_of.len(), 9);
    let bound: f64 = list(&told["bound"]).iter().map(|cause| number(&cause["share"])).sum();
    assert!((bound - 1.0).abs() < 1e-4, "{bound}");
    let (_, text, _) = said(&["why", TWO_SITE, "--app", "web", "--outage", "hq-and-vmm-lost"]);
    for words in [
        "Why it is back after 2h 37m (RTO 4h): its critical path",
        "  manual work         30m, 19 %, until 15:05: plan hq-to-dr\n",
        "  none                network until 16:42: web-09\n  6m                  network until 16:36: web-07, web-08\n",
        "  web-08              10m 31s old, of Tue 3 Mar 13:54:29; 18.8 MB lost\n",
        "  worst               15m 5s at Mon 2 Mar 09:18:07, bound by interval, then\n",
    ] {
        assert!(text.contains(words), "`{words}` is not in\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn why_says_what_does_not_serve_and_where_nothing_happens() {
    let (_, text, _) = said(&["why", TUTORIAL, "--app", "orders"]);
    assert!(
        text.starts_with("orders ✖ not recovered in bad-tuesday, Tue 3 Mar 2026 09:00 (Europe/Berlin)"),
        "{text}"
    );
    assert!(
        text.contains("  app-3               did not start: host dr-hv1 was short of 4 GB of memory\n"),
        "{text}"
    );
    assert!(!text.contains("critical path"), "{text}");
    let (_, text, _) = said(&["why", TWO_SITE, "--app", "web", "--outage", "wan-cut"]);
    assert!(!text.contains("critical path") && text.contains("wan-cut"), "{text}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calm.ron");
    let base = include_str!("language/problems/base.ron");
    let (before, after) = base.split_once("\n    outages: [").unwrap();
    fs::write(&file, format!("{before}{}", after.split_once("],\n").unwrap().1)).unwrap();
    let (code, text, err) = said(&["why", path(&file), "--app", "database"]);
    assert!(code == 0 && text.contains("No outage takes it down.") && text.contains("worst"), "{text}{err}");
    let (_, text, _) = said(&["timeline", path(&file)]);
    assert!(text.contains("has no outage"), "{text}");
}

#[test]
fn unknown_names_are_told_what_is_meant() {
    let (file, _) = stored("two-site");
    for of in [TWO_SITE, &file] {
        for (args, name, meant) in [
            (["why", of, "--app", "wbe"].to_vec(), "no application `wbe`", "did you mean `web`?"),
            (
                ["why", of, "--app", "web", "--outage", "hq-lots"].to_vec(),
                "no outage `hq-lots`",
                "`hq-lost`?",
            ),
            (["timeline", of, "--outage", "hq-lots"].to_vec(), "no outage `hq-lots`", "`hq-lost`?"),
        ] {
            let (code, out, err) = said(&args);
            assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
            assert!(err.contains(name) && err.contains(meant), "{args:?}: {err}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.json");
    for text in ["{}", "{\"schema_version\": \"0.1\"}", "no json"] {
        fs::write(&other, text).unwrap();
        let (code, _, err) = said(&["why", path(&other), "--app", "web"]);
        assert!(code == 2 && err.contains("other.json: ") && err.contains("drsim run … --out DIR"), "{err}");
    }
}

/// 100 KB/s are written, a log is cut every 5 minutes and is 30 MB; 1 MB/s carry it in 30 s, another 30 s apply it.
const LOGS: &str = r#"(
    schema: 1,
    name: "Logs",
    start: "2026-03-02T00:00[UTC]",
    horizon: "1d",
    sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
    hosts: [
        (name: "h1", site: "hq", cores: 16, memory: "64 GB", volumes: [(name: "v", size: "2 TB")]),
        (name: "d1", site: "dr", cores: 16, memory: "64 GB", volumes: [(name: "v", size: "2 TB", apply_rate: "1 MB/s")]),
    ],
    networks: [(name: "hq-net", site: "hq"), (name: "dr-net", site: "dr")],
    network_mappings: [(from: "hq-net", to: "dr-net")],
    links: [(name: "wan", from: "hq", to: "dr", rate: "8 Mbps", efficiency: "100 %")],
    vmm_servers: [(name: "vmm-hq", site: "hq"), (name: "vmm-dr", site: "dr")],
    clouds: [
        (name: "cloud-hq", vmm: "vmm-hq", hosts: ["h1"]),
        (name: "cloud-dr", vmm: "vmm-dr", hosts: ["d1"]),
    ],
    policies: [(name: "5min", interval: "5m", phase: "aligned")],
    vms: [(name: "db", host: "h1", memory: "4 GB", disk: "60 GB", churn: "100 KB/s", network: "hq-net")],
    protection: [(vms: ["db"], from: "cloud-hq", to: "cloud-dr", policy: "5min")],
    applications: [(name: "orders", vms: ["db"])],
    people: [(name: "ops")],
    plans: [(name: "main", people: "ops", groups: [(vms: ["db"])])],
    outages: [(name: "hq-lost", faults: [(site: "hq", at: "Mon 12:00:10")])],
)"#;

/// Ten seconds after a cut its log is partly sent, and lost with what was written since; 40 s after it, it is received, applied before the
/// failover, and not lost; after two minutes only what was written since is.
#[test]
fn what_is_lost_is_told_by_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("logs.ron");
    for (at, in_log, under_way, received) in [
        ("Mon 12:00:10", 1_000_000, 30_000_000, 0),
        ("Mon 12:00:40", 4_000_000, 0, 30_000_000),
        ("Mon 12:02:00", 12_000_000, 0, 0),
    ] {
        fs::write(&file, LOGS.replace("Mon 12:00:10", at)).unwrap();
        let told = json(&["why", path(&file), "--app", "orders"]);
        let vm = &told["outage"]["vms"][0];
        let part = |key: &str| vm["lost"][key].as_u64().unwrap();
        assert_eq!(
            [part("in_log_bytes"), part("under_way_bytes"), part("received_bytes"), part("waiting_bytes")],
            [in_log, under_way, received, 0],
            "{at}: {vm}"
        );
        assert_eq!(vm["lost_bytes"].as_u64(), Some(in_log + under_way));
    }
    fs::write(&file, LOGS).unwrap();
    let (_, text, _) = said(&["why", path(&file), "--app", "orders"]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let part = "all of it 31 MB lost: 1 MB in logs that were not yet cut, 30 MB partly sent";
    assert!(words.contains(part), "{text}");
}

fn keys(value: &Value, all: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            all.insert(key.clone());
            keys(value, all);
        }),
        Value::Array(items) => items.iter().for_each(|item| keys(item, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_key_stands_on_its_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages =
        ["docs/command-line.md", "docs/results.md"].map(|page| fs::read_to_string(root.join(page)).unwrap());
    let mut all = BTreeSet::new();
    keys(&json(&["timeline", TWO_SITE]), &mut all);
    let mut why = json(&["why", TWO_SITE, "--app", "web"]);
    why["age"] = Value::Null;
    keys(&why, &mut all);
    let section = pages[0].split("## Recoveries").nth(1).unwrap().split("\n## ").next().unwrap();
    let lacks: Vec<&String> = all.iter().filter(|key| !section.contains(&format!("`{key}`"))).collect();
    assert!(all.len() > 25 && lacks.is_empty(), "{lacks:?}");
}
