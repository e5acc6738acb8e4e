//! Facts in words: names instead of ids.

use crate::facts::{Missing, Reason, Subject};
use crate::measure::history::Declaration;
use crate::outage::{Component, Effect};
use crate::scenario::Scenario;

/// `"host h1"`, `"volume h1/d"`, `"link wan"`, `"VMM server vmm-hq"`.
pub fn component(scenario: &Scenario, component: Component) -> String {
    let topology = &scenario.topology;
    match component {
        Component::Site(site) => format!("site {}", topology.sites[site].name),
        Component::Host(host) => format!("host {}", topology.hosts[host].name),
        Component::Volume(volume) => {
            let row = &topology.volumes[volume];
            format!("volume {}/{}", topology.hosts[row.host].name, row.name)
        }
        Component::Link(link) => format!("link {}", topology.links[link].name),
        Component::Vmm(vmm) => format!("VMM server {}", scenario.control_plane.vmms[vmm].name),
        Component::RecoveryService => "recovery service".to_owned(),
        Component::People(people) => format!("people {}", scenario.recovery.people[people].name),
        Component::Broker(cluster) => format!("broker of cluster {}", topology.clusters[cluster].name),
        Component::Contents(vm) => format!("contents of VM {}", scenario.vms[vm].name),
        Component::Replication(vm) => format!("replication of VM {}", scenario.vms[vm].name),
    }
}

/// `"down"`, `"degraded to 50 %"`.
pub fn effect(effect: Effect) -> String {
    match effect {
        Effect::Down => "down".to_owned(),
        Effect::Degraded(share) => format!("degraded to {} %", f64::from(share.0) / 1e4),
    }
}

/// `"plan p"`, `"action a of plan p"`, `"VM v"`, `"application a"`.
pub fn subject(scenario: &Scenario, subject: Subject) -> String {
    let recovery = &scenario.recovery;
    match subject {
        Subject::Plan(plan) => format!("plan {}", recovery.plans[plan].name),
        Subject::Action(place) => {
            let plan = &recovery.plans[place.plan];
            let group = &plan.groups[place.group];
            let actions = if place.is_after { &group.after } else { &group.before };
            format!("action {} of plan {}", actions[place.index].name, plan.name)
        }
        Subject::Vm(vm) => format!("VM {}", scenario.vms[vm].name),
        Subject::Application(application) => {
            format!("application {}", recovery.applications[application].name)
        }
    }
}

/// `"the recovery service and VMM server vmm-dr were down"`; `None` if nothing was missing.
pub fn missing(scenario: &Scenario, missing: &[Missing]) -> Option<String> {
    let one = |it: &Missing| match *it {
        Missing::RecoveryService => "the recovery service was down".to_owned(),
        Missing::Vmm(vmm) => format!("{} was down", component(scenario, Component::Vmm(vmm))),
        Missing::Cloud(host) => format!("no cloud manages {}", component(scenario, Component::Host(host))),
    };
    let all: Vec<String> = missing.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// How a plan ran, and why by hand.
pub fn path(scenario: &Scenario, declaration: &Declaration) -> (&'static str, Option<String>) {
    let from_start = missing(scenario, &declaration.missing);
    let later = || {
        let (at, lost) = declaration.handed_over.as_ref()?;
        let words = missing(scenario, lost)?;
        Some(format!("begun by Site Recovery, by hand {} later: {words}", at.since(declaration.at)))
    };
    match from_start.or_else(later) {
        Some(reason) => ("by hand", Some(reason)),
        None => ("Site Recovery", None),
    }
}

/// Why a VM is not in service, with the missing resource named.
pub fn reason(scenario: &Scenario, reason: Reason) -> String {
    let topology = &scenario.topology;
    match reason {
        Reason::NoRecoveryPoint => "no recovery point existed".to_owned(),
        Reason::ReplicaHostDown(host) => {
            format!("replica {} was down", component(scenario, Component::Host(host)))
        }
        Reason::ReplicaVolumeDown(volume) => {
            format!("replica {} was down", component(scenario, Component::Volume(volume)))
        }
        Reason::NoRoom { host, cores_short, memory_short } => {
            let cores = (cores_short > 0).then(|| format!("{cores_short} cores"));
            let memory = (memory_short.0 > 0).then(|| format!("{memory_short} of memory"));
            let lacking: Vec<String> = cores.into_iter().chain(memory).collect();
            format!("host {} was short of {}", topology.hosts[host].name, lacking.join(" and "))
        }
        Reason::NoMapping(network) => {
            format!("network {} has no mapping to the recovery site", topology.networks[network].name)
        }
        Reason::NoPool(network) => {
            format!(
                "address allocation failed: network {} has no static pool",
                topology.networks[network].name
            )
        }
        Reason::PoolExhausted(network) => {
            format!(
                "address allocation failed: the pool of network {} is used up",
                topology.networks[network].name
            )
        }
    }
}
