//! What a sweep found: by outage and application two curves, and what happened at the ends of their pieces.

use crate::ids::Id;
use crate::outage::Outage;
use crate::outcome::application::Outcome;
use crate::scenario::Scenario;
use crate::units::{Span, Time};

use super::ages::ages;
use super::curve::{Curve, Piece, Slope, Value};
use super::exact::Alike;
use super::leg::Leg;
use super::probe::Fate;
use super::spans::Spans;
use super::whole::WholeRuns;

/// How instants are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Every microsecond.
    Exact,
    /// A whole run at its first instant, which speaks for those up to the next.
    Sampled,
    /// Not at all: only whole runs could tell, and none were asked for.
    LeftOut,
}

/// From `from` to just before `to` the same happens, at other times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The first instant.
    pub from: Time,
    /// The first after it.
    pub to: Time,
    /// The last of which `last` tells.
    pub seen_last: Time,
    /// By application, at its first instant.
    pub first: Vec<Fate>,
    /// And at its last.
    pub last: Vec<Fate>,
}

/// An outage at every instant.
#[derive(Clone, Debug)]
pub struct OutageSweep {
    /// Which.
    pub outage: Id<Outage>,
    /// By application: from the outage until it is in service.
    pub rta: Vec<Curve>,
    /// By application: how old the point was that it went back to.
    pub rpa: Vec<Curve>,
    /// By application: how old its newest common point gets from the outage on, while it runs and is protected; on the grid, and nothing where
    /// that was not asked for.
    pub oldest: Vec<Curve>,
    /// By application that is not hit: what the outage adds to the time in which that is older than its RPO.
    pub exposed: Vec<Curve>,
    /// By application: the longest that one of its VMs' points takes, after the repair, to be as young again as it always is without the outage.
    pub catch_up: Vec<Curve>,
    /// Stretches in which the same happens, in order.
    pub ends: Vec<Ends>,
    /// How many whole runs there were, and of how many the end was known early, since all was again as if the outage had never been.
    pub whole_runs: (u64, u64),
    /// From its first strike to its last.
    pub strikes_within: Span,
    /// How often a whole run said otherwise than what would have been exact: a fault of drsim. Whole runs tell of these instants instead.
    pub contradicted: u64,
    exact: Vec<(Time, Time)>,
    sampled: Vec<(Time, Time)>,
}

/// All outages.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The instants from this one to just before that one.
    pub window: (Time, Time),
    /// The end of the run.
    pub end: Time,
    /// The grid of whole runs.
    pub every: Option<Span>,
    /// In the order in which they were asked for.
    pub outages: Vec<OutageSweep>,
}

impl OutageSweep {
    pub(super) fn new(scenario: &Scenario, id: Id<Outage>) -> Self {
        let applications = scenario.recovery.applications.len();
        let outage = &scenario.outages[id];
        let last = outage.strikes.iter().map(|strike| strike.from).max();
        let within = last.zip(outage.first_strike()).map_or(Span::ZERO, |(last, first)| last.since(first));
        OutageSweep {
            outage: id,
            rta: vec![Curve::default(); applications],
            rpa: vec![Curve::default(); applications],
            oldest: vec![Curve::default(); applications],
            exposed: vec![Curve::default(); applications],
            catch_up: vec![Curve::default(); applications],
            ends: Vec::new(),
            whole_runs: (0, 0),
            strikes_within: within,
            contradicted: 0,
            exact: Vec::new(),
            sampled: Vec::new(),
        }
    }

    pub(super) fn append(&mut self, part: Part) {
        self.contradicted += u64::from(part.is_contradicted);
        match part.how {
            How::Exact => self.exact.push(part.instants),
            How::Sampled => self.sampled.push(part.instants),
            How::LeftOut => {}
        }
        self.rta.iter_mut().zip(part.rta).for_each(|(all, curve)| all.append(curve));
        self.rpa.iter_mut().zip(part.rpa).for_each(|(all, curve)| all.append(curve));
        self.ends.extend(part.ends);
    }

    /// What copies are like where it strikes at `from`, which speaks up to just before `to`.
    pub(super) fn take_copies(&mut self, (from, to): (Time, Time), runs: &WholeRuns) {
        let whole = runs.of(self.outage, from).expect("the whole grid was run");
        for (index, (fate, copies)) in whole.fates.iter().zip(&whole.copies).enumerate() {
            let level =
                |span: Option<Span>| span.map_or(Value::Nothing, |it| Value::Line(it.0, Slope::Level));
            let exposed = copies.exposed.filter(|_| fate.outcome == Outcome::NotHit);
            let catch_up = match copies.catch_up {
                Some(it) if it.is_unended => Value::Unfinished,
                it => level(it.map(|it| it.lasted)),
            };
            self.oldest[index].push(Piece { from, to, value: level(copies.oldest) });
            self.exposed[index].push(Piece { from, to, value: level(exposed) });
            self.catch_up[index].push(Piece { from, to, value: catch_up });
        }
    }

