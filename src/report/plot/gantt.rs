//! The recovery Gantt of an outage: a row for each of those that act, bars by phase, the critical path outlined.
//! Imports results, pictures and axes.

use crate::closed::Closed;
use crate::facts::Phase;
use crate::measure::results::{OutageRow, StepRow};
use crate::report::words;

use super::axes::{Frame, Scale};
use super::font;
use super::picture::{Anchor, Ink, Picture, Shape};

/// More rows than this are left out, those of the critical path last.
const ROWS: usize = 36;
const WIDTH: f64 = 680.0;
const ROW: f64 = 20.0;

/// Colours in the order of the legend.
const COLOURS: [Ink; 8] =
    [Ink::Grey, Ink::Yellow, Ink::Sky, Ink::Blue, Ink::Orange, Ink::Green, Ink::Purple, Ink::Vermillion];

/// The colour of a phase: people, machinery, guests, services, what failed. Eight colours carry twenty words.
fn colour(phase: Phase) -> Ink {
    match phase {
        Phase::Detection => Ink::Grey,
        Phase::Decision | Phase::WaitingForPeople | Phase::Asked => Ink::Yellow,
        Phase::Orchestration | Phase::ShutdownAttempt | Phase::Shutdown | Phase::EarlierGroups => Ink::Sky,
        Phase::Synchronization | Phase::Failover => Ink::Blue,
        Phase::Actions | Phase::ManualWork => Ink::Orange,
        Phase::Testing | Phase::Boot => Ink::Green,
        Phase::Network | Phase::Dependencies | Phase::Readiness | Phase::Validation => Ink::Purple,
        Phase::Repair | Phase::WaitingForRoom | Phase::SecondFault => Ink::Vermillion,
    }
}

/// The chart, or nothing if no step was taken.
pub fn recovery(outage: &OutageRow) -> Option<Picture> {
    let (steps, later) = of_the_recovery(&outage.steps);
    let (rows, hidden) = rows(&steps);
    let last = steps.iter().map(|step| step.to_s).reduce(f64::max)?;
    let labels: Vec<_> = rows.iter().map(|row| font::fit(label(row.on), font::SIZE, 150.0)).collect();
    let left = labels.iter().map(|label| font::width(label, font::SIZE) * 1.12).fold(40.0, f64::max) + 12.0;
    let from = steps.iter().map(|step| step.from_s).fold(0.0, f64::min);
    let height = ROW * f64::from(u8::try_from(rows.len()).unwrap_or(u8::MAX));
    let x = Scale::linear(from, last * 1.01);
    let frame = Frame { left, top: 24.0, width: WIDTH - left - 20.0, height, x, y: Scale::linear(0.0, 1.0) };
    let legend = legend(&steps, left);
    let legend_height = legend.iter().map(|entry| entry.1).fold(0.0, f64::max) + 22.0;
    let title = format!("Recovery in {}", outage.name);
    let mut picture =
        Picture::new(WIDTH, frame.bottom() + 40.0 + legend_height, title, describe(outage, last));
    frame.grid_across(&mut picture, true, None);
    let mut note = "time since the first fault".to_owned();
    for (count, what) in [(hidden, "more row"), (later, "later step")] {
        if count > 0 {
            note.push_str(&format!("; {} not drawn", words::count(count as u64, what)));
        }
    }
    frame.name_across(&mut picture, &note);
    for ((row, label), number) in rows.iter().zip(&labels).zip(0_u8..) {
        draw_row(&mut picture, &frame, row, (label, frame.top + ROW * f64::from(number)));
    }
    declarations(&mut picture, &frame, outage);
    draw_legend(&mut picture, frame.bottom() + 46.0, &legend);
    Some(picture)
}

