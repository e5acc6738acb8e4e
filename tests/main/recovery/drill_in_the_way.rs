//! A drill takes the room that a real failover needs: people end it.

use drsim::measure::results::{Outcome, Results};

use super::written::{pair, results, with};

/// The recovery host has room for one such VM. A drill begins at 6:00; the site is lost at 7:02.
fn drill(testing: &str, plan: &str) -> String {
    let drill = format!(r#"(at: "6h", test_failover: "pl", network: "none", testing: "{testing}")"#);
    let text = pair(r#"(site: "hq", at: "7h2m")"#, &drill);
    let host = r#"(name: "d1", site: "dr", cores: 32, memory: "#;
    let text = with(&text, &format!(r#"{host}"128 GB""#), &format!(r#"{host}"10 GB""#));
    with(
        &with(&text, r#"horizon: "1d""#, r#"horizon: "3d""#),
        r#"people: "ops", groups"#,
        &format!(r#"people: "ops", {plan}groups"#),
    )
}

fn rta(results: &Results) -> (Outcome, Option<f64>) {
    let app = &results.outages[0].applications[0];
    (app.outcome, app.rta_from_outage_s)
}

#[test]
fn people_end_a_drill_that_is_in_the_way_of_a_disaster() {
    let results = results(&drill("20h", ""));
    assert_eq!(rta(&results), (Outcome::FailedOver, Some(2140.0)));
    let tests = &results.outages[0].operations.test_vms;
    // Removed at the declaration, 30 min after the fault.
    assert_eq!(tests[0].removed_at.as_deref(), Some("2026-03-02T07:32:00+00:00"));
    assert!(!tests[0].forced);
}

#[test]
fn a_plan_may_leave_drills_alone() {
    let results = results(&drill("20h", "ends_drills: false, "));
    let (outcome, rta) = rta(&results);
    assert!(outcome == Outcome::FailedOver && rta > Some(18.0 * 3600.0), "{rta:?}");
}

#[test]
fn a_drill_that_is_still_booting_is_ended_too() {
    // Declared at 7:32, in the boot of the drill that begins at 7:31.
    let results = results(&drill("20h", "").replace(r#"(at: "6h", test"#, r#"(at: "7h31m", test"#));
    assert_eq!(rta(&results), (Outcome::FailedOver, Some(2140.0)));
}
