//! What `drsim` prints as JSON is what `drsim schema` says: every document fits, and nothing in a schema is in no document. So the pages of
//! `docs/` that the schemas are read from name every key, and no other.

mod printed;
mod scenario;
mod walk;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jsonschema::Validator;
use serde_json::{Value, json};

use drsim::closed::Closed;
use drsim::facts::{JobKind, Phase};
use drsim::measure::distribution::Method;
use drsim::measure::health::Reason;
use drsim::measure::results::{HealthAtEnd, How, JobState, VmEnd};
use drsim::protection::State;

use walk::{Part, Seen, changed, words_of};

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a command prints, whatever it comes to.
pub fn printed(folder: &Path, args: &[&str]) -> String {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let output = command.current_dir(folder).args(args).timeout(Duration::from_secs(1800)).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(!printed.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    printed
}

fn schema(of: &str) -> Value {
    serde_json::from_str(&printed(&root(), &["schema", of])).unwrap()
}

/// A validator that also knows what an instant is.
fn validator(schema: &Value) -> Validator {
    assert!(jsonschema::draft202012::meta::is_valid(schema), "no schema of 2020-12");
    jsonschema::draft202012::options().should_validate_formats(true).build(schema).unwrap()
}

/// Closed lists of the program, which the pages have in full though some of their words are rare.
fn closed() -> [(&'static str, Vec<&'static str>); 9] {
    fn all<T: Closed>() -> Vec<&'static str> {
        T::ALL.iter().map(|it| it.words()).collect()
    }
    [
        ("state", all::<State>()),
        ("reason", all::<Reason>()),
        ("kind-of-job", all::<JobKind>()),
        ("kind-of-phase", all::<Phase>()),
        ("vm-in-an-outage/state", all::<VmEnd>()),
        ("job/outcome", all::<JobState>()),
        ("move/how", all::<How>()),
        ("health/at_end", all::<HealthAtEnd>()),
        ("age/method", all::<Method>()),
    ]
}

#[test]
fn the_pages_have_the_lists_of_the_program_in_full() {
    let schema = schema("result");
    for (key, expected) in closed() {
        let about = match key.split_once('/') {
            Some((object, key)) => &schema["$defs"][object]["properties"][key],
            None => &schema["$defs"][key],
        };
        assert_eq!(words_of(about).collect::<Vec<_>>(), expected, "{key}");
    }
}

/// Enums of which a value is in no document, with the reason.
const RARE: &[(&str, &str, &str)] = &[
    ("first_copy_batches/bound", "logs", "plan::copy holds the bound"),
    ("first_copy_batches/bound", "room", "plan::copy holds the bound"),
];

/// Every document fits; what of the schema is in none of them.
fn missing(of: &str, documents: &[(String, Value)]) -> Vec<Part> {
    let schema = schema(of);
    let validator = validator(&schema);
    let mut seen = Seen::new(&schema);
    for (made_by, document) in documents {
        let wrong: Vec<String> = validator
            .iter_errors(document)
            .take(5)
            .map(|error| format!("{}: {error:.300}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "drsim schema {of} refuses {made_by}:\n{}", wrong.join("\n"));
        seen.document(document);
    }
    seen.missing()
}

/// Every document fits, and every key and word of the schema is in one of them.
fn holds(of: &str, documents: &[(String, Value)]) {
    let is_known = |part: &Part| {
        RARE.iter().any(|rare| part.is(rare)) || closed().iter().any(|(key, _)| part.is_word_of(key))
    };
    let missing = missing(of, documents).into_iter().filter(|part| !is_known(part));
    let missing: Vec<String> = missing.map(|part| part.to_string()).collect();
    assert!(missing.is_empty(), "drsim schema {of} has what no document has:\n{}", missing.join("\n"));
}

#[test]
fn a_result_is_as_its_schema_says() {
    holds("result", &printed::results());
}

#[test]
fn a_plan_and_a_sweep_are_as_their_schema_says() {
    holds("plan", &[printed::plans(), printed::sweeps()].concat());
}

#[test]
fn a_gates_answer_is_as_its_schema_says() {
    holds("gate", &printed::gates());
}

#[test]
fn what_a_check_finds_is_as_its_schema_says() {
    holds("check", &printed::checks());
}

/// One key less, one more, or another type, anywhere in a document: refused.
#[test]
fn a_document_that_was_changed_is_refused() {
    for (of, document) in [
        ("result", printed::results().swap_remove(0).1),
        ("plan", printed::plan()),
        ("gate", printed::gates().swap_remove(0).1),
        ("check", printed::checks().swap_remove(0).1),
    ] {
        let schema = schema(of);
        let validator = validator(&schema);
        assert!(validator.is_valid(&document), "{of}");
        let all = changed(&schema, &document);
        assert!(all.len() > 10, "{of}: {}", all.len());
        for (what, document) in all {
            assert!(!validator.is_valid(&document), "drsim schema {of} accepts a document {what}");
        }
    }
}

#[test]
fn a_schema_says_what_it_is_of_and_what_each_key_means() {
    for of in ["result", "plan", "gate", "check"] {
        let schema = schema(of);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let id = schema["$id"].as_str().unwrap();
        assert!(id.starts_with(&format!("urn:drsim:schema:{of}:")), "{id}");
        assert_eq!(schema["title"], format!("drsim {of}"));
        let objects = schema["$defs"].as_object().unwrap().values().chain([&schema]);
        for object in objects {
            assert!(object["additionalProperties"] == json!(false) || object["enum"].is_array());
            for (key, property) in object["properties"].as_object().into_iter().flatten() {
                let about = property["description"].as_str().unwrap();
                assert!(!about.is_empty() && !about.contains("]("), "{of}: {key}: {about}");
            }
        }
    }
}

#[test]
fn what_there_is_no_schema_of_is_refused_with_what_there_is() {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let output = command.args(["schema", "plam"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("'plan'") && told.contains("gate"), "{told}");
}
