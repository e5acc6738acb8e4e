//! What an outage did to an application: whether it came back and how, how long that took, and what is gone.
//!
//! An application that fell more than once reports its worst spell; data loss counts over all of them. A recovery point's age is
//! taken at the instant its VM stopped. RTA from declaration starts at the spell's first declaration of a plan that fails over a VM of
//! the application, or of one it depends on.

use serde::{Deserialize, Serialize};

use crate::ids::Id;
use crate::recovery::{Application, Plan};
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::end::VmEnd;
use super::outage::OutageOutcome;
use super::spell::{Spell, worst};

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
    /// It did not come back within the run.
    NotRecovered,
}

/// An application in an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationOutcome {
    /// What happened.
    pub outcome: Outcome,
    /// Its worst spell.
    pub spell: Option<Spell>,
    /// Age of the oldest point used; `None` if none was, or one of its VMs had none.
    pub rpa: Option<Span>,
    /// From the first fault that takes it down until it is in service.
    pub rta: Option<Span>,
    /// The same from the declaration; `None` also where a repair came first.
    pub rta_declared: Option<Span>,
    /// Written before the fault and gone.
    pub lost_bytes: u64,
}

impl OutageOutcome<'_> {
    /// What it did to one.
    pub fn application(&self, id: Id<Application>) -> ApplicationOutcome {
        let vms = &self.scenario.recovery.applications[id].vms;
        let spell = worst(self.charged.application(id));
        let points = vms.iter().filter_map(|vm| self.charged.vm(*vm).point());
        let lacks_point = vms.iter().any(|vm| self.end(*vm).0 == VmEnd::NoRecoveryPoint);
        ApplicationOutcome {
            outcome: spell.map_or(Outcome::NotHit, |spell| self.outcome(id, spell)),
            spell,
            rpa: points.map(|point| point.age).max().filter(|_| !lacks_point),
            rta: spell.and_then(|spell| spell.lasted()),
            rta_declared: spell.and_then(|spell| self.since_declaration(id, spell)),
            lost_bytes: vms.iter().map(|vm| self.charged.vm(*vm).lost_bytes()).sum(),
        }
    }

    fn outcome(&self, id: Id<Application>, spell: Spell) -> Outcome {
        let Some((back, _)) = spell.back else {
            return Outcome::NotRecovered;
        };
        let moved = |vm: Id<Vm>| self.charged.vm(vm).point().is_some_and(|point| point.at <= back);
        let needed = self.scenario.recovery.dependencies().needed_vms(id);
        if needed.into_iter().any(moved) { Outcome::FailedOver } else { Outcome::Repaired }
    }

    fn since_declaration(&self, id: Id<Application>, spell: Spell) -> Option<Span> {
        let (back, _) = spell.back?;
        let needed = self.scenario.recovery.dependencies().needed_vms(id);
        let concerns = |plan: Id<Plan>| {
            let row = &self.scenario.recovery.plans[plan];
            let groups = row.groups.iter().flat_map(|group| &group.vms);
            row.by_hand_first
                .iter()
                .chain(groups)
                .any(|vm| needed.contains(vm) && !self.charged.vm(*vm).points.is_empty())
        };
        let within = |at: Time| spell.down <= at && at <= back;
        let mut declared = self.run.declarations.iter().filter(|it| within(it.at) && concerns(it.plan));
        declared.next().map(|declaration| back.since(declaration.at))
    }
}
