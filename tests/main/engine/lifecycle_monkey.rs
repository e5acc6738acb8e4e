//! Whatever is asked of replication, in whatever state and order: no byte, no slot and no tick goes astray.

use drsim::data_plane::{CopyMethod, DataPlane, Notice};
use drsim::engine::observer::{Applied, Observer};
use drsim::engine::order::Order;
use drsim::engine::plane::Plane;
use drsim::engine::state::Kernel;
use drsim::ids::{Id, Table};
use drsim::protection::{Interrupted, Overrun, Policy, Protection, Retry, Technology};
use drsim::scenario::Scenario;
use drsim::topology::{Host, Volume};
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::Layer;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::pair::{MB, WAN, pair, plane, policy};

const SECOND: u64 = 1_000_000;
const VMS: usize = 3;

/// Holds what an observer is told to what makes sense.
#[derive(Clone, Debug, Default, PartialEq)]
struct Guard {
    counts_age: [bool; VMS],
    cycles: [bool; VMS],
    newest: [Option<u64>; VMS],
    now: u64,
}

impl Guard {
    fn at(&mut self, at: u64) {
        assert!(at >= self.now, "told of {at} after {}", self.now);
        self.now = at;
    }
}

impl Observer for Guard {
    const CAUSES: bool = true;

    fn applied(&mut self, applied: Applied<'_>) {
        self.at(applied.at);
        assert!(applied.cut <= applied.at && applied.previous <= applied.cut, "{applied:?}");
        let newest = self.newest[applied.vm].replace(applied.cut);
        assert!(newest.is_none_or(|newest| newest <= applied.cut), "{newest:?}, then {applied:?}");
    }

    fn stopped(&mut self, vm: usize, at: u64) {
        self.at(at);
        assert!(std::mem::replace(&mut self.counts_age[vm], false), "VM {vm} stopped twice");
    }

    fn started(&mut self, vm: usize, at: u64, newest: u64) {
        self.at(at);
        assert!(newest <= at);
        assert!(!std::mem::replace(&mut self.counts_age[vm], true), "VM {vm} started twice");
    }

    fn cycling(&mut self, vm: usize, at: u64, on: bool) {
        self.at(at);
        assert_ne!(std::mem::replace(&mut self.cycles[vm], on), on);
    }

    fn regridded(&mut self, _: usize, at: u64, _: u64, _: u64) {
        self.at(at);
    }
}

/// Three VMs, two hosts a side with one slot each, volumes that apply slowly, two policies with history and one without.
fn estate(random: &mut ChaCha8Rng) -> Scenario {
    let of = |random: &mut ChaCha8Rng, interval: u64, points: u32| {
        let overrun = [Overrun::Queue, Overrun::CutWhenDone, Overrun::NextTick][random.random_range(0..3)];
        let mut it: Policy = policy(interval, overrun);
        it.retry = if random.random() { Retry::BackOff } else { Retry::AtRepair };
        it.interrupted = if random.random() { Interrupted::Keep } else { Interrupted::Resend };
        it.technology = if random.random() { Technology::HyperV } else { Technology::Generic };
        it.resync_threshold = random.random::<bool>().then_some(Ratio(500_000));
        it.settings.recovery_points = points;
        it.settings.app_consistent = (points > 0).then_some(Span::seconds(3600));
        it
    };
    let policies = vec![of(random, 300, 4), of(random, 900, 2), of(random, 30, 0)];
    let mut churn = || vec![Layer::Constant(Rate(random.random_range(0..2 * MB)))];
    let churn = (0..VMS).map(|_| churn()).collect();
    let mut it = pair(Rate(3 * MB), policies[0].clone(), churn);
    let hosts: Vec<_> = it.topology.hosts.iter().cloned().collect();
    let volumes: Vec<_> = it.topology.volumes.iter().cloned().collect();
    let named = |index: usize| Host { name: format!("host{index}"), ..hosts[index % 2].clone() };
    it.topology.hosts = (0..4).map(named).collect();
    let held = |index: usize| Volume { host: Id::new(index), ..volumes[index % 2].clone() };
    it.topology.volumes = (0..4).map(held).collect();
    for index in 0..4 {
        it.topology.hosts[Id::new(index)].send_slots = Some(1);
        let compare = random.random::<bool>().then_some(Rate(10 * MB));
        it.topology.hosts[Id::new(index)].hyper_v.compare_rate = compare;
        let rate = random.random::<bool>().then_some(Rate(4 * MB));
        it.topology.volumes[Id::new(index)].apply_rate = rate;
    }
    it.topology.links[Id::new(WAN)].latency = Span(random.random_range(0..3) * SECOND);
    it.policies = Table::new(policies);
    for index in 0..VMS {
        let vm = &mut it.vms[Id::new(index)];
        (vm.disks[0].size, vm.disks[0].used) =
            (Bytes(4000 * MB), Some(Bytes(random.random_range(0..2) * 900 * MB)));
        vm.guest.backups = vec![(Time(7000 * SECOND), Time(9000 * SECOND))];
        let protection = vm.protection.as_mut().unwrap();
        protection.policy = Id::new(index % 3);
    }
    it
}

