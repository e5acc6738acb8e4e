//! Which plans and applications a VM belongs to, and who waits for whom: read off the scenario once, never changed.

use std::collections::BTreeSet;

use crate::ids::Id;
use crate::recovery::{Application, Plan};
use crate::scenario::Scenario;
use crate::workload::Vm;

/// The scenario, read backwards.
#[derive(Clone, Debug)]
pub struct Relations {
    /// Plans that contain a VM, or whose people fail it over by hand before.
    pub(super) plans: Vec<Vec<Id<Plan>>>,
    /// Applications that need a VM.
    pub(super) applications: Vec<Vec<Id<Application>>>,
    /// Applications a VM's readiness waits for.
    pub(super) awaited: Vec<Vec<Id<Application>>>,
    /// VMs whose readiness waits for an application, by id.
    pub(super) waiting: Vec<Vec<Id<Vm>>>,
    /// Applications that depend on an application.
    pub(super) dependents: Vec<Vec<Id<Application>>>,
}

impl Relations {
    /// The relations of a scenario.
    pub fn of(scenario: &Scenario) -> Relations {
        let waiting: Vec<Vec<Id<Vm>>> = scenario
            .recovery
            .dependencies()
            .waiting()
            .into_iter()
            .map(|vms| vms.into_iter().collect())
            .collect();
        let applications = members(scenario, scenario.recovery.applications.entries(), |it| it.vms.clone());
        Relations {
            plans: members(scenario, scenario.recovery.plans.entries(), |plan| {
                let groups = plan.groups.iter().flat_map(|group| &group.vms);
                plan.by_hand_first.iter().chain(groups).copied().collect()
            }),
            awaited: awaited(&waiting, scenario.vms.len()),
            waiting,
            applications,
            dependents: dependents(scenario),
        }
    }
}

/// For each VM the rows it belongs to.
fn members<'a, T: 'a>(
    scenario: &Scenario,
    rows: impl Iterator<Item = (Id<T>, &'a T)>,
    vms: impl Fn(&T) -> Vec<Id<Vm>>,
) -> Vec<Vec<Id<T>>> {
    let mut of = vec![Vec::new(); scenario.vms.len()];
    for (id, row) in rows {
        for vm in BTreeSet::from_iter(vms(row)) {
            of[vm.index()].push(id);
        }
    }
    of
}

fn dependents(scenario: &Scenario) -> Vec<Vec<Id<Application>>> {
    let mut dependents = vec![Vec::new(); scenario.recovery.applications.len()];
    for (id, application) in scenario.recovery.applications.entries() {
        for needed in BTreeSet::from_iter(application.depends_on.iter().copied()) {
            dependents[needed.index()].push(id);
        }
    }
    dependents
}

/// The same by VM.
fn awaited(waiting: &[Vec<Id<Vm>>], vms: usize) -> Vec<Vec<Id<Application>>> {
    let mut of = vec![Vec::new(); vms];
    for (application, vms) in waiting.iter().enumerate() {
        for vm in vms {
            of[vm.index()].push(Id::new(application));
        }
    }
    of
}
