//! Tables of jobs, states, health, statistics and recovery points. In files the first column names the outage, and is empty where nothing
//! fails.

use crate::document::Unit::{Bytes, Count, Factor, Seconds, Text};
use crate::document::Value;
use crate::measure::results::{
    DowntimeRow, HealthRow, JobRow, Operations, RecoveryPointsRow, Results, StateRow, StatisticsRow,
    TestVmRow, UnprotectedRow,
};
use crate::report::words;

use super::estate::part_of;
use super::{
    Make, Of, Row, Shape, instant, mark, maybe, maybe_instant, maybe_text, maybe_whole, rows, text_or_nothing,
};

/// Every table in full.
pub(super) const TABLES: &[Make] = &[
    |results| JOBS.whole(&of(results, |it| &it.jobs)),
    |results| STATES.whole(&of(results, |it| &it.states)),
    |results| UNPROTECTED.whole(&of(results, |it| &it.unprotected)),
    |results| HEALTH.whole(&rows(results, &results.health)),
    |results| STATISTICS.whole(&rows(results, &results.statistics)),
    |results| RECOVERY_POINTS.whole(&recovery_points(results)),
];

/// Rows of all runs, that in which nothing fails first.
fn of<R>(results: &Results, rows: impl Fn(&Operations) -> &Vec<R>) -> Vec<Row<'_, R>> {
    let outages = results.outages.iter().map(|outage| (outage.name.as_str(), &outage.operations));
    let runs = [("", &results.operations)].into_iter().chain(outages);
    runs.flat_map(|(outage, run)| rows(run).iter().map(move |row| Row { results, outage, of: "", row }))
        .collect()
}

/// Rows of VMs that are replicated.
pub(in crate::report) fn recovery_points(results: &Results) -> Vec<Row<'_, RecoveryPointsRow>> {
    let of = results.vms.iter().filter_map(|vm| Some((vm.name.as_str(), vm.recovery_points.as_ref()?)));
    of.map(|(of, row)| Row { results, outage: "", of, row }).collect()
}

pub(in crate::report) const JOBS: Shape<JobRow> = Shape {
    key: "jobs",
    files: &[
        Of("outage", "outage", Text, |r| Value::text(r.outage)),
        Of("job", "job", Text, |r| Value::text(r.job.words())),
        Of("on", "on", Text, |r| r.on.as_deref().map_or(Value::Instead("the estate"), Value::text)),
        Of("operation", "asked by", Text, |r| maybe_text(r.operation.as_deref(), "")),
        Of("from", "from", Text, |r| instant(&r.from)),
        Of("from_s", "from", Seconds, |r| Value::Number(r.from_s)),
        Of("to", "to", Text, |r| maybe_instant(r.to.as_deref(), "")),
        Of("to_s", "to", Seconds, |r| maybe(r.to_s, "")),
        Of("outcome", "outcome", Text, |r| mark(r.outcome, words::job_mark(r))),
        Of("reason", "why", Text, |r| text_or_nothing(r.reason.as_deref())),
        Of("drill_rto_s", "test VMs ran after", Seconds, |r| {
            maybe(r.drill_rto_s, "not a test failover, or not all test VMs ran")
        }),
        Of("downtime_s", "downtime", Seconds, |r| {
            maybe(r.downtime_s, "not a failover, or not in service again")
        }),
        Of("lost_bytes", "lost", Bytes, |r| maybe_whole(r.lost_bytes, "")),
    ],
    also: &[Of("for_s", "for", Seconds, |r| {
        maybe(r.to_s.map(|to| to - r.from_s), "not ended within the run")
    })],
};

pub(in crate::report) const STATES: Shape<StateRow> = Shape {
    key: "states",
    files: &[
        Of("outage", "outage", Text, |r| Value::text(r.outage)),
        Of("vm", "VM", Text, |r| Value::text(&r.vm)),
        Of("state", "state", Text, |r| Value::text(r.state.words())),
        Of("why", "why", Text, |r| text_or_nothing(r.why.as_deref())),
        Of("from", "from", Text, |r| instant(&r.from)),
        Of("from_s", "from", Seconds, |r| Value::Number(r.from_s)),
        Of("to_s", "to", Seconds, |r| maybe(r.to_s, "")),
    ],
    also: &[Of("for_s", "for", Seconds, |r| maybe(r.to_s.map(|to| to - r.from_s), "to the end of the run"))],
};

pub(in crate::report) const UNPROTECTED: Shape<UnprotectedRow> = Shape {
    key: "unprotected",
    files: &[
        Of("outage", "outage", Text, |r| Value::text(r.outage)),
        Of("on", "what", Text, |r| Value::text(r.on.to_string())),
        Of("because", "since", Text, |r| Value::text(r.because.words())),
        Of("from", "from", Text, |r| instant(&r.from)),
        Of("from_s", "from", Seconds, |r| Value::Number(r.from_s)),
        Of("to_s", "to", Seconds, |r| maybe(r.to_s, "")),
        Of("seconds", "for", Seconds, |r| Value::Number(r.seconds)),
    ],
    also: &[Of("again", "protected again", Text, |r| {
        Value::text(if r.to_s.is_some() { "yes" } else { "not within the run" })
    })],
};

const HEALTH: Shape<HealthRow> = Shape {
    key: "health",
    files: &[
        Of("vm", "VM", Text, |r| Value::text(&r.vm)),
        Of("health", "health", Text, |r| Value::text(r.health.words())),
        Of("reasons", "reasons", Text, |r| Value::text(words::list(&r.reasons))),
        Of("from", "from", Text, |r| instant(&r.from)),
        Of("from_s", "from", Seconds, |r| Value::Number(r.from_s)),
        Of("to_s", "to", Seconds, |r| maybe(r.to_s, "")),
    ],
    also: &[],
};

