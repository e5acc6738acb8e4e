//! What each operation finds a VM in, outages left aside: enough to know some refusals beforehand.

use std::collections::BTreeMap;

use crate::ids::Id;
use crate::operations::{Act, Operation, Scope, Switch};
use crate::scenario::Scenario;
use crate::scenario::protection::standing::Stays;
use crate::units::Time;
use crate::workload::Vm;

/// A VM between operations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected {
    /// Protection is enabled.
    is_protected: bool,
    /// Failed over unplanned by this operation, direction not reversed since.
    pub failed_over: Option<usize>,
    /// Its last failover is not committed.
    is_open: bool,
    /// It runs at the other site and replicates back.
    is_away: bool,
    /// A test failover runs until then.
    testing_until: Option<Time>,
    /// An operation has spoken about its protection.
    is_set: bool,
    /// Site Recovery has taken over what Hyper-V Replica had (S78).
    is_adopted: bool,
}

/// The VMs of a scope.
pub fn members(scenario: &Scenario, of: Scope) -> Vec<Id<Vm>> {
    match of {
        Scope::Vm(vm) => vec![vm],
        Scope::Plan(plan) => {
            scenario.recovery.plans[plan].groups.iter().flat_map(|group| group.vms.iter().copied()).collect()
        }
    }
}

/// The VMs that an operation is about.
pub fn subjects(scenario: &Scenario, act: &Act) -> Vec<Id<Vm>> {
    match act {
        Act::Enable { vms }
        | Act::Disable { vms, .. }
        | Act::StartInitial { vms }
        | Act::StopInitial { vms }
        | Act::Pause { vms, .. }
        | Act::Resume { vms }
        | Act::Resynchronize { vms }
        | Act::CancelResynchronize { vms }
        | Act::ResetStatistics { vms }
        | Act::SetPolicy { vms, .. } => vms.clone(),
        Act::Migrate { vm, .. }
        | Act::Resize { vm, .. }
        | Act::EditOffline { vm }
        | Act::BreakReplica { vm, .. }
        | Act::FailOverByHand { vm, .. } => vec![*vm],
        Act::TestFailover { of, .. }
        | Act::PlannedFailover { of }
        | Act::UnplannedFailover { of, .. }
        | Act::Commit { of }
        | Act::ChangePoint { of, .. }
        | Act::Cancel { of }
        | Act::Reverse { of }
        | Act::Failback { of } => members(scenario, *of),
        Act::Map { .. } | Act::SetQos { .. } | Act::InstallProvider { .. } | Act::RestartPlan { .. } => {
            Vec::new()
        }
    }
}

/// Whether Site Recovery takes over a VM of plain Hyper-V Replica within the run: it is enabled while it is replicated (S78).
pub fn is_adopted(scenario: &Scenario, vm: Id<Vm>) -> bool {
    let relationship = scenario.vms[vm].protection.as_ref().map(|protection| &protection.relationship);
    let mut is_replicated = relationship.is_some_and(|it| it.enabled.is_none());
    let switches = scenario.designed_operations().filter_map(|operation| operation.act.switches());
    for (_, switch) in switches.filter(|(vms, _)| vms.contains(&vm)) {
        let is_on = switch == Switch::On;
        if std::mem::replace(&mut is_replicated, is_on) && is_on {
            return true;
        }
    }
    false
}

/// When each VM runs at the other site and replicates back, as far as operations bring it about.
pub fn replicated_back(scenario: &Scenario) -> BTreeMap<Id<Vm>, Stays> {
    let mut turns: BTreeMap<Id<Vm>, Vec<(Time, bool)>> = BTreeMap::new();
    let mut timeline = Timeline::new(scenario);
    for (index, operation) in scenario.operations.iter().enumerate() {
        for vm in subjects(scenario, &operation.act) {
            timeline.step(index, operation, vm);
            let is_away = timeline.vms[&vm].is_away;
            let known = turns.entry(vm).or_default();
            if known.last().is_some_and(|(_, was_away)| *was_away) != is_away {
                known.push((operation.at, is_away));
            }
        }
    }
    turns.into_iter().map(|(vm, turns)| (vm, Stays::of(&turns))).collect()
}

/// All VMs' standings, moved on operation by operation.
pub struct Timeline<'s> {
    scenario: &'s Scenario,
    vms: BTreeMap<Id<Vm>, Expected>,
}

