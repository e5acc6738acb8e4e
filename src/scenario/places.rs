//! Sites and fault domains: the fields of their entries.
//!
//! - site: name, zone, fault_domains
//! - fault domain: name, within

use super::reading::book::Section;
use super::reading::context::Context;
use super::reading::fields::Fields;
use crate::ids::Table;
use crate::problem::codes;
use crate::topology::{FaultDomain, Site};

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