pub(in crate::report) const STATISTICS: Shape<StatisticsRow> = Shape {
    key: "statistics",
    files: &[
        Of("vm", "VM", Text, |r| Value::text(&r.vm)),
        Of("from", "from", Text, |r| instant(&r.from)),
        Of("to", "to", Text, |r| instant(&r.to)),
        Of("cycles_expected", "cycles expected", Count, |r| Value::Whole(r.cycles_expected)),
        Of("cycles_successful", "cycles successful", Count, |r| Value::Whole(r.cycles_successful)),
        Of("cycles_missed", "cycles missed", Count, |r| Value::Whole(r.cycles_missed)),
        Of("size_mean_bytes", "mean size", Bytes, |r| maybe_whole(r.size_mean_bytes, "")),
        Of("size_max_bytes", "largest", Bytes, |r| Value::Whole(r.size_max_bytes)),
        Of("latency_mean_s", "mean latency", Seconds, |r| maybe(r.latency_mean_s, "no log was applied")),
        Of("latency_max_s", "longest", Seconds, |r| maybe(r.latency_max_s, "no log was applied")),
        Of("pending_bytes", "pending", Bytes, |r| maybe_whole(r.pending_bytes, "")),
        Of("app_consistent_points", "app-consistent points", Count, |r| {
            Value::Whole(r.app_consistent_points)
        }),
        Of("app_consistent_failures", "that failed", Count, |r| Value::Whole(r.app_consistent_failures)),
        Of("last_synchronised", "last synchronised", Text, |r| {
            maybe_instant(r.last_synchronised.as_deref(), "")
        }),
        Of("last_received", "last received", Text, |r| maybe_instant(r.last_received.as_deref(), "")),
        Of("last_app_consistent", "last app-consistent", Text, |r| {
            maybe_instant(r.last_app_consistent.as_deref(), "")
        }),
    ],
    also: &[Of("missed", "missed cycles", Count, |r| part_of(r.cycles_missed, r.cycles_expected))],
};

pub(in crate::report) const RECOVERY_POINTS: Shape<RecoveryPointsRow> = Shape {
    key: "recovery_points",
    files: &[
        Of("vm", "VM", Text, |r| Value::text(r.of)),
        Of("promised_points", "points promised", Count, |r| Value::Whole(r.promised_points)),
        Of("promised_retention_s", "to reach back", Seconds, |r| Value::Number(r.promised_retention_s)),
        Of("kept_points", "kept", Count, |r| Value::Whole(r.kept_points)),
        Of("achieved_retention_s", "they reach back", Seconds, |r| {
            maybe(r.achieved_retention_s, "there is no point")
        }),
        Of("newest_age_s", "newest", Seconds, |r| maybe(r.newest_age_s, "there is no point")),
        Of("newest_app_consistent_age_s", "newest app-consistent", Seconds, |r| {
            maybe(r.newest_app_consistent_age_s, "there is no app-consistent point")
        }),
        Of("app_consistent_points", "app-consistent points", Count, |r| {
            Value::Whole(r.app_consistent_points)
        }),
        Of("app_consistent_freeze_s", "snapshots slowed it for", Seconds, |r| {
            Value::Number(r.app_consistent_freeze_s)
        }),
        Of("disks_bytes", "disks", Bytes, |r| Value::Whole(r.disks_bytes)),
        Of("history_bytes", "history", Bytes, |r| Value::Whole(r.history_bytes)),
        Of("iops_factor_min", "writes at the replica, least", Factor, |r| Value::Number(r.iops_factor_min)),
        Of("iops_factor_max", "most", Factor, |r| Value::Number(r.iops_factor_max)),
    ],
    also: &[Of("writes", "writes at the replica", Text, |r| {
        let (least, most) = (r.iops_factor_min, r.iops_factor_max);
        Value::text(if least < most { format!("{least}–{most} ×") } else { "1 ×".to_owned() })
    })],
};

pub(in crate::report) const TEST_VMS: Shape<TestVmRow> = Shape {
    key: "test_vms",
    files: &[],
    also: &[
        Of("on", "VM", Text, |r| Value::text(r.on.to_string())),
        Of("job", "test", Text, |r| maybe_text(r.job.as_deref(), "")),
        Of("point_at", "point", Text, |r| instant(&r.point_at)),
        Of("network", "network", Text, |r| Value::text(if r.connected { "connected" } else { "none" })),
        Of("running_at", "running", Text, |r| instant(&r.running_at)),
        Of("after_s", "after", Seconds, |r| maybe(r.after_s, "no job is known")),
        Of("removed_at", "removed", Text, |r| match &r.removed_at {
            None if r.forced => Value::Instead("by force"),
            at => maybe_instant(at.as_deref(), ""),
        }),
    ],
};

pub(in crate::report) const DOWNTIMES: Shape<DowntimeRow> = Shape {
    key: "downtimes",
    files: &[],
    also: &[
        Of("application", "application", Text, |r| Value::text(&r.application)),
        Of("job", "taken down by", Text, |r| maybe_text(r.job.as_deref(), "")),
        Of("from", "from", Text, |r| instant(&r.from)),
        Of("seconds", "for", Seconds, |r| maybe(r.seconds, "not in service again within the run")),
    ],
};

/// When, on what, what changed.
pub(in crate::report) type Change = (String, String, String);

pub(in crate::report) const CHANGES: Shape<Change> = Shape {
    key: "changes",
    files: &[],
    also: &[
        Of("at", "at", Text, |r| instant(&r.row.0)),
        Of("on", "on", Text, |r| Value::text(&r.row.1)),
        Of("what", "what", Text, |r| Value::text(&r.row.2)),
    ],
};
