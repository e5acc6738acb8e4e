//! Instants of `--at` that all meet the same phase of something that repeats: what one of them shows the others show again.

use std::collections::BTreeSet;

use crate::scenario::Scenario;
use crate::units::{Span, Time};

/// Length of a day. Clock changes are of no account here: a day's habits move with them.
const DAY: Span = Span::seconds(86_400);

/// What repeats and is met at one phase only, with how often it does: the day, and copy cycles, the longest first.
fn met_once(scenario: &Scenario, instants: &[Time]) -> Vec<(Span, String)> {
    let protected = scenario.vms.iter().filter_map(|vm| vm.protection.as_ref());
    let used: BTreeSet<_> = protected.map(|protection| protection.policy).collect();
    let cycles = used.into_iter().map(|policy| {
        let policy = &scenario.policies[policy];
        (policy.interval, format!("the copy cycle of policy `{}` ({})", policy.name, policy.interval))
    });
    let mut all: Vec<(Span, String)> = [(DAY, "the day".to_owned())].into_iter().chain(cycles).collect();
    let first = instants.first().map_or(0, |at| at.0);
    all.retain(|(every, _)| every.0 > 0 && instants.iter().all(|at| at.0 % every.0 == first % every.0));
    all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    all
}

/// A hint where several instants meet one phase only, with an instant that meets another.
pub(super) fn hint(scenario: &Scenario, instants: &[Time]) -> Option<String> {
    let distinct: BTreeSet<Time> = instants.iter().copied().collect();
    if distinct.len() < 2 {
        return None;
    }
    let met = met_once(scenario, instants);
    let (longest, shortest) = (met.first()?.0, met.last()?.0);
    let last = *distinct.last()?;
    // Half of the shortest and half of the longest on, or back where the run ends before: another phase of each.
    let step = if longest == shortest { longest.0 / 2 } else { longest.0 / 2 + shortest.0 / 2 };
    let other = if last.0 + step < scenario.horizon.0 { last.0 + step } else { last.0.abs_diff(step) };
    let names: Vec<&str> = met.iter().map(|(_, name)| name.as_str()).collect();
    Some(format!(
        "note: all {} instants meet the same phase of {}; others show others, such as --at \"{}\"",
        distinct.len(),
        names.join(", "),
        offset(Span(other))
    ))
}

/// An offset from the start, with all its units: `1d 14h 7m 30s`.
fn offset(span: Span) -> String {
    let seconds = span.0 / 1_000_000;
    let parts =
        [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}"));
    parts.collect::<Vec<_>>().join(" ")
}
