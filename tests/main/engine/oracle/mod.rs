//! The kernel against a second, slow and obvious implementation of its rules: equal to the byte and the microsecond.

mod faults;
mod log;
mod net;
mod net_oracle;
mod network;
pub mod random;
mod slow;
mod state;
pub mod system;
mod world;

use drsim::data_plane::DataPlane;
use drsim::engine::observer::{Applied, Observer};
use drsim::engine::plane::Plane;
use drsim::engine::state::Kernel;
use drsim::ids::Id;
use drsim::scenario::Scenario;
use drsim::units::{Ratio, Time};

use net::NetSeen;
use random::Random;
use slow::Slow;
use state::{Seen, Stage};

const SYSTEMS: u64 = 30_000;

/// What happens from outside.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    Link(usize, Option<Ratio>),
    Host(usize, bool),
    Volume(usize, bool),
    Stop(usize),
    Start(usize),
    End(usize),
}

/// Keeps (VM, cut, applied at, raw bytes) of each log.
#[derive(Default)]
struct Record<const CAUSES: bool>(Vec<(usize, u64, u64, u64)>);

impl<const WITH_CAUSES: bool> Observer for Record<WITH_CAUSES> {
    const CAUSES: bool = WITH_CAUSES;

    fn applied(&mut self, applied: Applied<'_>) {
        self.0.push((applied.vm, applied.cut, applied.at, applied.raw));
    }

