//! Facts in words: names instead of ids.

use crate::data_plane::Trigger;
use crate::facts::{ActionPlace, JobKind, Missing, Reason, Refusal, Subject, Why};
use crate::ids::Id;
use crate::operations::Scope;
use crate::outage::{Component, Effect};
use crate::outcome::declaration::Declaration;
use crate::recovery::PointChoice;
use crate::scenario::Scenario;
use crate::topology::{Host, Network};
use crate::units::{Span, Time};
use crate::workload::Vm;

use super::instant::written;

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
        Component::RecoveryPoints(vm) => format!("recovery points of VM {}", scenario.vms[vm].name),
    }
}

/// `"down"`, `"degraded to 50 %"`, `"damaged"`, `"damaged from 2 h back"`.
pub fn effect(effect: Effect) -> String {
    match effect {
        Effect::Down => "down".to_owned(),
        Effect::Damaged(Span::ZERO) => "damaged".to_owned(),
        Effect::Damaged(age) => format!("damaged from {age} back"),
        Effect::Degraded(share) => format!("degraded to {} %", f64::from(share.0) / 1e4),
    }
}

/// `"plan p"`, `"action a of plan p"`, `"VM v"`, `"application a"`, `"operation o"`.
pub fn subject(scenario: &Scenario, subject: Subject) -> String {
    let recovery = &scenario.recovery;
    match subject {
        Subject::Plan(plan) => format!("plan {}", recovery.plans[plan].name),
        Subject::Action(place) => action(scenario, place),
        Subject::Vm(vm) => format!("VM {}", scenario.vms[vm].name),
        Subject::Application(application) => {
            format!("application {}", recovery.applications[application].name)
        }
        Subject::Operation(operation) => format!("operation {}", scenario.operations[operation].name),
    }
}

fn action(scenario: &Scenario, place: ActionPlace) -> String {
    let plan = &scenario.recovery.plans[place.plan];
    let group = &plan.groups[place.group];
    let actions = if place.is_after { &group.after } else { &group.before };
    format!("action {} of plan {}", actions[place.index].name, plan.name)
}

/// `"plan p"`, `"VM v"`.
pub fn scope(scenario: &Scenario, scope: Scope) -> String {
    match scope {
        Scope::Plan(plan) => subject(scenario, Subject::Plan(plan)),
        Scope::Vm(vm) => subject(scenario, Subject::Vm(vm)),
    }
}

/// `"replica of VM v"`.
pub fn replica(scenario: &Scenario, vm: Id<Vm>) -> String {
    format!("replica of {}", subject(scenario, Subject::Vm(vm)))
}

/// `"Planned failover of plan p"`.
pub fn job(scenario: &Scenario, kind: JobKind, on: Option<Scope>) -> String {
    on.map_or_else(|| kind.words().to_owned(), |on| format!("{} of {}", kind.words(), scope(scenario, on)))
}

