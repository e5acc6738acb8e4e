//! Whether the numbers of a column go up as a running total does.

use super::track::Source;
use super::values::Values;

/// Whether numbers keep rising.
#[derive(Default)]
pub struct Trend {
    last: Option<u128>,
    up: usize,
    down: usize,
    steps: usize,
}

impl Trend {
    /// The next number.
    pub fn add(&mut self, number: u128) {
        if let Some(last) = self.last.replace(number) {
            self.steps += 1;
            self.up += usize::from(number > last);
            self.down += usize::from(number < last);
        }
    }

    /// Why numbers that are said to be bytes of bins may be a running total, and what to do: of twelve steps or more every other one goes up,
    /// and one of fifty at most down; or the other way, where the last row stands first.
    pub fn doubts(&self, values: Values, source: Source) -> Option<(String, &'static str)> {
        let is_bytes =
            values == Values::Bytes && matches!(source, Source::Header | Source::HeaderWithoutUnit);
        let (more, less) = (self.up.max(self.down), self.up.min(self.down));
        let rises = self.steps >= 12 && less * 50 <= self.steps && more * 2 >= self.steps;
        (is_bytes && rises).then(|| {
            let reason = format!(
                "in {more} of {} steps it rises as a running total does, and its header says bytes",
                self.steps
            );
            (reason, "say --values total, or --values bytes if each number is the bytes of its bin")
        })
    }
}
