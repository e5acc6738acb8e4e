//! What a file is by its first bytes, told before anything more of it is read.

use super::super::fault::Fault;

/// First bytes of a zip archive, and so of a workbook.
pub const ZIP: &[u8] = b"PK\x03\x04";
/// First bytes that are looked at.
pub const HEAD_BYTES: usize = 16;

const UNPACK: &str = "unpack it and name the files in it";
const CSV: &str = "save it as CSV in UTF-8";

/// Files that no import reads: their first bytes, what they are, and what to do.
const STRANGERS: [(&[u8], &str, &str); 15] = [
    (
        b"\xd0\xcf\x11\xe0",
        "an old workbook (.xls), or one with a password",
        "save it as .xlsx without a password",
    ),
    (b"PK\x05\x06", "an empty zip archive", "export it again"),
    (b"PK\x07\x08", "a zip archive in pieces", UNPACK),
    (b"\xfd7zXZ\0", "an archive packed by xz", UNPACK),
    (b"\x28\xb5\x2f\xfd", "an archive packed by zstd", UNPACK),
    (b"BZh9", "an archive packed by bzip2", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"PAR1\x15", "a Parquet file", CSV),
    (b"SQLite format 3\0", "a database", "export its table as CSV in UTF-8"),
    (b"%PDF-", "a PDF document", "export the table as CSV"),
    (b"\x89PNG", "a picture", "export the table as CSV"),
    (b"\xff\xd8\xff", "a picture", "export the table as CSV"),
    (b"\x7fELF", "a program", "name the export"),
    (b"MZ\x90\0", "a program", "name the export"),
];

/// Which files a reader takes beside text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// Text alone, plain or gzip.
    Text,
    /// Workbooks too.
    Workbooks,
}

/// Refuses a file by its first bytes.
///
/// # Errors
/// It is something that is not read, with what to do.
pub fn check(file: &str, head: &[u8], accepts: Accepts) -> Result<(), Fault> {
    if head.starts_with(ZIP) && accepts == Accepts::Text {
        return Err(Fault::of(file, "this is a zip archive or a workbook", CSV));
    }
    match STRANGERS.iter().find(|(first, ..)| head.starts_with(first)) {
        Some((_, what, remedy)) => Err(Fault::of(file, format!("this is {what}"), *remedy)),
        None => Ok(()),
    }
}
