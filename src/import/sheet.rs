//! A table of text: separator found, header read, rows counted and all as wide as the header.

use super::fault::{Fault, Faults, quote};

/// Most rows of one file.
pub const ROWS_MAX: u64 = 10_000_000;
/// Most columns named in a message.
const NAMED_MAX: usize = 12;

/// A file as rows of cells.
pub struct Sheet<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// Trimmed cells of the first line.
    pub header: Vec<String>,
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    record: csv::ByteRecord,
    rows: u64,
    /// A byte of the text and the line it is on.
    counted: (usize, u64),
}

/// One line.
pub struct Row<'a> {
    /// Number of the line, from 1.
    pub line: u64,
    record: &'a csv::ByteRecord,
}

impl Row<'_> {
    /// How many cells it has.
    pub fn width(&self) -> usize {
        self.record.len()
    }

    /// The trimmed cell of that column, from 0.
    pub fn cell(&self, column: usize) -> &[u8] {
        self.record.get(column).unwrap_or_default().trim_ascii()
    }

    /// The same as text.
    pub fn text(&self, column: usize) -> &str {
        std::str::from_utf8(self.cell(column)).unwrap_or("\u{fffd}")
    }
}

impl<'a> Sheet<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// There is none.
    pub fn open(file: &'a str, text: &'a str) -> Result<Sheet<'a>, Fault> {
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator(first))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut record = csv::ByteRecord::new();
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            return Err(Fault::of(file, "there is no header", "export it again, with a header"));
        }
        let header = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        Ok(Sheet { file, header, text, reader, record, rows: 0, counted: (0, 1) })
    }

    /// All of its text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The same sheet, from the first row below the header.
    pub fn again(&self) -> Sheet<'a> {
        Sheet::open(self.file, self.text).expect("it was opened before")
    }

    /// The next row as wide as the header; others become faults.
    pub fn next(&mut self, faults: &mut Faults) -> Option<Row<'_>> {
        let line = loop {
            let line = self.advance(faults)?;
            let (width, wanted) = (self.record.len(), self.header.len());
            if width == wanted {
                break line;
            }
            let reason = format!("the row has {width} columns, the header {wanted}");
            faults.push(Fault::of(self.file, reason, "complete the row, or delete it").line(line));
        };
        Some(Row { line, record: &self.record })
    }

    /// The next row, however wide.
    pub fn next_of_any_width(&mut self, faults: &mut Faults) -> Option<Row<'_>> {
        let line = self.advance(faults)?;
        Some(Row { line, record: &self.record })
    }

    /// Reads the next record; the value is its line.
    fn advance(&mut self, faults: &mut Faults) -> Option<u64> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => self.rows += 1,
            Ok(false) => return None,
            Err(error) => {
                faults.push(Fault::of(self.file, error.to_string(), "export it again"));
                return None;
            }
        }
        let line = self.line();
        if self.rows > ROWS_MAX {
            let reason = format!("more than {ROWS_MAX} rows");
            faults.push(Fault::of(self.file, reason, "split the file by months").line(line));
            return None;
        }
        Some(line)
    }

    /// Line of the record just read, counted here because the reader leaves out what it skips.
    fn line(&mut self) -> u64 {
        let (from, line) = self.counted;
        let bytes = self.text.as_bytes();
        let at =
            self.record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(from);
        let skipped = bytes[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let lines: u64 = bytes[from..at + skipped].iter().map(|byte| u64::from(*byte == b'\n')).sum();
        self.counted = (at + skipped, line + lines);
        line + lines
    }

    /// The header for a message.
    pub fn columns(&self) -> String {
        let mut names: Vec<String> =
            self.header.iter().take(NAMED_MAX).map(|name| format!("`{}`", quote(name))).collect();
        if self.header.len() > NAMED_MAX {
            names.push(format!("{} more", self.header.len() - NAMED_MAX));
        }
        names.join(", ")
    }
}

/// The one of `;`, `,` and tab that the header has most of.
fn separator(header: &str) -> u8 {
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    // the last of equals wins: Bitbrains pads its semicolons with tabs
    b"\t,;".iter().copied().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}
