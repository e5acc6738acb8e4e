//! Links and the routers between them.
//!
//! - router: name
//! - link: name, from, to (a site or router), rate (one, or `[there, back]`), latency, efficiency, fault_domains, throttle
//! - throttle: days, from, to, zone (default: of the `from` site), rate, direction (`both`, `there`, `back`)

use crate::ids::{Id, Table};
use crate::problem::{Problem, codes};
use crate::remedy::{Instead, Remedy};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::{Context, in_range, positive};
use crate::scenario::reading::fields::Fields;
use crate::scenario::reading::node::Node;
use crate::topology::{Link, Node as End};
use crate::units::{Rate, Ratio, Time};

/// Ends of links: sites first, then routers.
pub fn ends(context: &Context) -> Table<End> {
    let sites = context.sections.sites.rows.iter().enumerate();
    let sites = sites.map(|(row, site)| End { name: site.name.to_string(), site: Some(Id::new(row)) });
    let routers = context.sections.routers.read(context.diagnostics, |fields| {
        if context.sections.sites.find(&fields.name).is_some() {
            fields.report(
                &codes::DUPLICATE_NAME,
                "name",
                format!("`{}` is a site and a router", fields.name),
            );
        }
        End { name: fields.name.clone(), site: None }
    });
    sites.chain(routers).collect()
}

/// All links.
pub fn links(context: &Context) -> Table<Link> {
    Table::new(context.sections.links.read(context.diagnostics, |fields| link(context, fields)))
}

fn link(context: &Context, fields: &Fields) -> Link {
    let link = Link {
        name: fields.name.clone(),
        from: end(context, fields, "from"),
        to: end(context, fields, "to"),
        domains: context.sections.domains.ids(fields, "fault_domains"),
        rate: rates(fields),
        latency: fields.or("latency", &default::LINK_LATENCY),
        efficiency: fields.or("efficiency", &default::LINK_EFFICIENCY),
        throttle: throttles(context, fields),
    };
    in_range(fields, "efficiency", link.efficiency, 1, Ratio::ONE.0.into(), "more than 0 and at most 100 %");
    if link.from == link.to && !context.diagnostics.failed() {
        fields.report(&codes::RANGE, "to", format!("{fields} leads from `to` to the same place"));
    }
    link
}

fn end(context: &Context, fields: &Fields, key: &'static str) -> Id<End> {
    let (sites, routers) = (&context.sections.sites, &context.sections.routers);
    let Some(name) = fields.need_text(key) else { return Id::new(0) };
    if let Some(site) = sites.find(name.text) {
        return Id::new(site);
    }
    if let Some(router) = routers.find(name.text) {
        return Id::new(sites.rows.len() + router);
    }
    let place = context.diagnostics.place(name.slice);
    let problem =
        Problem::new(&codes::UNKNOWN_NAME, place, format!("there is no site or router `{}`", name.text));
    let names = sites.rows.iter().chain(&routers.rows).map(|row| &*row.name);
    context.diagnostics.push(problem.wrong(name.text).suggest(name.text, names));
    Id::new(0)
}

fn rates(fields: &Fields) -> [Rate; 2] {
    let Some(Node::List(items)) = fields.get("rate") else {
        let rate = fields.need("rate");
        positive(fields, "rate", Some(rate));
        if let Some(Node::Text(text)) = fields.get("rate") {
            warn_implausible(fields, text, rate);
        }
        return [rate; 2];
    };
    for item in items {
        if let Node::Text(text) = item {
            warn_implausible(fields, text, Rate::parse(text).unwrap_or_default());
        }
    }
    let rates: Option<Vec<Rate>> = fields.list("rate");
    match rates.as_deref() {
        Some(&[there, back]) if there.0 > 0 && back.0 > 0 => [there, back],
        Some(_) => {
            fields.report(
                &codes::RANGE,
                "rate",
                format!("`rate` of {fields} must be one rate or two: there, back"),
            );
            [Rate(0); 2]
        }
        None => [Rate(0); 2],
    }
}

