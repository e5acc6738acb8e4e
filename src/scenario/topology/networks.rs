//! VM networks, the logical networks they lie on, and their mappings: the fields of their entries.
//!
//! - logical network: name
//! - network: name, site, pool, dns_ttl, dns_replication, logical, subnets, isolation (`none`, `vlan`, `wnv`)
//! - subnet: name, pool
//! - network mapping: from, to, keeps_address

use crate::ids::{Id, Table};
use crate::problem::{Problem, codes};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::Context;
use crate::scenario::reading::fields::Fields;
use crate::topology::{Dns, Fabric, Isolation, LogicalNetwork, Network, NetworkMapping, Subnet};

/// All VM networks.
pub fn networks(context: &Context) -> Table<Network> {
    let read = |fields: &Fields| Network {
        name: fields.name.clone(),
        site: context.sections.sites.need(fields, "site"),
        pool: fields.limit("pool", &default::NETWORK_POOL),
        dns: Dns {
            ttl: fields.or("dns_ttl", &default::NETWORK_DNS_TTL),
            replication: fields.or("dns_replication", &default::NETWORK_DNS_REPLICATION),
        },
        fabric: fabric(context, fields),
    };
    Table::new(context.sections.networks.read(context.diagnostics, read))
}

fn fabric(context: &Context, fields: &Fields) -> Fabric {
    let read = |entry: &Fields| {
        entry.need_text("name");
        let subnet = Subnet { name: entry.name.clone(), pool: entry.limit("pool", &default::NETWORK_POOL) };
        entry.finish();
        subnet
    };
    let subnets: Vec<Subnet> = fields.entries("subnets", "subnet").iter().map(read).collect();
    for (index, subnet) in subnets.iter().enumerate() {
        if subnets[..index].iter().any(|earlier| earlier.name == subnet.name) {
            let what = format!("{fields} has two subnets called `{}`", subnet.name);
            fields.report(&codes::DUPLICATE_NAME, "subnets", what);
        }
    }
    if !subnets.is_empty() && fields.has("pool") {
        let what = format!("{fields} has subnets: each of them has a `pool` of its own");
        fields.report(&codes::ONE_KIND, "pool", what);
    }
    let isolations = [("none", Isolation::None), ("vlan", Isolation::Vlan), ("wnv", Isolation::Wnv)];
    Fabric {
        logical: context.sections.logical_networks.optional(fields, "logical"),
        subnets,
        isolation: fields.choice("isolation", &isolations, &default::NETWORK_ISOLATION),
    }
}

/// All logical networks.
pub fn logical_networks(context: &Context) -> Table<LogicalNetwork> {
    let read = |fields: &Fields| LogicalNetwork { name: fields.name.clone() };
    Table::new(context.sections.logical_networks.read(context.diagnostics, read))
}

/// The field `logical_networks`; `None` where it is left out: all.
pub fn reach(
    context: &Context,
    fields: &Fields,
    default: &'static default::Default,
) -> Option<Vec<Id<LogicalNetwork>>> {
    let all = context.sections.logical_networks.ids(fields, "logical_networks");
    if fields.has("logical_networks") {
        return Some(all);
    }
    fields.diagnostics.use_default(default);
    None
}

/// The index in its network of the subnet that a nic names; 0 where it names none.
pub fn subnet<'t>(context: &Context<'_, 't>, nic: &Fields<'_, 't>) -> usize {
    let (Some(written), Some(network)) = (nic.text("subnet"), nic.text("network")) else { return 0 };
    let networks = &context.sections.networks;
    let Some(network) = networks.find(network.text).map(|row| &networks.rows[row]) else { return 0 };
    let subnets = network.node.field("subnets").and_then(|(_, subnets)| subnets.as_list()).unwrap_or(&[]);
    let names: Vec<&str> = subnets
        .iter()
        .filter_map(|subnet| subnet.field("name").and_then(|(_, name)| name.as_text()).map(|name| &**name))
        .collect();
    names.iter().position(|name| *name == written.text).unwrap_or_else(|| {
        let what = format!("network `{}` has no subnet `{}`", network.name, written.text);
        let problem = Problem::new(&codes::UNKNOWN_NAME, context.diagnostics.place(written.slice), what);
        context.diagnostics.push(problem.suggest(written.text, names));
        0
    })
}

/// All network mappings, by source then target.
pub fn mappings(context: &Context) -> Vec<NetworkMapping> {
    let mut all: Vec<(NetworkMapping, Option<&str>)> = Vec::new();
    for node in &context.sections.mappings {
        let Some(fields) = Fields::new(context.diagnostics, "network mapping", node, None) else { continue };
        let mapping = NetworkMapping {
            from: context.sections.networks.need(&fields, "from"),
            to: context.sections.networks.need(&fields, "to"),
            keeps_address: fields.flag("keeps_address", &default::MAPPING_KEEPS_ADDRESS),
        };
        fields.finish();
        all.push((mapping, fields.at("from")));
    }
    all.sort_by_key(|(mapping, _)| (mapping.from, mapping.to, mapping.keeps_address));
    for pair in
        all.windows(2).filter(|pair| pair[0].0.from == pair[1].0.from && !context.diagnostics.failed())
    {
        context.diagnostics.report(&codes::DUPLICATE_NAME, pair[1].1, "this network is mapped twice");
    }
    all.into_iter().map(|(mapping, _)| mapping).collect()
}
