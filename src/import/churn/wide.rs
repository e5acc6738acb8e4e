//! A wide table: the time first, then a column of measurements for each machine; an empty cell is a gap. A time is when a bin begins, of a running
//! total when it was read.

use super::bins::{Bins, Finished};
use super::meaning::{self, Meaning, claims_another, utc};
use super::rows::{self, Stated};
use super::samples::{Again, Sample, Samples};
use super::time::axis::{Axis, Manner};
use super::time::steps::Place;
use super::track::{Oddities, Source, Track};
use super::trend::Trend;
use super::values::{self, Said, Unit, Values};
use crate::import::dates::{self, Column};
use crate::import::dialect::Dialect;
use crate::import::even::Even;
use crate::import::fault::{FAULTS_MAX, Fault, Faults, quote};
use crate::import::number::NotNumber;
use crate::import::room::Room;
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
    at: usize,
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
    let machines = meaning::of_machines(&sheet.header);
    let others = sheet.header.len() - meaning::first(&sheet.header) - machines.len();
    let numeric: Vec<_> = machines.into_iter().map(numeric).collect();
    let Some(dialect) = of_sheet(sheet, &numeric, options.decimal, faults) else { return Vec::new() };
    let mut oddities = Oddities { left_out: others as u64, ..Oddities::default() };
    let read = axis(sheet, options, &mut oddities).and_then(|(axis, lines)| {
        let columns = meaning::columns(sheet, (options, dialect), &axis)?;
        Ok((
            axis,
            lines,
            columns.into_iter().map(|meaning| Read::of(meaning, dialect, &options.room)).collect(),
        ))
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

/// The first line of data.
fn first(lines: &Even) -> u64 {
    lines.get(0).unwrap_or(1).unsigned_abs()
}

fn axis(sheet: &Sheet<'_>, options: &ChurnOptions, oddities: &mut Oddities) -> Result<(Axis, Even), Fault> {
    let (file, head) = (sheet.file, &sheet.header[0]);
    let (mut times, mut lines) = (Column::new(&options.room), Even::new(&options.room));
    let mut again = sheet.again()?;
    while let Some(row) = again.next(&mut Faults::default()) {
        match meaning::first(&sheet.header) {
            1 => times.push(0, row.text(0), row.line),
            _ => times.push(0, &format!("{} {}", row.text(0), row.text(1)), row.line),
        }
        lines.push(row.line.cast_signed());
    }
    if lines.len() == 0 {
        return Err(Fault::of(file, "there are no rows below the header", "leave the file out"));
    }
    oddities.rows = lines.len() as u64;
    let times = times.understand(options.dates, None).map_err(|not| rows::not_times(file, head, not))?;
    oddities.unit = times.unit.map(|unit| (unit, claims_another(head, unit)));
    let stated = if utc(head) { Stated::Utc } else { Stated::Nothing };
    let clock = rows::clock(&times, stated, options)
        .map_err(|(reason, remedy)| Fault::of(file, reason, remedy).line(first(&lines)).column(head))?;
    let manner = Manner { before: false, shortest: None, exact: true };
    let axis = Axis::of(&times.of(0), &clock, options, manner)
        .map_err(|not| rows::placeless(file, head, &lines, not))?;
    rows::note(oddities, &times, &clock, &axis);
    Ok((axis, lines))
}

fn tracks(
    sheet: &mut Sheet<'_>,
    mut columns: Vec<Read>,
    axis: &Axis,
    lines: &Even,
    mut oddities: Oddities,
    options: &ChurnOptions,
    faults: &mut Faults,
) -> Vec<Track> {
    let (file, header) = (sheet.file, sheet.header.clone());
    // a running total is what was written before it was read
    let before = axis.before();
    let mut add =
        |columns: &mut [Read], sample: &Sample, place: Place, again: Option<Again>, faults: &mut Faults| {
            let Some(again) = again else { return add(columns, &sample.cells, (axis, &before), place) };
            oddities.duplicates += 1;
            if again.differs {
                let reason = format!("the time of line {} again, with other bytes", again.line);
                let remedy = "delete one of the two; give local times with their offset";
                faults.push(Fault::of(file, reason, remedy).line(sample.line));
            }
        };
    let (mut instants, mut samples) = (axis.instants(), Samples::new(axis, &options.room));
    while let Some(row) = sheet.next(faults) {
        let instant = instants.next().flatten();
        let number = |column: &mut Read| column.number(&row, &header[column.at], (file, options.kb), faults);
        let cells = columns.iter_mut().map(number).collect();
        let Some(instant) = instant else { continue };
        let sample = Sample { instant, line: row.line, cells };
        if let Some((place, again)) = samples.take(&sample) {
            add(&mut columns, &sample, place, again, faults);
        }
        if columns.iter().map(|column| column.bins.len()).sum::<usize>() > CELLS_MAX {
            let reason = format!("more than {CELLS_MAX} bins in all columns");
            faults.push(Fault::of(file, reason, "choose a longer --bin").line(row.line));
            return Vec::new();
        }
    }
    samples.rest(&options.room, |sample, place, again| add(&mut columns, sample, place, again, faults));
    columns
        .into_iter()
        .map(|column| {
            let head = &header[column.at];
            column.track((file, head, lines), (axis, &before), oddities, faults)
        })
        .collect()
}

fn add(columns: &mut [Read], cells: &[Option<u128>], (axis, before): (&Axis, &Axis), place: Place) {
    for (column, cell) in columns.iter_mut().zip(cells) {
        let Some(number) = cell else { continue };
        column.numbers.add(*number);
        let axis = if column.values == Values::Total { before } else { axis };
        column.bins.add(axis, place, *number);
    }
}

impl Read {
    fn of(meaning: Meaning, dialect: Dialect, room: &Room) -> Read {
        let values = meaning.values.unwrap_or(Values::Rate);
        Read {
            at: meaning.at,
            name: meaning.name,
            values,
            source: meaning.source,
            unit: meaning.unit,
            bins: Bins::new((values, meaning.unit), room),
            wrong: Vec::new(),
            numbers: Trend::default(),
            dialect,
        }
    }

    /// The number of a cell in bytes × 10¹⁸; `None` where there is none, or where it is wrong, which is kept.
    fn number(
        &mut self,
        row: &Row<'_>,
        header: &str,
        (file, kb): (&str, u32),
        faults: &mut Faults,
    ) -> Option<u128> {
        let (digits, said) = values::cell(row.text(self.at), kb);
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
        let (reason, remedy) = not.explain(row.text(self.at));
        let remedy = if matches!(not, NotNumber::Other | NotNumber::Nothing) {
            "leave the cell empty where nothing was measured"
        } else {
            remedy
        };
        let fault = Fault::of(file, reason, remedy).line(row.line).column(header);
        match (self.bins.bad.count(not, row.line), not) {
            (false, _) => faults.push(fault),
            (true, NotNumber::Negative | NotNumber::TooLarge) if self.wrong.len() < FAULTS_MAX => {
                self.wrong.push(fault)
            }
            (true, _) => {}
        }
        None
    }

    fn track(
        self,
        (file, header, lines): (&str, &str, &Even),
        (axis, before): (&Axis, &Axis),
        oddities: Oddities,
        faults: &mut Faults,
    ) -> Track {
        let axis = if self.values == Values::Total { before } else { axis };
        let doubts = self.numbers.doubts(self.values, self.source);
        let Finished { cells, seconds, totals, good, bad } = self.bins.finish(axis);
        if let Some((reason, remedy)) = doubts.or(totals.doubts(good)).or(axis.doubts(self.values)) {
            faults.push(Fault::of(file, reason, remedy).line(first(lines)).column(header));
        }
        rows::judge(bad, good, self.wrong, faults);
        // the first of running totals tells nothing yet
        let reach = axis.reach().map(|(first, last)| match self.values {
            Values::Total => (cells.first().map_or(first, |cell| cell.0), last),
            Values::Rate | Values::Bytes => (first, last),
        });
        let values = Some((self.values, self.source));
        let oddities = Oddities { bad, totals, values, ..oddities };
        let (name, file) = (self.name, file.to_owned());
        Track { name, file, grid: axis.grid, reach, cells, seconds, oddities, seen_by: None }
    }
}
