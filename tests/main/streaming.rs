//! Outages one at a time: whatever they start from and however many threads run them, they are told in order, and mean the same.

use std::ops::ControlFlow;

use drsim::assess::{Baseline, Consumer, Options, OutageRun, StartsKept, assess, assess_from, stream};
use drsim::data_plane::DataPlane;
use drsim::engine::plane::Plane;
use drsim::engine::state::Kernel;
use drsim::ids::{Id, Table};
use drsim::measure::watch::Watch;
use drsim::outage::Outage;
use drsim::report::Beside;
use drsim::report::json::{self, Document, Run, Variant, direct};
use drsim::scenario::Scenario;
use drsim::units::{Span, Time};

use crate::determinism::parse;

const TWO_SITE: &str = include_str!("../../scenarios/two-site.ron");
const OPTIONS: Options = Options { threads: 1, progress: &|_| {} };

/// Two sites; a loss of HQ, a cut of the link and a loss of a host every 18 hours, named so that they are not in order of time.
fn many_outages() -> Scenario {
    let mut outages = String::from("    outages: [");
    for number in 0..9 {
        let (name, at) = (number * 4 % 9, 40 + number * 1080);
        outages += &format!(
            "(name: \"a{name:02}\", faults: [(site: \"hq\", at: \"{at}m\")]), \
             (name: \"b{name:02}\", faults: [(link: \"wan\", at: \"{at}m\", lasts: \"2h\")]), \
             (name: \"c{name:02}\", faults: [(host: \"hq-hv2\", at: \"{at}m\", repair: \"4h\")]), "
        );
    }
    let at = TWO_SITE.find("    outages: [").unwrap();
    let after = &TWO_SITE[at + "    outages: [".len()..];
    parse(&format!("{}{outages}{after}", &TWO_SITE[..at]))
}

fn kept(count: usize) -> StartsKept {
    StartsKept { count, bytes: usize::MAX }
}

#[test]
fn a_budget_of_one_start_gives_the_same_bytes_on_any_number_of_threads() {
    let scenario = many_outages();
    let run = |threads, kept| {
        let (results, charts) = assess_from(&scenario, &Options { threads, ..OPTIONS }, kept).unwrap();
        (crate::file::stored(&results), charts)
    };
    let all = run(1, StartsKept::default());
    for (threads, count) in [(1, 1), (2, 1), (16, 3), (2, 1000)] {
        assert!(all == run(threads, kept(count)), "{count} starts and {threads} threads give other bytes");
    }
}

#[test]
fn json_that_is_written_as_runs_end_is_that_of_the_results() {
    let mut without = parse(TWO_SITE);
    without.outages = Table::new(Vec::new());
    for scenario in [many_outages(), without] {
        let (results, charts) = assess(&scenario, &OPTIONS).unwrap();
        let (variant, beside) = (Variant::default(), Beside::default());
        let run = Run { variant: &variant, results: &results, drawn: Some((&charts, &beside)) };
        let expected = json::write(&Document { command: "drsim run main.ron", runs: &[run] });
        for threads in [1, 3] {
            let mut bytes = Vec::new();
            let of = ("drsim run main.ron", &Variant::default());
            direct::run(&scenario, of, &Options { threads, ..OPTIONS }, &mut bytes).unwrap();
            assert!(String::from_utf8(bytes).unwrap() == expected, "{threads} threads write other bytes");
        }
    }
}

/// Notes what it is told, and stops after so many outages.
struct Told {
    baseline: bool,
    names: Vec<String>,
    most: usize,
}

impl Consumer for Told {
    type Kept = String;

    fn baseline(&mut self, _: &mut Baseline) -> ControlFlow<()> {
        assert!(self.names.is_empty());
        self.baseline = true;
        if self.most == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn keep(run: OutageRun) -> String {
        run.row.name
    }

    fn outage(&mut self, name: String) -> ControlFlow<()> {
        assert!(self.baseline);
        self.names.push(name);
        if self.names.len() == self.most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn those_asked_for_are_told_in_the_order_asked_until_a_break() {
    let scenario = many_outages();
    let which: Vec<Id<Outage>> = [25, 3, 17, 3, 0].map(Id::new).to_vec();
    let names: Vec<String> = which.iter().map(|id| scenario.outages[*id].name.clone()).collect();
    for threads in [1, 2, 16] {
        for most in [9, 3, 0] {
            let mut told = Told { baseline: false, names: Vec::new(), most };
            stream((&scenario, &which), &Options { threads, ..OPTIONS }, kept(2), &mut told).unwrap();
            assert!(told.baseline);
            assert_eq!(told.names, names[..most.min(5)]);
        }
    }
}

#[test]
fn an_outage_means_the_same_whatever_runs_beside_it() {
    let scenario = many_outages();
    let (all, _) = assess(&scenario, &OPTIONS).unwrap();
    let mut alone = scenario.clone();
    alone.outages = [scenario.outages[Id::new(17)].clone()].into_iter().collect();
    let (one, _) = assess(&alone, &OPTIONS).unwrap();
    assert!(all.outages.contains(&one.outages[0]));
}

#[test]
fn the_fork_of_a_fork_is_that_of_the_run() {
    let scenario = parse(TWO_SITE);
    let horizon = scenario.horizon.0;
    let [first, second, end] = [90_061, 207_017, 300_000].map(|at| Span::seconds(at).0);
    let mut plane = Plane { kernel: Kernel::new(&scenario), observer: Watch::new(&scenario) };
    plane.advance(Time(first));
    let mut other = Plane { kernel: plane.kernel.fork(), observer: plane.observer.fork(first, horizon) };
    plane.advance(Time(second));
    other.advance(Time(second));
    let direct = Plane { kernel: plane.kernel.fork(), observer: plane.observer.fork(second, horizon) };
    let of_fork = Plane { kernel: other.kernel.fork(), observer: other.observer.fork(second, horizon) };
    let [direct, of_fork] = [direct, of_fork].map(|mut it| {
        let begun = format!("{it:?}");
        it.advance(Time(end));
        (begun, format!("{it:?}"))
    });
    assert!(direct.0 == of_fork.0, "they begin in different states");
    assert!(direct.1 == of_fork.1, "they end in different states");
}
