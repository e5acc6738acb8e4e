//! Marks of stand-ins: where they lead, what they change (nothing), and how far they are seen.

use std::time::Duration;

use drsim::scenario::{Scenario, Sources};

use super::problems::check;
use crate::language::meaning::{files, parsed};

/// The shipped example with marks.
fn marked(marks: &str) -> String {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/two-site.ron")).unwrap();
    let end = text.trim_end().strip_suffix(')').expect("an entry ends the file");
    format!("{end}    assumed: [{marks}],\n)\n")
}

fn mark(what: &str) -> String {
    format!("(what: {what:?}, why: \"nobody told\"), ")
}

fn drsim(text: &str, args: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("it.ron"), text).unwrap();
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.timeout(Duration::from_secs(120)).current_dir(folder.path()).args(args);
    let output = command.output().unwrap();
    let all = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), all)
}

/// How many values each path marks.
fn places(scenario: &Scenario) -> Vec<u64> {
    scenario.stand_ins.iter().map(|it| it.places).collect()
}

#[test]
fn a_mark_leads_to_values_by_name_pattern_and_position() {
    let plain = parsed(&marked(""));
    let all = plain.vms.len() as u64;
    let [what, pattern, position] = ["links.wan.rate", "vms.*.host", "operations.0"].map(mark);
    let scenario = parsed(&marked(&[what, pattern].concat()));
    assert_eq!(places(&scenario)[0], 1);
    assert!((1..=all).contains(&places(&scenario)[1]), "templates are one entry each");
    assert_eq!(scenario.hash(), plain.hash(), "a mark is no part of what is simulated");
    assert!(
        plain.stand_ins.is_empty() && plain.operations.is_empty() == check(&marked(&position)).has_error()
    );
}

#[test]
fn a_mark_that_leads_nowhere_is_refused_with_the_nearest() {
    for (what, part) in
        [("links.wam.rate", "wam"), ("link.wan.rate", "link"), ("vms.nothing-*.host", "nothing-*")]
    {
        let (code, said) = drsim(&marked(&mark(what)), &["check", "it.ron"]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("E0212") && said.contains(&format!("there is no `{part}`")), "{said}");
        assert!(said.contains("it.ron:"), "it has a place: {said}");
    }
    assert!(drsim(&marked(&mark("links.wam.rate")), &["check", "it.ron"]).1.contains("`wan`"));
}

#[test]
fn every_report_shows_them_and_no_number_moves() {
    let text = marked(&[mark("links.wan.rate"), mark("people.*")].concat());
    let json = |text: &str| -> serde_json::Value {
        let printed = drsim(text, &["run", "it.ron", "--json"]).1;
        serde_json::from_str::<serde_json::Value>(&printed).unwrap()["runs"][0].take()
    };
    let (mut with, without) = (json(&text), json(&marked("")));
    assert_eq!(with["stand_ins"][0]["what"], "links.wan.rate");
    assert_eq!(with["assumptions"][0], "links.wan.rate (assumed: nobody told)");
    with.as_object_mut().unwrap().remove("stand_ins");
    with["assumptions"].as_array_mut().unwrap().drain(..2);
    assert_eq!(with, without);
    let said = |args: &[&str]| drsim(&text, args).1;
    assert!(said(&["run", "it.ron"]).contains("links.wan.rate, people.*"));
    assert!(
        said(&["plan", "it.ron", "--ask", "first_copy", "--json"])
            .contains("links.wan.rate (assumed: nobody told)")
    );
    assert!(said(&["gate", "it.ron"]).contains("values: links.wan.rate, people.*"));
    assert!(said(&["gate", "it.ron", "--out", "markdown=-"]).contains("Stand-ins, "));
    // to the last page: what a build keeps, too
    for (format, shows) in [
        ("junit", "<property name=\"stand_ins\" value=\""),
        ("sarif", "\"stand_ins\": \""),
        ("openmetrics", "drsim_stand_ins{scenario="),
    ] {
        let text = said(&["gate", "it.ron", "--out", &format!("{format}=-")]);
        assert!(text.contains(shows), "{text}");
        assert!(format == "openmetrics" || text.contains("values: links.wan.rate, people.*"), "{text}");
    }
    assert!(said(&["check", "it.ron", "--json"]).contains("links.wan.rate (assumed: nobody told)"));
}

#[test]
fn what_is_set_is_no_longer_assumed() {
    let text = marked(&[mark("links.wan.rate"), mark("people.*")].concat());
    let mut sources = Sources::load(&files(&[("it.ron", text.as_bytes())]), "it.ron").expect("it is there");
    sources.set("links.wan.rate", "100 Mbps").unwrap();
    let (scenario, _) = Scenario::from_sources(&sources).expect("it is a scenario");
    assert_eq!(scenario.stand_ins.iter().map(|it| it.what.as_str()).collect::<Vec<_>>(), ["people.*"]);
}
