//! Tables of what stands there while nothing fails: applications, VMs, links, routes, hosts, volumes.

use crate::document::Unit::{BitsPerSecond, Bytes, BytesPerSecond, Count, Seconds, Share, Text};
use crate::document::Value;
use crate::measure::results::{
    Age, ApplicationRow, HostRow, LinkRow, RouteRow, SiteRow, VmHealth, VmRow, VolumeRow,
};
use crate::report::words;

use super::{Make, Of, Shape, instant, judged, mark, maybe, maybe_text, maybe_whole, rows, text_or_nothing};

/// Every table in full.
pub(super) const TABLES: &[Make] = &[
    |results| APPLICATIONS.whole(&rows(results, &results.applications)),
    |results| VMS.whole(&rows(results, &results.vms)),
    |results| LINKS.whole(&rows(results, &results.links)),
    |results| ROUTES.whole(&rows(results, &results.routes)),
    |results| SITES.whole(&rows(results, &results.sites)),
    |results| HOSTS.whole(&rows(results, &results.hosts)),
    |results| VOLUMES.whole(&rows(results, &results.volumes)),
];

/// A figure of the ages of an application's points.
fn age(row: &ApplicationRow, part: fn(&Age) -> f64) -> Value {
    judged(row.age.as_ref().map(part), row.rpo_objective_s, "a VM of it is not replicated")
}

/// The same of a VM's.
fn vm_age(row: &VmRow, part: fn(&Age) -> f64) -> Value {
    maybe(row.age.as_ref().map(part), "not replicated")
}

fn worst_at(age: Option<&Age>) -> Value {
    age.map_or(Value::None(""), |age| instant(&age.max_at))
}

fn worst_by(age: Option<&Age>, why_not: &'static str) -> Value {
    age.map_or(Value::Instead(why_not), |age| Value::text(age.max_cause.to_string()))
}

fn method(age: Option<&Age>) -> Value {
    age.map_or(Value::None(""), |age| Value::text(age.method.to_string()))
}

