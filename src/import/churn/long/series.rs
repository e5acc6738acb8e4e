//! One series of a long table: what its numbers are, and where its samples stand in time.

use std::collections::BTreeMap;

use super::Long;
use super::layers::Key;
use crate::import::ChurnOptions;
use crate::import::churn::axis::{Axis, Manner};
use crate::import::churn::bins::Bins;
use crate::import::churn::clocks::Clock;
use crate::import::churn::rows;
use crate::import::churn::track::{Oddities, Source, Track};
use crate::import::churn::values::{self, Said, Unit, Values};
use crate::import::dates::Times;
use crate::import::dialect::Dialect;
use crate::import::fault::{FAULTS_MAX, Fault, Faults, quote};
use crate::import::number::{NotNumber, SCALE};
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
    /// Rows, and bytes × 10¹⁸ of those that have a value.
    pub samples: Vec<(usize, Option<u128>)>,
    /// Bins under way.
    pub bins: Bins,
    /// Samples that are none.
    pub wrong: Vec<Fault>,
}

/// What all series of a table have in common.
pub struct Of<'t> {
    /// The tool.
    pub long: &'t Long,
    /// Name of the file.
    pub file: &'t str,
    /// Headers of times and values.
    pub time: &'t str,
    /// The same of values.
    pub value: &'t str,
    /// Times of all rows.
    pub times: &'t Times,
    /// Lines of all rows.
    pub lines: &'t [u64],
    /// The clock that wrote them.
    pub clock: &'t Clock,
    /// Step of the longest series, in microseconds.
    pub common: Option<i64>,
    /// What the caller decides.
    pub options: &'t ChurnOptions,
}

impl Series {
    /// The bytes of a row, in its cell's unit or that of its column of units.
    ///
    /// # Errors
    /// It is no number.
    pub fn number(
        &mut self,
        row: &Row<'_>,
        (at, header): (usize, &str),
        beside: Option<usize>,
        file: &str,
        (kb, dialect): (u32, Dialect),
    ) -> Result<Option<u128>, Fault> {
        let beside = beside.map(|at| row.text(at)).filter(|unit| !unit.is_empty());
        let (digits, said) = values::cell(row.text(at), kb);
        let said = match (&said, &beside) {
            (Said::Nothing, Some(unit)) => values::unit(unit, kb),
            (Said::Nothing | Said::Unit(..) | Said::BitsOrBytes, _) => said,
        };
        let unit = match said {
            Said::Unit(unit, rate) => {
                if self.kind.values.is_none() {
                    self.kind.values = Some(if rate { Values::Rate } else { Values::Bytes });
                    self.kind.source = Source::Header;
                    self.bins = Bins::new(if rate { Values::Rate } else { Values::Bytes });
                }
                unit
            }
            Said::Nothing => self.kind.unit,
            Said::BitsOrBytes => {
                let remedy = "write the unit as Mbit/s, or as MB/s";
                return Err(Fault::of(file, "its unit may be of bits or of bytes", remedy)
                    .line(row.line)
                    .column(header));
            }
        };
        let number = dialect.number(digits);
        let not = match number.and_then(|number| unit.in_bytes(number).ok_or(NotNumber::TooLarge)) {
            Ok(number) => return Ok(Some(number)),
            Err(not) => not,
        };
        let (reason, remedy) = not.explain(row.text(at));
        let fault = Fault::of(file, reason, remedy).line(row.line).column(header);
        match (self.bins.bad.count(not, row.cell(at), row.line), not) {
            (false, _) => return Err(fault),
            (true, NotNumber::Negative | NotNumber::TooLarge) if self.wrong.len() < FAULTS_MAX => {
                self.wrong.push(fault)
            }
            (true, _) => {}
        }
        Ok(None)
    }

