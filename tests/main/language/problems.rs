//! Whatever is wrong is said with its code, its place, why it matters and how to fix it.
//!
//! Each case changes one spot of `problems/base.ron`; what must be printed stands in `problems/expected.txt`, which
//! `UPDATE=1 cargo test problems` writes anew.

use std::collections::{BTreeMap, BTreeSet};

use drsim::problem::{Problem, Problems, codes};
use drsim::remedy::{Addition, Remedy};
use drsim::scenario::Scenario;

pub mod cases;

use cases::{CASES, Mend};

const BASE: &str = include_str!("problems/base.ron");

/// The text with each of some parts replaced where it comes first, `&&` between them.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    from.split(" && ").zip(to.split(" && ")).fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}\n{text}");
        text.replacen(from, to, 1)
    })
}

/// Errors and warnings of a file.
pub fn check(text: &str) -> Problems {
    let files = BTreeMap::from([("main.ron".to_owned(), text.as_bytes().to_vec())]);
    match Scenario::parse(&files, "main.ron") {
        Ok((_, problems)) | Err(problems) => problems,
    }
}

/// The base is without fault: every message of a case is the case's.
#[test]
fn the_base_has_no_problem() {
    assert_eq!(check(BASE).render(false), "");
}

#[test]
fn every_problem_is_said_as_written_down() {
    let mut actual = String::new();
    for (code, from, to, _) in CASES {
        let problems = check(&changed(BASE, from, to));
        assert!(
            problems.iter().any(|problem| problem.code.id == *code),
            "{code}: {}",
            problems.render(false)
        );
        actual += &format!("---- {code}: {} -> {}\n{}", from.trim(), to.trim(), problems.render(false));
    }
    written_down("problems", &actual);
}

/// What is said case by case is what `expected.txt` of the folder has; `UPDATE=1` writes it anew.
pub fn written_down(folder: &str, actual: &str) {
    let path = format!("{}/tests/main/language/{folder}/expected.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    for (actual, expected) in actual.split("\n---- ").zip(expected.split("\n---- ")) {
        assert_eq!(actual, expected);
    }
    assert_eq!(actual.len(), expected.len());
}

/// The texts after each way in which the remedy of `problem` can be applied as it is given.
fn mended(text: &str, problems: &Problems, problem: &Problem) -> Vec<String> {
    if let Remedy::Add(addition) = &problem.remedy {
        let Addition { section, entries } = &**addition;
        let list = format!("{section}: [");
        assert!(text.contains(&list), "{section}");
        return entries.iter().map(|entry| text.replacen(&list, &format!("{list}{entry}, "), 1)).collect();
    }
    let edits = problems.edits(problem).into_iter();
    let span = |problem: &Problem| problem.place.as_ref().unwrap().span.clone();
    edits
        .map(|edit| format!("{}{edit}{}", &text[..span(problem).start], &text[span(problem).end..]))
        .collect()
}

/// Done as it says, a remedy leaves fewer problems: its own gone, and none of a kind that was not there. Of names to choose from
/// one at least does; of texts that keep a meaning each. Warnings that an error hid are not counted, as nobody looked for them.
#[test]
fn a_remedy_helps() {
    let wrong = wrong_remedies(BASE, CASES.iter().copied());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Of these cases (code, text replaced, replacement, mend) those whose remedy does not help.
pub fn wrong_remedies<'c>(
    base: &str,
    cases: impl Iterator<Item = (&'c str, &'c str, &'c str, Mend)>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (code, from, to, mend) in cases {
        let text = changed(base, from, to);
        let problems = check(&text);
        let problem = problems.iter().find(|problem| problem.code.id == code);
        let Some(problem) = problem else {
            wrong.push(format!("{code}: {to}: not said:\n{}", problems.render(false)));
            continue;
        };
        let kinds = |all: &Problems| -> Vec<&str> {
            let equals = all.iter().filter(|it| it.severity() <= problem.severity());
            equals.map(|it| it.code.id).collect()
        };
        let before = kinds(&problems);
        let texts = mend
            .map_or_else(|| mended(&text, &problems, problem), |(from, to)| vec![changed(&text, from, to)]);
        let said = &problem.remedy;
        if texts.is_empty() {
            wrong.push(format!("{code}: {to}: no mend for: {said}"));
        }
        let mut helps = 0;
        for mended in &texts {
            let left = check(mended);
            let is_gone = !left.iter().any(|it| it.code.id == code && it.what == problem.what);
            let after = kinds(&left);
            let is_new = after.iter().any(|code| !before.contains(code));
            helps += usize::from(is_gone && !is_new && after.len() < before.len());
            if !is_gone || is_new && !matches!(said, Remedy::OneOf(_)) {
                wrong.push(format!("{code}: {to}: {said}\n{}", left.render(false)));
            }
        }
        let enough = if matches!(said, Remedy::OneOf(_)) { 1 } else { texts.len() };
        if helps < enough {
            wrong.push(format!("{code}: {to}: {said}: helps {helps} times of {enough}"));
        }
    }
    wrong
}

/// Codes that need more than one changed spot are tested by name in `language.rs` and `hostile/work.rs`; those of whole designs in `preflight.rs`.
#[test]
fn every_code_has_a_case() {
    let elsewhere =
        ["E0102", "E0103", "E0107", "E0116", "E0118", "E0119", "E0211", "E0212", "E0307", "E0308", "E0401"];
    let mut cases: BTreeSet<&str> = CASES.iter().map(|(code, ..)| *code).chain(elsewhere).collect();
    cases.extend(crate::language::preflight::codes_with_a_case());
    let missing: Vec<&str> = codes::ALL.iter().map(|code| code.id).filter(|id| !cases.contains(id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn all_problems_of_a_stage_come_at_once_in_the_order_of_the_file() {
    let text =
        BASE.replace("interval: \"5m\"", "interval: \"7m\"").replace("memory: \"16 GB\"", "memry: \"16 GB\"");
    let codes: Vec<&str> = check(&text).iter().map(|problem| problem.code.id).collect();
    assert_eq!(codes, ["E0305", "E0109", "E0108"]);
}

#[test]
fn a_plan_holds_a_hundred_vms() {
    let with = |count: u32| {
        let template = format!(
            "vms: [(name: \"x{{n}}\", count: {count}, host: \"hq1\", memory: \"1 GB\", disk: \"1 GB\"),"
        );
        BASE.replace("    vms: [\n", &template).replace("(vms: [\"sql\"])", "(vms: [\"x*\", \"sql\"])")
    };
    let has = |problems: Problems| problems.iter().any(|problem| problem.code.id == "E0401");
    assert!(!has(check(&with(98))) && has(check(&with(99))));
}

#[test]
fn the_machine_form_has_the_same_code_and_place() {
    let problems = check(&BASE.replace("rate: \"100 Mbps\"", "rate: \"100\""));
    let record = serde_json::to_value(problems.records()).unwrap()[0].clone();
    assert_eq!(record["code"], "E0301");
    assert_eq!(record["severity"], "error");
    assert_eq!((record["line"].as_u64(), record["column"].as_u64()), (Some(19), Some(52)));
    assert!(record["remedy"].as_str().unwrap().contains("MB/s"));
    assert_eq!(record["edits"], serde_json::json!(["100 Mbps", "100 MB/s"]));
}
