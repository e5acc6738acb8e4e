//! How much of a long table is held while it is read.

use crate::import::churn::bins::HELD_MAX;
use crate::import::churn::rows;
use crate::import::fault::Fault;
use crate::series::CELLS_MAX;

/// How much is held of a table at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bins of all series.
    pub cells: usize,
    /// Running totals that wait until they can be put in order of time.
    pub held: usize,
    /// Times that are there twice.
    pub twice: usize,
}

impl Limits {
    /// Those of an import.
    pub const ALL: Limits = Limits { cells: CELLS_MAX, held: HELD_MAX, twice: HELD_MAX };

    /// There are more bins, samples that wait for others, or times that are there twice, than can be held.
    pub fn passed(self, file: &str, line: u64, (cells, held, twice): (usize, usize, usize)) -> Option<Fault> {
        if cells > self.cells {
            let reason = format!("more than {} bins in all series", self.cells);
            return Some(Fault::of(file, reason, "choose a longer --bin").line(line));
        }
        if twice > self.twice {
            let reason = format!("more than {} times that are there twice", self.twice);
            return Some(Fault::of(file, reason, "delete rows that are there twice").line(line));
        }
        (held > self.held).then(|| rows::not_in_order(file, line, self.held))
    }
}
