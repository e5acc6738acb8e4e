//! The cause of a regression: the smallest set of changes that explains it is found among many that do not, by simulating what lies between.

use std::collections::BTreeSet;

use drsim::assess::{Options, assess};
use drsim::compare::meaning::Meaning;
use drsim::gate::cause::search::{Explained, Oracle, Search, Set, minimal};
use drsim::gate::cause::{Asked, Limits, Tested, causes};
use drsim::gate::report::CauseRow;
use drsim::scenario::{Scenario, Sources};

use crate::compare::meaning::{Dice, sources};

/// Sets of changes each of which is enough, and what cannot be read without what.
#[derive(Clone, Default)]
struct Planted {
    /// For each line, its causes.
    lines: Vec<Vec<Set>>,
    /// Pairs: the first cannot be read without the second.
    needs: Vec<(usize, usize)>,
    asked: usize,
    read: usize,
    most: usize,
}

impl Oracle for Planted {
    fn reads(&mut self, taken: &Set) -> bool {
        self.read += 1;
        self.is_closed(taken)
    }
    fn fails(&mut self, taken: &Set) -> Option<Vec<bool>> {
        self.asked += 1;
        let hit = |causes: &Vec<Set>| causes.iter().any(|cause| cause.is_subset(taken));
        self.is_closed(taken).then(|| self.lines.iter().map(hit).collect())
    }
    fn is_over(&mut self) -> bool {
        self.asked >= self.most
    }
}

impl Planted {
    fn is_closed(&self, taken: &Set) -> bool {
        self.needs.iter().all(|(change, needed)| !taken.contains(change) || taken.contains(needed))
    }
}

fn some(dice: &mut Dice, count: usize, size: usize) -> Set {
    let mut set = Set::new();
    while set.len() < size {
        set.insert(dice.roll(count));
    }
    set
}

fn explain(planted: &mut Planted, count: usize, line: usize) -> Explained {
    planted.most = 100_000;
    Search::new(planted, (0..count).collect(), 100_000).explain(line)
}

#[test]
fn a_planted_set_is_found_exactly_whatever_its_size() {
    let mut dice = Dice(3);
    for round in 0..300 {
        let count = 1 + dice.roll(60);
        let size = (1 + dice.roll(3)).min(count);
        let set = some(&mut dice, count, size);
        let mut planted = Planted { lines: vec![vec![set.clone()]], ..Planted::default() };
        let explained = explain(&mut planted, count, 0);
        assert_eq!(explained.causes.len(), 1, "round {round}");
        assert_eq!((&explained.causes[0].changes, explained.causes[0].interact), (&set, size > 1));
        assert!(!explained.unfinished && planted.read == 0, "nothing is read for its own sake");
        assert_eq!(explained.without, (0..count).filter(|change| !set.contains(change)).collect());
        assert!(
            size > 1 || planted.asked < 30,
            "one of {count} is found by halving, not by {}",
            planted.asked
        );
    }
}

#[test]
fn sets_that_are_enough_each_by_itself_are_all_found() {
    let mut dice = Dice(4);
    for _ in 0..200 {
        let count = 12 + dice.roll(30);
        let size = 1 + dice.roll(2);
        let (one, two) = (some(&mut dice, count / 2, size), some(&mut dice, count / 2, 2));
        let two: Set = two.iter().map(|change| change + count / 2).collect();
        let planted = vec![one.clone(), two.clone()];
        let explained = explain(&mut Planted { lines: vec![planted], ..Planted::default() }, count, 0);
        let found: BTreeSet<Set> = explained.causes.iter().map(|cause| cause.changes.clone()).collect();
        assert_eq!(found, BTreeSet::from([one.clone(), two.clone()]));
        assert!(explained.without.is_disjoint(&one) && explained.without.is_disjoint(&two));
    }
}

#[test]
fn the_smaller_of_two_sets_that_overlap_is_found_first() {
    let (pair, one) = (Set::from([1, 2]), Set::from([5]));
    let explained =
        explain(&mut Planted { lines: vec![vec![pair, one.clone()]], ..Planted::default() }, 6, 0);
    assert_eq!(explained.causes[0].changes, one);
}

#[test]
fn changes_that_cannot_be_read_alone_go_with_what_they_need() {
    let mut dice = Dice(5);
    for _ in 0..200 {
        let count = 5 + dice.roll(25);
        // Later changes need earlier ones, each at most two.
        let mut needs: Vec<(usize, usize)> = Vec::new();
        for change in 1..count {
            for _ in 0..dice.roll(3) {
                needs.push((change, dice.roll(change)));
            }
        }
        let size = 1 + dice.roll(2);
        let set = some(&mut dice, count, size);
        let mut closed = set.clone();
        while let Some((_, needed)) =
            needs.iter().find(|(change, needed)| closed.contains(change) && !closed.contains(needed))
        {
            closed.insert(*needed);
        }
        let mut planted = Planted { lines: vec![vec![set.clone()]], needs, ..Planted::default() };
        let explained = explain(&mut planted, count, 0);
        assert_eq!(explained.causes.len(), 1);
        assert_eq!(explained.causes[0].changes, closed, "{set:?}");
        assert!(planted.is_closed(&explained.without), "what is left can be read");
    }
}

