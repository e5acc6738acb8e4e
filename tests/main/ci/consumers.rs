//! Reports of a gate as programs read them that builds have: promtool, the Python client of Prometheus, junitparser and GitHub's own Markdown, where they are.
//! `.ci/run` has them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::names::{drsim, scenario};

/// The program that a variable names, else the one of this name; none where there is none. The variable is `none` where it could not be had.
pub fn program(variable: &str, name: &str, try_by: &[&str]) -> Option<String> {
    let named = std::env::var(variable).ok();
    let required = named.is_some() || std::env::var("DRSIM_REQUIRE_ALL").is_ok_and(|value| value == "1");
    let program = named.unwrap_or_else(|| name.into());
    let tried = Command::new(&program).args(try_by).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_there = tried.is_ok_and(|status| status.success());
    assert!(is_there || !required || program == "none", "{program} does not do {try_by:?}");
    if !is_there {
        eprintln!("skipped: {program} does not do {try_by:?}");
    }
    is_there.then_some(program)
}

/// What a program says of a file on its standard input.
fn said_of(command: &mut Command, file: &Path) -> String {
    let output = command.stdin(fs::File::open(file).unwrap()).output().unwrap();
    let both = [output.stdout, output.stderr].concat();
    let both = String::from_utf8(both).unwrap();
    assert!(output.status.success(), "{both}\n{}", fs::read_to_string(file).unwrap());
    both
}

/// A gate of a scenario with the worst names, and how many promises it judges and breaks.
fn gated() -> (tempfile::TempDir, u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), scenario(true, "100 Mbps", "\"x\"")).unwrap();
    let outputs = ["gate.xml", "gate.md", "gate.prom", "gate.json"].map(|file| ["--out", file]);
    let arguments = [&["gate", "main.ron"][..], &outputs.concat()].concat();
    drsim(folder.path(), &arguments);
    let json = fs::read_to_string(folder.path().join("gate.json")).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    let lines = json["lines"].as_array().unwrap();
    let broken = lines.iter().filter(|line| line["verdict"] == "breached").count() as u64;
    assert!(lines.len() > 40 && broken > 10, "{} {broken}", lines.len());
    let all = lines.len() as u64;
    (folder, all, broken)
}

#[test]
fn promtool_finds_nothing_to_say_of_metrics() {
    let Some(promtool) = program("DRSIM_PROMTOOL", "promtool", &["--version"]) else { return };
    let (folder, ..) = gated();
    let said = said_of(Command::new(promtool).args(["check", "metrics"]), &folder.path().join("gate.prom"));
    assert_eq!(said, "");
}

#[test]
fn python_counts_in_junit_and_openmetrics_what_the_gate_counts() {
    let Some(python) = program("DRSIM_PYTHON", "python3", &["-c", "import junitparser, prometheus_client"])
    else {
        return;
    };
    let (folder, all, broken) = gated();
    let script = "
import junitparser, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
suites = junitparser.JUnitXml.fromfile('gate.xml')
cases = [case for suite in suites for case in suite]
failed = [case for case in cases if any(isinstance(it, junitparser.Failure) for it in case.result)]
families = list(text_string_to_metric_families(open('gate.prom').read()))
gates = [sample for family in families if family.name == 'drsim_gate_failed' for sample in family.samples]
print(sum(suite.tests for suite in suites), sum(suite.failures for suite in suites), len(cases), len(failed), len(gates), sum(int(sample.value) for sample in gates))
";
    let output = Command::new(python).args(["-c", script]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    let told: Vec<u64> = told.split_whitespace().map(|number| number.parse().unwrap()).collect();
    assert_eq!(told, [all, broken, all, broken, all, broken]);
}

/// A cell for each thing said of each promise, whatever a name holds; no element that was not written.
#[test]
fn github_shows_each_promise_in_a_row_of_its_table() {
    let Some(cmark) = program("DRSIM_CMARK", "cmark-gfm", &["--version"]) else { return };
    let (folder, all, _) = gated();
    let mut command = Command::new(cmark);
    let said =
        said_of(command.args(["--unsafe", "-e", "table", "-e", "autolink"]), &folder.path().join("gate.md"));
    let page = format!("<page>{said}</page>");
    let page = roxmltree::Document::parse(&page).unwrap_or_else(|error| panic!("{error}\n{said}"));
    let named = |name: &'static str| page.descendants().filter(move |node| node.has_tag_name(name));
    let rows = named("tbody").flat_map(|body| body.children().filter(|it| it.has_tag_name("tr")));
    let cells: Vec<usize> =
        rows.map(|row| row.children().filter(|it| it.has_tag_name("td")).count()).collect();
    assert!(cells.iter().all(|cells| *cells == 7) && cells.len() > 100, "{said}");
    // What a comment has no room for is counted.
    let left_out = |text: &str| {
        let (number, _) = text.split_once("… and ")?.1.split_once(" lines more")?;
        number.replace(',', "").parse::<u64>().ok()
    };
    let left_out: u64 = named("p").filter_map(|it| left_out(it.text()?)).sum();
    assert_eq!(cells.len() as u64 + left_out, all, "{said}");
    assert_eq!(named("strong").count(), 1, "the worst, in a sentence");
    let known = "page h3 p strong code table thead tbody tr th td ul li details summary sub";
    for node in page.descendants().filter(|node| node.is_element()) {
        let name = node.tag_name().name();
        assert!(known.split(' ').any(|known| known == name), "<{name}> in {said}");
    }
}
