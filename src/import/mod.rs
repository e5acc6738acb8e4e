//! Real data, read from exports with a report of what was found. No file is opened here: the caller hands readers.
//!
//! Churn is here: a source is one file and one line of [`SOURCES`]; it turns rows into [`Track`]s, bins on a grid of time, and from there on
//! all sources are the same [`Series`]. Machines and hosts are in [`inventory`], wide-area networks in [`wan`], each with its `SOURCES`.
//! Imports `series`, `units` and a limit of `scenario`.

use std::io::Read;

use crate::series::Series;
use crate::units::Span;

mod fault;
mod layout;
mod magic;
mod clock;
mod even;
mod moment;
mod dates;
mod number;
mod dialect;
mod unit;
mod names;
mod text;
mod content;
mod sheet;
mod cell;
mod field;
pub mod table;
mod value;
mod writers;
mod marks;
mod references;
pub mod workbook;
pub mod churn;
pub mod wan;
pub mod inventory;
pub mod measured;

pub use churn::found::Found;
pub use churn::track::{Oddities, Track, natural};
pub use churn::values::Values;
pub use clock::{instant, written};
pub use content::{HELD_MAX, LONG_BYTES_MAX};
pub use dates::Order;
pub use dialect::Mark;
pub use fault::{FAULTS_MAX, Fault, Faults};
pub use sheet::ROWS_MAX;
pub use text::TEXT_BYTES_MAX;

use churn::long::Long;
use content::{Content, Open, Text};
use dialect::Told;
use measured::Reading;
use sheet::Sheet;

/// All sources; the first that recognises a header reads the file.
pub const SOURCES: [ChurnSource; 13] = [
    ChurnSource { name: measured::tracks::NAME, form: Form::Replication },
    churn::counters::SOURCE,
    churn::bitbrains::SOURCE,
    churn::long::iostat::SOURCE,
    ChurnSource { name: "get-counter", form: Form::Long(&churn::long::get_counter::LONG) },
    ChurnSource { name: "sadf", form: Form::Long(&churn::long::sadf::LONG) },
    ChurnSource { name: "zabbix", form: Form::Long(&churn::long::zabbix::LONG) },
    ChurnSource { name: "azure-monitor", form: Form::Long(&churn::long::azure_monitor::LONG) },
    ChurnSource { name: "prometheus", form: Form::Long(&churn::long::prometheus::LONG) },
    ChurnSource { name: "vrops", form: Form::Long(&churn::long::vrops::LONG) },
    ChurnSource { name: "live-optics", form: Form::Long(&churn::long::live_optics::LONG) },
    ChurnSource { name: "table", form: Form::Long(&churn::long::table::LONG) },
    churn::wide::SOURCE,
];
/// Longest bin. The shortest is a second.
pub const BIN_MAX: Span = Span::seconds(86_400);
/// Most minutes between local time and UTC.
pub const BIAS_MAX: i64 = 24 * 60;
/// Furthest instant from 1970 that can be asked for, in microseconds: some 31,700 years.
pub const INSTANT_MAX: u64 = 1_000_000_000_000_000_000;

/// A kind of export.
#[derive(Clone, Copy, Debug)]
pub struct ChurnSource {
    /// Name, as chosen on the command line.
    pub name: &'static str,
    form: Form,
}

