//! Inverse questions: how little is enough for the objectives of applications, in the outages asked.
//!
//! An answer is a boundary of whole runs: the value holds, and its neighbour on the scale does not. What no value can mend is named and
//! left out, so that one hopeless objective does not hide the answer for the rest.

pub mod hosts;
pub mod judge;
pub mod scale;
pub mod knobs;
mod words;
pub mod beside;
pub(super) mod section;

use std::collections::{BTreeMap, BTreeSet};

use super::ask::{Ask, Find, Progress, Stopped};
use super::boundary::{Boundary, largest, least};
use super::inverse::judge::{Cause, Failure, Pair, Part, Scope, Verdict, failures, judge};
use super::inverse::knobs::{Knob, Turn};
use super::needs::{Need, Rests, Source, Subject};
use super::rates::carries;
use super::site::loss::losses;
use super::site::placement::{Placement, placements};
use super::site::sites_at_risk;
use crate::ids::Id;
use crate::outage::Outage;
use crate::scenario::Scenario;

/// A value that was run, and what it leaves unmet of what some value can mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// In B/s, bytes, hosts or µs.
    pub value: u64,
    /// What fails; none: it holds.
    pub failures: Vec<Failure>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It holds at the first, and not at the second, its neighbour.
    Boundary {
        /// Holds.
        holds: Tried,
        /// Does not.
        next: Tried,
    },
    /// It holds at every value asked, as far as this one, the end of the scale.
    Always(Tried),
    /// It holds at no value asked, not even at this one, the other end.
    Never(Tried),
}

/// A question answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The question.
    pub find: Find,
    /// Of what: a link, a policy, a site.
    pub on: String,
    /// The one objective it is about; `None`: all.
    pub pair: Option<Pair>,
    /// As written: all that is unmet.
    pub in_force: Tried,
    /// The answer for what some value mends.
    pub answer: Answer,
    /// What no value mends, with the reason at the value that helps most, which comes first.
    pub out_of_reach: Option<Tried>,
    /// Where VMs find no room at the value that does not hold, or at which some are out of reach: they lack a place, not capacity.
    pub placement: Option<Placement>,
}

impl Finding {
    /// As what is needed, of a rate of a link or of operators; `None`: it is no boundary, or of something else.
    pub fn need(&self, turn: &Turn) -> Option<Need> {
        let subject = match turn {
            Turn::Rate(link) => Subject::Rate(*link),
            Turn::Operators(team) => Subject::Operators(*team),
            Turn::Throttle(_)
            | Turn::Qos(_)
            | Turn::Interval(_)
            | Turn::Memory(_)
            | Turn::Hosts(_)
            | Turn::Decision => {
                return None;
            }
        };
        let (least, rests) = match &self.answer {
            Answer::Boundary { holds, next } => (holds.value, next.failures.first().map(rests)),
            Answer::Always(end) => (end.value, None),
            Answer::Never(_) => return None,
        };
        Some(Need { subject, least, in_force: Some(self.in_force.value), source: Source::Runs, rests })
    }
}

fn rests(failure: &Failure) -> Rests {
    match failure.cause {
        Cause::Backlog => Rests::Mean,
        Cause::Verdict | Cause::NoRoom(_) => {
            Rests::Objective(failure.application.clone(), failure.outage.clone())
        }
    }
}

/// Answers one question about one thing; for [`Find::Decision`] one for each application with an RTO and each outage that takes it down.
///
/// # Errors
/// `progress` said stop.
pub fn find(
    scenario: &Scenario,
    ask: &Ask,
    knob: &Knob,
    as_written: &[Verdict],
    progress: Progress<'_>,
) -> Result<Vec<Finding>, Stopped> {
    let mut explorer = Explorer {
        scenario,
        outages: outages(scenario, ask),
        threads: ask.threads,
        knob,
        as_written,
        known: BTreeMap::new(),
        progress,
        is_stopped: false,
    };
    let scopes = match knob.find {
        Find::Decision => as_written.iter().filter_map(Verdict::rto_scope).collect(),
        Find::Interval | Find::LinkRate | Find::Throttle | Find::Memory | Find::Hosts | Find::Operators => {
            vec![Scope::All]
        }
    };
    let found = scopes.iter().map(|scope| explorer.find(scope)).collect();
    if explorer.is_stopped { Err(Stopped { what: words(knob) }) } else { Ok(found) }
}

/// Those asked for; all, if none is.
pub fn outages(scenario: &Scenario, ask: &Ask) -> Vec<Id<Outage>> {
    if ask.outages.is_empty() { scenario.outages.ids().collect() } else { ask.outages.clone() }
}

fn words(knob: &Knob) -> String {
    format!("searching for the {} of {}", knob.find.word(), knob.on)
}

struct Explorer<'a, 'p> {
    scenario: &'a Scenario,
    outages: Vec<Id<Outage>>,
    threads: usize,
    knob: &'a Knob,
    as_written: &'a [Verdict],
    /// By place on the scale.
    known: BTreeMap<u64, Vec<Verdict>>,
    progress: Progress<'p>,
    is_stopped: bool,
}

