//! Two copies of a VM run (fact 4.14, T21).
//!
//! Before an unplanned failover the replica's side asks the source's host whether the VM runs there. Over a whole path it is told, and the failover
//! is refused; through a cut one nobody answers, the failover goes on, and what still runs at the source runs on. A VM that was running when its
//! host was lost would boot there again: if the recovery service and the source side's VMM server are up at that instant, it learns that it was
//! failed over and is kept off; otherwise two copies run too. They do until one of them is given up: by a reversal or a crash the old one, by a
//! cancel the one that was failed over.

use crate::data_plane::DataPlane;
use crate::facts::{Kept, Seen, VmSeen};
use crate::ids::Id;
use crate::outage::Component;
use crate::sim::World;
use crate::topology::links::LinkGraph;
use crate::topology::{Host, Node};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Something that the source of `vm` stands on works again.
    pub(in crate::sim) fn stray_returns(&mut self, vm: Id<Vm>) {
        let run = self.vm(vm);
        let Some(source) = run.peer.as_ref().filter(|_| run.is_stray) else { return };
        if self.lost(source).is_some() {
            return;
        }
        let is_kept_off = self.is_up(Component::RecoveryService) && self.missing_at(source.host).is_none();
        self.vm_mut(vm).is_stray = false;
        if !is_kept_off {
            self.runs_twice(vm);
        }
    }

    /// Two copies of `vm` run from now on.
    pub(in crate::sim) fn runs_twice(&mut self, vm: Id<Vm>) {
        let now = self.now;
        self.vm_mut(vm).twice_since = Some(now);
        self.data.run_twice(vm);
        self.record(Seen::Vm(vm, VmSeen::SplitBrain));
    }

    /// One copy of `vm` is left, if there were two.
    pub(in crate::sim) fn runs_once(&mut self, vm: Id<Vm>, kept: Kept) {
        if let Some(since) = self.vm_mut(vm).twice_since.take() {
            self.data.run_once(vm, kept != Kept::Old);
            self.record(Seen::Vm(vm, VmSeen::SplitBrainOver { since, kept }));
        }
    }

    /// Something that `vm` or its peer stands on has failed: a copy that ran there stops, and boots again with it.
    pub(in crate::sim) fn twin_hit(&mut self, vm: Id<Vm>) {
        if self.vm(vm).twice_since.is_some() && self.replica_lost(vm).is_some() {
            self.runs_once(vm, Kept::FailedOver);
            self.vm_mut(vm).is_stray = true;
        }
    }

    /// The run ends: what still runs twice is told.
    pub(in crate::sim) fn tell_twins(&mut self) {
        for vm in self.scenario.vms.ids() {
            self.runs_once(vm, Kept::Both);
        }
    }

    /// Whether the replica's host can see that the source of `vm` runs: there is a path between them.
    pub(super) fn is_seen(&self, vm: Id<Vm>) -> bool {
        let run = self.vm(vm);
        run.peer.as_ref().is_none_or(|peer| self.reaches(peer.host, run.at.host))
    }

    fn reaches(&self, from: Id<Host>, to: Id<Host>) -> bool {
        let topology = &self.scenario.topology;
        let [from, to] = [from, to].map(|host| topology.hosts[host].site);
        let node = |site| -> Option<Id<Node>> {
            topology.nodes.entries().find(|(_, node)| node.site == Some(site)).map(|(id, _)| id)
        };
        let (Some(start), Some(end)) = (node(from), node(to)) else { return true };
        let is_up = |link: Id<_>| self.shares[link.index()].is_some();
        from == to || LinkGraph::new(topology).route(start, end, is_up).is_some()
    }
}
