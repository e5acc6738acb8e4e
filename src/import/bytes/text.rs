//! From bytes to text: gzip is unpacked, other encodings and formats are told apart.

use std::io::{ErrorKind, Read};

use super::super::fault::Fault;
use super::super::json::is_json;
use super::super::pdh::is_log;
use super::magic::{Accepts, HEAD_BYTES, check};

/// Most bytes of one file, unpacked.
pub const TEXT_BYTES_MAX: u64 = 512 << 20;
/// Longest line, in bytes, which bounds the cells of a row: 65,536 columns of 16 digits.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// Where a text says that it is JSON.
const JSON_BEGIN: usize = 1 << 10;

const CSV: &str = "save it as CSV in UTF-8";

/// The text of a file for a table of measurements, unpacked if it is gzip, without byte-order mark.
///
/// # Errors
/// Unreadable, too large, a cut gzip stream, a workbook, text that cannot be decoded, empty, a line too long.
pub fn text(file: &str, content: impl Read) -> Result<String, Fault> {
    of_bytes(file, unpacked(file, content, TEXT_BYTES_MAX, Accepts::Text)?)
}

/// The same of bytes that are unpacked.
///
/// # Errors
/// As [`text`], from its decoding on.
pub fn of_bytes(file: &str, bytes: Vec<u8>) -> Result<String, Fault> {
    let text = decoded(file, bytes)?;
    // JSON is one line as often as not, and has a limit of its own.
    if is_json(text.get(..JSON_BEGIN).unwrap_or(&text)) {
        return Ok(text);
    }
    match text.split('\n').position(|line| line.len() > LINE_BYTES_MAX) {
        Some(at) => Err(long_line(file, at as u64 + 1)),
        None => Ok(text),
    }
}

/// Nothing is in a file.
pub fn empty(file: &str) -> Fault {
    Fault::of(file, "the file is empty", "export it again")
}

/// A line is too long.
pub fn long_line(file: &str, line: u64) -> Fault {
    let reason = format!("a line is longer than {} MiB", LINE_BYTES_MAX >> 20);
    Fault::of(file, reason, "split the table by machines").line(line)
}

/// A file is too large.
pub fn too_large(file: &str, limit: u64) -> Fault {
    Fault::of(file, format!("more than {} MiB", limit >> 20), "split it by machines or by months")
}

/// Its text is in an encoding that is not known.
pub fn not_utf8(file: &str, line: u64) -> Fault {
    Fault::of(file, "the text is not UTF-8", CSV).line(line)
}

/// A file cannot be read.
pub fn unreadable(file: &str, error: &std::io::Error) -> Fault {
    Fault::of(file, format!("cannot be read: {error}"), "check the file and its rights")
}

/// A file cannot be read further, after so many bytes of its text.
pub fn unfinished(file: &str, error: &std::io::Error, bytes: u64) -> Fault {
    if error.kind() != ErrorKind::UnexpectedEof {
        return unreadable(file, error);
    }
    let reason = format!("the gzip stream ends early, after {bytes} bytes of text");
    Fault::of(file, reason, "copy or download the file again")
}

/// Whether bytes are UTF-16, with its mark or without, where every other byte of Latin letters is nothing.
pub fn is_utf16(bytes: &[u8]) -> bool {
    utf16(bytes).is_some()
}

fn utf16(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match bytes.get(..4) {
        _ if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") => Some(encoding_rs::UTF_16LE),
        Some([a, 0, b, 0]) if *a > 0 && *b > 0 => Some(encoding_rs::UTF_16LE),
        Some([0, a, 0, b]) if *a > 0 && *b > 0 => Some(encoding_rs::UTF_16BE),
        Some(_) | None => None,
    }
}

/// At most `limit` bytes of a file, unpacked if it is gzip.
///
/// # Errors
/// Unreadable, too large, a cut gzip stream, neither text nor what is accepted beside it.
pub fn unpacked(file: &str, content: impl Read, limit: u64, accepts: Accepts) -> Result<Vec<u8>, Fault> {
    let raw = limited(file, content, limit, accepts)?;
    match raw.get(..2) {
        Some([0x1f, 0x8b]) => {
            limited(file, flate2::read::MultiGzDecoder::new(raw.as_slice()), limit, accepts)
        }
        _ => Ok(raw),
    }
}

/// Bytes as text: UTF-8, UTF-16 with its mark (what Windows PowerShell writes), and logs of performance counters in the
/// code page of Western Europe, for the name of their time zone may have an umlaut.
///
/// # Errors
/// Another encoding; nothing in it.
pub fn decoded(file: &str, bytes: Vec<u8>) -> Result<String, Fault> {
    let text = match utf16(&bytes) {
        Some(utf16) => {
            let (text, _, wrong) = utf16.decode(&bytes);
            if wrong {
                return Err(Fault::of(file, "the text is broken UTF-16", "export it again"));
            }
            text.into_owned()
        }
        None => String::from_utf8(bytes).or_else(|error| {
            let (at, bytes) = (error.utf8_error().valid_up_to(), error.into_bytes());
            if is_log(&bytes) {
                return Ok(encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned());
            }
            let line = 1 + bytes[..at].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            Err(not_utf8(file, line))
        })?,
    };
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if text.trim().is_empty() {
        return Err(empty(file));
    }
    Ok(text)
}

fn limited(file: &str, content: impl Read, limit: u64, accepts: Accepts) -> Result<Vec<u8>, Fault> {
    let bytes = up_to(file, content, limit + 1, accepts)?;
    if bytes.len() as u64 > limit { Err(too_large(file, limit)) } else { Ok(bytes) }
}

/// As many bytes, or all; the first ones are looked at before any more are read.
///
/// # Errors
/// Unreadable; cut; neither text nor what is accepted beside it.
pub fn up_to(file: &str, content: impl Read, most: u64, accepts: Accepts) -> Result<Vec<u8>, Fault> {
    let (mut bytes, mut content) = (Vec::new(), content.take(most));
    let head = content.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut bytes);
    check(file, &bytes, accepts)?;
    match head.and_then(|_| content.read_to_end(&mut bytes)) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(unfinished(file, &error, bytes.len() as u64)),
    }
}
