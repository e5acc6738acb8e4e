//! What an import found: per column and for all together, as numbers. Pure over the series and its tracks.

use super::assemble::Assembly;
use super::track::{Oddities, Track};
use crate::import::ChurnOptions;
use crate::series::Column;
use crate::units::MICROS;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Kinds of export read.
    pub source: String,
    /// Start of the first bin, in microseconds since 1970 UTC.
    pub start_unix_us: i64,
    /// Length of a bin, in microseconds.
    pub bin_us: u64,
    /// Bins of each column.
    pub bins: usize,
    /// Each column, in the order of the series.
    pub columns: Vec<ColumnFound>,
    /// Bytes of all columns.
    pub total_bytes: u128,
    /// The sum of all columns, a gap counting as nothing.
    pub aggregate: Rates,
    /// Mean of that sum by local hour in which a bin starts, in bytes per second; `None` for an hour without bins.
    pub hourly_bps: [Option<f64>; 24],
    /// What was odd, as sentences.
    pub quirks: Vec<String>,
    /// Files that nobody named, and sheets, that are not of measurements.
    pub left: Vec<String>,
}

/// What was found in a column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnFound {
    /// Its name.
    pub name: String,
    /// The file it came from.
    pub file: String,
    /// Oddities of its rows.
    pub oddities: Oddities,
    /// Its gaps.
    pub gaps: Gaps,
    /// Sum of its bytes.
    pub total_bytes: u128,
    /// Its rates, gaps left out; `None` if nothing was measured in the asked time.
    pub rates: Option<Rates>,
}

/// Runs of bins without a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Bins in all of them.
    pub bins: usize,
    /// How many runs.
    pub runs: usize,
    /// How many are of one bin.
    pub single: usize,
    /// Bins of the longest run.
    pub longest: usize,
    /// First bin of the longest run, the earliest among equals.
    pub longest_at: usize,
    /// Bins before the first measured one; all if none is.
    pub leading: usize,
    /// Bins after the last measured one; all if none is.
    pub trailing: usize,
}

/// A distribution over bins, in bytes per second; quantiles interpolate between neighbours, as numpy does by default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// How many bins.
    pub n: usize,
    /// Mean.
    pub mean: f64,
    /// Half of the bins are below.
    pub p50: f64,
    /// 90 % of the bins are below.
    pub p90: f64,
    /// 95 % of the bins are below.
    pub p95: f64,
    /// 99 % of the bins are below.
    pub p99: f64,
    /// Largest.
    pub max: f64,
}

impl Found {
    pub(in crate::import) fn new(assembly: &Assembly, source: String, options: &ChurnOptions) -> Found {
        let (bins, bin_us) = (assembly.bins, assembly.bin.0);
        let (mut sum, mut columns) = (vec![0_u128; bins], Vec::new());
        for (track, column) in assembly.columns() {
            for (sum, bytes) in sum.iter_mut().zip(&column.bins) {
                *sum += u128::from(bytes.unwrap_or(0));
            }
            columns.push(ColumnFound::new(column, track, bin_us));
        }
        Found {
            source,
            start_unix_us: assembly.start_unix_us,
            bin_us,
            bins,
            columns,
            total_bytes: sum.iter().sum(),
            hourly_bps: hourly(assembly, &sum, options),
            aggregate: Rates::of(sum, bin_us).expect("a series has at least one bin"),
            quirks: Vec::new(),
            left: Vec::new(),
        }
    }
}

impl ColumnFound {
    fn new(column: Column, track: &Track, bin_us: u64) -> ColumnFound {
        let bytes: Vec<u128> = column.bins.iter().flatten().map(|bytes| u128::from(*bytes)).collect();
        let outside = track.cells.len().saturating_sub(bytes.len()) as u64;
        ColumnFound {
            name: column.name,
            file: track.file.clone(),
            oddities: Oddities { outside, ..track.oddities },
            gaps: Gaps::of(&column.bins),
            total_bytes: bytes.iter().sum(),
            rates: Rates::of(bytes, bin_us),
        }
    }
}

impl Gaps {
    fn of(bins: &[Option<u64>]) -> Gaps {
        let (mut gaps, mut at) = (Gaps::default(), 0);
        for run in bins.chunk_by(|a, b| a.is_some() == b.is_some()) {
            if run[0].is_none() {
                gaps.bins += run.len();
                gaps.runs += 1;
                gaps.single += usize::from(run.len() == 1);
                if run.len() > gaps.longest {
                    (gaps.longest, gaps.longest_at) = (run.len(), at);
                }
            }
            at += run.len();
        }
        gaps.leading = bins.iter().take_while(|bin| bin.is_none()).count();
        gaps.trailing = bins.iter().rev().take_while(|bin| bin.is_none()).count();
        gaps
    }
}

impl Rates {
    /// Of bytes per bin; `None` of no bins.
    fn of(mut bytes: Vec<u128>, bin_us: u64) -> Option<Rates> {
        bytes.sort_unstable();
        let (last, sum) = (bytes.len().checked_sub(1)?, bytes.iter().sum::<u128>());
        let quantile = |percent: usize| {
            let (at, rest) = (percent * last / 100, (percent * last % 100) as u128);
            let (low, high) = (bytes[at], bytes[(at + 1).min(last)]);
            per_second(low * 100 + (high - low) * rest, 100, bin_us)
        };
        Some(Rates {
            n: bytes.len(),
            mean: per_second(sum, bytes.len(), bin_us),
            p50: quantile(50),
            p90: quantile(90),
            p95: quantile(95),
            p99: quantile(99),
            max: quantile(100),
        })
    }
}

/// `bytes` of `count` bins, in bytes per second.
#[allow(clippy::cast_precision_loss, reason = "statistics for people; the series itself stays in integers")]
fn per_second(bytes: u128, count: usize, bin_us: u64) -> f64 {
    bytes as f64 / (count as f64 * (bin_us as f64 / MICROS as f64))
}

fn hourly(assembly: &Assembly, sum: &[u128], options: &ChurnOptions) -> [Option<f64>; 24] {
    let mut hours = [(0_u128, 0_usize); 24];
    let (mut at, zone) = (assembly.start_unix_us, options.zone.clone().unwrap_or(jiff::tz::TimeZone::UTC));
    for bytes in sum {
        let hour = jiff::Timestamp::from_microsecond(at).map_or(0, |time| zone.to_datetime(time).hour());
        let place = &mut hours[usize::from(hour.unsigned_abs())];
        *place = (place.0 + bytes, place.1 + 1);
        at = at.saturating_add(assembly.bin.0.cast_signed());
    }
    hours.map(|(bytes, bins)| (bins > 0).then(|| per_second(bytes, bins, assembly.bin.0)))
}
