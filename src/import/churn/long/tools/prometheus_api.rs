//! The answer of Prometheus' API to a query over a time (`/api/v1/query_range`): series with their labels and samples.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Number;

use super::super::Long;
use super::super::fields::Field;
use super::super::json::{Json, Rows, parsed};
use crate::import::churn::labels;
use crate::import::fault::{Fault, quote};
use crate::import::json::texts;

/// What it is told by.
pub const JSON: Json = Json { properties: &["status", "data"], holds: "", rows, long: &LONG };

/// What its table is.
pub const LONG: Long = Long {
    fields: &[
        (Field::Time, &["time"]),
        (Field::Machine, &["machine"]),
        (Field::Disk, &["disk"]),
        (Field::Metric, &["metric"]),
        (Field::Value, &["value"]),
    ],
    before: true,
    ..Long::PLAIN
};

#[derive(Deserialize)]
struct Answer<'t> {
    #[serde(borrow)]
    data: Data<'t>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'t> {
    result_type: String,
    #[serde(borrow)]
    result: Vec<Series<'t>>,
}

#[derive(Deserialize)]
struct Series<'t> {
    #[serde(deserialize_with = "texts")]
    metric: Vec<(String, String)>,
    #[serde(borrow, default)]
    values: Vec<Sample<'t>>,
}

#[derive(Deserialize)]
struct Sample<'t>(Number, #[serde(borrow)] Cow<'t, str>);

fn rows(file: &str, text: &str, rows: &mut Rows<'_>) -> Result<(), Fault> {
    let Answer { data } = parsed(file, text)?;
    if data.result_type != "matrix" {
        let reason = format!("the answer is a {}, not samples over a time", quote(&data.result_type));
        return Err(Fault::of(file, reason, "ask /api/v1/query_range, with start, end and step"));
    }
    rows.header(&["time", "machine", "disk", "metric", "value"]);
    let mut known = Known::default();
    for Series { metric, values } in data.result {
        let (machine, disk, name) = known.named(file, metric)?;
        for Sample(time, value) in values {
            rows.row(&[&time.to_string(), &machine, &disk, &name, &value], &value);
        }
    }
    Ok(())
}

/// Labels of series by machine, disk and metric.
#[derive(Default)]
pub struct Known(BTreeMap<Named, Vec<(String, String)>>);

/// A machine, its disk, and the metric.
type Named = (String, String, String);

impl Known {
    /// What labels name.
    ///
    /// # Errors
    /// The same as other labels did.
    pub fn named(&mut self, file: &str, metric: Vec<(String, String)>) -> Result<Named, Fault> {
        let mut labels: Vec<(String, String)> =
            metric.into_iter().map(|(name, of)| (name.to_lowercase(), of)).collect();
        labels.sort();
        let (machine, disk) = labels::of(&labels).unwrap_or_default();
        let name = labels.iter().find(|label| label.0 == "__name__").map_or("", |label| label.1.as_str());
        let named = (machine, disk, name.to_owned());
        if *self.0.entry(named.clone()).or_insert_with(|| labels.clone()) == labels {
            return Ok(named);
        }
        let (machine, disk, _) = named;
        let of = if disk.is_empty() { machine } else { format!("{machine}/{disk}") };
        let reason = format!("two series are of `{}`, and differ in other labels", quote(&of));
        Err(Fault::of(file, reason, "ask for one of them, or add them up: sum by (instance, device) (…)"))
    }
}
