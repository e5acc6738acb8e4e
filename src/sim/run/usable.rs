//! Recovery points that are there and cannot be taken: an undo log is damaged, or a disk was shrunk (facts 2.11, 2.13).
//!
//! Damage hits one point beside the newest, whose state is in the disks themselves. From 2012 R2 on undo logs lead back from the newest, so
//! the point and older ones are out of reach; on 2012 snapshots lead forward from the oldest, so the point and newer ones are. A
//! completed copy leaves no point from before it, and so ends the damage.

use crate::data_plane::{DataPlane, Point};
use crate::facts::{Seen, VmSeen};
use crate::ids::Id;
use crate::outage::{Component, Effect};
use crate::sim::World;
use crate::topology::OsVersion;
use crate::units::Time;
use crate::workload::Vm;

/// A point that is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Damage {
    /// What damaged it.
    strike: usize,
    cut: Time,
    /// Newer points are out of reach, not older ones: it is a snapshot.
    blocks_newer: bool,
}

impl Damage {
    fn blocks(&self, point: &Point) -> bool {
        if self.blocks_newer { point.cut >= self.cut } else { point.cut <= self.cut }
    }
}

impl<D: DataPlane> World<'_, D> {
    /// Those of `points` that can be taken.
    pub(in crate::sim) fn usable(&self, vm: Id<Vm>, mut points: Vec<Point>) -> Vec<Point> {
        let relation = &self.vm(vm).relation;
        points.retain(|point| {
            relation.shrunk.is_none_or(|shrunk| point.cut >= shrunk)
                && !relation.damages.iter().any(|damage| damage.blocks(point))
        });
        points
    }

    /// A strike damages the newest point that is as old as it says, beside the newest of all.
    pub(in crate::sim) fn damage(&mut self, strike: usize) {
        let hit = &self.strikes()[strike];
        let (Component::RecoveryPoints(vm), Effect::Damaged(age)) = (hit.component, hit.effect) else {
            return;
        };
        let points = self.data.points(vm);
        let is_old = |point: &&Point| point.cut.plus(age) <= self.now;
        let damaged = points.iter().skip(1).find(is_old).map(|point| point.cut);
        let run = self.vm(vm);
        let replica = run.peer.as_ref().filter(|_| run.uncommitted.is_none()).unwrap_or(&run.at).host;
        let blocks_newer = self.scenario.topology.hosts[replica].hyper_v.os == OsVersion::Ws2012;
        let before = self.usable(vm, points.clone()).len();
        let damage = damaged.map(|cut| Damage { strike, cut, blocks_newer });
        self.vm_mut(vm).relation.damages.extend(damage);
        let lost = before - self.usable(vm, points).len();
        let lost = u32::try_from(lost).expect("at most 25 points");
        self.record(Seen::Vm(vm, VmSeen::PointsDamaged { damaged, lost }));
    }

    /// What a strike damaged is restored.
    pub(in crate::sim) fn restore(&mut self, strike: usize) {
        if let Component::RecoveryPoints(vm) = self.strikes()[strike].component {
            self.vm_mut(vm).relation.damages.retain(|damage| damage.strike != strike);
        }
    }
}
