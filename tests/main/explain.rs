//! `drsim explain` knows every rule that a text of drsim names: facts, statements, traps and sections of the model, as `docs/facts.md` and
//! `docs/model.md` have them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Exit code, standard output, standard error.
fn explain(asked: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let output = command.arg("explain").args(asked).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The string literals of a source, comments and the test module at its end left out.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let (mut found, mut rest) = (Vec::new(), source);
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let from = &rest[at..];
        let end = |text: &str, mark: &str| text.find(mark).map_or(text.len(), |at| at + mark.len());
        rest = if from.starts_with("//") {
            &from[end(from, "\n")..]
        } else if from.starts_with("'\"'") || from.starts_with("'\\'") {
            &from[end(&from[2..], "'") + 2..]
        } else if let Some(inside) = from.strip_prefix('"') {
            let hashes: String = rest[..at].chars().rev().take_while(|c| *c == '#').collect();
            let is_raw = rest[..at].trim_end_matches('#').ends_with('r');
            let mark = format!("\"{hashes}");
            let mut length = end(inside, &mark);
            while !is_raw && from[..length].chars().rev().take_while(|c| *c == '\\').count() % 2 == 1 {
                length += end(&inside[length..], &mark);
            }
            found.push(inside[..length - mark.len()].to_owned());
            &inside[length..]
        } else {
            &from[1..]
        };
    }
    found
}

/// The names of rules in a text: numbers after "fact", and S, T and § with a number wherever they stand.
fn named(text: &str) -> BTreeSet<String> {
    let (mut found, mut is_after_fact) = (BTreeSet::new(), false);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    for word in text.replace(')', " . ").split(|c: char| !c.is_alphanumeric() && !"§.–-_:".contains(c)) {
        let mut is_fact = false;
        for part in word.trim_end_matches(['.', ':']).split('–') {
            let parts = part.split_once('.');
            if is_after_fact && parts.is_some_and(|(one, two)| is_number(one) && is_number(two)) {
                is_fact = true;
                found.insert(format!("fact {part}"));
            } else if part.len() < 4 && part.strip_prefix(['S', 'W']).is_some_and(is_number) {
                found.insert(part.to_owned());
            } else if part.len() < 4 && part.strip_prefix('T').is_some_and(is_number) {
                found.insert(format!("trap {part}"));
            } else if part.strip_prefix('§').is_some_and(is_number) {
                found.insert(format!("model {part}"));
            }
        }
        let word = word.to_lowercase();
        is_after_fact =
            is_fact || ["fact", "facts"].contains(&word.as_str()) || is_after_fact && word.is_empty();
    }
    found
}

/// Every text that users meet, by its place.
fn texts() -> Vec<(String, String)> {
    let short = |path: &Path| path.strip_prefix(root()).unwrap().display().to_string();
    let mut texts = vec![("README.md".to_owned(), read("README.md"))];
    for path in files("src", "rs") {
        let literals = literals(&fs::read_to_string(&path).unwrap());
        texts.extend(literals.into_iter().map(|text| (short(&path), text)));
    }
    for (folder, extension) in [("docs", "md"), ("scenarios", "ron"), ("templates", "html")] {
        let texts_of = files(folder, extension).into_iter();
        texts.extend(texts_of.map(|path| (short(&path), fs::read_to_string(&path).unwrap())));
    }
    for path in files("reports", "json") {
        let result: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let lines = result["assumptions"].as_array().into_iter().flatten();
        texts.extend(lines.map(|line| (short(&path), line.as_str().unwrap().to_owned())));
    }
    texts
}

#[test]
fn every_rule_that_a_text_names_is_explained() {
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for (place, text) in texts() {
        for name in named(&text) {
            places.entry(name).or_insert_with(|| place.clone());
        }
    }
    for known in ["fact 1.20", "fact 7.5", "fact 5.8", "S37", "trap T10", "model §3"] {
        assert!(places.contains_key(known), "{known} is found");
    }
    let mut unknown = Vec::new();
    for (name, place) in &places {
        let (exit, out, err) = explain(&[name]);
        if exit != 0 || !out.starts_with(&format!("{name}: ")) || !err.is_empty() {
            unknown.push(format!("{name}, of {place}: {exit} {out}{err}"));
        }
    }
    assert!(unknown.is_empty(), "{} of {}:\n{}", unknown.len(), places.len(), unknown.join("\n"));
}

