//! A table of text: separator found, header read, rows counted and all as wide as the header.

use std::io::{self, Read};

use super::content::Text;
use super::dialect::Told;
use super::even::{Even, Numbers};
use super::fault::{Fault, Faults, quote};

/// Most rows of one file.
pub const ROWS_MAX: u64 = 100_000_000;
/// Lines that tell what stands between cells, and most bytes that are looked at for it.
const LINES_TRIED: usize = 20;
const BYTES_TRIED: usize = 4 << 20;
/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 16;
/// Most columns named in a message.
const NAMED_MAX: usize = 12;

/// A file as rows of cells.
pub struct Sheet<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// Trimmed cells of the first line.
    pub header: Vec<String>,
    /// What stands between cells.
    pub delimiter: u8,
    /// What is to be told of how it is written.
    pub told: Vec<Told>,
    text: Text<'a>,
    reader: csv::Reader<Lines<'a>>,
    record: csv::ByteRecord,
    rows: u64,
    /// Lines of rows that were made of another text.
    given: Option<(&'a Even, Numbers<'a>)>,
}

/// A text under way, whose lines are counted here because the reader leaves out what it skips.
struct Lines<'a> {
    content: Box<dyn Read + 'a>,
    /// What was read from the place on that is counted.
    ahead: Vec<u8>,
    /// Place of the first byte of that in the text.
    first: u64,
    /// A byte of the text and the line it is on.
    counted: (u64, u64),
}

impl Read for Lines<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let done = usize::try_from(self.counted.0 - self.first).unwrap_or(usize::MAX).min(self.ahead.len());
        self.ahead.drain(..done);
        self.first += done as u64;
        let count = self.content.read(into)?;
        self.ahead.extend_from_slice(&into[..count]);
        Ok(count)
    }
}

impl Lines<'_> {
    /// The line of the record that begins at this byte, or after line ends there.
    fn of(&mut self, byte: u64) -> u64 {
        let (from, line) = self.counted;
        let place = |byte: u64| usize::try_from(byte.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let (from, at) = (place(from).min(self.ahead.len()), place(byte).min(self.ahead.len()));
        let skipped = self.ahead[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let lines: u64 = self.ahead[from..at + skipped].iter().map(|byte| u64::from(*byte == b'\n')).sum();
        self.counted = (self.first + (at + skipped) as u64, line + lines);
        line + lines
    }
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
    pub fn open(file: &'a str, text: impl Into<Text<'a>>) -> Result<Sheet<'a>, Fault> {
        let text = text.into();
        let (begin, is_all) = text.begin();
        let start = preamble(begin);
        let delimiter = start.delimiter.unwrap_or_else(|| delimiter(&begin[start.bytes..], is_all));
        let lines = Lines { content: text.read(), ahead: Vec::new(), first: 0, counted: (0, 1) };
        let mut reader = reader(delimiter).buffer_capacity(BUFFER_BYTES).from_reader(lines);
        let mut record = csv::ByteRecord::new();
        let mut is_read = true;
        for _ in 0..=start.lines {
            is_read = reader.read_byte_record(&mut record).map_err(|error| unread(file, &error))?;
        }
        if !is_read {
            return Err(Fault::of(file, "there is no header", "export it again, with a header"));
        }
        let header = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
        let told = Vec::new();
        Ok(Sheet { file, header, delimiter, told, text, reader, record, rows: 0, given: None })
    }

    /// A sheet of rows that were made of another text, in which they have these lines.
    ///
    /// # Errors
    /// There is no header.
    pub fn of_lines(file: &'a str, text: &'a str, lines: &'a Even) -> Result<Sheet<'a>, Fault> {
        Ok(Sheet { given: Some((lines, lines.iter())), ..Sheet::open(file, text)? })
    }

    /// Its text.
    pub fn text(&self) -> Text<'a> {
        self.text
    }

    /// The same sheet, from the first row below the header.
    ///
    /// # Errors
    /// Its file cannot be read again.
    pub fn again(&self) -> Result<Sheet<'a>, Fault> {
        let given = self.given.as_ref().map(|(lines, _)| (*lines, lines.iter()));
        Ok(Sheet { given, ..Sheet::open(self.file, self.text)? })
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
                faults.push(unread(self.file, &error));
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

    /// Line of the record just read.
    fn line(&mut self) -> u64 {
        if let Some((_, lines)) = &mut self.given {
            return lines.next().unwrap_or(1).unsigned_abs();
        }
        let at = self.record.position().map_or(0, csv::Position::byte);
        self.reader.get_mut().of(at)
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

fn unread(file: &str, error: &csv::Error) -> Fault {
    Fault::of(file, error.to_string(), "export it again")
}

fn reader(delimiter: u8) -> csv::ReaderBuilder {
    let mut reader = csv::ReaderBuilder::new();
    reader.delimiter(delimiter).has_headers(false).flexible(true);
    reader
}

/// Lines before the header, which say something of the file.
#[derive(Clone, Copy, Default)]
struct Preamble {
    lines: usize,
    bytes: usize,
    delimiter: Option<u8>,
}

/// How lines begin that PowerShell and InfluxDB write above the header.
const REMARKS: [&str; 4] = ["#TYPE ", "#group,", "#datatype,", "#default,"];

/// Excel may begin with `sep=;`, other programs with remarks.
fn preamble(text: &str) -> Preamble {
    let skipped = text.len() - text.trim_start_matches(['\r', '\n']).len();
    let line = text[skipped..].lines().next().unwrap_or_default();
    let bytes = skipped + line.len();
    let named = line.trim_matches('"').strip_prefix("sep=").map(str::as_bytes);
    match named {
        Some([delimiter @ (b',' | b';' | b'\t' | b'|')]) => {
            Preamble { lines: 1, bytes, delimiter: Some(*delimiter) }
        }
        _ => {
            let is_remark = |line: &&str| REMARKS.iter().any(|remark| line.starts_with(remark));
            let remarks: Vec<&str> = text[skipped..].split_inclusive('\n').take_while(is_remark).collect();
            let bytes = skipped + remarks.iter().map(|line| line.len()).sum::<usize>();
            match remarks.len() {
                lines if lines > 0 && text.len() > bytes => Preamble { lines, bytes, delimiter: None },
                _ => Preamble::default(),
            }
        }
    }
}

/// The delimiter by which most of the first lines are as wide as the header, and of equals the one that makes most columns.
fn delimiter(text: &str, is_all: bool) -> u8 {
    let whole = is_all && text.len() <= BYTES_TRIED;
    let bytes = &text.as_bytes()[..text.len().min(BYTES_TRIED)];
    let score = |delimiter: u8| {
        let records = reader(delimiter).from_reader(bytes).into_byte_records();
        let mut widths: Vec<usize> =
            records.take(LINES_TRIED).map_while(Result::ok).map(|it| it.len()).collect();
        // the last one may be cut
        if !whole && widths.len() > 1 && widths.len() < LINES_TRIED {
            widths.pop();
        }
        let header = widths.first().copied().unwrap_or(0);
        let same = if header > 1 { widths.iter().filter(|width| **width == header).count() } else { 0 };
        (same, header)
    };
    // the last of equals wins: commas and tabs may stand in the cells between semicolons
    b"|\t,;".iter().copied().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}
