//! A long table read: columns found, rows sorted into series, each series placed in time by itself, and then the numbers of all in one pass.

use std::collections::BTreeMap;

use super::evidence::Table;
use super::fields::{Field, places};
use super::keys::Keys;
use super::limits::Limits;
use super::numbers::Numbers;
use super::series::Of;
use super::{Long, fields};
use crate::import::ChurnOptions;
use crate::import::churn::layers::{Key, doubled};
use crate::import::churn::meaning::{claims_another, utc};
use crate::import::churn::rows::{self, Stated};
use crate::import::churn::samples::{Sample, Samples};
use crate::import::churn::time::axis::Axis;
use crate::import::churn::time::order::Order;
use crate::import::churn::track::{Oddities, Track};
use crate::import::dates::{Column, Times};
use crate::import::dialect::Dialect;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::names::stem;
use crate::import::number::SCALE;
use crate::import::sheet::Sheet;

/// Whether a table has the columns that are needed, under the tool's own names where that is asked. Columns that a caller names make any
/// table a long one.
pub fn recognises(long: &Long, header: &[String], asked: &[(String, String)]) -> bool {
    if !asked.is_empty() && !long.own_names {
        return true;
    }
    let Ok(places) = places(long, header, &[]) else { return false };
    let own = |field: Field, at: usize| {
        let names = long.fields.iter().find(|(of, _)| *of == field).map_or(&[][..], |(_, names)| names);
        names.is_empty() || names.contains(&fields::plain(&header[at]).as_str())
    };
    let needed =
        long.needs.iter().all(|field| places.of(*field).is_some_and(|at| !long.own_names || own(*field, at)));
    let named = [Field::Machine, Field::Metric, Field::Disk].iter().any(|field| places.of(*field).is_some());
    needed && named
}

/// Reads the table, in two passes of little memory: first what its cells tell of dates, marks, clocks and machines, then its numbers.
pub fn read(long: &Long, sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    read_within(long, (sheet, options), Limits::ALL, faults)
}

