//! A wide table: the time first, then a column of measurements for each machine; an empty cell is a gap. A time is when a bin begins, of a running
//! total when it was read.

use std::collections::BTreeMap;

use super::axis::{Axis, Manner};
use super::bins::Bins;
use super::meaning::{self, Meaning, claims_another, utc};
use super::rows::{self, Stated};
use super::track::{Oddities, Source, Track};
use super::trend::Trend;
use super::values::{self, Said, Unit, Values};
use crate::import::dates::{self, Column};
use crate::import::dialect::Dialect;
use crate::import::fault::{FAULTS_MAX, Fault, Faults, quote};
use crate::import::number::NotNumber;
use crate::import::sheet::{Row, Sheet};
use crate::import::writers::{Numeric, of_sheet};
use crate::import::{ChurnOptions, ChurnSource, Form};
use crate::series::CELLS_MAX;

/// The source.
pub const SOURCE: ChurnSource = ChurnSource { name: "wide", form: Form::Own(recognises, read) };

fn recognises(header: &[String]) -> bool {
    header.len() > 1
}

/// A column under way.
struct Read {
    name: String,
    values: Values,
    source: Source,
    unit: Unit,
    bins: Bins,
    wrong: Vec<Fault>,
    numbers: Trend,
    dialect: Dialect,
}

fn read(sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let file = sheet.file;
    if dates::is_time(&sheet.header[0]) {
        let reason = format!("the first line starts with `{}` and looks like data", quote(&sheet.header[0]));
        faults.push(Fault::of(file, reason, "put a header above it: time, then a name per machine").line(1));
        return Vec::new();
    }
    let numeric = |column| Numeric { column, whole: false };
    let numeric: Vec<_> = (meaning::first(&sheet.header)..sheet.header.len()).map(numeric).collect();
    let Some(dialect) = of_sheet(sheet, &numeric, options.decimal, faults) else { return Vec::new() };
    let mut oddities = Oddities::default();
    let read = axis(sheet, options, &mut oddities).and_then(|(axis, lines)| {
        let columns = meaning::columns(sheet, (options, dialect), &axis)?;
        Ok((axis, lines, columns.into_iter().map(|meaning| Read::of(meaning, dialect)).collect()))
    });
    match read {
        Ok((axis, lines, columns)) => tracks(sheet, columns, &axis, &lines, oddities, options, faults),
        Err(fault) => {
            // what is wrong with its rows is told with it
            while sheet.next(faults).is_some() {}
            faults.push(fault);
            Vec::new()
        }
    }
}

fn axis(
    sheet: &Sheet<'_>,
    options: &ChurnOptions,
    oddities: &mut Oddities,
) -> Result<(Axis, Vec<u64>), Fault> {
    let (file, head) = (sheet.file, &sheet.header[0]);
    let (mut times, mut lines) = (Column::default(), Vec::new());
    let mut again = sheet.again();
    while let Some(row) = again.next(&mut Faults::default()) {
        match meaning::first(&sheet.header) {
            1 => times.push(row.text(0), row.line),
            _ => times.push(&format!("{} {}", row.text(0), row.text(1)), row.line),
        }
        lines.push(row.line);
        if lines.len() * sheet.header.len() > CELLS_MAX {
            let remedy = "split the file by machines or months";
            return Err(Fault::of(file, format!("more than {CELLS_MAX} cells"), remedy).line(row.line));
        }
    }
    if lines.is_empty() {
        return Err(Fault::of(file, "there are no rows below the header", "leave the file out"));
    }
    oddities.rows = lines.len() as u64;
    let times = times.understand(options.dates, None).map_err(|not| rows::not_times(file, head, not))?;
    oddities.unit = times.unit.map(|unit| (unit, claims_another(head, unit)));
    let stated = if utc(head) { Stated::Utc } else { Stated::Nothing };
    let clock = rows::clock(&times, stated, options)
        .map_err(|(reason, remedy)| Fault::of(file, reason, remedy).line(lines[0]).column(head))?;
    let manner = Manner { before: false, shortest: None, exact: true };
    let axis =
        Axis::of(&times, &clock, options, manner).map_err(|not| rows::placeless(file, head, &lines, not))?;
    rows::note(oddities, &times, &clock, &axis);
    Ok((axis, lines))
}

fn tracks(
    sheet: &mut Sheet<'_>,
    mut columns: Vec<Read>,
    axis: &Axis,
    lines: &[u64],
    mut oddities: Oddities,
    options: &ChurnOptions,
    faults: &mut Faults,
) -> Vec<Track> {
    let (file, header, from) = (sheet.file, sheet.header.clone(), meaning::first(&sheet.header));
    // a running total is what was written before it was read
    let before = Axis { before: true, ..axis.clone() };
    let mut repeats = Repeats::of(axis);
    let mut index = 0;
    while let Some(row) = sheet.next(faults) {
        let again = repeats.is(axis, index);
        let cells: Vec<Option<u128>> = columns
            .iter_mut()
            .enumerate()
            .map(|(at, column)| {
                column.number(&row, (at + from, &header[at + from]), file, options.kb, faults)
            })
            .collect();
        if let Some(instant) = again {
            oddities.duplicates += u64::from(repeats.seen.contains_key(&instant));
            match repeats.seen.get(&instant) {
                Some((_, kept)) if *kept == cells => {}
                Some((line, _)) => {
                    let reason = format!("the time of line {line} again, with other bytes");
                    let remedy = "delete one of the two; give local times with their offset";
                    faults.push(Fault::of(file, reason, remedy).line(row.line));
                }
                None => {
                    repeats.seen.insert(instant, (row.line, cells.clone()));
                    add(&mut columns, &cells, (axis, &before), index);
                }
            }
        } else {
            add(&mut columns, &cells, (axis, &before), index);
        }
        index += 1;
    }
    columns
        .into_iter()
        .enumerate()
        .map(|(at, column)| {
            column.track((file, &header[at + from], lines), (axis, &before), oddities, faults)
        })
        .collect()
}

