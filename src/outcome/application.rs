//! What an outage did to an application: whether it came back and how, how long that took, and what is gone.
//!
//! An application that fell more than once reports its worst downtime; data loss counts over all of them. A recovery point's age is
//! taken at the instant its VM stopped. RTA from declaration starts at the downtime's first declaration of a plan that fails over a VM of
//! the application, or of one it depends on.

use serde::{Deserialize, Serialize};

use crate::ids::Id;
use crate::recovery::{Application, Need, Plan};
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::downtime::{Downtime, worst};
use super::end::VmEnd;
use super::outage::OutageOutcome;

/// How an outage treated an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was never down.
    NotHit,
    /// It came back at the recovery site.
    FailedOver,
    /// It came back by repair, before a disaster was declared.
    Repaired,
    /// It did not come back within the run, and what could bring it back went on at its end.
    Unfinished,
    /// It did not come back, and nothing went on that could bring it back.
    NotRecovered,
}

/// An application in an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationOutcome {
    /// What happened.
    pub outcome: Outcome,
    /// Its worst downtime.
    pub downtime: Option<Downtime>,
    /// Age of the oldest point used; `None` if none was, or one of its VMs had none.
    pub rpa: Option<Span>,
    /// From the first fault that takes it down until it is in service.
    pub rta: Option<Span>,
    /// The same from the declaration; `None` also where a repair came first.
    pub rta_declared: Option<Span>,
    /// Written before the fault and gone.
    pub lost_bytes: u64,
}

/// What a VM lost in an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Nothing: it was not failed over.
    Nothing,
    /// What it wrote since the point that it was failed over to.
    SinceItsPoint,
    /// Everything: there was no point.
    Everything,
}

/// The age that speaks for an application: of each need the VMs with the youngest points count, as many as it takes; of these the oldest.
/// `None` where too few have one.
pub fn oldest_needed(application: &Application, age: impl Fn(Id<Vm>) -> Option<Span>) -> Option<Span> {
    let of_need = |need: Need| {
        let mut ages: Vec<Span> = need.of.iter().filter_map(|vm| age(*vm)).collect();
        ages.sort_unstable();
        ages.get(need.at_least - 1).copied()
    };
    let all: Option<Vec<Span>> = application.all_needs().map(of_need).collect();
    all?.into_iter().max()
}

impl OutageOutcome<'_> {
    /// What it did to one.
    pub fn application(&self, id: Id<Application>) -> ApplicationOutcome {
        let vms = &self.scenario.recovery.applications[id].vms;
        let downtime = worst(self.charged.application(id));
        ApplicationOutcome {
            outcome: downtime.map_or(Outcome::NotHit, |downtime| self.outcome(id, downtime)),
            downtime,
            rpa: downtime.and_then(|_| self.rpa(id)),
            rta: downtime.and_then(|downtime| downtime.lasted()),
            rta_declared: downtime.and_then(|downtime| self.since_declaration(id, downtime)),
            lost_bytes: vms.iter().map(|vm| self.charged.vm(*vm).lost_bytes()).sum(),
        }
    }

    fn rpa(&self, id: Id<Application>) -> Option<Span> {
        let loss = |vm: Id<Vm>| match self.loss(vm) {
            Loss::Nothing => Some(Span::ZERO),
            Loss::SinceItsPoint => self.charged.vm(vm).point().map(|point| point.age),
            Loss::Everything => None,
        };
        let application = &self.scenario.recovery.applications[id];
        let is_used = application.vms.iter().any(|vm| self.loss(*vm) == Loss::SinceItsPoint);
        is_used.then(|| oldest_needed(application, loss)).flatten()
    }

    /// What a VM lost.
    pub fn loss(&self, vm: Id<Vm>) -> Loss {
        match self.charged.vm(vm).point() {
            Some(_) => Loss::SinceItsPoint,
            None if self.end(vm).0 == VmEnd::NoRecoveryPoint => Loss::Everything,
            None => Loss::Nothing,
        }
    }

    /// The fewest VMs of a need that served at once from the outage's first fault on.
    pub fn fewest(&self, need: &Need) -> usize {
        let down = |vm: &Id<Vm>| self.charged.vm(*vm).downtimes.iter();
        let begins = need.of.iter().flat_map(down).map(|downtime| downtime.down);
        let is_down = |vm: &Id<Vm>, at: Time| {
            down(vm).any(|downtime| downtime.down <= at && downtime.back.is_none_or(|(back, _)| at < back))
        };
        let serving = |at: Time| need.of.iter().filter(|vm| !is_down(vm, at)).count();
        begins.map(serving).min().unwrap_or(need.of.len())
    }

    fn outcome(&self, id: Id<Application>, downtime: Downtime) -> Outcome {
        let Some((back, _)) = downtime.back else {
            return if self.is_lost(id) { Outcome::NotRecovered } else { Outcome::Unfinished };
        };
        let moved = |vm: Id<Vm>| self.charged.vm(vm).point().is_some_and(|point| point.at <= back);
        let needed = self.scenario.recovery.dependencies().needed_vms(id);
        if needed.into_iter().any(moved) { Outcome::FailedOver } else { Outcome::Repaired }
    }

    fn since_declaration(&self, id: Id<Application>, downtime: Downtime) -> Option<Span> {
        let (back, _) = downtime.back?;
        let needed = self.scenario.recovery.dependencies().needed_vms(id);
        let concerns = |plan: Id<Plan>| {
            let row = &self.scenario.recovery.plans[plan];
            let groups = row.groups.iter().flat_map(|group| &group.vms);
            row.by_hand_first
                .iter()
                .chain(groups)
                .any(|vm| needed.contains(vm) && !self.charged.vm(*vm).points.is_empty())
        };
        let within = |at: Time| downtime.down <= at && at <= back;
        let mut declared = self.run.declarations.iter().filter(|it| within(it.at) && concerns(it.plan));
        declared.next().map(|declaration| back.since(declaration.at))
    }
}
