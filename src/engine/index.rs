//! Rows as the kernel stores them: in 32 bits.

use std::fmt;

/// The index of a row, or none. An `Option<u32>` would take twice the room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MaybeIndex(u32);

impl MaybeIndex {
    /// No row.
    pub(super) const NONE: MaybeIndex = MaybeIndex(u32::MAX);

    /// The row, if there is one.
    #[inline]
    pub(super) fn get(self) -> Option<u32> {
        self.is_some().then_some(self.0)
    }

    /// As [`MaybeIndex::get`], for indexing.
    #[inline]
    pub(super) fn index(self) -> Option<usize> {
        self.get().map(|row| row as usize)
    }

    /// Whether there is a row.
    #[inline]
    pub(super) fn is_some(self) -> bool {
        self != MaybeIndex::NONE
    }

    /// Whether there is none.
    #[inline]
    pub(super) fn is_none(self) -> bool {
        !self.is_some()
    }

    /// The row, where there must be one.
    ///
    /// # Panics
    /// If there is none; `why` says why there should be.
    #[inline]
    pub(super) fn expect(self, why: &str) -> u32 {
        self.get().expect(why)
    }
}

impl Default for MaybeIndex {
    #[inline]
    fn default() -> Self {
        MaybeIndex::NONE
    }
}

impl From<u32> for MaybeIndex {
    #[inline]
    fn from(row: u32) -> Self {
        debug_assert_ne!(row, u32::MAX, "no row has this index");
        MaybeIndex(row)
    }
}

impl From<Option<u32>> for MaybeIndex {
    #[inline]
    fn from(row: Option<u32>) -> Self {
        row.map_or(MaybeIndex::NONE, MaybeIndex::from)
    }
}

impl fmt::Debug for MaybeIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// A row's index in 32 bits.
///
/// # Panics
/// If it does not fit.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "it is looked at, in one comparison")]
pub(super) fn small(index: usize) -> u32 {
    assert!(index < u32::MAX as usize, "fewer than 2^32 of anything");
    index as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_may_be_missing_takes_no_more_room_than_one_that_is_there() {
        assert_eq!(size_of::<MaybeIndex>(), size_of::<u32>());
        let last = MaybeIndex::from(small(u32::MAX as usize - 1));
        assert_eq!((last.get(), last.index()), (Some(u32::MAX - 1), Some(u32::MAX as usize - 1)));
        assert_eq!((MaybeIndex::NONE.get(), MaybeIndex::from(None)), (None, MaybeIndex::default()));
        assert_eq!(format!("{:?} {:?}", MaybeIndex::from(7), MaybeIndex::NONE), "Some(7) None");
    }

    #[test]
    #[should_panic(expected = "fewer than 2^32")]
    fn the_index_that_stands_for_none_is_no_row() {
        small(u32::MAX as usize);
    }
}
