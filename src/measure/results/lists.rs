//! Closed lists of the rows.

use crate::closed::{as_words, closed};
use crate::facts::JobOutcome;
use crate::measure::health::Health;

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

impl From<Option<&JobOutcome>> for JobState {
    fn from(ended: Option<&JobOutcome>) -> JobState {
        match ended {
            None => JobState::InProgress,
            Some(JobOutcome::Succeeded) => JobState::Succeeded,
            Some(JobOutcome::Failed(_)) => JobState::Failed,
            Some(JobOutcome::Cancelled) => JobState::Cancelled,
        }
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

as_words!(JobState, How, HealthAtEnd);
