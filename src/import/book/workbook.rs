//! Sheets of a workbook (xlsx), read cell by cell: what a sheet claims about its own size is not believed.
//!
//! Everything in the archive is unpacked once only to count it, so that a small file which unpacks to gigabytes is refused
//! before anything is kept of it.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::super::cell::{Cell, failed};
use super::super::fault::{Fault, Faults};
use super::super::field::Head;
use super::super::table::{Keep, Record, Table, add};
use super::references::Watch;

/// Most bytes of a workbook, unpacked: some ten million cells.
pub const WORKBOOK_BYTES_MAX: u64 = 512 << 20;
/// Most bytes of its parts other than sheets (texts that cells share, styles), unpacked.
pub const PARTS_BYTES_MAX: u64 = 64 << 20;
/// Most parts of a workbook.
pub const PARTS_MAX: usize = 10_000;
/// Most columns that are looked at, as many as Excel has.
const COLUMNS_MAX: usize = 16_384;

const AGAIN: &str = "open it in Excel and save it anew as .xlsx, or export it again";

/// The known tables of a workbook.
pub fn tables(file: &str, bytes: &[u8], keep: Keep<'_>, faults: &mut Faults) -> Vec<Table> {
    if let Err(fault) = guard(file, bytes) {
        faults.push(fault);
        return Vec::new();
    }
    let mut workbook: Xlsx<_> = match Xlsx::new(Cursor::new(bytes)) {
        Ok(workbook) => workbook,
        Err(error) => {
            faults.push(damaged(file, &error));
            return Vec::new();
        }
    };
    let mut tables = Vec::new();
    for sheet in workbook.sheet_names() {
        match table(file, &sheet, &mut workbook, keep, faults) {
            Ok(table) => tables.extend(table),
            // a chart has a sheet of its own
            Err(XlsxError::NotAWorksheet(_)) => {}
            Err(error) => faults.push(damaged(file, &error).cell(sheet)),
        }
    }
    tables
}

fn damaged(file: &str, error: &XlsxError) -> Fault {
    let text = error.to_string();
    Fault::of(file, format!("the workbook is damaged: {}", super::super::fault::quote(text.trim())), AGAIN)
}

/// Refuses what is no plain workbook, and what would not fit.
fn guard(file: &str, bytes: &[u8]) -> Result<(), Fault> {
    let refuse = |reason: String, remedy: &str| Err(Fault::of(file, reason, remedy));
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(_) => {
            return refuse(
                "the workbook is cut short or damaged".into(),
                "copy it again, or export it again",
            );
        }
    };
    let names: Vec<String> =
        archive.file_names().map(|name| name.map(|name| name.to_lowercase()).unwrap_or_default()).collect();
    let has = |part: &str| names.iter().any(|name| name.ends_with(part));
    if has("vbaproject.bin") {
        return refuse("this is a workbook with macros".into(), "save it as .xlsx, which has none");
    }
    if has("xl/workbook.bin") {
        return refuse("this is a binary workbook".into(), "save it as .xlsx");
    }
    if !has("xl/workbook.xml") {
        return refuse("this is a zip archive, not a workbook".into(), "unpack it and name the files in it");
    }
    if archive.len() > PARTS_MAX {
        return refuse(format!("the workbook has more than {PARTS_MAX} parts"), AGAIN);
    }
    let (mut all, mut parts) = (0, 0);
    for at in 0..archive.len() {
        let broken = |name: &str| {
            Fault::of(
                file,
                format!("the part {} of the workbook is damaged", super::super::fault::quote(name)),
                "copy it again, or export it again",
            )
        };
        let entry = archive.by_index(at).map_err(|_| broken(names.get(at).map_or("", String::as_str)))?;
        let name = entry.name().map(|name| name.into_owned()).unwrap_or_default();
        let sheet = name.to_lowercase().contains("worksheets/");
        let room = (WORKBOOK_BYTES_MAX - all).min(if sheet { u64::MAX } else { PARTS_BYTES_MAX - parts });
        // a sheet may hide under another name
        let mut watch = Watch::new(sheet);
        let size = std::io::copy(&mut entry.take(room + 1), &mut watch).map_err(|_| broken(&name))?;
        if watch.broken && name.to_lowercase().ends_with(".xml") {
            let reason = format!(
                "{} has references of cells that Excel cannot have",
                super::super::fault::quote(&name)
            );
            return refuse(reason, AGAIN);
        }
        if watch.promised > size {
            let reason = format!("the workbook says it has {} texts, in {size} bytes", watch.promised);
            return refuse(reason, AGAIN);
        }
        if size > room {
            let (all, parts) = (WORKBOOK_BYTES_MAX >> 20, PARTS_BYTES_MAX >> 20);
            let reason =
                format!("unpacked it is more than {all} MiB, or its shared parts more than {parts} MiB");
            return refuse(reason, "delete sheets that are not needed, or export fewer machines at once");
        }
        all += size;
        parts += if sheet { 0 } else { size };
    }
    Ok(())
}

