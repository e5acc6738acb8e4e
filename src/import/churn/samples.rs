//! Samples in order of time, however the rows of a file stand: at once where those do, else when all were read.

use smallvec::SmallVec;

use super::time::axis::Axis;
use super::time::steps::{Place, Steps};
use crate::import::room::{Room, varint};
use crate::import::sorted::{Record, Records, Sorted, put_wide, wide};
use crate::series::{put, unzigzag, zigzag};

/// What a row says, by time and then by line.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    /// Microseconds since 1970 UTC.
    pub instant: i64,
    /// Where it stands.
    pub line: u64,
    /// Its numbers × 10¹⁸; `None` where there is none.
    pub cells: SmallVec<[Option<u128>; 1]>,
}

impl Record for Sample {
    fn put(&self, before: &Self, out: &mut impl Extend<u8>) {
        put(out, zigzag(self.instant.wrapping_sub(before.instant)));
        put(out, zigzag(self.line.wrapping_sub(before.line).cast_signed()));
        put(out, self.cells.len() as u64);
        for cell in &self.cells {
            put(out, u64::from(cell.is_some()));
            cell.iter().for_each(|number| put_wide(out, *number));
        }
    }

    fn take(before: &Self, bytes: &mut impl Iterator<Item = u8>) -> Option<Self> {
        let instant = before.instant.wrapping_add(unzigzag(varint(bytes)?));
        let line = before.line.wrapping_add_signed(unzigzag(varint(bytes)?));
        let mut cells = SmallVec::new();
        for _ in 0..varint(bytes)? {
            cells.push(if varint(bytes)? > 0 { Some(wide(bytes)?) } else { None });
        }
        Some(Sample { instant, line, cells })
    }

    fn size(&self) -> usize {
        size_of::<Self>() + if self.cells.spilled() { size_of_val(self.cells.as_slice()) } else { 0 }
    }
}

/// A sample that has the time of one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    /// The line of the first.
    pub line: u64,
    /// Whether it says something else.
    pub differs: bool,
}

/// Samples under way.
#[derive(Debug)]
pub struct Samples {
    steps: Steps,
    /// The last one that no other has the time of.
    last: Option<Sample>,
    /// Those that wait for others.
    waiting: Option<Records<Sample>>,
}

impl Samples {
    /// None yet.
    pub fn new(axis: &Axis, room: &Room) -> Samples {
        let waiting = (!axis.ordered).then(|| Records::new(room));
        Samples { steps: axis.steps(), last: None, waiting }
    }

    /// Takes the next one of the file: its place, if rows are in order.
    pub fn take(&mut self, sample: &Sample) -> Option<(Place, Option<Again>)> {
        match &mut self.waiting {
            Some(waiting) => {
                waiting.push(sample);
                None
            }
            None => Some(self.place(sample)),
        }
    }

    fn place(&mut self, sample: &Sample) -> (Place, Option<Again>) {
        let place = self.steps.next(sample.instant);
        let again = |first: &&Sample| first.instant == sample.instant;
        let again = self
            .last
            .as_ref()
            .filter(again)
            .map(|first| Again { line: first.line, differs: first.cells != sample.cells });
        if again.is_none() {
            self.last.get_or_insert_default().clone_from(sample);
        }
        (place, again)
    }

    /// Those that had to wait, in order.
    pub fn rest(&mut self, room: &Room, mut each: impl FnMut(&Sample, Place, Option<Again>)) {
        let Some(waiting) = self.waiting.take() else { return };
        let sorted = Sorted::of(room, waiting.iter());
        drop(waiting);
        for sample in sorted.iter() {
            let (place, again) = self.place(&sample);
            each(&sample, place, again);
        }
    }
}
