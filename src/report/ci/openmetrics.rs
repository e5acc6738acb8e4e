//! OpenMetrics text: a gauge for each metric, and one that says which gates fail. Imports the gate's answer.
//!
//! Written by hand: the client libraries keep label sets in hash maps, whose order is another one in each process, and the format is a line
//! for each sample. No time stands in it: the scraper or the pipeline knows when it read it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::gate::report::{GateReport, Line, Unit};
use crate::report::words::plain;

/// Samples of a metric by subject and outage.
type Samples<'r> = BTreeMap<(&'r str, Option<&'r str>), f64>;

/// The text, which ends with `# EOF`.
pub fn write(report: &GateReport) -> String {
    let mut families: BTreeMap<String, (Unit, &str, Samples)> = BTreeMap::new();
    for line in &report.lines {
        let family =
            families.entry(name(line)).or_insert_with(|| (line.unit, line.title.as_str(), Samples::new()));
        if let Some(value) = line.value {
            family.2.entry((&line.subject, line.outage.as_deref())).or_insert(value);
        }
    }
    let mut text = String::new();
    for (name, (unit, title, samples)) in &families {
        head(&mut text, name, suffix(*unit), title);
        for ((subject, outage), value) in samples {
            let labels = labels(&[
                ("scenario", &report.scenario),
                ("subject", subject),
                ("outage", outage.unwrap_or("")),
            ]);
            writeln!(text, "{name}{labels} {}", number(*value)).expect("text grows");
        }
    }
    gates(&mut text, report);
    head(&mut text, "drsim_stand_ins", "", "Values that stand in for what nobody told");
    let labels = labels(&[("scenario", &report.scenario)]);
    let count: u64 = report.stand_ins.iter().map(|row| row.places).sum();
    writeln!(text, "drsim_stand_ins{labels} {count}").expect("text grows");
    text + "# EOF\n"
}

/// Whether each gate fails: 1, or 0.
fn gates(text: &mut String, report: &GateReport) {
    head(text, "drsim_gate_failed", "", "Whether a gate fails the build: 1, or 0");
    let mut rows: BTreeMap<String, u8> = BTreeMap::new();
    for line in &report.lines {
        let failed = rows.entry(gate(report, line)).or_default();
        *failed = u8::from(line.verdict.fails()).max(*failed);
    }
    for (labels, failed) in rows {
        writeln!(text, "drsim_gate_failed{labels} {failed}").expect("text grows");
    }
}

/// Labels of a gate: how it stands is the value, so that a series goes on when that changes.
fn gate(report: &GateReport, line: &Line) -> String {
    labels(&[
        ("scenario", &report.scenario),
        ("gate", &line.gate),
        ("metric", &line.metric),
        ("subject", &line.subject),
        ("outage", line.outage.as_deref().unwrap_or("")),
    ])
}

fn head(text: &mut String, name: &str, unit: &str, help: &str) {
    writeln!(text, "# TYPE {name} gauge").expect("text grows");
    if !unit.is_empty() {
        writeln!(text, "# UNIT {name} {unit}").expect("text grows");
    }
    writeln!(text, "# HELP {name} {}", escape(help)).expect("text grows");
}

/// `drsim_rpa_seconds`: a name ends with its unit.
fn name(line: &Line) -> String {
    let key: String = line.metric.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let unit = suffix(line.unit);
    let end = format!("_{unit}");
    if unit.is_empty() || key.ends_with(&end) { format!("drsim_{key}") } else { format!("drsim_{key}{end}") }
}

fn suffix(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "seconds",
        Unit::Bytes => "bytes",
        Unit::BitsPerSecond => "bits_per_second",
        Unit::Share => "ratio",
        Unit::Count => "",
    }
}

fn labels(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}=\"{}\"", escape(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

/// Backslash, quote and line break have an escape; other control characters have none and are replaced.
fn escape(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(plain).collect();
    lines.join("\n").replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn number(value: f64) -> String {
    if value.is_finite() {
        // No value has a sign of nothing.
        format!("{}", value + 0.0)
    } else if value.is_nan() {
        "NaN".into()
    } else {
        if value > 0.0 { "+Inf".into() } else { "-Inf".into() }
    }
}
