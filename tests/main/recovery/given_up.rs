//! What another recovery point, or the way back, gives up (facts 4.17, 4.18).

use super::written::{first, pair, results};

/// The site is lost at 6:02. Declared at 6:32, the job's first step at 6:32:30: the point of 6:00 is taken. The VM writes again from 6:34:40 on,
/// when its data step of 10 s and its boot of 2 min are over.
const LOST: &str = r#"(site: "hq", at: "6h2m")"#;
const RUNS: f64 = 6.0 * 3600.0 + 34.0 * 60.0 + 40.0;

fn lost_and_rpa(operations: &str) -> (u64, Option<f64>) {
    let results = results(&pair(LOST, operations));
    let (_, vm) = first(&results);
    (vm.lost_bytes, vm.rpa_s)
}

/// Bytes at 1 MB/s.
fn written(seconds: f64) -> u64 {
    format!("{}", seconds * 1e6).parse().unwrap()
}

#[test]
fn another_point_loses_what_was_written_at_the_replica_each_time() {
    assert_eq!(lost_and_rpa(""), (120_000_000, Some(120.0)));
    // To 5:55, at 8:00:30.
    let once = r#"(at: "8h", change_point: "pl", point: "5h57m")"#;
    let discarded = written(8.0 * 3600.0 + 30.0 - RUNS);
    assert_eq!(lost_and_rpa(once), (420_000_000 + discarded, Some(420.0)));
    // And to 4:55 at 10:00:30; it ran again from 8:02:40 on.
    let twice = format!(r#"{once}, (at: "10h", change_point: "pl", point: "5h")"#);
    let again = written(2.0 * 3600.0 - 130.0);
    assert_eq!(lost_and_rpa(&twice), (4_020_000_000 + discarded + again, Some(4020.0)));
}

#[test]
fn a_cancelled_failover_loses_what_was_written_since_and_nothing_else() {
    // The site is back at 7:02; the failover is cancelled at 9:00:30.
    let results = results(&pair(
        r#"(site: "hq", at: "6h2m", lasts: "1h")"#,
        r#"(at: "8h", change_point: "pl", point: "5h57m"), (at: "9h", cancel: "pl")"#,
    ));
    let (_, vm) = first(&results);
    let at_replica = written(8.0 * 3600.0 + 30.0 - RUNS) + written(3600.0 - 130.0);
    assert_eq!((vm.lost_bytes, vm.rpa_s), (at_replica, Some(0.0)));
    let jobs = &results.outages[0].operations.jobs;
    assert_eq!(
        jobs.iter().find(|job| job.job.words() == "Cancel failover").unwrap().lost_bytes,
        Some(at_replica)
    );
}

/// Both copies run from 6:30:30 to 9:00:30; the one that was failed over, from 6:32:40 on, is given up.
#[test]
fn of_two_copies_the_one_that_is_cancelled_is_lost_and_counted_once() {
    let results = results(&pair(
        r#"(link: "wan", at: "6h", lasts: "2h")"#,
        r#"(at: "6h30m", unplanned_failover: "pl"), (at: "9h", cancel: "pl")"#,
    ));
    let (_, vm) = first(&results);
    assert_eq!((vm.lost_bytes, vm.rpa_s), (written(2.5 * 3600.0 - 130.0), Some(0.0)));
}
