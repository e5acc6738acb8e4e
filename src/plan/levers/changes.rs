//! What could be changed in a design, kind by kind, in the order in which it is tried.

use std::cmp::Reverse;

use super::candidate::Candidate;
use super::people::{plans, teams};
use super::servers::servers;
use crate::ids::Id;
use crate::plan::change::{Change, OfHosts, OfLink, OfPolicies, OfPolicy};
use crate::plan::site::tables::lack;
use crate::plan::site::{Estate, sites_at_risk};
use crate::protection::{Resync, Technology};
use crate::scenario::Scenario;
use crate::topology::{Host, OsVersion};
use crate::units::{Bytes, Rate, Span};
use crate::workload::Vm;

/// Disks that are tried, those with most churn first.
pub const DISKS_MAX: usize = 6;
/// Rates in which links are sold, Mbps.
const LINK_STEPS: [u64; 19] = [
    1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 20_000, 25_000, 40_000, 50_000,
    100_000,
];
/// B/s of a Mbps.
const MBPS: u64 = 125_000;
/// Copy frequencies of Hyper-V Replica (fact 1.1).
const INTERVALS: [Span; 3] = [Span::seconds(30), Span::seconds(300), Span::seconds(900)];
/// A short time-to-live of DNS records.
const SHORT_TTL: Span = Span::seconds(60);

/// All changes.
pub fn changes(scenario: &Scenario) -> Vec<Candidate> {
    let mut changes = disks(scenario);
    changes.extend(servers(scenario));
    changes.extend(links(scenario));
    changes.extend(frequencies(scenario));
    changes.extend(compression(scenario));
    changes.extend(plans(scenario));
    changes.extend(teams(scenario));
    changes.extend(recovery_hosts(scenario));
    changes.extend(replication(scenario));
    changes.extend(names(scenario));
    changes
}

/// Replicated disks beside a VM's first, from which it boots (fact 7.21).
fn disks(scenario: &Scenario) -> Vec<Candidate> {
    let mut all: Vec<(Reverse<u64>, Id<Vm>, usize)> = Vec::new();
    for (id, vm) in scenario.vms.entries().filter(|(_, vm)| vm.protection.is_some()) {
        for (index, disk) in vm.disks.iter().enumerate().skip(1).filter(|(_, disk)| disk.replicate) {
            let alone = Vm { disks: vec![disk.clone()], ..vm.clone() };
            all.push((Reverse(alone.writes_mean(scenario.horizon).0), id, index));
        }
    }
    all.sort();
    all.into_iter()
        .filter(|(Reverse(rate), ..)| *rate > 0)
        .take(DISKS_MAX)
        .map(|(_, vm, index)| {
            let row = &scenario.vms[vm];
            let what = format!(
                "exclude disk {} of VM {} from replication, if what is on it can be made anew",
                row.disks[index].name, row.name
            );
            Candidate::new(what, Change::ExcludeDisk(vm, index))
        })
        .collect()
}

fn links(scenario: &Scenario) -> Vec<Candidate> {
    let mut changes = Vec::new();
    for (id, link) in scenario.topology.links.entries() {
        if link.throttle.iter().flatten().any(|(_, rate)| rate.is_some()) {
            let what = format!("lift the throttles of link {}", link.name);
            changes.push(Candidate::new(what, Change::Link(id, OfLink::NoThrottle)));
            let what = format!("let twice as much through the throttles of link {}", link.name);
            changes.push(Candidate::new(what, Change::Link(id, OfLink::ThrottleTwice)));
        }
        let most = link.rate[0].max(link.rate[1]);
        if let Some(step) = LINK_STEPS.into_iter().find(|step| step * MBPS > most.0) {
            let rate = Rate(step * MBPS);
            let what = format!("make link {} larger by a step: {rate}", link.name);
            changes.push(Candidate::new(what, Change::Link(id, OfLink::Rate(rate))));
        }
    }
    changes
}

