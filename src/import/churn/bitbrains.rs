//! Monitoring files of the Bitbrains traces (GWA-T-12): one machine per file, a sample about every five minutes.
//!
//! A bin holds the mean of the samples whose time falls into it, times its length, rounded half to even; a sample stands for
//! its own bin only. Rows with a time seen before count like any other sample and are reported.

use super::cells::{Cell, Cells};
use super::rows;
use super::time::grid::{Grid, bin_of};
use super::track::{Oddities, Track};
use crate::import::clock::{TimeUnit, instant};
use crate::import::dialect::Dialect;
use crate::import::fault::{FAULTS_MAX, Fault, Faults, quote};
use crate::import::number::{NotNumber, SCALE, decimal, mean_times};
use crate::import::sheet::{Row, Sheet};
use crate::import::writers::{Numeric, of_sheet};
use crate::import::{ChurnOptions, ChurnSource, Form};
use crate::units::Span;

/// The source.
pub const SOURCE: ChurnSource = ChurnSource { name: "bitbrains", form: Form::Own(recognises, read) };
/// Length of a bin unless another one is asked for: the traces' own interval.
pub const BIN: Span = Span::seconds(300);

const TIME: &str = "Timestamp [ms]";
const CORES: &str = "CPU cores";
const WRITES: &str = "Disk write throughput [KB/s]";
/// Largest write rate that is believed, in KB/s: 100 TB/s. Keeps every product here within `u128`, every bin within `u64`.
const WRITES_MAX: u128 = 100_000_000_000 * SCALE;

/// Times in milliseconds beside processors or disks, in any language; other tables have units in brackets, too.
fn recognises(header: &[String]) -> bool {
    let lower: Vec<String> = header.iter().map(|cell| cell.to_lowercase()).collect();
    let of_traces = |cell: &String| cell.contains("cpu") || cell.starts_with("disk write throughput");
    lower.iter().any(|cell| cell.ends_with("[ms]")) && lower.iter().any(of_traces)
        || header.iter().any(|cell| cell.eq_ignore_ascii_case(WRITES))
}

/// Where the columns are.
struct Places {
    time: usize,
    cores: Option<usize>,
    writes: usize,
    dialect: Dialect,
}

/// An instant in microseconds since 1970 UTC, and KB/s × 10¹⁸; `None` where nothing was measured.
type Sample = (i64, Option<u128>);

fn read(sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let (time, writes) = (place(sheet, TIME, faults), place(sheet, WRITES, faults));
    let (Some(time), Some(writes)) = (time, writes) else { return Vec::new() };
    let cores = sheet.header.iter().position(|cell| cell.eq_ignore_ascii_case(CORES));
    let numeric = [Numeric { column: writes, whole: false }];
    let Some(dialect) = of_sheet(sheet, &numeric, options.decimal, faults) else { return Vec::new() };
    let places = Places { time, cores, writes, dialect };
    let grid = Grid { phase_us: options.start_us.unwrap_or(0), bin: options.bin.unwrap_or(BIN) };
    let (mut samples, mut oddities, file) = (Vec::new(), Oddities::default(), sheet.file);
    let (mut wrong, mut good) = (Vec::new(), 0);
    while let Some(row) = sheet.next(faults) {
        oddities.rows += 1;
        let time = match time_of(&row, &places, &mut oddities) {
            Ok(time) => time,
            Err(mut fault) => {
                fault.file = file.to_owned();
                faults.push(fault);
                continue;
            }
        };
        let writes = writes_of(&row, &places);
        good += u64::from(writes.is_ok());
        if let Err(not) = writes {
            let (reason, remedy) = not.explain(row.text(places.writes));
            let fault = Fault::of(file, reason, remedy).line(row.line).column(WRITES);
            let refused = oddities.bad.count(not, row.line);
            if refused && wrong.len() < FAULTS_MAX {
                wrong.push(fault)
            } else if !refused {
                faults.push(fault)
            }
        }
        samples.push((time, writes.ok()));
    }
    if samples.is_empty() && faults.is_empty() {
        faults.push(Fault::of(file, "there are no rows below the header", "leave the file out"));
    }
    rows::judge(oddities.bad, good, wrong, faults);
    order(&mut samples, &mut oddities);
    let reach = samples
        .first()
        .zip(samples.last())
        .map(|(first, last)| (bin_of(grid, first.0), bin_of(grid, last.0)));
    samples.retain(|sample| sample.1.is_some());
    let cells = Cells::of(&options.room, cells(&samples, grid, options.kb, &mut oddities));
    vec![Track {
        name: name(file),
        file: file.to_owned(),
        grid,
        reach,
        cells,
        seconds: (0, 0),
        oddities,
        seen_by: None,
    }]
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

fn time_of(row: &Row<'_>, places: &Places, oddities: &mut Oddities) -> Result<i64, Fault> {
    let fault = |reason: String, remedy: &str| Fault::of("", reason, remedy).line(row.line).column(TIME);
    let text = row.text(places.time);
    let (time, unit) = instant(text).map_err(|(reason, remedy)| fault(reason, remedy))?;
    let first = *oddities.unit.get_or_insert((unit, unit != TimeUnit::Milliseconds));
    if first.0 != unit {
        let reason =
            format!("`{}` is in {}, the rows before in {}", quote(text), unit.name(), first.0.name());
        return Err(fault(reason, "give all times in one unit"));
    }
    if places.cores.is_some_and(|cores| decimal(row.cell(cores)) == Ok(0)) {
        oddities.retired += 1;
        let from = oddities.retired_from_us.get_or_insert(time);
        *from = time.min(*from);
    }
    Ok(time)
}

fn writes_of(row: &Row<'_>, places: &Places) -> Result<u128, NotNumber> {
    let writes = places.dialect.number(row.text(places.writes))?;
    if writes > WRITES_MAX { Err(NotNumber::TooLarge) } else { Ok(writes) }
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

fn cells<'s>(
    samples: &'s [Sample],
    grid: Grid,
    kb: u32,
    oddities: &'s mut Oddities,
) -> impl Iterator<Item = Cell> + 's {
    let seconds = grid.bin.0 / 1_000_000;
    let factor = u128::from(kb) * u128::from(seconds);
    let bins = samples.chunk_by(move |a, b| bin_of(grid, a.0) == bin_of(grid, b.0));
    bins.map(move |bin| {
        oddities.shared += u64::from(bin.len() > 1);
        let sum: u128 = bin.iter().filter_map(|sample| sample.1).sum();
        let bytes = mean_times(sum, bin.len() as u128 * SCALE, factor);
        (bin_of(grid, bin[0].0), u64::try_from(bytes).unwrap_or(u64::MAX))
    })
}

/// `vm25` for `…/25.csv.gz`, the plain name for others.
fn name(file: &str) -> String {
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = file.strip_suffix(".gz").unwrap_or(file);
    let stem = stem.strip_suffix(".csv").unwrap_or(stem);
    let number = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit());
    if number { format!("vm{stem}") } else { stem.to_owned() }
}
