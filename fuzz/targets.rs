//! What is fuzzed: whole ways through the program, from bytes of a stranger to what is shown.

use std::collections::BTreeMap;

use drsim::assess::{Options, assess};
use drsim::compare::metrics::Measured;
use drsim::compare::outcome;
use drsim::import::inventory::scenario::scenario as scenario_of;
use drsim::import::inventory::{Import as Inventory, InventoryOptions};
use drsim::import::measured::Reading;
use drsim::import::{ChurnOptions, Import, Values, wan};
use drsim::measure::results::Results;
use drsim::report;
use drsim::report::diff::OutcomeRow;
use drsim::report::json::{self, Document, Run, Variant};
use drsim::report::terminal::{Screen, summary};
use drsim::scenario::Scenario;
use drsim::scenario::work::steps;

/// A way through the program.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Folders with inputs to start from.
    pub corpus: &'static [&'static str],
    /// Whether its inputs are text.
    pub is_text: bool,
    /// Goes it.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: [Target; 3] = [
    Target { name: "scenario", corpus: &["fuzz/corpus/scenario", "scenarios"], is_text: true, run: scenario },
    Target { name: "import", corpus: &["fuzz/corpus/import"], is_text: true, run: import },
    Target { name: "stored", corpus: &["reports/policy-to-30s"], is_text: true, run: stored },
];

/// Steps of a run that is done: what has more is read and weighed only.
const STEPS_MAX: u64 = 50_000;

const SCREEN: Screen = Screen { width: 80, colour: false };

/// Language, run, reports; and results are read back as they were written.
fn scenario(input: &[u8]) {
    let files = BTreeMap::from([("main.ron".to_owned(), input.to_vec())]);
    let scenario = match Scenario::parse(&files, "main.ron") {
        Err(problems) => {
            assert!(!problems.render(false).is_empty() && !problems.records().is_empty());
            return;
        }
        Ok((scenario, warnings)) => {
            warnings.render(false);
            scenario
        }
    };
    if steps(&scenario) > STEPS_MAX {
        return;
    }
    let (results, charts) =
        assess(&scenario, &Options { threads: 1, progress: &|_| {} }).expect("the audit holds");
    let options = report::FolderOptions { command: "drsim run main.ron".into(), ..Default::default() };
    assert!(report::render(&results, &charts, &options).iter().all(|(_, bytes)| !bytes.is_empty()));
    assert!(!summary(&results, &[], SCREEN, "").is_empty());
    let text = written(&results);
    let back = json::parse(&text).expect("what was written can be read");
    assert_eq!(written(&back), text);
}

/// The first byte says what the file is called; exports of all kinds are tried on it.
fn import(input: &[u8]) {
    const NAMES: [&str; 11] = [
        "r.xlsx",
        "vInfo.csv",
        "azure.csv",
        "hyperv.json",
        "net.json",
        "net.graphml",
        "wide.csv",
        "counters.csv",
        "net.gml",
        "sndlib.txt",
        "sndlib.xml",
    ];
    let Some((first, content)) = input.split_first() else { return };
    let name = NAMES[usize::from(first.wrapping_sub(b'0')) % NAMES.len()];
    let options = InventoryOptions { powered_off: true, ..InventoryOptions::default() };
    let mut inventory = Inventory::new(options.clone());
    inventory.file(name, content);
    match inventory.finish() {
        Ok(inventory) => assert!(scenario_of(&inventory, &options, name).text.contains("schema: 1")),
        Err(faults) => assert!(!faults.to_string().is_empty()),
    }
    if let Err(faults) = wan::import(name, content, None) {
        assert!(!faults.to_string().is_empty());
    }
    if let Err(faults) = Reading::default().file(name, content, None) {
        assert!(!faults.to_string().is_empty());
    }
    let mut churn = Import::new(ChurnOptions { values: Some(Values::Bytes), ..ChurnOptions::default() });
    churn.file(name, content);
    match churn.finish() {
        Ok((series, _)) => assert!(!series.encode().is_empty()),
        Err(faults) => assert!(!faults.to_string().is_empty()),
    }
}

fn written(results: &Results) -> String {
    let run = Run { variant: &Variant::default(), results, drawn: None };
    json::write(&Document { command: "drsim run main.ron", runs: &[run] })
}

/// A stored result: refused, or shown and measured.
fn stored(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match json::parse(text) {
        Err(why) => assert!(!why.is_empty()),
        Ok(results) => {
            assert!(!summary(&results, &[], SCREEN, "").is_empty());
            assert!(!written(&results).is_empty());
            let measured = Measured { results: &results, scenario: None };
            let row = OutcomeRow::new(&outcome::between(measured, measured));
            assert!(serde_json::to_string(&row).is_ok());
        }
    }
}
