//! Facts that are rows by themselves: moves, mappings, chosen points, and what else an operator must know of.

use crate::facts::{Fact, Seen};
use crate::ids::Id;
use crate::outcome::incident::Incident;
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
    pub(super) fn take(&self, operations: &mut Operations, fact: &Fact) {
        let at = || self.written(fact.at);
        let incident = |incident: Incident| {
            let (on, what) = words::incident(self.scenario, incident);
            IncidentRow { at: at(), on, what }
        };
        match &fact.seen {
            Seen::Moved { vm, to, restarted } => {
                let how = if *restarted { How::Restarted } else { How::LiveMigration };
                operations.moves.push(self.moved(fact.at, self.vm(*vm), *to, how));
            }
            Seen::ReplicaMoved { vm, to } => {
                let on = words::replica(self.scenario, *vm);
                operations.moves.push(self.moved(fact.at, on, *to, How::WithinCluster));
            }
            Seen::Mapped { from, to, replicas } => {
                operations.mappings.push(self.mapped(fact.at, *from, *to, *replicas));
            }
            Seen::PointChosen { vm, choice, cut, app_consistent, undo } => operations.points.push(PointRow {
                on: self.vm(*vm),
                at: at(),
                asked: words::choice(self.scenario, *choice),
                point_at: self.written(*cut),
                app_consistent: *app_consistent,
                undo_s: undo.as_seconds(),
            }),
            Seen::SplitBrain { vm } => operations.incidents.push(incident(Incident::SplitBrain(*vm))),
            Seen::OperationWaits { operation } => {
                operations.incidents.push(incident(Incident::Waits(*operation)));
            }
            Seen::CorruptionFound { vm, clean } => {
                operations.incidents.push(incident(Incident::Corruption(*vm, *clean)));
            }
            Seen::PointsDamaged { vm, damaged, lost } => {
                operations.incidents.push(incident(Incident::Damage(*vm, *damaged, *lost)));
            }
            Seen::VmShutDown { vm, forced: true } => {
                operations.incidents.push(incident(Incident::TurnedOff(*vm)));
            }
            Seen::VmShutDown { forced: false, .. }
            | Seen::Struck { .. }
            | Seen::Repaired { .. }
            | Seen::StepBegan { .. }
            | Seen::StepEnded { .. }
            | Seen::VmStopped { .. }
            | Seen::VmRunning { .. }
            | Seen::VmIsolated { .. }
            | Seen::VmInService { .. }
            | Seen::VmGivenUp { .. }
            | Seen::PointTaken { .. }
            | Seen::ApplicationDown { .. }
            | Seen::ApplicationInService { .. }
            | Seen::Cancelled { .. }
            | Seen::Declared { .. }
            | Seen::LeftRunning { .. }
            | Seen::ByHandFirst { .. }
            | Seen::AfterByHand { .. }
            | Seen::HandedOver { .. }
            | Seen::ActionFailed { .. }
            | Seen::PlanDone { .. }
            | Seen::JobBegan { .. }
            | Seen::CompleteTesting { .. }
            | Seen::JobEnded { .. }
            | Seen::StateChanged { .. }
            | Seen::ChangedPlaces { .. }
            | Seen::Follows { .. }
            | Seen::TestVmRunning { .. }
            | Seen::TestVmRemoved { .. } => {}
        }
    }
}
