//! What `--ask bandwidth` needs of the same link, and why that is not what `--find link-rate` finds.
//!
//! The one asks of replication alone that every application keeps its RPO, while nothing fails and for the workload going on; the other of
//! whole runs as written that every objective is met, in outages too.

use super::judge::{Cause, Failure};
use super::{Answer, Finding, Tried};
use crate::judge::Objective;
use crate::plan::bandwidth::own::Own;
use crate::plan::words;
use crate::scenario::Scenario;
use crate::units::{Rate, Span};

/// The two answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Of replication alone, B/s; `None`: no application has an RPO that some rate keeps and not every rate does.
    pub alone: Option<u64>,
    /// Why they differ; none: they do not.
    pub because: Vec<Because>,
}

/// Why the two differ. Applications and outages are names, as findings have them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// What an outage finds or leads to counts here alone: application, outage.
    InOutage(String, String),
    /// The run as written has first copies, operations or volumes that fill, and replication alone has none: application.
    AsWritten(String),
    /// An objective that no rate mends is left out here: application.
    LeftOut(String),
    /// It is late only after the run, in the workload going on: application, and when, from the start of the run.
    GoingOn(String, Span),
    /// Replication alone holds at the rate found here, but not at every rate tried above it, or not for its neighbour.
    FromOn,
    /// At any less here the link carries less than it is asked to on average.
    Mean,
    /// No value holds here.
    NoneHolds,
}

/// Holds what was found of a link against what replication alone needs of it.
pub fn beside(scenario: &Scenario, finding: &Finding, own: &Own) -> Beside {
    let alone = own.most().map(|(_, rate)| rate);
    let because = match (&finding.answer, alone) {
        (Answer::Boundary { holds, .. }, Some(alone)) if holds.value == alone => Vec::new(),
        (Answer::Boundary { holds, .. }, Some(alone)) if holds.value < alone => {
            less(scenario, finding, own, holds.value)
        }
        (Answer::Always(end), Some(_)) => less(scenario, finding, own, end.value),
        (Answer::Boundary { next, .. }, _) => more(next),
        (Answer::Always(_), None) => Vec::new(),
        (Answer::Never(_), _) => vec![Because::NoneHolds],
    };
    Beside { alone, because }
}

/// Less is enough here: what would be late at it.
fn less(scenario: &Scenario, finding: &Finding, own: &Own, rate: u64) -> Vec<Because> {
    let Some(binds) = own.late_at(scenario, rate) else { return vec![Because::FromOn] };
    let name = scenario.recovery.applications[binds.application].name.clone();
    let is_left_out = finding.out_of_reach.iter().flat_map(|tried| &tried.failures).any(|failure| {
        failure.application == name
            && failure.outage.is_none()
            && failure.objective.is_none_or(|objective| objective == Objective::Rpo)
    });
    vec![match binds.at.0 > scenario.horizon.0 {
        _ if is_left_out => Because::LeftOut(name),
        true => Because::GoingOn(name, Span(binds.at.0)),
        false => Because::AsWritten(name),
    }]
}

/// More is needed here: what fails at the next value.
fn more(next: &Tried) -> Vec<Because> {
    let because = |failure: &Failure| match &failure.outage {
        _ if failure.cause == Cause::Backlog => Because::Mean,
        Some(outage) => Because::InOutage(failure.application.clone(), outage.clone()),
        None => Because::AsWritten(failure.application.clone()),
    };
    let mut all: Vec<Because> = next.failures.iter().map(because).collect();
    all.sort();
    all.dedup();
    all
}

/// In a sentence.
pub(in crate::plan) fn sentence(scenario: &Scenario, own: &Own, beside: &Beside) -> String {
    let left_out = match own.never.as_slice() {
        [] => String::new(),
        never => {
            let names: Vec<&str> =
                never.iter().map(|(id, _)| scenario.recovery.applications[*id].name.as_str()).collect();
            format!(" without {}, which no rate keeps within its RPO", names.join(", "))
        }
    };
    let alone = match beside.alone {
        Some(rate) => format!("Replication alone needs {}{left_out} (`--ask bandwidth`)", Rate(rate).exact()),
        None => format!("Replication alone needs no particular rate{left_out} (`--ask bandwidth`)"),
    };
    let why: Vec<String> = beside.because.iter().take(3).map(said).collect();
    let more = beside.because.len().saturating_sub(3);
    match why.is_empty() {
        true => format!("{alone}: the same."),
        false if more > 0 => format!(
            "{alone}; {}; and {}.",
            why.join("; "),
            words::count(crate::units::as_f64(more as u64), "more reason")
        ),
        false => format!("{alone}; {}.", why.join("; ")),
    }
}

fn said(because: &Because) -> String {
    match because {
        Because::InOutage(application, outage) => format!("here {application} in {outage} counts too"),
        Because::AsWritten(application) => {
            format!(
                "here the run counts as it is written, with first copies and operations, for {application}"
            )
        }
        Because::LeftOut(application) => {
            format!("here {application} is left out, which nothing mends in the run as written")
        }
        Because::GoingOn(application, at) => {
            format!(
                "at the rate found here {application} is late {at} after the start, in the workload going on after the run"
            )
        }
        Because::FromOn => "it holds at the rate found here, and not at every rate above".into(),
        Because::Mean => "here nothing is tried below the mean that the link is asked to carry".into(),
        Because::NoneHolds => "here no rate holds".into(),
    }
}
