//! What test failovers add at the recovery site, and whether a site may be lost while one runs (facts 4.25–4.27).

use super::{Admission, Admitted, Estate, sites_at_risk};
use crate::ids::Id;
use crate::operations::{Act, Scope};
use crate::scenario::Scenario;
use crate::topology::Site;
use crate::units::{Span, as_f64};
use crate::workload::Vm;

/// For how long a test is taken to run where none is written.
pub const TESTING: Span = Span::seconds(2 * 3600);

/// A test failover, and what it adds.
#[derive(Clone, Debug, PartialEq)]
pub struct Drill {
    /// The operation, or the plan that none tests.
    pub name: String,
    /// Whether the scenario has it.
    pub is_written: bool,
    /// From running test VMs to the end.
    pub testing: Span,
    /// Test VMs that find room.
    pub runs: u64,
    /// Test VMs that find none.
    pub refused: Vec<Id<Vm>>,
    /// What those that run take: cores, bytes of memory.
    pub takes: (u64, u64),
    /// What they write at their mean rate, bytes: their differencing disks.
    pub disk: f64,
    /// VMs that would start after the loss of a site, but not beside this test.
    pub in_the_way: Vec<(Id<Site>, Vec<Id<Vm>>)>,
}

/// The tests that are written; for a plan without one, a test of it.
pub fn drills(scenario: &Scenario) -> Vec<Drill> {
    let mut tests: Vec<(String, bool, Scope, Span)> = Vec::new();
    for operation in scenario.designed_operations() {
        if let Act::TestFailover { of, testing, .. } = &operation.act {
            tests.push((operation.name.clone(), true, *of, *testing));
        }
    }
    for (id, plan) in scenario.recovery.plans.entries() {
        if !tests.iter().any(|(_, _, of, _)| *of == Scope::Plan(id)) {
            tests.push((format!("a test of plan {}", plan.name), false, Scope::Plan(id), TESTING));
        }
    }
    tests
        .into_iter()
        .map(|(name, is_written, of, testing)| {
            let empty = (Vec::new(), Vec::new());
            let (runs, refused, takes, disk) = (0, empty.0, (0, 0), 0.0);
            let drill = Drill { name, is_written, testing, runs, refused, takes, disk, in_the_way: empty.1 };
            tested(scenario, of, drill)
        })
        .filter(|drill| drill.runs > 0 || !drill.refused.is_empty())
        .collect()
}

fn tested(scenario: &Scenario, of: Scope, mut drill: Drill) -> Drill {
    let vms: Vec<Id<Vm>> = match of {
        Scope::Vm(vm) => vec![vm],
        Scope::Plan(plan) => {
            scenario.recovery.plans[plan].groups.iter().flat_map(|group| group.vms.iter().copied()).collect()
        }
    };
    let mut estate = Estate::of(scenario);
    for id in vms {
        let Some(host) = estate.replicas[id.index()] else { continue };
        if estate.admit(scenario, id, host) != Admitted::Yes {
            drill.refused.push(id);
            continue;
        }
        let vm = &scenario.vms[id];
        drill.runs += 1;
        drill.takes.0 = drill.takes.0.saturating_add(u64::from(vm.cores));
        drill.takes.1 = drill.takes.1.saturating_add(vm.memory.0);
        drill.disk += as_f64(vm.writes_mean(scenario.horizon).0) * drill.testing.as_seconds();
    }
    for site in sites_at_risk(scenario) {
        let left = |estate: &Estate| left_out(&estate.clone().recover(scenario, site));
        let undisturbed = left(&Estate::of(scenario));
        let beside: Vec<Id<Vm>> = left(&estate).into_iter().filter(|vm| !undisturbed.contains(vm)).collect();
        if !beside.is_empty() {
            drill.in_the_way.push((site, beside));
        }
    }
    drill
}

/// The VMs that do not start.
pub fn left_out(admissions: &[Admission]) -> Vec<Id<Vm>> {
    admissions.iter().filter(|it| it.admitted != Admitted::Yes).map(|it| it.vm).collect()
}
