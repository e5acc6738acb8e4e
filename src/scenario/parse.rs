//! From texts to meaning, in three stages: shape (trees), what exists (the sections), what refers to it (the entries).
//! All problems of a stage are found before it fails.

use std::collections::BTreeMap;

use super::protection::{placement, policies, protect};
use super::reading::calendar::{Calendar, HORIZON_MAX};
use super::reading::context::Context;
use super::reading::diagnostics::Diagnostics;
use super::reading::fields::Fields;
use super::reading::node::Node;
use super::reading::sections::{Section, Sections};
use super::reading::sources::Sources;
use super::reading::top::{HEADER, NAMED, NAMELESS, is_scenario};
use super::topology::{clusters, hosts, links, networks, qos};
use super::{Scenario, assumed, churn, control, operations, outages, places, promises, recover, totals, vms};
use crate::outage::Estate;
use crate::problem::{Place, Problem, Problems, codes};
use crate::promise::Promises;
use crate::topology::Topology;
use crate::units::Span;

/// The version of the scenario language.
pub const SCHEMA: i128 = 1;

/// The meaning of the texts, where its entries stand, and warnings so far.
///
/// # Errors
/// All problems of the first stage that has an error.
pub fn resolve(sources: &Sources) -> Result<(Scenario, Places, Problems), Problems> {
    let trees = trees(sources)?;
    let mut diagnostics = Diagnostics::new(sources);
    let mut scenario = header(&mut diagnostics, &trees);
    let calendar = calendar(&diagnostics, &trees);
    scenario.start_unix_us = calendar.start_unix_us;
    scenario.zone.clone_from(&calendar.zone_name);
    scenario.horizon = calendar.horizon;
    let sections = Sections::new(&diagnostics, &trees);
    let context = Context::new(&diagnostics, &sections, &calendar);
    let filled = fill(&context, &mut scenario);
    scenario.stand_ins = assumed::stand_ins(&context, &trees);
    let Some(slices) = filled.filter(|_| !diagnostics.failed()) else {
        return Err(diagnostics.into_problems());
    };
    scenario.assumptions = diagnostics.assumptions();
    let mut places = places_of(&sections, &diagnostics);
    let operations = scenario.operations.iter().zip(slices);
    let operations =
        operations.filter_map(|(operation, slice)| Some((operation.name.clone(), diagnostics.place(slice)?)));
    places.all.insert("operation", operations.collect());
    Ok((scenario, places, diagnostics.into_problems()))
}

/// Where entries stand, by kind ("host") and name.
#[derive(Clone, Debug, Default)]
pub struct Places {
    all: BTreeMap<&'static str, BTreeMap<String, Place>>,
}

impl Places {
    /// The place of an entry's name. VMs of one template share it.
    pub fn of(&self, kind: &str, name: &str) -> Option<Place> {
        self.all.get(kind)?.get(name).cloned()
    }
}

