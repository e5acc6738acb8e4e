//! Bins of a series.

use crate::units::Span;

/// Bins end to end: number k starts at `phase_us` + k × `bin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Start of bin 0, in microseconds since 1970 UTC.
    pub phase_us: i64,
    /// Length of a bin.
    pub bin: Span,
}

/// A bin of `grid` that holds the instant.
pub fn bin_of(grid: Grid, unix_us: i64) -> i64 {
    (unix_us - grid.phase_us).div_euclid(length(grid))
}

/// Length of the grid's bins in signed microseconds; far below the limit by `BIN_MAX`.
pub fn length(grid: Grid) -> i64 {
    grid.bin.0.cast_signed()
}