/// How a kind of export is laid out.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// In a way of its own: whether a header is of it, and how it is read.
    Own(fn(&[String]) -> bool, fn(&mut Sheet<'_>, &ChurnOptions, &mut Faults) -> Vec<Track>),
    /// A row for each sample.
    Long(&'static Long),
    /// Measured replication, which becomes tracks when all files are read.
    Replication,
}

impl ChurnSource {
    fn is_replication(self) -> bool {
        matches!(self.form, Form::Replication)
    }

    fn recognises(self, header: &[String], options: &ChurnOptions) -> bool {
        match self.form {
            Form::Own(recognises, _) => recognises(header),
            Form::Long(long) => churn::long::recognises(long, header, &options.columns),
            Form::Replication => measured::tracks::recognises(header),
        }
    }

    fn read(self, sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
        match self.form {
            Form::Own(_, read) => read(sheet, options, faults),
            Form::Long(long) => churn::long::read(long, sheet, options, faults),
            Form::Replication => Vec::new(),
        }
    }
}

/// What the caller decides.
#[derive(Clone, Debug)]
pub struct ChurnOptions {
    /// The kind of export; told by its header if not given.
    pub source: Option<ChurnSource>,
    /// Start of the first bin, in microseconds since 1970 UTC; by default the bin of the first sample, bins counted from 1970.
    pub start_us: Option<i64>,
    /// Where the series ends; by default after the last sample.
    pub end: Option<End>,
    /// Length of a bin: whole seconds, at most [`BIN_MAX`]; by default the source's own.
    pub bin: Option<Span>,
    /// Bytes in a KB, which monitoring leaves undefined: 1000 or 1024.
    pub kb: u32,
    /// Zone of local times in files that do not say theirs, and of the local hours in the report, which else are UTC.
    pub zone: Option<jiff::tz::TimeZone>,
    /// Minutes from local time to UTC in files that do not say theirs, when they begin; at most [`BIAS_MAX`] either way.
    pub bias: Option<i64>,
    /// Order of day and month, where a file leaves it open.
    pub dates: Option<Order>,
    /// What the numbers of tables are; by default what their headers say.
    pub values: Option<Values>,
    /// Headers of columns by what they hold: `time`, `machine`, `disk`, `metric`, `value`, `unit`.
    pub columns: Vec<(String, String)>,
    /// The decimal mark of the files; told by their cells if not given.
    pub decimal: Option<Mark>,
}

/// Where a series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// After that many bins.
    Bins(usize),
    /// At this instant, in microseconds since 1970 UTC.
    Before(i64),
}

impl Default for ChurnOptions {
    fn default() -> ChurnOptions {
        ChurnOptions {
            source: None,
            start_us: None,
            end: None,
            bin: None,
            kb: 1000,
            zone: None,
            bias: None,
            dates: None,
            values: None,
            columns: Vec::new(),
            decimal: None,
        }
    }
}

/// An import under way: files go in one by one, in any order.
#[derive(Debug)]
pub struct Import {
    options: ChurnOptions,
    sources: Vec<&'static str>,
    tracks: Vec<Track>,
    replication: Reading,
    /// How the files are written.
    told: Vec<Told>,
    faults: Faults,
    /// Longest text that is held.
    held: u64,
}

impl Import {
    /// An import of nothing yet.
    ///
    /// # Panics
    /// If the bin is not whole seconds from one to [`BIN_MAX`], `kb` neither 1000 nor 1024, or a time beyond [`INSTANT_MAX`].
    pub fn new(options: ChurnOptions) -> Import {
        let whole = |bin: Span| bin.0 > 0 && bin.0.is_multiple_of(1_000_000) && bin <= BIN_MAX;
        assert!(options.bin.is_none_or(whole), "a bin is whole seconds, at most a day");
        assert!(matches!(options.kb, 1000 | 1024), "a KB is 1000 or 1024 bytes");
        let near = |us: i64| us.unsigned_abs() <= INSTANT_MAX;
        let end = match options.end {
            Some(End::Before(us)) => us,
            Some(End::Bins(_)) | None => 0,
        };
        assert!(near(end) && options.start_us.is_none_or(near), "a series lies within the calendar");
        Import {
            options,
            sources: Vec::new(),
            tracks: Vec::new(),
            replication: Reading::default(),
            told: Vec::new(),
            faults: Faults::default(),
            held: HELD_MAX,
        }
    }

    /// The same that holds texts of at most so many bytes, instead of [`HELD_MAX`]; what is longer is read when it is gone through.
    #[must_use]
    pub fn holding(self, bytes: u64) -> Import {
        Import { held: bytes, ..self }
    }

    /// Reads a file that can be read once, plain or gzip; what is wrong with it is kept for [`Import::finish`].
    pub fn file(&mut self, name: &str, content: impl Read) {
        let mut faults = Faults::default();
        let text = text::text(name, content);
        if let Err(fault) = text.and_then(|text| self.text(name, Text::Held(&text), &mut faults)) {
            faults.push(fault);
        }
        self.faults.append(faults);
    }

    /// The same of a file that can be opened again and again: a long one is never held as a whole.
    pub fn reopened(&mut self, name: &str, open: &Open<'_>) {
        let mut faults = Faults::default();
        let read = content::look(name, open, self.held).and_then(|content| match &content {
            Content::Held(text) => self.text(name, Text::Held(text), &mut faults),
            Content::Long(long) => self.text(name, Text::Long(long), &mut faults),
        });
        if let Err(fault) = read {
            faults.push(fault);
        }
        self.faults.append(faults);
    }

    fn text(&mut self, name: &str, text: Text<'_>, faults: &mut Faults) -> Result<(), Fault> {
        let (begin, _) = text.begin();
        let asked = self.options.source.is_some_and(ChurnSource::is_replication);
        if asked || self.options.source.is_none() && measured::tracks::recognises_json(begin) {
            return self.replication(name, text, faults);
        }
        if begin.trim_start().trim_start_matches('[').trim_start().starts_with('{') {
            let remedy = "export it as CSV; inventories are read by `drsim import inventory`";
            return Err(Fault::of(name, "this is JSON, not a table", remedy).line(1));
        }
        let mut sheet = Sheet::open(name, text)?;
        if self.options.source.is_none()
            && let Some(form) = inventory::form_of(&sheet.header)
        {
            let reason = format!("this is a table of machines ({form}), not of what they write");
            return Err(Fault::of(name, reason, "read it with `drsim import inventory`").line(1));
        }
        let known = |source: &&ChurnSource| source.recognises(&sheet.header, &self.options);
        let Some(source) = self.options.source.or_else(|| SOURCES.iter().find(known).copied()) else {
            let reason = format!("no known export has the header {}", sheet.columns());
            return Err(Fault::of(name, reason, "see `drsim import churn --help` for the formats").line(1));
        };
        if source.is_replication() {
            return self.replication(name, text, faults);
        }
        if !self.sources.contains(&source.name) {
            self.sources.push(source.name);
        }
        self.tracks.extend(source.read(&mut sheet, &self.options, faults));
        self.told.append(&mut sheet.told);
        Ok(())
    }

    fn replication(&mut self, name: &str, text: Text<'_>, faults: &mut Faults) -> Result<(), Fault> {
        let text = text.whole(name)?;
        if text.len() as u64 > measured::FILE_BYTES_MAX {
            let reason = format!("more than {} MiB", measured::FILE_BYTES_MAX >> 20);
            return Err(Fault::of(name, reason, "split it by hosts"));
        }
        if let Err(wrong) = self.replication.text(name, &text, self.options.zone.as_ref()) {
            faults.append(wrong);
        }
        Ok(())
    }

    /// The series of all files, columns in natural order of their names, and what was found.
    ///
    /// # Errors
    /// All that was wrong with the files, or that keeps them from being one series.
    pub fn finish(mut self) -> Result<(Series, Found), Faults> {
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        if self.replication.files > 0 {
            self.sources.push(measured::tracks::NAME);
            self.tracks.extend(measured::tracks::tracks(&self.replication, &self.options)?);
        }
        let series = churn::assemble::assemble(&mut self.tracks, &self.options)?;
        let mut found = Found::new(&series, &self.tracks, self.sources.join(", "), &self.options);
        found.quirks = churn::quirks::sentences(&found, &self.options);
        found.quirks.extend(Told::of_files(&self.told));
        if self.replication.files > 0 {
            found.quirks.extend(measured::tracks::told(&self.replication, &self.options));
        }
        Ok((series, found))
    }
}