pub(in crate::report) const APPLICATIONS: Shape<ApplicationRow> = Shape {
    key: "applications",
    files: &[
        Of("name", "application", Text, |r| Value::text(&r.name)),
        Of("tier", "tier", Count, |r| maybe_whole(r.tier.map(u64::from), "")),
        Of("vms", "VMs", Count, |r| Value::Whole(r.vms)),
        Of("status", "status", Text, |r| mark(r.status, words::application_mark(r))),
        Of("rpo_objective_s", "RPO", Seconds, |r| maybe(r.rpo_objective_s, "no RPO is set")),
        Of("rpa_s", "RPA", Seconds, |r| {
            judged(r.rpa_s, r.rpo_objective_s, "no outage takes it down, or no recovery point exists")
        }),
        Of("rpa_outage", "RPA in", Text, |r| maybe_text(r.rpa_outage.as_deref(), "")),
        Of("rto_objective_s", "RTO", Seconds, |r| maybe(r.rto_objective_s, "no RTO is set")),
        Of("rta_from_outage_s", "RTA", Seconds, |r| {
            judged(r.rta_from_outage_s, r.rto_objective_s, no_rta(r))
        }),
        Of("rta_outage", "RTA in", Text, |r| maybe_text(r.rta_outage.as_deref(), "")),
        Of("rta_from_declaration_s", "from declaration", Seconds, |r| {
            maybe(r.rta_from_declaration_s, "no declaration, a repair came first, or not recovered")
        }),
        Of("mtpd_s", "MTPD", Seconds, |r| maybe(r.mtpd_s, "")),
        Of("worst_outage", "worst outage", Text, |r| maybe_text(r.worst_outage.as_deref(), "")),
        Of("last_test_at", "last test", Text, |r| match &r.last_test_at {
            Some(at) => Value::Day(at.clone()),
            None => Value::None("not tested within the run"),
        }),
        Of("age_mean_s", "mean age", Seconds, |r| age(r, |a| a.mean_s)),
        Of("age_p50_s", "half of the time", Seconds, |r| age(r, |a| a.p50_s)),
        Of("age_p90_s", "90 %", Seconds, |r| age(r, |a| a.p90_s)),
        Of("age_p95_s", "95 %", Seconds, |r| age(r, |a| a.p95_s)),
        Of("age_p99_s", "99 %", Seconds, |r| age(r, |a| a.p99_s)),
        Of("age_p999_s", "99.9 %", Seconds, |r| age(r, |a| a.p999_s)),
        Of("age_max_s", "worst age", Seconds, |r| age(r, |a| a.max_s)),
        Of("age_max_at", "at", Text, |r| worst_at(r.age.as_ref())),
        Of("age_max_cause", "bound by", Text, |r| worst_by(r.age.as_ref(), "a VM of it is not replicated")),
        Of("age_above_objective_s", "above the RPO", Seconds, |r| {
            let above = r.age.as_ref().and_then(|age| age.above_objective_s);
            maybe(above, "no RPO is set, or no age is known")
        }),
        Of("age_method", "method", Text, |r| method(r.age.as_ref())),
        Of("held_share", "RPO held", Share, |r| {
            maybe(r.steady.as_ref().and_then(|it| it.held_share), "no RPO is set")
        }),
        Of("not_held_s", "RPO not held", Seconds, |r| {
            maybe(r.steady.as_ref().and_then(|it| it.not_held_s), "no RPO is set")
        }),
        Of("reasons", "why", Text, |r| Value::text(r.reasons.join("; "))),
    ],
    also: &[
        Of("reason", "why", Text, |r| text_or_nothing(r.reasons.first().map(|it| &**it))),
        // Without outages the age to judge is the worst while nothing fails.
        Of("rpa_or_age_s", "RPA", Seconds, |r| {
            let worst = r.age.as_ref().filter(|_| r.results.outages.is_empty());
            maybe(r.rpa_s.or(worst.map(|age| age.max_s)), "")
        }),
    ],
};

fn no_rta(row: &ApplicationRow) -> &'static str {
    if row.rta_outage.is_some() { "not back within the run" } else { "no outage takes it down" }
}

pub(in crate::report) const VMS: Shape<VmRow> = Shape {
    key: "vms",
    files: &[
        Of("name", "VM", Text, |r| Value::text(&r.name)),
        Of("host", "host", Text, |r| Value::text(&r.host)),
        Of("replica_host", "replica on", Text, |r| maybe_text(r.replica_host.as_deref(), "")),
        Of("policy", "policy", Text, |r| maybe_text(r.policy.as_deref(), "")),
        Of("interval_s", "interval", Seconds, |r| maybe(r.interval_s, "not replicated")),
        Of("state", "state", Text, |r| Value::text(r.state.words())),
        Of("health", "health at the end", Text, |r| {
            maybe_text(r.health.as_ref().map(|health| health.at_end.words()), "")
        }),
        Of("age_mean_s", "mean age", Seconds, |r| vm_age(r, |a| a.mean_s)),
        Of("age_p50_s", "half of the time", Seconds, |r| vm_age(r, |a| a.p50_s)),
        Of("age_p90_s", "90 %", Seconds, |r| vm_age(r, |a| a.p90_s)),
        Of("age_p95_s", "95 %", Seconds, |r| vm_age(r, |a| a.p95_s)),
        Of("age_p99_s", "99 %", Seconds, |r| vm_age(r, |a| a.p99_s)),
        Of("age_p999_s", "99.9 %", Seconds, |r| vm_age(r, |a| a.p999_s)),
        Of("age_max_s", "worst age", Seconds, |r| vm_age(r, |a| a.max_s)),
        Of("age_max_at", "at", Text, |r| worst_at(r.age.as_ref())),
        Of("age_max_cause", "bound by", Text, |r| worst_by(r.age.as_ref(), "not replicated")),
        Of("age_above_objective_s", "above the tightest RPO", Seconds, |r| {
            maybe(r.age.as_ref().and_then(|age| age.above_objective_s), "")
        }),
        Of("age_method", "method", Text, |r| method(r.age.as_ref())),
        Of("written_bytes", "written", Bytes, |r| Value::Whole(r.written_bytes)),
        Of("cycles_applied", "cycles applied", Count, |r| Value::Whole(r.cycles_applied)),
        Of("cycles_expected", "cycles expected", Count, |r| Value::Whole(r.cycles_expected)),
        Of("cycles_missed", "cycles missed", Count, |r| Value::Whole(r.cycles_missed)),
        Of("largest_log_bytes", "largest log", Bytes, |r| Value::Whole(r.largest_log_bytes)),
        Of("pending_bytes", "pending", Bytes, |r| Value::Whole(r.pending_bytes)),
        Of("bound_first", "bound first by", Text, |r| bound_by(r, 0)),
        Of("bound_first_share", "share of the time", Share, |r| bound_share(r, 0)),
        Of("bound_second", "second by", Text, |r| bound_by(r, 1)),
        Of("bound_second_share", "share of the time", Share, |r| bound_share(r, 1)),
    ],
    also: &[
        Of("missed", "missed cycles", Count, |r| part_of(r.cycles_missed, r.cycles_expected)),
        Of("normal_share", "Normal", Share, |r| health_share(r, |health| health.normal_share)),
        Of("warning_share", "Warning", Share, |r| health_share(r, |health| health.warning_share)),
        Of("critical_share", "Critical", Share, |r| health_share(r, |health| health.critical_share)),
        Of("health_reasons", "reasons at the end", Text, |r| {
            Value::text(r.health.as_ref().map_or(String::new(), |health| words::list(&health.reasons)))
        }),
    ],
};

