//! How much there is to do, known before it is done: a scenario that would run for days is told from one that runs for seconds.

use super::Scenario;
use crate::outage::Outage;
use crate::protection::Policy;
use crate::units::Span;
use crate::workload::Layer;

/// Most steps that are done unasked: 10,000 VMs copied every 30 s for a month, and 20 outages. On one core that is about an hour.
pub const STEPS_MAX: u64 = 10_000_000_000;

/// Steps of a scenario's run with all its outages: cuts, app-consistent points, pieces of churn, edges of throttles, and for each outage
/// the VMs, applications and links that are looked at. An estimate, of the right order.
pub fn steps(scenario: &Scenario) -> u64 {
    with(scenario, scenario.outages.iter().as_slice())
}

/// Those of its run without outages.
pub fn steps_alone(scenario: &Scenario) -> u64 {
    with(scenario, &[])
}

fn with(scenario: &Scenario, outages: &[Outage]) -> u64 {
    let horizon = u128::from(scenario.horizon.0.max(1));
    let left = |outage: &Outage| {
        let begins = outage.strikes.iter().map(|strike| u128::from(strike.from.0)).min();
        horizon - begins.unwrap_or(horizon).min(horizon)
    };
    // All runs end to end: the baseline whole, of each outage what follows its first fault.
    let time = horizon + outages.iter().map(left).sum::<u128>();
    let times = |every: Option<Span>| every.map_or(0, |every| time / u128::from(every.0.max(1)));
    let of = |policy: &Policy| times(Some(policy.interval)) + times(policy.settings.app_consistent);
    let replicated = scenario.vms.iter().filter_map(|vm| vm.protection.as_ref());
    let cuts: u128 = replicated.map(|protection| of(&scenario.policies[protection.policy])).sum();
    let pieces = |layer: &Layer| match layer {
        Layer::Constant(_) => 0,
        Layer::Shaped { steps, .. } => steps.len() as u128 * time / horizon,
        Layer::Measured { bin, .. } => times(Some(*bin)),
    };
    let layers = scenario.vms.iter().flat_map(|vm| &vm.disks).flat_map(|disk| &disk.churn);
    let churn: u128 = layers.map(pieces).sum();
    let throttles = scenario.topology.links.iter().flat_map(|link| &link.throttle);
    let edges: u128 = throttles.map(|edges| edges.len() as u128 * time / horizon).sum();
    let rows = scenario.vms.len() + scenario.recovery.applications.len() + scenario.topology.links.len();
    let looks = outages.len() as u128 * rows as u128;
    u64::try_from(cuts + churn + edges + looks).unwrap_or(u64::MAX)
}

/// So many in words: `7,198`, `3.6 million`, `36 billion`.
pub fn counted(steps: u64) -> String {
    let tenths = |of: u64, name: &str| match steps / (of / 10) {
        tenths @ 0..100 => format!("{}.{} {name}", tenths / 10, tenths % 10),
        tenths => format!("{} {name}", tenths / 10),
    };
    match steps {
        0..1000 => steps.to_string(),
        1000..1_000_000 => format!("{},{:03}", steps / 1000, steps % 1000),
        1_000_000..1_000_000_000 => tenths(1_000_000, "million"),
        _ => tenths(1_000_000_000, "billion"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let said = [999, 7198, 3_600_000, 36_000_000_000].map(counted);
        assert_eq!(said, ["999", "7,198", "3.6 million", "36 billion"]);
    }
}
