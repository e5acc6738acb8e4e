//! `drsim import estate`: machines, measurements and the network become one scenario that is accepted and runs.

use std::path::PathBuf;

use drsim::import::inventory::{Import, InventoryOptions};

use crate::hostile::{drsim, temporary};
use crate::shared::data;

const NETWORK: &str = "graph [\n node [ id 0 label \"Paris\" ]\n node [ id 1 label \"main\" ]\n node [ id 2 label \"Rome\" ]\n \
     edge [ source 0 target 1 LinkSpeed \"100\" LinkSpeedUnits \"M\" ]\n edge [ source 1 target 2 ]\n]\n";

/// A folder with an export of two machines, an hour of measurements of one and of a stranger, and a network.
fn estate() -> (tempfile::TempDir, impl Fn(&str) -> String) {
    let folder = temporary();
    let path = folder.path().to_owned();
    let at = move |name: &str| path.join(name).to_str().unwrap().to_owned();
    let machines = "VM,Powerstate,CPUs,Memory,Total disk capacity MiB\nweb,poweredOn,1,1024,10240\nsql,poweredOn,2,4096,20480\n";
    std::fs::write(at("vInfo.csv"), machines).unwrap();
    let rows: String = (0..12).map(|bin| format!("2026-01-05T00:{:02}:00Z,3000,6000\n", bin * 5)).collect();
    std::fs::write(at("hour.csv"), format!("time,WEB [B/s],old-sql [B/s]\n{rows}")).unwrap();
    std::fs::write(at("names.csv"), "from,to\nold-sql,sql\n").unwrap();
    std::fs::write(at("net.gml"), NETWORK).unwrap();
    (folder, at)
}

#[test]
fn an_estate_is_one_scenario_that_is_accepted_and_writes_what_was_measured() {
    let (_folder, at) = estate();
    let (code, told, wrong) = drsim(&[
        "import",
        "estate",
        &at("vInfo.csv"),
        "--churn",
        &at("hour.csv"),
        "--map",
        &at("names.csv"),
        "--topology",
        &at("net.gml"),
        "--main",
        "Paris",
        "--recovery",
        "Rome",
        "--rate",
        "10 Mbps",
        "-o",
        &at("dr.ron"),
    ]);
    assert_eq!(code, 0, "{wrong}");
    let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in ["Joined: 1 by the map, 1 by name in any case.", "does not tell have 10 Mbps: 1"] {
        assert!(flat.contains(text), "{text}\n{told}");
    }
    assert!(wrong.contains("dr.ron and ") && wrong.contains("dr.series"), "{wrong}");
    let (code, told, wrong) = drsim(&["check", &at("dr.ron")]);
    // An hour is short for an outage in its middle, and that is said.
    assert_eq!(
        (code, wrong.matches("warning[").count(), wrong.contains("W0307")),
        (0, 1, true),
        "{told}{wrong}"
    );
    // A router that is called like a site is another place.
    assert!(told.contains("between `main` and `recovery` there is one way"), "{told}");
    let (code, told, wrong) = drsim(&["run", &at("dr.ron"), "--json"]);
    assert_eq!(code, 0, "{wrong}");
    let result: serde_json::Value = serde_json::from_str(&told).unwrap();
    let written = |name: &str| {
        let vms = result["runs"][0]["vms"].as_array().unwrap();
        vms.iter().find(|vm| vm["name"] == name).unwrap()["written_bytes"].as_u64().unwrap()
    };
    assert_eq!([written("web"), written("sql")], [3000 * 3600, 6000 * 3600]);
}

#[test]
fn measurements_of_no_machine_end_it_and_nothing_is_written() {
    let (folder, at) = estate();
    let import = |more: &[&str]| {
        let (machines, churn, out) = (at("vInfo.csv"), at("hour.csv"), at("dr.ron"));
        let mut args = vec!["import", "estate", &machines, "--churn", &churn, "-o", &out];
        args.extend(more);
        let (code, _, wrong) = drsim(&args);
        (code, wrong)
    };
    let (code, wrong) = import(&[]);
    assert_eq!(code, 1, "{wrong}");
    assert!(wrong.contains("measurements that no machine of the export has: 1 (old-sql)"), "{wrong}");
    assert!(wrong.contains("help: name their machines in a table for --map"), "{wrong}");
    assert!(!folder.path().join("dr.ron").exists() && !folder.path().join("dr.series").exists());
    assert_eq!(import(&["--partial"]).0, 0);
    let (code, wrong) = import(&["--partial"]);
    assert!(code == 2 && wrong.contains("somebody may have worked on it"), "{wrong}");
}

/// The whole path on real exports: two commands, no edit.
#[test]
fn fifty_measured_machines_of_131_become_a_design_that_runs() {
    let export = data("inventory/rvtools-131vm/BillSampleNextRvtoolsFinal.xlsx");
    let (Some(workbook), Some(churn)) = (export, data("churn/bitbrains-rnd/2013-8")) else { return };
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&churn).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        path.to_str().unwrap().ends_with(".csv.gz") || path.extension().is_some_and(|it| it == "csv")
    });
    assert_eq!(files.len(), 50);
    let mut import = Import::new(InventoryOptions::default());
    import.file("export.xlsx", std::fs::File::open(&workbook).unwrap());
    let machines = import.finish().unwrap().machines;
    let stem =
        |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap().to_owned();
    let pairs: String = files
        .iter()
        .zip(&machines)
        .map(|(file, machine)| format!("vm{},{}\n", stem(file), machine.name))
        .collect();
    let folder = temporary();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("names.csv"), format!("from,to\n{pairs}")).unwrap();
    let (code, told, wrong) = drsim(&[
        "import",
        "estate",
        workbook.to_str().unwrap(),
        "--churn",
        churn.to_str().unwrap(),
        "--map",
        &at("names.csv"),
        "--bins",
        "288",
        "-o",
        &at("dr.ron"),
    ]);
    assert_eq!(code, 0, "{wrong}");
    assert!(told.contains("50 by the map"), "{told}");
    let (code, told, wrong) = drsim(&["run", &at("dr.ron")]);
    assert!(code == 0 && told.contains("audit     holds"), "{told}{wrong}");
}
