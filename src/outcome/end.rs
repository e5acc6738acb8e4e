//! What a VM does at the end of an outage's run, and why.

use std::collections::BTreeSet;

use crate::closed::{as_words, closed};
use crate::facts::{Home, Phase, Reason, Subject};
use crate::ids::Id;
use crate::outage::{Component, Effect, Strike};
use crate::protection::State;
use crate::recovery::{Application, People, Plan};
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::notable::{Incident, Notable};
use super::outage::OutageOutcome;
use super::step::Step;
use super::vm::EndState;

closed! {
    /// What a VM does at the end of an outage's run.
    pub enum VmEnd {
        /// It answers where it was failed over to.
        InService = "in service",
        /// It runs without network.
        Isolated = "running, isolated",
        /// It runs and is known to be corrupt.
        Corrupt = "running, corrupt",
        /// Its plan gave it up.
        DidNotStart = "did not start",
        /// There was nothing to fail it over to.
        NoRecoveryPoint = "no recovery point",
        /// It is down.
        Down = "down",
        /// It answers where it had been.
        Repaired = "in service after repair",
        /// It was not taken down, or runs and does not answer yet.
        Running = "running",
    }
}

as_words!(VmEnd);

impl VmEnd {
    /// Whether it was hit and is not in service.
    pub fn is_out(self) -> bool {
        match self {
            VmEnd::InService | VmEnd::Repaired | VmEnd::Running => false,
            VmEnd::Isolated | VmEnd::Corrupt | VmEnd::DidNotStart | VmEnd::NoRecoveryPoint | VmEnd::Down => {
                true
            }
        }
    }
}

/// Why it ends so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// It ran when the plan was declared, and was left where it was.
    LeftRunning(Id<Plan>),
    /// What it stands on was not repaired, and it came back in no other way.
    NotRepaired(Component, NoWay),
    /// It was being recovered.
    UnderWay,
    /// It was getting ready.
    GettingReady,
    /// An application on which one of its own depends is not in service.
    Needs(Id<Application>),
    /// It cannot run there, or not in the network.
    Lacks(Reason),
    /// It is corrupt, and did not go back to a clean point.
    Corrupt(NotBack),
    /// Nothing protects what it writes until it is resynchronised (facts 1.20, 1.21, 1.24).
    ResyncRequired,
}

/// Why a corrupt VM did not go back to a clean point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBack {
    /// None is left.
    NoCleanPoint,
    /// Nobody was to take one.
    NoWay(NoWay),
}

/// Why no plan brought a VM back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoWay {
    /// It had been failed over already.
    FailedOver,
    /// It is not replicated.
    NotReplicated,
    /// It was to be replicated, and was not when it went down.
    NotProtected,
    /// It stands in no recovery plan.
    InNoPlan,
    /// Its failover had not come.
    NotYet,
    /// Its failover had not come, as nobody of the plan's team is on duty until then; `None`: nor for a week after the run.
    NobodyOnDuty(Id<People>, Option<Time>),
}

impl NoWay {
    /// Whether it may come after the end of the run.
    fn may_come(self) -> bool {
        match self {
            NoWay::NotYet | NoWay::NobodyOnDuty(..) => true,
            NoWay::FailedOver | NoWay::NotReplicated | NoWay::NotProtected | NoWay::InNoPlan => false,
        }
    }
}

