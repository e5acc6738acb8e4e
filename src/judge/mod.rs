//! Whether what happened meets the objectives: a status, and reasons that are values.
//!
//! An application is held to its objectives **steadily**, over all its running time of the run without outages, and in **each outage**.

mod steady;

use serde::{Deserialize, Serialize};

use crate::facts::{Phase, Reason as Lack, Subject};
use crate::ids::Id;
use crate::outcome::OutageOutcome;
use crate::outcome::application::{ApplicationOutcome, Outcome};
use crate::outcome::end::{Because, VmEnd};
use crate::outcome::exposure::Exposure;
use crate::outcome::step::Step;
use crate::outcome::vm::EndState;
use crate::recovery::{Application, Need};
use crate::units::{Ratio, Span};
use crate::workload::Vm;

pub use steady::{Held, steady};

/// Whether an application meets its objectives, in order of severity. A breach is certain, and so worse than an open question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has no objective.
    NoObjective,
    /// The outage does not take it down, and adds no time in which its copies are older than its RPO.
    NotHit,
    /// Every objective it has is met.
    Met,
    /// The run ends before the answer is known.
    Undecided,
    /// The outage does not take it down, and adds time in which its copies are older than its RPO.
    Exposed,
    /// An objective is missed.
    Missed,
    /// It does not come back within the run, and nothing that goes on at its end could bring it back.
    NotRecovered,
}

impl Status {
    /// Whether nothing is wrong, for certain.
    pub fn holds(self) -> bool {
        self < Status::Undecided
    }
}

/// What an application is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Objective {
    /// Data that may be lost.
    Rpo,
    /// Time to be back.
    Rto,
    /// Time it may be away at most.
    Mtpd,
}

/// An objective that is missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Which.
    pub objective: Objective,
    /// What became of it.
    pub actual: Span,
    /// Whether it is at least this: the run ended before it was known.
    pub is_open: bool,
    /// What was allowed.
    pub allowed: Span,
}

/// Why an application does not meet its objectives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is past one, back or not.
    Over(Miss),
    /// It did not come back: one of its VMs ended so.
    Ended(Id<Vm>, VmEnd, Option<Because>),
    /// It did not come back: one on which it depends is not in service.
    Needs(Id<Application>),
    /// It did not come back: people were checking it.
    Validating,
    /// It did not come back: actions after the last group of its plan were to be done.
    Acting,
    /// Without an outage: not all of its VMs are replicated.
    NotReplicated,
    /// Without an outage: it does not hold its RPO for the share of its running time that it must.
    NotHeld(Held),
    /// An outage that does not take it down: its copies were older than its RPO for longer than without.
    Exposed {
        /// When, how long and how old.
        exposure: Exposure,
        /// The RPO.
        rpo: Span,
        /// Whether the outage says that this is accepted.
        is_accepted: bool,
    },
}

impl Reason {
    /// The objective that is missed, by how much.
    pub fn miss(&self) -> Option<&Miss> {
        match self {
            Reason::Over(miss) => Some(miss),
            Reason::Ended(..)
            | Reason::Needs(_)
            | Reason::Validating
            | Reason::Acting
            | Reason::NotReplicated
            | Reason::NotHeld(_)
            | Reason::Exposed { .. } => None,
        }
    }

    /// The objective that is not met; `None`: it is not back, and none can be told.
    pub fn objective(&self) -> Option<Objective> {
        match self {
            Reason::Over(miss) => Some(miss.objective),
            Reason::NotReplicated | Reason::NotHeld(_) | Reason::Exposed { .. } => Some(Objective::Rpo),
            Reason::Ended(..) | Reason::Needs(_) | Reason::Validating | Reason::Acting => None,
        }
    }

    /// What one of its VMs lacked.
    pub fn lack(&self) -> Option<&Lack> {
        if let Reason::Ended(.., Some(Because::Lacks(lack))) = self { Some(lack) } else { None }
    }
}

/// A verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The status.
    pub status: Status,
    /// Where met: what is left of the tightest objective, as a share of it.
    pub margin: Option<Ratio>,
    /// Why, worst first; empty where nothing is wrong.
    pub reasons: Vec<Reason>,
}

impl Judged {
    fn bare(status: Status, reasons: Vec<Reason>) -> Judged {
        Judged { status, margin: None, reasons }
    }

    /// Met, with the least of these margins, or without any objective.
    fn met(margins: impl Iterator<Item = Ratio>, has_objective: bool) -> Judged {
        let status = if has_objective { Status::Met } else { Status::NoObjective };
        Judged { status, margin: margins.min(), reasons: Vec::new() }
    }
}

