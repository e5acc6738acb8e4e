//! Jobs over time: a row for each thing they were on, a bar for each job, coloured by how it ended. Imports results, pictures and axes.

use crate::measure::results::{JobRow, JobState, Operations};
use crate::report::instant::Calendar;
use crate::report::words;

use super::axes::{Frame, Scale};
use super::font;
use super::picture::{Anchor, Ink, Picture, Shape};

/// More rows than this are left out: those whose jobs all succeeded first.
const ROWS: usize = 36;
const WIDTH: f64 = 680.0;
const ROW: f64 = 20.0;
const OUTCOMES: [(JobState, Ink); 4] = [
    (JobState::Succeeded, Ink::Blue),
    (JobState::Failed, Ink::Vermillion),
    (JobState::Cancelled, Ink::Grey),
    (JobState::InProgress, Ink::Yellow),
];

/// The chart, or nothing without jobs.
pub fn timeline(operations: &Operations, horizon: f64, calendar: Option<&Calendar>) -> Option<Picture> {
    let (rows, hidden) = rows(&operations.jobs);
    let first = operations.jobs.iter().map(|job| job.from_s).reduce(f64::min)?;
    let end = |job: &JobRow| job.to_s.unwrap_or(horizon);
    let last = operations.jobs.iter().map(end).fold(first, f64::max);
    let labels: Vec<_> = rows.iter().map(|row| font::fit(&row.0, font::SIZE, 150.0)).collect();
    let left = labels.iter().map(|label| font::width(label, font::SIZE) * 1.12).fold(40.0, f64::max) + 12.0;
    let height = ROW * f64::from(u8::try_from(rows.len()).unwrap_or(u8::MAX));
    let margin = ((last - first) * 0.01).max(60.0);
    let x = Scale::linear((first - margin).max(0.0), last + margin);
    let frame = Frame { left, top: 24.0, width: WIDTH - left - 20.0, height, x, y: Scale::linear(0.0, 1.0) };
    let description = format!(
        "{}, of which {}.",
        words::count(operations.jobs.len() as u64, "job"),
        words::count(
            operations.jobs.iter().filter(|job| job.outcome == JobState::Failed).count() as u64,
            "failure"
        )
    );
    let mut picture = Picture::new(WIDTH, frame.bottom() + 64.0, "Jobs over time".into(), description);
    frame.grid_across(&mut picture, true, calendar);
    let more = if hidden > 0 { format!("; {hidden} more rows not drawn") } else { String::new() };
    frame.name_days(&mut picture, calendar, &more);
    for (((_, jobs), label), number) in rows.iter().zip(&labels).zip(0_u8..) {
        let top = frame.top + ROW * f64::from(number);
        picture.text((frame.left - 8.0, top + 14.0), Anchor::End, Ink::Muted, label);
        for job in jobs {
            let (from, to) = (frame.across(job.from_s), frame.across(end(job)));
            bar(&mut picture, job, (from, (to - from).max(3.0), top), end(job) - job.from_s);
        }
    }
    let mut x = left;
    for (state, ink) in OUTCOMES.iter().filter(|it| operations.jobs.iter().any(|job| job.outcome == it.0)) {
        let at = (x, frame.bottom() + 46.0, 12.0, 10.0);
        picture.shapes.push(Shape::Bar { at, ink: *ink, opacity: 0.85, outlined: false, tip: None });
        picture.text((x + 18.0, frame.bottom() + 55.0), Anchor::Start, Ink::Muted, state.words());
        x += 18.0 + font::width(state.words(), font::SIZE) + 18.0;
    }
    Some(picture)
}

fn bar(picture: &mut Picture, job: &JobRow, (left, wide, top): (f64, f64, f64), lasts: f64) {
    let ink = OUTCOMES.iter().find(|(state, _)| *state == job.outcome).map_or(Ink::Grey, |(_, ink)| *ink);
    let reason = job.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    let tip = format!("{}, {}, {}{reason}", job.job, words::duration(lasts), job.outcome);
    let at = (left, top + 3.0, wide, ROW - 6.0);
    picture.shapes.push(Shape::Bar { at, ink, opacity: 0.85, outlined: false, tip: Some(tip) });
    if font::width(job.job.words(), 10.0) + 8.0 < wide {
        let dark = matches!(ink, Ink::Blue | Ink::Vermillion);
        let ink = if dark { Ink::Paper } else { Ink::OnColour };
        let (at, text) = ((left + 4.0, top + 13.6), job.job.to_string());
        picture.shapes.push(Shape::Text { at, text, size: 10.0, anchor: Anchor::Start, ink, bold: false });
    }
}

/// Rows by first begin, and how many were left out.
fn rows(jobs: &[JobRow]) -> (Vec<(String, Vec<&JobRow>)>, usize) {
    let mut rows: Vec<(String, Vec<&JobRow>)> = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for job in jobs {
        let on = job.on.clone().unwrap_or_else(|| "the estate".into());
        let row = *known.entry(on.clone()).or_insert(rows.len());
        if row == rows.len() {
            rows.push((on, Vec::new()));
        }
        rows[row].1.push(job);
    }
    let hidden = rows.len().saturating_sub(ROWS);
    let went_well = |row: &(String, Vec<&JobRow>)| row.1.iter().all(|job| job.outcome == JobState::Succeeded);
    let mut to_leave = hidden;
    rows.retain(|row| {
        let leave = to_leave > 0 && went_well(row);
        to_leave -= usize::from(leave);
        !leave
    });
    rows.truncate(ROWS);
    (rows, hidden)
}
