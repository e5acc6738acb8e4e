//! The workbook of a run: read back, it says what the CSV says, with numbers as numbers.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use drsim::report::words::plain;
use drsim::report::{FolderOptions, render};

use crate::golden::{Files, rendered};
use crate::sample::rich;

type Book = Xlsx<Cursor<Vec<u8>>>;

fn book(files: &Files) -> Book {
    Xlsx::new(Cursor::new(files["result.xlsx"].clone())).expect("it is a workbook")
}

/// Name and records of each CSV, its head first.
fn tables(files: &Files) -> BTreeMap<String, Vec<Vec<String>>> {
    let name = |path: &str| path.strip_prefix("csv/")?.strip_suffix(".csv").map(str::to_owned);
    let records = |bytes: &[u8]| {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    files.iter().filter_map(|(path, bytes)| Some((name(path)?, records(bytes)))).collect()
}

/// What the head of a column with this key ends in, and how many of the CSV's units are one; nothing if its cells have no unit.
fn unit(key: &str) -> (&'static str, f64) {
    let units = [
        ("_bytes_per_s", "[MB/s]", 1e6),
        ("_bytes", "[GB]", 1e9),
        ("_bps", "[Mbps]", 1e6),
        ("_share", "", 1.0),
        ("_s", "[h:mm:ss]", 86_400.0),
        ("seconds", "[h:mm:ss]", 86_400.0),
    ];
    units.iter().find(|(end, ..)| key.ends_with(end)).map_or(("", 1.0), |(_, unit, factor)| (*unit, *factor))
}

/// A number, a duration or a date, in days.
pub fn number_of(cell: &Data) -> Option<f64> {
    match cell {
        Data::Float(number) => Some(*number),
        Data::DateTime(at) => Some(at.as_f64()),
        Data::Int(_)
        | Data::String(_)
        | Data::Bool(_)
        | Data::DateTimeIso(_)
        | Data::DurationIso(_)
        | Data::Error(_)
        | Data::Empty => None,
    }
}

/// Days since Excel's first, on the clocks that an instant in RFC 3339 tells.
fn serial(at: &str) -> f64 {
    let clock = &at[..at.rfind(['+', '-', 'Z']).unwrap()];
    let civil: jiff::civil::DateTime = clock.parse().unwrap();
    let first = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0);
    first.duration_until(civil).as_secs_f64() / 86_400.0
}

fn compare(files: &Files) {
    let (tables, mut book) = (tables(files), book(files));
    // What it says, the charts, and a sheet for each table.
    assert_eq!(book.sheet_names().len(), 2 + tables.len());
    for (name, records) in &tables {
        assert_eq!(book.worksheet_formula(name).unwrap().used_cells().count(), 0, "{name}");
        let range = book.worksheet_range(name).unwrap();
        for (column, key) in (0_u32..).zip(&records[0]) {
            let head = range.get_value((0, column)).expect("every column has a head").to_string();
            let (unit, factor) = unit(key);
            assert!(head.ends_with(unit) && head.contains('[') != unit.is_empty(), "{key}: {head}");
            for (row, record) in (1_u32..).zip(&records[1..]) {
                let told = &record[column as usize];
                let cell = range.get_value((row, column)).unwrap_or(&Data::Empty);
                if let Some(number) = number_of(cell) {
                    let wanted = told.parse().map_or_else(|_| serial(told), |told: f64| told / factor);
                    // The CSV has six digits behind the point.
                    let near = 6e-7 / factor.max(1.0) + 1e-11 * wanted.abs();
                    assert!((wanted - number).abs() < near, "{name}.{key}: {told} is {number}");
                } else if let Data::String(text) = cell {
                    assert!(*text == plain(told) && unit.is_empty(), "{name}.{key}: {text}");
                } else {
                    assert!(*cell == Data::Empty && told.is_empty(), "{name}.{key}: {told} is {cell:?}");
                }
            }
        }
    }
}

#[test]
fn the_workbook_of_a_run_says_what_its_csv_says() {
    compare(&rendered("two-site"));
    let (results, charts) = rich();
    compare(&render(&results, &charts, &FolderOptions::default()).into_iter().collect());
}

#[test]
fn its_first_sheet_has_the_verdict_and_where_it_comes_from() {
    let files = rendered("two-site");
    let first = book(&files).worksheet_range("run").unwrap();
    let words: Vec<String> = first.used_cells().map(|cell| cell.2.to_string()).collect();
    let result: serde_json::Value = serde_json::from_slice(&files["result.json"]).unwrap();
    let run = &result["runs"][0];
    let said = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let verdict = "3 of 4 applications meet their objectives while nothing fails and in every outage";
    assert!(words.iter().any(|word| word.starts_with(verdict)), "{words:?}");
    for word in [said(&run["scenario_hash"]), said(&result["engine_version"]), said(&run["assumptions"][0])] {
        assert!(words.contains(&word), "{word}");
    }
    assert!(words.iter().any(|word| word == "Simulated estimate. Not evidence of a recovery test."));
}

/// Names of rows and heads of columns stay in view, and columns are as wide as what stands in them.
#[test]
fn heads_are_frozen_and_columns_are_wide_enough() {
    let bytes = rendered("two-site")["result.xlsx"].clone();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    // The first sheet has the verdict, the second the charts, the other sixteen a table each.
    for number in 3..=18 {
        let mut xml = String::new();
        let mut sheet = archive.by_name(&format!("xl/worksheets/sheet{number}.xml")).unwrap();
        sheet.read_to_string(&mut xml).unwrap();
        assert!(xml.contains("state=\"frozen\"") && xml.contains("<cols>"), "{number}");
    }
}
