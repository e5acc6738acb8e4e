//! The first sheet: what is said, the list of the others, what it rests on and where it comes from.

use rust_xlsxwriter::{Format, FormatAlign, Url, Worksheet, XlsxError};

use crate::document::Document;
use crate::report::cells::start;
use crate::report::words;

use super::layout::{CELL_MAX, ROWS_MAX, cut, set_height, set_page};
use super::sheet::{NAME_MAX, Written};

/// Widths of its names and of its words, in characters.
const WIDTHS: (usize, usize) = (24, 110);

/// A line of it.
enum Line {
    /// Above what belongs together.
    Heading(String),
    /// A name, or none, and a text.
    Text(String, String),
    /// A sheet and its text.
    Sheet(&'static str, String),
}

pub(super) fn write(
    sheet: &mut Worksheet,
    document: &Document,
    kind: &str,
    written: &[Written],
) -> Result<(), XlsxError> {
    let wide = |wide: usize| f64::from(u8::try_from(wide).unwrap_or(u8::MAX));
    sheet.set_column_width(0, wide(WIDTHS.0))?.set_column_width(1, wide(WIDTHS.1))?;
    let (bold, label) = (Format::new().set_bold(), Format::new().set_align(FormatAlign::Top));
    let prose = label.clone().set_text_wrap();
    let mut lines = says(document, kind);
    lines.extend(sheets(written));
    lines.extend(rests_on(document));
    for (row, line) in (0_u32..).zip(lines.iter().take(ROWS_MAX)) {
        match line {
            Line::Heading(text) => {
                sheet.write_string_with_format(row, 0, cut(text, CELL_MAX), &bold)?;
            }
            Line::Text(name, text) => {
                let of_name = if row == 0 { &bold } else { &label };
                sheet.write_string_with_format(row, 0, cut(name, CELL_MAX), of_name)?;
                sheet.write_string_with_format(row, 1, cut(text, CELL_MAX), &prose)?;
                set_height(sheet, row, [(text.as_str(), WIDTHS.1)])?;
            }
            Line::Sheet(key, text) => {
                let name = cut(key, NAME_MAX);
                sheet.write_url_with_text(row, 0, Url::new(format!("internal:'{name}'!A1")), &name)?;
                sheet.write_string(row, 1, cut(text, CELL_MAX))?;
            }
        }
    }
    set_page(sheet, WIDTHS.0 + WIDTHS.1)
}

fn text(name: &str, text: &str) -> Line {
    Line::Text(words::plain(name), words::plain(text))
}

fn heading(text: &str) -> Line {
    Line::Heading(words::plain(text))
}

/// Its title and its sentences.
fn says(document: &Document, kind: &str) -> Vec<Line> {
    let mut lines = vec![text(kind, &document.title)];
    for section in &document.sections {
        lines.push(heading(&section.title));
        lines.extend(section.says.iter().map(|sentence| text("", sentence)));
    }
    lines
}

/// The list of sheets, each with a way to it.
fn sheets(written: &[Written]) -> Vec<Line> {
    let line = |it: &Written| {
        let title =
            if it.title.is_empty() { String::new() } else { format!("{}: ", words::plain(&it.title)) };
        Line::Sheet(it.key, format!("{title}{}", words::count(it.rows as u64, "row")))
    };
    std::iter::once(heading("Sheets")).chain(written.iter().map(line)).collect()
}

/// Where it comes from, and what was taken for true.
fn rests_on(document: &Document) -> Vec<Line> {
    let mut lines = vec![heading("Where it comes from"), text("drsim", env!("CARGO_PKG_VERSION"))];
    if !document.scenario_hash.is_empty() {
        lines.push(text("scenario", &document.scenario_hash));
        lines.push(text("seed", &document.seed.to_string()));
        lines.push(text("start", &start(document)));
        lines.push(text("zone of instants", &document.zone));
    }
    if !document.unanswered.is_empty() {
        lines.push(text("not answered", &document.unanswered.join(", ")));
    }
    lines.push(text("note", "Simulated estimate. Not evidence of a recovery test."));
    if !document.assumptions.is_empty() {
        lines.push(heading("Assumptions"));
        lines.extend(document.assumptions.iter().map(|line| text("", line)));
    }
    lines
}
