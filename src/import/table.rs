//! A table of an inventory: the columns that its form asks for, from a CSV file or from a sheet of a workbook.
//!
//! Columns are found by what their headers say, in any case and order; the others are not kept. Cells are read on demand, under
//! the dialect that all cells of the file agree on, and a cell that cannot be read is a fault with its place.

use super::cell::Cell;
use super::dialect::{Dialect, Testimony};
use super::fault::{Fault, Faults};
use super::field::{Field, Form, Head, Kept, Kind};
use super::sheet::Sheet;
use super::unit::{self, Unit};

/// Most cells kept of all tables of an import: 100,000 machines with ten disks each, and 40 cells of each disk.
pub const KEPT_MAX: usize = 1 << 25;

/// A table of a form.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file.
    pub file: String,
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// What stands between its cells, in a text.
    pub delimiter: Option<u8>,
    /// Name of its form.
    pub form: &'static str,
    /// All headers.
    pub header: Vec<String>,
    /// Place of each column of the form.
    pub columns: Vec<Option<usize>>,
    /// What each holds.
    pub fields: Vec<Field>,
    /// Unit of each, and whether its header names it.
    pub(super) units: Vec<Option<(Unit, bool)>>,
    /// Bytes in a KB.
    pub(super) kilo: u64,
    /// How its text writes numbers.
    pub dialect: Dialect,
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

impl Table {
    /// The export that it is of: its workbook, or the folder of its file.
    pub fn export(&self) -> &str {
        let folder = || self.file.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
        if self.sheet.is_some() { &self.file } else { folder() }
    }

    /// A table without rows yet; a unit of a header that cannot be used is a fault.
    pub fn new(
        file: &str,
        sheet: Option<&str>,
        header: Vec<String>,
        kept: Kept,
        faults: &mut Faults,
    ) -> Table {
        let Kept { form, columns, fields } = kept;
        let mut table = Table {
            file: file.to_owned(),
            sheet: sheet.map(str::to_owned),
            delimiter: None,
            form: form.name,
            header,
            columns,
            fields,
            units: Vec::new(),
            kilo: form.kilo,
            dialect: Dialect::PLAIN,
            rows: Vec::new(),
        };
        table.twice(form, faults);
        table.units = (0..table.fields.len()).map(|field| table.unit(field, form, faults)).collect();
        table
    }

    /// Two columns of numbers with one header are a fault: nobody knows which is meant.
    fn twice(&self, form: &Form, faults: &mut Faults) {
        let numbers = self
            .fields
            .iter()
            .zip(&self.columns)
            .filter(|(field, _)| !matches!(field.kind, Kind::Text | Kind::Witness));
        for at in numbers.filter_map(|(_, column)| *column) {
            let same = |other: &String| (form.plain)(other) == (form.plain)(&self.header[at]);
            if self.header.iter().skip(at + 1).any(same) {
                let reason = "two columns have this header";
                let fault = Fault::of(&self.file, reason, "delete the column that is not meant");
                faults.push(self.at(fault, 1).column(&self.header[at]));
            }
        }
    }

    fn unit(&self, field: usize, form: &Form, faults: &mut Faults) -> Option<(Unit, bool)> {
        let (measures, otherwise) = self.fields[field].measures()?;
        let header = self.header.get(self.columns[field]?)?;
        match unit::of_header(header, measures, form.kilo) {
            Ok(named) => Some((named.unwrap_or(otherwise), named.is_some())),
            Err((text, not)) => {
                if let Some((_, own)) = form.own.iter().find(|(own, _)| *own == text) {
                    return Some((*own, true));
                }
                let (reason, remedy) = not.explain(&text);
                faults.push(self.at(Fault::of(&self.file, reason, remedy), 1).column(header));
                Some((otherwise, true))
            }
        }
    }

    /// A cell as text; empty where there is none. A failed formula is a fault.
    pub fn text<'r>(&self, row: &'r Record, field: usize, faults: &mut Faults) -> &'r str {
        let cell = &row.cells[field];
        if let Cell::Failed(error) = cell {
            let reason = format!("the cell holds the error {error}");
            faults.push(self.fault(row, field, reason, "mend the formula, or type its value"));
        }
        cell.shown()
    }

    /// Tells how it writes numbers, its columns counted from `first`; the value is how many there are.
    pub fn testify(&self, first: u32, testimony: &mut Testimony) -> u32 {
        let mut column = first;
        for (field, what) in self.fields.iter().enumerate() {
            if what.kind == Kind::Text || self.columns[field].is_none() {
                continue;
            }
            let whole = self.is_whole(field);
            for row in &self.rows {
                if let Cell::Text(text) = &row.cells[field] {
                    testimony.hear(column, whole, text, || self.fault(row, field, "", ""));
                }
            }
            column += 1;
        }
        column
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

/// What is to be kept of a table, asked once its head is known.
pub type Keep<'k> = &'k mut dyn FnMut(&str, Option<&str>, Head<'_>, &mut Faults) -> Option<Kept>;

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
    let kept = keep(file, None, Head { name, header: &header }, faults)?;
    let mut table = Table::new(file, None, header, kept, faults);
    table.delimiter = Some(sheet.delimiter);
    while let Some(row) = sheet.next(faults) {
        let cell = |column: &Option<usize>| column.map_or(Cell::Empty, |at| Cell::of_text(row.text(at)));
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
}
