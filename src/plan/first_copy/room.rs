//! What first copies get of a link: what it carries, less the changes of what is copied already (fact 3.15).

use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::plan::runs::links::busiest_link;
use crate::plan::runs::steady::steady;
use crate::plan::runs::writes::Writes;
use crate::scenario::Scenario;
use crate::topology::{Direction, Link};
use crate::units::{Ratio, as_f64};
use crate::workload::Vm;

/// The link that most replicas are fed over, and the direction.
pub fn feeding_link(scenario: &Scenario) -> Option<(Id<Link>, Direction)> {
    let steady = steady(scenario);
    let link = busiest_link(&steady)?;
    let kernel = Kernel::new(&steady);
    let mut counts = [0u64; 2];
    for vm in 0..kernel.vms() {
        for resource in kernel.path(vm).iter().filter(|resource| **resource as usize / 2 == link.index()) {
            counts[*resource as usize % 2] += 1;
        }
    }
    Some((link, usize::from(counts[1] > counts[0])))
}

/// Mean over time of what is known, as a sum from the start of the run on, within the run, and begins again after it: per µs.
fn mean(total: impl Fn(u64) -> f64, (from, to): (u64, u64), horizon: u64) -> f64 {
    let horizon = horizon.max(1);
    let whole = total(horizon);
    let until = |at: u64| as_f64(at / horizon) * whole + total(at % horizon);
    (until(to.max(from)) - until(from)) / as_f64(to.saturating_sub(from).max(1))
}

/// Mean rate that a link carries in a direction between two instants, µs, after the run of `horizon` as in it; B/s.
pub fn capacity(link: &Link, direction: Direction, span: (u64, u64), horizon: u64) -> f64 {
    let whole = as_f64(link.rate[direction].0) * f64::from(link.efficiency.0) / f64::from(Ratio::ONE.0);
    let steps = &link.throttle[direction];
    let carried = |to: u64| {
        let ends = steps.iter().skip(1).map(|(at, _)| at.0).chain([u64::MAX]);
        let mut carried = whole * as_f64(steps.first().map_or(to, |(at, _)| at.0.min(to)));
        for ((since, throttle), until) in steps.iter().zip(ends) {
            let until = until.min(to);
            if since.0 < until {
                let rate = throttle.map_or(whole, |rate| as_f64(rate.0).min(whole));
                carried += rate * as_f64(until - since.0);
            }
        }
        carried
    };
    mean(carried, span, horizon)
}

/// Mean rate of a VM's changes on the wire between two instants, µs, nothing overwritten, after the run as in it; B/s.
pub fn changes(scenario: &Scenario, vm: Id<Vm>, span: (u64, u64)) -> f64 {
    let row = &scenario.vms[vm];
    let Some(protection) = &row.protection else { return 0.0 };
    let policy = &scenario.policies[protection.policy];
    let written = |at: u64| as_f64(Writes::of(row).until(at));
    let wire = f64::from(Ratio::ONE.0) + f64::from(policy.overhead.0);
    mean(written, span, scenario.horizon.0) * wire / f64::from(policy.compression.0.max(1)) * 1e6
}
