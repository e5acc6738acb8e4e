//! The scenario language: order has no meaning, names keep their draws, limits hold, and no text makes it panic.

use std::collections::BTreeMap;

use drsim::problem::Problems;
use drsim::scenario::{LoadError, Loader, Scenario, Sources, apply_set};
use drsim::series::{Column, Series};
use drsim::units::{Span, Time};
use drsim::workload::Layer;
use proptest::prelude::*;

const TWO_SITE: &str = include_str!("../../scenarios/two-site.ron");
const BASE: &str = include_str!("problems/base.ron");

type Files = BTreeMap<String, Vec<u8>>;

fn files(all: &[(&str, &[u8])]) -> Files {
    all.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect()
}

fn parse(text: &str) -> Result<(Scenario, Problems), Problems> {
    Scenario::parse(&files(&[("main.ron", text.as_bytes())]), "main.ron")
}

fn parsed(text: &str) -> Scenario {
    parse(text).unwrap_or_else(|problems| panic!("{}", problems.render(false))).0
}

fn first_code(result: Result<(Scenario, Problems), Problems>) -> &'static str {
    result.err().unwrap().iter().next().unwrap().code.id
}

#[test]
fn the_shipped_example_means_what_it_says() {
    let (scenario, warnings) =
        parse(TWO_SITE).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert_eq!(
        (scenario.vms.len(), scenario.recovery.applications.len(), scenario.outages.len()),
        (24, 4, 3)
    );
    let codes: Vec<&str> = warnings.iter().map(|warning| warning.code.id).collect();
    assert_eq!(codes, ["W0302", "W0205"]);
    assert!(scenario.vms.iter().all(|vm| vm.protection.is_some()));
    let tuesday = Time::START + Span::seconds(38 * 3600 + 300);
    assert!(scenario.outages.iter().any(|outage| outage.strikes[0].from == tuesday));
    let lost = scenario.outages.iter().find(|outage| outage.name == "hq-lost").unwrap();
    assert_eq!(lost.strikes.len(), 1 + 3 + 3 + 1, "site, hosts, volumes and VMM server");
    assert_eq!(scenario.instant("1d14h5m").unwrap(), tuesday);
    assert_eq!(lost.moved_to(Time(5)).strikes[3].from, Time(5));
    assert!(
        scenario.assumptions.iter().any(|line| line.starts_with("vm.cores") || line.starts_with("vm.boot"))
    );
}

#[test]
fn shuffled_entries_mean_the_same() {
    let moved = |text: &str, first: &str, second: &str| {
        assert!(text.contains(first) && text.contains(second));
        text.replacen(first, "@@", 1).replacen(second, first, 1).replacen("@@", second, 1)
    };
    let shuffled =
        moved(BASE, "(name: \"hq\", zone: \"Europe/Berlin\")", "(name: \"dr\", zone: \"Europe/Berlin\")");
    let shuffled = moved(&shuffled, "(name: \"hq-net\", site: \"hq\")", "(name: \"dr-net\", site: \"dr\")");
    let shuffled =
        moved(&shuffled, "(from: \"hq-net\", to: \"dr-net\")", "(from: \"dr-net\", to: \"hq-net\")");
    let shuffled = moved(&shuffled, "rpo: \"15m\"", "rto: \"2h\"");
    let shuffled = moved(&shuffled, "seed: 1", "horizon: \"7d\"");
    assert_ne!(shuffled, BASE);
    assert_eq!(parsed(&shuffled).hash(), parsed(BASE).hash());
    let split_at = BASE.find("    policies:").unwrap();
    let main = format!("{} include: [\"rest.ron\"])", &BASE[..split_at]);
    let rest = format!("({}", &BASE[split_at..]);
    let split = files(&[("d/main.ron", main.as_bytes()), ("d/rest.ron", rest.as_bytes())]);
    let (split, _) = Scenario::parse(&split, "d/main.ron").unwrap_or_else(|p| panic!("{}", p.render(false)));
    assert_eq!(split.hash(), parsed(BASE).hash());
}

#[test]
fn another_vm_changes_nobody_elses_draws() {
    let fleet = |extra: &str| {
        let vms = format!(
            "vms: [{extra}(name: \"x-{{n}}\", count: 20, host: \"hq1\", memory: \"uniform 1 MB to 9 MB\", disk: \"1 GB\", \
             churn: [(bursts: \"6h\", rate: \"log-uniform 1 KB/s to 9 KB/s\")]),"
        );
        parsed(&BASE.replace("vms: [\n", &vms))
    };
    let with = fleet(
        "(name: \"a\", host: \"hq1\", memory: \"uniform 1 MB to 9 MB\", disk: \"1 GB\", churn: \"uniform 1 KB/s to 9 KB/s\"), ",
    );
    let without = fleet("");
    for vm in without.vms.iter() {
        let same = with.vms.iter().find(|other| other.name == vm.name).unwrap();
        let form = |vm: &drsim::workload::Vm| serde_json::to_string(&(vm.memory, &vm.disks)).unwrap();
        assert_eq!(form(vm), form(same));
    }
    let memories: std::collections::BTreeSet<_> = without.vms.iter().map(|vm| vm.memory).collect();
    assert!(memories.len() > 15, "each VM draws for itself");
}

