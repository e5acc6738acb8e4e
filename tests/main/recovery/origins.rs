//! A plan runs alike whoever set it off: what a declaration does, the same failover does when operators ask for it at that instant.
//!
//! Every run of the fleet (`fleet::facts`) whose declaration could as well be asked for is run again that way and compared, fact by fact.
//! It could if it takes all that the plan replicates, has the control plane it needs, and happens once: what operators ask for takes all or
//! is refused. Beside who set it off they differ in one thing: an asked run has a job.
#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use std::collections::BTreeMap;

use drsim::facts::{
    ActionSeen, ApplicationSeen, Fact, JobSeen, Phase, PlanSeen, Seen, StepId, StepSeen, Subject, TakenBy,
    VmSeen,
};
use drsim::ids::Id;
use drsim::operations::{Act, Operation, Scope};
use drsim::outage::{Component, Outage, Strike};
use drsim::recovery::{ActionKind, Plan};
use drsim::scenario::Scenario;
use drsim::sim;
use drsim::units::{Span, Time};

use crate::fleet::*;

/// Longer than any run: nobody decides.
const NEVER: Span = Span(HORIZON.0 * 2);

/// When each plan is declared, if operators could ask for the same.
fn declarations(facts: &[Fact]) -> Option<BTreeMap<Id<Plan>, Time>> {
    let mut declared = BTreeMap::new();
    for fact in facts {
        match &fact.seen {
            Seen::Plan(plan, PlanSeen::Declared(missing))
                if !missing.is_empty() || declared.insert(*plan, fact.at).is_some() =>
            {
                return None;
            }
            Seen::Plan(_, PlanSeen::ByHandFirst(_)) => return None,
            Seen::Vm(_, VmSeen::LeftRunning(plan)) if declared.get(plan) == Some(&fact.at) => return None,
            _ => {}
        }
    }
    (!declared.is_empty()).then_some(declared)
}

/// The same estate, whose people ask for what they would have declared.
fn asking(scenario: &Scenario, declared: &BTreeMap<Id<Plan>, Time>) -> Scenario {
    let mut twin = scenario.clone();
    for people in twin.recovery.people.ids().collect::<Vec<_>>() {
        twin.recovery.people[people].decision = NEVER;
    }
    for (plan, at) in declared {
        let conduct = scenario.recovery.plans[*plan].conduct;
        let act = Act::UnplannedFailover {
            of: Scope::Plan(*plan),
            synchronize: conduct.synchronize,
            point: conduct.point,
        };
        twin.operations.push(Operation { name: "asked".into(), at: *at, by: None, act, of: None });
    }
    twin
}

/// What does not depend on who set a plan off, without the numbers of steps.
fn common(facts: &[Fact]) -> Vec<(Time, String)> {
    let mut steps: BTreeMap<StepId, (Subject, Phase)> = BTreeMap::new();
    let mut seen = Vec::new();
    for fact in facts {
        let text = match &fact.seen {
            Seen::Step(step, StepSeen::Began { on, phase, .. }) => {
                steps.insert(*step, (*on, *phase));
                Some(format!("{phase:?} of {on:?} begins")).filter(|_| !is_of_declaration(*on, *phase))
            }
            Seen::Step(step, StepSeen::Ended { cut_short, .. }) => {
                let (on, phase) = steps[step];
                Some(format!("{phase:?} of {on:?} ends, cut short: {cut_short}"))
                    .filter(|_| !is_of_declaration(on, phase))
            }
            Seen::Plan(_, PlanSeen::Declared(_))
            | Seen::Plan(_, PlanSeen::Done)
            | Seen::Plan(_, PlanSeen::Cancelled)
            | Seen::Vm(_, VmSeen::LeftRunning(_))
            | Seen::Job(_, JobSeen::Began { .. })
            | Seen::Job(_, JobSeen::Ended(_)) => None,
            Seen::Action(place, ActionSeen::Failed(_)) => Some(format!("{place:?} failed")),
            // Who asks has a job, which the point, the shutdown and the hand-over belong to.
            Seen::Application(application, ApplicationSeen::Down(TakenBy::Shutdown(_))) => {
                Some(format!("{application:?} taken down"))
            }
            // Only a declaration tells it; what is done from then on is compared.
            Seen::Plan(_, PlanSeen::GivenBack) => None,
            Seen::Plan(_, PlanSeen::HandedOver(missing)) | Seen::Job(_, JobSeen::HandedOver(missing)) => {
                Some(format!("handed over for lack of {missing:?}"))
            }
            Seen::Vm(vm, VmSeen::PointTaken { cut, stopped, lost_bytes, job: _ }) => {
                Some(format!("{vm:?}, stopped at {stopped:?}, at its point of {cut:?}: {lost_bytes} lost"))
            }
            Seen::Vm(vm, VmSeen::InService(_)) => Some(format!("{vm:?} in service")),
            Seen::Application(application, ApplicationSeen::InService(_)) => {
                Some(format!("{application:?} in service"))
            }
            other => Some(format!("{other:?}")),
        };
        seen.extend(text.map(|text| (fact.at, text)));
    }
    seen
}

