//! The results of a run, as every report reads them and as the JSON carries them.
//!
//! Keys are sorted when written; units stand last in names (`_s`, `_bytes`, `_bps` = bits per second, `_share` = 0 to 1).
//! An instant is RFC 3339 text in the scenario's zone. What did not happen is `null` with a reason beside it, never a large number.

mod lists;
mod grounds;
mod health;
mod whose;
mod operations;
mod tried;

use serde::{Deserialize, Serialize};

use crate::facts::Phase;
use crate::judge;
use crate::measure::distribution::Method;
use crate::outcome::bound::{AgeCause, BoundBy};
use crate::outcome::end::Because;
use crate::protection::State;
use crate::words::Sentence;

pub use crate::judge::Status;
pub use crate::outcome::application::Outcome;
pub use crate::outcome::declaration::ControlPath;
pub use crate::outcome::end::VmEnd;
pub use grounds::{BoundSpan, Exceeded, Grounds, LostRow};
pub use health::{FleetHealth, HealthRow, ReasonRow, RecoveryPointsRow, StatisticsRow, VmHealth};
pub use lists::{HealthAtEnd, How, JobState};
pub use operations::{
    DowntimeRow, IncidentRow, JobRow, LastProtectedRow, MappingRow, MoveRow, Operations, PointRow, StateRow,
    TestVmRow, UnprotectedRow,
};
pub use tried::{Answer, MovedRow, StandInRow, TriedRow};
pub use whose::Whose;

/// Version of this schema: major changes break readers, minor ones add fields, which are empty when an older result is read.
pub const SCHEMA_VERSION: &str = "2.1";

/// Everything a run answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`SCHEMA_VERSION`].
    pub schema_version: String,
    /// Version of drsim.
    pub engine_version: String,
    /// `Scenario::hash`.
    pub scenario_hash: String,
    /// The seed.
    pub seed: u64,
    /// Hash over final worlds, accumulators and rare facts of the baseline and every outage, in order.
    pub digest: String,
    /// The audit of bytes.
    pub audit: Audit,
    /// What was run.
    pub scenario: ScenarioRow,
    /// Applications, worst outage of each, by tier then name.
    pub applications: Vec<ApplicationRow>,
    /// VMs in the outage-free baseline, by name.
    pub vms: Vec<VmRow>,
    /// Links in the baseline, by name, each direction.
    pub links: Vec<LinkRow>,
    /// Ways between sites that replicate, by name, each direction that does.
    #[serde(default)]
    pub routes: Vec<RouteRow>,
    /// Virtual and logical processors of sites in the baseline, by name.
    #[serde(default)]
    pub sites: Vec<SiteRow>,
    /// Hosts in the baseline, by name.
    pub hosts: Vec<HostRow>,
    /// Volumes in the baseline, by host and name.
    pub volumes: Vec<VolumeRow>,
    /// Every outage, in its own run, by name.
    pub outages: Vec<OutageRow>,
    /// Health of the fleet at the end of the baseline.
    #[serde(default)]
    pub fleet_health: FleetHealth,
    /// Times in the baseline in which a VM's health was not Normal, by VM and time; past a limit the worst VMs only.
    #[serde(default)]
    pub health: Vec<HealthRow>,
    /// Statistics of each VM and monitoring window of the baseline; past a limit the last windows of each VM.
    #[serde(default)]
    pub statistics: Vec<StatisticsRow>,
    /// What operators did in the baseline, and what followed.
    #[serde(default)]
    pub operations: Operations,
    /// Defaults and rules that mattered, a line each.
    pub assumptions: Vec<String>,
    /// Those of them that the scenario marks as stand-ins; left out where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stand_ins: Vec<StandInRow>,
    /// What other values of assumptions would move, by field; left out where it was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Vec<TriedRow>>,
    /// What the reader should know, a line each, with codes.
    pub warnings: Vec<String>,
}

