//! Tracks of several files on one grid, and parts of one thing as one track.

use std::collections::BTreeMap;

use super::time::grid::{Grid, length};
use super::time::steps::rounded;
use super::track::{Track, natural};
use crate::import::fault::{Fault, Faults};
use crate::import::number::mean_times;
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
    tracks.iter_mut().for_each(|track| fit(track, grid));
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
fn fit(track: &mut Track, grid: Grid) {
    let (own, bin) = (length(track.grid), length(grid));
    let moved = rounded(track.grid.phase_us - grid.phase_us, own);
    let off = track.grid.phase_us - grid.phase_us - moved * own;
    track.oddities.moved_us = off;
    let each = bin / own;
    let place = |index: i64| (index + moved).div_euclid(each);
    if each == 1 {
        track.cells.iter_mut().for_each(|cell| cell.0 = place(cell.0));
    } else {
        track.oddities.merged_us = Some(own.unsigned_abs());
        let mut sums: BTreeMap<i64, (u128, u128)> = BTreeMap::new();
        for (index, bytes) in &track.cells {
            let sum = sums.entry(place(*index)).or_default();
            *sum = (sum.0 + u128::from(*bytes), sum.1 + 1);
        }
        let mean = |sum: (u128, u128)| {
            u64::try_from(mean_times(sum.0, sum.1, u128::from(each.unsigned_abs()))).unwrap_or(u64::MAX)
        };
        track.cells = sums.into_iter().map(|(index, sum)| (index, mean(sum))).collect();
    }
    track.reach = track.reach.map(|(first, last)| (place(first), place(last)));
    track.grid = grid;
}

/// Sorts tracks by name; files that follow each other in time become one, and what several machines see adds up.
pub fn parts(tracks: &mut Vec<Track>) {
    let start = |track: &Track| track.reach.map_or(i64::MAX, |reach| reach.0);
    tracks.sort_by(|a, b| {
        natural(&a.name, &b.name)
            .then_with(|| a.seen_by.cmp(&b.seen_by))
            .then_with(|| start(a).cmp(&start(b)))
            .then_with(|| a.file.cmp(&b.file))
    });
    let same = |a: &Track, b: &Track| a.name == b.name && a.file != b.file;
    tracks.dedup_by(|later, first| {
        let one = same(first, later) && first.seen_by == later.seen_by && follows(first, later);
        if one {
            take(first, later, |_, later| later);
        }
        one
    });
    tracks.dedup_by(|later, first| {
        let seen = first.seen_by.is_some() && later.seen_by.is_some() && first.seen_by != later.seen_by;
        let one = seen && first.name == later.name;
        if one {
            take(first, later, u64::saturating_add);
        }
        one
    });
}

/// Whether one is the continuation of the other: no bin of the two says different things, and most are of one alone; where one ends and the other begins, both may have a part of a bin.
fn follows(first: &mut Track, later: &mut Track) -> bool {
    let bins: BTreeMap<i64, u64> = first.cells.iter().copied().collect();
    let differ: Vec<(i64, u64)> = later
        .cells
        .iter()
        .filter(|cell| bins.get(&cell.0).is_some_and(|bytes| *bytes != cell.1))
        .copied()
        .collect();
    let seam = first
        .cells
        .last()
        .map(|cell| cell.0)
        .filter(|last| later.cells.first().map(|cell| cell.0) == Some(*last));
    let shared = later.cells.iter().filter(|cell| bins.contains_key(&cell.0)).count();
    match differ.as_slice() {
        // exports may overlap; what two hosts call alike at the same time does throughout
        [] if shared * 2 <= first.cells.len().min(later.cells.len()) => {
            first.oddities.duplicates += shared as u64;
            true
        }
        [(bin, bytes)] if Some(*bin) == seam && shared == 1 => {
            let (a, b) = (u128::from(first.seconds.1), u128::from(later.seconds.0));
            let sum = u128::from(bins[bin]) * a + u128::from(*bytes) * b;
            later.cells[0].1 = u64::try_from(mean_times(sum, (a + b).max(1), 1)).unwrap_or(u64::MAX);
            true
        }
        [..] => false,
    }
}

/// Takes the bins of `later` into `first`.
fn take(first: &mut Track, later: &Track, both: impl Fn(u64, u64) -> u64) {
    let mut bins: BTreeMap<i64, u64> = first.cells.iter().copied().collect();
    for (bin, bytes) in &later.cells {
        bins.entry(*bin).and_modify(|own| *own = both(*own, *bytes)).or_insert(*bytes);
    }
    first.cells = bins.into_iter().collect();
    let (a, b) = (first.reach, later.reach);
    first.reach = a.zip(b).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1))).or(a).or(b);
    first.seconds.1 = later.seconds.1;
    first.oddities.rows += later.oddities.rows;
    first.oddities.bad.add(later.oddities.bad);
}
