//! Runs of outages beside the run without: each is begun at its first strike, goes forward with the others, and is over as soon as it has the
//! same future as the run without it. What it measured until then and what that run measures afterwards is what it would have measured itself.
//!
//! They meet at edges, which lie closer than anything that is repaired takes to be caught up with. Memory is bounded: as many are under way as
//! have room on each thread, the others wait for its next convoy.

mod alone;
mod under_way;

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::engine::plane::Plane;
use crate::engine::same::Witness;
use crate::facts::Fact;
use crate::ids::Id;
use crate::measure::age::CatchUp;
use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::sim::Relations;
use crate::units::{Span, Time};

use super::order::in_order;
use super::starts::{Fork, StartsKept};
pub(crate) use alone::Alone;
use alone::begin;
use under_way::{Shared, UnderWay};

/// An outage at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asked {
    /// Of its first strike.
    pub(crate) at: Time,
    /// Which.
    pub(crate) outage: Id<Outage>,
}

/// What copies of an application were like after an outage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    /// The oldest that its newest common point got from the outage on, while it is protected and runs.
    pub oldest: Option<Span>,
    /// What the outage added to the times in which it was older than its RPO.
    pub exposed: Option<Span>,
    /// Of its VMs whose points got older than they ever do without the outage, the one that took longest to be back to that.
    pub catch_up: Option<CatchUp>,
}

/// The run of an outage, whole.
pub(crate) struct Told<'r> {
    /// The outage, moved to its instant.
    pub(crate) outage: &'r Outage,
    /// What happened, also after it had the same future as the run without it.
    pub(crate) facts: &'r [Fact],
    /// By application.
    pub(crate) copies: Vec<Copies>,
    /// Whether it had the same future as the run without it before that was over.
    pub(crate) is_rejoined: bool,
}

/// Runs all that is asked, which stands in order of time, and tells `read` of each; what that answers, in the same order. `progress` is told the
/// share done, in thousandths. Each thread takes a stretch of time, with a run without outages of its own.
pub(crate) fn convoys<T: Send>(
    (scenario, relations, alone): (&Scenario, &Relations, &Alone),
    asked: &[Asked],
    (threads, kept): (usize, StartsKept),
    read: &(impl Fn(Told<'_>) -> T + Sync),
    progress: &(dyn Fn(u64) + Sync),
) -> Vec<T> {
    let moved: Vec<Outage> = asked.iter().map(|it| scenario.outages[it.outage].moved_to(it.at)).collect();
    let stretch = asked.len().div_ceil(threads.max(1)).max(1);
    let count = asked.len().div_ceil(stretch);
    let most = (kept.at_once(scenario.vms.len()) / count.max(1)).max(1);
    let shares: Vec<AtomicU64> = (0..count).map(|_| AtomicU64::new(0)).collect();
    let work = |_: &mut (), place: usize| {
        let (from, to) = (place * stretch, asked.len().min((place + 1) * stretch));
        let asked: Vec<(Asked, &Outage)> = asked[from..to].iter().copied().zip(&moved[from..to]).collect();
        let passed = |share: u64| {
            shares[place].store(share, Ordering::Relaxed);
            progress(shares.iter().map(|share| share.load(Ordering::Relaxed)).sum::<u64>() / count as u64);
        };
        in_convoys((scenario, relations, alone), &asked, most, read, &passed)
    };
    let mut answers = Vec::with_capacity(asked.len());
    in_order(
        (count, threads),
        || (),
        work,
        |told| {
            answers.extend(told);
            ControlFlow::Continue(())
        },
    );
    answers
}

/// As [`convoys`], on one thread.
fn in_convoys<'a, T>(
    (scenario, relations, alone): (&'a Scenario, &'a Relations, &Alone),
    asked: &[(Asked, &'a Outage)],
    most: usize,
    read: &impl Fn(Told<'_>) -> T,
    passed: &dyn Fn(u64),
) -> Vec<T> {
    let mut answers: Vec<Option<T>> = asked.iter().map(|_| None).collect();
    let mut left: Vec<usize> = (0..asked.len()).collect();
    while !left.is_empty() {
        let waiting = left.len();
        let mut convoy = Convoy {
            scenario,
            alone,
            without: begin(scenario, relations),
            under_way: Vec::new(),
            later: Vec::new(),
        };
        let mut ahead = left.iter().copied().peekable();
        for (edge, at) in alone.edges.iter().copied().map(Some).chain([None]).enumerate() {
            let until = at.unwrap_or(scenario.horizon.0 + 1);
            while let Some(index) = ahead.next_if(|index| asked[*index].0.at.0 < until) {
                convoy.begin((index, asked[index]), most);
            }
            let done = convoy.go_on(at.map(|at| (edge, at)), read);
            done.into_iter().for_each(|(index, answer)| answers[index] = Some(answer));
            if convoy.under_way.is_empty() && ahead.peek().is_none() {
                break;
            }
            passed(until * 1000 / (scenario.horizon.0 + 1));
        }
        left = convoy.later;
        assert!(left.len() < waiting, "a convoy takes somebody along");
    }
    passed(1000);
    answers.into_iter().map(|answer| answer.expect("each is answered")).collect()
}

/// Runs that go forward together.
struct Convoy<'a, 's> {
    scenario: &'s Scenario,
    alone: &'s Alone,
    without: Fork<'a>,
    under_way: Vec<UnderWay<'a>>,
    /// Whom there was no room for.
    later: Vec<usize>,
}

impl<'a> Convoy<'a, '_> {
    /// Takes an outage along from its first strike, if there is room.
    fn begin(&mut self, (index, (asked, outage)): (usize, (Asked, &'a Outage)), most: usize) {
        if self.under_way.len() >= most {
            self.later.push(index);
            return;
        }
        self.without.advance(asked.at);
        let plane = self.without.data();
        let kernel = plane.kernel.fork();
        let mut observer = plane.observer.ages(asked.at.0);
        observer.set_limits(|vm| self.alone.usual[vm]);
        let world = self.without.over(Plane { kernel, observer });
        let world = world.struck_by(outage).operated_after(asked.outage);
        let ends: Option<Vec<u64>> =
            outage.strikes.iter().map(|strike| strike.to.map(|to| to.0.max(strike.from.0))).collect();
        let over = ends.map(|ends| ends.into_iter().max().unwrap_or(asked.at.0));
        let witness = Witness::default();
        self.under_way.push(UnderWay { index, world, outage, from: asked.at.0, over, witness });
    }

    /// Goes on to an edge, its number and instant, or to the end of the run; what was told of those that are over.
    fn go_on<T>(&mut self, edge: Option<(usize, u64)>, read: &impl Fn(Told<'_>) -> T) -> Vec<(usize, T)> {
        if self.under_way.is_empty() {
            return Vec::new();
        }
        if let Some((_, at)) = edge {
            self.without.advance(Time(at));
            self.without.data().kernel.stand();
        }
        let Convoy { scenario, alone, without, under_way, .. } = self;
        let with = Shared { scenario, alone, edge };
        let mut done = Vec::new();
        for run in std::mem::take(under_way) {
            match with.go_on(run, without, read) {
                Ok(run) => under_way.push(run),
                Err(answer) => done.push(answer),
            }
        }
        done
    }
}
