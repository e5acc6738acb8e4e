//! This scenario with that changed: the one way in which plans ask what if. A change is a value; where the language has a field for it, it
//! names what `--set` takes to the same effect.

mod replication;
mod hosts;
mod recovery;
mod server;

pub use hosts::OfHosts;
pub use recovery::{OfPlan, OfTeam, OfVms};
pub use replication::{OfLink, OfPolicies, OfPolicy};

use crate::control_plane::Vmm;
use crate::ids::{Id, Table};
use crate::protection::Policy;
use crate::recovery::{Application, People, Plan};
use crate::scenario::Scenario;
use crate::topology::{Link, Network, QosAction, QosPolicy, Site};
use crate::units::{Rate, Ratio, Span};
use crate::workload::Vm;

/// A change of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Of a link.
    Link(Id<Link>, OfLink),
    /// Rate of a QoS policy.
    QosRate(Id<QosPolicy>, Rate),
    /// How long clients keep an address in a network.
    DnsTtl(Id<Network>, Span),
    /// Of a policy of replication.
    Policy(Id<Policy>, OfPolicy),
    /// Of all policies.
    Policies(OfPolicies),
    /// All churn times a factor.
    Churn(Ratio),
    /// A disk is excluded from replication, by its index.
    ExcludeDisk(Id<Vm>, usize),
    /// Of hosts or storage.
    Hosts(OfHosts),
    /// Of a recovery plan.
    Plan(Id<Plan>, OfPlan),
    /// Of a team.
    Team(Id<People>, OfTeam),
    /// Of some VMs.
    Vms(Vec<Id<Vm>>, OfVms),
    /// Checks of an application before it is in service.
    Validation(Id<Application>, Span),
    /// From an operator's click to the first step of a job.
    JobLatency(Span),
    /// Everybody's time to decide.
    Decisions(Span),
    /// A VMM server stands at another site, on a machine of its own: outages hit it there, and no longer where it stood.
    MoveServer(Id<Vmm>, Id<Site>),
}

impl Change {
    /// The scenario with it.
    #[must_use]
    pub fn of(&self, scenario: &Scenario) -> Scenario {
        let mut changed = scenario.clone();
        self.apply(&mut changed);
        changed
    }

    /// Makes it.
    pub fn apply(&self, it: &mut Scenario) {
        match self {
            Change::Link(link, change) => change.apply(&mut it.topology.links[*link]),
            Change::QosRate(policy, rate) => it.topology.qos[*policy].action = QosAction::Rate(*rate),
            Change::DnsTtl(network, ttl) => it.topology.networks[*network].dns.ttl = *ttl,
            Change::Policy(policy, change) => change.apply(&mut it.policies[*policy]),
            Change::Policies(change) => it.policies = each(&it.policies, |policy| change.apply(policy)),
            Change::Churn(factor) => {
                it.vms = each(&it.vms, |vm| {
                    vm.disks
                        .iter_mut()
                        .flat_map(|disk| &mut disk.churn)
                        .for_each(|layer| replication::grow(layer, *factor));
                });
            }
            Change::ExcludeDisk(vm, disk) => it.vms[*vm].disks[*disk].replicate = false,
            Change::Hosts(change) => change.apply(it),
            Change::Plan(plan, change) => change.apply(&mut it.recovery.plans[*plan]),
            Change::Team(team, change) => change.apply(&mut it.recovery.people[*team]),
            Change::Vms(vms, change) => vms.iter().for_each(|vm| change.apply(&mut it.vms[*vm])),
            Change::Validation(application, span) => {
                it.recovery.applications[*application].validation = *span;
            }
            Change::JobLatency(span) => it.control_plane.job_latency = *span,
            Change::Decisions(span) => {
                it.recovery.people = each(&it.recovery.people, |team| team.decision = *span);
            }
            Change::MoveServer(vmm, site) => server::go_to(it, *vmm, *site),
        }
    }

    /// What `--set` takes to the same effect in this scenario: `"links.wan.rate=100 Mbps"`. `None`: it takes more than a field.
    pub fn set(&self, scenario: &Scenario) -> Option<String> {
        match self {
            Change::Link(link, change) => {
                let name = &scenario.topology.links[*link].name;
                match change {
                    OfLink::Rate(rate) => Some(format!("links.{name}.rate={rate}")),
                    OfLink::NoThrottle => Some(format!("links.{name}.throttle=[]")),
                    OfLink::ThrottleRate(_) | OfLink::ThrottleTwice => None,
                }
            }
            Change::DnsTtl(network, ttl) => {
                Some(format!("networks.{}.dns_ttl={ttl}", scenario.topology.networks[*network].name))
            }
            Change::Policy(policy, change) => {
                let name = &scenario.policies[*policy].name;
                Some(match change {
                    OfPolicy::Interval(span) => format!("policies.{name}.interval={span}"),
                    OfPolicy::ResyncAtOnce => format!("policies.{name}.resync=immediate"),
                })
            }
            Change::Plan(plan, change) => change.set(&scenario.recovery.plans[*plan]),
            Change::Validation(application, span) => {
                let name = &scenario.recovery.applications[*application].name;
                Some(format!("applications.{name}.validation={span}"))
            }
            Change::JobLatency(span) => Some(format!("recovery_service.job_latency={span}")),
            Change::Team(team, change) => change.set(&scenario.recovery.people[*team].name),
            Change::MoveServer(vmm, site) => server::set(scenario, *vmm, *site),
            Change::QosRate(..)
            | Change::Policies(_)
            | Change::Churn(_)
            | Change::ExcludeDisk(..)
            | Change::Vms(..)
            | Change::Hosts(_)
            | Change::Decisions(_) => None,
        }
    }
}

/// The rows, each changed.
pub fn each<T: Clone>(rows: &Table<T>, change: impl Fn(&mut T)) -> Table<T> {
    let changed = |row: &T| {
        let mut row = row.clone();
        change(&mut row);
        row
    };
    rows.iter().map(changed).collect()
}

fn twice(rate: Rate) -> Rate {
    Rate(rate.0.saturating_mul(2))
}
