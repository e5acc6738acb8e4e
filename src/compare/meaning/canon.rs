//! One spelling for each meaning: units, instants, days, lists without order, and defaults that are written out.
//!
//! Two values of one field mean the same if their canons are equal; a canon is never shown to anybody.

use std::collections::BTreeMap;

use super::fields::{BOUNDS, CONDITIONAL, Field, INSTANTS, RATES, SHARES, SIZES, SPANS, is_quantity};
use crate::scenario::defaults;
use crate::scenario::tree::{Clock, Value, Written, days, time_of_day};
use crate::units::{Bytes, Rate, Ratio, Span};

/// What both sides of a comparison are read by.
pub struct Reader {
    /// The clock of both, where they start at the same instant in the same zone: without it instants are compared as written.
    pub clock: Option<Clock>,
    /// What was called otherwise before: the name now.
    pub renamed: BTreeMap<String, String>,
}

/// The canon of a value; with `is_old`, names that were changed count as what they are called now.
pub fn canon(reader: &Reader, field: Field, value: &Value, is_old: bool) -> String {
    match value {
        Value::Text(text) => scalar(reader, field, text, true, is_old),
        Value::Integer(number) => scalar(reader, field, &number.to_string(), false, is_old),
        Value::Float(number) => scalar(reader, field, &number.to_string(), false, is_old),
        Value::Flag(flag) => flag.to_string(),
        Value::Nothing if is_quantity(field) => "unlimited".into(),
        Value::Nothing => "()".into(),
        Value::List(items) => list(reader, field, items, is_old),
        Value::Entry(fields) => entry(reader, field.inner(), fields, is_old),
    }
}

/// The canon of what a field means that is left out, where that is known.
pub fn default(reader: &Reader, field: Field) -> Option<String> {
    let full = format!("{}.{}", field.kind, field.key);
    match (field.kind, field.key) {
        ("scenario", "seed") => return Some("0".into()),
        (_, "days") => return days(&["daily"]),
        ("window", "direction") => return Some("t:both".into()),
        _ if CONDITIONAL.contains(&full.as_str()) => return None,
        _ => {}
    }
    let default = defaults::ALL.iter().find(|default| default.field == full)?;
    Some(match default.value {
        "true" | "false" => default.value.into(),
        "planned, unplanned, test" => {
            let words = default.value.split(", ").map(|word| Value::Text(word.into()));
            let items = words.map(|value| Written { value, place: None, position: 0 }).collect();
            canon(reader, field, &Value::List(items), false)
        }
        value => canon(reader, field, &Value::Text(value.into()), false),
    })
}

/// The canon of an entry's fields, without those that say what is so anyhow.
pub fn entry(reader: &Reader, kind: &'static str, fields: &[(String, Written)], is_old: bool) -> String {
    let mut all: Vec<String> = Vec::new();
    for (key, written) in fields {
        let field = Field { kind, key };
        let value = canon(reader, field, &written.value, is_old);
        if default(reader, field).as_ref() != Some(&value) {
            all.push(format!("{key}={value}"));
        }
    }
    all.sort();
    format!("({})", all.join(","))
}

fn list(reader: &Reader, field: Field, items: &[Written], is_old: bool) -> String {
    if field.key == "days" {
        let texts: Vec<&str> = items.iter().filter_map(|item| item.value.text()).collect();
        return days(&texts).unwrap_or_else(|| texts.join(","));
    }
    let mut all: Vec<String> = items.iter().map(|item| canon(reader, field, &item.value, is_old)).collect();
    let is_scalar = |item: &Written| !matches!(item.value, Value::List(_) | Value::Entry(_));
    if field.key == "churn" {
        // Layers of one kind keep their order, by which their chances are told apart.
        let mut layers: Vec<(&str, String)> = items.iter().map(|item| layer(&item.value)).zip(all).collect();
        layers.sort_by_key(|(kind, _)| *kind);
        all = layers.into_iter().map(|(_, layer)| layer).collect();
    } else if !field.is_ordered() {
        all.sort();
        if items.iter().all(is_scalar) {
            all.dedup();
        }
    }
    if field.key == "rate" && all.len() == 2 && all[0] == all[1] {
        all.pop();
    }
    // A text alone is a list of one.
    match all.as_slice() {
        [one] if items.iter().all(is_scalar) => one.clone(),
        _ => format!("[{}]", all.join(",")),
    }
}

/// The kind of a layer of churn.
pub fn layer(value: &Value) -> &'static str {
    let kinds = ["bursts", "constant", "profile", "trace", "window"];
    kinds.into_iter().find(|kind| value.field(kind).is_some()).unwrap_or("")
}

