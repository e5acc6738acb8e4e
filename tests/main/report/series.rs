//! Series are what the run was: worst ages, times above an objective, bytes of links and health come out of them again, in every format.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use drsim::assess::{Options, assess};
use drsim::measure::results::{Charts, Results};
use serde_json::Value;

use super::readers::python;
use crate::cli::{path, said};
use crate::file::scenario;

const TUTORIAL: &str = include_str!("../../../scenarios/tutorial.ron");
/// In which applications need some of their VMs, VMs stop and begin, and links are throttled.
const EXERCISE: &str = include_str!("../../../scenarios/exercise.ron");

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/series.md");

type Rows = Vec<BTreeMap<String, String>>;

fn rows(text: &str) -> Rows {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// The scenario in a file of a folder, its results, and what its curves are.
fn run(text: &str) -> (tempfile::TempDir, String, Results, Charts) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("main.ron");
    fs::write(&file, text).unwrap();
    let (results, charts) =
        assess(&scenario(text), &Options { threads: 1, progress: &|_| {} }).expect("no byte is lost");
    let file = path(&file).to_owned();
    (folder, file, results, charts)
}

fn series(file: &str, more: &[&str]) -> Rows {
    let (code, out, err) = said(&[&["series", file][..], more].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    rows(&out)
}

fn number(row: &BTreeMap<String, String>, key: &str) -> f64 {
    row[key].parse().unwrap_or_else(|_| panic!("{key} of {row:?}"))
}

/// Seconds after the start.
fn at(results: &Results, row: &BTreeMap<String, String>, key: &str) -> f64 {
    let instant = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
    (instant(&row[key]) - instant(&results.scenario.start)) as f64 / 1e6
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 2e-6
}

#[test]
fn ages_are_the_curves_and_give_the_worst_age_and_the_time_above_an_objective() {
    for text in [TUTORIAL, EXERCISE] {
        let (_folder, file, results, charts) = run(text);
        let rows = series(&file, &[]);
        let of = |kind: &str, name: &str| -> Rows {
            rows.iter().filter(|row| row["kind"] == kind && row["name"] == name).cloned().collect()
        };
        for (chart, app) in charts.ages.iter().zip(results.applications.iter().filter(|it| it.age.is_some()))
        {
            let (own, age) = (of("application", &chart.name), app.age.as_ref().unwrap());
            let mut rises = own.iter();
            // A curve begins with its first peak, which rises from the start of the run where there is a point from then on.
            let begin = Some((0.0, 0.0)).filter(|_| chart.baseline[0].0 == chart.baseline[0].1);
            let curve: Vec<_> = begin.into_iter().chain(chart.baseline.iter().copied()).collect();
            for pair in curve.windows(2).filter(|pair| pair[1].0 > pair[0].0) {
                // What stands between the end of an age and the next begin is no rise.
                if !close(pair[1].1 - pair[0].1, pair[1].0 - pair[0].0) {
                    continue;
                }
                let row = rises.next().expect("each rise of the curve is one of the series");
                let told = [
                    at(&results, row, "from"),
                    number(row, "from_age_s"),
                    at(&results, row, "to"),
                    number(row, "to_age_s"),
                ];
                let drawn = [pair[0].0, pair[0].1, pair[1].0, pair[1].1];
                assert!(
                    told.iter().zip(drawn).all(|(a, b)| close(*a, b)),
                    "{}: {told:?} {drawn:?}",
                    chart.name
                );
                assert!(app.grounds.members.contains(&row["vm"]));
            }
            assert!(rises.next().is_none() && !own.is_empty(), "{}", chart.name);
            assert!(own.iter().any(|row| close(number(row, "to_age_s"), age.max_s)));
            let above = |row: &BTreeMap<String, String>| {
                let (from, to) = (number(row, "from_age_s"), number(row, "to_age_s"));
                app.rpo_objective_s.map_or(0.0, |rpo| (to - from.max(rpo)).max(0.0))
            };
            let above: f64 = own.iter().map(above).sum();
            assert!((above - age.above_objective_s.unwrap_or(0.0)).abs() < 1e-3, "{}: {above}", chart.name);
        }
        let mut held = 0;
        for vm in results.vms.iter().filter(|vm| vm.age.is_some()) {
            let most = of("vm", &vm.name).iter().map(|row| number(row, "to_age_s")).fold(0.0, f64::max);
            assert!(close(most, vm.age.as_ref().unwrap().max_s), "{}: {most}", vm.name);
            held += 1;
        }
        assert!(
            held > 3 && rows.is_sorted_by(|a, b| number_of(a) <= number_of(b)),
            "in the order in which they end"
        );
    }
}

/// When a rise ends, to compare.
fn number_of(row: &BTreeMap<String, String>) -> i64 {
    row["to"].parse::<jiff::Timestamp>().unwrap().as_microsecond()
}

#[test]
fn in_the_run_of_an_outage_ages_and_links_are_those_of_the_outage() {
    let (_folder, file, results, _) = run(TUTORIAL);
    let mut held = 0;
    for outage in &results.outages {
        let rows = series(&file, &["--outage", &outage.name]);
        let from = outage.at.parse::<jiff::Timestamp>().unwrap().as_microsecond();
        for app in outage.applications.iter().filter(|app| app.age_max_s.is_some()) {
            let own = rows.iter().filter(|row| {
                row["name"] == app.name && row["kind"] == "application" && number_of(row) > from
            });
            let most = own.map(|row| number(row, "to_age_s")).fold(0.0, f64::max);
            assert!(close(most, app.age_max_s.unwrap()), "{} in {}: {most}", app.name, outage.name);
            held += 1;
        }
        let links = series(&file, &["--outage", &outage.name, "--of", "links"]);
        for link in &outage.links {
            let most = links
                .iter()
                .filter(|row| row["link"] == link.name && row["from_node"] == link.from)
                .map(|row| number(row, "backlog_bytes"))
                .fold(0.0, f64::max);
            // Looked at every minute, a backlog is at most the largest, and of one that lasts not far from it.
            #[allow(clippy::cast_precision_loss, reason = "to compare")]
            let largest = link.backlog_max_bytes as f64;
            assert!(
                most <= largest && most >= 0.5 * largest,
                "{} in {}: {most} of {largest}",
                link.name,
                outage.name
            );
        }
    }
    assert!(held > 2, "{held}");
}

#[test]
fn links_carry_in_all_stretches_what_they_carry_in_all() {
    let (_folder, file, results, _) = run(EXERCISE);
    for every in ["1m", "7h"] {
        let rows = series(&file, &["--of", "links", "--every", every]);
        for link in &results.links {
            let own: Vec<_> =
                rows.iter().filter(|row| row["link"] == link.name && row["from_node"] == link.from).collect();
            let carried: f64 = own.iter().map(|row| number(row, "carried_bytes")).sum();
            #[allow(clippy::cast_precision_loss, reason = "to compare")]
            let (all, parts) = (link.carried_bytes as f64, own.len() as f64);
            assert!((all - carried).abs() <= parts, "{} every {every}: {carried} of {all}", link.name);
            assert!(own.windows(2).all(|pair| pair[0]["to"] == pair[1]["from"]), "without a gap");
            assert!(close(at(&results, own[own.len() - 1], "to"), results.scenario.horizon_s));
        }
    }
}

#[test]
fn health_is_that_of_the_results() {
    let (_folder, file, results, _) = run(EXERCISE);
    let rows = series(&file, &["--of", "health"]);
    let ill: Vec<_> =
        rows.iter().filter(|row| ["Warning", "Critical"].contains(&row["health"].as_str())).collect();
    assert_eq!(ill.len(), results.health.len());
    for (row, told) in ill.iter().zip(&results.health) {
        assert_eq!(
            (&row["vm"], &row["health"], &row["from"]),
            (&told.vm, &told.health.to_string(), &told.from)
        );
        assert!(close(at(&results, row, "to"), told.to_s.unwrap_or(results.scenario.horizon_s)));
        assert_eq!(row["reasons"].split("; ").count(), told.reasons.len());
    }
    assert!(!ill.is_empty(), "the exercise has its troubles");
    // Of each VM the whole run is told, without a gap.
    for vm in results.vms.iter().filter(|vm| vm.health.is_some()) {
        let own: Vec<_> = rows.iter().filter(|row| row["vm"] == vm.name).collect();
        assert!(close(at(&results, own[0], "from"), 0.0), "{}", vm.name);
        assert!(own.windows(2).all(|pair| pair[0]["to"] == pair[1]["from"]), "{}", vm.name);
        assert!(close(at(&results, own[own.len() - 1], "to"), results.scenario.horizon_s), "{}", vm.name);
    }
}

#[test]
fn every_format_has_the_same_rows() {
    let (folder, file, results, _) = run(EXERCISE);
    let out = folder.path().join("out");
    assert_eq!(said(&["series", &file, "--out", path(&out), "--format", "csv"]).0, 0);
    assert_eq!(said(&["series", &file, "--out", path(&out), "--format", "parquet"]).0, 0);
    let before = fs::read(out.join("ages.parquet")).unwrap();
    assert_eq!(said(&["series", &file, "--out", path(&out), "--format", "parquet"]).0, 0);
    assert!(before == fs::read(out.join("ages.parquet")).unwrap(), "the same bytes twice");
    let mut tables = BTreeMap::new();
    for of in ["ages", "links", "health"] {
        let csv = rows(&fs::read_to_string(out.join(format!("{of}.csv"))).unwrap());
        assert_eq!(series(&file, &["--of", of]), csv);
        let (_, text, _) = said(&["series", &file, "--of", of, "--format", "json"]);
        let json: Vec<BTreeMap<String, Value>> = serde_json::from_str(&text).unwrap();
        assert_eq!(json.len(), csv.len());
        for (json, csv) in json.iter().zip(&csv) {
            assert!(json.keys().eq(csv.keys()), "{json:?}");
            for (key, cell) in csv {
                assert!(is_same(&json[key], cell), "{key}: {cell} is not {}", json[key]);
            }
        }
        tables.insert(of, csv);
    }
    held_by_readers(&out, &tables, &results);
}

/// Whether a value of JSON is what CSV has.
fn is_same(value: &Value, text: &str) -> bool {
    match value.as_str() {
        Some(words) => words == text,
        None if value.is_null() => text.is_empty(),
        None => value.to_string().as_str() == text || value.as_f64() == text.parse().ok(),
    }
}

/// Columns of a series as the page has them.
fn documented(of: &str) -> Vec<String> {
    let page = fs::read_to_string(PAGE).unwrap();
    let mut heading = String::new();
    let mut columns = Vec::new();
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            heading = title.to_lowercase();
        } else if heading == of && line.starts_with("| `") {
            let names = line.split('|').nth(1).unwrap();
            columns.extend(names.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    columns
}

#[test]
fn the_page_names_every_column_in_order() {
    let (_folder, file, ..) = run(TUTORIAL);
    for of in ["ages", "links", "health"] {
        let (_, text, _) = said(&["series", &file, "--of", of]);
        assert_eq!(text.lines().next().unwrap(), documented(of).join(","));
    }
}

/// DuckDB and pandas read Parquet as CSV has it.
fn held_by_readers(folder: &Path, tables: &BTreeMap<&str, Rows>, results: &Results) {
    let Some(python) = python() else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/main/report/series.py");
    let output = Command::new(python).args([script, path(folder), PAGE]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    // The page asks for times older than 15 min.
    for app in results.applications.iter().filter(|app| app.rpo_objective_s == Some(900.0)) {
        let age = app.age.as_ref().unwrap();
        let share = read["query"][&app.name].as_f64().unwrap();
        let own = tables["ages"].iter().filter(|row| row["kind"] == "application" && row["name"] == app.name);
        let time: f64 = own.map(|row| number(row, "to_age_s") - number(row, "from_age_s")).sum();
        assert!((share * time - age.above_objective_s.unwrap()).abs() < 1e-3, "{}: {share}", app.name);
    }
    for (of, csv) in tables {
        let table = &read[*of];
        let columns: Vec<&str> =
            table["columns"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        assert_eq!((table["rows"].as_u64(), &table["pandas"][1]), (Some(csv.len() as u64), &table["rows"]));
        assert_eq!(table["pandas"][0], table["columns"]);
        for (key, kind) in columns.iter().zip(table["kinds"].as_array().unwrap()) {
            let expected = match *key {
                "from" | "to" => "TIMESTAMP WITH TIME ZONE",
                key if key.ends_with("_s") && key != "capacity_bytes_per_s" => "DOUBLE",
                key if key.contains("bytes") => "BIGINT",
                "is_throttled" => "BOOLEAN",
                _ => "VARCHAR",
            };
            assert_eq!(kind, expected, "{of}.{key}");
        }
        for (cells, csv) in table["cells"].as_array().unwrap().iter().zip(csv) {
            for (key, cell) in columns.iter().zip(cells.as_array().unwrap()) {
                let text = &csv[*key];
                let same = match (*key, cell) {
                    ("from" | "to", cell) => {
                        cell.as_i64()
                            == text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond)
                    }
                    (_, cell) => is_same(cell, text),
                };
                assert!(same, "{of}.{key}: {cell} is not {text}");
            }
        }
    }
}

#[test]
fn only_what_is_named_is_told_and_what_is_not_there_is_refused() {
    let (_folder, file, results, _) = run(TUTORIAL);
    let names = |rows: &Rows| {
        let mut names: Vec<_> = rows.iter().map(|row| (row["kind"].clone(), row["name"].clone())).collect();
        names.sort();
        names.dedup();
        names
    };
    let (app, vm) = (&results.applications[0].name, &results.vms[1].name);
    let own = series(&file, &["--app", app, "--vm", vm]);
    assert_eq!(names(&own), [("application".into(), app.clone()), ("vm".into(), vm.clone())]);
    let all = names(&series(&file, &[]));
    assert_eq!(all.len(), results.vms.len() + results.applications.len());
    for (wrong, words) in [
        (&["--app", "nobody"][..], "no application `nobody`"),
        (&["--vm", "nobody"], "no VM `nobody`"),
        (&["--outage", "none"], "no outage `none`"),
        (&["--of", "ages", "--of", "links"], "--out DIR"),
        (&["--every", "0s"], "has no end"),
        (&["--every", "soon"], "--every"),
        (&["--at", "Mon 00:00"], "--outage"),
    ] {
        let (code, out, err) = said(&[&["series", &file][..], wrong].concat());
        assert!((code, out.as_str()) == (2, "") && err.contains(words), "{wrong:?}: {err}");
    }
}