impl<'s> Timeline<'s> {
    /// Before the first operation.
    pub fn new(scenario: &'s Scenario) -> Timeline<'s> {
        Timeline { scenario, vms: BTreeMap::new() }
    }

    /// The VMs that an operation has touched.
    pub fn touched(&self) -> impl Iterator<Item = (Id<Vm>, &Expected)> {
        self.vms.iter().map(|(id, standing)| (*id, standing))
    }

    /// Does operation `index` to one VM; or says why the product refuses it, and leaves the VM as it is.
    pub fn step(&mut self, index: usize, operation: &Operation, vm: Id<Vm>) -> Option<String> {
        let mut standing = self.standing(vm, operation);
        let refusal = self.refusal(&standing, operation, vm);
        if refusal.is_none() {
            apply(&mut standing, index, operation);
        }
        self.vms.insert(vm, standing);
        refusal
    }

    fn standing(&self, vm: Id<Vm>, operation: &Operation) -> Expected {
        let mut standing = self.vms.get(&vm).copied().unwrap_or_default();
        if !standing.is_set {
            let protection = self.scenario.vms[vm].protection.as_ref();
            let enabled = protection.map(|protection| protection.relationship.enabled.unwrap_or(Time::START));
            // An operation that enables at the very instant of the entry is that entry's, not a second one.
            let enables = matches!(operation.act.switches(), Some((_, Switch::On)));
            let is_due =
                |at: Time| at == Time::START || at < operation.at || (at == operation.at && !enables);
            standing.is_protected = enabled.is_some_and(is_due);
        }
        standing.testing_until = standing.testing_until.filter(|until| *until > operation.at);
        standing
    }

    fn refusal(&self, standing: &Expected, operation: &Operation, vm: Id<Vm>) -> Option<String> {
        let protection = self.scenario.vms[vm].protection.as_ref();
        let is_plain = !standing.is_adopted
            && protection.is_some_and(|protection| !protection.relationship.orchestrated);
        let open = standing.is_open;
        let say = |refused: bool, why: &str| refused.then(|| why.to_owned());
        let unless = |good: bool, why: &str| say(!good, why);
        let protected = || unless(standing.is_protected, "is not protected then");
        let driven = || protected().or(say(is_plain, "is not under Site Recovery"));
        let ready = || driven().or(say(standing.failed_over.is_some(), "is failed over already"));
        let untested = || {
            let until = standing.testing_until?;
            Some(format!("is under test until {}", until.since(Time::START)))
        };
        match &operation.act {
            Act::Enable { .. } => unless(protection.is_some(), "has no protection entry")
                .or(say(standing.is_protected && !is_plain, "is protected already")),
            Act::Disable { .. }
            | Act::StartInitial { .. }
            | Act::StopInitial { .. }
            | Act::Pause { .. }
            | Act::Resume { .. }
            | Act::Resynchronize { .. }
            | Act::CancelResynchronize { .. }
            | Act::SetPolicy { .. } => protected(),
            Act::TestFailover { .. } | Act::PlannedFailover { .. } => ready().or_else(untested),
            Act::UnplannedFailover { .. } => ready(),
            Act::Commit { .. } => protected().or(unless(open, "has no failover to commit")),
            Act::ChangePoint { .. } => protected().or(unless(
                open && standing.failed_over.is_some(),
                "has no failover whose point could change",
            )),
            Act::Cancel { .. } => protected().or(unless(open, "has no failover to cancel")),
            Act::Reverse { .. } => {
                let is_reversed = standing.failed_over.is_none() && standing.is_away;
                protected()
                    .or(say(is_reversed, "replicates back already"))
                    .or(unless(standing.failed_over.is_some(), "is not failed over"))
            }
            Act::Failback { .. } => driven()
                .or(unless(standing.is_away, "does not replicate back: fail over and reverse first"))
                .or_else(untested),
            Act::FailOverByHand { .. } => {
                protected().or(say(standing.failed_over.is_some(), "is failed over already"))
            }
            Act::Migrate { .. }
            | Act::Resize { .. }
            | Act::EditOffline { .. }
            | Act::BreakReplica { .. }
            | Act::Map { .. }
            | Act::SetQos { .. }
            | Act::ResetStatistics { .. }
            | Act::InstallProvider { .. }
            | Act::RestartPlan { .. } => None,
        }
    }
}

/// What an accepted operation leaves.
fn apply(standing: &mut Expected, index: usize, operation: &Operation) {
    match &operation.act {
        Act::Enable { .. } if standing.is_protected => (standing.is_adopted, standing.is_set) = (true, true),
        Act::Enable { .. } => {
            *standing = Expected { is_protected: true, is_set: true, ..Expected::default() }
        }
        Act::Disable { .. } => *standing = Expected { is_set: true, ..Expected::default() },
        Act::TestFailover { testing, .. } => standing.testing_until = Some(operation.at.plus(*testing)),
        // What is planned reverses replication as its last step (facts 4.3, 4.5).
        Act::PlannedFailover { .. } | Act::FailOverByHand { planned: true, .. } => {
            (standing.is_away, standing.is_open) = (!standing.is_away, true);
        }
        Act::Failback { .. } => (standing.is_away, standing.is_open) = (false, true),
        Act::UnplannedFailover { .. } | Act::FailOverByHand { planned: false, .. } => {
            (standing.failed_over, standing.is_open) = (Some(index), true);
        }
        Act::Commit { .. } => standing.is_open = false,
        Act::Cancel { .. } => {
            standing.is_away ^= standing.failed_over.is_none();
            (standing.failed_over, standing.is_open) = (None, false);
        }
        Act::Reverse { .. } => {
            (standing.failed_over, standing.is_open) = (None, false);
            standing.is_away = !standing.is_away;
        }
        Act::StartInitial { .. }
        | Act::StopInitial { .. }
        | Act::Pause { .. }
        | Act::Resume { .. }
        | Act::Resynchronize { .. }
        | Act::CancelResynchronize { .. }
        | Act::SetPolicy { .. }
        | Act::ChangePoint { .. }
        | Act::Migrate { .. }
        | Act::Resize { .. }
        | Act::EditOffline { .. }
        | Act::BreakReplica { .. }
        | Act::Map { .. }
        | Act::SetQos { .. }
        | Act::ResetStatistics { .. }
        | Act::InstallProvider { .. }
        | Act::RestartPlan { .. } => {}
    }
}
