//! How much of a long table is held while it is read.

use crate::import::fault::Fault;
use crate::series::CELLS_MAX;

/// Most times that are there twice.
const TWICE_MAX: usize = 1 << 23;

/// How much is held of a table at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bins of all series.
    pub cells: usize,
    /// Times that are there twice.
    pub twice: usize,
}

impl Limits {
    /// Those of an import.
    pub const ALL: Limits = Limits { cells: CELLS_MAX, twice: TWICE_MAX };

    /// There are more bins, or times that are there twice, than can be held.
    pub fn passed(self, file: &str, line: Option<u64>, (cells, twice): (usize, usize)) -> Option<Fault> {
        let fault = if cells > self.cells {
            let reason = format!("more than {} bins in all series", self.cells);
            Fault::of(file, reason, "choose a longer --bin")
        } else if twice > self.twice {
            let reason = format!("more than {} times that are there twice", self.twice);
            Fault::of(file, reason, "delete rows that are there twice")
        } else {
            return None;
        };
        Some(match line {
            Some(line) => fault.line(line),
            None => fault,
        })
    }
}
