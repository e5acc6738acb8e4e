//! Closed lists of the rows.

use crate::closed::{as_words, closed};
use crate::measure::health::Health;

closed! {
    /// How a plan is run.
    pub enum ControlPath {
        /// The service runs it.
        SiteRecovery = "Site Recovery",
        /// People do all of it, or go on with it.
        ByHand = "by hand",
        /// People fail some VMs over first.
        ByHandFirst = "by hand, then Site Recovery",
    }
}

closed! {
    /// What a VM does at the end of an outage's run.
    pub enum VmEnd {
        /// It answers where it was failed over to.
        InService = "in service",
        /// It runs without network.
        Isolated = "running, isolated",
        /// Its plan gave it up.
        DidNotStart = "did not start",
        /// There was nothing to fail it over to.
        NoRecoveryPoint = "no recovery point",
        /// It is down.
        Down = "down",
        /// It answers where it had been.
        Repaired = "in service after repair",
        /// It was not taken down, or runs and does not answer yet.
        Running = "running",
    }
}

impl VmEnd {
    /// Whether it was hit and is not in service.
    pub fn is_out(self) -> bool {
        match self {
            VmEnd::InService | VmEnd::Repaired | VmEnd::Running => false,
            VmEnd::Isolated | VmEnd::DidNotStart | VmEnd::NoRecoveryPoint | VmEnd::Down => true,
        }
    }
}

closed! {
    /// How a job stands at the end of the run (fact 5.12).
    pub enum JobState {
        /// As asked.
        Succeeded = "Succeeded",
        /// Refused or broken off.
        Failed = "Failed",
        /// By an operator or by force.
        Cancelled = "Cancelled",
        /// Not ended within the run.
        InProgress = "InProgress",
    }
}

closed! {
    /// How something came to another host.
    pub enum How {
        /// An operator moved it.
        LiveMigration = "live migration",
        /// Its host crashed.
        Restarted = "restarted by its cluster",
        /// A replica, off its host.
        WithinCluster = "moved within its cluster",
    }
}

closed! {
    /// Health of a VM's replication at the end.
    pub enum HealthAtEnd {
        /// All is well.
        Normal = "Normal",
        /// An operator should look.
        Warning = "Warning",
        /// Replication does not work.
        Critical = "Critical",
        /// There is no relationship.
        NotApplicable = "Not applicable",
    }
}

impl From<Option<Health>> for HealthAtEnd {
    fn from(health: Option<Health>) -> HealthAtEnd {
        match health {
            Some(Health::Normal) => HealthAtEnd::Normal,
            Some(Health::Warning) => HealthAtEnd::Warning,
            Some(Health::Critical) => HealthAtEnd::Critical,
            None => HealthAtEnd::NotApplicable,
        }
    }
}

as_words!(ControlPath, VmEnd, JobState, How, HealthAtEnd);