/// What has been promised to be told.
#[derive(Clone, Debug, Default)]
struct Asked {
    copies: [bool; VMS],
    syncs: [bool; VMS],
}

impl Asked {
    /// A copy begins, unless there is no need for one.
    fn copy(&mut self, plane: &Plane<Guard>, vm: usize) {
        self.copies[vm] |= plane.kernel.needs_resync(vm);
    }
}

fn protection(random: &mut ChaCha8Rng) -> Protection {
    let host = random.random_range(0..4);
    Protection {
        policy: Id::new(random.random_range(0..3)),
        replica_host: Id::new(host),
        replica_volume: Id::new(host),
        relationship: Default::default(),
    }
}

/// One call; returns the VM and which call it was.
fn call(it: &Scenario, plane: &mut Plane<Guard>, asked: &mut Asked, random: &mut ChaCha8Rng) -> (usize, u32) {
    let index = random.random_range(0..VMS);
    let vm = Id::new(index);
    let host = random.random_range(0..4);
    let which = random.random_range(0..26);
    match which {
        0 => plane.stop_vm(vm),
        1 => plane.shut_down_vm(vm),
        2..=4 => plane.start_vm(vm),
        5 => {
            let protection = protection(random);
            plane.observer.newest[index] = None;
            asked.syncs[index] = false;
            plane.protect(vm, &protection);
        }
        6 => {
            asked.syncs[index] = false;
            plane.unprotect(vm, false);
        }
        7 | 8 => {
            asked.copy(plane, index);
            plane.start_copy(vm, CopyMethod::Full);
        }
        9 => {
            asked.copy(plane, index);
            let differs = random.random::<bool>().then_some(Ratio(100_000));
            plane.start_copy(vm, CopyMethod::Compare { differs });
        }
        10 => plane.start_placeholder(vm),
        11 => plane.copy_arrived(vm),
        12 => plane.cancel_copy(vm),
        13 => plane.suspend(vm),
        14 => plane.resume(vm),
        15 => {
            asked.syncs[index] = false;
            plane.require_resync(vm);
        }
        16 => {
            asked.syncs[index] |= !plane.kernel.needs_resync(index);
            plane.synchronize(vm);
        }
        17 | 18 => {
            let points = plane.points(vm);
            let cut = match points.len() {
                0 => Time(0),
                count => points[random.random_range(0..count)].cut,
            };
            asked.syncs[index] &= points.is_empty();
            plane.fail_over(vm, cut);
        }
        19 => plane.drop_points(vm),
        20 => {
            let protection = protection(random);
            plane.observer.newest[index] = None;
            asked.syncs[index] = false;
            plane.reverse(vm, Id::new(host), &protection, random.random());
        }
        21 => plane.move_vm(vm, Id::new(host)),
        22 => plane.move_replica(vm, Id::new(host), Id::new(host)),
        23 => {
            let policy = Id::new(random.random_range(0..3));
            plane.set_policy(vm, policy, &it.policies[policy]);
        }
        24 => plane.resize_vm(vm, Bytes(random.random_range(1..8) * 1000 * MB)),
        _ => strike(plane, random, host),
    }
    (index, which)
}

/// A host, a volume or the link fails or returns.
fn strike(plane: &mut Plane<Guard>, random: &mut ChaCha8Rng, host: usize) {
    match random.random_range(0..3) {
        0 => plane.set_host(Id::new(host), random.random_range(0..3) > 0),
        1 => plane.set_volume(Id::new(host), random.random_range(0..3) > 0),
        _ => {
            let shares = [None, Some(Ratio::ONE), Some(Ratio(500_000))];
            plane.set_link(Id::new(WAN), shares[random.random_range(0..3)]);
        }
    }
}

