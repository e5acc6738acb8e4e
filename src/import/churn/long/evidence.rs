//! The first pass over a long table: which series there are, when their rows were written, and how numbers are written; not yet the numbers.

use std::collections::BTreeMap;

use super::Long;
use super::fields::{self, Field, Places};
use super::keys::{self, Keys};
use super::limits::Limits;
use super::metric::{self, BITS_OR_BYTES, Metric};
use super::numbers::Numbers;
use super::series::{Kind, Series};
use crate::import::churn::labels;
use crate::import::churn::layers::Key;
use crate::import::churn::track::Source;
use crate::import::churn::values::{Said, Unit, Values};
use crate::import::dates::Column;
use crate::import::dialect::Testimony;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::sheet::{Row, Sheet};
use crate::import::{ChurnOptions, names::stem};
use crate::series::COLUMNS_MAX;

/// Most names of metrics in a message.
const NAMED_MAX: usize = 6;

/// A table under way.
pub struct Table<'t> {
    pub(super) long: &'t Long,
    pub(super) file: &'t str,
    pub(super) header: &'t [String],
    pub(super) options: &'t ChurnOptions,
    pub(super) limits: Limits,
    pub(super) places: Places,
    /// Columns of times, and of dates beside them.
    pub(super) time: usize,
    pub(super) date: Option<usize>,
    pub(super) numbers: Numbers<'t>,
    pub(super) times: Column,
    pub(super) series: Vec<Series>,
    pub(super) keys: Keys,
    pub(super) named: BTreeMap<(Key, String), usize>,
    /// The first row that names no machine, if others may.
    pub(super) nameless: Option<u64>,
    /// Metrics that are of something else, and how many rows.
    pub(super) others: BTreeMap<String, u64>,
    pub(super) metrics: BTreeMap<String, Option<Metric>>,
}

