//! Whether objectives are met, as the verdicts of a run's results say.

use std::ops::ControlFlow;

use crate::assess::{Baseline, Consumer, Options, OutageRun, StartsKept, stream};
use crate::ids::Id;
use crate::judge::{Objective, Reason};
use crate::measure::results::{ApplicationRow, OutageApplicationRow, OutageRow, Outcome};
use crate::outage::Outage;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::Span;
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
    /// It is about the undisturbed run, although outages are asked.
    pub is_beside: bool,
    /// Its RTO is met; `None`: it has none, or is not taken down.
    pub rto_holds: Option<bool>,
    /// What is left of its RTO, µs, negative if it is missed; `None` if it is not recovered.
    pub rto_spare: Option<i64>,
    /// Why not, worst first.
    pub reasons: Vec<Sentence<Reason>>,
}

/// An objective that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Of which application.
    pub application: String,
    /// In which outage.
    pub outage: Option<String>,
    /// Why.
    pub reason: String,
}

impl Failure {
    /// Which, and where.
    pub fn pair(&self) -> Pair {
        (self.application.clone(), self.outage.clone())
    }
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every objective of every application in the outages asked.
    All,
    /// Beside these, that no RPO is passed in the undisturbed run: so that no interval holds because an outage came soon after a cut.
    Throughout,
    /// The RTO of one, in one outage.
    Rto(Pair),
}

impl Scope {
    /// Whether a verdict counts.
    pub fn covers(&self, verdict: &Verdict) -> bool {
        match self {
            Scope::All => !verdict.is_beside,
            Scope::Throughout => true,
            Scope::Rto(pair) => verdict.pair == *pair,
        }
    }

    /// The one it is about.
    pub fn pair(&self) -> Option<Pair> {
        match self {
            Scope::All | Scope::Throughout => None,
            Scope::Rto(pair) => Some(pair.clone()),
        }
    }
}

impl Verdict {
    /// The question about its RTO, if it has one and is taken down.
    pub fn rto_scope(&self) -> Option<Scope> {
        self.rto_holds.map(|_| Scope::Rto(self.pair.clone()))
    }

    fn failure(&self, scope: &Scope) -> Option<Failure> {
        let fails = match scope {
            Scope::All | Scope::Throughout => !self.holds,
            Scope::Rto(_) => self.rto_holds == Some(false),
        };
        let of_rto = self.reasons.iter().find(is_rto).filter(|_| matches!(scope, Scope::Rto(_)));
        let reason = of_rto.or(self.reasons.first()).map(ToString::to_string).unwrap_or_default();
        let (application, outage) = self.pair.clone();
        fails.then_some(Failure { application, outage, reason })
    }
}

/// Whether it says that an RTO is missed.
fn is_rto(reason: &&Sentence<Reason>) -> bool {
    let miss = reason.code().and_then(Reason::miss);
    miss.is_some_and(|miss| miss.objective == Objective::Rto)
}

/// What is not met.
pub fn failures(verdicts: &[Verdict], scope: &Scope) -> Vec<Failure> {
    let counts = verdicts.iter().filter(|verdict| scope.covers(verdict));
    counts.filter_map(|verdict| verdict.failure(scope)).collect()
}

/// Runs a scenario with these outages only. Without any, ages of the undisturbed run are held against RPOs.
///
/// # Panics
/// If the audit of bytes fails, which is an error in drsim.
pub fn judge(scenario: &Scenario, outages: &[Id<Outage>], threads: usize) -> Vec<Verdict> {
    let mut judge =
        Judge { scenario, is_alone: outages.is_empty(), in_outages: Vec::new(), beside: Vec::new() };
    let options = Options { threads, progress: &|_| {} };
    stream((scenario, outages), &options, StartsKept::default(), &mut judge)
        .expect("no byte is lost or made in a run");
    judge.in_outages.extend(judge.beside);
    judge.in_outages
}

/// Judges each run as it is told, and keeps no other row of it.
struct Judge<'a> {
    scenario: &'a Scenario,
    /// No outage is asked.
    is_alone: bool,
    in_outages: Vec<Verdict>,
    /// Of the undisturbed run.
    beside: Vec<Verdict>,
}

impl Judge<'_> {
    /// Whether an application has an objective.
    fn counts(&self, name: &str) -> bool {
        let has = |it: &Application| it.rpo.is_some() || it.rto.is_some() || it.mtpd.is_some();
        self.scenario.recovery.applications.iter().any(|it| it.name == name && has(it))
    }
}

impl Consumer for Judge<'_> {
    type Kept = OutageRow;

    fn baseline(&mut self, baseline: &mut Baseline) -> ControlFlow<()> {
        let rows = baseline.applications(self.scenario).into_iter().filter(|row| self.counts(&row.name));
        let verdict = |row: ApplicationRow| match self.is_alone {
            true => Some(undisturbed(&row, row.status.holds(), row.reasons.clone())),
            false => beside(&row),
        };
        self.beside = rows.filter_map(verdict).collect();
        ControlFlow::Continue(())
    }

    fn keep(run: OutageRun) -> OutageRow {
        run.row
    }

    fn outage(&mut self, outage: OutageRow) -> ControlFlow<()> {
        let rows = outage.applications.iter().filter(|row| self.counts(&row.name));
        let verdicts: Vec<Verdict> = rows.map(|row| in_outage(&outage, row)).collect();
        self.in_outages.extend(verdicts);
        ControlFlow::Continue(())
    }
}

fn undisturbed(row: &ApplicationRow, holds: bool, reasons: Vec<Sentence<Reason>>) -> Verdict {
    let pair = (row.name.clone(), None);
    Verdict { pair, holds, is_beside: false, rto_holds: None, rto_spare: None, reasons }
}

/// Whether its age ever passes its RPO; `None`: it has none, or is never replicated as a whole.
fn beside(row: &ApplicationRow) -> Option<Verdict> {
    let (rpo, age) = (row.rpo_objective_s?, row.age.as_ref()?);
    let [worst, objective] = [age.max_s, rpo].map(|seconds| Span(micros(seconds).unsigned_abs()));
    let reason = format!("worst age {worst} passes the RPO of {objective}");
    Some(Verdict { is_beside: true, ..undisturbed(row, age.max_s <= rpo, vec![reason.into()]) })
}

fn in_outage(outage: &OutageRow, row: &OutageApplicationRow) -> Verdict {
    Verdict {
        pair: (row.name.clone(), Some(outage.name.clone())),
        holds: row.status.holds(),
        is_beside: false,
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
