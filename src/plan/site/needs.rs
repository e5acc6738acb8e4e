//! What a recovery site must have: for the VMs at home there and all that the loss of another site starts, on the hosts of their replicas.

use std::collections::BTreeMap;

use super::load::Load;
use super::volumes::{needed, with_replicas};
use super::{Estate, sites_at_risk};
use crate::ids::Id;
use crate::plan::needs::{Need, Rests, Source, Subject};
use crate::scenario::Scenario;
use crate::topology::{Host, Site};
use crate::units::Bytes;

/// Of one site, what hosts together must have where each has what all that is to start on it takes: more than that no host lacks.
pub fn needs(scenario: &Scenario, loads: &[Load]) -> Vec<Need> {
    let hosts = &scenario.topology.hosts;
    let at_home = Estate::of(scenario).used;
    // By recovery site: what the worst loss starts there, and which.
    let mut most: BTreeMap<Id<Site>, [(u64, Id<Site>); 2]> = BTreeMap::new();
    for lost in sites_at_risk(scenario) {
        let mut sums: BTreeMap<Id<Site>, (u64, u64)> = BTreeMap::new();
        for it in Estate::of(scenario).recover(scenario, lost) {
            let Some(host) = it.host else { continue };
            let (processors, memory) = sums.entry(hosts[host].site).or_default();
            *processors = processors.saturating_add(u64::from(scenario.vms[it.vm].cores));
            *memory = memory.saturating_add(scenario.vms[it.vm].memory.0);
        }
        for (site, (processors, memory)) in sums {
            let worst = most.entry(site).or_insert([(0, lost); 2]);
            for (worst, sum) in worst.iter_mut().zip([processors, memory]) {
                *worst = if sum > worst.0 { (sum, lost) } else { *worst };
            }
        }
    }
    let mut needs = Vec::new();
    for (site, [(processors, by_processors), (memory, by_memory)]) in most {
        let here = || hosts.entries().filter(|(_, host)| host.site == site);
        let sum = |of: &dyn Fn(Id<Host>, &Host) -> u64| {
            here().map(|(id, host)| of(id, host)).fold(0, u64::saturating_add)
        };
        let limit = |_: Id<Host>, host: &Host| {
            host.hyper_v.vcpu_per_core.map_or(u64::MAX, |most| u64::from(host.cores) * u64::from(most))
        };
        let limit = sum(&limit);
        needs.push(Need {
            subject: Subject::Processors(site),
            least: sum(&|id, _| at_home[id.index()].0).saturating_add(processors),
            in_force: Some(limit).filter(|limit| *limit < u64::MAX),
            source: Source::Alone,
            rests: Some(Rests::Loss(by_processors)),
        });
        needs.push(Need {
            subject: Subject::Memory(site),
            least: sum(&|id, host| at_home[id.index()].1.saturating_add(host.memory_reserve.0))
                .saturating_add(memory),
            in_force: Some(sum(&|_, host| host.memory.0)),
            source: Source::Alone,
            rests: Some(Rests::Loss(by_memory)),
        });
        let volumes = || {
            let volumes = with_replicas(scenario, loads).into_iter();
            volumes.filter(|(id, _)| hosts[scenario.topology.volumes[*id].host].site == site)
        };
        let size = |size: Option<Bytes>| size.map_or(u64::MAX, |size| size.0);
        let has =
            volumes().map(|(id, _)| size(scenario.topology.volumes[id].size)).fold(0, u64::saturating_add);
        needs.push(Need {
            subject: Subject::Disk(site),
            least: volumes().map(|(id, load)| needed(scenario, id, load).0).fold(0, u64::saturating_add),
            in_force: Some(has).filter(|has| *has < u64::MAX),
            source: Source::Alone,
            rests: Some(Rests::Loss(by_memory)),
        });
    }
    needs
}
