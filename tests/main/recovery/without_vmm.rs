//! Hosts that no VMM server manages: plain Hyper-V Replica, and people who fail over by hand.

use drsim::measure::results::{Outcome, Results};
use drsim::outcome::declaration::ControlPath;

use crate::file::{accepted, read, results};

/// Two VMs with addresses kept; detection 10 min, decision 20 min, consoles 30 min, 5 min for each VM, one operator.
const ESTATE: &str = r#"(
    schema: 1, name: "plain", start: "2026-03-02T00:00[UTC]", horizon: "1d", seed: 1,
    fault_domains: [(name: "A"), (name: "B")],
    sites: [(name: "hq", zone: "UTC", fault_domains: ["A"]), (name: "dr", zone: "UTC", fault_domains: ["B"])],
    hosts: [
        (name: "h1", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
        (name: "d1", site: "dr", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
    ],
    networks: [(name: "hn", site: "hq"), (name: "dn", site: "dr")],
    network_mappings: [(from: "hn", to: "dn", keeps_address: true), (from: "dn", to: "hn", keeps_address: true)],
    links: [(name: "wan", from: "hq", to: "dr", rate: "80 Mbps", efficiency: "100 %")],
    vms: [
        (name: "a", host: "h1", memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn"),
        (name: "b", host: "h1", memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn"),
    ],
    policies: [(name: "p", interval: "5m", phase: "aligned")],
    protection: [(from_hosts: ["h*"], to_hosts: ["d*"], policy: "p")],
    applications: [
        (name: "app", vms: ["a"], rpo: "15m", rto: "4h"), (name: "bpp", vms: ["b"], rpo: "15m", rto: "4h"),
    ],
    people: [(name: "ops", detection: "10m", decision: "20m", operators: 1, manual_start: "30m", manual_per_vm: "5m")],
    plans: [(name: "list", people: "ops", by_hand: [(vms: ["a"]), (vms: ["b"])])],
    outages: [(name: "o", faults: [(site: "hq", at: "12h2m")])],
    operations: [],
)"#;

fn with(old: &str, new: &str) -> String {
    assert!(ESTATE.contains(old), "{old}");
    ESTATE.replace(old, new)
}

fn rta(results: &Results) -> Vec<(Outcome, Option<f64>)> {
    results.outages[0].applications.iter().map(|row| (row.outcome, row.rta_from_outage_s)).collect()
}

#[test]
fn people_go_through_their_list_by_hand() {
    let (_, problems) = accepted(ESTATE);
    let said: Vec<&str> = problems.iter().map(|it| it.what.as_str()).collect();
    assert!(!said.iter().any(|what| what.contains("VMM") || what.contains("plan")), "{said:?}");
    assert!(!results(ESTATE).assumptions.iter().any(|line| line.starts_with("recovery_service")));
    // An hour is less than detection, decision and consoles take.
    let (_, tight) = accepted(&with("rto: \"4h\"", "rto: \"1h\""));
    let least = "is below the 1h 8m that plan `list` takes at least";
    assert!(tight.iter().any(|it| it.what.contains(least)), "{tight:?}");
    let results = results(ESTATE);
    // Declared after 30 min; consoles 30 min, data step 10 s; 5 min by hand, boot 120 s, readiness 60 s. `b` comes after the boot of `a`.
    let a = 3600.0 + 10.0 + 300.0 + 120.0;
    assert_eq!(
        rta(&results),
        [(Outcome::FailedOver, Some(a + 60.0)), (Outcome::FailedOver, Some(a + 300.0 + 180.0))]
    );
    let declared = &results.outages[0].declarations[0];
    assert_eq!((declared.at_s, declared.path), (1800.0, ControlPath::ByHand));
    assert_eq!(declared.reason.as_deref(), Some("it is people's own list, not a plan of Site Recovery"));
    // Points of the last full five minutes, sent in 60 s with the other's 300 MB: 12:00.
    assert_eq!(results.outages[0].applications[0].rpa_s, Some(120.0));
}

#[test]
fn two_operators_or_a_script_are_faster() {
    let together = with("[(vms: [\"a\"]), (vms: [\"b\"])]", "[(vms: [\"a\", \"b\"])]");
    let one = 3600.0 + 10.0 + 300.0 + 180.0;
    let each = |text: &str| rta(&results(text)).into_iter().map(|(_, rta)| rta.unwrap()).collect::<Vec<_>>();
    assert_eq!(each(&together), [one, one + 300.0]);
    assert_eq!(each(&together.replace("operators: 1", "operators: 2")), [one, one]);
    // A script takes 10 s a VM, and is at hand.
    let script = together.replace(
        "manual_start: \"30m\", manual_per_vm: \"5m\"",
        "manual_start: \"0s\", manual_per_vm: \"10s\"",
    );
    assert_eq!(each(&script), [1800.0 + 10.0 + 10.0 + 180.0, 1800.0 + 10.0 + 20.0 + 180.0]);
}

#[test]
fn a_plan_of_site_recovery_needs_what_is_not_there() {
    let refused = |text: &str| read(text).expect_err("it is refused").render(false);
    let plan = refused(&with("by_hand: [(vms", "groups: [(vms"));
    assert!(plan.contains("E0497") && plan.contains("write the groups as `by_hand` of the plan"), "{plan}");
    let asked = refused(&with("operations: []", r#"operations: [(at: "3h", planned_failover: "list")]"#));
    assert!(
        asked.contains("plan `list` is people's own list") && asked.contains("fail_over_by_hand"),
        "{asked}"
    );
    let both =
        refused(&with("plans: [(name: \"list\",", "plans: [(name: \"list\", groups: [(vms: [\"a\"])],"));
    assert!(both.contains("groups, by_hand"), "{both}");
    let run = refused(&with("to_hosts: [\"d*\"]", "to_hosts: [\"d*\"], orchestrated: true"));
    assert!(run.contains("name clouds in `from` and `to`"), "{run}");
    let away = refused(&with("from_hosts: [\"h*\"]", "vms: [\"a\"], from_hosts: [\"d*\"]"));
    assert!(away.contains("vm `a` runs on host `h1`, which is not in hosts `d*`"), "{away}");
    assert!(read(&with("to_hosts: [\"d*\"]", "to_hosts: [\"d*\"], orchestrated: false")).is_ok());
}

#[test]
fn single_vms_are_moved_there_and_back_by_hand() {
    let there = r#"operations: [
        (at: "3h", by: "ops", fail_over_by_hand: "a", planned: true), (at: "6h", commit: "vm:a"),
        (at: "8h", by: "ops", fail_over_by_hand: "a", planned: true), (at: "10h", commit: "vm:a"),
    ]"#;
    let text = with("operations: []", there)
        .replace("outages: [(name: \"o\", faults: [(site: \"hq\", at: \"12h2m\")])]", "outages: []");
    let results = results(&text);
    assert_eq!(results.vms[0].host, "h1");
    let lost: Vec<_> =
        results.operations.jobs.iter().map(|job| (job.outcome.words(), job.lost_bytes)).collect();
    assert_eq!(
        lost,
        [("Succeeded", Some(0)), ("Succeeded", None), ("Succeeded", Some(0)), ("Succeeded", None)]
    );
}
