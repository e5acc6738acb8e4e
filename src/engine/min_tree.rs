//! The earliest of many instants that change one at a time, with the lowest index among equals: O(log n) to set, O(1) to ask.

use super::instant::NEVER;

/// Instants that lie side by side, as many as a line of memory holds.
type Line = [u64; WIDTH];
const WIDTH: usize = 8;

/// A tree of minima over `n` instants, all [`NEVER`] at first.
#[derive(Clone, Debug)]
pub struct MinTree {
    /// Level by level, the instants first; the last level is one line.
    lines: Vec<Line>,
    /// Where each level begins.
    levels: Vec<usize>,
    least: u64,
}

impl MinTree {
    /// A tree of `n` instants.
    pub fn new(n: usize) -> Self {
        let (mut levels, mut size, mut lines) = (Vec::new(), 0, n.div_ceil(WIDTH).max(1));
        loop {
            levels.push(size);
            size += lines;
            if lines == 1 {
                return MinTree { lines: vec![[NEVER; WIDTH]; size], levels, least: NEVER };
            }
            lines = lines.div_ceil(WIDTH);
        }
    }

    /// Changes instant `index`.
    pub fn set(&mut self, index: usize, value: u64) {
        let (mut place, mut value) = (index, value);
        for level in &self.levels {
            let line = &mut self.lines[level + place / WIDTH];
            if std::mem::replace(&mut line[place % WIDTH], value) == value {
                return;
            }
            value = least(*line);
            place /= WIDTH;
        }
        self.least = value;
    }

    /// The instant at `index`.
    pub fn get(&self, index: usize) -> u64 {
        self.lines[index / WIDTH][index % WIDTH]
    }

    /// The earliest instant.
    #[inline]
    pub fn min(&self) -> u64 {
        self.least
    }

    /// Calls `each` with every index whose instant is at most `limit`, in ascending order.
    pub fn at_most(&self, limit: u64, each: &mut impl FnMut(usize)) {
        if self.least <= limit {
            self.at_most_in(self.levels.len() - 1, 0, limit, each);
        }
    }

    /// As [`MinTree::at_most`], in a line of a level.
    fn at_most_in(&self, level: usize, line: usize, limit: u64, each: &mut impl FnMut(usize)) {
        for (place, value) in self.lines[self.levels[level] + line].iter().enumerate() {
            if *value <= limit {
                match level {
                    0 => each(line * WIDTH + place),
                    _ => self.at_most_in(level - 1, line * WIDTH + place, limit, each),
                }
            }
        }
    }
}

/// The earliest of a line, by halves: no comparison waits for more than two others.
#[inline]
fn least([a, b, c, d, e, f, g, h]: Line) -> u64 {
    let (left, right) = (a.min(b).min(c.min(d)), e.min(f).min(g.min(h)));
    left.min(right)
}

#[cfg(test)]
mod tests {
    use super::{MinTree, NEVER};

    #[test]
    fn the_minimum_follows_every_change() {
        for n in [1, 2, 7, 8, 9, 64, 65, 600] {
            let (mut tree, mut all) = (MinTree::new(n), vec![NEVER; n]);
            assert_eq!(tree.min(), NEVER);
            let mut random = 7_u64;
            for step in 0..3000_u64 {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let index = usize::try_from(random >> 33).unwrap() % n;
                all[index] =
                    if (random >> 20).is_multiple_of(5) { NEVER } else { step / 2 + (random >> 40) % 50 };
                tree.set(index, all[index]);
                assert_eq!((tree.get(index), tree.min()), (all[index], *all.iter().min().unwrap()));
                let mut found = Vec::new();
                tree.at_most(step / 2 + 9, &mut |index| found.push(index));
                let expected: Vec<usize> = (0..n).filter(|index| all[*index] <= step / 2 + 9).collect();
                assert_eq!(found, expected, "{n} instants, step {step}");
            }
        }
    }
}
