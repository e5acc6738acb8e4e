//! What of a scenario makes a step of a critical path take as long as it does, and the same shorter.

use crate::closed::closed;
use crate::facts::{ActionPlace, Phase, Subject};
use crate::ids::Id;
use crate::plan::change::{Change, OfHosts, OfPlan, OfTeam, OfVms};
use crate::plan::levers::candidate::Candidate;
use crate::recovery::{ActionKind, Plan};
use crate::scenario::Scenario;
use crate::units::Span;
use crate::workload::Vm;

closed! {
    /// Why a step is not shortened.
    pub enum Given {
        /// Of the outage: its repair, or a later fault.
        Outage = "as long as the outage says",
        /// An application that it depends on.
        Application = "as long as what it depends on takes",
        /// An operation that somebody asked for.
        Operation = "as long as the operation says",
        /// Nothing in the scenario says it by itself.
        NoValue = "no single value of the scenario sets it",
        /// It would take more steps than are done unasked.
        Untried = "not tried: it would take more runs than are done unasked",
    }
}

/// What shortens a step: one change, or several that may.
pub(super) fn candidates(
    scenario: &Scenario,
    phase: Phase,
    on: Option<Subject>,
) -> Result<Vec<Candidate>, Given> {
    let found = match (phase, on) {
        (Phase::Repair | Phase::SecondFault, _) => return Err(Given::Outage),
        (Phase::Dependencies, _) => return Err(Given::Application),
        (Phase::Asked | Phase::Testing, _) | (_, Some(Subject::Operation(_))) => {
            return Err(Given::Operation);
        }
        (_, None) => Vec::new(),
        (Phase::Actions, Some(Subject::Action(place))) => vec![action(scenario, place)],
        (Phase::Validation, Some(Subject::Application(application))) => {
            let row = &scenario.recovery.applications[application];
            let what =
                format!("check {} in {} instead of {}", row.name, half(row.validation), row.validation);
            vec![Candidate::new(what, Change::Validation(application, half(row.validation)))]
        }
        (Phase::WaitingForRoom, Some(Subject::Vm(vm))) => room(scenario, vm),
        (Phase::Boot | Phase::EarlierGroups, Some(Subject::Vm(vm))) => {
            let (whose, vms) = together(scenario, vm);
            vec![Candidate::new(format!("boot {whose} in half the time"), Change::Vms(vms, OfVms::HalfBoot))]
        }
        (Phase::Readiness, Some(Subject::Vm(vm))) => {
            let (whose, vms) = together(scenario, vm);
            let what = format!("have {whose} answer in half the time after their boot");
            vec![Candidate::new(what, Change::Vms(vms, OfVms::HalfReadiness))]
        }
        (Phase::Network, Some(Subject::Vm(vm))) => names(scenario, vm),
        (_, Some(on)) => {
            plan_of(scenario, on).map_or_else(Vec::new, |plan| of_plan(scenario, phase, on, plan))
        }
    };
    if found.is_empty() { Err(Given::NoValue) } else { Ok(found) }
}

/// Half of a time, of whole seconds where it has two.
fn half(span: Span) -> Span {
    if span.0 >= 2_000_000 { Span::seconds(span.0 / 2_000_000) } else { Span(span.0 / 2) }
}

/// The plan that a step is of; of a VM the first that has it.
fn plan_of(scenario: &Scenario, on: Subject) -> Option<Id<Plan>> {
    let has = |vm: Id<Vm>| {
        let of = move |(_, plan): &(Id<Plan>, &Plan)| {
            plan.by_hand_first.contains(&vm) || plan.groups.iter().any(|group| group.vms.contains(&vm))
        };
        scenario.recovery.plans.entries().find(of).map(|(id, _)| id)
    };
    match on {
        Subject::Plan(plan) => Some(plan),
        Subject::Action(place) => Some(place.plan),
        Subject::Vm(vm) => has(vm),
        Subject::Application(application) => {
            scenario.recovery.applications[application].vms.iter().find_map(|vm| has(*vm))
        }
        Subject::Operation(_) => None,
    }
}

