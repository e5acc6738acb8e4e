//! Logs of Windows performance counters in CSV (`PDH-CSV 4.0`), as `typeperf`, `logman` and `relog` write them.
//!
//! `Write Bytes/sec` of Hyper-V's virtual disks is read where it is there, else `Disk Write Bytes/sec` of a guest's or host's disks. A
//! value is the mean since the sample before it, so it stands for the time before its own; a bin holds the mean of its
//! samples, times its length, rounded half to even. Times are local, and the header gives the bias to UTC when the log began.

use std::collections::BTreeMap;

use super::track::{Grid, Oddities, Track, bin_of};
use crate::import::dialect::Dialect;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::number::{NotNumber, SCALE, mean_times};
use crate::import::sheet::{Row, Sheet};
use crate::import::writers::{Numeric, of_sheet};
use crate::import::{ChurnOptions, ChurnSource};
use crate::series::CELLS_MAX;
use crate::units::Span;

/// The source.
pub const SOURCE: ChurnSource = ChurnSource { name: "counters", recognises, read };

const MARK: &str = "(PDH-CSV 4.0)";
/// Length of a bin unless another one is asked for, or samples are further apart.
const BIN: Span = Span::seconds(300);
/// Objects and counters that are read; the first that a log has.
const COUNTERS: [(&str, &str); 3] = [
    ("hyper-v virtual storage device", "write bytes/sec"),
    ("physicaldisk", "disk write bytes/sec"),
    ("logicaldisk", "disk write bytes/sec"),
];
/// Largest write rate that is believed, in bytes per second: 10 TB/s. Ten million of them still add up within `u128`.
const WRITES_MAX: u128 = 10_000_000_000_000 * SCALE;
/// Samples that tell how far samples are apart.
const STEPS: usize = 1000;
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// Whether these are the first bytes of such a log.
pub fn is_log(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    let start = start.strip_prefix(b"\"").unwrap_or(start);
    start.starts_with(MARK.as_bytes())
}

/// Whether a table has the header of such a log.
pub fn recognises(header: &[String]) -> bool {
    header.first().is_some_and(|first| first.starts_with(MARK))
}

/// A counter's path: `\\machine\object(instance)\counter`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Path<'h> {
    machine: &'h str,
    object: String,
    instance: &'h str,
    counter: String,
}

fn path(header: &str) -> Option<Path<'_>> {
    let (machine, rest) = header.strip_prefix("\\\\")?.split_once('\\')?;
    let (object, counter) = rest.rsplit_once('\\')?;
    let (object, instance) = match object.split_once('(') {
        Some((object, instance)) => (object, instance.strip_suffix(')')?),
        None => (object, ""),
    };
    Some(Path { machine, object: object.to_lowercase(), instance, counter: counter.to_lowercase() })
}

/// What is read of a log: each column, with its name and whether other hosts may see it too.
struct Chosen {
    columns: Vec<(usize, String, bool)>,
    left_out: u64,
}

/// The counters of the first kind that is there, without totals.
fn choose(header: &[String]) -> Option<Chosen> {
    let paths: Vec<(usize, Path)> =
        header.iter().enumerate().filter_map(|(at, header)| Some((at, path(header)?))).collect();
    let kind = |(object, counter): (&str, &str)| {
        let own = paths.iter().filter(|(_, path)| path.object == object && path.counter == counter);
        let own = own
            .filter(|(_, path)| !path.instance.is_empty() && !path.instance.eq_ignore_ascii_case("_total"));
        own.map(|(at, path)| named(*at, path)).collect::<Vec<_>>()
    };
    let columns = COUNTERS.into_iter().map(kind).find(|columns| !columns.is_empty())?;
    let left_out = (header.len() - 1 - columns.len()) as u64;
    Some(Chosen { columns, left_out })
}

/// A disk on a cluster's volume is the same on every node; any other belongs to its machine.
fn named(at: usize, path: &Path) -> (usize, String, bool) {
    let instance = path.instance.strip_prefix("--?-").unwrap_or(path.instance);
    let lower = instance.to_lowercase();
    let ending = [".vhdx", ".avhdx", ".vhd", ".avhd"].into_iter().find(|ending| lower.ends_with(ending));
    let stem = ending.map_or(instance, |ending| &instance[..instance.len() - ending.len()]);
    let anywhere = lower.contains("clusterstorage");
    let name = if anywhere { stem.to_owned() } else { format!("{}/{stem}", path.machine) };
    (at, name, anywhere)
}

