//! Rules that a change of code would break unseen, each from a scenario file with what it comes to in closed form.

use drsim::facts::JobKind;
use drsim::measure::health::Reason;
use drsim::measure::results::Results;
use drsim::protection::State;

use super::{outage, run, text, vm};

fn age_max(results: &Results) -> f64 {
    results.vms[0].age.as_ref().expect("it is replicated").max_s
}

/// Of 10 GB, half differ, and 43 GB were written to them before: all 10 GB are sent, at 10 MB/s, and no more.
#[test]
fn comparing_sends_the_whole_disk_at_most() {
    let changes = [
        ("disk: \"100 GB\"", "disk: \"10 GB\""),
        (
            "to: \"cd\", policy: \"p\"",
            "to: \"cd\", policy: \"p\", enabled: \"12h\", initial: (existing: \"50 %\")",
        ),
    ];
    let results = run(&text(&changes, ""));
    let entered = |state| {
        let rows = &results.operations.states;
        rows.iter().find(|row| row.state == state).expect("it comes to that").from_s
    };
    assert_eq!(entered(State::Replicating) - entered(State::WaitingForInitialReplication), 1000.0);
}

/// A log of five minutes at 1 MB/s takes five minutes over 8 Mbps, and a little more over less (fact 1.43).
#[test]
fn an_average_latency_of_five_minutes_is_normal() {
    let is_slow = |rate: &str| {
        let rate = format!("rate: \"{rate}\"");
        let results = run(&text(&[("rate: \"80 Mbps\"", &rate)], ""));
        assert!(results.statistics.iter().any(|row| row.latency_mean_s.is_some_and(|mean| mean >= 300.0)));
        results.health.iter().any(|row| row.reasons.contains(&Reason::Latency))
    };
    assert!(!is_slow("8 Mbps"));
    assert!(is_slow("7.9 Mbps"));
}

/// 300 MB over 10 MB/s take 30 s. One request outstanding applies 10 KB/s, 256 of them 2.56 MB/s: 117.1875 s (fact 1.16).
#[test]
fn a_disk_has_256_requests_outstanding_at_most() {
    let volume = (
        "(name: \"d1\", site: \"dr\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\")",
        "(name: \"d1\", site: \"dr\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\", apply_request_rate: \"10 KB/s\")",
    );
    assert_eq!(age_max(&run(&text(&[volume], ""))), 300.0 + 30.0 + 117.1875);
    let set = |depth: u32| {
        let host =
            volume.1.replace("memory: \"128 GB\"", &format!("memory: \"128 GB\", apply_depth: {depth}"));
        age_max(&run(&text(&[(volume.0, &host)], "")))
    };
    // A larger limit for all disks of the host gives one disk no more.
    assert_eq!(set(1024), 447.1875);
    assert_eq!(set(128), 300.0 + 30.0 + 234.375);
}

/// The link breaks 10 s into a log, which has 20 s to go. Tries come 1, 3, 7, 15 and 25 min later, and then every 30 (fact 1.17): repaired
/// after 24 min it goes on at 25, after 26 min at 55.
#[test]
fn the_fifth_try_comes_ten_minutes_after_the_fourth_and_the_next_half_an_hour_later() {
    let oldest = |lasts: &str| {
        let fault = format!(
            "outages: [(name: \"o\", faults: [(link: \"wan\", at: \"6h10s\", lasts: \"{lasts}\")])],"
        );
        vm(outage(&run(&text(&[], &fault)), "o"), "a").age_max_s
    };
    // The log before was cut at 5:55; that of 6:00 is there 20 s after the try.
    assert_eq!(oldest("24m"), Some(300.0 + 10.0 + 25.0 * 60.0 + 20.0));
    // Then the log of all since 6:00 is the older one: 3,330 MB, of which the point is that old when they are there.
    assert_eq!(oldest("56m"), Some(85.0 * 60.0 + 30.0 + 510.0 + 3.0));
    assert_eq!(oldest("26m"), Some(3330.0 + 333.0));
}

/// An action of ten minutes, there, back, or both ways (fact 5.8).
#[test]
fn an_action_runs_in_its_direction_only() {
    let takes = |direction: &str| {
        let groups =
            format!("groups: [(vms: [\"*\"], before: [(name: \"names\", script: \"5m\"{direction})])]");
        let operations = "operations: [(at: \"6h\", planned_failover: \"pl\"), (at: \"8h\", commit: \"pl\"), (at: \"16h\", failback: \"pl\")],";
        let results = run(&text(&[("groups: [(vms: [\"*\"])]", &groups)], operations));
        let of = |kind| {
            let job = results.operations.jobs.iter().find(|job| job.job == kind).expect("it is asked for");
            job.to_s.expect("it ends") - job.from_s
        };
        (of(JobKind::PlannedFailover), of(JobKind::Failback))
    };
    // 30 s to the first step, 60 s of shutdown, the last log, 10 s of data, 120 s to boot.
    let plain = 229.0;
    assert_eq!(takes(", direction: \"there\""), (plain + 300.0, plain));
    assert_eq!(takes(", direction: \"back\""), (plain, plain + 300.0));
    assert_eq!(takes(""), (plain + 300.0, plain + 300.0));
}

/// 300 MB at 10 MB/s, whether a throttle would let more through or none is there.
#[test]
fn a_throttle_above_the_rate_of_its_link_does_nothing() {
    let throttle = (
        "efficiency: \"100 %\"",
        "efficiency: \"100 %\", throttle: [(rate: \"200 Mbps\", from: \"00:00\", to: \"24:00\")]",
    );
    assert_eq!((age_max(&run(&text(&[throttle], ""))), age_max(&run(&text(&[], "")))), (330.0, 330.0));
}
