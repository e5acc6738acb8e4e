//! A stored result is rendered again: the same bytes, several side by side, and what is damaged is refused.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{path, said};
use crate::golden::below;

const SCENARIO: &str = include_str!("../../../scenarios/tutorial.ron");
/// Whose outages applications come back from, so that hours of a week have times.
const BACK: &str = include_str!("../../../scenarios/exercise.ron");

/// A folder with the scenario, and its report under `out`.
fn reported(more: &[&str]) -> (tempfile::TempDir, String) {
    reported_of(SCENARIO, more)
}

fn reported_of(scenario: &str, more: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("main.ron");
    fs::write(&file, scenario).unwrap();
    let out = path(&folder.path().join("out")).to_owned();
    let (code, _, err) = said(&[&["run", path(&file), "--out", &out][..], more].concat());
    assert_eq!(code, 0, "{err}");
    (folder, out)
}

#[test]
fn a_stored_result_gives_the_same_report() {
    for (scenario, more) in [
        (BACK, &[][..]),
        (SCENARIO, &["--png", "--csv-raw"]),
        (SCENARIO, &["--set", "links.wan.rate=30 Mbps", "--compare"]),
    ] {
        let (folder, out) = reported_of(scenario, more);
        let again = folder.path().join("again");
        let own: Vec<&str> = more.iter().copied().take_while(|word| *word != "--set").collect();
        let results: Vec<String> = match more {
            ["--set", ..] => (1..=2).map(|number| format!("{out}/variant-{number}/result.json")).collect(),
            _ => vec![format!("{out}/result.json")],
        };
        for (number, result) in results.iter().enumerate() {
            let again = again.join(number.to_string());
            let (code, _, err) = said(&[&["report", result, "--out", path(&again)][..], &own].concat());
            assert_eq!((code, err.as_str()), (0, ""));
            // The list of a variant's files is in the folder above.
            let files = |folder: &Path| {
                let mut files = below(folder);
                files.remove("report.sha256");
                files
            };
            let (before, after) = (files(Path::new(result).parent().unwrap()), files(&again));
            assert!(before.keys().eq(after.keys()) && before.len() > 20);
            before.iter().for_each(|(name, bytes)| assert!(after[name] == *bytes, "{name} differs"));
        }
    }
}

#[test]
fn each_format_of_a_stored_result_is_that_of_the_run() {
    let (folder, out) = reported(&[]);
    let result = format!("{out}/result.json");
    let read = |name: &str| fs::read_to_string(format!("{out}/{name}")).unwrap();
    assert_eq!(said(&["report", &result, "--format", "html"]), (0, read("report.html"), String::new()));
    assert_eq!(said(&["report", &result, "--format", "json"]), (0, read("result.json"), String::new()));
    let (_, ran, _) = said(&["run", path(&folder.path().join("main.ron"))]);
    let (_, told, _) = said(&["report", &result]);
    let verdict =
        |text: &str| text.lines().take_while(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(verdict(&told), verdict(&ran));
    assert!(verdict(&told).len() > 1, "{told}");
}

#[test]
fn two_results_stand_side_by_side() {
    let (folder, wide) = reported(&[]);
    let narrow = path(&folder.path().join("narrow")).to_owned();
    let file = folder.path().join("main.ron");
    said(&["run", path(&file), "--set", "links.wan.rate=3 Mbps", "--out", &narrow]);
    let both = folder.path().join("both");
    let files = [format!("{wide}/result.json"), format!("{narrow}/result.json")];
    let (code, text, err) = said(&["report", &files[0], &files[1], "--out", path(&both)]);
    assert_eq!((code, err.as_str()), (0, ""));
    let beside: Value =
        serde_json::from_str(&fs::read_to_string(both.join("variants.json")).unwrap()).unwrap();
    let worst = beside["sections"]["worst_age"]["tables"]["worst_age"].as_array().unwrap();
    let pages = beside["sections"]["variants"]["tables"]["pages"].as_array().unwrap();
    assert_eq!(pages.iter().map(|page| &page["name"]).collect::<Vec<_>>(), files.iter().collect::<Vec<_>>());
    for line in worst {
        for (page, folder) in pages.iter().zip([&wide, &narrow]) {
            let own: Value =
                serde_json::from_str(&fs::read_to_string(format!("{folder}/result.json")).unwrap()).unwrap();
            let rows = own["runs"][0]["applications"].as_array().unwrap();
            let row = rows.iter().find(|row| row["name"] == line["application"]).unwrap();
            assert_eq!(
                line[page["variant"].as_str().unwrap()].as_f64(),
                row["age"]["max_s"].as_f64(),
                "{line}"
            );
        }
    }
    assert!(!worst.is_empty() && text.contains("narrow/result.json"), "{text}");
    assert!(both.join("variant-2/report.html").is_file());
    let (code, out, err) = said(&["report", &files[0], &files[1], "--format", "html"]);
    assert!((code, out.as_str()) == (2, "") && err.contains("--out DIR"), "{err}");
}

#[test]
fn what_is_no_whole_result_is_refused_and_an_old_one_is_told_to_lack_its_curves() {
    let (folder, out) = reported(&[]);
    let mut result: Value =
        serde_json::from_str(&fs::read_to_string(format!("{out}/result.json")).unwrap()).unwrap();
    let file = folder.path().join("changed.json");
    let said = |result: &Value| {
        fs::write(&file, result.to_string()).unwrap();
        said(&["report", path(&file)])
    };
    let drawn = result["runs"][0]["drawn"].clone();
    assert!(!drawn["ages"].as_array().unwrap().is_empty() && !drawn["links"].as_array().unwrap().is_empty());
    for place in ["/ages/0/ages", "/links/0/bins", "/health"] {
        for wrong in [Value::from("AAAA"), Value::from("?"), Value::from(7)] {
            *result["runs"][0]["drawn"].pointer_mut(place).unwrap() = wrong;
            let (code, out, err) = said(&result);
            assert!(
                (code, out.as_str()) == (2, "") && err.contains("`drawn` in this result was changed"),
                "{err}"
            );
            result["runs"][0]["drawn"] = drawn.clone();
        }
    }
    result["runs"][0].as_object_mut().unwrap().remove("drawn");
    let (code, _, err) = said(&result);
    assert!(code == 0 && err.contains("keeps no curves"), "{err}");
    result["runs"] = Value::Array(Vec::new());
    assert_eq!(said(&result).0, 2);
    let (code, _, err) = crate::cli::said(&["report", path(&folder.path().join("main.ron"))]);
    assert!(code == 2 && err.contains("is no stored result"), "{err}");
}
