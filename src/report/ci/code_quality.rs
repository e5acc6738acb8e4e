//! GitLab's Code Quality report: a finding beside its line in a merge request. Imports the gate's answer.
//!
//! GitLab tells new findings from old ones by their fingerprint, which therefore holds no value. A file without findings is an empty list.

use serde::Serialize;

use super::{asks, causes, fingerprint, numbers, shown_at, subject_when};
use crate::gate::report::{GateReport, Line, Verdict};
use crate::report::words::plain;

/// Keys in the order in which GitLab documents them.
#[derive(Serialize)]
struct Finding {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

/// The JSON, with a trailing newline: what fails and what has no answer, worst first.
pub fn write(report: &GateReport) -> String {
    let lines = report.lines.iter().enumerate().filter(|(_, line)| asks(line.verdict));
    let findings: Vec<Finding> = lines.map(|(at, line)| finding(report, at, line)).collect();
    let mut text = serde_json::to_string_pretty(&findings).expect("findings are plain data");
    text.push('\n');
    text
}

fn finding(report: &GateReport, at: usize, line: &Line) -> Finding {
    let cause = causes(report, at).next();
    let place = shown_at(report, at, line);
    let why = cause.map_or_else(String::new, |cause| format!("; cause: {}", plain(&cause.sentence)));
    let path = place.map_or(report.file.as_str(), |place| place.file.as_str());
    Finding {
        description: format!("{}: {}{why}", subject_when(line), numbers(line)),
        check_name: format!("drsim/{}", plain(&line.gate)),
        fingerprint: fingerprint(line),
        severity: match line.verdict {
            Verdict::Breached => "critical",
            Verdict::Regressed | Verdict::NotEvaluable => "major",
            Verdict::UnexpectedlyHolds => "minor",
            Verdict::Waived | Verdict::ExpectedBreach | Verdict::Improved | Verdict::Holds => "info",
        },
        location: Location {
            path: plain(path.strip_prefix("./").unwrap_or(path)),
            lines: Lines { begin: place.map_or(1, |place| place.line) },
        },
    }
}
