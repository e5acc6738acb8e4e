//! Metrics of applications and VMs in one outage.

use std::collections::BTreeMap;

use super::{Measured, Reading, Row, number, unprotected};
use crate::measure::results::{OutageApplicationRow, OutageRow, OutageVmRow, Outcome, VmEnd};
use crate::promise::metrics::{Kind, Metric};

/// The metric of every application or VM in `outage`; `None` if it is none of theirs.
pub(super) fn rows(metric: &Metric, run: Measured<'_>, outage: &OutageRow) -> Option<Vec<Row>> {
    match metric.kind {
        Kind::Application => {
            let row =
                |row: &OutageApplicationRow| Some((row.name.clone(), application(metric, outage, row)?));
            outage.applications.iter().map(row).collect()
        }
        Kind::Vm => {
            let hit: BTreeMap<&str, &OutageVmRow> =
                outage.vms.iter().map(|row| (row.name.as_str(), row)).collect();
            let all = run.results.vms.iter().map(|row| {
                let name = row.name.as_str();
                Some((name.to_owned(), vm(metric, outage, name, hit.get(name).copied())?))
            });
            all.collect()
        }
        Kind::Fleet | Kind::Link | Kind::Site | Kind::Host | Kind::Volume => None,
    }
}

fn application(metric: &Metric, outage: &OutageRow, row: &OutageApplicationRow) -> Option<Reading> {
    let missing = |otherwise: &str| match row.outcome {
        Outcome::NotHit => Reading::nothing("not hit"),
        Outcome::NotRecovered => Reading::never("not recovered"),
        Outcome::Repaired => Reading::nothing("repaired in place"),
        Outcome::FailedOver => Reading::nothing(otherwise),
    };
    let or = |value: Option<f64>, why: &str| value.map_or_else(|| missing(why), Reading::Value);
    Some(match metric.key {
        "rpa" => or(row.rpa_s, "none of its VMs was failed over"),
        "rta_from_outage" => or(row.rta_from_outage_s, "not hit"),
        "rta_from_declaration" => or(row.rta_from_declaration_s, "no disaster was declared"),
        "lost_bytes" => number(row.lost_bytes),
        "age_max_in_outage" => row
            .age_max_s
            .map_or_else(|| Reading::nothing("not protected and running at any time"), Reading::Value),
        "unprotected_in_outage" => unprotected(&outage.operations, &format!("application {}", row.name)),
        _ => return None,
    })
}

/// A VM that the outage neither hit nor made older has no row.
fn vm(metric: &Metric, outage: &OutageRow, name: &str, row: Option<&OutageVmRow>) -> Option<Reading> {
    let or = |value: fn(&OutageVmRow) -> Option<f64>, why: &str| match row.map(value) {
        None => Reading::nothing("not hit"),
        Some(value) => value.map_or_else(|| Reading::nothing(why), Reading::Value),
    };
    Some(match metric.key {
        "rpa" => match row {
            Some(row) if row.rpa_s.is_none() && row.state.is_out() => Reading::never(row.state.words()),
            _ => or(|row| row.rpa_s, "not failed over"),
        },
        "rta_from_outage" => match row {
            Some(row) if row.rta_from_outage_s.is_none() && row.state.is_out() => {
                Reading::never(row.state.words())
            }
            _ => or(|row| row.rta_from_outage_s, "not hit"),
        },
        "lost_bytes" => number(row.map_or(0, |row| row.lost_bytes)),
        "age_max_in_outage" => row
            .and_then(|row| row.age_max_s)
            .map_or_else(|| Reading::nothing("no older than without the outage"), Reading::Value),
        // A VM that runs on has a row only if it fell behind.
        "catch_up" => match row {
            Some(row) if row.catch_up_s.is_none() && row.state == VmEnd::Running => {
                Reading::never("did not catch up within the run")
            }
            _ => or(|row| row.catch_up_s, "did not fall behind a repaired path"),
        },
        "unprotected_in_outage" => unprotected(&outage.operations, &format!("VM {name}")),
        _ => return None,
    })
}
