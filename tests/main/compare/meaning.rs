//! What changed in the meaning of a scenario: units, order and files do not matter, every difference is one change with its place,
//! and changes put back or taken over give the old and the new scenario.

use std::collections::{BTreeMap, BTreeSet};

use drsim::compare::meaning::{Change, Meaning};
use drsim::scenario::tree::{PROMISES, Tree, Value, Written};
use drsim::scenario::{Scenario, Sources, resolve};
use drsim::series::{Column, Series};
use drsim::units::{Bytes, Rate, Span};

/// A scenario in which each kind of entry has its place.
const BASE: &str = r#"(
    schema: 1,
    name: "base",
    start: "2026-03-02T00:00[Europe/Berlin]",
    horizon: "2d",
    fault_domains: [(name: "campus"), (name: "colo")],
    sites: [
        (name: "hq", zone: "Europe/Berlin", fault_domains: ["campus"]),
        (name: "dr", zone: "Europe/Berlin", fault_domains: ["colo"]),
    ],
    hosts: [
        (name: "h1", site: "hq", cores: 16, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
        (name: "h2", site: "hq", cores: 16, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
        (name: "r1", site: "dr", cores: 32, memory: "256 GB", volumes: [(name: "v", size: "8 TB")]),
    ],
    networks: [(name: "hq-net", site: "hq"), (name: "dr-net", site: "dr")],
    network_mappings: [(from: "hq-net", to: "dr-net"), (from: "dr-net", to: "hq-net")],
    links: [
        (name: "wan", from: "hq", to: "dr", rate: "200 Mbps", latency: "20ms", throttle: [
            (days: "Mon-Fri", from: "08:00", to: "18:00", rate: "100 Mbps"),
            (days: "Sat", from: "08:00", to: "12:00", rate: "150 Mbps"),
        ]),
    ],
    vmm_servers: [(name: "vmm", site: "hq"), (name: "vmm-dr", site: "dr")],
    clouds: [(name: "c-hq", vmm: "vmm", hosts: ["h1", "h2"]), (name: "c-dr", vmm: "vmm-dr", hosts: ["r1"])],
    vms: [
        (name: "dc", host: "h1", memory: "4 GB", disk: "60 GB", churn: "40 KB/s", network: "hq-net"),
        (name: "sql", host: "h2", memory: "16 GB", network: "hq-net", disks: [
            (name: "data", size: "200 GB", churn: [
                (constant: "100 KB/s"),
                (window: "22:00 to 23:00", rate: "2 MB/s"),
            ]),
        ]),
        (name: "web-{n}", count: 2, host: "h*", memory: "uniform 2 GB to 4 GB", disk: "60 GB",
         churn: "uniform 10 KB/s to 40 KB/s", network: "hq-net"),
    ],
    policies: [(name: "15min", interval: "15m"), (name: "30s", interval: "30s", compression: "1.5")],
    protection: [
        (vms: ["dc", "sql"], from: "c-hq", to: "c-dr", policy: "15min"),
        (vms: ["web-*"], from: "c-hq", to: "c-dr", policy: "30s"),
    ],
    applications: [
        (name: "identity", vms: ["dc"], rpo: "30m", rto: "4h"),
        (name: "shop", vms: ["sql", "web-*"], depends_on: ["identity"], rpo: "30m", rto: "4h"),
    ],
    people: [(name: "ops", detection: "10m", shifts: [(days: "Mon-Fri", from: "08:00", to: "20:00")])],
    plans: [(name: "move", people: "ops", groups: [
        (vms: ["dc"], after: [(name: "dns", script: "3m"), (name: "look", manual: "5m")]),
        (vms: ["sql", "web-*"]),
    ])],
    outages: [(name: "lost", faults: [(site: "hq", at: "Tue 14:05"), (link: "wan", at: "Tue 10:00", lasts: "1h")])],
    operations: [(at: "Mon 10:00", pause: ["web-*"]), (at: "Mon 11:00", resume: ["web-*"])],
)"#;

pub fn sources(files: &[(&str, &str)]) -> Sources {
    let all: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    Sources::load(&all, files[0].0).unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

fn one(text: &str) -> Sources {
    sources(&[("main.ron", text)])
}

/// What a run depends on: all but the list of defaults that were used.
pub fn hash(sources: &Sources) -> String {
    let (mut scenario, ..): (Scenario, _, _) =
        resolve(sources).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    scenario.assumptions.clear();
    scenario.hash()
}

fn changes(old: &str, new: &str) -> Vec<Change> {
    let (old, new) = (one(old), one(new));
    hash(&old);
    hash(&new);
    Meaning::between(&old, &new).unwrap().changes
}

/// `path: before → after` of each change from `BASE` with the first of each pair of texts replaced by the second.
fn told(edits: &[(&str, &str)]) -> Vec<String> {
    let line = |change: &Change| {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "-".into());
        format!("{}: {} → {}", change.path, side(&change.before), side(&change.after))
    };
    changes(BASE, &edited(edits)).iter().map(line).collect()
}

fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(BASE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

#[test]
fn another_unit_of_the_same_quantity_is_no_change() {
    for (from, to) in [
        ("200 Mbps", "0.2 Gbps"),
        ("200 Mbps", "25 MB/s"),
        ("\"200 Mbps\"", "[\"200 Mbps\", \"25 MB/s\"]"),
        ("interval: \"15m\"", "interval: \"900s\""),
        ("compression: \"1.5\"", "compression: \"150 %\""),
        ("compression: \"1.5\"", "compression: 1.5"),
        ("cores: 16", "cores: \"16\""),
        ("4 TB", "4000 GB"),
        ("uniform 2 GB to 4 GB", "uniform 2000 MB to 4000 MB"),
        ("horizon: \"2d\"", "horizon: \"48h\""),
        ("2026-03-02T00:00[Europe/Berlin]", "2026-03-02T00:00:00[Europe/Berlin]"),
        ("at: \"Tue 14:05\"", "at: \"1d14h5m\""),
        ("at: \"Tue 14:05\"", "at: \"2026-03-03T14:05[Europe/Berlin]\""),
        ("days: \"Mon-Fri\", from: \"08:00\"", "days: [\"Mon,Tue\", \"Wed-Fri\"], from: \"8:00\""),
        ("22:00 to 23:00", "22:00:00 to 23:00"),
        ("(days: \"Sat\", from", "(days: [\"Saturday\"], from"),
    ] {
        assert_eq!(told(&[(from, to)]), [""; 0], "{from} {to}");
        assert_eq!(hash(&one(BASE)), hash(&one(&edited(&[(from, to)]))), "{from} {to}");
    }
}

#[test]
fn a_bound_of_a_gate_in_another_unit_is_no_change_and_a_tighter_one_is() {
    let with = |gate: &str| {
        BASE.replace("horizon: \"2d\"", &format!("horizon: \"2d\", gates: [(name: \"g\", {gate})]"))
    };
    let age = "application: \"shop\", metric: \"age_max\", ";
    let old = with(&format!("{age}at_most: \"15m\", tolerance: (abs: \"1m\", rel: \"10 %\")"));
    let same = with(&format!("{age}tolerance: (rel: \"0.1\", abs: \"60s\"), at_most: \"900s\""));
    assert_eq!(changes(&old, &same), []);
    let tighter = with(&format!("{age}at_most: \"10m\", tolerance: (abs: \"1m\", rel: \"10 %\")"));
    let change = &changes(&old, &tighter)[0];
    assert_eq!((change.path.as_str(), change.after.as_deref()), ("gates.g.at_most", Some("10m")));
}

#[test]
fn names_that_look_like_quantities_are_names() {
    let renamed = edited(&[
        ("name: \"30s\", interval: \"30s\", compression: \"1.5\"", "name: \"0.5m\", interval: \"5m\""),
        ("policy: \"30s\"", "policy: \"0.5m\""),
    ]);
    let paths: Vec<String> = changes(BASE, &renamed).into_iter().map(|change| change.path).collect();
    assert_eq!(paths, ["policies.0.5m", "policies.30s", "protection.1.policy"]);
}

#[test]
fn a_text_for_a_list_of_one_and_a_default_written_out_are_no_change() {
    for (from, to) in [
        ("hosts: [\"r1\"]", "hosts: \"r1\""),
        ("vms: [\"dc\"], rpo", "vms: \"dc\", rpo"),
        ("churn: \"40 KB/s\"", "churn: [(constant: \"40 KB/s\")]"),
        ("latency: \"20ms\"", "latency: \"20ms\", efficiency: \"0.95\""),
        ("horizon: \"2d\"", "horizon: \"2d\", seed: 0, recovery_service: (job_latency: \"0.5m\")"),
        ("cores: 16", "nic: \"unlimited\", cores: 16, apply_disks: 4"),
        ("interval: \"15m\"", "interval: \"15m\", resync: \"18:30 to 6:00\", app_consistent: \"none\""),
        ("rate: \"150 Mbps\"", "rate: \"150 Mbps\", direction: \"both\""),
        ("rate: \"2 MB/s\"", "rate: \"2 MB/s\", days: \"daily\""),
        ("script: \"3m\"", "script: \"3m\", only: [\"test\", \"planned\", \"unplanned\"]"),
    ] {
        assert_eq!(told(&[(from, to)]), [""; 0], "{from} {to}");
        assert_eq!(hash(&one(BASE)), hash(&one(&edited(&[(from, to)]))), "{from} {to}");
    }
    let generic = "interval: \"15m\", technology: \"generic\"";
    let (without, with) = (
        edited(&[("interval: \"15m\"", generic)]),
        edited(&[("interval: \"15m\"", &format!("{generic}, resync_threshold: \"50 %\""))]),
    );
    assert_eq!(changes(&without, &with).len(), 1, "of the generic technology the default is another");
}

#[test]
fn each_difference_is_one_change_with_its_path() {
    let cases: &[(&str, &str, &str)] = &[
        ("200 Mbps", "100 Mbps", "links.wan.rate: 200 Mbps → 100 Mbps"),
        ("size: \"200 GB\"", "size: \"300 GB\"", "vms.sql.disks.data.size: 200 GB → 300 GB"),
        ("size: \"8 TB\"", "size: \"9 TB\"", "hosts.r1.volumes.v.size: 8 TB → 9 TB"),
        ("rate: \"150 Mbps\"", "rate: \"1 Mbps\"", "links.wan.throttle.1.rate: 150 Mbps → 1 Mbps"),
        ("at: \"Tue 14:05\"", "at: \"Tue 14:06\"", "outages.lost.faults.0.at: Tue 14:05 → Tue 14:06"),
        (
            "constant: \"100 KB/s\"",
            "constant: \"1 MB/s\"",
            "vms.sql.disks.data.churn.0.constant: 100 KB/s → 1 MB/s",
        ),
        (", latency: \"20ms\"", "", "links.wan.latency: 20ms → -"),
        ("detection: \"10m\"", "detection: \"10m\", decision: \"5m\"", "people.ops.decision: - → 5m"),
        (
            "vms: [\"sql\", \"web-*\"])",
            "vms: [\"web-*\", \"sql\"])",
            "plans.move.groups.1.vms: [\"sql\", \"web-*\"] → [\"web-*\", \"sql\"]",
        ),
        ("horizon: \"2d\"", "horizon: \"3d\"", "horizon: 2d → 3d"),
        ("horizon: \"2d\"", "horizon: \"2d\", seed: 7", "seed: - → 7"),
        (
            "vms: [\"dc\", \"sql\"], from",
            "vms: [\"dc\"], from",
            "protection.0.vms: [\"dc\", \"sql\"] → [\"dc\"]",
        ),
        ("at: \"Mon 11:00\"", "at: \"Mon 12:00\"", "operations.1.at: Mon 11:00 → Mon 12:00"),
        (
            "(from: \"dr-net\", to: \"hq-net\")",
            "(from: \"dr-net\", to: \"hq-net\", keeps_address: true)",
            "network_mappings.1.keeps_address: - → true",
        ),
        ("manual: \"5m\"", "manual: \"9m\"", "plans.move.groups.0.after.look.manual: 5m → 9m"),
    ];
    for (from, to, expected) in cases {
        assert_eq!(told(&[(from, to)]), [*expected]);
    }
}

#[test]
fn an_entry_put_in_before_others_is_one_change() {
    for (before, entry, path) in [
        (
            "(from: \"hq-net\", to: \"dr-net\"), (from: \"dr-net\"",
            "(from: \"x-net\", to: \"dr-net\"), ",
            "network_mappings.0",
        ),
        (
            "(vms: [\"dc\", \"sql\"], from",
            "(vms: [\"x\"], from: \"c-hq\", to: \"c-dr\", policy: \"30s\"), ",
            "protection.0",
        ),
        (
            "(days: \"Mon-Fri\", from: \"08:00\", to: \"18:00\"",
            "(days: \"Sun\", from: \"01:00\", to: \"02:00\", rate: \"1 Mbps\"), ",
            "links.wan.throttle.0",
        ),
        ("(site: \"hq\", at", "(host: \"h1\", at: \"Mon 03:00\"), ", "outages.lost.faults.0"),
        ("(window: \"22:00", "(constant: \"7 KB/s\"), ", "vms.sql.disks.data.churn.1"),
        ("(name: \"look\"", "(name: \"wait\", script: \"1m\"), ", "plans.move.groups.0.after.wait"),
        ("(vms: [\"dc\"], after", "(vms: [\"x\"]), ", "plans.move.groups.0"),
        ("(at: \"Mon 10:00\"", "(at: \"Mon 09:00\", resynchronize: [\"dc\"]), ", "operations.0"),
        (
            "(name: \"dc\", host",
            "(name: \"new\", host: \"h1\", memory: \"1 GB\", disk: \"9 GB\", network: \"hq-net\"), ",
            "vms.new",
        ),
    ] {
        let extra = [
            (
                "(name: \"dr-net\", site: \"dr\")",
                "(name: \"dr-net\", site: \"dr\"), (name: \"x-net\", site: \"hq\")",
            ),
            (
                "(name: \"dc\", host",
                "(name: \"x\", host: \"h1\", memory: \"2 GB\", disk: \"10 GB\", network: \"hq-net\"), (name: \"dc\", host",
            ),
        ];
        let (old, new) = (edited(&extra), edited(&extra).replacen(before, &format!("{entry}{before}"), 1));
        for (old, new) in [(&old, &new), (&new, &old)] {
            let paths: Vec<String> = changes(old, new).into_iter().map(|change| change.path).collect();
            assert_eq!(paths, [path], "{entry}");
        }
    }
}

#[test]
fn a_renamed_entry_is_one_change_with_all_that_refers_to_it() {
    let wan = edited(&[("name: \"wan\"", "name: \"mpls\""), ("link: \"wan\"", "link: \"mpls\"")]);
    let host = BASE.replace("\"h2\"", "\"node-2\"");
    let vm = BASE.replace("\"dc\"", "\"dc-1\"");
    for (new, path, before, after) in [
        (&wan, "links.mpls.name", "wan", "mpls"),
        (&host, "hosts.node-2.name", "h2", "node-2"),
        (&vm, "vms.dc-1.name", "dc", "dc-1"),
    ] {
        let (old, new) = (one(BASE), one(new));
        let meaning = Meaning::between(&old, &new).unwrap();
        let told: Vec<_> = meaning
            .changes
            .iter()
            .map(|change| (change.path.as_str(), change.before.as_deref(), change.after.as_deref()))
            .collect();
        // A pattern `h*` that no longer matches is another change, and there is none here.
        assert_eq!(told, [(path, Some(before), Some(after))]);
        assert_eq!(hash(&meaning.with(&meaning.all())), hash(&new));
        assert_eq!(hash(&meaning.with(&BTreeSet::new())), hash(&old));
    }
}

#[test]
fn a_change_has_the_line_of_the_new_value_or_of_the_old_one_if_it_is_gone() {
    let place = |edits: &[(&str, &str)]| {
        let change = changes(BASE, &edited(edits)).remove(0);
        let spot = change.place.unwrap();
        (spot.file, spot.line, spot.column)
    };
    let line = |text: &str, part: &str| 1 + text[..text.find(part).unwrap()].matches('\n').count() as u64;
    let at = line(BASE, "\"wan\"");
    let column =
        1 + BASE.lines().find(|line| line.contains("\"wan\"")).unwrap().find("200 Mbps").unwrap() as u64;
    assert_eq!(place(&[("200 Mbps", "100 Mbps")]), ("main.ron".into(), at, column));
    assert_eq!(place(&[("sites: [", "sites: [ // two of them\n\n"), ("200 Mbps", "1 Mbps")]).1, at + 2);
    assert_eq!(place(&[(", latency: \"20ms\"", "")]).1, at, "the old place of what is gone");
    // A number has no text of its own: the name of its field.
    assert_eq!(place(&[("cores: 32", "cores: 33")]).1, line(BASE, "cores: 32"));
}

#[test]
fn what_is_moved_to_another_file_is_no_change_and_has_its_place_there() {
    let (start, end) = (BASE.find("    links: [").unwrap(), BASE.find("    vmm_servers").unwrap());
    let main = format!("{}    include: [\"net/links.ron\"],\n{}", &BASE[..start], &BASE[end..]);
    let links = format!("(\n{})", &BASE[start..end]);
    let split = sources(&[("main.ron", &main), ("net/links.ron", &links)]);
    assert_eq!(Meaning::between(&one(BASE), &split).unwrap().changes, []);
    let slower = links.replace("200 Mbps", "100 Mbps");
    let slower = sources(&[("main.ron", &main), ("net/links.ron", &slower)]);
    let changes = Meaning::between(&one(BASE), &slower).unwrap().changes;
    assert_eq!(changes.len(), 1);
    let spot = changes[0].place.clone().unwrap();
    assert_eq!((spot.file.as_str(), spot.line), ("net/links.ron", 3));
}

#[test]
fn a_series_file_is_compared_by_its_bytes_and_mixed_with_them() {
    let load = |path: &str, rate: u64| {
        let columns = vec![Column { name: "dc".into(), bins: vec![Some(rate); 48] }];
        let series = Series { start_unix_us: 0, bin: Span::seconds(3600), columns };
        let text = BASE.replace("churn: \"40 KB/s\"", "churn: [(trace: \"t\")]").replace(
            "    vms: [\n",
            &format!("    series: [(name: \"t\", file: \"{path}\")],\n    vms: [\n"),
        );
        let files: BTreeMap<String, Vec<u8>> =
            [("dr/main.ron".to_owned(), text.into_bytes()), (format!("dr/{path}"), series.encode())].into();
        Sources::load(&files, "dr/main.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false)))
    };
    let (old, moved, new) = (load("t.series", 5), load("traces/t.series", 5), load("t.series", 6));
    assert_eq!(Meaning::between(&old, &moved).unwrap().changes, [], "the same bytes elsewhere");
    let meaning = Meaning::between(&old, &new).unwrap();
    assert_eq!(meaning.changes.len(), 1);
    assert_eq!(meaning.changes[0].path, "series.t.file");
    assert!(meaning.changes[0].after.as_ref().unwrap().starts_with("dr/t.series (blake3 "));
    assert_ne!(meaning.changes[0].before, meaning.changes[0].after);
    assert_eq!(hash(&meaning.with(&meaning.all())), hash(&new));
    assert_eq!(hash(&meaning.with(&BTreeSet::new())), hash(&old));
}

/// Chance for tests: splitmix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap() % below.max(1)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.roll(at + 1));
        }
    }
}

