//! Files of measurements read one by one, and the series that they become.

use std::io::Read;

use super::churn::assemble::assemble;
use super::churn::found::Found;
use super::churn::long::json::{self, Json};
use super::churn::quirks;
use super::churn::track::Track;
use super::content::{self, Content, HELD_MAX, Open, Text};
use super::dialect::Told;
use super::fault::{Fault, Faults};
use super::json::is_json;
use super::measured::{self, Reading};
use super::sheet::Sheet;
use super::{BIN_MAX, ChurnOptions, ChurnSource, End, Form, INSTANT_MAX, SOURCES, inventory, text};
use crate::series::Series;
use crate::units::Span;

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
        if is_json(begin) {
            return self.json(name, text, faults);
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

    fn json(&mut self, name: &str, text: Text<'_>, faults: &mut Faults) -> Result<(), Fault> {
        let text = text.whole(name)?;
        if text.len() > json::BYTES_MAX {
            let reason = format!("more than {} MiB of JSON", json::BYTES_MAX >> 20);
            return Err(Fault::of(name, reason, "export it in parts, by machines or by months"));
        }
        let properties = json::properties(name, &text).unwrap_or_default();
        let of = |source: ChurnSource| match source.form {
            Form::Json(json) => Some((source.name, json)),
            Form::Own(..) | Form::Long(_) | Form::Replication => None,
        };
        let has = |json: &Json| json.properties.iter().all(|own| properties.iter().any(|key| key == own));
        let known = || SOURCES.into_iter().filter_map(of).find(|(_, json)| has(json));
        let Some((source, json)) = self.options.source.map_or_else(known, of) else {
            let remedy = "export it as CSV, or as Prometheus' API or `sadf -j` write it; inventories are read by `drsim import inventory`";
            return Err(
                Fault::of(name, "this is JSON, not a table, and of no kind that is known", remedy).line(1)
            );
        };
        if !self.sources.contains(&source) {
            self.sources.push(source);
        }
        self.tracks.extend(json::tracks(json, name, &text, &self.options, faults));
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
        let series = assemble(&mut self.tracks, &self.options)?;
        let mut found = Found::new(&series, &self.tracks, self.sources.join(", "), &self.options);
        found.quirks = quirks::sentences(&found, &self.options);
        found.quirks.extend(Told::of_files(&self.told));
        if self.replication.files > 0 {
            found.quirks.extend(measured::tracks::told(&self.replication, &self.options));
        }
        Ok((series, found))
    }
}
