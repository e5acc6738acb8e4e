//! What the product would refuse and is known before the run, operation by operation in the order of time.

use std::collections::{BTreeMap, BTreeSet};

use super::Written;
use crate::ids::Id;
use crate::operations::{Act, Operation, Scope, Switch, TestNetwork};
use crate::outage::Outage;
use crate::problem::{Code, Problem, codes};
use crate::scenario::Scenario;
use crate::scenario::protection::protect::Pair;
use crate::scenario::reading::context::Context;
use crate::scenario::reading::diagnostics::Shared;
use crate::topology::{Isolation, Network};
use crate::workload::Vm;

/// Checks all operations. Call it when nothing is wrong so far.
pub fn check<'t>(
    context: &Context<'_, 't>,
    scenario: &Scenario,
    pairs: &BTreeMap<usize, Pair<'t>>,
    all: &[Written<'t>],
) {
    let (moved, sizes) = (BTreeSet::new(), BTreeMap::new());
    let starts = pairs
        .iter()
        .filter(|(_, pair)| !pair.relationship.orchestrated && pair.relationship.enabled.is_none());
    let plain = starts.map(|(vm, _)| (Id::new(*vm), false)).collect();
    let checker = Checker { scenario, pairs, moved, plain, sizes };
    let own: BTreeSet<Option<Id<Outage>>> = all.iter().map(|written| written.operation.of).collect();
    for of in own {
        let mut checker = checker.clone();
        if of.is_some() {
            // An outage may have failed over any of them.
            checker.moved = scenario.vms.ids().collect();
        }
        let is_done = |operation: &Operation| operation.of.is_none() || operation.of == of;
        for written in all.iter().filter(|written| is_done(&written.operation)) {
            let mut refused = Shared::default();
            for (code, what) in checker.act(&written.operation.act) {
                let what = format!("{}: {what}", written.operation.name);
                let place = context.diagnostics.place(written.slice);
                refused.note(code.id, || Problem::new(code, place, what));
            }
            if written.operation.of == of {
                refused.tell(context.diagnostics);
            }
        }
    }
}

