//! Files of measurements read one by one, and the series that they become.

mod finish;

use std::io::Read;

use super::churn::long::json::{self, Json};
use super::churn::meaning::may_be_measured;
use super::churn::track::Track;
use super::content::{self, Content, HELD_MAX, Open, Text};
use super::dialect::{Mark, Told};
use super::fault::{Fault, Faults, base};
use super::json::is_json;
use super::magic::{Accepts, ZIP};
use super::measured::{self, Clocks, Reading};
use super::pages::{Page, pages};
use super::room::Room;
use super::sheet::Sheet;
use super::text::TEXT_BYTES_MAX;
use super::{BIN_MAX, ChurnOptions, ChurnSource, End, Form, INSTANT_MAX, SOURCES, inventory, text};
use crate::units::Span;

/// Most bytes of a workbook of measurements, as it is packed.
const BOOK_BYTES_MAX: u64 = 64 << 20;

/// Whether a file begins as a workbook does; what cannot be read is told when it is.
fn is_workbook(open: &Open<'_>) -> bool {
    let mut head = Vec::new();
    let read = open().and_then(|content| content.take(ZIP.len() as u64).read_to_end(&mut head));
    read.is_ok() && head == ZIP
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
    /// Files that nobody named, and sheets of workbooks, that are not of measurements.
    left: Vec<String>,
    /// Whether the file under way was named.
    is_named: bool,
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
            left: Vec::new(),
            is_named: true,
        }
    }

    /// The same that holds texts of at most so many bytes, instead of [`HELD_MAX`], and puts by as many; what is longer is read when it
    /// is gone through, and what is more goes to a temporary file.
    #[must_use]
    pub fn holding(mut self, bytes: u64) -> Import {
        self.options.room = Room::of(usize::try_from(bytes).unwrap_or(usize::MAX));
        Import { held: bytes, ..self }
    }

    /// Reads a file that can be read once, plain, gzip or a workbook; what is wrong with it is kept for [`Import::finish`].
    pub fn file(&mut self, name: &str, content: impl Read) {
        let mut faults = Faults::default();
        let read = text::unpacked(name, content, TEXT_BYTES_MAX, Accepts::Workbooks).and_then(|bytes| {
            if bytes.starts_with(ZIP) {
                self.workbook(name, &bytes, &mut faults);
                return Ok(());
            }
            let text = text::of_bytes(name, bytes)?;
            self.text(name, Text::Held(&text), &mut faults)
        });
        faults.note(read);
        self.faults.append(faults);
    }

    /// The same of a file that can be opened again and again: a long one is never held as a whole.
    pub fn reopened(&mut self, name: &str, open: &Open<'_>) {
        if is_workbook(open) {
            let mut faults = Faults::default();
            let content = open().map_err(|error| text::unreadable(name, &error));
            match content
                .and_then(|content| text::up_to(name, content, BOOK_BYTES_MAX + 1, Accepts::Workbooks))
            {
                Ok(bytes) if bytes.len() as u64 > BOOK_BYTES_MAX => {
                    let reason = format!("a workbook of more than {} MiB", BOOK_BYTES_MAX >> 20);
                    faults.push(Fault::of(name, reason, "save its sheet of measurements as CSV"));
                }
                Ok(bytes) => self.workbook(name, &bytes, &mut faults),
                Err(fault) => faults.push(fault),
            }
            return self.faults.append(faults);
        }
        let mut faults = Faults::default();
        let read = content::look(name, open, self.held).and_then(|content| match &content {
            Content::Held(text) => self.text(name, Text::Held(text), &mut faults),
            Content::Long(long) => self.text(name, Text::Long(long), &mut faults),
        });
        faults.note(read);
        self.faults.append(faults);
    }

    /// The same of a file that nobody named: it is left out, and told, unless a tool is told by it.
    pub fn if_known(&mut self, name: &str, open: &Open<'_>) {
        self.is_named = false;
        self.reopened(name, open);
        self.is_named = true;
    }

    /// Reads the sheets that are of a tool; a workbook that has none of these is a table of its first sheet.
    fn workbook(&mut self, name: &str, bytes: &[u8], faults: &mut Faults) {
        let pages = pages(name, bytes, faults);
        // its numbers are numbers already
        let decimal = self.options.decimal.replace(Mark::Point);
        let is_of_a_tool = |page: &&Page| {
            let header = Sheet::of_lines(&page.name, &page.text, &page.lines).map(|sheet| sheet.header);
            let mut own = SOURCES.iter().filter(|source| source.is_of_a_tool());
            header.is_ok_and(|header| {
                inventory::form_of(&header).is_none()
                    && own.any(|source| source.recognises(&header, &self.options))
            })
        };
        let mut chosen: Vec<&Page> = pages.iter().filter(is_of_a_tool).collect();
        if chosen.is_empty() {
            chosen.extend(pages.first());
        }
        if pages.is_empty() && faults.is_empty() {
            faults.push(Fault::of(name, "no sheet has rows below its first", "export it again, with data"));
        }
        let is_read = |page: &Page| chosen.iter().any(|other| other.name == page.name);
        self.left.extend(pages.iter().filter(|page| !is_read(page)).map(|page| base(&page.name)));
        for page in chosen {
            let sheet = Sheet::of_lines(&page.name, &page.text, &page.lines);
            let read = sheet.and_then(|sheet| self.sheet(sheet, Text::Held(&page.text), faults));
            faults.note(read);
        }
        self.options.decimal = decimal;
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
        self.sheet(Sheet::open(name, text)?, text, faults)
    }

    fn sheet(&mut self, mut sheet: Sheet<'_>, text: Text<'_>, faults: &mut Faults) -> Result<(), Fault> {
        let name = sheet.file;
        if self.options.source.is_none()
            && self.is_named
            && let Some(form) = inventory::form_of(&sheet.header)
        {
            let reason = format!("this is a table of machines ({form}), not of what they write");
            return Err(Fault::of(name, reason, "read it with `drsim import inventory`").line(1));
        }
        let may_be = |source: &&ChurnSource| self.is_named || source.is_of_a_tool();
        let known = |source: &&ChurnSource| may_be(source) && source.recognises(&sheet.header, &self.options);
        let Some(source) = self.options.source.or_else(|| SOURCES.iter().find(known).copied()) else {
            if !self.is_named && !may_be_measured(&sheet) {
                self.left.push(base(name));
                return Ok(());
            }
            let reason = format!("no known export has the header {}", sheet.columns());
            let remedy = if self.is_named {
                "see `drsim import churn --help` for the formats"
            } else {
                "name the file beside its folder if it is a table of measurements, else move it elsewhere"
            };
            return Err(Fault::of(name, reason, remedy).line(1));
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
        let properties = match json::properties(name, &text) {
            Err(fault) if self.is_named => return Err(fault),
            properties => properties.unwrap_or_default(),
        };
        let of = |source: ChurnSource| match source.form {
            Form::Json(json) => Some((source.name, json)),
            Form::Own(..) | Form::Long(_) | Form::Replication => None,
        };
        let is_of = |(_, json): &(&str, &Json)| json.recognises(&properties, &text);
        let known = || SOURCES.into_iter().filter_map(of).find(is_of);
        let Some((source, json)) = self.options.source.map_or_else(known, of) else {
            if !self.is_named {
                self.left.push(base(name));
                return Ok(());
            }
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
        let clocks = Clocks { zone: self.options.zone.as_ref(), dates: self.options.dates };
        if let Err(wrong) = self.replication.text(name, &text, clocks) {
            faults.append(wrong);
        }
        Ok(())
    }
}
