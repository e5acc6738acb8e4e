//! Of recovery plans, teams and VMs that start.

use crate::facts::ActionPlace;
use crate::recovery::{ActionKind, People, Plan};
use crate::units::Span;
use crate::workload::Vm;

/// Of VMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfVms {
    /// They boot in half the time.
    HalfBoot,
    /// They answer in half the time.
    HalfReadiness,
}

impl OfVms {
    pub(super) fn apply(self, vm: &mut Vm) {
        let span = match self {
            OfVms::HalfBoot => &mut vm.boot,
            OfVms::HalfReadiness => &mut vm.readiness,
        };
        *span = Span(span.0 / 2);
    }
}

/// Of a recovery plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfPlan {
    /// Its groups in this order.
    GroupOrder(Vec<usize>),
    /// How many of its VMs are recovered at once; `None`: all of a group.
    ParallelRecoveries(Option<u32>),
    /// It does not try to shut down a source that is lost.
    NoShutdownAttempt,
    /// Its manual actions become scripts.
    Scripts,
    /// Failing a VM over takes so long.
    FailOver(Span),
    /// An action takes so long.
    Action {
        /// Which.
        place: ActionPlace,
        /// How long.
        takes: Span,
    },
}

/// Of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfTeam {
    /// Time to notice.
    Detection(Span),
    /// Time to decide.
    Decision(Span),
    /// Time to find consoles and credentials.
    ManualStart(Span),
    /// Time until they begin by hand.
    ByHandAfter(Span),
    /// Time that a VM takes by hand.
    ManualPerVm(Span),
    /// On duty at all hours.
    AlwaysOnDuty,
    /// Operators.
    Operators(u32),
}

impl OfPlan {
    pub(super) fn apply(&self, plan: &mut Plan) {
        match self {
            OfPlan::GroupOrder(order) => {
                plan.groups = order.iter().map(|group| plan.groups[*group].clone()).collect();
            }
            OfPlan::ParallelRecoveries(at_once) => plan.parallel_recoveries = *at_once,
            OfPlan::NoShutdownAttempt => plan.shutdown_timeout = None,
            OfPlan::FailOver(span) => plan.fail_over = *span,
            OfPlan::Action { place, takes } => {
                let group = &mut plan.groups[place.group];
                let actions = if place.is_after { &mut group.after } else { &mut group.before };
                actions[place.index].takes = *takes;
            }
            OfPlan::Scripts => {
                for group in &mut plan.groups {
                    let actions = group.before.iter_mut().chain(&mut group.after);
                    actions.for_each(|action| action.kind = ActionKind::Script);
                }
            }
        }
    }

    pub(super) fn set(&self, plan: &Plan) -> Option<String> {
        let name = &plan.name;
        match self {
            OfPlan::ParallelRecoveries(None) => Some(format!("plans.{name}.parallel_recoveries=unlimited")),
            OfPlan::ParallelRecoveries(Some(at_once)) => {
                Some(format!("plans.{name}.parallel_recoveries={at_once}"))
            }
            OfPlan::NoShutdownAttempt => Some(format!("plans.{name}.shutdown_timeout=none")),
            OfPlan::FailOver(span) => Some(format!("plans.{name}.fail_over={span}")),
            OfPlan::Action { place: ActionPlace { group, is_after, index, .. }, takes } => {
                let groups = if plan.conduct.by_hand { "by_hand" } else { "groups" };
                let (side, actions) = match is_after {
                    true => ("after", &plan.groups[*group].after),
                    false => ("before", &plan.groups[*group].before),
                };
                let kind = match actions[*index].kind {
                    ActionKind::Script => "script",
                    ActionKind::Manual => "manual",
                };
                Some(format!("plans.{name}.{groups}.{group}.{side}.{index}.{kind}={takes}"))
            }
            OfPlan::GroupOrder(_) | OfPlan::Scripts => None,
        }
    }
}

impl OfTeam {
    pub(super) fn apply(self, team: &mut People) {
        match self {
            OfTeam::Detection(span) => team.detection = span,
            OfTeam::Decision(span) => team.decision = span,
            OfTeam::ManualStart(span) => team.manual_start = span,
            OfTeam::ByHandAfter(span) => team.by_hand_after = span,
            OfTeam::ManualPerVm(span) => team.manual_per_vm = span,
            OfTeam::AlwaysOnDuty => team.on_duty = None,
            OfTeam::Operators(count) => team.operators = count,
        }
    }

    pub(super) fn set(self, name: &str) -> Option<String> {
        match self {
            OfTeam::Detection(span) => Some(format!("people.{name}.detection={span}")),
            OfTeam::Decision(span) => Some(format!("people.{name}.decision={span}")),
            OfTeam::ManualStart(span) => Some(format!("people.{name}.manual_start={span}")),
            OfTeam::ByHandAfter(span) => Some(format!("people.{name}.by_hand_after={span}")),
            OfTeam::ManualPerVm(span) => Some(format!("people.{name}.manual_per_vm={span}")),
            OfTeam::Operators(count) => Some(format!("people.{name}.operators={count}")),
            OfTeam::AlwaysOnDuty => None,
        }
    }
}