/// Proof that no byte was lost or made: written = excluded + open + cut + applied + untracked + lost, for every VM in every run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Always `"holds"`: a run that fails its audit ends in an internal error, without a report.
    pub status: String,
    /// VMs checked, summed over runs.
    pub checked_vms: u64,
    /// Bytes written in the baseline, as decimal text since they may pass 2^53.
    pub written_bytes: String,
    /// Written to disks that are not replicated, or by VMs that are not protected.
    pub excluded_bytes: String,
    /// In logs not yet cut at the horizon.
    pub open_bytes: String,
    /// Cut and not yet applied.
    pub cut_bytes: String,
    /// Applied at the replica.
    pub applied_bytes: String,
    /// Written while tracking was off.
    pub untracked_bytes: String,
    /// Lost in the baseline (outages count their own).
    pub lost_bytes: String,
}

/// What was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioRow {
    /// Its name.
    pub name: String,
    /// First instant.
    pub start: String,
    /// Length.
    pub horizon_s: f64,
    /// IANA zone of printed instants.
    pub zone: String,
    /// How many VMs.
    pub vms: u64,
    /// How many of them are replicated.
    pub protected_vms: u64,
    /// Replication cycles completed in the baseline.
    pub cycles: u64,
}

/// Exact, time-weighted distribution of the age of the newest recovery point, in seconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Age {
    /// Time-weighted mean.
    pub mean_s: f64,
    /// Half of the time the age is at most this.
    pub p50_s: f64,
    /// 90 % of the time.
    pub p90_s: f64,
    /// 95 % of the time.
    pub p95_s: f64,
    /// 99 % of the time.
    pub p99_s: f64,
    /// 99.9 % of the time.
    pub p999_s: f64,
    /// The worst age.
    pub max_s: f64,
    /// When it was reached.
    pub max_at: String,
    /// What bound the log that ended it, e.g. `"link wan"`, `"interval"`, `"send slots of host h1"`.
    pub max_cause: Sentence<AgeCause>,
    /// Time above the objective; `null` without one.
    pub above_objective_s: Option<f64>,
    /// Exact up to the sample limit.
    pub method: Method,
}

/// An application while nothing fails, over all its running time of the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SteadyRow {
    /// Verdict.
    pub status: Status,
    /// Where met: what is left of the RPO at the worst age, as a share of it.
    pub margin_share: Option<f64>,
    /// How long all its VMs ran together.
    pub running_s: f64,
    /// How long of this its newest common point was older than its RPO, or nothing protected it; `null` without an RPO.
    pub not_held_s: Option<f64>,
    /// The most that this may be: its running time without the share that its RPO must hold.
    pub allowed_s: Option<f64>,
    /// The share of its running time in which its RPO held.
    pub held_share: Option<f64>,
    /// Why, worst first; empty when met.
    pub reasons: Vec<Sentence<judge::Reason>>,
}

/// An application over the whole run: while nothing fails, and in every outage. Each figure is from where it is worst.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApplicationRow {
    /// Its name.
    pub name: String,
    /// Its tier.
    pub tier: Option<u8>,
    /// How many VMs it needs.
    pub vms: u64,
    /// RPO.
    pub rpo_objective_s: Option<f64>,
    /// The share of its running time in which its RPO must hold; `null` without an RPO.
    #[serde(default)]
    pub rpo_share: Option<f64>,
    /// The largest RPA of an outage; `null` if none takes it down or no point exists.
    pub rpa_s: Option<f64>,
    /// The outage this is from.
    #[serde(default)]
    pub rpa_outage: Option<String>,
    /// RTO.
    pub rto_objective_s: Option<f64>,
    /// The longest RTA of an outage, from the first fault that takes it down; `null` if it does not come back in one, or none hits it.
    pub rta_from_outage_s: Option<f64>,
    /// The outage this is from; that in which it does not come back, if there is one.
    #[serde(default)]
    pub rta_outage: Option<String>,
    /// RTA from the declaration in that outage; `null` also where a repair came first.
    pub rta_from_declaration_s: Option<f64>,
    /// MTPD.
    pub mtpd_s: Option<f64>,
    /// Verdict: the worst of the steady one and those of outages; an exposure that is accepted does not count.
    pub status: Status,
    /// Where met: what is left of the tightest objective anywhere, as a share of it.
    #[serde(default)]
    pub margin_share: Option<f64>,
    /// Why, worst first; empty when met.
    pub reasons: Vec<Sentence<judge::Reason>>,
    /// The outage that the verdict is from; `null`: it is steady, or none takes it down.
    pub worst_outage: Option<String>,
    /// While nothing fails; `null` in results of a schema before 1.3.
    #[serde(default)]
    pub steady: Option<SteadyRow>,
    /// Age of the oldest of its VMs' newest points at each instant of the baseline at which all have one; `null` if a VM is never replicated.
    pub age: Option<Age>,
    /// When all of its VMs had last run in a test failover; `null` if one never did.
    #[serde(default)]
    pub last_test_at: Option<String>,
    /// What the figures rest on; empty in results of a schema before 2.1.
    #[serde(default)]
    pub grounds: Grounds,
}

