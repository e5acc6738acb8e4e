//! `docs/coverage.md` says, for every statement S1–S94, every trap T1–T31, every transition of a replication's state and every numbered
//! fact, where the behaviour lives and which test holds it there. A claim must name what exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use drsim::problem::codes;

/// How many facts each section has, from section 1 on.
const FACTS: [u32; 9] = [55, 26, 16, 34, 17, 29, 22, 10, 15];

/// Number, behaviour, where, test.
struct Row {
    number: String,
    behaviour: String,
    place: String,
    test: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All rows of the tables, heads left out.
fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let is_row = |at: &usize| {
        let next_is_rule = lines.get(at + 1).is_some_and(|next| next.starts_with("|-"));
        lines[*at].starts_with('|') && !lines[*at].starts_with("|-") && !next_is_rule
    };
    let row = |at: usize| {
        let line = lines[at].strip_prefix("| ").and_then(|line| line.strip_suffix(" |"));
        let cells: Vec<&str> = line.unwrap_or_else(|| panic!("{}", lines[at])).split(" | ").collect();
        let [number, behaviour, place, test] = cells[..] else { panic!("four cells: {}", lines[at]) };
        assert!(cells.iter().all(|cell| !cell.trim().is_empty()), "{}", lines[at]);
        let [number, behaviour, place, test] = [number, behaviour, place, test].map(str::to_owned);
        Row { number, behaviour, place, test }
    };
    (0..lines.len()).filter(is_row).map(row).collect()
}

/// What stands in backticks, and nothing else may stand there.
fn quoted(cell: &str) -> Vec<&str> {
    let outside: String = cell.split('`').step_by(2).collect();
    assert!(outside.trim().is_empty(), "only names in backticks: {cell}");
    let names: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
    assert!(!names.is_empty(), "{cell}");
    names
}

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, all: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, all);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                all.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    let mut all = Vec::new();
    for folder in ["src", "tests"] {
        walk(&root().join(folder), &mut all);
    }
    all
}

/// Functions that stand under `#[test]`, and the files in which they do.
fn tests() -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for (path, text) in sources() {
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if line == "#[test]" {
                is_test = true;
            } else if let Some(rest) = line.strip_prefix("fn ") {
                if is_test {
                    found.insert(rest.split('(').next().unwrap().to_owned(), path.clone());
                }
                is_test = false;
            }
        }
    }
    found
}

/// `1.3–1.5` is 1.3, 1.4, 1.5.
fn expand(number: &str) -> Vec<(u32, u32)> {
    let read = |text: &str| {
        let (section, fact) = text.split_once('.')?;
        Some((section.parse().ok()?, fact.parse().ok()?))
    };
    let (first, last) = number.split_once('–').unwrap_or((number, number));
    let (first, last): ((u32, u32), (u32, u32)) =
        read(first).zip(read(last)).unwrap_or_else(|| panic!("{number}"));
    assert!(first.0 == last.0 && first.1 <= last.1, "{number}");
    (first.1..=last.1).map(|fact| (first.0, fact)).collect()
}

fn numbered(rows: &[Row], letter: char) -> Vec<u32> {
    let numbers = rows.iter().filter_map(|row| row.number.strip_prefix(letter)?.parse().ok());
    numbers.collect()
}

#[test]
fn every_statement_trap_and_fact_has_one_row() {
    let rows = rows();
    assert_eq!(numbered(&rows, 'S'), (1..=94).collect::<Vec<_>>());
    assert_eq!(numbered(&rows, 'T'), (1..=31).collect::<Vec<_>>());
    let is_fact = |row: &&Row| row.number.starts_with(|first: char| first.is_ascii_digit());
    let facts: Vec<(u32, u32)> = rows.iter().filter(is_fact).flat_map(|row| expand(&row.number)).collect();
    let all = (1..).zip(FACTS).flat_map(|(section, count)| (1..=count).map(move |fact| (section, fact)));
    assert_eq!(facts, all.collect::<Vec<_>>());
    let states: Vec<&Row> = rows.iter().filter(|row| row.number.starts_with("state ")).collect();
    assert!(states.iter().all(|row| row.number.contains(['→', '↔'])));
    let known = numbered(&rows, 'S').len() + numbered(&rows, 'T').len() + states.len();
    assert_eq!(rows.len(), known + rows.iter().filter(is_fact).count(), "no row of another kind");
}

#[test]
fn every_row_names_files_and_tests_that_exist_or_says_why_not() {
    let (tests, known) = (tests(), codes::ALL.iter().map(|code| code.id).collect::<BTreeSet<_>>());
    for Row { number, behaviour, place, test } in rows() {
        let words = behaviour.split(|c: char| !c.is_alphanumeric());
        for word in words.filter(|word| word.len() == 5 && word.starts_with(['E', 'W'])) {
            assert!(
                known.contains(word) || !word[1..].bytes().all(|b| b.is_ascii_digit()),
                "{number}: {word}"
            );
        }
        if let Some(reason) = place.strip_prefix("no effect: ") {
            assert!(reason.len() > 10 && test == "–", "{number}: nothing is there to be tested");
            continue;
        }
        if let Some(owner) = place.strip_prefix("not yet: ") {
            assert!(quoted(owner).iter().all(|path| path.contains('/')), "{number}: {owner}");
            assert_eq!(test, "–", "{number}: what is not there has no test");
            continue;
        }
        for file in quoted(&place) {
            assert!(root().join(file).is_file(), "{number}: there is no file {file}");
        }
        for name in quoted(&test) {
            assert!(tests.contains_key(name), "{number}: there is no test {name}");
        }
    }
}

/// Whether the tests of a file start from a scenario as a user writes it: it reads one, or runs the program on one, or uses what its
/// folder has for that.
fn starts_from_text(path: &Path) -> bool {
    let reads = |text: &str| {
        ["crate::file", "Scenario::parse", "CARGO_BIN_EXE_drsim"].iter().any(|reader| text.contains(reader))
    };
    let text = fs::read_to_string(path).unwrap();
    let folder = fs::read_to_string(path.with_file_name("mod.rs")).unwrap_or_default();
    path.starts_with(root().join("tests/main"))
        && (reads(&text) || text.contains("use super::") && reads(&folder))
}

/// Rows without a test that starts from a scenario, and why not.
const NO_SCENARIO: &[(&str, &str)] = &[("7.9", "an import: it starts from a log of performance counters")];

#[test]
fn every_row_names_a_test_that_starts_from_a_scenario_as_it_is_written() {
    let tests = tests();
    let held = |test: &str| quoted(test).iter().any(|name| starts_from_text(&tests[*name]));
    let lacking: Vec<String> =
        rows().into_iter().filter(|row| row.test != "–" && !held(&row.test)).map(|row| row.number).collect();
    let known: Vec<&str> = NO_SCENARIO.iter().map(|(number, _)| *number).collect();
    assert_eq!(lacking, known);
}

/// A check of a design that no statement, trap or fact asks for would be an invention.
#[test]
fn every_check_of_a_design_is_asked_for() {
    let rows = rows();
    // Words that others share, and checks of this scenario language's own making.
    let others = ["mod", "coverage", "fate", "horizon", "throughput", "ways", "work"];
    let is_other = |path: &str| others.contains(&path.rsplit('/').next().unwrap().trim_end_matches(".rs"));
    let short = |path: &Path| path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
    let missing: Vec<String> = sources()
        .into_iter()
        .map(|(path, _)| short(&path))
        .filter(|path| path.starts_with("src/scenario/preflight/") && !is_other(path))
        .filter(|path| !rows.iter().any(|row| row.place.contains(&format!("`{path}`"))))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
