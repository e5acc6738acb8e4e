//! From results to a report: every gate on everything it matched, waived where somebody answers for it, worst first.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::before::Baseline;
use super::judge::{Before, Held, Judged, bound_text, judge, reading_text, tolerance_text};
use super::ratchet::{Weighed, advice};
use super::report::{BaselineRow, GateOutcome, GateReport, Line, PlaceRow, SCHEMA_VERSION, Verdict};
use super::targets::{Readings, Target, objectives, targets};
use super::told::said;
use super::waive::Waivers;
use crate::compare::metrics::{Measured, Reading, direction};
use crate::measure::results::{LinkRow, Results};
use crate::promise::metrics::Kind;
use crate::promise::{Bound, Gate, Spot};
use crate::recovery::Application;
use crate::scenario::Scenario;

/// What gates are held against.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// In words: see [`BaselineRow::from`].
    pub from: &'a str,
    /// Its results.
    pub results: &'a Results,
    /// Its scenario; `None` of a stored result.
    pub scenario: Option<&'a Scenario>,
}

/// What is evaluated, and how.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Main file of the scenario, as given.
    pub file: &'a str,
    /// The scenario with its gates.
    pub scenario: &'a Scenario,
    /// Its results.
    pub results: &'a Results,
    /// The baseline.
    pub baseline: Option<Compared<'a>>,
    /// Today.
    pub as_of: Date,
    /// To this day breaches do not fail; before the scenario's own.
    pub informational_until: Option<Date>,
    /// Whether an answer without a baseline is none.
    pub require_baseline: bool,
}

/// Whether a scenario has neither a gate nor an objective: nothing that could fail.
pub fn is_vacuous(scenario: &Scenario) -> bool {
    let mut applications = scenario.recovery.applications.iter();
    let has_one = |row: &Application| row.rpo.is_some() || row.rto.is_some() || row.mtpd.is_some();
    scenario.promises.gates.is_empty() && !applications.any(has_one)
}

/// The answer.
pub fn evaluate(question: &Question<'_>) -> GateReport {
    let Question { scenario, results, as_of, .. } = *question;
    let now = Measured { results, scenario: Some(scenario) };
    let mut readings = Readings::new(now);
    let own = objectives(scenario, &mut readings);
    let all = targets(&own).into_iter().chain(targets(&scenario.promises.gates));
    let mut baseline =
        question.baseline.map(|it| Baseline::new(Measured { results: it.results, scenario: it.scenario }));
    let mut waivers = Waivers::new(&scenario.promises.waivers, as_of);
    let (mut seen, mut open) = (Vec::new(), 0_usize);
    for target in all {
        let absent = || Reading::Nothing("not measured".to_owned());
        let reading = readings.one(target.gate.metric, target.subject, target.outage);
        let reading = reading.cloned().unwrap_or_else(absent);
        let before = baseline.as_mut().map_or(Before::NotGiven, |baseline| baseline.before(target, now));
        let held = held(target, results);
        let said = said(target, &reading, held.bound, results);
        let judged = judge(target.gate.metric, &reading, held, &before, said);
        let is_open = judged.is_open;
        let mut line = line((target, results), &reading, held.bound, &before, judged);
        waivers.apply(&mut line, target, &reading, is_open);
        inform(&mut line, target.gate, as_of);
        open += usize::from(is_open && line.verdict == Verdict::NotEvaluable);
        seen.push(Weighed { target, now: reading, before, line });
    }
    let ratchet = advice(&seen);
    let (rows, unused) = waivers.finish();
    let mut warnings = results.warnings.clone();
    warnings.extend(uncompared(question, &seen));
    warnings.extend(baseline.iter().flat_map(|baseline| baseline.gone(now)));
    warnings.extend(unused);
    let mut lines: Vec<Line> = seen.into_iter().map(|one| one.line).collect();
    lines.sort_by(|a, b| key(a).cmp(&key(b)));
    let informational = question.informational_until.or(scenario.promises.informational_until);
    GateReport {
        schema_version: SCHEMA_VERSION.to_owned(),
        engine_version: results.engine_version.clone(),
        scenario: scenario.name.clone(),
        file: question.file.to_owned(),
        scenario_hash: results.scenario_hash.clone(),
        as_of: as_of.to_string(),
        baseline: question.baseline.map(|it| BaselineRow {
            from: it.from.to_owned(),
            scenario_hash: it.results.scenario_hash.clone(),
        }),
        outcome: outcome(question, &lines, open, informational.is_some_and(|until| as_of <= until)),
        lines,
        causes: Vec::new(),
        waivers: rows,
        ratchet,
        warnings,
        denied: Vec::new(),
        stand_ins: results.stand_ins.clone(),
        informational_until: informational.filter(|day| *day >= as_of).map(|day| day.to_string()),
    }
}

fn key(line: &Line) -> (Verdict, &str, &str, &Option<String>, &str) {
    (line.verdict, &line.gate, &line.subject, &line.outage, &line.metric)
}

/// What a target is held to.
pub(super) fn held(target: Target<'_>, results: &Results) -> Held {
    let Gate { tolerance, expect_breach, .. } = *target.gate;
    Held { bound: resolved(target, results), tolerance, expect_breach }
}

