//! Results that were written before, by this version of drsim or another.

use serde_json::Value;

use super::drawn::Drawn;
use super::{Beside, Run, Variant};
use crate::measure::results::{Charts, Results, SCHEMA_VERSION};

/// Major version of the schema in which a result stood by itself, without its command and not in a list of runs.
const BEFORE_RUNS: &str = "1";

/// Why there is nothing to read.
const NO_RUN: &str = "this result has no run in it: run the scenario again";

/// What was written of a command's runs.
pub struct Stored {
    /// The command; empty in results of a schema before 2.0.
    pub command: String,
    /// At least one.
    pub runs: Vec<StoredRun>,
}

/// One of its runs.
pub struct StoredRun {
    /// Which it is.
    pub variant: Variant,
    /// Its numbers.
    pub results: Results,
    /// What is drawn of it; empty where nothing was kept to be drawn.
    pub charts: Charts,
    /// What a page says beside it.
    pub beside: Beside,
    /// Whether it was kept: not in a schema before 2.1, nor in a baseline for gates.
    pub is_drawn: bool,
}

impl StoredRun {
    /// To be written again.
    pub fn as_run(&self) -> Run<'_> {
        let drawn = self.is_drawn.then_some((&self.charts, &self.beside));
        Run { variant: &self.variant, results: &self.results, drawn }
    }
}

/// Reads what [`write()`](super::write) wrote of one run, and what was written before there were runs.
///
/// # Errors
/// Not JSON, not results, of several runs, or of another major schema version; as a sentence.
pub fn parse(text: &str) -> Result<Results, String> {
    let (_, mut runs) = runs(text)?;
    let more = runs.split_off(1);
    if !more.is_empty() {
        let names = runs.iter().chain(&more).filter_map(|run| run["variant"].as_str());
        let names = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(format!(
            "this result has several runs, {names}: keep one, as `jq '.runs |= [.[0]]'` does, or name the result.json of one of \
             them that --out writes"
        ));
    }
    results(runs.remove(0))
}

/// Reads all that was written of a command's runs.
///
/// # Errors
/// Not JSON, not results, or of another major schema version; as a sentence.
pub fn read(text: &str) -> Result<Stored, String> {
    let (command, runs) = runs(text)?;
    let runs = runs.into_iter().map(run).collect::<Result<_, _>>()?;
    Ok(Stored { command, runs })
}

fn run(mut run: Value) -> Result<StoredRun, String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let as_written = Variant::default();
    let variant = Variant {
        name: text(&run["variant"]).unwrap_or(as_written.name),
        set: run["set"].as_array().into_iter().flatten().filter_map(text).collect(),
        at: text(&run["at"]),
    };
    let drawn = run["drawn"].take();
    let results = results(run)?;
    let again = |drawn| serde_json::from_value::<Drawn>(drawn).ok()?.again(&results);
    let damaged = "`drawn` in this result was changed or damaged: run the scenario again, or remove it";
    let drawn =
        Some(drawn).filter(|drawn| !drawn.is_null()).map(|drawn| again(drawn).ok_or(damaged)).transpose()?;
    let is_drawn = drawn.is_some();
    let (charts, beside) = drawn.unwrap_or_default();
    Ok(StoredRun { variant, results, charts, beside, is_drawn })
}

fn results(run: Value) -> Result<Results, String> {
    serde_json::from_value(run).map_err(|error| format!("this is not a complete result of drsim: {error}"))
}

/// The command, and its runs as they stood by themselves before there were several; at least one.
fn runs(text: &str) -> Result<(String, Vec<Value>), String> {
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
    if is_bare { Ok((String::new(), vec![value])) } else { runs_of(value) }
}

fn runs_of(mut document: Value) -> Result<(String, Vec<Value>), String> {
    let versions = ["schema_version", "engine_version"].map(|key| (key.to_owned(), document[key].take()));
    let command = document["command"].as_str().unwrap_or_default().to_owned();
    let Value::Array(runs) = document["runs"].take() else {
        return Err("this JSON has no `runs`, so it is not a result of drsim".into());
    };
    let mut all = Vec::new();
    for run in runs {
        let Value::Object(mut run) = run else { return Err(NO_RUN.into()) };
        run.extend(versions.clone());
        all.push(Value::Object(run));
    }
    if all.is_empty() { Err(NO_RUN.into()) } else { Ok((command, all)) }
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
