//! The formats of a gate's report.
//!
//! To add a format: its line in `FORMATS`, and its name in `form.rs`.

use crate::cli::documents::Format;
use crate::cli::git::Tops;
use crate::gate::report::GateReport;
use crate::report::ci::annotations::{self, Dialect};
use crate::report::ci::{code_quality, junit, markdown, openmetrics, sarif, with_paths};
use crate::report::gate::{json, terminal};
use crate::report::terminal::Screen;

/// A report with paths as they were given, and with those from the top of the repository, where builds look for files.
pub struct Written {
    /// As given.
    pub report: GateReport,
    from_top: GateReport,
}

impl Written {
    /// Of this report.
    pub fn of(report: GateReport) -> Written {
        Written { from_top: with_paths(&report, &Tops::default().paths()), report }
    }
}

type Writer = fn(&Written) -> String;

const fn format(name: &'static str, ending: Option<&'static str>, write: Writer) -> Format<Written> {
    Format { name, ending, write, is_command: false }
}

const fn command(name: &'static str, write: Writer) -> Format<Written> {
    Format { name, ending: None, write, is_command: true }
}

/// All of them.
pub static FORMATS: [Format<Written>; 9] = [
    format("json", Some(".json"), |it| json::write(&it.report)),
    format("text", Some(".txt"), |it| terminal::write(&it.report, Screen { width: 120, colour: false }, "")),
    format("junit", Some(".xml"), |it| junit::write(&it.from_top)),
    format("markdown", Some(".md"), |it| markdown::write(&it.from_top)),
    command("github", |it| annotations::write(&it.from_top, Dialect::GitHub)),
    command("azure", |it| annotations::write(&it.from_top, Dialect::Azure)),
    format("gitlab", None, |it| code_quality::write(&it.from_top)),
    format("openmetrics", Some(".prom"), |it| openmetrics::write(&it.report)),
    format("sarif", Some(".sarif"), |it| sarif::of_gate(&it.from_top)),
];
