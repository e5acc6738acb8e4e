//! More than is to be held, in order: sorted in parts, which are put by, and merged as it is read.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::room::{Bytes, Pile, Room, varint};
use crate::series::{put, unzigzag, zigzag};

/// What can be put by, each written beside the one before it.
pub trait Record: Ord + Clone + Default {
    /// Its bytes.
    fn put(&self, before: &Self, out: &mut impl Extend<u8>);
    /// What they say.
    fn take(before: &Self, bytes: &mut impl Iterator<Item = u8>) -> Option<Self>;
    /// Bytes that it takes while it is held.
    fn size(&self) -> usize {
        size_of::<Self>()
    }
    /// Takes up the next one in order, if the two are one.
    fn joins(&mut self, _next: &Self) -> bool {
        false
    }
}

/// A number, or the place of something, with what belongs to it.
impl Record for (i64, i64) {
    fn put(&self, before: &Self, out: &mut impl Extend<u8>) {
        put(out, zigzag(self.0.wrapping_sub(before.0)));
        put(out, zigzag(self.1.wrapping_sub(before.1)));
    }

    fn take(before: &Self, bytes: &mut impl Iterator<Item = u8>) -> Option<Self> {
        let mut next = |before: i64| Some(before.wrapping_add(unzigzag(varint(bytes)?)));
        Some((next(before.0)?, next(before.1)?))
    }
}

/// A number, and how many times it is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// It.
    pub number: i128,
    /// So many times.
    pub times: u64,
}

impl Count {
    /// A number that is there once.
    pub fn once(number: impl Into<i128>) -> Count {
        Count { number: number.into(), times: 1 }
    }
}

impl Record for Count {
    fn put(&self, before: &Self, out: &mut impl Extend<u8>) {
        put_wide(out, self.number.wrapping_sub(before.number).cast_unsigned());
        put(out, self.times);
    }

    fn take(before: &Self, bytes: &mut impl Iterator<Item = u8>) -> Option<Self> {
        let number = before.number.wrapping_add(wide(bytes)?.cast_signed());
        Some(Count { number, times: varint(bytes)? })
    }

    fn joins(&mut self, next: &Self) -> bool {
        let is_one = self.number == next.number;
        self.times += if is_one { next.times } else { 0 };
        is_one
    }
}

/// Appends a number of 128 bits.
pub fn put_wide(out: &mut impl Extend<u8>, number: u128) {
    let low = |number: u128| u64::try_from(number & u128::from(u64::MAX)).unwrap_or(u64::MAX);
    put(out, low(number));
    put(out, low(number >> 64));
}

/// Takes it off the front.
pub fn wide(bytes: &mut impl Iterator<Item = u8>) -> Option<u128> {
    Some(u128::from(varint(bytes)?) | u128::from(varint(bytes)?) << 64)
}

/// Records put by as they come.
#[derive(Debug)]
pub struct Records<T> {
    pile: Pile,
    last: T,
}

impl<T: Record> Records<T> {
    /// None yet.
    pub fn new(room: &Room) -> Records<T> {
        Records { pile: Pile::new(room), last: T::default() }
    }

    /// Adds one.
    pub fn push(&mut self, record: &T) {
        record.put(&self.last, &mut self.pile);
        self.last.clone_from(record);
    }

    /// All of them.
    pub fn iter(&self) -> Read<'_, T> {
        Read { bytes: self.pile.bytes(), before: T::default() }
    }
}

/// Records that are still to come.
pub struct Read<'r, T> {
    bytes: Bytes<'r>,
    before: T,
}

impl<T: Record> Iterator for Read<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let record = T::take(&self.before, &mut self.bytes)?;
        self.before.clone_from(&record);
        Some(record)
    }
}

/// Records that are being sorted.
#[derive(Debug)]
pub struct Sorting<T> {
    room: Room,
    /// Not in order yet, and their bytes.
    held: Vec<T>,
    bytes: usize,
    parts: Vec<Records<T>>,
}

/// Records in order.
#[derive(Debug)]
pub struct Sorted<T> {
    held: Vec<T>,
    parts: Vec<Records<T>>,
}

/// How often which numbers are there.
pub type Tally = Sorted<Count>;

impl<T: Record> Sorting<T> {
    /// None yet.
    pub fn new(room: &Room) -> Sorting<T> {
        Sorting { room: room.clone(), held: Vec::new(), bytes: 0, parts: Vec::new() }
    }

    /// Adds one.
    pub fn push(&mut self, record: T) {
        if self.held.last_mut().is_some_and(|last| last.joins(&record)) {
            return;
        }
        self.bytes += record.size();
        self.held.push(record);
        if self.bytes < self.room.part() {
            return;
        }
        self.sort();
        self.bytes = self.held.iter().map(Record::size).sum();
        if self.bytes * 2 >= self.room.part() {
            let mut part = Records::new(&self.room);
            self.held.drain(..).for_each(|record| part.push(&record));
            self.parts.push(part);
            self.bytes = 0;
        }
    }