/// What would be refused, and why.
type Refused = Option<(&'static Code, String)>;

#[derive(Clone)]
struct Checker<'c, 't> {
    scenario: &'c Scenario,
    pairs: &'c BTreeMap<usize, Pair<'t>>,
    /// VMs that were failed over before.
    moved: BTreeSet<Id<Vm>>,
    /// VMs of plain Hyper-V Replica that are replicated by now, and whether Site Recovery has taken them over (S78).
    plain: BTreeMap<Id<Vm>, bool>,
    /// Sizes of disks by now, where they were changed.
    sizes: BTreeMap<(Id<Vm>, usize), u64>,
}

impl Checker<'_, '_> {
    fn act(&mut self, act: &Act) -> Vec<(&'static Code, String)> {
        match act.switches() {
            Some((vms, Switch::On)) => self.enabled(vms),
            Some((vms, Switch::Off { .. })) => self.plain.retain(|vm, _| !vms.contains(vm)),
            None => {}
        }
        let refused = match act {
            Act::Enable { vms }
            | Act::Disable { vms, .. }
            | Act::StartInitial { vms }
            | Act::StopInitial { vms }
            | Act::Pause { vms, .. }
            | Act::Resume { vms }
            | Act::Resynchronize { vms }
            | Act::CancelResynchronize { vms }
            | Act::ResetStatistics { vms }
            | Act::SetPolicy { vms, .. } => self.protected(vms),
            Act::BreakReplica { vm, .. } => self.protected(&[*vm]),
            Act::Migrate { vm, to, .. } => self.migration(*vm, to.index()),
            Act::Resize { vm, disk, size, .. } => self.shrinking(*vm, *disk, size.0),
            Act::EditOffline { .. } | Act::Map { .. } | Act::SetQos { .. } | Act::InstallProvider { .. } => {
                None
            }
            Act::TestFailover { of, network, .. } => {
                let refused = self.fails_over(*of);
                return match network {
                    TestNetwork::Existing(network) if refused.is_none() => self.test_network(*of, *network),
                    TestNetwork::Existing(_) | TestNetwork::None | TestNetwork::Created => {
                        refused.into_iter().collect()
                    }
                };
            }
            Act::PlannedFailover { of } | Act::UnplannedFailover { of, .. } => {
                self.moved.extend(self.vms(*of));
                self.fails_over(*of)
            }
            Act::Commit { of } | Act::ChangePoint { of, .. } | Act::Cancel { of } | Act::Reverse { of } => {
                match of {
                    // Of a VM of plain Hyper-V Replica that is done by hand.
                    Scope::Vm(vm) => self.protected(&[*vm]),
                    Scope::Plan(_) => self.fails_over(*of),
                }
            }
            Act::Failback { of } => self.fails_over(*of),
            Act::RestartPlan { plan } => self.fails_over(Scope::Plan(*plan)),
            Act::FailOverByHand { vm, .. } => {
                self.moved.insert(*vm);
                self.protected(&[*vm])
            }
        };
        refused.into_iter().collect()
    }

    /// What was not replicated is from now on; of what was, Site Recovery takes over what it does not run yet.
    fn enabled(&mut self, vms: &[Id<Vm>]) {
        for vm in vms {
            if self.pairs.get(&vm.index()).is_some_and(|pair| !pair.relationship.orchestrated) {
                self.plain.entry(*vm).and_modify(|is_adopted| *is_adopted = true).or_insert(false);
            }
        }
    }

    fn vms(&self, of: Scope) -> Vec<Id<Vm>> {
        match of {
            Scope::Vm(vm) => vec![vm],
            Scope::Plan(plan) => {
                let groups = self.scenario.recovery.plans[plan].groups.iter();
                groups.flat_map(|group| group.vms.iter().copied()).collect()
            }
        }
    }

    fn protected(&self, vms: &[Id<Vm>]) -> Refused {
        if vms.is_empty() {
            return Some((&codes::NEVER_PROTECTED, "none of the VMs is protected".to_owned()));
        }
        let vm = vms.iter().find(|vm| !self.pairs.contains_key(&vm.index()))?;
        Some((&codes::NEVER_PROTECTED, format!("vm `{}` is never protected", self.scenario.vms[*vm].name)))
    }

    /// What Site Recovery fails over is protected by Site Recovery; of a plan at least one VM.
    fn fails_over(&self, of: Scope) -> Refused {
        if let Scope::Plan(plan) = of {
            let plan = &self.scenario.recovery.plans[plan];
            let what = || format!("plan `{}` is people's own list, not one of Site Recovery", plan.name);
            if plan.conduct.by_hand {
                return Some((&codes::NOT_ORCHESTRATED, what()));
            }
        }
        let vms = self.vms(of);
        let protected: Vec<Id<Vm>> =
            vms.iter().copied().filter(|vm| self.pairs.contains_key(&vm.index())).collect();
        if protected.is_empty() {
            return self.protected(if matches!(of, Scope::Vm(_)) { &vms } else { &[] });
        }
        let is_plain = |vm: &&Id<Vm>| {
            let is_adopted = self.plain.get(vm).is_some_and(|is_adopted| *is_adopted);
            !self.pairs[&vm.index()].relationship.orchestrated && !is_adopted
        };
        let by_hand = protected.iter().find(is_plain)?;
        let name = &self.scenario.vms[*by_hand].name;
        Some((&codes::NOT_ORCHESTRATED, format!("vm `{name}` is replicated without Site Recovery")))
    }

    fn migration(&self, vm: Id<Vm>, to: usize) -> Refused {
        let topology = &self.scenario.topology;
        let (home, to) = (&topology.hosts[self.scenario.vms[vm].host], &topology.hosts[Id::new(to)]);
        if self.moved.contains(&vm) || home.site == to.site {
            return None;
        }
        let what = format!(
            "host `{}` stands at site `{}`, and vm `{}` runs at `{}`",
            to.name, topology.sites[to.site].name, self.scenario.vms[vm].name, topology.sites[home.site].name
        );
        Some((&codes::OTHER_SITE, what))
    }

    fn shrinking(&mut self, vm: Id<Vm>, disk: usize, size: u64) -> Refused {
        let vm_row = &self.scenario.vms[vm];
        let disk_row = vm_row.disks.get(disk)?;
        let before = self.sizes.insert((vm, disk), size).unwrap_or(disk_row.size.0);
        let what = || {
            let (before, size) = (crate::units::Bytes(before), crate::units::Bytes(size));
            format!("disk `{}/{}` has {before} and would shrink to {size}", vm_row.name, disk_row.name)
        };
        (size < before).then(|| (&codes::SHRINK, what()))
    }

    /// Fact 4.29: what network virtualisation needs and the replica's network does not give.
    fn test_network(&self, of: Scope, test: Id<Network>) -> Vec<(&'static Code, String)> {
        let topology = &self.scenario.topology;
        let test = &topology.networks[test];
        if test.fabric.isolation != Isolation::Wnv {
            return Vec::new();
        }
        let mut refused = Vec::new();
        for vm in self.vms(of).into_iter().filter(|vm| !self.moved.contains(vm)) {
            for nic in &self.scenario.vms[vm].nics {
                let mut mappings = topology.mappings.iter().filter(|mapping| mapping.from == nic.network);
                let mapping = mappings.find(|mapping| topology.networks[mapping.to].site == test.site);
                let Some(network) = mapping.map(|mapping| &topology.networks[mapping.to]) else { continue };
                let reason = match network.fabric.isolation {
                    Isolation::None => "has no isolation, so there are no subnets",
                    Isolation::Vlan if !nic.static_address => {
                        "uses DHCP on a VLAN, so there is no address pool"
                    }
                    Isolation::Vlan | Isolation::Wnv => continue,
                };
                let what = format!(
                    "the replica of vm `{}` {reason} (network `{}`), and test network `{}` is virtualised",
                    self.scenario.vms[vm].name, network.name, test.name
                );
                refused.push((&codes::TEST_NETWORK, what));
                break;
            }
        }
        refused
    }
}
