//! W0308: a run that is not begun unasked.

use crate::problem::{Problem, codes};
use crate::scenario::work::{STEPS_MAX, counted, steps};
use crate::scenario::{Places, Scenario};

/// The run's steps against the most that are done unasked; at the policy with the most cuts.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let steps = steps(scenario);
    if steps <= STEPS_MAX {
        return Vec::new();
    }
    let used = |index: usize| {
        let with = |vm: &&crate::workload::Vm| {
            vm.protection.as_ref().is_some_and(|protection| protection.policy.index() == index)
        };
        scenario.vms.iter().filter(with).count() as u128
    };
    let cuts = |(index, policy): &(usize, &crate::protection::Policy)| {
        used(*index) * u128::from(scenario.horizon.0 / policy.interval.0.max(1))
    };
    let most = scenario.policies.iter().enumerate().max_by_key(cuts);
    let place = most.and_then(|(_, policy)| places.of("policy", &policy.name));
    let what = format!("a run has some {} steps, more than {}", counted(steps), counted(STEPS_MAX));
    vec![Problem::new(&codes::TOO_MUCH_WORK, place, what)]
}
