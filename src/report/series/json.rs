//! As JSON: a list of objects, a line each.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Cell, Columns, Table, instant, seconds};
use crate::inert;
use crate::scenario::Scenario;

pub(super) struct Json<'a, W: Write> {
    scenario: &'a Scenario,
    columns: Columns,
    to: W,
    is_begun: bool,
}

impl<'a, W: Write> Json<'a, W> {
    pub(super) fn new(scenario: &'a Scenario, columns: Columns, mut to: W) -> io::Result<Self> {
        to.write_all(b"[")?;
        Ok(Json { scenario, columns, to, is_begun: false })
    }
}

impl<W: Write> Table for Json<'_, W> {
    fn row(&mut self, cells: Vec<Cell>) -> io::Result<()> {
        let value = |cell| match cell {
            Cell::Text(text) => Value::from(text),
            Cell::Nothing => Value::Null,
            Cell::At(at) => Value::from(instant(self.scenario, at)),
            // Read from its digits, so that none is made up.
            Cell::Seconds(micros) => json!(seconds(micros).parse::<f64>().unwrap_or_default()),
            Cell::Whole(number) => Value::from(number),
            Cell::Flag(is) => Value::from(is),
        };
        let cells = self.columns.iter().zip(cells);
        let row: serde_json::Map<String, Value> =
            cells.map(|((key, _), cell)| ((*key).to_owned(), value(cell))).collect();
        let text = Value::Object(row).to_string();
        let before = if self.is_begun { ",\n" } else { "\n" };
        self.is_begun = true;
        self.to.write_all(before.as_bytes())?;
        self.to.write_all(inert::json(&text).as_bytes())
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.to.write_all(b"\n]\n")?;
        self.to.flush()
    }
}
