//! What leaves for a terminal, a log or a pipe: the one place that writes to standard output and standard error.
//!
//! Names are made harmless where messages are made; whatever still gets here commands neither a terminal nor the log of a build.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::exit::Exit;
use super::files::reason;
use super::refusal::Refusal;
use crate::inert;
use crate::problem::Problems;
use crate::report::json;

/// How much is said beside answers, warnings and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voice {
    /// Nothing.
    Quiet,
    /// Hints, notes and progress.
    Usual,
    /// And what was read and taken for true.
    Verbose,
}

static VOICE: Mutex<Voice> = Mutex::new(Voice::Usual);
/// Details that were told: variants of a scenario share most of them.
static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Speaks so from now on.
pub fn speak(voice: Voice, colour: ColorChoice) {
    *VOICE.lock().unwrap_or_else(PoisonError::into_inner) = voice;
    let colour = match colour {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    colour.write_global();
}

fn voice() -> Voice {
    *VOICE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A hint that an answer ends with; nothing where none is wanted.
pub fn hint(text: String) -> String {
    if voice() == Voice::Quiet { String::new() } else { text }
}

/// Tells what may be good to know, unless less is wanted.
pub fn note(message: &str) {
    if voice() > Voice::Quiet {
        tell(message);
    }
}

/// Tells a detail where details are wanted, each once.
pub fn detail(message: impl FnOnce() -> String) {
    if voice() < Voice::Verbose {
        return;
    }
    let message = message();
    if TOLD.lock().unwrap_or_else(PoisonError::into_inner).insert(message.clone()) {
        tell(&message);
    }
}

/// A bar that shows how far something is; on a terminal only, unless less is wanted.
pub fn progress(length: u64, template: &str, message: String) -> ProgressBar {
    if voice() == Voice::Quiet || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_message(message).with_style(style)
}

/// Writes text to stdout; a reader that went away is no error.
///
/// # Errors
/// It cannot be written.
pub fn print(text: &str) -> Result<(), Refusal> {
    print_as_is(&inert::output(text))
}

/// Writes text to stdout that is meant to command the log it goes to, and is a format with rules of its own for names.
///
/// # Errors
/// It cannot be written.
pub fn print_as_is(text: &str) -> Result<(), Refusal> {
    let mut out = anstream::stdout();
    printed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes a text to stdout to the byte, for a program that goes on with it; on a terminal harmless.
///
/// # Errors
/// It cannot be written.
pub fn print_exactly(text: &str) -> Result<(), Refusal> {
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        drop(out);
        return print(text);
    }
    printed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes JSON to stdout as it comes; a reader that went away is no error.
///
/// # Errors
/// It cannot be written.
pub fn print_json(document: &impl Serialize) -> Result<(), Refusal> {
    printed(json::stream(document, BufWriter::new(io::stdout().lock())))
}

/// What came of writing to stdout; a reader that went away is no error.
///
/// # Errors
/// It cannot be written.
pub fn printed(written: io::Result<()>) -> Result<(), Refusal> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Refusal::NotWritten("to standard output".into(), reason(&error)))
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

/// Tells what went wrong; the exit code.
pub fn refused(refusal: &Refusal) -> Exit {
    tell_text(&refusal.text());
    refusal.exit()
}

/// What could be run but will disappoint: said once, after the answer, which matters more.
pub fn warned(warnings: &Problems) {
    if !warnings.is_empty() {
        tell_text(&format!("\n{}", warnings.render(true)));
    }
}
