//! Records as rows of a table, as `Export-Csv` writes them.

use super::super::dates::{Column, Order};
use super::super::fault::Fault;
use super::super::moment::{Raw, parse};
use super::super::sheet::Sheet;
use super::Reader;
use super::cell::Cell;
use super::record::{Place, Record, is_of_times, is_record};

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
    match order(&sheet, reader.clocks.dates) {
        Ok(order) => reader.clocks.dates = order,
        Err(fault) => return reader.faults.push(fault),
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

/// The order of day and month in all times of a table, where their cells do not tell it one by one.
fn order(sheet: &Sheet<'_>, asked: Option<Order>) -> Result<Option<Order>, Fault> {
    let of_times: Vec<usize> = (0..sheet.header.len()).filter(|at| is_of_times(&sheet.header[*at])).collect();
    let (mut column, mut rows) = (Column::default(), sheet.again()?);
    while let Some(row) = rows.next(&mut super::Faults::default()) {
        for at in &of_times {
            let cell = row.text(*at);
            if matches!(parse(cell), Ok(Raw::Date { orders, .. }) if orders != Order::Ymd.bit()) {
                column.push(0, cell, row.line);
            }
        }
    }
    if column.len() == 0 {
        return Ok(asked);
    }
    match column.understand(asked, None) {
        Ok(times) => Ok(times.order.map(|told| told.0).or(asked)),
        Err(not) => Err(Fault::of(sheet.file, not.reason, not.remedy).line(not.line)),
    }
}
