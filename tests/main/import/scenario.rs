//! From monitoring files to a scenario that runs, with nothing written by hand.

use std::collections::BTreeMap;
use std::path::Path;

use drsim::assess::{Options, assess};
use drsim::cli::files::Disk;
use drsim::import::churn::fragment::fragment;
use drsim::problem::Problems;
use drsim::scenario::Scenario;
use serde_json::Value;

use crate::import::command::command;
use crate::import::files::{HEADER, import, of_bytes};
use crate::shared::data;

fn parse(path: &Path) -> (Scenario, Problems) {
    Scenario::parse(&Disk, path.to_str().unwrap())
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

#[test]
fn the_fifty_machines_of_a_month_run_and_write_what_was_measured() {
    let folder = "churn/bitbrains-rnd/ship50-2013-8-bytes-per-300s.csv.gz";
    let (Some(oracle), Some(month)) = (data("oracle/ship50-2013-8.json"), data(folder)) else { return };
    let oracle: Value = serde_json::from_slice(&std::fs::read(oracle).unwrap()).unwrap();
    let there = tempfile::tempdir().unwrap();
    let output = there.path().join("ship50.series");
    let (code, _, err) =
        command(&[month.to_str().unwrap(), "--values", "bytes", "-o", output.to_str().unwrap()]);
    let path = there.path().join("ship50.ron");
    assert_eq!(code, 0, "{err}");
    assert!(err.ends_with(&format!("next: drsim check {}\n", path.display())), "{err}");

    let (scenario, warnings) = parse(&path);
    assert_eq!(warnings.render(false), "");
    assert_eq!((scenario.vms.len(), scenario.horizon.0), (50, 30 * 86_400_000_000));
    let (results, _) = assess(&scenario, &Options { threads: 1, progress: &|_| {} }).unwrap();
    assert_eq!(results.audit.status, "holds");
    assert_eq!(results.audit.written_bytes, oracle["total_bytes"].to_string());
    for row in &results.vms {
        assert_eq!(
            Some(row.written_bytes),
            oracle["per_vm"][&row.name]["total_bytes"].as_u64(),
            "{}",
            row.name
        );
    }
    assert_eq!((results.vms.len(), results.outages.len(), results.applications.len()), (50, 1, 1));
}

/// The scenario of a wide table with these columns.
fn scenario(columns: &[String], rows: &str, name: &str) -> (Scenario, String) {
    let table = format!("t,{}\n{rows}", columns.join(","));
    let (series, found) =
        import(&[("w.csv", table.as_bytes())], of_bytes()).unwrap_or_else(|faults| panic!("{faults}"));
    let text = fragment(&found, name, "x.series");
    let files = BTreeMap::from([
        ("x.ron".to_owned(), text.clone().into_bytes()),
        ("x.series".to_owned(), series.encode()),
    ]);
    let (scenario, warnings) = Scenario::parse(&files, "x.ron")
        .unwrap_or_else(|problems| panic!("{}\n{text}", problems.render(false)));
    (scenario, warnings.render(false))
}

#[test]
fn a_scenario_of_any_columns_is_accepted_without_a_warning() {
    let names = ["plain", "with space", "quo\"te", "back\\slash", "Zürich", "tab\tbed", "{n}", "st*r", "-1"];
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
    let row = |time: u64| format!("{time},{}\n", vec!["5"; names.len()].join(","));
    let (scenario, warnings) = scenario(&quoted, &(row(43_200) + &row(86_400)), "a \"quoted\" name");
    assert_eq!((scenario.vms.len(), warnings.as_str()), (names.len(), ""));
    assert!(
        names.iter().all(|name| scenario.vms.iter().any(|vm| vm.name == *name && vm.protection.is_some()))
    );
    assert_eq!(scenario.name, "a \"quoted\" name");
    assert_eq!((scenario.horizon.0, scenario.start_unix_us), (86_400_000_000, 43_200_000_000));
}

#[test]
fn more_machines_than_a_plan_holds_get_several_plans() {
    let columns: Vec<String> = (0..250).map(|index| format!("m{index}")).collect();
    let row = |time: u64| format!("{time},{}\n", vec!["7"; columns.len()].join(","));
    let (scenario, warnings) = scenario(&columns, &(row(0) + &row(86_400)), "many");
    assert_eq!((scenario.recovery.plans.len(), scenario.vms.len(), warnings.as_str()), (3, 250, ""));
}

#[test]
fn a_scenario_that_somebody_has_worked_on_is_kept() {
    let there = tempfile::tempdir().unwrap();
    let path = |name: &str| there.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("9.csv"), format!("{HEADER}600;1;2\n")).unwrap();
    std::fs::write(path("mine.ron"), "mine").unwrap();
    let (code, _, err) = command(&[&path("9.csv"), "-o", &path("mine.series")]);
    assert_eq!((code, err.contains("kept")), (0, true), "{err}");
    assert_eq!(std::fs::read_to_string(path("mine.ron")).unwrap(), "mine");
    let (code, _, err) = command(&[&path("9.csv"), "-o", &path("new.ron")]);
    assert_eq!((code, err.contains("choose another -o")), (2, true), "{err}");
    assert!(!there.path().join("new.ron").exists());
}