impl OutageOutcome<'_> {
    /// What a VM does at the end, and why.
    pub fn end(&self, id: Id<Vm>) -> (VmEnd, Option<Because>) {
        let (vm, charged) = (self.run.vm(id), self.charged.vm(id));
        let left = || vm.left_by.map(Because::LeftRunning);
        match vm.end_state {
            EndState::Serving if charged.downtimes.is_empty() => (VmEnd::Running, left()),
            EndState::Serving if charged.points.is_empty() => (VmEnd::Repaired, None),
            EndState::Serving => (VmEnd::InService, None),
            EndState::Down => (VmEnd::Down, Some(self.why_down(id))),
            EndState::Running => (VmEnd::Running, Some(self.why_not_serving(id))),
            EndState::Corrupt => (VmEnd::Corrupt, Some(self.why_corrupt(id))),
            EndState::Isolated(why) => (VmEnd::Isolated, Some(Because::Lacks(why))),
            EndState::GivenUp(why @ Reason::NoRecoveryPoint) => {
                (VmEnd::NoRecoveryPoint, Some(Because::Lacks(why)))
            }
            EndState::GivenUp(why) => (VmEnd::DidNotStart, Some(Because::Lacks(why))),
        }
    }

    /// What it stands on and is not repaired, and why no plan brings it back.
    fn why_down(&self, id: Id<Vm>) -> Because {
        let place = self.run.vm(id).place(&self.scenario.vms[id]).vm;
        let volumes: BTreeSet<Component> = place.volumes.into_iter().map(Component::Volume).collect();
        let mut ground = [Component::Host(place.host)].into_iter().chain(volumes);
        let Some(broken) = ground.find(|component| self.is_down_at_end(*component)) else {
            return Because::UnderWay;
        };
        Because::NotRepaired(broken, self.no_way(id))
    }

    fn why_corrupt(&self, id: Id<Vm>) -> Because {
        let found = self.run.notable.iter().rev().find_map(|(_, notable)| match notable {
            Notable::Incident(Incident::Corruption(vm, clean)) if *vm == id => Some(*clean),
            Notable::Incident(
                Incident::Corruption(..)
                | Incident::SplitBrain(_)
                | Incident::SplitBrainOver(..)
                | Incident::Waits(_)
                | Incident::Damage(..)
                | Incident::TurnedOff(_)
                | Incident::HandedOver(..),
            )
            | Notable::Moved(..)
            | Notable::ReplicaMoved(..)
            | Notable::Mapped(..)
            | Notable::PointChosen(..) => None,
        });
        let no_way = self.no_way(id);
        let lacks_point = no_way.may_come() && found == Some(None);
        Because::Corrupt(if lacks_point { NotBack::NoCleanPoint } else { NotBack::NoWay(no_way) })
    }

    fn no_way(&self, id: Id<Vm>) -> NoWay {
        let plans = self.scenario.recovery.plans.entries();
        let own = |plan: &Plan| {
            plan.by_hand_first.contains(&id) || plan.groups.iter().any(|group| group.vms.contains(&id))
        };
        let plans: Vec<Id<Plan>> = plans.filter(|(_, plan)| own(plan)).map(|(plan, _)| plan).collect();
        let has_plan = !plans.is_empty();
        match (&self.scenario.vms[id].protection, has_plan, self.run.vm(id).home) {
            (.., Home::Replica) => NoWay::FailedOver,
            (None, ..) => NoWay::NotReplicated,
            (Some(_), ..) if self.was_unprotected(id) => NoWay::NotProtected,
            (Some(_), false, _) => NoWay::InNoPlan,
            (Some(_), true, _) => plans.iter().find_map(|plan| self.nobody(*plan)).unwrap_or(NoWay::NotYet),
        }
    }

    /// Nobody of the team is on duty at the end, where the plan waits for somebody.
    fn nobody(&self, plan: Id<Plan>) -> Option<NoWay> {
        let is_of_plan = |on: Subject| match on {
            Subject::Plan(own) => own == plan,
            Subject::Action(place) => place.plan == plan,
            Subject::Vm(_) | Subject::Application(_) | Subject::Operation(_) => false,
        };
        let waits = |step: &&Step| step.to.is_none() && step.phase == Phase::WaitingForPeople;
        self.run.steps.iter().filter(waits).find(|step| is_of_plan(step.on))?;
        let team = self.scenario.recovery.plans[plan].people;
        let next = self.scenario.recovery.people[team].off_duty(self.until)?;
        Some(NoWay::NobodyOnDuty(team, next))
    }

    /// Whether its protection was not enabled when it last went down.
    fn was_unprotected(&self, id: Id<Vm>) -> bool {
        let vm = self.run.vm(id);
        let down = vm.downtimes.last().map_or(self.first, |downtime| downtime.down);
        let states = vm.in_states();
        let last = states.iter().rev().find(|state| state.from <= down.0);
        last.is_some_and(|state| state.state == State::NotEnabled)
    }

    fn is_down_at_end(&self, component: Component) -> bool {
        self.outage.strikes.iter().any(|strike| strike.component == component && self.is_open(strike))
    }

    /// Whether nothing that goes on at the end could bring a down application back.
    pub(super) fn is_lost(&self, id: Id<Application>) -> bool {
        let application = &self.scenario.recovery.applications[id];
        let needed = application.depends_on.iter().copied();
        !application.has_enough(|vm| !self.is_vm_lost(vm))
            || needed.filter(|it| self.is_down(*it)).any(|it| self.is_lost(it))
    }

    /// How long a VM had been out of service when the run ended, where something that went on could bring it back.
    pub fn unfinished(&self, id: Id<Vm>) -> Option<Span> {
        let downtime = self.charged.vm(id).downtimes.last().filter(|downtime| downtime.back.is_none())?;
        (!self.is_vm_lost(id)).then(|| self.until.since(downtime.down))
    }

    /// The same of a VM.
    fn is_vm_lost(&self, id: Id<Vm>) -> bool {
        let (end, because) = self.end(id);
        match (end, because) {
            (VmEnd::DidNotStart, Some(Because::Lacks(Reason::ReplicaHostDown(host)))) => {
                !self.is_repaired_later(Component::Host(host))
            }
            (VmEnd::DidNotStart, Some(Because::Lacks(Reason::ReplicaVolumeDown(volume)))) => {
                !self.is_repaired_later(Component::Volume(volume))
            }
            (VmEnd::Corrupt, Some(Because::Corrupt(NotBack::NoWay(no_way)))) => !no_way.may_come(),
            (VmEnd::Isolated | VmEnd::Corrupt | VmEnd::DidNotStart | VmEnd::NoRecoveryPoint, _) => true,
            (VmEnd::Down, Some(Because::NotRepaired(component, no_way))) => {
                !no_way.may_come() && !self.is_repaired_later(component)
            }
            (VmEnd::Down | VmEnd::Running | VmEnd::InService | VmEnd::Repaired, _) => false,
        }
    }

    /// Whether the repair of what is down at the end is known to come after it.
    fn is_repaired_later(&self, component: Component) -> bool {
        let open = self.outage.strikes.iter().filter(|it| it.component == component && self.is_open(it));
        open.map(|strike| strike.to).max_by_key(|to| to.unwrap_or(Time::NEVER)).flatten().is_some()
    }

    /// Whether a strike takes something down at the end.
    fn is_open(&self, strike: &Strike) -> bool {
        strike.effect == Effect::Down
            && strike.from <= self.until
            && strike.to.is_none_or(|to| to > self.until)
    }

    /// The applications that it waited for, or that time ran out.
    fn why_not_serving(&self, id: Id<Vm>) -> Because {
        let own = self.scenario.recovery.applications.iter();
        let mut needed = own.filter(|it| it.vms.contains(&id)).flat_map(|it| it.depends_on.iter().copied());
        needed.find(|needed| self.is_down(*needed)).map_or(Because::GettingReady, Because::Needs)
    }

    /// Whether an application is down at the end.
    pub fn is_down(&self, application: Id<Application>) -> bool {
        self.charged.application(application).last().is_some_and(|downtime| downtime.back.is_none())
    }
}
