//! Tracks of several files on one grid, and parts of one thing as one track.

use super::cells::{Cell, Cells};
use super::time::grid::{Grid, length};
use super::time::steps::rounded;
use super::track::{Track, natural};
use crate::import::fault::{Fault, Faults};
use crate::import::number::mean_times;
use crate::import::room::Room;
use crate::import::{BIN_MAX, ChurnOptions};
use crate::units::Span;

/// Brings all tracks to the longest bins, and to common ones where those of files begin at different times.
///
/// # Errors
/// No track; bins that are no multiple of each other.
pub fn one_grid(tracks: &mut [Track], options: &ChurnOptions) -> Result<Grid, Faults> {
    let Some(longest) = tracks.iter().max_by_key(|track| track.grid.bin) else {
        return Err(Fault::of("import", "there is no file to import", "name at least one file").into());
    };
    let (mut grid, of) = (longest.grid, longest.file.clone());
    let mut faults = Faults::default();
    for other in tracks.iter().filter(|track| !grid.bin.0.is_multiple_of(track.grid.bin.0)) {
        let reason = format!("its bins of {} do not fit into those of {of}, {}", other.grid.bin, grid.bin);
        let both = multiple(other.grid.bin, grid.bin);
        let remedy = both.map_or("import it on its own".to_owned(), |bin| {
            format!("give bins that both fill: --bin {bin}")
        });
        faults.push(Fault::of(&other.file, reason, remedy));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let meets = |track: &Track, phase: i64| (track.grid.phase_us - phase) % length(track.grid) == 0;
    if !tracks.iter().all(|track| meets(track, grid.phase_us)) {
        grid.phase_us = options.start_us.unwrap_or(0);
    }
    tracks.iter_mut().for_each(|track| fit(track, grid, &options.room));
    Ok(grid)
}

/// The least bin that two bins fill, if it is not too long.
fn multiple(a: Span, b: Span) -> Option<Span> {
    let gcd = (1..=a.0.min(b.0) / 1_000_000)
        .rev()
        .map(|seconds| seconds * 1_000_000)
        .find(|gcd| a.0.is_multiple_of(*gcd) && b.0.is_multiple_of(*gcd))?;
    Some(Span(a.0 / gcd * b.0)).filter(|bin| *bin <= BIN_MAX)
}

/// Puts a track on a grid: whole bins are moved by less than half of one, several become one, with the mean of those that were measured.
fn fit(track: &mut Track, grid: Grid, room: &Room) {
    let (own, bin) = (length(track.grid), length(grid));
    let moved = rounded(track.grid.phase_us - grid.phase_us, own);
    let off = track.grid.phase_us - grid.phase_us - moved * own;
    track.oddities.moved_us = off;
    let each = bin / own;
    let place = |index: i64| (index + moved).div_euclid(each);
    if each == 1 && moved != 0 {
        track.cells = Cells::of(room, track.cells.iter().map(|cell| (place(cell.0), cell.1)));
    }
    if each > 1 {
        track.oddities.merged_us = Some(own.unsigned_abs());
        let mean = |sum: u128, count: u128| {
            u64::try_from(mean_times(sum, count, u128::from(each.unsigned_abs()))).unwrap_or(u64::MAX)
        };
        let (mut whole, mut last) = (Cells::new(room), None);
        for (bin, bytes) in track.cells.iter().map(|cell| (place(cell.0), u128::from(cell.1))) {
            last = match last {
                Some((own, sum, count)) if own == bin => Some((bin, sum + bytes, count + 1)),
                before => {
                    before.into_iter().for_each(|(own, sum, count)| whole.push((own, mean(sum, count))));
                    Some((bin, bytes, 1))
                }
            };
        }
        last.into_iter().for_each(|(own, sum, count)| whole.push((own, mean(sum, count))));
        track.cells = whole;
    }
    track.reach = track.reach.map(|(first, last)| (place(first), place(last)));
    track.grid = grid;
}

/// Sorts tracks by name; files that follow each other in time become one, and what several machines see adds up.
pub fn parts(tracks: &mut Vec<Track>, room: &Room) {
    let start = |track: &Track| track.reach.map_or(i64::MAX, |reach| reach.0);
    tracks.sort_by(|a, b| {
        natural(&a.name, &b.name)
            .then_with(|| a.seen_by.cmp(&b.seen_by))
            .then_with(|| start(a).cmp(&start(b)))
            .then_with(|| a.file.cmp(&b.file))
    });
    let same = |a: &Track, b: &Track| a.name == b.name && a.file != b.file;
    tracks.dedup_by(|later, first| {
        let parts = same(first, later) && first.seen_by == later.seen_by;
        let Some(joint) = parts.then(|| joint(first, later)).flatten() else { return false };
        match joint {
            Joint::Alike(bins) => {
                first.oddities.duplicates += bins;
                take(first, later, room, |_, later| later);
            }
            Joint::Seam(bytes) => take(first, later, room, |_, _| bytes),
        }
        true
    });
    tracks.dedup_by(|later, first| {
        let seen = first.seen_by.is_some() && later.seen_by.is_some() && first.seen_by != later.seen_by;
        let one = seen && first.name == later.name;
        if one {
            take(first, later, room, u64::saturating_add);
        }
        one
    });
}

/// How one track goes on where another ends.
enum Joint {
    /// So many bins are of both, and both say the same of them.
    Alike(u64),
    /// Both have a part of the bin where one ends and the other begins: its bytes.
    Seam(u64),
}

/// How one is the continuation of the other: no bin of the two says different things, and most are of one alone; or they share one bin, at their seam.
fn joint(first: &Track, later: &Track) -> Option<Joint> {
    let both = || first.cells.beside(&later.cells).filter_map(|(bin, a, b)| Some((bin, a?, b?)));
    let (mut shared, mut differ): (usize, Option<(i64, u64, u64)>) = (0, None);
    for (bin, a, b) in both() {
        shared += 1;
        if a != b && differ.replace((bin, a, b)).is_some() {
            return None;
        }
    }
    let seam = |cell: Option<Cell>| cell.map(|cell| cell.0);
    match differ {
        // exports may overlap; what two hosts call alike at the same time does throughout
        None => {
            (shared * 2 <= first.cells.len().min(later.cells.len())).then_some(Joint::Alike(shared as u64))
        }
        Some((bin, a, b))
            if shared == 1
                && seam(first.cells.last()) == Some(bin)
                && seam(later.cells.first()) == Some(bin) =>
        {
            let (own, others) = (u128::from(first.seconds.1), u128::from(later.seconds.0));
            let sum = u128::from(a) * own + u128::from(b) * others;
            Some(Joint::Seam(u64::try_from(mean_times(sum, (own + others).max(1), 1)).unwrap_or(u64::MAX)))
        }
        Some(_) => None,
    }
}

/// Takes the bins of `later` into `first`.
fn take(first: &mut Track, later: &Track, room: &Room, both: impl Fn(u64, u64) -> u64) {
    let end = first.cells.last().map_or(i64::MIN, |last| last.0);
    if later.cells.first().is_none_or(|begin| begin.0 > end) {
        later.cells.iter().for_each(|cell| first.cells.push(cell));
    } else {
        let joined = first
            .cells
            .beside(&later.cells)
            .filter_map(|(bin, a, b)| Some((bin, a.zip(b).map(|(a, b)| both(a, b)).or(a).or(b)?)));
        first.cells = Cells::of(room, joined);
    }
    let (a, b) = (first.reach, later.reach);
    first.reach = a.zip(b).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1))).or(a).or(b);
    first.seconds.1 = later.seconds.1;
    first.oddities.rows += later.oddities.rows;
    first.oddities.bad.add(later.oddities.bad);
}
