//! What each kind of job needs, in one table: that replication itself needs none of it is the point (facts 6.11, 6.12, T19, T30).
//!
//! Source is where the VM runs now, target where its replica stands; after an unplanned failover the target is where the VM runs.
//! A relationship that is not Site Recovery's needs no control plane. States, tests and scripts are checked by those who know them.

use std::collections::BTreeSet;

use crate::control_plane::{Runs, Vmm};
use crate::data_plane::DataPlane;
use crate::facts::{JobKind, Missing, Refusal};
use crate::ids::Id;
use crate::outage::Component;
use crate::protection::State;
use crate::sim::World;
use crate::sim::world::VmState;
use crate::topology::Host;
use crate::workload::Vm;

/// What a job needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The recovery service, and the way to it.
    pub service: bool,
    /// The VMM server of the source's cloud, with its provider.
    pub source_vmm: bool,
    /// The VMM server of the target's cloud, with its provider.
    pub target_vmm: bool,
    /// The host the VM runs on.
    pub source_host: bool,
    /// The host of the replica; in a reversal the one that is to receive.
    pub target_host: bool,
    /// A first copy that is done and finalized (facts 3.6, 4.1).
    pub copied: bool,
    /// That no test failover of it runs (fact 4.9).
    pub untested: bool,
}

const NOTHING: Needs = Needs {
    service: false,
    source_vmm: false,
    target_vmm: false,
    source_host: false,
    target_host: false,
    copied: false,
    untested: false,
};
/// Done on the source's host.
const SOURCE_HOST: Needs = Needs { source_host: true, ..NOTHING };
/// Done by Site Recovery at the recovery side alone.
const RECOVERY_SIDE: Needs = Needs { service: true, target_vmm: true, ..NOTHING };
/// Done by Site Recovery at both sides.
const BOTH_SIDES: Needs = Needs { source_vmm: true, ..RECOVERY_SIDE };
/// As before, with the hosts that replicate.
const BOTH_HOSTS: Needs = Needs { source_host: true, target_host: true, ..BOTH_SIDES };

/// The table.
pub const NEEDS: &[(JobKind, Needs)] = &[
    // Relationship and placeholder are made on both sides (fact 6.11).
    (JobKind::EnableProtection, BOTH_HOSTS),
    // Settings of the replica VM follow, from both servers (fact 3.6).
    (JobKind::FinalizeProtection, BOTH_SIDES),
    // Removed on both sides (S53); hosts that are down forget it when they are back.
    (JobKind::DisableProtection, BOTH_SIDES),
    // On the hosts, without Site Recovery.
    (JobKind::InitialReplication, Needs { target_host: true, ..SOURCE_HOST }),
    (JobKind::Pause, SOURCE_HOST),
    (JobKind::Resume, SOURCE_HOST),
    (JobKind::Resynchronize, SOURCE_HOST),
    (JobKind::Migrate, SOURCE_HOST),
    (JobKind::Configure, NOTHING),
    // The primary must be shut down and able to receive (facts 4.1, 6.12, T19).
    (JobKind::PlannedFailover, Needs { copied: true, untested: true, ..BOTH_HOSTS }),
    // The recovery side only; whether its host works is found VM by VM (facts 4.11, 4.15, 6.12).
    (JobKind::UnplannedFailover, RECOVERY_SIDE),
    // The replica's host runs the test VM (fact 4.26).
    (JobKind::TestFailover, Needs { target_host: true, copied: true, untested: true, ..RECOVERY_SIDE }),
    // Where the VM was failed over to (facts 4.16, 4.17).
    (JobKind::Commit, RECOVERY_SIDE),
    (JobKind::ChangePoint, RECOVERY_SIDE),
    (JobKind::CancelFailover, RECOVERY_SIDE),
    // The old source is back and receives (fact 4.21).
    (JobKind::ReverseReplicate, BOTH_HOSTS),
    // Both servers are connected (fact 4.23).
    (JobKind::Failback, Needs { copied: true, untested: true, ..BOTH_HOSTS }),
];

/// What a job of this kind needs.
pub(super) fn needs(kind: JobKind) -> Needs {
    let row = NEEDS.iter().find(|(own, _)| *own == kind);
    row.expect("every kind of job has its row").1
}

