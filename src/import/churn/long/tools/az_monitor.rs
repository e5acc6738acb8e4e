//! `az monitor metrics list`: metrics of Azure Monitor in JSON, each with its series of `data`; a time is when its grain begins.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Number;

use super::super::json::{Json, Rows, parsed};
use super::azure_monitor;
use crate::import::fault::Fault;

/// What it is told by.
pub const JSON: Json =
    Json { properties: &["timespan", "value"], holds: "", rows, long: &azure_monitor::LONG };

#[derive(Deserialize)]
struct Answer<'t> {
    #[serde(borrow)]
    value: Vec<Metric<'t>>,
}

#[derive(Deserialize)]
struct Metric<'t> {
    id: String,
    name: Name,
    unit: String,
    #[serde(borrow, default)]
    timeseries: Vec<Series<'t>>,
}

#[derive(Deserialize)]
struct Name {
    value: String,
}

#[derive(Deserialize)]
struct Series<'t> {
    #[serde(borrow, default)]
    data: Vec<Sample<'t>>,
    #[serde(default)]
    metadatavalues: Vec<Dimension>,
}

#[derive(Deserialize)]
struct Dimension {
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sample<'t> {
    #[serde(borrow)]
    time_stamp: Cow<'t, str>,
    average: Option<Number>,
    total: Option<Number>,
}

impl Metric<'_> {
    /// Whether its numbers are of a second, so that their total is none.
    fn is_rate(&self) -> bool {
        self.unit.ends_with("PerSecond")
    }
}

fn rows(file: &str, text: &str, rows: &mut Rows<'_>) -> Result<(), Fault> {
    let Answer { value: metrics } = parsed(file, text)?;
    let has_totals = |metric: &Metric<'_>| {
        !metric.is_rate()
            && metric.timeseries.iter().flat_map(|series| &series.data).any(|it| it.total.is_some())
    };
    let head = if metrics.iter().any(has_totals) { "total" } else { "average" };
    rows.header(&["timestamp", "resource", "lun", "metric", head]);
    for metric in &metrics {
        let machine = metric.id.split("/providers/Microsoft.Insights/").next().unwrap_or_default();
        for Series { data, metadatavalues } in &metric.timeseries {
            let lun = metadatavalues.iter().map(|it| it.value.as_str()).collect::<Vec<_>>().join(" ");
            for sample in data {
                let is_mean = metric.is_rate() || head == "average";
                let value = if is_mean { &sample.average } else { &sample.total };
                let value = value.as_ref().map_or_else(String::new, Number::to_string);
                let time = &sample.time_stamp;
                rows.row(&[time, machine, &lun, &metric.name.value, &value], time);
            }
        }
    }
    Ok(())
}
