//! What operators change on disks, policies and servers (facts 1.2, 1.21, 2.13, 2.14, 6.4, S33).
//!
//! A disk that grows without its replica is written beyond the replica's end at once: replication stops in an error that ends
//! when the replica's disk has grown too and an operator resumes.

use super::Work;
use crate::control_plane::Vmm;
use crate::data_plane::{DataPlane, Trigger};
use crate::facts::{JobId, JobKind, JobOutcome, Refusal, Seen, VmSeen};
use crate::ids::Id;
use crate::protection::{Policy, State, Technology};
use crate::sim::World;
use crate::topology::OsVersion;
use crate::units::{Bytes, Span};
use crate::workload::Vm;

/// Hosts of Windows Server 2012 know no other interval (fact 1.2).
const ONLY_INTERVAL: Span = Span::seconds(300);

impl<D: DataPlane> World<'_, D> {
    pub(super) fn resize(
        &mut self,
        vm: Id<Vm>,
        disk: usize,
        size: Bytes,
        replica_too: bool,
        operation: usize,
    ) {
        let row = &self.scenario.vms[vm];
        if !self.attempt(JobKind::Configure, vm, Some(operation), None) {
            return;
        }
        let now = self.now;
        let relation = &mut self.vm_mut(vm).relation;
        let Some(own) = relation.sizes.get_mut(disk) else { return };
        let shrinks = size < *own;
        *own = size;
        let total = Bytes(relation.sizes.iter().map(|size| size.0).fold(0, u64::saturating_add));
        if replica_too {
            relation.replica_sizes[disk] = size;
        }
        if shrinks {
            relation.shrunk = Some(now);
        }
        self.data.resize_vm(vm, total);
        if row.disks[disk].replicate && self.is_out_of_bounds(vm) {
            self.break_replication(vm);
        }
    }

    /// Whether a replicated disk is larger than its replica.
    pub(super) fn is_out_of_bounds(&self, vm: Id<Vm>) -> bool {
        let relation = &self.vm(vm).relation;
        let sizes = relation.sizes.iter().zip(&relation.replica_sizes);
        sizes.zip(&self.scenario.vms[vm].disks).any(|((own, replica), disk)| disk.replicate && own > replica)
    }

    pub(super) fn edit_offline(&mut self, vm: Id<Vm>, operation: usize) {
        if self.attempt(JobKind::Configure, vm, Some(operation), None) {
            self.force_resync(vm, Trigger::OfflineEdit);
        }
    }

    /// `vm` follows another policy, if that is for its host's version.
    pub(super) fn follow(&mut self, vm: Id<Vm>, id: Id<Policy>, operation: usize) {
        let run = self.vm(vm);
        let (state, host) = (run.replication, run.at.host);
        let os = self.scenario.topology.hosts[host].hyper_v.os;
        let only_for = self.scenario.policies[id].settings.os;
        let refusal = if state == State::NotEnabled {
            Some(Refusal::State(state))
        } else {
            only_for.filter(|only| *only != os).map(|_| Refusal::UnpreparedHost(host))
        };
        if !self.attempt(JobKind::Configure, vm, Some(operation), refusal) {
            return;
        }
        self.follows(vm, id);
        self.data.set_policy(vm, id, &self.adapted(vm, id));
    }

    pub(super) fn follows(&mut self, vm: Id<Vm>, policy: Id<Policy>) {
        if self.vm_mut(vm).relation.policy.replace(policy) != Some(policy) {
            self.record(Seen::Vm(vm, VmSeen::Follows(policy)));
        }
    }

    /// A policy as it holds for `vm`: whatever it says, hosts of 2012 know one interval only, at either end.
    pub(in crate::sim) fn adapted(&self, vm: Id<Vm>, id: Id<Policy>) -> Policy {
        let mut policy = self.scenario.policies[id].clone();
        if self.has_old_end(vm) && policy.technology == Technology::HyperV {
            policy.interval = ONLY_INTERVAL;
        }
        policy
    }

    pub(in crate::sim) fn has_old_end(&self, vm: Id<Vm>) -> bool {
        let (run, hosts) = (self.vm(vm), &self.scenario.topology.hosts);
        let mut ends = [Some(run.at.host), run.peer.as_ref().map(|peer| peer.host)].into_iter().flatten();
        ends.any(|host| hosts[host].hyper_v.os == OsVersion::Ws2012)
    }

    /// VMM is stopped while its provider is installed.
    pub(super) fn install_provider(&mut self, vmm: Id<Vmm>, takes: Span, operation: usize) {
        let job = self.begin_job(JobKind::Configure, None, Some(operation));
        let until = self.now.plus(takes);
        let installing = self.relationships.installing.entry(vmm).or_insert(until);
        *installing = until.max(*installing);
        self.work_after(takes, job, Work::Install(vmm));
    }

    pub(super) fn installed(&mut self, vmm: Id<Vmm>, job: JobId) {
        if self.relationships.installing.get(&vmm).is_some_and(|until| *until <= self.now) {
            self.relationships.installing.remove(&vmm);
        }
        self.end_job(job, JobOutcome::Succeeded);
        self.control_changed();
    }
}
