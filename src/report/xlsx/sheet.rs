//! The sheet of a table.

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::document::{Document, Table, Value};
use crate::report::words;

use super::form::{Cell, Form};
use super::layout::{CELL_MAX, ROWS_MAX, cut, head, number, set_height, set_page};

/// Characters of a sheet's name; more do not fit the format.
pub(super) const NAME_MAX: usize = 31;
/// Colour of a number that exceeds what is allowed.
const OVER: u32 = 0xa6_3c_00;
/// Characters of a column beside what stands in it.
const BESIDE: usize = 3;
/// Widths of columns, in characters.
const WIDTHS: (usize, usize) = (8, 60);

/// What is known of a sheet once it is written.
pub(super) struct Written {
    pub(super) key: &'static str,
    pub(super) title: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: usize,
}

/// What is known of a column.
pub(super) struct Column {
    pub(super) key: String,
    pub(super) head: String,
    /// Its numbers are parts of a day.
    pub(super) is_duration: bool,
    /// Its largest number, as it stands there.
    pub(super) most: f64,
    wide: usize,
}

pub(super) fn write(sheet: &mut Worksheet, document: &Document, table: &Table) -> Result<Written, XlsxError> {
    sheet.set_name(cut(table.key, NAME_MAX))?;
    let rows = table.rows.len().min(ROWS_MAX);
    let columns: Vec<Column> = (0_u16..)
        .zip(0..table.columns.len())
        .map(|(number, at)| column(sheet, document, table, (number, at)))
        .collect::<Result<_, _>>()?;
    set_height(sheet, 0, columns.iter().map(|it| (it.head.as_str(), it.wide - BESIDE)))?;
    sheet.set_freeze_panes(1, 1)?;
    set_page(sheet, columns.iter().map(|it| it.wide).sum())?;
    if let (Some(right), Ok(last)) = (columns.len().checked_sub(1), u32::try_from(rows)) {
        let right = u16::try_from(right).unwrap_or(u16::MAX);
        sheet.autofilter(0, 0, last, right)?.set_print_area(0, 0, last, right)?.set_repeat_rows(0, 0)?;
    }
    Ok(Written { key: table.key, title: table.title.clone(), columns, rows })
}

fn column(
    sheet: &mut Worksheet,
    document: &Document,
    table: &Table,
    (to, at): (u16, usize),
) -> Result<Column, XlsxError> {
    let column = &table.columns[at];
    let is_dated = table.rows.iter().any(|row| matches!(row.get(at), Some(Value::At(_) | Value::Day(_))));
    let form = Form::of(column.unit, is_dated, document);
    let title = words::plain(&column.title);
    let title = if form.unit.is_empty() { title } else { format!("{title} [{}]", form.unit) };
    let title = cut(&title, CELL_MAX);
    let plain = number(form.shown);
    let over = plain.clone().set_bold().set_font_color(OVER);
    let mut wide = title.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
    let (mut most, mut is_of_numbers) = (f64::NEG_INFINITY, false);
    let cells = table.rows.iter().take(ROWS_MAX).map(|row| row.get(at));
    for (row, value) in (1_u32..).zip(cells).filter_map(|(row, value)| Some((row, value?))) {
        let format = if matches!(value, Value::Over(_)) { &over } else { &plain };
        let cell = form.cell(value);
        wide = wide.max(form.width(&cell));
        match cell {
            Cell::Words(words) => {
                sheet.write_string(row, to, cut(&words::plain(&words), CELL_MAX))?;
            }
            Cell::Number(value) => {
                (most, is_of_numbers) = (most.max(value), true);
                sheet.write_number_with_format(row, to, value, format)?;
            }
            Cell::Nothing => {}
        }
    }
    sheet.write_string_with_format(0, to, &title, &head(is_of_numbers))?;
    let wide = (wide + BESIDE).clamp(WIDTHS.0, WIDTHS.1);
    sheet.set_column_width(to, f64::from(u8::try_from(wide).unwrap_or(u8::MAX)))?;
    Ok(Column { key: column.key.clone(), head: title, is_duration: form.is_duration(), most, wide })
}
