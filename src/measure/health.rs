//! Replication health in the product's words: Normal, Warning or Critical, with all reasons that hold at once (fact 1.44), as an exact
//! timeline of each VM and of the fleet.
//!
//! What the cycles say, and whether they can be sent, comes from the [`super::monitor`], what the replication state says from the facts; here both are laid over each other.

use crate::closed::{Closed, as_words, closed};
use crate::outcome::state::InState;
use crate::protection::State;

closed! {
    /// Health of a VM's replication (facts 1.40–1.43), best first.
    pub enum Health {
        /// All is well.
        Normal = "Normal",
        /// An operator should look.
        Warning = "Warning",
        /// Replication does not work.
        Critical = "Critical",
    }
}

closed! {
    /// Why health is not normal, the worst last.
    pub enum Reason {
        /// More than 20 % of the window's cycles are missed (fact 1.40).
        Missed = "more than 20 % of replication cycles in the monitoring interval were missed",
        /// No synchronisation for more than an hour (fact 1.41).
        Behind = "not synchronized for more than 1 hour",
        /// The average latency is above 5 min (fact 1.43).
        Latency = "average replication latency is above 5 minutes",
        /// The initial replication is not finished (fact 1.42).
        Initial = "initial replication is not finished",
        /// A failover has begun, and replication is not reversed (fact 1.42).
        Failover = "failover has been started, reverse replication has not",
        /// Paused on the primary's side (fact 1.42).
        Paused = "replication is paused on the primary server",
        /// A resynchronisation runs.
        Resynchronizing = "resynchronization is in progress",
        /// A resynchronisation is paused.
        ResyncPaused = "resynchronization is paused",
        /// Paused on the replica's side (fact 1.42).
        ReplicaPaused = "replication is paused on the replica server",
        /// A resynchronisation is required (fact 1.42).
        ResyncRequired = "resynchronization is required",
        /// An error that needs an operator.
        Error = "replication has failed and needs an operator",
        /// The primary cannot send: there is no way to the replica (fact 1.42).
        CannotSend = "the primary server cannot send changes to the replica server",
    }
}

as_words!(Health, Reason);

impl Reason {
    /// How bad it is.
    pub fn health(self) -> Health {
        match self {
            Reason::ReplicaPaused | Reason::ResyncRequired | Reason::Error | Reason::CannotSend => {
                Health::Critical
            }
            Reason::Missed
            | Reason::Behind
            | Reason::Latency
            | Reason::Initial
            | Reason::Failover
            | Reason::Paused
            | Reason::Resynchronizing
            | Reason::ResyncPaused => Health::Warning,
        }
    }
}

/// A set of reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reasons(u16);

impl Reasons {
    /// None: all is well.
    pub const NONE: Reasons = Reasons(0);

    /// With one more.
    #[must_use]
    pub fn with(self, reason: Reason) -> Reasons {
        Reasons(self.0 | 1 << reason as u16)
    }

    /// Without one.
    #[must_use]
    pub fn without(self, reason: Reason) -> Reasons {
        Reasons(self.0 & !(1 << reason as u16))
    }

    /// That one, if it is among them.
    #[must_use]
    pub fn only(self, reason: Reason) -> Reasons {
        Reasons(self.0 & 1 << reason as u16)
    }

    /// Those of both.
    #[must_use]
    pub fn union(self, other: Reasons) -> Reasons {
        Reasons(self.0 | other.0)
    }

    /// Whether it is among them.
    pub fn contains(self, reason: Reason) -> bool {
        self.0 & 1 << reason as u16 != 0
    }

    /// The worst of them.
    pub fn health(self) -> Health {
        self.iter().map(Reason::health).max().unwrap_or(Health::Normal)
    }

    /// One by one, critical ones first.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        let mut all = Reason::ALL.to_vec();
        all.sort_by_key(|reason| std::cmp::Reverse(reason.health()));
        all.into_iter().filter(move |reason| self.contains(*reason))
    }
}

/// What the replication state says by itself; `None`: there is no relationship, and so no health.
pub fn of_state(state: State, paused_at_replica: bool) -> Option<Reasons> {
    let one = |reason: Reason| Some(Reasons::NONE.with(reason));
    match state {
        State::NotEnabled => None,
        State::Replicating => Some(Reasons::NONE),
        State::ReadyForInitialReplication | State::WaitingForInitialReplication => one(Reason::Initial),
        State::SyncedReplicationComplete | State::FailoverWaitingCompletion | State::FailedOver => {
            one(Reason::Failover)
        }
        State::Suspended if paused_at_replica => one(Reason::ReplicaPaused),
        State::Suspended => one(Reason::Paused),
        State::Error => one(Reason::Error),
        State::WaitingForStartResynchronize => one(Reason::ResyncRequired),
        State::Resynchronizing => one(Reason::Resynchronizing),
        State::ResynchronizeSuspended => one(Reason::ResyncPaused),
    }
}

/// Whether cycles have a meaning in that state: where nothing has been copied, or the VM has moved, missed cycles are no news.
fn cycles_count(state: State) -> bool {
    match state {
        State::Replicating
        | State::Suspended
        | State::Error
        | State::WaitingForStartResynchronize
        | State::Resynchronizing
        | State::ResynchronizeSuspended => true,
        State::NotEnabled
        | State::ReadyForInitialReplication
        | State::WaitingForInitialReplication
        | State::SyncedReplicationComplete
        | State::FailoverWaitingCompletion
        | State::FailedOver => false,
    }
}

/// A stretch of time in which the same reasons hold; `None`: no relationship. µs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Begin.
    pub from: u64,
    /// End.
    pub to: u64,
    /// Why.
    pub reasons: Option<Reasons>,
}

impl Stretch {
    /// The worst of its reasons.
    pub fn health(&self) -> Option<Health> {
        self.reasons.map(Reasons::health)
    }
}

/// The health of a VM in [from, to): what its states say and what its cycles say, laid over each other. Both lists are in order of time;
/// before the first change the cycles say nothing. Where cycles do not count, a first copy that cannot be sent still does. Stretches without length are left out, equal neighbours are one.
pub fn timeline(states: &[InState], cycles: &[(u64, Reasons)], from: u64, to: u64) -> Vec<Stretch> {
    let mut instants: Vec<u64> =
        states.iter().map(|it| it.from).chain(cycles.iter().map(|it| it.0)).chain([from]).collect();
    instants.retain(|at| (from..to).contains(at));
    instants.sort_unstable();
    instants.dedup();
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut state, mut cycle) = (0, 0);
    for (index, at) in instants.iter().enumerate() {
        state += states[state..].iter().take_while(|it| it.from <= *at).count();
        cycle += cycles[cycle..].iter().take_while(|it| it.0 <= *at).count();
        let now = state.checked_sub(1).map(|place| states[place]);
        let said = cycle.checked_sub(1).map_or(Reasons::NONE, |place| cycles[place].1);
        let reasons = now.and_then(|now| {
            let own = of_state(now.state, now.at_replica)?;
            Some(own.union(if cycles_count(now.state) { said } else { said.only(Reason::CannotSend) }))
        });
        let until = instants.get(index + 1).copied().unwrap_or(to);
        match stretches.last_mut() {
            Some(last) if last.reasons == reasons => last.to = until,
            Some(_) | None => stretches.push(Stretch { from: *at, to: until, reasons }),
        }
    }
    stretches
}
