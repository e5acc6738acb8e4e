//! A plan or a run as a workbook: what it says and a list of its sheets on the first, then native charts, then a sheet for each table.
//!
//! No formulas. Numbers are in units that planners read (GB, Mbps), durations and instants are Excel's own: they sum, sort and filter. The
//! container wants a time of creation; it is always the same, so that the bytes are.

mod form;

use std::borrow::Borrow;

use rust_xlsxwriter::{
    Chart, ChartType, DocProperties, ExcelDateTime, Format, FormatAlign, Url, Workbook, Worksheet, XlsxError,
};

use crate::document::{Document, Table, Value};

use super::cells::start;
use super::words;
use form::{Cell, Form};

/// Rows of a sheet below its head; more do not fit the format.
const ROWS_MAX: usize = 1_048_575;
/// Characters of a cell; more do not fit the format.
const CELL_MAX: usize = 32_767;
/// Characters of a sheet's name; more do not fit the format.
const NAME_MAX: usize = 31;
/// Colour of a number that exceeds what is allowed.
const OVER: u32 = 0xa6_3c_00;
/// Width of the first sheet's words, in characters.
const WIDE: f64 = 110.0;
/// Widths of columns, in characters.
const WIDTHS: (usize, usize) = (8, 60);
/// Rows that a chart shows.
const CHARTED: usize = 40;
/// A4, as Excel counts paper.
const PAPER: u8 = 9;

/// A chart of Excel's own over columns of a table.
pub struct Charted {
    /// Its heading.
    pub title: &'static str,
    /// The table, and of its columns that of names.
    pub table: &'static str,
    /// Key of the column of names.
    pub names: &'static str,
    /// Keys of the columns beside each other.
    pub series: &'static [&'static str],
}

/// The file, of a document and tables; `kind`, plan or run, is the name of its first sheet.
pub fn write(
    document: &Document,
    kind: &str,
    tables: impl IntoIterator<Item = impl Borrow<Table>>,
    charts: &[Charted],
) -> Vec<u8> {
    workbook(document, kind, tables, charts).expect("names, cells and rows are cut to what the format allows")
}

/// What is known of a sheet once it is written.
struct Written {
    key: &'static str,
    title: String,
    columns: Vec<(String, String)>,
    rows: usize,
}

fn workbook(
    document: &Document,
    kind: &str,
    tables: impl IntoIterator<Item = impl Borrow<Table>>,
    charts: &[Charted],
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(cut(&words::plain(&document.title), 255))
        .set_creation_datetime(&created);
    book.set_properties(&properties);
    let next = first(book.add_worksheet(), document, kind)?;
    if !charts.is_empty() {
        book.add_worksheet().set_name("charts")?;
    }
    let mut written = Vec::new();
    for table in tables {
        written.push(sheet(book.add_worksheet(), document, table.borrow())?);
    }
    contents(book.worksheet_from_index(0)?, next, &written)?;
    if !charts.is_empty() {
        draw(book.worksheet_from_name("charts")?, charts, &written)?;
    }
    book.save_to_buffer()
}

