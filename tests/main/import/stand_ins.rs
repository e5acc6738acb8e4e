//! What an import makes up is marked in the scenario it writes, and is told when that is run.

use std::path::Path;
use std::time::Duration;

fn drsim(folder: &Path, args: &[&str]) -> String {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.timeout(Duration::from_secs(120)).current_dir(folder).args(args);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The paths that the written scenario marks: `check` tells them before the defaults.
fn marked(folder: &Path, file: &str) -> Vec<String> {
    let said: serde_json::Value = serde_json::from_str(&drsim(folder, &["check", file, "--json"])).unwrap();
    let lines = said["assumptions"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned());
    lines.filter_map(|line| Some(line.split_once(" (assumed: ")?.0.to_owned())).collect()
}

/// Written around any data.
const AROUND: [&str; 7] = [
    "applications.all",
    "people.operations",
    "plans",
    "outages.main-lost",
    "sites.*.zone",
    "vmm_servers",
    "clouds",
];

fn with(more: &[&str]) -> Vec<String> {
    more.iter().chain(&AROUND).map(|it| (*it).to_owned()).collect()
}

#[test]
fn what_no_inventory_tells_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("a.csv", "Server name,Cores,Memory (MB),Disk 1 size (GB)\nweb,2,4096,40\n");
    drsim(folder.path(), &["import", "inventory", "a.csv", "-o", "dr.ron"]);
    let found = marked(folder.path(), "dr.ron");
    let host = found.iter().find(|path| path.starts_with("hosts.")).expect("no host is told").clone();
    let more = [
        "links.wan.rate",
        &host,
        "hosts.recovery-1",
        "vms.*.disks.*.churn",
        "policies.5min",
        "applications.all.rpo",
        "start",
        "horizon",
    ];
    assert_eq!(found, with(&more));
    // A disk whose writes are measured, beside one whose are not.
    write(
        "b.csv",
        "Server name,Cores,Memory (MB),Disk 1 size (GB),Disk 1 write throughput (MB/s)\nweb,2,4096,40,1\nsql,2,4096,40,\n",
    );
    drsim(folder.path(), &["import", "inventory", "b.csv", "-o", "b.ron"]);
    let found = marked(folder.path(), "b.ron");
    assert!(found.contains(&"vms.sql.disks.*.churn".to_owned()), "{found:?}");
    assert!(!found.iter().any(|path| path.starts_with("vms.web.") || path.starts_with("vms.*")), "{found:?}");
    let said = drsim(folder.path(), &["run", "dr.ron"]);
    assert!(said.contains("stand-ins") && said.contains("16 values: links.wan.rate, "), "{said}");
}

#[test]
fn what_no_measurement_tells_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..12).map(|at| format!("2026-03-02T00:{:02}:00Z,1000000\n", 5 * at)).collect();
    std::fs::write(folder.path().join("c.csv"), format!("time,web [B]\n{rows}")).unwrap();
    drsim(folder.path(), &["import", "churn", "c.csv", "--values", "bytes", "-o", "c.drs"]);
    let more = ["hosts", "links.wan.rate", "policies.5min", "vms.*.cores", "vms.*.memory", "vms.*.disk"];
    assert_eq!(marked(folder.path(), "c.ron"), with(&more));
}

#[test]
fn what_no_network_tells_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"graph [
        node [ id 0 label "a" ] node [ id 1 label "b" ] node [ id 2 label "c" ]
        edge [ source 0 target 1 LinkSpeedRaw 1000000000.0 ] edge [ source 1 target 2 ]
    ]"#;
    std::fs::write(folder.path().join("n.gml"), text).unwrap();
    drsim(folder.path(), &["import", "topology", "n.gml", "--main", "a", "--recovery", "c", "-o", "n.ron"]);
    let more = ["links.b - c.rate", "start", "horizon", "hosts", "vms.machine", "policies.5min"];
    assert_eq!(marked(folder.path(), "n.ron"), with(&more));
}
