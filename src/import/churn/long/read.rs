//! A long table read: columns found, rows sorted into series, and each series placed in time by itself.

use std::collections::BTreeMap;

use super::fields::{Field, Places, places};
use super::layers::{Key, doubled};
use super::metric::{self, Metric};
use super::series::{Kind, Of, Series};
use super::{Long, fields};
use crate::import::churn::bins::Bins;
use crate::import::churn::labels::without_port;
use crate::import::churn::meaning::{claims_another, utc};
use crate::import::churn::rows::{self, Stated};
use crate::import::churn::steps;
use crate::import::churn::track::{Oddities, Source, Track};
use crate::import::churn::values::{Unit, Values};
use crate::import::dates::{Column, Times};
use crate::import::dialect::Dialect;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::sheet::{Row, Sheet};
use crate::import::writers::{Numeric, of_sheet};
use crate::import::{ChurnOptions, names::stem};
use crate::series::COLUMNS_MAX;

/// Most names of metrics in a message.
const NAMED_MAX: usize = 6;

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

/// A table under way.
struct Table<'l> {
    long: &'l Long,
    places: Places,
    times: Column,
    lines: Vec<u64>,
    series: Vec<Series>,
    keys: BTreeMap<(Key, String), usize>,
    /// Metrics that are of something else, and how many rows.
    others: BTreeMap<String, u64>,
    metrics: BTreeMap<String, Option<Metric>>,
    dialect: Dialect,
}

/// Reads the table.
pub fn read(long: &Long, sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let file = sheet.file;
    let missing = |what: String| {
        Fault::of(
            file,
            format!("{what}; there are {}", sheet.columns()),
            "name columns with --columns time=…,machine=…,value=…",
        )
        .line(1)
    };
    let places = match places(long, &sheet.header, &options.columns) {
        Ok(places) => places,
        Err(header) => {
            faults.push(missing(format!("no column is headed `{}`", quote(&header))));
            return Vec::new();
        }
    };
    if let Some(field) = [Field::Time, Field::Value].into_iter().find(|field| places.of(*field).is_none()) {
        faults.push(missing(format!("no column is known to hold the {}", field.name())));
        return Vec::new();
    }
    let numeric = [Numeric { column: places.of(Field::Value).unwrap_or(0), whole: false }];
    let Some(dialect) = of_sheet(sheet, &numeric, options.decimal, faults) else { return Vec::new() };
    let mut table = Table {
        long,
        places,
        times: Column::default(),
        lines: Vec::new(),
        series: Vec::new(),
        keys: BTreeMap::new(),
        others: BTreeMap::new(),
        metrics: BTreeMap::new(),
        dialect,
    };
    table.rows(sheet, options, faults);
    if !faults.is_empty() {
        return Vec::new();
    }
    table.tracks(sheet, options, faults).unwrap_or_else(|fault| {
        faults.push(fault);
        Vec::new()
    })
}

