//! What the product refuses, and with which words (facts 4.1, 4.8, 4.9, 4.14, 4.21, 4.23, 6.12).

use crate::data_plane::DataPlane;
use crate::facts::{Home, Refusal};
use crate::ids::Id;
use crate::protection::State;
use crate::sim::World;
use crate::sim::requirements::needs;
use crate::sim::run::{Conduct, Kind, Uncommitted};
use crate::sim::world::VmState;
use crate::workload::Vm;

impl<D: DataPlane> World<'_, D> {
    /// Why `vm` cannot have what is asked for, if it cannot.
    pub(super) fn refuses(&self, kind: Kind, conduct: Conduct, vm: Id<Vm>) -> Result<(), Refusal> {
        let run = self.vm(vm);
        let protection =
            self.scenario.vms[vm].protection.as_ref().ok_or(Refusal::State(State::NotEnabled))?;
        if conduct == Conduct::Orchestrated {
            if !protection.relationship.orchestrated && !run.relation.is_orchestrated {
                return Err(Refusal::NotOrchestrated);
            }
            self.orchestrable(kind, vm)?;
        }
        // A stopped plan leaves what it had failed over off, in nobody's hands: that can be settled.
        let settles = matches!(kind, Kind::Commit | Kind::Cancel);
        let is_left = settles && run.state == VmState::FailedOver && run.hand.is_none();
        if self.holder(vm).is_some() || (self.is_moving(vm) && !is_left) {
            return Err(Refusal::InProgress);
        }
        if run.test.is_some() && needs(kind.job()).untested {
            return Err(Refusal::TestRuns);
        }
        let state = run.replication;
        let is_comparing = state == State::Resynchronizing || state == State::ResynchronizeSuspended;
        let fits = match kind {
            Kind::Planned | Kind::Failback => {
                state == State::Replicating || state == State::SyncedReplicationComplete
            }
            Kind::Unplanned(_) => run.is_replicated() && Self::has_copy(state),
            Kind::Test(_) => run.is_replicated() && Self::has_copy(state) && !is_comparing,
            Kind::Commit => run.uncommitted.is_some(),
            Kind::ChangePoint => run.uncommitted.as_ref().is_some_and(|it| !it.is_planned),
            Kind::Cancel => {
                let reverts = |it: &Uncommitted| !it.is_planned || !run.is_replicated();
                run.uncommitted.as_ref().is_some_and(reverts) || run.state == VmState::Off
            }
            Kind::Reverse => state == State::FailoverWaitingCompletion || state == State::FailedOver,
        };
        if !fits {
            return Err(Refusal::State(state));
        }
        self.stands_ready(kind, vm)
    }

    /// What the VM and its places must be.
    fn stands_ready(&self, kind: Kind, vm: Id<Vm>) -> Result<(), Refusal> {
        let run = self.vm(vm);
        if kind == Kind::Failback && run.home == Home::Source {
            return Err(Refusal::State(run.replication));
        }
        if kind.is_planned() && !(self.runs(vm) || run.state == VmState::Off) {
            return Err(Refusal::NotRunning);
        }
        if let Some(refusal) = self.unready(kind.job(), vm) {
            return Err(refusal);
        }
        let is_to_stay = self.runs(vm) && run.state != VmState::Corrupt;
        if kind == Kind::Unplanned(false) && is_to_stay && self.is_seen(vm) {
            return Err(Refusal::SourceRuns);
        }
        Ok(())
    }

    fn has_copy(state: State) -> bool {
        match state {
            State::Replicating
            | State::SyncedReplicationComplete
            | State::Suspended
            | State::Error
            | State::WaitingForStartResynchronize
            | State::Resynchronizing
            | State::ResynchronizeSuspended => true,
            State::NotEnabled
            | State::ReadyForInitialReplication
            | State::WaitingForInitialReplication
            | State::FailoverWaitingCompletion
            | State::FailedOver => false,
        }
    }

    /// The control plane that a run of this kind needs, by the table (fact 6.12).
    fn orchestrable(&self, kind: Kind, vm: Id<Vm>) -> Result<(), Refusal> {
        let missing = self.lacking(kind.job(), vm).into_iter().next();
        missing.map_or(Ok(()), |missing| Err(Refusal::ControlPlane(missing)))
    }

    /// Whether a plan or a run has it in hand.
    fn is_moving(&self, vm: Id<Vm>) -> bool {
        let run = self.vm(vm);
        run.hand.is_some()
            || match run.state {
                VmState::Claimed
                | VmState::Draining
                | VmState::FailingOver
                | VmState::FailedOver
                | VmState::InHands
                | VmState::ShuttingDown => true,
                VmState::Down
                | VmState::Off
                | VmState::Booting
                | VmState::Connecting
                | VmState::Awaiting
                | VmState::Readying
                | VmState::InService
                | VmState::Corrupt
                | VmState::Isolated
                | VmState::Failed => false,
            }
    }

    /// Whether its operating system runs.
    pub(in crate::sim) fn runs(&self, vm: Id<Vm>) -> bool {
        match self.vm(vm).state {
            VmState::Connecting
            | VmState::Awaiting
            | VmState::Readying
            | VmState::InService
            | VmState::Corrupt
            | VmState::Isolated
            | VmState::ShuttingDown => true,
            VmState::Down
            | VmState::Off
            | VmState::Claimed
            | VmState::Draining
            | VmState::FailingOver
            | VmState::FailedOver
            | VmState::InHands
            | VmState::Booting
            | VmState::Failed => false,
        }
    }
}
