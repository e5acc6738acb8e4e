//! Of recovery plans and teams.

use crate::recovery::{ActionKind, People, Plan};
use crate::units::Span;

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
}

/// Of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfTeam {
    /// Time to notice.
    Detection(Span),
    /// Time to decide.
    Decision(Span),
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
            OfPlan::Scripts => {
                for group in &mut plan.groups {
                    let actions = group.before.iter_mut().chain(&mut group.after);
                    actions.for_each(|action| action.kind = ActionKind::Script);
                }
            }
        }
    }

    pub(super) fn set(&self, name: &str) -> Option<String> {
        match self {
            OfPlan::ParallelRecoveries(None) => Some(format!("plans.{name}.parallel_recoveries=unlimited")),
            OfPlan::ParallelRecoveries(Some(at_once)) => {
                Some(format!("plans.{name}.parallel_recoveries={at_once}"))
            }
            OfPlan::NoShutdownAttempt => Some(format!("plans.{name}.shutdown_timeout=none")),
            OfPlan::GroupOrder(_) | OfPlan::Scripts => None,
        }
    }
}

impl OfTeam {
    pub(super) fn apply(self, team: &mut People) {
        match self {
            OfTeam::Detection(span) => team.detection = span,
            OfTeam::Decision(span) => team.decision = span,
            OfTeam::AlwaysOnDuty => team.on_duty = None,
            OfTeam::Operators(count) => team.operators = count,
        }
    }

    pub(super) fn set(self, name: &str) -> Option<String> {
        match self {
            OfTeam::Detection(span) => Some(format!("people.{name}.detection={span}")),
            OfTeam::Decision(span) => Some(format!("people.{name}.decision={span}")),
            OfTeam::Operators(count) => Some(format!("people.{name}.operators={count}")),
            OfTeam::AlwaysOnDuty => None,
        }
    }
}