/// What is left of what was allowed, as a share of it, rounded down; `None`: nothing was allowed.
fn margin(actual: Span, allowed: Span) -> Option<Ratio> {
    let left = u128::from(allowed.0.saturating_sub(actual.0)) * u128::from(Ratio::ONE.0);
    let share = left.checked_div(u128::from(allowed.0))?;
    Some(Ratio(u32::try_from(share).expect("at most the whole")))
}

/// Whether it has any.
fn has_objective(application: &Application) -> bool {
    application.rpo.is_some() || application.rto.is_some() || application.mtpd.is_some()
}

/// An application in an outage.
pub fn in_outage(run: &OutageOutcome<'_>, id: Id<Application>, outcome: &ApplicationOutcome) -> Judged {
    let application = &run.scenario.recovery.applications[id];
    match outcome.outcome {
        Outcome::NotHit => not_hit(run, id, application),
        Outcome::NotRecovered => Judged::bare(Status::NotRecovered, obstacles(run, id)),
        Outcome::Unfinished => {
            let so_far = outcome.downtime.map(|downtime| run.until.since(downtime.down));
            let mut reasons: Vec<Reason> = misses(application, so_far, outcome.rpa, true).collect();
            let status = if reasons.is_empty() { Status::Undecided } else { Status::Missed };
            reasons.extend(obstacles(run, id));
            Judged::bare(status, reasons)
        }
        Outcome::FailedOver | Outcome::Repaired => {
            let reasons: Vec<Reason> = misses(application, outcome.rta, outcome.rpa, false).collect();
            if !reasons.is_empty() {
                return Judged::bare(Status::Missed, reasons);
            }
            let held = [
                (outcome.rta, application.mtpd),
                (outcome.rta, application.rto),
                (outcome.rpa, application.rpo),
            ];
            let margins = held.into_iter().filter_map(|(actual, allowed)| margin(actual?, allowed?));
            Judged::met(margins, has_objective(application))
        }
    }
}

/// The objectives that times and data pass. `is_open`: the time goes on.
fn misses(
    application: &Application,
    away: Option<Span>,
    rpa: Option<Span>,
    is_open: bool,
) -> impl Iterator<Item = Reason> {
    let over = |objective: Objective, is_open: bool, actual: Option<Span>, allowed: Option<Span>| {
        let (actual, allowed) = (actual?, allowed?);
        (actual > allowed).then_some(Reason::Over(Miss { objective, actual, is_open, allowed }))
    };
    let all = [
        over(Objective::Mtpd, is_open, away, application.mtpd),
        over(Objective::Rto, is_open, away, application.rto),
        over(Objective::Rpo, false, rpa, application.rpo),
    ];
    all.into_iter().flatten()
}

/// It ran on: with copies as old as without the outage, or older.
fn not_hit(run: &OutageOutcome<'_>, id: Id<Application>, application: &Application) -> Judged {
    let exposure = run.exposed.get(id.index()).copied().flatten();
    let Some((exposure, rpo)) = exposure.zip(application.rpo) else {
        return Judged::bare(Status::NotHit, Vec::new());
    };
    let is_accepted = run.outage.accepts_exposure;
    Judged::bare(Status::Exposed, vec![Reason::Exposed { exposure, rpo, is_accepted }])
}

/// Why an application did not come back within the run.
fn obstacles(run: &OutageOutcome<'_>, id: Id<Application>) -> Vec<Reason> {
    let application = &run.scenario.recovery.applications[id];
    let serves = |vm: Id<Vm>| run.run.vm(vm).end_state == EndState::Serving;
    let unmet: Vec<Need> = application.all_needs().filter(|need| !need.is_met(serves)).collect();
    let out = unmet.iter().flat_map(|need| &need.of).filter(|vm| !serves(**vm));
    let mut obstacles: Vec<Reason> = out
        .map(|vm| {
            let (end, because) = run.end(*vm);
            Reason::Ended(*vm, end, because)
        })
        .collect();
    obstacles
        .extend(application.depends_on.iter().filter(|it| run.is_down(**it)).copied().map(Reason::Needs));
    if obstacles.is_empty() {
        let acts = |step: &Step| {
            step.on == Subject::Application(id) && step.phase == Phase::Actions && step.to.is_none()
        };
        obstacles.push(if run.run.steps.iter().any(acts) { Reason::Acting } else { Reason::Validating });
    }
    obstacles
}
