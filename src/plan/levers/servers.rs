//! VMM servers at another site.

use super::candidate::Candidate;
use crate::plan::change::Change;
use crate::scenario::Scenario;

/// Every VMM server at every other site, on a machine of its own.
pub(in crate::plan) fn servers(scenario: &Scenario) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (id, vmm) in scenario.control_plane.vmms.entries() {
        for (site, row) in scenario.topology.sites.entries().filter(|(site, _)| *site != vmm.site) {
            let what = format!("move VMM server {} to site {}, on a machine of its own", vmm.name, row.name);
            candidates.push(Candidate { what, change: Change::MoveServer(id, site) });
        }
    }
    candidates
}
