//! Fair sharing against numbers that others have published, closed forms, and conservation.

use drsim::data_plane::DataPlane;
use drsim::engine::net::Net;
use drsim::engine::observer::{Applied, Observer};
use drsim::engine::plane::Plane;
use drsim::engine::state::Kernel;
use drsim::ids::{Id, Table};
use drsim::protection::{Interrupted, Overrun, Phase, Policy, Retry, Technology};
use drsim::scenario::Scenario;
use drsim::topology::{Link, Node};
use drsim::units::{Rate, Ratio, Span, Time};
use drsim::workload::Layer;

use crate::fleet::{fleet, vm};

/// µs in the unit of time of the published cases, so that a µs is 1e-9.
const UNIT: u64 = 1_000_000_000;

/// A flow to run: start, path, weight, cap, micro-bytes.
#[derive(Clone)]
struct Flow {
    start: u64,
    path: Vec<u32>,
    weight: u64,
    cap: Option<u64>,
    need: u128,
}

fn flow(start: u64, path: &[u32], need: u128) -> Flow {
    Flow { start, path: path.to_vec(), weight: 1, cap: None, need }
}

/// Runs flows to their ends, looking at the net every `step` µs; returns when each ended, and the order of ends.
fn run(net: &mut Net, flows: &[Flow], step: u64) -> (Vec<u64>, Vec<u32>) {
    let (mut now, mut ends, mut order) = (0, vec![u64::MAX; flows.len()], Vec::new());
    loop {
        for (index, flow) in flows.iter().enumerate().filter(|(_, flow)| flow.start == now) {
            let class = net.class(&flow.path, flow.weight, flow.cap);
            net.start(now, class, u32::try_from(index).expect("few flows"), flow.need);
        }
        let next = net.settle();
        let starts = flows.iter().map(|flow| flow.start).filter(|start| *start > now).min();
        let event = starts.unwrap_or(u64::MAX).min(next);
        if event == u64::MAX {
            return (ends, order);
        }
        while event - now > step {
            now += step;
            net.run_to(now);
        }
        now = event;
        if next == now {
            let mut ended = Vec::new();
            net.finish(now, |owner| flows[owner as usize].need, &mut ended);
            ended.sort_unstable();
            ended.iter().for_each(|owner| ends[*owner as usize] = now);
            order.extend(ended);
        }
    }
}

/// Rates of flows that never end, to 1e-9 of the unit of rate.
fn rates(capacities: &[u64], flows: &[Flow]) -> Vec<f64> {
    let mut net = Net::new(capacities);
    let need = 1 << 90;
    let start = |(index, flow): (usize, &Flow)| {
        let class = net.class(&flow.path, flow.weight, flow.cap);
        (class, net.start(0, class, u32::try_from(index).expect("few flows"), need))
    };
    let tags: Vec<_> = flows.iter().enumerate().map(start).collect();
    net.settle();
    let rate = |(class, tag): &(u32, u128)| float(need - net.remaining(UNIT, *class, *tag, need)) / 1e9;
    tags.iter().map(rate).collect()
}

