//! Tables as the programs read them that people use for tables: pandas and DuckDB, where they are. `.ci/run` has them.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::names::{NAMES, drsim, scenario};

/// A Python that has both; none where there is none. `DRSIM_PYTHON` names it, and is `none` where it could not be had.
pub fn python() -> Option<String> {
    let named = std::env::var("DRSIM_PYTHON").ok();
    let required = named.is_some() || std::env::var("DRSIM_REQUIRE_ALL").is_ok_and(|value| value == "1");
    let python = named.unwrap_or_else(|| "python3".into());
    let has = Command::new(&python).args(["-c", "import duckdb, pandas, pyarrow"]).output();
    let has = has.is_ok_and(|output| output.status.success());
    assert!(has || !required || python == "none", "{python} has no pandas, no PyArrow or no DuckDB");
    if !has {
        eprintln!("skipped: {python} has no pandas, no PyArrow or no DuckDB");
    }
    has.then_some(python)
}

fn texts(row: &Value) -> Vec<String> {
    row.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_owned()).collect()
}

#[test]
fn pandas_and_duckdb_read_every_table_as_it_was_written() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), scenario(true, "100 Mbps", "\"x\"")).unwrap();
    drsim(folder.path(), &["run", "main.ron", "--out", "report"]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/main/report/tables.py");
    let output = Command::new(python).args([script, "report"]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (mut names, mut numbers) = ([0, 0], 0);
    for (file, both) in read.as_object().unwrap() {
        let mut reader = csv::Reader::from_path(folder.path().join("report/csv").join(file)).unwrap();
        let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        for (which, table) in both.as_array().unwrap().iter().enumerate() {
            assert_eq!(texts(&table["columns"]), columns, "{file} by {which}");
            let found: Vec<Vec<String>> = table["rows"].as_array().unwrap().iter().map(texts).collect();
            assert_eq!(found, rows, "{file} by {which}");
            for (at, column) in columns.iter().enumerate() {
                let cells = rows.iter().map(|row| row[at].as_str()).filter(|cell| !cell.is_empty());
                let is_number =
                    cells.clone().count() > 0 && cells.clone().all(|cell| cell.parse::<f64>().is_ok());
                if is_number {
                    assert_eq!(table["numbers"][at], true, "{file} by {which}: {column}");
                    numbers += 1;
                }
            }
            if file == "applications.csv" {
                let has = |name: &&&str| {
                    found.iter().flatten().any(|cell| cell.strip_prefix('\'').unwrap_or(cell) == **name)
                };
                names[which] = NAMES.iter().filter(has).count();
            }
        }
    }
    assert_eq!(names, [NAMES.len(); 2]);
    assert!(read.as_object().unwrap().len() > 10 && numbers > 100, "{numbers}");
}