fn read(sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
    let file = sheet.file;
    let Some(bias) = bias(&sheet.header[0]) else {
        let reason = format!(
            "`{}` does not end with a bias to UTC in minutes, such as (-60)",
            quote(&sheet.header[0])
        );
        faults.push(Fault::of(file, reason, "export it again with `relog -f CSV`").line(1));
        return Vec::new();
    };
    let Some(chosen) = choose(&sheet.header) else {
        let reason = format!("no counter of writes; there are {}", sheet.columns());
        let remedy = "log `\\Hyper-V Virtual Storage Device(*)\\Write Bytes/sec` by its English name";
        faults.push(Fault::of(file, reason, remedy).line(1));
        return Vec::new();
    };
    let numeric: Vec<_> =
        chosen.columns.iter().map(|(column, ..)| Numeric { column: *column, whole: false }).collect();
    let Some(dialect) = of_sheet(sheet, &numeric, options.decimal, faults) else { return Vec::new() };
    let bin = options.bin.unwrap_or_else(|| bin(sheet.again(), bias));
    let grid = Grid { phase_us: options.start_us.unwrap_or(0), bin };
    let mut log = Log::new(chosen.columns.len());
    log.oddities.left_out = chosen.left_out;
    log.oddities.bias_minutes = Some(bias);
    rows(sheet, (&chosen, dialect), (bias, grid), &mut log, faults);
    if log.oddities.rows == 0 && faults.is_empty() {
        faults.push(Fault::of(file, "there are no rows below the header", "leave the file out"));
    }
    tracks(file, chosen, log, grid)
}

/// What was read so far.
struct Log {
    oddities: Oddities,
    /// Instant of the row before, in microseconds since 1970 UTC.
    last: Option<i64>,
    /// Bins of the first and last row.
    reach: Option<(i64, i64)>,
    /// Sum of bytes per second × 10¹⁸ and number of values, by bin, of each chosen column.
    sums: Vec<BTreeMap<i64, (u128, u32)>>,
    /// Minutes by which the clocks went back since the log began.
    shift: i64,
}

fn rows(
    sheet: &mut Sheet<'_>,
    (chosen, dialect): (&Chosen, Dialect),
    (bias, grid): (i64, Grid),
    log: &mut Log,
    faults: &mut Faults,
) {
    let (file, header) = (sheet.file, sheet.header.clone());
    let mut held = 0;
    while let Some(row) = sheet.next_of_any_width(faults) {
        let whole = row.width() == header.len();
        let Some(local) = local(row.text(0)) else {
            if whole {
                let reason = format!("`{}` is not a time", quote(row.text(0)));
                let remedy = "times are written as 11/24/2026 10:00:00.000";
                faults.push(Fault::of(file, reason, remedy).line(row.line));
            }
            // the tools end their logs with a sentence
            log.oddities.text_rows += 1;
            continue;
        };
        if !whole {
            log.oddities.cut_rows += 1;
            continue;
        }
        // a value stands for the time before its own
        let bin = bin_of(grid, log.time(local, bias) - 1);
        let (first, last) = log.reach.unwrap_or((bin, bin));
        log.reach = Some((first.min(bin), last.max(bin)));
        for ((column, ..), sums) in chosen.columns.iter().zip(&mut log.sums) {
            match rate(&row, *column, dialect) {
                Ok(Some(rate)) => {
                    let sum = sums.entry(bin).or_default();
                    held += usize::from(sum.1 == 0);
                    *sum = (sum.0 + rate, sum.1 + 1);
                }
                Ok(None) => {}
                Err((reason, remedy)) => {
                    faults.push(Fault::of(file, reason, remedy).line(row.line).column(&header[*column]));
                }
            }
        }
        if held > CELLS_MAX {
            let reason = format!("more than {CELLS_MAX} bins in all columns");
            faults.push(Fault::of(file, reason, "choose a longer --bin").line(row.line));
            return;
        }
    }
}

impl Log {
    fn new(columns: usize) -> Log {
        let sums = vec![BTreeMap::new(); columns];
        Log { oddities: Oddities::default(), last: None, reach: None, sums, shift: 0 }
    }

