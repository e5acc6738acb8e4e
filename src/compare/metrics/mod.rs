//! The values of metrics, read off results.
//!
//! A value that does not exist is never a number: it is better than any (nothing happened), or worse than any (it never came back).

mod estate;
mod fleet;
mod recovery;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::measure::results::{
    ApplicationRow, LinkRow, Operations, OutageApplicationRow, OutageRow, OutageVmRow, Results, VmRow, Whose,
};
use crate::promise::metrics::{Direction, Kind, Metric, MetricId, OutageVmMetric};
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
    let results = run.results;
    if minor(&results.schema_version) < metric.since {
        return None;
    }
    let struck = || results.outages.iter().find(|row| Some(row.name.as_str()) == outage);
    let fleet = |reading| vec![(String::new(), reading)];
    Some(match metric.id {
        MetricId::OutageApplicationMetric(metric) => {
            let outage = struck()?;
            let row =
                |row: &OutageApplicationRow| (row.name.clone(), recovery::application(metric, outage, row));
            outage.applications.iter().map(row).collect()
        }
        MetricId::OutageVmMetric(metric) => in_outage(metric, results, struck()?),
        MetricId::OutageFleetMetric(metric) => fleet(fleet::in_outage(metric, struck()?)),
        MetricId::ApplicationMetric(metric) => {
            let row = |row: &ApplicationRow| (row.name.clone(), estate::application(metric, results, row));
            results.applications.iter().map(row).collect()
        }
        MetricId::VmMetric(metric) => {
            results.vms.iter().map(|row| (row.name.clone(), estate::vm(metric, results, row))).collect()
        }
        MetricId::LinkMetric(metric) => {
            let row = |row: &LinkRow| (direction(&row.name, &row.from, &row.to), estate::link(metric, row));
            results.links.iter().map(row).collect()
        }
        MetricId::SiteMetric(metric) => {
            let row = |name: String| {
                let reading = estate::site(metric, results, &name);
                (name, reading)
            };
            estate::sites(results).into_iter().map(row).collect()
        }
        MetricId::HostMetric(metric) => {
            results.hosts.iter().map(|row| (row.name.clone(), estate::host(metric, row))).collect()
        }
        MetricId::VolumeMetric(metric) => {
            results.volumes.iter().map(|row| (row.name.clone(), estate::volume(metric, row))).collect()
        }
        MetricId::FleetMetric(metric) => fleet(fleet::calm(metric, run)?),
    })
}

/// Of every VM: those that the outage neither hit nor made older have no row of it.
fn in_outage(metric: OutageVmMetric, results: &Results, outage: &OutageRow) -> Vec<Row> {
    let hit: BTreeMap<&str, &OutageVmRow> = outage.vms.iter().map(|row| (row.name.as_str(), row)).collect();
    let row = |row: &VmRow| {
        let name = row.name.as_str();
        (name.to_owned(), recovery::vm(metric, outage, name, hit.get(name).copied()))
    };
    results.vms.iter().map(row).collect()
}

/// The minor version of the results' schema, 0 where it cannot be read.
fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0)
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

/// How long it stood unprotected in all.
fn unprotected(operations: &Operations, on: &Whose) -> Reading {
    Reading::Value(
        operations.unprotected.iter().filter(|row| row.on == *on).map(|row| row.seconds).sum::<f64>() + 0.0,
    )
}
