//! The results as JSON: keys sorted, numbers as short as microseconds and parts per million allow, no wall-clock time.
//! `docs/results.md` documents every key. Imports results.

pub mod direct;

use std::io::{self, Write};

use serde::ser::{Error, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::inert;
use crate::measure::results::{Results, SCHEMA_VERSION};

/// The results as pretty JSON with sorted keys and a trailing newline.
pub fn write(results: &Results) -> String {
    let mut bytes = Vec::new();
    stream(&InOrder(results), &mut bytes).expect("memory takes all");
    String::from_utf8(bytes).expect("JSON is text")
}

/// Pretty JSON with a trailing newline, as it comes: what is written is never whole in memory.
///
/// # Errors
/// Those of `to`.
pub fn stream(document: &impl Serialize, mut to: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(Inert(&mut to), document)?;
    to.write_all(b"\n")?;
    to.flush()
}

/// Passes JSON on in which no text commands what shows it; the serializer hands over whole characters.
pub(in crate::report) struct Inert<W>(W);

impl<W: Write> Write for Inert<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.0.write_all(inert::json(text).as_bytes())?,
            Err(_) => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Results whose keys are written in order, row by row, with short numbers.
pub struct InOrder<'a>(pub &'a Results);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Taken apart, so that none is forgotten.
        let Results {
            applications,
            assumptions,
            audit,
            digest,
            engine_version,
            fleet_health,
            health,
            hosts,
            links,
            operations,
            outages,
            routes,
            scenario,
            scenario_hash,
            schema_version,
            seed,
            sites,
            stand_ins,
            statistics,
            tried,
            vms,
            volumes,
            warnings,
        } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("applications", &Rows(applications))?;
        map.serialize_entry("assumptions", assumptions)?;
        map.serialize_entry("audit", &Short(audit))?;
        map.serialize_entry("digest", digest)?;
        map.serialize_entry("engine_version", engine_version)?;
        map.serialize_entry("fleet_health", &Short(fleet_health))?;
        map.serialize_entry("health", &Rows(health))?;
        map.serialize_entry("hosts", &Rows(hosts))?;
        map.serialize_entry("links", &Rows(links))?;
        map.serialize_entry("operations", &Short(operations))?;
        map.serialize_entry("outages", &Rows(outages))?;
        map.serialize_entry("routes", &Rows(routes))?;
        map.serialize_entry("scenario", &Short(scenario))?;
        map.serialize_entry("scenario_hash", scenario_hash)?;
        map.serialize_entry("schema_version", schema_version)?;
        map.serialize_entry("seed", seed)?;
        map.serialize_entry("sites", &Rows(sites))?;
        if !stand_ins.is_empty() {
            map.serialize_entry("stand_ins", &Rows(stand_ins))?;
        }
        map.serialize_entry("statistics", &Rows(statistics))?;
        if let Some(tried) = tried {
            map.serialize_entry("tried", &Rows(tried))?;
        }
        map.serialize_entry("vms", &Rows(vms))?;
        map.serialize_entry("volumes", &Rows(volumes))?;
        map.serialize_entry("warnings", warnings)?;
        map.end()
    }
}

/// Rows, each in order and short by itself.
struct Rows<'a, Row>(&'a [Row]);

impl<Row: Serialize> Serialize for Rows<'_, Row> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Short))
    }
}

/// Plain data with sorted keys and short numbers.
struct Short<'a, Data>(&'a Data);

impl<Data: Serialize> Serialize for Short<'_, Data> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = serde_json::to_value(self.0).map_err(S::Error::custom)?;
        shorten(&mut value);
        value.serialize(serializer)
    }
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// Not JSON, not results, or of another major schema version; as a sentence.
pub fn parse(text: &str) -> Result<Results, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("this is not JSON: {error}"))?;
    let Some(version) = value.get("schema_version").and_then(Value::as_str) else {
        return Err("this JSON has no `schema_version`, so it is not a result of drsim".into());
    };
    if major(version) != major(SCHEMA_VERSION) {
        return Err(format!(
            "this result has schema {version}, and this drsim reads {SCHEMA_VERSION}: run the scenario again"
        ));
    }
    if let Some((path, seconds)) = out_of_range(&value, "") {
        return Err(format!(
            "`{path}` is {seconds} seconds, which no run lasts: the result was changed or damaged; run the scenario again"
        ));
    }
    serde_json::from_value(value).map_err(|error| format!("this is not a complete result of drsim: {error}"))
}

/// The most that a field in seconds may hold: 5,000 of the longest durations in a row, which is as many microseconds as are counted.
const SECONDS_MAX: f64 = 1.5e13;

/// The first field in seconds whose value cannot come from a run, with its path.
fn out_of_range(value: &Value, path: &str) -> Option<(String, f64)> {
    match value {
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, item)| out_of_range(item, &format!("{path}.{index}")))
        }
        Value::Object(fields) => fields.iter().find_map(|(key, value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let is_time = matches!(key.rsplit('_').next(), Some("s" | "seconds"));
            let wrong = value.as_f64().filter(|seconds| is_time && seconds.abs() > SECONDS_MAX);
            wrong.map(|seconds| (path.clone(), seconds)).or_else(|| out_of_range(value, &path))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

/// Rounds every fraction to six decimals: seconds to the microsecond, shares to a part per million.
pub(super) fn shorten(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let exact = number.as_f64().expect("just asked");
            // Above 2^53 / 10^6 the nearest double is coarser than a microsecond anyway.
            let short = if exact.abs() < 9e9 { (exact * 1e6).round() / 1e6 + 0.0 } else { exact };
            *value = Value::from(short);
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_short_and_zero_has_no_sign() {
        let mut value =
            serde_json::json!({ "a": 0.1 + 0.2, "b": -0.0, "c": [1.0 / 3.0], "d": 260.0, "e": 7 });
        shorten(&mut value);
        assert_eq!(value.to_string(), r#"{"a":0.3,"b":0.0,"c":[0.333333],"d":260.0,"e":7}"#);
    }

    #[test]
    fn another_schema_is_refused_with_a_sentence() {
        assert!(parse("{").unwrap_err().contains("not JSON"));
        assert!(parse("{}").unwrap_err().contains("schema_version"));
        assert!(parse(r#"{"schema_version":"9.1"}"#).unwrap_err().contains("schema 9.1"));
        assert!(parse(r#"{"schema_version":"1.0"}"#).unwrap_err().contains("not a complete result"));
    }
}
