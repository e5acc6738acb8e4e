//! Rows of health, statistics and recovery points, in the product's words.

use serde::{Deserialize, Serialize};

use super::HealthAtEnd;
use crate::measure::health::{Health, Reason};

/// Health of a VM's replication while nothing fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VmHealth {
    /// At the end.
    pub at_end: HealthAtEnd,
    /// All reasons at the end, critical ones first.
    pub reasons: Vec<Reason>,
    /// Share of the time with a relationship in which it was Normal.
    pub normal_share: f64,
    /// … Warning.
    pub warning_share: f64,
    /// … Critical.
    pub critical_share: f64,
    /// Changes of reasons that were merged into the one before, past the limit on what is kept.
    pub merged: u64,
}

/// A stretch of time in which a VM's health was not Normal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HealthRow {
    /// The VM.
    pub vm: String,
    /// Which.
    pub health: Health,
    /// All reasons that held throughout, critical ones first.
    pub reasons: Vec<Reason>,
    /// Begin.
    pub from: String,
    /// Begin, seconds from the start.
    pub from_s: f64,
    /// End, seconds from the start; `null`: it lasts to the end of the run.
    pub to_s: Option<f64>,
}

/// Health of the whole fleet in one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FleetHealth {
    /// VMs that are Normal at the end.
    pub normal: u64,
    /// … Warning.
    pub warning: u64,
    /// … Critical.
    pub critical: u64,
    /// … without a relationship.
    pub not_applicable: u64,
    /// Why VMs are not Normal at the end: reason and how many VMs, most first.
    pub reasons: Vec<ReasonRow>,
}

/// A reason and how many VMs it concerns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReasonRow {
    /// As the product tells it.
    pub reason: Reason,
    /// VMs.
    pub vms: u64,
}

/// Statistics of one VM in one monitoring window (facts 1.45–1.52).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatisticsRow {
    /// The VM.
    pub vm: String,
    /// `StartStatisticTime`.
    pub from: String,
    /// `EndStatisticTime`.
    pub to: String,
    /// Cycles that fell due in it.
    pub cycles_expected: u64,
    /// `ReplicationSuccessCount`: of them, those whose log was applied by the next tick.
    pub cycles_successful: u64,
    /// `ReplicationMissCount`.
    pub cycles_missed: u64,
    /// Bytes on the wire of logs applied in it, on average; `null` if there were none.
    pub size_mean_bytes: Option<u64>,
    /// `MaxReplicationSize`.
    pub size_max_bytes: u64,
    /// From cut to applied, on average; `null` if no log was applied.
    pub latency_mean_s: Option<f64>,
    /// `MaxReplicationLatency`; `null` if no log was applied.
    pub latency_max_s: Option<f64>,
    /// `PendingReplicationSize`: written and not applied; known at the end of the run only.
    pub pending_bytes: Option<u64>,
    /// App-consistent points that appeared in it.
    pub app_consistent_points: u64,
    /// `ApplicationConsistentSnapshotFailureCount`.
    pub app_consistent_failures: u64,
    /// Last synchronised at (`LastApplyTime`): a log or copy was applied; `null` if never.
    pub last_synchronised: Option<String>,
    /// `LastReplicationTime`: a log or copy was received; `null` if never.
    #[serde(default)]
    pub last_received: Option<String>,
    /// `LastApplicationConsistentReplicationTime`: an app-consistent point appeared; `null` if never.
    #[serde(default)]
    pub last_app_consistent: Option<String>,
}

/// Recovery points of a VM at the end of the baseline, and what keeping them costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecoveryPointsRow {
    /// Additional points its policy keeps, one each hour (fact 2.1).
    pub promised_points: u64,
    /// How far back they reach when all are there.
    pub promised_retention_s: f64,
    /// Points that a failover could use at the end, the newest included.
    pub kept_points: u64,
    /// From the oldest of them to the newest; `null` if there is none.
    pub achieved_retention_s: Option<f64>,
    /// Age of the newest at the end; `null` if there is none.
    pub newest_age_s: Option<f64>,
    /// Age of the newest app-consistent one at the end; `null` if there is none.
    pub newest_app_consistent_age_s: Option<f64>,
    /// App-consistent points that appeared in the run.
    pub app_consistent_points: u64,
    /// For how long their snapshots slowed the guest in all (fact 2.5: the length of one is a parameter).
    pub app_consistent_freeze_s: f64,
    /// Size of the replicated disks at the replica.
    pub disks_bytes: u64,
    /// What its additional points take on top (fact 2.7).
    pub history_bytes: u64,
    /// Write operations at the replica for each one of the VM, at least (fact 2.8).
    pub iops_factor_min: f64,
    /// … at most.
    pub iops_factor_max: f64,
}
