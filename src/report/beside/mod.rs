//! Variants side by side: what they come to, application by application, and in what they differ. A document, which every format renders.
//! Imports results, documents and words.

mod metrics;
mod curves;

use crate::document::{Column, Document, Section, Table, Unit, Value, column};
use crate::measure::results::{ApplicationRow, Charts, OutageApplicationRow, Results};

use super::files::Names;
use super::run;
use super::words::{self, count, duration, plain};
use curves::curves;
use metrics::{METRICS, Metric, WORST_AGE};

/// Ages that differ by less than this share are one.
const ALIKE: f64 = 0.01;
/// Differences that are told in sentences, of each variant.
const TOLD: usize = 4;

/// A variant: what it is called, and what came out.
pub type Variant<'r> = (&'r str, &'r Results, &'r Charts);

/// The first variant is what the others are held against.
pub fn document(variants: &[Variant<'_>]) -> Document {
    let Some((_, first, _)) = variants.first() else { return Document::default() };
    let mut sections = vec![verdicts(variants)];
    let mut names = Names::default();
    for metric in &METRICS {
        let table = table(variants, metric);
        if table.rows.is_empty() {
            continue;
        }
        let differing = table.rows.iter().filter(|row| differs(row, metric)).count() as u64;
        let says = match differing {
            0 => "The same in every variant.".to_owned(),
            some => format!("Differs in {} of {}.", some, count(table.rows.len() as u64, "row")),
        };
        let is_drawn = metric.key == WORST_AGE.key;
        let curves = if is_drawn { curves(variants, &mut names) } else { Vec::new() };
        let (key, title) = (metric.key, metric.title.into());
        sections.push(Section {
            key,
            title,
            says: vec![says],
            tables: vec![table],
            curves,
            ..Section::default()
        });
    }
    let links = variants.iter().zip(1..).map(|((label, ..), number)| (plain(label), page(number)));
    Document { sections, links: links.collect(), assumptions: Vec::new(), ..run::document(first) }
}

/// The outage by that name in a run, and the application in it.
fn within<'r>(results: &'r Results, outage: &str, application: &str) -> Option<&'r OutageApplicationRow> {
    let outage = results.outages.iter().find(|it| it.name == outage)?;
    outage.applications.iter().find(|it| it.name == application)
}

fn application<'r>(results: &'r Results, name: &str) -> Option<&'r ApplicationRow> {
    results.applications.iter().find(|row| row.name == name)
}

fn results_of<'r>(variants: &[Variant<'r>]) -> Vec<&'r Results> {
    variants.iter().map(|(_, results, _)| *results).collect()
}

/// (application, outage) in the order of the first variant that has them.
fn places<'r>(variants: &[&'r Results], metric: &Metric) -> Vec<(&'r str, &'r str)> {
    let mut places: Vec<(&str, &str)> = Vec::new();
    for results in variants {
        let outages: Vec<&str> = if metric.is_of_outage {
            results.outages.iter().map(|outage| outage.name.as_str()).collect()
        } else {
            vec![""]
        };
        for row in &results.applications {
            for outage in &outages {
                if !places.contains(&(row.name.as_str(), *outage)) {
                    places.push((&row.name, outage));
                }
            }
        }
    }
    places
}

fn figure(metric: &Metric, results: &Results, (name, outage): (&str, &str)) -> Option<f64> {
    (metric.of)(results, application(results, name)?, within(results, outage, name))
}

