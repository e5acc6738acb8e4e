//! VMM servers, clouds and the recovery service.
//!
//! - VMM server: name, site, fault_domains
//! - cloud: name, vmm, hosts (names or patterns)
//! - recovery_service: job_latency

use super::context::Context;
use super::defaults as default;
use super::fields::Fields;
use crate::control_plane::{Cloud, ControlPlane, Deployment, Profile, Vmm};
use crate::ids::Table;
use crate::units::Span;

/// The control plane.
pub fn control_plane(context: &Context) -> ControlPlane {
    let book = context.book;
    let vmm = |fields: &Fields| Vmm {
        name: fields.name.clone(),
        site: book.sites.need(fields, "site"),
        domains: book.domains.ids(fields, "fault_domains"),
        deployment: Deployment::default(),
    };
    let cloud = |fields: &Fields| {
        fields.need_texts("hosts");
        Cloud {
            name: fields.name.clone(),
            vmm: book.vmms.need(fields, "vmm"),
            hosts: book.hosts.ids(fields, "hosts"),
            profile: Profile::default(),
        }
    };
    ControlPlane {
        vmms: Table::new(book.vmms.read(context.notes, vmm)),
        clouds: Table::new(book.clouds.read(context.notes, cloud)),
        job_latency: job_latency(context),
    }
}

fn job_latency(context: &Context) -> Span {
    let empty = super::node::Node::Unit;
    let node = context.book.recovery_service.unwrap_or(&empty);
    let Some(fields) = Fields::new(context.notes, "recovery service", node, None) else { return Span::ZERO };
    let latency = fields.or("job_latency", &default::RECOVERY_JOB_LATENCY);
    fields.finish();
    latency
}