fn frequencies(scenario: &Scenario) -> Vec<Candidate> {
    let topology = &scenario.topology;
    let mut changes = Vec::new();
    for (id, policy) in scenario.policies.entries() {
        let members = || {
            let follows = move |vm: &&Vm| vm.protection.as_ref().is_some_and(|it| it.policy == id);
            scenario.vms.iter().filter(follows)
        };
        let is_old = |host: Id<Host>| topology.hosts[host].hyper_v.os == OsVersion::Ws2012;
        let has_old = members()
            .any(|vm| is_old(vm.host) || vm.protection.as_ref().is_some_and(|it| is_old(it.replica_host)));
        let next = match policy.technology {
            Technology::HyperV if has_old => None,
            Technology::HyperV => INTERVALS.into_iter().rev().find(|interval| *interval < policy.interval),
            Technology::Generic => Some(Span(policy.interval.0 / 2)).filter(|next| *next >= Span::seconds(1)),
        };
        if let Some(next) = next.filter(|_| members().next().is_some()) {
            let what =
                format!("copy every {next} instead of {} under policy {}", policy.interval, policy.name);
            changes.push(Candidate::new(what, Change::Policy(id, OfPolicy::Interval(next))));
        }
    }
    changes
}

/// What a WAN optimiser might do (fact 8.10).
fn compression(scenario: &Scenario) -> Vec<Candidate> {
    if scenario.policies.is_empty() {
        return Vec::new();
    }
    let what = "compress half again as much under all policies, as a WAN optimiser may".to_owned();
    vec![Candidate::new(what, Change::Policies(OfPolicies::CompressionHalfMore))]
}

/// What lacks on hosts where VMs find no room.
fn recovery_hosts(scenario: &Scenario) -> Vec<Candidate> {
    let mut lacks = vec![(0u64, Bytes(0)); scenario.topology.hosts.len()];
    for site in sites_at_risk(scenario) {
        let mut estate = Estate::of(scenario);
        for admission in estate.recover(scenario, site) {
            let Some(host) = admission.host else { continue };
            let used = &mut estate.used[host.index()];
            if admission.admitted != crate::plan::site::Admitted::Yes {
                let vm = &scenario.vms[admission.vm];
                let row = &scenario.topology.hosts[host];
                let (alone, _) = row.lacks_for(vm.cores, (0, Bytes(0)));
                lacks[host.index()].0 = lacks[host.index()].0.max(alone);
                *used = (used.0.saturating_add(u64::from(vm.cores)), used.1.saturating_add(vm.memory.0));
            }
        }
        for (id, host) in scenario.topology.hosts.entries().filter(|(_, host)| host.site != site) {
            let (cores, memory) = host.lacks(estate.used[id.index()].0, Bytes(estate.used[id.index()].1));
            let lack = &mut lacks[id.index()];
            *lack = (lack.0.max(cores), lack.1.max(memory));
        }
    }
    let hosts = scenario.topology.hosts.entries().zip(lacks);
    hosts
        .filter(|(_, (cores, memory))| *cores > 0 || memory.0 > 0)
        .map(|((id, host), (cores, memory))| {
            let what = format!("give host {} {} more", host.name, lack(cores, memory));
            Candidate::new(what, Change::Hosts(OfHosts::More(id, cores, memory)))
        })
        .collect()
}

/// Limits of sending and applying, and when resynchronisations begin.
fn replication(scenario: &Scenario) -> Vec<Candidate> {
    let mut changes = Vec::new();
    if scenario.topology.hosts.iter().any(|host| host.send_slots.is_some()) {
        let what = "let hosts send twice as many logs at once".to_owned();
        changes.push(Candidate::new(what, Change::Hosts(OfHosts::TwiceSendSlots)));
    }
    let replicas = scenario.vms.iter().filter_map(|vm| vm.protection.as_ref());
    if replicas.clone().any(|it| scenario.topology.volumes[it.replica_volume].apply_rate.is_some()) {
        let what = "put replicas on storage that applies twice as fast".to_owned();
        changes.push(Candidate::new(what, Change::Hosts(OfHosts::TwiceApplyRate)));
    }
    for (id, policy) in scenario.policies.entries() {
        if policy.settings.resync != Resync::Immediate && policy.resync_threshold.is_some() {
            let what = format!("begin resynchronisations at once under policy {}", policy.name);
            changes.push(Candidate::new(what, Change::Policy(id, OfPolicy::ResyncAtOnce)));
        }
    }
    changes
}

/// How long clients keep an old address.
fn names(scenario: &Scenario) -> Vec<Candidate> {
    let topology = &scenario.topology;
    let mut left: Vec<_> =
        topology.mappings.iter().filter(|it| !it.keeps_address).map(|it| it.from).collect();
    left.sort();
    left.dedup();
    left.into_iter()
        .filter(|id| topology.networks[*id].dns.ttl > SHORT_TTL)
        .map(|id| {
            let name = &topology.networks[id].name;
            let what = format!("let DNS records of network {name} live for {SHORT_TTL}");
            Candidate::new(what, Change::DnsTtl(id, SHORT_TTL))
        })
        .collect()
}
