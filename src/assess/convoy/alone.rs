//! The run without outages, which all others are told beside.

use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::facts::Fact;
use crate::measure::watch::{Longest, Watch};
use crate::outcome::exposure::AboveObjective;
use crate::scenario::Scenario;
use crate::sim::{Relations, World};
use crate::units::{Span, Time};

use crate::assess::starts::Fork;

/// Edges of a run, at most about so many.
const EDGES: u64 = 4096;

/// They are no closer than this.
const EDGE: Span = Span::seconds(300);

/// The run without outages, from start to end.
pub(crate) struct Alone {
    /// What happened.
    pub(crate) facts: Vec<Fact>,
    /// By VM: how old its newest point ever gets, µs.
    pub(super) usual: Vec<u64>,
    /// By application: the times in which its newest common point is older than its RPO.
    pub(super) above: Vec<Option<AboveObjective>>,
    /// Where runs may meet.
    pub(super) edges: Vec<u64>,
    /// By edge, and application: how old its newest common point gets after the edge, µs.
    pub(super) later: Vec<Vec<u64>>,
}

impl Alone {
    /// Of a scenario.
    pub(crate) fn of(scenario: &Scenario, relations: &Relations) -> Alone {
        let horizon = scenario.horizon.0;
        let apart = EDGE.0.max(horizon.div_ceil(EDGES));
        let edges: Vec<u64> = (1..).map(|edge| edge * apart).take_while(|edge| *edge < horizon).collect();
        let mut world = begin(scenario, relations);
        let mut worst = Vec::with_capacity(edges.len() + 1);
        for edge in &edges {
            world.advance(Time(*edge));
            worst.push(world.data().observer.take_oldest());
        }
        world.run(Time(horizon));
        let (mut plane, facts) = world.finish();
        plane.observer.finish(horizon, |_| Longest::default());
        worst.push(plane.observer.take_oldest());
        for edge in (1..worst.len()).rev() {
            let (before, after) = worst.split_at_mut(edge);
            before[edge - 1].iter_mut().zip(&after[0]).for_each(|(own, later)| *own = (*own).max(*later));
        }
        worst.remove(0);
        let usual = (0..scenario.vms.len()).map(|vm| plane.observer.vms[vm].ages.max().0).collect();
        let above =
            plane.observer.applications.iter().map(|it| it.as_ref().map(|it| it.above.clone())).collect();
        Alone { facts, usual, above, edges, later: worst }
    }
}

/// The run without outages, at its start.
pub(super) fn begin<'a>(scenario: &'a Scenario, relations: &'a Relations) -> Fork<'a> {
    let observer = Watch::new(scenario).ages(0);
    World::new(scenario, relations, Plane { kernel: Kernel::new(scenario).fork(), observer })
}
