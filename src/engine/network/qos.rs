//! QoS policies on hosts: which of them governs a flow, and what that does to it.
//!
//! Of the policies that a flow's host has, that match it and are in force, the one of highest precedence governs it, then
//! the first by name (fact 8.3). A rate is one more resource on the way of all flows of that host that the policy governs;
//! a weight is the flow's share of its own host's card while that is what the host's flows wait for, and 1 is that of a flow that no
//! weight governs (fact 8.2; T14: never a cap): on links all hosts' flows are equal, and without a card it does nothing. `To` matches all that goes to a site, `Port` replication by policies with that port, `Vmms` replication and live
//! migration (fact 8.1). A policy holds by its calendar from one edge to the next; an operator's word holds until the next
//! edge: nothing else makes or removes it (fact 8.6).

use crate::ids::Id;
use crate::topology::{Host, QosAction, QosPolicy, Topology, Traffic};
use crate::units::Time;

/// All QoS policies and whether they hold.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Qos {
    /// By policy.
    in_force: Vec<bool>,
    /// By host: its policies, the highest precedence first, then by name.
    by_host: Vec<Vec<Id<QosPolicy>>>,
    /// (host, policy) of each resource, in the order of the resources.
    capped: Vec<(usize, Id<QosPolicy>)>,
}

/// What a policy has to know of a flow.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Flow {
    /// Its host.
    pub(in crate::engine) from: usize,
    /// Index of the site it goes to.
    pub(in crate::engine) to_site: usize,
    /// The port of a replication; `None`: a live migration.
    pub(in crate::engine) port: Option<u16>,
}

/// What governs a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Governed {
    /// By this resource, counted from the first of QoS.
    Rate(usize),
    /// By its weight relative to others.
    Weight(u64),
}

impl Qos {
    /// Whether the same policies are in force.
    pub(in crate::engine) fn is_same(&self, other: &Qos) -> bool {
        self.in_force == other.in_force
    }

    pub(in crate::engine) fn new(topology: &Topology) -> Self {
        let starts = |policy: &QosPolicy| {
            policy
                .in_force
                .as_ref()
                .is_none_or(|windows| windows.iter().any(|(from, to)| *from == Time::START && *from < *to))
        };
        let mut qos = Qos {
            in_force: topology.qos.iter().map(starts).collect(),
            by_host: vec![Vec::new(); topology.hosts.len()],
            capped: Vec::new(),
        };
        for (id, policy) in topology.qos.entries() {
            let mut hosts: Vec<usize> = policy.hosts.iter().map(|host: &Id<Host>| host.index()).collect();
            hosts.sort_unstable();
            hosts.dedup();
            for host in hosts {
                qos.by_host[host].push(id);
                if matches!(policy.action, QosAction::Rate(_)) {
                    qos.capped.push((host, id));
                }
            }
        }
        for policies in &mut qos.by_host {
            policies.sort_by_key(|id| (std::cmp::Reverse(topology.qos[*id].precedence), *id));
        }
        qos
    }

    /// The rate of each resource.
    pub(in crate::engine) fn capacities<'t>(
        &'t self,
        topology: &'t Topology,
    ) -> impl Iterator<Item = u64> + 't {
        self.capped.iter().map(|(_, policy)| match topology.qos[*policy].action {
            QosAction::Rate(rate) => rate.0,
            QosAction::Weight(_) => unreachable!("only a rate is a resource"),
        })
    }

    /// The host of each resource.
    pub(in crate::engine) fn hosts(&self) -> impl Iterator<Item = usize> {
        self.capped.iter().map(|(host, _)| *host)
    }

    /// Policy and host of a resource, counted from the first of QoS.
    pub(in crate::engine) fn owner(&self, resource: usize) -> (usize, usize) {
        let (host, policy) = self.capped[resource];
        (policy.index(), host)
    }

    /// Puts a policy in force, or out of it; returns whether that changes anything.
    pub(in crate::engine) fn set(&mut self, policy: usize, on: bool) -> bool {
        std::mem::replace(&mut self.in_force[policy], on) != on
    }

    /// What governs `flow` now.
    pub(in crate::engine) fn governing(&self, topology: &Topology, flow: Flow) -> Option<Governed> {
        let matches = |policy: &QosPolicy| match policy.matches {
            Traffic::To(site) => site.index() == flow.to_site,
            Traffic::Port(port) => flow.port == Some(port),
            Traffic::Vmms => true,
        };
        let mut own = self.by_host[flow.from].iter().copied();
        let id = own.find(|id| self.in_force[id.index()] && matches(&topology.qos[*id]))?;
        Some(match topology.qos[id].action {
            QosAction::Weight(weight) => Governed::Weight(u64::from(weight.max(1))),
            QosAction::Rate(_) => {
                let place = self.capped.iter().position(|capped| *capped == (flow.from, id));
                Governed::Rate(place.expect("each rate on a host is a resource"))
            }
        })
    }
}

/// When policies begin and cease to hold by their calendars, after the start: (instant, policy, on).
pub(in crate::engine) fn edges(topology: &Topology) -> Vec<(u64, u32, bool)> {
    let mut edges = Vec::new();
    for (id, policy) in topology.qos.entries() {
        let index = u32::try_from(id.index()).expect("fewer than 2^32 policies");
        for (from, to) in policy.in_force.iter().flatten().filter(|(from, to)| from < to) {
            edges.extend((from.0 > 0).then_some((from.0, index, true)));
            edges.push((to.0, index, false));
        }
    }
    edges.sort_unstable();
    edges
}
