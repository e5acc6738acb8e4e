//! Whoever is said to have the same future has it: after something has failed and was repaired, from the instant at which two kernels are said
//! to go on alike every later call is the same, whatever else fails then.

use drsim::data_plane::DataPlane;
use drsim::engine::plane::Plane;
use drsim::engine::same::Witness;
use drsim::engine::state::Kernel;
use drsim::scenario::Scenario;
use drsim::units::{Ratio, Time};

use crate::engine::oracle::random::Random;
use crate::engine::oracle::{Fault, faults, strike_kernel, system};
use crate::engine::rows::Calls;

const SYSTEMS: u64 = 2000;

/// How often two kernels are compared in a run.
const LOOKS: u64 = 64;

type Replication = Plane<Calls<false>>;

fn reach(plane: &mut Replication, to: u64) {
    while plane.advance(Time(to)).0 < to {
        while plane.notice().is_some() {}
    }
}

/// Goes on to `to` through those of the faults that are not past.
fn through(plane: &mut Replication, ahead: &mut &[(u64, Fault)], to: u64) {
    while let Some(((at, fault), rest)) = ahead.split_first()
        && *at < to
    {
        reach(plane, *at);
        strike_kernel(plane, *fault);
        *ahead = rest;
    }
    reach(plane, to);
}

/// What else fails, for a while.
fn more(random: &mut Random, scenario: &Scenario) -> [(u64, Fault); 2] {
    let topology = &scenario.topology;
    let (fault, repair) = match random.below(4) {
        0 | 1 => {
            let link = random.index(topology.links.len());
            let share = random.pick(&[None, None, Some(300_000)]);
            (Fault::Link(link, share.map(Ratio)), Fault::Link(link, Some(Ratio::ONE)))
        }
        2 => {
            let host = random.index(topology.hosts.len());
            (Fault::Host(host, false), Fault::Host(host, true))
        }
        _last => {
            let volume = random.index(topology.volumes.len());
            (Fault::Volume(volume, false), Fault::Volume(volume, true))
        }
    };
    let from = random.below(scenario.horizon.0 / 2);
    [(from, fault), (from + random.pick(&[1, 2_000_000, 20_000_000, 100_000_000]), repair)]
}

/// Whether the two met; then all that came after is compared.
fn meet(scenario: &Scenario, without: &[(u64, Fault)], more: [(u64, Fault); 2]) -> bool {
    let mut with: Vec<(u64, Fault)> = without.iter().copied().chain(more).collect();
    with.sort_by_key(|(at, _)| *at);
    let plane = |kernel: Kernel| Plane { kernel, observer: Calls::default() };
    let mut kernel = Kernel::new(scenario);
    let (mut a, mut b): (Replication, Replication) = (plane(kernel.fork()), plane(kernel));
    let (mut of_a, mut of_b) = (without, with.as_slice());
    let mut witness = Witness::default();
    for look in 1..LOOKS {
        let at = scenario.horizon.0 * look / LOOKS;
        through(&mut a, &mut of_a, at);
        through(&mut b, &mut of_b, at);
        if more[1].0 >= at {
            continue;
        }
        a.kernel.stand();
        b.kernel.stand();
        if b.kernel.has_same_future(&a.kernel, true, &mut witness) {
            a.observer.0.clear();
            b.observer.0.clear();
            through(&mut a, &mut of_a, scenario.horizon.0);
            through(&mut b, &mut of_b, scenario.horizon.0);
            assert_eq!(a.observer, b.observer, "after {more:?}, from {at}");
            return true;
        }
    }
    false
}

#[test]
fn whoever_is_said_to_go_on_alike_does() {
    let (mut met, mut busy) = (0, 0);
    for seed in 0..SYSTEMS {
        let mut random = Random::new(seed);
        let scenario = system::system(&mut random);
        let without = faults(&mut random, &scenario);
        let more = more(&mut random, &scenario);
        let has_met = meet(&scenario, &without, more);
        met += u64::from(has_met);
        busy += u64::from(has_met && !without.is_empty());
    }
    assert!(met > SYSTEMS / 4 && busy > SYSTEMS / 8, "{met} met, {busy} beside other faults");
}
