//! Which of the values that nobody told matter: stand-ins, and those left out of which another value, tried, moves an answer. Imports results
//! and words.

use std::cmp::Ordering;

use crate::document::Mark;
use crate::measure::results::{Answer, MovedRow, Results, StandInRow, TriedRow};

use super::words::{count, duration, plain};

/// The values that matter, each with what it moves most: first those that change a verdict, then those that change a time, the longest first.
/// Empty where nothing was tried.
pub fn that_matter(results: &Results) -> Vec<String> {
    let most = |row: &TriedRow| row.moved.iter().min_by(|a, b| by_weight(a, b)).cloned();
    let rows = results.tried.iter().flatten();
    let mut all: Vec<(&TriedRow, MovedRow)> = rows.filter_map(|row| Some((row, most(row)?))).collect();
    all.sort_by(|(_, a), (_, b)| by_weight(a, b));
    all.iter().map(|(row, most)| line(row, most)).collect()
}

/// Verdicts that turn before those that do not, then by how far times move, the farthest first.
fn by_weight(a: &MovedRow, b: &MovedRow) -> Ordering {
    let turns = |moved: &MovedRow| moved.before.status != moved.now.status;
    turns(b).cmp(&turns(a)).then(shift(b).total_cmp(&shift(a)))
}

/// How far times move, in seconds; a time that comes or goes is far.
fn shift(moved: &MovedRow) -> f64 {
    let of = |before: Option<f64>, now: Option<f64>| match (before, now) {
        (Some(before), Some(now)) => (now - before).abs(),
        (None, None) => 0.0,
        (Some(_), None) | (None, Some(_)) => f64::INFINITY,
    };
    of(moved.before.rta_from_outage_s, moved.now.rta_from_outage_s)
        .max(of(moved.before.rpa_s, moved.now.rpa_s))
}

/// `people.decision = 30m: at 1h erp in munich-lost: RTA 3h 30m instead of 3h; moves 7 answers`.
fn line(row: &TriedRow, most: &MovedRow) -> String {
    let whole = match &most.outage {
        Some(outage) => format!("{} in {}", plain(&most.application), plain(outage)),
        None => format!("{} while nothing fails", plain(&most.application)),
    };
    let Answer { status, rpa_s, rta_from_outage_s } = &most.now;
    let time = |name: &str, before: Option<f64>, now: Option<f64>| {
        let word = |time: Option<f64>| time.map_or_else(|| "none".to_owned(), duration);
        (before != now).then(|| format!("{name} {} instead of {}", word(now), word(before)))
    };
    let verdict = (most.before.status != *status).then(|| {
        format!("{} instead of {}", Mark::new(*status, None).word, Mark::new(most.before.status, None).word)
    });
    let parts: Vec<String> = [
        verdict,
        time("RTA", most.before.rta_from_outage_s, *rta_from_outage_s),
        time("RPA", most.before.rpa_s, *rpa_s),
    ]
    .into_iter()
    .flatten()
    .collect();
    let more = match row.moved.len() {
        1 => String::new(),
        all => format!("; moves {}", count(all as u64, "answer")),
    };
    format!("{} = {}: at {} {whole}: {}{more}", row.field, row.value, row.tried, parts.join(", "))
}

/// Stand-ins that are named in a line.
const NAMED: usize = 4;

/// What the scenario marks as a stand-in: how many, and of what. Nothing where there is none.
pub fn stand_ins(rows: &[StandInRow]) -> Option<String> {
    let values = rows.iter().map(|row| row.places).sum();
    let named: Vec<String> = rows.iter().take(NAMED).map(|row| plain(&row.what)).collect();
    let more = match rows.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!rows.is_empty()).then(|| format!("{}: {}{more}", count(values, "value"), named.join(", ")))
}

/// What was tried, of how many assumptions.
pub fn rule(results: &Results) -> String {
    let defaults = results.assumptions.len() - results.stand_ins.len();
    match (defaults, &results.tried) {
        (0, _) if !results.stand_ins.is_empty() => "All else was stated.".into(),
        (0, _) => "Everything was stated.".into(),
        (all, None) => format!(
            "Not tried: --assumptions runs again with each that is a quantity halved and doubled, and tells what moves. All {all} stand below."
        ),
        (all, Some(rows)) => {
            let mut fields: Vec<&str> = rows.iter().map(|row| row.field.as_str()).collect();
            fields.dedup();
            format!(
                "{} of {all} are quantities and were tried, halved and doubled; the others move no answer. All stand below.",
                fields.len()
            )
        }
    }
}
