//! Results that were written before, by this version of drsim or another.

use serde_json::Value;

use crate::measure::results::{Results, SCHEMA_VERSION};

/// Major version of the schema in which a result stood by itself, without its command and not in a list of runs.
const BEFORE_RUNS: &str = "1";

/// Reads what [`write()`](super::write) wrote of one run, and what was written before there were runs.
///
/// # Errors
/// Not JSON, not results, of several runs, or of another major schema version; as a sentence.
pub fn parse(text: &str) -> Result<Results, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("this is not JSON: {error}"))?;
    let Some(version) = value.get("schema_version").and_then(Value::as_str) else {
        return Err("this JSON has no `schema_version`, so it is not a result of drsim".into());
    };
    let is_bare = major(version) == BEFORE_RUNS;
    if !is_bare && major(version) != major(SCHEMA_VERSION) {
        return Err(format!(
            "this result has schema {version}, and this drsim reads {SCHEMA_VERSION} and {BEFORE_RUNS}.x: run the scenario again"
        ));
    }
    if let Some((path, seconds)) = out_of_range(&value, "") {
        return Err(format!(
            "`{path}` is {seconds} seconds, which no run lasts: the result was changed or damaged; run the scenario again"
        ));
    }
    let run = if is_bare { value } else { only_run(value)? };
    serde_json::from_value(run).map_err(|error| format!("this is not a complete result of drsim: {error}"))
}

/// The run of a document as it stood by itself before there were several.
fn only_run(mut document: Value) -> Result<Value, String> {
    let versions = ["schema_version", "engine_version"].map(|key| (key.to_owned(), document[key].take()));
    let Value::Array(mut runs) = document["runs"].take() else {
        return Err("this JSON has no `runs`, so it is not a result of drsim".into());
    };
    let more = runs.split_off(runs.len().min(1));
    if !more.is_empty() {
        let names = runs.iter().chain(&more).filter_map(|run| run["variant"].as_str());
        let names = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(format!(
            "this result has several runs, {names}: keep one, as `jq '.runs |= [.[0]]'` does, or name the result.json of one of \
             them that --out writes"
        ));
    }
    match runs.pop() {
        Some(Value::Object(mut run)) => {
            run.extend(versions);
            Ok(Value::Object(run))
        }
        _ => Err("this result has no run in it: run the scenario again".into()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_schema_is_refused_with_a_sentence() {
        assert!(parse("{").unwrap_err().contains("not JSON"));
        assert!(parse("{}").unwrap_err().contains("schema_version"));
        assert!(parse(r#"{"schema_version":"9.1"}"#).unwrap_err().contains("schema 9.1"));
        assert!(parse(r#"{"schema_version":"2.0"}"#).unwrap_err().contains("no `runs`"));
        for runs in ["[]", "[7]"] {
            let why = parse(&format!(r#"{{"schema_version":"2.0","runs":{runs}}}"#)).unwrap_err();
            assert!(why.contains("no run in it"), "{why}");
        }
        assert!(parse(r#"{"schema_version":"3.0"}"#).unwrap_err().contains("reads 2.1 and 1.x"));
        assert!(parse(r#"{"schema_version":"1.0"}"#).unwrap_err().contains("not a complete result"));
    }
}
