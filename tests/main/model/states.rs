//! States of replication and what operators ask for, from a scenario file to states and jobs in closed form: 100 GB that are written at
//! 1 MB/s, over 10 MB/s; a job of Site Recovery takes its first step after 30 s.

use drsim::facts::JobKind;
use drsim::measure::results::{JobRow, JobState, Operations};
use drsim::protection::State;

use super::{outage, run, text};

const HOUR: f64 = 3600.0;
const JOB: f64 = 30.0;
const LATE: (&str, &str) = ("to: \"cd\", policy: \"p\"", "to: \"cd\", policy: \"p\", enabled: \"1h\"");
const AT_ONCE: (&str, &str) = ("phase: \"aligned\"", "phase: \"aligned\", resync: \"immediate\"");

fn operated(changes: &[(&str, &str)], operations: &str) -> Operations {
    run(&text(changes, &format!("operations: [{operations}],"))).operations
}

/// The states of `a`, and when each begins.
fn states(operations: &Operations) -> Vec<(State, f64)> {
    operations.states.iter().filter(|row| row.vm == "a").map(|row| (row.state, row.from_s)).collect()
}

fn jobs(operations: &Operations, kind: JobKind) -> Vec<&JobRow> {
    operations.jobs.iter().filter(|job| job.job == kind).collect()
}

/// S76, facts 3.3, 3.6: enabled, copied over the network in 10,000 s, finalised, and only then ready for a failover.
#[test]
fn enabling_copies_and_finalizes_before_anything_fails_over() {
    let tests = "(at: \"2h\", test_failover: \"pl\"), (at: \"6h\", test_failover: \"pl\")";
    let all = operated(&[LATE], tests);
    let copied = HOUR + JOB + 10_000.0;
    let expected = [
        (State::NotEnabled, 0.0),
        (State::WaitingForInitialReplication, HOUR + JOB),
        (State::Replicating, copied),
    ];
    assert_eq!(states(&all), expected);
    assert_eq!(jobs(&all, JobKind::FinalizeProtection)[0].to_s, Some(copied + JOB));
    let outcomes: Vec<JobState> = jobs(&all, JobKind::TestFailover).iter().map(|job| job.outcome).collect();
    assert_eq!(outcomes, [JobState::Failed, JobState::Succeeded]);
}

/// A first copy that is stopped begins anew.
#[test]
fn a_first_copy_that_is_stopped_begins_from_zero() {
    let all = operated(&[LATE], "(at: \"2h\", stop_initial: [\"a\"]), (at: \"3h\", start_initial: [\"a\"])");
    let expected = [
        (State::NotEnabled, 0.0),
        (State::WaitingForInitialReplication, HOUR + JOB),
        (State::ReadyForInitialReplication, 2.0 * HOUR),
        (State::WaitingForInitialReplication, 3.0 * HOUR),
        (State::Replicating, 3.0 * HOUR + 10_000.0),
    ];
    assert_eq!(states(&all), expected);
}

