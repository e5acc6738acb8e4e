//! Small random systems. Few distinct numbers, multiples of one unit, so that ties and shared bottlenecks are common.

use drsim::control_plane::ControlPlane;
use drsim::ids::{Id, Table};
use drsim::protection::{Interrupted, Overrun, Phase, Policy, Protection, Retry, Technology};
use drsim::recovery::Recovery;
use drsim::scenario::Scenario;
use drsim::topology::{Host, Link, Node, Site, Topology, Volume};
use drsim::units::{Bytes, MICROS, Rate, Ratio, Span, Time};
use drsim::workload::{AfterEnd, Disk, Layer, Step, Vm};

use super::random::Random;

/// A system to be run.
pub fn system(random: &mut Random) -> Scenario {
    let unit = random.pick(&[1, 3, 10, 1000, 1000, 100_003, 50_000_000]);
    let horizon = random.pick(&[300, 600, 600, 1000, 1000, 2400, 5400]) * MICROS + random.below(2) * 7;
    let sites = 2 + random.index(2);
    let side = |random: &mut Random| 1 + random.index(3);
    let (sources, targets) = (side(random), side(random));
    let mut hosts: Vec<usize> = (0..sources + targets)
        .map(|host| if host < sources { 2 * random.index(sites - 1) } else { 1 })
        .collect();
    // A third site may have both ends of its own, and no link to the others.
    if sites == 3 && random.percent(30) {
        hosts[sources + targets - 1] = 2;
    }
    let topology = topology(random, unit, sites, &hosts, horizon);
    let policies: Table<Policy> = (0..=random.index(3)).map(|_| policy(random)).collect();
    let vms = (0..=random.index(6)).map(|index| {
        let mut ends = (random.index(sources), sources + random.index(targets));
        if random.percent(15) {
            ends = (ends.1, ends.0);
        } else if random.percent(5) {
            ends.1 = random.index(hosts.len());
        }
        vm(random, unit, index, ends, &policies, horizon)
    });
    let vms = vms.collect();
    Scenario {
        name: "random".into(),
        start_unix_us: 0,
        zone: "UTC".into(),
        horizon: Span(horizon),
        seed: 0,
        topology,
        vms,
        policies,
        operations: Vec::new(),
        control_plane: ControlPlane::default(),
        recovery: Recovery::default(),
        outages: Table::default(),
        assumptions: vec![],
        stand_ins: vec![],
        promises: drsim::promise::Promises::default(),
    }
}

fn maybe<T>(random: &mut Random, percent: u64, some: impl FnOnce(&mut Random) -> T) -> Option<T> {
    random.percent(percent).then(|| some(random))
}

fn capacity(random: &mut Random, unit: u64) -> u64 {
    match random.below(10) {
        0 => random.pick(&[1, 2, 3, 7, 97, 10_007, 999_983]),
        1 => random.pick(&[1 << 30, 1 << 40, 1 << 45]),
        _often => unit * random.pick(&[1, 2, 2, 3, 4, 5, 10]),
    }
}

/// Whole multiples of ten seconds, or anything.
pub fn instant(random: &mut Random, horizon: u64) -> u64 {
    if random.percent(60) {
        random.below(horizon / 10_000_000 + 1) * 10_000_000
    } else {
        random.below(horizon + 1)
    }
}

/// Hosts by the site each stands at; each has one or two volumes, the first with its own index.
fn topology(random: &mut Random, unit: u64, sites: usize, hosts: &[usize], horizon: u64) -> Topology {
    let site = |index: usize| Site { name: format!("s{index}"), zone: "UTC".into(), domains: vec![] };
    let cards = random.percent(50);
    let slots = random.percent(60);
    let capped = random.percent(30);
    let host = |(index, at): (usize, &usize)| Host {
        name: format!("h{index}"),
        site: Id::new(*at),
        domains: vec![],
        cores: 8,
        memory: Bytes(1 << 30),
        memory_reserve: Bytes(0),
        nic: if cards { maybe(random, 80, |random| Rate(capacity(random, unit))) } else { None },
        send_slots: if slots { maybe(random, 80, |random| random.pick(&[1, 1, 2, 3])) } else { None },
        stream_cap: if capped { maybe(random, 60, |random| Rate(capacity(random, unit))) } else { None },
        tcp_window: maybe(random, 15, |random| Bytes(random.pick(&[1, 64, 65_536, unit]))),
        hyper_v: Default::default(),
    };
    let hosts_table: Table<Host> = hosts.iter().enumerate().map(host).collect();
    let volume = |index: usize| Volume {
        name: format!("v{index}"),
        host: Id::new(index),
        domains: vec![],
        size: None,
        apply_rate: maybe(random, 50, |random| Rate(capacity(random, unit))),
        storage: Default::default(),
    };
    let volumes = (0..hosts.len()).map(volume).collect();
    let routers = random.index(2);
    let node =
        |index: usize| Node { name: format!("n{index}"), site: (index < sites).then(|| Id::new(index)) };
    let nodes = sites + routers;
    let count = 1 + random.index(4);
    let link = |index: usize| {
        let ends = if index == 0 { (0, 1) } else { (random.index(nodes), random.index(nodes)) };
        let throttle = [random.percent(20), random.percent(5)].map(|throttled| {
            let mut edges = vec![(Time::START, None)];
            let mut instants: Vec<u64> = (0..3).map(|_| instant(random, horizon).max(1)).collect();
            instants.sort_unstable();
            instants.dedup();
            if throttled {
                let rate = |random: &mut Random| maybe(random, 70, |random| Rate(capacity(random, unit)));
                edges.extend(instants.into_iter().map(|at| (Time(at), rate(random))));
            }
            edges
        });
        Link {
            name: format!("l{index}"),
            from: Id::new(ends.0),
            to: Id::new(if ends.0 == ends.1 { (ends.1 + 1) % nodes } else { ends.1 }),
            domains: vec![],
            rate: [Rate(capacity(random, unit)), Rate(capacity(random, unit))],
            latency: Span(random.pick(&[0, 0, 0, 1000, 3_000_000, 10_000_000, 40_000_000])),
            efficiency: Ratio(random.pick(&[1_000_000, 1_000_000, 950_000, 333_333])),
            throttle,
        }
    };
    let links = (0..count).map(link).collect();
    Topology {
        sites: (0..sites).map(site).collect(),
        hosts: hosts_table,
        volumes,
        nodes: (0..nodes).map(node).collect(),
        links,
        ..Topology::default()
    }
}

