//! A control plane lost under a running plan: people go on by hand, whether or not the plan synchronises first.

use drsim::facts::Phase;
use drsim::measure::results::{OutageRow, Results};

use crate::file::results;

/// The shipped two sites, with one more outage: the recovery site's management server is lost two minutes after the declaration.
fn two_sites(synchronize: bool) -> Results {
    let text = include_str!("../../../scenarios/two-site.ron");
    let mid = r#"(name: "mid", faults: [(site: "hq", at: "Tue 14:05"), (vmm: "vmm-dr", at: "Tue 14:37")]),"#;
    let timeout = r#"shutdown_timeout: "5m","#;
    let text = text.replacen("outages: [", &format!("outages: [{mid}"), 1).replacen(
        timeout,
        &format!("{timeout} synchronize: {synchronize},"),
        1,
    );
    results(&text)
}

#[test]
fn a_plan_that_synchronises_is_handed_to_people_as_one_that_does_not() {
    let [synchronised, plain] = [true, false].map(two_sites);
    for (own, twin) in synchronised.outages.iter().zip(&plain.outages) {
        let back = |it: &OutageRow| -> Vec<_> {
            let rows = it.applications.iter();
            rows.map(|row| (row.name.clone(), row.status, row.rta_from_outage_s, row.rpa_s)).collect()
        };
        assert_eq!(back(own), back(twin), "in {}", own.name);
    }
    let mid = synchronised.outages.iter().find(|outage| outage.name == "mid").expect("it was added");
    let web = mid.applications.iter().find(|row| row.name == "web").expect("the shipped scenario has it");
    // By hand from the loss on; on its own, Site Recovery would have taken 3,520 s.
    assert_eq!(web.rta_from_outage_s, Some(9790.0));
}

#[test]
fn a_failover_of_one_vm_that_was_asked_for_is_handed_to_people_and_says_so() {
    let text = include_str!("../../../scenarios/two-site.ron");
    let first = r#"operations: [(at: "Tue 14:10", name: "sql first", by: "operations", unplanned_failover: "vm:sql-1")], "#;
    let mid =
        r#"(name: "mid", faults: [(site: "hq", at: "Tue 14:05"), (vmm: "vmm-dr", at: "Tue 14:10:15")]),"#;
    let text = text.replacen("outages: [", &format!("{first}outages: [{mid}"), 1);
    let all = results(&text);
    let mid = all.outages.iter().find(|outage| outage.name == "mid").expect("it was added");
    let incident = &mid.operations.incidents[0];
    assert_eq!(
        (incident.at.as_str(), incident.on.as_str(), incident.what.as_str()),
        ("2026-03-03T14:10:30+01:00", "VM sql-1", "people go on with it by hand: VMM server vmm-dr was down")
    );
    // The job's first step would come after its latency of 30 s. By hand: half an hour to find the consoles, 10 s of data step, 6 min of
    // an operator, 2 min to boot.
    let of_sql = mid.steps.iter().filter(|step| step.on == "VM sql-1");
    let until_running: Vec<(Phase, f64)> = of_sql.map(|step| (step.phase, step.to_s)).take(5).collect();
    assert_eq!(
        until_running,
        [
            (Phase::Orchestration, 330.0),
            (Phase::ManualWork, 2130.0),
            (Phase::Failover, 2140.0),
            (Phase::ManualWork, 2500.0),
            (Phase::Boot, 2620.0),
        ]
    );
    // Of the plan that is declared later by hand for the same reason it is not said twice.
    assert_eq!(mid.operations.incidents.len(), 1);
}