    /// The instants that are known in a way.
    pub fn known(&self, how: How, (from, to): (Time, Time)) -> Spans {
        let (exact, sampled) =
            (Spans::of(self.exact.iter().copied()), Spans::of(self.sampled.iter().copied()));
        match how {
            How::Exact => exact,
            How::Sampled => sampled,
            How::LeftOut => Spans::of([(from, to)].into_iter()).without(&exact).without(&sampled),
        }
    }

    /// RTA of whichever application is out of service longest.
    pub fn longest(&self) -> Curve {
        self.rta.iter().fold(Curve::default(), |all, curve| all.worse(curve))
    }

    /// RPA of whichever application goes back to the oldest point.
    pub fn oldest(&self) -> Curve {
        self.rpa.iter().fold(Curve::default(), |all, curve| all.worse(curve))
    }
}

/// One outage in one leg.
pub(super) struct Part {
    how: How,
    instants: (Time, Time),
    is_contradicted: bool,
    rta: Vec<Curve>,
    rpa: Vec<Curve>,
    ends: Vec<Ends>,
}

impl Part {
    /// Nothing yet.
    pub(super) fn empty(scenario: &Scenario, instants: (Time, Time), how: How) -> Part {
        let applications = scenario.recovery.applications.len();
        let curves = || vec![Curve::default(); applications];
        let (rta, rpa) = (curves(), curves());
        Part { how, instants, is_contradicted: false, rta, rpa, ends: Vec::new() }
    }

    /// What happens at the ends of its pieces.
    pub(super) fn ends(&self) -> &[Ends] {
        &self.ends
    }

    /// Whether a whole run said otherwise than what would have been exact.
    pub(super) fn contradicted(self, is_contradicted: bool) -> Part {
        Part { is_contradicted, ..self }
    }

    /// Of these pieces; `None` if their ages are not those of the runs at their ends.
    pub(super) fn exact(scenario: &Scenario, leg: &Leg<'_>, pieces: Vec<Alike>) -> Option<Part> {
        let mut part = Part::empty(scenario, (leg.from, leg.to), How::Exact);
        for Alike { first, last } in pieces {
            let (from, to) = (first.at, Time(last.at.0 + 1));
            for (index, application) in scenario.recovery.applications.iter().enumerate() {
                let (begins, ends) = (&first.fates[index], &last.fates[index]);
                part.rta[index].push(Piece { from, to, value: value(begins, ends) });
                let rpa = match begins.outcome {
                    Outcome::NotHit => Curve::of(Piece { from, to, value: Value::Nothing }),
                    // The run ends before anything is failed over.
                    Outcome::Unfinished if begins.rpa.is_none() => {
                        Curve::of(Piece { from, to, value: Value::Unfinished })
                    }
                    Outcome::FailedOver | Outcome::Repaired | Outcome::Unfinished | Outcome::NotRecovered => {
                        ages(application, (from, to), &first.losses, leg.held())
                    }
                };
                let at = |at: Time| rpa.at(at).and_then(Value::micros).map(Span);
                if at(first.at) != begins.rpa || at(last.at) != ends.rpa {
                    return None;
                }
                part.rpa[index].append(rpa);
            }
            part.ends.push(Ends { from, to, seen_last: last.at, first: first.fates, last: last.fates });
        }
        Some(part)
    }

    /// A whole run at `from` speaks up to just before `to`.
    pub(super) fn sample(&mut self, (from, to): (Time, Time), fates: Vec<Fate>) {
        for (index, fate) in fates.iter().enumerate() {
            self.rta[index].push(Piece { from, to, value: value(fate, fate) });
            let value = match (fate.rpa, fate.outcome) {
                (Some(rpa), _) => Value::Line(rpa.0, Slope::Level),
                (None, Outcome::Unfinished) => Value::Unfinished,
                (None, Outcome::NotHit | Outcome::FailedOver | Outcome::Repaired | Outcome::NotRecovered) => {
                    Value::Nothing
                }
            };
            self.rpa[index].push(Piece { from, to, value });
        }
        self.ends.push(Ends { from, to, seen_last: from, first: fates.clone(), last: fates });
    }
}

/// RTA in a piece with these ends.
fn value(first: &Fate, last: &Fate) -> Value {
    match (first.outcome, first.rta) {
        (Outcome::NotHit, _) => Value::Nothing,
        (Outcome::FailedOver | Outcome::Repaired, Some(rta)) if first.rta == last.rta => {
            Value::Line(rta.0, Slope::Level)
        }
        (Outcome::FailedOver | Outcome::Repaired, Some(rta)) => Value::Line(rta.0, Slope::Falls),
        (Outcome::FailedOver | Outcome::Repaired | Outcome::Unfinished, _) => Value::Unfinished,
        (Outcome::NotRecovered, _) => Value::Never,
    }
}
