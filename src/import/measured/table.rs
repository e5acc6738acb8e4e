//! Records as rows of a table, as `Export-Csv` writes them.

use super::super::fault::Fault;
use super::super::sheet::Sheet;
use super::Reader;
use super::cell::Cell;
use super::record::{Place, Record, is_record};

pub(super) fn read(reader: &mut Reader<'_>, text: &str) {
    // the first line of Windows PowerShell names a type; an empty one in its place keeps the numbers of the others
    let without_type = match text.strip_prefix("#TYPE").and_then(|rest| rest.split_once('\n')) {
        Some((_, rest)) => format!("\n{rest}"),
        None => String::new(),
    };
    let text = if without_type.is_empty() { text } else { &without_type };
    let file = reader.file;
    let mut sheet = match Sheet::open(file, text) {
        Ok(sheet) => sheet,
        Err(fault) => return reader.faults.push(fault),
    };
    let header = sheet.header.clone();
    if !is_record(header.iter().map(String::as_str)) {
        let reason = format!("this is no table of measured replication: its header is {}", sheet.columns());
        let remedy = "`drsim compare --help` has the command that exports one";
        return reader.faults.push(Fault::of(file, reason, remedy).line(1));
    }
    let mut faults = super::Faults::default();
    while let Some(row) = sheet.next(&mut faults) {
        let mut record = Record::default();
        for (column, name) in header.iter().enumerate() {
            record.put(name, Cell::Text(row.text(column)));
        }
        let line = row.line;
        if !reader.take(&record, Place::Line(line)) {
            break;
        }
    }
    reader.faults.append(faults);
}
