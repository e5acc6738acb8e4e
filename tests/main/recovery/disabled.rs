//! A VM whose protection was disabled has nothing that protects it.

use drsim::measure::results::Outcome;

use super::written::{first, pair, results};

#[test]
fn disabled_protection_is_time_without_protection_and_the_reason() {
    let operations = r#"(at: "6h2m", disable: ["a"]), (at: "8h", enable: ["a"])"#;
    let results = results(&pair(r#"(site: "hq", at: "7h2m")"#, operations));
    let row = &results.operations.unprotected[0];
    // The job takes 30 s; enabled again at 8:00:30, and protected when what differs is copied.
    assert_eq!((row.vm(), row.from.as_str()), (Some("a"), "2026-03-02T06:02:30+00:00"));
    assert!(row.seconds > 7080.0, "until it is copied again: {}", row.seconds);
    assert_eq!(results.operations.unprotected.iter().filter(|it| it.vm() == Some("a")).count(), 1);
    let (app, vm) = first(&results);
    assert_eq!(app.outcome, Outcome::NotRecovered);
    assert_eq!(
        vm.reason.as_ref().map(ToString::to_string).as_deref(),
        Some("host h1 was not repaired, and nothing protected it: its protection was not enabled")
    );
    assert!(results.outages[0].declarations.is_empty());
}

#[test]
fn a_vm_that_is_protected_again_is_recovered() {
    let operations = r#"(at: "6h2m", disable: ["a"]), (at: "6h3m", enable: ["a"])"#;
    let results = results(&pair(r#"(site: "hq", at: "20h")"#, operations));
    assert_eq!(first(&results).0.outcome, Outcome::FailedOver);
}
