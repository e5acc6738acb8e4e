//! What is promised: gates, waivers, and where objectives stand. Read when all that has a name is known.

mod gate_pairs;
mod gates;
mod waivers;

use std::collections::BTreeSet;

use super::Scenario;
use super::reading::context::Context;
use super::reading::fields::Fields;
use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::promise::metrics::{Kind, Unit};
use crate::promise::{Gate, Promises};
use crate::topology::Site;
use crate::units::{Bytes, Rate, Ratio, Span};

use jiff::civil::Date;

/// Names of everything a gate or waiver may be about.
pub struct Names<'s> {
    scenario: &'s Scenario,
    /// Outages, by name.
    pub outages: Vec<String>,
}

impl Names<'_> {
    /// Names of a kind, in order.
    pub fn of(&self, context: &Context, kind: Kind) -> Vec<String> {
        let (sections, topology) = (context.sections, &self.scenario.topology);
        let rows = |section: &super::reading::sections::Section| {
            section.rows.iter().map(|row| row.name.to_string()).collect::<Vec<_>>()
        };
        match kind {
            Kind::Fleet => vec![String::new()],
            Kind::Application => rows(&sections.applications),
            Kind::Vm => rows(&sections.vms),
            Kind::Host => rows(&sections.hosts),
            Kind::Volume => rows(&sections.volumes),
            Kind::Site => {
                // A site without hosts has nothing to measure.
                let with_hosts: BTreeSet<Id<Site>> = topology.hosts.iter().map(|host| host.site).collect();
                with_hosts
                    .iter()
                    .filter_map(|site| Some(topology.sites.iter().nth(site.index())?.name.clone()))
                    .collect()
            }
            Kind::Link => topology.links.iter().flat_map(|link| self.directions(link)).collect(),
        }
    }

    fn directions(&self, link: &crate::topology::Link) -> [String; 2] {
        let nodes = &self.scenario.topology.nodes;
        let end = |id: Id<_>| nodes.iter().nth(id.index()).map_or(String::new(), |node| node.name.clone());
        let (from, to) = (end(link.from), end(link.to));
        [format!("{} {from} → {to}", link.name), format!("{} {to} → {from}", link.name)]
    }
}

/// Gates and waivers, and where objectives stand.
pub fn promises(context: &Context, scenario: &Scenario) -> Promises {
    let outages = context.sections.outages.rows.iter().map(|row| row.name.to_string()).collect();
    let names = Names { scenario, outages };
    let gates: Vec<Gate> = gates::gates(context, scenario, &names);
    let waivers = waivers::waivers(context, &names, &gates);
    Promises { waivers, gates, informational_until: None, objectives: objectives(context) }
}

/// Where each RPO and RTO is written.
fn objectives(context: &Context) -> std::collections::BTreeMap<(String, String), crate::promise::Spot> {
    let rows = context.sections.applications.rows.iter();
    let spots = rows.flat_map(|row| {
        ["rpo", "rto"].into_iter().filter_map(move |key| {
            let field = row.node.field(key).or_else(|| row.node.field("mtpd").filter(|_| key == "rto"));
            let (_, node) = field?;
            let spot = context.diagnostics.spot(node.slice().or(row.slice))?;
            Some(((row.name.to_string(), key.to_owned()), spot))
        })
    });
    spots.collect()
}

/// A value in a metric's unit.
#[allow(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub fn value(fields: &Fields, key: &'static str, unit: Unit) -> Option<f64> {
    match unit {
        Unit::Seconds => fields.quantity::<Span>(key).map(Span::as_seconds),
        Unit::Bytes => fields.quantity::<Bytes>(key).map(|bytes| bytes.0 as f64),
        Unit::BitsPerSecond => fields.quantity::<Rate>(key).map(|rate| rate.0 as f64 * 8.0),
        Unit::Share => fields.quantity::<Ratio>(key).map(|share| f64::from(share.0) / 1e6),
        Unit::Count => fields.quantity::<u64>(key).map(|count| count as f64),
    }
}

/// A day, as `2026-12-31`.
pub fn date(fields: &Fields, key: &'static str) -> Option<Date> {
    let written = fields.text(key)?;
    let date = written.text.parse::<Date>().ok().filter(|date| date.to_string() == written.text);
    if date.is_none() {
        let what = format!("`{key}` of {fields}: `{}` is not a day", written.text);
        fields.diagnostics.push(Problem::new(&codes::DAY, fields.diagnostics.place(written.slice), what));
    }
    date
}

/// The names that a pattern means, or a problem that lists what there is.
pub fn meant(fields: &Fields, key: &'static str, kind: Kind, pattern: &str, all: &[String]) -> Vec<String> {
    let meant: Vec<String> = all.iter().filter(|name| kind.means(pattern, name)).cloned().collect();
    if meant.is_empty() {
        no_match(fields, key, kind.word(), pattern, all);
    }
    meant
}

/// A problem: `pattern` in the field `key` matches none of `all`.
pub fn no_match(fields: &Fields, key: &str, kind: &str, pattern: &str, all: &[String]) {
    let place = fields.diagnostics.place(fields.at(key));
    let problem = match (all.is_empty(), pattern.contains('*')) {
        (true, _) => Problem::new(&codes::GATE_MATCHES, place, format!("the scenario has no {kind}")),
        (false, star) => {
            let what = match star {
                true => format!("`{pattern}` matches no {kind}"),
                false => format!("there is no {kind} `{pattern}`"),
            };
            Problem::new(&codes::GATE_MATCHES, place, what)
                .wrong(pattern)
                .suggest(&pattern.replace('*', ""), all.iter().map(String::as_str))
        }
    };
    fields.diagnostics.push(problem);
}
