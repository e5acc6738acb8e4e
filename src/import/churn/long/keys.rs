//! Which series a row belongs to, by its cells as they are written: told once for all rows that are written alike.

use std::collections::BTreeMap;

/// Most bytes of different cells.
pub const BYTES_MAX: usize = 256 << 20;
/// Between cells; no byte of UTF-8.
const BETWEEN: u8 = 0xff;

/// What was told of rows.
#[derive(Debug, Default)]
pub struct Keys {
    told: Vec<Told>,
    by_cells: BTreeMap<Box<[u8]>, usize>,
    /// Cells of the row under way.
    cells: Vec<u8>,
    /// The one of the row before.
    last: usize,
    bytes: usize,
}

#[derive(Debug)]
struct Told {
    cells: Box<[u8]>,
    /// `None`: it measures something else.
    series: Option<usize>,
    /// The one of the row that came next, the last time.
    next: usize,
}

impl Keys {
    /// The series of a row with these cells, if it was told; `None` in it if that measures something else.
    pub fn find<'c>(&mut self, cells: impl Iterator<Item = &'c [u8]>) -> Option<Option<usize>> {
        self.cells.clear();
        for cell in cells {
            self.cells.extend_from_slice(cell);
            self.cells.push(BETWEEN);
        }
        let next = self.told.get(self.last).map_or(0, |last| last.next);
        let at = match self.told.get(next) {
            Some(told) if *told.cells == *self.cells => next,
            Some(_) | None => *self.by_cells.get(self.cells.as_slice())?,
        };
        self.told[self.last].next = at;
        self.last = at;
        Some(self.told[at].series)
    }

    /// Tells the series of the row that was not found just now; false if there are too many of them.
    pub fn tell(&mut self, series: Option<usize>) -> bool {
        let (at, cells) = (self.told.len(), Box::<[u8]>::from(self.cells.as_slice()));
        self.bytes += cells.len();
        self.told.push(Told { cells: cells.clone(), series, next: 0 });
        self.by_cells.insert(cells, at);
        self.told[self.last].next = at;
        self.last = at;
        self.bytes <= BYTES_MAX
    }
}
