//! Inverse questions in words. Numbers are exact: rounded, an answer and its neighbour would look alike.

use super::judge::{Failure, Part};
use super::knobs::MIB;
use super::{Answer, Finding};
use crate::plan::ask::Find;
use crate::plan::site::placement;
use crate::scenario::Scenario;
use crate::units::{Bytes, MICROS, Rate, as_f64};

/// A value, exactly.
pub fn exact(find: Find, value: u64) -> String {
    match find {
        Find::LinkRate | Find::Throttle => Rate(value).exact(),
        Find::Memory if value.is_multiple_of(MIB) => format!("{} MiB", value / MIB),
        Find::Memory => Bytes(value).to_string(),
        Find::Hosts | Find::Operators => value.to_string(),
        Find::Interval | Find::Decision => time(value),
    }
}

/// As the tables' numbers are.
pub fn unit(find: Find) -> &'static str {
    match find {
        Find::LinkRate | Find::Throttle => "bit/s",
        Find::Memory => "bytes",
        Find::Hosts => "hosts",
        Find::Operators => "operators",
        Find::Interval | Find::Decision => "s",
    }
}

/// A value in that unit.
pub fn number(find: Find, value: u64) -> f64 {
    match find {
        Find::LinkRate | Find::Throttle => 8.0 * as_f64(value),
        Find::Memory | Find::Hosts | Find::Operators => as_f64(value),
        Find::Interval | Find::Decision => as_f64(value) / 1e6,
    }
}

/// Hours, minutes and seconds, whatever lies below a second cut off.
fn time(micros: u64) -> String {
    let seconds = micros / MICROS;
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if said.is_empty() { "0s".into() } else { said.join(" ") }
}

/// What fails, at most `most` of it in full.
pub fn failing(failures: &[Failure], most: Option<usize>) -> String {
    let one = |failure: &Failure| {
        let place = failure
            .outage
            .as_ref()
            .map_or_else(|| " while nothing fails".to_owned(), |outage| format!(" in {outage}"));
        format!("{}{place}: {}", failure.application, failure.reason)
    };
    let most = most.unwrap_or(failures.len());
    let mut said: Vec<String> = failures.iter().take(most).map(one).collect();
    if failures.len() > most {
        said.push(format!("and {} more", failures.len() - most));
    }
    said.join("; ")
}

/// What is sought, of what.
fn subject(finding: &Finding) -> String {
    let on = &finding.on;
    match finding.find {
        Find::LinkRate => format!("{on} needs"),
        Find::Throttle => format!("The throttle of {on} may be tightened to"),
        Find::Interval => format!("Policy {on} may copy every"),
        Find::Memory => format!("Enough memory for {on} is"),
        Find::Hosts => format!("Enough {on} are"),
        Find::Operators => format!("Enough operators of team {on} are"),
        Find::Decision => "The decision may take".into(),
    }
}

/// An answer in a sentence or two.
pub fn sentence(scenario: &Scenario, finding: &Finding) -> String {
    let value = |value| exact(finding.find, value);
    let hopeless: Vec<Part> =
        finding.out_of_reach.iter().flat_map(|tried| tried.failures.iter().map(Failure::part)).collect();
    let now = if finding.in_force.failures.is_empty() {
        "holds"
    } else if finding.in_force.failures.iter().all(|failure| hopeless.contains(&failure.part())) {
        "holds as far as any value does"
    } else {
        "does not hold"
    };
    let in_force = format!("In force: {}, which {now}.", value(finding.in_force.value));
    let (subject, on) = (subject(finding), &finding.on);
    let mut said = match &finding.answer {
        Answer::Boundary { holds, next } => format!(
            "{subject} {}; {} does not hold: {}. {in_force}",
            value(holds.value),
            value(next.value),
            failing(&next.failures, Some(2))
        ),
        Answer::Always(end) => {
            format!("{subject} {}, the end of the scale: it holds there too. {in_force}", value(end.value))
        }
        Answer::Never(end) => {
            format!(
                "{}: no value holds for {on}, not even {}: {}. {in_force}",
                finding.find.word(),
                value(end.value),
                failing(&end.failures, Some(2))
            )
        }
    };
    let is_never = matches!(finding.answer, Answer::Never(_));
    if let Some(tried) = finding.out_of_reach.as_ref().filter(|_| !is_never) {
        said.push_str(&format!(
            " That is without what no value mends, not even {}: {}.",
            value(tried.value),
            failing(&tried.failures, Some(3))
        ));
    }
    if let Some(placement) = &finding.placement {
        said.push(' ');
        said.push_str(&placement::sentence(scenario, placement));
    }
    said
}

/// Of the answers on decisions the one that leaves least time; and what no decision saves.
pub fn tightest(found: &[&Finding]) -> Vec<String> {
    let of = |finding: &Finding| match &finding.pair {
        Some((application, Some(outage))) => format!("{application} in {outage}"),
        Some((application, None)) => application.clone(),
        None => finding.on.clone(),
    };
    let latest = |finding: &&&Finding| match &finding.answer {
        Answer::Boundary { holds, next } => Some((holds.value, next.value)),
        Answer::Always(_) | Answer::Never(_) => None,
    };
    let mut says = Vec::new();
    let least =
        found.iter().filter_map(|it| latest(&it).map(|ends| (ends, it))).min_by_key(|(ends, _)| ends.0);
    if let Some(((holds, next), finding)) = least {
        let (holds, next) = (exact(Find::Decision, holds), exact(Find::Decision, next));
        let in_force = exact(Find::Decision, finding.in_force.value);
        says.push(format!(
            "The decision may take {holds} for every RTO that a decision can save: with {next} {} misses its own. In force: {in_force}.",
            of(finding)
        ));
    }
    for finding in found {
        if let Answer::Never(end) = &finding.answer {
            says.push(format!(
                "No decision, however quick, saves the RTO of {}.",
                failing(&end.failures, Some(1))
            ));
        }
    }
    says
}