/// The same, holding no more than this.
fn read_within(
    long: &Long,
    (sheet, options): (&mut Sheet<'_>, &ChurnOptions),
    limits: Limits,
    faults: &mut Faults,
) -> Vec<Track> {
    let (file, header) = (sheet.file, sheet.header.clone());
    let missing = |what: String| {
        let reason = format!("{what}; there are {}", sheet.columns());
        Fault::of(file, reason, "name columns with --columns time=…,machine=…,value=…").line(1)
    };
    let places = match places(long, &header, &options.columns) {
        Ok(places) => places,
        Err(header) => {
            faults.push(missing(format!("no column is headed `{}`", quote(&header))));
            return Vec::new();
        }
    };
    let of = |field: Field| {
        let missing = || missing(format!("no column is known to hold the {}", field.name()));
        places.of(field).ok_or_else(missing)
    };
    let (time, at) = match of(Field::Time).and_then(|time| Ok((time, of(Field::Value)?))) {
        Ok(columns) => columns,
        Err(fault) => {
            faults.push(fault);
            return Vec::new();
        }
    };
    let (beside, kb, dialect) = (places.of(Field::Unit), options.kb, Dialect::PLAIN);
    let mut table = Table {
        long,
        file,
        header: &header,
        options,
        limits,
        time,
        date: header.iter().position(|date| rows::is_date_and_time(date, &header[time])),
        numbers: Numbers { file, at, header: &header[at], beside, kb, dialect, last: None },
        places,
        times: Column::new(&options.room),
        series: Vec::new(),
        keys: Keys::default(),
        named: BTreeMap::new(),
        nameless: None,
        others: BTreeMap::new(),
        metrics: BTreeMap::new(),
    };
    if table.evidence(sheet, faults).is_none() || !faults.is_empty() {
        return Vec::new();
    }
    table.tracks(sheet, faults).unwrap_or_else(|fault| {
        faults.push(fault);
        Vec::new()
    })
}

impl Table<'_> {
    fn tracks(mut self, sheet: &mut Sheet<'_>, faults: &mut Faults) -> Result<Vec<Track>, Fault> {
        let (file, time, options, limits) = (self.file, &self.header[self.time], self.options, self.limits);
        if self.series.is_empty() {
            return Err(self.nothing(file));
        }
        if let Some(line) =
            self.nameless.filter(|_| self.series.iter().any(|series| series.key.0 != stem(file)))
        {
            let reason = "the row names no machine, as others do";
            return Err(Fault::of(file, reason, "write its name, or delete the row").line(line));
        }
        let times =
            self.times.understand(options.dates, None).map_err(|not| rows::not_times(file, time, not))?;
        let stated = if utc(time) { Stated::Utc } else { Stated::Nothing };
        let first = self.series[0].lines.get(0).unwrap_or(1).unsigned_abs();
        let clock = rows::clock(&times, stated, options)
            .map_err(|(reason, remedy)| Fault::of(file, reason, remedy).line(first).column(time))?;
        let keys: Vec<Key> = self.series.iter().map(|series| series.key.clone()).collect();
        let doubled = doubled(&keys);
        let left = doubled.iter().filter(|doubled| **doubled).count() as u64;
        let mut oddities =
            Oddities { doubled: left, left_out: self.others.values().sum(), ..Oddities::default() };
        oddities.unit = times.unit.map(|unit| (unit, claims_another(time, unit)));
        let (long, value, common) = (self.long, self.numbers.header, self.common_step(&times));
        let of = Of { long, file, time, value, times: &times, clock: &clock, common, options };
        let mut axes = Vec::new();
        for (at, doubled) in doubled.into_iter().enumerate() {
            let axis = if doubled { None } else { Some(self.series[at].axis(&of, &times.of(at))?) };
            if let Some(axis) = axis.as_ref().filter(|_| self.series[at].kind.values.is_none()) {
                let mean = self.mean(sheet, at)?;
                return Err(self.series[at].undecided(&of, axis.step, mean));
            }
            axes.push(axis);
        }
        let samples = self.values(sheet, &axes, faults);
        let (mut late, mut cells) = (Faults::default(), 0);
        for ((series, axis), samples) in self.series.iter_mut().zip(&axes).zip(samples) {
            let Some((axis, mut samples)) = axis.as_ref().zip(samples) else { continue };
            samples.rest(&options.room, |sample, place, again| {
                series.add((file, axis), (sample, place, again), &mut late);
            });
            cells += series.bins.len();
            if let Some(fault) = limits.passed(file, None, cells) {
                return Err(fault);
            }
        }
        late.list.sort_by_key(|fault| fault.line);
        faults.append(late);
        let kept = self.series.into_iter().zip(&axes);
        let kept = kept.filter_map(|(series, axis)| Some((series, axis.as_ref()?)));
        Ok(kept.map(|(series, axis)| series.track(&of, axis, oddities, faults)).collect())
    }

    /// Reads the numbers of all rows into the bins of their series; samples that are still to be put in order.
    fn values(
        &mut self,
        sheet: &mut Sheet<'_>,
        axes: &[Option<Axis>],
        faults: &mut Faults,
    ) -> Vec<Option<Samples>> {
        let room = &self.options.room;
        let mut instants: Vec<_> = axes.iter().map(|axis| axis.as_ref().map(Axis::instants)).collect();
        let mut samples: Vec<_> =
            axes.iter().map(|axis| axis.as_ref().map(|axis| Samples::new(axis, room))).collect();
        let (mut cells, mut sample) = (0, Sample::default());
        while let Some(row) = sheet.next_of_any_width(faults) {
            if !self.is_sample(&row).unwrap_or(false) {
                continue;
            }
            let Some(known) = self.known(&row) else {
                faults.push(changed(self.file, row.line));
                break;
            };
            let Some(at) = known else { continue };
            let number = self.series[at].number(&row, &mut self.numbers).unwrap_or_else(|fault| {
                faults.push(fault);
                None
            });
            let (Some(axis), Some(instants)) = (&axes[at], &mut instants[at]) else { continue };
            let Some(instant) = instants.next().flatten() else { continue };
            (sample.instant, sample.line) = (instant, row.line);
            sample.cells.clear();
            sample.cells.push(number);
            let Some((place, again)) = samples[at].as_mut().and_then(|samples| samples.take(&sample)) else {
                continue;
            };
            let (file, series) = (self.file, &mut self.series[at]);
            let before = series.bins.len();
            series.add((file, axis), (&sample, place, again), faults);
            cells += series.bins.len() - before;
            if let Some(fault) = self.limits.passed(file, Some(row.line), cells) {
                faults.push(fault);
                break;
            }
        }
        samples
    }

    /// The mean of a series in bytes.
    fn mean(&mut self, sheet: &Sheet<'_>, at: usize) -> Result<u128, Fault> {
        let (mut sum, mut count, mut rows) = (0, 0, sheet.again()?);
        while let Some(row) = rows.next_of_any_width(&mut Faults::default()) {
            if self.is_sample(&row).unwrap_or(false)
                && self.known(&row) == Some(Some(at))
                && let Some(number) = self.series[at].number(&row, &mut self.numbers)?
            {
                (sum, count) = (sum + number / SCALE, count + 1);
            }
        }
        Ok(sum / u128::max(count, 1))
    }

    /// The step of the series with most rows, for those with one.
    fn common_step(&self, times: &Times) -> Option<i64> {
        // only those with one row ask for it
        self.series.iter().find(|series| series.lines.len() < 2)?;
        let most = (0..self.series.len()).max_by_key(|at| self.series[*at].lines.len())?;
        Order::of(&times.of(most), &self.options.room).steps.usual(self.long.before)
    }
}