    /// Places the samples in time.
    ///
    /// # Errors
    /// Times that cannot be placed; nothing says what the numbers are.
    pub fn track(mut self, of: &Of<'_>, mut oddities: Oddities, faults: &mut Faults) -> Result<Track, Fault> {
        let file = of.file;
        let lines: Vec<u64> = self.samples.iter().map(|(row, _)| of.lines[*row]).collect();
        let own = Times {
            at: self.samples.iter().map(|(row, _)| of.times.at[*row]).collect(),
            ..of.times.clone_head()
        };
        let least = of.long.shortest.map(Span::seconds);
        let shortest =
            least.or(of.common.filter(|_| self.samples.len() < 2).map(|step| Span(step.unsigned_abs())));
        let total = self.kind.values == Some(Values::Total);
        let manner = Manner { before: of.long.before || total, shortest, exact: true };
        let axis = Axis::of(&own, of.clock, of.options, manner)
            .map_err(|not| rows::placeless(file, of.time, &lines, not))?;
        let Some(kind) = self.kind.values else {
            return Err(undecided(&self, &axis, file, of.value));
        };
        oddities.rows = self.samples.len() as u64;
        rows::note(&mut oddities, &own, of.clock, &axis);
        repeats(&mut self, &axis, &lines, file, &mut oddities, faults);
        for (index, (_, number)) in self.samples.iter().enumerate() {
            if number.is_some_and(|number| self.bins.add(&axis, index, number).is_err()) {
                self.bins.bad.too_large += 1;
            }
        }
        oddities.bad = self.bins.bad;
        rows::judge(oddities.bad, self.bins.good, self.wrong, faults);
        let cells = self.bins.finish(&axis);
        oddities.totals = self.bins.totals;
        oddities.values = Some((kind, self.kind.source));
        let reach = axis.reach().map(|(first, last)| {
            if total { (cells.first().map_or(first, |cell| cell.0), last) } else { (first, last) }
        });
        let (machine, disk) = self.key;
        let name = if disk.is_empty() { machine } else { format!("{machine}/{disk}") };
        Ok(Track {
            name,
            file: file.to_owned(),
            grid: axis.grid,
            reach,
            cells,
            seconds: self.bins.seconds,
            oddities,
            seen_by: None,
        })
    }
}

/// Rows of a time that another row has: the same value is one, another is a fault.
fn repeats(
    series: &mut Series,
    axis: &Axis,
    lines: &[u64],
    file: &str,
    oddities: &mut Oddities,
    faults: &mut Faults,
) {
    let mut seen: BTreeMap<i64, usize> = BTreeMap::new();
    for index in 0..series.samples.len() {
        let Some(instant) = axis.instants[index] else { continue };
        let Some(first) = seen.get(&instant).copied() else {
            seen.insert(instant, index);
            continue;
        };
        oddities.duplicates += 1;
        if series.samples[first].1 != series.samples[index].1 {
            let reason = format!(
                "the time of line {} again for `{}`, with another value",
                lines[first],
                quote(&series.key.0)
            );
            let remedy =
                "delete one of the two; if they are of two disks, name their column: --columns disk=…";
            faults.push(Fault::of(file, reason, remedy).line(lines[index]));
        }
        series.samples[index].1 = None;
    }
}

/// Nothing says what numbers are: both readings, at the mean.
fn undecided(series: &Series, axis: &Axis, file: &str, header: &str) -> Fault {
    if let Some((one, other)) = series.kind.either {
        let reason = format!("the numbers of `{}` may be {one}, or {other}", quote(&series.key.0));
        let remedy = "give a column of units, such as B/s; or write the type into the key: vfs.dev.write[sda,sps] or [sda,bps]";
        return Fault::of(file, reason, remedy).line(1).column(header);
    }
    let numbers: Vec<u128> =
        series.samples.iter().filter_map(|(_, number)| *number).map(|number| number / SCALE).collect();
    let mean = numbers.iter().sum::<u128>() / (numbers.len() as u128).max(1);
    let rate = |bytes: u128| format!("{}/s", Bytes(u64::try_from(bytes).unwrap_or(u64::MAX)));
    let reason = format!(
        "nothing says what the numbers of `{}` are: bytes per second, {} at the mean, or bytes of {}, {} at the mean",
        quote(&series.key.0),
        rate(mean),
        Span::seconds(axis.step),
        rate(mean / u128::from(axis.step.max(1)))
    );
    let remedy = "say --values rate or --values bytes; --values total for a running total; or give a column of units, such as B/s";
    Fault::of(file, reason, remedy).line(1).column(header)
}
