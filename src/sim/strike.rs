//! Strikes and repairs: a component is up when no strike holds it.
//!
//! A strike holds its component from its first instant to just before its repair, so that one which begins at another's repair
//! leaves no gap; one without length never happened. Degradation has a meaning for links only: the lowest share holds, down wins.
//! A struck site is its hosts, volumes and VMM servers, which are struck beside it.

use crate::data_plane::DataPlane;
use crate::facts::{Reason, Seen, StrikeSeen};
use crate::ids::Id;
use crate::outage::{Component, Effect};
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::world::{Place, VmRun, VmState};
use crate::topology::Link;
use crate::units::Ratio;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    pub(super) fn schedule_strikes(&mut self) {
        for (index, strike) in self.strikes().iter().enumerate() {
            if strike.to.is_some_and(|to| to <= strike.from) {
                continue;
            }
            self.queue.push(strike.from, Event::Strike { strike: index });
            if let Some(to) = strike.to {
                self.queue.push(to, Event::Repair { strike: index });
            }
        }
    }

    pub(super) fn strike(&mut self, strike: usize) {
        self.record(Seen::Strike(strike, StrikeSeen::Began));
        self.damage(strike);
        self.reassess(self.strikes()[strike].component);
    }

    pub(super) fn repair(&mut self, strike: usize) {
        self.record(Seen::Strike(strike, StrikeSeen::Repaired));
        self.restore(strike);
        self.reassess(self.strikes()[strike].component);
    }

    fn reassess(&mut self, component: Component) {
        let holding = self.strikes().iter().filter(|strike| {
            strike.component == component
                && strike.from <= self.now
                && strike.to.is_none_or(|to| to > self.now)
        });
        let (mut is_down, mut share) = (false, Ratio::ONE);
        for strike in holding {
            match strike.effect {
                Effect::Down => is_down = true,
                Effect::Degraded(left) => share = share.min(left),
                Effect::Damaged(_) => {}
            }
        }
        if let Component::Link(link) = component {
            self.carry(link, (!is_down).then_some(share));
        } else if is_down && self.down.insert(component) {
            self.fail(component);
        } else if !is_down && self.down.remove(&component) {
            self.come_back(component);
        }
    }

    fn carry(&mut self, link: Id<Link>, share: Option<Ratio>) {
        if self.shares[link.index()] != share {
            self.shares[link.index()] = share;
            self.data.set_link(link, share);
        }
    }

    fn fail(&mut self, component: Component) {
        for vm in self.dwellers(component) {
            self.hit(vm);
        }
        self.take_effect(component, false);
        match component {
            Component::Host(host) => self.crashed(host),
            Component::Replication(vm) => self.break_replication(vm),
            Component::Contents(vm) => self.corrupt(vm),
            Component::Volume(volume) => self.break_migrations_onto(volume),
            Component::Site(_)
            | Component::Link(_)
            | Component::Vmm(_)
            | Component::RecoveryService
            | Component::People(_)
            | Component::Broker(_)
            | Component::RecoveryPoints(_) => {}
        }
    }

    fn come_back(&mut self, component: Component) {
        self.take_effect(component, true);
        for vm in self.dwellers(component) {
            self.repaired_under(vm);
        }
        match component {
            Component::Host(host) => {
                self.repaired(host);
                self.resume_copies();
            }
            Component::Volume(_) => self.resume_copies(),
            Component::Broker(cluster) => self.try_again(cluster),
            Component::Contents(vm) => self.find_corruption(vm),
            Component::Site(_)
            | Component::Link(_)
            | Component::Vmm(_)
            | Component::RecoveryService
            | Component::People(_)
            | Component::Replication(_)
            | Component::RecoveryPoints(_) => {}
        }
        self.control_changed();
    }

    /// VMs and replicas on a host or volume now, by id.
    fn dwellers(&self, component: Component) -> Vec<Id<Vm>> {
        let stands_on = |place: &Place| match component {
            Component::Host(host) => place.host == host,
            Component::Volume(volume) => place.volumes.contains(&volume),
            Component::Site(_)
            | Component::Link(_)
            | Component::Vmm(_)
            | Component::RecoveryService
            | Component::People(_)
            | Component::Broker(_)
            | Component::Contents(_)
            | Component::Replication(_)
            | Component::RecoveryPoints(_) => false,
        };
        let is_one = |run: &VmRun| stands_on(&run.at) || run.peer.as_ref().is_some_and(stands_on);
        self.scenario.vms.ids().filter(|vm| is_one(self.vm(*vm))).collect()
    }

    /// Lets replication or the people know.
    fn take_effect(&mut self, component: Component, up: bool) {
        match component {
            Component::Host(host) => self.data.set_host(host, up),
            Component::Volume(volume) => self.data.set_volume(volume, up),
            Component::People(people) => self.staffing_changed(people),
            Component::Site(_)
            | Component::Link(_)
            | Component::Vmm(_)
            | Component::RecoveryService
            | Component::Broker(_)
            | Component::Contents(_)
            | Component::Replication(_)
            | Component::RecoveryPoints(_) => {}
        }
    }

    /// Something that `vm` or its replica stands on has failed.
    fn hit(&mut self, vm: Id<Vm>) {
        self.test_hit(vm);
        self.twin_hit(vm);
        match self.vm(vm).state {
            VmState::Draining => {
                if let Some(reason) = self.replica_lost(vm) {
                    self.break_failover(vm, reason);
                }
            }
            VmState::FailingOver => {
                if let Some(reason) = self.lost(&self.vm(vm).at) {
                    self.break_failover(vm, reason);
                }
            }
            VmState::ShuttingDown | VmState::Off => self.preparation_hit(vm),
            VmState::Booting
            | VmState::Connecting
            | VmState::Awaiting
            | VmState::Readying
            | VmState::InService
            | VmState::Corrupt
            | VmState::Isolated => {
                if !self.stands(vm) {
                    self.stop(vm);
                    self.break_migration(vm);
                }
            }
            VmState::Down | VmState::Claimed | VmState::FailedOver | VmState::InHands | VmState::Failed => {}
        }
    }

    /// Something that `vm` or its replica stands on works again.
    pub(super) fn repaired_under(&mut self, vm: Id<Vm>) {
        self.stray_returns(vm);
        if self.vm(vm).state == VmState::Down && self.stands(vm) {
            self.power_again(vm);
        } else {
            self.go_on_after_repair(vm);
        }
    }

    /// `vm`, which is down, is powered on again where it is now.
    pub(super) fn power_again(&mut self, vm: Id<Vm>) {
        let repair = self.vm_mut(vm).step.take().expect("a VM that is down waits for repair");
        self.end(repair);
        self.boot(vm, repair);
        for plan in &self.relations.plans[vm.index()] {
            self.reconsider(*plan);
        }
    }

    /// Whether what `vm` stands on works.
    pub(super) fn stands(&self, vm: Id<Vm>) -> bool {
        self.lost(&self.vm(vm).at).is_none()
    }

    /// Why the replica of `vm` cannot be used now.
    pub(super) fn replica_lost(&self, vm: Id<Vm>) -> Option<Reason> {
        self.lost(self.vm(vm).peer.as_ref()?)
    }

    /// What of a place does not work.
    pub(super) fn lost(&self, place: &Place) -> Option<Reason> {
        if !self.is_up(Component::Host(place.host)) {
            return Some(Reason::ReplicaHostDown(place.host));
        }
        let down = place.volumes.iter().filter(|volume| !self.is_up(Component::Volume(**volume)));
        down.min().map(|volume| Reason::ReplicaVolumeDown(*volume))
    }
}
