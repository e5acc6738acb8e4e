//! Whether what holds in the run holds for the workload going on: the run once more after its end, with what was on its way then.
//!
//! No more of it is run than until as little waits as did a period before, from when on it goes as it went then; unless a VM was as far
//! behind in the last period as a good part of one, and what it cuts next depends on where in the period it is done. Where more waits at the end of
//! every period than of the one before, the backlog grows for ever.

use super::advance::advance;
use super::fleet::{Above, AgesSeen, Fleet};
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;

/// Periods after the first that are run at most.
const PERIODS: u64 = 9;

/// How often in a period the backlog is looked at.
const LOOKS: u64 = 512;

/// Over how many looks one period is held against the one before. What waits rises between the ends of logs, and falls at them: single
/// looks tell nothing.
const WINDOW: usize = 64;

/// What comes after the end of a run. Times are µs.
#[derive(Clone, Debug)]
pub struct After {
    /// Whole periods; the last goes on as the one before from when on it may.
    periods: Vec<AgesSeen>,
    /// More waits in every period than in the one before.
    grows: bool,
    /// Objectives that do not hold for longer in as much of the next period as was run than at the start of the run: of these more has to be
    /// run. By objective; none: all are told.
    open: Vec<bool>,
    /// How long it was run.
    pub(in crate::plan) simulated: u64,
}

/// A run, after whose end its workload begins again. Times are µs.
#[derive(Clone, Copy, Debug)]
pub(in crate::plan) struct Period {
    /// From its start to its end.
    pub length: u64,
    /// The most that a VM is allowed on top of an objective: ages are seen without it.
    pub allowed: u64,
}

impl Period {
    /// Whether this age is a good part of the period: what a VM cuts next then depends on where in the period it is done.
    fn is_far_behind(self, age: u64) -> bool {
        age.saturating_add(self.allowed) > self.length / 8
    }

    /// Whether some VM that counts was far behind, now or in the period before.
    fn was_far_behind(self, now: &[Look], before: &[Look]) -> bool {
        now.iter().chain(before).any(|look| self.is_far_behind(look.seen.worst.0))
    }
}

/// A piece of a period.
#[derive(Clone, Debug)]
pub(in crate::plan) struct Look {
    /// Bytes that wait at its end.
    waiting: u64,
    /// What was seen in it.
    seen: AgesSeen,
}

impl After {
    /// Nothing waits at the end: every period is as the first.
    pub(in crate::plan) fn as_before() -> After {
        After { periods: Vec::new(), grows: false, open: Vec::new(), simulated: 0 }
    }

    /// Whether no more has to be run to know what comes of an objective.
    pub(in crate::plan) fn tells(&self, objective: usize) -> bool {
        !self.open.get(objective).is_some_and(|is_open| *is_open)
    }

    /// What it makes of the stretches in which an objective did not hold in a run of `horizon`: those of the worst period.
    pub(in crate::plan) fn on(&self, objective: usize, above: Above, horizon: u64) -> Above {
        if self.grows {
            return Above::full(horizon);
        }
        let periods = self.periods.iter().map(|seen| seen.above[objective]);
        periods.fold(above, |worst, above| if above.total > worst.total { above } else { worst })
    }

    /// The worse of an age and those seen, with its instant.
    pub(in crate::plan) fn worse(&self, worst: (u64, u64)) -> (u64, u64) {
        let worse =
            |worst: (u64, u64), seen: &AgesSeen| if seen.worst.0 > worst.0 { seen.worst } else { worst };
        self.periods.iter().fold(worst, worse)
    }
}

/// Runs a period, from where it is, as long as `goes_on` says of what was seen of it.
pub(in crate::plan) fn watch(
    plane: &mut Plane<Fleet>,
    horizon: u64,
    mut goes_on: impl FnMut(&Kernel, &[Look]) -> bool,
) -> Vec<Look> {
    let from = plane.kernel.now();
    let mut looks = Vec::new();
    for look in 1..=LOOKS {
        let to = from + if look == LOOKS { horizon } else { look * (horizon / LOOKS) };
        advance(plane, to);
        looks.push(Look { waiting: waiting(&plane.kernel), seen: plane.observer.take(to) });
        if !goes_on(&plane.kernel, &looks) {
            break;
        }
    }
    looks
}

