//! The time of the measurements once more, simulated: for each of them what the product's statistics would have shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::pairing::Sample;
use super::seen::Seen;
use crate::engine::observer::{Applied, Observer};
use crate::engine::order::phase;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::measure::grid::Ticks;
use crate::measure::monitor::Monitor;
use crate::measure::window::{Limits, Window};
use crate::outcome::state::state_at_start;
use crate::protection::State;
use crate::scenario::Scenario;
use crate::sim::{Relations, World};
use crate::units::Time;
use crate::workload::Vm;

/// A monitor for each VM that was measured, whose windows begin and end where its samples do.
struct Gauges(Vec<Option<Monitor>>);

/// By VM, when its samples begin and end.
pub(super) fn edges(samples: &[Sample]) -> BTreeMap<Id<Vm>, BTreeSet<u64>> {
    let mut edges: BTreeMap<Id<Vm>, BTreeSet<u64>> = BTreeMap::new();
    for sample in samples {
        let own = edges.entry(sample.vm).or_default();
        own.extend([sample.from, sample.to].into_iter().filter(|at| *at > 0));
    }
    edges
}

impl Gauges {
    fn new(scenario: &Scenario, samples: &[Sample]) -> Gauges {
        let edges = edges(samples);
        let gauges = scenario.vms.entries().map(|(id, vm)| {
            let edges: Arc<[u64]> = edges.get(&id).into_iter().flatten().copied().collect();
            let policy = &scenario.policies[vm.protection.as_ref()?.policy];
            let ticks = Ticks { phase: phase(policy, &vm.name), interval: policy.interval.0 };
            let limits = Limits { windows: edges.len() + 1, changes: 1 };
            let replicating = state_at_start(vm) == State::Replicating;
            (!edges.is_empty()).then(|| Monitor::new(edges, ticks, replicating, limits))
        });
        Gauges(gauges.collect())
    }

    fn of(&mut self, vm: usize) -> Option<&mut Monitor> {
        self.0[vm].as_mut()
    }
}

impl Observer for Gauges {
    const CAUSES: bool = false;

    fn applied(&mut self, applied: Applied<'_>) {
        if let Some(gauge) = self.of(applied.vm) {
            gauge.applied(&applied);
        }
    }

    fn stopped(&mut self, vm: usize, at: u64) {
        if let Some(gauge) = self.of(vm) {
            gauge.cycling(at, false);
        }
    }

    fn started(&mut self, vm: usize, at: u64, _: u64) {
        if let Some(gauge) = self.of(vm) {
            gauge.started(at);
        }
    }

    fn cycling(&mut self, vm: usize, at: u64, on: bool) {
        if let Some(gauge) = self.of(vm) {
            gauge.cycling(at, on);
        }
    }

    fn regridded(&mut self, vm: usize, at: u64, phase: u64, interval: u64) {
        if let Some(gauge) = self.of(vm) {
            gauge.regridded(at, Ticks { phase, interval });
        }
    }

    fn received(&mut self, vm: usize, at: u64) {
        if let Some(gauge) = self.of(vm) {
            gauge.received(at);
        }
    }
}

/// What the statistics of each sample's interval show in a run without outages, in the order of the samples.
pub(super) fn replay(scenario: &Scenario, samples: &[Sample]) -> Vec<Seen> {
    let mut stops: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (index, sample) in samples.iter().enumerate() {
        stops.entry(sample.to).or_default().push(index);
    }
    let relations = Relations::of(scenario);
    let plane = Plane { kernel: Kernel::new(scenario), observer: Gauges::new(scenario, samples) };
    let mut world = World::new(scenario, &relations, plane);
    let mut pending = vec![0; samples.len()];
    for (at, ending) in &stops {
        world.advance(Time(*at));
        for index in ending {
            pending[*index] = world.data().kernel.unprotected(samples[*index].vm.index());
        }
    }
    let end = stops.keys().next_back().copied().unwrap_or(0);
    let Plane { kernel, observer: gauges } = world.data();
    for (vm, gauge) in gauges.0.iter_mut().enumerate() {
        if let Some(gauge) = gauge {
            gauge.finish(end, kernel.undecided_ticks(vm));
        }
    }
    // Those of a VM follow each other.
    let windows = gauges.0.iter().map(|gauge| gauge.iter().flat_map(|gauge| gauge.windows().0).collect());
    let windows: Vec<Vec<&Window>> = windows.collect();
    let seen = |(sample, pending): (&Sample, u64)| {
        let windows = &windows[sample.vm.index()];
        let from = windows.partition_point(|window| window.from < sample.from);
        seen(windows[from..].iter().copied().take_while(|window| window.to <= sample.to), sample.to, pending)
    };
    samples.iter().zip(pending).map(seen).collect()
}

/// Windows that follow each other, as one that ends at `to`.
fn seen<'w>(windows: impl Iterator<Item = &'w Window>, to: u64, pending: u64) -> Seen {
    let mut all = Window::default();
    for window in windows {
        all.expected += window.expected;
        all.successes += window.successes;
        all.undecided += window.undecided;
        all.logs.add(&window.logs);
        all.last = window.last;
    }
    let logs = &all.logs;
    Seen {
        cycles: Some(all.expected),
        missed: Some(all.misses()),
        size: logs.mean_size(),
        size_max: logs.if_any(logs.size_max),
        latency: logs.mean_latency(),
        latency_max: logs.if_any(logs.latency_max),
        pending: Some(pending),
        age: all.last.received.map(|last| to.saturating_sub(last)),
    }
}
