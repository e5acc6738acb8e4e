//! What one column of a source gave, on its own grid, and how all of them become a series.

use crate::import::clock::{TimeUnit, written};
use crate::import::fault::{Fault, Faults, quote};
use crate::import::{ChurnOptions, End};
use crate::series::{CELLS_MAX, COLUMNS_MAX, Column, NAME_MAX, Series};
use crate::units::Span;

/// Bins end to end: number k starts at `phase_us` + k × `bin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Start of bin 0, in microseconds since 1970 UTC.
    pub phase_us: i64,
    /// Length of a bin.
    pub bin: Span,
}

/// One column as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// Name of the column to be.
    pub name: String,
    /// File it came from.
    pub file: String,
    /// Where its bins lie.
    pub grid: Grid,
    /// Bins of its first and last row, measured or not; `None` without rows.
    pub reach: Option<(i64, i64)>,
    /// Number and bytes of each bin that was measured, in order.
    pub cells: Vec<(i64, u64)>,
    /// What was odd about it.
    pub oddities: Oddities,
    /// Whether the same name in another file is the same thing, seen from elsewhere: their bytes add up.
    pub adds: bool,
}

/// What was odd about a column's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Rows of the file.
    pub rows: u64,
    /// Rows whose time an earlier row had already.
    pub duplicates: u64,
    /// Those of them with another value.
    pub conflicts: u64,
    /// Rows earlier than the one before them.
    pub unsorted: u64,
    /// Rows of a machine without processors, which is gone or switched off.
    pub retired: u64,
    /// The first of these, in microseconds since 1970 UTC.
    pub retired_from_us: Option<i64>,
    /// Bins with more than one sample.
    pub shared: u64,
    /// Unit of its times, and whether the header claims another one.
    pub unit: Option<(TimeUnit, bool)>,
    /// Measured bins left out because they lie outside the asked time.
    pub outside: u64,
    /// Columns of the file that measure something else.
    pub left_out: u64,
    /// Rows that are a sentence of the tool.
    pub text_rows: u64,
    /// Rows cut short.
    pub cut_rows: u64,
    /// How often the clock went back an hour.
    pub clock_back: u64,
    /// Minutes from the file's local time to UTC.
    pub bias_minutes: Option<i64>,
}

/// A bin of `grid` that holds the instant.
pub fn bin_of(grid: Grid, unix_us: i64) -> i64 {
    (unix_us - grid.phase_us).div_euclid(length(grid))
}

/// Length of the grid's bins in signed microseconds; far below the limit by `BIN_MAX`.
pub fn length(grid: Grid) -> i64 {
    grid.bin.0.cast_signed()
}

/// Sorts the tracks by name, cuts them to the asked time and sets them side by side.
///
/// # Errors
/// No rows, a name twice, different grids, a start between bins, too many bins.
pub fn assemble(tracks: &mut Vec<Track>, options: &ChurnOptions) -> Result<Series, Faults> {
    tracks.sort_by(|a, b| natural(&a.name, &b.name).then_with(|| a.file.cmp(&b.file)));
    tracks.dedup_by(|later, first| merge(first, later));
    let mut faults = Faults::default();
    names(tracks, &mut faults);
    let Some(first) = tracks.first() else {
        return Err(Fault::of("import", "there is no file to import", "name at least one file").into());
    };
    let grid = first.grid;
    for other in tracks.iter().filter(|track| track.grid != grid) {
        let reason = format!("its bins of {} differ from those of {}", other.grid.bin, first.file);
        faults.push(Fault::of(&other.file, reason, "import it on its own"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let (start, bins) = window(tracks, grid, options)?;
    let columns = tracks.iter_mut().map(|track| column(track, start, bins)).collect();
    Ok(Series { start_unix_us: grid.phase_us + start * length(grid), bin: grid.bin, columns })
}

/// Adds `later` to `first` if both are one thing; false if they are not.
fn merge(first: &mut Track, later: &Track) -> bool {
    if !(first.adds && later.adds && first.name == later.name && first.grid == later.grid) {
        return false;
    }
    let mut bins: std::collections::BTreeMap<i64, u64> = first.cells.iter().copied().collect();
    for (bin, bytes) in &later.cells {
        let sum = bins.entry(*bin).or_default();
        *sum = sum.saturating_add(*bytes);
    }
    first.cells = bins.into_iter().collect();
    let (a, b) = (first.reach, later.reach);
    first.reach = a.zip(b).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1))).or(a).or(b);
    true
}

