//! Two sites, a host a side and one link, with nothing else that limits: what closed forms and recurrences assume.

use drsim::control_plane::ControlPlane;
use drsim::data_plane::DataPlane;
use drsim::engine::observer::{Applied, Observer};
use drsim::engine::plane::Plane;
use drsim::engine::state::Kernel;
use drsim::ids::{Id, Table};
use drsim::measure::distribution::Distribution;
use drsim::protection::{Interrupted, Overrun, Phase, Policy, Protection, Retry, Technology};
use drsim::recovery::Recovery;
use drsim::scenario::Scenario;
use drsim::topology::{Host, Link, Node, Site, Topology, Volume};
use drsim::units::{Bytes, MICROS, Rate, Ratio, Span, Time};
use drsim::workload::{Disk, Layer, Vm};

pub const MB: u64 = 1_000_000;
pub const WAN: usize = 0;

/// Aligned ticks, nothing compressed or coalesced, no 50 % rule, sent bytes kept, retried at the repair.
pub fn policy(interval: u64, on_overrun: Overrun) -> Policy {
    Policy {
        name: "p".into(),
        technology: Technology::Generic,
        interval: Span::seconds(interval),
        phase: Phase::Aligned,
        on_overrun,
        coalescing: vec![],
        compression: Ratio::ONE,
        overhead: Ratio(0),
        weight: 1,
        interrupted: Interrupted::Keep,
        retry: Retry::AtRepair,
        resync_threshold: None,
        settings: Default::default(),
    }
}

/// A VM for each list of layers, named in their order.
pub fn pair(link: Rate, policy: Policy, churn: Vec<Vec<Layer>>) -> Scenario {
    let vm = |(index, churn): (usize, Vec<Layer>)| Vm {
        name: format!("vm{index:03}"),
        host: Id::new(0),
        cores: 1,
        memory: Bytes(1 << 30),
        disks: vec![Disk {
            name: "os".into(),
            size: Bytes(100_000 * MB),
            used: None,
            volume: Id::new(0),
            replicate: true,
            churn,
        }],
        nics: vec![],
        boot: Span::ZERO,
        readiness: Span::ZERO,
        guest: Default::default(),
        protection: Some(Protection {
            policy: Id::new(0),
            replica_host: Id::new(1),
            replica_volume: Id::new(1),
            relationship: Default::default(),
        }),
    };
    Scenario {
        name: "pair".into(),
        start_unix_us: 0,
        zone: "UTC".into(),
        horizon: Span::seconds(86_400),
        seed: 0,
        topology: topology(link),
        vms: churn.into_iter().enumerate().map(vm).collect(),
        policies: Table::new(vec![policy]),
        operations: Vec::new(),
        control_plane: ControlPlane::default(),
        recovery: Recovery::default(),
        outages: Table::default(),
        assumptions: vec![],
        stand_ins: vec![],
        promises: drsim::promise::Promises::default(),
    }
}

fn topology(link: Rate) -> Topology {
    let site = |name: &str| Site { name: name.into(), zone: "UTC".into(), domains: vec![] };
    let host = |index: usize| Host {
        name: format!("host{index}"),
        site: Id::new(index),
        domains: vec![],
        cores: 64,
        memory: Bytes(1 << 40),
        memory_reserve: Bytes(0),
        nic: None,
        send_slots: None,
        stream_cap: None,
        tcp_window: None,
        hyper_v: Default::default(),
    };
    let volume = |index: usize| Volume {
        name: "d".into(),
        host: Id::new(index),
        domains: vec![],
        size: None,
        apply_rate: None,
        storage: Default::default(),
    };
    let node = |index: usize| Node { name: format!("site{index}"), site: Some(Id::new(index)) };
    Topology {
        sites: Table::new(vec![site("a"), site("b")]),
        hosts: (0..2).map(host).collect(),
        volumes: (0..2).map(volume).collect(),
        nodes: (0..2).map(node).collect(),
        links: Table::new(vec![Link {
            name: "wan".into(),
            from: Id::new(0),
            to: Id::new(1),
            domains: vec![],
            rate: [link; 2],
            latency: Span::ZERO,
            efficiency: Ratio::ONE,
            throttle: [vec![(Time::START, None)], vec![(Time::START, None)]],
        }]),
        ..Topology::default()
    }
}

/// A recovery point: instants in µs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub vm: usize,
    pub previous: u64,
    pub cut: u64,
    pub at: u64,
    pub raw: u64,
}

/// Keeps every point but one: aligned ticks begin at the start of the run, which is a point already, so the log cut there is empty and
/// covers no time. Closed forms and recurrences count cycles from the first interval on.
#[derive(Clone, Debug, Default)]
pub struct Points(pub Vec<Point>);

impl Observer for Points {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        let Applied { vm, previous, cut, at, raw, .. } = applied;
        if cut > 0 {
            self.0.push(Point { vm, previous, cut, at, raw });
        }
    }

    fn stopped(&mut self, _: usize, _: u64) {}

    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

impl Points {
    /// The ages of the one VM there is, from its first point on; and the least age.
    pub fn ages(&self) -> (Distribution, u64) {
        let mut ages = Distribution::new(None, 1);
        let mut least = u64::MAX;
        for pair in self.0.windows(2) {
            let (low, high) = (pair[0].at - pair[0].cut, pair[1].at - pair[1].previous);
            assert_eq!(pair[0].cut, pair[1].previous);
            ages.tooth(low, high, pair[1].at);
            least = least.min(low);
        }
        (ages, least)
    }
}

pub fn plane<O: Observer>(scenario: &Scenario, observer: O) -> Plane<O> {
    Plane { kernel: Kernel::new(scenario), observer }
}

/// All points up to and including `seconds`.
pub fn points(scenario: &Scenario, seconds: u64) -> Points {
    let mut plane = plane(scenario, Points::default());
    plane.advance(Time(seconds * MICROS));
    plane.kernel.audit(scenario).unwrap();
    plane.observer
}

/// Micro-bytes cut and not yet sent.
pub fn unsent(kernel: &mut Kernel) -> u128 {
    (0..kernel.vms()).map(|vm| kernel.unsent(vm)).sum()
}
