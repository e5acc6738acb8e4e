//! Gates: bounds on metrics, absolute and against a baseline.
//!
//! - gate: name, one of application, vm, link, site, host, volume (a pattern; none of them for a metric of the fleet), metric, outage (a
//!   pattern; default: all), at_most (a value or `objective`) or at_least, tolerance, expect (`breach`), informational_until
//! - tolerance: abs, rel

use super::gate_pairs;
use super::{Names, date, meant, no_match, value};
use crate::problem::{Place, Problem, codes};
use crate::promise::metrics::{self, Kind, Metric, Unit};
use crate::promise::{Bound, Gate, OBJECTIVE, Tolerance, matches};
use crate::remedy::Remedy;
use crate::scenario::Scenario;
use crate::scenario::reading::context::Context;
use crate::scenario::reading::fields::Fields;
use crate::units::Ratio;

/// All gates, by name.
pub fn gates(context: &Context, scenario: &Scenario, names: &Names) -> Vec<Gate> {
    let nodes = context.sections.gates.iter();
    let entries = nodes.filter_map(|node| Fields::new(context.diagnostics, "gate", node, None));
    let placed = |fields: Fields| {
        Some((gate(context, scenario, names, &fields)?, context.diagnostics.place(fields.slice)))
    };
    let mut gates: Vec<(Gate, Option<Place>)> = entries.filter_map(placed).collect();
    gates.sort_by(|(a, _), (b, _)| (&a.name, &a.spot).cmp(&(&b.name, &b.spot)));
    gate_pairs::check(context, &gates);
    gates.into_iter().map(|(gate, _)| gate).collect()
}

fn gate(context: &Context, scenario: &Scenario, names: &Names, fields: &Fields) -> Option<Gate> {
    let given = fields.text("name").map(|written| written.text.trim()).filter(|name| !name.is_empty());
    let kind = kind(fields);
    let metric = kind.and_then(|kind| metric(fields, kind));
    let subject = kind.filter(|kind| *kind != Kind::Fleet).and_then(|kind| fields.text(kind.word()));
    let subject = subject.map_or("", |written| written.text).to_owned();
    let outage = fields.text("outage").map(|written| written.text.to_owned());
    let expect_breach = expect(fields);
    let informational_until = date(fields, "informational_until");
    for key in ["at_most", "at_least", "tolerance"] {
        fields.get(key);
    }
    let bounds = metric.map(|metric| (bound(fields, metric), tolerance(fields, metric.unit)));
    fields.finish();
    let (kind, metric, (bound, tolerance)) = (kind?, metric?, bounds?);
    check(fields, metric, bound, expect_breach);
    let mut matched = meant(fields, kind.word(), kind, &subject, &names.of(context, kind));
    if bound == Some(Bound::Objective) {
        matched.retain(|name| objective(scenario, metric, name).is_some());
        if matched.is_empty() && !context.diagnostics.failed() {
            let what = format!("no application that `{subject}` matches has {}", objective_words(metric));
            let place = fields.diagnostics.place(fields.at("at_most"));
            let remedy = "give the application the objective, or write the value";
            fields.diagnostics.push(Problem::new(&codes::GATE_MATCHES, place, what).remedy(remedy));
        }
    }
    let pattern = outage.clone().unwrap_or_else(|| "*".to_owned());
    let outages = match metric.per_outage {
        true => outages(fields, &pattern, &names.outages),
        false => Vec::new(),
    };
    let outage = metric.per_outage.then_some(pattern);
    let default_name = || derived(metric, &subject, outage.as_deref(), bound);
    let name = given.map_or_else(default_name, str::to_owned);
    let spot = context.diagnostics.spot(fields.slice);
    Some(Gate {
        name,
        metric,
        subject,
        outage,
        bound,
        tolerance,
        expect_breach,
        informational_until,
        matched,
        outages,
        spot,
    })
}

/// The field that says what it is about; none: the fleet.
fn kind(fields: &Fields) -> Option<Kind> {
    let given: Vec<Kind> = Kind::NAMED.into_iter().filter(|kind| fields.get(kind.word()).is_some()).collect();
    match given[..] {
        [] => Some(Kind::Fleet),
        [one] => Some(one),
        _ => {
            let words: Vec<&str> = given.iter().map(|kind| kind.word()).collect();
            fields.report(
                &codes::ONE_KIND,
                words[1],
                format!("{fields} is about several kinds at once: {}", words.join(", ")),
            );
            fields.get("metric");
            None
        }
    }
}

fn metric(fields: &Fields, kind: Kind) -> Option<&'static Metric> {
    let written = fields.need_text("metric")?;
    if let Some(metric) = metrics::find(kind, written.text) {
        return Some(metric);
    }
    let place = fields.diagnostics.place(written.slice);
    let elsewhere: Vec<&str> = Kind::NAMED
        .into_iter()
        .chain([Kind::Fleet])
        .filter(|kind| metrics::find(*kind, written.text).is_some())
        .map(Kind::word)
        .collect();
    let what = format!("{} has no metric `{}`", kind.any(), written.text);
    let problem = Problem::new(&codes::METRIC, place, what);
    let problem = match (elsewhere.is_empty(), kind) {
        (false, Kind::Fleet) => {
            problem.remedy(format!("say what it is about: `{}: \"*\"`", elsewhere.join(": \"*\"` or `")))
        }
        (false, _) => problem.remedy(format!("it is a metric of: {}", elsewhere.join(", "))),
        (true, _) => {
            let keys: Vec<&str> = metrics::of(kind).map(|metric| metric.key).collect();
            let listed = Remedy::OneOf(keys.iter().map(|key| (*key).to_owned()).collect());
            problem.remedy(listed).wrong(written.text).suggest(written.text, keys)
        }
    };
    fields.diagnostics.push(problem);
    None
}

