//! Whether objectives are met, as the verdicts of a run's results say.

use std::ops::ControlFlow;

use crate::assess::{Baseline, Consumer, Options, OutageRun, StartsKept, stream};
use crate::facts::Reason as Lack;
use crate::ids::Id;
use crate::judge::{Objective, Reason};
use crate::measure::results::{ApplicationRow, OutageApplicationRow, OutageRow, Outcome};
use crate::outage::Outage;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::topology::Host;
use crate::words::Sentence;

/// An application and an outage; without outages an application and the undisturbed run.
pub type Pair = (String, Option<String>);

/// What a run says of an application that has objectives, in one outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which, and where.
    pub pair: Pair,
    /// All its objectives are met.
    pub holds: bool,
    /// The objectives it is about.
    pub objectives: Vec<Objective>,
    /// Its RTO is met; `None`: it has none, or is not taken down.
    pub rto_holds: Option<bool>,
    /// What is left of its RTO, µs, negative if it is missed; `None` if it is not recovered.
    pub rto_spare: Option<i64>,
    /// Why not, worst first.
    pub reasons: Vec<Sentence<Reason>>,
}

/// An objective of an application, somewhere; `None`: it is not back, and none can be told.
pub type Part = (Pair, Option<Objective>);

/// What is behind a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// What the verdict says.
    Verdict,
    /// A host that had no room for a VM.
    NoRoom(Id<Host>),
    /// A link that carries less than it is asked to on average; no application is judged.
    Backlog,
}

/// An objective that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Of which application.
    pub application: String,
    /// In which outage.
    pub outage: Option<String>,
    /// Which; `None`: it is not back, and none can be told.
    pub objective: Option<Objective>,
    /// Why.
    pub reason: String,
    /// What it is that failed.
    pub cause: Cause,
}

impl Failure {
    /// Which, and where.
    pub fn part(&self) -> Part {
        ((self.application.clone(), self.outage.clone()), self.objective)
    }
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every objective of every application, while nothing fails and in the outages asked.
    All,
    /// The RTO of one, in one outage.
    Rto(Pair),
}

impl Scope {
    /// Whether a verdict counts.
    pub fn covers(&self, verdict: &Verdict) -> bool {
        match self {
            Scope::All => true,
            Scope::Rto(pair) => verdict.pair == *pair,
        }
    }

    /// Whether an objective counts.
    pub fn counts(&self, part: &Part) -> bool {
        match self {
            Scope::All => true,
            Scope::Rto(_) => part.1 == Some(Objective::Rto),
        }
    }

    /// The one it is about.
    pub fn pair(&self) -> Option<Pair> {
        match self {
            Scope::All => None,
            Scope::Rto(pair) => Some(pair.clone()),
        }
    }
}

impl Verdict {
    /// The question about its RTO, if it has one and is taken down.
    pub fn rto_scope(&self) -> Option<Scope> {
        self.rto_holds.map(|_| Scope::Rto(self.pair.clone()))
    }

    /// What of it is not met: each objective by itself, so that one that no value mends hides no other.
    fn failures(&self, scope: &Scope) -> Vec<Failure> {
        let failure = |objective: Option<Objective>, reason: Option<&Sentence<Reason>>| {
            let (application, outage) = self.pair.clone();
            let full = reason.and_then(Sentence::code).and_then(Reason::lack).and_then(full_host);
            let cause = full.map_or(Cause::Verdict, Cause::NoRoom);
            let reason = reason.map(ToString::to_string).unwrap_or_default();
            Failure { application, outage, objective, reason, cause }
        };
        let objective = |reason: &Sentence<Reason>| reason.code().and_then(Reason::objective);
        if let Scope::Rto(_) = scope {
            let of_rto = self.reasons.iter().find(|reason| objective(reason) == Some(Objective::Rto));
            let missed = self.rto_holds == Some(false);
            let failed = missed.then(|| failure(Some(Objective::Rto), of_rto.or(self.reasons.first())));
            return failed.into_iter().collect();
        }
        if self.holds {
            return Vec::new();
        }
        let told = self.reasons.iter().filter_map(|it| Some(failure(Some(objective(it)?), Some(it))));
        let mut failures: Vec<Failure> = told.collect();
        if failures.is_empty() {
            failures.push(failure(None, self.reasons.first()));
        }
        failures
    }

    /// The objectives that it is about.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        self.objectives.iter().map(|objective| (self.pair.clone(), Some(*objective)))
    }
}

