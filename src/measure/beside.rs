//! Facts that are rows by themselves: moves, mappings, chosen points, and what else an operator must know of.

use crate::facts::{Fact, Seen, Subject};
use crate::ids::Id;
use crate::topology::Host;
use crate::units::Time;
use crate::workload::Vm;

use super::operations::All;
use super::results::{How, IncidentRow, MappingRow, MoveRow, Operations, PointRow};
use super::words;

impl All<'_> {
    fn left(&self, clean: Option<Time>) -> String {
        clean.map_or_else(
            || "no clean recovery point is left".to_owned(),
            |cut| format!("the newest clean recovery point is of {}", self.written(cut)),
        )
    }

    fn waits(&self, at: String, operation: usize) -> IncidentRow {
        let by = self.scenario.operations[operation].by;
        let team = by.map_or("", |by| self.scenario.recovery.people[by].name.as_str());
        let on = words::subject(self.scenario, Subject::Operation(operation));
        IncidentRow { at, on, what: format!("nobody of {team} is on duty and can be reached: it waits") }
    }

    fn moved(&self, at: Time, on: String, to: Id<Host>, how: How) -> MoveRow {
        MoveRow { on, at: self.written(at), to: self.scenario.topology.hosts[to].name.clone(), how }
    }

    /// What is a row by itself.
    pub(super) fn take(&self, operations: &mut Operations, fact: &Fact) {
        let at = || self.written(fact.at);
        let topology = &self.scenario.topology;
        let incident = |vm: Id<Vm>, what: String| IncidentRow { at: at(), on: self.vm(vm), what };
        match &fact.seen {
            Seen::Moved { vm, to, restarted } => {
                let how = if *restarted { How::Restarted } else { How::LiveMigration };
                operations.moves.push(self.moved(fact.at, self.vm(*vm), *to, how));
            }
            Seen::ReplicaMoved { vm, to } => {
                let on = format!("replica of {}", self.vm(*vm));
                operations.moves.push(self.moved(fact.at, on, *to, How::WithinCluster));
            }
            Seen::Mapped { from, to, replicas } => operations.mappings.push(MappingRow {
                at: at(),
                from: topology.networks[*from].name.clone(),
                to: to.map(|to| topology.networks[to].name.clone()),
                replicas: u64::from(*replicas),
            }),
            Seen::PointChosen { vm, choice, cut, app_consistent, undo } => operations.points.push(PointRow {
                on: self.vm(*vm),
                at: at(),
                asked: words::choice(self.scenario, *choice),
                point_at: self.written(*cut),
                app_consistent: *app_consistent,
                undo_s: undo.as_seconds(),
            }),
            Seen::SplitBrain { vm } => operations.incidents.push(incident(
                *vm,
                "split brain: the source runs again beside the VM that was failed over".to_owned(),
            )),
            Seen::OperationWaits { operation } => operations.incidents.push(self.waits(at(), *operation)),
            Seen::CorruptionFound { vm, clean } => {
                operations.incidents.push(incident(*vm, format!("corruption found: {}", self.left(*clean))));
            }
            Seen::PointsDamaged { vm, damaged, lost } => {
                operations.incidents.push(incident(*vm, self.damage(*damaged, *lost)));
            }
            Seen::VmShutDown { vm, forced: true } => operations
                .incidents
                .push(incident(*vm, "did not shut down in time and was turned off".to_owned())),
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
            | Seen::TestVmRunning { .. }
            | Seen::TestVmRemoved { .. } => {}
        }
    }

    fn damage(&self, damaged: Option<Time>, lost: u32) -> String {
        let Some(cut) = damaged else { return "damage to older recovery points met none".to_owned() };
        format!("the recovery point of {} is damaged: {lost} can no longer be taken", self.written(cut))
    }
}
