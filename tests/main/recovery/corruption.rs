//! Corruption hits when it is found, and is undone by going back to a point from before it.

use drsim::judge::Status;
use drsim::measure::results::Outcome;

use super::written::{first, pair, results, with};

/// Corrupt from 12:02, found at 13:02; an hourly point of 11:55 is kept beside the newest.
const FOUND_AFTER_AN_HOUR: &str = r#"(contents: "a", at: "12h2m", found: "1h")"#;

#[test]
fn corruption_that_is_found_is_declared_and_goes_back_to_the_newest_clean_point() {
    let results = results(&pair(FOUND_AFTER_AN_HOUR, ""));
    let (app, vm) = first(&results);
    assert_eq!(app.outcome, Outcome::FailedOver);
    // Found at 13:02, detected at 13:12, decided at 13:32 and turned off then: 1 MB/s since 11:55 is lost.
    assert_eq!((app.rpa_s, app.lost_bytes), (Some(5820.0), 5_820_000_000));
    assert_eq!(vm.point_at.as_deref(), Some("2026-03-02T11:55:00+00:00"));
    // From 13:02: detection 600 s, decision 1,200 s, and the way of any failover, 520 s.
    assert_eq!(app.rta_from_outage_s, Some(2140.0));
    assert_eq!(app.status, Status::Missed, "an RPO of 15 min");
    assert_eq!(results.applications[0].status, Status::Missed);
}

#[test]
fn corruption_without_a_clean_point_is_not_recovered() {
    let results = results(&pair(r#"(contents: "a", at: "12h2m", found: "6h")"#, ""));
    let (app, vm) = first(&results);
    assert_eq!((app.outcome, app.status), (Outcome::NotRecovered, Status::NotRecovered));
    assert_eq!(
        app.reasons[0].to_string(),
        "VM a: running, corrupt: it is corrupt, and no clean recovery point is left"
    );
    assert_eq!((app.rpa_s, app.rta_from_outage_s), (None, None));
    assert!(vm.state.is_out());
    assert!(results.outages[0].declarations.is_empty(), "people have nothing to declare");
}

#[test]
fn what_operators_ask_for_before_the_decision_is_the_way_back() {
    let asked = r#"(at: "13h30m", unplanned_failover: "pl", synchronize: true, point: "12h")"#;
    let results = results(&pair(FOUND_AFTER_AN_HOUR, asked));
    let (app, _) = first(&results);
    // Off at 13:31:30 and the rest sent at 13:31:39, which does not help; then 10 s, 300 s. It wrote until 13:31:30.
    assert_eq!(
        (app.outcome, app.rpa_s, app.rta_from_outage_s),
        (Outcome::FailedOver, Some(5790.0), Some(2089.0))
    );
    assert_eq!(app.lost_bytes, 5_790_000_000);
}

#[test]
fn a_corrupt_vm_without_a_plan_is_not_recovered_and_says_so() {
    let text = with(&pair(FOUND_AFTER_AN_HOUR, ""), r#"groups: [(vms: ["*"])]"#, r#"groups: [(vms: ["b"])]"#);
    let b = r#"vms: [(name: "b", host: "h1", cores: 2, memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn"), "#;
    let results = results(&with(&text, "vms: [(name: \"a\"", &format!("{b}(name: \"a\"")));
    let (app, _) = first(&results);
    assert_eq!(app.outcome, Outcome::NotRecovered);
    assert_eq!(
        app.reasons[0].to_string(),
        "VM a: running, corrupt: it is corrupt, and it stands in no recovery plan"
    );
}

#[test]
fn corruption_found_after_a_failover_to_a_corrupt_point_hits_again() {
    // The site is lost at 12:30, with nobody knowing; found at 15:02, where the points of before are gone with the failover's commit.
    let faults = r#"(contents: "a", at: "12h2m", found: "3h"), (site: "hq", at: "12h30m")"#;
    let results = results(&pair(faults, r#"(at: "14h", commit: "pl")"#));
    let (app, vm) = first(&results);
    assert_eq!((app.outcome, app.status), (Outcome::NotRecovered, Status::NotRecovered));
    assert_eq!(
        vm.reason.as_ref().map(ToString::to_string).as_deref(),
        Some("it is corrupt, after its failover")
    );
}

#[test]
fn corruption_found_after_a_failover_goes_back_to_a_point_that_was_kept() {
    // Failed over at 13:00 with what had arrived by 12:25; found at 15:02, and nobody has committed.
    let faults = r#"(contents: "a", at: "12h2m", found: "3h"), (site: "hq", at: "12h30m")"#;
    let results = results(&pair(faults, ""));
    let (app, vm) = first(&results);
    assert_eq!(
        (app.outcome, vm.point_at.as_deref()),
        (Outcome::FailedOver, Some("2026-03-02T11:55:00+00:00"))
    );
    assert_eq!(app.rpa_s, Some(35.0 * 60.0));
    // Two downtimes: 2,320 s after the loss, and from 15:02 detection, decision, latency, data step, boot and readiness.
    assert_eq!(app.rta_from_outage_s, Some(2140.0));
    assert_eq!(
        results.outages[0].declarations.iter().map(|it| it.at_s).collect::<Vec<_>>(),
        [3480.0, 12_600.0]
    );
}

#[test]
fn points_taken_after_going_back_are_clean() {
    // Back to 11:55 at 13:32; replicated home again from 15:00, and the recovery site is lost at 20:00.
    let faults = format!(r#"{FOUND_AFTER_AN_HOUR}, (site: "dr", at: "20h")"#);
    let results = results(&pair(&faults, r#"(at: "14h30m", commit: "pl"), (at: "15h", reverse: "pl")"#));
    let (app, _) = first(&results);
    assert_eq!((app.outcome, app.rta_from_outage_s), (Outcome::FailedOver, Some(2140.0)));
    assert_eq!(results.outages[0].declarations.len(), 2);
}