fn full_host(lack: &Lack) -> Option<Id<Host>> {
    match lack {
        Lack::NoRoom { host, .. } => Some(*host),
        Lack::NoRecoveryPoint
        | Lack::ReplicaHostDown(_)
        | Lack::ReplicaVolumeDown(_)
        | Lack::NoMapping(_)
        | Lack::NoPool(_)
        | Lack::PoolExhausted(_) => None,
    }
}

/// What is not met.
pub fn failures(verdicts: &[Verdict], scope: &Scope) -> Vec<Failure> {
    verdicts.iter().filter(|it| scope.covers(it)).flat_map(|verdict| verdict.failures(scope)).collect()
}

/// Runs a scenario with these outages only. Ages of the undisturbed run are held against RPOs beside them.
///
/// # Panics
/// If the audit of bytes fails, which is an error in drsim.
pub fn judge(scenario: &Scenario, outages: &[Id<Outage>], threads: usize) -> Vec<Verdict> {
    let mut judge = Judge { scenario, in_outages: Vec::new(), steady: Vec::new() };
    let options = Options { threads, progress: &|_| {} };
    stream((scenario, outages), &options, StartsKept::default(), &mut judge)
        .expect("no byte is lost or made in a run");
    judge.in_outages.extend(judge.steady);
    judge.in_outages
}

/// Judges each run as it is told, and keeps no other row of it.
struct Judge<'a> {
    scenario: &'a Scenario,
    in_outages: Vec<Verdict>,
    /// Of the undisturbed run.
    steady: Vec<Verdict>,
}

impl Judge<'_> {
    /// The application of that name, if it has an objective.
    fn of(&self, name: &str) -> Option<&Application> {
        let has = |it: &&Application| it.rpo.is_some() || it.rto.is_some() || it.mtpd.is_some();
        self.scenario.recovery.applications.iter().find(|it| it.name == name).filter(has)
    }
}

impl Consumer for Judge<'_> {
    type Kept = OutageRow;

    fn baseline(&mut self, baseline: &mut Baseline) -> ControlFlow<()> {
        self.steady = baseline.applications(self.scenario).iter().filter_map(steady).collect();
        ControlFlow::Continue(())
    }

    fn keep(run: OutageRun) -> OutageRow {
        run.row
    }

    fn outage(&mut self, outage: OutageRow) -> ControlFlow<()> {
        let rows = outage.applications.iter();
        let verdicts: Vec<Verdict> =
            rows.filter_map(|row| Some(in_outage(&outage, row, self.of(&row.name)?))).collect();
        self.in_outages.extend(verdicts);
        ControlFlow::Continue(())
    }
}

/// Whether its RPO holds while nothing fails; `None`: it has none, or is never replicated as a whole.
fn steady(row: &ApplicationRow) -> Option<Verdict> {
    let (_, _, steady) = (row.rpo_objective_s?, row.age.as_ref()?, row.steady.as_ref()?);
    Some(Verdict {
        pair: (row.name.clone(), None),
        holds: steady.status.holds(),
        objectives: vec![Objective::Rpo],
        rto_holds: None,
        rto_spare: None,
        reasons: steady.reasons.clone(),
    })
}

fn in_outage(outage: &OutageRow, row: &OutageApplicationRow, application: &Application) -> Verdict {
    let is_hit = row.outcome != Outcome::NotHit;
    let of = [
        (Objective::Rpo, application.rpo.is_some()),
        (Objective::Rto, application.rto.is_some() && is_hit),
        (Objective::Mtpd, application.mtpd.is_some() && is_hit),
    ];
    let is_accepted = row.exposure.as_ref().is_some_and(|exposure| exposure.accepted);
    Verdict {
        pair: (row.name.clone(), Some(outage.name.clone())),
        holds: row.status.holds() || is_accepted,
        objectives: of.into_iter().filter(|(_, has)| *has).map(|(objective, _)| objective).collect(),
        rto_holds: rto_holds(row),
        rto_spare: row.rto_objective_s.zip(row.rta_from_outage_s).map(|(rto, rta)| micros(rto) - micros(rta)),
        reasons: row.reasons.clone(),
    }
}

fn rto_holds(row: &OutageApplicationRow) -> Option<bool> {
    let rto = row.rto_objective_s.filter(|_| row.outcome != Outcome::NotHit)?;
    Some(row.rta_from_outage_s.is_some_and(|rta| rta <= rto))
}

#[allow(clippy::cast_possible_truncation, reason = "seconds of a run, which were whole microseconds")]
fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}
