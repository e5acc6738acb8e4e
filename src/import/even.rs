//! Numbers in a row that mostly go on evenly, such as times and lines of rows, kept in little: what goes on as before costs nothing, a
//! change of pace a few bytes.

use super::room::{Bytes, Pile, Room, varint};
use crate::series::{put, unzigzag, zigzag};

/// Numbers, in their order.
#[derive(Debug, Default)]
pub struct Even {
    /// How many go on as before, and then the change of pace; both over and over.
    bytes: Pile,
    /// How many have gone on as before since the last change.
    same: u64,
    pace: Pace,
    len: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pace {
    last: i64,
    step: i64,
}

impl Pace {
    fn go(&mut self) -> i64 {
        self.last = self.last.wrapping_add(self.step);
        self.last
    }
}

impl Even {
    /// None yet.
    pub fn new(room: &Room) -> Even {
        Even { bytes: Pile::new(room), ..Even::default() }
    }

    /// Adds a number.
    pub fn push(&mut self, number: i64) {
        let step = number.wrapping_sub(self.pace.last);
        if step == self.pace.step {
            self.same += 1;
        } else {
            put(&mut self.bytes, self.same);
            put(&mut self.bytes, zigzag(step.wrapping_sub(self.pace.step)));
            self.same = 0;
        }
        self.pace = Pace { last: number, step };
        self.len += 1;
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The number at a place, counted from the first.
    pub fn get(&self, at: usize) -> Option<i64> {
        self.iter().nth(at)
    }

    /// All of them.
    pub fn iter(&self) -> Numbers<'_> {
        let rest = self.bytes.bytes();
        Numbers { rest, same: 0, change: None, last: Some(self.same), pace: Pace::default() }
    }
}

/// Numbers that are still to come.
#[derive(Clone, Debug)]
pub struct Numbers<'e> {
    rest: Bytes<'e>,
    same: u64,
    change: Option<i64>,
    /// How many go on as before after the last change.
    last: Option<u64>,
    pace: Pace,
}

impl Iterator for Numbers<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        if self.same == 0 && self.change.is_none() {
            match varint(&mut self.rest) {
                None => self.same = self.last.take()?,
                Some(same) => (self.same, self.change) = (same, varint(&mut self.rest).map(unzigzag)),
            }
        }
        if self.same > 0 {
            self.same -= 1;
        } else {
            self.pace.step = self.pace.step.wrapping_add(self.change.take()?);
        }
        Some(self.pace.go())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(room: &Room, numbers: impl IntoIterator<Item = i64>) -> Even {
        let mut even = Even::new(room);
        numbers.into_iter().for_each(|number| even.push(number));
        even
    }

    #[test]
    fn numbers_come_back_and_even_ones_cost_nothing() {
        let extremes = [0, 0, i64::MIN, i64::MAX, -1, 5, 10, 15, 15, i64::MIN, i64::MIN, 3];
        let even = of(&Room::of(0), extremes);
        assert_eq!(even.iter().collect::<Vec<_>>(), extremes);
        assert_eq!((even.len(), even.get(5), even.get(12)), (12, Some(5), None));
        let times = (0..100_000).map(|at| 1_721_030_400_000_000 + at * 300_000_000);
        let times = of(&Room::default(), times);
        assert_eq!(times.iter().last(), Some(1_721_030_400_000_000 + 99_999 * 300_000_000));
        assert!(times.bytes.len() < 24, "{}", times.bytes.len());
        assert_eq!(Even::default().iter().next(), None);
    }
}
