//! Who orchestrates: the recovery service, VMM servers and clouds. Losing them stops orchestration, never replication (fact 6.11).

use serde::Serialize;

use crate::ids::{Id, Table};
use crate::topology::{FaultDomain, Host, LogicalNetwork, Site};
use crate::units::{Bytes, Span};
use crate::workload::Vm;

/// A VMM server with its provider.
#[derive(Clone, Debug, Serialize)]
pub struct Vmm {
    /// Unique name.
    pub name: String,
    /// Where it runs.
    pub site: Id<Site>,
    /// Fault domains beyond its site's.
    pub domains: Vec<Id<FaultDomain>>,
    /// How it is set up.
    pub deployment: Deployment,
}

/// How a VMM server is set up.
#[derive(Clone, Debug, Serialize)]
pub struct Deployment {
    /// What it runs on.
    pub runs: Runs,
    /// A VM with its database, which must run too (S20); `None`: local.
    pub sql: Option<Id<Vm>>,
    /// Its version, such as `2012 R2`; at least 2012 SP1 (S12).
    pub version: VmmVersion,
    /// Its provider.
    pub provider: Provider,
}

/// What a VMM server runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Runs {
    /// A machine of its own at its site.
    #[default]
    Machine,
    /// A cluster of machines: it works while one of these hosts does.
    Nodes(Vec<Id<Host>>),
    /// A VM: it works where and while that VM is in service (S20, S24).
    Vm(Id<Vm>),
}

/// Version of a VMM server, in order of age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum VmmVersion {
    /// System Center 2012: too old.
    V2012,
    /// 2012 SP1.
    V2012Sp1,
    /// 2012 R2.
    V2012R2,
    /// 2016.
    V2016,
    /// 2019.
    V2019,
    /// 2022.
    V2022,
    /// 2025.
    V2025,
}

/// The Site Recovery provider of a VMM server.
#[derive(Clone, Debug, Serialize)]
pub struct Provider {
    /// Versions on the nodes: all the same (S32).
    pub versions: Vec<String>,
    /// Age of the registration key when it was used; at most 5 days (S30). `None`: registered long ago.
    pub key_age: Option<Span>,
    /// Whether it is registered in the vault (S38).
    pub is_registered: bool,
    /// How it reaches the service (S34).
    pub proxy: Proxy,
    /// Required URLs that a firewall blocks (S15, fact 6.13).
    pub blocked: Vec<String>,
}

/// How a provider reaches the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Proxy {
    /// Directly.
    #[default]
    None,
    /// By the proxy already set on the server.
    Existing,
    /// By one of its own: a password change needs a restart of the service (S34).
    Custom,
}

impl Default for Deployment {
    fn default() -> Self {
        Deployment {
            runs: Runs::Machine,
            sql: None,
            version: VmmVersion::V2012R2,
            provider: Provider {
                versions: Vec::new(),
                key_age: None,
                is_registered: true,
                proxy: Proxy::None,
                blocked: Vec::new(),
            },
        }
    }
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
    /// What it offers.
    pub profile: Profile,
}

/// What a cloud offers (S12, facts 6.2, 6.17, 6.25).
#[derive(Clone, Debug, Serialize)]
pub struct Profile {
    /// Whether it has the Hyper-V capability profile.
    pub has_hyper_v: bool,
    /// Whether its metadata is synchronised with the vault (S37).
    pub is_synchronized: bool,
    /// Logical networks it offers; `None`: all.
    pub logical_networks: Option<Vec<Id<LogicalNetwork>>>,
    /// Its capacity.
    pub capacity: Capacity,
}

impl Default for Profile {
    fn default() -> Self {
        Profile {
            has_hyper_v: true,
            is_synchronized: true,
            logical_networks: None,
            capacity: Capacity::default(),
        }
    }
}

/// Capacity of a cloud; `None` is unlimited.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Capacity {
    /// Virtual cores.
    pub cores: Option<u32>,
    /// Memory.
    pub memory: Option<Bytes>,
    /// Storage.
    pub storage: Option<Bytes>,
    /// Virtual machines.
    pub vms: Option<u32>,
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
