//! The results as JSON: keys sorted, numbers as short as microseconds and parts per million allow, no wall-clock time.
//! `docs/results.md` documents every key. Imports results.

use serde_json::Value;

use crate::measure::results::{Results, SCHEMA_VERSION};

/// The results as pretty JSON with sorted keys and a trailing newline.
pub fn write(results: &Results) -> String {
    let mut text = serde_json::to_string_pretty(&value(results)).expect("a JSON value can be written");
    text.push('\n');
    text
}

/// The results as a JSON value, as [`write()`] prints it.
pub fn value(results: &Results) -> Value {
    let mut value = serde_json::to_value(results).expect("results are plain data with text keys");
    shorten(&mut value);
    value
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
    serde_json::from_value(value).map_err(|error| format!("this is not a complete result of drsim: {error}"))
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
