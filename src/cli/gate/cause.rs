//! Which changes made lines fail: the scenarios between the baseline and this one are simulated until that is known.

use std::cell::Cell;

use crate::assess::{Options, assess};
use crate::cli::limits::{in_time, judged};
use crate::compare::meaning::Meaning;
use crate::compare::metrics::Measured;
use crate::gate::again::{again, failed_before};
use crate::gate::cause::{Asked, Limits, Tested, causes};
use crate::gate::evaluate::Question;
use crate::gate::report::{GateReport, Line};
use crate::measure::results::Results;
use crate::promise::Promises;
use crate::scenario::{Scenario, Sources};
use crate::sweep::gates::fill;
use crate::units::Span;

/// Failing lines that are explained; they are the worst ones.
const LINES_MAX: usize = 64;

/// How a search may go.
pub struct Search<'s> {
    /// Scenarios to simulate at most.
    pub evaluations: usize,
    /// Steps that they may have in all.
    pub steps: u64,
    /// Threads.
    pub threads: usize,
    /// The time that is left; `None`: it has no end.
    pub time_left: &'s dyn Fn() -> Option<Span>,
}

/// Fills in the causes of what fails in `report`, the answer to `question`.
pub fn explain(
    report: &mut GateReport,
    question: &Question<'_>,
    [old, new]: [&Sources; 2],
    search: &Search<'_>,
) {
    let failing = report.lines.iter().enumerate().filter(|(_, line)| line.verdict.fails());
    let failing: Vec<(usize, &Line)> = failing.take(LINES_MAX).collect();
    // Texts that were read once are read again.
    let Ok(meaning) = Meaning::between(old, new) else { return };
    if failing.is_empty() || search.evaluations == 0 || meaning.changes.is_empty() {
        return;
    }
    let lines: Vec<&Line> = failing.iter().map(|(_, line)| *line).collect();
    let before = failed_before(question, &lines);
    let asked = failing.iter().zip(before).map(|((at, line), failed_before)| asked(*at, line, failed_before));
    let asked: Vec<Asked> = asked.collect();
    let left = Cell::new(Some(search.steps));
    let mut evaluate = |sources: &Sources| -> Option<Vec<Tested>> {
        let (scenario, _) = Scenario::from_sources(sources).ok()?;
        // A mixture may have more steps than both.
        left.set(left.get()?.checked_sub(judged([&scenario], u64::MAX)));
        left.get()?;
        let (own, promises, threads) = (scenario.clone(), question.scenario.promises.clone(), search.threads);
        let work = move || simulated(&own, &promises, threads);
        let results = in_time((search.time_left)(), work).inspect_err(|_| left.set(None)).ok()??;
        let run = Measured { results: &results, scenario: Some(&scenario) };
        let seen = again(question, &lines, run).into_iter();
        Some(seen.map(|(fails, value)| Tested { fails, value }).collect())
    };
    let limits = Limits { evaluations: search.evaluations, is_over: &|| left.get().is_none() };
    report.causes = causes(&meaning, &asked, &limits, &mut evaluate);
}

fn simulated(scenario: &Scenario, promises: &Promises, threads: usize) -> Option<Results> {
    let (mut results, _) = assess(scenario, &Options { threads, progress: &|_| {} }).ok()?;
    fill(scenario, promises, threads, &mut results);
    Some(results)
}

fn asked(at: usize, line: &Line, failed_before: Option<bool>) -> Asked {
    let outage = line.outage.as_ref().map_or(String::new(), |outage| format!(" in {outage}"));
    Asked {
        line: at,
        gate: line.gate.clone(),
        place: line.place.clone(),
        subject: line.subject.clone(),
        what: format!("{} of {}{outage}", line.title, line.subject),
        failed_before,
        value_before: line.baseline_text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::gate::evaluate::{Compared, evaluate};

    const BASE: &str = include_str!("../../../tests/main/language/problems/base.ron");

    fn sources(text: String) -> Sources {
        let files = BTreeMap::from([("main.ron".to_owned(), text.into_bytes())]);
        Sources::load(&files, "main.ron").expect("it can be read")
    }

    fn of(sources: &Sources) -> (Scenario, Results) {
        let (scenario, _) = Scenario::from_sources(sources).expect("a scenario");
        let results = simulated(&scenario, &scenario.promises, 1).expect("a run");
        (scenario, results)
    }

    /// What made the decision late, of two changes, by a search within these limits.
    fn found(steps: u64, time_left: Option<Span>) -> Vec<String> {
        let old = sources(BASE.replace("(name: \"ops\")", "(name: \"ops\", decision: \"20m\")"));
        let new = sources(
            BASE.replace("(name: \"ops\")", "(name: \"ops\", decision: \"5h\")")
                .replace("100 Mbps", "99 Mbps"),
        );
        let ((before, was), (now, is)) = (of(&old), of(&new));
        let question = Question {
            file: "main.ron",
            scenario: &now,
            results: &is,
            baseline: Some(Compared { from: "old.ron", results: &was, scenario: Some(&before) }),
            as_of: jiff::civil::date(2026, 11, 30),
            informational_until: None,
            require_baseline: false,
        };
        let mut report = evaluate(&question);
        assert!(report.lines.iter().any(|line| line.verdict.fails()));
        let search = Search { evaluations: 100, steps, threads: 1, time_left: &|| time_left };
        explain(&mut report, &question, [&old, &new], &search);
        report.causes.into_iter().map(|cause| cause.sentence).collect()
    }

    #[test]
    fn a_search_ends_where_its_steps_or_its_time_do_and_says_so() {
        let all = found(u64::MAX, None);
        assert!(all.len() == 1 && all[0].starts_with("people.ops.decision"), "{all:?}");
        assert!(!all[0].contains("cut short"), "{all:?}");
        // One step too few for the first scenario in between; no time for one that is begun.
        for limits in [(0, None), (u64::MAX, Some(Span(1)))] {
            let cut = found(limits.0, limits.1);
            assert!(
                !cut.is_empty() && cut.iter().all(|told| told.contains("cut short")),
                "{limits:?}: {cut:?}"
            );
        }
    }
}
