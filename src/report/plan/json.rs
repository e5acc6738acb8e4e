//! A plan as JSON: keys sorted, rows as objects with the column's name, which ends in its unit; no wall-clock time.

use serde_json::{Map, Value as Json, json};

use crate::plan::document::{Curve, Document, Section, Table, Value};

/// Version of the form; `major.minor`.
pub const SCHEMA_VERSION: &str = "1.0";

/// Pretty, with a newline at its end.
pub fn write(document: &Document) -> String {
    let sections: Map<String, Json> =
        document.sections.iter().map(|section| (section.key.to_owned(), of_section(section))).collect();
    let value = json!({
        "schema_version": SCHEMA_VERSION,
        "drsim_version": env!("CARGO_PKG_VERSION"),
        "title": document.title,
        "scenario_hash": document.scenario_hash,
        "seed": document.seed,
        "sections": sections,
        "assumptions": document.assumptions,
    });
    format!("{value:#}\n")
}

fn of_section(section: &Section) -> Json {
    let tables: Map<String, Json> =
        section.tables.iter().map(|table| (table.key.to_owned(), of_table(table))).collect();
    let curves: Map<String, Json> =
        section.curves.iter().map(|curve| (curve.key.to_owned(), of_curve(curve))).collect();
    json!({ "title": section.title, "says": section.says, "tables": tables, "curves": curves })
}

fn of_table(table: &Table) -> Json {
    let row = |row: &Vec<Value>| -> Json {
        let cells =
            table.columns.iter().zip(row).map(|(column, value)| (column.key.clone(), of_value(value)));
        Json::Object(cells.collect())
    };
    table.rows.iter().map(row).collect()
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Number(number) => number_of(*number),
        Value::None => Json::Null,
    }
}

/// A whole number without a point; others to nine digits behind it.
#[allow(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
fn number_of(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        json!(number as i64)
    } else {
        json!((number * 1e9).round() / 1e9)
    }
}

fn of_curve(curve: &Curve) -> Json {
    let lines: Vec<Json> =
        curve.lines.iter().map(|line| json!({ "name": line.name, "points": line.points })).collect();
    json!({ "title": curve.title, "lines": lines, "marks": curve.marks })
}
