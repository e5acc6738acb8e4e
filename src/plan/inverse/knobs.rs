//! What inverse questions turn: over which values, and how the scenario looks with each.

use super::hosts::{holders, spare};
use super::outages;
pub use super::scale::Scale;
use crate::engine::net::CAPACITY_MAX;
use crate::ids::Id;
use crate::plan::ask::Ask;
use crate::plan::ask::Find;
use crate::plan::change::{Change, OfHosts, OfLink, OfPolicy, OfTeam};
use crate::plan::rates::Precision;
use crate::plan::runs::links::busiest_link;
use crate::protection::{Policy, Technology};
use crate::recovery::People;
use crate::scenario::Scenario;
use crate::topology::{Host, Link, OsVersion, QosAction, QosPolicy, Site};
use crate::units::{Bytes, MICROS, Rate, Span};

/// Memory is counted in these.
pub const MIB: u64 = 1 << 20;

/// Something that can be turned.
#[derive(Clone, Debug)]
pub struct Knob {
    /// The question.
    pub find: Find,
    /// What it is about, by name.
    pub on: String,
    /// The values.
    pub scale: Scale,
    /// The value as written.
    pub in_force: u64,
    /// Where to begin.
    pub guess: u64,
    /// What it turns.
    pub turn: Turn,
}

/// What a knob turns.
#[derive(Clone, Debug)]
pub enum Turn {
    /// Nominal rate of a link.
    Rate(Id<Link>),
    /// Rate that every throttle window of a link leaves.
    Throttle(Id<Link>),
    /// Rate of a QoS policy.
    Qos(Id<QosPolicy>),
    /// Interval of a policy.
    Interval(Id<Policy>),
    /// Memory of each of these hosts.
    Memory(Vec<Id<Host>>),
    /// How many of these hosts there are, the first by name.
    Hosts(Vec<Id<Host>>),
    /// Time to decide, of everybody who decides.
    Decision,
    /// Operators of a team.
    Operators(Id<People>),
}

impl Turn {
    /// Turned to this value.
    pub fn to(&self, value: u64) -> Change {
        match self {
            Turn::Rate(link) => Change::Link(*link, OfLink::Rate(Rate(value))),
            Turn::Throttle(link) => Change::Link(*link, OfLink::ThrottleRate(Rate(value))),
            Turn::Qos(policy) => Change::QosRate(*policy, Rate(value)),
            Turn::Interval(policy) => Change::Policy(*policy, OfPolicy::Interval(Span(value))),
            Turn::Memory(hosts) => Change::Hosts(OfHosts::Memory(hosts.clone(), Bytes(value))),
            Turn::Hosts(hosts) => Change::Hosts(OfHosts::Keep(hosts.clone(), value)),
            Turn::Decision => Change::Decisions(Span(value)),
            Turn::Operators(team) => {
                Change::Team(*team, OfTeam::Operators(u32::try_from(value).unwrap_or(u32::MAX)))
            }
        }
    }
}

/// What a question is about in this scenario; or why there is nothing.
///
/// # Errors
/// A sentence.
pub fn knobs(scenario: &Scenario, ask: &Ask, find: Find) -> Result<Vec<Knob>, String> {
    let fails_over = matches!(find, Find::Memory | Find::Hosts | Find::Decision | Find::Operators);
    if fails_over && outages(scenario, ask).is_empty() {
        return Err(format!("{}: the scenario has no outage, so nothing is ever failed over.", find.word()));
    }
    let (knobs, none) = match find {
        Find::LinkRate => (link_rate(scenario, ask), "no VM is replicated over a link"),
        Find::Throttle => (throttles(scenario, ask), "no link has a throttle, and no QoS policy a rate"),
        Find::Interval => {
            (intervals(scenario), "no VM is replicated by a policy with more than one copy frequency")
        }
        Find::Memory => (memories(scenario), "no host holds replicas"),
        Find::Hosts => (hosts(scenario), "no host holds replicas and nothing else"),
        Find::Decision => (decision(scenario), "nobody decides anything"),
        Find::Operators => (operators(scenario), "no team fails anything over"),
    };
    if knobs.is_empty() { Err(format!("{}: {none}.", find.word())) } else { Ok(knobs) }
}

fn rates(ask: &Ask) -> Scale {
    match ask.step {
        Precision::Unit => Scale::Steps { first: 1, step: 1, count: CAPACITY_MAX },
        Precision::Digits => Scale::Digits,
    }
}

fn link_rate(scenario: &Scenario, ask: &Ask) -> Vec<Knob> {
    let link = ask.link.or_else(|| busiest_link(scenario));
    let knob = |link: Id<Link>| {
        let entry = &scenario.topology.links[link];
        Knob {
            find: Find::LinkRate,
            on: entry.name.clone(),
            scale: rates(ask),
            in_force: entry.rate[0].0,
            guess: entry.rate[0].0,
            turn: Turn::Rate(link),
        }
    };
    link.map(knob).into_iter().collect()
}

fn throttles(scenario: &Scenario, ask: &Ask) -> Vec<Knob> {
    let knob = |on: String, rate: Rate, turn: Turn| Knob {
        find: Find::Throttle,
        on,
        scale: rates(ask),
        in_force: rate.0,
        guess: rate.0,
        turn,
    };
    let links = scenario.topology.links.entries().filter(|(id, _)| ask.link.is_none_or(|link| link == *id));
    let of_links = links.filter_map(|(id, link)| {
        let rates = link.throttle.iter().flatten().filter_map(|(_, rate)| *rate);
        Some(knob(link.name.clone(), rates.min()?, Turn::Throttle(id)))
    });
    let of_qos = scenario.topology.qos.entries().filter_map(|(id, policy)| match policy.action {
        QosAction::Rate(rate) => Some(knob(policy.name.clone(), rate, Turn::Qos(id))),
        QosAction::Weight(_) => None,
    });
    of_links.chain(of_qos).collect()
}

