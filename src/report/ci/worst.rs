//! The worst of a gate's lines in a sentence of Markdown, for who reads nothing else.

use super::asks;
use super::marked::{code, text};
use crate::gate::report::{GateReport, Verdict};
use crate::promise::metrics::METRICS;
use crate::words::begun;

/// The worst, in a sentence; `None`: nobody has to look at anything.
pub(super) fn worst(report: &GateReport) -> Option<String> {
    let line = report.lines.iter().find(|line| asks(line.verdict))?;
    let what = format!("{} of {}", text(&begun(&line.title)), code(&line.subject));
    let when = line
        .outage
        .as_deref()
        .map_or_else(|| " while nothing fails".into(), |outage| format!(" in {}", code(outage)));
    let value = text(&line.value_text);
    let or = |told: &Option<String>| told.as_deref().map_or_else(|| "nothing".to_owned(), text);
    Some(match line.verdict {
        Verdict::Breached if line.value.is_none() && is_of_rto(&line.metric) => {
            format!("{} does not come back{when}.", code(&line.subject))
        }
        Verdict::Breached => format!("{what}{when} is {value}, where {} is promised.", or(&line.bound_text)),
        Verdict::Regressed => format!("{what}{when} is {value}, and was {}.", or(&line.baseline_text)),
        Verdict::UnexpectedlyHolds => {
            format!("{what}{when} is {value}: it holds, and is marked as expected to breach.")
        }
        Verdict::NotEvaluable => format!("{what}{when} has no answer: {}.", text(&line.why)),
        Verdict::Waived | Verdict::ExpectedBreach | Verdict::Improved | Verdict::Holds => return None,
    })
}

fn is_of_rto(metric: &str) -> bool {
    METRICS.iter().any(|it| it.key == metric && it.objective() == Some("rto"))
}
