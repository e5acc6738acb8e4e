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

/// What the head of a column with this key ends in; nothing if its cells have no unit.
fn unit(key: &str) -> &'static str {
    let units = [
        ("_bytes_per_s", "[bytes/s]"),
        ("_bytes", "[bytes]"),
        ("_bps", "[bit/s]"),
        ("_share", "[share]"),
        ("_s", "[s]"),
        ("seconds", "[s]"),
        ("_min", "[factor]"),
        ("_max", "[factor]"),
    ];
    units.iter().find(|(end, _)| key.ends_with(end)).map_or("", |(_, unit)| unit)
}

fn compare(files: &Files) {
    let (tables, mut book) = (tables(files), book(files));
    assert_eq!(book.sheet_names().len(), 1 + tables.len());
    for (name, records) in &tables {
        assert_eq!(book.worksheet_formula(name).unwrap().used_cells().count(), 0, "{name}");
        let range = book.worksheet_range(name).unwrap();
        for (column, key) in (0_u32..).zip(&records[0]) {
            let head = range.get_value((0, column)).expect("every column has a head").to_string();
            assert!(head.ends_with(unit(key)) && head.contains('[') != unit(key).is_empty(), "{key}: {head}");
            for (row, record) in (1_u32..).zip(&records[1..]) {
                let told = &record[column as usize];
                let cell = range.get_value((row, column)).unwrap_or(&Data::Empty);
                if let Data::Float(number) = cell {
                    let told: f64 = told.parse().unwrap_or_else(|_| panic!("{name}.{key}: {told}"));
                    assert!((told - number).abs() < 6e-7, "{name}.{key}: {told} is {number}");
                } else if let Data::String(text) = cell {
                    assert!(*text == plain(told) && unit(key).is_empty(), "{name}.{key}: {text}");
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
    let said = |key: &str| result[key].as_str().unwrap().to_owned();
    let verdict = "3 of 4 applications meet their objectives while nothing fails and in every outage";
    assert!(words.iter().any(|word| word.starts_with(verdict)), "{words:?}");
    for word in
        [said("scenario_hash"), said("engine_version"), result["assumptions"][0].as_str().unwrap().into()]
    {
        assert!(words.contains(&word), "{word}");
    }
    assert!(words.iter().any(|word| word == "Simulated estimate. Not evidence of a recovery test."));
}

/// Names of rows and heads of columns stay in view, and columns are as wide as what stands in them.
#[test]
fn heads_are_frozen_and_columns_are_wide_enough() {
    let bytes = rendered("two-site")["result.xlsx"].clone();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    // The first sheet has the verdict, the other sixteen a table each.
    for number in 2..=17 {
        let mut xml = String::new();
        let mut sheet = archive.by_name(&format!("xl/worksheets/sheet{number}.xml")).unwrap();
        sheet.read_to_string(&mut xml).unwrap();
        assert!(xml.contains("state=\"frozen\"") && xml.contains("<cols>"), "{number}");
    }
}
