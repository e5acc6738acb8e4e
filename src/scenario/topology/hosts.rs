//! Hosts and their volumes: the fields of their entries.
//!
//! - host: name, site, fault_domains, cores, memory, memory_reserve, nic, send_slots, stream_cap, tcp_window, volumes,
//!   os (`2012`, `2012 R2`, `2016`, `2019`, `2022`, `2025`), updated, logical_networks, apply_vms, apply_disks, apply_depth, resync_parallel, compare_rate,
//!   vcpu_per_core
//! - volume: name, size, apply (`whole`, `streaming`), apply_rate, fault_domains, cluster (`true`: shared), iops, read_rate, apply_request_rate,
//!   dedup_slowdown

use super::networks;
use crate::ids::{Id, Table};
use crate::problem::codes;
use crate::scenario::defaults as default;
use crate::scenario::reading::context::{Context, in_range, positive};
use crate::scenario::reading::fields::Fields;
use crate::scenario::reading::node::Node;
use crate::scenario::reading::sections::Row;
use crate::topology::{Host, HyperV, OsVersion, Storage, Volume};

/// Versions of a host's operating system, as written.
pub const VERSIONS: [(&str, OsVersion); 6] = [
    ("2012", OsVersion::Ws2012),
    ("2012 R2", OsVersion::Ws2012R2),
    ("2016", OsVersion::Ws2016),
    ("2019", OsVersion::Ws2019),
    ("2022", OsVersion::Ws2022),
    ("2025", OsVersion::Ws2025),
];

/// All hosts.
pub fn hosts(context: &Context) -> Table<Host> {
    Table::new(context.sections.hosts.read(context.diagnostics, |fields| host(context, fields)))
}

fn host(context: &Context, fields: &Fields) -> Host {
    fields.get("volumes");
    let host = Host {
        name: fields.name.clone(),
        site: context.sections.sites.need(fields, "site"),
        domains: context.sections.domains.ids(fields, "fault_domains"),
        cores: fields.need("cores"),
        memory: fields.need("memory"),
        memory_reserve: fields.or("memory_reserve", &default::HOST_MEMORY_RESERVE),
        nic: fields.limit("nic", &default::HOST_NIC),
        send_slots: fields.limit("send_slots", &default::HOST_SEND_SLOTS),
        stream_cap: fields.limit("stream_cap", &default::HOST_STREAM_CAP),
        tcp_window: fields.limit("tcp_window", &default::HOST_TCP_WINDOW),
        hyper_v: hyper_v(context, fields),
    };
    positive(fields, "nic", host.nic);
    positive(fields, "stream_cap", host.stream_cap);
    positive(fields, "tcp_window", host.tcp_window);
    in_range(fields, "send_slots", host.send_slots.unwrap_or(1), 1, 1024, "1 to 1024 (fact 1.13)");
    host
}

fn hyper_v(context: &Context, fields: &Fields) -> HyperV {
    let row = context.sections.hosts.find(&fields.name);
    let cluster = row.and_then(|row| context.cluster_of.borrow()[row]);
    let hyper_v = HyperV {
        os: fields.choice("os", &VERSIONS, &default::HOST_OS),
        is_updated: fields.flag("updated", &default::HOST_UPDATED),
        cluster: cluster.map(Id::new),
        logical_networks: networks::reach(context, fields, &default::HOST_LOGICAL_NETWORKS),
        apply_vms: fields.limit("apply_vms", &default::HOST_APPLY_VMS),
        apply_disks: fields.or("apply_disks", &default::HOST_APPLY_DISKS),
        apply_depth: fields.limit("apply_depth", &default::HOST_APPLY_DEPTH),
        resync_parallel: fields.limit("resync_parallel", &default::HOST_RESYNC_PARALLEL),
        vcpu_per_core: fields.limit("vcpu_per_core", &default::HOST_VCPU_PER_CORE),
        compare_rate: fields.limit("compare_rate", &default::HOST_COMPARE_RATE),
    };
    in_range(fields, "apply_disks", hyper_v.apply_disks, 1, 260, "1 to 260 (fact 1.14)");
    positive(fields, "apply_vms", hyper_v.apply_vms);
    positive(fields, "apply_depth", hyper_v.apply_depth);
    positive(fields, "resync_parallel", hyper_v.resync_parallel);
    positive(fields, "vcpu_per_core", hyper_v.vcpu_per_core);
    positive(fields, "compare_rate", hyper_v.compare_rate);
    hyper_v
}

/// All volumes, by host then name.
pub fn volumes(context: &Context) -> Table<Volume> {
    let mut all = Vec::new();
    for (host, range) in context.sections.host_volumes.iter().enumerate() {
        for row in &context.sections.volumes.rows[range.clone()] {
            let Some(fields) = row.fields(context.diagnostics, "volume") else { continue };
            fields.get("name");
            let volume = Volume {
                name: fields.name.clone(),
                host: Id::new(host),
                domains: context.sections.domains.ids(&fields, "fault_domains"),
                size: fields.limit("size", &default::VOLUME_SIZE),
                apply_rate: fields.limit("apply_rate", &default::VOLUME_APPLY_RATE),
                storage: storage(context, &fields, host),
            };
            positive(&fields, "apply_rate", volume.apply_rate);
            fields.finish();
            all.push(volume);
        }
    }
    Table::new(all)
}

fn storage(context: &Context, fields: &Fields, host: usize) -> Storage {
    let is_shared = fields.flag("cluster", &default::VOLUME_CLUSTER);
    let cluster = context.cluster_of.borrow()[host];
    if is_shared && cluster.is_none() {
        let host = &context.sections.hosts.rows[host].name;
        let what = format!("{fields} is a cluster's, and its host `{host}` is in no cluster");
        fields.report(&codes::NO_CLUSTER, "cluster", what);
    }
    let storage = Storage {
        cluster: cluster.filter(|_| is_shared).map(Id::new),
        streams: fields.choice("apply", &[("whole", false), ("streaming", true)], &default::VOLUME_APPLY),
        apply_request_rate: fields.limit("apply_request_rate", &default::VOLUME_REQUEST_RATE),
        read_rate: fields.limit("read_rate", &default::VOLUME_READ_RATE),
        iops: fields.limit("iops", &default::VOLUME_IOPS),
        dedup_slowdown: fields.limit("dedup_slowdown", &default::VOLUME_DEDUP),
    };
    positive(fields, "read_rate", storage.read_rate);
    positive(fields, "apply_request_rate", storage.apply_request_rate);
    in_range(fields, "dedup_slowdown", storage.dedup_slowdown.unwrap_or(1), 1, 1000, "1 to 1000");
    storage
}

/// Whether a volume is shared by its cluster, silently `false` where it cannot be read: its own reader reports that.
fn is_shared(row: &Row) -> bool {
    matches!(row.node.field("cluster"), Some((_, Node::Bool(true))))
}

/// The rows of the volumes that VMs of `host` may use: its own, then those of its cluster.
pub fn reachable(context: &Context, host: usize) -> Vec<usize> {
    let sections = context.sections;
    let Some(own) = sections.host_volumes.get(host) else { return Vec::new() };
    let clusters = context.cluster_of.borrow();
    let others = (0..sections.hosts.rows.len())
        .filter(|other| *other != host && clusters[host].is_some() && clusters[*other] == clusters[host])
        .flat_map(|other| sections.host_volumes[other].clone())
        .filter(|volume| is_shared(&sections.volumes.rows[*volume]));
    own.clone().chain(others).collect()
}
