//! Where things stand: sites, fault domains, hosts, volumes, networks and links.
//!
//! Imports ids, graphs and units only. Every reference is an id; names are kept for reports.

pub mod links;

use serde::Serialize;

use crate::ids::{Id, Table};
use crate::units::{Bytes, MICROS, Rate, Ratio, Span, Time};

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
    /// Logical processors: the most virtual ones that one VM can have.
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
    /// What it is as a Hyper-V host.
    pub hyper_v: HyperV,
}

/// A host's Hyper-V role: version, cluster, reach, and the limits of its registry.
#[derive(Clone, Debug, Serialize)]
pub struct HyperV {
    /// Operating system: decides recovery history, frequencies and which policy fits (facts 1.2, 2.1, 2.3, 6.4).
    pub os: OsVersion,
    /// Whether the latest updates are installed (S13; S14: update 2961977 on clusters of 2012 R2).
    pub is_updated: bool,
    /// The cluster it is a node of.
    pub cluster: Option<Id<Cluster>>,
    /// Logical networks it reaches (fact 6.8); `None`: all.
    pub logical_networks: Option<Vec<Id<LogicalNetwork>>>,
    /// VMs of one primary host whose logs are applied at once (fact 1.15); `None`: unlimited.
    pub apply_vms: Option<u32>,
    /// Disks of one VM that are applied at once (fact 1.14: 4, range 1–260).
    pub apply_disks: u32,
    /// Outstanding requests over all replicated disks (fact 1.16); `None`: unlimited, at most 256 a disk.
    pub apply_depth: Option<u32>,
    /// Resynchronisations and initial copies by comparison that run at once from this host; `None`: unlimited. A parameter.
    pub resync_parallel: Option<u32>,
    /// Most virtual processors that its VMs together have for each logical one; `None`: any number. Hyper-V knows no such limit.
    pub vcpu_per_core: Option<u32>,
    /// Rate at which one VM's blocks are read on both sides and compared, as far as volumes do not read slower; `None`: only they limit
    /// it. A parameter.
    pub compare_rate: Option<Rate>,
}

impl Host {
    /// Logical processors and startup memory that lack for VMs that want this many virtual processors and this much memory together
    /// (fact 9.6): memory admits, and virtual processors only where there is a limit.
    pub fn lacks(&self, cores: u64, memory: Bytes) -> (u64, Bytes) {
        let free = self.memory.0.saturating_sub(self.memory_reserve.0);
        let wanted = self.hyper_v.vcpu_per_core.map_or(0, |most| cores.div_ceil(u64::from(most.max(1))));
        (wanted.saturating_sub(u64::from(self.cores)), Bytes(memory.0.saturating_sub(free)))
    }

    /// As [`Host::lacks`], for one VM that joins others: by itself it must not have more virtual processors than there are logical ones.
    pub fn lacks_for(&self, vm: u32, (cores, memory): (u64, Bytes)) -> (u64, Bytes) {
        let (together, memory) = self.lacks(cores, memory);
        (together.max(u64::from(vm.saturating_sub(self.cores))), memory)
    }
}

impl Default for HyperV {
    fn default() -> Self {
        HyperV {
            os: OsVersion::Ws2012R2,
            is_updated: true,
            cluster: None,
            logical_networks: None,
            apply_vms: None,
            apply_disks: 4,
            apply_depth: None,
            resync_parallel: None,
            vcpu_per_core: None,
            compare_rate: None,
        }
    }
}

/// Version of a host's operating system, in order of age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum OsVersion {
    /// Windows Server 2012: 5 min only, up to 16 recovery points kept as snapshots.
    Ws2012,
    /// Windows Server 2012 R2: all frequencies, up to 24 points kept as undo logs.
    Ws2012R2,
    /// Windows Server 2016, likewise.
    Ws2016,
    /// Windows Server 2019, likewise: the replication cycle, its frequencies and its points are those of 2012 R2 since.
    Ws2019,
    /// Windows Server 2022, likewise.
    Ws2022,
    /// Windows Server 2025, likewise.
    Ws2025,
}

impl OsVersion {
    /// Whether recovery points are snapshots, as on 2012, and not undo logs, as ever since (facts 2.3, 2.10).
    pub fn keeps_snapshots(self) -> bool {
        self == OsVersion::Ws2012
    }
}

/// A failover cluster of hosts at one site. Its volumes are reached from every node.
#[derive(Clone, Debug, Serialize)]
pub struct Cluster {
    /// Unique name.
    pub name: String,
    /// Where all its nodes stand.
    pub site: Id<Site>,
    /// Whether it has a Hyper-V Replica Broker (fact 6.6): without one no replica is placed on it or moved.
    pub has_broker: bool,
    /// Whether its nodes have static addresses: a 2012 broker must then be made by hand (S14).
    pub static_addresses: bool,
    /// From a node's crash to power-on of its VMs on another node. A parameter.
    pub restart: Span,
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
    /// What else is known of it.
    pub storage: Storage,
}

