//! The piece of a scenario that uses an imported series, to be pasted and completed.

use std::fmt::Write;

use crate::series::{Column, Series};

/// RON text that declares the series `name` in `file` and gives the churn of a disk for each of its columns.
pub fn fragment(series: &Series, name: &str, file: &str) -> String {
    let mut text = format!("series: [(name: {name:?}, file: {file:?})],\n");
    text.push_str("// the churn of a disk, for each machine:\n");
    for Column { name: column, .. } in &series.columns {
        writeln!(text, "churn: [(trace: {name:?}, column: {column:?}, gap: \"zero\", after_end: \"zero\")],")
            .expect("writing to a string cannot fail");
    }
    text
}
