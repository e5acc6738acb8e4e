//! Holding on to what got better: bounds to write into a scenario, and what a new baseline would give up.

use std::cmp::Ordering;

use super::judge::reading_text;
use super::ratchet::{bound, headroom};
use super::report::{GateReport, Line, Verdict};
use super::targets::{Readings, objectives, targets};
use crate::compare::metrics::{Measured, Reading};
use crate::measure::results::Results;
use crate::promise::metrics::Direction;
use crate::promise::{Bound, Gate};
use crate::scenario::Scenario;

/// A bound to write.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundChange<'g> {
    /// The gate.
    pub gate: &'g Gate,
    /// `"at_most"` or `"at_least"`.
    pub field: &'static str,
    /// As in the file now; `None`: it has no bound.
    pub before: Option<String>,
    /// As it is to be written, with quotes where it has a unit.
    pub value: String,
}

/// Tighter bounds for gates of which something improved and nothing fails; looser ones for gates whose bound is breached, if that is allowed.
/// In order of gates.
pub fn steps<'g>(gates: &'g [Gate], report: &GateReport, loosen: bool) -> Vec<BoundChange<'g>> {
    let step = |gate: &'g Gate| {
        let lines: Vec<&Line> = report.lines.iter().filter(|line| line.gate == gate.name).collect();
        let holds = |line: &&Line| matches!(line.verdict, Verdict::Holds | Verdict::Improved);
        let improved = lines.iter().any(|line| line.verdict == Verdict::Improved);
        let breached = lines.iter().any(|line| line.verdict == Verdict::Breached);
        let values = lines.iter().filter_map(|line| line.value);
        let worst = values.max_by(|a, b| worse(gate.metric.direction, *a, *b))?;
        let (field, value) = match gate.bound {
            Some(Bound::Objective) => None,
            _ if improved && lines.iter().all(holds) => bound(gate, worst),
            Some(Bound::AtMost(_)) if breached && loosen => {
                Some(("at_most", gate.metric.unit.write(worst + headroom(gate, worst), true)))
            }
            Some(Bound::AtLeast(_)) if breached && loosen => {
                let value = (worst - headroom(gate, worst)).max(0.0);
                Some(("at_least", gate.metric.unit.write(value, false)))
            }
            Some(Bound::AtMost(_) | Bound::AtLeast(_)) | None => None,
        }?;
        Some(BoundChange { gate, field, before: written(gate), value })
            .filter(|step| step.before.as_ref() != Some(&step.value))
    };
    gates.iter().filter(|gate| !gate.expect_breach).filter_map(step).collect()
}

fn worse(direction: Direction, a: f64, b: f64) -> Ordering {
    match direction {
        Direction::LowerIsBetter => a.total_cmp(&b),
        Direction::HigherIsBetter => b.total_cmp(&a),
    }
}

fn written(gate: &Gate) -> Option<String> {
    match gate.bound? {
        Bound::AtMost(value) => Some(gate.metric.unit.write(value, true)),
        Bound::AtLeast(value) => Some(gate.metric.unit.write(value, false)),
        Bound::Objective => None,
    }
}

/// Something promised that two results differ in.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// `"RPA of application web in hq-lost 4m 2s → 10m 31s"`.
    pub sentence: String,
    /// Whether it got worse.
    pub is_worse: bool,
}

/// What is promised and differs, in order of promises: by any amount, for small steps that are each within a tolerance add up.
pub fn moved(scenario: &Scenario, now: &Results, before: &Results) -> Vec<Moved> {
    let mut present = Readings::new(Measured { results: now, scenario: Some(scenario) });
    let mut past = Readings::new(Measured { results: before, scenario: None });
    let own = objectives(scenario, &mut present);
    let mut all: Vec<Moved> = Vec::new();
    for target in targets(&own).into_iter().chain(targets(&scenario.promises.gates)) {
        let metric = target.gate.metric;
        let absent = || Reading::Nothing("not there".to_owned());
        let Some(was) = past.one(metric, target.subject, target.outage).cloned() else { continue };
        let is = present.one(metric, target.subject, target.outage).cloned().unwrap_or_else(absent);
        let order = is.worse(&was, metric.direction);
        if order == Ordering::Equal {
            continue;
        }
        let outage = target.outage.map_or_else(String::new, |outage| format!(" in {outage}"));
        let what = format!("{} of {}{outage}", metric.title, metric.kind.subject(target.subject));
        let sentence = format!("{what} {} → {}", reading_text(metric, &was), reading_text(metric, &is));
        let one = Moved { sentence, is_worse: order == Ordering::Greater };
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}
