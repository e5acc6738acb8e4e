//! What is a row by itself: moves, mappings, chosen points, and what else an operator must know of.

use crate::ids::Id;
use crate::outcome::notable::Notable;
use crate::topology::{Host, Network};
use crate::units::Time;

use super::operations::All;
use super::results::{How, IncidentRow, MappingRow, MoveRow, Operations, PointRow};
use crate::words;

impl All<'_> {
    fn moved(&self, at: Time, on: String, to: Id<Host>, how: How) -> MoveRow {
        MoveRow { on, at: self.written(at), to: self.scenario.topology.hosts[to].name.clone(), how }
    }

    fn mapped(&self, at: Time, from: Id<Network>, to: Option<Id<Network>>, replicas: u32) -> MappingRow {
        let name = |network: Id<Network>| self.scenario.topology.networks[network].name.clone();
        MappingRow { at: self.written(at), from: name(from), to: to.map(name), replicas: u64::from(replicas) }
    }

    /// What is a row by itself.
    pub(super) fn take(&self, operations: &mut Operations, at: Time, notable: &Notable) {
        match notable {
            Notable::Moved(vm, to, restarted) => {
                let how = if *restarted { How::Restarted } else { How::LiveMigration };
                operations.moves.push(self.moved(at, self.vm(*vm), *to, how));
            }
            Notable::ReplicaMoved(vm, to) => {
                let on = words::replica(self.scenario, *vm);
                operations.moves.push(self.moved(at, on, *to, How::WithinCluster));
            }
            Notable::Mapped(from, to, replicas) => {
                operations.mappings.push(self.mapped(at, *from, *to, *replicas));
            }
            Notable::PointChosen(vm, point) => operations.points.push(PointRow {
                on: self.vm(*vm),
                at: self.written(at),
                asked: words::choice(self.scenario, point.choice),
                point_at: self.written(point.cut),
                app_consistent: point.app_consistent,
                undo_s: point.undo.as_seconds(),
            }),
            Notable::Incident(incident) => {
                let (on, what) = words::incident(self.scenario, incident.clone());
                operations.incidents.push(IncidentRow { at: self.written(at), on, what });
            }
        }
    }
}
