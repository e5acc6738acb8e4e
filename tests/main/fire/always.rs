//! What holds of every run.

use std::collections::BTreeMap;

use drsim::assess::{Options, assess};
use drsim::measure::results::{Age, OutageApplicationRow, Outcome, Results, Status};
use drsim::problem::Problems;
use drsim::report;
use drsim::report::terminal::{Screen, summary};
use drsim::scenario::Scenario;

/// Of figures that were rounded to the microsecond.
const ROUNDING: f64 = 2e-6;

/// A scenario from its text.
pub fn read(text: &str) -> Result<Scenario, Problems> {
    let files = BTreeMap::from([("main.ron".to_owned(), text.as_bytes().to_vec())]);
    Scenario::parse(&files, "main.ron").map(|(scenario, _)| scenario)
}

/// Runs a scenario, holds the run to what is always true, and returns its bytes.
pub fn hold(name: &str, scenario: &Scenario, threads: usize) -> String {
    let assessed = assess(scenario, &Options { threads, progress: &|_| {} });
    let (results, charts) = assessed.unwrap_or_else(|error| panic!("{name}: {error}"));
    check(name, &results);
    if threads == 1 {
        let files = report::render(
            &results,
            &charts,
            &report::FolderOptions { command: "x".into(), ..Default::default() },
        );
        assert!(files.iter().all(|(_, bytes)| !bytes.is_empty()), "{name}");
        assert!(!summary(&results, &[], Screen { width: 80, colour: false }, "").is_empty(), "{name}");
    }
    crate::file::stored(&results)
}

fn check(name: &str, results: &Results) {
    let horizon = results.scenario.horizon_s;
    for row in &results.applications {
        let of = format!("{name}, {}", row.name);
        row.age.iter().for_each(|it| age(&of, it, horizon));
        if let Some(steady) = &row.steady {
            assert!(within(steady.running_s, horizon), "{of}: {steady:?}");
            assert!(steady.not_held_s.is_none_or(|it| within(it, steady.running_s)), "{of}: {steady:?}");
            assert!(steady.held_share.is_none_or(|it| within(it, 1.0)), "{of}: {steady:?}");
        }
    }
    for row in &results.vms {
        let of = format!("{name}, {}", row.name);
        row.age.iter().for_each(|it| age(&of, it, horizon));
        let shares: f64 = row.bound.iter().map(|bound| bound.share).sum();
        assert!(within(shares, 1.0) && row.bound.iter().all(|it| it.share >= 0.0), "{of}: {shares}");
    }
    for row in &results.links {
        let all = [row.utilisation_share, row.binding_share, row.throttle_binding_share];
        assert!(all.iter().all(|it| within(*it, 1.0)), "{name}, {}: {all:?}", row.name);
        assert!(within(row.throttle_binding_share, row.binding_share), "{name}, {}: {all:?}", row.name);
    }
    for outage in &results.outages {
        assert_eq!(outage.applications.len(), results.applications.len(), "{name}, {}", outage.name);
        let first = outage.faults.iter().map(|fault| fault.from_s).fold(horizon, f64::min);
        for row in &outage.applications {
            recovered(&format!("{name}, {} in {}", row.name, outage.name), row, horizon, first);
        }
    }
}

fn within(part: f64, whole: f64) -> bool {
    (0.0..=whole + ROUNDING).contains(&part)
}

/// Ages lie within the run, and their quantiles are in order.
fn age(of: &str, age: &Age, horizon: f64) {
    let rising = [age.p50_s, age.p90_s, age.p95_s, age.p99_s, age.p999_s, age.max_s];
    // Beyond exact ages a quantile is rounded, up to the largest.
    assert!(rising.windows(2).all(|pair| pair[0] <= pair[1] * 1.001 + ROUNDING), "{of}: {rising:?}");
    assert!(within(age.mean_s, age.max_s) && within(age.max_s, horizon + ROUNDING), "{of}: {age:?}");
    assert!(age.above_objective_s.is_none_or(|it| within(it, horizon)), "{of}: {age:?}");
}

/// Times of an outage: what is away is away after its first fault, and the phases sum to it.
fn recovered(of: &str, row: &OutageApplicationRow, horizon: f64, first: f64) {
    let left = horizon - first;
    assert!(row.rta_from_outage_s.is_none_or(|it| within(it, left)), "{of}: {row:?}");
    assert!(within(row.unprotected_s, left), "{of}: {row:?}");
    assert!(row.rpa_s.is_none_or(|it| within(it, horizon)), "{of}: {row:?}");
    let is_back = matches!(row.outcome, Outcome::FailedOver | Outcome::Repaired);
    assert_eq!(row.rta_from_outage_s.is_some(), is_back, "{of}: {row:?}");
    if let Some(away) = row.rta_from_outage_s {
        let phases: f64 = row.phases.iter().map(|phase| phase.seconds).sum();
        assert!((phases - away).abs() < 1e-3, "{of}: phases of {phases} s in {away} s");
    }
    let is_late = row.rto_objective_s.zip(row.rta_from_outage_s).is_some_and(|(rto, rta)| rta > rto);
    assert!(!is_late || !row.status.holds(), "{of}: {row:?}");
    assert!(row.status != Status::Met || row.reasons.is_empty(), "{of}: {row:?}");
}
