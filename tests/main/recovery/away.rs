//! What the replica stands on is away when it is needed: the failover is tried again after the repair.

use drsim::measure::results::{Outcome, VmEnd};

use super::written::{first, pair, results, with};

/// The site is lost at 12:02; declared at 12:32, the data step is due at 12:32:30.
fn lost_with(other: &str) -> String {
    pair(&format!(r#"{other}, (site: "hq", at: "12h2m")"#), "")
}

#[test]
fn a_data_step_whose_replica_is_away_is_done_after_the_repair() {
    for away in [r#"host: "d1""#, r#"volume: "d1/v""#] {
        let results = results(&lost_with(&format!(r#"({away}, at: "12h30m", lasts: "3m")"#)));
        let (app, vm) = first(&results);
        assert_eq!((app.outcome, vm.state), (Outcome::FailedOver, VmEnd::InService), "{away}");
        // Back at 12:33, 1,860 s after the fault: data step 10 s, then the name 300 s from power-on, in which it boots and gets ready.
        assert_eq!(app.rta_from_outage_s, Some(2170.0), "{away}");
        assert_eq!(app.phases.iter().map(|it| it.seconds).sum::<f64>(), 2170.0);
        assert_eq!(results.outages[0].declarations.len(), 1, "nobody decides twice");
    }
}

#[test]
fn a_data_step_or_a_boot_that_a_crash_breaks_is_done_again_after_the_repair() {
    // Down in the data step at 12:32:35, and in the boot at 12:33:00; back after three minutes. The name runs on from the first
    // power-on, at 12:32:40.
    for (at, back) in [("12h32m35s", 2015.0 + 310.0), ("12h33m", 2040.0 + 180.0)] {
        let results = results(&lost_with(&format!(r#"(host: "d1", at: "{at}", lasts: "3m")"#)));
        let (app, _) = first(&results);
        assert_eq!((app.outcome, app.rta_from_outage_s), (Outcome::FailedOver, Some(back)), "{at}");
    }
}

#[test]
fn a_source_that_is_repaired_first_keeps_its_vm() {
    let faults = r#"(host: "d1", at: "12h30m", lasts: "2h"), (site: "hq", at: "12h2m", lasts: "1h")"#;
    let results = results(&pair(faults, ""));
    let (app, vm) = first(&results);
    assert_eq!((app.outcome, vm.state), (Outcome::Repaired, VmEnd::Repaired));
    assert_eq!(app.lost_bytes, 0);
}

#[test]
fn a_plan_does_not_wait_for_a_vm_whose_replica_is_away() {
    let two = with(
        &lost_with(r#"(host: "d2", at: "12h30m", lasts: "1h")"#),
        "recovery_points: 2)]",
        "recovery_points: 2)]",
    );
    let d2 = r#"hosts: [(name: "d2", site: "dr", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]), "#;
    let two = with(&two, "hosts: [\n", d2);
    let b = r#"vms: [(name: "b", host: "h1", cores: 2, memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn"), "#;
    let two = with(&two, "vms: [(name: \"a\"", &format!("{b}(name: \"a\""));
    let two = with(
        &two,
        r#"protection: [(from: "ch", to: "cd", policy: "p")]"#,
        r#"protection: [(vms: ["a"], from: "ch", to: "cd", policy: "p", host: "d1", volume: "v"), (vms: ["b"], from: "ch", to: "cd", policy: "p", host: "d2", volume: "v")]"#,
    );
    let two = with(
        &two,
        r#"applications: ["#,
        r#"applications: [(name: "bpp", vms: ["b"], rpo: "15m", rto: "4h"), "#,
    );
    let results = results(&two);
    let rta: Vec<_> =
        results.outages[0].applications.iter().map(|it| (it.name.as_str(), it.rta_from_outage_s)).collect();
    // d2 is back at 13:30, 5,280 s after the fault.
    assert_eq!(rta, [("app", Some(2140.0)), ("bpp", Some(5280.0 + 310.0))]);
}