/// What is true at every instant.
fn hold(it: &Scenario, plane: &Plane<Guard>) {
    plane.kernel.audit(it).unwrap();
    let now = Time(plane.kernel.now());
    for vm in 0..VMS {
        let points = plane.points(Id::new(vm));
        assert_eq!(points.first().map(|point| point.cut), plane.newest_point(Id::new(vm)));
        assert!(points.iter().all(|point| point.cut <= now), "{points:?}");
        let is_older =
            |pair: &[drsim::data_plane::Point]| pair[0].cut > pair[1].cut && pair[0].undo <= pair[1].undo;
        assert!(points.windows(2).all(is_older), "{points:?}");
        assert!(points.len() <= 5);
        let tally = plane.kernel.tally(vm);
        assert!(tally.successes <= tally.ticks, "VM {vm}: {tally:?}");
        plane.unprotected_bytes(Id::new(vm));
    }
    for host in 0..4 {
        let (used, sending, waiting) = plane.kernel.slots_now(host);
        assert_eq!(u64::from(used), sending, "slots of host {host}");
        assert!(used <= 1);
        assert!(waiting == 0 || used == 1, "host {host} has a free slot and {waiting} waiting");
    }
}

fn digest(plane: &mut Plane<Guard>) -> blake3::Hash {
    let mut hash = blake3::Hasher::new();
    plane.kernel.digest(&mut hash);
    hash.finalize()
}

fn run(it: &Scenario, plane: &mut Plane<Guard>, asked: &mut Asked, random: &mut ChaCha8Rng, calls: u32) {
    for _ in 0..calls {
        let to = plane.kernel.now() + random.random_range(0..4u64) * random.random_range(1..400 * SECOND);
        while plane.advance(Time(to)).0 < to {
            drain(plane, asked);
            hold(it, plane);
            // Some answer what they are told at once.
            if random.random() {
                break;
            }
        }
        drain(plane, asked);
        hold(it, plane);
        let lost: Vec<u64> = (0..VMS).map(|vm| plane.kernel.tally(vm).lost).collect();
        let (_, which) = call(it, plane, asked, random);
        if !(17..=18).contains(&which) {
            let after: Vec<u64> = (0..VMS).map(|vm| plane.kernel.tally(vm).lost).collect();
            assert_eq!(lost, after, "lost by call {which}");
        }
        drain(plane, asked);
        hold(it, plane);
    }
}

fn drain(plane: &mut Plane<Guard>, asked: &mut Asked) {
    while let Some(notice) = plane.notice() {
        match notice {
            Notice::CopyDone(vm) => {
                assert!(std::mem::take(&mut asked.copies[vm.index()]), "a copy that nobody asked for");
                assert!(
                    !plane.kernel.needs_resync(vm.index()),
                    "a copy is done, and resynchronisation required"
                );
                assert!(plane.newest_point(vm).is_some());
            }
            Notice::Synchronized(vm) => {
                assert!(std::mem::take(&mut asked.syncs[vm.index()]), "nobody asked to synchronise {vm:?}");
            }
            Notice::ResyncRequired(vm, trigger) => {
                asked.syncs[vm.index()] = false;
                assert!(plane.kernel.needs_resync(vm.index()), "{vm:?}: {trigger:?}");
            }
            Notice::Migrated(_) | Notice::MigrationFailed(_) => unreachable!("nothing was migrated"),
        }
    }
}

#[test]
fn whatever_is_asked_of_replication_no_byte_slot_or_tick_goes_astray() {
    let failed: Vec<u64> =
        (0..2000).filter(|seed| std::panic::catch_unwind(|| case(*seed)).is_err()).collect();
    assert!(failed.is_empty(), "{} seeds failed: {:?}", failed.len(), &failed[..failed.len().min(20)]);
}

fn case(seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let it = estate(&mut random);
    let guard = || Guard { counts_age: [true; VMS], cycles: [true; VMS], ..Guard::default() };
    // In other rows.
    let kernel = Kernel::laid_out(&it, Order::of([2, 0, 1].into()));
    let mut turned = Plane { kernel, observer: guard() };
    let mut plane = plane(&it, guard());
    let mut asked = Asked::default();
    let calls = random.random_range(5..40);
    run(&it, &mut turned, &mut asked.clone(), &mut random.clone(), calls);
    run(&it, &mut plane, &mut asked, &mut random, calls);
    assert_eq!(digest(&mut plane), digest(&mut turned));
    assert_eq!(plane.observer, turned.observer);
    // From the same instant on, the same comes of it.
    let (mut other, mut other_asked, mut other_random) = (plane.clone(), asked.clone(), random.clone());
    run(&it, &mut plane, &mut asked, &mut random, 20);
    run(&it, &mut other, &mut other_asked, &mut other_random, 20);
    assert_eq!(digest(&mut plane), digest(&mut other));
}
