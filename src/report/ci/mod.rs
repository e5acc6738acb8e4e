//! What a gate answers, for the machines of a build: a file or a text for each of them. Pure, and a function of the answer alone.
//!
//! All text of a scenario is hostile here: a name may hold quotes, tags, line breaks or the commands of a pipeline, and each format has its own
//! way to make them harmless. Imports the gate's answer, problems and words.

mod marked;
mod worst;
mod rules;
pub mod annotations;
pub mod code_quality;
pub mod junit;
pub mod markdown;
pub mod openmetrics;
pub mod sarif;

use crate::gate::report::{CauseRow, GateReport, Line, PlaceRow, Verdict};
use crate::report::words::plain;

/// What stands for an outage where nothing fails.
pub const NO_OUTAGE: &str = "no outage";

/// How a verdict is said.
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Breached => "breached",
        Verdict::Regressed => "worse",
        Verdict::UnexpectedlyHolds => "holds, and should breach",
        Verdict::NotEvaluable => "not evaluable",
        Verdict::Waived => "waived",
        Verdict::ExpectedBreach => "breaches as expected",
        Verdict::Improved => "improved",
        Verdict::Holds => "holds",
    }
}

/// A verdict as one word of a machine.
fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Breached => "breached",
        Verdict::Regressed => "regressed",
        Verdict::UnexpectedlyHolds => "unexpectedly_holds",
        Verdict::NotEvaluable => "not_evaluable",
        Verdict::Waived => "waived",
        Verdict::ExpectedBreach => "expected_breach",
        Verdict::Improved => "improved",
        Verdict::Holds => "holds",
    }
}

/// Whether someone has to look at a line: it fails, or has no answer.
fn asks(verdict: Verdict) -> bool {
    verdict.fails() || verdict == Verdict::NotEvaluable
}

/// What a line is about, without values: `objective: RPA of application web`.
fn subject(line: &Line) -> String {
    plain(&format!("{}: {} of {}", line.gate, line.title, line.subject))
}

/// The same, with when: `objective: RPA of application web in hq-lost`.
fn subject_when(line: &Line) -> String {
    let when = line
        .outage
        .as_deref()
        .map_or_else(|| " while nothing fails".into(), |outage| format!(" in {}", plain(outage)));
    subject(line) + &when
}

/// `10m 31s (bound ≤ 10m, baseline 4m 2s, tolerance +2m)`.
fn numbers(line: &Line) -> String {
    let told = |name: &str, text: &Option<String>| text.as_ref().map(|text| format!("{name} {text}"));
    let beside = [
        told("bound", &line.bound_text),
        told("baseline", &line.baseline_text),
        told("tolerance", &line.tolerance_text),
    ];
    let beside: Vec<String> = beside.into_iter().flatten().collect();
    let beside = if beside.is_empty() { String::new() } else { format!(" ({})", beside.join(", ")) };
    plain(&format!("{}{beside}", line.value_text))
}

/// The causes of the line at `at`.
fn causes(report: &GateReport, at: usize) -> impl Iterator<Item = &CauseRow> {
    report.causes.iter().filter(move |cause| cause.lines.contains(&at))
}

/// `dr/main.ron:43`.
fn position(place: &PlaceRow) -> String {
    plain(&format!("{}:{}", place.file, place.line))
}

/// The same with other paths: a build looks for files from the top of the repository, wherever it is started.
pub fn with_paths(report: &GateReport, path: &dyn Fn(&str) -> String) -> GateReport {
    let mut report = report.clone();
    report.file = path(&report.file);
    let changes = report.causes.iter_mut().flat_map(|cause| &mut cause.changes).map(|it| &mut it.place);
    let lines = report.lines.iter_mut().map(|line| &mut line.place);
    for place in lines.chain(changes).flatten() {
        place.file = path(&place.file);
    }
    report
}

/// Where a line is shown: at the first change that made it worse, which is what a review is about; else where the promise stands.
fn shown_at<'r>(report: &'r GateReport, at: usize, line: &'r Line) -> Option<&'r PlaceRow> {
    let changes = causes(report, at).flat_map(|cause| &cause.changes);
    changes.filter_map(|change| change.place.as_ref()).next().or(line.place.as_ref())
}

/// What tells a line from all others and stays when values change, in hex.
fn fingerprint(line: &Line) -> String {
    fingerprint_of(&[&line.gate, line.outage.as_deref().unwrap_or(""), &line.subject, &line.metric])
}

/// 128 bits over texts and where each ends, in hex.
fn fingerprint_of(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// `links.wan.rate 200 Mbps → 100 Mbps`.
fn changed(path: &str, before: Option<&str>, after: Option<&str>) -> String {
    let or = |text: Option<&str>, none: &'static str| text.map_or_else(|| none.to_owned(), plain);
    format!("{} {} → {}", plain(path), or(before, "(not there)"), or(after, "(gone)"))
}
