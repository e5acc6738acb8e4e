//! Samples of rows that are not in order of time, until all are there and can be put in order.

use super::time::axis::Place;
use crate::import::room::{Pile, Room, varint};
use crate::series::{put, unzigzag, zigzag};

/// Where samples stand and what they are, in the order of reading.
#[derive(Debug)]
pub struct Waiting {
    pile: Pile,
    last: (i64, i64),
}

impl Waiting {
    /// None yet.
    pub fn new(room: &Room) -> Waiting {
        Waiting { pile: Pile::new(room), last: (0, 0) }
    }

    /// Adds one.
    pub fn push(&mut self, place: Place, value: u128) {
        let (pile, last) = (&mut self.pile, self.last);
        put(pile, zigzag(place.instant.wrapping_sub(last.0)));
        put(pile, zigzag(place.number.wrapping_sub(last.1)));
        put(pile, u64::from(place.slip) | u64::from(place.second) << 1);
        put(pile, low(value));
        put(pile, low(value >> 64));
        self.last = (place.instant, place.number);
    }

    /// All of them in order of time, then of reading.
    pub fn in_order(&self) -> Vec<(Place, u128)> {
        let (mut bytes, mut last) = (self.pile.bytes(), (0_i64, 0_i64));
        let mut next = || {
            let instant = last.0.wrapping_add(unzigzag(varint(&mut bytes)?));
            let number = last.1.wrapping_add(unzigzag(varint(&mut bytes)?));
            let flags = varint(&mut bytes)?;
            let value = u128::from(varint(&mut bytes)?) | u128::from(varint(&mut bytes)?) << 64;
            last = (instant, number);
            let (slip, second) = (flags & 1 > 0, flags & 2 > 0);
            Some((Place { instant, number, slip, second, repeated: false }, value))
        };
        let mut all: Vec<_> = std::iter::from_fn(&mut next).collect();
        all.sort_by_key(|(place, _)| place.instant);
        all
    }
}

fn low(value: u128) -> u64 {
    u64::try_from(value & u128::from(u64::MAX)).unwrap_or(u64::MAX)
}
