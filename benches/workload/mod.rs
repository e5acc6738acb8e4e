//! The workloads of the speed targets: churn log-uniform 50 KB/s–5 MB/s, T = 300 s, link = Σ churn ÷ utilisation.

use std::sync::Arc;

use drsim::control_plane::ControlPlane;
use drsim::ids::{Id, Table};
use drsim::protection::{Interrupted, Overrun, Phase, Policy, Protection, Retry, Technology};
use drsim::recovery::Recovery;
use drsim::scenario::Scenario;
use drsim::topology::{Host, Link, Node, Site, Topology, Volume};
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::{Disk, Layer, Step, Vm};

/// Copy frequency of every VM.
pub const INTERVAL: Span = Span::seconds(300);

/// One load on the link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Utilisation 70 %, every VM with a phase of its own.
    Uniform,
    /// Utilisation 70 %, cuts on 30 slots of T/30.
    Bursts,
    /// Utilisation 120 % in even hours, 60 % in odd ones.
    Overload,
}

/// What the fleet runs on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fabric {
    /// Nothing but the link limits.
    OneLink,
    /// 20 hosts a side, each card an eighth of the link.
    Cards,
}

/// A small generator of its own, so that a workload depends on nothing.
struct Lcg(u64);

impl Lcg {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn unit(&mut self) -> f64 {
        self.next() as f64 / (1u64 << 31) as f64
    }
}

/// `vms` machines for `horizon`.
pub fn fleet(vms: usize, load: Load, fabric: Fabric, horizon: Span) -> Scenario {
    let mut random = Lcg(7);
    let rates: Vec<u64> = (0..vms).map(|_| (50_000.0 * libm::pow(100.0, random.unit())) as u64).collect();
    let percent = if load == Load::Overload { 60 } else { 70 };
    let link = rates.iter().sum::<u64>() * 100 / percent;
    let hosts = if fabric == Fabric::Cards { 20 } else { 1 };
    let steps: Arc<[Step]> = (0..horizon.0 / 3_600_000_000 + 1)
        .map(|hour| Step {
            length: Span::seconds(3600),
            weight: Ratio(if hour % 2 == 0 { 2_000_000 } else { 1_000_000 }),
        })
        .collect();
    let slot = INTERVAL.0 / 30;
    let policies = match load {
        Load::Bursts => (0..30).map(|index| policy(index, Phase::At(Span(index * slot)))).collect(),
        Load::Uniform | Load::Overload => vec![policy(0, Phase::Stable)],
    };
    let vm = |(index, rate): (usize, &u64)| {
        let target = (index.wrapping_mul(2_654_435_761) >> 7) % hosts;
        let churn = match load {
            Load::Overload => Layer::Shaped { rate: Rate(*rate), steps: steps.clone() },
            Load::Uniform | Load::Bursts => Layer::Constant(Rate(*rate)),
        };
        Vm {
            name: format!("vm{index:05}"),
            host: Id::new(index % hosts),
            cores: 1,
            memory: Bytes(1 << 30),
            disks: vec![Disk {
                name: "os".into(),
                size: Bytes(1 << 40),
                used: None,
                volume: Id::new(index % hosts),
                replicate: true,
                churn: vec![churn],
            }],
            nics: vec![],
            boot: Span::ZERO,
            readiness: Span::ZERO,
            guest: Default::default(),
            protection: Some(Protection {
                policy: Id::new(index % policies.len()),
                replica_host: Id::new(hosts + target),
                replica_volume: Id::new(hosts + target),
                relationship: Default::default(),
            }),
        }
    };
    Scenario {
        name: "benchmark".into(),
        start_unix_us: 0,
        zone: "UTC".into(),
        horizon,
        seed: 0,
        topology: topology(hosts, Rate(link), (fabric == Fabric::Cards).then_some(Rate(link / 8))),
        vms: rates.iter().enumerate().map(vm).collect(),
        policies: Table::new(policies),
        operations: Vec::new(),
        control_plane: ControlPlane::default(),
        recovery: Recovery::default(),
        outages: Table::default(),
        assumptions: vec![],
    }
}

fn policy(index: u64, phase: Phase) -> Policy {
    Policy {
        name: format!("p{index:02}"),
        technology: Technology::Generic,
        interval: INTERVAL,
        phase,
        on_overrun: Overrun::Queue,
        coalescing: vec![],
        compression: Ratio::ONE,
        overhead: Ratio(0),
        weight: 1,
        interrupted: Interrupted::Keep,
        retry: Retry::BackOff,
        resync_threshold: None,
        settings: Default::default(),
    }
}

fn topology(hosts: usize, link: Rate, card: Option<Rate>) -> Topology {
    let site = |name: &str| Site { name: name.into(), zone: "UTC".into(), domains: vec![] };
    let host = |index: usize| Host {
        name: format!("host{index:02}"),
        site: Id::new(index / hosts),
        domains: vec![],
        cores: 64,
        memory: Bytes(1 << 40),
        memory_reserve: Bytes(0),
        nic: card,
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
        hosts: (0..2 * hosts).map(host).collect(),
        volumes: (0..2 * hosts).map(volume).collect(),
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

/// User CPU of this process so far; 0 where the system does not tell.
pub fn user_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 =
        after_name.split_whitespace().nth(11).and_then(|field| field.parse().ok()).unwrap_or(0.0);
    ticks / 100.0
}
