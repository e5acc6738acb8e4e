//! The way of an application back into service: its phases with their places in time.

use serde::Serialize;

use crate::facts::Phase;
use crate::measure::results::{OutageApplicationRow, OutageRow, PhaseRow};

/// How far two instants of results may lie apart that are one, in seconds: they are rounded to the microsecond.
pub(super) const SAME: f64 = 1e-3;

/// A part of a critical path. Seconds from the outage's first fault.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stretch {
    /// What took time.
    #[serde(with = "crate::closed")]
    pub phase: Phase,
    /// Of what.
    pub on: String,
    /// From.
    pub from_s: f64,
    /// To.
    pub to_s: f64,
    /// Of the whole path.
    pub share: f64,
}

impl Stretch {
    /// How long.
    pub fn seconds(&self) -> f64 {
        self.to_s - self.from_s
    }
}

/// The critical path of an application that came back, in order.
pub(super) fn of(outage: &OutageRow, row: &OutageApplicationRow) -> Vec<Stretch> {
    let whole: f64 = row.phases.iter().map(|phase| phase.seconds).sum();
    let mut at = down_at(outage, &row.phases, whole);
    let stretch = |phase: &PhaseRow| {
        let from_s = at;
        at += phase.seconds;
        let share = if whole > 0.0 { phase.seconds / whole } else { 0.0 };
        Stretch { phase: phase.phase, on: phase.on.clone(), from_s, to_s: at, share }
    };
    row.phases.iter().map(stretch).collect()
}

/// When it went down: where the ends of its phases are those of steps. An outage may take it down later than with its first fault.
fn down_at(outage: &OutageRow, phases: &[PhaseRow], whole: f64) -> f64 {
    let Some(last) = phases.last() else { return 0.0 };
    let ends = outage.steps.iter().filter(|step| step.phase == last.phase && step.on == last.on);
    let starts =
        ends.map(|step| step.to_s - whole).filter(|start| *start >= -SAME).map(|start| start.max(0.0));
    let fits = |start: f64| {
        let mut end = start;
        let is_step = |phase: &&PhaseRow| {
            end += phase.seconds;
            outage.steps.iter().any(|step| step.on == phase.on && (step.to_s - end).abs() < SAME)
        };
        phases.iter().filter(is_step).count()
    };
    starts
        .map(|start| (fits(start), start))
        .max_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)))
        .map_or(0.0, |it| it.1)
}