/// The bound with the application's objective in its place.
fn resolved(target: Target<'_>, results: &Results) -> Option<Bound> {
    let bound = target.gate.bound?;
    if bound != Bound::Objective {
        return Some(bound);
    }
    let row = results.applications.iter().find(|row| row.name == target.subject)?;
    let objective = match target.gate.metric.objective()? {
        "rto" => row.rto_objective_s.or(row.mtpd_s),
        "rpo_share" => row.steady.as_ref()?.allowed_s,
        "exposure" => row.rpo_objective_s.map(|_| 0.0),
        _ => row.rpo_objective_s,
    };
    objective.map(Bound::AtMost)
}

impl From<&Spot> for PlaceRow {
    fn from(spot: &Spot) -> PlaceRow {
        PlaceRow { file: spot.file.clone(), line: spot.line, column: spot.column }
    }
}

/// What a subject is, by itself: a direction of a link has a name and two ends.
fn labels(kind: Kind, subject: &str, results: &Results) -> BTreeMap<String, String> {
    let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match kind {
        Kind::Fleet => BTreeMap::new(),
        Kind::Link => {
            let is_it = |row: &&LinkRow| direction(&row.name, &row.from, &row.to) == subject;
            let row = results.links.iter().find(is_it);
            let of = |row: &LinkRow| {
                let way = format!("{} → {}", row.from, row.to);
                BTreeMap::from([label("link", &row.name), label("direction", &way)])
            };
            row.map_or_else(|| BTreeMap::from([label("link", subject)]), of)
        }
        Kind::Application | Kind::Vm | Kind::Site | Kind::Host | Kind::Volume => {
            BTreeMap::from([label(kind.word(), subject)])
        }
    }
}

fn line(
    (target, results): (Target<'_>, &Results),
    now: &Reading,
    bound: Option<Bound>,
    before: &Before,
    judged: Judged,
) -> Line {
    let (gate, metric) = (target.gate, target.gate.metric);
    let was = if let Before::Was(reading) = before { Some(reading) } else { None };
    let number = match bound {
        Some(Bound::AtMost(value) | Bound::AtLeast(value)) => Some(value),
        Some(Bound::Objective) | None => None,
    };
    Line {
        gate: gate.name.clone(),
        outage: target.outage.map(str::to_owned),
        subject: metric.kind.subject(target.subject),
        labels: labels(metric.kind, target.subject, results),
        metric: metric.key.to_owned(),
        title: metric.title.to_owned(),
        unit: metric.unit,
        value: now.number(),
        value_text: reading_text(metric, now),
        bound: number,
        bound_text: bound.map(|bound| bound_text(metric, bound)),
        baseline: was.and_then(Reading::number),
        baseline_text: was.map(|was| reading_text(metric, was)),
        tolerance_text: gate.tolerance.map(|tolerance| tolerance_text(metric, tolerance)),
        verdict: judged.verdict,
        why: judged.why,
        waiver: None,
        place: gate.spot.as_ref().map(PlaceRow::from),
    }
}

/// A gate that is only told for now fails nothing.
fn inform(line: &mut Line, gate: &Gate, as_of: Date) {
    if let Some(until) = gate.informational_until.filter(|until| *until >= as_of)
        && line.verdict.fails()
    {
        line.verdict = Verdict::Waived;
        line.waiver = Some(format!("informational until {until}"));
    }
}

/// What could not be compared, in a line for each reason.
fn uncompared(question: &Question<'_>, seen: &[Weighed<'_>]) -> Vec<String> {
    let relative = |one: &&Weighed| one.target.gate.tolerance.is_some();
    let Some(baseline) = question.baseline else {
        let count = seen.iter().filter(relative).count();
        let told =
            format!("{count} values are to be compared with a baseline, and none was given: --baseline");
        return if count > 0 { vec![told] } else { Vec::new() };
    };
    let mut warnings: Vec<String> = Vec::new();
    for one in seen.iter().filter(relative) {
        let (Before::New(why) | Before::Lost(why)) = &one.before else { continue };
        if !warnings.contains(why) {
            warnings.push(why.clone());
        }
    }
    if baseline.results.engine_version != question.results.engine_version {
        warnings.push(format!(
            "the baseline was simulated by drsim {} and this by {}: differences may be the engine's",
            baseline.results.engine_version, question.results.engine_version
        ));
    }
    warnings
}

fn outcome(question: &Question<'_>, lines: &[Line], open: usize, informs: bool) -> GateOutcome {
    let is_missing = question.require_baseline && question.baseline.is_none();
    let is_empty = lines.iter().all(|line| line.verdict == Verdict::NotEvaluable);
    let fails = lines.iter().any(|line| line.verdict.fails());
    // A breach is certain, whatever else is open; but one that only informs leaves the open question.
    if fails && !informs {
        GateOutcome::Breached
    } else if is_missing || open > 0 || is_empty {
        GateOutcome::Inconclusive
    } else if fails {
        GateOutcome::Breached
    } else {
        GateOutcome::Holds
    }
}
