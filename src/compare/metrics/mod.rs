//! The values of metrics, read off results.
//!
//! A value that does not exist is never a number: it is better than any (nothing happened), or worse than any (it never came back).

mod estate;
mod fleet;
mod recovery;

use std::cmp::Ordering;

use crate::measure::results::{Age, Operations, OutageRow, Results};
use crate::promise::metrics::{Direction, Kind, Metric};
use crate::scenario::Scenario;

/// A run that metrics are read off.
#[derive(Clone, Copy)]
pub struct Measured<'a> {
    /// Its results.
    pub results: &'a Results,
    /// The scenario; without it, as of a stored result, some metrics of the fleet are unknown.
    pub scenario: Option<&'a Scenario>,
}

/// What a metric says of one subject.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// There is nothing to measure, for this reason; better than any number.
    Nothing(String),
    /// In the metric's unit.
    Value(f64),
    /// It never came to be, for this reason; worse than any number.
    Never(String),
}

impl Reading {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        if let Reading::Value(value) = self { Some(*value) } else { None }
    }

    /// How much worse this is than `other`: `Greater` is worse.
    pub fn worse(&self, other: &Reading, direction: Direction) -> Ordering {
        let rank = |reading: &Reading| match reading {
            Reading::Nothing(_) => 0,
            Reading::Value(_) => 1,
            Reading::Never(_) => 2,
        };
        let numbers = self.number().zip(other.number()).map(|(a, b)| match direction {
            Direction::LowerIsBetter => a.total_cmp(&b),
            Direction::HigherIsBetter => b.total_cmp(&a),
        });
        numbers.unwrap_or_else(|| rank(self).cmp(&rank(other)))
    }

    fn nothing(why: &str) -> Reading {
        Reading::Nothing(why.to_owned())
    }

    fn never(why: &str) -> Reading {
        Reading::Never(why.to_owned())
    }
}

/// Name of a subject, without its kind, and what is read of it.
pub type Row = (String, Reading);

/// The metric of every subject of its kind, in order of the results; in an outage, if it is one of outages.
///
/// `None` if the run has no such outage, or does not know the metric at all: as a stored result of a schema that did not have it.
pub fn all(metric: &Metric, run: Measured<'_>, outage: Option<&str>) -> Option<Vec<Row>> {
    if minor(&run.results.schema_version) < since(metric.key) {
        return None;
    }
    let outage: Option<&OutageRow> = match (metric.per_outage, outage) {
        (false, _) => None,
        (true, name) => Some(run.results.outages.iter().find(|row| Some(row.name.as_str()) == name)?),
    };
    let rows = match outage {
        Some(outage) => recovery::rows(metric, run, outage),
        None => estate::rows(metric, run.results),
    };
    rows.or_else(|| Some(vec![(String::new(), fleet::reading(metric, run, outage)?)]))
}

/// The minor version of the results' schema, 0 where it cannot be read.
fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0)
}

/// The minor version of the results' schema that first tells a metric. An older result is read with nothing in its place.
fn since(key: &str) -> u32 {
    match key {
        "unprotected_in_outage" | "unprotected" | "downtime" | "last_protected_after" | "failed_jobs" => 1,
        "normal_share" | "warning_share" | "critical_share" | "normal_vms" | "warning_vms"
        | "critical_vms" => 1,
        "kept_points" | "achieved_retention" | "newest_age" | "newest_app_consistent_age" => 1,
        "history_bytes" | "free_bytes" => 1,
        _ => 0,
    }
}

/// The metric of one subject; `None` if the run does not know it.
pub fn read(metric: &Metric, run: Measured<'_>, subject: &str, outage: Option<&str>) -> Option<Reading> {
    all(metric, run, outage)?.into_iter().find(|(name, _)| name == subject).map(|(_, reading)| reading)
}

/// Names of the subjects of a kind, in order of the results.
pub fn subjects(kind: Kind, results: &Results) -> Vec<String> {
    match kind {
        Kind::Fleet => vec![String::new()],
        Kind::Application => results.applications.iter().map(|row| row.name.clone()).collect(),
        Kind::Vm => results.vms.iter().map(|row| row.name.clone()).collect(),
        Kind::Link => results.links.iter().map(|row| direction(&row.name, &row.from, &row.to)).collect(),
        Kind::Site => estate::sites(results),
        Kind::Host => results.hosts.iter().map(|row| row.name.clone()).collect(),
        Kind::Volume => results.volumes.iter().map(|row| row.name.clone()).collect(),
    }
}

/// One direction of a link: `"wan hq → dr"`.
pub fn direction(link: &str, from: &str, to: &str) -> String {
    format!("{link} {from} → {to}")
}

#[allow(clippy::cast_precision_loss, reason = "exact below 2^53, and told in three digits")]
fn number(count: u64) -> Reading {
    Reading::Value(count as f64)
}

fn count(rows: usize) -> Reading {
    number(rows as u64)
}

/// A figure of an age's distribution.
fn age(key: &str, age: Option<&Age>) -> Option<Reading> {
    let figure: fn(&Age) -> Option<f64> = match key {
        "age_mean" => |age| Some(age.mean_s),
        "age_p50" => |age| Some(age.p50_s),
        "age_p90" => |age| Some(age.p90_s),
        "age_p95" => |age| Some(age.p95_s),
        "age_p99" => |age| Some(age.p99_s),
        "age_p999" => |age| Some(age.p999_s),
        "age_max" => |age| Some(age.max_s),
        "age_above_objective" => |age| age.above_objective_s,
        _ => return None,
    };
    Some(match age {
        None => Reading::never("not replicated"),
        Some(age) => figure(age).map_or_else(|| Reading::nothing("no objective"), Reading::Value),
    })
}

/// How long `on`, such as `"VM v"`, stood unprotected in all.
fn unprotected(operations: &Operations, on: &str) -> Reading {
    Reading::Value(
        operations.unprotected.iter().filter(|row| row.on == on).map(|row| row.seconds).sum::<f64>() + 0.0,
    )
}
