//! What goes wrong: each kind of outage stands in one file below and translates into [`Strike`]s, the only
//! vocabulary that the simulation speaks. To add a kind: its file, one variant of the scenario's `OutageEntry`, one line there.

use serde::Serialize;

use crate::control_plane::Vmm;
use crate::ids::Id;
use crate::recovery::People;
use crate::topology::{Host, Link, Site, Volume};
use crate::units::{Ratio, Time};

/// A named what-if: everything that happens in one run, beside the outage-free baseline.
#[derive(Clone, Debug, Serialize)]
pub struct Outage {
    /// Unique name.
    pub name: String,
    /// A sentence for the report.
    pub about: String,
    /// Strikes, sorted by (from, component). Two on one component may overlap: it is up when none holds it.
    pub strikes: Vec<Strike>,
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
}

/// How it is hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Effect {
    /// It does not work.
    Down,
    /// A link that carries this share of its rate; the lowest of several holds.
    Degraded(Ratio),
}
