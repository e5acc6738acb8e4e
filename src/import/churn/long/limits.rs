//! How much of a long table is held while it is read.

use crate::import::fault::Fault;
use crate::series::CELLS_MAX;

/// How much is held of a table at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bins of all series.
    pub cells: usize,
}

impl Limits {
    /// Those of an import.
    pub const ALL: Limits = Limits { cells: CELLS_MAX };

    /// There are more bins than a series can have.
    pub fn passed(self, file: &str, line: Option<u64>, cells: usize) -> Option<Fault> {
        let reason = format!("more than {} bins in all series", self.cells);
        let fault = (cells > self.cells).then(|| Fault::of(file, reason, "choose a longer --bin"))?;
        Some(line.map_or(fault.clone(), |line| fault.line(line)))
    }
}
