//! What one column of a source gave, on its own grid.

use super::bins::{Bad, Totals};
use super::cells::Cells;
use super::time::grid::Grid;
use super::values::Values;
use crate::import::clock::TimeUnit;
use crate::import::dates::{Order, Told};

/// One column as read.
#[derive(Debug)]
pub struct Track {
    /// Name of the column to be.
    pub name: String,
    /// File it came from.
    pub file: String,
    /// Where its bins lie.
    pub grid: Grid,
    /// Bins of its first and last row, measured or not; `None` without rows.
    pub reach: Option<(i64, i64)>,
    /// Bins that were measured.
    pub cells: Cells,
    /// Seconds that samples cover of its first bin, and of its last.
    pub seconds: (u64, u64),
    /// What was odd about it.
    pub oddities: Oddities,
    /// The machine that saw it, if others may see the same thing too: their bytes add up.
    pub seen_by: Option<String>,
}

/// What told what numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `--values`.
    Asked,
    /// The same, and nothing tells a unit: bytes are assumed.
    AskedWithoutUnit,
    /// The header, or units in cells.
    Header,
    /// The header, without a unit: bytes are assumed.
    HeaderWithoutUnit,
}

/// What was odd about a column's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Rows of the file.
    pub rows: u64,
    /// Rows whose time an earlier row had already.
    pub duplicates: u64,
    /// Those of them with another value.
    pub conflicts: u64,
    /// Rows earlier than the one before them.
    pub unsorted: u64,
    /// Rows of a machine without processors, which is gone or switched off.
    pub retired: u64,
    /// The first of these, in microseconds since 1970 UTC.
    pub retired_from_us: Option<i64>,
    /// Bins with more than one sample.
    pub shared: u64,
    /// Unit of its times, and whether the header claims another one.
    pub unit: Option<(TimeUnit, bool)>,
    /// Measured bins left out because they lie outside the asked time.
    pub outside: u64,
    /// Columns of the file that measure something else.
    pub left_out: u64,
    /// Series of the file that count again what others count.
    pub doubled: u64,
    /// Rows that are a sentence of the tool.
    pub text_rows: u64,
    /// Rows cut short.
    pub cut_rows: u64,
    /// Minutes from the file's local time to UTC, when it begins.
    pub bias_minutes: Option<i64>,
    /// Whether `--zone` tells what its local times are.
    pub by_zone: bool,
    /// When the clock last went back as summer time ended, in microseconds since 1970 UTC.
    pub back_us: Option<i64>,
    /// When it last went ahead.
    pub ahead_us: Option<i64>,
    /// When its zone changed and it did not.
    pub fixed_us: Option<i64>,
    /// Order of day and month, and what told it.
    pub order: Option<(Order, Told)>,
    /// Distance of its samples, in microseconds.
    pub step_us: u64,
    /// Furthest that a sample lies from its step, in microseconds.
    pub off_us: u64,
    /// Samples that drifted into the next step or the last.
    pub drifted: u64,
    /// Since when its samples are further apart than its bins are long, and how far, in microseconds.
    pub wider: Option<(i64, u64)>,
    /// Rows whose time cannot be read.
    pub lost_times: u64,
    /// Samples that are none.
    pub bad: Bad,
    /// What running totals did.
    pub totals: Totals,
    /// How far its bins were moved to stand with those of other files, in microseconds.
    pub moved_us: i64,
    /// Length of its bins in microseconds, if they were made longer to stand with others.
    pub merged_us: Option<u64>,
    /// What its numbers are, where that had to be told.
    pub values: Option<(Values, Source)>,
}

/// Order in which `vm9` comes before `vm25`: runs of digits by their number.
pub fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let key = |text: &str| -> Vec<(usize, String)> {
        text.as_bytes()
            .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
            .map(|run| {
                let run = String::from_utf8_lossy(run);
                let digits = run.starts_with(|c: char| c.is_ascii_digit());
                let number = if digits { run.trim_start_matches('0') } else { &run };
                (if digits { 1 + number.len() } else { 0 }, number.to_owned())
            })
            .collect()
    };
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_sort_as_numbers() {
        let mut names = ["vm100", "vm25", "vm9", "a", "vm", "vm025", "db2-x10", "db2-x9"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["a", "db2-x9", "db2-x10", "vm", "vm9", "vm025", "vm25", "vm100"]);
    }
}
