//! At which share of the instants an application is back later than after so much. Imports curves of sweeps and documents.

use std::collections::BTreeMap;

use crate::document::{Axis, Curve as Drawn, Line, Unit};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::sweep::OutageSweep;
use crate::sweep::curve::{Curve, Value};
use crate::units::{Span, as_f64};

use super::seconds;

/// Parts of an axis that a reader tells apart.
const PARTS: f64 = 600.0;
/// RTOs beyond so many times the longest RTA are not drawn.
const FAR: f64 = 1.5;

/// Of the applications that the outage takes down at an instant.
pub(super) fn of_back(scenario: &Scenario, it: &OutageSweep, key: String) -> Drawn {
    let applications = &scenario.recovery.applications;
    let is_hit =
        |curve: &&(usize, &Curve)| curve.1.pieces().iter().any(|piece| piece.value != Value::Nothing);
    let all: Vec<(usize, &Curve)> = it.rta.iter().enumerate().filter(|curve| is_hit(&curve)).collect();
    let most =
        all.iter().filter_map(|(_, curve)| curve.most()).map(|most| seconds(most.0)).fold(0.0, f64::max);
    let line = |(index, curve): &(usize, &Curve)| Line {
        name: applications[Id::new(*index)].name.clone(),
        points: points(curve, most * 1.03),
        is_stepped: false,
    };
    let mut objectives: BTreeMap<Span, Vec<&str>> = BTreeMap::new();
    for row in all.iter().map(|(index, _)| &applications[Id::new(*index)]) {
        if let Some(rto) = row.rto.filter(|rto| rto.as_seconds() <= most * FAR) {
            objectives.entry(rto).or_default().push(&row.name);
        }
    }
    let mark =
        |(rto, names): (Span, Vec<&str>)| (rto.as_seconds(), format!("RTO {rto}: {}", names.join(", ")));
    Drawn {
        key,
        title: format!(
            "At which share of the instants of {} RTA is longer",
            scenario.outages[it.outage].name
        ),
        x: Axis { title: "RTA".into(), unit: Unit::Seconds, is_log: false },
        y: Axis { title: "share of the instants above".into(), unit: Unit::Share, is_log: false },
        lines: all.iter().map(line).collect(),
        marks: objectives.into_iter().map(mark).collect(),
    }
}

/// From no time to `end`, without those that nobody could tell from their neighbours. Who is not back at some instants stays above nothing.
fn points(curve: &Curve, end: f64) -> Vec<(f64, f64)> {
    let exceeding = curve.exceeding();
    let share = |instants: u64| as_f64(instants) / as_f64(curve.instants().max(1));
    let all: Vec<(f64, f64)> =
        exceeding.iter().map(|(limit, above)| (seconds(*limit), share(*above))).collect();
    let open = curve.lasts(Value::Unfinished) + curve.lasts(Value::Never);
    let (first, last) =
        (all.first().map_or(share(open), |first| first.1), all.last().map_or(share(open), |last| last.1));
    let mut points = vec![(0.0, first)];
    for (place, point) in all.iter().enumerate() {
        let before = points.last().expect("it begins with one");
        let is_apart = (point.0 - before.0) * PARTS > end || (point.1 - before.1).abs() * PARTS > 1.0;
        if is_apart || all.get(place + 1).is_none_or(|next| (next.1 - point.1).abs() * PARTS > 1.0) {
            points.push(*point);
        }
    }
    points.push((end, last));
    points
}
