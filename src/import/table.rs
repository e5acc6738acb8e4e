//! A table of an inventory: the columns that its form asks for, from a CSV file or from a sheet of a workbook.
//!
//! Columns are found by what their headers say, in any case and order; the others are not kept. Cells are read on demand, and
//! a cell that cannot be read is a fault with its place.

use super::fault::{Fault, Faults, quote};
use super::number::{NotNumber, SCALE, decimal};
use super::sheet::Sheet;

/// Most cells kept of all tables of an import: 100,000 machines with ten disks each, and 40 cells of each disk.
pub const KEPT_MAX: usize = 1 << 25;

/// A cell as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing, or blanks.
    Empty,
    /// Trimmed text; numbers as digits.
    Text(Box<str>),
    /// A formula that failed, such as `#REF!`.
    Failed(&'static str),
}

/// What a table of one kind is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Name of the sheet or file, as the tool that exports it calls it.
    pub name: &'static str,
    /// Its columns: those that make it what it is stand first.
    pub columns: &'static [&'static [&'static str]],
    /// How many of them it must have.
    pub needed: usize,
    /// Whether the first column counts as the first one of the form whatever its header says.
    pub first_is_any: bool,
    /// What of a header is compared.
    pub plain: fn(&str) -> String,
    /// Further columns to keep, after those of the form, told by their plain headers.
    pub more: fn(&str) -> bool,
}

/// The head of a table.
#[derive(Clone, Copy, Debug)]
pub struct Head<'h> {
    /// Name of the sheet, or of the file without folder and endings.
    pub name: &'h str,
    /// Trimmed cells of the first line.
    pub header: &'h [String],
}

/// What a form says to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Not of this form.
    No,
    /// Named like it, but these columns are missing.
    Lacks(Vec<&'static str>),
    /// Of this form; the place of each of its columns.
    Columns(Vec<Option<usize>>),
}

/// A table of a form.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file.
    pub file: String,
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// Name of its form.
    pub form: &'static str,
    /// All headers.
    pub header: Vec<String>,
    /// Place of each column of the form.
    pub columns: Vec<Option<usize>>,
    /// Rows that are not blank.
    pub rows: Vec<Record>,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its number, from 1.
    pub number: u64,
    /// Cells, in the order of the form's columns.
    pub cells: Vec<Cell>,
}

impl Form {
    /// Whether a table with this head is of this form.
    pub fn claim(&self, head: Head<'_>) -> Claim {
        let header: Vec<String> = head.header.iter().map(|cell| (self.plain)(cell)).collect();
        let place = |names: &&[&str]| header.iter().position(|cell| names.contains(&cell.as_str()));
        let mut columns: Vec<Option<usize>> = self.columns.iter().map(place).collect();
        if self.first_is_any && columns[0].is_none() {
            columns[0] = Some(0);
        }
        let missing = (0..self.needed).filter(|at| columns[*at].is_none());
        let missing: Vec<&str> = missing.map(|at| self.columns[at][0]).collect();
        if missing.is_empty() {
            let more = (0..header.len()).filter(|at| (self.more)(&header[*at])).map(Some);
            columns.extend(more);
            return Claim::Columns(columns);
        }
        let own = head.name.to_lowercase();
        let own = own.rsplit("tab").next().unwrap_or_default();
        if own == self.name.to_lowercase() { Claim::Lacks(missing) } else { Claim::No }
    }
}

