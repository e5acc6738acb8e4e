//! Phases of recoveries in few groups: so many colours can be told apart.

use crate::facts::Phase;

/// What time is spent on, in the colours of the bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Decide,
    Hands,
    Waiting,
    Machines,
    Checks,
    Faults,
}

impl Group {
    /// In the order of the legend.
    pub(super) const ALL: [Group; 6] =
        [Group::Decide, Group::Hands, Group::Waiting, Group::Machines, Group::Checks, Group::Faults];

    /// As the style sheet knows it.
    pub(super) fn class(self) -> &'static str {
        match self {
            Group::Decide => "g-decide",
            Group::Hands => "g-hands",
            Group::Waiting => "g-waiting",
            Group::Machines => "g-machines",
            Group::Checks => "g-checks",
            Group::Faults => "g-faults",
        }
    }

    /// In the legend.
    pub(super) fn words(self) -> &'static str {
        match self {
            Group::Decide => "detect, decide",
            Group::Hands => "work by hand",
            Group::Waiting => "waiting",
            Group::Machines => "machines",
            Group::Checks => "network, checks",
            Group::Faults => "repair",
        }
    }

    /// That of a phase.
    pub(super) fn of(phase: Phase) -> Group {
        match phase {
            Phase::Detection | Phase::Decision => Group::Decide,
            Phase::Actions | Phase::ManualWork => Group::Hands,
            Phase::WaitingForPeople
            | Phase::Dependencies
            | Phase::EarlierGroups
            | Phase::WaitingForRoom
            | Phase::Asked => Group::Waiting,
            Phase::Orchestration
            | Phase::ShutdownAttempt
            | Phase::Shutdown
            | Phase::Synchronization
            | Phase::Testing
            | Phase::Failover
            | Phase::Boot => Group::Machines,
            Phase::Network | Phase::Readiness | Phase::Validation => Group::Checks,
            Phase::Repair | Phase::SecondFault => Group::Faults,
        }
    }
}