/// A text or number; numbers are not told from the same digits in a text where a quantity is expected.
fn scalar(reader: &Reader, field: Field, text: &str, is_text: bool, is_old: bool) -> String {
    if let Some(time) = time(reader, field, text) {
        return time;
    }
    if field.kind == "capacity" && field.key == "vms" || is_quantity(field) {
        if matches!(text, "unlimited" | "none" | "never") {
            return "unlimited".into();
        }
        if let Some(quantity) = quantity(field.key, text) {
            return quantity;
        }
    }
    if BOUNDS.contains(&field.key)
        && let Some(bound) = bound(text)
    {
        return bound;
    }
    match is_text {
        true if is_old => format!("t:{}", renamed(reader, text)),
        true => format!("t:{text}"),
        false => text.to_owned(),
    }
}

/// Instants, days, times of day and windows.
fn time(reader: &Reader, field: Field, text: &str) -> Option<String> {
    let is_instant = INSTANTS.contains(&field.key) || field.kind == "first copy" && field.key == "network";
    if is_instant {
        let instant = reader.clock.as_ref().and_then(|clock| clock.instant(text));
        let offset = || Span::parse(text).ok().map(|span| span.0);
        return instant.or_else(offset).map(|micros| format!("instant {micros}"));
    }
    match (field.kind, field.key) {
        (_, "days") => days(&[text]),
        ("window", "from" | "to") => time_of_day(text),
        ("scenario", "start") => {
            let clock = Clock::new(text)?;
            let (unix_us, zone) = clock.start();
            Some(format!("{unix_us} {zone}"))
        }
        ("churn", "window") | ("policy", "resync") => {
            let (from, to) = text.split_once(" to ")?;
            Some(format!("{} to {}", time_of_day(from)?, time_of_day(to)?))
        }
        _ => None,
    }
}

/// A bound of a gate, whose unit is that of its metric.
fn bound(text: &str) -> Option<String> {
    let span = || Span::parse(text).ok().map(|span| format!("span {}", span.0));
    let size = || Bytes::parse(text).ok().map(|size| format!("size {}", size.0));
    let rate = || Rate::parse(text).ok().map(|rate| format!("rate {}", rate.0));
    let share = || Ratio::parse(text).ok().map(|share| format!("share {}", share.0));
    span().or_else(size).or_else(rate).or_else(share)
}

/// One quantity or a distribution of them, in the smallest unit.
fn quantity(key: &str, text: &str) -> Option<String> {
    let text = text.trim();
    let each = |texts: &str, by: &str| -> Option<String> {
        let all: Option<Vec<String>> = texts.split(by).map(|part| one(key, part)).collect();
        all.map(|all| all.join(by))
    };
    for (word, by) in [("one of ", "|"), ("uniform ", " to "), ("log-uniform ", " to ")] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some(format!("{word}{}", each(rest, by)?));
        }
    }
    if let Some(mean) = text.strip_prefix("exponential mean ") {
        return Some(format!("exponential mean {}", one(key, mean)?));
    }
    if let Some(rest) = text.strip_prefix("lognormal median ") {
        let (median, sigma) = rest.split_once(" sigma ")?;
        let sigma: f64 = sigma.trim().parse().ok()?;
        return Some(format!("lognormal {} {sigma}", one(key, median)?));
    }
    one(key, text)
}

fn one(key: &str, text: &str) -> Option<String> {
    let raw = if RATES.contains(&key) {
        Rate::parse(text).ok()?.0
    } else if SIZES.contains(&key) {
        Bytes::parse(text).ok()?.0
    } else if SPANS.contains(&key) {
        Span::parse(text).ok()?.0
    } else if SHARES.contains(&key) {
        Ratio::parse(text).ok()?.0.into()
    } else {
        let digits: String = text.trim().chars().filter(|c| *c != '_').collect();
        digits.parse().ok()?
    };
    Some(raw.to_string())
}

/// The name now of what `text` refers to: `name`, `host/volume`, `vm:name`.
fn renamed(reader: &Reader, text: &str) -> String {
    let now = |name: &str| reader.renamed.get(name).cloned();
    if let Some(name) = now(text) {
        return name;
    }
    if let Some(name) = text.strip_prefix("vm:").and_then(now) {
        return format!("vm:{name}");
    }
    match text.split_once('/') {
        Some((first, rest)) => now(first).map_or_else(|| text.to_owned(), |name| format!("{name}/{rest}")),
        None => text.to_owned(),
    }
}