/// A header to compare: lower case, single spaces, a mebibyte spelt as every second export does.
pub fn plain(header: &str) -> String {
    let lower = header.to_lowercase().replace("mib", "mb").replace("gib", "gb");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Table {
    /// A cell as text; empty where there is none. A failed formula is a fault.
    pub fn text<'r>(&self, row: &'r Record, field: usize, faults: &mut Faults) -> &'r str {
        match &row.cells[field] {
            Cell::Empty => "",
            Cell::Text(text) => text,
            Cell::Failed(error) => {
                let reason = format!("the cell holds the error {error}");
                faults.push(self.fault(row, field, reason, "mend the formula, or type its value"));
                ""
            }
        }
    }

    /// A cell as a whole number, `None` where it is empty. `40,901` and `40901.0` are read too: Excel writes both.
    pub fn whole(&self, row: &Record, field: usize, faults: &mut Faults) -> Option<u64> {
        let text = self.text(row, field, faults);
        if text.is_empty() {
            return None;
        }
        let digits = grouped(text).unwrap_or_else(|| text.to_owned());
        let value = self.checked(row, field, decimal(digits.as_bytes()), faults)?;
        if !value.is_multiple_of(SCALE) {
            let reason = format!("`{}` is not a whole number", quote(text));
            faults.push(self.fault(row, field, reason, "write a whole number"));
            return None;
        }
        u64::try_from(value / SCALE).ok()
    }

    /// A cell times `factor`, rounded down; `None` where it is empty.
    pub fn scaled(&self, row: &Record, field: usize, factor: u64, faults: &mut Faults) -> Option<u64> {
        let text = self.text(row, field, faults);
        if text.is_empty() {
            return None;
        }
        let digits = grouped(text).unwrap_or_else(|| text.to_owned());
        let value = self.checked(row, field, decimal(digits.as_bytes()), faults)?;
        let (whole, rest) = (value / SCALE, value % SCALE);
        // both products fit: a number has at most 60 bits before its 18 decimals
        let factor = u128::from(factor);
        u64::try_from(whole * factor + rest * factor / SCALE).ok().or_else(|| {
            let (reason, remedy) = NotNumber::TooLarge.explain(text);
            faults.push(self.fault(row, field, reason, remedy));
            None
        })
    }

    fn checked(
        &self,
        row: &Record,
        field: usize,
        value: Result<u128, NotNumber>,
        faults: &mut Faults,
    ) -> Option<u128> {
        value
            .map_err(|not| {
                let text = self.text(row, field, &mut Faults::default());
                let (reason, remedy) = not.explain(text);
                let remedy = if not == NotNumber::Negative { "give a value of zero or more" } else { remedy };
                faults.push(self.fault(row, field, reason, remedy));
            })
            .ok()
    }

    /// A fault at a cell.
    pub fn fault(
        &self,
        row: &Record,
        field: usize,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Fault {
        let fault = Fault::of(&self.file, reason, remedy);
        let Some(column) = self.columns[field] else { return self.at(fault, row.number) };
        let header = self.header.get(column).map_or("", String::as_str);
        match &self.sheet {
            None => fault.line(row.number).column(header),
            Some(sheet) => fault.cell(format!("{sheet}!{}{}", letters(column), row.number)).column(header),
        }
    }

    /// The same fault, at a row.
    pub fn at(&self, fault: Fault, row: u64) -> Fault {
        match &self.sheet {
            None => fault.line(row),
            Some(sheet) => fault.cell(format!("{sheet}!{row}")),
        }
    }
}

/// `40,901` without its commas: groups of three after one to three digits.
fn grouped(text: &str) -> Option<String> {
    let mut parts = text.split(',');
    let first = parts.next()?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = parts.collect();
    let good = (1..=3).contains(&first.len()) && digits(first) && !rest.is_empty();
    (good && rest.iter().all(|part| part.len() == 3 && digits(part))).then(|| text.replace(',', ""))
}

/// `F` for column 5.
pub fn letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        match column / 26 {
            0 => break,
            more => column = more - 1,
        }
    }
    letters.iter().rev().collect()
}

/// What is to be kept of a table, asked once its head is known: the form's name and its columns.
pub type Keep<'k> = &'k mut dyn FnMut(&str, Option<&str>, Head<'_>, &mut Faults) -> Option<Kept>;

/// A form's name, and the place of each of its columns.
pub type Kept = (&'static str, Vec<Option<usize>>);

/// The table of a CSV text, if its form is known.
pub fn of_csv(file: &str, text: &str, keep: Keep<'_>, faults: &mut Faults) -> Option<Table> {
    let mut sheet = match Sheet::open(file, text) {
        Ok(sheet) => sheet,
        Err(fault) => {
            faults.push(fault);
            return None;
        }
    };
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.split('.').next().unwrap_or(name);
    let header = sheet.header.clone();
    let (form, columns) = keep(file, None, Head { name, header: &header }, faults)?;
    let mut table = Table { file: file.to_owned(), sheet: None, form, header, columns, rows: Vec::new() };
    while let Some(row) = sheet.next(faults) {
        let cell = |column: &Option<usize>| match column.map(|at| row.text(at)) {
            None | Some("") => Cell::Empty,
            Some(text) => failed(text).map_or_else(|| Cell::Text(text.into()), Cell::Failed),
        };
        let cells: Vec<Cell> = table.columns.iter().map(cell).collect();
        if !add(&mut table, Record { number: row.line, cells }, faults) {
            break;
        }
    }
    Some(table)
}

/// Adds a row unless it is blank; false when there are too many.
pub fn add(table: &mut Table, row: Record, faults: &mut Faults) -> bool {
    if row.cells.iter().all(|cell| *cell == Cell::Empty) {
        return true;
    }
    if (table.rows.len() + 1).saturating_mul(table.columns.len()) > KEPT_MAX {
        let reason = format!("more than {KEPT_MAX} cells");
        let fault = Fault::of(&table.file, reason, "export fewer machines at once");
        faults.push(table.at(fault, row.number));
        return false;
    }
    table.rows.push(row);
    true
}

/// The error of a failed formula, where a text is one.
pub fn failed(text: &str) -> Option<&'static str> {
    const ERRORS: [&str; 8] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DATA!"];
    ERRORS.into_iter().find(|error| text == *error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        assert_eq!(
            [0, 25, 26, 51, 52, 701, 702, 16383].map(letters),
            ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]
        );
    }

    #[test]
    fn only_true_groups_of_thousands_are_read() {
        assert_eq!(grouped("40,901").as_deref(), Some("40901"));
        assert_eq!(grouped("1,234,567").as_deref(), Some("1234567"));
        for text in ["40901", "4,09", "4,0901", ",901", "1234,567", "1,5", "1,23a"] {
            assert_eq!(grouped(text), None, "{text}");
        }
    }
}
