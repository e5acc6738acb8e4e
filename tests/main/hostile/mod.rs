//! Input that means harm, or a slip of the hand: it is refused in words or answered, never with a panic, and never without an end.

mod cases;
mod extremes;
mod results;
mod work;
mod faults;
mod imports;

use tempfile::TempDir;

/// Two sites, one VM, one application, one outage.
pub const BASE: &str = r#"(schema: 1, name: "m", start: "2026-03-02T00:00[Europe/Berlin]", horizon: "6h",
sites: [(name: "a", zone: "UTC"), (name: "b", zone: "UTC")],
hosts: [
    (name: "a1", site: "a", cores: 8, memory: "64 GB", volumes: [(name: "v", size: "8 TB")]),
    (name: "b1", site: "b", cores: 8, memory: "64 GB", volumes: [(name: "v", size: "8 TB")]),
],
networks: [(name: "na", site: "a"), (name: "nb", site: "b")], network_mappings: [(from: "na", to: "nb")],
links: [(name: "l", from: "a", to: "b", rate: "100 Mbps", latency: "4ms")],
vmm_servers: [(name: "ma", site: "a"), (name: "mb", site: "b")],
clouds: [(name: "ca", vmm: "ma", hosts: ["a1"]), (name: "cb", vmm: "mb", hosts: ["b1"])],
policies: [(name: "p", interval: "5m")], protection: [(from: "ca", to: "cb", policy: "p")],
vms: [(name: "x", host: "a1", memory: "2 GB", disk: "60 GB", churn: "100 KB/s", network: "na")],
applications: [(name: "app", tier: 1, vms: ["x"], rpo: "15m", rto: "2h")],
people: [(name: "ops", detection: "10m", decision: "20m", operators: 2)],
plans: [(name: "pl", people: "ops", groups: [(vms: ["x"])])],
outages: [(name: "o", about: "gone", faults: [(site: "a", at: "2h")])],
)"#;

/// Exit code, stdout and stderr of a command.
pub fn drsim(args: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let output = command.args(args).env("RUST_BACKTRACE", "0").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A folder that goes away again.
pub fn temporary() -> TempDir {
    tempfile::tempdir().unwrap()
}
