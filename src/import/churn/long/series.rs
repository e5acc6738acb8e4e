//! One series of a long table: what its numbers are, and where its samples stand in time.

use std::rc::Rc;

use super::Long;
use super::numbers::Numbers;
use crate::import::ChurnOptions;
use crate::import::churn::bins::{Bins, Finished};
use crate::import::churn::layers::Key;
use crate::import::churn::rows;
use crate::import::churn::samples::{Again, Sample};
use crate::import::churn::time::axis::{Axis, Manner};
use crate::import::churn::time::clocks::Clock;
use crate::import::churn::time::steps::Place;
use crate::import::churn::track::{Oddities, Source, Track};
use crate::import::churn::trend::Trend;
use crate::import::churn::values::{Said, Unit, Values};
use crate::import::dates::Times;
use crate::import::even::Even;
use crate::import::fault::{FAULTS_MAX, Fault, Faults, quote};
use crate::import::number::NotNumber;
use crate::import::room::Room;
use crate::import::sheet::Row;
use crate::units::{Bytes, Span};

/// What the rows of a metric are.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Rate, bytes or total, if it is known.
    pub values: Option<Values>,
    /// What told it.
    pub source: Source,
    /// In which unit.
    pub unit: Unit,
    /// Both units that they may have.
    pub either: Option<(&'static str, &'static str)>,
}

/// Samples of one machine's disk.
pub struct Series {
    /// Machine and disk.
    pub key: Key,
    /// What its numbers are.
    pub kind: Kind,
    /// Lines of its rows.
    pub lines: Even,
    /// Bins under way.
    pub bins: Bins,
    numbers: Trend,
    /// Samples that are none.
    pub wrong: Vec<Fault>,
    /// Rows whose time another row has.
    duplicates: u64,
}

/// What all series of a table have in common.
pub struct Of<'t> {
    /// The tool.
    pub long: &'t Long,
    /// Name of the file.
    pub file: &'t str,
    /// Header of times.
    pub time: &'t str,
    /// The same of values.
    pub value: &'t str,
    /// Times of all rows.
    pub times: &'t Times,
    /// The clock that wrote them.
    pub clock: &'t Clock,
    /// Step of the longest series, in microseconds.
    pub common: Option<i64>,
    /// What the caller decides.
    pub options: &'t ChurnOptions,
}

impl Series {
    /// Nothing of it was read.
    pub fn new(key: Key, kind: Kind, room: &Room) -> Series {
        let bins = Bins::new((kind.values.unwrap_or(Values::Rate), kind.unit), room);
        let (lines, numbers) = (Even::new(room), Trend::default());
        Series { key, kind, lines, bins, numbers, wrong: Vec::new(), duplicates: 0 }
    }

    /// Lets the unit of a cell say what the numbers are, where nothing else does.
    ///
    /// # Errors
    /// It is of bits or of bytes.
    pub fn hear(&mut self, row: &Row<'_>, numbers: &mut Numbers<'_>) -> Result<(), Fault> {
        if self.kind.values.is_some() {
            return Ok(());
        }
        match numbers.cell(row).1 {
            Said::Unit(_, rate) => {
                self.bins.values = if rate { Values::Rate } else { Values::Bytes };
                self.kind.values = Some(self.bins.values);
                self.kind.source = Source::Header;
                Ok(())
            }
            Said::Nothing => Ok(()),
            Said::BitsOrBytes => Err(numbers.bits_or_bytes(row)),
        }
    }

    /// The bytes of a row × 10¹⁸, if it has some.
    ///
    /// # Errors
    /// It is no number.
    pub fn number(&mut self, row: &Row<'_>, numbers: &mut Numbers<'_>) -> Result<Option<u128>, Fault> {
        let not = match numbers.bytes(row, self.kind.unit)? {
            Ok(number) => return Ok(Some(number)),
            Err(not) => not,
        };
        let fault = || numbers.fault(row, not.explain(row.text(numbers.at)));
        match (self.bins.bad.count(not, row.line), not) {
            (false, _) => return Err(fault()),
            (true, NotNumber::Negative | NotNumber::TooLarge) if self.wrong.len() < FAULTS_MAX => {
                self.wrong.push(fault())
            }
            (true, _) => {}
        }
        Ok(None)
    }