/// `"the recovery service and VMM server vmm-dr were down"`; `None` if nothing was missing.
pub fn missing(scenario: &Scenario, missing: &[Missing]) -> Option<String> {
    let one = |it: &Missing| match *it {
        Missing::RecoveryService => "the recovery service was down".to_owned(),
        Missing::Vmm(vmm) => format!("{} was down", component(scenario, Component::Vmm(vmm))),
        Missing::Cloud(host) => format!("no cloud manages {}", component(scenario, Component::Host(host))),
        Missing::Plan => "it is people's own list, not a plan of Site Recovery".to_owned(),
    };
    let all: Vec<String> = missing.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// Why a plan was not run by Site Recovery alone; `None` if it was.
pub fn by_hand(scenario: &Scenario, declaration: &Declaration) -> Option<String> {
    if let Some((vms, done)) = &declaration.by_hand_first {
        return Some(by_hand_first(scenario, declaration, vms, done.as_ref()));
    }
    let later = || {
        let (at, lost) = declaration.handed_over.as_ref()?;
        let words = missing(scenario, lost)?;
        Some(format!("begun by Site Recovery, by hand {} later: {words}", at.since(declaration.at)))
    };
    let reason = missing(scenario, &declaration.missing).or_else(later);
    match (reason, declaration.given_back) {
        (Some(lost), Some(back)) => {
            let back = back.since(declaration.at);
            Some(format!("{lost}; back {back} after the declaration, before anybody had begun by hand"))
        }
        (reason, _) => reason,
    }
}

/// How a plan ran before which VMs were failed over by hand.
fn by_hand_first(
    scenario: &Scenario,
    declaration: &Declaration,
    vms: &[Id<Vm>],
    done: Option<&(Time, Vec<Missing>)>,
) -> String {
    let names: Vec<&str> = vms.iter().map(|vm| scenario.vms[*vm].name.as_str()).collect();
    let first = format!("{} first, by hand", names.join(", "));
    let Some((at, lost)) = done else {
        return format!("{first}; not done by the end of the run");
    };
    let after = at.since(declaration.at);
    match (missing(scenario, lost), &declaration.handed_over) {
        (Some(lost), _) => format!("{first}; {after} later still by hand: {lost}"),
        (None, Some((again, lost))) => {
            let lost = missing(scenario, lost).unwrap_or_default();
            let again = again.since(declaration.at);
            format!("{first}; {after} later by Site Recovery, {again} later by hand: {lost}")
        }
        (None, None) => format!("{first}; Site Recovery {after} later"),
    }
}

/// Why a VM is not in service, with the missing resource named.
pub fn lack(scenario: &Scenario, reason: Reason) -> String {
    let topology = &scenario.topology;
    match reason {
        Reason::NoRecoveryPoint => "no complete copy of it was at the recovery site".to_owned(),
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

/// Why the product refused a job, with what was missing named.
pub fn refusal(scenario: &Scenario, job: JobKind, refusal: &Refusal) -> String {
    let topology = &scenario.topology;
    let host = |host: Id<Host>| &topology.hosts[host].name;
    let network = |network: Id<Network>| &topology.networks[network].name;
    match refusal {
        Refusal::ControlPlane(lacking) => {
            missing(scenario, std::slice::from_ref(lacking)).expect("one is missing")
        }
        Refusal::State(state) => format!("this is not possible in the state \"{}\"", state.words()),
        Refusal::InProgress => "another operation on it is in progress".to_owned(),
        Refusal::TestRuns => "a test failover of it is not completed".to_owned(),
        Refusal::NotRunning => "it was neither running nor cleanly turned off".to_owned(),
        Refusal::SourceRuns => "it still ran on the primary server".to_owned(),
        Refusal::NoPoint => "there was no recovery point as asked for".to_owned(),
        Refusal::NoCapacity(cloud) => format!(
            "cloud {} had too little compute or storage left on any suitable host",
            scenario.control_plane.clouds[*cloud].name
        ),
        Refusal::NoNetwork(id) => format!("no suitable host reaches the mapped network {}", network(*id)),
        Refusal::NoBroker(id) => {
            format!("the cluster of host {} had no working Hyper-V Replica Broker", host(*id))
        }
        Refusal::HostDown(id) => format!("host {} was down or could not be reached", host(*id)),
        Refusal::ShareOnHost(id) => {
            format!("the share for offline media is on {}, which is a Hyper-V host", host(*id))
        }
        Refusal::TestNetwork(id) => {
            format!("test network {} cannot take the addresses of the VM", network(*id))
        }
        Refusal::NoRoom(id) if job == JobKind::Migrate => {
            format!("host {} had no room for the VM", host(*id))
        }
        Refusal::NoRoom(id) => format!("host {} had no room for a test VM beside the replica", host(*id)),
        Refusal::NotOrchestrated => {
            "it is protected by Hyper-V Replica alone, not by Site Recovery".to_owned()
        }
        Refusal::Vm(vm) => format!("{} failed", subject(scenario, Subject::Vm(*vm))),
        Refusal::Script(place) => format!("{} failed", action(scenario, *place)),
        Refusal::UnpreparedHost(id) => format!("host {} is not prepared for replication", host(*id)),
        Refusal::NoVolume(id) => {
            format!("host {} has no working volume with room for the disks that move along", host(*id))
        }
        Refusal::BrokenOff => "what it needed broke while it ran".to_owned(),
    }
}

/// What brought a state of replication about.
pub fn why(scenario: &Scenario, why: Why) -> String {
    match why {
        Why::Operator => "an operator asked for it".to_owned(),
        Why::CopyStarted => "the copy has begun".to_owned(),
        Why::CopyDone => "the copy is complete".to_owned(),
        Why::Trigger(trigger) => self::trigger(scenario, trigger),
        Why::Window => "the window for resynchronization has opened".to_owned(),
        Why::Error => "an error that is not retried".to_owned(),
        Why::Failover => "a failover".to_owned(),
        Why::Reversed => "replication was reversed".to_owned(),
    }
}

/// Why a resynchronisation is required.
pub fn trigger(scenario: &Scenario, trigger: Trigger) -> String {
    match trigger {
        Trigger::LogTooLarge => "the log outgrew the policy's share of the disks".to_owned(),
        Trigger::VolumeFull(volume) => {
            format!("{} had no room left for the log", component(scenario, Component::Volume(volume)))
        }
        Trigger::Crash => "the host crashed with the VM running".to_owned(),
        Trigger::VolumeLost(volume) => {
            format!("{} was lost with the VM running", component(scenario, Component::Volume(volume)))
        }
        Trigger::OfflineEdit => "a disk was changed while the VM was off".to_owned(),
        Trigger::OutOfSequence => "the replica was out of sequence".to_owned(),
    }
}

/// Which recovery point was asked for.
pub fn choice(scenario: &Scenario, choice: PointChoice) -> String {
    match choice {
        PointChoice::Latest => "latest".to_owned(),
        PointChoice::LatestAppConsistent => "latest app-consistent".to_owned(),
        PointChoice::Common => "common to all VMs".to_owned(),
        PointChoice::NotAfter(at) => format!("not after {}", written(scenario, at)),
    }
}
