//! From bytes to text: gzip is unpacked, other encodings and formats are told apart.

use std::io::{ErrorKind, Read};

use super::fault::Fault;

/// Most bytes of one file, unpacked.
pub const TEXT_BYTES_MAX: u64 = 512 << 20;
/// Longest line, in bytes, which bounds the cells of a row: 65,536 columns of 16 digits.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// The text of a file, unpacked if it is gzip, without byte-order mark.
///
/// # Errors
/// Unreadable, too large, a cut gzip stream, a workbook, not UTF-8, empty.
pub fn text(file: &str, content: impl Read) -> Result<String, Fault> {
    let raw = limited(file, content)?;
    let bytes = match raw.get(..2) {
        Some([0x1f, 0x8b]) => limited(file, flate2::read::MultiGzDecoder::new(raw.as_slice()))?,
        _ => raw,
    };
    let csv = "save it as CSV in UTF-8";
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Fault::of(file, "this is a zip archive or a workbook", csv));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Fault::of(file, "the text is UTF-16", csv));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + good.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        Fault::of(file, "the text is not UTF-8", csv).line(line)
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Fault::of(file, "the file is empty", "export it again"));
    }
    match text.split('\n').position(|line| line.len() > LINE_BYTES_MAX) {
        Some(at) => {
            let reason = format!("a line is longer than {} MiB", LINE_BYTES_MAX >> 20);
            Err(Fault::of(file, reason, "split the table by machines").line(at as u64 + 1))
        }
        None => Ok(text),
    }
}

fn limited(file: &str, content: impl Read) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let read = content.take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes);
    match read {
        Ok(read) if read as u64 > TEXT_BYTES_MAX => Err(Fault::of(
            file,
            format!("more than {} MiB", TEXT_BYTES_MAX >> 20),
            "split it by machines or by months",
        )),
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(Fault::of(
            file,
            format!("the gzip stream ends early, after {} bytes of text", bytes.len()),
            "copy or download the file again",
        )),
        Err(error) => {
            Err(Fault::of(file, format!("cannot be read: {error}"), "check the file and its rights"))
        }
    }
}
