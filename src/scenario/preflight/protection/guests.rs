//! What a VM must be to be replicated (fact 6.5).

use crate::problem::{Problem, codes};
use crate::scenario::{Places, Scenario};

/// Most disks of a replicated VM.
const DISKS_MAX: usize = 16;

/// One problem for all VMs that share a disk, and one for each with too many.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let sharing = crate::scenario::preflight::replicated(scenario).filter(|(_, vm, _)| vm.guest.shared_disk);
    let sharing: Vec<&str> = sharing.map(|(_, vm, _)| vm.name.as_str()).collect();
    let mut problems = Vec::new();
    if !sharing.is_empty() {
        let what =
            format!("{}: a disk is shared with another vm", crate::scenario::preflight::these(&sharing));
        problems.push(crate::scenario::preflight::at_vm(&codes::SHARED_DISK, places, &sharing, what));
    }
    let many =
        crate::scenario::preflight::replicated(scenario).filter(|(_, vm, _)| vm.disks.len() > DISKS_MAX);
    problems.extend(many.map(|(_, vm, _)| {
        let what = format!("vm `{}` has {} disks, {DISKS_MAX} can be replicated", vm.name, vm.disks.len());
        crate::scenario::preflight::at_vm(&codes::TOO_MANY_DISKS, places, &[&vm.name], what)
    }));
    problems
}