/// A VM in the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VmRow {
    /// Its name.
    pub name: String,
    /// Host it stands on at the end of the run.
    pub host: String,
    /// Host of its replica at the end; between a failover and a reversal where it came from; `null` if not replicated.
    pub replica_host: Option<String>,
    /// Its policy.
    pub policy: Option<String>,
    /// Copy frequency.
    pub interval_s: Option<f64>,
    /// Age of its newest point; `null` if not replicated.
    pub age: Option<Age>,
    /// Bytes written in the run.
    pub written_bytes: u64,
    /// Logs applied.
    pub cycles_applied: u64,
    /// Ticks in the run.
    pub cycles_expected: u64,
    /// Ticks whose log was not applied by the next tick.
    pub cycles_missed: u64,
    /// Largest log, raw bytes.
    pub largest_log_bytes: u64,
    /// Written and not yet applied at the horizon.
    pub pending_bytes: u64,
    /// State at the horizon.
    #[serde(with = "crate::closed")]
    pub state: State,
    /// Its health; `null` if it is never replicated.
    #[serde(default)]
    pub health: Option<VmHealth>,
    /// Its recovery points; `null` if it is never replicated.
    #[serde(default)]
    pub recovery_points: Option<RecoveryPointsRow>,
    /// What bound its newest point, as shares of the protected time that sum to 1; largest first.
    pub bound: Vec<Bound>,
}

/// A cause and its share of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// `"interval"` (idle until the next cut), `"link wan"`, `"throttle of link wan"`, `"network card of host h1"`,
    /// `"stream cap"`, `"send slots of host h1"`, `"latency"`, `"apply at volume h2/d"`, `"path down"`, `"tracking off"`.
    pub by: Sentence<BoundBy>,
    /// Share of the time.
    pub share: f64,
}

/// One direction of a link in the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Its name.
    pub name: String,
    /// Site or router sent from.
    pub from: String,
    /// Site or router sent to.
    pub to: String,
    /// Nominal rate.
    pub rate_bps: u64,
    /// Bytes carried.
    pub carried_bytes: u64,
    /// Bytes carried ÷ what rate × efficiency under the throttles in force could have.
    pub utilisation_share: f64,
    /// Share of time in which it (or its throttle) was somebody's bottleneck.
    pub binding_share: f64,
    /// Share of time in which a throttle was in force and bound.
    pub throttle_binding_share: f64,
    /// Largest sum of bytes cut and not yet sent by VMs routed over it, exactly.
    pub backlog_max_bytes: u64,
}

/// The way from a site to another one that it replicates to, with all links up and no throttle in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RouteRow {
    /// Site sent from.
    pub from: String,
    /// Site sent to.
    pub to: String,
    /// The links that are taken, in order.
    pub links: Vec<String>,
    /// Payload of its slowest link: rate × efficiency.
    pub rate_bps: u64,
    /// Payload that fits at most over all ways together.
    pub fits_bps: u64,
    /// Whether there is more than one way, on a part of it at least.
    pub has_second_way: bool,
    /// What all ways pass through, in order: `"link wan"`, `"router r1"`, `"site hq"`, `"fault domain carrier"`.
    pub single_points: Vec<String>,
}

