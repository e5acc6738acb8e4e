//! Ages over time, variants over each other. Imports results and documents.

use crate::document::{Axis, Curve, Line, Unit};
use crate::measure::results::Results;
use crate::report::files::Names;
use crate::report::words::plain;

use super::metrics::WORST_AGE;
use super::{Variant, figure};

/// Applications that are drawn: those that differ most.
const DRAWN: usize = 12;
/// Stretches of a run of which a curve shows the highest.
const STRETCHES: f64 = 336.0;

/// The ages of the applications that differ most, variants over each other: the highest of each stretch.
pub(super) fn curves(variants: &[Variant<'_>], names: &mut Names) -> Vec<Curve> {
    let worst = |results: &Results, name: &str| figure(&WORST_AGE, results, (name, ""));
    let base = variants[0].1;
    let spread = |name: &str| {
        let all: Vec<f64> = variants.iter().filter_map(|(_, results, _)| worst(results, name)).collect();
        let (least, most) =
            (all.iter().copied().fold(f64::INFINITY, f64::min), all.iter().copied().fold(0.0, f64::max));
        if most > 0.0 { (most - least) / most } else { 0.0 }
    };
    let mut applications: Vec<(f64, &str)> = base
        .applications
        .iter()
        .map(|row| (spread(&row.name), row.name.as_str()))
        .filter(|it| it.0 > super::ALIKE)
        .collect();
    applications.sort_by(|a, b| b.0.total_cmp(&a.0));
    let curve = |(_, name): &(f64, &str)| Curve {
        key: names.stem("ages", name),
        title: format!("Age of the newest copy of {name}, the highest of each stretch"),
        x: Axis { title: "time".into(), unit: Unit::Moment, is_log: false },
        y: Axis { title: "age".into(), unit: Unit::Seconds, is_log: false },
        lines: variants.iter().filter_map(|variant| line(variant, name)).collect(),
        marks: Vec::new(),
    };
    applications.iter().take(DRAWN).map(curve).collect()
}

fn line((label, results, charts): &Variant<'_>, name: &str) -> Option<Line> {
    let chart = charts.ages.iter().find(|chart| chart.name == name)?;
    let stretch = (results.scenario.horizon_s / STRETCHES).max(1.0);
    let mut points: Vec<(f64, f64)> = Vec::new();
    for (at, age) in &chart.baseline {
        let place = (at / stretch).floor() * stretch;
        match points.last_mut() {
            Some(last) if last.0 >= place => last.1 = last.1.max(*age),
            _ => points.push((place, *age)),
        }
    }
    Some(Line { name: plain(label), points, is_stepped: true })
}