/// Without their gates and waivers, which nothing in between has: it is judged by those of the scenario that asks.
pub fn shipped() -> Vec<(String, Sources)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|own| own == "ron"));
    paths.sort();
    assert!(paths.len() >= 8);
    let load = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let tree = Tree::new(&one(&text)).unwrap();
        let sources = Tree::sources(&tree.root.value, tree.series);
        (path.file_name().unwrap().to_str().unwrap().to_owned(), sources)
    };
    paths.iter().map(load).collect()
}

/// The same quantity in other units.
fn respelled(text: &str, dice: &mut Dice) -> String {
    let choices = if text.contains("ps") {
        Rate::parse(text)
            .ok()
            .map(|Rate(bytes)| vec![format!("{bytes} B/s"), format!("{}_000 bps", bytes * 8 / 1000)])
    } else if text.ends_with("B/s") {
        Rate::parse(text).ok().map(|Rate(bytes)| vec![format!("{bytes} B/s"), format!("{} bps", bytes * 8)])
    } else if text.ends_with('B') {
        Bytes::parse(text)
            .ok()
            .map(|Bytes(bytes)| vec![format!("{bytes} B"), format!("{}.000 KB", bytes / 1000)])
    } else {
        None
    };
    match choices {
        Some(choices) => choices[dice.roll(choices.len())].clone(),
        None => text.to_owned(),
    }
}

