//! The numbers of a long table, in the units of their cells, of the column of units beside them, or of what is known of their series.

use crate::import::churn::values::{self, Said, Unit};
use crate::import::dialect::Dialect;
use crate::import::fault::{Fault, quote};
use crate::import::number::NotNumber;
use crate::import::sheet::Row;

/// How they are read.
pub struct Numbers<'t> {
    /// Name of the file.
    pub file: &'t str,
    /// Their column and its header.
    pub at: usize,
    /// Its header.
    pub header: &'t str,
    /// The column of units.
    pub beside: Option<usize>,
    /// Bytes in a KB.
    pub kb: u32,
    /// How they are written.
    pub dialect: Dialect,
    /// The unit beside that was read last, which is mostly that of the next row.
    pub last: Option<(String, Said)>,
}

impl Numbers<'_> {
    /// The digits of a row, and what is said of their unit.
    pub fn cell<'r>(&mut self, row: &'r Row<'_>) -> (&'r str, Said) {
        let (digits, said) = values::cell(row.text(self.at), self.kb);
        if said != Said::Nothing {
            return (digits, said);
        }
        let Some(beside) = self.beside.map(|at| row.text(at)).filter(|unit| !unit.is_empty()) else {
            return (digits, said);
        };
        if let Some((_, said)) = self.last.as_ref().filter(|(last, _)| last == beside) {
            return (digits, *said);
        }
        let said = values::unit(beside, self.kb);
        self.last = Some((beside.to_owned(), said));
        (digits, said)
    }

    /// The bytes of a row × 10¹⁸; in this unit, if it does not say another one.
    ///
    /// # Errors
    /// Its unit is of bits or of bytes, or unknown.
    pub fn bytes(&mut self, row: &Row<'_>, known: Unit) -> Result<Result<u128, NotNumber>, Fault> {
        let (digits, said) = self.cell(row);
        let unit = match said {
            Said::Unit(unit, _) => unit,
            Said::Nothing => {
                let beside = self.beside.map_or("", |at| row.text(at));
                // what a metric says of its own unit counts
                if !beside.is_empty() && known == Unit::BYTE {
                    let reason = format!("`{}` is no unit of bytes that is known", quote(beside));
                    let remedy = "write the number in B/s, KB/s or MB/s, or in bytes, with that unit";
                    return Err(self.fault(row, (reason, remedy)));
                }
                known
            }
            Said::BitsOrBytes => return Err(self.bits_or_bytes(row)),
        };
        let number = self.dialect.number(digits);
        Ok(number.and_then(|number| unit.in_bytes(number).ok_or(NotNumber::TooLarge)))
    }

    /// A fault of a row's number.
    pub fn fault(&self, row: &Row<'_>, (reason, remedy): (String, &str)) -> Fault {
        Fault::of(self.file, reason, remedy).line(row.line).column(self.header)
    }

    /// A row's unit may be two.
    pub fn bits_or_bytes(&self, row: &Row<'_>) -> Fault {
        let reason = "its unit may be of bits or of bytes".to_owned();
        self.fault(row, (reason, "write the unit as Mbit/s, or as MB/s"))
    }
}
