//! A VMM server at another site: outages then hit it there, and no longer where it stood.

use crate::control_plane::{Deployment, Runs, Vmm};
use crate::ids::Id;
use crate::outage::{Component, Outage, Strike};
use crate::scenario::Scenario;
use crate::topology::Site;

/// Puts it on a machine of its own there.
pub(super) fn go_to(scenario: &mut Scenario, id: Id<Vmm>, site: Id<Site>) {
    let vmm = &mut scenario.control_plane.vmms[id];
    (vmm.site, vmm.domains) = (site, Vec::new());
    vmm.deployment = Deployment { runs: Runs::Machine, sql: None, ..vmm.deployment.clone() };
    scenario.outages = scenario.outages.iter().map(|outage| hit_elsewhere(outage, id, site)).collect();
}

/// For `--set`, where no more than its site has to change.
pub(super) fn set(scenario: &Scenario, id: Id<Vmm>, site: Id<Site>) -> Option<String> {
    let vmm = &scenario.control_plane.vmms[id];
    let is_plain =
        vmm.domains.is_empty() && vmm.deployment.runs == Runs::Machine && vmm.deployment.sql.is_none();
    is_plain.then(|| format!("vmm_servers.{}.site={}", vmm.name, scenario.topology.sites[site].name))
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
