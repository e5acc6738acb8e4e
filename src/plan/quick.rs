//! Quick mode: an estimate from averages, by the planners' formulas (facts 7.1–7.3, 7.20). Every figure comes with the formula it was got by.
//!
//! Averages know neither contention nor bursts: the estimate is the least that could do, not what is enough.

use crate::document::{Section, Table, Unit, Value, column};
pub use crate::scenario::averages::Averages;
use crate::units::{Ratio, as_f64};

/// One figure and how it was got.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// The formula, in words.
    pub formula: &'static str,
    /// The formula, with numbers.
    pub with_numbers: String,
    /// Where the formula is from.
    pub source: &'static str,
}

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The estimate.
#[allow(clippy::too_many_lines, reason = "a list of formulas")]
pub fn estimate(averages: &Averages) -> Vec<Figure> {
    let share = |ratio: Ratio| f64::from(ratio.0) / 1e6;
    let (vms, disks, used) = (as_f64(averages.vms), as_f64(averages.disks), as_f64(averages.used.0));
    let (growth, compression) = (1.0 + share(averages.growth), share(averages.compression).max(1e-6));
    let change = share(averages.daily_change);
    let stored = vms * disks * used * growth;
    let daily = stored * change;
    let (batch, per_batch) = (averages.batch.as_seconds().max(1e-6), as_f64(averages.vms_per_batch.max(1)));
    let batches = (vms / per_batch).ceil();
    let hours = averages.retention.as_seconds() / 3600.0;
    let (window, day_h) = (averages.daily_window.as_seconds().max(1e-6), DAY / 3600.0);
    let gb = |bytes: f64| format!("{:.1} GB", bytes / 1e9);
    let percent = |share: f64| format!("{} %", round(100.0 * share));
    let mut figures = vec![
        Figure {
            name: "storage in use",
            value: stored / 1e9,
            unit: "GB",
            formula: "VMs × disks × storage per disk × growth",
            with_numbers: format!("{vms} × {disks} × {} × {}", gb(used), round(growth)),
            source: "fact 7.1",
        },
        Figure {
            name: "bandwidth for changes",
            value: daily * 8.0 / window / compression / 1e6,
            unit: "Mbps",
            formula: "storage × daily change × 8 ÷ daily window ÷ compression",
            with_numbers: format!(
                "{} × {} × 8 ÷ {} s ÷ {}",
                gb(stored),
                percent(change),
                round(window),
                round(compression)
            ),
            source: "fact 7.3",
        },
        Figure {
            name: "bandwidth for a batch of first copies",
            value: per_batch.min(vms) * disks * used * growth * 8.0 / batch / compression / 1e6,
            unit: "Mbps",
            formula: "VMs of a batch × disks × storage × growth × 8 ÷ batch hours ÷ compression",
            with_numbers: format!(
                "{} × {disks} × {} × {} × 8 ÷ {} s ÷ {}",
                per_batch.min(vms),
                gb(used),
                round(growth),
                round(batch),
                round(compression)
            ),
            source: "fact 7.3",
        },
        Figure {
            name: "time for all first copies",
            value: batches * batch / 3600.0 * DAY / window,
            unit: "h",
            formula: "⌈VMs ÷ VMs of a batch⌉ × batch hours × 24 h ÷ daily window",
            with_numbers: format!(
                "⌈{vms} ÷ {per_batch}⌉ × {} h × {day_h} h ÷ {} h",
                round(batch / 3600.0),
                round(window / 3600.0)
            ),
            source: "fact 7.1",
        },
        Figure {
            name: "storage at the recovery site",
            value: (stored + daily / 24.0 * hours) / 1e9,
            unit: "GB",
            formula: "storage + hourly change × hours of recovery points",
            with_numbers: format!("{} + {} × {} h", gb(stored), gb(daily / 24.0), round(hours)),
            source: "fact 7.20",
        },
    ];
    if let Some(writes) = averages.write_iops {
        let factor = if hours > 0.0 { 3.0 } else { 1.5 };
        figures.push(Figure {
            name: "write load at the recovery site",
            value: as_f64(writes) * growth * factor,
            unit: "IOPS",
            formula: "writes × growth × 1.5, or × 3 with recovery points",
            with_numbers: format!("{writes} × {} × {factor}", round(growth)),
            source: "fact 7.20",
        });
    }
    figures
}

/// Three decimals at most.
fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// The estimate as a section.
pub fn section(averages: &Averages) -> Section {
    let figures = estimate(averages);
    let row = |figure: &Figure| {
        vec![
            Value::text(figure.name),
            Value::Number(figure.value),
            Value::text(figure.unit),
            Value::text(figure.formula),
            Value::text(&figure.with_numbers),
            Value::text(figure.source),
        ]
    };
    let find =
        |name: &str| figures.iter().find(|figure| figure.name == name).map_or(0.0, |figure| figure.value);
    Section {
        key: "quick",
        title: "Estimate from averages".into(),
        says: vec![
            format!(
                "{:.1} Mbps carry the changes of an average day, {:.1} Mbps a batch of first copies.",
                find("bandwidth for changes"),
                find("bandwidth for a batch of first copies")
            ),
            "Averages know neither bursts nor contention: this is the least that could do. `drsim plan SCENARIO` simulates.".into(),
        ],
        tables: vec![Table {
            key: "quick",
            title: "Figures and formulas".into(),
            columns: vec![
                column("figure", "figure", Unit::Text),
                column("value", "value", Unit::Factor),
                column("unit", "unit", Unit::Text),
                column("formula", "formula", Unit::Text),
                column("with_numbers", "with numbers", Unit::Text),
                column("source", "source", Unit::Text),
            ],
            rows: figures.iter().map(row).collect(),
            is_detail: false,
        }],
        ..Section::default()
    }
}
