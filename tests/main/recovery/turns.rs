//! A VM that cannot go on in its turn leaves the others theirs (fact 4.15).

use drsim::measure::results::Outcome;

use crate::file::results;

/// Two VMs of one plan on a host that is lost at 19:00. The contents of `a` were corrupted at 12:02 and that is found at 18:02, when both of
/// its points are newer.
const CORRUPT: &str = r#"(
    schema: 1, name: "corrupt", start: "2026-03-02T00:00[UTC]", horizon: "1d", seed: 1,
    fault_domains: [(name: "A"), (name: "B")],
    sites: [(name: "hq", zone: "UTC", fault_domains: ["A"]), (name: "dr", zone: "UTC", fault_domains: ["B"])],
    hosts: [
        (name: "h1", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
        (name: "d1", site: "dr", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
    ],
    networks: [(name: "hn", site: "hq", dns_ttl: "5m"), (name: "dn", site: "dr", dns_ttl: "5m")],
    network_mappings: [(from: "hn", to: "dn"), (from: "dn", to: "hn")],
    links: [(name: "wan", from: "hq", to: "dr", rate: "80 Mbps", efficiency: "100 %")],
    vmm_servers: [(name: "vh", site: "hq"), (name: "vd", site: "dr")],
    clouds: [(name: "ch", vmm: "vh", hosts: ["h*"]), (name: "cd", vmm: "vd", hosts: ["d*"])],
    vms: [
        (name: "a", host: "h1", cores: 2, memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn"),
        (name: "b", host: "h1", cores: 2, memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn"),
    ],
    policies: [(name: "p", interval: "5m", phase: "aligned", recovery_points: 2)],
    protection: [(from: "ch", to: "cd", policy: "p")],
    applications: [
        (name: "corrupted", vms: ["a"], rpo: "15m", rto: "4h"),
        (name: "other", vms: ["b"], rpo: "15m", rto: "4h"),
    ],
    people: [(name: "ops", detection: "10m", decision: "20m", operators: 1, manual_start: "30m", manual_per_vm: "5m")],
    plans: [(name: "plan", people: "ops", groups: [(vms: ["*"])])],
    outages: [(name: "o", faults: [(contents: "a", at: "12h2m", found: "6h"), (host: "h1", at: "19h")])],
)"#;

#[test]
fn a_vm_whose_points_are_all_corrupt_does_not_keep_a_declared_plan_waiting() {
    let results = results(CORRUPT);
    let [corrupted, other] = &results.outages[0].applications[..] else { panic!("two applications") };
    assert_eq!(corrupted.outcome, Outcome::NotRecovered);
    // Detection 600 s, decision 1,200 s, the name's lifetime 300 s, and the rest of the shipped assumptions: 35 min 40 s.
    assert_eq!((other.outcome, other.rta_from_outage_s), (Outcome::FailedOver, Some(2140.0)));
}

/// VM `a` has moved to the other site and `b` has not; then both hosts on which they run are lost.
const TWO_WAYS: &str = r#"(
    schema: 1, name: "Two ways", start: "2026-03-02T00:00[UTC]", horizon: "2d", seed: 1,
    sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
    networks: [(name: "hq-net", site: "hq", dns_ttl: "5m"), (name: "dr-net", site: "dr", dns_ttl: "5m")],
    network_mappings: [(from: "hq-net", to: "dr-net"), (from: "dr-net", to: "hq-net")],
    hosts: [
        (name: "hq-1", site: "hq", cores: 32, memory: "256 GB", volumes: [(name: "v")]),
        (name: "hq-2", site: "hq", cores: 32, memory: "256 GB", volumes: [(name: "v")]),
        (name: "dr-1", site: "dr", cores: 32, memory: "256 GB", volumes: [(name: "v")]),
        (name: "dr-2", site: "dr", cores: 32, memory: "256 GB", volumes: [(name: "v")]),
    ],
    links: [(name: "wan", from: "hq", to: "dr", rate: "1 Gbps")],
    vmm_servers: [(name: "vmm-hq", site: "hq"), (name: "vmm-dr", site: "dr")],
    clouds: [(name: "c-hq", vmm: "vmm-hq", hosts: ["hq-*"]), (name: "c-dr", vmm: "vmm-dr", hosts: ["dr-*"])],
    vms: [
        (name: "a", host: "hq-1", cores: 2, memory: "4 GB", disk: "40 GB", churn: "100 KB/s", network: "hq-net"),
        (name: "b", host: "hq-2", cores: 2, memory: "4 GB", disk: "40 GB", churn: "100 KB/s", network: "hq-net"),
    ],
    policies: [(name: "5m", interval: "5m")],
    protection: [
        (vms: ["a"], from: "c-hq", to: "c-dr", policy: "5m", host: "dr-1"),
        (vms: ["b"], from: "c-hq", to: "c-dr", policy: "5m", host: "dr-2"),
    ],
    applications: [(name: "app-a", vms: ["a"], rto: "4h"), (name: "app-b", vms: ["b"], rto: "4h")],
    people: [(name: "ops", detection: "10m", decision: "20m")],
    plans: [(name: "all", people: "ops", groups: [(vms: ["a", "b"])])],
    operations: [
        (at: "Mon 02:00", by: "ops", planned_failover: "vm:a"),
        (at: "Mon 03:00", by: "ops", commit: "vm:a"),
    ],
    outages: [(name: "both", faults: [(host: "dr-1", at: "Mon 12:00"), (host: "hq-2", at: "Mon 12:00")])],
)"#;

#[test]
fn a_plan_whose_vms_go_two_ways_is_declared_for_each() {
    let outage = results(TWO_WAYS).outages.remove(0);
    // Noticed after 10 min, decided after 20 more; b boots 160 s later, and the plan, still needed, is decided on again.
    let declared: Vec<f64> = outage.declarations.iter().map(|row| row.at_s).collect();
    assert_eq!(declared, [1800.0, 1800.0 + 160.0 + 1800.0]);
    let back: Vec<(Outcome, Option<f64>)> =
        outage.applications.iter().map(|row| (row.outcome, row.rta_from_outage_s)).collect();
    // From power-on 5 min until clients know the address; it answers before.
    assert_eq!(
        back,
        [(Outcome::FailedOver, Some(3760.0 + 340.0)), (Outcome::FailedOver, Some(1800.0 + 340.0))]
    );
}
