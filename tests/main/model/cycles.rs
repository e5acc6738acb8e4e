//! The cycle of replication, from a scenario file to ages and logs in closed form: 300 MB every 300 s, over 10 MB/s.

use drsim::measure::health::Reason;
use drsim::measure::results::{Results, VmRow};

use super::{run, text};

fn row(results: &Results) -> &VmRow {
    &results.vms[0]
}

fn age_max(changes: &[(&str, &str)]) -> f64 {
    row(&run(&text(changes, ""))).age.as_ref().expect("it is replicated").max_s
}

const DISK: &str = "disk: \"100 GB\", churn: \"1 MB/s\"";

/// Facts 1.8, 1.12, 9.1, 9.2: ages rise from what a log takes to that and an interval; all disks of a VM are one log; compression halves it.
#[test]
fn the_age_rises_to_an_interval_and_what_a_log_takes() {
    let two = "disks: [(name: \"c\", size: \"50 GB\", churn: \"1 MB/s\"), (name: \"d\", size: \"50 GB\", churn: \"1 MB/s\")]";
    let halved = ("phase: \"aligned\"", "phase: \"aligned\", compression: \"2\"");
    assert_eq!((age_max(&[]), age_max(&[(DISK, two)]), age_max(&[halved])), (330.0, 360.0, 315.0));
}

/// Trap T27, fact 7.14: the peak of a VM is that of its disks together, 600 MB where their hours meet and 300 MB where they do not.
#[test]
fn the_largest_log_is_that_of_all_disks_together() {
    let largest = |second: &str| {
        let disk = |name: &str, window: &str| {
            format!("(name: \"{name}\", size: \"50 GB\", churn: [(window: \"{window}\", rate: \"1 MB/s\")])")
        };
        let disks = format!("disks: [{}, {}]", disk("c", "01:00 to 02:00"), disk("d", second));
        row(&run(&text(&[(DISK, &disks)], ""))).largest_log_bytes
    };
    assert_eq!((largest("01:00 to 02:00"), largest("03:00 to 04:00")), (600_000_000, 300_000_000));
}

/// Trap T2, fact 1.7: at 12 MB/s a log takes 1.2 times the time in which it was written, in which the next grows: after 300, 360, 432,
/// 518.4, 622.08 and 746.496 s, together less than an hour, it is the sixth that is cut.
#[test]
fn a_log_that_is_slower_than_its_interval_delays_the_next_which_is_larger() {
    let changes = [("churn: \"1 MB/s\"", "churn: \"12 MB/s\""), ("horizon: \"1d\"", "horizon: \"1h\"")];
    let sixth = 300 * 12_000_000 * 12_u64.pow(5) / 10_u64.pow(5);
    assert_eq!(row(&run(&text(&changes, ""))).largest_log_bytes, sixth);
}

/// Fact 1.13: two logs of 300 MB in streams of 5 MB/s; one at a time the second waits for the first.
#[test]
fn logs_wait_for_a_slot_of_their_host() {
    let two = "vms: [(name: \"b\", host: \"h1\", cores: 2, memory: \"4 GB\", disk: \"100 GB\", churn: \"1 MB/s\", network: \"hn\"), (name: \"a\"";
    let ages = |slots: u32| {
        let host = format!("(name: \"h1\", stream_cap: \"5 MB/s\", send_slots: {slots}, site: \"hq\"");
        let changes = [("vms: [(name: \"a\"", two), ("(name: \"h1\", site: \"hq\"", host.as_str())];
        let results = run(&text(&changes, ""));
        let mut ages: Vec<f64> =
            results.vms.iter().map(|vm| vm.age.as_ref().expect("it is replicated").max_s).collect();
        ages.sort_by(f64::total_cmp);
        ages
    };
    assert_eq!((ages(1), ages(2)), (vec![360.0, 420.0], vec![360.0, 360.0]));
}

/// S69, fact 8.6: in its hours a throttle of 5 MB/s doubles the time of a log, in its direction.
#[test]
fn a_throttle_holds_in_its_hours_and_direction() {
    let age = |direction: &str| {
        let link = format!(
            "efficiency: \"100 %\", throttle: [(from: \"08:00\", to: \"18:00\", rate: \"40 Mbps\", direction: \"{direction}\")]"
        );
        age_max(&[("efficiency: \"100 %\"", &link)])
    };
    assert_eq!((age("there"), age("back"), age("both")), (360.0, 330.0, 360.0));
}

/// Trap T6, facts 1.45–1.47, 1.49–1.51: windows of twelve hours from nine o'clock on, with a cycle expected every five minutes.
#[test]
fn statistics_are_of_windows_from_nine_to_nine() {
    let results = run(&text(&[], ""));
    let rows: Vec<(&str, u64, u64, u64)> = results
        .statistics
        .iter()
        .map(|row| (&row.from[11..16], row.cycles_expected, row.cycles_missed, row.size_max_bytes))
        .collect();
    let mb = 300_000_000;
    assert_eq!(rows, [("00:00", 108, 0, mb), ("09:00", 144, 0, mb), ("21:00", 36, 0, mb)]);
    assert_eq!(results.statistics[1].latency_mean_s, Some(30.0));
}

/// Facts 2.8, 7.20: with recovery points a replica writes two to three times as often, without as often as its primary.
#[test]
fn a_replica_with_points_writes_more_often() {
    let factors = |points: u32| {
        let policy = format!("phase: \"aligned\", recovery_points: {points}");
        let results = run(&text(&[("phase: \"aligned\"", &policy)], ""));
        let points = row(&results).recovery_points.as_ref().expect("it is replicated");
        (points.iops_factor_min, points.iops_factor_max)
    };
    assert_eq!((factors(0), factors(4)), ((1.0, 1.0), (2.0, 3.0)));
}

/// Facts 1.40, 1.47: of 144 cycles a fifth are 28.8. Paused from 10:02 on, the 29th is that of 12:25, whose deadline is at 12:30.
#[test]
fn more_than_a_fifth_of_the_cycles_missed_is_told_at_the_deadline_of_the_29th() {
    let since = |resumed: &str| {
        let operations =
            format!("operations: [(at: \"10h2m\", pause: [\"a\"]), (at: \"{resumed}\", resume: [\"a\"])],");
        let results = run(&text(&[], &operations));
        let row = results.health.iter().find(|row| row.reasons.contains(&Reason::Missed));
        row.map(|row| row.from_s)
    };
    assert_eq!((since("12h"), since("12h32m")), (None, Some(12.5 * 3600.0)));
}

/// Fact 3.13: a first copy of 10 GB begins at 6:00:30. With one slot a log waits for its 1,000 s: the point of 6:00 lasts for 30 s, those
/// and the 30 s of the next log. With two they share the link.
#[test]
fn first_copies_and_logs_share_the_slots_of_a_host() {
    let second = (
        "network: \"hn\")]",
        "network: \"hn\"), (name: \"b\", host: \"h1\", cores: 2, memory: \"4 GB\", disk: \"10 GB\", churn: \"1 MB/s\", network: \"hn\")]",
    );
    let protection = (
        "[(from: \"ch\", to: \"cd\", policy: \"p\")]",
        "[(from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"a\"]), (from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"b\"], enabled: \"6h\")]",
    );
    let age = |slots: u32| {
        let host = format!("(name: \"h1\", send_slots: {slots}, site: \"hq\"");
        age_max(&[second, protection, ("(name: \"h1\", site: \"hq\"", &host)])
    };
    assert_eq!((age(1), age(2)), (30.0 + 1000.0 + 30.0, 300.0 + 60.0));
}