#[test]
fn names_of_rules_are_found_in_texts_and_literals() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(
        named("x (facts 4.17, 4.32; S65, fact 6.16), 2.5 times, trap T5 (model §3)."),
        set(&["fact 4.17", "fact 4.32", "S65", "fact 6.16", "trap T5", "model §3"])
    );
    assert_eq!(named("facts 1.20–1.31, S19–S26. W3"), set(&["fact 1.20", "fact 1.31", "S19", "S26", "W3"]));
    assert_eq!(named("2026-01-01T00:00[UTC] W0302 S100 T14:05 2012 R2 1.5"), set(&[]));
    let source = "a(\"one \\\" two\"); // \"no\"\nb('\"', \"three\", r#\"four \"4\"\"#, '\\'', \"\", \"\\\\\", \"six\")";
    assert_eq!(literals(source), ["one \\\" two", "three", "four \"4\"", "", "\\\\", "six"]);
}

/// The cells of a page's rows, heads of tables left out, with the heading above them.
fn rows(page: &str) -> Vec<(&str, Vec<&str>)> {
    let (mut heading, mut rows) = ("", Vec::new());
    for line in page.lines() {
        heading = line.strip_prefix("## ").unwrap_or(heading);
        let cells = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |"));
        let cells: Vec<&str> = cells.map_or_else(Vec::new, |cells| cells.split(" | ").collect());
        if line.starts_with('|') && !line.starts_with("|-") && !["code", "key"].contains(&cells[0]) {
            rows.push((heading, cells));
        }
    }
    rows
}

#[test]
fn every_row_of_the_facts_has_a_code_a_sentence_and_sources_that_exist() {
    let page = read("docs/facts.md");
    let rows = rows(&page);
    let known: BTreeSet<&str> = rows.iter().map(|(_, cells)| cells[0]).collect();
    assert_eq!(known.len(), rows.len(), "no code and no key stands twice");
    let mut used = BTreeSet::new();
    for (heading, cells) in &rows {
        let [code, text, sources] = cells[..] else { panic!("three cells: {cells:?}") };
        assert!(!sources.trim().is_empty() && !code.contains(' '), "{code}");
        if *heading == "Sources" {
            assert!(text.contains(", "), "{code}: publisher and title");
            continue;
        }
        assert!(text.ends_with('.') && text.len() > 20, "{code}: a sentence");
        for source in sources.split(", ") {
            assert!(known.contains(source) && source != code, "{code}: there is no source `{source}`");
            used.insert(source);
        }
    }
    let sources = rows.iter().filter(|(heading, _)| *heading == "Sources");
    let unused: Vec<&str> = sources.map(|(_, cells)| cells[0]).filter(|key| !used.contains(key)).collect();
    assert!(unused.is_empty(), "{unused:?}");
    let coverage = read("docs/coverage.md");
    for (_, cells) in self::rows(&coverage).into_iter().filter(|(_, cells)| cells[0] != "statement") {
        let ends = cells[0]
            .split('–')
            .filter(|name| name.starts_with(|c: char| "ST".contains(c) || c.is_ascii_digit()));
        for name in ends.filter(|name| name.len() < 5) {
            assert!(known.contains(name), "docs/coverage.md: {name}");
        }
    }
}

