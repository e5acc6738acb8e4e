//! A table as CSV: columns bear the JSON's keys, which end in their unit; nothing where a value does not exist.

use crate::document::{Filed, Table, Value};

use super::cells::written;

/// Header and rows, numbers to so many digits behind the point.
pub fn write(table: &Table, digits: i32) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let memory = "writing to memory cannot fail";
    writer.write_record(table.columns.iter().map(|column| &column.key)).expect(memory);
    for row in &table.rows {
        writer.write_record(row.iter().map(|value| cell(value, digits))).expect(memory);
    }
    String::from_utf8(writer.into_inner().expect(memory)).expect("cells are text")
}

fn cell(value: &Value, digits: i32) -> String {
    match value.filed() {
        Filed::Words(words) => words.to_owned(),
        Filed::Number(number) => written(number, digits).map(|it| it.to_string()).unwrap_or_default(),
        Filed::Whole(count) => count.to_string(),
        Filed::Nothing => String::new(),
    }
}
