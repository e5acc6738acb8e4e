//! A plan, and other documents, in every format: text, JSON, a page, a workbook, tables, plots. All of them render [`Document`] and know nothing
//! of what it says.

pub mod json;
pub mod terminal;

use crate::document::Document;

use super::html::plan::pictures;
pub use super::html::plan::{COMPARISON, Kind, PLAN, SWEEP, VARIANTS};
use super::plot::svg;
use super::{csv, html, sums, xlsx};

/// Digits behind the point in its files.
const DIGITS: i32 = 9;

/// The files of a document's folder, by relative name with `/`, in a fixed order, then their list: same input, same bytes. `command` is what gives
/// them again.
pub fn render(document: &Document, kind: Kind, command: &str, texts: csv::Texts) -> Vec<(String, Vec<u8>)> {
    let tables = document.sections.iter().flat_map(|section| &section.tables);
    let mut files = vec![
        (format!("{}.html", kind.name), html::plan::write(document, kind, command).into_bytes()),
        (format!("{}.json", kind.name), json::write(document).into_bytes()),
        (format!("{}.xlsx", kind.name), xlsx::write(document, kind.name, tables, &[])),
    ];
    for section in &document.sections {
        for table in &section.tables {
            files.push((format!("csv/{}.csv", table.key), csv::write(table, DIGITS, texts).into_bytes()));
        }
        for (key, picture) in pictures(document, section) {
            files.push((format!("plots/{key}.svg"), svg::file(&picture).into_bytes()));
        }
    }
    sums::listed(kind.name, files)
}
