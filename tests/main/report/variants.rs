//! Variants side by side are what their own reports say, and what differs is told.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::names::drsim;

const SCENARIO: &str = include_str!("../../../scenarios/two-site.ron");

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The result of a variant's own folder.
fn result(folder: &Path, number: usize) -> Value {
    let whole = json(&folder.join(format!("out/variant-{number}/result.json")));
    whole.get("runs").map_or(whole.clone(), |runs| runs[0].clone())
}

fn row<'v>(rows: &'v Value, name: &str) -> &'v Value {
    rows.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()
}

#[test]
fn side_by_side_stands_what_each_variant_says_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), SCENARIO).unwrap();
    let sets = ["--set", "links.wan.rate=190 Mbps", "--set", "links.wan.rate=40 Mbps"];
    let said = drsim(folder.path(), &[&["run", "main.ron", "--out", "out"][..], &sets].concat());
    let beside = json(&folder.path().join("out/variants.json"));
    let pages = beside["sections"]["variants"]["tables"]["pages"].as_array().unwrap();
    let mut held = 0;
    for (number, page) in (1..).zip(pages) {
        let own = result(folder.path(), number);
        let column = page["variant"].as_str().unwrap();
        assert!(folder.path().join("out").join(page["page"].as_str().unwrap()).is_file());
        let table = |key: &str| beside["sections"][key]["tables"][key].as_array().unwrap().clone();
        for line in table("worst_age") {
            let it = row(&own["applications"], line["application"].as_str().unwrap());
            assert_eq!(line[column].as_f64(), it["age"]["max_s"].as_f64(), "{column}");
            held += 1;
        }
        for (key, figure) in [("rta", "rta_from_outage_s"), ("rpa", "rpa_s"), ("aged", "age_max_s")] {
            for line in table(key) {
                let outage = row(&own["outages"], line["outage"].as_str().unwrap());
                let it = row(&outage["applications"], line["application"].as_str().unwrap());
                assert_eq!(line[column].as_f64(), it[figure].as_f64(), "{column} {key} {line}");
                held += 1;
            }
        }
    }
    assert!(pages.len() >= 2 && held >= 2 * (4 + 8 + 8 + 4), "{held}");
    // A narrower link: a verdict turns, and copies age while nothing fails and in an outage that takes nothing down.
    let says = beside["sections"]["variants"]["says"].to_string();
    assert!(says.contains("links.wan.rate=40 Mbps: database missed instead of met"), "{says}");
    let page = fs::read_to_string(folder.path().join("out/variants.html")).unwrap();
    assert!(page.contains("<a href=\"variant-2/report.html\">"));
    let own = fs::read_to_string(folder.path().join("out/variant-2/report.html")).unwrap();
    assert!(own.contains("links.wan.rate="), "a variant's page says its name");
    let said = said.replace('\n', " ");
    assert!(said.contains("database missed instead of met"), "{said}");
}

#[test]
fn the_record_of_an_exercise_has_what_is_expected_and_room_for_what_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), SCENARIO).unwrap();
    drsim(folder.path(), &["run", "main.ron", "--outage", "hq-lost", "--out", "out"]);
    let record = fs::read_to_string(folder.path().join("out/record.html")).unwrap();
    let results = json(&folder.path().join("out/result.json"));
    let own = results.get("runs").map_or(&results, |runs| &runs[0]);
    for words in [own["scenario_hash"].as_str().unwrap(), own["digest"].as_str().unwrap(), "--outage"] {
        assert!(record.contains(words), "{words}");
    }
    for application in own["outages"][0]["applications"].as_array().unwrap() {
        assert!(
            record.contains(&format!("<th scope=\"row\">{}</th>", application["name"].as_str().unwrap()))
        );
    }
    assert!(record.matches("class=\"blank\"").count() > 100 && record.contains("Sign-off"));
    // Where nothing is taken down there is nothing to rehearse.
    drsim(folder.path(), &["run", "main.ron", "--outage", "wan-cut", "--out", "none"]);
    assert!(!folder.path().join("none/record.html").exists());
}