/// Another way to write the same: fields, entries and names shuffled, sizes and rates in other units.
fn rewrite(value: &mut Value, key: &str, is_group: bool, dice: &mut Dice) {
    match value {
        Value::Text(text) if !matches!(key, "name" | "policy" | "about") => *text = respelled(text, dice),
        Value::List(items) => {
            let ordered = [
                "groups", "before", "after", "hours", "weekend", "saturday", "sunday", "rate", "host",
                "churn",
            ];
            if !(ordered.contains(&key) || is_group && key == "vms") {
                dice.shuffle(items);
            }
            items.iter_mut().for_each(|item| rewrite(&mut item.value, key, key == "groups", dice));
        }
        Value::Entry(fields) => {
            dice.shuffle(fields);
            for (key, field) in fields {
                rewrite(&mut field.value, key, is_group, dice);
            }
        }
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Nothing => {}
    }
}

#[test]
fn no_way_of_writing_the_shipped_scenarios_is_a_change() {
    let mut dice = Dice(1);
    for (name, old) in shipped() {
        for _ in 0..6 {
            let mut tree = Tree::new(&old).unwrap();
            rewrite(&mut tree.root.value, "", false, &mut dice);
            let new = Tree::sources(&tree.root.value, tree.series);
            assert_ne!(old.files[0].text, new.files[0].text);
            assert_eq!(hash(&old), hash(&new), "{name}: the test does not change the meaning itself");
            for (old, new) in [(&old, &new), (&new, &old)] {
                let changes = Meaning::between(old, new).unwrap().changes;
                assert_eq!(changes, [], "{name}\n{}", new.files[0].text);
            }
        }
    }
}