/// Facts 1.18, 1.38: a pause lasts until it is resumed; so does an error, and not before what is broken works.
#[test]
fn a_pause_and_an_error_last_until_an_operator_resumes() {
    let until = |state, from: f64, to: f64| {
        vec![(State::Replicating, 0.0), (state, from * HOUR), (State::Replicating, to * HOUR)]
    };
    let resumed = |first: &str| {
        states(&operated(&[], &format!("(at: \"6h\", {first}), (at: \"7h\", resume: [\"a\"])")))
    };
    assert_eq!(resumed("pause: [\"a\"]"), until(State::Suspended, 6.0, 7.0));
    assert_eq!(resumed("break_replica: \"a\""), until(State::Error, 6.0, 7.0));
    let broken = "outages: [(name: \"o\", faults: [(replication: \"a\", at: \"6h\", repair: \"1h\")])],
        operations: [(at: \"6h30m\", resume: [\"a\"]), (at: \"8h\", resume: [\"a\"])],";
    let results = run(&text(&[], broken));
    let all = &outage(&results, "o").operations;
    assert_eq!(states(all), [(State::Error, 0.0), (State::Replicating, 2.0 * HOUR)]);
    let outcomes: Vec<JobState> = jobs(all, JobKind::Resume).iter().map(|job| job.outcome).collect();
    assert_eq!(outcomes, [JobState::Failed, JobState::Succeeded]);
}

/// Facts 1.21–1.27, 1.30: in its window at 18:30 both sides are compared, 100 GB at 100 MB/s; what was written since the log of 5:55, the
/// last that was applied, takes longer.
#[test]
fn a_resynchronization_waits_for_its_window_and_sends_what_was_written_meanwhile() {
    let all = operated(&[], "(at: \"6h\", break_replica: \"a\", out_of_sequence: true)");
    let (opens, written) = (18.5 * HOUR, (12.5 * HOUR + 300.0) * 1e6);
    let expected = [
        (State::Replicating, 0.0),
        (State::WaitingForStartResynchronize, 6.0 * HOUR),
        (State::Resynchronizing, opens),
        (State::Replicating, opens + written / 10e6),
    ];
    assert_eq!(states(&all), expected);
}

/// Fact 1.26: comparing takes 1,000 s. Paused after 300 s it goes on from there, cancelled it begins from zero.
#[test]
fn a_paused_resynchronization_goes_on_and_a_cancelled_one_begins_again() {
    let broken = "(at: \"6h\", break_replica: \"a\", out_of_sequence: true)";
    let after = |first: &str, then: &str| {
        let operations =
            format!("{broken}, (at: \"6h5m\", {first}: [\"a\"]), (at: \"7h5m\", {then}: [\"a\"])");
        states(&operated(&[AT_ONCE], &operations))
    };
    let (stopped, resumed) = (6.0 * HOUR + 300.0, 7.0 * HOUR + 300.0);
    let expected = |state, left: f64| {
        vec![
            (State::Replicating, 0.0),
            (State::Resynchronizing, 6.0 * HOUR),
            (state, stopped),
            (State::Resynchronizing, resumed),
            (State::Replicating, resumed + left),
        ]
    };
    assert_eq!(after("pause", "resume"), expected(State::ResynchronizeSuspended, 700.0));
    let cancelled = after("cancel_resynchronize", "resynchronize");
    assert_eq!(cancelled, expected(State::WaitingForStartResynchronize, 1000.0));
}

/// Of a disk of 1 GB the log may have 500 MB (fact 1.20), and the volume 1 GB beside 100 (fact 1.23). The link is cut at 6:00: the log of
/// 5:55 is part of it, a tick looks at it every 300 s, and from then on nothing is tracked (fact 1.24) until 18:30.
#[test]
fn a_log_past_half_of_the_disks_or_its_room_ends_in_resynchronization() {
    let cut = "outages: [(name: \"o\", faults: [(link: \"wan\", at: \"6h\", lasts: \"1h\")])],";
    let of = |change: (&str, &str)| {
        let results = run(&text(&[change], cut));
        let rows = states(&outage(&results, "o").operations);
        rows.into_iter().filter(|(_, from)| *from >= 0.0).collect::<Vec<_>>()
    };
    let half = of(("disk: \"100 GB\"", "disk: \"1 GB\""));
    let expected = [
        (State::WaitingForStartResynchronize, 300.0),
        (State::Resynchronizing, 12.5 * HOUR),
        (State::Replicating, 12.5 * HOUR + 100.0),
    ];
    assert_eq!(half, expected, "600 MB at 6:05; 1 GB over 10 MB/s");
    let host = "memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\")]),\n (name: \"d1\"";
    let tight = host.replace("4 TB", "101 GB");
    assert_eq!(of((host, &tight))[0], (State::WaitingForStartResynchronize, 900.0), "1,200 MB at 6:15");
}

/// Fact 1.29: 1 GB over 1.6 MB/s takes 625 s, in which more than half of the disk is written: at the tick of 600 s it begins again.
#[test]
fn a_resynchronization_that_outgrows_its_log_begins_again() {
    let changes =
        [AT_ONCE, ("disk: \"100 GB\"", "disk: \"1 GB\""), ("rate: \"80 Mbps\"", "rate: \"12.8 Mbps\"")];
    let all = states(&operated(&changes, "(at: \"6h\", pause: [\"a\"]), (at: \"7h\", resume: [\"a\"])"));
    let begin: Vec<f64> =
        all.iter().filter(|(state, _)| *state == State::Resynchronizing).map(|(_, from)| *from).collect();
    assert_eq!(begin[1] - begin[0], 600.0, "{all:?}");
}

/// S10, S94, facts 4.1–4.5, 4.22, 4.23, 5.4: shut down in 60 s, what was written since 6:00 sent, failed over in 10 s and replicated back
/// at once; the VM boots in 120 s and is found when its name has lived 300 s more. The way back is the same.
#[test]
fn a_planned_failover_and_the_failback_lose_nothing_and_reverse_at_once() {
    let there = "(at: \"6h1m\", planned_failover: \"pl\"), (at: \"8h\", commit: \"pl\")";
    let all =
        operated(&[], &format!("{there}, (at: \"10h1m\", failback: \"pl\"), (at: \"12h\", commit: \"pl\")"));
    let over = |asked: f64| asked + JOB + 60.0 + (60.0 + JOB + 60.0) * 1e6 / 10e6;
    let [there, back] = [6.0 * HOUR + 60.0, 10.0 * HOUR + 60.0].map(over);
    let expected = [
        (State::Replicating, 0.0),
        (State::FailoverWaitingCompletion, there),
        (State::Replicating, there + 10.0),
        (State::FailoverWaitingCompletion, back),
        (State::Replicating, back + 10.0),
    ];
    assert_eq!(states(&all), expected);
    for (kind, at) in [(JobKind::PlannedFailover, there), (JobKind::Failback, back)] {
        let job = jobs(&all, kind)[0];
        assert_eq!((job.outcome, job.lost_bytes), (JobState::Succeeded, Some(0)));
        assert_eq!(job.to_s, Some(at + 10.0 + 120.0));
        assert_eq!(job.downtime_s, Some(60.0 + 15.0 + 10.0 + 300.0));
    }
    assert!(jobs(&all, JobKind::Commit).iter().all(|job| job.outcome == JobState::Succeeded));
}

/// Fact 4.4: where VMs are failed over one after the other, in ten minutes each, the second stays prepared meanwhile.
#[test]
fn a_vm_that_waits_for_its_turn_is_prepared() {
    let changes = [
        (
            "network: \"hn\")]",
            "network: \"hn\"), (name: \"z\", host: \"h1\", cores: 2, memory: \"4 GB\", disk: \"100 GB\", churn: \"1 MB/s\", network: \"hn\")]",
        ),
        (
            "people: \"ops\", groups: [(vms: [\"*\"])]",
            "people: \"ops\", fail_over: \"10m\", parallel_recoveries: 1, groups: [(vms: [\"z\"]), (vms: [\"a\"])]",
        ),
    ];
    let all = states(&operated(&changes, "(at: \"6h1m\", planned_failover: \"pl\")"));
    // 150 MB of each, in 30 s over the link.
    let synchronized = 6.0 * HOUR + 60.0 + JOB + 60.0 + 30.0;
    let expected = [
        (State::Replicating, 0.0),
        (State::SyncedReplicationComplete, synchronized),
        (State::FailoverWaitingCompletion, synchronized + 600.0),
        (State::Replicating, synchronized + 1200.0),
    ];
    assert_eq!(all, expected);
}

/// S83, S94, facts 4.13, 4.17, 4.20–4.21: failed over at 6:02:45, committed, and reversed by comparison, where what the VM has written
/// since it booted there takes longer. Cancelled instead, that is lost, and nothing replicates (4.18).
#[test]
fn an_unplanned_failover_is_committed_and_reversed_or_cancelled() {
    let failed = "(at: \"6h1m\", unplanned_failover: \"pl\", synchronize: true)";
    let at = 6.0 * HOUR + 60.0 + JOB + 60.0 + 15.0;
    let boots = at + 10.0 + 120.0;
    let reversed =
        operated(&[], &format!("{failed}, (at: \"8h\", commit: \"pl\"), (at: \"9h\", reverse: \"pl\")"));
    let begin = 9.0 * HOUR + JOB;
    let expected = [
        (State::Replicating, 0.0),
        (State::FailoverWaitingCompletion, at),
        (State::FailedOver, 8.0 * HOUR + JOB),
        (State::Resynchronizing, begin),
        (State::Replicating, begin + (begin - boots) * 1e6 / 10e6),
    ];
    assert_eq!(states(&reversed), expected);
    let cancelled = operated(&[], &format!("{failed}, (at: \"8h\", cancel: \"pl\")"));
    let done = 8.0 * HOUR + JOB;
    assert_eq!(states(&cancelled).last(), Some(&(State::Error, done)));
    let job = jobs(&cancelled, JobKind::CancelFailover)[0];
    assert_eq!((done - boots, job.lost_bytes), (6935.0, Some(6_935_000_000)));
}

/// Trap T11: a planned failover that is cancelled while the guest shuts down has moved nothing, and replication goes on.
#[test]
fn a_planned_failover_that_is_cancelled_in_time_moves_nothing() {
    let all = operated(&[], "(at: \"6h1m\", planned_failover: \"pl\"), (at: \"6h2m\", cancel: \"pl\")");
    assert_eq!(jobs(&all, JobKind::PlannedFailover)[0].outcome, JobState::Cancelled);
    assert_eq!(jobs(&all, JobKind::CancelFailover)[0].outcome, JobState::Succeeded);
    assert!(states(&all).iter().all(|(state, _)| *state == State::Replicating), "{:?}", states(&all));
}

/// S79, S85, S86, S88, facts 4.25–4.31: the test VM runs after 30 s, 10 s of data and 120 s of boot, is connected where the test has a
/// network, and is removed when it was tested for its hour; replication does not notice.
#[test]
fn a_test_failover_runs_beside_replication_and_leaves_nothing() {
    for (network, is_connected) in [("none", false), ("created", true)] {
        let written =
            format!("(at: \"6h1m\", test_failover: \"pl\", network: \"{network}\", testing: \"1h\")");
        let all = operated(&[], &written);
        let (job, test) = (jobs(&all, JobKind::TestFailover)[0], &all.test_vms[0]);
        assert_eq!((job.outcome, job.to_s), (JobState::Succeeded, Some(6.0 * HOUR + 60.0 + 160.0 + HOUR)));
        assert_eq!((test.connected, test.after_s, test.forced), (is_connected, Some(160.0), false));
        assert_eq!(test.point_at, "2026-03-02T06:00:00+00:00");
        assert_eq!(test.removed_at.as_deref(), Some("2026-03-02T07:03:40+00:00"));
        assert!(states(&all).iter().all(|(state, _)| *state == State::Replicating), "{:?}", states(&all));
    }
}

/// S53: disabled, a VM has no relationship.
#[test]
fn disabling_removes_the_relationship() {
    let all = operated(&[], "(at: \"6h\", disable: [\"a\"])");
    assert_eq!(states(&all), [(State::Replicating, 0.0), (State::NotEnabled, 6.0 * HOUR + JOB)]);
}
