//! Operations one after another: certain refusals, and what they leave unprotected or running twice (S82, facts 4.5, 5.15, T20, T21).

use crate::ids::Id;
use crate::operations::{Act, Operation, Scope};
use crate::problem::{Code, Problem, codes};
use crate::recovery::Plan;
use crate::scenario::{Places, Scenario};

use crate::scenario::preflight::timeline::{Timeline, subjects};

/// At most one problem of each kind for each operation.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |code: &'static Code, operation: &Operation, what: String| {
        let what = format!("operation `{}`{what}", operation.name);
        problems.push(Problem::new(code, places.of("operation", &operation.name), what));
    };
    let mut timeline = Timeline::new(scenario);
    // What an outage leaves the operations after it is known to its run alone.
    for (index, operation) in scenario.operations_in(None) {
        let mut refused: Vec<(&str, String)> = Vec::new();
        for vm in subjects(scenario, &operation.act) {
            let reason = timeline.step(index, operation, vm);
            refused.extend(reason.map(|reason| (scenario.vms[vm].name.as_str(), reason)));
        }
        if let Some((name, reason)) = refused.first() {
            let more = match refused.len() - 1 {
                0 => String::new(),
                more => format!(" ({more} more {})", crate::scenario::preflight::vms(more)),
            };
            say(&codes::REFUSED, operation, format!(" is refused: vm `{name}` {reason}{more}"));
        }
        if let Act::RestartPlan { plan } = operation.act
            && !scenario.operations_in(None).any(|(earlier, it)| earlier < index && runs(&it.act, plan))
        {
            let plan = &scenario.recovery.plans[plan].name;
            say(&codes::REFUSED, operation, format!(" is refused: plan `{plan}` has not run before"));
        }
        if let Act::UnplannedFailover { synchronize: false, .. } = operation.act
            && refused.is_empty()
        {
            say(
                &codes::TWO_COPIES,
                operation,
                " fails over while the primary runs, without shutting it down".into(),
            );
        }
    }
    for (index, operation) in scenario.operations_in(None) {
        let is_unplanned = matches!(
            operation.act,
            Act::UnplannedFailover { .. } | Act::FailOverByHand { planned: false, .. }
        );
        if !is_unplanned {
            continue;
        }
        let left = timeline.touched().filter(|(_, standing)| standing.failed_over == Some(index));
        let left: Vec<&str> = left.map(|(vm, _)| scenario.vms[vm].name.as_str()).collect();
        if !left.is_empty() {
            let what = format!(
                " leaves {} unprotected: nothing reverses replication",
                crate::scenario::preflight::these(&left)
            );
            say(&codes::LEFT_UNPROTECTED, operation, what);
        }
    }
    problems.extend(simultaneous(scenario, places));
    problems
}

/// Whether an operation runs a plan in a way that can stop.
fn runs(act: &Act, plan: Id<Plan>) -> bool {
    let (Act::TestFailover { of, .. }
    | Act::PlannedFailover { of }
    | Act::UnplannedFailover { of, .. }
    | Act::Failback { of }) = act
    else {
        return false;
    };
    *of == Scope::Plan(plan)
}

/// Neighbours in time that share a VM.
fn simultaneous(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let meet = |a: &Operation, b: &Operation| a.of.is_none() || b.of.is_none() || a.of == b.of;
    let pairs = scenario.operations.windows(2);
    let pairs = pairs.filter(|pair| pair[0].at == pair[1].at && meet(&pair[0], &pair[1]));
    let warn = |pair: &[Operation]| {
        let [first, second] = [&pair[0], &pair[1]].map(|it| subjects(scenario, &it.act));
        let first: std::collections::BTreeSet<_> = first.into_iter().collect();
        let vm = second.iter().find(|vm| first.contains(vm))?;
        let what = format!(
            "operations `{}` and `{}` are asked for at one instant, both on vm `{}`",
            pair[0].name, pair[1].name, scenario.vms[*vm].name
        );
        Some(Problem::new(&codes::SAME_INSTANT, places.of("operation", &pair[1].name), what))
    };
    pairs.filter_map(warn).collect()
}
