//! What exists: the entries of every section over all files, sorted by name, and how names and patterns find them.

use std::borrow::Cow;
use std::ops::Range;

use super::diagnostics::{Diagnostics, Shared};
use super::fields::{Fields, Written};
use super::node::{Node, borrowed};
use super::top::NAMED;
use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::promise::matches;

/// Most VMs after templates are expanded.
pub const VMS_MAX: usize = 100_000;

/// One entry.
#[derive(Clone)]
pub struct Row<'t> {
    /// Its name.
    pub name: Cow<'t, str>,
    /// Its fields.
    pub node: &'t Node<'t>,
    /// A slice of the source at its name.
    pub slice: Option<&'t str>,
    /// Which of a template's VMs it is, from 1.
    pub number: Option<usize>,
}

/// The entries of one kind, by name.
pub struct Section<'t> {
    /// What an entry is called: "host".
    pub kind: &'static str,
    /// Sorted by name, names unique.
    pub rows: Vec<Row<'t>>,
    /// How the names begin of entries that could not be made: what begins so is not called unknown too.
    stems: Vec<String>,
}

impl<'t> Section<'t> {
    /// Sorts the rows; names given twice are problems that point at both.
    pub fn new(diagnostics: &Diagnostics<'t>, kind: &'static str, mut rows: Vec<Row<'t>>) -> Section<'t> {
        rows.sort_by(|a, b| order(&a.name, &b.name));
        let mut doubled = Shared::default();
        for pair in rows.windows(2).filter(|pair| pair[0].name == pair[1].name) {
            let mut places = [diagnostics.place(pair[0].slice), diagnostics.place(pair[1].slice)];
            places.sort();
            doubled.note(places.clone(), || {
                let [first, second] = places;
                let what = format!("two entries are called {kind} `{}`", pair[0].name);
                Problem::new(&codes::DUPLICATE_NAME, second, what).also(first, "the other one")
            });
        }
        doubled.tell(diagnostics);
        rows.dedup_by(|a, b| a.name == b.name);
        Section { kind, rows, stems: Vec::new() }
    }

    /// The row of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.rows.binary_search_by(|row| order(&row.name, name)).ok()
    }

    fn is_of_failed(&self, name: &str) -> bool {
        self.stems.iter().any(|stem| name.starts_with(stem))
    }

    /// The row of this name, or a problem with the nearest names.
    pub fn resolve(&self, diagnostics: &Diagnostics<'t>, name: Written<'_, 't>) -> Option<usize> {
        let found = self.find(name.text);
        if found.is_none() && !self.is_of_failed(name.text) {
            let place = diagnostics.place(name.slice);
            let what = format!("there is no {} `{}`", self.kind, name.text);
            let problem = Problem::new(&codes::UNKNOWN_NAME, place, what);
            let names = self.rows.iter().map(|row| &*row.name);
            diagnostics.push(problem.wrong(name.text).suggest(name.text, names));
        }
        found
    }

    /// The id that the field `key` refers to; a stand-in where that is a problem.
    pub fn need<T>(&self, fields: &Fields<'_, 't>, key: &'static str) -> Id<T> {
        let name = fields.need_text(key);
        Id::new(name.and_then(|name| self.resolve(fields.diagnostics, name)).unwrap_or(0))
    }

    /// The id that the field `key` refers to, if it is given.
    pub fn optional<T>(&self, fields: &Fields<'_, 't>, key: &'static str) -> Option<Id<T>> {
        fields.text(key).and_then(|name| self.resolve(fields.diagnostics, name)).map(Id::new)
    }

