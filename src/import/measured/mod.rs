//! Measured replication: what `Measure-VMReplication` said of each machine over an interval, as JSON or CSV; logs of the counters
//! `Hyper-V Replica VM(*)`; or what a run of drsim itself says in its result.
//!
//! A record is a set of named cells, whatever it was written in. From there on all are the same: `record` knows which names mean what, and
//! makes a [`Measurement`] of it. A source is one line of `SOURCES`; the first that recognises a text reads it.

use std::collections::BTreeSet;
use std::io::Read;

use super::dates::Order;
use super::fault::{Fault, Faults, quote};
use super::layout::{count, some_of};
use super::magic::Accepts;
use super::text;
use crate::mirror::Measurement;

mod cell;
mod time;
mod record;
mod json;
mod table;
mod counters;
pub(super) mod tracks;

/// Most bytes of a file, unpacked.
pub const FILE_BYTES_MAX: u64 = 64 << 20;
/// Most measurements of all files.
pub const MEASUREMENTS_MAX: usize = 1_000_000;
/// Most columns named that are not used.
const NAMED_MAX: usize = 6;

/// A kind of file: its name, whether a text is one, and who reads it.
type MeasuredSource = (&'static str, fn(&str) -> bool, fn(&mut Reader<'_>, &str));

/// All sources.
const SOURCES: [MeasuredSource; 3] = [
    ("JSON", json::recognises, json::read),
    ("log of counters", counters::recognises, counters::read),
    ("CSV", |_| true, table::read),
];

/// What was read of all files.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// In the order of the files.
    pub measurements: Vec<Measurement>,
    /// Records of replicas and of relationships that are extended: the primary's own are used.
    pub other_side: u64,
    /// Records of machines that never replicated.
    pub empty: u64,
    /// Cells of logs without a number.
    pub gaps: u64,
    /// Names of columns that mean nothing here.
    pub unused: BTreeSet<String>,
    /// Files.
    pub files: u64,
    /// There were more measurements than are read.
    is_full: bool,
}

/// How the times of files are read that do not tell it themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clocks<'z> {
    /// Zone of times without an offset.
    pub zone: Option<&'z jiff::tz::TimeZone>,
    /// Order of day and month, where the times of a table leave it open.
    pub dates: Option<Order>,
}

impl<'z> From<Option<&'z jiff::tz::TimeZone>> for Clocks<'z> {
    fn from(zone: Option<&'z jiff::tz::TimeZone>) -> Clocks<'z> {
        Clocks { zone, dates: None }
    }
}

/// A file that is being read.
struct Reader<'r> {
    file: &'r str,
    clocks: Clocks<'r>,
    reading: &'r mut Reading,
    faults: &'r mut Faults,
}

impl Reading {
    /// Reads a file more, plain or gzip.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn file<'z>(
        &mut self,
        name: &str,
        content: impl Read,
        clocks: impl Into<Clocks<'z>>,
    ) -> Result<(), Faults> {
        let bytes = text::unpacked(name, content, FILE_BYTES_MAX, Accepts::Text)?;
        let text = text::decoded(name, bytes)?;
        self.text(name, &text, clocks.into())
    }

    /// Reads the text of a file more.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn text(&mut self, name: &str, text: &str, clocks: Clocks<'_>) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let before = self.measurements.len();
        let mut reader = Reader { file: name, clocks, reading: self, faults: &mut faults };
        let source = SOURCES.iter().find(|(_, recognises, _)| recognises(text));
        let (kind, _, read) = source.expect("the last takes everything");
        read(&mut reader, text);
        self.files += 1;
        let is_new = self.measurements.len() > before || self.other_side + self.empty > 0;
        if faults.is_empty() && !is_new {
            let reason = format!("there is no measurement of replication in this {kind}");
            let remedy = "`drsim compare --help` has the command that exports them";
            faults.push(Fault::of(name, reason, remedy));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// What was read, in sentences.
    pub fn told(&self) -> Vec<String> {
        let files = if self.files == 1 { "a file".to_owned() } else { format!("{} files", self.files) };
        let mut says = vec![format!(
            "{} in {files}.",
            count(self.measurements.len() as u64, "measurement", "measurements")
        )];
        if self.other_side > 0 {
            let records = count(self.other_side, "record is", "records are");
            says.push(format!(
                "{records} of a replica itself or of an extended relationship, and left out: cycles are measured at the source."
            ));
        }
        if self.empty > 0 {
            let records = count(self.empty, "record is of a machine", "records are of machines");
            says.push(format!("{records} that did not replicate in the interval."));
        }
        if self.gaps > 0 {
            let cells = count(self.gaps, "cell of a log holds", "cells of logs hold");
            says.push(format!("{cells} no number, or a negative one; that tells nothing."));
        }
        if !self.unused.is_empty() {
            let names: Vec<String> = self.unused.iter().map(|it| quote(it)).collect();
            says.push(format!("Not used: {}.", some_of(&names, NAMED_MAX)));
        }
        says
    }
}

impl Reader<'_> {
    /// Keeps a record, or says what is wrong with it; whether there is room for more.
    fn take(&mut self, record: &record::Record<'_>, place: record::Place) -> bool {
        match record.measurement(self.clocks, &mut self.reading.unused) {
            Ok(record::Kept::Measured(it)) => return self.keep(*it),
            Ok(record::Kept::OtherSide) => self.reading.other_side += 1,
            Ok(record::Kept::Empty) => self.reading.empty += 1,
            Err(wrong) => self.faults.push(wrong.at(self.file, place)),
        }
        true
    }

    /// Keeps a measurement, if there is room; whether there was.
    fn keep(&mut self, measurement: Measurement) -> bool {
        if self.reading.measurements.len() < MEASUREMENTS_MAX {
            self.reading.measurements.push(measurement);
            return true;
        }
        if !self.reading.is_full {
            self.reading.is_full = true;
            let reason = format!("more than {MEASUREMENTS_MAX} measurements");
            self.faults.push(Fault::of(self.file, reason, "measure fewer machines, or less often"));
        }
        false
    }
}