/// A row for each application, and outage, that has a figure in any variant; a column for each variant.
fn table(variants: &[Variant<'_>], metric: &Metric) -> Table {
    let mut columns = vec![column("application", "application", Unit::Text)];
    if metric.is_of_outage {
        columns.push(column("outage", "outage", Unit::Text));
    }
    columns.extend(by_variant(variants, metric.unit));
    let row = |place: (&str, &str)| {
        let figures: Vec<Option<f64>> =
            variants.iter().map(|(_, results, _)| figure(metric, results, place)).collect();
        figures.iter().any(Option::is_some).then(|| {
            let mut cells = vec![Value::text(place.0)];
            cells.extend(metric.is_of_outage.then(|| Value::text(place.1)));
            cells.extend(figures.into_iter().map(Value::maybe));
            cells
        })
    };
    let rows = places(&results_of(variants), metric).into_iter().filter_map(row).collect();
    Table { key: metric.key, title: metric.title.into(), columns, rows, ..Table::default() }
}

/// A column for each variant. By their places in files, where their names may be anything.
fn by_variant(variants: &[Variant<'_>], unit: Unit) -> Vec<Column> {
    variants
        .iter()
        .zip(1..)
        .map(|((label, ..), number)| column(format!("variant_{number}"), plain(label), unit))
        .collect()
}

fn differs(row: &[Value], metric: &Metric) -> bool {
    let skip = if metric.is_of_outage { 2 } else { 1 };
    row[skip..].windows(2).any(|pair| pair[0] != pair[1])
}

/// The verdict on each application in each variant, and what changes.
fn verdicts(variants: &[Variant<'_>]) -> Section {
    let mut columns = vec![column("application", "application", Unit::Text)];
    columns.extend(by_variant(variants, Unit::Text));
    let names = places(&results_of(variants), &WORST_AGE).into_iter().map(|(name, _)| name);
    let cell = |results: &Results, name: &str| match application(results, name) {
        Some(row) => run::mark(row.status, words::application_mark(row)),
        None => Value::None("it is not in this variant"),
    };
    let rows = names.map(|name| {
        let cells = variants.iter().map(|(_, results, _)| cell(results, name));
        std::iter::once(Value::text(name)).chain(cells).collect()
    });
    let table = Table {
        key: "verdicts",
        title: "Verdicts".into(),
        columns,
        rows: rows.collect(),
        ..Table::default()
    };
    let rows: Vec<(&str, &Results)> = variants.iter().map(|(label, results, _)| (*label, *results)).collect();
    let says = differences(&rows);
    let tables = vec![table, listed(variants)];
    Section { key: "variants", title: "What differs".into(), says, tables, ..Section::default() }
}

/// Which variant stands in which column, and where its report is.
fn listed(variants: &[Variant<'_>]) -> Table {
    let names = [("variant", "column"), ("name", "variant"), ("page", "report")];
    let row = |(number, (label, ..)): (usize, &Variant<'_>)| {
        [format!("variant_{number}"), (*label).to_owned(), page(number)].map(Value::Text).to_vec()
    };
    Table {
        key: "pages",
        title: "Variants".into(),
        columns: names.map(|(key, title)| column(key, title, Unit::Text)).to_vec(),
        rows: (1..).zip(variants).map(row).collect(),
        is_detail: true,
    }
}

/// Where the report of a variant stands.
fn page(number: usize) -> String {
    format!("variant-{number}/report.html")
}

/// A sentence for each variant but the first, which it is held against.
pub fn differences(variants: &[(&str, &Results)]) -> Vec<String> {
    variants.iter().skip(1).map(|variant| said(&variants[0], variant)).collect()
}

/// A variant against the first: verdicts that turn, then the figures that move most.
fn said(base: &(&str, &Results), variant: &(&str, &Results)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for row in &base.1.applications {
        let now = application(variant.1, &row.name);
        if let Some(now) = now.filter(|now| now.status != row.status) {
            let (before, after) = (crate::words::status(row.status), crate::words::status(now.status));
            parts.push(format!("{} {after} instead of {before}", row.name));
        }
    }
    let mut moves: Vec<(f64, String)> = Vec::new();
    for metric in METRICS.iter().filter(|metric| metric.unit == Unit::Seconds) {
        for place in places(&[base.1], metric) {
            let (before, after) = (figure(metric, base.1, place), figure(metric, variant.1, place));
            let Some((before, after)) = before.zip(after) else { continue };
            let far = (after - before).abs();
            if far > ALIKE * before.max(after) && far >= 1.0 {
                let place = if metric.is_of_outage {
                    format!("{} in {}", place.0, place.1)
                } else {
                    place.0.to_owned()
                };
                moves.push((
                    far / before.max(1.0),
                    format!("{} of {place} {} instead of {}", metric.name, duration(after), duration(before)),
                ));
            }
        }
    }
    moves.sort_by(|a, b| b.0.total_cmp(&a.0));
    let more = moves.len().saturating_sub(TOLD);
    parts.extend(moves.into_iter().take(TOLD).map(|(_, says)| says));
    if more > 0 {
        parts.push(format!("and {} more", count(more as u64, "figure")));
    }
    let what = if parts.is_empty() { "no figure differs".to_owned() } else { parts.join("; ") };
    format!("{}: {what}.", variant.0)
}
