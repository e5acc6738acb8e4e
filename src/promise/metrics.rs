//! The metrics that a gate may name: what each is called, its unit, and which way is better. `compare::metrics` reads them off results: it
//! matches every metric, so that a line here does not compile without its reader there.
//!
//! A metric is called like its key in the JSON of results, without `_s`.

pub use super::unit::Unit;

use super::matches;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The less the better.
    LowerIsBetter,
    /// The more the better.
    HigherIsBetter,
}

/// What a metric is about. The order is that of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The whole estate: the metric alone names it.
    Fleet,
    /// An application.
    Application,
    /// A VM.
    Vm,
    /// One direction of a link.
    Link,
    /// A site.
    Site,
    /// A host.
    Host,
    /// A volume, `host/volume`.
    Volume,
}

impl Kind {
    /// All kinds whose things have names, as fields of a gate.
    pub const NAMED: [Kind; 6] =
        [Kind::Application, Kind::Vm, Kind::Link, Kind::Site, Kind::Host, Kind::Volume];

    /// The field of a gate, and the word before a name.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Fleet => "fleet",
            Kind::Application => "application",
            Kind::Vm => "vm",
            Kind::Link => "link",
            Kind::Site => "site",
            Kind::Host => "host",
            Kind::Volume => "volume",
        }
    }

    /// Whether a pattern means `name`. A link's own name means both its directions; `->` stands for `→`.
    pub fn means(self, pattern: &str, name: &str) -> bool {
        let own = || name.split(" → ").next().and_then(|start| start.rsplit_once(' ')).map(|(link, _)| link);
        let link =
            || own().is_some_and(|own| matches(pattern, own)) || matches(&pattern.replace("->", "→"), name);
        matches(pattern, name) || self == Kind::Link && link()
    }

    /// `"application web"`; `"fleet"`.
    pub fn subject(self, name: &str) -> String {
        if self == Kind::Fleet { self.word().to_owned() } else { format!("{} {name}", self.word()) }
    }
}

/// Something that can be read off a run.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Which it is.
    pub id: MetricId,
    /// What it is about.
    pub kind: Kind,
    /// Its name in a scenario; unique within its kind.
    pub key: &'static str,
    /// In words.
    pub title: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// Whether each outage has its own value; otherwise it is of the run in which nothing fails.
    pub per_outage: bool,
    /// The minor version of the results' schema that first tells it. An older result is read with nothing in its place.
    pub since: u32,
}

impl Metric {
    /// Which objective of an application bounds it: `"rpo"` or `"rto"`.
    pub fn objective(&self) -> Option<&'static str> {
        use ApplicationMetric as Calm;
        use OutageApplicationMetric as Hit;
        match self.id {
            MetricId::OutageApplicationMetric(Hit::RtaFromOutage) => Some("rto"),
            MetricId::OutageApplicationMetric(Hit::Rpa | Hit::AgeMaxInOutage) => Some("rpo"),
            MetricId::ApplicationMetric(metric) => {
                let is_age = !matches!(metric, Calm::AgeAboveObjective | Calm::Downtime | Calm::Unprotected);
                is_age.then_some("rpo")
            }
            MetricId::OutageApplicationMetric(_)
            | MetricId::OutageVmMetric(_)
            | MetricId::VmMetric(_)
            | MetricId::LinkMetric(_)
            | MetricId::SiteMetric(_)
            | MetricId::HostMetric(_)
            | MetricId::VolumeMetric(_)
            | MetricId::OutageFleetMetric(_)
            | MetricId::FleetMetric(_) => None,
        }
    }
}

