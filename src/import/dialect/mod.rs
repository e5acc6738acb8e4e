//! How a file writes numbers, told by its cells: never by the language of this machine, the delimiter, a name or how large a value is.
//!
//! Eight ways of writing are possible: a decimal point or comma, and thousands grouped by nothing, the other mark, blanks or
//! apostrophes. A cell that a way cannot have written strikes it out, for the whole file. What is left may read every cell alike; else
//! columns that hold whole numbers strike out what would give fractions; else nothing is read before `--decimal` says which.

mod shape;
mod testimony;
mod verdict;

use super::number::{NotNumber, decimal};
pub use shape::{Simple, ambiguous, parts};
pub use testimony::Testimony;
pub use verdict::{Evidence, Told, Verdict};

/// The mark before decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `1.5`
    Point,
    /// `1,5`
    Comma,
}

impl Mark {
    /// As written.
    pub fn char(self) -> char {
        match self {
            Mark::Point => '.',
            Mark::Comma => ',',
        }
    }

    /// The one that it is not.
    pub fn other(self) -> Mark {
        match self {
            Mark::Point => Mark::Comma,
            Mark::Comma => Mark::Point,
        }
    }
}

/// What stands between thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Nothing.
    None,
    /// The mark that is not the decimal one.
    Other,
    /// A blank, also one that does not break or is narrow.
    Blanks,
    /// An apostrophe, as in Switzerland.
    Apostrophes,
}

/// A way of writing numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Before decimals.
    pub decimal: Mark,
    /// Between thousands.
    pub group: Group,
}

/// A number that was read, and what stood behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount<'c> {
    /// In units of 10⁻¹⁸.
    pub value: u128,
    /// Its unit as written, or nothing.
    pub unit: &'c str,
}

impl Dialect {
    /// Digits and a point: what workbooks, JSON and most programs write.
    pub const PLAIN: Dialect = Dialect { decimal: Mark::Point, group: Group::None };

    /// Every way of writing.
    pub const ALL: [Dialect; 8] = {
        const fn with(decimal: Mark, group: Group) -> Dialect {
            Dialect { decimal, group }
        }
        [
            with(Mark::Point, Group::None),
            with(Mark::Point, Group::Other),
            with(Mark::Point, Group::Blanks),
            with(Mark::Point, Group::Apostrophes),
            with(Mark::Comma, Group::None),
            with(Mark::Comma, Group::Other),
            with(Mark::Comma, Group::Blanks),
            with(Mark::Comma, Group::Apostrophes),
        ]
    };

    /// Reads a number with the unit behind it.
    ///
    /// # Errors
    /// No number; one that this way of writing does not write; zeros before its digits; below zero; too large.
    pub fn amount(self, cell: &str) -> Result<Amount<'_>, NotNumber> {
        let is_plain_cell =
            |it: Simple| it.mark.is_none_or(|mark| mark == Mark::Point && self.decimal == mark);
        if Simple::of(cell.as_bytes()).is_some_and(is_plain_cell) {
            return decimal(cell.as_bytes()).map(|value| Amount { value, unit: "" });
        }
        let parts = parts(cell)?;
        let value = if self.decimal == Mark::Point && parts.digits.bytes().all(is_plain) {
            decimal(parts.digits.as_bytes())
        } else {
            self.plain(parts.digits).map_or(Err(NotNumber::Other), |plain| decimal(plain.as_bytes()))
        };
        let padded =
            parts.digits.strip_prefix('0').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        match value {
            Ok(value) if value > 0 && padded => Err(NotNumber::Padded),
            Ok(value) if value > 0 && parts.negative => Err(NotNumber::Negative),
            Ok(value) => Ok(Amount { value, unit: parts.unit }),
            // however far below zero
            Err(NotNumber::TooLarge) if parts.negative => Err(NotNumber::Negative),
            Err(not) => Err(not),
        }
    }

    /// Reads a number without a unit, in units of 10⁻¹⁸.
    ///
    /// # Errors
    /// As [`Dialect::amount`]; a unit behind it.
    pub fn number(self, cell: &str) -> Result<u128, NotNumber> {
        let amount = self.amount(cell)?;
        if amount.unit.is_empty() { Ok(amount.value) } else { Err(NotNumber::Other) }
    }

    /// In words: `decimal comma, points group`.
    pub fn words(self) -> String {
        let decimal = match self.decimal {
            Mark::Point => "decimal point",
            Mark::Comma => "decimal comma",
        };
        match self.group_words() {
            "" => decimal.to_owned(),
            group => format!("{decimal}, {group}"),
        }
    }

    /// What groups thousands, in words; nothing if nothing does.
    pub fn group_words(self) -> &'static str {
        match (self.group, self.decimal) {
            (Group::None, _) => "",
            (Group::Other, Mark::Point) => "commas group",
            (Group::Other, Mark::Comma) => "points group",
            (Group::Blanks, _) => "blanks group",
            (Group::Apostrophes, _) => "apostrophes group",
        }
    }
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'-' | b'+')
}

#[cfg(test)]
mod tests;