#[test]
fn from_any_scenario_to_any_other_all_changes_make_the_new_one_and_none_the_old_one() {
    let all = shipped();
    for (from, old) in &all {
        for (to, new) in &all {
            let meaning = Meaning::between(old, new).unwrap();
            assert_eq!(meaning.changes.is_empty(), from == to);
            assert_eq!(hash(&meaning.with(&BTreeSet::new())), hash(old), "{from} to {to}");
            assert_eq!(hash(&meaning.with(&meaning.all())), hash(new), "{from} to {to}");
            assert_eq!(simulated(Meaning::between(new, &meaning.with(&meaning.all())).unwrap()), []);
        }
    }
}

/// Without gates and waivers, which a mixed scenario has not.
fn simulated(meaning: Meaning) -> Vec<Change> {
    meaning.changes.into_iter().filter(|change| !is_promise(change)).collect()
}

fn is_promise(change: &Change) -> bool {
    PROMISES.iter().any(|key| change.path.starts_with(key))
}

/// Every leaf under a value that is a text or number, by address.
fn leaves<'v>(value: &'v mut Value, all: &mut Vec<&'v mut Value>) {
    match value {
        Value::List(items) => items.iter_mut().for_each(|item| leaves(&mut item.value, all)),
        Value::Entry(fields) => {
            let meant = fields.iter_mut().filter(|(key, _)| !matches!(key.as_str(), "schema" | "include"));
            meant.for_each(|(_, field)| leaves(&mut field.value, all));
        }
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Flag(_) => all.push(value),
        Value::Nothing => {}
    }
}

