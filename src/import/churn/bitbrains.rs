//! Monitoring files of the Bitbrains traces (GWA-T-12): one machine per file, a sample about every five minutes.
//!
//! A bin holds the mean of the samples whose time falls into it, times its length, rounded half to even; a sample stands for
//! its own bin only. Rows with a time seen before count like any other sample and are reported.

use smallvec::smallvec;

use super::cells::Cells;
use super::rows;
use super::samples::Sample;
use super::time::grid::{Grid, bin_of};
use super::track::{Oddities, Track};
use crate::import::clock::{TimeUnit, instant};
use crate::import::dialect::Dialect;
use crate::import::fault::{FAULTS_MAX, Fault, Faults, quote};
use crate::import::number::{NotNumber, SCALE, decimal, mean_times};
use crate::import::sheet::{Row, Sheet};
use crate::import::sorted::{Sorted, Sorting};
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

fn read(sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let (time, writes) = (place(sheet, TIME, faults), place(sheet, WRITES, faults));
    let (Some(time), Some(writes)) = (time, writes) else { return Vec::new() };
    let cores = sheet.header.iter().position(|cell| cell.eq_ignore_ascii_case(CORES));
    let numeric = [Numeric { column: writes, whole: false }];
    let Some(dialect) = of_sheet(sheet, &numeric, options.decimal, faults) else { return Vec::new() };
    let places = Places { time, cores, writes, dialect };
    let grid = Grid { phase_us: options.start_us.unwrap_or(0), bin: options.bin.unwrap_or(BIN) };
    let (mut samples, mut oddities, file) = (Sorting::new(&options.room), Oddities::default(), sheet.file);
    let (mut wrong, mut good, mut last) = (Vec::new(), 0, None);
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
        oddities.unsorted += u64::from(last.replace(time).is_some_and(|last| time < last));
        // of equal times the least comes first, wherever it stands
        samples.push(Sample { instant: time, line: 0, cells: smallvec![writes.ok()] });
    }
    if last.is_none() && faults.is_empty() {
        faults.push(Fault::of(file, "there are no rows below the header", "leave the file out"));
    }
    rows::judge(oddities.bad, good, wrong, faults);
    let (cells, reach) = cells(&samples.sorted(), (grid, options), &mut oddities);
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

/// The bins of samples, the first and the last of these, and what is there twice.
fn cells(
    samples: &Sorted<Sample>,
    (grid, options): (Grid, &ChurnOptions),
    oddities: &mut Oddities,
) -> (Cells, Option<(i64, i64)>) {
    let factor = u128::from(options.kb) * u128::from(grid.bin.0 / 1_000_000);
    let (mut cells, mut reach) = (Cells::new(&options.room), None);
    let mut shared = 0;
    let mut end = |(bin, sum, count): (i64, u128, u128)| {
        if count > 0 {
            let bytes = mean_times(sum, count * SCALE, factor);
            cells.push((bin, u64::try_from(bytes).unwrap_or(u64::MAX)));
        }
        shared += u64::from(count > 1);
    };
    let (mut under_way, mut last): (Option<(i64, u128, u128)>, Option<Sample>) = (None, None);
    for sample in samples.iter() {
        let bin = bin_of(grid, sample.instant);
        reach = Some((reach.map_or(bin, |(first, _)| first), bin));
        if let Some(twice) = last.filter(|last| last.instant == sample.instant) {
            oddities.duplicates += 1;
            oddities.conflicts += u64::from(twice.cells != sample.cells);
        }
        let before = under_way.filter(|(own, ..)| *own == bin);
        under_way.filter(|_| before.is_none()).into_iter().for_each(&mut end);
        let (_, sum, count) = before.unwrap_or((bin, 0, 0));
        let writes = sample.cells.first().copied().flatten();
        under_way = Some((bin, sum + writes.unwrap_or(0), count + u128::from(writes.is_some())));
        last = Some(sample);
    }
    under_way.into_iter().for_each(end);
    oddities.shared += shared;
    (cells, reach)
}

/// `vm25` for `…/25.csv.gz`, the plain name for others.
fn name(file: &str) -> String {
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = file.strip_suffix(".gz").unwrap_or(file);
    let stem = stem.strip_suffix(".csv").unwrap_or(stem);
    let number = !stem.is_empty() && stem.bytes().all(|byte| byte.is_ascii_digit());
    if number { format!("vm{stem}") } else { stem.to_owned() }
}