fn trees(sources: &Sources) -> Result<Vec<Node<'_>>, Problems> {
    let mut problems = sources.problems();
    let mut trees = Vec::new();
    for source in &sources.files {
        match source.tree() {
            Ok(tree) if is_scenario(&tree) => trees.push(tree),
            Ok(_) => {
                let what = format!("`{}` has no field of a scenario; its text is not shown", source.path);
                problems.push(Problem::new(&codes::NO_SCENARIO, None, what));
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(trees) } else { Err(problems) }
}

/// Top-level fields: schema, name, start, horizon, seed, include, recovery_service and the sections.
fn header<'t>(diagnostics: &mut Diagnostics<'t>, trees: &[Node<'t>]) -> Scenario {
    let mut scenario = Scenario::default();
    let mut seed = None;
    for (index, tree) in trees.iter().enumerate() {
        let Some(fields) = Fields::new(diagnostics, "scenario", tree, None) else { continue };
        for key in NAMED.iter().map(|(key, _)| *key).chain(NAMELESS) {
            fields.get(key);
        }
        // An included file has sections only; its schema may be repeated.
        for key in HEADER
            .iter()
            .filter(|key| index == 0 || matches!(**key, "schema" | "include" | "recovery_service"))
        {
            fields.get(key);
        }
        fields.texts("include");
        if index == 0 {
            scenario.name = fields.need_text("name").map_or("", |written| written.text).to_owned();
            seed = fields.quantity("seed");
            if !diagnostics.sources.is_baseline {
                scenario.promises.informational_until = promises::date(&fields, "informational_until");
            }
        }
        if index == 0 || fields.has("schema") {
            schema(&fields);
        }
        fields.finish();
    }
    diagnostics.seed = seed.unwrap_or(0);
    scenario.seed = diagnostics.seed;
    scenario
}

fn schema(fields: &Fields) {
    match fields.get("schema") {
        Some(Node::Integer(SCHEMA)) => {}
        Some(_) => {
            fields.report(&codes::SCHEMA, "schema", format!("this version reads schema {SCHEMA} only"))
        }
        None => fields.report(&codes::SCHEMA, "schema", "the scenario does not say its schema version"),
    }
}

/// Start and horizon; stand-ins where they cannot be read, so that the rest can still be checked.
fn calendar<'t>(diagnostics: &Diagnostics<'t>, trees: &[Node<'t>]) -> Calendar {
    let stand_in = Calendar {
        start_unix_us: 0,
        zone: jiff::tz::TimeZone::UTC,
        zone_name: "UTC".into(),
        horizon: Span::seconds(604_800),
    };
    let Some(fields) = trees.first().and_then(|tree| Fields::new(diagnostics, "scenario", tree, None)) else {
        return stand_in;
    };
    let mut horizon: Span = fields.need("horizon");
    if horizon.0 == 0 || horizon > HORIZON_MAX {
        if fields.has("horizon") && horizon.0 > 0 {
            fields.report(&codes::RANGE, "horizon", "`horizon` may be ten years at most");
        }
        super::reading::context::positive(&fields, "horizon", Some(horizon));
        horizon = stand_in.horizon;
    }
    let Some(start) = fields.need_text("start") else { return Calendar { horizon, ..stand_in } };
    Calendar::new(start.text, horizon).unwrap_or_else(|error| {
        let mut problem =
            Problem::new(error.code, diagnostics.place(start.slice), format!("`start`: {}", error.reason));
        problem = problem.wrong(start.text);
        if let Some(remedy) = error.remedy {
            problem = problem.remedy(remedy);
        } else if error.code == &codes::INSTANT {
            problem = problem.remedy("write it like \"2026-03-02T00:00[Europe/Berlin]\"");
        }
        diagnostics.push(problem);
        Calendar { horizon, ..stand_in }
    })
}

/// Reads all entries, and says where operations stand; `None` where placement or outages could not be worked out because of
/// errors.
fn fill<'t>(context: &Context<'_, 't>, scenario: &mut Scenario) -> Option<Vec<Option<&'t str>>> {
    scenario.topology = topology(context);
    scenario.control_plane = control::control_plane(context, &scenario.topology.hosts);
    scenario.policies = policies::policies(context);
    churn::check(context);
    scenario.vms = vms::vms(context, &scenario.topology.hosts);
    let clouds = &scenario.control_plane.clouds;
    let (pairs, enabling) = protect::pairs(context, clouds, &scenario.vms);
    scenario.recovery = recover::recovery(context);
    let faults = outages::faults(context);
    let written = operations::operations(context, scenario, &pairs, enabling, &faults);
    let slices = written.iter().map(|written| written.slice).collect();
    scenario.operations = written.into_iter().map(|written| written.operation).collect();
    let informational_until = scenario.promises.informational_until;
    scenario.promises = Promises { informational_until, ..promises::promises(context, scenario) };
    if context.diagnostics.failed() {
        return None;
    }
    totals::check(context, scenario);
    if context.diagnostics.failed() {
        return None;
    }
    let (topology, policies) = (&scenario.topology, &scenario.policies);
    let (clouds, operations) = (&scenario.control_plane.clouds, &scenario.operations);
    let grounds = placement::Grounds { clouds, topology, policies, operations };
    placement::place(context, &pairs, &grounds, &mut scenario.vms);
    let estate = Estate { topology: &scenario.topology, control_plane: &scenario.control_plane };
    scenario.outages = outages::outages(faults, estate);
    Some(slices)
}

fn topology(context: &Context) -> Topology {
    // Hosts and volumes ask for their cluster.
    let all_clusters = clusters::clusters(context);
    let all_hosts = hosts::hosts(context);
    clusters::check_sites(context, &all_clusters, &all_hosts);
    let all_networks = networks::networks(context);
    Topology {
        sites: places::sites(context),
        domains: places::domains(context),
        volumes: hosts::volumes(context),
        mappings: networks::mappings(context, &all_networks),
        networks: all_networks,
        nodes: links::ends(context),
        links: links::links(context),
        logical_networks: networks::logical_networks(context),
        qos: qos::qos(context, &all_hosts),
        clusters: all_clusters,
        hosts: all_hosts,
    }
}

/// Where each entry stands, for warnings.
fn places_of(sections: &Sections, diagnostics: &Diagnostics) -> Places {
    let sections = [
        &sections.sites,
        &sections.domains,
        &sections.hosts,
        &sections.volumes,
        &sections.clusters,
        &sections.networks,
        &sections.logical_networks,
        &sections.qos,
        &sections.links,
        &sections.vmms,
        &sections.clouds,
        &sections.policies,
        &sections.vms,
        &sections.applications,
        &sections.people,
        &sections.plans,
        &sections.outages,
    ];
    let rows = |section: &Section| {
        let placed =
            section.rows.iter().filter_map(|row| Some((row.name.to_string(), diagnostics.place(row.slice)?)));
        placed.collect()
    };
    Places { all: sections.iter().map(|section| (section.kind, rows(section))).collect() }
}