impl Table<'_> {
    fn rows(&mut self, sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) {
        let (file, header) = (sheet.file, sheet.header.clone());
        let (time, value) =
            (self.places.of(Field::Time).unwrap_or(0), self.places.of(Field::Value).unwrap_or(0));
        while let Some(row) = sheet.next_of_any_width(faults) {
            // sadf repeats its header, and tells when a machine began
            if row.text(time) == header[time]
                || (0..row.width()).any(|at| row.text(at).starts_with("LINUX-RESTART"))
            {
                continue;
            }
            if row.width() != header.len() {
                let reason = format!("the row has {} columns, the header {}", row.width(), header.len());
                faults.push(Fault::of(file, reason, "complete the row, or delete it").line(row.line));
                continue;
            }
            let Some(at) = self.series_of(&row, &header, file, options) else { continue };
            let index = self.times.len();
            self.times.push(&self.places.time(&row, &header), row.line);
            self.lines.push(row.line);
            let number = match self.series[at].number(
                &row,
                (value, &header[value]),
                self.places.of(Field::Unit),
                file,
                (options.kb, self.dialect),
            ) {
                Ok(number) => number,
                Err(fault) => {
                    faults.push(fault);
                    None
                }
            };
            self.series[at].samples.push((index, number));
            if self.series.len() > COLUMNS_MAX {
                let reason = format!("more than {COLUMNS_MAX} series");
                faults.push(Fault::of(file, reason, "split the file by machines").line(row.line));
                return;
            }
        }
    }

    /// The series of a row; `None` if it measures something else.
    fn series_of(
        &mut self,
        row: &Row<'_>,
        header: &[String],
        file: &str,
        options: &ChurnOptions,
    ) -> Option<usize> {
        let cell = |field: Field| self.places.of(field).map(|at| row.text(at).to_owned());
        let name = cell(Field::Metric).unwrap_or_default();
        let metric = match self.metrics.get(&name) {
            Some(known) => known.clone(),
            None if name.is_empty() => None,
            None => self.metrics.entry(name.clone()).or_insert(metric::of(&name, options.kb)).clone(),
        };
        if metric.is_none() && !name.is_empty() && options.values.is_none() && !self.said(header, options).2 {
            *self.others.entry(name).or_default() += 1;
            return None;
        }
        let metric = metric.unwrap_or_default();
        let machine =
            cell(Field::Machine).filter(|machine| !machine.is_empty()).unwrap_or(metric.machine.clone());
        let disk = cell(Field::Disk).filter(|disk| !disk.is_empty()).unwrap_or(metric.disk.clone());
        let machine = if machine.is_empty() { stem(file) } else { without_port(&machine).to_owned() };
        let key = ((machine, disk), name);
        if let Some(known) = self.keys.get(&key) {
            return Some(*known);
        }
        let kind = self.kind(&metric, header, options);
        let bins = Bins::new(kind.values.unwrap_or(Values::Rate));
        self.series.push(Series { key: key.0.clone(), kind, samples: Vec::new(), bins, wrong: Vec::new() });
        self.keys.insert(key, self.series.len() - 1);
        Some(self.series.len() - 1)
    }

    fn said(&self, header: &[String], options: &ChurnOptions) -> (Option<Values>, Option<Unit>, bool) {
        let head = self.places.of(Field::Value).map(|at| header[at].as_str()).unwrap_or_default();
        fields::said(self.long, head, options.kb)
    }

    /// What numbers of a metric are: as asked, as the metric says, or the column's header.
    fn kind(&self, metric: &Metric, header: &[String], options: &ChurnOptions) -> Kind {
        let (values, unit, _) = self.said(header, options);
        // the mean of samples of a bin is not the bytes of that bin
        let mean = self
            .places
            .of(Field::Value)
            .is_some_and(|at| ["average", "avg", "mean"].contains(&fields::plain(&header[at]).as_str()));
        let said = metric.values.filter(|values| !(mean && *values == Values::Bytes)).or(values);
        let known = unit.or(metric.unit);
        let source = match (options.values, known) {
            (Some(_), _) => Source::Asked,
            (None, Some(_)) => Source::Header,
            (None, None) => Source::HeaderWithoutUnit,
        };
        let either = metric.either.filter(|_| known.is_none());
        let values = options.values.or(said).filter(|_| either.is_none());
        Kind { values, source, unit: known.unwrap_or(Unit::BYTE), either }
    }

    fn tracks(
        self,
        sheet: &Sheet<'_>,
        options: &ChurnOptions,
        faults: &mut Faults,
    ) -> Result<Vec<Track>, Fault> {
        let file = sheet.file;
        if self.series.is_empty() {
            return Err(self.nothing(file));
        }
        let time = &sheet.header[self.places.of(Field::Time).unwrap_or(0)];
        let times =
            self.times.understand(options.dates, None).map_err(|not| rows::not_times(file, time, not))?;
        let stated = if utc(time) { Stated::Utc } else { Stated::Nothing };
        let clock = rows::clock(&times, stated, options)
            .map_err(|(reason, remedy)| Fault::of(file, reason, remedy).line(self.lines[0]).column(time))?;
        let keys: Vec<Key> = self.series.iter().map(|series| series.key.clone()).collect();
        let doubled = doubled(&keys);
        let left = doubled.iter().filter(|doubled| **doubled).count() as u64;
        let mut oddities =
            Oddities { doubled: left, left_out: self.others.values().sum(), ..Oddities::default() };
        oddities.unit = times.unit.map(|unit| (unit, claims_another(time, unit)));
        let value = &sheet.header[self.places.of(Field::Value).unwrap_or(0)];
        let common = self.common_step(&times);
        let of = Of {
            long: self.long,
            file,
            time,
            value,
            times: &times,
            lines: &self.lines,
            clock: &clock,
            common,
            options,
        };
        let kept = self.series.into_iter().zip(doubled).filter(|(_, doubled)| !doubled);
        let mut tracks = Vec::new();
        for (series, _) in kept {
            tracks.push(series.track(&of, oddities, faults)?);
        }
        Ok(tracks)
    }

    /// The step of the series with most rows, for those with one.
    fn common_step(&self, times: &Times) -> Option<i64> {
        let most = self.series.iter().max_by_key(|series| series.samples.len())?;
        let mut own: Vec<i64> = most.samples.iter().filter_map(|(row, _)| times.at[*row]).collect();
        own.sort_unstable();
        own.dedup();
        steps::usual(&own, self.long.before)
    }

    /// No row is of bytes written.
    fn nothing(&self, file: &str) -> Fault {
        if self.others.is_empty() {
            return Fault::of(file, "there are no rows below the header", "leave the file out");
        }
        let names: Vec<String> =
            self.others.keys().take(NAMED_MAX).map(|name| format!("`{}`", quote(name))).collect();
        let reason = format!("no metric of bytes written is known; there are {}", names.join(", "));
        Fault::of(file, reason, "export bytes written a second, or that metric alone and say --values rate")
    }
}
