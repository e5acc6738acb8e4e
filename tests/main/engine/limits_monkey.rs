//! Every limit at once, with faults, migrations and policies that come and go at random: every byte stays accounted for, nothing ever
//! panics, and neither looking in between nor where a VM stands in memory changes anything.

use drsim::data_plane::{DataPlane, DisksAlong, Notice};
use drsim::engine::plane::Plane;
use drsim::ids::{Id, Table};
use drsim::protection::{Overrun, Phase, Retry};
use drsim::scenario::Scenario;
use drsim::topology::{Host, QosAction, QosPolicy, Traffic};
use drsim::units::{Bytes, MICROS, Rate, Ratio, Time};
use drsim::workload::Layer;

use crate::engine::oracle::random::Random;
use crate::engine::rows::shuffled;
use crate::fleet::push;
use crate::pair::{MB, pair, policy};

const VMS: usize = 6;

fn scenario(random: &mut Random) -> Scenario {
    let overrun = random.pick(&[Overrun::Queue, Overrun::CutWhenDone, Overrun::NextTick]);
    let churn = (0..VMS).map(|_| vec![Layer::Constant(Rate(random.below(3 * MB)))]).collect();
    let mut it = pair(Rate((1 + random.below(20)) * MB), policy(30, overrun), churn);
    it.policies[Id::new(0)].phase = random.pick(&[Phase::Stable, Phase::Aligned]);
    it.policies[Id::new(0)].retry = random.pick(&[Retry::BackOff, Retry::AtRepair]);
    it.policies[Id::new(0)].settings.recovery_points = small(random, 2);
    let second = Host { name: "host2".into(), ..it.topology.hosts[Id::new(0)].clone() };
    push(&mut it.topology.hosts, second);
    for host in it.topology.hosts.ids() {
        let row = &mut it.topology.hosts[host];
        row.nic = random.percent(50).then_some(Rate(5 * MB));
        row.send_slots = random.percent(50).then_some(2);
        row.hyper_v.apply_vms = random.percent(50).then(|| small(random, 3));
        row.hyper_v.apply_depth = random.percent(50).then(|| small(random, 9));
    }
    for volume in it.topology.volumes.ids() {
        let row = &mut it.topology.volumes[volume];
        row.apply_rate = random.percent(50).then_some(Rate(6 * MB));
        row.storage.apply_request_rate = random.percent(50).then_some(Rate(MB));
        row.storage.dedup_slowdown = random.percent(50).then_some(2);
        row.storage.streams = random.percent(50);
    }
    let held = 100_000 * MB * VMS as u64;
    it.topology.volumes[Id::new(0)].size = random.percent(50).then(|| Bytes(held + random.below(2000 * MB)));
    for vm in it.vms.ids() {
        it.vms[vm].host = Id::new(2 * random.index(2));
        it.vms[vm].memory = Bytes(random.below(40 * MB));
    }
    it.topology.qos = (0..4).map(|_| qos(random)).collect::<Table<_>>();
    it
}

fn small(random: &mut Random, below: u64) -> u32 {
    u32::try_from(random.below(below)).unwrap()
}

fn qos(random: &mut Random) -> QosPolicy {
    let matches = [Traffic::Port(8084), Traffic::Vmms, Traffic::To(Id::new(1)), Traffic::To(Id::new(0))];
    let rate = QosAction::Rate(Rate(random.below(4) * MB));
    let weight = QosAction::Weight(1 + small(random, 100));
    let action = random.pick(&[rate, rate, weight]);
    let (from, lasts) = (random.below(300), random.below(300));
    let window = vec![(Time(from * MICROS), Time((from + lasts) * MICROS))];
    QosPolicy {
        name: String::new(),
        hosts: (0..3).filter(|_| random.percent(50)).map(Id::new).collect(),
        matches: random.pick(&matches),
        action,
        precedence: random.pick(&[0, 1, 2]),
        in_force: random.percent(50).then_some(window),
    }
}

/// Runs to `to`, taking notices.
fn advance(plane: &mut Plane<()>, to: Time) -> Vec<Notice> {
    let mut notices = Vec::new();
    loop {
        let now = plane.advance(to);
        notices.extend(std::iter::from_fn(|| plane.notice()));
        if now == to {
            return notices;
        }
    }
}

fn act(plane: &mut Plane<()>, random: &mut Random) {
    let vm = Id::new(random.index(VMS));
    let up = random.below(3) > 0;
    match random.below(9) {
        0 => plane.set_host(Id::new(random.index(3)), up),
        1 => plane.set_volume(Id::new(1), up),
        2 => plane.set_link(Id::new(0), up.then(|| Ratio(1 + small(random, 1_000_000)))),
        3 if random.below(4) == 0 => plane.fail_over(vm, Time::START),
        4 => plane.stop_vm(vm),
        5 => plane.start_vm(vm),
        6 => plane.set_qos(Id::new(random.index(4)), up),
        _ => {
            let disks =
                DisksAlong { bytes: Bytes(random.below(40 * MB)), rate: Rate(1 + random.below(9 * MB)) };
            plane.migrate_vm(vm, Id::new(random.index(3)), random.percent(50).then_some(disks));
        }
    }
}

/// Whether all that is received is applied when hosts and volumes work and no VM runs any more.
fn comes_to_rest(plane: &mut Plane<()>, now: u64) -> bool {
    (0..VMS).for_each(|vm| plane.stop_vm(Id::new(vm)));
    (0..3).for_each(|host| plane.set_host(Id::new(host), true));
    plane.set_volume(Id::new(1), true);
    advance(plane, Time(now + 100_000 * MICROS));
    (0..VMS).all(|vm| !plane.is_applying(Id::new(vm)))
}

fn digest(plane: &mut Plane<()>) -> blake3::Hash {
    let mut hash = blake3::Hasher::new();
    plane.kernel.digest(&mut hash);
    hash.finalize()
}

#[test]
fn every_byte_is_accounted_for_and_looking_changes_nothing() {
    let (mut migrated, mut full) = (0, 0);
    for seed in 0..150 {
        let mut random = Random::new(seed);
        let it = scenario(&mut random);
        let mut plane = Plane { kernel: drsim::engine::state::Kernel::new(&it), observer: () };
        // In other rows.
        let order = shuffled(&mut random.clone(), VMS);
        let mut watched = Plane { kernel: drsim::engine::state::Kernel::laid_out(&it, order), observer: () };
        let mut now = 0;
        for _ in 0..40 {
            let next = now + random.below(25 * MICROS);
            let notices = advance(&mut plane, Time(next));
            let mut seen = advance(&mut watched, Time(now + (next - now) / 3));
            seen.extend(advance(&mut watched, Time(next)));
            assert_eq!(seen, notices);
            migrated += notices.iter().filter(|notice| matches!(notice, Notice::Migrated(_))).count();
            full += notices.iter().filter(|notice| matches!(notice, Notice::ResyncRequired(..))).count();
            now = next;
            let mut same = random.clone();
            act(&mut plane, &mut random);
            act(&mut watched, &mut same);
            plane.kernel.audit(&it).unwrap();
            assert_eq!(digest(&mut plane), digest(&mut watched), "seed {seed} at {now} µs");
        }
        assert!(comes_to_rest(&mut plane, now), "seed {seed}");
        plane.kernel.audit(&it).unwrap();
    }
    assert!(migrated > 100 && full > 20, "{migrated} migrations, {full} full volumes");
}