/// The processors of a site in the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteRow {
    /// Its name.
    pub name: String,
    /// Logical processors of its hosts.
    pub cores: u64,
    /// Virtual processors of the VMs that stand on them at the end.
    pub vcpus: u64,
    /// Virtual processors of the VMs whose replicas stand there: what comes on top when all are failed over.
    pub replica_vcpus: u64,
}

/// A host in the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostRow {
    /// Its name.
    pub name: String,
    /// Its site.
    pub site: String,
    /// Cores.
    pub cores: u64,
    /// Cores of the VMs that stand on it at the end.
    pub cores_used: u64,
    /// Memory less the reserve.
    pub memory_bytes: u64,
    /// Startup memory of the VMs that stand on it at the end.
    pub memory_used_bytes: u64,
    /// Replicas it holds.
    pub replicas: u64,
    /// Startup memory that these would need on top.
    pub replica_memory_bytes: u64,
    /// Send slots; `null` if unlimited.
    pub send_slots: Option<u64>,
    /// Mean share of its send slots in use; 0 if unlimited.
    pub slot_utilisation_share: f64,
    /// Mean share of its network card used for sending; `null` without a limit.
    pub nic_send_share: Option<f64>,
    /// Same for receiving.
    pub nic_receive_share: Option<f64>,
}

/// A volume in the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VolumeRow {
    /// `host/volume`.
    pub name: String,
    /// Capacity; `null` if it never fills.
    pub size_bytes: Option<u64>,
    /// Virtual size of disks and replicas on it.
    pub allocated_bytes: u64,
    /// Apply rate, bytes per second; `null` if instant.
    pub apply_rate_bytes_per_s: Option<u64>,
    /// Bytes applied for the VMs whose replicas stand here at the end.
    pub applied_bytes: u64,
    /// Share of time in which it was applying.
    pub apply_busy_share: f64,
    /// What additional recovery points of replicas on it take.
    #[serde(default)]
    pub history_bytes: u64,
}

/// One outage, in its own run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutageRow {
    /// Its name.
    pub name: String,
    /// What the scenario says of it.
    pub about: String,
    /// The first fault.
    pub at: String,
    /// Faults: component, effect, from, to.
    pub faults: Vec<FaultRow>,
    /// When a disaster was declared, by plan; empty if never.
    pub declarations: Vec<DeclarationRow>,
    /// Applications in it, by tier then name; those not hit say so.
    pub applications: Vec<OutageApplicationRow>,
    /// VMs in it that were hit or whose age suffered, by name.
    pub vms: Vec<OutageVmRow>,
    /// Written before the fault and gone, over all VMs failed over.
    pub lost_bytes: u64,
    /// Recovery steps, for the Gantt: sorted by start.
    pub steps: Vec<StepRow>,
    /// Directions of links for which logs waited from the first fault on, by name.
    #[serde(default)]
    pub links: Vec<OutageLinkRow>,
    /// Health of the fleet at the end of its run.
    #[serde(default)]
    pub fleet_health: FleetHealth,
    /// What operators did, and what became of protection, from the first fault on.
    #[serde(default)]
    pub operations: Operations,
}

/// One direction of a link in one outage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutageLinkRow {
    /// Its name.
    pub name: String,
    /// Site or router sent from.
    pub from: String,
    /// Site or router sent to.
    pub to: String,
    /// Largest sum of bytes cut and not yet sent over it from the first fault on, exactly; while it is cut, those that wait for it.
    pub backlog_max_bytes: u64,
}

/// One strike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultRow {
    /// `"host h1"`, `"link wan"`, `"VMM server vmm-hq"`.
    pub component: String,
    /// `"down"` or `"degraded to 50 %"`.
    pub effect: String,
    /// The cause as the scenario calls it.
    pub cause: String,
    /// When.
    pub from: String,
    /// Seconds from the outage's first fault.
    pub from_s: f64,
    /// When repaired; `null`: not within the run.
    pub to: Option<String>,
    /// Seconds from the outage's first fault to the repair.
    pub to_s: Option<f64>,
}

