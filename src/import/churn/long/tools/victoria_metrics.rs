//! What VictoriaMetrics exports (`/api/v1/export`): a line of JSON for each series, or for each part of one, with its labels, values and times.

use serde::Deserialize;
use serde_json::Value;

use super::super::json::{Json, Rows, each, sample};
use super::prometheus_api::{Known, LONG};
use crate::import::fault::Fault;
use crate::import::json::texts;

/// What it is told by.
pub const JSON: Json = Json { properties: &["metric", "values", "timestamps"], holds: "", rows, long: &LONG };

#[derive(Deserialize)]
struct Series {
    #[serde(deserialize_with = "texts")]
    metric: Vec<(String, String)>,
    /// Numbers; text or nothing for what is none.
    values: Vec<Value>,
    /// In milliseconds since 1970.
    timestamps: Vec<i64>,
}

fn rows(file: &str, text: &str, rows: &mut Rows<'_>) -> Result<(), Fault> {
    rows.header(&["time", "machine", "disk", "metric", "value"]);
    let mut known = Known::default();
    for (part, series) in each::<Series>(file, text) {
        let Series { metric, values, timestamps } = series?;
        let (machine, disk, name) = known.named(file, metric)?;
        for (time, value) in timestamps.iter().zip(values) {
            rows.row(&[&time.to_string(), &machine, &disk, &name, &sample(&value)], part);
        }
    }
    Ok(())
}
