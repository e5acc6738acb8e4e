//! Which link a plan is about.

use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::Link;

/// The link on the way of most replicated VMs; the first by name among equals; `None`: none is on any way.
pub fn busiest_link(scenario: &Scenario) -> Option<Id<Link>> {
    let kernel = Kernel::new(scenario);
    let mut counts = vec![0usize; scenario.topology.links.len()];
    for vm in 0..kernel.vms() {
        for resource in kernel.path(vm) {
            if let Some(count) = counts.get_mut(*resource as usize / 2) {
                *count += 1;
            }
        }
    }
    let most = counts.iter().copied().max().filter(|count| *count > 0)?;
    counts.iter().position(|count| *count == most).map(Id::new)
}
