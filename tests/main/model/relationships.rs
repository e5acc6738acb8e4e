//! A replica that was deleted is copied anew; what Hyper-V Replica has already, Site Recovery takes over (S53, S78).

use drsim::facts::JobKind;
use drsim::measure::results::{JobState, Results, VmEnd};
use drsim::protection::State;

use super::{outage, run, said_of, text, vm};

const PROTECTION: (&str, &str) =
    ("to: \"cd\", policy: \"p\"", "to: \"cd\", policy: \"p\", initial: (existing: \"5 %\")");

/// Seconds for which the first copy that begins after `from` runs, and bytes carried over the link.
fn first_copy(results: &Results, from: f64) -> f64 {
    let row = results.operations.states.iter().find(|row| {
        row.from_s >= from
            && matches!(row.state, State::WaitingForInitialReplication | State::ReadyForInitialReplication)
    });
    let begin = row.expect("there is a first copy").from_s;
    let done =
        |row: &&drsim::measure::results::StateRow| row.state == State::Replicating && row.from_s > begin;
    results.operations.states.iter().find(done).expect("it ends").from_s - begin
}

fn disabled_and_enabled(delete: bool, changes: &[(&str, &str)]) -> f64 {
    let operations = format!(
        "operations: [(at: \"2h\", disable: [\"a\"], delete_replica: {delete}), (at: \"6h\", enable: [\"a\"])],"
    );
    first_copy(&run(&text(changes, &operations)), 6.0 * 3600.0)
}

/// 100 GB over 10 MB/s. A replica left behind is used where the file says that a copy exists, and one that was deleted is not.
#[test]
fn after_disabling_the_first_copy_sends_all_unless_what_was_left_is_used() {
    assert_eq!(disabled_and_enabled(true, &[]), 10_000.0);
    assert_eq!(disabled_and_enabled(false, &[]), 10_000.0);
    assert_eq!(disabled_and_enabled(true, &[PROTECTION]), 10_000.0);
    // 5 % of 100 GB and what was written since the last point, over 10 MB/s: no more than half of all.
    let left = disabled_and_enabled(false, &[PROTECTION]);
    assert!((1_800.0..2_200.0).contains(&left), "{left}");
}

const PLAIN: (&str, &str) = ("to: \"cd\", policy: \"p\"", "to: \"cd\", policy: \"p\", orchestrated: false");
const AT_NOON: &str = "outages: [(name: \"o\", faults: [(site: \"hq\", at: \"12h2m\")])],";

#[test]
fn what_is_taken_over_is_tested_and_failed_over_by_site_recovery() {
    let operations = "operations: [(at: \"6h\", enable: [\"a\"]), (at: \"8h\", test_failover: \"pl\")],";
    let results = run(&text(&[PLAIN], &format!("{AT_NOON}{operations}")));
    let jobs: Vec<_> =
        results.operations.jobs.iter().map(|job| (job.job, job.outcome, job.reason.clone())).collect();
    let done = |kind| jobs.iter().any(|(job, outcome, _)| *job == kind && *outcome == JobState::Succeeded);
    assert!(done(JobKind::EnableProtection) && done(JobKind::TestFailover), "{jobs:?}");
    // Nothing is copied again, and no point is lost.
    assert_eq!(results.links[0].carried_bytes, run(&text(&[], "")).links[0].carried_bytes);
    assert_eq!(vm(outage(&results, "o"), "a").state, VmEnd::InService);
    // With its VMM server away it cannot be taken over.
    let away = "outages: [(name: \"o\", faults: [(vmm: \"vd\", at: \"5h\", lasts: \"2h\")])],";
    let refused = run(&text(&[PLAIN], &format!("{away}{operations}")));
    let job = outage(&refused, "o").operations.jobs.iter().find(|job| job.job == JobKind::EnableProtection);
    assert!(job.expect("it is tried").reason.is_some());
}

/// Before it is taken over, after it was disabled, and without `enable` at all it is plain Hyper-V Replica's.
#[test]
fn what_is_not_taken_over_by_then_is_refused() {
    let says = |operations: &str| said_of(&text(&[PLAIN], &format!("operations: [{operations}],")));
    let test = |at: u32| format!("(at: \"{at}h\", test_failover: \"pl\")");
    assert!(!says(&format!("(at: \"6h\", enable: [\"a\"]), {}", test(8))).contains("E0268"));
    assert!(says(&format!("(at: \"9h\", enable: [\"a\"]), {}", test(8))).contains("E0268"));
    assert!(says(&test(8)).contains("E0268"));
    let again =
        "(at: \"5h\", enable: [\"a\"]), (at: \"6h\", disable: [\"a\"]), (at: \"7h\", enable: [\"a\"])";
    assert!(says(&format!("{again}, {}", test(8))).contains("E0268"));
    assert!(!says(&format!("{again}, (at: \"11h\", enable: [\"a\"]), {}", test(12))).contains("E0268"));
}
