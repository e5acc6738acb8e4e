//! What each workload asks by averages, and by the largest of its logs: the planners' detailed mode (fact 7.4), with the formulas.
//!
//! Averages of the workloads add up; their peaks do not, since they need not meet. What they come to together is simulated.

use crate::document::{Table, Unit, Value, column};
use crate::plan::runs::writes::Writes;
use crate::protection::Policy;
use crate::scenario::Scenario;
use crate::units::{Ratio, Span, as_f64};
use crate::workload::Vm;

/// The formulas of the table, in words.
pub(in crate::plan) const FORMULAS: &str = "By workload: daily change = written ÷ days; mean = written × 8 ÷ time ÷ compression × (1 + overhead); \
                                   peak = the largest log × 8 ÷ copy frequency ÷ compression × (1 + overhead). Writes are of replicated \
                                   disks, and none is taken to be overwritten: coalescing is left to the simulation.";

/// One row for each replicated VM, by name.
pub(in crate::plan) fn workloads(scenario: &Scenario) -> Table {
    let row = |vm: &Vm| {
        let policy = &scenario.policies[vm.protection.as_ref()?.policy];
        Some(cells(scenario.horizon, vm, policy))
    };
    Table {
        key: "workloads",
        title: "What each workload asks by averages, and by its largest log".into(),
        columns: vec![
            column("vm", "VM", Unit::Text),
            column("disks", "disks", Unit::Count),
            column("size_bytes", "size", Unit::Bytes),
            column("daily_change_bytes", "daily change", Unit::Bytes),
            column("daily_change_share", "of the size", Unit::Share),
            column("interval_s", "copied every", Unit::Seconds),
            column("mean_bps", "mean", Unit::BitsPerSecond),
            column("peak_bps", "peak", Unit::BitsPerSecond),
        ],
        rows: scenario.vms.iter().filter_map(row).collect(),
        is_detail: true,
    }
}

fn cells(horizon: Span, vm: &Vm, policy: &Policy) -> Vec<Value> {
    let replicated = || vm.disks.iter().filter(|disk| disk.replicate);
    let size = as_f64(replicated().map(|disk| disk.size.0).sum());
    let (written, largest) = written(vm, horizon.0, policy.interval.0.max(1));
    let days = horizon.as_seconds() / 86_400.0;
    let overhead = f64::from(policy.overhead.0) / f64::from(Ratio::ONE.0);
    let wire = share(policy.compression).recip() * (1.0 + overhead);
    let daily = as_f64(written) / days;
    vec![
        Value::text(vm.name.clone()),
        Value::Number(as_f64(replicated().count() as u64)),
        Value::Number(size),
        Value::Number(daily.round()),
        Value::maybe((size > 0.0).then(|| daily / size)),
        Value::Number(policy.interval.as_seconds()),
        Value::Number((as_f64(written) * 8.0 / horizon.as_seconds() * wire).round()),
        Value::Number((as_f64(largest) * 8.0 / policy.interval.as_seconds().max(1e-6) * wire).round()),
    ]
}

/// Bytes written in the run, and most within one of the intervals from its start.
fn written(vm: &Vm, horizon: u64, interval: u64) -> (u64, u64) {
    let mut writes = Writes::of(vm);
    let (mut before, mut largest) = (0, 0);
    let edges = (1..=horizon / interval).map(|index| index * interval);
    for edge in edges {
        let now = writes.until(edge);
        (before, largest) = (now, largest.max(now - before));
    }
    let all = writes.until(horizon);
    (all, largest.max(all - before))
}

fn share(ratio: Ratio) -> f64 {
    f64::from(ratio.0.max(1)) / f64::from(Ratio::ONE.0)
}
