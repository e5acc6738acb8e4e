//! As CSV: a head, then a line a row.

use std::io::{self, Write};

use super::{Cell, Columns, Table, instant, seconds};
use crate::report::csv::{Texts, neutral};
use crate::scenario::Scenario;

pub(super) struct Csv<'a, W: Write> {
    scenario: &'a Scenario,
    texts: Texts,
    writer: csv::Writer<W>,
}

impl<'a, W: Write> Csv<'a, W> {
    pub(super) fn new(scenario: &'a Scenario, columns: Columns, texts: Texts, to: W) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(columns.iter().map(|(key, _)| key))?;
        Ok(Csv { scenario, texts, writer })
    }
}

impl<W: Write> Table for Csv<'_, W> {
    fn row(&mut self, cells: Vec<Cell>) -> io::Result<()> {
        let text = |cell| match cell {
            Cell::Text(text) => neutral(text, self.texts),
            Cell::Nothing => String::new(),
            Cell::At(at) => instant(self.scenario, at),
            Cell::Seconds(micros) => seconds(micros),
            Cell::Whole(number) => number.to_string(),
            Cell::Flag(is) => is.to_string(),
        };
        Ok(self.writer.write_record(cells.into_iter().map(text))?)
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.writer.flush()
    }
}