fn policy(random: &mut Random) -> Policy {
    let interval = Span(random.pick(&[30, 30, 30, 60, 60, 300]) * MICROS + random.pick(&[0, 0, 0, 1]));
    let phase = match random.below(4) {
        0 | 1 => Phase::Aligned,
        2 => Phase::At(Span(random.below(3) * 10 * MICROS)),
        _last => Phase::Stable,
    };
    let curve = [(30, 900_000), (30, 700_000), (120, 333_333), (600, 400_000)];
    let share = |random: &mut Random| Ratio(random.pick(&[1, 10_000, 100_000, 500_000]));
    Policy {
        name: "p".into(),
        technology: random.pick(&[Technology::Generic, Technology::HyperV]),
        interval,
        phase,
        on_overrun: random.pick(&[Overrun::CutWhenDone, Overrun::NextTick, Overrun::Queue]),
        coalescing: match random.below(3) {
            0 => curve[1..].iter().map(|(at, share)| (Span::seconds(*at), Ratio(*share))).collect(),
            1 if random.percent(30) => vec![(Span::seconds(curve[0].0), Ratio(curve[0].1))],
            _none => vec![],
        },
        compression: Ratio(random.pick(&[
            1_000_000,
            1_000_000,
            1_000_000,
            2_000_000,
            1_700_000,
            900_000,
            4_000_000_000,
        ])),
        overhead: Ratio(random.pick(&[0, 0, 50_000, 1])),
        weight: random.pick(&[1, 1, 1, 2, 3, 4]),
        interrupted: random.pick(&[Interrupted::Keep, Interrupted::Resend]),
        retry: random.pick(&[Retry::BackOff, Retry::AtRepair]),
        resync_threshold: maybe(random, 30, share),
        settings: Default::default(),
    }
}

fn layer(random: &mut Random, unit: u64, horizon: u64) -> Layer {
    let rate = Rate(unit * random.pick(&[0, 1, 1, 1, 2, 3]));
    match random.below(5) {
        0 => Layer::Shaped {
            rate,
            steps: (0..1 + random.below(5))
                .map(|_| Step {
                    length: Span(random.pick(&[30 * MICROS, 45 * MICROS, 7_654_321, horizon / 3 + 1])),
                    weight: Ratio(random.pick(&[0, 1_000_000, 500_000, 333_333, 3_000_000])),
                })
                .collect(),
        },
        1 => Layer::Measured {
            bins: (0..1 + random.below(6)).map(|_| unit * random.pick(&[0, 0, 30, 60, 61, 1])).collect(),
            bin: Span(random.pick(&[30, 60, 7]) * MICROS),
            growth: Ratio(random.pick(&[1_000_000, 1_100_000, 333_333])),
            after_end: random.pick(&[AfterEnd::Zero, AfterEnd::Hold, AfterEnd::Repeat]),
        },
        _often => Layer::Constant(rate),
    }
}

fn vm(
    random: &mut Random,
    unit: u64,
    index: usize,
    (host, target): (usize, usize),
    policies: &Table<Policy>,
    horizon: u64,
) -> Vm {
    let disk = |random: &mut Random, replicate| Disk {
        name: format!("d{replicate}"),
        size: Bytes(unit * random.pick(&[200, 3000, 1_000_000])),
        used: None,
        volume: Id::new(host),
        replicate,
        churn: (0..1 + random.index(2)).map(|_| layer(random, unit, horizon)).collect(),
    };
    let mut disks = vec![disk(random, true)];
    if random.percent(20) {
        disks.push(disk(random, false));
    }
    let protection = Protection {
        policy: Id::new(random.index(policies.len())),
        replica_host: Id::new(target),
        replica_volume: Id::new(target),
        relationship: Default::default(),
    };
    Vm {
        name: format!("vm{index}"),
        host: Id::new(host),
        cores: 1,
        memory: Bytes(1 << 30),
        disks,
        nics: vec![],
        boot: Span::ZERO,
        readiness: Span::ZERO,
        guest: Default::default(),
        protection: (!random.percent(5)).then_some(protection),
    }
}