/// Between sites, bytes per second are nearly always meant to be bits (users §3).
fn warn_implausible(fields: &Fields, text: &str, rate: Rate) {
    let bytes = text.trim().ends_with("B/s");
    if !bytes && rate.0 <= 50_000_000_000 {
        return;
    }
    let what = match bytes {
        true => format!("{fields} has a rate in bytes per second: {text} is {rate}"),
        false => format!("{fields} has a rate of {rate}"),
    };
    let place = fields.diagnostics.place(fields.at("rate"));
    let mut problem = Problem::new(&codes::IMPLAUSIBLE_RATE, place, what).wrong(text);
    if bytes {
        let same = Instead::new(rate.exact(), "for the same in bits");
        let bits = Instead::new(text.replace("B/s", "bps"), "if bits are meant");
        problem = problem.remedy(Remedy::Write(vec![same, bits]));
    }
    fields.diagnostics.push(problem);
}

fn throttles(context: &Context, fields: &Fields) -> [Vec<(Time, Option<Rate>)>; 2] {
    let site = fields.text("from").and_then(|name| context.sections.sites.find(name.text));
    let mut openings: [Vec<(Time, Time, Rate)>; 2] = Default::default();
    for entry in fields.entries("throttle", "throttle") {
        let zone = context.zone(&entry).map(|(_, zone)| zone);
        let zone = zone.unwrap_or_else(|| context.zone_of(site));
        let (window, rate) = (context.window(&entry), entry.need::<Rate>("rate"));
        let directions = direction(&entry);
        entry.finish();
        for (from, to) in window.iter().flat_map(|window| context.calendar.openings(window, &zone)) {
            for (direction, openings) in openings.iter_mut().enumerate() {
                if directions[direction] {
                    openings.push((from, to, rate));
                }
            }
        }
    }
    openings.map(|openings| in_force(&openings))
}

fn direction(entry: &Fields) -> [bool; 2] {
    match entry.text("direction").map(|written| written.text) {
        None | Some("both") => [true, true],
        Some("there") => [true, false],
        Some("back") => [false, true],
        Some(other) => {
            let place = entry.diagnostics.place(entry.at("direction"));
            let problem = Problem::new(&codes::CHOICE, place, format!("`direction` cannot be `{other}`"));
            entry.diagnostics.push(problem.wrong(other).suggest(other, ["both", "there", "back"]));
            [true, true]
        }
    }
}

/// The lowest of the open throttles from each edge on.
fn in_force(openings: &[(Time, Time, Rate)]) -> Vec<(Time, Option<Rate>)> {
    let mut edges: Vec<(Time, bool, Rate)> = Vec::new();
    for (from, to, rate) in openings {
        edges.extend([(*from, true, *rate), (*to, false, *rate)]);
    }
    edges.sort();
    let mut open: std::collections::BTreeMap<Rate, usize> = Default::default();
    let mut forces: Vec<(Time, Option<Rate>)> = vec![(Time::START, None)];
    for (at, opens, rate) in edges {
        let count = open.entry(rate).or_default();
        *count = if opens { *count + 1 } else { *count - 1 };
        if *count == 0 {
            open.remove(&rate);
        }
        let now = open.keys().next().copied();
        match forces.last_mut() {
            Some(last) if last.0 == at => last.1 = now,
            _ => forces.push((at, now)),
        }
    }
    forces.dedup_by(|next, last| next.1 == last.1);
    forces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_of_overlapping_throttles_is_in_force() {
        let (slow, fast) = (Rate(1), Rate(2));
        let forces =
            in_force(&[(Time(0), Time(10), fast), (Time(5), Time(7), slow), (Time(10), Time(12), fast)]);
        assert_eq!(
            forces,
            [(Time(0), Some(fast)), (Time(5), Some(slow)), (Time(7), Some(fast)), (Time(12), None)]
        );
        assert_eq!(in_force(&[]), [(Time(0), None)]);
    }
}