/// What people do until a declaration; they wait for each other on a plan for nothing else.
fn is_of_declaration(on: Subject, phase: Phase) -> bool {
    matches!(phase, Phase::Detection | Phase::Decision)
        || (phase == Phase::WaitingForPeople && matches!(on, Subject::Plan(_)))
}

/// Holds the run to its twin; false if it has none.
pub fn hold(scenario: &Scenario, outage: &Outage, data: &Steady, facts: &[Fact]) -> bool {
    let restarts = |operation: &Operation| matches!(operation.act, Act::RestartPlan { .. });
    // A restart goes on with what was asked for last.
    let Some(declared) = declarations(facts).filter(|_| !scenario.operations.iter().any(restarts)) else {
        return false;
    };
    let twin = asking(scenario, &declared);
    let (_, asked) = sim::run(&twin, outage, data.clone(), HORIZON);
    let (own, other) = (common(facts), common(&asked));
    let differs = own.iter().zip(&other).position(|(a, b)| a != b);
    let differs = differs.or((own.len() != other.len()).then(|| own.len().min(other.len())));
    if let Some(at) = differs {
        panic!(
            "declared: {:?}\nasked:    {:?}\nafter: {:?}\nof {declared:?}",
            own.get(at),
            other.get(at),
            &own[at.saturating_sub(5)..at]
        );
    }
    true
}

/// Two VMs on one lost host, their plan with an action and a shutdown timeout.
fn design() -> (Scenario, [Id<drsim::workload::Vm>; 2], Id<Plan>) {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0));
    application(&mut it, "app", &[a, b], &[]);
    let plan = plan(&mut it, &[&[a], &[b]]);
    it.recovery.plans[plan].shutdown_timeout = Some(s(180));
    it.recovery.plans[plan].groups[1].before = vec![action("dns", ActionKind::Script, s(40))];
    it.recovery.plans[plan].groups[1].after = vec![action("look", ActionKind::Manual, s(40))];
    (it, [a, b], plan)
}

#[test]
fn what_operators_ask_for_runs_as_what_is_declared() {
    // Detected at 120 s, declared at 420 s; the job's first step at 450 s, the source is given up at 630 s.
    let source = down(host(0), 0, None);
    let vmm = Component::Vmm(Id::new(1));
    let cases: [&[Strike]; 5] = [
        std::slice::from_ref(&source),
        // Lost while the job waits for the source, in the data step, in the boot of `a`, in the script.
        &[source.clone(), down(vmm, 500, None)],
        &[source.clone(), down(vmm, 632, None)],
        &[source.clone(), down(vmm, 700, Some(4000))],
        // The source is back before its VMs' turn: they are in the plan's hands.
        &[down(host(0), 0, Some(440))],
    ];
    for synchronize in [false, true] {
        for strikes in cases {
            let (mut it, [a, b], plan) = design();
            it.recovery.plans[plan].conduct.synchronize = synchronize;
            let outage = outage(strikes.to_vec());
            for data in [
                Steady::default(),
                Steady { applying: [(b, s(700))].into(), pointless: [a].into(), ..Steady::default() },
            ] {
                let (_, facts) = sim::run(&it, &outage, data.clone(), HORIZON);
                assert!(super::origins::hold(&it, &outage, &data, &facts), "{strikes:?} could be asked for");
                let handed_over = facts.iter().any(|fact| {
                    matches!(
                        fact.seen,
                        Seen::Plan(_, PlanSeen::HandedOver(_)) | Seen::Job(_, JobSeen::HandedOver(_))
                    )
                });
                assert_eq!(handed_over, strikes.len() > 1, "{strikes:?}");
            }
        }
    }
}