/// All of them, end to end.
pub(in crate::plan) fn together(looks: &[Look], objectives: usize) -> AgesSeen {
    looks.iter().fold(AgesSeen::nothing(objectives), |mut sum, look| {
        sum.add(&look.seen);
        sum
    })
}

/// Goes on with a run that is at the end of its period, as it was seen from its start on.
pub(in crate::plan) fn after(
    plane: &mut Plane<Fleet>,
    period: Period,
    mut before: Vec<Look>,
    objectives: usize,
) -> After {
    let mut after = After::as_before();
    let mut grown = 0;
    for _ in 0..PERIODS {
        if plane.kernel.is_quiet() {
            return after;
        }
        let from = plane.kernel.now();
        plane.kernel.begin_again(period.length, &mut plane.observer);
        let is_other = |kernel: &Kernel, now: &[Look]| {
            !kernel.is_quiet() && (!is_less(now, &before) || period.was_far_behind(now, &before))
        };
        let mut now = watch(plane, period.length, is_other);
        after.simulated += plane.kernel.now() - from;
        let is_whole = now.len() == before.len();
        grown += u64::from(!is_less(&now, &before));
        now.extend(before.drain(now.len()..));
        after.periods.push(together(&now, objectives));
        if !is_whole {
            return after;
        }
        before = now;
    }
    after.grows = grown == PERIODS;
    after
}

/// What comes after the end of a run, from there and from its start, of which no more is run again than is held against what comes: `end` is
/// at its end, `begin` at 0, and no VM that counts was older than `oldest` µs in the run. `None`: more and more waits, or some VM was far behind, and the
/// whole run has to be looked at. And how long was run, µs.
pub(in crate::plan) fn soon_after(
    (begin, end): (&mut Plane<Fleet>, &mut Plane<Fleet>),
    oldest: u64,
    period: Period,
    objectives: usize,
) -> (Option<After>, u64) {
    if period.is_far_behind(oldest) {
        return (None, 0);
    }
    end.kernel.begin_again(period.length, &mut end.observer);
    let mut before = Vec::new();
    let mut is_less_now = false;
    let now = watch(end, period.length, |kernel, now| {
        let look = now.len() as u64;
        advance(begin, if look == LOOKS { period.length } else { look * (period.length / LOOKS) });
        before.push(Look { waiting: waiting(&begin.kernel), seen: begin.observer.take(begin.kernel.now()) });
        is_less_now = is_less(now, &before) && !period.was_far_behind(now, &before);
        !kernel.is_quiet() && !is_less_now
    });
    let [seen, seen_before] = [together(&now, objectives), together(&before, objectives)];
    let simulated = begin.kernel.now() + end.kernel.now() - period.length;
    if !is_less_now && !end.kernel.is_quiet() {
        return (None, simulated);
    }
    let pairs = seen.above.iter().zip(&seen_before.above);
    let open = pairs.map(|(now, before)| now.total > before.total).collect();
    (Some(After { periods: vec![seen], grows: false, open, simulated }), simulated)
}

/// Whether no more waited in the last looks of `now` than at the same looks before.
fn is_less(now: &[Look], before: &[Look]) -> bool {
    let Some(from) = now.len().checked_sub(WINDOW) else { return false };
    let sum = |looks: &[Look]| looks.iter().map(|look| u128::from(look.waiting)).sum::<u128>();
    sum(&now[from..]) <= sum(&before[from..now.len()])
}

/// Bytes written that no replica has.
fn waiting(kernel: &Kernel) -> u64 {
    (0..kernel.vms()).map(|vm| kernel.unprotected(vm)).sum()
}
