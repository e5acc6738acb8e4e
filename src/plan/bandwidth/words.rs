//! What the plan says of bandwidth, in sentences.

use super::designed::Designed;
use super::{Bandwidth, Cell, Kept, Row};
use crate::ids::Id;
use crate::plan::search::Answer;
use crate::plan::{rates, words};
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::{Rate, Span, as_f64};

/// How long change rates are to be measured at least (fact 7.5).
const WEEK: Span = Span::seconds(7 * 86_400);

pub(in crate::plan) fn sentences(
    scenario: &Scenario,
    link: Id<Link>,
    (found, main): (&Bandwidth, usize),
    designed: &Designed,
) -> Vec<String> {
    let entry = &scenario.topology.links[link];
    let mut says = Vec::new();
    if let Some(row) = &designed.row {
        says.push(headline(&entry.name, row, "Every application's own RPO"));
        says.push(in_words(entry.rate[0], &row.in_force, "all of them"));
    }
    for (name, rpo, floor) in &designed.never {
        says.push(format!(
            "No rate keeps {name} within its RPO of {rpo}: at its copy frequency points are up to {floor} old even on a link that never \
             binds. It is left out above."
        ));
    }
    let row = &found.rows[main];
    says.push(headline(&entry.name, row, &format!("An RPO of {} for all VMs", row.objective)));
    says.push(in_words(entry.rate[0], &row.in_force, "it"));
    says.push(format!(
        "On a link that never binds the oldest point of all VMs is {} old: no RPO below holds for all always.",
        found.floor
    ));
    if scenario.horizon < WEEK {
        says.push(format!(
            "The run covers {} only: churn should be measured for at least a week (fact 7.5), or what comes once a week is missed.",
            scenario.horizon
        ));
    }
    says.extend(bottom(scenario, link, found));
    says.push(format!(
        "An RPO holds while no VM's newest point is older, in the run and in the same workload going on after it. Rates are nominal, the \
         same in both directions; efficiency, throttles and all other limits are as written. Each rate was simulated; the answer holds \
         and one step less does not. {}",
        if found.is_ordered {
            "Nothing but the link makes logs wait, and each is cut on time: more is never worse."
        } else {
            rates::ABOVE
        }
    ));
    says
}

/// The rate below which no RPO holds in the long run.
fn bottom(scenario: &Scenario, link: Id<Link>, found: &Bandwidth) -> Option<String> {
    let name = &scenario.topology.links[link].name;
    match found.carries_from {
        Some(0) => None,
        Some(rate) => Some(format!(
            "{name} is asked to carry the mean of {} of nominal rate: with any less a backlog grows from period to period, and no RPO holds \
             in the long run, however long it is.",
            Rate(rate).exact()
        )),
        None => Some(format!(
            "The throttles of {name} leave less than the mean of what is written: a backlog grows from period to period at any rate."
        )),
    }
}

fn in_words(rate: Rate, kept: &Kept, whom: &str) -> String {
    if kept.violations == 0 {
        return format!("The {rate} in force keep {whom} throughout.");
    }
    format!(
        "The {rate} in force keep {whom} for {} of the time: {}, for {} in all and {} at most.",
        words::percent(kept.share),
        words::count(as_f64(kept.violations), "violation"),
        spoken(kept.violations_s),
        spoken(kept.longest_s),
    )
}

fn headline(link: &str, row: &Row, what: &str) -> String {
    let rate = |answer: &Answer| match answer {
        Answer::Least { holds, .. } => Rate(holds.rate).exact(),
        Answer::Any => "any rate".into(),
        Answer::Never(_) => "more than any rate".into(),
    };
    let part = |cell: &Cell| match cell.share {
        1000 => format!("{} always", rate(&cell.answer)),
        share => format!("{} for {} % of the time", rate(&cell.answer), f64::from(share) / 10.0),
    };
    let parts: Vec<String> = row.cells.iter().take(3).map(part).collect();
    format!("{what} needs of {link}: {}.", parts.join(", "))
}

/// Whole seconds, as spans are said.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time in a run, rounded")]
fn spoken(seconds: f64) -> Span {
    Span::seconds(seconds.round() as u64)
}
