//! Which changes made lines fail: the scenarios between the baseline and this one are simulated until that is known.

use crate::assess::{Options, assess};
use crate::compare::meaning::Meaning;
use crate::compare::metrics::Measured;
use crate::gate::again::{again, failed_before};
use crate::gate::cause::{Asked, Limits, Tested, causes};
use crate::gate::evaluate::Question;
use crate::gate::report::{GateReport, Line};
use crate::scenario::{Scenario, Sources};
use crate::sweep::gates::fill;

/// Failing lines that are explained; they are the worst ones.
const LINES_MAX: usize = 64;

/// How a search may go.
pub struct Search<'s> {
    /// Scenarios to simulate at most.
    pub evaluations: usize,
    /// Threads.
    pub threads: usize,
    /// Whether time is over.
    pub is_over: &'s dyn Fn() -> bool,
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
    let mut evaluate = |sources: &Sources| -> Option<Vec<Tested>> {
        let (scenario, _) = Scenario::from_sources(sources).ok()?;
        let options = Options { threads: search.threads, progress: &|_| {} };
        let (mut results, _) = assess(&scenario, &options).ok()?;
        fill(&scenario, &question.scenario.promises, search.threads, &mut results);
        let run = Measured { results: &results, scenario: Some(&scenario) };
        let seen = again(question, &lines, run).into_iter();
        Some(seen.map(|(fails, value)| Tested { fails, value }).collect())
    };
    let limits = Limits { evaluations: search.evaluations, is_over: search.is_over };
    report.causes = causes(&meaning, &asked, &limits, &mut evaluate);
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
