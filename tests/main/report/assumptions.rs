//! An assumption matters if another value of it moves an answer, and by as much as that: what is told is what a run says.

use std::collections::BTreeMap;

use drsim::assess::{Options, assess, tried};
use drsim::measure::results::{MovedRow, Results, Status, TriedRow};
use drsim::report::assumed::{rule, that_matter};
use drsim::scenario::{Scenario, Sources, defaults};

use crate::shared::case;

const BASE: &str = include_str!("../language/problems/base.ron");

/// The same with addresses that are kept, so that no name outlives a start.
fn kept() -> String {
    BASE.replace("to: \"dr-net\")", "to: \"dr-net\", keeps_address: true)")
}

fn sources(text: &str) -> Sources {
    let files = BTreeMap::from([("main.ron".to_owned(), text.as_bytes().to_vec())]);
    Sources::load(&files, "main.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

fn run(sources: &Sources, threads: usize) -> Results {
    let (scenario, _) = Scenario::from_sources(sources).unwrap_or_else(|it| panic!("{}", it.render(false)));
    let options = Options { threads, progress: &|_| {} };
    let (mut results, _) = assess(&scenario, &options).unwrap();
    results.tried = Some(tried(sources, &scenario, &results, &options, defaults::ALL).unwrap());
    results
}

fn row<'r>(results: &'r Results, field: &str, other: &str) -> &'r TriedRow {
    let mut rows = results.tried.iter().flatten();
    rows.find(|row| row.field == field && row.tried == other).unwrap_or_else(|| panic!("{field} at {other}"))
}

/// Site lost, by hand and by plan: an RTA moves by as much as the time that is assumed, and what takes no part moves nothing.
#[test]
fn what_moves_an_answer_is_told_with_by_how_much() {
    let results = run(&sources(&kept()), 1);
    let rta = |field: &str, other: &str, application: &str| {
        let moved = row(&results, field, other).moved.iter().find(|moved| moved.application == application);
        moved.map(|it| it.now.rta_from_outage_s.unwrap() - it.before.rta_from_outage_s.unwrap())
    };
    // Detection 15 m, decision 30 m, and one group after the other: boot of both stands on the way to the second.
    assert_eq!(rta("people.detection", "30m", "identity"), Some(900.0));
    assert_eq!(rta("people.decision", "15m", "database"), Some(-900.0));
    assert_eq!(rta("vm.boot", "4m", "identity"), Some(120.0));
    assert_eq!(rta("vm.boot", "4m", "database"), Some(240.0));
    assert_eq!(rta("vm.readiness", "30s", "identity"), Some(-30.0));
    // The plan runs, so nobody works by hand, and nothing is resynchronised.
    for (field, other) in
        [("people.manual_per_vm", "10m"), ("people.operators", "2"), ("host.compare_rate", "400 Mbps")]
    {
        assert_eq!(row(&results, field, other).moved, [], "{field}");
    }
    let lines = that_matter(&results);
    let of = |field: &str| lines.iter().position(|line| line.starts_with(field));
    // An hour to decide misses the RTO of 2 h, which stands before what only takes time.
    let decision = of("people.decision = 30m: at 1h").unwrap();
    let said = &lines[decision];
    assert!(said.contains("RTA 1h 20m instead of 50m 40s") && said.contains("moves 2 answers"), "{said}");
    assert!(of("people.manual_per_vm").is_none() && of("host.compare_rate").is_none());
    assert!(of("vm.boot").unwrap() > decision);
    assert!(rule(&results).contains("the others move no answer"));
    // Where a name lives on for longer than a VM takes to start, starting faster helps nobody.
    let changed = run(&sources(BASE), 1);
    assert!(row(&changed, "vm.boot", "1m").moved.iter().all(|moved| moved.application != "identity"));
    let untried = Results { tried: None, ..results };
    assert!(that_matter(&untried).is_empty() && rule(&untried).contains("--assumptions"));
}