fn changed(file: &str, line: u64) -> Fault {
    Fault::of(file, "the file was changed while it was read", "copy it, and import the copy").line(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Values;
    use crate::units::Span;

    /// What a table of `rows` samples of a machine says when this is the most that is held.
    fn told(rows: &str, options: &ChurnOptions, limits: Limits) -> Result<usize, String> {
        let text = format!("time,machine,value\n{rows}");
        let mut sheet = Sheet::open("x.csv", text.as_str()).expect("it has a header");
        let mut faults = Faults::default();
        let tracks = read_within(&Long::PLAIN, (&mut sheet, options), limits, &mut faults);
        if faults.is_empty() {
            Ok(tracks.iter().map(|track| track.cells.len()).sum())
        } else {
            Err(faults.to_string())
        }
    }

    fn samples(minutes: &[u64], machines: &[&str]) -> String {
        let all = machines.iter().flat_map(|machine| minutes.iter().map(move |minute| (machine, minute)));
        all.map(|(machine, minute)| format!("{},{machine},{}\n", 1_752_566_400 + minute * 60, 100 + minute))
            .collect()
    }

    #[test]
    fn what_is_held_has_limits_and_their_remedies_help() {
        let asked = |values| ChurnOptions { values: Some(values), ..ChurnOptions::default() };
        let (rates, totals) = (asked(Values::Rate), asked(Values::Total));
        let most = Limits { cells: 8 };
        let two = samples(&[0, 5, 10, 15], &["a", "b"]);
        assert_eq!(told(&two, &rates, most), Ok(8));
        let three = samples(&[0, 5, 10, 15], &["a", "b", "c"]);
        let why = told(&three, &rates, most).unwrap_err();
        assert!(
            why.contains("x.csv:10: more than 8 bins in all series")
                && why.contains("help: choose a longer --bin"),
            "{why}"
        );
        let longer = ChurnOptions { bin: Some(Span::seconds(600)), ..rates.clone() };
        assert_eq!(told(&three, &longer, most), Ok(6));
        // what is not in order of time is counted when it is
        let turned = |rows: &str| rows.lines().rev().collect::<Vec<_>>().join("\n");
        let why = told(&turned(&three), &rates, most).unwrap_err();
        assert!(why.starts_with("x.csv: more than 8 bins in all series"), "{why}");
        assert_eq!(told(&turned(&three), &longer, most), Ok(6));
        assert_eq!(told(&turned(&two), &totals, most), Ok(6));
        assert_eq!(told(&samples(&[0, 0, 5, 10, 15], &["a"]), &rates, most), Ok(4));
    }
}