/// A declared disaster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeclarationRow {
    /// The recovery plan that was started.
    pub plan: String,
    /// When.
    pub at: String,
    /// Seconds from the outage's first fault.
    pub at_s: f64,
    /// How it was run.
    pub path: ControlPath,
    /// Why by hand: what was missing.
    pub reason: Option<String>,
}

/// An application in one outage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutageApplicationRow {
    /// Its name.
    pub name: String,
    /// What happened.
    pub outcome: Outcome,
    /// Verdict against the objectives.
    pub status: Status,
    /// Where met: what is left of the tightest objective, as a share of it.
    #[serde(default)]
    pub margin_share: Option<f64>,
    /// Where exposed: when its copies were older than its RPO, and how old.
    #[serde(default)]
    pub exposure: Option<ExposureRow>,
    /// How long it had been down when the run ended; `null` if it was back, or not hit.
    #[serde(default)]
    pub down_s: Option<f64>,
    /// Why, worst first.
    pub reasons: Vec<Sentence<judge::Reason>>,
    /// RPO.
    pub rpo_objective_s: Option<f64>,
    /// RPA: outage − cut of the oldest point used.
    pub rpa_s: Option<f64>,
    /// RTO.
    pub rto_objective_s: Option<f64>,
    /// RTA from the first fault that takes it down.
    pub rta_from_outage_s: Option<f64>,
    /// RTA from the declaration.
    pub rta_from_declaration_s: Option<f64>,
    /// Phases along its critical path, which sum to `rta_from_outage_s`, in order.
    pub phases: Vec<PhaseRow>,
    /// Worst age of its newest common point in this run while it was protected and running.
    pub age_max_s: Option<f64>,
    /// How long too few of its VMs were protected, from the first fault of the outage to the end of the run.
    #[serde(default)]
    pub unprotected_s: f64,
    /// From that fault until enough are again for the first time; `null`: it never stood unprotected, or still does when the run ends.
    #[serde(default)]
    pub protected_after_s: Option<f64>,
    /// Written before the fault and gone.
    pub lost_bytes: u64,
    /// Where VMs stand in for each other: how many of each need served at once.
    #[serde(default)]
    pub needs: Vec<NeedRow>,
    /// What the outage costs at every instant, where a gate asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_instants: Option<OverInstants>,
}

/// An application in an outage at every instant of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverInstants {
    /// The worst RTA; `null`: it is never hit, or never back.
    pub rta_max_s: Option<f64>,
    /// The first instant of it.
    pub rta_max_at: Option<String>,
    /// Where recoveries that the run ends before take longer than `rta_max_s`: so long at least.
    #[serde(default)]
    pub rta_at_least_s: Option<f64>,
    /// The worst RPA; `null`: it is never failed over.
    pub rpa_max_s: Option<f64>,
    /// The first instant of it.
    pub rpa_max_at: Option<String>,
    /// Share of the instants at which its RPO and RTO are held, of those that the run is long enough to tell; `null`: it has neither.
    pub held_share: Option<f64>,
    /// Share of the instants at which nothing brings it back.
    pub not_recovered_share: f64,
    /// Share of the instants that are exact; the others rest on whole runs every hour.
    pub exact_share: f64,
}

/// VMs of an application that stand in for each other, in an outage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeedRow {
    /// How many there are.
    pub of: u64,
    /// How many must serve.
    pub at_least: u64,
    /// The fewest that served at once from the outage's first fault on.
    pub fewest: u64,
}

/// What an outage added to the times in which the copies of an application that runs on were older than its RPO.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExposureRow {
    /// Since when, of the longest such time.
    pub from: String,
    /// Until when; `null`: not within the run.
    pub to: Option<String>,
    /// How long, within the run.
    pub seconds: f64,
    /// How old they got.
    pub oldest_s: f64,
    /// By how much all such times together pass those of the run without the outage.
    pub added_s: f64,
    /// Whether the outage says that this is accepted.
    pub accepted: bool,
}

/// One phase of a recovery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhaseRow {
    /// What took time.
    #[serde(with = "crate::closed")]
    pub phase: Phase,
    /// What it was spent on: the VM, group, action or application that was critical.
    pub on: String,
    /// How long.
    pub seconds: f64,
}

