//! `docs/coverage.md` says, for every statement S1–S94 of the product's documentation, where the behaviour lives and which
//! test holds it there. A claim must name what exists.

use std::fs;
use std::path::{Path, PathBuf};

/// Number, behaviour, where, test.
fn rows() -> Vec<(u32, Vec<String>)> {
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage.md")).unwrap();
    let row = |line: &str| {
        let cells: Vec<String> =
            line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        let number = cells.first()?.strip_prefix('S')?.parse().ok()?;
        Some((number, cells))
    };
    table
        .lines()
        .filter(|line| line.starts_with("| S"))
        .map(|line| row(line).unwrap_or_else(|| panic!("{line}")))
        .collect()
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn tests() -> String {
    fn walk(folder: PathBuf, all: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(path, all);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                all.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut all = String::new();
    for folder in ["src", "tests"] {
        walk(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut all);
    }
    all
}

#[test]
fn every_statement_has_one_row_without_an_empty_cell() {
    let rows = rows();
    let numbers: Vec<u32> = rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=94).collect::<Vec<_>>());
    for (number, cells) in &rows {
        assert_eq!(cells.len(), 4, "S{number}: {cells:?}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "S{number}: {cells:?}");
    }
}

#[test]
fn every_row_names_files_and_tests_that_exist_or_says_why_not() {
    let (tests, root) = (tests(), Path::new(env!("CARGO_MANIFEST_DIR")));
    for (number, cells) in rows() {
        let (place, test) = (&cells[2], &cells[3]);
        if place.starts_with("no effect: ") || place == "not yet" {
            assert_eq!(test, "–", "S{number}: nothing is there to be tested");
            continue;
        }
        assert!(quoted(place).next().is_some() && quoted(test).next().is_some(), "S{number}: {cells:?}");
        for file in quoted(place) {
            assert!(root.join(file).exists(), "S{number}: {file} does not exist");
        }
        for name in quoted(test) {
            let declared =
                tests.split(&format!("fn {name}(")).next().filter(|before| before.len() < tests.len());
            let before = declared.unwrap_or_else(|| panic!("S{number}: there is no test {name}"));
            assert!(before.trim_end().ends_with("]"), "S{number}: {name} is no test");
        }
    }
}