    /// The ids of a list of names without order.
    pub fn ids<T>(&self, fields: &Fields<'_, 't>, key: &'static str) -> Vec<Id<T>> {
        let mut ids: Vec<_> = self.select(fields, key).into_iter().map(|(row, _)| Id::new(row)).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// The rows that a list of names and patterns selects, in the order written and by name within a pattern,
    /// each once, with whether its name was written exactly.
    pub fn select(&self, fields: &Fields<'_, 't>, key: &'static str) -> Vec<(usize, bool)> {
        let mut selected: Vec<(usize, bool)> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for written in fields.texts(key) {
            for (row, exact) in self.matching(fields.diagnostics, written) {
                if seen.insert(row) {
                    selected.push((row, exact));
                }
            }
        }
        selected
    }

    fn matching(&self, diagnostics: &Diagnostics<'t>, written: Written<'_, 't>) -> Vec<(usize, bool)> {
        if !written.text.contains('*') {
            return self.resolve(diagnostics, written).map(|row| (row, true)).into_iter().collect();
        }
        let rows: Vec<_> = (0..self.rows.len())
            .filter(|row| matches(written.text, &self.rows[*row].name))
            .map(|row| (row, false))
            .collect();
        if rows.is_empty() && !self.is_of_failed(written.text) {
            let what = format!("`{}` matches no {}", written.text, self.kind);
            let problem = Problem::new(&codes::NO_MATCH, diagnostics.place(written.slice), what);
            let stem = written.text.replace('*', "");
            let names = self.rows.iter().map(|row| &*row.name);
            diagnostics.push(problem.wrong(written.text).suggest(&stem, names));
        }
        rows
    }

    /// Reads all rows with `read`, in order.
    pub fn read<'r, T>(
        &'r self,
        diagnostics: &'r Diagnostics<'t>,
        read: impl Fn(&Fields<'r, 't>) -> T,
    ) -> Vec<T> {
        let entries = self.rows.iter().filter_map(|row| row.fields(diagnostics, self.kind));
        entries
            .map(|fields| {
                fields.get("name");
                let value = read(&fields);
                fields.finish();
                value
            })
            .collect()
    }
}

impl<'t> Row<'t> {
    /// The fields of this entry.
    pub fn fields<'r>(
        &'r self,
        diagnostics: &'r Diagnostics<'t>,
        kind: &'static str,
    ) -> Option<Fields<'r, 't>> {
        let node: &'r Node<'t> = self.node;
        Fields::new(diagnostics, kind, node, self.slice)
    }
}

/// By name; of `host/volume` first by host, which plain text order would not do for hosts `hv` and `hv-1`.
fn order(a: &str, b: &str) -> std::cmp::Ordering {
    a.split('/').cmp(b.split('/'))
}

/// All sections.
pub struct Sections<'t> {
    /// Sites.
    pub sites: Section<'t>,
    /// Fault domains.
    pub domains: Section<'t>,
    /// Routers between links.
    pub routers: Section<'t>,
    /// Hosts.
    pub hosts: Section<'t>,
    /// Volumes, named `host/volume`, by host then name.
    pub volumes: Section<'t>,
    /// Rows of `volumes` for each host.
    pub host_volumes: Vec<Range<usize>>,
    /// VM networks.
    pub networks: Section<'t>,
    /// Links.
    pub links: Section<'t>,
    /// VMM servers.
    pub vmms: Section<'t>,
    /// Clouds.
    pub clouds: Section<'t>,
    /// Policies.
    pub policies: Section<'t>,
    /// VMs, templates expanded.
    pub vms: Section<'t>,
    /// Applications.
    pub applications: Section<'t>,
    /// Recovery plans.
    pub plans: Section<'t>,
    /// Teams.
    pub people: Section<'t>,
    /// Outages.
    pub outages: Section<'t>,
    /// Clusters.
    pub clusters: Section<'t>,
    /// Logical networks.
    pub logical_networks: Section<'t>,
    /// QoS policies.
    pub qos: Section<'t>,
    /// Series files.
    pub series: Section<'t>,
    /// Churn profiles.
    pub profiles: Section<'t>,
    /// Entries without names: network mappings.
    pub mappings: Vec<&'t Node<'t>>,
    /// Entries without names: protection.
    pub protection: Vec<&'t Node<'t>>,
    /// Entries that may have names: operations.
    pub operations: Vec<&'t Node<'t>>,
    /// Entries that may have names: gates.
    pub gates: Vec<&'t Node<'t>>,
    /// Entries without names: waivers.
    pub waivers: Vec<&'t Node<'t>>,
    /// Entries without names: marks of values that nobody told.
    pub assumed: Vec<&'t Node<'t>>,
    /// Of the recovery service.
    pub recovery_service: Option<&'t Node<'t>>,
}