fn table(
    file: &str,
    sheet: &str,
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    keep: Keep<'_>,
    faults: &mut Faults,
) -> Result<Option<Table>, XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    let mut reading = Reading { table: None, row: 0, cells: Vec::new() };
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        let (Some(value), Ok(column)) = (read(cell.get_value()), usize::try_from(column)) else { continue };
        let row = u64::from(row) + 1;
        if row < reading.row || column >= COLUMNS_MAX {
            return Err(XlsxError::Unexpected("its rows are out of order"));
        }
        if row > reading.row && !reading.end_row(file, sheet, keep, faults) {
            return Ok(reading.table);
        }
        reading.row = row;
        reading.take(column, value);
    }
    reading.end_row(file, sheet, keep, faults);
    Ok(reading.table)
}

/// A sheet under way.
struct Reading {
    /// The table, once its header is known.
    table: Option<Table>,
    /// The row being read, from 1; 0 before the first.
    row: u64,
    /// Its cells so far: all of a header, else those that are kept.
    cells: Vec<Cell>,
}

impl Reading {
    fn take(&mut self, column: usize, value: Cell) {
        match &self.table {
            None => {
                if self.cells.len() <= column {
                    self.cells.resize(column + 1, Cell::Empty);
                }
                self.cells[column] = value;
            }
            Some(table) => {
                self.cells.resize(table.columns.len(), Cell::Empty);
                for (place, kept) in table.columns.iter().zip(&mut self.cells) {
                    if *place == Some(column) {
                        *kept = value.clone();
                    }
                }
            }
        }
    }

    /// Ends the row; false if nothing more of the sheet is wanted.
    fn end_row(&mut self, file: &str, sheet: &str, keep: Keep<'_>, faults: &mut Faults) -> bool {
        let cells = std::mem::take(&mut self.cells);
        if cells.is_empty() {
            return true;
        }
        if let Some(table) = &mut self.table {
            return add(table, Record { number: self.row, cells }, faults);
        }
        let header: Vec<String> = cells.iter().map(|cell| cell.shown().to_owned()).collect();
        let Some(kept) = keep(file, Some(sheet), Head { name: sheet, header: &header }, faults) else {
            return false;
        };
        self.table = Some(Table::new(file, Some(sheet), header, kept, faults));
        true
    }
}

/// A cell, if there is something in it.
fn read(value: &DataRef<'_>) -> Option<Cell> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => Cell::Number(number.to_string().into()),
        // the fewest digits that mean this number: those that were typed, as far as Excel keeps them
        DataRef::Float(number) => Cell::Number(number.to_string().into()),
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Date(text.trim().into()),
        DataRef::Bool(true) => Cell::Text("True".into()),
        DataRef::Bool(false) => Cell::Text("False".into()),
        DataRef::DateTime(time) => Cell::Date(time.as_f64().to_string().into()),
        DataRef::Error(error) => return failed(&error.to_string()).map(Cell::Failed),
    })
    .filter(|cell| *cell != Cell::Empty)
}
