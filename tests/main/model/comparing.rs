//! A resynchronisation reads all that both sides use, at a rate that the file states or the list of assumptions does.

use drsim::facts::JobKind;

use super::{outage, run, text};

const CRASH: &str = "outages: [(name: \"o\", faults: [(host: \"h1\", at: \"6h2m\", lasts: \"20m\")])],";
const AT_ONCE: (&str, &str) = ("phase: \"aligned\"", "phase: \"aligned\", resync: \"immediate\"");

/// From the host's return to protection again, seconds.
fn compared_in(changes: &[(&str, &str)]) -> f64 {
    let changes: Vec<(&str, &str)> = [AT_ONCE].into_iter().chain(changes.iter().copied()).collect();
    let results = run(&text(&changes, CRASH));
    let jobs = &outage(&results, "o").operations.jobs;
    let resync = jobs.iter().find(|job| job.job == JobKind::Resynchronize).expect("it resynchronises");
    resync.to_s.expect("within the run") - resync.from_s
}

#[test]
fn by_default_three_terabytes_take_hours_and_the_rate_is_listed() {
    let large = [("disk: \"100 GB\"", "disk: \"3 TB\"")];
    let took = compared_in(&large);
    // 3 TB at 100 MB/s; a cap is rounded up to a whole B/s.
    assert!((29_900.0..=30_060.0).contains(&took), "{took}");
    let listed = run(&text(&[], "")).assumptions;
    assert!(listed.iter().any(|line| line.starts_with("host.compare_rate = 100 MB/s")), "{listed:?}");
}

#[test]
fn the_slowest_of_hosts_and_volumes_decides() {
    let volume = "volumes: [(name: \"v\", size: \"4 TB\")]";
    let source = format!("\"hq\", cores: 32, memory: \"128 GB\", {volume}");
    let replica = format!("\"dr\", cores: 32, memory: \"128 GB\", {volume}");
    let with = |side: &str, more: &str| side.replace("size: \"4 TB\"", &format!("size: \"4 TB\", {more}"));
    let about = |took: f64, seconds: f64| assert!((took - seconds).abs() < seconds / 50.0 + 60.0, "{took}");
    about(compared_in(&[]), 1000.0);
    about(compared_in(&[(&source, &with(&source, "read_rate: \"20 MB/s\""))]), 5000.0);
    about(compared_in(&[(&replica, &with(&replica, "read_rate: \"25 MB/s\""))]), 4000.0);
    about(
        compared_in(&[(&source, &source.replace("cores: 32", "cores: 32, compare_rate: \"200 MB/s\""))]),
        500.0,
    );
    let unlimited = source.replace("cores: 32", "cores: 32, compare_rate: \"unlimited\"");
    let both = unlimited.replace("size: \"4 TB\"", "size: \"4 TB\", read_rate: \"40 MB/s\"");
    about(compared_in(&[(&source, &both)]), 2500.0);
}
