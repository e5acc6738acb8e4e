//! What leaves for a terminal, a log or a pipe: the one place that writes to standard output and standard error.
//!
//! Names are made harmless where messages are made; whatever still gets here commands neither a terminal nor the log of a build.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::files::reason;
use crate::inert;
use crate::report::json;

/// Writes text to stdout; a reader that went away is no error.
///
/// # Errors
/// The exit code for output that could not be written.
pub fn print(text: &str) -> Result<(), u8> {
    print_as_is(&inert::output(text))
}

/// Writes text to stdout that is meant to command the log it goes to, and is a format with rules of its own for names.
///
/// # Errors
/// The exit code for output that could not be written.
pub fn print_as_is(text: &str) -> Result<(), u8> {
    let mut out = anstream::stdout();
    printed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes JSON to stdout as it comes; a reader that went away is no error.
///
/// # Errors
/// The exit code for output that could not be written.
pub fn print_json(document: &impl Serialize) -> Result<(), u8> {
    printed(json::stream(document, BufWriter::new(io::stdout().lock())))
}

/// What came of writing to stdout; a reader that went away is no error.
///
/// # Errors
/// The exit code for output that could not be written.
pub fn printed(written: io::Result<()>) -> Result<(), u8> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            tell(&format!("error: cannot write to standard output: {}", reason(&error)));
            Err(super::NOT_WRITTEN)
        }
        _ => Ok(()),
    }
}

/// Writes a message to stderr; where nobody reads it, nothing can be done.
pub fn tell(message: &str) {
    tell_text(&format!("{message}\n"));
}

/// Writes whole lines to stderr.
pub fn tell_text(text: &str) {
    let _ = anstream::stderr().write_all(inert::output(text).as_bytes());
}