impl Explorer<'_, '_> {
    fn find(&mut self, scope: &Scope) -> Finding {
        let (best, worst) = self.ends();
        let in_force = Tried { value: self.knob.in_force, failures: failures(self.as_written, scope) };
        let mut out = BTreeSet::new();
        let mut out_of_reach = None;
        if !in_force.failures.is_empty() {
            let tried = self.tried(best, scope, &out);
            out = tried.failures.iter().map(Failure::part).collect();
            out_of_reach = (!out.is_empty()).then_some(tried);
        }
        let in_scope = self.as_written.iter().filter(|verdict| scope.covers(verdict));
        let is_out = |part: &Part| out.contains(part) || out.contains(&(part.0.clone(), None));
        let mut parts = in_scope.flat_map(Verdict::parts).filter(|part| scope.counts(part));
        let boundary =
            if parts.all(|part| is_out(&part)) { Boundary::Never } else { self.boundary(scope, &out) };
        let answer = match boundary {
            Boundary::Between(works, fails) => Answer::Boundary {
                holds: self.tried(works, scope, &out),
                next: self.tried(fails, scope, &out),
            },
            Boundary::Always => Answer::Always(self.tried(worst, scope, &out)),
            Boundary::Never => Answer::Never(self.tried(best, scope, &BTreeSet::new())),
        };
        let fails = match &answer {
            Answer::Boundary { next: fails, .. } | Answer::Never(fails) => Some(fails),
            Answer::Always(_) => None,
        };
        let placement = fails.into_iter().chain(&out_of_reach).find_map(|fails| self.placement(fails));
        let (find, on) = (self.knob.find, self.knob.on.clone());
        Finding { find, on, pair: scope.pair(), in_force, answer, out_of_reach, placement }
    }

    /// Where VMs find no room at a value, and that is why it does not hold: whether they lack only a place, after the loss of a site.
    fn placement(&self, fails: &Tried) -> Option<Placement> {
        let full = fails.failures.iter().find_map(|failure| match failure.cause {
            Cause::NoRoom(host) => Some(host),
            Cause::Verdict | Cause::Backlog => None,
        })?;
        let turned = self.knob.turn.to(fails.value).of(self.scenario);
        let at = turned.topology.hosts[full].site;
        sites_at_risk(&turned).into_iter().find_map(|lost| {
            let loss = losses(&turned, lost, &[None]).pop().expect("one loss is asked for");
            placements(&turned, &loss.estate, &loss.admissions).into_iter().find(|it| it.at == at)
        })
    }

    /// A rate at which a backlog grows for ever, whatever a run sees of it.
    fn carries_too_little(&self, value: u64) -> Option<Failure> {
        let (Turn::Rate(link) | Turn::Throttle(link)) = self.knob.turn else { return None };
        let turned = self.knob.turn.to(value).of(self.scenario);
        if carries(&turned, link) {
            return None;
        }
        let mut unthrottled = turned;
        unthrottled.topology.links[link].throttle = Default::default();
        let with = if carries(&unthrottled, link) { "with its throttle " } else { "" };
        Some(Failure {
            application: format!("link {}", self.knob.on),
            outage: None,
            objective: None,
            reason: format!(
                "{with}it carries less than replication asks of it on average, and a backlog grows for ever"
            ),
            cause: Cause::Backlog,
        })
    }

    /// First at the guess and its neighbours, which is often all it takes; then at ever greater distance.
    fn boundary(&mut self, scope: &Scope, out: &BTreeSet<Part>) -> Boundary {
        let (last, guess) = (self.knob.scale.last(), self.guess(scope));
        let more_helps = self.knob.find.more_helps();
        let mut holds = |place: u64| self.tried(place, scope, out).failures.is_empty();
        let toward = |place: u64, up: bool| {
            if up { place.checked_add(1).filter(|it| *it <= last) } else { place.checked_sub(1) }
        };
        if let Some(next) = toward(guess, holds(guess) != more_helps) {
            let (at_guess, at_next) = (holds(guess), holds(next));
            if at_guess && !at_next {
                return Boundary::Between(guess, next);
            }
            if at_next && !at_guess {
                return Boundary::Between(next, guess);
            }
        }
        if more_helps { least(0, last, guess, holds) } else { largest(0, last, guess, holds) }
    }

    /// Where to begin. An RTA moves with the decision, second by second, if people are there.
    fn guess(&self, scope: &Scope) -> u64 {
        let spare = self.as_written.iter().find(|it| scope.covers(it)).and_then(|it| it.rto_spare);
        let moved = match (self.knob.find, spare) {
            (Find::Decision, Some(spare)) => self.knob.guess.saturating_add_signed(spare),
            _ => self.knob.guess,
        };
        self.knob.scale.near(moved)
    }

    /// The place of the value that helps most, and the last at the other end.
    fn ends(&self) -> (u64, u64) {
        let last = self.knob.scale.last();
        if self.knob.find.more_helps() { (last, 0) } else { (0, last) }
    }

    /// The value at a place of the scale: what it leaves unmet, beside what is out of reach. Where a backlog grows nothing else is asked,
    /// but of the value that helps most.
    fn tried(&mut self, place: u64, scope: &Scope, out: &BTreeSet<Part>) -> Tried {
        let value = self.knob.scale.at(place);
        let lack = self.carries_too_little(value);
        if lack.is_some() && place != self.ends().0 {
            return Tried { value, failures: lack.into_iter().collect() };
        }
        if !self.known.contains_key(&place) && !self.is_stopped {
            self.is_stopped = !(self.progress)(&words(self.knob), 0);
            let turned = self.knob.turn.to(value).of(self.scenario);
            self.known.insert(place, judge(&turned, &self.outages, self.threads));
        }
        let verdicts = self.known.get(&place).map(Vec::as_slice).unwrap_or_default();
        let unmet = failures(verdicts, scope).into_iter().filter(|failure| !out.contains(&failure.part()));
        Tried { value, failures: lack.into_iter().chain(unmet).collect() }
    }
}
