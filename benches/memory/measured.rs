//! Bytes that an allocator gives out for states of a run.

use std::collections::BTreeMap;

use allocation_counter::measure;
use drsim::engine::plane::Plane;
use drsim::engine::state::Kernel;
use drsim::measure::watch::Watch;
use drsim::scenario::Scenario;
use drsim::sim::{Relations, World};
use drsim::units::Time;

#[path = "../outages/fleets.rs"]
#[allow(dead_code, reason = "others use more of it")]
mod fleets;

/// Bytes for each VM.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "the test looks at some of it")]
pub struct Bytes {
    /// The scenario as it was read.
    pub scenario: usize,
    /// Replication.
    pub kernel: usize,
    /// What watches it.
    pub watch: usize,
    /// A fork of both, and of the rest of the run.
    pub fork: usize,
}

/// Of a fleet of so many VMs with applications, plans, volumes and points, in the middle of a week.
pub fn of(vms: usize) -> Bytes {
    let text = fleets::many_vms(vms, 0);
    let files = BTreeMap::from([("many.ron".to_owned(), text.into_bytes())]);
    let read = || {
        Scenario::parse(&files, "many.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false))).0
    };
    let (whole, scenario) = kept(read);
    let relations = Relations::of(&scenario);
    let plane = Plane { kernel: Kernel::new(&scenario), observer: Watch::new(&scenario) };
    let mut world = World::new(&scenario, &relations, plane);
    let (at, horizon) = (scenario.horizon.0 / 2, scenario.horizon.0);
    world.advance(Time(at));
    // Copies have the room that they need, and no more.
    let (kernel, _) = kept(|| world.data().kernel.clone());
    let (watch, _) = kept(|| world.data().observer.clone());
    let (fork, _) = kept(|| {
        let plane = world.data();
        let plane = Plane { kernel: plane.kernel.fork(), observer: plane.observer.fork(at, horizon) };
        world.over(plane)
    });
    let [scenario, kernel, watch, fork] = [whole, kernel, watch, fork].map(|bytes| bytes / vms);
    Bytes { scenario, kernel, watch, fork }
}

/// What is still given out when something is made, and it.
fn kept<T>(make: impl FnOnce() -> T) -> (usize, T) {
    let mut made = None;
    let counted = measure(|| made = Some(make()));
    (usize::try_from(counted.bytes_current).unwrap_or_default(), made.expect("it was made"))
}