/// What its team and its own values do.
fn of_plan(scenario: &Scenario, phase: Phase, on: Subject, id: Id<Plan>) -> Vec<Candidate> {
    let plan = &scenario.recovery.plans[id];
    let team = &scenario.recovery.people[plan.people];
    let of_team = |what: String, change: OfTeam| {
        Candidate::new(format!("{what} (team {})", team.name), Change::Team(plan.people, change))
    };
    let faster = |what: &str, span: Span, change: fn(Span) -> OfTeam| {
        let is_some = span > Span::ZERO;
        is_some.then(|| of_team(format!("{what} {} instead of {span}", half(span)), change(half(span))))
    };
    let latency = scenario.control_plane.job_latency;
    match (phase, on) {
        (Phase::Detection, _) => faster("detect in", team.detection, OfTeam::Detection).into_iter().collect(),
        (Phase::Decision, _) => faster("decide in", team.decision, OfTeam::Decision).into_iter().collect(),
        (Phase::WaitingForPeople, _) => {
            let more = team.operators.saturating_add(1);
            let duty = team.on_duty.as_ref();
            let duty = duty.map(|_| of_team("be on duty at all hours".into(), OfTeam::AlwaysOnDuty));
            let hands = of_team(format!("have {more} operators"), OfTeam::Operators(more));
            [hands].into_iter().chain(duty).collect()
        }
        (Phase::ManualWork, Subject::Vm(_)) => {
            faster("have a VM in hand for", team.manual_per_vm, OfTeam::ManualPerVm).into_iter().collect()
        }
        (Phase::ManualWork, _) => {
            let start = faster("find consoles and credentials in", team.manual_start, OfTeam::ManualStart);
            let after = faster("begin by hand after", team.by_hand_after, OfTeam::ByHandAfter);
            start.into_iter().chain(after).collect()
        }
        (Phase::Orchestration, _) if latency > Span::ZERO => {
            let what =
                format!("start jobs of the recovery service in {} instead of {latency}", half(latency));
            vec![Candidate::new(what, Change::JobLatency(half(latency)))]
        }
        (Phase::ShutdownAttempt, _) => {
            let what = format!("do not try to shut down a source that is lost in plan {}", plan.name);
            vec![Candidate::new(what, Change::Plan(id, OfPlan::NoShutdownAttempt))]
        }
        (Phase::Failover, _) => {
            let takes = plan.fail_over;
            let what = format!("fail a VM over in {} instead of {takes} in plan {}", half(takes), plan.name);
            let quicker = Candidate::new(what, Change::Plan(id, OfPlan::FailOver(half(takes))));
            let what = "put replicas on storage that applies twice as fast".to_owned();
            let storage = Candidate::new(what, Change::Hosts(OfHosts::TwiceApplyRate));
            [quicker].into_iter().filter(|_| takes > Span::ZERO).chain([storage]).collect()
        }
        _ => Vec::new(),
    }
}

fn action(scenario: &Scenario, place: ActionPlace) -> Candidate {
    let plan = &scenario.recovery.plans[place.plan];
    let group = &plan.groups[place.group];
    let action = &(if place.is_after { &group.after } else { &group.before })[place.index];
    let takes = half(action.takes);
    let by = match action.kind {
        ActionKind::Script => "run",
        ActionKind::Manual => "do",
    };
    let what = format!("{by} “{}” in {takes} instead of {}", action.name, action.takes);
    Candidate::new(what, Change::Plan(place.plan, OfPlan::Action { place, takes }))
}

/// As much more for the host of its replica as it needs.
fn room(scenario: &Scenario, id: Id<Vm>) -> Vec<Candidate> {
    let vm = &scenario.vms[id];
    let host = vm.protection.as_ref().map(|it| it.replica_host);
    let of = |host| {
        let (name, cores) = (&scenario.topology.hosts[host].name, u64::from(vm.cores));
        let what = format!("give host {name} room for one more VM like {}", vm.name);
        Candidate::new(what, Change::Hosts(OfHosts::More(host, cores, vm.memory)))
    };
    host.map(of).into_iter().collect()
}

/// The VMs of its group, and how they are called.
fn together(scenario: &Scenario, vm: Id<Vm>) -> (String, Vec<Id<Vm>>) {
    let groups = scenario
        .recovery
        .plans
        .iter()
        .flat_map(|plan| plan.groups.iter().enumerate().map(move |it| (plan, it)));
    match groups.into_iter().find(|(_, (_, group))| group.vms.contains(&vm)) {
        Some((plan, (number, group))) => {
            (format!("the VMs of group {} of plan {}", number + 1, plan.name), group.vms.clone())
        }
        None => (format!("VM {}", scenario.vms[vm].name), vec![vm]),
    }
}

/// Half the life of the records of its networks.
fn names(scenario: &Scenario, vm: Id<Vm>) -> Vec<Candidate> {
    let mut networks: Vec<_> = scenario.vms[vm].nics.iter().map(|nic| nic.network).collect();
    networks.sort();
    networks.dedup();
    let of = |id| {
        let network = &scenario.topology.networks[id];
        let ttl = half(network.dns.ttl);
        let what = format!(
            "let DNS records of network {} live for {ttl} instead of {}",
            network.name, network.dns.ttl
        );
        Candidate::new(what, Change::DnsTtl(id, ttl))
    };
    networks.into_iter().filter(|id| scenario.topology.networks[*id].dns.ttl > Span::ZERO).map(of).collect()
}