    fn sort(&mut self) {
        self.held.sort_unstable();
        self.held.dedup_by(|next, first| first.joins(next));
    }

    /// All of them in order.
    pub fn sorted(mut self) -> Sorted<T> {
        self.sort();
        Sorted { held: self.held, parts: self.parts }
    }
}

impl<T: Record> Sorted<T> {
    /// These.
    pub fn of(room: &Room, records: impl IntoIterator<Item = T>) -> Sorted<T> {
        let mut sorting = Sorting::new(room);
        records.into_iter().for_each(|record| sorting.push(record));
        sorting.sorted()
    }

    /// All of them, from the least.
    pub fn iter(&self) -> Merge<'_, T> {
        let mut merge = Merge {
            held: self.held.iter(),
            parts: self.parts.iter().map(Records::iter).collect(),
            heads: BinaryHeap::new(),
        };
        for part in 0..=merge.parts.len() {
            let first = merge.of(part).map(|record| Reverse((record, part)));
            merge.heads.extend(first);
        }
        merge
    }
}

impl Tally {
    /// How many numbers there are.
    pub fn len(&self) -> u64 {
        self.iter().map(|count| count.times).sum()
    }

    /// The numbers at these places in order, counted from 0; places are in order, too.
    pub fn at<const N: usize>(&self, places: [u64; N]) -> Option<[i128; N]> {
        let (mut all, mut passed, mut numbers) = (self.iter(), 0, [0; N]);
        let mut count = Count::default();
        for (place, number) in places.into_iter().zip(&mut numbers) {
            while passed <= place {
                count = all.next()?;
                passed += count.times;
            }
            *number = count.number;
        }
        Some(numbers)
    }
}

/// Records in order that are still to come.
pub struct Merge<'s, T> {
    held: std::slice::Iter<'s, T>,
    parts: Vec<Read<'s, T>>,
    /// The next of each part, and of what is held.
    heads: BinaryHeap<Reverse<(T, usize)>>,
}

impl<T: Record> Merge<'_, T> {
    fn of(&mut self, part: usize) -> Option<T> {
        match self.parts.get_mut(part) {
            Some(part) => part.next(),
            None => self.held.next().cloned(),
        }
    }
}

impl<T: Record> Iterator for Merge<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let mut next: Option<T> = None;
        loop {
            let Some(Reverse((head, part))) = self.heads.peek() else { return next };
            if next.as_mut().is_some_and(|next| !next.joins(head)) {
                return next;
            }
            let part = *part;
            let follows = self.of(part);
            let mut head = self.heads.peek_mut()?;
            let Reverse((record, _)) = match follows {
                Some(follows) => std::mem::replace(&mut *head, Reverse((follows, part))),
                None => PeekMut::pop(head),
            };
            next.get_or_insert(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sorted_in_parts_is_in_order() {
        let pair = |at: i64| ((at * 7919) % 1009 - 500, at);
        let mut expected: Vec<(i64, i64)> = (0..5000).map(pair).collect();
        expected.extend([(i64::MIN, i64::MAX), (i64::MAX, i64::MIN)]);
        for most in [0, 1 << 14, 1 << 30] {
            let sorted = Sorted::of(&Room::of(most), expected.iter().copied());
            assert_eq!(sorted.parts.is_empty(), most == 1 << 30);
            let mut again = expected.clone();
            again.sort_unstable();
            assert_eq!(sorted.iter().collect::<Vec<_>>(), again, "{most}");
        }
        assert_eq!(Sorted::<(i64, i64)>::of(&Room::of(0), []).iter().next(), None);
    }

    #[test]
    fn numbers_are_counted() {
        let numbers = (0..9000_i64).map(|at| (at * at) % 700 - 350).chain([i64::MIN, i64::MAX]);
        let mut all: Vec<i128> = numbers.map(i128::from).chain([i128::MIN, i128::MAX]).collect();
        for most in [0, 1 << 14, 1 << 30] {
            let tally = Tally::of(&Room::of(most), all.iter().copied().map(Count::once));
            all.sort_unstable();
            let counts: Vec<Count> = all
                .chunk_by(|a, b| a == b)
                .map(|run| Count { number: run[0], times: run.len() as u64 })
                .collect();
            assert_eq!(tally.iter().collect::<Vec<_>>(), counts, "{most}");
            let (len, last) = (all.len(), all.len() as u64 - 1);
            assert_eq!(tally.len(), len as u64);
            assert_eq!(tally.at([0, 4500, 4500, last]), Some([all[0], all[4500], all[4500], all[len - 1]]));
            assert_eq!(tally.at([last + 1]), None);
        }
    }
}
