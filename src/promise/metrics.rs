//! The metrics that a gate may name: what each is called, its unit, and which way is better. `compare::metrics` reads them off results.
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
}

impl Metric {
    /// Which objective of an application bounds it: `"rpo"` or `"rto"`.
    pub fn objective(&self) -> Option<&'static str> {
        match (self.kind, self.key) {
            (Kind::Application, "rpa") => Some("rpo"),
            (Kind::Application, "rta_from_outage") => Some("rto"),
            (Kind::Application, key) if key.starts_with("age_") && key != "age_above_objective" => {
                Some("rpo")
            }
            _ => None,
        }
    }
}

macro_rules! metrics {
    ($($kind:ident { $($key:literal $title:literal $unit:ident $better:ident $run:ident;)* })*) => {
        /// Every metric, by kind; those of an outage first.
        pub static METRICS: &[Metric] = &[$($(Metric {
            kind: Kind::$kind,
            key: $key,
            title: $title,
            unit: Unit::$unit,
            direction: direction!($better),
            per_outage: is_outage!($run),
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
    Application {
        "rpa" "RPA" Seconds low outage;
        "rta_from_outage" "RTA from outage" Seconds low outage;
        "rta_from_declaration" "RTA from declaration" Seconds low outage;
        "lost_bytes" "data lost" Bytes low outage;
        "age_max_in_outage" "worst age in an outage" Seconds low outage;
        "unprotected_in_outage" "time unprotected after an outage" Seconds low outage;
        "age_mean" "mean age" Seconds low calm;
        "age_p50" "median age" Seconds low calm;
        "age_p90" "p90 age" Seconds low calm;
        "age_p95" "p95 age" Seconds low calm;
        "age_p99" "p99 age" Seconds low calm;
        "age_p999" "p99.9 age" Seconds low calm;
        "age_max" "worst age" Seconds low calm;
        "age_above_objective" "time older than the RPO" Seconds low calm;
        "downtime" "downtime by operations" Seconds low calm;
        "unprotected" "time unprotected" Seconds low calm;
    }
    Vm {
        "rpa" "RPA" Seconds low outage;
        "rta_from_outage" "RTA from outage" Seconds low outage;
        "lost_bytes" "data lost" Bytes low outage;
        "age_max_in_outage" "worst age in an outage" Seconds low outage;
        "catch_up" "catching up after a repair" Seconds low outage;
        "unprotected_in_outage" "time unprotected after an outage" Seconds low outage;
        "age_mean" "mean age" Seconds low calm;
        "age_p50" "median age" Seconds low calm;
        "age_p90" "p90 age" Seconds low calm;
        "age_p95" "p95 age" Seconds low calm;
        "age_p99" "p99 age" Seconds low calm;
        "age_p999" "p99.9 age" Seconds low calm;
        "age_max" "worst age" Seconds low calm;
        "age_above_objective" "time older than the tightest RPO" Seconds low calm;
        "cycles_missed" "cycles missed" Count low calm;
        "cycles_missed_share" "share of cycles missed" Share low calm;
        "largest_log_bytes" "largest log" Bytes low calm;
        "pending_bytes" "not yet applied at the end" Bytes low calm;
        "written_bytes" "written" Bytes low calm;
        "normal_share" "share of time Normal" Share high calm;
        "warning_share" "share of time in Warning" Share low calm;
        "critical_share" "share of time Critical" Share low calm;
        "kept_points" "recovery points at the end" Count high calm;
        "achieved_retention" "how far recovery points reach back" Seconds high calm;
        "newest_age" "age of the newest point at the end" Seconds low calm;
        "newest_app_consistent_age" "age of the newest app-consistent point at the end" Seconds low calm;
        "history_bytes" "size of recovery points" Bytes low calm;
        "unprotected" "time unprotected" Seconds low calm;
    }
    Link {
        "utilisation_share" "utilisation" Share low calm;
        "binding_share" "share of time as a bottleneck" Share low calm;
        "throttle_binding_share" "share of time its throttle bound" Share low calm;
        "backlog_max_bytes" "largest backlog" Bytes low calm;
        "carried_bytes" "carried" Bytes low calm;
        "rate_bps" "rate" BitsPerSecond high calm;
    }
    Site {
        "memory_shortfall_bytes" "memory missing if all replicas start" Bytes low calm;
        "replicas" "replicas held" Count low calm;
        "vms" "VMs running" Count low calm;
        "pending_bytes" "not yet applied at the end, of its VMs" Bytes low calm;
    }
    Host {
        "memory_shortfall_bytes" "memory missing if all replicas start" Bytes low calm;
        "replicas" "replicas held" Count low calm;
        "cores_used" "cores of running VMs" Count low calm;
        "memory_used_bytes" "memory of running VMs" Bytes low calm;
        "replica_memory_bytes" "memory of replicas" Bytes low calm;
        "slot_utilisation_share" "send slots in use" Share low calm;
        "nic_send_share" "network card used for sending" Share low calm;
        "nic_receive_share" "network card used for receiving" Share low calm;
    }
    Volume {
        "free_bytes" "free, with recovery points" Bytes high calm;
        "allocated_bytes" "disks and replicas" Bytes low calm;
        "history_bytes" "recovery points" Bytes low calm;
        "applied_bytes" "applied" Bytes low calm;
        "apply_busy_share" "share of time applying" Share low calm;
    }
    Fleet {
        "lost_bytes" "data lost" Bytes low outage;
        "applications_missed" "applications that miss an objective" Count low outage;
        "applications_not_recovered" "applications not recovered" Count low outage;
        "vms_not_in_service" "VMs hit and not in service at the end" Count low outage;
        "last_protected_after" "until the last VM is protected again" Seconds low outage;
        "protected_vms" "VMs replicated" Count high calm;
        "unreplicated_vms" "VMs not replicated" Count low calm;
        "vms_in_no_plan" "replicated VMs in no recovery plan" Count low calm;
        "vms_in_no_application" "VMs in no application" Count low calm;
        "applications_without_objective" "applications without RPO or RTO" Count low calm;
        "unmapped_networks" "network mappings missing" Count low calm;
        "shared_fate_vms" "VMs whose replica shares their fate" Count low calm;
        "normal_vms" "VMs Normal at the end" Count high calm;
        "warning_vms" "VMs in Warning at the end" Count low calm;
        "critical_vms" "VMs Critical at the end" Count low calm;
        "failed_jobs" "jobs that failed" Count low calm;
        "warnings" "warnings of the run" Count low calm;
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