/// Steps up to the end of the recovery, and how many follow: what begins after a pause that is longer than all before it is an exercise of
/// its own, and would leave no room to see the recovery.
fn of_the_recovery(steps: &[StepRow]) -> (Vec<StepRow>, usize) {
    let mut steps = steps.to_vec();
    steps.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    let critical = steps.iter().filter(|step| step.critical).map(|step| step.to_s).fold(0.0, f64::max);
    let mut end = critical;
    let number = steps.iter().take_while(|step| {
        let is_part = critical == 0.0 || step.from_s <= 2.0 * end;
        end = end.max(step.to_s);
        is_part
    });
    let number = number.count();
    let later = steps.split_off(number).len();
    (steps, later)
}

/// Who acts, without the plan of an action: there is little room.
fn label(on: &str) -> &str {
    on.strip_prefix("action ")
        .and_then(|action| action.rsplit_once(" of plan "))
        .map_or(on, |(action, _)| action)
}

/// Everything one actor does.
struct Row<'a> {
    on: &'a str,
    steps: Vec<&'a StepRow>,
}

impl Row<'_> {
    fn critical(&self) -> bool {
        self.steps.iter().any(|step| step.critical)
    }
}

/// Rows by first start, at most [`ROWS`] of them, and how many were left out.
fn rows(steps: &[StepRow]) -> (Vec<Row<'_>>, usize) {
    let mut rows: Vec<Row> = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for step in steps {
        let row = *known.entry(step.on.as_str()).or_insert(rows.len());
        if row == rows.len() {
            rows.push(Row { on: &step.on, steps: Vec::new() });
        }
        rows[row].steps.push(step);
    }
    let hidden = rows.len().saturating_sub(ROWS);
    let critical = rows.iter().filter(|row| row.critical()).count();
    let mut others = ROWS.saturating_sub(critical);
    let mut kept = Vec::new();
    for row in rows {
        let keep = row.critical() || others > 0;
        others -= usize::from(keep && !row.critical());
        if keep && kept.len() < ROWS {
            kept.push(row);
        }
    }
    (kept, hidden)
}

fn draw_row(picture: &mut Picture, frame: &Frame, row: &Row, (label, top): (&str, f64)) {
    let base = (frame.left - 8.0, top + 14.0);
    if row.critical() {
        picture.bold(base, Anchor::End, label);
    } else {
        picture.text(base, Anchor::End, Ink::Muted, label);
    }
    for step in &row.steps {
        let (left, right) = (frame.across(step.from_s), frame.across(step.to_s));
        let wide = (right - left).max(1.5);
        let (ink, opacity) = (colour(step.phase), if step.critical { 1.0 } else { 0.45 });
        let lasts = words::duration(step.to_s - step.from_s);
        let critical = if step.critical { ", on the critical path" } else { "" };
        let tip =
            format!("{}: {}, {lasts}, from {}{critical}", step.on, step.phase, words::duration(step.from_s));
        let at = (left, top + 3.0, wide, ROW - 6.0);
        picture.shapes.push(Shape::Bar { at, ink, opacity, outlined: step.critical, tip: Some(tip) });
        let room = font::width(step.phase.words(), 10.0) + 8.0;
        if room < wide {
            let dark = matches!(ink, Ink::Blue | Ink::Vermillion | Ink::Green);
            let ink = match (step.critical, dark) {
                (true, true) => Ink::Paper,
                (true, false) => Ink::OnColour,
                (false, _) => Ink::Text,
            };
            let at = (left + 4.0, top + 13.6);
            let text = step.phase.to_string();
            picture.shapes.push(Shape::Text {
                at,
                text,
                size: 10.0,
                anchor: Anchor::Start,
                ink,
                bold: false,
            });
        }
    }
}

/// A line where the first disaster was declared.
fn declarations(picture: &mut Picture, frame: &Frame, outage: &OutageRow) {
    let Some(first) = outage.declarations.iter().map(|declaration| declaration.at_s).reduce(f64::min) else {
        return;
    };
    let x = frame.across(first);
    picture.dashes(vec![(x, frame.top - 4.0), (x, frame.bottom())], Ink::Text, 1.2);
    let words = format!("declared {}", words::duration(first));
    let wide = font::width(&words, font::SIZE);
    let left = (x - wide / 2.0).clamp(frame.left, (frame.left + frame.width - wide).max(frame.left));
    picture.text((left, frame.top - 9.0), Anchor::Start, Ink::Text, words);
}