/// A volume as storage.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Storage {
    /// The cluster whose shared volume it is: it then survives its host, which only names it.
    pub cluster: Option<Id<Cluster>>,
    /// Rate of one outstanding request, for the limit of fact 1.16; `None`: that limit does not bind.
    pub apply_request_rate: Option<Rate>,
    /// Rate at which the blocks of one VM are read from it; `None`: never binds.
    pub read_rate: Option<Rate>,
    /// I/O operations per second it can do; `None`: never binds. Reported against, not simulated.
    pub iops: Option<u32>,
    /// Whether logs and copies are applied while they are received; else when they have arrived whole.
    pub streams: bool,
    /// Whether it is deduplicated: applying with recovery points then takes this many times as long (fact 2.16: 5–7).
    pub dedup_slowdown: Option<u32>,
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
    /// Its names.
    pub dns: Dns,
    /// What it is made of.
    pub fabric: Fabric,
}

/// How names of VMs on a network follow a change of address.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Dns {
    /// How long clients keep a record of this network (fact 6.23: 20 min).
    pub ttl: Span,
    /// From a record's change to this network until the name servers that clients ask have it. Undocumented, a parameter.
    pub replication: Span,
}

/// What a VM network is made of.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fabric {
    /// The logical network it lies on; `None`: one that every host and cloud has.
    pub logical: Option<Id<LogicalNetwork>>,
    /// Its subnets in order; empty: one without a name, with the network's pool.
    pub subnets: Vec<Subnet>,
    /// How it is isolated.
    pub isolation: Isolation,
}

/// A subnet of a VM network. After a change of sites a VM joins the one of the same name, else the first (fact 6.16).
#[derive(Clone, Debug, Serialize)]
pub struct Subnet {
    /// Name, unique within the network.
    pub name: String,
    /// Addresses in its static pool; `None`: no pool.
    pub pool: Option<u32>,
}

/// How a VM network is isolated (facts 4.29, 6.19).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Isolation {
    /// Not at all.
    #[default]
    None,
    /// By VLAN.
    Vlan,
    /// Windows network virtualisation: always needs a static pool.
    Wnv,
}

/// A logical network, which hosts reach and clouds offer.
#[derive(Clone, Debug, Serialize)]
pub struct LogicalNetwork {
    /// Unique name.
    pub name: String,
}

/// A QoS policy on some hosts (facts 8.1–8.8): it holds for what they send. Of several that match, the highest precedence counts, then the name.
#[derive(Clone, Debug, Serialize)]
pub struct QosPolicy {
    /// Unique name.
    pub name: String,
    /// The computers that have it. A VM that moves to another leaves it behind (fact 8.3).
    pub hosts: Vec<Id<Host>>,
    /// What it matches.
    pub matches: Traffic,
    /// What it does.
    pub action: QosAction,
    /// Higher wins, 0–255 (fact 8.3: 127).
    pub precedence: u8,
    /// When it is in force: sorted, disjoint, half-open; `None`: always (fact 8.6).
    pub in_force: Option<Vec<(Time, Time)>>,
}

/// What a QoS policy matches (fact 8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Traffic {
    /// All that goes to a site's subnet: replication, and any other traffic.
    To(Id<Site>),
    /// A destination port: replication by policies with that port.
    Port(u16),
    /// vmms.exe: replication and live migration.
    Vmms,
}

/// What a QoS policy does (fact 8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum QosAction {
    /// An absolute cap on the sum of what matches, per host.
    Rate(Rate),
    /// A share relative to other traffic, 1–100; binds only under contention (T14).
    Weight(u32),
}

/// Which network a VM joins after it changed sites (fact 6.15), in one direction.
#[derive(Clone, Debug, Serialize, PartialEq)]
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

impl Link {
    /// Payload that it carries in a direction without a throttle: rate × efficiency.
    pub fn payload(&self, direction: Direction) -> Rate {
        let parts = u128::from(self.rate[direction].0) * u128::from(self.efficiency.0);
        Rate(u64::try_from(parts / u128::from(MICROS)).unwrap_or(u64::MAX))
    }
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
    /// Clusters, by name.
    pub clusters: Table<Cluster>,
    /// Logical networks, by name.
    pub logical_networks: Table<LogicalNetwork>,
    /// QoS policies, by name.
    pub qos: Table<QosPolicy>,
}

impl Topology {
    /// Whether disks of a VM on `host` may lie on `volume`: it is the host's own, or shared by its cluster.
    pub fn reaches(&self, host: Id<Host>, volume: Id<Volume>) -> bool {
        let row = &self.volumes[volume];
        row.host == host
            || row.storage.cluster.is_some_and(|cluster| self.hosts[host].hyper_v.cluster == Some(cluster))
    }

    /// The node that a site is.
    ///
    /// # Panics
    /// If the site is none of this topology.
    pub fn node_of(&self, site: Id<Site>) -> Id<Node> {
        let node = self.nodes.entries().find(|(_, node)| node.site == Some(site));
        node.map(|(id, _)| id).expect("every site is a node of the network")
    }

    /// A domain and all that it is within.
    pub fn domains_above(&self, id: Id<FaultDomain>) -> Vec<Id<FaultDomain>> {
        let mut all = vec![id];
        while let Some(above) = all.last().and_then(|last| self.domains[*last].within) {
            all.push(above);
        }
        all
    }
}
