//! What operators do: each act of the timeline, handed to the topic it belongs to.

use crate::data_plane::{DataPlane, Notice};
use crate::facts::{JobKind, JobOutcome, OperationSeen, Seen};
use crate::ids::Id;
use crate::operations::Act;
use crate::outage::Outage;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::people::Task;
use crate::units::{Span, Time};

impl<D: DataPlane> World<'_, D> {
    /// The same world with what operators do after an outage of the scenario ahead, by which it is struck, at this or another instant: they
    /// keep their distance from its first strike.
    #[must_use]
    pub fn operated_after(mut self, outage: Id<Outage>) -> Self {
        let first = self.scenario.outages[outage].first_strike();
        let moved = first.zip(self.outage.and_then(Outage::first_strike));
        self.schedule(Some(outage), |at| moved.map_or(at, |(first, to)| to.plus(at.since(first))));
        self
    }

    /// What operators do in every run.
    pub(super) fn schedule_operations(&mut self) {
        self.schedule(None, |at| at);
    }

    fn schedule(&mut self, of: Option<Id<Outage>>, when: impl Fn(Time) -> Time) {
        let all = self.scenario.operations.iter().enumerate();
        for (index, operation) in all.filter(|(_, operation)| operation.of == of) {
            self.queue.push(when(operation.at), Event::Operation { operation: index });
        }
    }

    /// An operation is due: it begins once somebody of those who ask for it is on duty and can be reached.
    pub(super) fn operate(&mut self, operation: usize) {
        match self.scenario.operations[operation].by.filter(|people| !self.is_available(*people)) {
            None => self.perform(operation),
            Some(people) => {
                self.record(Seen::Operation(operation, OperationSeen::Waits));
                self.ask(people, Task::Operate(operation), Span::ZERO, None);
            }
        }
    }

    pub(super) fn perform(&mut self, operation: usize) {
        let act = &self.scenario.operations[operation].act;
        match act {
            Act::Enable { .. }
            | Act::Disable { .. }
            | Act::StartInitial { .. }
            | Act::StopInitial { .. }
            | Act::Pause { .. }
            | Act::Resume { .. }
            | Act::Resynchronize { .. }
            | Act::CancelResynchronize { .. }
            | Act::Migrate { .. }
            | Act::Resize { .. }
            | Act::EditOffline { .. }
            | Act::BreakReplica { .. }
            | Act::SetPolicy { .. }
            | Act::InstallProvider { .. } => self.operate_relationship(operation, act),
            Act::Map { from, to } => self.remap(operation, *from, *to),
            Act::SetQos { qos, on } => {
                let job = self.begin_job(JobKind::Configure, None, Some(operation));
                self.data.set_qos(*qos, *on);
                self.end_job(job, JobOutcome::Succeeded);
            }
            Act::ResetStatistics { vms } => vms.iter().for_each(|vm| self.data.reset_statistics(*vm)),
            Act::TestFailover { .. }
            | Act::PlannedFailover { .. }
            | Act::UnplannedFailover { .. }
            | Act::Commit { .. }
            | Act::ChangePoint { .. }
            | Act::Cancel { .. }
            | Act::Reverse { .. }
            | Act::Failback { .. }
            | Act::RestartPlan { .. }
            | Act::FailOverByHand { .. } => self.operate_failover(operation, act),
        }
    }

    /// Replication has something to tell.
    pub(super) fn noticed(&mut self, notice: Notice) {
        match notice {
            Notice::Synchronized(vm) => self.synchronized(vm),
            Notice::CopyDone(_)
            | Notice::ResyncRequired(..)
            | Notice::Migrated(_)
            | Notice::MigrationFailed(_) => {
                self.noticed_relationship(notice);
                self.copied(notice);
            }
        }
    }
}