#[test]
fn traces_are_read_filled_and_refused() {
    let bins = vec![Some(5), None, Some(7)];
    let series = Series {
        start_unix_us: 0,
        bin: Span::seconds(86_400),
        columns: vec![Column { name: "sql".into(), bins }],
    };
    let run = |layer: &str, bytes: Vec<u8>| {
        let text = BASE
            .replace("churn: \"1 MB/s\"", &format!("churn: [(trace: \"t\"{layer})]"))
            .replace("seed: 1,", "seed: 1, series: [(name: \"t\", file: \"t.series\")],");
        Scenario::parse(&files(&[("main.ron", text.as_bytes()), ("t.series", &bytes)]), "main.ron")
    };
    let (scenario, _) =
        run(", gap: \"hold\", after_end: \"repeat\", growth: \"150 %\"", series.encode()).unwrap();
    let sql = scenario.vms.iter().find(|vm| vm.name == "sql").unwrap();
    let Layer::Measured { bins, .. } = &sql.disks[0].churn[0] else { panic!("a measured layer") };
    assert_eq!(**bins, [5, 5, 7]);
    assert_eq!(first_code(run("", series.encode())), "E0307");
    assert_eq!(first_code(run(", gap: \"zero\"", series.encode())), "E0307");
    assert_eq!(first_code(run(", column: \"sq\"", series.encode())), "E0211");
    assert_eq!(first_code(run("", b"rubbish".to_vec())), "E0308");
}

#[test]
fn limits_are_said_plainly() {
    let parse = |bytes: &[u8]| Scenario::parse(&files(&[("main.ron", bytes)]), "main.ron");
    assert_eq!(first_code(parse(b"(name: \"\xff\")")), "E0102");
    assert_eq!(first_code(parse("[".repeat(10_000).as_bytes())), "E0107");
    assert_eq!(first_code(parse(format!("(a: {}", "(b: ".repeat(10_000)).as_bytes())), "E0107");
    let mut with_mark = b"\xEF\xBB\xBF".to_vec();
    with_mark.extend(BASE.as_bytes());
    assert!(parse(&with_mark).is_ok());
    struct Huge;
    impl Loader for Huge {
        fn load(&self, _: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
            assert!(limit < 100_000_000);
            Err(LoadError::TooLarge(100_000_000))
        }
    }
    let problems = Scenario::parse(&Huge, "main.ron").err().unwrap();
    assert!(problems.render(false).contains("E0103") && problems.render(false).contains("100 MB"));
}

#[test]
fn json_with_the_same_fields_means_the_same() {
    let ron = r#"(schema: 1, name: "j", start: "2026-03-02T00:00[UTC]", horizon: "1d", sites: [(name: "a", zone: "UTC")])"#;
    let json = r#"{"schema": 1, "name": "j", "start": "2026-03-02T00:00[UTC]", "horizon": "1d", "sites": [{"name": "a", "zone": "UTC"}]}"#;
    let json = Scenario::parse(&files(&[("m.json", json.as_bytes())]), "m.json").unwrap().0;
    assert_eq!(json.hash(), parsed(ron).hash());
}

#[test]
fn what_ifs_change_included_files_too() {
    let split_at = BASE.find("    links:").unwrap();
    let main = format!("{} include: [\"rest.ron\"])", &BASE[..split_at]);
    let rest = format!("({}", &BASE[split_at..]);
    let files = files(&[("main.ron", main.as_bytes()), ("rest.ron", rest.as_bytes())]);
    let mut sources = Sources::load(&files, "main.ron").unwrap();
    sources.set("links.wan.rate", "1 Gbps").unwrap();
    sources.set("horizon", "2d").unwrap();
    sources.set("links.wan.throttle.0.rate", "7 Mbps").unwrap();
    let error = sources.set("links.van.rate", "1 Gbps").unwrap_err();
    assert_eq!((error.code.id, error.suggestion.as_deref()), ("E0212", Some("wan")));
    let (scenario, _) = Scenario::from_sources(&sources).unwrap();
    assert_eq!(scenario.topology.links.iter().next().unwrap().rate[0].0, 125_000_000);
    assert_eq!(scenario.horizon, Span::seconds(2 * 86_400));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn mangled_copies_never_panic(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, "[\\PC(){}\\[\\]\",:0-9a-zü]{0,6}"), 1..4)) {
        let mut text: Vec<char> = TWO_SITE.chars().collect();
        for (at, length, insert) in cuts {
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        match parse(&text) {
            Ok((_, problems)) | Err(problems) => {
                problems.render(false);
                serde_json::to_string(&problems.records()).unwrap();
            }
        }
    }

    #[test]
    fn changed_numbers_never_panic(which in any::<prop::sample::Index>(), number in "[0-9.]{1,22}") {
        let digits: Vec<usize> = TWO_SITE.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
        let at = digits[which.index(digits.len())];
        let text = format!("{}{number}{}", &TWO_SITE[..at], &TWO_SITE[at + 1..]);
        let (Ok((_, problems)) | Err(problems)) = parse(&text);
        problems.render(false);
    }

    #[test]
    fn paths_of_what_ifs_never_panic(path in "(links|vms|seed|plans)?\\.?(wan|sql-report|hq-to-dr|0)?\\.?[a-z0-9.]{0,9}", value in "\\PC{0,8}") {
        if let Ok(text) = apply_set(TWO_SITE, &path, &value) {
            let _ = parse(&text);
        }
    }
}
