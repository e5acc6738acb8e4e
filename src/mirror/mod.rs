//! The mirror held to reality: measured replication beside the same time simulated. Where the model is off, and which of its parameters would
//! explain it, fitted on the first part of the measurements and judged on the rest. `docs/compare.md` has the definitions.
//!
//! Pure: nothing here opens a file. Floats are statistics; what is simulated stays in integers.

mod seen;
mod pairing;
mod replay;
mod deviation;
mod knob;
mod fit;
mod words;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

pub use deviation::{Deviation, Deviations, Misses};
pub use fit::{Explanation, Fit, Fitted};
pub use knob::Knob;
pub use pairing::{Ambiguous, Paired, Sample, pair};
pub use seen::{Measurement, Seen};
pub use tables::document;
pub use words::{ambiguous, nothing};

use crate::ids::Id;
use crate::scenario::Scenario;
use crate::workload::Vm;

/// What came of holding a scenario against measurements.
#[derive(Clone, Debug)]
pub struct Reflection {
    /// What was measured, by VM, then time.
    pub samples: Vec<Sample>,
    /// The same simulated, in the same order.
    pub simulated: Vec<Seen>,
    /// Over all samples.
    pub fleet: Deviations,
    /// Of each VM that was measured.
    pub vms: Vec<(Id<Vm>, Deviations)>,
    /// Parameters fitted, and what explains the difference.
    pub fitted: Fitted,
}

impl Reflection {
    /// Measured and simulated, side by side.
    fn pairs(&self) -> impl Iterator<Item = (&Sample, &Seen)> {
        self.samples.iter().zip(&self.simulated)
    }
}

/// How many times a scenario with so many parameters is run at most.
pub fn runs(scenario: &Scenario, samples: &[Sample]) -> u64 {
    1 + knobs(scenario, samples).into_iter().map(|knob| fit::runs(knob, scenario)).sum::<u64>()
}

/// Windows that are gone through for these samples in a run: those between the instants at which any sample of a VM begins or ends.
pub fn windows(samples: &[Sample]) -> u64 {
    let edges = replay::edges(samples).into_iter().map(|(vm, edges)| (vm, edges.into_iter().collect()));
    let edges: BTreeMap<Id<Vm>, Vec<u64>> = edges.collect();
    let of = |sample: &Sample| {
        let before = |at: u64| edges[&sample.vm].partition_point(|edge| *edge < at) as u64;
        before(sample.to).saturating_sub(before(sample.from))
    };
    samples.iter().map(of).fold(0, u64::saturating_add)
}

fn knobs(scenario: &Scenario, samples: &[Sample]) -> Vec<Knob> {
    let vms: BTreeSet<Id<Vm>> = samples.iter().map(|sample| sample.vm).collect();
    Knob::all(scenario, &vms)
}

/// Runs the scenario over the time of the samples, and again with each parameter moved. `progress` is told how many runs are done.
pub fn reflect(scenario: &Scenario, samples: Vec<Sample>, progress: &mut dyn FnMut(u64)) -> Reflection {
    let simulated = replay::replay(scenario, &samples);
    progress(1);
    let of = |which: &dyn Fn(&Sample) -> bool| {
        let pairs = samples.iter().zip(&simulated).filter(|(sample, _)| which(sample));
        Deviations::of(pairs.map(|(sample, seen)| (&sample.measured, seen)))
    };
    let measured: BTreeSet<Id<Vm>> = samples.iter().map(|sample| sample.vm).collect();
    let vms: Vec<_> = measured.into_iter().map(|vm| (vm, of(&|sample| sample.vm == vm))).collect();
    let fleet = of(&|_| true);
    let all = (&fleet, &vms[..]);
    let fitted = fit::fitted(scenario, &samples, &simulated, all, &knobs(scenario, &samples), progress);
    Reflection { samples, simulated, fleet, vms, fitted }
}
