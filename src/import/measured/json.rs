//! Records in JSON: a list of objects or one, wherever they stand; so `Measure-VMReplication | ConvertTo-Json`, and results of drsim.

use serde_json::Value;

use super::super::fault::{Fault, quote};
use super::super::json;
use super::Reader;
use super::cell::Cell;
use super::record::{Place, Record, is_record};

pub(super) fn recognises(text: &str) -> bool {
    text.trim_start().starts_with(['[', '{'])
}

pub(super) fn read(reader: &mut Reader<'_>, text: &str) {
    let value = match json::value(text) {
        Ok(value) => value,
        Err(error) => {
            let reason = format!("the JSON cannot be read: {}", quote(&error.to_string()));
            let line = u64::try_from(error.line()).unwrap_or(1);
            let fault = Fault::of(reader.file, reason, "export it again; it may be cut short");
            reader.faults.push(fault.line(line));
            return;
        }
    };
    let run = match value.get("runs").and_then(Value::as_array).map(Vec::as_slice) {
        Some([run]) => run,
        Some(runs @ [_, _, ..]) if runs.iter().all(|run| run.get("statistics").is_some()) => {
            let reason = format!("it has {} runs of drsim, which would be measured as one", runs.len());
            reader.faults.push(Fault::of(reader.file, reason, "keep one: jq '.runs |= [.[0]]'"));
            return;
        }
        Some(_) | None => &value,
    };
    // of a result of drsim, its statistics alone
    let start = run.get("statistics").filter(|it| it.is_array()).unwrap_or(&value);
    walk(reader, start, &mut 0);
}

/// Whether a text is JSON with a record in it.
pub(super) fn has_records(text: &str) -> bool {
    fn has(value: &Value) -> bool {
        match value {
            Value::Array(values) => values.iter().any(has),
            Value::Object(object) => is_record(object.keys().map(String::as_str)) || object.values().any(has),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    serde_json::from_str(text).is_ok_and(|value| has(&value))
}

/// The reader of JSON bounds how deep values stand in each other.
fn walk(reader: &mut Reader<'_>, value: &Value, number: &mut u64) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(reader, value, number)),
        Value::Object(object) if is_record(object.keys().map(String::as_str)) => {
            *number += 1;
            let mut record = Record::default();
            object.iter().for_each(|(name, value)| record.put(name, Cell::Json(value)));
            reader.take(&record, Place::Number(*number));
        }
        Value::Object(object) => object.values().for_each(|value| walk(reader, value, number)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
