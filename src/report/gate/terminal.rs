//! What a terminal and a build log show: a line a gate, worst first, then what explains it, and at the end, where a log is read, the sum
//! and what to mind.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};

use super::groups::{Group, about, groups, in_outage};
use crate::gate::report::{CauseRow, GateOutcome, GateReport, Line, PlaceRow, Verdict};
use crate::report::assumed;
use crate::report::rows::Rows;
use crate::report::terminal::Screen;
use crate::report::words;

/// Lines of one gate that are told one by one; the rest are counted.
const SHOWN: usize = 8;
/// Columns of the verdict.
const LABEL: usize = 16;

/// The report; `next` is the hint at the end, without `next:`; none if empty.
pub fn write(report: &GateReport, screen: Screen, next: &str) -> String {
    let mut page = Page { rows: Rows::new(screen, LABEL) };
    let groups = groups(&report.lines);
    page.failing(report);
    for cause in &report.causes {
        page.cause(cause);
    }
    for group in &groups {
        page.holding(group);
    }
    for sentence in &report.ratchet {
        page.rows.row("↑ improved", sentence, AnsiColor::Cyan.on_default());
    }
    if !page.rows.text.is_empty() {
        page.rows.text.push('\n');
    }
    let (symbol, style) = tone(report);
    page.rows.words("", 0, &format!("{symbol} {}", sum(report)), style.bold());
    for warning in &report.warnings {
        page.rows.row("! warning", warning, AnsiColor::Yellow.on_default());
    }
    if let Some(line) = assumed::stand_ins(&report.stand_ins) {
        page.rows.row("· stand-ins", &line, Style::new().dimmed());
    }
    if !next.is_empty() {
        page.rows.words("next: ", 6, next, Style::new());
    }
    page.rows.text
}

/// What it comes to, in a sentence.
pub fn sum(report: &GateReport) -> String {
    let count = |verdict: Verdict| report.lines.iter().filter(|line| line.verdict == verdict).count() as u64;
    let groups = groups(&report.lines);
    let broken = |group: &&Group| group.lines.iter().any(|line| line.verdict.fails());
    let fails = groups.iter().filter(broken).count() as u64;
    let (total, values) =
        (words::count(groups.len() as u64, "promise"), words::count(report.lines.len() as u64, "value"));
    let beside = report.baseline.as_ref().map_or(String::new(), |it| format!(", beside {}", it.from));
    let kinds = [
        (Verdict::Breached, "breached"),
        (Verdict::Regressed, "worse than the baseline"),
        (Verdict::UnexpectedlyHolds, "unexpectedly held"),
        (Verdict::NotEvaluable, "not evaluable"),
        (Verdict::Waived, "waived"),
        (Verdict::ExpectedBreach, "breached as expected"),
        (Verdict::Improved, "improved"),
    ];
    let told = kinds.iter().filter(|(verdict, _)| count(*verdict) > 0);
    let told: Vec<String> = told.map(|(verdict, word)| format!("{} {word}", count(*verdict))).collect();
    let told =
        if told.is_empty() { format!(" ({values})") } else { format!(" ({values}: {})", told.join(", ")) };
    let name = &report.scenario;
    let sum = match report.outcome {
        GateOutcome::Holds => format!("`{name}` keeps {total}{told}{beside}"),
        GateOutcome::Breached => format!("`{name}` breaks {fails} of {total}{told}{beside}"),
        GateOutcome::Inconclusive => format!("`{name}` cannot be judged in all of {total}{told}{beside}"),
    };
    match &report.informational_until {
        Some(until) if fails > 0 => format!("{sum}; informational until {until}, so the build goes on"),
        Some(_) | None => sum,
    }
}

fn tone(report: &GateReport) -> (&'static str, Style) {
    match report.outcome {
        GateOutcome::Holds => ("✓", AnsiColor::Green.on_default()),
        GateOutcome::Breached if report.informational_until.is_some() => {
            ("!", AnsiColor::Yellow.on_default())
        }
        GateOutcome::Breached => ("✗", AnsiColor::Red.on_default()),
        GateOutcome::Inconclusive => ("?", AnsiColor::Yellow.on_default()),
    }
}

/// How a verdict looks.
fn label(verdict: Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict::Breached => ("✗ breached", AnsiColor::Red.on_default()),
        Verdict::Regressed => ("✗ worse", AnsiColor::Red.on_default()),
        Verdict::UnexpectedlyHolds => ("✗ holds", AnsiColor::Red.on_default()),
        Verdict::NotEvaluable => ("? unknown", AnsiColor::Yellow.on_default()),
        Verdict::Waived => ("~ waived", AnsiColor::Yellow.on_default()),
        Verdict::ExpectedBreach => ("· as expected", Style::new().dimmed()),
        Verdict::Improved => ("✓ better", AnsiColor::Green.on_default()),
        Verdict::Holds => ("✓ holds", AnsiColor::Green.on_default()),
    }
}

struct Page {
    rows: Rows,
}

impl Page {
    /// Whatever does not simply hold, a line each; of one gate a few only.
    fn failing(&mut self, report: &GateReport) {
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        let mut alone: BTreeMap<&str, (&Line, u64)> = BTreeMap::new();
        for line in report.lines.iter().filter(|line| line.verdict < Verdict::Improved) {
            if lacks_baseline(report, line) {
                alone.entry(&line.gate).or_insert((line, 0)).1 += 1;
                continue;
            }
            let count = told.entry(&line.gate).or_default();
            *count += 1;
            if *count <= SHOWN {
                self.line(line);
            }
        }
        for (gate, count) in told.into_iter().filter(|(_, count)| *count > SHOWN) {
            let rest = words::count((count - SHOWN) as u64, "more value");
            self.rows.row("", &format!("and {rest} of gate `{gate}`"), Style::new().dimmed());
        }
        for (gate, (line, count)) in alone {
            let (label, style) = label(line.verdict);
            let place = line.place.as_ref().map_or(String::new(), |place| format!(" ({})", at(place)));
            let values = words::count(count, "value");
            self.rows.row(label, &format!("{gate}: {values}, and no baseline to compare with{place}"), style);
        }
    }

    fn holding(&mut self, group: &Group<'_>) {
        let holds =
            group.lines.iter().map(|line| line.verdict).filter(|verdict| *verdict >= Verdict::Improved);
        let Some(verdict) = holds.min() else { return };
        let (label, style) = label(verdict);
        self.rows.row(label, &group.sentence(), style);
    }

    fn line(&mut self, line: &Line) {
        let (label, style) = label(line.verdict);
        let waiver = line.waiver.as_ref().map_or(String::new(), |waiver| format!("; waived by {waiver}"));
        let place = line.place.as_ref().map_or(String::new(), |place| format!(" ({})", at(place)));
        let about = about(line, &line.subject);
        self.rows.row(label, &format!("{about}{}: {}{waiver}{place}", in_outage(line), line.why), style);
    }

    fn cause(&mut self, cause: &CauseRow) {
        let places: Vec<String> = cause.changes.iter().filter_map(|it| it.place.as_ref().map(at)).collect();
        let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
        self.rows.row("→ cause", &format!("{}{places}", cause.sentence), Style::new().bold());
    }
}

/// Whether all that a line lacks is something to compare with: told once a gate.
fn lacks_baseline(report: &GateReport, line: &Line) -> bool {
    report.baseline.is_none() && line.bound.is_none() && line.verdict == Verdict::NotEvaluable
}

fn at(place: &PlaceRow) -> String {
    format!("{}:{}", place.file, place.line)
}