fn add(columns: &mut [Read], cells: &[Option<u128>], (axis, before): (&Axis, &Axis), row: usize) {
    for (column, cell) in columns.iter_mut().zip(cells) {
        let Some(number) = cell else { continue };
        column.numbers.add(*number);
        let axis = if column.values == Values::Total { before } else { axis };
        if column.bins.add(axis, row, *number).is_err() {
            column.bins.bad.too_large += 1;
        }
    }
}

/// Rows of a time that other rows have, too.
struct Repeats {
    times: Vec<i64>,
    seen: BTreeMap<i64, (u64, Vec<Option<u128>>)>,
}

impl Repeats {
    fn of(axis: &Axis) -> Repeats {
        let mut sorted: Vec<i64> = axis.instants.iter().flatten().copied().collect();
        sorted.sort_unstable();
        let mut times: Vec<i64> =
            sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        times.dedup();
        Repeats { times, seen: BTreeMap::new() }
    }

    fn is(&self, axis: &Axis, row: usize) -> Option<i64> {
        let instant = axis.instants.get(row).copied().flatten()?;
        self.times.binary_search(&instant).is_ok().then_some(instant)
    }
}

impl Read {
    fn of(meaning: Meaning, dialect: Dialect) -> Read {
        let values = meaning.values.unwrap_or(Values::Rate);
        Read {
            name: meaning.name,
            values,
            source: meaning.source,
            unit: meaning.unit,
            bins: Bins::new(values),
            wrong: Vec::new(),
            numbers: Trend::default(),
            dialect,
        }
    }

    /// The number of a cell in bytes × 10¹⁸; `None` where there is none, or where it is wrong, which is kept.
    fn number(
        &mut self,
        row: &Row<'_>,
        (at, header): (usize, &str),
        file: &str,
        kb: u32,
        faults: &mut Faults,
    ) -> Option<u128> {
        let (digits, said) = values::cell(row.text(at), kb);
        let unit = match said {
            Said::Unit(unit, _) => unit,
            Said::Nothing | Said::BitsOrBytes => self.unit,
        };
        let number = self.dialect.number(digits);
        let not = match number.and_then(|number| unit.in_bytes(number).ok_or(NotNumber::TooLarge)) {
            Ok(number) => return Some(number),
            Err(NotNumber::Empty) => return None,
            Err(not) => not,
        };
        let (reason, remedy) = not.explain(row.text(at));
        let remedy = if matches!(not, NotNumber::Other | NotNumber::Nothing) {
            "leave the cell empty where nothing was measured"
        } else {
            remedy
        };
        let fault = Fault::of(file, reason, remedy).line(row.line).column(header);
        match (self.bins.bad.count(not, row.cell(at), row.line), not) {
            (false, _) => faults.push(fault),
            (true, NotNumber::Negative | NotNumber::TooLarge) if self.wrong.len() < FAULTS_MAX => {
                self.wrong.push(fault)
            }
            (true, _) => {}
        }
        None
    }

    fn track(
        mut self,
        (file, header, lines): (&str, &str, &[u64]),
        (axis, before): (&Axis, &Axis),
        oddities: Oddities,
        faults: &mut Faults,
    ) -> Track {
        if self.values == Values::Bytes && self.source != Source::Asked && self.numbers.rises() {
            let (up, steps) = (self.numbers.up, self.numbers.steps);
            let reason = format!(
                "it rises in {up} of {steps} steps as a running total does, and its header says bytes"
            );
            let remedy = "say --values total, or --values bytes if each number is the bytes of its bin";
            faults.push(Fault::of(file, reason, remedy).line(lines[0]).column(header));
        }
        let axis = if self.values == Values::Total { before } else { axis };
        let bad = self.bins.bad;
        rows::judge(bad, self.bins.good, self.wrong, faults);
        let cells = self.bins.finish(axis);
        // the first of running totals tells nothing yet
        let reach = axis.reach().map(|(first, last)| match self.values {
            Values::Total => (cells.first().map_or(first, |cell| cell.0), last),
            Values::Rate | Values::Bytes => (first, last),
        });
        let values = Some((self.values, self.source));
        let oddities = Oddities { bad, totals: self.bins.totals, values, ..oddities };
        let (name, file, seconds) = (self.name, file.to_owned(), self.bins.seconds);
        Track { name, file, grid: axis.grid, reach, cells, seconds, oddities, seen_by: None }
    }
}