impl<'t> Sections<'t> {
    /// Collects the entries of all files.
    pub fn new(diagnostics: &Diagnostics<'t>, trees: &'t [Node<'t>]) -> Sections<'t> {
        let section = |field: &str| {
            let kind = NAMED.iter().find(|(name, _)| *name == field).map_or("entry", |(_, kind)| kind);
            let mut rows = Vec::new();
            for node in items(diagnostics, trees, field) {
                rows.extend(row(diagnostics, kind, node));
            }
            (kind, rows)
        };
        let named = |field: &str| {
            let (kind, rows) = section(field);
            Section::new(diagnostics, kind, rows)
        };
        let hosts = named("hosts");
        let (volumes, host_volumes) = volumes(diagnostics, &hosts);
        let (kind, vms) = section("vms");
        let foreign = diagnostics.sources.is_baseline;
        Sections {
            volumes,
            host_volumes,
            hosts,
            vms: expand(diagnostics, kind, vms),
            sites: named("sites"),
            domains: named("fault_domains"),
            routers: named("routers"),
            networks: named("networks"),
            links: named("links"),
            vmms: named("vmm_servers"),
            clouds: named("clouds"),
            policies: named("policies"),
            applications: named("applications"),
            plans: named("plans"),
            people: named("people"),
            outages: named("outages"),
            clusters: named("clusters"),
            logical_networks: named("logical_networks"),
            qos: named("qos"),
            series: named("series"),
            profiles: named("profiles"),
            mappings: items(diagnostics, trees, "network_mappings"),
            protection: items(diagnostics, trees, "protection"),
            operations: items(diagnostics, trees, "operations"),
            gates: if foreign { Vec::new() } else { items(diagnostics, trees, "gates") },
            waivers: if foreign { Vec::new() } else { items(diagnostics, trees, "waivers") },
            assumed: if foreign { Vec::new() } else { items(diagnostics, trees, "assumed") },
            recovery_service: values(trees, "recovery_service").next(),
        }
    }
}

fn values<'t>(trees: &'t [Node<'t>], field: &str) -> impl Iterator<Item = &'t Node<'t>> {
    trees.iter().flat_map(move |tree| {
        let fields: &[_] = if let Node::Fields(fields) = tree { fields } else { &[] };
        fields.iter().filter(move |(key, _)| key == field).map(|(_, node)| node)
    })
}

fn items<'t>(diagnostics: &Diagnostics<'t>, trees: &'t [Node<'t>], field: &str) -> Vec<&'t Node<'t>> {
    let mut all = Vec::new();
    for node in values(trees, field) {
        if let Some(items) = node.as_list() {
            all.extend(items);
            continue;
        }
        let key = trees.iter().find_map(|tree| tree.field(field));
        let at = node.slice().or(key.and_then(|(key, _)| borrowed(key)));
        let what = format!("`{field}` is {} instead of a list `[ … ]`", node.kind());
        diagnostics.report(&codes::WRONG_TYPE, at, what);
    }
    all
}

fn row<'t>(diagnostics: &Diagnostics<'t>, kind: &str, node: &'t Node<'t>) -> Option<Row<'t>> {
    let Node::Fields(fields) = node else {
        let what = format!("{} where a {kind} is written as `(name: …, …)`", node.kind());
        diagnostics.report(&codes::WRONG_TYPE, node.slice(), what);
        return None;
    };
    let found = fields.iter().find(|(key, _)| key == "name");
    match found {
        Some((_, name @ Node::Text(text))) if !text.trim().is_empty() => {
            let slice = name.slice().or(node.slice());
            let name = borrowed(text).map_or(Cow::Owned(text.to_string()), Cow::Borrowed);
            Some(Row { name, node, slice, number: None })
        }
        Some((key, name)) => {
            let what = format!("the name of a {kind} is {} instead of a text", name.kind());
            diagnostics.report(&codes::WRONG_TYPE, borrowed(key), what);
            None
        }
        None => {
            diagnostics.report(&codes::MISSING_FIELD, node.slice(), format!("this {kind} has no `name`"));
            None
        }
    }
}

