//! VMM servers, clouds and the recovery service.
//!
//! - VMM server: name, site, fault_domains, runs_on (one of vm, nodes), sql (a VM), version (`2012`, `2012 SP1`, `2012 R2`, `2016`, `2019`,
//!   `2022`, `2025`), provider
//! - what it runs on: one of vm, nodes (hosts or patterns)
//! - provider: versions, key_age, registered, proxy (`none`, `existing`, `custom`), blocked (URLs)
//! - cloud: name, vmm, hosts (names or patterns), hyper_v_profile, synchronized, logical_networks, capacity
//! - capacity: cores, memory, storage, vms (each may be `unlimited`)
//! - recovery_service: job_latency

use super::defaults as default;
use super::reading::context::Context;
use super::reading::fields::Fields;
use super::reading::node::Node;
use super::topology::networks;
use crate::control_plane::{
    Capacity, Cloud, ControlPlane, Deployment, Profile, Provider, Proxy, Runs, Vmm, VmmVersion,
};
use crate::ids::Table;
use crate::problem::codes;
use crate::topology::Host;
use crate::units::Span;

/// The control plane. `hosts` are the resolved ones, for their sites.
pub fn control_plane(context: &Context, hosts: &Table<Host>) -> ControlPlane {
    let sections = context.sections;
    let vmm = |fields: &Fields| {
        let deployment = deployment(context, fields);
        let vmm = Vmm {
            name: fields.name.clone(),
            site: sections.sites.need(fields, "site"),
            domains: sections.domains.ids(fields, "fault_domains"),
            deployment,
        };
        check_nodes(context, fields, &vmm, hosts);
        vmm
    };
    let cloud = |fields: &Fields| {
        fields.need_texts("hosts");
        Cloud {
            name: fields.name.clone(),
            vmm: sections.vmms.need(fields, "vmm"),
            hosts: sections.hosts.ids(fields, "hosts"),
            profile: profile(context, fields),
        }
    };
    ControlPlane {
        vmms: Table::new(sections.vmms.read(context.diagnostics, vmm)),
        clouds: Table::new(sections.clouds.read(context.diagnostics, cloud)),
        job_latency: job_latency(context),
    }
}

fn deployment(context: &Context, fields: &Fields) -> Deployment {
    let versions = [
        ("2012", VmmVersion::V2012),
        ("2012 SP1", VmmVersion::V2012Sp1),
        ("2012 R2", VmmVersion::V2012R2),
        ("2016", VmmVersion::V2016),
        ("2019", VmmVersion::V2019),
        ("2022", VmmVersion::V2022),
        ("2025", VmmVersion::V2025),
    ];
    if !fields.has("sql") {
        fields.diagnostics.use_default(&default::VMM_SQL);
    }
    Deployment {
        runs: runs(context, fields),
        sql: context.sections.vms.optional(fields, "sql"),
        version: fields.choice("version", &versions, &default::VMM_VERSION),
        provider: provider(fields),
    }
}

fn runs(context: &Context, fields: &Fields) -> Runs {
    let Some(node) = fields.get("runs_on") else {
        fields.diagnostics.use_default(&default::VMM_RUNS_ON);
        return Runs::Machine;
    };
    if node.as_text().is_some_and(|text| text == default::VMM_RUNS_ON.value) {
        return Runs::Machine;
    }
    let entry = Fields::new(context.diagnostics, "`runs_on`", node, fields.at("runs_on"));
    let Some(entry) = entry else { return Runs::Machine };
    let runs = match entry.one_of(&["vm", "nodes"]) {
        Some("vm") => Runs::Vm(context.sections.vms.need(&entry, "vm")),
        Some(_) => Runs::Nodes(context.sections.hosts.ids(&entry, "nodes")),
        None => Runs::Machine,
    };
    entry.finish();
    runs
}

fn check_nodes(context: &Context, fields: &Fields, vmm: &Vmm, hosts: &Table<Host>) {
    let Runs::Nodes(nodes) = &vmm.deployment.runs else { return };
    for node in nodes {
        let Some(host) = hosts.iter().nth(node.index()).filter(|host| host.site != vmm.site) else {
            continue;
        };
        let site = context.sections.sites.rows.get(host.site.index()).map_or("", |row| &*row.name);
        let what = format!("{fields} runs on host `{}`, which stands at site `{site}`", host.name);
        fields.report(&codes::OTHER_SITE, "runs_on", what);
    }
}

fn provider(fields: &Fields) -> Provider {
    let empty = Node::Unit;
    let node = fields.get("provider").unwrap_or(&empty);
    let proxies = [("none", Proxy::None), ("existing", Proxy::Existing), ("custom", Proxy::Custom)];
    let read = |entry: &Fields| {
        let texts = |key| entry.texts(key).iter().map(|written| written.text.to_owned()).collect();
        if !entry.has("key_age") {
            entry.diagnostics.use_default(&default::PROVIDER_KEY_AGE);
        }
        let provider = Provider {
            versions: texts("versions"),
            key_age: entry.quantity("key_age"),
            is_registered: entry.flag("registered", &default::PROVIDER_REGISTERED),
            proxy: entry.choice("proxy", &proxies, &default::PROVIDER_PROXY),
            blocked: texts("blocked"),
        };
        entry.finish();
        provider
    };
    let entry = Fields::new(fields.diagnostics, "provider", node, fields.at("provider"));
    entry.map_or_else(|| Deployment::default().provider, |entry| read(&entry))
}

fn profile(context: &Context, fields: &Fields) -> Profile {
    Profile {
        has_hyper_v: fields.flag("hyper_v_profile", &default::CLOUD_PROFILE),
        is_synchronized: fields.flag("synchronized", &default::CLOUD_SYNCHRONIZED),
        logical_networks: networks::reach(context, fields, &default::CLOUD_LOGICAL_NETWORKS),
        capacity: capacity(fields),
    }
}

fn capacity(fields: &Fields) -> Capacity {
    let Some(node) = fields.get("capacity") else {
        fields.diagnostics.use_default(&default::CLOUD_CAPACITY);
        return Capacity::default();
    };
    if node.as_text().is_some_and(|text| text == "unlimited") {
        return Capacity::default();
    }
    let Some(entry) = Fields::new(fields.diagnostics, "capacity", node, fields.at("capacity")) else {
        return Capacity::default();
    };
    let capacity = Capacity {
        cores: entry.limit("cores", &default::CAPACITY_CORES),
        memory: entry.limit("memory", &default::CAPACITY_MEMORY),
        storage: entry.limit("storage", &default::CAPACITY_STORAGE),
        vms: entry.limit("vms", &default::CAPACITY_VMS),
    };
    entry.finish();
    capacity
}

fn job_latency(context: &Context) -> Span {
    if context.sections.recovery_service.is_none() && context.sections.vmms.rows.is_empty() {
        // Nothing is orchestrated, and nothing is assumed of what is not there.
        return Span::ZERO;
    }
    let empty = Node::Unit;
    let node = context.sections.recovery_service.unwrap_or(&empty);
    let Some(fields) = Fields::new(context.diagnostics, "recovery service", node, None) else {
        return Span::ZERO;
    };
    let latency = fields.or("job_latency", &default::RECOVERY_JOB_LATENCY);
    fields.finish();
    latency
}
