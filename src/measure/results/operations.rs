//! Rows of what operators did and what followed: jobs, states, tests, moves, and how long what stood unprotected.

use serde::{Deserialize, Serialize};

use super::{How, JobState, Whose};
use crate::facts::JobKind;
use crate::protection::State;

/// What happened to protection in one run. In the baseline of all its time; in an outage of what follows its first fault.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Operations {
    /// Jobs, in the order they began.
    pub jobs: Vec<JobRow>,
    /// States of VMs whose state changed, by VM and time.
    pub states: Vec<StateRow>,
    /// Times in which a VM or an application stood unprotected, by begin.
    pub unprotected: Vec<UnprotectedRow>,
    /// The last VM to be protected again; `null` if none stood unprotected, or one still does.
    pub last_protected: Option<LastProtectedRow>,
    /// Applications that operators took down, by begin. Outages have their own rows.
    pub downtimes: Vec<DowntimeRow>,
    /// VMs that ran in a test failover.
    pub test_vms: Vec<TestVmRow>,
    /// VMs and replicas that moved to another host.
    pub moves: Vec<MoveRow>,
    /// Changes of network mappings.
    pub mappings: Vec<MappingRow>,
    /// Recovery points that were chosen and are not simply the newest.
    pub points: Vec<PointRow>,
    /// What else an operator must know of, by time.
    pub incidents: Vec<IncidentRow>,
}

impl Operations {
    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        *self == Operations::default()
    }
}

/// A job of the recovery service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobRow {
    /// What it does.
    #[serde(with = "crate::closed")]
    pub job: JobKind,
    /// `"plan p"`, `"VM v"`; `null`: the estate.
    pub on: Option<String>,
    /// The operation that asked for it; `null`: it followed from something else.
    pub operation: Option<String>,
    /// Begin.
    pub from: String,
    /// Begin, seconds from the start (in an outage: from its first fault, so that an earlier begin is negative).
    pub from_s: f64,
    /// End; `null`: not within the run.
    pub to: Option<String>,
    /// End in seconds, as `from_s`.
    pub to_s: Option<f64>,
    /// How it ended.
    pub outcome: JobState,
    /// Why it failed.
    pub reason: Option<String>,
    /// How long the operation had waited for somebody on duty; absent if it did not wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited_s: Option<f64>,
    /// From its begin until all test VMs ran; for a test failover only.
    pub drill_rto_s: Option<f64>,
    /// The longest time for which it took an application down; for failovers that operators asked for.
    pub downtime_s: Option<f64>,
    /// Written and not in the points it took; for failovers.
    pub lost_bytes: Option<u64>,
}

/// A stretch of one replication state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateRow {
    /// The VM.
    pub vm: String,
    /// Which.
    #[serde(with = "crate::closed")]
    pub state: State,
    /// What brought it about; `null` at the start.
    pub why: Option<String>,
    /// Begin.
    pub from: String,
    /// Begin in seconds, as [`JobRow::from_s`].
    pub from_s: f64,
    /// End; `null`: it lasts to the end of the run.
    pub to_s: Option<f64>,
}

/// A time without protection: what is written in it is lost if the place where it runs fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnprotectedRow {
    /// `"VM v"`, `"application a"`.
    pub on: Whose,
    /// The state it began with.
    #[serde(with = "crate::closed")]
    pub because: State,
    /// Begin.
    pub from: String,
    /// Begin in seconds, as [`JobRow::from_s`].
    pub from_s: f64,
    /// End in seconds; `null`: not within the run.
    pub to_s: Option<f64>,
    /// How long, up to the end of the run.
    pub seconds: f64,
}

impl UnprotectedRow {
    /// The VM, if it is about one.
    pub fn vm(&self) -> Option<&str> {
        match &self.on {
            Whose::Vm(name) => Some(name),
            Whose::Application(_) => None,
        }
    }
}

/// The last VM that was protected again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastProtectedRow {
    /// Which.
    pub vm: String,
    /// When.
    pub at: String,
    /// Seconds from the first begin of any unprotected time; in an outage from its first fault.
    pub after_s: f64,
}

/// An application out of service though nothing had failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DowntimeRow {
    /// The application.
    pub application: String,
    /// The job that took it down, as `"Planned failover of plan p"`; `null`: none did.
    pub job: Option<String>,
    /// Begin.
    pub from: String,
    /// Begin in seconds, as [`JobRow::from_s`].
    pub from_s: f64,
    /// End in seconds; `null`: not within the run.
    pub to_s: Option<f64>,
    /// How long; `null`: not within the run.
    pub seconds: Option<f64>,
    /// Where it was not over when the run ended: how long it had been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfinished_s: Option<f64>,
}

/// A VM in a test failover.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestVmRow {
    /// `"VM v"`.
    pub on: String,
    /// The test failover, as `"Test failover of plan p"`; `null` if none is known.
    pub job: Option<String>,
    /// Cut of the point it ran from.
    pub point_at: String,
    /// Whether it was connected to a network.
    pub connected: bool,
    /// From when it ran.
    pub running_at: String,
    /// Seconds from the begin of the job until it ran.
    pub after_s: Option<f64>,
    /// When it was removed; `null`: not within the run.
    pub removed_at: Option<String>,
    /// Whether by force, after two weeks (fact 4.25).
    pub forced: bool,
}

/// A move to another host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MoveRow {
    /// `"VM v"`, `"replica of VM v"`.
    pub on: String,
    /// When.
    pub at: String,
    /// The host.
    pub to: String,
    /// How.
    pub how: How,
}

/// A change of a network mapping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MappingRow {
    /// When.
    pub at: String,
    /// The source network.
    pub from: String,
    /// The target network; `null`: no longer connected.
    pub to: Option<String>,
    /// Replicas attached anew.
    pub replicas: u64,
}

/// A chosen recovery point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointRow {
    /// `"VM v"`.
    pub on: String,
    /// When.
    pub at: String,
    /// How it was asked for.
    pub asked: String,
    /// Its cut.
    pub point_at: String,
    /// Whether it is app-consistent.
    pub app_consistent: bool,
    /// Time to undo what is newer.
    pub undo_s: f64,
}

/// Something an operator must know of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentRow {
    /// When.
    pub at: String,
    /// `"VM v"`.
    pub on: String,
    /// What.
    pub what: String,
}
