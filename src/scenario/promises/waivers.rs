//! Waivers: breaches that somebody answers for, up to a day.
//!
//! - waiver: gate (a pattern of names; `objective` for an application's own), one of application, vm, link, site, host, volume (a pattern;
//!   default: all), outage (a pattern; default: all), metric, owner, reason, expires, ceiling

use super::{Names, date, meant, no_match, value};
use crate::problem::{Problem, codes};
use crate::promise::metrics::{self, Kind, Metric};
use crate::promise::{Gate, OBJECTIVE, Waiver, matches};
use crate::scenario::reading::context::Context;
use crate::scenario::reading::fields::Fields;

/// All waivers, in order of the file.
pub fn waivers(context: &Context, names: &Names, gates: &[Gate]) -> Vec<Waiver> {
    let nodes = context.sections.waivers.iter();
    let entries = nodes.filter_map(|node| Fields::new(context.diagnostics, "waiver", node, None));
    entries.filter_map(|fields| waiver(context, names, gates, &fields)).collect()
}

fn waiver(context: &Context, names: &Names, gates: &[Gate], fields: &Fields) -> Option<Waiver> {
    let gate = fields.need_text("gate").map(|written| written.text.to_owned());
    let subject = subject(context, names, fields);
    let outage = fields.text("outage").map(|written| written.text.to_owned());
    if let Some(pattern) = &outage {
        let all = &names.outages;
        if !all.iter().any(|name| matches(pattern, name)) {
            no_match(fields, "outage", "outage", pattern, all);
        }
    }
    let (owner, reason) = (answer(fields, "owner"), answer(fields, "reason"));
    if !fields.has("expires") {
        fields.need_text("expires");
    }
    let expires = date(fields, "expires");
    let metric = fields.text("metric").map(|written| written.text.to_owned());
    fields.get("ceiling");
    let metrics = gate.as_ref().map(|gate| covered(fields, gate, gates, subject.as_ref(), metric.as_deref()));
    let ceiling = metrics.and_then(|metrics| ceiling(fields, &metrics));
    fields.finish();
    Some(Waiver {
        gate: gate?,
        subject,
        outage,
        metric,
        owner,
        reason,
        expires: expires?,
        ceiling,
        spot: context.diagnostics.spot(fields.slice),
    })
}

fn subject(context: &Context, names: &Names, fields: &Fields) -> Option<(Kind, String)> {
    let given: Vec<Kind> = Kind::NAMED.into_iter().filter(|kind| fields.get(kind.word()).is_some()).collect();
    let kind = *given.first()?;
    if let Some(second) = given.get(1) {
        let what = format!("{fields} is about several kinds at once: {}, {}", kind.word(), second.word());
        fields.report(&codes::ONE_KIND, second.word(), what);
    }
    let pattern = fields.text(kind.word())?.text.to_owned();
    meant(fields, kind.word(), kind, &pattern, &names.of(context, kind));
    Some((kind, pattern))
}

/// Who answers for it, and why: not blank.
fn answer(fields: &Fields, key: &'static str) -> String {
    let Some(written) = fields.need_text(key) else { return String::new() };
    if written.text.trim().is_empty() {
        fields.report(&codes::WAIVER_WITHOUT_OWNER, key, format!("`{key}` of {fields} is blank"));
    }
    written.text.trim().to_owned()
}

/// The metrics of the gates it is for; a problem if there is no such gate.
fn covered(
    fields: &Fields,
    gate: &str,
    gates: &[Gate],
    subject: Option<&(Kind, String)>,
    metric: Option<&str>,
) -> Vec<&'static Metric> {
    let named: Vec<&Gate> = gates.iter().filter(|it| matches(gate, &it.name)).collect();
    let is_objective = matches(gate, OBJECTIVE);
    if named.is_empty() && !is_objective {
        let place = fields.diagnostics.place(fields.at("gate"));
        let known = gates.iter().map(|gate| gate.name.as_str()).chain([OBJECTIVE]);
        let problem = Problem::new(&codes::UNKNOWN_NAME, place, format!("there is no gate `{gate}`"));
        fields.diagnostics.push(problem.wrong(gate).suggest(&gate.replace('*', ""), known));
        return Vec::new();
    }
    let own = ["rpa", "rta_from_outage", "age_max"];
    let own = own.into_iter().filter_map(|key| metrics::find(Kind::Application, key));
    let own = own.filter(|_| is_objective);
    let all: Vec<&'static Metric> = named.iter().map(|gate| gate.metric).chain(own).collect();
    let kept: Vec<&'static Metric> = all
        .iter()
        .copied()
        .filter(|it| subject.is_none_or(|(kind, _)| *kind == it.kind))
        .filter(|it| metric.is_none_or(|key| key == it.key))
        .collect();
    if kept.is_empty() {
        let key =
            if fields.has("metric") { "metric" } else { subject.map_or("gate", |(kind, _)| kind.word()) };
        let place = fields.diagnostics.place(fields.at(key));
        let listed: Vec<String> =
            all.iter().map(|metric| format!("{} of {}", metric.key, metric.kind.any())).collect();
        let problem = Problem::new(
            &codes::GATE_MATCHES,
            place,
            format!("gate `{gate}` reads no such metric for {fields}"),
        );
        let problem = problem.remedy(format!("it reads: {}", listed.join(", ")));
        fields.diagnostics.push(match metric {
            Some(metric) => problem.wrong(metric).suggest(metric, all.iter().map(|metric| metric.key)),
            None => problem,
        });
    } else if let Some((kind, pattern)) = subject.filter(|_| !is_objective) {
        let about = |gate: &&&Gate| {
            gate.metric.kind == *kind && gate.matched.iter().any(|name| kind.means(pattern, name))
        };
        if named.iter().find(about).is_none() {
            let all: Vec<String> = named.iter().flat_map(|gate| gate.matched.iter().cloned()).collect();
            no_match(fields, kind.word(), &format!("{} of gate `{gate}`", kind.word()), pattern, &all);
        }
    }
    kept
}

fn ceiling(fields: &Fields, metrics: &[&'static Metric]) -> Option<f64> {
    let unit = metrics.first()?.unit;
    if metrics.iter().any(|metric| metric.unit != unit) && fields.has("ceiling") {
        let place = fields.diagnostics.place(fields.at("ceiling"));
        let what = format!("`ceiling` of {fields} is for metrics of several units");
        let problem = Problem::new(&codes::BOUND, place, what);
        fields.diagnostics.push(problem.remedy("name one of them: `metric: …`"));
        return None;
    }
    value(fields, "ceiling", unit)
}
