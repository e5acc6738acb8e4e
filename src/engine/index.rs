//! Rows as the kernel stores them: in 32 bits.

/// No row.
pub(super) const NONE: u32 = u32::MAX;

/// A row's index in 32 bits.
///
/// # Panics
/// If it does not fit.
pub(super) fn small(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 of anything")
}