/// What Hyper-V Replica copies at (fact 1.1).
const FREQUENCIES: [Span; 3] = [Span::seconds(30), Span::seconds(300), Span::seconds(900)];

fn intervals(scenario: &Scenario) -> Vec<Knob> {
    let is_used = |policy: Id<Policy>| {
        scenario.vms.iter().filter_map(|vm| vm.protection.as_ref()).any(|it| it.policy == policy)
    };
    let knob = |(id, policy): (Id<Policy>, &Policy)| {
        let scale = match policy.technology {
            Technology::HyperV => Scale::List(FREQUENCIES.map(|it| it.0).to_vec()),
            Technology::Generic => {
                // As short as the product's shortest, or what is written.
                let first = (policy.interval.0 / MICROS * MICROS).clamp(MICROS, FREQUENCIES[0].0);
                let count = (scenario.horizon.0.saturating_sub(first) / MICROS).max(1);
                Scale::Steps { first, step: MICROS, count }
            }
        };
        let (on, in_force) = (policy.name.clone(), policy.interval.0);
        Knob { find: Find::Interval, on, scale, in_force, guess: in_force, turn: Turn::Interval(id) }
    };
    // Windows Server 2012 knows one only (fact 1.2).
    let can = |policy: &Policy| {
        policy.technology == Technology::Generic || policy.settings.os != Some(OsVersion::Ws2012)
    };
    scenario.policies.entries().filter(|(id, policy)| is_used(*id) && can(policy)).map(knob).collect()
}

fn memories(scenario: &Scenario) -> Vec<Knob> {
    let all = scenario.vms.iter().map(|vm| vm.memory.0).fold(0, u64::saturating_add);
    let knob = |(site, hosts): (Id<Site>, Vec<Id<Host>>)| {
        let rows = || hosts.iter().map(|host| &scenario.topology.hosts[*host]);
        let reserve = rows().map(|row| row.memory_reserve.0).max().unwrap_or(0);
        let most = all.saturating_add(reserve).div_ceil(MIB);
        Knob {
            find: Find::Memory,
            on: match hosts.len() {
                1 => format!("the host with replicas at {}", scenario.topology.sites[site].name),
                count => format!(
                    "each of the {count} hosts with replicas at {}",
                    scenario.topology.sites[site].name
                ),
            },
            scale: Scale::Steps { first: 0, step: MIB, count: most + 1 },
            in_force: rows().map(|row| row.memory.0).min().unwrap_or(0),
            guess: full(scenario, &hosts).next_multiple_of(MIB),
            turn: Turn::Memory(hosts),
        }
    };
    holders(scenario).into_iter().map(knob).collect()
}

/// What the fullest of these hosts needs for all that is at home on it and all its replicas.
fn full(scenario: &Scenario, hosts: &[Id<Host>]) -> u64 {
    let on = |host: Id<Host>| {
        let is_there = |vm: &&crate::workload::Vm| {
            vm.host == host || vm.protection.as_ref().is_some_and(|it| it.replica_host == host)
        };
        let used = scenario.vms.iter().filter(is_there).map(|vm| vm.memory.0).fold(0, u64::saturating_add);
        used.saturating_add(scenario.topology.hosts[host].memory_reserve.0)
    };
    hosts.iter().map(|host| on(*host)).max().unwrap_or(0).min(u64::MAX - MIB)
}

fn hosts(scenario: &Scenario) -> Vec<Knob> {
    let knob = |(site, hosts): (Id<Site>, Vec<Id<Host>>)| {
        let hosts = spare(scenario, &hosts);
        let count = hosts.len() as u64;
        let on = format!("hosts with replicas at {}", scenario.topology.sites[site].name);
        let scale = Scale::Steps { first: 1, step: 1, count };
        Knob { find: Find::Hosts, on, scale, in_force: count, guess: count, turn: Turn::Hosts(hosts) }
    };
    holders(scenario).into_iter().map(knob).filter(|knob| knob.in_force > 0).collect()
}

fn decision(scenario: &Scenario) -> Vec<Knob> {
    let longest = scenario.recovery.people.iter().map(|people| people.decision.0).max();
    let count = scenario.horizon.0 / MICROS + 1;
    let knob = |longest: u64| Knob {
        find: Find::Decision,
        on: "whoever decides".into(),
        scale: Scale::Steps { first: 0, step: MICROS, count },
        in_force: longest,
        guess: longest,
        turn: Turn::Decision,
    };
    longest.map(knob).into_iter().collect()
}

/// More than one for each VM and one for each plan have nothing to do.
fn operators(scenario: &Scenario) -> Vec<Knob> {
    let recovery = &scenario.recovery;
    let busy = (scenario.vms.len() + recovery.plans.len()) as u64;
    let knob = |(id, team): (Id<People>, &People)| {
        let in_force = u64::from(team.operators);
        Knob {
            find: Find::Operators,
            on: team.name.clone(),
            scale: Scale::Steps { first: 1, step: 1, count: busy.max(in_force).max(1) },
            in_force,
            guess: in_force,
            turn: Turn::Operators(id),
        }
    };
    let acts = |id: Id<People>| recovery.plans.iter().any(|plan| plan.people == id);
    recovery.people.entries().filter(|(id, _)| acts(*id)).map(knob).collect()
}
