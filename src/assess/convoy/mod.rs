//! Runs of outages beside the run without: each is begun at its first strike, goes forward with the others, and is over as soon as it has the
//! same future as the run without it. What it measured until then and what that run measures afterwards is what it would have measured itself.
//!
//! They meet at edges, which lie closer than anything that is repaired takes to be caught up with. Memory is bounded: as many are under way as
//! have room, the others wait for the next convoy.

mod alone;
mod under_way;

use std::thread;

use crate::engine::plane::Plane;
use crate::engine::same::Witness;
use crate::facts::Fact;
use crate::ids::Id;
use crate::measure::age::CatchUp;
use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::sim::Relations;
use crate::units::{Span, Time};

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
/// share done, in thousandths.
pub(crate) fn convoys<T: Send>(
    (scenario, relations, alone): (&Scenario, &Relations, &Alone),
    asked: &[Asked],
    (threads, kept): (usize, StartsKept),
    read: &(impl Fn(Told<'_>) -> T + Sync),
    progress: &dyn Fn(u64),
) -> Vec<T> {
    let moved: Vec<Outage> = asked.iter().map(|it| scenario.outages[it.outage].moved_to(it.at)).collect();
    let mut answers: Vec<Option<T>> = asked.iter().map(|_| None).collect();
    let most = kept.at_once(scenario.vms.len());
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
            while let Some(index) = ahead.next_if(|index| asked[*index].at.0 < until) {
                convoy.begin((index, asked[index], &moved[index]), most);
            }
            let done = convoy.go_on(at.map(|at| (edge, at)), threads, read);
            done.into_iter().for_each(|(index, answer)| answers[index] = Some(answer));
            if convoy.under_way.is_empty() && ahead.peek().is_none() {
                break;
            }
            progress(until * 1000 / (scenario.horizon.0 + 1));
        }
        left = convoy.later;
        assert!(left.len() < waiting, "a convoy takes somebody along");
    }
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
    fn begin(&mut self, (index, asked, outage): (usize, Asked, &'a Outage), most: usize) {
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
    fn go_on<T: Send>(
        &mut self,
        edge: Option<(usize, u64)>,
        threads: usize,
        read: &(impl Fn(Told<'_>) -> T + Sync),
    ) -> Vec<(usize, T)> {
        if self.under_way.is_empty() {
            return Vec::new();
        }
        if let Some((_, at)) = edge {
            self.without.advance(Time(at));
            self.without.data().kernel.stand();
        }
        let Convoy { scenario, alone, without, under_way, .. } = self;
        let (without, with): (&Fork<'_>, _) = (without, Shared { scenario, alone, edge });
        let work = |part: Vec<UnderWay<'a>>| -> (Vec<UnderWay<'a>>, Vec<(usize, T)>) {
            let (mut going, mut done) = (Vec::new(), Vec::new());
            for run in part {
                match with.go_on(run, without, read) {
                    Ok(run) => going.push(run),
                    Err(answer) => done.push(answer),
                }
            }
            (going, done)
        };
        let all = std::mem::take(under_way);
        let parts = parts(all, threads);
        let mut done = Vec::new();
        let mut take = |(going, told): (Vec<UnderWay<'a>>, Vec<(usize, T)>)| {
            under_way.extend(going);
            done.extend(told);
        };
        if parts.len() <= 1 {
            parts.into_iter().map(work).for_each(&mut take);
        } else {
            thread::scope(|scope| {
                let work = &work;
                let handles: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || work(part))).collect();
                for handle in handles {
                    take(handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
                }
            });
        }
        done
    }
}

/// In so many parts of one length, in order.
fn parts<T>(mut all: Vec<T>, count: usize) -> Vec<Vec<T>> {
    let length = all.len().div_ceil(count.max(1)).max(1);
    let mut parts = Vec::new();
    while !all.is_empty() {
        let rest = all.split_off(length.min(all.len()));
        parts.push(std::mem::replace(&mut all, rest));
    }
    parts
}
