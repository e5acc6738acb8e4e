//! Bins that were measured, in order, in a few bytes each.

use crate::import::room::{Pile, Room, varint};
use crate::series::{put, unzigzag, zigzag};

/// A bin's number and its bytes.
pub type Cell = (i64, u64);

/// Bins in order.
#[derive(Debug)]
pub struct Cells {
    /// Of each bin how many are missing before it, and how many more bytes it has than the one before.
    pile: Pile,
    first: Option<Cell>,
    last: Option<Cell>,
    len: usize,
}

impl Cells {
    /// None yet.
    pub fn new(room: &Room) -> Cells {
        Cells { pile: Pile::new(room), first: None, last: None, len: 0 }
    }

    /// These, which are in order.
    pub fn of(room: &Room, cells: impl IntoIterator<Item = Cell>) -> Cells {
        let mut all = Cells::new(room);
        cells.into_iter().for_each(|cell| all.push(cell));
        all
    }

    /// Adds a bin after the last.
    pub fn push(&mut self, cell: Cell) {
        let before = self.last.unwrap_or((-1, 0));
        put(&mut self.pile, cell.0.wrapping_sub(before.0).wrapping_sub(1).cast_unsigned());
        put(&mut self.pile, zigzag(cell.1.wrapping_sub(before.1).cast_signed()));
        self.first.get_or_insert(cell);
        self.last = Some(cell);
        self.len += 1;
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The earliest.
    pub fn first(&self) -> Option<Cell> {
        self.first
    }

    /// The latest.
    pub fn last(&self) -> Option<Cell> {
        self.last
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Cell> + Clone + '_ {
        let (mut bytes, mut before) = (self.pile.bytes(), (-1_i64, 0_u64));
        std::iter::from_fn(move || {
            let missing = varint(&mut bytes)?.cast_signed();
            let more = unzigzag(varint(&mut bytes)?);
            before = (before.0.wrapping_add(missing).wrapping_add(1), before.1.wrapping_add_signed(more));
            Some(before)
        })
    }

    /// The bins of both, each with what they say of it.
    pub fn beside<'c>(
        &'c self,
        other: &'c Cells,
    ) -> impl Iterator<Item = (i64, Option<u64>, Option<u64>)> + 'c {
        let (mut own, mut others) = (self.iter().peekable(), other.iter().peekable());
        std::iter::from_fn(move || {
            let next = [own.peek(), others.peek()].into_iter().flatten().map(|cell| cell.0).min()?;
            let bytes = own.next_if(|cell| cell.0 == next).map(|cell| cell.1);
            Some((next, bytes, others.next_if(|cell| cell.0 == next).map(|cell| cell.1)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_come_back_and_follow_each_other_in_few_bytes() {
        let extremes = [(i64::MIN, 0), (-7, u64::MAX), (-6, 3), (0, 0), (i64::MAX, 1)];
        for room in [Room::of(0), Room::default()] {
            let cells = Cells::of(&room, extremes);
            assert_eq!(cells.iter().collect::<Vec<_>>(), extremes);
            assert_eq!((cells.len(), cells.first(), cells.last()), (5, Some(extremes[0]), Some(extremes[4])));
        }
        let even =
            Cells::of(&Room::default(), (0..1000_i64).map(|bin| (bin, 1_000_000 + bin.unsigned_abs() % 50)));
        assert!(even.pile.len() < 2100, "{}", even.pile.len());
    }

    #[test]
    fn two_stand_beside_each_other() {
        let room = Room::default();
        let (a, b) = (Cells::of(&room, [(1, 10), (3, 30)]), Cells::of(&room, [(0, 5), (3, 31), (4, 40)]));
        let both: Vec<_> = a.beside(&b).collect();
        assert_eq!(
            both,
            [(0, None, Some(5)), (1, Some(10), None), (3, Some(30), Some(31)), (4, None, Some(40))]
        );
    }
}
