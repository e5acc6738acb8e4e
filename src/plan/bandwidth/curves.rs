//! What the plan draws of bandwidth.

use super::{Bandwidth, Kept, Row};
use crate::document::{Axis, Curve, Line, Unit};
use crate::units::{Rate, as_f64};

pub(in crate::plan) fn curves(found: &Bandwidth, main: usize, in_force: Rate) -> Vec<Curve> {
    let axis = |title: &str, unit, is_log| Axis { title: title.into(), unit, is_log };
    let rate = || axis("rate", Unit::BitsPerSecond, true);
    let line = |row: &Row, y: &dyn Fn(&Kept) -> f64, shown: &dyn Fn(&Kept) -> bool| Line {
        name: format!("RPO {}", row.objective),
        points: row
            .curve
            .iter()
            .filter(|kept| shown(kept))
            .map(|kept| (8.0 * as_f64(kept.rate), y(kept)))
            .collect(),
        is_stepped: false,
    };
    let mut marks = vec![(8.0 * as_f64(in_force.0), "in force".to_owned())];
    let worst = line(&found.rows[main], &|kept| kept.worst_s, &|kept| kept.violations > 0);
    marks.extend(knee(&worst.points).map(|at| (at, "knee".to_owned())));
    vec![
        Curve {
            key: "time_met".into(),
            title: "Share of the time an RPO holds".into(),
            x: rate(),
            y: axis("time", Unit::Share, false),
            lines: found.rows.iter().map(|row| line(row, &|kept| kept.share, &|_| true)).collect(),
            marks: marks.clone(),
        },
        Curve {
            key: "worst_age".into(),
            title: "Oldest point where an RPO does not hold".into(),
            x: rate(),
            y: axis("age", Unit::Seconds, true),
            lines: vec![worst],
            marks,
        },
    ]
}

/// Where a falling curve bends most: the point farthest below the chord of its ends, both axes by powers.
fn knee(points: &[(f64, f64)]) -> Option<f64> {
    let at = |point: &(f64, f64)| (libm::log(point.0), libm::log(point.1));
    let ((x1, y1), (x2, y2)) = (at(points.first()?), at(points.last()?));
    let below = |point: &(f64, f64)| {
        let (x, y) = at(point);
        y1 + (y2 - y1) * (x - x1) / (x2 - x1) - y
    };
    let bend = points.iter().max_by(|a, b| below(a).total_cmp(&below(b)))?;
    (points.len() > 3 && below(bend) > 0.0).then_some(bend.0)
}
