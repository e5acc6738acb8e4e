//! What machines write, as `Measure-VMReplication` tells it: the logs that went through, over the time that they stand for.

use std::collections::BTreeMap;

use super::super::churn::bins::RATE_MAX;
use super::super::churn::cells::Cells;
use super::super::churn::time::grid::{Grid, bin_of, length};
use super::super::churn::track::{Oddities, Track};
use super::super::fault::{Fault, Faults, quote};
use super::super::number::{SCALE, mean_times};
use super::super::{ChurnOptions, INSTANT_MAX};
use super::{Reading, json, record};
use crate::mirror::Measurement;
use crate::series::CELLS_MAX;
use crate::units::{MICROS, Span};

/// The name of the source.
pub const NAME: &str = "measure-vmreplication";
/// Bins unless one is asked for, in seconds: the longest that fits into the shortest interval. Each fits into the next.
const BINS: [u64; 4] = [3600, 900, 300, 30];
/// What no measurement tells.
const LOGS: &str = "Sizes are those of replicated logs: what is written twice within a cycle is in them once, so machines write as \
                    much or more.";

/// Bytes over a time, in microseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    from: i64,
    to: i64,
    /// `None`: not measured.
    bytes: Option<u128>,
    /// How much of it another one may have, too: cycles tremble, windows do not.
    slack: i64,
}

impl Stretch {
    /// More than that nothing writes.
    fn most(self) -> u128 {
        RATE_MAX / SCALE * u128::from(self.to.abs_diff(self.from)) / u128::from(MICROS)
    }
}

/// Whether a header is of this source.
pub fn recognises(header: &[String]) -> bool {
    record::is_record(header.iter().map(String::as_str))
}

/// Whether a text is JSON of this source.
pub fn recognises_json(text: &str) -> bool {
    json::recognises(text) && json::has_records(text)
}

/// What is to be told of the reading, and what was asked for in vain.
pub fn told(reading: &Reading, options: &ChurnOptions) -> Vec<String> {
    let mut says = reading.told();
    let given = [
        ("--values", options.values.is_some()),
        ("--bias", options.bias.is_some()),
        ("--decimal", options.decimal.is_some()),
        ("--columns", !options.columns.is_empty()),
    ];
    let vain: Vec<&str> = given.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect();
    if !vain.is_empty() {
        says.push(format!("Without effect, for this export tells it itself: {}.", vain.join(", ")));
    }
    says.push(LOGS.to_owned());
    says
}

