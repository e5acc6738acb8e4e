//! VMM servers at another site: outages then hit them there, and no longer where they stood.

use super::change::Change;
use crate::control_plane::{Deployment, Runs, Vmm};
use crate::ids::Id;
use crate::outage::{Component, Outage, Strike};
use crate::scenario::Scenario;
use crate::topology::Site;

/// Every VMM server at every other site, on a machine of its own.
pub(in crate::plan) fn servers(scenario: &Scenario) -> Vec<Change> {
    let mut changes = Vec::new();
    for (id, vmm) in scenario.control_plane.vmms.entries() {
        for (site, row) in scenario.topology.sites.entries().filter(|(site, _)| *site != vmm.site) {
            let what = format!("move VMM server {} to site {}, on a machine of its own", vmm.name, row.name);
            let is_plain = vmm.domains.is_empty() && vmm.deployment.runs == Runs::Machine;
            let set = (is_plain && vmm.deployment.sql.is_none())
                .then(|| format!("vmm_servers.{}.site={}", vmm.name, row.name));
            changes.push(Change::new(what, set, move |scenario| {
                let vmm = &mut scenario.control_plane.vmms[id];
                (vmm.site, vmm.domains) = (site, Vec::new());
                vmm.deployment = Deployment { runs: Runs::Machine, sql: None, ..vmm.deployment.clone() };
                scenario.outages =
                    scenario.outages.iter().map(|outage| hit_elsewhere(outage, id, site)).collect();
            }));
        }
    }
    changes
}

/// A server that was hit with other things is no longer hit with them; it is hit with its new site. What hits it alone goes on doing so.
fn hit_elsewhere(outage: &Outage, vmm: Id<Vmm>, site: Id<Site>) -> Outage {
    let server = Component::Vmm(vmm);
    let is_one = |a: &Strike, b: &Strike| (a.from, a.to, &a.cause) == (b.from, b.to, &b.cause);
    let is_beside =
        |it: &Strike| outage.strikes.iter().any(|other| other.component != server && is_one(it, other));
    let stays = outage.strikes.iter().filter(|it| it.component != server || !is_beside(it)).cloned();
    let mut strikes: Vec<Strike> = stays.collect();
    let with_site = outage.strikes.iter().filter(|it| it.component == Component::Site(site));
    strikes.extend(with_site.map(|it| Strike { component: server, ..it.clone() }));
    let key = |it: &Strike| (it.from, it.component, it.effect, it.to, it.cause.clone());
    strikes.sort_by_key(key);
    Outage { strikes, ..outage.clone() }
}
