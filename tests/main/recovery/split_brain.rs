//! Whether a source that runs is seen decides between a refusal and two copies (fact 4.14).

use drsim::measure::results::Outcome;

use super::written::{pair, results, with};

const ASKED: &str = r#"(at: "6h30m", unplanned_failover: "pl")"#;

fn incidents(results: &drsim::measure::results::Results) -> Vec<String> {
    results.outages[0].operations.incidents.iter().map(|it| it.what.clone()).collect()
}

#[test]
fn behind_a_cut_link_both_copies_run_and_what_the_source_writes_is_lost() {
    let way_back = format!(r#"{ASKED}, (at: "7h", commit: "pl"), (at: "12h", reverse: "pl")"#);
    let results = results(&pair(r#"(link: "wan", at: "6h", lasts: "4h")"#, &way_back));
    let app = &results.outages[0].applications[0];
    assert_eq!(app.outcome, Outcome::FailedOver);
    // Taken at 6:30:30, back to 5:55; the source runs until the reversal at 12:00:30.
    assert_eq!((app.rpa_s, app.lost_bytes), (Some(2130.0), 2_130_000_000 + 19_800_000_000));
    assert_eq!(
        incidents(&results),
        [
            "split brain: the source runs beside the VM that was failed over",
            "two copies ran since 2026-03-02T06:30:30+00:00: the source wrote 19.8 GB, the VM that was failed over \
             19.6 GB; the source's is given up: what it wrote is lost"
        ]
    );
}

#[test]
fn what_nobody_gives_up_by_the_end_is_told_and_counts() {
    let results = results(&pair(r#"(link: "wan", at: "6h", lasts: "4h")"#, ASKED));
    // To midnight.
    assert_eq!(results.outages[0].lost_bytes, 2_130_000_000 + 62_970_000_000);
    assert!(
        incidents(&results)[1].ends_with("both still run at the end: what the source wrote counts as lost")
    );
}

#[test]
fn over_a_whole_path_the_source_is_seen_whatever_vmm_does() {
    for faults in [r#"(vmm: "vh", at: "6h", lasts: "4h")"#, r#"(link: "wan", at: "6h", lasts: "10m")"#] {
        let results = results(&pair(faults, ASKED));
        assert_eq!(results.outages[0].applications[0].outcome, Outcome::NotHit, "{faults}");
        assert_eq!(incidents(&results), [""; 0], "{faults}");
        let reason = results.outages[0].operations.jobs[0].reason.as_deref();
        assert_eq!(reason, Some("it still ran on the primary server"), "{faults}");
    }
}

#[test]
fn a_second_way_is_a_whole_path() {
    let two = with(
        &pair(r#"(link: "wan", at: "6h", lasts: "4h")"#, ASKED),
        "links: [",
        r#"links: [(name: "other", from: "hq", to: "dr", rate: "1 Mbps"), "#,
    );
    assert_eq!(results(&two).outages[0].applications[0].outcome, Outcome::NotHit);
}
