//! A scenario's results as JSON without ever having all of them: rows of outages are made into text on the threads that ran them, and
//! wait, past a few megabytes in a file without a name, for what comes before them. Imports the run.

use std::io::{self, Seek, Write};
use std::ops::ControlFlow;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};
use tempfile::SpooledTempFile;

use super::{Document, Inert, Run, Short, Variant, stream};
use crate::assess::{self, AuditFailed, Baseline, Collect, Consumer, Options, OutageRun, StartsKept};
use crate::report::Beside;
use crate::scenario::Scenario;

/// Bytes that wait in memory; more go to a file.
const IN_MEMORY: usize = 4_000_000;

/// How a row of an outage is set off from the one before it.
const BEFORE_ROW: &str = "\n        ";

/// Where the outages go in a document without any: no other line begins like it.
const NONE: &str = "\n      \"outages\": []";

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// An error in drsim.
    #[error(transparent)]
    Audit(#[from] AuditFailed),
    /// It could not be written, or kept until then.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// Runs a scenario and writes its results, as those of a command and a variant: the same bytes as [`super::write()`], in memory that does not grow with outages.
///
/// # Errors
/// If bytes were lost or made, which is an internal error, or those of `to` and of the temporary file.
pub fn run(
    scenario: &Scenario,
    (command, variant): (&str, &Variant),
    options: &Options<'_>,
    mut to: impl Write,
) -> Result<(), Failed> {
    let which: Vec<_> = scenario.outages.ids().collect();
    let rows = SpooledTempFile::new(IN_MEMORY);
    let mut direct = Direct { collect: Collect::new(scenario), rows, written: Ok(()) };
    assess::stream((scenario, &which), options, StartsKept::default(), &mut direct)?;
    direct.written?;
    let (results, charts) = direct.collect.finish();
    let mut text = Vec::new();
    let drawn = Some((&charts, &Beside::default()));
    stream(&Document { command, runs: &[Run { variant, results: &results, drawn }] }, &mut text)?;
    let text = String::from_utf8(text).expect("JSON is text");
    let (before, after) = text.split_once(NONE).expect("results have outages");
    to.write_all(before.as_bytes())?;
    direct.rows.rewind()?;
    if which.is_empty() {
        to.write_all(NONE.as_bytes())?;
    } else {
        to.write_all(NONE.trim_end_matches(']').as_bytes())?;
        io::copy(&mut direct.rows, &mut to)?;
        to.write_all(b"\n      ]")?;
    }
    to.write_all(after.as_bytes())?;
    Ok(to.flush()?)
}

struct Direct<'a> {
    collect: Collect<'a>,
    /// The rows so far, as they stand in the document.
    rows: SpooledTempFile,
    written: io::Result<()>,
}

impl Consumer for Direct<'_> {
    type Kept = (OutageRun, Vec<u8>);

    fn baseline(&mut self, baseline: &mut Baseline) -> ControlFlow<()> {
        self.collect.baseline(baseline);
        ControlFlow::Continue(())
    }

    fn keep(run: OutageRun) -> Self::Kept {
        let mut text = Vec::new();
        let mut formatter = PrettyFormatter::new();
        for _ in 0..4 {
            // As deep as a row stands in the document.
            formatter.begin_array(&mut io::sink()).expect("nothing is written");
        }
        let mut serializer = serde_json::Serializer::with_formatter(Inert(&mut text), formatter);
        Short(&run.row).serialize(&mut serializer).expect("rows are plain data with text keys");
        (run, text)
    }

    fn outage(&mut self, (run, text): Self::Kept) -> ControlFlow<()> {
        let comma = if self.collect.outages() == 0 { "" } else { "," };
        self.collect.outage(run);
        let parts = [comma.as_bytes(), BEFORE_ROW.as_bytes(), &text];
        self.written = parts.into_iter().try_for_each(|part| self.rows.write_all(part));
        if self.written.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
