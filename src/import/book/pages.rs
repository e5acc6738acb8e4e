//! Sheets of a workbook as texts, for what reads measurements: their rows keep their numbers.

use super::super::cell::Cell;
use super::super::even::Even;
use super::super::fault::Faults;
use super::super::field::{Claim, Field, Form};
use super::super::table::Table;
use super::workbook;

/// A sheet: its name behind that of its file, its text, and the rows that its lines are.
pub struct Page {
    /// `week.xlsx!Performance`.
    pub name: String,
    /// As CSV, with times as ISO writes them.
    pub text: String,
    /// Numbers of rows.
    pub lines: Even,
}

/// All columns, whatever they are called.
const ALL: Form = Form { more: |_| Some(Field::text(&[])), ..Form::optional("\0", &[], 0) };

/// The sheets of a workbook that have a row below their first.
pub fn pages(file: &str, bytes: &[u8], faults: &mut Faults) -> Vec<Page> {
    static FORM: Form = ALL;
    let mut keep = |_: &str, _: Option<&str>, head: super::super::field::Head<'_>, _: &mut Faults| match FORM
        .claim(head)
    {
        Claim::Columns(kept) => Some(kept),
        Claim::No | Claim::Lacks(_) => None,
    };
    let tables = workbook::tables(file, bytes, &mut keep, faults);
    tables.iter().filter(|table| !table.rows.is_empty()).map(page).collect()
}

fn page(table: &Table) -> Page {
    let name = format!("{}!{}", table.file, table.sheet.as_deref().unwrap_or_default());
    let mut text = String::new();
    put(&mut text, table.header.iter().map(String::as_str));
    let mut lines = Even::default();
    for row in &table.rows {
        let cells: Vec<String> = row.cells.iter().map(shown).collect();
        put(&mut text, cells.iter().map(String::as_str));
        lines.push(row.number.cast_signed());
    }
    Page { name, text, lines }
}

fn put<'c>(text: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (at, cell) in cells.enumerate() {
        text.push_str(if at == 0 { "\"" } else { ",\"" });
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    }
    text.push('\n');
}

/// A cell as a file of text would have it.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Date(date) => date.parse().ok().and_then(moment).unwrap_or_else(|| date.to_string()),
        Cell::Failed(error) => (*error).to_owned(),
        Cell::Empty | Cell::Number(_) | Cell::Text(_) => cell.shown().to_owned(),
    }
}

/// The time of a serial number of days, as Excel counts them from 1900, to the millisecond.
#[allow(clippy::cast_possible_truncation, reason = "a calendar has fewer milliseconds than 2^53")]
fn moment(days: f64) -> Option<String> {
    let since = jiff::civil::date(1899, 12, 30).at(0, 0, 0, 0);
    // up to the year 9999; less than a day is a time without its date
    let is_date = (1.0..2_958_466.0).contains(&days);
    let milliseconds = is_date.then(|| (days * 86_400_000.0).round() as i64)?;
    Some(since.checked_add(jiff::SignedDuration::from_millis(milliseconds)).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_times() {
        assert_eq!(moment(45_853.333_333_333_336).as_deref(), Some("2025-07-15T08:00:00"));
        assert_eq!(moment(45_853.336_805_555_555).as_deref(), Some("2025-07-15T08:05:00"));
        assert_eq!(moment(0.5), None);
    }
}
