//! A wide table: the time first, then a column of bytes per bin for each machine; an empty cell is a gap.

use std::collections::BTreeMap;

use super::track::{Grid, Oddities, Track, bin_of, length};
use crate::import::clock::{TimeUnit, instant};
use crate::import::dialect::Dialect;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::number::{NotNumber, SCALE, mean_times};
use crate::import::sheet::{Row, Sheet};
use crate::import::writers::{Numeric, of_sheet};
use crate::import::{BIN_MAX, ChurnOptions, ChurnSource};
use crate::series::CELLS_MAX;
use crate::units::Span;

/// The source.
pub const SOURCE: ChurnSource = ChurnSource { name: "wide", recognises, read };

fn recognises(header: &[String]) -> bool {
    header.len() > 1
}

struct Line {
    time: i64,
    number: u64,
    cells: Vec<Option<u64>>,
}

fn read(sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let file = sheet.file;
    if instant(&sheet.header[0]).is_ok() {
        let reason = format!("the first line starts with `{}` and looks like data", quote(&sheet.header[0]));
        faults.push(Fault::of(file, reason, "put a header above it: time, then a name per machine").line(1));
        return Vec::new();
    }
    let numeric: Vec<_> = (1..sheet.header.len()).map(|column| Numeric { column, whole: false }).collect();
    let Some(dialect) = of_sheet(sheet, &numeric, options.decimal, faults) else { return Vec::new() };
    let mut oddities = Oddities::default();
    let mut lines = lines(sheet, dialect, faults, &mut oddities);
    oddities.rows = lines.len() as u64;
    oddities.unsorted = lines.windows(2).map(|pair| u64::from(pair[1].time < pair[0].time)).sum();
    lines.sort_by_key(|line| line.time);
    repeated(file, &mut lines, faults, &mut oddities);
    let Some(grid) = grid(file, &lines, options, faults) else { return Vec::new() };
    let ends = lines.first().zip(lines.last());
    let reach = ends.map(|(first, last)| (bin_of(grid, first.time), bin_of(grid, last.time)));
    let track = |at: usize| Track {
        name: sheet.header[at + 1].clone(),
        file: file.to_owned(),
        grid,
        reach,
        cells: lines.iter().filter_map(|line| Some((bin_of(grid, line.time), line.cells[at]?))).collect(),
        oddities,
        adds: false,
    };
    (0..sheet.header.len() - 1).map(track).collect()
}

fn lines(sheet: &mut Sheet<'_>, dialect: Dialect, faults: &mut Faults, oddities: &mut Oddities) -> Vec<Line> {
    let (file, header) = (sheet.file, sheet.header.clone());
    let mut lines: Vec<Line> = Vec::new();
    while let Some(row) = sheet.next(faults) {
        let fault = |column: usize, reason: String, remedy: &str| {
            Fault::of(file, reason, remedy).line(row.line).column(&header[column])
        };
        if (lines.len() + 1) * header.len() > CELLS_MAX {
            faults.push(fault(
                0,
                format!("more than {CELLS_MAX} cells"),
                "split the file by machines or months",
            ));
            break;
        }
        let cells: Vec<_> = (1..header.len()).map(|at| bytes((&row, at), dialect, faults, &fault)).collect();
        let text = row.text(0);
        match instant(text) {
            Ok((time, unit)) => {
                let first = *oddities.unit.get_or_insert((unit, claims_another(&header[0], unit)));
                if first.0 != unit {
                    let (now, before) = (unit.name(), first.0.name());
                    let reason = format!("`{}` is in {now}, the rows before in {before}", quote(text));
                    faults.push(fault(0, reason, "give all times in one unit"));
                }
                lines.push(Line { time, number: row.line, cells });
            }
            Err((reason, remedy)) => faults.push(fault(0, reason, remedy)),
        }
    }
    lines
}

fn claims_another(header: &str, unit: TimeUnit) -> bool {
    let header = header.to_lowercase();
    let claimed = header.ends_with("_ms") || header.ends_with("[ms]");
    claimed && unit != TimeUnit::Milliseconds
}

fn bytes(
    (row, at): (&Row<'_>, usize),
    dialect: Dialect,
    faults: &mut Faults,
    fault: &impl Fn(usize, String, &str) -> Fault,
) -> Option<u64> {
    match dialect.number(row.text(at)) {
        // tables that passed through floats write 60000.0, or worse
        Ok(value) => u64::try_from(mean_times(value, SCALE, 1)).ok(),
        Err(NotNumber::Empty) => None,
        Err(not) => {
            let (reason, remedy) = not.explain(row.text(at));
            let word = matches!(not, NotNumber::Other | NotNumber::Nothing);
            let remedy = if word { "leave the cell empty where nothing was measured" } else { remedy };
            faults.push(fault(at, reason, remedy));
            None
        }
    }
}

/// Takes out rows that repeat an earlier one; a repeated time with other bytes is a fault, for nobody knows which is true.
fn repeated(file: &str, lines: &mut Vec<Line>, faults: &mut Faults, oddities: &mut Oddities) {
    lines.dedup_by(|later, kept| {
        let same = later.time == kept.time;
        if same {
            oddities.duplicates += 1;
        }
        if same && later.cells != kept.cells {
            let reason = format!("the time of line {} again, with other bytes", kept.number);
            let remedy = "delete one of the two; give local times with their offset";
            faults.push(Fault::of(file, reason, remedy).line(later.number));
        }
        same
    });
}

/// The most frequent step is the bin, and every row must stand on its multiples.
fn grid(file: &str, lines: &[Line], options: &ChurnOptions, faults: &mut Faults) -> Option<Grid> {
    let Some(first) = lines.first() else {
        faults.push(Fault::of(file, "there are no rows below the header", "leave the file out"));
        return None;
    };
    let mut steps: BTreeMap<i64, usize> = BTreeMap::new();
    for pair in lines.windows(2) {
        *steps.entry(pair[1].time - pair[0].time).or_default() += 1;
    }
    let most = steps.iter().rev().max_by_key(|(_, count)| **count).map(|(step, _)| Span(step.unsigned_abs()));
    let Some(bin) = most.or(options.bin) else {
        faults.push(Fault::of(file, "one row does not tell the length of a bin", "give it with --bin"));
        return None;
    };
    if bin > BIN_MAX || options.bin.is_some_and(|asked| asked != bin) {
        let reason = format!("its rows are {bin} apart");
        faults.push(Fault::of(file, reason, format!("leave --bin out; bins of up to {BIN_MAX} can be read")));
        return None;
    }
    let grid = Grid { phase_us: first.time.rem_euclid(bin.0.cast_signed()), bin };
    for line in lines.iter().filter(|line| (line.time - first.time) % length(grid) != 0) {
        let reason = format!("the row does not stand a multiple of {bin} after the first");
        faults.push(Fault::of(file, reason, "bring the rows to a regular grid of time").line(line.number));
    }
    Some(grid)
}
