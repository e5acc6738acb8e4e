//! A plan or a run as a workbook: what it says and a list of its sheets on the first, then native charts, then a sheet for each table.
//!
//! No formulas. Numbers are in units that planners read (GB, Mbps), durations and instants are Excel's own: they sum, sort and filter. The
//! container wants a time of creation; it is always the same, so that the bytes are.

mod form;
mod layout;
mod sheet;
mod first;
mod points;
mod charts;

use std::borrow::Borrow;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::document::{Curve, Document, Table};

use super::words;
pub use charts::Charted;
use layout::cut;

/// The file, of a document and tables; `kind`, plan or run, is the name of its first sheet. The document's curves are charts, too.
pub fn write(
    document: &Document,
    kind: &str,
    tables: impl IntoIterator<Item = impl Borrow<Table>>,
    charted: &[Charted],
) -> Vec<u8> {
    workbook(document, kind, tables, charted)
        .expect("names, cells and rows are cut to what the format allows")
}

fn workbook(
    document: &Document,
    kind: &str,
    tables: impl IntoIterator<Item = impl Borrow<Table>>,
    charted: &[Charted],
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(cut(&words::plain(&document.title), 255))
        .set_creation_datetime(&created);
    book.set_properties(&properties);
    book.add_worksheet().set_name(kind)?;
    let curves: Vec<&Curve> = document.sections.iter().flat_map(|section| &section.curves).collect();
    let has_charts = !charted.is_empty() || !curves.is_empty();
    if has_charts {
        book.add_worksheet().set_name(charts::SHEET)?;
    }
    let mut written = Vec::new();
    for table in tables {
        written.push(sheet::write(book.add_worksheet(), document, table.borrow())?);
    }
    let drawn = if curves.is_empty() {
        Vec::new()
    } else {
        points::write(book.add_worksheet().set_name(points::SHEET)?, document, &curves)?
    };
    first::write(book.worksheet_from_index(0)?, document, kind, &written)?;
    if has_charts {
        charts::draw(book.worksheet_from_name(charts::SHEET)?, (charted, &written), &drawn)?;
    }
    book.save_to_buffer()
}
