//! What a plan finds to be needed, to be bought or hired: values that were simulated, with what they rest on.

use crate::ids::Id;
use crate::recovery::{Application, People};
use crate::topology::{Link, Site};
use crate::units::Time;
use crate::workload::Vm;

/// Of what something is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Nominal rate of a link, B/s.
    Rate(Id<Link>),
    /// Virtual processors at a site.
    Processors(Id<Site>),
    /// Memory at a site, bytes.
    Memory(Id<Site>),
    /// Space on volumes at a site, bytes.
    Disk(Id<Site>),
    /// Operators of a team.
    Operators(Id<People>),
}

/// What an amount rests on: less breaks this first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rests {
    /// An application's RPO while nothing fails: the VM whose point is too old, and when, from the start of the run.
    Steady(Id<Application>, Id<Vm>, Time),
    /// The mean that a link is asked to carry.
    Mean,
    /// An objective of an application, by its name, in an outage, by its name; `None`: while nothing fails.
    Objective(String, Option<String>),
    /// The loss of a site, with everything that is then started or stored here.
    Loss(Id<Site>),
}

/// Where it was found. Of equal amounts the one that is known to the instant is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Whole runs as written, with outages.
    Runs,
    /// Replication alone; of a site, what its plans start.
    Alone,
}

/// An amount that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Of what.
    pub subject: Subject,
    /// The least that is enough.
    pub least: u64,
    /// What there is; `None`: as much as is asked for.
    pub in_force: Option<u64>,
    /// Where it was found.
    pub source: Source,
    /// What less would break; `None`: nothing, it is the least that there can be.
    pub rests: Option<Rests>,
}
