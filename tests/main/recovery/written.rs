//! Scenarios as a user writes them: two sites, a host a side, one VM, and people with one plan.

use drsim::measure::results::{OutageApplicationRow, OutageVmRow, Results};

use crate::file::accepted;
pub use crate::file::results;

/// One VM writes 1 MB/s at `hq`, is cut every full five minutes and sent over 80 Mbps. Detection takes 10 min, the decision 20 min.
const PAIR: &str = r#"(
    schema: 1, name: "pair", start: "2026-03-02T00:00[UTC]", horizon: "1d", seed: 1,
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
    vms: [(name: "a", host: "h1", cores: 2, memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn")],
    policies: [(name: "p", interval: "5m", phase: "aligned", recovery_points: 2)],
    protection: [(from: "ch", to: "cd", policy: "p")],
    applications: [(name: "app", vms: ["a"], rpo: "15m", rto: "4h")],
    people: [(name: "ops", detection: "10m", decision: "20m", operators: 1, manual_start: "30m", manual_per_vm: "5m")],
    plans: [(name: "pl", people: "ops", groups: [(vms: ["*"])])],
    outages: [(name: "o", faults: [FAULTS])],
    operations: [OPERATIONS],
)"#;

/// The pair with these faults and operations.
pub fn pair(faults: &str, operations: &str) -> String {
    PAIR.replace("FAULTS", faults).replace("OPERATIONS", operations)
}

/// `text` with a part of it written in another way.
pub fn with(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old} is not in the scenario");
    text.replace(old, new)
}

/// The first application and the first VM of the first outage.
pub fn first(results: &Results) -> (&OutageApplicationRow, &OutageVmRow) {
    let outage = &results.outages[0];
    (&outage.applications[0], &outage.vms[0])
}

/// What is said of a scenario that is accepted: codes and words.
pub fn warnings(text: &str) -> Vec<(String, String)> {
    let (_, problems) = accepted(text);
    problems.iter().map(|it| (it.code.id.to_owned(), it.what.clone())).collect()
}