#[test]
fn lines_share_what_was_asked() {
    let lines: Vec<Vec<Set>> = (0..6).map(|_| vec![Set::from([17])]).collect();
    let mut planted = Planted { lines, most: 1000, ..Planted::default() };
    let mut search = Search::new(&mut planted, (0..40).collect(), 1000);
    let explained: Vec<Explained> = (0..6).map(|line| search.explain(line)).collect();
    assert!(explained.iter().all(|other| *other == explained[0]));
    let mut alone = Planted { lines: vec![vec![Set::from([17])]], ..Planted::default() };
    explain(&mut alone, 40, 0);
    assert_eq!(planted.asked, alone.asked);
}

#[test]
fn a_search_that_may_not_go_on_says_so_and_its_set_is_enough() {
    for most in 2..12 {
        let planted = Planted { lines: vec![vec![Set::from([3, 29])]], most: 1000, ..Planted::default() };
        let mut limited = planted.clone();
        let explained = Search::new(&mut limited, (0..40).collect(), most).explain(0);
        assert!(explained.unfinished);
        assert!(limited.asked <= most);
        for cause in &explained.causes {
            assert_eq!(planted.clone().fails(&cause.changes), Some(vec![true]), "{most}");
        }
        let mut timed = Planted { most, ..planted };
        assert!(Search::new(&mut timed, (0..40).collect(), 1000).explain(0).unfinished);
    }
}

#[test]
fn a_minimal_part_has_no_item_to_spare() {
    let mut dice = Dice(6);
    for _ in 0..200 {
        let count = 2 + dice.roll(30);
        // Any two of five.
        let five = some(&mut dice, count + 5, 5);
        let mut holds = |items: &[usize]| items.iter().filter(|item| five.contains(item)).count() >= 2;
        assert_eq!(minimal((0..count + 5).collect(), &mut holds).len(), 2);
    }
}

/// A pair of sites and a VM that writes 4 MB/s: 1.2 GB each five minutes, which take 51 s at 200 Mbps.
const OLD: &str = r#"(
    schema: 1, name: "shop", start: "2026-03-02T00:00[Europe/Berlin]", horizon: "6h", seed: 1,
    sites: [(name: "hq", zone: "Europe/Berlin"), (name: "dr", zone: "Europe/Berlin")],
    hosts: [
        (name: "h1", site: "hq", cores: 16, memory: "64 GB", volumes: [(name: "v", size: "4 TB")]),
        (name: "r1", site: "dr", cores: 16, memory: "64 GB", volumes: [(name: "v", size: "4 TB")]),
    ],
    networks: [(name: "hq-net", site: "hq"), (name: "dr-net", site: "dr")],
    network_mappings: [(from: "hq-net", to: "dr-net"), (from: "dr-net", to: "hq-net")],
    links: [(name: "wan", from: "hq", to: "dr", rate: "200 Mbps")],
    vmm_servers: [(name: "vmm", site: "hq"), (name: "vmm-dr", site: "dr")],
    clouds: [(name: "c-hq", vmm: "vmm", hosts: ["h1"]), (name: "c-dr", vmm: "vmm-dr", hosts: ["r1"])],
    vms: [
        (name: "sql", host: "h1", memory: "8 GB", network: "hq-net", disks: [
            (name: "data", size: "200 GB", churn: [(constant: "4 MB/s")]),
        ]),
        (name: "old", host: "h1", memory: "1 GB", disk: "20 GB", network: "hq-net"),
    ],
    policies: [(name: "p", interval: "5m")],
    protection: [(from: "c-hq", to: "c-dr", policy: "p")],
    applications: [
        (name: "shop", vms: ["sql"], rpo: "10m", rto: "4h"), (name: "rest", vms: ["old"]),
    ],
    people: [(name: "ops")],
    plans: [(name: "move", people: "ops", groups: [(vms: ["sql"]), (vms: ["old"])])],
    outages: [(name: "lost", faults: [(site: "hq", at: "Mon 03:00")])],
)"#;

