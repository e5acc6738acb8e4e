//! What is wrong with a file that was to be imported: where, why and what to do. Faults are collected, never thrown one by one.

use std::fmt;

/// Most faults of one file that are told; the rest is counted.
pub const FAULTS_MAX: usize = 20;
/// Longest piece of a file repeated in a message, in characters.
const QUOTE_MAX: usize = 40;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name of the file.
    pub file: String,
    /// Its line, from 1.
    pub line: Option<u64>,
    /// Its cell, in a workbook: `vInfo!F12`; or the sheet alone.
    pub cell: Option<Box<str>>,
    /// Header of the column.
    pub column: Option<Box<str>>,
    /// What is wrong.
    pub reason: String,
    /// How to put it right.
    pub remedy: String,
}

/// All that is wrong, in the order of files and lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Faults {
    /// The first faults of each file.
    pub list: Vec<Fault>,
    /// How many more there are.
    pub more: usize,
}

impl Fault {
    /// A fault of a whole file.
    pub fn of(file: &str, reason: impl Into<String>, remedy: impl Into<String>) -> Fault {
        Fault {
            file: file.into(),
            line: None,
            cell: None,
            column: None,
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }

    /// On this line.
    #[must_use]
    pub fn line(mut self, line: u64) -> Fault {
        self.line = Some(line);
        self
    }

    /// In this cell of a workbook, or on this sheet.
    #[must_use]
    pub fn cell(mut self, cell: impl Into<Box<str>>) -> Fault {
        self.cell = Some(cell.into());
        self
    }

    /// In this column.
    #[must_use]
    pub fn column(mut self, column: &str) -> Fault {
        self.column = Some(quote(column).into());
        self
    }
}

impl Faults {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Keeps or counts a fault.
    pub fn push(&mut self, fault: Fault) {
        if self.list.len() < FAULTS_MAX { self.list.push(fault) } else { self.more += 1 }
    }

    /// Keeps the fault of what went wrong.
    pub fn note(&mut self, read: Result<(), Fault>) {
        if let Err(fault) = read {
            self.push(fault);
        }
    }

    /// Adds the faults of another file.
    pub fn append(&mut self, other: Faults) {
        self.list.extend(other.list);
        self.more += other.more;
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Faults {
        Faults { list: vec![fault], more: 0 }
    }
}

/// `25.csv:7: Disk write throughput [KB/s]: reason` and, below it, the remedy.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        if let Some(cell) = &self.cell {
            write!(f, " {cell}:")?;
        }
        if let Some(column) = &self.column {
            write!(f, " {column}:")?;
        }
        write!(f, " {}\n  help: {}", self.reason, self.remedy)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.list.iter().enumerate() {
            write!(f, "{}{fault}", if index == 0 { "" } else { "\n" })?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\n… and {more} more"),
        }
    }
}

/// A file's name without its folders, fit for a message.
pub fn base(file: &str) -> String {
    quote(file.rsplit(['/', '\\']).next().unwrap_or(file))
}

/// A piece of a file, fit for a message: one line, not too long.
pub fn quote(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTE_MAX).flat_map(char::escape_debug).collect();
    if text.chars().nth(QUOTE_MAX).is_some() {
        short.push('…');
    }
    short
}
