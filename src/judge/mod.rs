//! Whether what happened meets the objectives: a status, and reasons that are values.

use serde::{Deserialize, Serialize};

use crate::facts::Reason as Lack;
use crate::ids::Id;
use crate::outcome::OutageOutcome;
use crate::outcome::application::{ApplicationOutcome, Outcome};
use crate::outcome::bound::AgeCause;
use crate::outcome::end::{Because, VmEnd};
use crate::outcome::vm::EndState;
use crate::recovery::Application;
use crate::units::Span;
use crate::workload::Vm;

/// Whether an application meets its objectives, in order of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has no objective.
    NoObjective,
    /// Every objective it has is met in every outage (or, without outages, its worst age is within its RPO).
    Met,
    /// An objective is missed.
    Missed,
    /// It does not come back within the run.
    NotRecovered,
}

impl Status {
    /// Whether nothing is wrong.
    pub fn holds(self) -> bool {
        self < Status::Missed
    }
}

/// What an application is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// What was allowed.
    pub allowed: Span,
}

/// Why an application does not meet its objectives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It came back, and missed one.
    Over(Miss),
    /// It did not come back: one of its VMs ended so.
    Ended(Id<Vm>, VmEnd, Option<Because>),
    /// It did not come back: one on which it depends is not in service.
    Needs(Id<Application>),
    /// It did not come back: people were checking it.
    Validating,
    /// Without an outage: not all of its VMs are replicated.
    NotReplicated,
    /// Without an outage: its worst age passes its RPO.
    Older(Miss, AgeCause),
}

impl Reason {
    /// The objective that is missed, by how much.
    pub fn miss(&self) -> Option<&Miss> {
        match self {
            Reason::Over(miss) | Reason::Older(miss, _) => Some(miss),
            Reason::Ended(..) | Reason::Needs(_) | Reason::Validating | Reason::NotReplicated => None,
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
    /// Why, worst first; empty when met.
    pub reasons: Vec<Reason>,
}

impl Judged {
    fn missed(reasons: Vec<Reason>, has_objective: bool) -> Judged {
        let status = match (reasons.is_empty(), has_objective) {
            (false, _) => Status::Missed,
            (true, true) => Status::Met,
            (true, false) => Status::NoObjective,
        };
        Judged { status, reasons }
    }
}

/// An application in an outage.
pub fn in_outage(run: &OutageOutcome<'_>, id: Id<Application>, outcome: &ApplicationOutcome) -> Judged {
    let application = &run.scenario.recovery.applications[id];
    if outcome.outcome == Outcome::NotRecovered {
        return Judged { status: Status::NotRecovered, reasons: obstacles(run, application) };
    }
    let over = |objective: Objective, actual: Option<Span>, allowed: Option<Span>| {
        let (actual, allowed) = (actual?, allowed?);
        (actual > allowed).then_some(Reason::Over(Miss { objective, actual, allowed }))
    };
    let misses = [
        over(Objective::Mtpd, outcome.rta, application.mtpd),
        over(Objective::Rto, outcome.rta, application.rto),
        over(Objective::Rpo, outcome.rpa, application.rpo),
    ];
    let has_objective = application.rpo.is_some() || application.rto.is_some() || application.mtpd.is_some();
    Judged::missed(misses.into_iter().flatten().collect(), has_objective)
}

/// Why an application did not come back within the run.
fn obstacles(run: &OutageOutcome<'_>, application: &Application) -> Vec<Reason> {
    let out = application.vms.iter().filter(|vm| run.run.vm(**vm).end_state != EndState::Serving);
    let mut obstacles: Vec<Reason> = out
        .map(|vm| {
            let (end, because) = run.end(*vm);
            Reason::Ended(*vm, end, because)
        })
        .collect();
    obstacles
        .extend(application.depends_on.iter().filter(|it| run.is_down(**it)).copied().map(Reason::Needs));
    if obstacles.is_empty() {
        obstacles.push(Reason::Validating);
    }
    obstacles
}

/// An application that no outage takes down: its worst age, and what bound it, speak. `None`: it has none, not being replicated as a whole.
pub fn undisturbed(application: &Application, worst: Option<(Span, AgeCause)>) -> Judged {
    let miss = |allowed: Span| match worst {
        None => Some(Reason::NotReplicated),
        Some((actual, cause)) => {
            let miss = Miss { objective: Objective::Rpo, actual, allowed };
            (actual > allowed).then_some(Reason::Older(miss, cause))
        }
    };
    let has_objective = application.rpo.is_some() || application.rto.is_some();
    Judged::missed(application.rpo.and_then(miss).into_iter().collect(), has_objective)
}