fn names(tracks: &[Track], faults: &mut Faults) {
    for pair in tracks.windows(2).filter(|pair| pair[0].name == pair[1].name) {
        let reason = format!("the column `{}` comes from {} too", quote(&pair[1].name), pair[0].file);
        faults.push(Fault::of(&pair[1].file, reason, "leave one of them out, or rename it"));
    }
    for track in tracks.iter().filter(|track| track.name.is_empty() || track.name.len() > NAME_MAX) {
        let reason = format!("the name `{}` is empty or longer than {NAME_MAX} bytes", quote(&track.name));
        faults.push(Fault::of(&track.file, reason, "rename it"));
    }
}

/// First bin and number of bins of the asked time; where nothing is asked, from the first to the last row.
fn window(tracks: &[Track], grid: Grid, options: &ChurnOptions) -> Result<(i64, usize), Fault> {
    let file = &tracks[0].file;
    let earliest = tracks.iter().filter_map(|track| track.reach).map(|reach| reach.0).min();
    let latest = tracks.iter().filter_map(|track| track.reach).map(|reach| reach.1).max();
    let (Some(earliest), Some(latest)) = (earliest, latest) else {
        return Err(Fault::of(file, "there are no rows", "export it again, with data"));
    };
    let start = options.start_us.map_or(earliest, |start| bin_of(grid, start));
    if options.start_us.is_some_and(|us| us != grid.phase_us + start * length(grid)) {
        let reason = format!("the start lies inside a bin of {}", grid.bin);
        let near = written(grid.phase_us + start * length(grid));
        return Err(Fault::of(file, reason, format!("give a start on the grid, such as --start {near}")));
    }
    let bins = match options.end {
        None => latest.saturating_add(1) - start,
        Some(End::Bins(bins)) => i64::try_from(bins).unwrap_or(i64::MAX),
        Some(End::Before(us)) => bin_of(grid, us.saturating_sub(1)) + 1 - start,
    };
    let range = || {
        let at = |bin: i64| written(grid.phase_us + bin * length(grid));
        format!("the rows lie from {} to {}", at(earliest), at(latest))
    };
    if bins <= 0 || start > latest || start.saturating_add(bins) <= earliest {
        let remedy = format!("choose another --start or --end; {}", range());
        return Err(Fault::of(file, "no row lies in the asked time", remedy));
    }
    let limit = CELLS_MAX / tracks.len();
    match usize::try_from(bins) {
        Ok(bins) if bins <= limit && tracks.len() <= COLUMNS_MAX => Ok((start, bins)),
        Ok(_) | Err(_) => Err(Fault::of(
            file,
            format!("{bins} bins for each of {} columns are more than {CELLS_MAX} together", tracks.len()),
            format!("limit them by --start and --end, or choose a longer --bin; {}", range()),
        )),
    }
}

fn column(track: &mut Track, start: i64, bins: usize) -> Column {
    let mut column = Column { name: track.name.clone(), bins: vec![None; bins] };
    for (bin, bytes) in &track.cells {
        match usize::try_from(bin - start).ok().and_then(|at| column.bins.get_mut(at)) {
            Some(place) => *place = Some(*bytes),
            None => track.oddities.outside += 1,
        }
    }
    column
}

/// Order in which `vm9` comes before `vm25`: runs of digits by their number.
pub fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let key = |text: &str| -> Vec<(usize, String)> {
        text.as_bytes()
            .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
            .map(|run| {
                let run = String::from_utf8_lossy(run);
                let digits = run.starts_with(|c: char| c.is_ascii_digit());
                let number = if digits { run.trim_start_matches('0') } else { &run };
                (if digits { 1 + number.len() } else { 0 }, number.to_owned())
            })
            .collect()
    };
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_sort_as_numbers() {
        let mut names = ["vm100", "vm25", "vm9", "a", "vm", "vm025", "db2-x10", "db2-x9"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["a", "db2-x9", "db2-x10", "vm", "vm9", "vm025", "vm25", "vm100"]);
    }
}
