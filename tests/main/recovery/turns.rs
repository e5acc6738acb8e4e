//! A VM that cannot go on in its turn leaves the others theirs (fact 4.15).

use std::collections::BTreeMap;

use drsim::assess::{Options, assess};
use drsim::measure::results::{Outcome, Results};
use drsim::scenario::Scenario;

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

fn results(text: &str) -> Results {
    let files: BTreeMap<String, Vec<u8>> = [("main.ron".to_owned(), text.as_bytes().to_vec())].into();
    let (scenario, _) =
        Scenario::parse(&files, "main.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assess(&scenario, &Options { threads: 1, progress: &|_| {} }).unwrap().0
}

#[test]
fn a_vm_whose_points_are_all_corrupt_does_not_keep_a_declared_plan_waiting() {
    let results = results(CORRUPT);
    let [corrupted, other] = &results.outages[0].applications[..] else { panic!("two applications") };
    assert_eq!(corrupted.outcome, Outcome::NotRecovered);
    // Detection 600 s, decision 1,200 s, boot 120 s, the name's lifetime 300 s, and the rest of the shipped assumptions: 38 min 40 s.
    assert_eq!((other.outcome, other.rta_from_outage_s), (Outcome::FailedOver, Some(2320.0)));
}
