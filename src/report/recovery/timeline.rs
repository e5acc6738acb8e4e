//! When each application is back in each outage, the worst first.

use serde::Serialize;

use crate::measure::results::{OutageApplicationRow, OutageRow, Outcome, Results, Status};
use crate::report::instant::Calendar;
use crate::report::path::{self, Stretch};
use crate::report::verdict;

/// Recoveries of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Timeline {
    /// The scenario.
    pub scenario: String,
    /// Zone of instants.
    pub zone: String,
    /// The outages, the worst first.
    pub outages: Vec<Recoveries>,
}

/// Recoveries in an outage. Seconds from its first fault.
#[derive(Clone, Debug, Serialize)]
pub struct Recoveries {
    /// Its name.
    pub outage: String,
    /// Its first fault.
    pub at: String,
    /// The same in seconds from the start of the run.
    pub at_s: f64,
    /// The first declaration.
    pub declared_s: Option<f64>,
    /// Applications that go down, the worst first.
    pub applications: Vec<Recovery>,
    /// How many do not.
    pub not_hit: u64,
}

/// The recovery of an application.
#[derive(Clone, Debug, Serialize)]
pub struct Recovery {
    /// Its name.
    pub application: String,
    /// When it goes down.
    pub from_s: f64,
    /// Against its objectives.
    pub status: Status,
    /// Where met: what is left of the tightest objective.
    pub margin_share: Option<f64>,
    /// From the fault that takes it down.
    pub rta_s: Option<f64>,
    /// Its objective.
    pub rto_s: Option<f64>,
    /// Its critical path; empty if it does not come back.
    pub path: Vec<Stretch>,
    /// How long it had been down when the run ended, where it is not back.
    pub down_s: Option<f64>,
}

/// Of these results.
pub fn of(results: &Results) -> Timeline {
    let calendar = Calendar::of(results);
    Timeline {
        scenario: results.scenario.name.clone(),
        zone: results.scenario.zone.clone(),
        outages: verdict::worst_outages(results)
            .into_iter()
            .map(|outage| recoveries(outage, calendar.as_ref(), results.scenario.horizon_s))
            .collect(),
    }
}

fn recoveries(outage: &OutageRow, calendar: Option<&Calendar>, horizon_s: f64) -> Recoveries {
    let at_s = calendar.and_then(|it| it.since_start(&outage.at)).unwrap_or(0.0);
    let mut hit: Vec<&OutageApplicationRow> =
        outage.applications.iter().filter(|row| row.outcome != Outcome::NotHit).collect();
    hit.sort_by(|a, b| verdict::worse(b, a));
    Recoveries {
        outage: outage.name.clone(),
        at: outage.at.clone(),
        at_s,
        declared_s: outage.declarations.iter().map(|it| it.at_s).reduce(f64::min),
        not_hit: (outage.applications.len() - hit.len()) as u64,
        applications: hit.into_iter().map(|row| recovery(outage, row, horizon_s - at_s)).collect(),
    }
}

/// Of one; `ends` is the end of the run.
fn recovery(outage: &OutageRow, row: &OutageApplicationRow, ends: f64) -> Recovery {
    let path = path::of(outage, row);
    let unfinished = row.down_s.map_or(0.0, |down| (ends - down).max(0.0));
    Recovery {
        application: row.name.clone(),
        status: row.status,
        margin_share: row.margin_share,
        rta_s: row.rta_from_outage_s,
        rto_s: row.rto_objective_s,
        from_s: path.first().map_or(unfinished, |first| first.from_s),
        path,
        down_s: row.down_s,
    }
}
