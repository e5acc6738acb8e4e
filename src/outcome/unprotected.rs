//! When too few of an application's VMs were protected.

use crate::ids::Id;
use crate::recovery::{Application, Need};
use crate::scenario::Scenario;
use crate::units::Time;
use crate::workload::Vm;

use super::RunOutcome;
use super::state::Gap;

impl RunOutcome {
    /// From when until when fewer of an application's VMs were protected than it needs, in order. VMs that are never replicated count
    /// neither way.
    pub fn unprotected(&self, scenario: &Scenario, application: Id<Application>) -> Vec<Gap> {
        let of_need = |need: Need| {
            let replicated: Vec<Id<Vm>> =
                need.of.into_iter().filter(|vm| self.vm(*vm).was_replicated()).collect();
            let spare = replicated.len().saturating_sub(need.at_least);
            too_many(replicated.iter().flat_map(|vm| self.vm(*vm).gaps()).collect(), spare)
        };
        too_many(scenario.recovery.applications[application].all_needs().flat_map(of_need).collect(), 0)
    }
}

/// Where more than `spare` gaps are open at once. One that begins as another ends goes on from it.
fn too_many(gaps: Vec<Gap>, spare: usize) -> Vec<Gap> {
    let mut edges: Vec<(Time, bool, Gap)> = gaps.iter().map(|gap| (gap.from, false, *gap)).collect();
    edges.extend(gaps.iter().filter_map(|gap| Some((gap.to?, true, *gap))));
    edges.sort_by_key(|(at, ends, _)| (*at, *ends));
    let (mut open, mut found) = (0_usize, Vec::<Gap>::new());
    for (at, ends, gap) in edges {
        open = if ends { open - 1 } else { open + 1 };
        match (ends, found.last_mut()) {
            (false, _) if open == spare + 1 => found.push(Gap { from: at, to: None, state: gap.state }),
            (true, Some(last)) if open == spare => last.to = Some(at),
            (true | false, _) => {}
        }
    }
    found.retain(|gap| gap.to != Some(gap.from));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protection::State;

    #[test]
    fn gaps_that_touch_are_one_and_those_that_others_make_up_for_are_none() {
        let gap =
            |from, to: Option<u64>| Gap { from: Time(from), to: to.map(Time), state: State::FailedOver };
        let all = vec![gap(5, Some(20)), gap(0, Some(10)), gap(20, Some(30)), gap(40, None), gap(50, None)];
        assert_eq!(too_many(all.clone(), 0), [gap(0, Some(30)), gap(40, None)]);
        assert_eq!(too_many(all.clone(), 1), [gap(5, Some(10)), gap(50, None)]);
        assert_eq!(too_many(all, 2), []);
    }
}
