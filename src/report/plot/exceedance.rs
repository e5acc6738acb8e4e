//! For how much of the time the oldest point of an application is older than so much. Imports results, documents and verdicts.

use crate::document::{Axis, Curve, Line, Unit};
use crate::measure::results::{ApplicationRow, Results};
use crate::report::verdict;
use crate::report::words::duration;

/// Lines that are drawn: applications beyond are those that fared best.
pub const MOST: usize = 7;
/// Ages that are so many times as far apart need a logarithmic axis.
const WIDE: f64 = 30.0;

/// Of the applications that fared worst, while nothing fails; nothing where none has an age.
pub fn of_ages(results: &Results) -> Option<Curve> {
    let has_age = |row: &&ApplicationRow| !row.grounds.exceedance.is_empty();
    let rows: Vec<&ApplicationRow> =
        verdict::worst_applications(results).into_iter().filter(has_age).take(MOST).collect();
    let worst = |row: &&ApplicationRow| row.grounds.exceedance.last().map_or(0.0, |last| last.age_s);
    let (least, most) = rows
        .iter()
        .map(worst)
        .fold((f64::INFINITY, 0.0_f64), |(least, most), age| (least.min(age), most.max(age)));
    let lowest = rows.iter().flat_map(|row| &row.grounds.exceedance).map(|it| it.age_s);
    let lowest = lowest.filter(|age| *age > 0.0).fold(most, f64::min);
    let is_log = most > WIDE * least && lowest > 0.0;
    let first = if is_log { lowest } else { 0.0 };
    let line = |row: &&ApplicationRow| Line {
        name: row.name.clone(),
        points: [(first, 1.0)]
            .into_iter()
            .chain(row.grounds.exceedance.iter().map(|it| (it.age_s.max(first), it.share)))
            .collect(),
        is_stepped: false,
    };
    Some(Curve {
        key: "exceedance".into(),
        title: "For how much of the time recovery points are older than so much".into(),
        x: Axis {
            title: "age of the newest recovery point, while nothing fails".into(),
            unit: Unit::Seconds,
            is_log,
        },
        y: Axis { title: "share of the time above".into(), unit: Unit::Share, is_log: false },
        lines: rows.iter().map(line).collect(),
        marks: objectives(&rows, most),
    })
    .filter(|curve| !curve.lines.is_empty())
}

/// RPOs within the drawing, those that are equal once.
fn objectives(rows: &[&ApplicationRow], most: f64) -> Vec<(f64, String)> {
    let mut marks: Vec<(f64, String)> = Vec::new();
    for row in rows {
        let Some(rpo) = row.rpo_objective_s.filter(|rpo| *rpo <= most * 1.5) else { continue };
        match marks.iter_mut().find(|(at, _)| (at - rpo).abs() < 1e-6) {
            Some((_, name)) => name.push_str(&format!(", {}", row.name)),
            None => marks.push((rpo, format!("RPO {}: {}", duration(rpo), row.name))),
        }
    }
    marks
}