/// What is stated is not assumed; of several entries only those that leave it out change.
#[test]
fn only_what_was_left_out_is_tried() {
    let stated = kept().replace("(name: \"ops\")", "(name: \"ops\", decision: \"30m\")");
    let stated = stated.replace("memory: \"4 GB\"", "memory: \"4 GB\", boot: \"2m\"");
    let results = run(&sources(&stated), 1);
    assert!(results.tried.iter().flatten().all(|row| row.field != "people.decision"));
    let boot: Vec<f64> = row(&results, "vm.boot", "4m")
        .moved
        .iter()
        .map(|it| it.now.rta_from_outage_s.unwrap() - it.before.rta_from_outage_s.unwrap())
        .collect();
    assert_eq!(boot, [120.0]);
}

/// A verdict that turns comes first, and threads change nothing.
#[test]
fn a_verdict_that_turns_comes_first() {
    let tight = BASE.replace("rto: \"2h\"),\n    ]", "rto: \"75m\"),\n    ]");
    assert_ne!(tight, BASE);
    let results = run(&sources(&tight), 1);
    let first = row(&results, "people.decision", "1h");
    assert!(first.moved.iter().any(|it| it.now.status == Status::Missed && it.before.status == Status::Met));
    assert!(that_matter(&results)[0].contains("missed instead of met"), "{:?}", that_matter(&results));
    assert_eq!(run(&sources(&tight), 3), results);
}

/// Nights cause the waits of this company, not the time that work by hand takes: 2½ and 10 minutes change nothing.
#[test]
fn waits_for_a_shift_are_not_laid_to_work_by_hand() {
    let Some(path) = case("verdicts/company.ron") else { return };
    let sources = sources(&std::fs::read_to_string(path).unwrap());
    let (scenario, _) = Scenario::from_sources(&sources).unwrap();
    let options = Options { threads: 2, progress: &|_| {} };
    let (results, _) = assess(&scenario, &options).unwrap();
    let by_hand: Vec<_> =
        defaults::ALL.iter().copied().filter(|it| it.field.starts_with("people.manual")).collect();
    let rows = tried(&sources, &scenario, &results, &options, &by_hand).unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!(row.moved, [], "{} at {}", row.field, row.tried);
    }
}

/// What `--outage` and `--at` choose is tried as it is chosen, with the operations of outages.
#[test]
fn chosen_outages_are_tried_at_their_instants() {
    let twice = BASE
        .replace("outages: [", "outages: [(name: \"a first one\", faults: [(site: \"hq\", at: \"1d\")]), ");
    let sources = sources(&twice);
    let chosen = |at: &str| {
        let (mut scenario, _) =
            Scenario::from_sources(&sources).unwrap_or_else(|it| panic!("{}", it.render(false)));
        let last = scenario.outages.iter().last().unwrap().name.clone();
        scenario.keep_outages(|outage| outage.name == last);
        scenario.move_outages(scenario.instant(at).unwrap());
        scenario
    };
    let scenario = chosen("2d1h");
    let (mut other, _) = Scenario::from_sources(&sources).unwrap_or_else(|it| panic!("{}", it.render(false)));
    assert_ne!(other.hash(), scenario.hash());
    other.study_as(&scenario);
    assert_eq!(other.hash(), scenario.hash());
    // Detection takes 30 m in place of 15: the outage chosen moves by 15 minutes, and no other is told of.
    let options = Options { threads: 1, progress: &|_| {} };
    let (results, _) = assess(&scenario, &options).unwrap();
    let which: Vec<_> = defaults::ALL.iter().copied().filter(|it| it.field == "people.detection").collect();
    let rows = tried(&sources, &scenario, &results, &options, &which).unwrap();
    let later = rows.iter().find(|row| row.tried == "30m").unwrap();
    assert!(
        later.moved.iter().all(|moved| moved.outage.as_ref() == Some(&results.outages[0].name)),
        "{later:?}"
    );
    let by = |moved: &MovedRow| moved.now.rta_from_outage_s.zip(moved.before.rta_from_outage_s);
    let (now, before) = later.moved.iter().find(|it| it.application == "identity").and_then(by).unwrap();
    assert_eq!(now - before, 900.0);
}