impl<D: DataPlane> World<'_, D> {
    /// What a job of this kind on `vm` lacks now; `None`: it may begin, as far as the table says.
    pub(super) fn refusal(&self, kind: JobKind, vm: Id<Vm>) -> Option<Refusal> {
        let missing = self.lacking(kind, vm).into_iter().next();
        missing.map(Refusal::ControlPlane).or_else(|| self.unready(kind, vm))
    }

    /// What it lacks beside the control plane: hosts, and a copy that is done.
    pub(super) fn unready(&self, kind: JobKind, vm: Id<Vm>) -> Option<Refusal> {
        let needs = needs(kind);
        let source = needs.source_host.then(|| self.source_host_down(vm)).flatten();
        let target = needs.target_host.then(|| self.replica_host_down(vm)).flatten();
        let run = self.vm(vm);
        let uncopied = needs.copied && !run.relation.is_ready;
        source.or(target).or_else(|| uncopied.then_some(Refusal::State(run.replication)))
    }

    /// What of the control plane a job of this kind on `vm` lacks.
    pub(super) fn lacking(&self, kind: JobKind, vm: Id<Vm>) -> BTreeSet<Missing> {
        let needs = needs(kind);
        let mut missing = BTreeSet::new();
        let protection = self.scenario.vms[vm].protection.as_ref();
        let is_plain = !protection.is_some_and(|it| it.relationship.orchestrated);
        let is_adopting = kind == JobKind::EnableProtection && self.is_to_be_taken_over(vm);
        if is_plain && !self.vm(vm).relation.is_orchestrated && !is_adopting {
            return missing;
        }
        if needs.service && !self.is_up(Component::RecoveryService) {
            missing.insert(Missing::RecoveryService);
        }
        let (source, target) = self.sides(kind, vm);
        missing.extend(source.filter(|_| needs.source_vmm).and_then(|host| self.missing_at(host)));
        missing.extend(target.filter(|_| needs.target_vmm).and_then(|host| self.missing_at(host)));
        missing
    }

    pub(super) fn missing_at(&self, host: Id<Host>) -> Option<Missing> {
        let Some(cloud) = self.cloud_of(host) else { return Some(Missing::Cloud(host)) };
        let vmm = self.scenario.control_plane.clouds[cloud].vmm;
        (!self.is_up(Component::Vmm(vmm))).then_some(Missing::Vmm(vmm))
    }

    /// The hosts of source and target. What settles a failover is done where the VM is.
    fn sides(&self, kind: JobKind, vm: Id<Vm>) -> (Option<Id<Host>>, Option<Id<Host>>) {
        let run = self.vm(vm);
        let (here, there) = (Some(run.at.host), run.peer.as_ref().map(|peer| peer.host));
        let settles = matches!(kind, JobKind::Commit | JobKind::ChangePoint | JobKind::CancelFailover);
        if settles || self.has_failed_over(vm) { (there, here) } else { (here, there) }
    }

    /// Whether `vm` runs, or is about to, where its replica was, and replication is not reversed yet.
    pub(super) fn has_failed_over(&self, vm: Id<Vm>) -> bool {
        matches!(self.vm(vm).replication, State::FailoverWaitingCompletion | State::FailedOver)
    }

    pub(super) fn source_host_down(&self, vm: Id<Vm>) -> Option<Refusal> {
        let host = self.vm(vm).at.host;
        (!self.is_up(Component::Host(host))).then_some(Refusal::HostDown(host))
    }

    pub(super) fn replica_host_down(&self, vm: Id<Vm>) -> Option<Refusal> {
        let host = self.vm(vm).peer.as_ref()?.host;
        (!self.is_up(Component::Host(host))).then_some(Refusal::HostDown(host))
    }

    /// Whether what a VMM server runs on works: a node of its cluster, its VM and that of its database wherever they are in service
    /// (S20, S24), and nobody is installing its provider (S33). Going over to another node takes no time.
    pub(super) fn vmm_runs(&self, vmm: Id<Vmm>) -> bool {
        let serves = |vm: Id<Vm>| self.vm(vm).state == VmState::InService;
        let deployment = &self.scenario.control_plane.vmms[vmm].deployment;
        let runs = match &deployment.runs {
            Runs::Machine => true,
            Runs::Nodes(hosts) => hosts.iter().any(|host| self.is_up(Component::Host(*host))),
            Runs::Vm(vm) => serves(*vm),
        };
        runs && deployment.sql.is_none_or(serves) && !self.relationships.installing.contains_key(&vmm)
    }
}
