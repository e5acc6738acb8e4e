//! The steps of a plan are known before it is made: what its searches run is not more, and what is asked decides.

use std::sync::atomic::{AtomicU64, Ordering};

use drsim::plan::bandwidth::{Question, bandwidth, everybody};
use drsim::plan::rates::Precision;
use drsim::plan::runs::steady::steady;
use drsim::plan::{Ask, plan, steps};
use drsim::scenario::{Scenario, work};
use drsim::units::Span;

use crate::file::accepted;
use crate::hostile::BASE;

fn shipped(name: &str) -> Scenario {
    let text = std::fs::read_to_string(format!("scenarios/{name}.ron")).unwrap();
    accepted(&text).0
}

/// Those of one question beside those of none, which are of what is bought.
fn of(scenario: &Scenario, question: &str) -> u64 {
    let asked = |key: &str| steps(scenario, &Ask { sections: vec![key.into()], ..Ask::default() });
    asked(question) - asked("none")
}

#[test]
fn a_search_for_rates_runs_no_more_than_was_estimated() {
    for (scenario, shares) in [
        (accepted(BASE).0, vec![1000, 999, 990, 950, 900]),
        (shipped("policy-to-30s"), vec![1000]),
        (shipped("single-vmm"), vec![1000, 900]),
    ] {
        let ask = Ask { sections: vec!["bandwidth".into()], shares: shares.clone(), ..Ask::default() };
        let question = Question {
            link: drsim::ids::Id::new(0),
            allowed: everybody(&scenario),
            slack: None,
            objectives: [900, 1800, 3600].map(Span::seconds).to_vec(),
            shares,
            step: Precision::Digits,
        };
        let found = bandwidth(&scenario, &question, &mut |_, _| true).unwrap();
        let estimated = drsim::plan::work::bandwidth(&scenario, &ask) / work::steps(&steady(&scenario));
        println!("{}: {} runs, estimated {estimated}", scenario.name, found.runs);
        assert!(found.runs <= estimated as f64, "{}: {} of {estimated}", scenario.name, found.runs);
    }
}

#[test]
fn turning_and_trying_runs_no_more_than_was_estimated() {
    let scenario = accepted(BASE).0;
    for question in ["inverse", "levers"] {
        let ask = Ask { sections: vec![question.into()], ..Ask::default() };
        let runs = AtomicU64::new(0);
        let count = |what: &str, _| {
            let is_run = what.contains("searching for the ") || what.contains("trying to ");
            runs.fetch_add(u64::from(is_run), Ordering::Relaxed);
            true
        };
        plan(&scenario, &ask, &count).unwrap();
        let runs = runs.into_inner();
        let estimated = of(&scenario, question) / work::steps(&scenario);
        println!("{question}: {runs} runs, estimated {estimated}");
        assert!(runs > 0 && runs <= estimated, "{question}: {runs} of {estimated}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_plan() {
    let scenario = accepted(BASE).0;
    let of = |threads| plan(&scenario, &Ask { threads, ..Ask::default() }, &|_, _| true).unwrap();
    let one = of(1);
    assert!(one.sections.len() > 4 && one.unanswered.is_empty());
    for threads in [2, 7] {
        assert_eq!(format!("{:?}", of(threads)), format!("{one:?}"), "{threads} threads");
    }
}

#[test]
fn what_is_asked_decides() {
    let scenario = accepted(BASE).0;
    let all: Vec<u64> = drsim::plan::SECTIONS.iter().map(|(key, ..)| of(&scenario, key)).collect();
    let one = work::steps(&scenario);
    assert!(all[..6].iter().all(|steps| *steps >= one) && all[6] == 0, "{all:?} of {one}");
    let asked = |ask: Ask| steps(&scenario, &ask);
    let question = || Ask { sections: vec!["bandwidth".into()], ..Ask::default() };
    assert!(asked(question()) > asked(Ask { rpos: vec![Span::seconds(900)], ..question() }));
    assert!(asked(question()) > asked(Ask { shares: vec![1000], ..question() }));
    assert!(asked(question()) < asked(Ask { step: Precision::Unit, ..question() }));
    // A shorter interval is tried, which has more steps than the one as written.
    let slow = accepted(&BASE.replace("interval: \"5m\"", "interval: \"15m\"")).0;
    let find = |scenario: &Scenario| {
        let ask = Ask { find: vec![drsim::plan::Find::Interval], ..Ask::default() };
        drsim::plan::work::inverse(scenario, &ask) / work::steps(scenario)
    };
    assert!(find(&slow) > 2 * find(&scenario), "{} and {}", find(&slow), find(&scenario));
}
