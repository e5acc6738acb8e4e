//! What each field of the language is: a quantity of some unit, an instant, a list with an order, or entries of some kind.
//!
//! To add a field: its list here, if it is one of these; names and words need none.

/// Fields that are rates.
pub const RATES: &[&str] = &[
    "apply_rate",
    "apply_request_rate",
    "churn",
    "compare_rate",
    "constant",
    "export",
    "import",
    "nic",
    "rate",
    "read_rate",
    "storage_rate",
    "stream_cap",
];
/// Fields that are sizes.
pub const SIZES: &[&str] = &["disk", "memory", "memory_reserve", "size", "storage", "tcp_window", "used"];
/// Fields that are spans of time.
pub const SPANS: &[&str] = &[
    "app_consistent",
    "boot",
    "bursts",
    "courier",
    "decision",
    "detection",
    "dns_replication",
    "dns_ttl",
    "fail_over",
    "found",
    "freeze",
    "horizon",
    "interval",
    "job_latency",
    "key_age",
    "lasts",
    "latency",
    "manual",
    "manual_per_vm",
    "by_hand_after",
    "manual_start",
    "mtpd",
    "older_than",
    "phase",
    "readiness",
    "repair",
    "restart",
    "rpo",
    "rto",
    "script",
    "shutdown",
    "shutdown_timeout",
    "takes",
    "testing",
    "validation",
    "window",
];
/// Fields that are shares.
pub const SHARES: &[&str] = &[
    "compression",
    "degraded_to",
    "efficiency",
    "existing",
    "growth",
    "hours",
    "overhead",
    "ratio",
    "resync_threshold",
    "rpo_share",
    "saturday",
    "sunday",
    "weekend",
];
/// Fields of gates and waivers in the unit of their metric.
pub const BOUNDS: &[&str] = &["abs", "at_least", "at_most", "ceiling", "rel"];
/// Fields that are numbers.
const COUNTS: &[&str] = &[
    "apply_depth",
    "apply_disks",
    "apply_vms",
    "cores",
    "count",
    "dedup_slowdown",
    "generation",
    "iops",
    "operators",
    "parallel_recoveries",
    "pool",
    "port",
    "precedence",
    "recovery_points",
    "resync_parallel",
    "seed",
    "send_slots",
    "tier",
    "weight",
];
/// Fields that are instants.
pub const INSTANTS: &[&str] = &["at", "enabled", "point", "starts", "until"];
/// Lists whose order has a meaning, or may have.
const ORDERED: &[&str] = &[
    "after",
    "before",
    "blocked",
    "by_hand",
    "by_hand_first",
    "groups",
    "host",
    "hours",
    "nics",
    "rate",
    "saturday",
    "subnets",
    "sunday",
    "versions",
    "weekend",
];
/// Defaults that hold for some entries of the kind only, or whose word may also be a name.
pub const CONDITIONAL: &[&str] = &[
    "cloud.logical_networks",
    "host.logical_networks",
    "policy.os",
    "policy.resync_threshold",
    "vmm_server.sql",
];

/// Which field of which kind of entry a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'k> {
    /// The kind of entry as `scenario/defaults.rs` names it: `"link"`.
    pub kind: &'static str,
    /// The field.
    pub key: &'k str,
}

impl Field<'_> {
    /// Whether a list in this field may be written in any order.
    pub fn is_ordered(self) -> bool {
        ORDERED.contains(&self.key) || self.kind == "group" && self.key == "vms"
    }

    /// The kind of the entries in this field.
    pub fn inner(self) -> &'static str {
        match (self.kind, self.key) {
            ("scenario", section) => section_kind(section),
            ("host", "volumes") => "volume",
            ("vm", "disks") => "disk",
            ("vm", "nics") => "nic",
            ("vm" | "disk", "churn") => "churn",
            ("cloud", "capacity") => "capacity",
            ("vmm_server", "provider") => "provider",
            ("application", "needs") => "need",
            ("plan", "groups" | "by_hand") => "group",
            ("group", "before" | "after") => "action",
            ("outage", "faults") => "fault",
            ("protection", "initial") => "first copy",
            ("first copy", "offline") => "initial",
            (_, "throttle" | "windows" | "backups" | "shifts") => "window",
            _ => "",
        }
    }
}

/// The kind of the entries of a section.
fn section_kind(section: &str) -> &'static str {
    match section {
        "recovery_service" => "recovery_service",
        "hosts" => "host",
        "clusters" => "cluster",
        "networks" => "network",
        "network_mappings" => "network_mapping",
        "links" => "link",
        "qos" => "qos",
        "vmm_servers" => "vmm_server",
        "clouds" => "cloud",
        "policies" => "policy",
        "protection" => "protection",
        "vms" => "vm",
        "applications" => "application",
        "people" => "people",
        "plans" => "plan",
        "outages" => "outage",
        "operations" => "operation",
        _ => "",
    }
}

/// Whether a value in this field is a quantity.
pub fn is_quantity(field: Field) -> bool {
    [RATES, SIZES, SPANS, SHARES, COUNTS].iter().any(|keys| keys.contains(&field.key))
        && !(field.kind == "fault" && field.key == "recovery_points")
}
