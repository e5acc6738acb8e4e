//! Where a VM stands in memory means nothing: in whatever rows, the same calls come in the same order, with the same causes, and the end
//! is the same.

use drsim::data_plane::DataPlane;
use drsim::engine::observer::{Applied, Observer, Sent};
use drsim::engine::order::Order;
use drsim::engine::plane::Plane;
use drsim::engine::state::{Kernel, Tally};
use drsim::ids::Id;
use drsim::scenario::Scenario;
use drsim::units::Time;

use crate::engine::oracle::random::Random;
use crate::engine::oracle::{Fault, faults, strike_kernel, system};

const SYSTEMS: u64 = 2000;

/// Every call, with all it says.
#[derive(Debug, Default, PartialEq)]
pub struct Calls<const CAUSES: bool>(pub Vec<String>);

impl<const WITH_CAUSES: bool> Observer for Calls<WITH_CAUSES> {
    const CAUSES: bool = WITH_CAUSES;
    const BACKLOGS: bool = true;

    fn applied(&mut self, applied: Applied<'_>) {
        self.0.push(format!("{applied:?}"));
    }

    fn stopped(&mut self, vm: usize, at: u64) {
        self.0.push(format!("stopped {vm} {at}"));
    }

    fn started(&mut self, vm: usize, at: u64, newest: u64) {
        self.0.push(format!("started {vm} {at} {newest}"));
    }

    fn cycling(&mut self, vm: usize, at: u64, on: bool) {
        self.0.push(format!("cycling {vm} {at} {on}"));
    }

    fn regridded(&mut self, vm: usize, at: u64, phase: u64, interval: u64) {
        self.0.push(format!("regridded {vm} {at} {phase} {interval}"));
    }

    fn blocked(&mut self, vm: usize, at: u64, on: bool) {
        self.0.push(format!("blocked {vm} {at} {on}"));
    }

    fn sent(&mut self, sent: Sent) {
        self.0.push(format!("{sent:?}"));
    }

    fn received(&mut self, vm: usize, at: u64) {
        self.0.push(format!("received {vm} {at}"));
    }

    fn snapshot_failed(&mut self, vm: usize, at: u64) {
        self.0.push(format!("snapshot failed {vm} {at}"));
    }
}

/// Any order of so many rows.
pub fn shuffled(random: &mut Random, rows: usize) -> Order {
    let mut vms: Vec<u32> = (0..u32::try_from(rows).unwrap()).collect();
    (1..rows).rev().for_each(|last| vms.swap(last, random.index(last + 1)));
    Order::of(vms.into())
}

type End = (Calls<true>, Vec<Tally>, Vec<u64>, blake3::Hash);

fn run(scenario: &Scenario, faults: &[(u64, Fault)], order: Order) -> End {
    let kernel = Kernel::laid_out(scenario, order);
    let mut plane = Plane { kernel, observer: Calls::default() };
    let mut reach = |to: u64, fault: Option<Fault>| {
        while plane.advance(Time(to)).0 < to {
            while plane.notice().is_some() {}
        }
        if let Some(fault) = fault {
            strike_kernel(&mut plane, fault);
            scenario.vms.ids().for_each(|vm| plane.watch(vm));
        }
    };
    faults.iter().for_each(|(at, fault)| reach(*at, Some(*fault)));
    reach(scenario.horizon.0, None);
    let Plane { mut kernel, observer } = plane;
    let tallies = (0..kernel.vms()).map(|vm| kernel.tally(vm)).collect();
    let links = scenario.topology.links.len();
    let backlogs = (0..2 * links).map(|index| kernel.backlog_max(index / 2, index % 2)).collect();
    kernel.audit(scenario).expect("the audit holds");
    let mut hash = blake3::Hasher::new();
    kernel.digest(&mut hash);
    (observer, tallies, backlogs, hash.finalize())
}

#[test]
fn in_whatever_rows_the_same_calls_come_in_the_same_order() {
    let mut together = 0;
    for seed in 0..SYSTEMS {
        let mut random = Random::new(seed);
        let scenario = system::system(&mut random);
        let faults = faults(&mut random, &scenario);
        let vms = scenario.vms.len();
        let expected = run(&scenario, &faults, Order::of((0..u32::try_from(vms).unwrap()).collect()));
        let by_tick = run(&scenario, &faults, Order::new(&scenario));
        assert_eq!(by_tick, expected, "system {seed} in the order of its ticks");
        assert_eq!(run(&scenario, &faults, shuffled(&mut random, vms)), expected, "system {seed}");
        let at =
            |call: &String| call.split("at: ").nth(1).map(|rest| rest.split(',').next().unwrap().to_owned());
        let mut calls = expected.0.0.windows(2).map(|pair| (at(&pair[0]), at(&pair[1])));
        together += usize::from(calls.any(|(a, b)| a.is_some() && a == b));
    }
    assert!(together > 200, "in {together} systems two logs are applied at one instant");
}

#[test]
fn rows_are_in_the_order_of_ticks() {
    let mut random = Random::new(7);
    for _ in 0..100 {
        let scenario = system::system(&mut random);
        let order = Order::new(&scenario);
        let first = |row: usize| {
            let vm = &scenario.vms[Id::new(order.vm(row))];
            let policy = vm.protection.as_ref().map(|it| &scenario.policies[it.policy]);
            let grid = policy.map(|it| (it.interval, drsim::engine::order::phase(it, &vm.name)));
            (grid.is_none(), grid, order.vm(row))
        };
        let rows: Vec<_> = (0..scenario.vms.len()).map(first).collect();
        assert!(rows.is_sorted(), "{rows:?}");
        assert!((0..rows.len()).all(|vm| order.vm(order.row(vm)) == vm));
    }
}