/// A scenario like `old` with one value, field or entry changed at random, that can still be read.
pub fn mutated(old: &Sources, dice: &mut Dice) -> Option<Sources> {
    let mut tree = Tree::new(old).unwrap();
    if dice.roll(3) == 0 {
        // Inside of a section: a whole one that goes is as many changes as it has entries.
        let Value::Entry(fields) = &mut tree.root.value else { return None };
        let section = dice.roll(fields.len());
        prune(&mut fields[section].1.value, dice);
    } else {
        let mut all = Vec::new();
        leaves(&mut tree.root.value, &mut all);
        let chosen = dice.roll(all.len());
        let leaf = all.swap_remove(chosen);
        match leaf {
            Value::Text(text) => {
                let digit = text.find(|c: char| c.is_ascii_digit())?;
                text.replace_range(digit..=digit, ["1", "2", "3", "7"][dice.roll(4)]);
            }
            Value::Integer(number) => *number += 1,
            Value::Float(number) => *number += 0.5,
            Value::Flag(flag) => *flag = !*flag,
            Value::Nothing | Value::List(_) | Value::Entry(_) => return None,
        }
    }
    let new = Tree::sources(&tree.root.value, tree.series);
    resolve(&new).is_ok().then_some(new)
}

/// Takes something out: an item of some list or a field of some entry, deep inside.
fn prune(value: &mut Value, dice: &mut Dice) {
    let deeper: Option<&mut Written> = match value {
        Value::List(items) if !items.is_empty() => {
            let at = dice.roll(items.len());
            if dice.roll(3) == 0 {
                items.remove(at);
                return;
            }
            items.get_mut(at)
        }
        Value::Entry(fields) if !fields.is_empty() => {
            let at = dice.roll(fields.len());
            if dice.roll(4) == 0 && fields.len() > 2 {
                fields.remove(at);
                return;
            }
            fields.get_mut(at).map(|(_, field)| field)
        }
        Value::List(_)
        | Value::Entry(_)
        | Value::Text(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Flag(_)
        | Value::Nothing => None,
    };
    if let Some(deeper) = deeper {
        prune(&mut deeper.value, dice);
    }
}

#[test]
fn what_a_diff_calls_equal_is_equal_and_a_single_edit_is_a_single_change() {
    let mut dice = Dice(2);
    let (mut edits, mut mixes) = (0, 0);
    for (name, old) in shipped() {
        for _ in 0..60 {
            let Some(new) = mutated(&old, &mut dice) else { continue };
            let meaning = Meaning::between(&old, &new).unwrap();
            let same = hash(&old) == hash(&new);
            assert!(same || !meaning.changes.is_empty(), "{name}: a change is missed\n{}", new.files[0].text);
            assert!(meaning.changes.len() <= 1, "{name}: {:#?}", meaning.changes);
            assert_eq!(hash(&meaning.with(&meaning.all())), hash(&new));
            edits += 1;
            // A second edit on top, and each of both alone.
            let Some(newest) = mutated(&new, &mut dice) else { continue };
            let meaning = Meaning::between(&old, &newest).unwrap();
            for at in 0..meaning.changes.len() {
                if is_promise(&meaning.changes[at]) {
                    continue;
                }
                let mixed = meaning.with(&BTreeSet::from([at]));
                if resolve(&mixed).is_err() {
                    continue;
                }
                let back = simulated(Meaning::between(&old, &mixed).unwrap());
                assert_eq!(back.len(), 1, "{name}: {back:#?}");
                assert_eq!(
                    (&back[0].before, &back[0].after),
                    (&meaning.changes[at].before, &meaning.changes[at].after)
                );
                mixes += 1;
            }
        }
    }
    assert!(edits > 150 && mixes > 100, "{edits} {mixes}");
}