/// Sentences, what they rest on, and where they come from; the first row that is free.
fn first(sheet: &mut Worksheet, document: &Document, kind: &str) -> Result<u32, XlsxError> {
    sheet.set_name(kind)?.set_column_width(0, 24)?.set_column_width(1, WIDE)?;
    let (bold, prose) = (Format::new().set_bold(), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    let label = Format::new().set_align(FormatAlign::Top);
    let lines = lines(document, kind);
    for (row, (name, text)) in (0_u32..).zip(lines.iter().take(ROWS_MAX)) {
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
    page(sheet)?;
    Ok(u32::try_from(lines.len()).unwrap_or(u32::MAX).saturating_add(1))
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
        lines.push(pair("zone of instants", &document.zone));
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

/// How a sheet prints: as wide as a page, its head on each.
fn page(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_paper_size(PAPER).set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

/// The list of sheets, each with a way to it.
fn contents(sheet: &mut Worksheet, row: u32, written: &[Written]) -> Result<(), XlsxError> {
    if usize::try_from(row).unwrap_or(usize::MAX).saturating_add(written.len()) >= ROWS_MAX {
        return Ok(());
    }
    sheet.write_string_with_format(row, 0, "Sheets", &Format::new().set_bold())?;
    for (row, it) in (row + 1..).zip(written) {
        let name = cut(it.key, NAME_MAX);
        sheet.write_url_with_text(row, 0, Url::new(format!("internal:'{name}'!A1")), &name)?;
        let title =
            if it.title.is_empty() { String::new() } else { format!("{}: ", words::plain(&it.title)) };
        sheet.write_string(
            row,
            1,
            cut(&format!("{title}{}", words::count(it.rows as u64, "row")), CELL_MAX),
        )?;
    }
    Ok(())
}

/// Charts under each other.
fn draw(sheet: &mut Worksheet, charts: &[Charted], written: &[Written]) -> Result<(), XlsxError> {
    for (number, charted) in (0_u32..).zip(charts) {
        let Some(table) = written.iter().find(|it| it.key == charted.table).filter(|it| it.rows > 0) else {
            continue;
        };
        let place = |key: &str| {
            let at = table.columns.iter().position(|column| column.0 == key);
            at.and_then(|at| u16::try_from(at).ok())
        };
        let Some(names) = place(charted.names) else { continue };
        let last = u32::try_from(table.rows.min(CHARTED)).unwrap_or(1);
        let mut chart = Chart::new(ChartType::Column);
        for column in charted.series.iter().filter_map(|key| place(key)) {
            let head = &table.columns[usize::from(column)].1;
            let series = chart.add_series();
            series.set_categories((table.key, 1, names, last, names));
            series.set_values((table.key, 1, column, last, column)).set_name(head.as_str());
        }
        chart.title().set_name(charted.title);
        chart.set_width(960).set_height(380);
        sheet.insert_chart(number * 21, 0, &chart)?;
    }
    page(sheet)
}

fn sheet(sheet: &mut Worksheet, document: &Document, table: &Table) -> Result<Written, XlsxError> {
    sheet.set_name(cut(table.key, NAME_MAX))?;
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let mut columns = Vec::new();
    let rows = table.rows.len().min(ROWS_MAX);
    for ((number, at), column) in (0_u16..).zip(0..).zip(&table.columns) {
        let is_dated = table.rows.iter().any(|row| matches!(row.get(at), Some(Value::At(_) | Value::Day(_))));
        let form = Form::of(column.unit, is_dated, document);
        let title = words::plain(&column.title);
        let title = if form.unit.is_empty() { title } else { format!("{title} [{}]", form.unit) };
        sheet.write_string_with_format(0, number, cut(&title, CELL_MAX), &head)?;
        let plain = Format::new().set_num_format(form.shown);
        let over = plain.clone().set_bold().set_font_color(OVER);
        let mut wide = title.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
        let cells = table.rows.iter().take(ROWS_MAX).map(|row| row.get(at));
        for (row, value) in (1_u32..).zip(cells).filter_map(|(row, value)| Some((row, value?))) {
            let format = if matches!(value, Value::Over(_)) { &over } else { &plain };
            let cell = form.cell(value);
            wide = wide.max(form.width(&cell));
            match cell {
                Cell::Words(words) => {
                    sheet.write_string(row, number, cut(&words::plain(&words), CELL_MAX))?;
                }
                Cell::Number(value) => {
                    sheet.write_number_with_format(row, number, value, format)?;
                }
                Cell::Nothing => {}
            }
        }
        let wide = u8::try_from((wide + 2).clamp(WIDTHS.0, WIDTHS.1)).unwrap_or(u8::MAX);
        sheet.set_column_width(number, f64::from(wide))?;
        columns.push((column.key.clone(), title));
    }
    sheet.set_freeze_panes(1, 1)?;
    page(sheet)?;
    if let (Some(right), Ok(last)) = (columns.len().checked_sub(1), u32::try_from(rows)) {
        let right = u16::try_from(right).unwrap_or(u16::MAX);
        sheet.autofilter(0, 0, last, right)?.set_print_area(0, 0, last, right)?.set_repeat_rows(0, 0)?;
    }
    Ok(Written { key: table.key, title: table.title.clone(), columns, rows })
}

/// The first characters of a text, as the format counts them.
fn cut(text: &str, most: usize) -> String {
    let mut room = most;
    text.chars().take_while(|c| room.checked_sub(c.len_utf16()).map(|left| room = left).is_some()).collect()
}
