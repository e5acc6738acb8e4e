//! The rules of the model where users meet them: each from a scenario file to its results.

mod backlog;
mod coalescing;
mod comparing;
mod cycles;
mod databases;
mod documented;
mod held;
mod processors;
mod recovered;
mod relationships;
mod small;
mod standing;
mod states;
mod weights;

use drsim::measure::results::{OutageRow, OutageVmRow, Results};

use crate::file::read;
pub use crate::file::{results as run, scenario};

/// Two sites with a host each, `h1` and `d1`, one VM `a` that writes 1 MB/s over 80 Mbps every 5 minutes, and a plan.
pub const BASE: &str = r#"(
schema: 1, name: "base", start: "2026-03-02T00:00[UTC]", horizon: "1d", seed: 1,
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
policies: [(name: "p", interval: "5m", phase: "aligned")],
protection: [(from: "ch", to: "cd", policy: "p")],
applications: [(name: "app", vms: ["a"], rpo: "15m", rto: "4h")],
people: [(name: "ops", detection: "10m", decision: "20m", operators: 1, manual_start: "30m", manual_per_vm: "5m")],
plans: [(name: "pl", people: "ops", groups: [(vms: ["*"])])],
)"#;

/// [`BASE`] with each text replaced, which must be there once, and sections added.
pub fn text(changes: &[(&str, &str)], more: &str) -> String {
    let mut text = BASE.to_owned();
    for (from, to) in changes {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    let end = text.rfind(')').expect("the file is one value");
    text.insert_str(end, more);
    text
}

/// The problems of a file that is refused, or else its warnings.
pub fn said_of(text: &str) -> String {
    match read(text) {
        Ok((_, warnings)) => warnings.iter().map(|it| format!("{it:?}\n")).collect(),
        Err(problems) => problems.render(false),
    }
}

pub fn outage<'a>(results: &'a Results, name: &str) -> &'a OutageRow {
    results.outages.iter().find(|row| row.name == name).expect("the outage is reported")
}

pub fn vm<'a>(outage: &'a OutageRow, name: &str) -> &'a OutageVmRow {
    outage.vms.iter().find(|row| row.name == name).expect("the VM is reported")
}
