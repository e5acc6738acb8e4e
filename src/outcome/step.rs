//! Steps as they went.

use crate::facts::{Phase, StepId, StepSeen, Subject};
use crate::units::Time;

/// A step as it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it was about.
    pub on: Subject,
    /// What it spent time on.
    pub phase: Phase,
    /// The step whose end let it begin.
    pub after: Option<StepId>,
    /// For a wait: the step of another that ended it.
    pub released_by: Option<StepId>,
    /// Begin.
    pub from: Time,
    /// End; `None`: not within the run.
    pub to: Option<Time>,
    /// Whether it was broken off.
    pub cut_short: bool,
    /// Whether a script in it ran past its limit.
    pub has_failed: bool,
}

/// A step begins or ends.
///
/// # Panics
/// If the facts are not those of a run: steps that are not numbered as they begin.
pub(super) fn take(steps: &mut Vec<Step>, at: Time, id: StepId, seen: StepSeen) {
    match seen {
        StepSeen::Began { on, phase, after } => {
            assert_eq!(id.0 as usize, steps.len(), "steps are numbered as they begin");
            let (released_by, to, cut_short, has_failed) = (None, None, false, false);
            steps.push(Step { on, phase, after, released_by, from: at, to, cut_short, has_failed });
        }
        StepSeen::Ended { released_by, cut_short } => {
            let step = &mut steps[id.0 as usize];
            (step.to, step.released_by, step.cut_short) = (Some(at), released_by, cut_short);
        }
    }
}
