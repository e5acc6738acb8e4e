//! The values of metrics, read off results.
//!
//! A value that does not exist is never a number: it is better than any (nothing happened), or worse than any (it never came back).

mod readers;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::measure::results::{Results, VmRow};
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
    /// The run ended before it was known, for this reason: it is at least this.
    Open(f64, String),
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
            Reading::Open(..) => 2,
            Reading::Never(_) => 3,
        };
        let least =
            |reading: &Reading| if let Reading::Open(least, _) = reading { Some(*least) } else { None };
        let numbers = self.number().zip(other.number()).or(least(self).zip(least(other)));
        let numbers = numbers.map(|(a, b)| match direction {
            Direction::LowerIsBetter => a.total_cmp(&b),
            Direction::HigherIsBetter => b.total_cmp(&a),
        });
        numbers.unwrap_or_else(|| rank(self).cmp(&rank(other)))
    }

    fn nothing(why: &str) -> Reading {
        Reading::Nothing(why.to_owned())
    }

    fn open(least: f64, why: &str) -> Reading {
        Reading::Open(least, why.to_owned())
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
    let (key, results) = (metric.key, run.results);
    // Metrics came with minor versions of the first schema.
    if version(&results.schema_version) < (1, metric.since) {
        return None;
    }
    let operations = &results.operations;
    let struck = |name: &str| results.outages.iter().find(|row| row.name == name);
    let outage = if metric.per_outage { Some(struck(outage?)?) } else { None };
    match (metric.kind, outage) {
        (Kind::Fleet, Some(outage)) => Some(vec![(String::new(), readers::fleet_in_outage(key, outage)?)]),
        (Kind::Fleet, None) => Some(vec![(String::new(), readers::fleet(key, run)?)]),
        (Kind::Application, Some(outage)) => rows(&outage.applications, |row| {
            (row.name.clone(), readers::application_in_outage(key, &outage.operations, row))
        }),
        (Kind::Application, None) => {
            rows(&results.applications, |row| (row.name.clone(), readers::application(key, operations, row)))
        }
        (Kind::Vm, Some(outage)) => {
            // Of every VM: those that the outage neither hit nor made older have no row of it.
            let hit: BTreeMap<_, _> = outage.vms.iter().map(|row| (row.name.as_str(), row)).collect();
            rows(&results.vms, |VmRow { name, .. }| {
                let row = hit.get(name.as_str()).copied();
                (name.clone(), readers::vm_in_outage(key, &outage.operations, name, row))
            })
        }
        (Kind::Vm, None) => rows(&results.vms, |row| (row.name.clone(), readers::vm(key, operations, row))),
        (Kind::Link, _) => {
            rows(&results.links, |row| (direction(&row.name, &row.from, &row.to), readers::link(key, row)))
        }
        (Kind::Site, _) => rows(readers::sites(results), |(name, hosts)| {
            (name.to_owned(), readers::site(key, results, &hosts))
        }),
        (Kind::Host, _) => rows(&results.hosts, |row| (row.name.clone(), readers::host(key, row))),
        (Kind::Volume, _) => rows(&results.volumes, |row| (row.name.clone(), readers::volume(key, row))),
    }
}

/// Each of them by name, if all are known.
fn rows<T>(
    all: impl IntoIterator<Item = T>,
    read: impl Fn(T) -> (String, Option<Reading>),
) -> Option<Vec<Row>> {
    all.into_iter().map(read).map(|(name, reading)| Some((name, reading?))).collect()
}

/// Major and minor version of a schema, 0 where they cannot be read.
fn version(text: &str) -> (u32, u32) {
    let (major, minor) = text.split_once('.').unwrap_or((text, ""));
    (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
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
        Kind::Site => readers::sites(results).into_keys().map(str::to_owned).collect(),
        Kind::Host => results.hosts.iter().map(|row| row.name.clone()).collect(),
        Kind::Volume => results.volumes.iter().map(|row| row.name.clone()).collect(),
    }
}

/// One direction of a link: `"wan hq → dr"`.
pub fn direction(link: &str, from: &str, to: &str) -> String {
    format!("{link} {from} → {to}")
}