fn bound_by(row: &VmRow, place: usize) -> Value {
    row.bound.get(place).map_or(Value::None(""), |bound| Value::text(bound.by.to_string()))
}

fn bound_share(row: &VmRow, place: usize) -> Value {
    maybe(row.bound.get(place).map(|bound| bound.share), "")
}

fn health_share(row: &VmRow, part: fn(&VmHealth) -> f64) -> Value {
    maybe(row.health.as_ref().map(part), "not replicated")
}

/// `12 of 1,345`.
pub(super) fn part_of(part: u64, all: u64) -> Value {
    Value::text(format!("{} of {}", words::thousands(part), words::thousands(all)))
}

pub(in crate::report) const LINKS: Shape<LinkRow> = Shape {
    key: "links",
    files: &[
        Of("name", "link", Text, |r| Value::text(&r.name)),
        Of("from", "from", Text, |r| Value::text(&r.from)),
        Of("to", "to", Text, |r| Value::text(&r.to)),
        Of("rate_bps", "rate", BitsPerSecond, |r| Value::Whole(r.rate_bps)),
        Of("carried_bytes", "carried", Bytes, |r| Value::Whole(r.carried_bytes)),
        Of("utilisation_share", "utilisation", Share, |r| Value::Number(r.utilisation_share)),
        Of("binding_share", "bottleneck", Share, |r| Value::Number(r.binding_share)),
        Of("throttle_binding_share", "throttle bound", Share, |r| Value::Number(r.throttle_binding_share)),
        Of("backlog_max_bytes", "largest backlog", Bytes, |r| Value::Whole(r.backlog_max_bytes)),
    ],
    also: &[],
};

pub(in crate::report) const ROUTES: Shape<RouteRow> = Shape {
    key: "routes",
    files: &[
        Of("from", "from", Text, |r| Value::text(&r.from)),
        Of("to", "to", Text, |r| Value::text(&r.to)),
        Of("links", "links", Text, |r| Value::text(r.links.join("; "))),
        Of("rate_bps", "rate", BitsPerSecond, |r| Value::Whole(r.rate_bps)),
        Of("fits_bps", "fits", BitsPerSecond, |r| Value::Whole(r.fits_bps)),
        Of("has_second_way", "has a second way", Text, |r| Value::text(r.has_second_way.to_string())),
        Of("single_points", "all ways pass", Text, |r| Value::text(r.single_points.join("; "))),
    ],
    also: &[],
};