#[allow(clippy::cast_precision_loss, reason = "compared to 1e-9")]
fn float(value: u128) -> f64 {
    value as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
fn scaled(value: &serde_json::Value, by: u64) -> u64 {
    (value.as_f64().expect("a number") * float(by.into())).round() as u64
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9 * expected.max(1.0)
}

fn cases() -> Option<serde_json::Value> {
    let path = crate::shared::data("cases/fair-sharing.json")?;
    let text = std::fs::read_to_string(path).expect("it can be read");
    Some(serde_json::from_str(&text).expect("it is JSON"))
}

#[test]
fn transfers_over_one_link_end_when_others_say() {
    let Some(cases) = cases() else { return };
    let mut checked = 0;
    for case in cases["processor_sharing_single_link"].as_array().expect("cases") {
        // A capacity that depends on the number of flows is not in the model.
        let Some(capacity) = case["capacity"].as_u64() else { continue };
        let list = case["transfers"].as_array().expect("transfers");
        let transfer = |entry: &serde_json::Value| {
            let volume = scaled(&entry["volume"], UNIT);
            flow(scaled(&entry["start"], UNIT), &[0], u128::from(volume))
        };
        let flows: Vec<Flow> = list.iter().map(transfer).collect();
        let (ends, order) = run(&mut Net::new(&[capacity]), &flows, u64::MAX);
        for (index, end) in ends.iter().enumerate() {
            let expected = case["finish"][index.to_string()].as_f64().expect("a time");
            assert!(near(float((*end).into()) / 1e9, expected), "{}: {index} ended at {end}", case["id"]);
            checked += 1;
        }
        if !case["order"].is_null() {
            assert!(order.is_sorted(), "{}", case["id"]);
        }
    }
    assert_eq!(checked, 1 + 2 + 2 + 2 + 2 + 100);
}

#[test]
fn rates_over_several_links_are_those_of_others() {
    let Some(cases) = cases() else { return };
    for case in cases["max_min"].as_array().expect("cases") {
        // Twice every weight and capacity: halves become whole, rates double.
        let links = case["links"].as_object().expect("links");
        let capacities: Vec<u64> = links.values().map(|capacity| scaled(capacity, 2)).collect();
        let through = |entry: &serde_json::Value| {
            let names = entry["links"].as_array().expect("names").iter();
            let place =
                |name: &serde_json::Value| links.keys().position(|key| Some(key.as_str()) == name.as_str());
            let path: Vec<u32> =
                names.map(|name| u32::try_from(place(name).expect("a link")).expect("few")).collect();
            let weight = entry["weight"].as_f64().map_or(2, |_| scaled(&entry["weight"], 2));
            Flow { weight, ..flow(0, &path, 0) }
        };
        let flows: Vec<Flow> = case["flows"].as_array().expect("flows").iter().map(through).collect();
        let found = rates(&capacities, &flows);
        for (found, expected) in found.iter().zip(case["rates"].as_array().expect("rates")) {
            assert!(near(found / 2.0, expected.as_f64().expect("a rate")), "{}: {found}", case["id"]);
        }
    }
}

#[test]
fn a_ring_of_three_with_two_flows_on_each_link() {
    // NW2: 1000 over two links of 100 each, shared by two: 20; then the latency of two links.
    let flows: Vec<Flow> =
        [[0, 1], [1, 2], [2, 0]].iter().map(|path| flow(0, path, 1000 * u128::from(UNIT))).collect();
    let (ends, _) = run(&mut Net::new(&[100; 3]), &flows, u64::MAX);
    assert_eq!(ends.iter().map(|end| end + 2 * UNIT / 10).collect::<Vec<_>>(), [20 * UNIT + UNIT / 5; 3]);
}

#[test]
fn caps_are_demands_that_others_may_fill() {
    // Keshav, An Engineering Approach to Computer Networking, §9: capacity 10; then 16 with weights.
    let demand = |cap: u64, weight: u64| Flow { weight, cap: Some(cap), ..flow(0, &[0], 0) };
    let found = rates(&[100], &[(20, 1), (26, 1), (40, 1), (50, 1)].map(|(cap, weight)| demand(cap, weight)));
    for (found, expected) in found.iter().zip([20.0, 26.0, 27.0, 27.0]) {
        assert!(near(*found, expected), "{found}");
    }
    let found = rates(&[16], &[(4, 5), (2, 8), (10, 1), (4, 2)].map(|(cap, weight)| demand(cap, weight)));
    for (found, expected) in found.iter().zip([4.0, 2.0, 6.0, 4.0]) {
        assert!(near(*found, expected), "{found}");
    }
}

/// Flows of odd sizes that keep one link busy; some start while others run.
fn busy(count: u64, capacity: u64, weights: u64) -> Vec<Flow> {
    let mut seed = count * 7919 + capacity;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut flows = vec![flow(0, &[0], u128::from(capacity) * 40_000_000)];
    for index in 1..count {
        let bytes = 1 + next(capacity * 3);
        let start = if index < count / 2 { 0 } else { next(30_000_000) };
        let entry = flow(start, &[0], u128::from(bytes) * 1_000_000);
        flows.push(Flow { weight: 1 + next(weights), ..entry });
    }
    flows
}

#[test]
fn a_busy_link_loses_no_byte() {
    for count in 1..=50 {
        for (capacity, weights) in [(3, 1), (7, 4), (1009, 1), (1_000_003, 4), (12_500_000, 4)] {
            let flows = busy(count, capacity, weights);
            let (ends, _) = run(&mut Net::new(&[capacity]), &flows, u64::MAX);
            let last = ends.iter().max().expect("flows");
            let sent: u128 = flows.iter().map(|flow| flow.need).sum();
            let served = u128::from(capacity) * u128::from(*last);
            assert!(served >= sent, "{count} flows at {capacity} got {} too much", sent - served);
            // The last flow ends at the first whole µs; every flow gets a multiple of its weight.
            let slack = u128::from(capacity + weights * count);
            assert!(
                served - sent < slack.min(1_000_000 + u128::from(capacity)),
                "{count} flows at {capacity} lost {}",
                served - sent
            );
        }
    }
}

#[test]
fn looking_at_it_changes_nothing() {
    for (count, capacity) in [(5, 3), (20, 1009), (50, 1_000_003)] {
        let flows = busy(count, capacity, 4);
        let whole = run(&mut Net::new(&[capacity]), &flows, u64::MAX);
        for step in [3_001, 77_777, 1_000_003] {
            assert_eq!(
                run(&mut Net::new(&[capacity]), &flows, step),
                whole,
                "{count} flows, every {step} us"
            );
        }
    }
}

#[test]
fn a_backlog_drains_as_fluid() {
    // CF1: λ = 1000 B/s over 3000 B/s, the link down for D = 300 s on ticks, seen just before the cuts of each tick.
    let (tick, down, up) = (30_000_000, 600_000_000, 900_000_000);
    let scenario = one_vm(1000, 3000);
    let mut plane = Plane { kernel: Kernel::new(&scenario), observer: Cuts::default() };
    plane.advance(Time(down));
    assert_eq!(plane.kernel.unsent(0), 0);
    plane.set_link(Id::new(0), None);
    plane.advance(Time(up));
    plane.set_link(Id::new(0), Some(Ratio::ONE));
    for ticks in 0..=5 {
        plane.advance(Time(up + ticks * tick));
        let backlog = 1000 * u128::from(up - down - 2 * ticks * tick);
        assert_eq!(plane.kernel.unsent(0), backlog, "λD at the repair, gone after λD ÷ (C − λ)");
    }
    let oldest = plane.observer.0.iter().find(|(_, at)| *at > up).expect("a log after the repair");
    assert_eq!(oldest.0, down, "the oldest log unsent at the repair was cut when the link broke");
}

/// (cut, applied at) of every log.
#[derive(Default)]
struct Cuts(Vec<(u64, u64)>);

impl Observer for Cuts {
    const CAUSES: bool = false;
    fn applied(&mut self, applied: Applied<'_>) {
        self.0.push((applied.cut, applied.at));
    }
    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

fn one_vm(churn: u64, link: u64) -> Scenario {
    let mut scenario = fleet();
    vm(&mut scenario, "a", 0);
    scenario.vms[Id::new(0)].disks[0].churn = vec![Layer::Constant(Rate(churn))];
    let node = |site| Node { name: format!("site {site}"), site: Some(Id::new(site)) };
    scenario.topology.nodes = Table::new(vec![node(0), node(1)]);
    scenario.topology.links = Table::new(vec![Link {
        name: "wan".into(),
        from: Id::new(0),
        to: Id::new(1),
        domains: vec![],
        rate: [Rate(link); 2],
        latency: Span::ZERO,
        efficiency: Ratio::ONE,
        throttle: [vec![], vec![]],
    }]);
    scenario.policies = Table::new(vec![Policy {
        name: "p".into(),
        technology: Technology::Generic,
        interval: Span::seconds(30),
        phase: Phase::Aligned,
        on_overrun: Overrun::Queue,
        coalescing: vec![],
        compression: Ratio::ONE,
        overhead: Ratio(0),
        weight: 1,
        interrupted: Interrupted::Keep,
        retry: Retry::AtRepair,
        resync_threshold: None,
        settings: Default::default(),
    }]);
    scenario
}

/// One class over 100 B/s, 60 B/s a flow: one flow is bound by its cap, two by the resource, and their time is booked so.
#[test]
fn what_bound_a_lone_class_is_its_cap_or_its_resource() {
    let mut net = Net::new(&[100]);
    let class = net.class(&[0], 1, Some(60));
    net.start(0, class, 0, 1_000_000);
    net.settle();
    assert_eq!(net.bound(1000, class), [0, 0, 1000]);
    net.start(1000, class, 1, 1_000_000);
    net.settle();
    assert_eq!(net.bound(3000, class), [2000, 0, 1000]);
}