/// An entry of the legend: left, top, colour (none: the critical path), words.
type Entry = (f64, f64, Option<Ink>, String);

/// The legend's entries for the phases that occur, broken into lines.
fn legend(steps: &[StepRow], left: f64) -> Vec<Entry> {
    let occurs = |phase: &Phase| steps.iter().any(|step| step.phase == *phase);
    let coloured = COLOURS.iter().filter_map(|ink| {
        let phases = Phase::ALL.iter().filter(|phase| colour(**phase) == *ink && occurs(phase));
        let used: Vec<_> = phases.map(|phase| phase.words()).collect();
        (!used.is_empty()).then(|| (Some(*ink), used.join(", ")))
    });
    let (mut x, mut y) = (left, 0.0);
    coloured
        .chain([(None, "critical path".to_string())])
        .map(|(ink, words)| {
            let wide = 18.0 + font::width(&words, font::SIZE) + 16.0;
            if x + wide > WIDTH && x > left {
                (x, y) = (left, y + 18.0);
            }
            let entry = (x, y, ink, words);
            x += wide;
            entry
        })
        .collect()
}

fn draw_legend(picture: &mut Picture, top: f64, entries: &[Entry]) {
    for (x, y, ink, words) in entries {
        let at = (*x, top + y, 12.0, 10.0);
        let (colour, opacity) = (ink.unwrap_or(Ink::Paper), if ink.is_some() { 1.0 } else { 0.0 });
        picture.shapes.push(Shape::Bar { at, ink: colour, opacity, outlined: ink.is_none(), tip: None });
        picture.text((x + 18.0, top + y + 9.0), Anchor::Start, Ink::Muted, words);
    }
}

fn describe(outage: &OutageRow, last: f64) -> String {
    let critical: Vec<_> = outage.steps.iter().filter(|step| step.critical).collect();
    let path: Vec<_> = critical
        .iter()
        .take(12)
        .map(|step| format!("{} of {} ({})", step.phase, step.on, words::duration(step.to_s - step.from_s)))
        .collect();
    format!(
        "{} over {}. Critical path: {}.",
        words::count(outage.steps.len() as u64, "step"),
        words::duration(last),
        path.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(from_s: f64, to_s: f64, critical: bool) -> StepRow {
        StepRow { on: "VM a".into(), vm: None, phase: Phase::Boot, from_s, to_s, critical }
    }

    #[test]
    fn what_follows_after_a_longer_pause_than_all_before_is_not_drawn() {
        let early = [step(0.0, 50.0, false), step(60.0, 100.0, true), step(180.0, 190.0, false)];
        assert_eq!(of_the_recovery(&early).1, 0);
        let all: Vec<StepRow> = early.into_iter().chain([step(400.0, 410.0, false)]).collect();
        let (drawn, later) = of_the_recovery(&all);
        assert_eq!((drawn.len(), later), (3, 1));
        assert_eq!(of_the_recovery(&[step(10.0, 20.0, false), step(900.0, 910.0, false)]).1, 0);
    }

    #[test]
    fn every_phase_stands_in_the_legend_beside_its_colour() {
        for phase in Phase::ALL {
            let drawn = legend(&[StepRow { phase: *phase, ..step(0.0, 1.0, false) }], 0.0);
            let beside: Vec<_> =
                drawn.iter().filter(|entry| entry.3 == phase.words()).map(|it| it.2).collect();
            assert_eq!(beside, [Some(colour(*phase))], "{phase}");
        }
    }

    #[test]
    fn an_action_is_called_by_its_name_alone() {
        assert_eq!(label("action repoint DNS of plan hq-to-dr"), "repoint DNS");
        assert_eq!(label("action tell of plan b of plan c"), "tell of plan b");
        assert_eq!(label("VM a of plan b"), "VM a of plan b");
    }
}
