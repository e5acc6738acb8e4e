//! A plan in every format: text, JSON, a page, a workbook. All of them render [`Document`] and know nothing of what it says.

pub mod json;
pub mod terminal;

use crate::plan::document::{Unit, Value};

use super::words;

/// A cell as people read it.
pub fn spoken(value: &Value, unit: Unit) -> String {
    match value {
        Value::Text(text) => words::plain(text),
        Value::None => words::NONE.to_owned(),
        Value::Number(number) => match unit {
            Unit::Seconds => words::duration(*number),
            Unit::Bytes => words::bytes(whole(*number)),
            Unit::BitsPerSecond => words::rate(whole(*number)),
            Unit::Share => words::percent(*number),
            Unit::Count | Unit::Iops => words::thousands(whole(*number)),
            Unit::Money => format!("{number:.2}"),
            Unit::Factor | Unit::Text => format!("{}", (number * 1000.0).round() / 1000.0),
        },
    }
}

/// A number that counts something.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded; negative and huge numbers saturate"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}
