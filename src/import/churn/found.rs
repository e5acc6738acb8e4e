//! What an import found: per column and for all together, as numbers. Pure over the series and its tracks.

use super::assemble::Assembly;
use super::track::{Oddities, Track};
use crate::import::ChurnOptions;
use crate::import::far::{Ascending, Leap};
use crate::import::room::{Pile, Room};
use crate::import::sorted::{Count, Sorting, Tally, put_wide, wide};
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
    /// Those of them that are told on stderr, too: what can hardly be so.
    pub doubtful: Vec<String>,
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
    /// Where a few bins leave the rest, in bytes.
    pub far: Option<Leap>,
}

/// One bin of a hundred is one of a few.
const FEW: u64 = 100;

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
        let (bins, bin_us, room) = (assembly.bins, assembly.bin.0, &options.room);
        let sums = sums(assembly, room);
        let (mut hours, mut tally, mut total_bytes) =
            (Hours::new(assembly, options), Sorting::new(room), 0_u128);
        let mut parts: Vec<_> = sums.iter().map(Pile::bytes).collect();
        for _ in 0..bins {
            let sum = parts.iter_mut().filter_map(wide).sum();
            hours.add(sum);
            tally.push(Count::once(sum.cast_signed()));
            total_bytes += sum;
        }
        Found {
            source,
            start_unix_us: assembly.start_unix_us,
            bin_us,
            bins,
            columns: assembly.tracks().iter().map(|track| ColumnFound::new(assembly, track, room)).collect(),
            total_bytes,
            hourly_bps: hours.means(),
            aggregate: Rates::of(&tally.sorted(), bin_us).expect("a series has at least one bin"),
            quirks: Vec::new(),
            doubtful: Vec::new(),
            left: Vec::new(),
        }
    }
}

/// Tracks that are added up at once.
const TOGETHER: usize = 64;

/// The sums of some tracks after the others, bin by bin.
fn sums(assembly: &Assembly, room: &Room) -> Vec<Pile> {
    let sum = |tracks: &[Track]| {
        let mut tracks: Vec<_> = tracks.iter().map(|track| assembly.bins_of(track)).collect();
        let mut sums = Pile::new(room);
        for _ in 0..assembly.bins {
            let bytes = tracks.iter_mut().filter_map(|track| track.next().flatten());
            put_wide(&mut sums, bytes.map(u128::from).sum());
        }
        sums
    };
    assembly.tracks().chunks(TOGETHER).map(sum).collect()
}

impl ColumnFound {
    fn new(assembly: &Assembly, track: &Track, room: &Room) -> ColumnFound {
        let (mut gaps, mut tally, mut measured, mut total_bytes) =
            (Gaps::default(), Sorting::new(room), 0, 0);
        let mut gap = 0;
        for (at, bytes) in assembly.bins_of(track).enumerate() {
            let Some(bytes) = bytes else {
                gap += 1;
                continue;
            };
            gaps.add(std::mem::take(&mut gap), at);
            if measured == 0 {
                gaps.leading = at;
            }
            tally.push(Count::once(bytes));
            total_bytes += u128::from(bytes);
            measured += 1;
        }
        gaps.add(gap, assembly.bins);
        gaps.trailing = gap;
        if measured == 0 {
            gaps.leading = gap;
        }
        let (tally, mut far) = (tally.sorted(), Ascending::default());
        tally.iter().for_each(|count| far.hear(count.number.cast_unsigned(), count.times));
        ColumnFound {
            name: track.name.clone(),
            file: track.file.clone(),
            oddities: Oddities { outside: (track.cells.len() - measured) as u64, ..track.oddities },
            gaps,
            total_bytes,
            rates: Rates::of(&tally, assembly.bin.0),
            far: far.few_above(FEW),
        }
    }
}

impl Gaps {
    /// Adds a run of so many bins that ends before a bin.
    fn add(&mut self, bins: usize, end: usize) {
        if bins > self.longest {
            (self.longest, self.longest_at) = (bins, end - bins);
        }
        self.bins += bins;
        self.runs += usize::from(bins > 0);
        self.single += usize::from(bins == 1);
    }
}

impl Rates {
    /// Of bytes per bin; `None` of no bins.
    fn of(bytes: &Tally, bin_us: u64) -> Option<Rates> {
        let n = bytes.len();
        let last = n.checked_sub(1)?;
        let sum = bytes.iter().map(|count| count.number.cast_unsigned() * u128::from(count.times)).sum();
        let percents = [50, 90, 95, 99, 100];
        let places = percents.map(|percent| percent * last / 100);
        let (low, high) = (bytes.at(places)?, bytes.at(places.map(|at| (at + 1).min(last)))?);
        let quantile = |at: usize| {
            let rest = i128::from(percents[at] * last % 100);
            per_second((low[at] * 100 + (high[at] - low[at]) * rest).cast_unsigned(), 100, bin_us)
        };
        Some(Rates {
            n: usize::try_from(n).unwrap_or(usize::MAX),
            mean: per_second(sum, n, bin_us),
            p50: quantile(0),
            p90: quantile(1),
            p95: quantile(2),
            p99: quantile(3),
            max: quantile(4),
        })
    }
}

/// `bytes` of `count` bins, in bytes per second.
#[allow(clippy::cast_precision_loss, reason = "statistics for people; the series itself stays in integers")]
fn per_second(bytes: u128, count: u64, bin_us: u64) -> f64 {
    bytes as f64 / (count as f64 * (bin_us as f64 / MICROS as f64))
}

/// Bytes by local hour.
struct Hours {
    bytes: [(u128, u64); 24],
    at: i64,
    bin_us: u64,
    zone: jiff::tz::TimeZone,
}

impl Hours {
    fn new(assembly: &Assembly, options: &ChurnOptions) -> Hours {
        let zone = options.zone.clone().unwrap_or(jiff::tz::TimeZone::UTC);
        Hours { bytes: [(0, 0); 24], at: assembly.start_unix_us, bin_us: assembly.bin.0, zone }
    }

    /// Adds the bytes of the next bin.
    fn add(&mut self, bytes: u128) {
        let hour =
            jiff::Timestamp::from_microsecond(self.at).map_or(0, |time| self.zone.to_datetime(time).hour());
        let place = &mut self.bytes[usize::from(hour.unsigned_abs())];
        *place = (place.0 + bytes, place.1 + 1);
        self.at = self.at.saturating_add(self.bin_us.cast_signed());
    }

    fn means(self) -> [Option<f64>; 24] {
        self.bytes.map(|(bytes, bins)| (bins > 0).then(|| per_second(bytes, bins, self.bin_us)))
    }
}
