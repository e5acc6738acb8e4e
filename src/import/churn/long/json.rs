//! Samples in JSON, brought into a long table whose rows have the lines of the text they come from.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Long, read};
use crate::import::ChurnOptions;
use crate::import::churn::track::Track;
use crate::import::dialect::Mark;
use crate::import::even::Even;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::sheet::Sheet;

/// Longest text, in bytes.
pub const BYTES_MAX: usize = 64 << 20;

/// What is known of the JSON that a tool writes.
#[derive(Clone, Copy, Debug)]
pub struct Json {
    /// Properties of the whole, or of the first of its lines, by which it is told.
    pub properties: &'static [&'static str],
    /// What stands within, where another tool's has these properties, too.
    pub holds: &'static str,
    /// Its samples.
    pub rows: ToRows,
    /// What their table is.
    pub long: &'static Long,
}

/// Rows under way.
pub struct Rows<'t> {
    source: &'t str,
    text: String,
    lines: Even,
    /// A byte of the source and its line.
    counted: (usize, i64),
}

impl Rows<'_> {
    /// Begins with the header; `cells` of rows stand in its order.
    pub fn header(&mut self, cells: &[&str]) {
        self.text.clear();
        self.put(cells);
    }

    /// Adds a row; its line is that of a text within the row, where that stands in the source, else that of the row before.
    pub fn row(&mut self, cells: &[&str], within: &str) {
        // beyond it, where the text is no part of it, as escapes make it
        let at = within.as_ptr().addr().wrapping_sub(self.source.as_ptr().addr());
        let (from, line) = self.counted;
        if let Some(passed) = self.source.as_bytes().get(from..at) {
            let lines = passed.iter().filter(|byte| **byte == b'\n').count();
            self.counted = (at, line + i64::try_from(lines).unwrap_or(i64::MAX));
        }
        self.lines.push(self.counted.1);
        self.put(cells);
    }

    fn put(&mut self, cells: &[&str]) {
        for (at, cell) in cells.iter().enumerate() {
            self.text.push_str(if at == 0 { "\"" } else { ",\"" });
            self.text.extend(cell.chars().flat_map(|c| if c == '"' { vec!['"', '"'] } else { vec![c] }));
            self.text.push('"');
        }
        self.text.push('\n');
    }
}

impl Json {
    /// Whether a text is of it, which begins with an object of these properties.
    pub fn recognises(&self, properties: &[String], text: &str) -> bool {
        self.properties.iter().all(|own| properties.iter().any(|key| key == own)) && text.contains(self.holds)
    }
}

/// Properties of the object that a JSON text is, or of the first of several; none if it begins otherwise.
///
/// # Errors
/// It is no JSON, or ends early.
pub fn properties(file: &str, text: &str) -> Result<Vec<String>, Fault> {
    let mut objects = serde_json::Deserializer::from_str(text).into_iter::<BTreeMap<String, IgnoredAny>>();
    match objects.next() {
        Some(Ok(object)) => Ok(object.into_keys().collect()),
        Some(Err(error)) if !error.is_data() => Err(unread(file, &error)),
        Some(Err(_)) | None => Ok(Vec::new()),
    }
}

/// The objects of a text that follow each other, as lines do, each with what it was read of; the first that is something else is the last.
pub fn each<'t, T: Deserialize<'t>>(
    file: &'t str,
    text: &'t str,
) -> impl Iterator<Item = (&'t str, Result<T, Fault>)> {
    let mut objects = serde_json::Deserializer::from_str(text).into_iter::<T>();
    std::iter::from_fn(move || {
        let at = objects.byte_offset();
        let object = objects.next()?;
        Some((text[at..].trim_start(), object.map_err(|error| unread(file, &error))))
    })
}

/// A text as what it should be.
///
/// # Errors
/// It is something else.
pub fn parsed<'t, T: Deserialize<'t>>(file: &str, text: &'t str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| unread(file, &error))
}

fn unread(file: &str, error: &serde_json::Error) -> Fault {
    let reason = format!("the JSON cannot be read: {}", quote(&error.to_string()));
    let line = u64::try_from(error.line()).unwrap_or(1);
    Fault::of(file, reason, "export it again; it may be cut short").line(line.max(1))
}

/// A sample as a cell has it; nothing where there is none.
pub fn sample(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Reads a text of a tool.
pub fn tracks(
    json: &Json,
    file: &str,
    text: &str,
    options: &ChurnOptions,
    faults: &mut Faults,
) -> Vec<Track> {
    // JSON has decimal points, whatever the files beside it have
    let options = ChurnOptions { decimal: Some(Mark::Point), ..options.clone() };
    of_rows((json.rows, json.long), file, text, &options, faults)
}

/// What makes rows of a text.
type ToRows = fn(&str, &str, &mut Rows<'_>) -> Result<(), Fault>;

/// Reads a text whose rows are made of it.
pub fn of_rows(
    (make, long): (ToRows, &Long),
    file: &str,
    text: &str,
    options: &ChurnOptions,
    faults: &mut Faults,
) -> Vec<Track> {
    let mut rows = Rows { source: text, text: String::new(), lines: Even::default(), counted: (0, 1) };
    let table = make(file, text, &mut rows);
    match table.and_then(|()| Sheet::of_lines(file, &rows.text, &rows.lines)) {
        Ok(mut sheet) => read(long, &mut sheet, options, faults),
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    }
}
