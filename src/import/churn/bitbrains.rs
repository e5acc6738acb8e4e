//! Monitoring files of the Bitbrains traces (GWA-T-12): one machine per file, a sample about every five minutes.
//!
//! A bin holds the mean of the samples whose time falls into it, times its length, rounded half to even; a sample stands for
//! its own bin only. Rows with a time seen before count like any other sample and are reported.

use super::track::{Grid, Oddities, Track, bin_of};
use crate::import::clock::{TimeUnit, instant};
use crate::import::dialect::Dialect;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::number::{NotNumber, SCALE, decimal, mean_times};
use crate::import::sheet::{Row, Sheet};
use crate::import::writers::{Numeric, of_sheet};
use crate::import::{ChurnOptions, ChurnSource};
use crate::units::Span;

/// The source.
pub const SOURCE: ChurnSource = ChurnSource { name: "bitbrains", recognises, read };
/// Length of a bin unless another one is asked for: the traces' own interval.
pub const BIN: Span = Span::seconds(300);

const TIME: &str = "Timestamp [ms]";
const CORES: &str = "CPU cores";
const WRITES: &str = "Disk write throughput [KB/s]";
/// Units in headers that give the format away, in any language.
const UNITS: [&str; 5] = ["[ms]", "[kb/s]", "[mhz]", "[%]", "[kb]"];
/// Largest write rate that is believed, in KB/s: 100 TB/s. Keeps every product here within `u128`, every bin within `u64`.
const WRITES_MAX: u128 = 100_000_000_000 * SCALE;

fn recognises(header: &[String]) -> bool {
    header.iter().any(|cell| UNITS.iter().any(|unit| cell.to_lowercase().ends_with(unit)))
}

/// Where the columns are.
struct Places {
    time: usize,
    cores: Option<usize>,
    writes: usize,
    dialect: Dialect,
}

/// An instant in microseconds since 1970 UTC, and KB/s × 10¹⁸.
type Sample = (i64, u128);

fn read(sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let (time, writes) = (place(sheet, TIME, faults), place(sheet, WRITES, faults));
    let (Some(time), Some(writes)) = (time, writes) else { return Vec::new() };
    let cores = sheet.header.iter().position(|cell| cell.eq_ignore_ascii_case(CORES));
    let numeric = [Numeric { column: writes, whole: false }];
    let Some(dialect) = of_sheet(sheet, &numeric, options.decimal, faults) else { return Vec::new() };
    let places = Places { time, cores, writes, dialect };
    let grid = Grid { phase_us: options.start_us.unwrap_or(0), bin: options.bin.unwrap_or(BIN) };
    let (mut samples, mut oddities, file) = (Vec::new(), Oddities::default(), sheet.file);
    while let Some(row) = sheet.next(faults) {
        oddities.rows += 1;
        match sample(&row, &places, &mut oddities) {
            Ok(sample) => samples.push(sample),
            Err(mut fault) => {
                fault.file = file.to_owned();
                faults.push(fault);
            }
        }
    }
    if samples.is_empty() && faults.is_empty() {
        faults.push(Fault::of(file, "there are no rows below the header", "leave the file out"));
    }
    order(&mut samples, &mut oddities);
    let cells = cells(&samples, grid, options.kb, &mut oddities);
    let reach = cells.first().zip(cells.last()).map(|(first, last)| (first.0, last.0));
    vec![Track { name: name(file), file: file.to_owned(), grid, reach, cells, oddities, adds: false }]
}

/// The column headed so, in any case and padding.
fn place(sheet: &Sheet<'_>, name: &str, faults: &mut Faults) -> Option<usize> {
    let same = |cell: &String| cell.eq_ignore_ascii_case(name);
    let mut found = (0..sheet.header.len()).filter(|at| same(&sheet.header[*at]));
    let fault = match (found.next(), found.next()) {
        (Some(at), None) => return Some(at),
        (Some(_), Some(_)) => {
            let reason = format!("two columns are headed `{name}`");
            Fault::of(sheet.file, reason, "delete one of them")
        }
        (None, _) => {
            let reason = format!("no column is headed `{name}`; there are {}", sheet.columns());
            Fault::of(sheet.file, reason, "rename the column that holds it, if it is in this unit")
        }
    };
    faults.push(fault.line(1).column(name));
    None
}

fn sample(row: &Row<'_>, places: &Places, oddities: &mut Oddities) -> Result<Sample, Fault> {
    let fault = |column: &str, reason: String, remedy: &str| {
        Fault::of("", reason, remedy).line(row.line).column(column)
    };
    let text = row.text(places.time);
    let (time, unit) = instant(text).map_err(|(reason, remedy)| fault(TIME, reason, remedy))?;
    let first = *oddities.unit.get_or_insert((unit, unit != TimeUnit::Milliseconds));
    if first.0 != unit {
        let reason =
            format!("`{}` is in {}, the rows before in {}", quote(text), unit.name(), first.0.name());
        return Err(fault(TIME, reason, "give all times in one unit"));
    }
    let cell = row.text(places.writes);
    let writes = places
        .dialect
        .number(cell)
        .and_then(|writes| if writes > WRITES_MAX { Err(NotNumber::TooLarge) } else { Ok(writes) })
        .map_err(|not| {
            let (reason, remedy) = not.explain(cell);
            fault(WRITES, reason, remedy)
        })?;
    if places.cores.is_some_and(|cores| decimal(row.cell(cores)) == Ok(0)) {
        oddities.retired += 1;
        let from = oddities.retired_from_us.get_or_insert(time);
        *from = time.min(*from);
    }
    Ok((time, writes))
}

/// Sorts by time and counts what is out of order or there twice.
fn order(samples: &mut [Sample], oddities: &mut Oddities) {
    oddities.unsorted = samples.windows(2).map(|pair| u64::from(pair[1].0 < pair[0].0)).sum();
    samples.sort_unstable();
    for pair in samples.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        oddities.duplicates += 1;
        oddities.conflicts += u64::from(pair[0].1 != pair[1].1);
    }
}

fn cells(samples: &[Sample], grid: Grid, kb: u32, oddities: &mut Oddities) -> Vec<(i64, u64)> {
    let seconds = grid.bin.0 / 1_000_000;
    let factor = u128::from(kb) * u128::from(seconds);
    let bins = samples.chunk_by(|a, b| bin_of(grid, a.0) == bin_of(grid, b.0));
    bins.map(|bin| {
        oddities.shared += u64::from(bin.len() > 1);
        let sum: u128 = bin.iter().map(|sample| sample.1).sum();
        let bytes = mean_times(sum, bin.len() as u128 * SCALE, factor);
        (bin_of(grid, bin[0].0), u64::try_from(bytes).unwrap_or(u64::MAX))
    })
    .collect()
}

/// `vm25` for `…/25.csv.gz`, the plain name for others.
fn name(file: &str) -> String {
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = file.strip_suffix(".gz").unwrap_or(file);
    let stem = stem.strip_suffix(".csv").unwrap_or(stem);
    let number = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit());
    if number { format!("vm{stem}") } else { stem.to_owned() }
}