    /// A row has the time of another, with another value.
    fn again(&self, file: &str, line: u64, first: u64) -> Fault {
        let name = quote(&self.key.0);
        let reason = format!("the time of line {first} again for `{name}`, with another value");
        let remedy = "delete one of the two; if they are of two disks, name their column: --columns disk=…";
        Fault::of(file, reason, remedy).line(line)
    }

    /// Adds the next sample in time, unless another has its time.
    pub fn add(
        &mut self,
        (file, axis): (&str, &Axis),
        (sample, place, again): (&Sample, Place, Option<Again>),
        faults: &mut Faults,
    ) {
        if let Some(again) = again {
            self.duplicates += 1;
            if again.differs {
                faults.push(self.again(file, sample.line, again.line));
            }
        } else if let Some(number) = sample.cells.first().copied().flatten() {
            self.numbers.add(number);
            self.bins.add(axis, place, number);
        }
    }

    /// Places the samples in time.
    ///
    /// # Errors
    /// Times that cannot be placed.
    pub fn axis(&self, of: &Of<'_>, own: &Rc<Even>) -> Result<Axis, Fault> {
        let least = of.long.shortest.map(Span::seconds);
        let shortest = least.or(of.common.filter(|_| own.len() < 2).map(|step| Span(step.unsigned_abs())));
        let before = of.long.before || self.kind.values == Some(Values::Total);
        let manner = Manner { before, shortest, exact: true };
        Axis::of(own, of.clock, of.options, manner)
            .map_err(|not| rows::placeless(of.file, of.time, &self.lines, not))
    }

    /// What became of it.
    pub fn track(self, of: &Of<'_>, axis: &Axis, mut oddities: Oddities, faults: &mut Faults) -> Track {
        rows::note(&mut oddities, of.times, of.clock, axis);
        (oddities.rows, oddities.duplicates) = (self.lines.len() as u64, self.duplicates);
        let values = self.bins.values;
        let doubts = self.numbers.doubts(values, self.kind.source);
        let Finished { cells, seconds, totals, good, bad } = self.bins.finish(axis);
        if let Some((reason, remedy)) = doubts.or(totals.doubts(good)).or(axis.doubts(values)) {
            let line = self.lines.get(0).unwrap_or(1).unsigned_abs();
            faults.push(Fault::of(of.file, reason, remedy).line(line).column(of.value));
        }
        rows::judge(bad, good, self.wrong, faults);
        (oddities.bad, oddities.totals) = (bad, totals);
        oddities.values = self.kind.values.map(|values| (values, self.kind.source));
        let total = self.kind.values == Some(Values::Total);
        let reach = axis.reach().map(|(first, last)| {
            if total { (cells.first().map_or(first, |cell| cell.0), last) } else { (first, last) }
        });
        let (machine, disk) = self.key;
        let name = if disk.is_empty() { machine } else { format!("{machine}/{disk}") };
        Track {
            name,
            file: of.file.to_owned(),
            grid: axis.grid,
            reach,
            cells,
            seconds,
            oddities,
            seen_by: None,
        }
    }

    /// Nothing says what numbers are: both readings, at their mean in bytes.
    pub fn undecided(&self, of: &Of<'_>, step: u64, mean: u128) -> Fault {
        let name = quote(&self.key.0);
        if let Some((one, other)) = self.kind.either {
            let reason = format!("the numbers of `{name}` may be {one}, or {other}");
            let remedy = "give a column of units, such as B/s; of Zabbix, write the type into the key: vfs.dev.write[sda,sps] or [sda,bps]";
            return Fault::of(of.file, reason, remedy).line(1).column(of.value);
        }
        let rate = |bytes: u128| format!("{}/s", Bytes(u64::try_from(bytes).unwrap_or(u64::MAX)));
        let reason = format!(
            "nothing says what the numbers of `{name}` are: bytes per second, {} at the mean, or bytes of {}, {} at the mean",
            rate(mean),
            Span::seconds(step),
            rate(mean / u128::from(step.max(1)))
        );
        let remedy = "say --values rate or --values bytes; --values total for a running total; or give a column of units, such as B/s";
        Fault::of(of.file, reason, remedy).line(1).column(of.value)
    }
}
