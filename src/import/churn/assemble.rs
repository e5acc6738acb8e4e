//! How the tracks of all files become a series.

use std::io::{self, Read};

use super::time::grid::{Grid, bin_of, length};
use super::track::Track;
use super::{join, layers};
use crate::import::clock::written;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::room::{Pile, Room};
use crate::import::{ChurnOptions, End};
use crate::series::{self, CELLS_MAX, COLUMNS_MAX, Column, NAME_MAX, Series};
use crate::units::Span;

/// The tracks of all files side by side; a column of the series is made of each when it is asked for.
pub struct Assembly {
    /// Start of the first bin, in microseconds since 1970 UTC.
    pub start_unix_us: i64,
    /// Length of a bin.
    pub bin: Span,
    /// Bins of each column.
    pub bins: usize,
    /// Number of the first of them in all tracks.
    first: i64,
    tracks: Vec<Track>,
    /// Names of what is left out, for others hold the same bytes.
    pub doubled: Vec<String>,
}

/// A series as its file holds it, which is put by.
#[derive(Debug)]
pub struct Encoded {
    head: Vec<u8>,
    payload: Pile,
}

impl Assembly {
    /// The tracks, in the order of the series.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// The bins of a track that are the series'.
    pub fn bins_of<'a>(&self, track: &'a Track) -> impl Iterator<Item = Option<u64>> + Clone + use<'a> {
        let first = self.first;
        let mut cells = track.cells.iter().skip_while(move |cell| cell.0 < first).peekable();
        (0..self.bins).map(move |at| {
            let bin = first.saturating_add(i64::try_from(at).unwrap_or(i64::MAX));
            cells.next_if(|cell| cell.0 == bin).map(|cell| cell.1)
        })
    }

    /// All columns at once.
    pub fn series(&self) -> Series {
        let column = |track: &Track| Column { name: track.name.clone(), bins: self.bins_of(track).collect() };
        Series {
            start_unix_us: self.start_unix_us,
            bin: self.bin,
            columns: self.tracks.iter().map(column).collect(),
        }
    }

    /// The same as its file, of one column after the other.
    pub fn encode(&self, room: &Room) -> Encoded {
        let mut payload = Pile::new(room);
        series::encode_begin(&mut payload, (self.start_unix_us, self.bin), self.tracks.len());
        for track in &self.tracks {
            series::encode_column(&mut payload, (&track.name, self.bins), self.bins_of(track));
        }
        let mut hasher = blake3::Hasher::new();
        // what cannot be read back is a fault of the room
        let _ = io::copy(&mut payload.bytes(), &mut hasher);
        Encoded { head: series::head(hasher.finalize()), payload }
    }
}

impl Encoded {
    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.head.len() as u64 + self.payload.len()
    }

    /// Its bytes from the first.
    pub fn read(&self) -> impl Read + '_ {
        self.head.as_slice().chain(self.payload.bytes())
    }
}

/// Sorts the tracks by name, joins those of one thing, cuts them to the asked time and sets them side by side.
///
/// # Errors
/// No rows, a name twice, grids that do not meet, a start between bins, too many bins.
pub fn assemble(mut tracks: Vec<Track>, options: &ChurnOptions) -> Result<Assembly, Faults> {
    let grid = join::one_grid(&mut tracks, options)?;
    join::parts(&mut tracks, &options.room);
    let doubled = once(&mut tracks);
    let mut faults = Faults::default();
    names(&tracks, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let (first, bins) = window(&tracks, grid, options)?;
    let start_unix_us = grid.phase_us + first * length(grid);
    Ok(Assembly { start_unix_us, bin: grid.bin, bins, first, tracks, doubled })
}

/// Leaves out what others of its machine hold, whatever file they are in, and of a table the column that is called the sum of the others and
/// is, to a hundredth; their names.
fn once(tracks: &mut Vec<Track>) -> Vec<String> {
    let key = |track: &Track| {
        let (machine, disk) = track.name.split_once('/').unwrap_or((&track.name, ""));
        (machine.to_owned(), disk.to_owned())
    };
    let mut left = layers::doubled(&tracks.iter().map(key).collect::<Vec<_>>());
    let bytes = |track: &Track| track.cells.iter().map(|cell| u128::from(cell.1)).sum::<u128>();
    for (at, track) in tracks.iter().enumerate().filter(|(_, track)| layers::is_total(&track.name)) {
        let beside = tracks.iter().enumerate().filter(|(other, it)| *other != at && it.file == track.file);
        let others: Vec<u128> = beside.map(|(_, it)| bytes(it)).collect();
        let (own, sum) = (bytes(track), others.iter().sum::<u128>());
        left[at] |= others.len() > 1 && own.abs_diff(sum) <= sum / 100;
    }
    let mut left = left.into_iter();
    let doubled = tracks.extract_if(.., |_| left.next() == Some(true));
    doubled.map(|track| track.name).collect()
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
    if tracks.len() > COLUMNS_MAX {
        let reason = format!("{} columns are more than {COLUMNS_MAX}", tracks.len());
        return Err(Fault::of(file, reason, "split the file by machines"));
    }
    let limit = CELLS_MAX / tracks.len();
    match usize::try_from(bins) {
        Ok(bins) if bins <= limit => Ok((start, bins)),
        Ok(_) | Err(_) => Err(Fault::of(
            file,
            format!("{bins} bins for each of {} columns are more than {CELLS_MAX} together", tracks.len()),
            format!("limit them by --start and --end, or choose a longer --bin; {}", range()),
        )),
    }
}
