//! The results as JSON: keys sorted, numbers as short as microseconds and parts per million allow, no wall-clock time.
//! `docs/results.md` documents every key. Imports results.

pub mod direct;
mod drawn;
mod stored;

use std::io::{self, Write};

use serde::ser::{Error, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::Value;

pub use stored::{Stored, StoredRun, parse, read};

use drawn::Drawn;

use super::Beside;
use crate::inert;
use crate::measure::results::{Charts, Results, SCHEMA_VERSION};

/// One of the ways in which a command runs a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// What it is called.
    pub name: String,
    /// Changes, as `path=value`.
    pub set: Vec<String>,
    /// When its outages begin instead, RFC 3339.
    pub at: Option<String>,
}

/// Name of the variant that changes nothing.
pub const AS_WRITTEN: &str = "as written";

impl Default for Variant {
    fn default() -> Variant {
        Variant { name: AS_WRITTEN.to_owned(), set: Vec::new(), at: None }
    }
}

impl Variant {
    /// The name that a page shows: none where the scenario is as written.
    pub fn shown(&self) -> &str {
        if self.name == AS_WRITTEN { "" } else { &self.name }
    }
}

/// What one run answers.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// Which it is.
    pub variant: &'a Variant,
    /// Its numbers.
    pub results: &'a Results,
    /// What is drawn of it, and what a page says beside it; `None`: nothing is kept to be drawn.
    pub drawn: Option<(&'a Charts, &'a Beside)>,
}

/// Everything that a command ran, by this version of drsim.
pub struct Document<'a> {
    /// The command, without what changes nothing in it.
    pub command: &'a str,
    /// At least one.
    pub runs: &'a [Run<'a>],
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("command", self.command)?;
        map.serialize_entry("engine_version", &self.runs.first().map(|run| &run.results.engine_version))?;
        map.serialize_entry("runs", &self.runs.iter().map(InOrder).collect::<Vec<_>>())?;
        map.serialize_entry("schema_version", SCHEMA_VERSION)?;
        map.end()
    }
}

/// Pretty JSON with sorted keys and a trailing newline.
pub fn write(document: &Document<'_>) -> String {
    let mut bytes = Vec::new();
    stream(document, &mut bytes).expect("memory takes all");
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

/// A run whose keys are written in order, row by row, with short numbers.
struct InOrder<'a>(&'a Run<'a>);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Taken apart, so that none is forgotten.
        let Results {
            applications,
            assumptions,
            audit,
            digest,
            engine_version: _,
            fleet_health,
            health,
            hosts,
            links,
            operations,
            outages,
            routes,
            scenario,
            scenario_hash,
            schema_version: _,
            seed,
            sites,
            stand_ins,
            statistics,
            tried,
            vms,
            volumes,
            warnings,
        } = self.0.results;
        let Variant { name, set, at } = self.0.variant;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("applications", &Rows(applications))?;
        map.serialize_entry("assumptions", assumptions)?;
        map.serialize_entry("at", at)?;
        map.serialize_entry("audit", &Short(audit))?;
        map.serialize_entry("digest", digest)?;
        if let Some((charts, beside)) = self.0.drawn {
            map.serialize_entry("drawn", &Short(&Drawn::of(charts, beside)))?;
        }
        map.serialize_entry("fleet_health", &Short(fleet_health))?;
        map.serialize_entry("health", &Rows(health))?;
        map.serialize_entry("hosts", &Rows(hosts))?;
        map.serialize_entry("links", &Rows(links))?;
        map.serialize_entry("operations", &Short(operations))?;
        map.serialize_entry("outages", &Rows(outages))?;
        map.serialize_entry("routes", &Rows(routes))?;
        map.serialize_entry("scenario", &Short(scenario))?;
        map.serialize_entry("scenario_hash", scenario_hash)?;
        map.serialize_entry("seed", seed)?;
        map.serialize_entry("set", set)?;
        map.serialize_entry("sites", &Rows(sites))?;
        if !stand_ins.is_empty() {
            map.serialize_entry("stand_ins", &Rows(stand_ins))?;
        }
        map.serialize_entry("statistics", &Rows(statistics))?;
        if let Some(tried) = tried {
            map.serialize_entry("tried", &Rows(tried))?;
        }
        map.serialize_entry("variant", name)?;
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
}
