//! Who orchestrates: the recovery service, VMM servers and clouds. Losing them stops orchestration, never replication (fact 6.11).

use serde::Serialize;

use crate::ids::{Id, Table};
use crate::topology::{FaultDomain, Host, Site};
use crate::units::Span;

/// A VMM server with its provider.
#[derive(Clone, Debug, Serialize)]
pub struct Vmm {
    /// Unique name.
    pub name: String,
    /// Where it runs.
    pub site: Id<Site>,
    /// Fault domains beyond its site's.
    pub domains: Vec<Id<FaultDomain>>,
}

/// A VMM cloud: hosts under one VMM server.
#[derive(Clone, Debug, Serialize)]
pub struct Cloud {
    /// Unique name.
    pub name: String,
    /// The VMM server that manages it.
    pub vmm: Id<Vmm>,
    /// Its hosts.
    pub hosts: Vec<Id<Host>>,
}

/// The control plane as a whole.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ControlPlane {
    /// VMM servers, by name.
    pub vmms: Table<Vmm>,
    /// Clouds, by name.
    pub clouds: Table<Cloud>,
    /// From an operator's click to the first step of the job (undocumented, a parameter).
    pub job_latency: Span,
}
