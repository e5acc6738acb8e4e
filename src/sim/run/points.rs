//! Which recovery point a failover takes (facts 4.17, 4.32, 2.10).
//!
//! Never one that is damaged ([`super::usable`]), and never one cut after the instant at which corruption began, once that is found; one cut at that very instant holds what was before. The point common to a plan is the newest of each VM
//! that is not newer than c, the oldest of the VMs' newest clean points when the data step begins. An older point costs the time to undo
//! what is newer, at the apply rate of the replica's volume; on Windows Server 2012 points are snapshots and cost nothing.

use crate::data_plane::{DataPlane, Point};
use crate::facts::{Seen, VmSeen};
use crate::ids::Id;
use crate::recovery::PointChoice;
use crate::sim::World;
use crate::sim::world::Place;
use crate::topology::OsVersion;
use crate::units::{Bytes, MICROS, Span, Time};
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Points of `vm` that may be taken, newest first. A planned failover moves what is there, corrupt or not: it loses nothing.
    pub(in crate::sim) fn clean_points(&self, vm: Id<Vm>) -> Vec<Point> {
        let points = self.usable(vm, self.data.points(vm));
        let run = self.vm(vm).hand.map(|run| &self.runs[run]);
        if run.is_some_and(|run| run.kind.is_planned()) { points } else { self.clean(vm, points) }
    }

    /// Those of `points` that are not known to be corrupt.
    pub(in crate::sim) fn clean(&self, vm: Id<Vm>, mut points: Vec<Point>) -> Vec<Point> {
        if let Some(corrupt) = self.found_corrupt_from(vm) {
            points.retain(|point| point.cut <= corrupt);
        }
        points
    }

    /// The oldest of the newest clean points of `vms`.
    pub(in crate::sim) fn common_point(&self, vms: &[Id<Vm>]) -> Option<Time> {
        vms.iter().filter_map(|vm| self.clean_points(*vm).first().map(|point| point.cut)).min()
    }

    /// The point that `choice` takes of `points`, newest first.
    pub(in crate::sim) fn choose(
        points: &[Point],
        choice: PointChoice,
        common: Option<Time>,
    ) -> Option<Point> {
        let not_after = |limit: Time| points.iter().find(|point| point.cut <= limit);
        let found = match choice {
            PointChoice::Latest => points.first(),
            PointChoice::LatestAppConsistent => {
                points.iter().find(|point| point.app_consistent).or(points.first())
            }
            PointChoice::Common => common.map_or(points.first(), not_after),
            PointChoice::NotAfter(limit) => not_after(limit),
        };
        found.copied()
    }

    /// Says which point was chosen, unless it is the newest as asked for; how long its undoing takes at `place`.
    pub(in crate::sim) fn chosen(
        &mut self,
        vm: Id<Vm>,
        choice: PointChoice,
        point: Point,
        place: &Place,
    ) -> Span {
        let undo = self.undoing(point.undo, place);
        let newest = self.data.newest_point(vm);
        let fell_back = choice == PointChoice::LatestAppConsistent && !point.app_consistent;
        if fell_back || newest != Some(point.cut) {
            let (cut, app_consistent) = (point.cut, point.app_consistent);
            self.record(Seen::Vm(vm, VmSeen::PointChosen { choice, cut, app_consistent, undo }));
        }
        undo
    }

    /// ⌈bytes ÷ rate⌉ of the volume, in µs.
    fn undoing(&self, bytes: Bytes, place: &Place) -> Span {
        let topology = &self.scenario.topology;
        if topology.hosts[place.host].hyper_v.os == OsVersion::Ws2012 {
            return Span::ZERO;
        }
        let rate = place.volumes.iter().filter_map(|volume| topology.volumes[*volume].apply_rate).min();
        let Some(rate) = rate.filter(|rate| rate.0 > 0) else { return Span::ZERO };
        let micros = (u128::from(bytes.0) * u128::from(MICROS)).div_ceil(u128::from(rate.0));
        Span(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}
