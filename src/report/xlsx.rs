//! A plan or a run as a workbook: what it says on the first sheet, then a sheet for each table, numbers as numbers with their unit in the head.
//!
//! No formulas and no dates. The container wants a time of creation; it is always the same, so that the bytes are.

use std::borrow::Borrow;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::document::{Document, Filed, Table, Unit, Value};

use super::cells::{start, unit_words, written};
use super::words;
use crate::units::as_f64;

/// Rows of a sheet below its head; more do not fit the format.
const ROWS_MAX: usize = 1_048_575;
/// Characters of a cell; more do not fit the format.
const CELL_MAX: usize = 32_767;
/// Characters of a sheet's name; more do not fit the format.
const NAME_MAX: usize = 31;
/// Digits of a number behind the point.
const DIGITS: i32 = 9;
/// Colour of a number that exceeds what is allowed.
const OVER: u32 = 0xa6_3c_00;
/// Width of the first sheet's words, in characters.
const WIDE: f64 = 110.0;

/// The file, of a document and tables; `kind`, plan or run, is the name of its first sheet.
pub fn write(
    document: &Document,
    kind: &str,
    tables: impl IntoIterator<Item = impl Borrow<Table>>,
) -> Vec<u8> {
    workbook(document, kind, tables).expect("names, cells and rows are cut to what the format allows")
}

fn workbook(
    document: &Document,
    kind: &str,
    tables: impl IntoIterator<Item = impl Borrow<Table>>,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(cut(&words::plain(&document.title), 255))
        .set_creation_datetime(&created);
    book.set_properties(&properties);
    first(book.add_worksheet(), document, kind)?;
    for table in tables {
        sheet(book.add_worksheet(), table.borrow())?;
    }
    book.save_to_buffer()
}

/// Sentences, what they rest on, and where they come from.
fn first(sheet: &mut Worksheet, document: &Document, kind: &str) -> Result<(), XlsxError> {
    sheet.set_name(kind)?.set_column_width(0, 24)?.set_column_width(1, WIDE)?;
    let (bold, prose) = (Format::new().set_bold(), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    let label = Format::new().set_align(FormatAlign::Top);
    for (row, (name, text)) in (0_u32..).zip(lines(document, kind).iter().take(ROWS_MAX)) {
        let is_heading = text.is_empty();
        sheet.write_string_with_format(
            row,
            0,
            cut(name, CELL_MAX),
            if is_heading || row == 0 { &bold } else { &label },
        )?;
        if !is_heading {
            sheet.write_string_with_format(row, 1, cut(text, CELL_MAX), &prose)?;
        }
    }
    Ok(())
}

/// Name and text of each line; a heading has no text.
fn lines(document: &Document, kind: &str) -> Vec<(String, String)> {
    let pair = |name: &str, text: &str| (words::plain(name), words::plain(text));
    let mut lines = vec![pair(kind, &document.title)];
    for section in &document.sections {
        lines.push(pair(&section.title, ""));
        lines.extend(section.says.iter().map(|sentence| pair("", sentence)));
    }
    lines.push(pair("Where it comes from", ""));
    lines.push(pair("drsim", env!("CARGO_PKG_VERSION")));
    if !document.scenario_hash.is_empty() {
        lines.push(pair("scenario", &document.scenario_hash));
        lines.push(pair("seed", &document.seed.to_string()));
        lines.push(pair("start", &start(document)));
    }
    if !document.unanswered.is_empty() {
        lines.push(pair("not answered", &document.unanswered.join(", ")));
    }
    lines.push(pair("note", "Simulated estimate. Not evidence of a recovery test."));
    if !document.assumptions.is_empty() {
        lines.push(pair("Assumptions", ""));
        lines.extend(document.assumptions.iter().map(|line| pair("", line)));
    }
    lines
}

fn sheet(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    sheet.set_name(cut(table.key, NAME_MAX))?;
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    for ((number, at), column) in (0_u16..).zip(0..).zip(&table.columns) {
        let unit = unit_words(column.unit);
        let title = words::plain(&column.title);
        let title = if unit.is_empty() { title } else { format!("{title} [{unit}]") };
        sheet.write_string_with_format(0, number, cut(&title, CELL_MAX), &head)?;
        let plain = Format::new().set_num_format(shown(column.unit));
        let over = plain.clone().set_bold().set_font_color(OVER);
        let cells = table.rows.iter().take(ROWS_MAX).map(|row| row.get(at));
        for (row, value) in (1_u32..).zip(cells).filter_map(|(row, value)| Some((row, value?))) {
            let format = if matches!(value, Value::Over(_)) { &over } else { &plain };
            match value.filed() {
                Filed::Words(words) => {
                    sheet.write_string(row, number, cut(&words::plain(words), CELL_MAX))?;
                }
                Filed::Number(value) => {
                    if let Some(value) = written(value, DIGITS) {
                        sheet.write_number_with_format(row, number, value, format)?;
                    }
                }
                Filed::Whole(count) => {
                    sheet.write_number_with_format(row, number, as_f64(count), format)?;
                }
                Filed::Nothing => {}
            }
        }
    }
    sheet.set_freeze_panes(1, 1)?.set_autofit_max_width(480).autofit();
    Ok(())
}

/// How a spreadsheet shows a number; the number itself is exact.
fn shown(unit: Unit) -> &'static str {
    match unit {
        Unit::Text | Unit::Seconds | Unit::Moment | Unit::Factor => "General",
        Unit::Count
        | Unit::Bytes
        | Unit::BytesPerSecond
        | Unit::BitsPerSecond
        | Unit::ExactBitsPerSecond
        | Unit::Iops => "#,##0",
        Unit::Share => "0.000%",
        Unit::Money => "#,##0.00",
    }
}

/// The first characters of a text, as the format counts them.
fn cut(text: &str, most: usize) -> String {
    let mut room = most;
    text.chars().take_while(|c| room.checked_sub(c.len_utf16()).map(|left| room = left).is_some()).collect()
}
