//! Metrics of applications and VMs in one outage.

use super::{Reading, number, unprotected};
use crate::measure::results::{OutageApplicationRow, OutageRow, OutageVmRow, Outcome, VmEnd, Whose};
use crate::promise::metrics::{OutageApplicationMetric, OutageVmMetric};

pub(super) fn application(
    metric: OutageApplicationMetric,
    outage: &OutageRow,
    row: &OutageApplicationRow,
) -> Reading {
    use OutageApplicationMetric as M;
    let missing = |otherwise: &str| match row.outcome {
        Outcome::NotHit => Reading::nothing("not hit"),
        Outcome::NotRecovered => Reading::never("not recovered"),
        Outcome::Repaired => Reading::nothing("repaired in place"),
        Outcome::FailedOver => Reading::nothing(otherwise),
    };
    let or = |value: Option<f64>, why: &str| value.map_or_else(|| missing(why), Reading::Value);
    match metric {
        M::Rpa => or(row.rpa_s, "none of its VMs was failed over"),
        M::RtaFromOutage => or(row.rta_from_outage_s, "not hit"),
        M::RtaFromDeclaration => or(row.rta_from_declaration_s, "no disaster was declared"),
        M::LostBytes => number(row.lost_bytes),
        M::AgeMaxInOutage => row
            .age_max_s
            .map_or_else(|| Reading::nothing("not protected and running at any time"), Reading::Value),
        M::UnprotectedInOutage => unprotected(&outage.operations, &Whose::Application(row.name.clone())),
    }
}

/// A VM that the outage neither hit nor made older has no row.
pub(super) fn vm(
    metric: OutageVmMetric,
    outage: &OutageRow,
    name: &str,
    row: Option<&OutageVmRow>,
) -> Reading {
    use OutageVmMetric as M;
    let or = |value: fn(&OutageVmRow) -> Option<f64>, why: &str| match row.map(value) {
        None => Reading::nothing("not hit"),
        Some(value) => value.map_or_else(|| Reading::nothing(why), Reading::Value),
    };
    match metric {
        M::Rpa => match row {
            Some(row) if row.rpa_s.is_none() && row.state.is_out() => Reading::never(row.state.words()),
            _ => or(|row| row.rpa_s, "not failed over"),
        },
        M::RtaFromOutage => match row {
            Some(row) if row.rta_from_outage_s.is_none() && row.state.is_out() => {
                Reading::never(row.state.words())
            }
            _ => or(|row| row.rta_from_outage_s, "not hit"),
        },
        M::LostBytes => number(row.map_or(0, |row| row.lost_bytes)),
        M::AgeMaxInOutage => row
            .and_then(|row| row.age_max_s)
            .map_or_else(|| Reading::nothing("no older than without the outage"), Reading::Value),
        // A VM that runs on has a row only if it fell behind.
        M::CatchUp => match row {
            Some(row) if row.catch_up_s.is_none() && row.state == VmEnd::Running => {
                Reading::never("did not catch up within the run")
            }
            _ => or(|row| row.catch_up_s, "did not fall behind a repaired path"),
        },
        M::UnprotectedInOutage => unprotected(&outage.operations, &Whose::Vm(name.to_owned())),
    }
}
