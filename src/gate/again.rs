//! The same lines in another run: what a search for causes asks of every scenario in between.

use std::collections::BTreeMap;

use super::before::Baseline;
use super::evaluate::{Question, held};
use super::judge::{Before, against, judge, reading_text};
use super::report::Line;
use super::targets::{Readings, Target, objectives, targets};
use crate::compare::metrics::Measured;

/// Whether a line fails, and its value as people read it.
pub type Stands = (bool, String);

/// How `lines` of the answer to `question` stand in another run, by the gates and the baseline of the question.
pub fn again(question: &Question<'_>, lines: &[&Line], run: Measured<'_>) -> Vec<Stands> {
    let now = Measured { results: question.results, scenario: Some(question.scenario) };
    let own = objectives(question.scenario, &mut Readings::new(now));
    let all = targets(&own).into_iter().chain(targets(&question.scenario.promises.gates));
    let known: BTreeMap<Key, Target> = all.map(|target| (key(target), target)).collect();
    let mut readings = Readings::new(run);
    let mut baseline =
        question.baseline.map(|it| Baseline::new(Measured { results: it.results, scenario: it.scenario }));
    let mut stands = |line: &Line| {
        let target = known.get(&of(line))?;
        let reading = readings.one(target.gate.metric, target.subject, target.outage)?.clone();
        let before = baseline.as_mut().map_or(Before::NotGiven, |baseline| baseline.before(*target, now));
        let held = held(*target, question.results);
        let said = against(target.gate.metric, &reading, held.bound);
        let judged = judge(target.gate.metric, &reading, held, &before, said);
        Some((judged.verdict.fails(), reading_text(target.gate.metric, &reading)))
    };
    lines.iter().map(|line| stands(line).unwrap_or((false, "not there".to_owned()))).collect()
}

/// Whether each line would fail with the baseline's own value, by the gates as they are now; `None`: the baseline does not know it.
pub fn failed_before(question: &Question<'_>, lines: &[&Line]) -> Vec<Option<bool>> {
    let Some(baseline) = question.baseline else { return vec![None; lines.len()] };
    let run = Measured { results: baseline.results, scenario: baseline.scenario };
    let known = |line: &Line| line.baseline_text.is_some();
    let all = again(question, lines, run).into_iter().zip(lines);
    all.map(|((fails, _), line)| known(line).then_some(fails)).collect()
}

/// Gate, metric, subject and outage.
type Key = (String, String, String, Option<String>);

fn key(target: Target<'_>) -> Key {
    let (gate, metric) = (target.gate, target.gate.metric);
    let outage = target.outage.map(str::to_owned);
    (gate.name.clone(), metric.key.to_owned(), metric.kind.subject(target.subject), outage)
}

fn of(line: &Line) -> Key {
    (line.gate.clone(), line.metric.clone(), line.subject.clone(), line.outage.clone())
}
