//! What goes wrong: each kind of outage stands in one file below and translates into [`Strike`]s, the only
//! vocabulary that the simulation speaks. To add a kind: its file, and one line in `scenario/outages.rs`.

mod broker;
mod contents;
mod host;
mod link;
mod people;
mod recovery_points;
mod recovery_service;
mod replication;
mod site;
pub mod domain;
mod vmm;
mod volume;

use serde::Serialize;

use crate::control_plane::{ControlPlane, Vmm};
use crate::ids::Id;
use crate::recovery::People;
use crate::topology::{Cluster, FaultDomain, Host, Link, Site, Topology, Volume};
use crate::units::{Ratio, Span, Time};
use crate::workload::Vm;

/// A named what-if: everything that happens in one run, beside the outage-free baseline.
#[derive(Clone, Debug, Serialize)]
pub struct Outage {
    /// Unique name.
    pub name: String,
    /// A sentence for the report.
    pub about: String,
    /// Strikes, sorted by (from, component). Two on one component may overlap: it is up when none holds it.
    pub strikes: Vec<Strike>,
    /// Whether applications that run on may have copies older than their RPO: the report says so, and no promise is broken.
    pub accepts_exposure: bool,
}

/// One component down or degraded from an instant to its repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Strike {
    /// What is hit.
    pub component: Component,
    /// How.
    pub effect: Effect,
    /// When.
    pub from: Time,
    /// When repaired; `None`: not within the run.
    pub to: Option<Time>,
    /// What the scenario calls the cause: "site hq lost", "link wan cut".
    pub cause: String,
}

/// What can be hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Component {
    /// A site as such (its hosts, volumes and VMM servers are struck beside it).
    Site(Id<Site>),
    /// A host, with the VMs on it.
    Host(Id<Host>),
    /// A volume: the VMs with a disk on it stop, replicas on it cannot be applied or failed over.
    Volume(Id<Volume>),
    /// A link, both directions.
    Link(Id<Link>),
    /// A VMM server with its provider.
    Vmm(Id<Vmm>),
    /// The recovery service (vault), or the internet path to it.
    RecoveryService,
    /// People: nobody of the team can act.
    People(Id<People>),
    /// The replica broker of a cluster: no replica is placed on it or moved within it (fact 6.7).
    Broker(Id<Cluster>),
    /// The contents of a VM: corruption from the first instant on, which replication spreads; the repair is its discovery.
    Contents(Id<Vm>),
    /// A VM's replication: an error that is not retried from the first instant on, until an operator resumes it (fact 1.18).
    Replication(Id<Vm>),
    /// Recovery points of a VM beside the newest: one is damaged until the repair, which blocks others (fact 2.11).
    RecoveryPoints(Id<Vm>),
}

/// How it is hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Effect {
    /// It does not work.
    Down,
    /// A link that carries this share of its rate; the lowest of several holds.
    Degraded(Ratio),
    /// Recovery points of which the newest that is at least so old is damaged.
    Damaged(Span),
}

impl Outage {
    /// When it begins; `None` without a strike.
    pub fn first_strike(&self) -> Option<Time> {
        self.strikes.iter().map(|strike| strike.from).min()
    }

    /// The same outage with its first strike at `at`: all strikes and repairs keep their distances.
    #[must_use]
    pub fn moved_to(&self, at: Time) -> Outage {
        let Some(first) = self.first_strike() else { return self.clone() };
        let moved = |time: Time| at.plus(time.since(first));
        let strikes = self.strikes.iter().map(|strike| Strike {
            from: moved(strike.from),
            to: strike.to.map(moved),
            ..strike.clone()
        });
        Outage { strikes: strikes.collect(), ..self.clone() }
    }
}

/// What a fault hits, before it is translated into components.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A site with all that stands there; its links stay.
    Site(Id<Site>),
    /// All that stands in a fault domain or in one inside it.
    Domain(Id<FaultDomain>),
    /// A host.
    Host(Id<Host>),
    /// A volume.
    Volume(Id<Volume>),
    /// A link.
    Link(Id<Link>),
    /// A VMM server.
    Vmm(Id<Vmm>),
    /// The recovery service.
    RecoveryService,
    /// A team.
    People(Id<People>),
    /// A cluster's broker.
    Broker(Id<Cluster>),
    /// A VM's contents.
    Contents(Id<Vm>),
    /// A VM's replication.
    Replication(Id<Vm>),
    /// A VM's older recovery points.
    RecoveryPoints(Id<Vm>),
}

/// Where the components of a target are found.
#[derive(Clone, Copy)]
pub struct Estate<'e> {
    /// Sites to links.
    pub topology: &'e Topology,
    /// VMM servers.
    pub control_plane: &'e ControlPlane,
}

/// The components that a target consists of, each once, sorted.
pub fn components(target: Target, estate: Estate) -> Vec<Component> {
    let mut all = match target {
        Target::Site(id) => site::components(id, estate),
        Target::Domain(id) => domain::components(id, estate),
        Target::Host(id) => host::components(id),
        Target::Volume(id) => volume::components(id),
        Target::Link(id) => link::components(id),
        Target::Vmm(id) => vmm::components(id),
        Target::RecoveryService => recovery_service::components(),
        Target::People(id) => people::components(id),
        Target::Broker(id) => broker::components(id),
        Target::Contents(id) => contents::components(id),
        Target::Replication(id) => replication::components(id),
        Target::RecoveryPoints(id) => recovery_points::components(id),
    };
    all.sort();
    all.dedup();
    all
}

/// The instant of repair: never earlier than the fault.
pub fn repair(from: Time, lasts: Option<Span>, until: Option<Time>) -> Option<Time> {
    lasts.map(|span| from.plus(span)).or(until).map(|to| to.max(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_outage_keeps_its_distances() {
        let strike = |from, to| Strike {
            component: Component::RecoveryService,
            effect: Effect::Down,
            from: Time(from),
            to,
            cause: String::new(),
        };
        let strikes = vec![strike(100, Some(Time(150))), strike(130, None)];
        let moved = Outage { accepts_exposure: false, name: String::new(), about: String::new(), strikes }
            .moved_to(Time(20));
        let times: Vec<_> = moved.strikes.iter().map(|strike| (strike.from, strike.to)).collect();
        assert_eq!(times, [(Time(20), Some(Time(70))), (Time(50), None)]);
    }
}
