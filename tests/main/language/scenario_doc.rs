//! `docs/scenario.md` mentions every field that can be written, its table of defaults is that of the program, and its examples
//! can be read. `UPDATE=1 cargo test scenario_doc` writes the table anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use drsim::scenario::{Scenario, defaults};

const BEGIN: &str = "<!-- defaults: written by `UPDATE=1 cargo test scenario_doc` -->\n";
const END: &str = "<!-- end of defaults -->";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md")
}

fn doc() -> String {
    fs::read_to_string(path()).unwrap()
}

#[test]
fn the_table_of_defaults_is_current() {
    let rows = defaults::ALL.iter().map(|default| {
        format!("| `{}` | `{}` | {} |\n", default.field, default.value, default.source.replace('|', "\\|"))
    });
    let table = format!("\n| field | default | source |\n|---|---|---|\n{}\n", rows.collect::<String>());
    let doc = doc();
    let (before, rest) = doc.split_once(BEGIN).unwrap();
    let (old, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path(), format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(old, table, "UPDATE=1 cargo test scenario_doc");
}

/// Fields named in the heads of `src/scenario`: `//! - kind: field, field (explanation), field`.
fn fields() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in ["src/scenario", "src/scenario/churn", "src/scenario/operations"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                found.extend(fields_of(&fs::read_to_string(path).unwrap()));
            }
        }
    }
    found
}

fn fields_of(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in text.lines().map_while(|line| line.strip_prefix("//!")) {
        match line.trim().strip_prefix("- ") {
            Some(item) => items.push(item.to_owned()),
            None if line.starts_with("   ") => {
                if let Some(last) = items.last_mut() {
                    last.push(' ');
                    last.push_str(line.trim());
                }
            }
            None => {}
        }
    }
    items.iter().flat_map(|item| names(item.split_once(": ").map_or("", |(_, fields)| fields))).collect()
}

/// Identifiers outside parentheses and backticks that stand at the beginning of a part.
fn names(fields: &str) -> Vec<String> {
    let (mut depth, mut plain) = (0, String::new());
    for c in fields.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    let name = |part: &str| {
        let mut part = part.trim();
        for prefix in ["and ", "or ", "either ", "one of ", "for a link "] {
            part = part.trim_start_matches(prefix);
        }
        let word = part.split(' ').next().unwrap_or("");
        let ok = word.chars().all(|c| c.is_ascii_lowercase() || c == '_') && word.len() > 1;
        let prose = ["and", "either", "or", "else", "days,"].contains(&word);
        (ok && !prose).then(|| word.to_owned())
    };
    plain.split([',', ';']).filter_map(name).collect()
}

#[test]
fn every_field_is_described() {
    let (doc, fields) = (doc(), fields());
    // Those of churn stand in prose.
    for known in "constant profile window bursts lasts trace column gap after_end growth series file hours schema include seed".split(' ') {
        assert!(doc.contains(&format!("`{known}`")), "{known}");
    }
    assert!(fields.len() > 70, "the heads name the fields: {fields:?}");
    let mut all: BTreeSet<String> = fields;
    all.extend(defaults::ALL.iter().filter_map(|default| Some(default.field.split_once('.')?.1.to_owned())));
    let missing: Vec<_> = all.iter().filter(|field| !doc.contains(&format!("`{field}`"))).collect();
    assert!(missing.is_empty(), "docs/scenario.md does not describe {missing:?}");
}

/// The examples are put together into one scenario, which must be free of errors.
#[test]
fn the_examples_can_be_read() {
    let doc = doc();
    let blocks = doc.split("```ron\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let text = format!("({})", blocks.collect::<Vec<_>>().join("\n"));
    let files = BTreeMap::from([("doc.ron".to_owned(), text.into_bytes())]);
    if let Err(problems) = Scenario::parse(&files, "doc.ron") {
        panic!("{}", problems.render(false));
    }
}
