//! Numbers in a row that mostly go on evenly, such as times and lines of rows, kept in little: what goes on as before costs nothing, a
//! change of pace a few bytes.

use crate::series::{put, unzigzag, zigzag};

/// Numbers, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Even {
    /// How many go on as before, and then the change of pace; both over and over.
    bytes: Vec<u8>,
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
        Numbers { rest: &self.bytes, same: 0, change: None, last: self.same, pace: Pace::default() }
    }
}

impl FromIterator<i64> for Even {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Even {
        let mut even = Even::default();
        numbers.into_iter().for_each(|number| even.push(number));
        even
    }
}

/// Numbers that are still to come.
#[derive(Clone, Debug)]
pub struct Numbers<'e> {
    rest: &'e [u8],
    same: u64,
    change: Option<i64>,
    /// How many go on as before after the last change.
    last: u64,
    pace: Pace,
}

impl Numbers<'_> {
    fn varint(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        while let Some((byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }
}

impl Iterator for Numbers<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        if self.same == 0 && self.change.is_none() {
            if self.rest.is_empty() {
                self.same = std::mem::take(&mut self.last);
            } else {
                self.same = self.varint();
                self.change = Some(unzigzag(self.varint()));
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

    #[test]
    fn numbers_come_back_and_even_ones_cost_nothing() {
        let extremes = [0, 0, i64::MIN, i64::MAX, -1, 5, 10, 15, 15, i64::MIN, i64::MIN, 3];
        let even: Even = extremes.into_iter().collect();
        assert_eq!(even.iter().collect::<Vec<_>>(), extremes);
        assert_eq!((even.len(), even.get(5), even.get(12)), (12, Some(5), None));
        let times: Even = (0..100_000).map(|at| 1_721_030_400_000_000 + at * 300_000_000).collect();
        assert_eq!(times.iter().last(), Some(1_721_030_400_000_000 + 99_999 * 300_000_000));
        assert!(times.bytes.len() < 24, "{}", times.bytes.len());
        assert_eq!(Even::default().iter().next(), None);
    }
}
