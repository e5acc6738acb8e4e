//! Failover clusters: the fields of their entries. Their shared volumes are written at a node, with `cluster: true`.
//!
//! - cluster: name, site, nodes (hosts or patterns), broker, static_addresses, restart

use crate::ids::Table;
use crate::problem::{Problem, codes};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::Context;
use crate::scenario::reading::fields::Fields;
use crate::topology::{Cluster, Host};

/// All clusters; the context then knows the cluster of each host.
pub fn clusters(context: &Context) -> Table<Cluster> {
    let read = |fields: &Fields| {
        fields.need_texts("nodes");
        let row = context.sections.clusters.find(&fields.name).unwrap_or(0);
        for (host, _) in context.sections.hosts.select(fields, "nodes") {
            let known = context.cluster_of.borrow_mut()[host].replace(row);
            if let Some(known) = known {
                twice(context, fields, host, known);
            }
        }
        Cluster {
            name: fields.name.clone(),
            site: context.sections.sites.need(fields, "site"),
            has_broker: fields.flag("broker", &default::CLUSTER_BROKER),
            static_addresses: fields.flag("static_addresses", &default::CLUSTER_STATIC),
            restart: fields.or("restart", &default::CLUSTER_RESTART),
        }
    };
    Table::new(context.sections.clusters.read(context.diagnostics, read))
}

fn twice(context: &Context, fields: &Fields, host: usize, known: usize) {
    let (host, other) = (&context.sections.hosts.rows[host].name, &context.sections.clusters.rows[known]);
    let what = format!("host `{host}` is a node of cluster `{}` and of {fields}", other.name);
    let problem = Problem::new(&codes::TWO_CLUSTERS, context.diagnostics.place(fields.at("nodes")), what);
    context.diagnostics.push(problem.also(context.diagnostics.place(other.slice), "the other cluster"));
}

/// Notes nodes that stand at another site than their cluster; that a site is missing or unknown is said already.
pub fn check_sites(context: &Context, clusters: &Table<Cluster>, hosts: &Table<Host>) {
    for host in hosts.iter() {
        let Some(id) = host.hyper_v.cluster else { continue };
        let Some(cluster) = clusters.iter().nth(id.index()).filter(|cluster| cluster.site != host.site)
        else {
            continue;
        };
        let written = context.sections.clusters.rows[id.index()].node.field("site");
        let is_known = |name: &str| context.sections.sites.find(name).is_some();
        if !written.and_then(|(_, site)| site.as_text()).is_some_and(|name| is_known(name)) {
            continue;
        }
        let site = |site: usize| context.sections.sites.rows.get(site).map_or("", |row| &*row.name);
        let what = format!(
            "host `{}` stands at site `{}`, and its cluster `{}` at `{}`",
            host.name,
            site(host.site.index()),
            cluster.name,
            site(cluster.site.index())
        );
        context.diagnostics.report(
            &codes::OTHER_SITE,
            context.sections.clusters.rows[id.index()].slice,
            what,
        );
    }
}
