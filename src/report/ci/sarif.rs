//! SARIF 2.1.0: findings of `drsim check` and lines of a gate, for code scanning. Imports problems and the gate's answer.
//!
//! A finding is known again by its fingerprint, which holds no value. What is excused, by a waiver or as expected, is no finding: code scanning
//! does not honour suppressions. A line stands where the change is that made it worse, as alerts are shown inside a change only.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::rules::{Rule, meaning, rule, sentence};
use super::{
    asks, causes, changed, fingerprint, fingerprint_of, numbers, shown_at, subject_when, verdict_word, word,
};
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

/// Findings of a check of the scenario at `file`, with a trailing newline. `path`: as a build looks for files.
pub fn of_problems(problems: &Problems, file: &str, path: &dyn Fn(&str) -> String) -> String {
    let rules: BTreeSet<&'static str> = problems.iter().map(|problem| problem.code.id).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    let described: Vec<Value> = rules
        .iter()
        .filter_map(|id| problems.iter().find(|problem| problem.code.id == *id))
        .map(|problem| rule_of_code(problem.code))
        .collect();
    let results = problems.iter().map(|problem| finding(problem, (problems, path), file, &rules)).collect();
    write(described, results, env!("CARGO_PKG_VERSION"), None)
}

/// What a gate answers, with a trailing newline: what fails, and what has no answer.
pub fn of_gate(report: &GateReport) -> String {
    const ALL: [Verdict; 4] =
        [Verdict::Breached, Verdict::Regressed, Verdict::UnexpectedlyHolds, Verdict::NotEvaluable];
    let rules = ALL.map(|verdict| {
        let (means, remedy) = meaning(verdict);
        rule(Rule {
            id: format!("gate/{}", word(verdict)),
            short: format!("A promise of recovery: {}", verdict_word(verdict)),
            full: means,
            remedy,
            level: level(report, verdict),
        })
    });
    let rank = |line: &Line| ALL.iter().position(|verdict| *verdict == line.verdict);
    let lines = report.lines.iter().enumerate().filter_map(|(at, line)| Some((at, line, rank(line)?)));
    let results = lines.map(|(at, line, rank)| result(report, at, line, rank)).collect();
    let stand_ins = stand_ins(&report.stand_ins).map(|told| json!({ "stand_ins": plain(&told) }));
    write(rules.to_vec(), results, &report.engine_version, stand_ins)
}

fn write(rules: Vec<Value>, results: Vec<Finding>, version: &str, properties: Option<Value>) -> String {
    let tool = json!({ "driver": { "name": "drsim", "version": version, "semanticVersion": version, "rules": rules } });
    let run = Run { tool, column_kind: "unicodeCodePoints", results, properties };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    let mut text = serde_json::to_string_pretty(&log).expect("findings are plain data");
    text.push('\n');
    text
}

fn rule_of_code(code: &Code) -> Value {
    let why = if code.why.is_empty() { code.title } else { code.why };
    let remedy = format!("{}\n\n{}", code.explain, code.remedy);
    let level = severity(code.severity());
    rule(Rule { id: code.id.to_owned(), short: code.title.to_owned(), full: why, remedy: &remedy, level })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn finding(
    problem: &Problem,
    (problems, path): (&Problems, &dyn Fn(&str) -> String),
    file: &str,
    rules: &[&str],
) -> Finding {
    let id = problem.code.id;
    let main = || Location { physical_location: artifact(&path(file)), message: None };
    let place = problem.place.as_ref();
    let related = problem.also.as_deref().map(|(place, label)| Location {
        message: Some(Message { text: plain(label) }),
        ..located(place, problems, path)
    });
    let at = place.map_or(file, |place| &*place.file);
    Finding {
        rule_id: id.to_owned(),
        rule_index: rules.iter().position(|rule| *rule == id).expect("each code has its rule"),
        level: severity(problem.severity()),
        message: Message { text: sentence(&plain(&format!("{}: {}", problem.what, problem.remedy))) },
        locations: vec![place.map_or_else(main, |place| located(place, problems, path))],
        related_locations: related.into_iter().collect(),
        partial_fingerprints: json!({ "drsim/v1": fingerprint_of(&[id, &path(at), &problem.what]) }),
    }
}

fn located(place: &Place, problems: &Problems, path: &dyn Fn(&str) -> String) -> Location {
    let mut physical = artifact(&path(&place.file));
    if let Some((line, column)) = problems.line_column(place) {
        let end = Place { file: place.file.clone(), span: place.span.end..place.span.end };
        let (end_line, end_column) = problems.line_column(&end).unwrap_or((line, column));
        physical["region"] = region((line, column), (end_line, end_column));
    }
    Location { physical_location: physical, message: None }
}

/// From a line and column to before another; of something, not of nothing.
fn region(from: (usize, usize), to: (usize, usize)) -> Value {
    let to = to.max((from.0, from.1 + 1));
    json!({ "startLine": from.0, "startColumn": from.1, "endLine": to.0, "endColumn": to.1 })
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
            let [line, column] =
                [place.line, place.column].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
            physical["region"] = region((line, column), (line, column));
            physical
        }
        None => artifact(&report.file),
    };
    let shown = shown_at(report, at, line);
    let promise = line.place.as_ref().filter(|promise| Some(*promise) != shown).map(|promise| Location {
        physical_location: place(Some(promise)),
        message: Some(Message { text: format!("The promise: {}.", plain(&line.gate)) }),
    });
    let changes = causes(report, at).flat_map(|cause| &cause.changes);
    let changes = changes.map(|change| Location {
        physical_location: place(change.place.as_ref()),
        message: Some(Message {
            text: sentence(&changed(&change.path, change.before.as_deref(), change.after.as_deref())),
        }),
    });
    let related = promise.into_iter().chain(changes);
    let why: String =
        causes(report, at).map(|cause| format!("; cause: {}", plain(&cause.sentence))).collect();
    Finding {
        rule_id: format!("gate/{}", word(line.verdict)),
        rule_index: rank,
        level: level(report, line.verdict),
        message: Message {
            text: sentence(&format!("{}: {}; {}{why}", subject_when(line), numbers(line), plain(&line.why))),
        },
        locations: vec![Location { physical_location: place(shown), message: None }],
        related_locations: related.collect(),
        partial_fingerprints: json!({ "drsim/v1": fingerprint(line) }),
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
