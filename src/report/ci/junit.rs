//! JUnit XML: a suite for each outage, a case for each gate on each subject. Imports the gate's answer.
//!
//! Names hold no values and every time is 0, so that a history follows a case and equal answers are equal bytes; a suite's instant is the day
//! that waivers are judged on. What does not fail the build is no failure here either: a waived line and, while the gate only informs, a
//! breached one are skipped, with the reason. Readers of Ant's reports want no sums at the root, and what is said of a case that holds in the
//! output of its suite.

use std::collections::BTreeMap;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{NO_OUTAGE, causes, changed, numbers, position, subject, verdict_word, word};
use crate::gate::report::{ChangeRow, GateOutcome, GateReport, Line, Verdict};
use crate::report::assumed::stand_ins;
use crate::report::words::plain;

/// The XML, with a trailing newline.
pub fn write(report: &GateReport) -> String {
    let mut suites: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (at, line) in report.lines.iter().enumerate() {
        suites.entry(line.outage.as_deref()).or_default().push(at);
    }
    let mut xml = Report::new("");
    for (outage, mut lines) in suites {
        lines.sort_by_key(|at| key(&report.lines[*at]));
        xml.add_test_suite(suite(report, xml.test_suites.len(), outage, &lines));
    }
    if !report.denied.is_empty() {
        xml.add_test_suite(denied(report, xml.test_suites.len()));
    }
    let text = xml.to_string().expect("XML is written to memory, and its texts are clean");
    let (head, rest) = text.split_once("<testsuites").unwrap_or((&text, ""));
    let (_, body) = rest.split_once('>').unwrap_or(("", rest));
    format!("{head}<testsuites>{}\n", body.trim_end())
}

fn key(line: &Line) -> (&str, &str, &str) {
    (&line.gate, &line.subject, &line.metric)
}

/// Warnings that the build does not allow: a case for each that fails it.
fn denied(report: &GateReport, number: usize) -> TestSuite {
    let (mut suite, class) = named(report, number, "warnings");
    for row in &report.denied {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type("denied").set_message(plain(&row.what));
        let name = row.code.as_deref().map_or_else(|| plain(&row.what), |code| format!("denied: {code}"));
        let mut case = TestCase::new(name, status);
        case.set_classname(&class).set_time(Duration::ZERO);
        suite.add_test_case(case);
    }
    suite
}

fn suite(report: &GateReport, number: usize, outage: Option<&str>, lines: &[usize]) -> TestSuite {
    let (mut suite, class) = named(report, number, &outage.map_or_else(|| NO_OUTAGE.into(), part));
    for at in lines {
        suite.add_test_case(case(report, *at, &class));
    }
    let held = lines.iter().filter(|at| holds(&report.lines[**at]));
    let held: Vec<String> =
        held.map(|at| format!("{}\n{}", subject(&report.lines[*at]), details(report, *at))).collect();
    suite.set_system_out(held.join("\n"));
    suite
}

/// A suite with its class, and of what it is.
fn named(report: &GateReport, number: usize, of: &str) -> (TestSuite, String) {
    let package = format!("drsim.{}", part(&report.scenario));
    let class = format!("{package}.{of}");
    let mut suite = TestSuite::new(class.clone());
    suite.set_time(Duration::ZERO).set_system_out("").set_system_err("");
    for (name, value) in [
        ("id", number.to_string()),
        ("package", package),
        ("hostname", "localhost".to_owned()),
        ("timestamp", format!("{}T00:00:00", plain(&report.as_of))),
    ] {
        suite.extra.insert(name.into(), value.into());
    }
    for (name, value) in [
        ("engine_version", Some(&report.engine_version)),
        ("scenario_hash", Some(&report.scenario_hash)),
        ("baseline", report.baseline.as_ref().map(|baseline| &baseline.from)),
    ] {
        suite.add_property((name, plain(value.map_or("none", String::as_str)).as_str()));
    }
    if let Some(told) = stand_ins(&report.stand_ins) {
        suite.add_property(("stand_ins", plain(&told).as_str()));
    }
    (suite, class)
}

/// A name as one part of a class name, which dots divide.
fn part(name: &str) -> String {
    plain(name).replace(['.', '/', '\\'], "_")
}

fn case(report: &GateReport, at: usize, class: &str) -> TestCase {
    let line = &report.lines[at];
    let told = plain(&line.why);
    let mut status = match line.verdict {
        verdict if verdict.fails() => match &report.informational_until {
            None => failed(NonSuccessKind::Failure, line, &told),
            Some(day) => skipped(&format!("would fail, and only informs until {day}: {told}")),
        },
        Verdict::NotEvaluable if report.outcome == GateOutcome::Holds => {
            skipped(&format!("no answer, and none is needed: {told}"))
        }
        Verdict::NotEvaluable => failed(NonSuccessKind::Error, line, &told),
        Verdict::Waived => skipped(&format!(
            "waived: {}; {told}",
            plain(line.waiver.as_deref().unwrap_or("no reason given"))
        )),
        Verdict::ExpectedBreach => skipped(&format!("breaches as expected: {told}")),
        Verdict::Breached
        | Verdict::Regressed
        | Verdict::UnexpectedlyHolds
        | Verdict::Improved
        | Verdict::Holds => TestCaseStatus::success(),
    };
    if !holds(line) {
        status.set_description(details(report, at));
    }
    let mut case = TestCase::new(subject(line), status);
    case.set_classname(class).set_time(Duration::ZERO);
    case
}

fn holds(line: &Line) -> bool {
    matches!(line.verdict, Verdict::Holds | Verdict::Improved)
}

fn failed(kind: NonSuccessKind, line: &Line, told: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(word(line.verdict)).set_message(told);
    status
}

fn skipped(told: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(told);
    status
}

/// What the reader of a build opens: the numbers, where the promise stands, what made it so.
fn details(report: &GateReport, at: usize) -> String {
    let line = &report.lines[at];
    let mut text = format!("{}: {}\n{}\n", verdict_word(line.verdict), numbers(line), plain(&line.why));
    if let Some(place) = &line.place {
        text += &format!("written at {}\n", position(place));
    }
    for cause in causes(report, at) {
        let place = |change: &ChangeRow| {
            change.place.as_ref().map_or_else(String::new, |place| format!("{}: ", position(place)))
        };
        // The sentence of a single change is that change.
        if let [change] = &cause.changes[..] {
            text += &format!("cause: {}{}\n", place(change), plain(&cause.sentence));
            continue;
        }
        text += &format!("cause: {}\n", plain(&cause.sentence));
        for change in &cause.changes {
            let what = changed(&change.path, change.before.as_deref(), change.after.as_deref());
            text += &format!("  {}{what}\n", place(change));
        }
    }
    text
}
