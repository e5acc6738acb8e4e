//! The workloads of the speed targets: churn log-uniform 50 KB/s–5 MB/s, T = 300 s, link = Σ churn ÷ utilisation.

#[allow(
    dead_code,
    clippy::unwrap_used,
    reason = "what tests build upon: two sites, two hosts, one link; here it is widened"
)]
#[path = "../../tests/main/pair.rs"]
mod pair;

use std::sync::Arc;

use drsim::ids::{Id, Table};
use drsim::protection::{Overrun, Phase, Policy, Retry};
use drsim::scenario::Scenario;
use drsim::topology::{Host, Topology, Volume};
use drsim::units::{Bytes, Rate, Ratio, Span};
use drsim::workload::{Layer, Step};

/// Copy frequency of every VM, seconds.
const INTERVAL: u64 = 300;

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
    let slot = Span::seconds(INTERVAL).0 / 30;
    let policies: Vec<Policy> = match load {
        Load::Bursts => (0..30).map(|index| policy(index, Phase::At(Span(index * slot)))).collect(),
        Load::Uniform | Load::Overload => vec![policy(0, Phase::Stable)],
    };
    let churn = |rate: &u64| match load {
        Load::Overload => Layer::Shaped { rate: Rate(*rate), steps: steps.clone() },
        Load::Uniform | Load::Bursts => Layer::Constant(Rate(*rate)),
    };
    let churn = rates.iter().map(|rate| vec![churn(rate)]).collect();
    let mut it = pair::pair(Rate(link), policies[0].clone(), churn);
    it.horizon = horizon;
    it.topology = wide(&it.topology, hosts, (fabric == Fabric::Cards).then_some(Rate(link / 8)));
    for (index, id) in it.vms.ids().enumerate() {
        let target = hosts + (index.wrapping_mul(2_654_435_761) >> 7) % hosts;
        let vm = &mut it.vms[id];
        (vm.name, vm.host) = (format!("vm{index:05}"), Id::new(index % hosts));
        (vm.disks[0].size, vm.disks[0].volume) = (Bytes(1 << 40), Id::new(index % hosts));
        let protection = vm.protection.as_mut().expect("every VM of a pair is protected");
        protection.policy = Id::new(index % policies.len());
        (protection.replica_host, protection.replica_volume) = (Id::new(target), Id::new(target));
    }
    it.policies = Table::new(policies);
    it
}

fn policy(index: u64, phase: Phase) -> Policy {
    Policy {
        name: format!("p{index:02}"),
        phase,
        retry: Retry::BackOff,
        ..pair::policy(INTERVAL, Overrun::Queue)
    }
}

/// The same with so many hosts a side, each with a volume.
fn wide(pair: &Topology, hosts: usize, card: Option<Rate>) -> Topology {
    let side = |index: usize| index / hosts;
    let host = |index: usize| Host {
        name: format!("host{index:02}"),
        nic: card,
        ..pair.hosts[Id::new(side(index))].clone()
    };
    let volume = |index: usize| Volume { host: Id::new(index), ..pair.volumes[Id::new(side(index))].clone() };
    Topology {
        hosts: (0..2 * hosts).map(host).collect(),
        volumes: (0..2 * hosts).map(volume).collect(),
        ..pair.clone()
    }
}
