//! Sites, fault domains, hosts with volumes, and networks: the fields of their entries.
//!
//! - site: name, zone, fault_domains
//! - fault domain: name, within
//! - host: name, site, fault_domains, cores, memory, memory_reserve, nic, send_slots, stream_cap, tcp_window, volumes
//! - volume: name, size, apply_rate, fault_domains
//! - network: name, site, pool, dns_ttl
//! - network mapping: from, to, keeps_address

use super::book::Section;
use super::context::{Context, in_range, positive};
use super::defaults as default;
use super::fields::Fields;
use crate::ids::{Id, Table};
use crate::problem::codes;
use crate::topology::{Fabric, FaultDomain, Host, HyperV, Network, NetworkMapping, Site, Storage, Volume};

/// All sites.
pub fn sites(context: &Context) -> Table<Site> {
    let read = |fields: &Fields| {
        fields.need_text("zone");
        let zone = context.zone(fields);
        Site {
            name: fields.name.clone(),
            zone: zone.map(|(name, _)| name).unwrap_or_default(),
            domains: context.book.domains.ids(fields, "fault_domains"),
        }
    };
    Table::new(context.book.sites.read(context.notes, read))
}

/// The tree of fault domains.
pub fn domains(context: &Context) -> Table<FaultDomain> {
    let domains = &context.book.domains;
    let read = |fields: &Fields| FaultDomain {
        name: fields.name.clone(),
        within: domains.optional(fields, "within"),
    };
    let rows = domains.read(context.notes, read);
    let above: Vec<Vec<usize>> =
        rows.iter().map(|row| row.within.iter().map(|id| id.index()).collect()).collect();
    report_cycle(context, domains, &above, "is within", &codes::DOMAIN_CYCLE);
    Table::new(rows)
}

/// Notes the first circle in a relation between the rows of a section, and prints it.
pub fn report_cycle(
    context: &Context,
    section: &Section,
    edges: &[Vec<usize>],
    verb: &str,
    code: &'static crate::problem::Code,
) {
    let Some(cycle) = cycle(edges) else { return };
    let names: Vec<String> =
        cycle.iter().chain(cycle.first()).map(|row| format!("`{}`", section.rows[*row].name)).collect();
    let what = format!("{} {}", section.kind, names.join(&format!(" {verb} ")));
    context.notes.report(code, section.rows[cycle[0]].slice, what);
}

/// The nodes of a circle in order, if there is one: depth-first, without recursion.
fn cycle(edges: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut done = vec![false; edges.len()];
    for root in 0..edges.len() {
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        let mut open = std::collections::BTreeSet::from([root]);
        while let Some((node, next)) = path.last_mut() {
            let Some(&child) = edges[*node].get(*next).filter(|_| !done[*node]) else {
                done[*node] = true;
                open.remove(node);
                path.pop();
                continue;
            };
            *next += 1;
            if open.contains(&child) {
                let start = path.iter().position(|(node, _)| *node == child).unwrap_or(0);
                return Some(path[start..].iter().map(|(node, _)| *node).collect());
            }
            if !done[child] {
                open.insert(child);
                path.push((child, 0));
            }
        }
    }
    None
}

/// All hosts.
pub fn hosts(context: &Context) -> Table<Host> {
    Table::new(context.book.hosts.read(context.notes, |fields| host(context, fields)))
}

fn host(context: &Context, fields: &Fields) -> Host {
    fields.get("volumes");
    let host = Host {
        name: fields.name.clone(),
        site: context.book.sites.need(fields, "site"),
        domains: context.book.domains.ids(fields, "fault_domains"),
        cores: fields.need("cores"),
        memory: fields.need("memory"),
        memory_reserve: fields.or("memory_reserve", &default::HOST_MEMORY_RESERVE),
        nic: fields.limit("nic", &default::HOST_NIC),
        send_slots: fields.limit("send_slots", &default::HOST_SEND_SLOTS),
        stream_cap: fields.limit("stream_cap", &default::HOST_STREAM_CAP),
        tcp_window: fields.limit("tcp_window", &default::HOST_TCP_WINDOW),
        hyper_v: HyperV::default(),
    };
    positive(fields, "nic", host.nic);
    positive(fields, "stream_cap", host.stream_cap);
    positive(fields, "tcp_window", host.tcp_window);
    in_range(fields, "send_slots", host.send_slots.unwrap_or(1), 1, 1024, "1 to 1024 (fact 1.13)");
    host
}

/// All volumes, by host then name.
pub fn volumes(context: &Context) -> Table<Volume> {
    let mut all = Vec::new();
    for (host, range) in context.book.host_volumes.iter().enumerate() {
        for row in &context.book.volumes.rows[range.clone()] {
            let Some(fields) = row.fields(context.notes, "volume") else { continue };
            fields.get("name");
            let volume = Volume {
                name: fields.name.clone(),
                host: Id::new(host),
                domains: context.book.domains.ids(&fields, "fault_domains"),
                size: fields.limit("size", &default::VOLUME_SIZE),
                apply_rate: fields.limit("apply_rate", &default::VOLUME_APPLY_RATE),
                storage: Storage::default(),
            };
            positive(&fields, "apply_rate", volume.apply_rate);
            fields.finish();
            all.push(volume);
        }
    }
    Table::new(all)
}

/// All VM networks.
pub fn networks(context: &Context) -> Table<Network> {
    let read = |fields: &Fields| Network {
        name: fields.name.clone(),
        site: context.book.sites.need(fields, "site"),
        pool: fields.limit("pool", &default::NETWORK_POOL),
        dns_ttl: fields.or("dns_ttl", &default::NETWORK_DNS_TTL),
        fabric: Fabric::default(),
    };
    Table::new(context.book.networks.read(context.notes, read))
}

/// All network mappings, by source then target.
pub fn mappings(context: &Context) -> Vec<NetworkMapping> {
    let mut all: Vec<(NetworkMapping, Option<&str>)> = Vec::new();
    for node in &context.book.mappings {
        let Some(fields) = Fields::new(context.notes, "network mapping", node, None) else { continue };
        let mapping = NetworkMapping {
            from: context.book.networks.need(&fields, "from"),
            to: context.book.networks.need(&fields, "to"),
            keeps_address: fields.flag("keeps_address", &default::MAPPING_KEEPS_ADDRESS),
        };
        fields.finish();
        all.push((mapping, fields.at("from")));
    }
    all.sort_by_key(|(mapping, _)| (mapping.from, mapping.to, mapping.keeps_address));
    for pair in all.windows(2).filter(|pair| pair[0].0.from == pair[1].0.from && !context.notes.failed()) {
        context.notes.report(&codes::DUPLICATE_NAME, pair[1].1, "this network is mapped twice");
    }
    all.into_iter().map(|(mapping, _)| mapping).collect()
}

#[cfg(test)]
mod tests {
    use super::cycle;

    #[test]
    fn circles_are_found_and_diamonds_are_not() {
        assert_eq!(cycle(&[vec![1, 2], vec![3], vec![3], vec![]]), None);
        assert_eq!(cycle(&[vec![1], vec![2], vec![1]]), Some(vec![1, 2]));
        assert_eq!(cycle(&[vec![0]]), Some(vec![0]));
        let long: Vec<Vec<usize>> = (0..100_000).map(|node| vec![(node + 1) % 100_000]).collect();
        assert_eq!(cycle(&long).map(|cycle| cycle.len()), Some(100_000));
    }
}