macro_rules! metrics {
    ($($(#[$about:meta])* $kind:ident $run:ident $group:ident {
        $($name:ident $key:literal $title:literal $unit:ident $better:ident $(since $since:literal)?;)*
    })*) => {
        $($(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $group {
            $(#[doc = concat!("`", $key, "`: ", $title, ".")] $name,)*
        })*

        /// Which metric: what reads it matches all of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum MetricId {
            $($(#[$about])* $group($group),)*
        }

        /// Every metric, by kind; those of an outage first.
        pub static METRICS: &[Metric] = &[$($(Metric {
            id: MetricId::$group($group::$name),
            kind: Kind::$kind,
            key: $key,
            title: $title,
            unit: Unit::$unit,
            direction: direction!($better),
            per_outage: is_outage!($run),
            since: 0 $(+ $since)?,
        },)*)*];
    };
}

macro_rules! direction {
    (low) => {
        Direction::LowerIsBetter
    };
    (high) => {
        Direction::HigherIsBetter
    };
}

macro_rules! is_outage {
    (outage) => {
        true
    };
    (calm) => {
        false
    };
}

metrics! {
    /// Of an outage: an application.
    Application outage OutageApplicationMetric {
        Rpa "rpa" "RPA" Seconds low;
        RtaFromOutage "rta_from_outage" "RTA from outage" Seconds low;
        RtaFromDeclaration "rta_from_declaration" "RTA from declaration" Seconds low;
        LostBytes "lost_bytes" "data lost" Bytes low;
        AgeMaxInOutage "age_max_in_outage" "worst age in an outage" Seconds low;
        UnprotectedInOutage "unprotected_in_outage" "time unprotected after an outage" Seconds low since 1;
    }
    /// Of an application, while nothing fails.
    Application calm ApplicationMetric {
        AgeMean "age_mean" "mean age" Seconds low;
        AgeP50 "age_p50" "median age" Seconds low;
        AgeP90 "age_p90" "p90 age" Seconds low;
        AgeP95 "age_p95" "p95 age" Seconds low;
        AgeP99 "age_p99" "p99 age" Seconds low;
        AgeP999 "age_p999" "p99.9 age" Seconds low;
        AgeMax "age_max" "worst age" Seconds low;
        AgeAboveObjective "age_above_objective" "time older than the RPO" Seconds low;
        Downtime "downtime" "downtime by operations" Seconds low since 1;
        Unprotected "unprotected" "time unprotected" Seconds low since 1;
    }
    /// Of an outage: a VM.
    Vm outage OutageVmMetric {
        Rpa "rpa" "RPA" Seconds low;
        RtaFromOutage "rta_from_outage" "RTA from outage" Seconds low;
        LostBytes "lost_bytes" "data lost" Bytes low;
        AgeMaxInOutage "age_max_in_outage" "worst age in an outage" Seconds low;
        CatchUp "catch_up" "catching up after a repair" Seconds low;
        UnprotectedInOutage "unprotected_in_outage" "time unprotected after an outage" Seconds low since 1;
    }
    /// Of a VM, while nothing fails.
    Vm calm VmMetric {
        AgeMean "age_mean" "mean age" Seconds low;
        AgeP50 "age_p50" "median age" Seconds low;
        AgeP90 "age_p90" "p90 age" Seconds low;
        AgeP95 "age_p95" "p95 age" Seconds low;
        AgeP99 "age_p99" "p99 age" Seconds low;
        AgeP999 "age_p999" "p99.9 age" Seconds low;
        AgeMax "age_max" "worst age" Seconds low;
        AgeAboveObjective "age_above_objective" "time older than the tightest RPO" Seconds low;
        CyclesMissed "cycles_missed" "cycles missed" Count low;
        CyclesMissedShare "cycles_missed_share" "share of cycles missed" Share low;
        LargestLogBytes "largest_log_bytes" "largest log" Bytes low;
        PendingBytes "pending_bytes" "not yet applied at the end" Bytes low;
        WrittenBytes "written_bytes" "written" Bytes low;
        NormalShare "normal_share" "share of time Normal" Share high since 1;
        WarningShare "warning_share" "share of time in Warning" Share low since 1;
        CriticalShare "critical_share" "share of time Critical" Share low since 1;
        KeptPoints "kept_points" "recovery points at the end" Count high since 1;
        AchievedRetention "achieved_retention" "how far recovery points reach back" Seconds high since 1;
        NewestAge "newest_age" "age of the newest point at the end" Seconds low since 1;
        NewestAppConsistentAge "newest_app_consistent_age" "age of the newest app-consistent point at the end" Seconds low since 1;
        HistoryBytes "history_bytes" "size of recovery points" Bytes low since 1;
        Unprotected "unprotected" "time unprotected" Seconds low since 1;
    }
    /// Of one direction of a link, while nothing fails.
    Link calm LinkMetric {
        UtilisationShare "utilisation_share" "utilisation" Share low;
        BindingShare "binding_share" "share of time as a bottleneck" Share low;
        ThrottleBindingShare "throttle_binding_share" "share of time its throttle bound" Share low;
        BacklogMaxBytes "backlog_max_bytes" "largest backlog" Bytes low;
        CarriedBytes "carried_bytes" "carried" Bytes low;
        RateBps "rate_bps" "rate" BitsPerSecond high;
    }
    /// Of a site, while nothing fails.
    Site calm SiteMetric {
        MemoryShortfallBytes "memory_shortfall_bytes" "memory missing if all replicas start" Bytes low;
        Replicas "replicas" "replicas held" Count low;
        Vms "vms" "VMs running" Count low;
        PendingBytes "pending_bytes" "not yet applied at the end, of its VMs" Bytes low;
    }
    /// Of a host, while nothing fails.
    Host calm HostMetric {
        MemoryShortfallBytes "memory_shortfall_bytes" "memory missing if all replicas start" Bytes low;
        Replicas "replicas" "replicas held" Count low;
        CoresUsed "cores_used" "cores of running VMs" Count low;
        MemoryUsedBytes "memory_used_bytes" "memory of running VMs" Bytes low;
        ReplicaMemoryBytes "replica_memory_bytes" "memory of replicas" Bytes low;
        SlotUtilisationShare "slot_utilisation_share" "send slots in use" Share low;
        NicSendShare "nic_send_share" "network card used for sending" Share low;
        NicReceiveShare "nic_receive_share" "network card used for receiving" Share low;
    }
    /// Of a volume, while nothing fails.
    Volume calm VolumeMetric {
        FreeBytes "free_bytes" "free, with recovery points" Bytes high since 1;
        AllocatedBytes "allocated_bytes" "disks and replicas" Bytes low;
        HistoryBytes "history_bytes" "recovery points" Bytes low since 1;
        AppliedBytes "applied_bytes" "applied" Bytes low;
        ApplyBusyShare "apply_busy_share" "share of time applying" Share low;
    }
    /// Of an outage: the whole estate.
    Fleet outage OutageFleetMetric {
        LostBytes "lost_bytes" "data lost" Bytes low;
        ApplicationsMissed "applications_missed" "applications that miss an objective" Count low;
        ApplicationsNotRecovered "applications_not_recovered" "applications not recovered" Count low;
        VmsNotInService "vms_not_in_service" "VMs hit and not in service at the end" Count low;
        LastProtectedAfter "last_protected_after" "until the last VM is protected again" Seconds low since 1;
    }
    /// Of the whole estate, while nothing fails.
    Fleet calm FleetMetric {
        ProtectedVms "protected_vms" "VMs replicated" Count high;
        UnreplicatedVms "unreplicated_vms" "VMs not replicated" Count low;
        VmsInNoPlan "vms_in_no_plan" "replicated VMs in no recovery plan" Count low;
        VmsInNoApplication "vms_in_no_application" "VMs in no application" Count low;
        ApplicationsWithoutObjective "applications_without_objective" "applications without RPO or RTO" Count low;
        UnmappedNetworks "unmapped_networks" "network mappings missing" Count low;
        SharedFateVms "shared_fate_vms" "VMs whose replica shares their fate" Count low;
        NormalVms "normal_vms" "VMs Normal at the end" Count high since 1;
        WarningVms "warning_vms" "VMs in Warning at the end" Count low since 1;
        CriticalVms "critical_vms" "VMs Critical at the end" Count low since 1;
        FailedJobs "failed_jobs" "jobs that failed" Count low since 1;
        Warnings "warnings" "warnings of the run" Count low;
    }
}

/// The metric of this kind and key.
pub fn find(kind: Kind, key: &str) -> Option<&'static Metric> {
    of(kind).find(|metric| metric.key == key)
}

/// All metrics of a kind.
pub fn of(kind: Kind) -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().filter(move |metric| metric.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_has_a_name_of_its_own_and_a_kind_its_word() {
        for (at, metric) in METRICS.iter().enumerate() {
            assert_eq!(find(metric.kind, metric.key), Some(metric));
            let twin = |other: &Metric| (other.kind, other.key) == (metric.kind, metric.key);
            assert!(!METRICS[..at].iter().any(twin), "{} twice", metric.key);
        }
        assert_eq!(Kind::Vm.subject("sql-1"), "vm sql-1");
        assert_eq!(Kind::Fleet.subject(""), "fleet");
    }

    #[test]
    fn a_links_name_means_both_directions_and_an_arrow_one() {
        let means = |pattern: &str, name: &str| Kind::Link.means(pattern, name);
        let both = ["wan hq → dr", "wan dr → hq"];
        assert!(both.iter().all(|name| means("wan", name) && means("w*", name) && means("*", name)));
        for pattern in ["wan hq -> dr", "wan hq → dr", "* hq -> *"] {
            assert_eq!(both.map(|name| means(pattern, name)), [true, false], "{pattern}");
        }
        assert!(!means("wa", both[0]) && !Kind::Vm.means("wan", both[0]));
    }
}