fn volumes<'t>(diagnostics: &Diagnostics<'t>, hosts: &Section<'t>) -> (Section<'t>, Vec<Range<usize>>) {
    let mut all = Section { kind: "volume", rows: Vec::new(), stems: Vec::new() };
    let mut ranges = Vec::new();
    for host in &hosts.rows {
        let start = all.rows.len();
        let fields: &[_] = if let Node::Fields(fields) = host.node { fields } else { &[] };
        let items: &[_] = match fields.iter().find(|(key, _)| key == "volumes") {
            Some((_, Node::List(items))) => items,
            _ => &[],
        };
        let rows: Vec<_> = items.iter().filter_map(|item| row(diagnostics, "volume", item)).collect();
        let named = |row: Row<'t>| Row { name: format!("{}/{}", host.name, row.name).into(), ..row };
        all.rows.extend(Section::new(diagnostics, "volume", rows).rows.into_iter().map(named));
        ranges.push(start..all.rows.len());
    }
    (all, ranges)
}

/// One row for each VM of a template: `{n}` in the name is its number, `{n:03}` with leading zeros.
fn expand<'t>(diagnostics: &Diagnostics<'t>, kind: &'static str, rows: Vec<Row<'t>>) -> Section<'t> {
    let (mut all, mut stems) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let Some(count) = count(diagnostics, &row) else {
            all.push(row);
            continue;
        };
        let stem = row.name.split("{n").next().unwrap_or_default().trim_end_matches(['-', '_', '.']);
        let Some(count) = count else {
            stems.push(stem.to_owned());
            continue;
        };
        let Some((before, width, after)) = template(&row.name) else {
            let what = format!("the template `{}` gives all its VMs the same name", row.name);
            diagnostics.push(
                Problem::new(&codes::DUPLICATE_NAME, diagnostics.place(row.slice), what)
                    .remedy("put the number into the name: \"web-{n:03}\""),
            );
            stems.push(stem.to_owned());
            continue;
        };
        if all.len().saturating_add(count) > VMS_MAX {
            diagnostics.report(&codes::TOO_MANY, row.slice, format!("more than {VMS_MAX} VMs"));
            stems.push(stem.to_owned());
            continue;
        }
        all.extend((1..=count).map(|n| Row {
            name: Cow::Owned(format!("{before}{n:0width$}{after}")),
            number: Some(n),
            ..row
        }));
    }
    if all.len() > VMS_MAX {
        diagnostics.report(&codes::TOO_MANY, all[VMS_MAX].slice, format!("more than {VMS_MAX} VMs"));
        all.truncate(VMS_MAX);
    }
    Section { stems, ..Section::new(diagnostics, kind, all) }
}

/// Of a template how many VMs it makes, or `None` where that cannot be read.
fn count(diagnostics: &Diagnostics, row: &Row) -> Option<Option<usize>> {
    let (key, node) = row.node.field("count")?;
    let count = if let Node::Integer(count) = node { usize::try_from(*count).ok() } else { None };
    if count.is_none() {
        diagnostics.report(
            &codes::WRONG_TYPE,
            borrowed(key),
            format!("`count` of vm `{}` is not a whole number", row.name),
        );
    }
    Some(count)
}

/// The parts of `web-{n:03}`: before, width, after.
fn template(name: &str) -> Option<(&str, usize, &str)> {
    let (before, rest) = name.split_once("{n")?;
    let (format, after) = rest.split_once('}')?;
    let width = match format.strip_prefix(':') {
        None if format.is_empty() => 0,
        None => return None,
        Some(width) => width.parse().ok().filter(|width| *width <= 20)?,
    };
    Some((before, width, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_any_characters() {
        for (pattern, name, expected) in [
            ("web-*", "web-1", true),
            ("*", "", true),
            ("*-1", "web-1", true),
            ("w*b*1", "web-1", true),
            ("web-1", "web-1", true),
            ("web-1", "web-10", false),
            ("a*a", "a", false),
            ("*x*", "web", false),
            ("", "a", false),
            ("ü*", "üb", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn template_names() {
        assert_eq!(template("web-{n:03}"), Some(("web-", 3, "")));
        assert_eq!(template("w{n}x"), Some(("w", 0, "x")));
        for name in ["web", "web-{n", "web-{m}", "{n:999}", "{nn}"] {
            assert_eq!(template(name), None, "{name}");
        }
    }
}
