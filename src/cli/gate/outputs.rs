//! The reports that `--out` asks for: formats, files, and that none is half written.
//!
//! To add a format: its line in `FORMATS`.

use std::path::{Path, PathBuf};

use crate::cli::git::Tops;
use crate::cli::output::write_file;
use crate::cli::printer::{print, print_as_is};
use crate::gate::report::GateReport;
use crate::problem::closest;
use crate::report::ci::annotations::{self, Dialect};
use crate::report::ci::{code_quality, junit, markdown, openmetrics, sarif, with_paths};
use crate::report::gate::{json, terminal};
use crate::report::terminal::Screen;

/// A format: its name, the ending that tells it (where one does), its writer, and whether what reads it looks for files from the top of the
/// repository.
type Format = (&'static str, Option<&'static str>, fn(&GateReport) -> String, bool);

const FORMATS: &[Format] = &[
    ("json", Some(".json"), json::write, false),
    ("text", Some(".txt"), text, false),
    ("junit", Some(".xml"), junit::write, true),
    ("markdown", Some(".md"), markdown::write, true),
    ("github", None, |report| annotations::write(report, Dialect::GitHub), true),
    ("azure", None, |report| annotations::write(report, Dialect::Azure), true),
    ("gitlab", None, code_quality::write, true),
    ("openmetrics", Some(".prom"), openmetrics::write, false),
    ("sarif", Some(".sarif"), sarif::of_gate, true),
];

/// A file to write.
pub struct Output {
    path: PathBuf,
    write: fn(&GateReport) -> String,
    is_command: bool,
    is_from_top: bool,
}

impl Output {
    /// Reads `FORMAT=FILE`, or a file whose ending tells the format. `-` is standard output.
    ///
    /// # Errors
    /// The exit code; what is wrong stands on stderr.
    pub fn read(text: &str) -> Result<Output, u8> {
        let (name, path) = text.split_once('=').map_or((None, text), |(name, path)| (Some(name), path));
        let known = |(format, ending, ..): &&Format| match name {
            Some(name) => *format == name,
            None => ending.is_some_and(|ending| path.ends_with(ending)),
        };
        let found = FORMATS.iter().find(known).filter(|_| !path.is_empty());
        let output = |(name, _, write, is_from_top): &Format| {
            let is_command = matches!(*name, "github" | "azure");
            Output { path: path.into(), write: *write, is_command, is_from_top: *is_from_top }
        };
        found.map(output).ok_or_else(|| {
            let names: Vec<&str> = FORMATS.iter().map(|(name, ..)| *name).collect();
            let near = name.and_then(|name| closest(name, names.iter().copied()));
            let hint = match near.filter(|_| !path.is_empty()) {
                Some(near) => format!("did you mean `{near}={path}`?"),
                None => format!("write FORMAT=FILE, where FORMAT is one of: {}", names.join(", ")),
            };
            crate::cli::refusal::usage(&format!("`--out {text}` names no format and file"), &hint)
        })
    }
}

/// Whether standard output is taken by a report, so that nothing else is printed there. `is_json`: the report as JSON is printed too.
///
/// # Errors
/// The exit code where more than one thing is to be printed there: whoever reads it would find neither.
pub fn takes_stdout(outputs: &[Output], is_json: bool) -> Result<bool, u8> {
    let taken = outputs.iter().filter(|output| output.path == Path::new("-")).count();
    if taken + usize::from(is_json) > 1 {
        let what = "more than one report is to be printed on standard output";
        return Err(crate::cli::refusal::usage(what, "give all but one a file: --out FORMAT=FILE"));
    }
    Ok(taken > 0)
}

/// Writes all; the first that cannot be written is told, and the others are written.
pub fn write(outputs: &[Output], report: &GateReport) -> Result<(), u8> {
    let from_top = with_paths(report, &Tops::default().paths());
    let one = |output: &Output| {
        let report = if output.is_from_top { &from_top } else { report };
        if output.path == Path::new("-") {
            // Annotations are commands to the log; their names are made harmless there.
            let put = if output.is_command { print_as_is } else { print };
            return put(&(output.write)(report));
        }
        write_file(&output.path, (output.write)(report).as_bytes())
    };
    let written: Vec<Result<(), u8>> = outputs.iter().map(one).collect();
    written.into_iter().collect()
}

fn text(report: &GateReport) -> String {
    terminal::write(report, Screen { width: 120, colour: false }, "")
}
