//! A scenario as JSON: `drsim schema scenario` and the language agree on what one is.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use drsim::problem::codes;
use drsim::scenario::Scenario;
use serde_json::{Value, json};

use super::walk::{changed, chosen};
use super::{missing, root, schema, validator};
use crate::golden::scenarios;
use crate::shared::case;

/// The JSON that means the same.
fn as_json(ron: &str) -> Value {
    fn units(value: &mut Value) {
        match value {
            Value::Null => *value = json!({}),
            Value::Array(items) => items.iter_mut().for_each(units),
            Value::Object(fields) => fields.values_mut().for_each(units),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut value = serde_json::to_value(ron::from_str::<ron::Value>(ron).unwrap()).unwrap();
    units(&mut value);
    value
}

/// What the language makes of a text in a file of this name, beside the other files of `scenarios/`.
fn read(name: &str, text: &str) -> Result<String, String> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.insert(name.to_owned(), text.as_bytes().to_vec());
    Scenario::parse(&files, name).map(|(it, _)| it.hash()).map_err(|problems| problems.render(false))
}

/// The examples of `docs/scenario.md`, in which every field of the language stands.
fn examples() -> String {
    let page = fs::read_to_string(root().join("docs/scenario.md")).unwrap();
    let blocks = page.split("```ron\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    format!("({})", blocks.collect::<String>())
}

fn texts() -> Vec<(String, String)> {
    let shipped = |name: String| {
        let text = fs::read_to_string(root().join(format!("scenarios/{name}.ron"))).unwrap();
        (name, text)
    };
    let mut all: Vec<_> = scenarios().into_iter().map(shipped).collect();
    all.push(("docs/scenario.md".to_owned(), examples()));
    all.push(("base".to_owned(), include_str!("../language/problems/base.ron").to_owned()));
    all
}

/// What no scenario above has. The language knows all of it, whatever else is wrong with it.
fn rest() -> Value {
    let text = include_str!("rest.ron");
    let files = BTreeMap::from([("main.ron".to_owned(), text.as_bytes().to_vec())]);
    let problems = Scenario::parse(&files, "main.ron").unwrap_err();
    let unknown = [&codes::UNKNOWN_FIELD, &codes::CHOICE, &codes::QUANTITY, &codes::WRONG_TYPE];
    let wrong = problems.only(|it| unknown.iter().any(|code| it.code.id == code.id));
    assert!(wrong.is_empty(), "{}", wrong.render(false));
    as_json(text)
}

#[test]
fn every_scenario_is_as_its_schema_says_and_means_the_same_as_json() {
    let mut documents = Vec::new();
    for (name, text) in texts() {
        let document = as_json(&text);
        assert_eq!(read("main.json", &document.to_string()), read("main.ron", &text), "{name}");
        documents.push((name, document));
    }
    documents.push(("rest".to_owned(), rest()));
    let missing = missing("scenario", &documents).into_iter().filter(|part| !part.is_word());
    let missing: Vec<String> = missing.map(|part| part.to_string()).collect();
    assert!(missing.is_empty(), "no scenario has {missing:?}");
}

/// Each word that the schema offers is one that the language knows there, and another is none.
#[test]
fn words_are_those_of_the_language() {
    let schema = schema("scenario");
    let document = as_json(&examples());
    let all = chosen(&schema, &document);
    assert!(all.len() > 40, "{}", all.len());
    let mut wrong = Vec::new();
    for (pointer, words) in all {
        let with = |word: &str| {
            let mut document = document.clone();
            *document.pointer_mut(&pointer).unwrap() = json!(word);
            let files = BTreeMap::from([("main.json".to_owned(), document.to_string().into_bytes())]);
            let problems = Scenario::parse(&files, "main.json").err();
            let unknown = [&codes::CHOICE, &codes::QUANTITY, &codes::WRONG_TYPE];
            problems.is_some_and(|all| all.iter().any(|it| unknown.iter().any(|code| it.code.id == code.id)))
        };
        let refused =
            words.iter().filter(|word| with(word)).map(|word| format!("{pointer} cannot be `{word}`"));
        wrong.extend(refused);
        wrong.extend((!with("teapot")).then(|| format!("{pointer} may be anything")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever is not as the schema says, the language refuses too: an unknown key, one that is needed and missing, another type.
#[test]
fn what_the_schema_refuses_is_refused_by_the_language() {
    let schema = schema("scenario");
    let validator = validator(&schema);
    let document = as_json(&examples());
    let all = changed(&schema, &document);
    assert!(all.len() > 100, "{}", all.len());
    let mut accepted = Vec::new();
    for (what, document) in all {
        assert!(!validator.is_valid(&document), "drsim schema scenario accepts a scenario {what}");
        if read("main.json", &document.to_string()).is_ok() {
            accepted.push(what);
        }
    }
    assert!(accepted.is_empty(), "drsim accepts a scenario:\n{}", accepted.join("\n"));
}

/// The corpus of the fuzzer and the cases outside the repository: what the language reads, the schema accepts.
#[test]
fn what_the_language_reads_is_as_the_schema_says() {
    let validator = validator(&schema("scenario"));
    let corpus = [Some(root().join("fuzz/corpus/scenario")), case("")].into_iter().flatten();
    let (mut read_by_all, mut wrong) = (0, Vec::new());
    for path in corpus.flat_map(ron_below) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        if read("main.ron", &text).is_err() {
            continue;
        }
        read_by_all += 1;
        let error = validator
            .iter_errors(&as_json(&text))
            .next()
            .map(|it| format!("{}: {it:.200}", it.instance_path()));
        wrong.extend(error.map(|error| format!("{}: {error}", path.display())));
    }
    assert!(read_by_all > 3 && wrong.is_empty(), "{read_by_all} read; {}", wrong.join("\n"));
}

fn ron_below(folder: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let all = entries.flat_map(|path| if path.is_dir() { ron_below(path) } else { vec![path] });
    let mut all: Vec<PathBuf> = all.filter(|path| path.extension().is_none_or(|it| it == "ron")).collect();
    all.sort();
    all
}

/// A quantity is a text with a unit, and what is drawn only where the language draws.
#[test]
fn quantities_are_told_from_words_by_their_units() {
    let validator = validator(&schema("scenario"));
    let text = include_str!("../language/problems/base.ron");
    for (old, new, is_one) in [
        ("100 Mbps", "12.5 MB/s", true),
        ("100 Mbps", "1_000 GB per day", true),
        ("100 Mbps", "100", false),
        ("100 Mbps", "100 MB", false),
        ("100 Mbps", "uniform 1 Mbps to 2 Mbps", false),
        ("horizon: \"7d\"", "horizon: \"1h30m\"", true),
        ("horizon: \"7d\"", "horizon: \"2 weeks\"", true),
        ("horizon: \"7d\"", "horizon: \"7\"", false),
        ("16 GB", "uniform 2 GB to 4 GB", true),
        ("16 GB", "1.5 GiB", true),
        ("16 GB", "16", false),
        ("16 GB", "16 gigabytes", false),
    ] {
        assert!(text.contains(old), "{old}");
        let changed = text.replacen(old, new, 1);
        assert_eq!(validator.is_valid(&as_json(&changed)), is_one, "{new}");
        assert_eq!(read("main.ron", &changed).is_ok(), is_one, "{new}: {:?}", read("main.ron", &changed));
    }
}
