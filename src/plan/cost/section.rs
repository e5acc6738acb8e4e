//! What designs cost by a price list, as a section of the plan.

use super::Cost;
use crate::document::{Section, Table, Unit, Value, column};
use crate::plan::ask::{Ask, Progress, Stopped};
use crate::plan::bandwidth::designed::designed;
use crate::plan::bandwidth::section::objectives;
use crate::plan::bandwidth::{Question, bandwidth, everybody};
use crate::plan::change::{Change, OfLink};
use crate::plan::figures::Figures;
use crate::plan::levers::tried;
use crate::plan::prices::Prices;
use crate::plan::runs::links::busiest_link;
use crate::plan::search::Answer;
use crate::scenario::Scenario;
use crate::units::{Rate, as_f64};

/// Most rates of the link that are priced.
pub const RATES_MAX: usize = 8;

/// A design, what it achieves and what it costs.
struct Design {
    what: String,
    set: Option<String>,
    figures: Figures,
    cost: Cost,
}

/// The section; empty without a price list.
///
/// # Errors
/// `progress` said stop.
pub fn section(scenario: &Scenario, ask: &Ask, progress: Progress<'_>) -> Result<Section, Stopped> {
    let Some(prices) = &ask.prices else { return Ok(Section::default()) };
    let tried = tried(scenario, ask.at_once(scenario), progress)?;
    let design = |what: String, set: Option<String>, figures: Figures| {
        let cost = Cost::of(&figures, prices);
        Design { what, set, figures, cost }
    };
    let mut designs = vec![design("as written".into(), None, tried.written)];
    designs.extend(tried.levers.into_iter().map(|it| design(it.what, it.set, it.figures)));
    if let Some(link) = ask.link.or_else(|| busiest_link(scenario)) {
        for rate in rates(scenario, ask, progress)? {
            let name = &scenario.topology.links[link].name;
            if !progress("running the answered rates", 900) {
                return Err(Stopped { what: "running the answered rates".into() });
            }
            let figures = Figures::of(&Change::Link(link, OfLink::Rate(Rate(rate))).of(scenario));
            let (what, set) =
                (format!("{name} at {}", Rate(rate)), format!("links.{name}.rate={} bps", 8 * rate));
            designs.push(design(what, Some(set), figures));
        }
    }
    Ok(Section {
        key: "cost",
        title: format!("Cost in a year, {}", prices.currency),
        says: sentences(scenario, prices, &designs),
        tables: vec![overview(&designs), parts(&designs)],
        ..Section::default()
    })
}

/// Rates that answer how much bandwidth an RPO needs always, and every application its own.
fn rates(scenario: &Scenario, ask: &Ask, progress: Progress<'_>) -> Result<Vec<u64>, Stopped> {
    let Some(link) = ask.link.or_else(|| busiest_link(scenario)) else { return Ok(Vec::new()) };
    let question = Question {
        link,
        allowed: everybody(scenario),
        slack: None,
        objectives: objectives(scenario, ask),
        shares: vec![1000],
        step: ask.step,
    };
    let found = bandwidth(scenario, &question, &mut |done, of| {
        progress("searching for rates to price", 900 * done as u64 / of.max(1) as u64)
    })?;
    let designed = designed(scenario, &question, &found, progress)?;
    let mut rates: Vec<u64> = designed
        .row
        .iter()
        .chain(&found.rows)
        .flat_map(|row| &row.cells)
        .filter_map(|cell| match cell.answer {
            Answer::Least { holds, .. } => Some(holds.rate),
            Answer::Any | Answer::Never(_) => None,
        })
        .collect();
    rates.sort_unstable();
    rates.dedup();
    rates.truncate(RATES_MAX);
    Ok(rates)
}

/// The cheapest of those that miss least, by its place; the first among equals.
fn cheapest(designs: &[Design]) -> usize {
    let key = |design: &Design| (design.figures.missed(), design.cost.total());
    let by = |(_, a): &(usize, &Design), (_, b): &(usize, &Design)| {
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    };
    designs.iter().enumerate().min_by(by).map_or(0, |(place, _)| place)
}

fn sentences(scenario: &Scenario, prices: &Prices, designs: &[Design]) -> Vec<String> {
    let (written, best) = (&designs[0], &designs[cheapest(designs)]);
    let money = |money: f64| format!("{money:.2} {}", prices.currency);
    let missed = best.figures.missed();
    let mut says = vec![if missed == 0 {
        format!(
            "The cheapest design that holds all objectives: {}, {} a year; as written {}.",
            best.what,
            money(best.cost.total()),
            money(written.cost.total())
        )
    } else {
        format!(
            "No design tried holds all objectives. The cheapest that misses fewest, {missed}: {}, {} a year; as written {}.",
            best.what,
            money(best.cost.total()),
            money(written.cost.total())
        )
    }];
    let once: Vec<&str> = scenario
        .outages
        .iter()
        .map(|outage| outage.name.as_str())
        .filter(|outage| !prices.outages.contains_key(*outage))
        .collect();
    if !once.is_empty() {
        says.push(format!(
            "Without a frequency in the price list these outages count once a year: {}.",
            once.join(", ")
        ));
    }
    says.push(
        "Links by nominal rate, replicas at their whole size with their recovery points at the end of the run, hosts that hold replicas; downtime \
         and lost data as simulated, of an application that does not come back up to the end of the run. What a change itself costs is not \
         in the price list."
            .into(),
    );
    says
}

fn overview(designs: &[Design]) -> Table {
    let best = cheapest(designs);
    let row = |(place, design): (usize, &Design)| {
        let Cost { links, storage, hosts, downtime, lost_data } = design.cost;
        vec![
            Value::text(&design.what),
            Value::Number(as_f64(design.figures.missed() as u64)),
            Value::Number(links + storage + hosts),
            Value::Number(downtime + lost_data),
            Value::Number(design.cost.total()),
            if place == best { Value::text("cheapest") } else { Value::None("") },
        ]
    };
    Table {
        key: "cost",
        title: "Designs".into(),
        columns: vec![
            column("design", "design", Unit::Text),
            column("missed", "missed", Unit::Count),
            column("standing_money", "standing", Unit::Money),
            column("outages_money", "outages", Unit::Money),
            column("total_money", "total", Unit::Money),
            column("note", "note", Unit::Text),
        ],
        rows: designs.iter().enumerate().map(row).collect(),
        is_detail: false,
    }
}

fn parts(designs: &[Design]) -> Table {
    let row = |design: &Design| {
        let cost = &design.cost;
        vec![
            Value::text(&design.what),
            Value::Number(cost.links),
            Value::Number(cost.storage),
            Value::Number(cost.hosts),
            Value::Number(cost.downtime),
            Value::Number(cost.lost_data),
            design.set.as_ref().map_or(Value::None(""), Value::text),
        ]
    };
    Table {
        key: "cost_parts",
        title: "Designs by what costs".into(),
        columns: vec![
            column("design", "design", Unit::Text),
            column("links_money", "links", Unit::Money),
            column("storage_money", "storage", Unit::Money),
            column("hosts_money", "hosts", Unit::Money),
            column("downtime_money", "downtime", Unit::Money),
            column("lost_data_money", "lost data", Unit::Money),
            column("set", "--set", Unit::Text),
        ],
        rows: designs.iter().map(row).collect(),
        is_detail: true,
    }
}
