//! Sites and fault domains: the fields of their entries.
//!
//! - site: name, zone, fault_domains
//! - fault domain: name, within

use super::reading::context::Context;
use super::reading::fields::Fields;
use super::reading::sections::Section;
use crate::graph::{circle, longest_chain, relation};
use crate::ids::{Id, Table};
use crate::problem::{Code, codes};
use crate::topology::{FaultDomain, Site};

/// All sites.
pub fn sites(context: &Context) -> Table<Site> {
    let read = |fields: &Fields| {
        fields.need_text("zone");
        let zone = context.zone(fields);
        Site {
            name: fields.name.clone(),
            zone: zone.map(|(name, _)| name).unwrap_or_default(),
            domains: context.sections.domains.ids(fields, "fault_domains"),
        }
    };
    Table::new(context.sections.sites.read(context.diagnostics, read))
}

/// The tree of fault domains.
pub fn domains(context: &Context) -> Table<FaultDomain> {
    let domains = &context.sections.domains;
    let read = |fields: &Fields| FaultDomain {
        name: fields.name.clone(),
        within: domains.optional(fields, "within"),
    };
    let rows = domains.read(context.diagnostics, read);
    let above = rows.iter().map(|row| row.within.as_slice());
    report_circle(context, domains, above, "is within", &codes::DOMAIN_CYCLE);
    Table::new(rows)
}

/// Most entries of which each refers to the next.
const CHAIN_MAX: usize = 100;

/// Notes the first circle in a relation between the rows of a section, and prints it; else a chain that is too long.
pub fn report_circle<'a, T: 'a>(
    context: &Context,
    section: &Section,
    related: impl ExactSizeIterator<Item = &'a [Id<T>]>,
    verb: &str,
    code: &'static Code,
) {
    let relation = relation(related);
    let Some(circle) = circle(&relation) else {
        let (first, length) = longest_chain(&relation).unwrap_or_default();
        if length >= CHAIN_MAX {
            let (kind, row) = (section.kind, &section.rows[first]);
            let what =
                format!("{kind} `{}` is the first of {} of which each {verb} the next", row.name, length + 1);
            context.diagnostics.report(&codes::CHAIN_TOO_LONG, row.slice, what);
        }
        return;
    };
    let names: Vec<String> =
        circle.iter().chain(circle.first()).map(|row| format!("`{}`", section.rows[*row].name)).collect();
    let what = format!("{} {}", section.kind, names.join(&format!(" {verb} ")));
    context.diagnostics.report(code, section.rows[circle[0]].slice, what);
}
