//! The run without outages, leg by leg: in a leg nothing happens but replication, so that an outage meets the same world at each of its
//! instants.

use crate::data_plane::DataPlane;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::sim::{Relations, World};
use crate::topology::Host;
use crate::units::{Span, Time};

use super::frozen::Known;
use super::held::{Held, Recorder};

/// The longest leg, for the sake of threads.
const LONGEST: Span = Span::seconds(6 * 3600);

/// From `from` to just before `to` nothing happens but replication.
pub(super) struct Leg<'a> {
    pub(super) from: Time,
    pub(super) to: Time,
    /// Whether nothing is under way.
    pub(super) is_calm: bool,
    /// The run at or before its first instant; nothing happens in between.
    pub(super) world: World<'a, Plane<()>>,
    held: Held,
    drained: Vec<u64>,
    replica_hosts: Vec<Option<Id<Host>>>,
}

impl Leg<'_> {
    /// What is known of replication in it.
    pub(super) fn known(&self) -> Known<'_> {
        Known { held: &self.held, drained: &self.drained, replica_hosts: &self.replica_hosts }
    }

    /// What of every VM had left its source.
    pub(super) fn held(&self) -> &Held {
        &self.held
    }
}

/// The legs of a run, in order.
pub(super) struct Legs<'a> {
    world: World<'a, Plane<Recorder>>,
    window: (Time, Time),
    /// The first instant that is in no leg yet.
    next: Time,
}

impl<'a> Legs<'a> {
    /// Those of the instants from `window.0` to just before `window.1`.
    pub(super) fn of(scenario: &'a Scenario, relations: &'a Relations, window: (Time, Time)) -> Self {
        let plain = Plane { kernel: Kernel::new(scenario), observer: () };
        let points = scenario.vms.ids().map(|vm| plain.newest_point(vm).map(|cut| cut.0));
        let observer = Recorder::new(points);
        let mut world = World::new(scenario, relations, Plane { kernel: plain.kernel, observer });
        world.step(Time::START);
        Legs { world, window, next: Time::START }
    }

    /// As the run stands.
    fn stands(&mut self) -> World<'a, Plane<()>> {
        let kernel = self.world.data().kernel.clone();
        self.world.over(Plane { kernel, observer: () })
    }

    /// The leg that `world` began and that ended just now, before `to`.
    fn leg(&mut self, world: World<'a, Plane<()>>, to: Time) -> Leg<'a> {
        let from = self.next;
        self.next = to;
        let Plane { kernel, observer } = self.world.data();
        let drained = kernel.drained_within(observer.largest());
        let replica_hosts = (0..drained.len()).map(|vm| kernel.replica_host(vm)).collect();
        let held = observer.take();
        Leg { from, to, is_calm: world.is_calm(), world, held, drained, replica_hosts }
    }
}

impl<'a> Iterator for Legs<'a> {
    type Item = Leg<'a>;

    fn next(&mut self) -> Option<Leg<'a>> {
        let (begins, ends) = self.window;
        loop {
            if self.next >= ends {
                return None;
            }
            let world = self.stands();
            let leg = if self.world.is_due() {
                // An outage at this very instant meets what is due beside it.
                let leg = self.leg(world, Time(self.next.0 + 1));
                self.world.happen_due();
                leg
            } else {
                let most = self.next.plus(LONGEST).min(ends);
                let reached = self.world.step(if self.next < begins { most.min(begins) } else { most });
                let to = reached.max(self.next);
                self.leg(world, to)
            };
            if begins <= leg.from && leg.from < leg.to {
                return Some(leg);
            }
        }
    }
}
