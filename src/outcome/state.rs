//! States of replication, and when nothing protected what a VM wrote.

use crate::facts::Why;
use crate::protection::{Initial, State};
use crate::units::Time;
use crate::workload::Vm;

/// A replication state from an instant on, and whether it is a pause on the replica's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InState {
    /// When it begins, µs.
    pub from: u64,
    /// Which.
    pub state: State,
    /// For [`State::Suspended`].
    pub at_replica: bool,
}

/// A state of a VM's replication from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// When, which, and on which side.
    pub now: InState,
    /// Why; `None` at the start.
    pub why: Option<Why>,
}

/// A time without protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Begin.
    pub from: Time,
    /// End; `None`: not within the run.
    pub to: Option<Time>,
    /// The state it began with.
    pub state: State,
}

/// A state is entered: the last of an instant counts, and the same one again is no change.
pub(super) fn enter(changes: &mut Vec<Change>, now: InState, why: Why) {
    if changes.last().is_some_and(|last| last.now.state == now.state) {
        return;
    }
    if changes.last().is_some_and(|last| last.now.from == now.from && last.why.is_some()) {
        changes.pop();
    }
    changes.push(Change { now, why: Some(why) });
}

/// From when until when a VM that has, or had, a relationship was without protection, in order.
pub(super) fn gaps(changes: &[Change]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    for change in changes {
        let (at, state) = (Time(change.now.from), change.now.state);
        let open = gaps.last_mut().filter(|gap| gap.to.is_none());
        let was_disabled = state == State::NotEnabled && change.why.is_some();
        match (open, is_unprotected(state) || was_disabled) {
            (None, true) => gaps.push(Gap { from: at, to: None, state }),
            (Some(gap), false) => gap.to = Some(at),
            (Some(_), true) | (None, false) => {}
        }
    }
    gaps.retain(|gap| gap.to != Some(gap.from));
    gaps
}

/// The state in which a VM begins the run.
pub fn state_at_start(vm: &Vm) -> State {
    let relationship = vm.protection.as_ref().map(|protection| &protection.relationship);
    match relationship {
        Some(it) if it.enabled.is_none() && it.initial == Initial::Done => State::Replicating,
        Some(it) if it.enabled.is_none() => State::ReadyForInitialReplication,
        Some(_) | None => State::NotEnabled,
    }
}

/// Whether a VM with a relationship has nothing that protects what it writes: no usable point yet, tracking off, or failed over.
/// A paused VM has its points and goes on tracking: it ages.
fn is_unprotected(state: State) -> bool {
    match state {
        State::ReadyForInitialReplication
        | State::WaitingForInitialReplication
        | State::FailoverWaitingCompletion
        | State::FailedOver
        | State::Error
        | State::WaitingForStartResynchronize
        | State::Resynchronizing
        | State::ResynchronizeSuspended => true,
        State::NotEnabled | State::Replicating | State::SyncedReplicationComplete | State::Suspended => false,
    }
}
