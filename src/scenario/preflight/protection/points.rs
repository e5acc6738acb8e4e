//! Recovery points that will be missing when asked for: after corruption, and app-consistent ones (S47–S49, T8).

use crate::ids::Id;
use crate::operations::Act;
use crate::outage::{Component, Outage};
use crate::problem::{Problem, codes};
use crate::recovery::{Plan, PointChoice};
use crate::scenario::{Places, Scenario};
use crate::units::Span;
use crate::workload::Vm;

const HOUR: Span = Span::seconds(3600);

/// One warning for each outage, for each plan or operation, and one for first copies.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut problems: Vec<Problem> =
        scenario.outages.iter().filter_map(|outage| corruption(scenario, places, outage)).collect();
    problems.extend(guests(scenario, places));
    for plan in
        scenario.recovery.plans.iter().filter(|plan| plan.conduct.point == PointChoice::LatestAppConsistent)
    {
        let names = without(scenario, &members(plan));
        let place = places.of("plan", &plan.name);
        problems.extend(lacking(&names, &format!("plan `{}`", plan.name), place));
    }
    for operation in &scenario.operations {
        let (Act::TestFailover { of, point: PointChoice::LatestAppConsistent, .. }
        | Act::UnplannedFailover { of, point: PointChoice::LatestAppConsistent, .. }
        | Act::ChangePoint { of, point: PointChoice::LatestAppConsistent }) = &operation.act
        else {
            continue;
        };
        let names = without(scenario, &crate::scenario::preflight::timeline::members(scenario, *of));
        let place = places.of("operation", &operation.name);
        problems.extend(lacking(&names, &format!("operation `{}`", operation.name), place));
    }
    problems
}

fn members(plan: &Plan) -> Vec<Id<Vm>> {
    plan.groups.iter().flat_map(|group| group.vms.iter().copied()).collect()
}

/// The VMs of which no app-consistent point is ever taken.
fn without<'s>(scenario: &'s Scenario, vms: &[Id<Vm>]) -> Vec<&'s str> {
    let lacks = |vm: &&Vm| {
        let policy = vm.protection.as_ref().map(|protection| &scenario.policies[protection.policy]);
        policy
            .is_some_and(|policy| policy.settings.app_consistent.is_none() || !vm.guest.integration_services)
    };
    vms.iter().map(|vm| &scenario.vms[*vm]).filter(lacks).map(|vm| vm.name.as_str()).collect()
}

fn lacking(names: &[&str], who: &str, place: Option<crate::problem::Place>) -> Option<Problem> {
    let what = format!(
        "{who} takes app-consistent points, {} {} none",
        crate::scenario::preflight::these(names),
        have(names)
    );
    (!names.is_empty()).then(|| Problem::new(&codes::NO_APP_CONSISTENT, place, what))
}

fn have(names: &[&str]) -> &'static str {
    if names.len() == 1 { "has" } else { "have" }
}

/// Guests without integration services under policies that take app-consistent points.
fn guests(scenario: &Scenario, places: &Places) -> Option<Problem> {
    let lacks = crate::scenario::preflight::replicated(scenario).filter(|(_, vm, protection)| {
        let settings = &scenario.policies[protection.policy].settings;
        settings.app_consistent.is_some() && !vm.guest.integration_services
    });
    let names: Vec<&str> = lacks.map(|(_, vm, _)| vm.name.as_str()).collect();
    let what = format!(
        "{} without integration services: no app-consistent point is taken",
        crate::scenario::preflight::these(&names)
    );
    (!names.is_empty())
        .then(|| crate::scenario::preflight::at_vm(&codes::NO_APP_CONSISTENT, places, &names, what))
}

/// Corruption that is found later than the oldest point reaches back.
fn corruption(scenario: &Scenario, places: &Places, outage: &Outage) -> Option<Problem> {
    let late = |(vm, found): (Id<Vm>, Option<Span>)| {
        let vm = &scenario.vms[vm];
        let settings = &scenario.policies[vm.protection.as_ref()?.policy].settings;
        let reach = Span(HOUR.0 * u64::from(settings.recovery_points));
        (found.is_none_or(|found| found >= reach)).then_some((
            vm.name.as_str(),
            found,
            settings.recovery_points,
        ))
    };
    let strikes = outage.strikes.iter().filter_map(|strike| match strike.component {
        Component::Contents(vm) => Some((vm, strike.to.map(|to| to.since(strike.from)))),
        Component::Site(_)
        | Component::Host(_)
        | Component::Volume(_)
        | Component::Link(_)
        | Component::Vmm(_)
        | Component::RecoveryService
        | Component::People(_)
        | Component::Broker(_)
        | Component::Replication(_)
        | Component::RecoveryPoints(_) => None,
    });
    let found: Vec<_> = strikes.filter_map(late).collect();
    let (_, after, points) = found.first()?;
    let names: Vec<&str> = found.iter().map(|(name, ..)| *name).collect();
    let when = after.map_or("never found".to_owned(), |after| format!("found after {after}"));
    let kept = match points {
        0 => "only the newest point is kept".to_owned(),
        1 => "1 hourly point is kept".to_owned(),
        points => format!("{points} hourly points are kept"),
    };
    let what = format!(
        "the corruption of {} by outage `{}` is {when}; {kept}",
        crate::scenario::preflight::these(&names),
        outage.name
    );
    let problem = Problem::new(&codes::CORRUPTION, places.of("outage", &outage.name), what);
    Some(match after {
        Some(_) => problem,
        None => problem.remedy(
            "say with `found` when somebody sees it, and keep more recovery points than the hours until then",
        ),
    })
}