const SITES: Shape<SiteRow> = Shape {
    key: "sites",
    files: &[
        Of("name", "site", Text, |r| Value::text(&r.name)),
        Of("cores", "logical processors", Count, |r| Value::Whole(r.cores)),
        Of("vcpus", "virtual processors", Count, |r| Value::Whole(r.vcpus)),
        Of("replica_vcpus", "of its replicas", Count, |r| Value::Whole(r.replica_vcpus)),
    ],
    also: &[],
};

pub(in crate::report) const HOSTS: Shape<HostRow> = Shape {
    key: "hosts",
    files: &[
        Of("name", "host", Text, |r| Value::text(&r.name)),
        Of("site", "site", Text, |r| Value::text(&r.site)),
        Of("cores", "cores", Count, |r| Value::Whole(r.cores)),
        Of("cores_used", "cores used", Count, |r| Value::Whole(r.cores_used)),
        Of("memory_bytes", "memory", Bytes, |r| Value::Whole(r.memory_bytes)),
        Of("memory_used_bytes", "memory used", Bytes, |r| Value::Whole(r.memory_used_bytes)),
        Of("replicas", "replicas", Count, |r| Value::Whole(r.replicas)),
        Of("replica_memory_bytes", "they would need", Bytes, |r| Value::Whole(r.replica_memory_bytes)),
        Of("send_slots", "send slots", Count, |r| {
            r.send_slots.map_or(Value::Instead("no limit"), Value::Whole)
        }),
        Of("slot_utilisation_share", "slots used", Share, |r| Value::Number(r.slot_utilisation_share)),
        Of("nic_send_share", "card sending", Share, |r| maybe(r.nic_send_share, "no limit is set")),
        Of("nic_receive_share", "card receiving", Share, |r| maybe(r.nic_receive_share, "no limit is set")),
    ],
    also: &[
        Of("cores_of", "cores used", Count, |r| part_of(r.cores_used, r.cores)),
        Of("room", "room left", Bytes, |r| room(r)),
        Of("slots", "slots used", Share, |r| {
            maybe(r.send_slots.map(|_| r.slot_utilisation_share), "no limit is set")
        }),
    ],
};

/// Memory that its replicas would need beyond what it has; negative: what stays free.
pub(in crate::report) fn short(row: &HostRow) -> i128 {
    i128::from(row.memory_used_bytes) + i128::from(row.replica_memory_bytes) - i128::from(row.memory_bytes)
}

#[allow(clippy::cast_precision_loss, reason = "no host lacks 2^53 bytes")]
fn room(row: &HostRow) -> Value {
    let short = short(row);
    match u64::try_from(-short) {
        Ok(left) => Value::Whole(left),
        Err(_) => Value::Over(-(short as f64)),
    }
}

pub(in crate::report) const VOLUMES: Shape<VolumeRow> = Shape {
    key: "volumes",
    files: &[
        Of("name", "volume", Text, |r| Value::text(&r.name)),
        Of("size_bytes", "size", Bytes, |r| r.size_bytes.map_or(Value::Instead("never fills"), Value::Whole)),
        Of("allocated_bytes", "allocated", Bytes, |r| Value::Whole(r.allocated_bytes)),
        Of("apply_rate_bytes_per_s", "apply rate", BytesPerSecond, |r| {
            r.apply_rate_bytes_per_s.map_or(Value::Instead("instant"), Value::Whole)
        }),
        Of("applied_bytes", "applied", Bytes, |r| Value::Whole(r.applied_bytes)),
        Of("apply_busy_share", "busy applying", Share, |r| Value::Number(r.apply_busy_share)),
        Of("history_bytes", "recovery history", Bytes, |r| Value::Whole(r.history_bytes)),
    ],
    also: &[],
};