/// Much that has nothing to do with the age of points.
const NOISE: &[(&str, &str)] = &[
    ("name: \"shop\", start", "name: \"shop 2\", start"),
    (
        "cores: 16, memory: \"64 GB\", volumes: [(name: \"v\", size: \"4 TB\")]),\n        (name: \"r1\"",
        "cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"5 TB\")]),\n        (name: \"r1\"",
    ),
    ("(name: \"ops\")", "(name: \"ops\", decision: \"20m\", detection: \"5m\")"),
    ("rto: \"4h\"", "rto: \"5h\""),
    ("(name: \"dr-net\", site: \"dr\")", "(name: \"dr-net\", site: \"dr\", dns_ttl: \"10m\")"),
    ("(name: \"move\", people", "(name: \"move\", shutdown_timeout: \"2m\", people"),
    ("at: \"Mon 03:00\"", "at: \"Mon 04:00\", repair: \"1h\""),
    // A VM goes, and all that names it.
    ("        (name: \"old\", host: \"h1\", memory: \"1 GB\", disk: \"20 GB\", network: \"hq-net\"),\n", ""),
    (", (name: \"rest\", vms: [\"old\"])", ""),
    (", (vms: [\"old\"])]", "]"),
];

fn edited(edits: &[(&str, &str)]) -> Sources {
    let text = edits.iter().fold(OLD.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    sources(&[("main.ron", &text)])
}

/// The worst age of the shop's points: interval and transfer.
fn worst_age(sources: &Sources) -> Option<f64> {
    let (scenario, _) = Scenario::from_sources(sources).ok()?;
    let (results, _) = assess(&scenario, &Options { threads: 1, progress: &|_| {} }).unwrap();
    results.applications.iter().find(|row| row.name == "shop")?.age.as_ref().map(|age| age.max_s)
}

fn asked() -> Asked {
    Asked {
        line: 7,
        gate: "fresh".into(),
        place: None,
        subject: "application shop".into(),
        what: "worst age of application shop".into(),
        failed_before: None,
        value_before: None,
    }
}

/// Why the worst age passes a bound that the old scenario keeps.
fn why(edits: &[(&str, &str)], bound: f64) -> Vec<CauseRow> {
    let (old, new) = (sources(&[("main.ron", OLD)]), edited(edits));
    let meaning = Meaning::between(&old, &new).unwrap();
    let mut evaluate = |sources: &Sources| {
        let age = worst_age(sources)?;
        Some(vec![Tested { fails: age > bound, value: format!("{age:.0}s") }])
    };
    let limits = Limits { evaluations: 200, is_over: &|| false };
    let rows = causes(&meaning, &[asked()], &limits, &mut evaluate);
    assert_eq!(rows, causes(&meaning, &[asked()], &limits, &mut evaluate), "the same each time");
    rows
}

const HALVED: (&str, &str) = ("200 Mbps", "100 Mbps");
const BUSIER: (&str, &str) = ("constant: \"4 MB/s\"", "constant: \"8 MB/s\"");

#[test]
fn the_closed_form_that_these_tests_rest_on_holds() {
    // 300 s, and 1.2 GB at 95 % of 25 MB/s.
    for (edits, expected) in
        [(vec![], 350.5), (vec![HALVED], 401.1), (vec![BUSIER], 401.1), (vec![HALVED, BUSIER], 502.1)]
    {
        let age = worst_age(&edited(&edits)).unwrap();
        assert!((age - expected).abs() < 0.2, "{age} {expected}");
    }
}

#[test]
fn a_halved_link_is_found_among_much_that_changed_with_its_line() {
    let edits: Vec<_> = NOISE.iter().copied().chain([HALVED]).collect();
    let rows = why(&edits, 400.0);
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].lines.as_slice(), rows[0].interact, rows[0].unfinished), (&[7][..], false, false));
    let change = &rows[0].changes[0];
    assert_eq!(rows[0].changes.len(), 1);
    assert_eq!(change.path, "links.wan.rate");
    assert_eq!((change.before.as_deref(), change.after.as_deref()), (Some("200 Mbps"), Some("100 Mbps")));
    let place = change.place.clone().unwrap();
    assert_eq!((place.file.as_str(), place.line), ("main.ron", 10));
    assert_eq!(
        rows[0].sentence,
        "links.wan.rate 200 Mbps → 100 Mbps; with the old value worst age of application shop is 351s"
    );
}

#[test]
fn two_changes_that_only_together_do_it_are_named_together() {
    let edits: Vec<_> = NOISE.iter().copied().chain([HALVED, BUSIER]).collect();
    let rows = why(&edits, 450.0);
    let paths: Vec<&str> = rows[0].changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["links.wan.rate", "vms.sql.disks.data.churn.0.constant"]);
    assert!(rows.len() == 1 && rows[0].interact);
    assert!(
        rows[0].sentence.contains("it takes them together, neither alone does it"),
        "{}",
        rows[0].sentence
    );
}