    /// The instant of a row, in microseconds since 1970 UTC.
    fn time(&mut self, local: i64, bias: i64) -> i64 {
        let mut time = local + (bias + self.shift) * MINUTE;
        if let Some(last) = self.last {
            // summer time ends: an hour is there twice
            if (HOUR * 9 / 10..=HOUR).contains(&(last - time)) {
                self.shift += 60;
                time += HOUR;
                self.oddities.clock_back += 1;
            }
            self.oddities.unsorted += u64::from(time < last);
        }
        self.oddities.rows += 1;
        self.last = Some(time);
        time
    }
}

/// Bytes per second × 10¹⁸; `None` where nothing was measured.
fn rate(row: &Row<'_>, column: usize, dialect: Dialect) -> Result<Option<u128>, (String, &'static str)> {
    match dialect.number(row.text(column)) {
        Ok(rate) if rate > WRITES_MAX => Err(NotNumber::TooLarge.explain(row.text(column))),
        Ok(rate) => Ok(Some(rate)),
        Err(NotNumber::Empty) => Ok(None),
        // what a counter says that could not be read
        Err(NotNumber::Negative) if matches!(row.cell(column), b"-1" | b"-1.0" | b"-1.000000") => Ok(None),
        Err(not) => Err(not.explain(row.text(column))),
    }
}

/// Minutes from local time to UTC: `(PDH-CSV 4.0) (W. Europe Standard Time)(-60)`.
fn bias(header: &str) -> Option<i64> {
    let (_, last) = header.trim().strip_suffix(')')?.rsplit_once('(')?;
    last.parse().ok().filter(|minutes: &i64| minutes.abs() <= 24 * 60)
}

/// `11/24/2026 10:00:00.123`, in microseconds as if it were UTC.
fn local(text: &str) -> Option<i64> {
    let (date, time) = text.trim().split_once(' ')?;
    let mut date = date.splitn(3, '/');
    let (month, day, year) = (date.next()?, date.next()?, date.next()?);
    let iso = format!("{year:0>4}-{month:0>2}-{day:0>2}T{}", time.trim());
    let civil: jiff::civil::DateTime = iso.parse().ok()?;
    let zoned = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(zoned.as_microsecond())
}

/// Five minutes, or the usual distance of the first samples where that is longer.
fn bin(mut sheet: Sheet<'_>, bias: i64) -> Span {
    let mut log = Log::new(0);
    let mut steps = Vec::new();
    while let Some(row) = sheet.next_of_any_width(&mut Faults::default()) {
        let Some(local) = local(row.text(0)) else { continue };
        let before = log.last;
        let time = log.time(local, bias);
        steps.extend(before.map(|before| (time - before).max(0).unsigned_abs()));
        if steps.len() == STEPS {
            break;
        }
    }
    steps.sort_unstable();
    let step = steps.get(steps.len() / 2).copied().unwrap_or(0);
    Span(step.div_ceil(1_000_000) * 1_000_000).clamp(BIN, crate::import::BIN_MAX)
}

fn tracks(file: &str, chosen: Chosen, log: Log, grid: Grid) -> Vec<Track> {
    let (reach, oddities) = (log.reach, log.oddities);
    let seconds = u128::from(grid.bin.0 / 1_000_000);
    let bytes = |(sum, count): (u128, u32)| {
        u64::try_from(mean_times(sum, u128::from(count) * SCALE, seconds)).unwrap_or(u64::MAX)
    };
    let columns = chosen.columns.into_iter().zip(log.sums);
    columns
        .map(|((_, name, adds), sums)| {
            let cells = sums.into_iter().map(|(bin, sum)| (bin, bytes(sum))).collect();
            Track { name, file: file.to_owned(), grid, reach, cells, oddities, adds }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_biases_are_read() {
        let header = r"\\HV01\Hyper-V Virtual Storage Device(C:-VMs (old)-a.vhdx)\Write Bytes/sec";
        let path = path(header).unwrap();
        assert_eq!((path.machine, path.instance), ("HV01", "C:-VMs (old)-a.vhdx"));
        assert_eq!(named(3, &path), (3, "HV01/C:-VMs (old)-a".to_owned(), false));
        assert_eq!(bias("(PDH-CSV 4.0) (W. Europe Standard Time)(-60)"), Some(-60));
        assert_eq!(bias("(PDH-CSV 4.0) (UTC)"), None);
        assert_eq!(local("01/01/1970 00:00:01.500"), Some(1_500_000));
        assert_eq!(local("31/12/1970 00:00:00"), None);
    }
}
