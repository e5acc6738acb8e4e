//! A plan as JSON: keys sorted, rows as objects with the column's name, which ends in its unit; no wall-clock time.

use serde_json::{Map, Value as Json, json};

use crate::document::{
    Axis, Curve, Document, Filed, Heat, HeatMap, Line, SCHEMA_VERSION, Section, Table, Unit, Value,
};
use crate::report::cells::{start, written};

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
        "start": start(document),
        "zone": document.zone,
        "unanswered": document.unanswered,
        "sections": sections,
        "assumptions": document.assumptions,
    });
    crate::inert::json(&format!("{value:#}\n")).into_owned()
}

fn of_section(section: &Section) -> Json {
    let tables: Map<String, Json> =
        section.tables.iter().map(|table| (table.key.to_owned(), of_table(table))).collect();
    let curves: Map<String, Json> =
        section.curves.iter().map(|curve| (curve.key.clone(), of_curve(curve))).collect();
    let mut all = json!({ "title": section.title, "says": section.says, "tables": tables, "curves": curves });
    if !section.heat_maps.is_empty() {
        let maps = section.heat_maps.iter().map(|it| (it.key.clone(), of_heat_map(it)));
        all["heat_maps"] = Json::Object(maps.collect());
    }
    all
}

fn of_heat_map(map: &HeatMap) -> Json {
    let number = |cell: &Heat| cell.value.map_or(Json::Null, number_of);
    let by_row = |of: &dyn Fn(&Heat) -> Json| -> Json {
        map.cells.iter().map(|row| row.iter().map(of).collect::<Json>()).collect()
    };
    json!({
        "title": map.title, "unit": key(map.unit), "rows": map.rows, "columns": map.columns,
        "values": by_row(&number), "is_over": by_row(&|cell| json!(cell.is_over)), "over": map.over,
    })
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
    match value.filed() {
        Filed::Words(words) => json!(words),
        Filed::Number(number) => number_of(number),
        Filed::Whole(count) => json!(count),
        Filed::Nothing => Json::Null,
    }
}

/// A whole number without a point; others to nine digits behind it.
#[allow(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
fn number_of(number: f64) -> Json {
    match written(number, super::DIGITS) {
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => json!(number as i64),
        Some(number) => json!(number),
        None => Json::Null,
    }
}

fn of_curve(curve: &Curve) -> Json {
    let axis = |axis: &Axis| json!({ "title": axis.title, "unit": key(axis.unit), "is_log": axis.is_log });
    let points = |line: &Line| -> Json {
        line.points.iter().map(|(x, y)| json!([number_of(*x), number_of(*y)])).collect()
    };
    let line =
        |line: &Line| json!({ "name": line.name, "points": points(line), "is_stepped": line.is_stepped });
    let lines: Vec<Json> = curve.lines.iter().map(line).collect();
    let marks: Vec<Json> =
        curve.marks.iter().map(|(at, name)| json!({ "x": number_of(*at), "name": name })).collect();
    json!({ "title": curve.title, "x": axis(&curve.x), "y": axis(&curve.y), "lines": lines, "marks": marks })
}

/// A unit as keys of columns end in it; of what has none, its word.
pub(super) fn key(unit: Unit) -> &'static str {
    match unit {
        Unit::Text => "text",
        Unit::Count => "count",
        Unit::Seconds => "s",
        Unit::Moment => "s_after_start",
        Unit::Bytes => "bytes",
        Unit::BytesPerSecond => "bytes_per_s",
        Unit::BitsPerSecond | Unit::ExactBitsPerSecond => "bps",
        Unit::Share => "share",
        Unit::Iops => "iops",
        Unit::Money => "money",
        Unit::Factor => "factor",
    }
}
