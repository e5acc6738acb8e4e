//! A run as series, as they come: ages as exact rises, use of links, health. Memory does not grow with the length of a run.

use std::ops::ControlFlow;

use crate::engine::account::whole_bytes;
use crate::engine::observer::Cause;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::measure::health::Stretch;
use crate::measure::rises::{Rise, Rises};
use crate::outage::Outage;
use crate::outcome::RunOutcome;
use crate::outcome::bound::BoundBy;
use crate::scenario::Scenario;
use crate::sim::{Relations, World};
use crate::topology::Link;
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::charts::waiting;
use super::health::Ended;
use super::rows::of_resource;
use super::starts::{first_fault, longest_now};
use super::{AuditFailed, audited};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// The run with this outage; `None`: with none.
    pub outage: Option<Id<Outage>>,
    /// How long the stretches are over which links are told; more than nothing.
    pub every: Span,
    /// Whether links are told.
    pub links: bool,
    /// Whether health is told.
    pub health: bool,
}

/// What a log waited for, as far as it can be told while a run goes on: where a VM stood is known at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// For something that has a name of its own, or needs none.
    Bound(BoundBy),
    /// For free send slots of its host.
    Slots,
    /// To be applied.
    Apply,
}

/// A direction of a link over a stretch of time.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    /// The link.
    pub link: Id<Link>,
    /// 0: as it is written; 1: back.
    pub direction: usize,
    /// Begin and end.
    pub within: (Time, Time),
    /// What it carried.
    pub carried_bytes: u64,
    /// What it could at the begin, a throttle included, bytes per second.
    pub capacity: u64,
    /// Whether a throttle was in force then.
    pub is_throttled: bool,
    /// What waits for it at the end.
    pub backlog_bytes: u64,
}

/// The next of a series.
#[derive(Clone, Copy, Debug)]
pub enum Row {
    /// An age rose; what its last log waited for longest, and after the schedule next.
    Age(Rise, [Option<Waited>; 2]),
    /// A link was used.
    Link(Use),
    /// A VM's health.
    Health(Id<Vm>, Stretch),
}

/// Longest time between two looks at a run, so that little waits in memory.
const LOOK: Span = Span::seconds(3600);

/// Runs a scenario and tells its series: ages in the order in which they end, links after each stretch, health at the end by VM. `progress` is told the instant.
///
/// # Errors
/// If bytes were lost or made: an internal error.
pub fn series(
    scenario: &Scenario,
    ask: Ask,
    progress: &dyn Fn(Time),
    tell: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<(), AuditFailed> {
    let relations = Relations::of(scenario);
    let horizon = scenario.horizon.0;
    let plane = Plane { kernel: Kernel::new(scenario), observer: Rises::new(scenario) };
    let mut world = World::new(scenario, &relations, plane);
    let mut links = Links::new(scenario, &mut world.data().kernel);
    let mut to_strike = ask.outage.map(|id| (first_fault(&scenario.outages[id], horizon), id));
    let step = if ask.links { ask.every.0.min(LOOK.0) } else { LOOK.0 };
    let edges =
        |every: u64| (1..).map(move |index| every.saturating_mul(index)).take_while(move |at| *at < horizon);
    let mut stops: Vec<u64> = edges(step).collect();
    if ask.links && ask.every.0 > LOOK.0 {
        stops.extend(edges(ask.every.0));
        stops.sort_unstable();
        stops.dedup();
    }
    stops.push(horizon);
    for at in stops {
        if let Some((first, id)) = to_strike.filter(|(first, _)| *first <= at) {
            world.advance(Time(first));
            world = world.struck_by(&scenario.outages[id]).operated_after(id);
            to_strike = None;
        }
        if at == horizon {
            world.run(Time(at))
        } else {
            world.advance(Time(at))
        }
        progress(Time(at));
        let plane = world.data();
        if told(plane, tell).is_break() {
            return Ok(());
        }
        if ask.links
            && (at % ask.every.0 == 0 || at == horizon)
            && links.tell(at, &mut plane.kernel, tell).is_break()
        {
            return Ok(());
        }
    }
    let (mut plane, facts) = world.finish();
    audited(scenario, &plane.kernel, "series")?;
    let longest = longest_now(&plane.kernel);
    plane.observer.finish(horizon, |vm| longest[vm]);
    if told(&mut plane, tell).is_break() || !ask.health {
        return Ok(());
    }
    let Plane { kernel, observer: Rises { mut watch, .. } } = plane;
    watch.finish_monitors(horizon, |vm| kernel.undecided_ticks(vm));
    let run = &RunOutcome::of(scenario, &facts);
    let ended = Ended { scenario, run, monitors: &watch.monitors, kernel: &kernel, from: 0 };
    let mut all = scenario.vms.ids().flat_map(|vm| ended.stretches(vm).into_iter().map(move |it| (vm, it)));
    let _ = all.try_for_each(|(vm, stretch)| tell(Row::Health(vm, stretch)));
    Ok(())
}

/// Tells the rises since this was last done.
fn told(plane: &mut Plane<Rises>, tell: &mut dyn FnMut(Row) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut rises = plane.observer.take().into_iter();
    rises.try_for_each(|rise| {
        let waited = |cause| waited(&plane.kernel, cause);
        let then = rise.cause.second.filter(|_| rise.cause.first == Some(Cause::Interval));
        tell(Row::Age(rise, [rise.cause.first.map(waited), then.map(waited)]))
    })
}

fn waited(kernel: &Kernel, cause: Cause) -> Waited {
    Waited::Bound(match cause {
        Cause::Slots => return Waited::Slots,
        Cause::Apply => return Waited::Apply,
        Cause::Interval => BoundBy::Interval,
        Cause::StreamCap => BoundBy::StreamCap,
        Cause::Latency => BoundBy::Latency,
        Cause::PathDown => BoundBy::PathDown,
        Cause::TrackingOff => BoundBy::TrackingOff,
        Cause::Suspended => BoundBy::Suspended,
        Cause::Resource(resource, throttled) => of_resource(kernel, resource, throttled),
    })
}

/// Links over the stretch under way.
struct Links {
    since: u64,
    /// Of each direction: carried before, and capacity and throttle as they were at the begin.
    directions: Vec<(u128, (u64, bool))>,
}

impl Links {
    fn new(scenario: &Scenario, kernel: &mut Kernel) -> Links {
        let count = 2 * scenario.topology.links.len();
        let directions = (0..count).map(|index| (0, kernel.capacity(index / 2, index % 2))).collect();
        Links { since: 0, directions }
    }

    /// Ends the stretch and begins the next.
    fn tell(
        &mut self,
        at: u64,
        kernel: &mut Kernel,
        tell: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let backlog = waiting(kernel, self.directions.len());
        let carried = kernel.carried(self.directions.len());
        let since = std::mem::replace(&mut self.since, at);
        for (index, (before, capacity)) in self.directions.iter_mut().enumerate() {
            let now = kernel.capacity(index / 2, index % 2);
            let (rate, is_throttled) = std::mem::replace(capacity, now);
            tell(Row::Link(Use {
                link: Id::new(index / 2),
                direction: index % 2,
                within: (Time(since), Time(at)),
                carried_bytes: whole_bytes(carried[index] - std::mem::replace(before, carried[index])),
                capacity: rate,
                is_throttled,
                backlog_bytes: whole_bytes(backlog[index]),
            }))?;
        }
        ControlFlow::Continue(())
    }
}
