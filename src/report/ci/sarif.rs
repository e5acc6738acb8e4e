//! SARIF 2.1.0: findings of `drsim check` and lines of a gate, for code scanning. Imports problems and the gate's answer.
//!
//! A finding is known again by its fingerprint, which holds no value. A waived line is a suppressed result, with the waiver as justification.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::{asks, causes, changed, fingerprint, fingerprint_of, numbers, subject_when, verdict_word, word};
use crate::gate::report::{GateReport, Line, PlaceRow, Verdict};
use crate::problem::{Code, Place, Problem, Problems, Severity};
use crate::report::assumed::stand_ins;
use crate::report::words::plain;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Value,
    /// Columns are counted as everywhere here: in characters.
    column_kind: &'static str,
    results: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Value>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

/// Findings of a check of the scenario at `file`, with a trailing newline.
pub fn of_problems(problems: &Problems, file: &str) -> String {
    let rules: BTreeSet<&'static str> = problems.iter().map(|problem| problem.code.id).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    let described: Vec<Value> = rules
        .iter()
        .filter_map(|id| problems.iter().find(|problem| problem.code.id == *id))
        .map(|problem| rule_of_code(problem.code))
        .collect();
    let results = problems.iter().map(|problem| finding(problem, problems, file, &rules)).collect();
    write(described, results, env!("CARGO_PKG_VERSION"), None)
}

/// What a gate answers, with a trailing newline: what fails, what has no answer, and what is excused.
pub fn of_gate(report: &GateReport) -> String {
    const ALL: [Verdict; 6] = [
        Verdict::Breached,
        Verdict::Regressed,
        Verdict::UnexpectedlyHolds,
        Verdict::NotEvaluable,
        Verdict::Waived,
        Verdict::ExpectedBreach,
    ];
    let rules = ALL.map(|verdict| {
        json!({
            "id": format!("gate/{}", word(verdict)),
            "shortDescription": { "text": format!("A promise of recovery: {}", verdict_word(verdict)) },
            "defaultConfiguration": { "level": level(report, verdict) },
        })
    });
    let rank = |line: &Line| ALL.iter().position(|verdict| *verdict == line.verdict);
    let lines = report.lines.iter().enumerate().filter_map(|(at, line)| Some((at, line, rank(line)?)));
    let results = lines.map(|(at, line, rank)| result(report, at, line, rank)).collect();
    let stand_ins = stand_ins(&report.stand_ins).map(|told| json!({ "stand_ins": plain(&told) }));
    write(rules.to_vec(), results, &report.engine_version, stand_ins)
}

fn write(rules: Vec<Value>, results: Vec<Finding>, version: &str, properties: Option<Value>) -> String {
    let tool = json!({ "driver": { "name": "drsim", "version": version, "rules": rules } });
    let run = Run { tool, column_kind: "unicodeCodePoints", results, properties };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    let mut text = serde_json::to_string_pretty(&log).expect("findings are plain data");
    text.push('\n');
    text
}

fn rule_of_code(code: &Code) -> Value {
    let why = if code.why.is_empty() { code.title } else { code.why };
    json!({
        "id": code.id,
        "shortDescription": { "text": code.title },
        "fullDescription": { "text": why },
        "help": { "text": format!("{}\n{}", code.explain, code.remedy) },
        "defaultConfiguration": { "level": severity(code.severity()) },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn finding(problem: &Problem, problems: &Problems, file: &str, rules: &[&str]) -> Finding {
    let id = problem.code.id;
    let main = || Location { physical_location: artifact(file), message: None };
    let place = problem.place.as_ref();
    let related = problem.also.as_deref().map(|(place, label)| Location {
        message: Some(Message { text: plain(label) }),
        ..located(place, problems)
    });
    let at = place.map_or(file, |place| &*place.file);
    Finding {
        rule_id: id.to_owned(),
        rule_index: rules.iter().position(|rule| *rule == id).expect("each code has its rule"),
        level: severity(problem.severity()),
        message: Message { text: plain(&format!("{}: {}", problem.what, problem.remedy)) },
        locations: vec![place.map_or_else(main, |place| located(place, problems))],
        related_locations: related.into_iter().collect(),
        partial_fingerprints: json!({ "drsim/v1": fingerprint_of(&[id, at, &problem.what]) }),
        suppressions: None,
    }
}

fn located(place: &Place, problems: &Problems) -> Location {
    let mut physical = artifact(&place.file);
    if let Some((line, column)) = problems.line_column(place) {
        physical["region"] = json!({ "startLine": line, "startColumn": column });
    }
    Location { physical_location: physical, message: None }
}

fn level(report: &GateReport, verdict: Verdict) -> &'static str {
    match verdict {
        verdict if verdict.fails() && report.informational_until.is_none() => "error",
        verdict if asks(verdict) => "warning",
        Verdict::Breached
        | Verdict::Regressed
        | Verdict::UnexpectedlyHolds
        | Verdict::NotEvaluable
        | Verdict::Waived
        | Verdict::ExpectedBreach
        | Verdict::Improved
        | Verdict::Holds => "note",
    }
}

fn result(report: &GateReport, at: usize, line: &Line, rank: usize) -> Finding {
    let place = |place: Option<&PlaceRow>| match place {
        Some(place) => {
            let mut physical = artifact(&place.file);
            physical["region"] = json!({ "startLine": place.line, "startColumn": place.column });
            physical
        }
        None => artifact(&report.file),
    };
    let changes = causes(report, at).flat_map(|cause| &cause.changes);
    let related = changes.map(|change| Location {
        physical_location: place(change.place.as_ref()),
        message: Some(Message {
            text: changed(&change.path, change.before.as_deref(), change.after.as_deref()),
        }),
    });
    let why: String =
        causes(report, at).map(|cause| format!("; cause: {}", plain(&cause.sentence))).collect();
    let excused = matches!(line.verdict, Verdict::Waived | Verdict::ExpectedBreach);
    let reason = line.waiver.as_deref().map_or_else(|| "expected to breach".to_owned(), plain);
    Finding {
        rule_id: format!("gate/{}", word(line.verdict)),
        rule_index: rank,
        level: level(report, line.verdict),
        message: Message {
            text: format!("{}: {}; {}{why}", subject_when(line), numbers(line), plain(&line.why)),
        },
        locations: vec![Location { physical_location: place(line.place.as_ref()), message: None }],
        related_locations: related.collect(),
        partial_fingerprints: json!({ "drsim/v1": fingerprint(line) }),
        suppressions: excused.then(|| json!([{ "kind": "inSource", "justification": reason }])),
    }
}

/// A file as a URI, relative where its path is.
fn artifact(path: &str) -> Value {
    let path = path.replace('\\', "/");
    let drive = path.as_bytes().get(1) == Some(&b':');
    let mut uri = if drive {
        "file:///".to_owned()
    } else if path.starts_with('/') {
        "file://".to_owned()
    } else {
        String::new()
    };
    for byte in path.strip_prefix("./").unwrap_or(&path).bytes() {
        let kept = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) || (drive && byte == b':');
        if kept {
            uri.push(char::from(byte));
        } else {
            uri += &format!("%{byte:02X}");
        }
    }
    json!({ "artifactLocation": { "uri": uri } })
}
