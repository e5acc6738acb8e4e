//! The ask in words. Amounts are rounded up: what is said is enough.

use super::Item;
use crate::plan::needs::{Need, Rests, Subject};
use crate::plan::words;
use crate::scenario::Scenario;
use crate::units::{Bytes, Rate, Span, as_f64};

/// What it is of, by name.
pub(in crate::plan) fn of(scenario: &Scenario, subject: Subject) -> &str {
    match subject {
        Subject::Rate(link) => &scenario.topology.links[link].name,
        Subject::Processors(site) | Subject::Memory(site) | Subject::Disk(site) => {
            &scenario.topology.sites[site].name
        }
        Subject::Operators(team) => &scenario.recovery.people[team].name,
    }
}

/// What it is.
pub(in crate::plan) fn kind(subject: Subject) -> &'static str {
    match subject {
        Subject::Rate(_) => "link",
        Subject::Processors(_) => "virtual processors",
        Subject::Memory(_) => "memory",
        Subject::Disk(_) => "disk",
        Subject::Operators(_) => "operators",
    }
}

/// Three digits, rounded up.
fn up(bytes: u64) -> Bytes {
    let mut step = 1u64;
    while bytes / step >= 1000 {
        step = step.saturating_mul(10);
    }
    Bytes(bytes.checked_next_multiple_of(step).unwrap_or(bytes))
}

/// So much of it.
pub(in crate::plan) fn amount(subject: Subject, amount: u64) -> String {
    match subject {
        Subject::Rate(_) => Rate(amount).exact(),
        Subject::Processors(_) | Subject::Operators(_) => amount.to_string(),
        Subject::Memory(_) | Subject::Disk(_) => up(amount).to_string(),
    }
}

/// What less would break.
pub(in crate::plan) fn rests(scenario: &Scenario, need: &Need) -> String {
    match &need.rests {
        Some(Rests::Steady(application, vm, at)) => {
            let (application, vm) =
                (&scenario.recovery.applications[*application].name, &scenario.vms[*vm].name);
            let place = if at.0 > scenario.horizon.0 {
                "after the start, in the workload going on"
            } else {
                "into the run"
            };
            format!("with less {application} is older than its RPO, of VM {vm}, {} {place}", Span(at.0))
        }
        Some(Rests::Mean) => {
            "with less a backlog grows for ever: it is what the link is asked to carry on average".into()
        }
        Some(Rests::Objective(application, Some(outage))) => {
            format!("with less {application} misses an objective in {outage}")
        }
        Some(Rests::Objective(application, None)) => {
            format!("with less {application} misses its RPO while nothing fails")
        }
        Some(Rests::Loss(site)) => {
            format!("for all that starts there when {} is lost", scenario.topology.sites[*site].name)
        }
        None => "less there cannot be".into(),
    }
}

/// All in one sentence.
pub(in crate::plan) fn headline(scenario: &Scenario, items: &[Item]) -> String {
    let one = |item: &Item| {
        let (subject, of) = (item.need.subject, of(scenario, item.need.subject));
        match (subject, item.buy) {
            (Subject::Rate(_), Some(buy)) => format!("{} for link {of}", amount(subject, buy)),
            (Subject::Rate(_), None) => format!("more than any step of the ladder for link {of}"),
            (Subject::Operators(_), _) => format!("{} in team {of}", operators(item.need.least)),
            (Subject::Processors(_) | Subject::Memory(_) | Subject::Disk(_), _) => {
                format!("{} {} at {of}", amount(subject, item.need.least), unit(subject))
            }
        }
    };
    let all: Vec<String> = items.iter().map(one).collect();
    format!("It takes {}.", all.join(", "))
}

fn unit(subject: Subject) -> &'static str {
    match subject {
        Subject::Memory(_) => "of memory",
        Subject::Disk(_) => "of disk",
        Subject::Rate(_) | Subject::Processors(_) | Subject::Operators(_) => kind(subject),
    }
}

/// One of them, with what it rests on and what there is.
pub(in crate::plan) fn sentence(scenario: &Scenario, item: &Item) -> String {
    let Need { subject, least, in_force, .. } = &item.need;
    let (of, why) = (of(scenario, *subject), rests(scenario, &item.need));
    let there = match in_force {
        None => "there is no limit".to_owned(),
        Some(has) if has >= least => format!("there are {}, which is enough", amount_down(*subject, *has)),
        Some(has) => format!("there are {}", amount_down(*subject, *has)),
    };
    match (subject, item.buy) {
        (Subject::Rate(_), Some(buy)) => {
            format!(
                "Link {of}: {}, the next step to buy is {}; {why}; {there}.",
                amount(*subject, *least),
                amount(*subject, buy)
            )
        }
        (Subject::Rate(_), None) => {
            format!(
                "Link {of}: {}, and no step of the ladder is enough; {why}; {there}.",
                amount(*subject, *least)
            )
        }
        (Subject::Operators(_), _) => format!("Team {of}: {}; {why}; {there}.", operators(*least)),
        (Subject::Processors(_) | Subject::Memory(_) | Subject::Disk(_), _) => {
            format!("{of}: {} {}, {why}; {there}.", amount(*subject, *least), unit(*subject))
        }
    }
}

fn operators(count: u64) -> String {
    words::count(as_f64(count), "operator")
}

/// What there is, not rounded up.
fn amount_down(subject: Subject, has: u64) -> String {
    match subject {
        Subject::Memory(_) | Subject::Disk(_) => Bytes(has).to_string(),
        Subject::Rate(_) | Subject::Processors(_) | Subject::Operators(_) => amount(subject, has),
    }
}
