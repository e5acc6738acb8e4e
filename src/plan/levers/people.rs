//! What could be changed in recovery plans and in how people work.

use super::candidate::Candidate;
use crate::ids::Id;
use crate::plan::change::{Change, OfPlan, OfTeam};
use crate::recovery::{ActionKind, Application, Plan};
use crate::scenario::Scenario;
use crate::units::Span;
use crate::workload::Vm;

/// Changes of recovery plans.
pub(in crate::plan) fn plans(scenario: &Scenario) -> Vec<Candidate> {
    scenario.recovery.plans.entries().flat_map(|(id, plan)| of_plan(scenario, id, plan)).collect()
}

fn of_plan(scenario: &Scenario, id: Id<Plan>, plan: &Plan) -> Vec<Candidate> {
    let name = &plan.name;
    let of = |what: String, change: OfPlan| Candidate::new(what, Change::Plan(id, change));
    let mut changes = Vec::new();
    let order = by_need(scenario, plan);
    if order.iter().enumerate().any(|(place, group)| place != *group) {
        let numbers: Vec<String> = order.iter().map(|group| (group + 1).to_string()).collect();
        let what = format!("start the groups of plan {name} in order of need: {}", numbers.join(", "));
        changes.push(of(what, OfPlan::GroupOrder(order)));
    }
    if let Some(at_once) = plan.parallel_recoveries {
        let twice = at_once.saturating_mul(2).max(2);
        let what = format!("recover {twice} VMs of plan {name} at once instead of {at_once}");
        changes.push(of(what, OfPlan::ParallelRecoveries(Some(twice))));
        let what = format!("recover all VMs of a group of plan {name} at once");
        changes.push(of(what, OfPlan::ParallelRecoveries(None)));
    }
    if plan.shutdown_timeout.is_some_and(|timeout| timeout > Span::ZERO) {
        let what = format!("do not try to shut down a source that is lost in plan {name}");
        changes.push(of(what, OfPlan::NoShutdownAttempt));
    }
    let mut actions = plan.groups.iter().flat_map(|group| group.before.iter().chain(&group.after));
    if actions.any(|action| action.kind == ActionKind::Manual) {
        let what = format!("make scripts of the manual actions of plan {name}");
        changes.push(of(what, OfPlan::Scripts));
    }
    changes
}

/// Groups by what their VMs' applications depend on, then by tier: what others need comes first. Otherwise as written.
fn by_need(scenario: &Scenario, plan: &Plan) -> Vec<usize> {
    let applications = &scenario.recovery.applications;
    let rank = |vm: &Id<Vm>| {
        let needing = applications.entries().filter(|(_, application)| application.vms.contains(vm));
        needing.map(|(id, it)| (depth(scenario, id), it.rank())).min()
    };
    let of_group = |group: &usize| {
        let ranks = plan.groups[*group].vms.iter().filter_map(rank);
        let least = ranks.min();
        (least.is_none(), least)
    };
    let mut order: Vec<usize> = (0..plan.groups.len()).collect();
    order.sort_by_key(of_group);
    order
}

/// How many applications must be in service first, one after the other.
fn depth(scenario: &Scenario, id: Id<Application>) -> usize {
    let applications = &scenario.recovery.applications;
    let mut depth = 0;
    let mut layer = vec![id];
    // Without cycles a chain is at most as long as there are applications.
    while depth < applications.len() {
        layer = layer.iter().flat_map(|id| applications[*id].depends_on.iter().copied()).collect();
        layer.sort();
        layer.dedup();
        if layer.is_empty() {
            break;
        }
        depth += 1;
    }
    depth
}

/// Changes of teams.
pub(in crate::plan) fn teams(scenario: &Scenario) -> Vec<Candidate> {
    let mut changes = Vec::new();
    for (id, team) in scenario.recovery.people.entries() {
        let name = &team.name;
        let of = |what: String, change: OfTeam| Candidate::new(what, Change::Team(id, change));
        let half = |span: Span| Span::seconds(span.0 / 2_000_000);
        let faster = [
            ("detect", team.detection, OfTeam::Detection(half(team.detection))),
            ("decide", team.decision, OfTeam::Decision(half(team.decision))),
        ];
        for (verb, span, change) in faster.into_iter().filter(|(_, span, _)| *span > Span::seconds(1)) {
            let half = half(span);
            changes.push(of(format!("{verb} in {half} instead of {span} (team {name})"), change));
        }
        if team.on_duty.is_some() {
            changes.push(of(format!("have team {name} on duty at all hours"), OfTeam::AlwaysOnDuty));
        }
        let more = team.operators.saturating_add(1);
        changes.push(of(format!("have {more} operators in team {name}"), OfTeam::Operators(more)));
    }
    changes
}