fn expect(fields: &Fields) -> bool {
    let Some(written) = fields.text("expect") else { return false };
    if written.text != "breach" {
        let what = format!("`expect` of {fields} cannot be `{}`", written.text);
        let problem = Problem::new(&codes::CHOICE, fields.diagnostics.place(written.slice), what);
        fields.diagnostics.push(problem.remedy("write \"breach\", or leave it out"));
    }
    true
}

fn bound(fields: &Fields, metric: &Metric) -> Option<Bound> {
    if fields.has("at_most") && fields.has("at_least") {
        fields.report(&codes::ONE_KIND, "at_least", format!("{fields} has one of `at_most` and `at_least`"));
    }
    let word = fields.get("at_most").and_then(|node| node.as_text()).map(|text| text.trim());
    if word != Some(OBJECTIVE) {
        let at_least = || value(fields, "at_least", metric.unit).map(Bound::AtLeast);
        return value(fields, "at_most", metric.unit).map(Bound::AtMost).or_else(at_least);
    }
    if metric.objective().is_none() {
        let what = format!("no objective bounds `{}` of a {}", metric.key, metric.kind.word());
        let problem = Problem::new(&codes::BOUND, fields.diagnostics.place(fields.at("at_most")), what);
        fields.diagnostics.push(problem.remedy("write the value it must keep"));
    }
    Some(Bound::Objective)
}

fn tolerance(fields: &Fields, unit: Unit) -> Option<Tolerance> {
    let node = fields.get("tolerance")?;
    let inner = Fields::new(fields.diagnostics, "tolerance", node, fields.at("tolerance"))?;
    let abs = value(&inner, "abs", unit);
    let rel = inner.quantity::<Ratio>("rel").map(|share| f64::from(share.0) / 1e6);
    inner.finish();
    Some(Tolerance { abs, rel })
}

/// What a gate must have, and may not.
fn check(fields: &Fields, metric: &Metric, bound: Option<Bound>, expect_breach: bool) {
    let has_bound = bound.is_some() || fields.has("at_most") || fields.has("at_least");
    if !has_bound && !fields.has("tolerance") {
        fields.report(&codes::GATE_WITHOUT_BOUND, "metric", format!("{fields} has nothing to hold"));
    }
    if expect_breach && !has_bound {
        let what = format!("{fields} expects a breach of no bound");
        let problem = Problem::new(&codes::BOUND, fields.diagnostics.place(fields.at("expect")), what);
        fields.diagnostics.push(problem.remedy("add `at_most` or `at_least`"));
    }
    if !metric.per_outage && fields.has("outage") {
        let what = format!("`{}` is read while nothing fails, and {fields} names an outage", metric.key);
        let in_outage = metrics::of(metric.kind).filter(|metric| metric.per_outage);
        let keys: Vec<&str> = in_outage.map(|metric| metric.key).collect();
        let problem = Problem::new(&codes::BOUND, fields.diagnostics.place(fields.at("outage")), what);
        let remedy = match keys.is_empty() {
            true => "leave `outage` out".to_owned(),
            false => format!("leave `outage` out, or read one of: {}", keys.join(", ")),
        };
        fields.diagnostics.push(problem.remedy(remedy));
    }
}

fn outages(fields: &Fields, pattern: &str, all: &[String]) -> Vec<String> {
    let found: Vec<String> = all.iter().filter(|name| matches(pattern, name)).cloned().collect();
    if found.is_empty() {
        let key = if fields.has("outage") { "outage" } else { "metric" };
        no_match(fields, key, "outage", pattern, all);
    }
    found
}

fn objective_words(metric: &Metric) -> &'static str {
    if metric.objective() == Some("rto") { "a recovery time objective" } else { "a recovery point objective" }
}

fn objective(scenario: &Scenario, metric: &Metric, application: &str) -> Option<f64> {
    let row = scenario.recovery.applications.iter().find(|row| row.name == application)?;
    let span = if metric.objective()? == "rto" { row.rto.or(row.mtpd) } else { row.rpo };
    span.map(crate::units::Span::as_seconds)
}

/// The name of a gate that is given none: without values, so that it stays when they change.
fn derived(metric: &Metric, subject: &str, outage: Option<&str>, bound: Option<Bound>) -> String {
    let of = match metric.kind == Kind::Fleet {
        true => String::new(),
        false => format!(" of {}", metric.kind.subject(subject)),
    };
    let outage = outage.filter(|pattern| *pattern != "*").map_or(String::new(), |it| format!(" in {it}"));
    let how = match bound {
        Some(Bound::AtMost(_) | Bound::Objective) => "",
        Some(Bound::AtLeast(_)) => ", at least",
        None => ", against the baseline",
    };
    format!("{}{of}{outage}{how}", metric.key)
}
