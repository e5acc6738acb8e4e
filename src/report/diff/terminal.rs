//! What a terminal shows of a comparison: what changed with its place, then what it moved, what matters most first.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};

use super::{DiffReport, MovedRow, OutcomeRow, VerdictRow};
use crate::gate::report::ChangeRow;
use crate::promise::metrics::Unit;
use crate::report::rows::Rows;
use crate::report::terminal::Screen;
use crate::report::words;
use crate::words::status;

/// Changes told one by one; the JSON has all.
const CHANGES: usize = 20;
/// Verdicts told one by one.
const VERDICTS: usize = 10;
/// Values told one by one.
const VALUES: usize = 12;
/// Values told of one subject in one run: figures of one distribution move together.
const OF_ONE: usize = 2;
/// Subjects named that came or went.
const NAMES: usize = 8;
/// Longest value of a change; the JSON has it whole.
const VALUE: usize = 80;
/// Columns of the label.
const LABEL: usize = 11;

/// The report; `next` is the hint at the end, without `next:`; none if empty.
pub fn write(report: &DiffReport, screen: Screen, next: &str) -> String {
    let mut page = Page { rows: Rows::new(screen, LABEL) };
    if let Some(changes) = &report.changes {
        page.changes(changes);
    }
    if let Some(outcome) = &report.outcome {
        page.outcome(outcome);
    }
    if !page.rows.text.is_empty() {
        page.rows.text.push('\n');
    }
    let (symbol, style) = match (report.equal, worse(report)) {
        (true, _) => ("=", AnsiColor::Green.on_default()),
        (false, 0) => ("≠", Style::new()),
        (false, _) => ("✗", AnsiColor::Red.on_default()),
    };
    page.rows.words("", 0, &format!("{symbol} {}", sum(report)), style.bold());
    if !next.is_empty() {
        page.rows.words("next: ", 6, next, Style::new());
    }
    page.rows.text
}

fn worse(report: &DiffReport) -> usize {
    report.outcome.as_ref().map_or(0, |outcome| {
        let verdicts = outcome.verdicts.iter().filter(|row| row.worse).count();
        verdicts + outcome.moved.iter().filter(|row| row.worse).count()
    })
}

/// What it comes to, in a sentence.
fn sum(report: &DiffReport) -> String {
    let changed = match &report.changes {
        None => "the scenarios of stored results are not known".to_owned(),
        Some(changes) if changes.is_empty() => "nothing changed in meaning".to_owned(),
        Some(changes) => format!("{} of meaning", words::count(changes.len() as u64, "change")),
    };
    let moved = match &report.outcome {
        None => "nothing was run".to_owned(),
        Some(outcome) if outcome.is_empty() => "nothing moved".to_owned(),
        Some(outcome) => {
            let worse = outcome.moved.iter().filter(|row| row.worse).count();
            let better = outcome.moved.len() - worse;
            format!("{} worse and {better} better", words::count(worse as u64, "value"))
        }
    };
    format!("{changed}, {moved}; from {} to {}", report.before.from, report.after.from)
}

struct Page {
    rows: Rows,
}

impl Page {
    fn changes(&mut self, changes: &[ChangeRow]) {
        for change in changes.iter().take(CHANGES) {
            let (label, style) = match (&change.before, &change.after) {
                (None, _) => ("+ new", AnsiColor::Cyan.on_default()),
                (_, None) => ("- gone", AnsiColor::Yellow.on_default()),
                (Some(_), Some(_)) => ("~ changed", Style::new()),
            };
            let sides: Vec<String> =
                change.before.iter().chain(&change.after).map(|value| short(value)).collect();
            let place = change.place.as_ref();
            let place = place.map_or(String::new(), |at| format!(" ({}:{})", at.file, at.line));
            self.rows.row(label, &format!("{}: {}{place}", change.path, sides.join(" → ")), style);
        }
        self.more(changes.len(), CHANGES, "change");
    }

    fn outcome(&mut self, outcome: &OutcomeRow) {
        if !self.rows.text.is_empty() && !outcome.is_empty() {
            self.rows.text.push('\n');
        }
        for row in outcome.verdicts.iter().take(VERDICTS) {
            self.verdict(row);
        }
        self.more(outcome.verdicts.len(), VERDICTS, "verdict");
        let mut told: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
        let mut shown = 0;
        // What moved by less than is told is counted only.
        for row in outcome.moved.iter().filter(|row| row.before_text != row.after_text) {
            let count = told.entry((&row.subject, row.outage.as_deref())).or_default();
            *count += 1;
            if *count <= OF_ONE && shown < VALUES {
                shown += 1;
                self.value(row);
            }
        }
        self.more(outcome.moved.len(), shown, "value");
        for (label, names) in [("+ new", &outcome.appeared), ("- gone", &outcome.vanished)] {
            if !names.is_empty() {
                let listed: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
                let rest = names.len().saturating_sub(NAMES);
                let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                self.rows.row(label, &format!("{}{rest}", listed.join(", ")), Style::new());
            }
        }
    }

    fn verdict(&mut self, row: &VerdictRow) {
        let (label, style) = tone(row.worse);
        let outage = row.outage.as_ref().map_or(String::new(), |outage| format!(" in {outage}"));
        let words = format!("{}{outage}: {} → {}", row.application, status(row.before), status(row.after));
        self.rows.row(label, &words, style.bold());
    }

    fn value(&mut self, row: &MovedRow) {
        let (label, style) = tone(row.worse);
        let outage = row.outage.as_ref().map_or(String::new(), |outage| format!(" in {outage}"));
        let by = difference(row).map_or(String::new(), |by| format!(" ({by})"));
        let whose = if row.subject == "fleet" { String::new() } else { format!(" of {}", row.subject) };
        let words = format!("{}{whose}{outage}: {} → {}{by}", row.title, row.before_text, row.after_text);
        self.rows.row(label, &words, style);
    }

    fn more(&mut self, total: usize, shown: usize, noun: &str) {
        if total > shown {
            let rest = words::count((total - shown) as u64, &format!("more {noun}"));
            self.rows.row("", &format!("and {rest}: --json has all"), Style::new().dimmed());
        }
    }
}

fn tone(is_worse: bool) -> (&'static str, Style) {
    match is_worse {
        true => ("✗ worse", AnsiColor::Red.on_default()),
        false => ("✓ better", AnsiColor::Green.on_default()),
    }
}

/// By how much, where a difference says more than both values: `+6m 29s`.
fn difference(row: &MovedRow) -> Option<String> {
    let by = row.after? - row.before?;
    let sign = if by < 0.0 { "−" } else { "+" };
    match row.unit {
        Unit::Seconds | Unit::Bytes | Unit::BitsPerSecond => {
            Some(format!("{sign}{}", row.unit.say(by.abs())))
        }
        Unit::Share | Unit::Count => None,
    }
}

fn short(value: &str) -> String {
    if value.chars().count() <= VALUE {
        return value.to_owned();
    }
    let front: String = value.chars().take(VALUE - 1).collect();
    format!("{front}…")
}
