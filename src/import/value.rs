//! Values of a table's cells: numbers as its file writes them, in the unit of the cell or of its header.

use super::cell::{Cell, truth};
use super::dialect::Amount;
use super::fault::{Faults, quote};
use super::number::{NotNumber, SCALE, decimal};
use super::table::{Record, Table};
use super::unit::{self, MIB, NotUnit, Unit};

impl Table {
    /// A cell that says yes or no; no where it is empty.
    pub fn flag(&self, row: &Record, field: usize, faults: &mut Faults) -> bool {
        let text = self.text(row, field, faults);
        let truth = truth(text);
        if truth.is_none() && !text.is_empty() {
            let reason = format!("`{}` is neither true nor false", quote(text));
            faults.push(self.fault(row, field, reason, "write True or False"));
        }
        truth.unwrap_or(false)
    }

    /// A cell as a whole number, `None` where it is empty. `40901.0` is one too.
    pub fn whole(&self, row: &Record, field: usize, faults: &mut Faults) -> Option<u64> {
        let amount = self.amount(row, field, faults)?;
        if !amount.unit.is_empty() {
            self.refuse(row, field, NotNumber::Other, faults);
            return None;
        }
        self.integer(row, field, amount.value, faults)
    }

    /// A cell of sizes in bytes, or of rates in bytes a second, rounded down; `None` where it is empty.
    pub fn bytes(&self, row: &Record, field: usize, faults: &mut Faults) -> Option<u64> {
        let (amount, (unit, named)) = (self.amount(row, field, faults)?, self.units[field]?);
        let unit = self.unit_of(row, field, (amount.unit, unit, named), faults)?;
        if self.is_whole(field) {
            self.integer(row, field, amount.value, faults)?;
        }
        let bytes = unit.bytes(amount.value);
        if bytes.is_none() {
            self.refuse(row, field, NotNumber::TooLarge, faults);
        }
        bytes
    }

    /// Whether a column holds whole numbers only.
    pub(super) fn is_whole(&self, field: usize) -> bool {
        self.fields[field].whole && self.units[field].is_none_or(|(unit, _)| unit.bits <= MIB.bits)
    }

    /// The number of a cell, and the unit behind it.
    fn amount<'r>(&self, row: &'r Record, field: usize, faults: &mut Faults) -> Option<Amount<'r>> {
        let amount = match &row.cells[field] {
            Cell::Empty => return None,
            Cell::Failed(_) => {
                self.text(row, field, faults);
                return None;
            }
            Cell::Date(text) => {
                let reason = format!("the cell is a date or a time, `{}`, not a number", quote(text));
                faults.push(self.fault(
                    row,
                    field,
                    reason,
                    "format the column as numbers, and look at its values",
                ));
                return None;
            }
            Cell::Number(text) => decimal(text.as_bytes()).map(|value| Amount { value, unit: "" }),
            Cell::Text(text) => self.dialect.amount(text),
        };
        match amount {
            Ok(amount) => Some(amount),
            // they were counted when the dialect was told
            Err(NotNumber::Empty | NotNumber::Nothing) => None,
            Err(not) => {
                self.refuse(row, field, not, faults);
                None
            }
        }
    }

    fn integer(&self, row: &Record, field: usize, value: u128, faults: &mut Faults) -> Option<u64> {
        if !value.is_multiple_of(SCALE) {
            let reason = format!("`{}` is not a whole number", quote(row.cells[field].shown()));
            faults.push(self.fault(row, field, reason, "write a whole number"));
            return None;
        }
        u64::try_from(value / SCALE).ok()
    }

    /// The unit of a cell: its own, which may not differ from the one that its header names.
    fn unit_of(
        &self,
        row: &Record,
        field: usize,
        (text, of_column, named): (&str, Unit, bool),
        faults: &mut Faults,
    ) -> Option<Unit> {
        let (measures, _) = self.fields[field].measures()?;
        if text.is_empty() {
            return Some(of_column);
        }
        let (reason, remedy) = match unit::unit(text, measures, self.kilo) {
            Ok(unit) if !named || unit.bits == of_column.bits => return Some(unit),
            Ok(_) => {
                let shown = quote(row.cells[field].shown());
                let remedy = "write the number in the unit of the header, without a unit";
                (format!("`{shown}` has another unit than its header"), remedy.to_owned())
            }
            Err(NotUnit::Unknown) => {
                self.refuse(row, field, NotNumber::Other, faults);
                return None;
            }
            Err(not) => not.explain(text),
        };
        faults.push(self.fault(row, field, reason, remedy));
        None
    }

    fn refuse(&self, row: &Record, field: usize, not: NotNumber, faults: &mut Faults) {
        let (reason, remedy) = not.explain(row.cells[field].shown());
        let remedy = if not == NotNumber::Negative { "give a value of zero or more" } else { remedy };
        faults.push(self.fault(row, field, reason, remedy));
    }
}
