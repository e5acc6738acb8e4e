//! OpenMetrics text: a gauge for each metric, and one that says which gates fail. Imports the gate's answer.
//!
//! Written by hand: the client libraries keep label sets in hash maps, whose order is another one in each process, and the format is a line
//! for each sample. No time stands in it: the scraper or the pipeline knows when it read it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::gate::report::{GateReport, Line, Unit};
use crate::report::words::plain;

/// Samples by their labels.
type Samples = BTreeMap<String, f64>;

/// The text, which ends with `# EOF`.
pub fn write(report: &GateReport) -> String {
    let mut families: BTreeMap<String, (Unit, String, Samples)> = BTreeMap::new();
    for line in &report.lines {
        let bound = format!("{}: what a gate allows", line.title);
        for (name, title, value, labels) in [
            (name(line, ""), line.title.clone(), line.value, about(report, line)),
            (name(line, "_bound"), bound, line.bound, gate(report, line)),
        ] {
            let Some(value) = value else { continue };
            let family = families.entry(name).or_insert_with(|| (line.unit, title, Samples::new()));
            family.2.entry(labels).or_insert(value);
        }
    }
    let mut text = String::new();
    for (name, (unit, title, samples)) in &families {
        head(&mut text, name, suffix(*unit), title);
        for (labels, value) in samples {
            writeln!(text, "{name}{labels} {}", number(*value)).expect("text grows");
        }
    }
    gates(&mut text, report);
    // A gauge, as everybody writes it: readers of Prometheus' own text know no other type for it.
    head(&mut text, "drsim_build_info", "", "What simulated this");
    writeln!(text, "drsim_build_info{} 1", labels(&[("version", &report.engine_version)]))
        .expect("text grows");
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

/// Labels of what a line is about.
fn about(report: &GateReport, line: &Line) -> String {
    labels(&subject(report, line))
}

/// Labels of a gate: how it stands is the value, so that a series goes on when that changes.
fn gate(report: &GateReport, line: &Line) -> String {
    let own = [("gate", line.gate.as_str()), ("metric", line.metric.as_str())];
    labels(&[subject(report, line), own.to_vec()].concat())
}

/// An empty label would be none.
fn subject<'r>(report: &'r GateReport, line: &'r Line) -> Vec<(&'r str, &'r str)> {
    let own = line.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let outage = line.outage.as_deref().map(|outage| ("outage", outage));
    [("scenario", report.scenario.as_str())].into_iter().chain(own).chain(outage).collect()
}

fn head(text: &mut String, name: &str, unit: &str, help: &str) {
    writeln!(text, "# TYPE {name} gauge").expect("text grows");
    if !unit.is_empty() {
        writeln!(text, "# UNIT {name} {unit}").expect("text grows");
    }
    writeln!(text, "# HELP {name} {}", escape(help)).expect("text grows");
}

/// `drsim_rpa_seconds`, `drsim_rpa_bound_seconds`: a name ends with its unit, which stands in it once.
fn name(line: &Line, what: &str) -> String {
    let key: String = line.metric.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let key = spelt(line.unit).iter().find_map(|unit| key.strip_suffix(unit)).unwrap_or(&key);
    let unit = suffix(line.unit);
    let end = if unit.is_empty() { String::new() } else { format!("_{unit}") };
    format!("drsim_{key}{what}{end}")
}

/// How keys of metrics end with a unit.
fn spelt(unit: Unit) -> &'static [&'static str] {
    match unit {
        Unit::Bytes => &["_bytes"],
        Unit::BitsPerSecond => &["_bps"],
        Unit::Share => &["_share"],
        Unit::Seconds | Unit::Count => &[],
    }
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
