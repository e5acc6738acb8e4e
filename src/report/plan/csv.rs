//! A table of a plan as CSV: columns bear the JSON's keys, which end in their unit; nothing where a value does not exist.

use crate::document::{Table, Value};

/// Header and rows.
pub fn write(table: &Table) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let memory = "writing to memory cannot fail";
    writer.write_record(table.columns.iter().map(|column| &column.key)).expect(memory);
    for row in &table.rows {
        writer.write_record(row.iter().map(cell)).expect(memory);
    }
    String::from_utf8(writer.into_inner().expect(memory)).expect("cells are text")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => super::written(*number).map(|number| number.to_string()).unwrap_or_default(),
        Value::None => String::new(),
    }
}