impl Table<'_> {
    /// All that rows tell before their numbers are read; `None` if it is not known how these are written.
    pub(super) fn evidence(&mut self, sheet: &mut Sheet<'_>, faults: &mut Faults) -> Option<()> {
        let (mut testimony, mut wrong) = (Testimony::new(self.options.decimal), Faults::default());
        let mut rows = sheet.again().map_err(|fault| faults.push(fault)).ok()?;
        let column = u32::try_from(self.numbers.at).unwrap_or(u32::MAX);
        while let Some(row) = rows.next_of_any_width(&mut wrong) {
            if row.width() == self.header.len() {
                let place = || Fault::of(self.file, "", "").line(row.line).column(self.numbers.header);
                testimony.hear(column, false, row.text(self.numbers.at), place);
            }
            match self.take(&row) {
                Ok(()) => {}
                Err(Taken::Wrong(fault)) => wrong.push(fault),
                Err(Taken::End(fault)) => {
                    wrong.push(fault);
                    break;
                }
            }
        }
        self.numbers.dialect = testimony.settle(&testimony.verdict(None), faults, &mut sheet.told)?;
        faults.append(wrong);
        Some(())
    }

    fn take(&mut self, row: &Row<'_>) -> Result<(), Taken> {
        if !self.is_sample(row)? {
            return Ok(());
        }
        let Some(at) = self.series_of(row)? else { return Ok(()) };
        match self.date {
            Some(date) => {
                self.times.push(at, &format!("{} {}", row.text(date), row.text(self.time)), row.line)
            }
            None => self.times.push(at, row.text(self.time), row.line),
        }
        self.series[at].lines.push(row.line.cast_signed());
        Ok(self.series[at].hear(row, &mut self.numbers)?)
    }

    /// Whether a row is a sample: tools repeat their header, and what stands above it; sadf tells when a machine began.
    pub(super) fn is_sample(&self, row: &Row<'_>) -> Result<bool, Fault> {
        if row.text(self.time) == self.header[self.time]
            || row.cell(0).starts_with(b"#")
            || (0..row.width()).any(|at| row.cell(at).starts_with(b"LINUX-RESTART"))
        {
            return Ok(false);
        }
        let (width, wanted) = (row.width(), self.header.len());
        if width == wanted {
            return Ok(true);
        }
        let reason = format!("the row has {width} columns, the header {wanted}");
        Err(Fault::of(self.file, reason, "complete the row, or delete it").line(row.line))
    }

    /// The series of a row, if it was told.
    pub(super) fn known(&mut self, row: &Row<'_>) -> Option<Option<usize>> {
        let of = [Field::Metric, Field::Machine, Field::Disk].map(|field| self.places.of(field));
        self.keys.find(of.into_iter().map(|at| at.map_or(&b""[..], |at| row.cell(at))))
    }

    /// The series of a row; `None` if it measures something else.
    fn series_of(&mut self, row: &Row<'_>) -> Result<Option<usize>, Taken> {
        let end = |table: &Self, reason: String| {
            Taken::End(Fault::of(table.file, reason, "split the file by machines").line(row.line))
        };
        let series = match self.known(row) {
            Some(known) => known,
            None => {
                let series = self.new_series(row);
                if !self.keys.tell(series) {
                    let most = keys::BYTES_MAX >> 20;
                    return Err(end(
                        self,
                        format!("more than {most} MiB of names of machines, disks and metrics"),
                    ));
                }
                series
            }
        };
        if self.series.len() > COLUMNS_MAX {
            return Err(end(self, format!("more than {COLUMNS_MAX} series")));
        }
        if series.is_none() {
            let name = self.places.of(Field::Metric).map(|at| row.text(at)).unwrap_or_default();
            match self.others.get_mut(name) {
                Some(rows) => *rows += 1,
                None => _ = self.others.insert(name.to_owned(), 1),
            }
        }
        Ok(series)
    }

    /// The same of a row that is written unlike those before.
    fn new_series(&mut self, row: &Row<'_>) -> Option<usize> {
        let cell = |field: Field| self.places.of(field).map(|at| row.text(at).to_owned());
        let name = cell(Field::Metric).unwrap_or_default();
        let kb = self.options.kb;
        let metric = match self.metrics.get(&name) {
            Some(known) => known.clone(),
            None if name.is_empty() => None,
            None => self.metrics.entry(name.clone()).or_insert(metric::of(&name, kb)).clone(),
        };
        if metric.is_none() && !name.is_empty() && self.options.values.is_none() && !self.said().2 {
            return None;
        }
        let metric = metric.unwrap_or_default();
        let machine =
            cell(Field::Machine).filter(|machine| !machine.is_empty()).unwrap_or(metric.machine.clone());
        let disk = cell(Field::Disk).filter(|disk| !disk.is_empty()).unwrap_or(metric.disk.clone());
        if machine.is_empty() && self.places.of(Field::Machine).is_some() {
            self.nameless.get_or_insert(row.line);
        }
        let machine = if machine.is_empty() { stem(self.file) } else { labels::bare(&machine).to_owned() };
        let key = ((machine, disk), name);
        if let Some(known) = self.named.get(&key) {
            return Some(*known);
        }
        self.series.push(Series::new(key.0.clone(), self.kind(&metric), &self.options.room));
        self.named.insert(key, self.series.len() - 1);
        Some(self.series.len() - 1)
    }

    fn said(&self) -> (Option<Values>, Said, bool) {
        fields::said(self.long, self.numbers.header, self.options.kb)
    }

    /// What numbers of a metric are: as asked, as the metric says, or the column's header.
    fn kind(&self, metric: &Metric) -> Kind {
        let (options, (values, of_column, _)) = (self.options, self.said());
        // the mean of samples of a bin is not the bytes of that bin
        let mean = ["average", "avg", "mean"].contains(&fields::plain(self.numbers.header).as_str());
        let said = metric.values.filter(|values| !(mean && *values == Values::Bytes)).or(values);
        let (known, may_be_bits) = match of_column {
            Said::Unit(unit, _) => (Some(unit), false),
            Said::Nothing => (metric.unit, false),
            Said::BitsOrBytes => (metric.unit, true),
        };
        let source = match (options.values, known) {
            (Some(_), Some(_)) => Source::Asked,
            (Some(_), None) => Source::AskedWithoutUnit,
            (None, Some(_)) => Source::Header,
            (None, None) => Source::HeaderWithoutUnit,
        };
        let either = metric.either.or(may_be_bits.then_some(BITS_OR_BYTES)).filter(|_| known.is_none());
        let values = options.values.or(said).filter(|_| either.is_none());
        Kind { values, source, unit: known.unwrap_or(Unit::BYTE), either }
    }

    /// No row is of bytes written.
    pub(super) fn nothing(&self, file: &str) -> Fault {
        if self.others.is_empty() {
            return Fault::of(file, "there are no rows below the header", "leave the file out");
        }
        let names: Vec<String> =
            self.others.keys().take(NAMED_MAX).map(|name| format!("`{}`", quote(name))).collect();
        let reason = format!("no metric of bytes written is known; there are {}", names.join(", "));
        Fault::of(file, reason, "export bytes written a second, or that metric alone and say --values rate")
    }
}

/// Why a row was not taken.
enum Taken {
    /// Something is wrong with it.
    Wrong(Fault),
    /// There is no room for more.
    End(Fault),
}

impl From<Fault> for Taken {
    fn from(fault: Fault) -> Taken {
        Taken::Wrong(fault)
    }
}