#[test]
fn a_change_that_cannot_be_read_alone_is_named_with_the_one_that_it_needs() {
    let edits = [
        (
            "(name: \"p\", interval: \"5m\")",
            "(name: \"p\", interval: \"5m\"), (name: \"slow\", interval: \"15m\")",
        ),
        ("policy: \"p\")", "policy: \"slow\")"),
    ];
    let edits: Vec<_> = NOISE.iter().copied().chain(edits).collect();
    let rows = why(&edits, 400.0);
    assert_eq!(rows.len(), 1);
    let paths: Vec<&str> = rows[0].changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["policies.slow", "protection.0.policy"]);
    assert!(!rows[0].interact && !rows[0].unfinished);
    assert!(
        rows[0].sentence.ends_with("with all old values worst age of application shop is 351s"),
        "{}",
        rows[0].sentence
    );
}

#[test]
fn of_two_changes_each_of_which_is_enough_both_are_told() {
    let rows = why(&[HALVED, BUSIER, NOISE[0]], 400.0);
    let paths: Vec<&str> = rows.iter().map(|row| row.changes[0].path.as_str()).collect();
    assert_eq!(paths, ["links.wan.rate", "vms.sql.disks.data.churn.0.constant"]);
    assert!(rows.iter().all(|row| row.changes.len() == 1 && !row.interact));
    assert!(rows[0].sentence.contains("enough by itself, and so is vms.sql"), "{}", rows[0].sentence);
    assert!(rows[0].sentence.ends_with("with all old values worst age of application shop is 351s"));
}

#[test]
fn without_a_change_or_without_a_change_that_is_simulated_there_is_no_cause() {
    assert_eq!(why(&[], 300.0), []);
    assert_eq!(why(&[("schema: 1,", "schema: 1, // the same\n")], 300.0), []);
    // The line fails in both.
    assert_eq!(why(&[HALVED], 300.0), []);
}

#[test]
fn a_single_change_is_the_cause_without_a_run_where_the_old_value_is_known() {
    let (old, new) = (sources(&[("main.ron", OLD)]), edited(&[HALVED]));
    let meaning = Meaning::between(&old, &new).unwrap();
    let mut evaluate = |_: &Sources| -> Option<Vec<Tested>> { panic!("old and new were simulated before") };
    let limits = Limits { evaluations: 9, is_over: &|| false };
    let asked = Asked { failed_before: Some(false), value_before: Some("5m 51s".into()), ..asked() };
    let rows = causes(&meaning, &[asked], &limits, &mut evaluate);
    assert!(
        rows[0].sentence.ends_with("with the old value worst age of application shop is 5m 51s"),
        "{}",
        rows[0].sentence
    );
    assert!(!rows[0].unfinished);
}

#[test]
fn another_seed_is_a_cause_like_any_other() {
    let drawn = OLD.replace("\"4 MB/s\"", "\"uniform 1 MB/s to 12 MB/s\"");
    let of = |seed: u64| sources(&[("main.ron", &drawn.replace("seed: 1", &format!("seed: {seed}")))]);
    let age = |seed: u64| worst_age(&of(seed)).unwrap();
    let worse = (2..).find(|seed| age(*seed) > age(1) + 1.0).unwrap();
    let bound = age(1) + 0.5;
    let meaning = Meaning::between(&of(1), &of(worse)).unwrap();
    let mut evaluate = |sources: &Sources| {
        let age = worst_age(sources)?;
        Some(vec![Tested { fails: age > bound, value: format!("{age:.0}s") }])
    };
    let limits = Limits { evaluations: 20, is_over: &|| false };
    let rows = causes(&meaning, &[asked()], &limits, &mut evaluate);
    assert!(rows[0].sentence.starts_with(&format!("seed 1 → {worse};")), "{}", rows[0].sentence);
}

#[test]
fn a_promise_that_changed_is_told_as_such_and_nothing_is_simulated() {
    let with = |objective: &str| {
        sources(&[("main.ron", &OLD.replace("rpo: \"10m\"", &format!("rpo: \"{objective}\"")))])
    };
    let meaning = Meaning::between(&with("10m"), &with("5m")).unwrap();
    let asked = Asked { gate: "objective".into(), failed_before: Some(true), ..asked() };
    let limits = Limits { evaluations: 20, is_over: &|| false };
    let mut evaluate = |_: &Sources| -> Option<Vec<Tested>> { panic!("nothing is to be simulated") };
    let rows = causes(&meaning, &[asked], &limits, &mut evaluate);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].changes[0].path, "applications.shop.rpo");
    assert!(
        rows[0].sentence.starts_with("applications.shop.rpo 10m → 5m: the promise changed"),
        "{}",
        rows[0].sentence
    );
}
