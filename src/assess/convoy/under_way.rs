//! The run of an outage beside the run without it.

use crate::assess::starts::Fork;
use crate::engine::same::Witness;
use crate::facts::Fact;
use crate::ids::Id;
use crate::measure::watch::Longest;
use crate::outage::Outage;
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::alone::Alone;
use super::{Copies, Told};

/// The run of an outage.
pub(super) struct UnderWay<'a> {
    pub(super) index: usize,
    pub(super) world: Fork<'a>,
    pub(super) outage: &'a Outage,
    pub(super) from: u64,
    /// When the last of its strikes is over; `None`: never.
    pub(super) over: Option<u64>,
    pub(super) witness: Witness,
}

/// What all runs of a convoy are told beside.
pub(super) struct Shared<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) alone: &'s Alone,
    /// Its number and instant; `None`: the end of the run.
    pub(super) edge: Option<(usize, u64)>,
}

impl Shared<'_> {
    /// A run goes on to the edge; what was told of it, if it is over.
    pub(super) fn go_on<'a, T>(
        &self,
        mut run: UnderWay<'a>,
        without: &Fork<'a>,
        read: &impl Fn(Told<'_>) -> T,
    ) -> Result<UnderWay<'a>, (usize, T)> {
        let horizon = self.scenario.horizon.0;
        // Who never comes back need not stop on the way.
        let edge = self.edge.filter(|_| run.over.is_some());
        let Some((number, at)) = edge else {
            run.world.run(Time(horizon));
            return Err(self.ended(run, read));
        };
        run.world.advance(Time(at));
        let is_over = run.over.is_some_and(|over| over <= at);
        if !is_over || !run.has_same_future(without) {
            return Ok(run);
        }
        let facts = run.facts_with(without, &self.alone.facts);
        let copies = self.copies(&run, (Some(without), at), &self.alone.later[number]);
        Err((run.index, read(Told { outage: run.outage, facts: &facts, copies, is_rejoined: true })))
    }

    /// A run that has come to its end by itself.
    fn ended<T>(&self, mut run: UnderWay<'_>, read: &impl Fn(Told<'_>) -> T) -> (usize, T) {
        let horizon = self.scenario.horizon.0;
        run.world.data().observer.finish(horizon, |_| Longest::default());
        let copies = self.copies(&run, (None, horizon), &[]);
        let UnderWay { index, outage, world, .. } = run;
        let (_, facts) = world.finish();
        (index, read(Told { outage, facts: &facts, copies, is_rejoined: false }))
    }
}

impl Shared<'_> {
    /// What copies of each application were like up to an instant, and after it as in the run without; `later`: how old they get then.
    fn copies(
        &self,
        run: &UnderWay<'_>,
        (without, at): (Option<&Fork<'_>>, u64),
        later: &[u64],
    ) -> Vec<Copies> {
        let own = &run.world.replication().observer;
        let repairs: Vec<u64> =
            run.outage.strikes.iter().filter_map(|strike| strike.to.map(|to| to.0)).collect();
        let of = |(id, application): (Id<Application>, &Application)| {
            let catch_up = |vm: &Id<Vm>| {
                let usual = self.alone.usual[vm.index()];
                own.vms[vm.index()].catch_up(usual, &repairs, (Time(run.from), Time(self.scenario.horizon.0)))
            };
            let Some(age) = &own.applications[id.index()] else {
                return Copies {
                    catch_up: application.vms.iter().filter_map(catch_up).max(),
                    ..Copies::default()
                };
            };
            let later = later.get(id.index()).copied().unwrap_or(0);
            let is_counted = age.ages.total() > 0 || later > 0;
            let above = match without {
                Some(without) => {
                    without.replication().observer.applications[id.index()].as_ref().map(|it| it.above_at(at))
                }
                None => self.alone.above[id.index()].clone(),
            };
            let exposed = above.and_then(|above| age.above_at(at).added_to(&above));
            Copies {
                oldest: is_counted.then_some(Span(age.ages.max().0.max(later))),
                exposed,
                catch_up: application.vms.iter().filter_map(catch_up).max(),
            }
        };
        self.scenario.recovery.applications.entries().map(of).collect()
    }
}

impl UnderWay<'_> {
    /// Whether what is to come is the same as without the outage.
    fn has_same_future(&mut self, without: &Fork<'_>) -> bool {
        if !self.world.has_same_future(without) {
            return false;
        }
        let with_points = without.has_operations_ahead();
        let plane = self.world.data();
        plane.kernel.stand();
        let other = without.replication();
        plane.kernel.has_same_future(&other.kernel, with_points, &mut self.witness)
            && plane.observer.has_same_future(&other.observer)
    }

    /// What happened, and what then happens in the run without the outage, whose facts `all` are.
    fn facts_with(&self, without: &Fork<'_>, all: &[Fact]) -> Vec<Fact> {
        let after = self.world.numbers().go_on(without.numbers(), all);
        self.world.facts().iter().cloned().chain(after).collect()
    }
}