#[test]
fn a_rule_is_printed_with_its_sources_within_80_columns() {
    let (exit, out, _) = explain(&["fact 1.20"]);
    assert_eq!(exit, 0);
    assert_eq!(
        out.lines().take(6).collect::<Vec<_>>(),
        [
            "fact 1.20: Replication",
            "",
            "Resynchronisation is required once a VM's change logs pass 50 % of the total",
            "size of its disks.",
            "",
            "Sources:"
        ]
    );
    assert!(out.contains("- Microsoft, Hyper-V team blog, 10 May 2013: resynchronisation"), "{out}");
    for asked in [&["1.20"][..], &["fact", "1.20"], &["FACT 1.20."], &["(fact 1.20)"]] {
        assert_eq!(explain(asked).1, out, "{asked:?}");
    }
    let (_, trap, _) = explain(&["trap T10"]);
    assert!(trap.starts_with("trap T10: ") && trap.contains("- fact 4.27: "), "{trap}");
    for asked in ["T10", "t10", "trap 10"] {
        assert_eq!(explain(&[asked]).1, trap, "{asked}");
    }
    let (_, section, _) = explain(&["model §3"]);
    assert!(section.starts_with("model §3: Replication\n\nChurn. Each disk has a write rate"), "{section}");
    assert!(!section.contains("**") && !section.contains("## "), "one section, without marks");
    for asked in [&["model", "3"][..], &["§3"], &["section 3"]] {
        assert_eq!(explain(asked).1, section, "{asked:?}");
    }
    for all in ["1.1–9.15", "S1–S94", "T1–T31", "§1–§7"] {
        let (exit, out, _) = explain(&[all]);
        assert!(exit == 0 && out.lines().all(|line| line.chars().count() <= 80), "{all}");
    }
}

#[test]
fn several_are_explained_in_the_order_asked_for() {
    let (exit, out, _) = explain(&["S65, facts 4.17, 4.18; W0302 (model §7)"]);
    let places = ["S65: ", "fact 4.17: ", "fact 4.18: ", "W0302: ", "model §7: "].map(|head| out.find(head));
    assert!(exit == 0 && places.iter().all(Option::is_some) && places.is_sorted(), "{out}");
    let (exit, out, err) = explain(&["S65, fact 4.99"]);
    assert_eq!((exit, out.as_str()), (2, ""), "nothing is printed of what is known in part: {err}");
}

/// As JSON each page has the parts that the text is made of.
#[test]
fn pages_are_told_to_programs_too() {
    let pages = |args: &[&str]| -> Vec<serde_json::Value> {
        let (code, out, err) = explain(args);
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        serde_json::from_str(&out).unwrap()
    };
    let all = pages(&["--format", "json"]);
    assert_eq!(all.len(), drsim::problem::codes::ALL.len());
    for (page, code) in all.iter().zip(drsim::problem::codes::ALL) {
        let parts = ["name", "title", "explain", "remedy"].map(|key| page[key].as_str().unwrap());
        assert_eq!(parts, [code.id, code.title, code.explain, code.remedy]);
        assert_eq!(page["why"].as_str().unwrap_or_default(), code.why);
    }
    let two = pages(&["W0302, fact 1.20", "--json"]);
    assert_eq!([&two[0]["name"], &two[1]["name"]], ["W0302", "fact 1.20"]);
    assert!(two.len() == 2 && two[1]["explain"].as_str().is_some_and(|text| text.len() > 40), "{two:?}");
    assert!(two[1].get("why").is_none());
}

#[test]
fn an_unknown_rule_is_told_its_neighbours() {
    for (asked, name, near) in [
        ("fact 1.99", "no fact 1.99", "\n  fact 1.55  "),
        ("12.3", "no fact 12.3", "\n  fact 9.3  "),
        ("S95", "no S95", "\n  S94  "),
        ("trap T32", "no trap T32", "\n  trap T31  "),
        ("model §99", "no model §99", "\n  model §"),
        ("S37x", "no code `S37x`", "\n  S37  "),
    ] {
        let (exit, out, err) = explain(&[asked]);
        assert_eq!((exit, out.as_str()), (2, ""), "{asked}");
        assert!(err.contains(name) && err.contains("did you mean:") && err.contains(near), "{asked}: {err}");
        assert!(err.lines().all(|line| line.chars().count() <= 80), "{err}");
    }
    let (exit, _, err) = explain(&["facts"]);
    assert!(exit == 2 && err.contains("no code `facts`"), "{err}");
}

/// A section without a number could not be asked for.
#[test]
fn sections_of_the_model_are_numbered_without_a_gap() {
    let page = read("docs/model.md");
    let heads: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    for (number, head) in (1..).zip(&heads) {
        assert!(head.starts_with(&format!("{number}. ")), "{head}");
        let (exit, out, _) = explain(&[&format!("model §{number}")]);
        assert!(exit == 0 && out.lines().count() > 3, "{head}: {out}");
    }
}