    fn stopped(&mut self, _: usize, _: u64) {}

    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

/// Faults with most of their repairs, in order of time; those of one instant in any order.
pub fn faults(random: &mut Random, scenario: &Scenario) -> Vec<(u64, Fault)> {
    let topology = &scenario.topology;
    let horizon = scenario.horizon.0;
    let mut list = Vec::new();
    for _ in 0..random.pick(&[0, 1, 2, 3, 5, 8]) {
        let vm = random.index(scenario.vms.len());
        let (fault, repair) = match random.below(10) {
            0..4 => {
                let link = random.index(topology.links.len());
                let share = random.pick(&[None, None, None, Some(500_000), Some(333_333), Some(1), Some(0)]);
                (Fault::Link(link, share.map(Ratio)), Fault::Link(link, Some(Ratio::ONE)))
            }
            4..6 => {
                let host = random.index(topology.hosts.len());
                (Fault::Host(host, false), Fault::Host(host, true))
            }
            6 => {
                let volume = random.index(topology.volumes.len());
                (Fault::Volume(volume, false), Fault::Volume(volume, true))
            }
            7 | 8 => (Fault::Stop(vm), Fault::Start(vm)),
            _last => (Fault::End(vm), Fault::Start(vm)),
        };
        let from = system::instant(random, horizon);
        list.push((from, fault));
        if let (Fault::Stop(vm) | Fault::End(vm), true) = (fault, random.percent(50)) {
            // Whatever of it is still under way may meet a dead host.
            if let Some(protection) = &scenario.vms[Id::new(vm)].protection {
                let host = protection.replica_host.index();
                let at = from + random.pick(&[0, 500, 1_000_000, 5_000_000]);
                list.push((at.min(horizon), Fault::Host(host, false)));
                list.push(((at + 60_000_000).min(horizon), Fault::Host(host, true)));
            }
        }
        if random.percent(85) {
            let long = random.pick(&[0, 1, 10_000_000, 30_000_000, 60_000_000, 200_000_000, 1_000_000_000]);
            list.push(((from + long).min(horizon), repair));
        }
    }
    list.sort_by_key(|(at, _)| *at);
    list
}

pub fn strike_kernel<O: Observer>(plane: &mut Plane<O>, fault: Fault) {
    match fault {
        Fault::Link(link, share) => plane.set_link(Id::new(link), share),
        Fault::Host(host, up) => plane.set_host(Id::new(host), up),
        Fault::Volume(volume, up) => plane.set_volume(Id::new(volume), up),
        Fault::Stop(vm) => plane.stop_vm(Id::new(vm)),
        Fault::Start(vm) => plane.start_vm(Id::new(vm)),
        Fault::End(vm) => plane.fail_over(Id::new(vm), Time::START),
    }
}

fn strike_slow(slow: &mut Slow<'_>, fault: Fault) {
    match fault {
        Fault::Link(link, share) => slow.set_link(link, share),
        Fault::Host(host, up) => slow.set_host(host, up),
        Fault::Volume(volume, up) => slow.set_volume(volume, up),
        Fault::Stop(vm) => slow.stop(vm),
        Fault::Start(vm) => slow.start(vm),
        Fault::End(vm) => slow.end(vm),
    }
}

/// Advances to `to`, however often it stops on the way for a watched VM; there, too, all completions are done.
fn reach<O: Observer>(plane: &mut Plane<O>, slow: &mut Slow<'_>, to: u64, early: &mut u64) {
    loop {
        let reached = plane.advance(Time(to)).0;
        let is_told = plane.notice().is_some();
        while plane.notice().is_some() {}
        if reached == to {
            return;
        }
        if is_told {
            // It may be told of a tick, in the midst of an instant.
            continue;
        }
        *early += 1;
        slow.advance(reached);
        compare(plane, slow);
    }
}

/// State that can be asked for at any instant.
fn compare<O: Observer>(plane: &mut Plane<O>, slow: &Slow<'_>) {
    for (vm, machine) in slow.vms.iter().enumerate() {
        let id = Id::new(vm);
        let context = format!("vm{vm} at {}", slow.now);
        let receiving = matches!(machine.stage, Stage::Travelling(_) | Stage::Applying);
        assert_eq!(plane.is_applying(id), receiving, "is applying, {context}");
        assert_eq!(plane.newest_point(id), machine.protected.then_some(Time(machine.newest)), "{context}");
        assert_eq!(plane.kernel.tally(vm), machine.tally, "tally, {context}");
        assert_eq!(
            plane.unprotected_bytes(id),
            slow.written(vm) - machine.tally.applied - machine.tally.lost,
            "{context}"
        );
        let unsent = machine.logs.iter().map(|log| log.unsent).sum::<u128>();
        let flowing = if machine.stage == Stage::Sending { machine.logs[0].unsent } else { 0 };
        let remaining = if flowing > 0 { slow.network.remaining(vm).unwrap_or(0) } else { 0 };
        assert_eq!(plane.kernel.unsent(vm), unsent - flowing + remaining, "unsent, {context}");
    }
    plane.kernel.audit(slow.scenario).expect("the audit holds");
}

/// Runs both over one system and compares all there is to compare.
fn run<const CAUSES: bool>(seed: u64, total: &mut Total) {
    let mut random = Random::new(seed);
    let scenario = system::system(&mut random);
    let faults = faults(&mut random, &scenario);
    let horizon = scenario.horizon.0;
    let mut slow = Slow::new(&scenario);
    let mut plane = Plane { kernel: Kernel::new(&scenario), observer: Record::<CAUSES>::default() };
    let mut now = 0;
    for instant in faults.chunk_by(|a, b| a.0 == b.0) {
        let at = instant[0].0;
        if random.percent(50) && at > now {
            reach(&mut plane, &mut slow, now + random.below(at - now), &mut total.early);
        }
        now = at;
        reach(&mut plane, &mut slow, at, &mut total.early);
        slow.advance(at);
        compare(&mut plane, &slow);
        for (_, fault) in instant {
            strike_kernel(&mut plane, *fault);
            strike_slow(&mut slow, *fault);
            compare(&mut plane, &slow);
        }
        let applying = scenario.vms.ids().filter(|vm| plane.is_applying(*vm)).collect::<Vec<_>>();
        applying.into_iter().filter(|_| random.percent(50)).for_each(|vm| plane.watch(vm));
    }
    reach(&mut plane, &mut slow, horizon, &mut total.early);
    slow.advance(horizon);
    let order = |log: &(usize, u64, u64, u64)| (log.2, log.0, log.1);
    plane.observer.0.sort_by_key(order);
    slow.applied.sort_by_key(order);
    let differs = plane.observer.0.iter().zip(&slow.applied).position(|(a, b)| a != b);
    let differs = differs.unwrap_or(plane.observer.0.len().min(slow.applied.len()));
    let (fast, right) = (plane.observer.0.get(differs), slow.applied.get(differs));
    assert_eq!(fast, right, "log {differs} of system {seed}: {:?}\n{faults:?}", scenario.topology);
    compare(&mut plane, &slow);
    total.add(&slow);
}

/// What all systems together came across.
#[derive(Debug, Default)]
struct Total {
    logs: usize,
    early: u64,
    seen: Seen,
    network: NetSeen,
    /// Systems with flows in two nets of the network.
    apart: u64,
    volumes: NetSeen,
}

impl Total {
    fn add(&mut self, slow: &Slow<'_>) {
        self.logs += slow.applied.len();
        self.seen.add(&slow.seen);
        let (seen, are_apart) = slow.network.seen();
        self.network.add(&seen);
        self.apart += u64::from(are_apart);
        slow.volumes.iter().flatten().for_each(|net| self.volumes.add(&net.seen));
    }
}

#[test]
fn the_kernel_equals_the_slow_implementation() {
    let from = std::env::var("DRSIM_ORACLE_FROM").map_or(0, |seed| seed.parse().expect("a number"));
    let mut total = Total::default();
    for seed in from..from + SYSTEMS {
        println!("system {seed}");
        match seed % 2 {
            0 => run::<false>(seed, &mut total),
            _odd => run::<true>(seed, &mut total),
        }
    }
    println!("{total:#?}");
    let rare = total.seen.counts().into_iter().chain(total.network.counts()).min();
    assert!(
        rare > Some(20) && total.early > 20 && total.volumes.pots_shared > 20 && total.apart > 20,
        "something never happened"
    );
}