/// A track for each machine.
///
/// # Errors
/// A measurement that does not say for how long it stands, or for a time that another has; too many bins.
pub fn tracks(reading: &Reading, options: &ChurnOptions) -> Result<Vec<Track>, Faults> {
    let mut faults = Faults::default();
    let mut machines: BTreeMap<(&str, &str), Vec<Stretch>> = BTreeMap::new();
    for measurement in &reading.measurements {
        let key = if measurement.id.is_empty() { &measurement.server } else { &measurement.id };
        match stretch(measurement) {
            Some(it) if it.from.unsigned_abs().max(it.to.unsigned_abs()) > INSTANT_MAX => {
                let reason = format!("the times of `{}` lie beyond the calendar", quote(&measurement.vm));
                faults.push(Fault::of(NAME, reason, "export it again"));
            }
            Some(stretch) => machines.entry((&measurement.vm, key)).or_default().push(stretch),
            None => {
                let reason =
                    format!("nothing says for how long a log of `{}` stands", quote(&measurement.vm));
                let remedy = "export MonitoringStartTime, MonitoringEndTime and both counts (SuccessfulReplicationCount, MissedReplicationCount) too, or FrequencySec";
                faults.push(Fault::of(NAME, reason, remedy));
            }
        }
    }
    let shortest = machines.values().flatten().map(|it| (it.to - it.from).unsigned_abs()).min().unwrap_or(0);
    let fitting = BINS.into_iter().find(|bin| bin * MICROS <= shortest).unwrap_or(BINS[3]);
    let bin = options.bin.unwrap_or(Span(fitting * MICROS));
    let grid = Grid { phase_us: options.start_us.unwrap_or(0), bin };
    let bins = |it: &Stretch| bin_of(grid, it.to).abs_diff(bin_of(grid, it.from)) + 1;
    if machines.values().flatten().map(bins).fold(0, u64::saturating_add) > CELLS_MAX as u64 {
        let reason = format!("more than {CELLS_MAX} bins of {bin} in all machines");
        faults.push(Fault::of(NAME, reason, "choose a longer --bin, or measure a shorter time"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut tracks = Vec::new();
    for ((vm, _), stretches) in machines {
        match track(vm, stretches, grid, options) {
            Ok(track) => tracks.push(track),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(tracks) } else { Err(faults) }
}

/// What went through in an interval, or the mean log over the time between two.
fn stretch(measurement: &Measurement) -> Option<Stretch> {
    let (seen, to) = (measurement.seen, measurement.to_unix_us);
    let size = seen.size.map(u128::from);
    let through = seen.cycles.zip(seen.missed).map(|(cycles, missed)| u128::from(cycles - missed));
    match (measurement.from_unix_us, through, measurement.every_us.filter(|every| *every > 0)) {
        (Some(from), Some(0), _) => Some(Stretch { from, to, bytes: Some(0), slack: 0 }),
        (Some(from), Some(through), _) => {
            Some(Stretch { from, to, bytes: size.map(|size| size * through), slack: 0 })
        }
        (Some(from), None, Some(every)) => {
            let time = u128::from(to.abs_diff(from));
            let bytes = size.map(|size| mean_times(size, u128::from(every), time));
            Some(Stretch { from, to, bytes, slack: 0 })
        }
        (None, _, Some(every)) => {
            let from = to.checked_sub_unsigned(every)?;
            Some(Stretch { from, to, bytes: size, slack: i64::try_from(every / 2).ok()? })
        }
        (_, _, None) => None,
    }
}

fn track(vm: &str, mut stretches: Vec<Stretch>, grid: Grid, options: &ChurnOptions) -> Result<Track, Fault> {
    let mut oddities = Oddities { rows: stretches.len() as u64, ..Oddities::default() };
    stretches.sort_by_key(|it| (it.from, std::cmp::Reverse(it.to)));
    // of measurements that begin together the last has the others in it
    stretches.dedup_by_key(|it| it.from);
    oddities.duplicates = oddities.rows - stretches.len() as u64;
    let mut sums: BTreeMap<i64, (u128, u64)> = BTreeMap::new();
    let mut last = i64::MIN;
    for mut stretch in stretches.iter().copied() {
        if last.saturating_sub(stretch.from) > stretch.slack {
            let reason = format!("two measurements of `{}` are of the same time", quote(vm));
            return Err(Fault::of(NAME, reason, "export one for each interval"));
        }
        stretch.from = stretch.from.max(last);
        last = stretch.to;
        match stretch.bytes {
            Some(bytes) if bytes > stretch.most() => oddities.bad.too_large += 1,
            Some(bytes) => spread(&mut sums, stretch, bytes, grid),
            None => oddities.bad.no_value += 1,
        }
    }
    let reach = stretches.first().map(|first| (bin_of(grid, first.from), bin_of(grid, last - 1)));
    let seconds = |sum: Option<(&i64, &(u128, u64))>| sum.map_or(0, |(_, sum)| sum.1 / MICROS);
    let seconds = (seconds(sums.first_key_value()), seconds(sums.last_key_value()));
    let bytes = |(sum, covered): (u128, u64)| {
        u64::try_from(mean_times(sum, u128::from(covered) * FINE, u128::from(grid.bin.0))).unwrap_or(u64::MAX)
    };
    let cells = Cells::of(&options.room, sums.into_iter().map(|(bin, sum)| (bin, bytes(sum))));
    let (name, file) = (vm.to_owned(), NAME.to_owned());
    Ok(Track { name, file, grid, reach, cells, seconds, oddities, seen_by: None })
}

/// Parts of a byte that sums are kept in.
const FINE: u128 = 1 << 20;

/// Adds bytes to the bins of their time, each its part, and how much of the bin they cover.
fn spread(sums: &mut BTreeMap<i64, (u128, u64)>, stretch: Stretch, bytes: u128, grid: Grid) {
    let time = u128::from(stretch.to.abs_diff(stretch.from));
    let mut at = stretch.from;
    while at < stretch.to {
        let bin = bin_of(grid, at);
        let until = stretch.to.min(grid.phase_us + (bin + 1) * length(grid));
        let sum = sums.entry(bin).or_default();
        sum.0 = sum.0.saturating_add(mean_times(
            bytes.saturating_mul(FINE),
            time,
            u128::from(until.abs_diff(at)),
        ));
        sum.1 += until.abs_diff(at);
        at = until;
    }
}