/// A VM in one outage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutageVmRow {
    /// Its name.
    pub name: String,
    /// What it does at the end.
    pub state: VmEnd,
    /// Why, with the missing resource named.
    pub reason: Option<Sentence<Because>>,
    /// RPA if failed over.
    pub rpa_s: Option<f64>,
    /// Cut of the point used.
    pub point_at: Option<String>,
    /// From the first fault that takes it down to in service.
    pub rta_from_outage_s: Option<f64>,
    /// How long it had been out of service when the run ended, where something that went on could bring it back.
    #[serde(default)]
    pub unfinished_s: Option<f64>,
    /// Written before the fault and gone.
    pub lost_bytes: u64,
    /// Where that was when the outage struck; `null`: it was not failed over once, from its first fault on, to the newest point.
    #[serde(default)]
    pub lost: Option<LostRow>,
    /// Worst age in this run while protected and running.
    pub age_max_s: Option<f64>,
    /// From the repair of a broken path until its age was back at or below its baseline worst; `null` if it never suffered or did not.
    pub catch_up_s: Option<f64>,
    /// How long after that repair the run ended, where it was not.
    #[serde(default)]
    pub behind_s: Option<f64>,
}

/// A bar of the recovery Gantt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRow {
    /// Who or what: a plan, an action, a VM, an application.
    pub on: String,
    /// The VM, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vm: Option<String>,
    /// What it spends time on.
    #[serde(with = "crate::closed")]
    pub phase: Phase,
    /// Seconds from the outage's first fault.
    pub from_s: f64,
    /// Seconds from the outage's first fault.
    pub to_s: f64,
    /// Whether some application's critical path runs through it.
    pub critical: bool,
}

/// What the plots draw, exact at every peak.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Charts {
    /// Saw-tooth of each application with replicated VMs, in the order of `Results::applications`.
    pub ages: Vec<AgeChart>,
    /// Each direction of each link that carried anything, by name.
    pub links: Vec<LinkChart>,
    /// Health of the fleet over the baseline: instant in seconds, and from then on VMs Normal, Warning, Critical.
    pub health: Vec<(f64, [u64; 3])>,
}

/// The age of an application's newest common point over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgeChart {
    /// Application.
    pub name: String,
    /// RPO.
    pub rpo_objective_s: Option<f64>,
    /// Vertices (seconds from start, age in seconds); jumps are two vertices at one instant. At most a named number of
    /// vertices: beyond it neighbouring teeth are merged to their envelope, which keeps every peak of the merged stretch.
    pub baseline: Vec<(f64, f64)>,
    /// Whether these are all vertices there are.
    pub is_exact: bool,
    /// Per outage that hits it: name, outage instant, instant back in service (or horizon), the outage run's vertices around it. At most
    /// [`CURVES_MAX`]: those that made it oldest.
    pub outages: Vec<AgeOutage>,
    /// How many outages beside these hit it.
    pub more: u64,
}

/// Outages of an application whose curves are kept to be drawn.
pub const CURVES_MAX: usize = 100;

/// A saw-tooth through an outage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgeOutage {
    /// The outage's name.
    pub name: String,
    /// First fault, seconds from start.
    pub from_s: f64,
    /// Back in service, or the last repair, or the horizon.
    pub to_s: f64,
    /// Vertices from some time before to some time after.
    pub vertices: Vec<(f64, f64)>,
}

/// Use of one direction of a link, in equal bins over the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkChart {
    /// `link from → to`.
    pub name: String,
    /// Length of a bin.
    pub bin_s: f64,
    /// Mean payload in each bin, whole bits per second.
    pub carried_bps: Vec<f64>,
    /// Payload capacity (throttle included) at each bin's start, bits per second.
    pub capacity_bps: Vec<f64>,
    /// Whether a throttle was in force at each bin's start.
    pub throttled: Vec<bool>,
    /// Bytes cut and not yet sent at each bin's end.
    pub backlog_bytes: Vec<f64>,
}
