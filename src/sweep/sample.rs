//! Instants on a grid, each a whole run: where only that can tell.

use crate::engine::plane::Plane;
use crate::ids::Id;
use crate::outage::Outage;
use crate::units::{Span, Time};

use super::answer::{How, Part};
use super::leg::Leg;
use super::probe::Study;

/// The first instant of a leg, and those that lie on the grid which begins at `grid.0`; each speaks up to the next.
pub(super) fn sampled(
    study: &Study<'_>,
    leg: &Leg<'_>,
    id: Id<Outage>,
    (begins, every): (Time, Span),
) -> Part {
    let every = every.0.max(1);
    let mut at = leg.from;
    let mut part = Part::empty(study.scenario, leg, How::Sampled);
    let mut undisturbed = leg.world.clone();
    while at < leg.to {
        undisturbed.advance(at);
        let kernel = undisturbed.data().kernel.clone();
        let world = undisturbed.over(Plane { kernel, observer: () });
        let (_, probe) = study.run(world, (id, at, Time(study.scenario.horizon.0)));
        let next =
            Time(begins.0.saturating_add((at.since(begins).0 / every + 1).saturating_mul(every))).min(leg.to);
        part.sample((at, next), probe.fates);
        at = next;
    }
    part
}
