//! Where things stand: sites, fault domains, hosts, volumes, networks and links.
//!
//! Imports ids and units only. Every reference is an id; names are kept for reports.

use serde::Serialize;

use crate::ids::{Id, Table};
use crate::units::{Bytes, Rate, Ratio, Span, Time};

/// A place with hosts, in one time zone.
#[derive(Clone, Debug, Serialize)]
pub struct Site {
    /// Unique name.
    pub name: String,
    /// IANA time zone, for calendars of this site.
    pub zone: String,
    /// Fault domains the site stands in (directly; their parents count too).
    pub domains: Vec<Id<FaultDomain>>,
}

/// Something that fails as one: a campus, a building, a power feed, a provider, an identity domain.
#[derive(Clone, Debug, Serialize)]
pub struct FaultDomain {
    /// Unique name.
    pub name: String,
    /// The domain that this one is part of.
    pub within: Option<Id<FaultDomain>>,
}

/// A Hyper-V host.
#[derive(Clone, Debug, Serialize)]
pub struct Host {
    /// Unique name.
    pub name: String,
    /// Where it stands.
    pub site: Id<Site>,
    /// Fault domains beyond its site's.
    pub domains: Vec<Id<FaultDomain>>,
    /// Cores that VMs may use.
    pub cores: u32,
    /// Installed memory.
    pub memory: Bytes,
    /// Memory kept for the host itself (facts: host reserve is undocumented, hence a parameter).
    pub memory_reserve: Bytes,
    /// Rate of its network card in each direction; `None` never binds.
    pub nic: Option<Rate>,
    /// Change logs it sends at once (fact 1.13: 3, range 1–1024); `None` never binds.
    pub send_slots: Option<u32>,
    /// Highest rate of one log's stream (fact 1.19); `None` never binds.
    pub stream_cap: Option<Rate>,
    /// TCP window of one stream; the stream then carries at most window ÷ round trip.
    pub tcp_window: Option<Bytes>,
}

/// A volume of a host, which holds disks, change logs and replicas.
#[derive(Clone, Debug, Serialize)]
pub struct Volume {
    /// Name, unique within the host.
    pub name: String,
    /// Its host.
    pub host: Id<Host>,
    /// Fault domains beyond its host's.
    pub domains: Vec<Id<FaultDomain>>,
    /// Capacity; `None` never fills.
    pub size: Option<Bytes>,
    /// Rate at which received logs are applied, shared equally by the replicas on it; `None` is instant.
    pub apply_rate: Option<Rate>,
}

/// A VM network of a site.
#[derive(Clone, Debug, Serialize)]
pub struct Network {
    /// Unique name.
    pub name: String,
    /// Its site.
    pub site: Id<Site>,
    /// Addresses in its static pool; `None`: no pool, so a static address cannot be given (fact 6.19).
    pub pool: Option<u32>,
    /// Time-to-live of its DNS records (fact 6.23: 20 min).
    pub dns_ttl: Span,
}

/// Which network a VM joins after it changed sites (fact 6.15), in one direction.
#[derive(Clone, Debug, Serialize)]
pub struct NetworkMapping {
    /// The network at the source.
    pub from: Id<Network>,
    /// The network at the target.
    pub to: Id<Network>,
    /// Whether a VM keeps its address (stretched or wholly moved subnet, fact 6.21). A changed one costs the DNS time-to-live.
    pub keeps_address: bool,
}

/// A point of the network graph: a site or a router between sites.
#[derive(Clone, Debug, Serialize)]
pub struct Node {
    /// Name of the site or router.
    pub name: String,
    /// The site, unless a router.
    pub site: Option<Id<Site>>,
}

/// An edge of the network graph.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// Unique name.
    pub name: String,
    /// One end.
    pub from: Id<Node>,
    /// The other end.
    pub to: Id<Node>,
    /// Fault domains it runs through.
    pub domains: Vec<Id<FaultDomain>>,
    /// Nominal rate from → to and to → from.
    pub rate: [Rate; 2],
    /// Delay one way.
    pub latency: Span,
    /// Share of the nominal rate that carries payload.
    pub efficiency: Ratio,
    /// Throttle in force from each instant on, by direction; `None` is no throttle. Sorted, first entry at the start.
    pub throttle: [Vec<(Time, Option<Rate>)>; 2],
}

/// Direction of travel over a link: 0 is from → to, 1 is to → from.
pub type Direction = usize;

/// The links as written, and what stands at their ends.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Topology {
    /// Sites, by name.
    pub sites: Table<Site>,
    /// Fault domains, by name.
    pub domains: Table<FaultDomain>,
    /// Hosts, by name.
    pub hosts: Table<Host>,
    /// Volumes, by host then name.
    pub volumes: Table<Volume>,
    /// Networks, by name.
    pub networks: Table<Network>,
    /// Network mappings, by source network.
    pub mappings: Vec<NetworkMapping>,
    /// Ends of links, sites first, then routers, each by name.
    pub nodes: Table<Node>,
    /// Links, by name.
    pub links: Table<Link>,
}
