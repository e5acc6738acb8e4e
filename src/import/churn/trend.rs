//! Whether the numbers of a column go up as a running total does.

/// Whether numbers keep rising.
#[derive(Default)]
pub struct Trend {
    last: Option<u128>,
    /// Steps that go up.
    pub up: usize,
    /// All steps.
    pub steps: usize,
}

impl Trend {
    /// The next number.
    pub fn add(&mut self, number: u128) {
        if let Some(last) = self.last.replace(number) {
            self.steps += 1;
            self.up += usize::from(number > last);
        }
    }

    /// As a running total does: in 98 of 100 steps, of twelve or more.
    pub fn rises(&self) -> bool {
        self.steps >= 12 && self.up * 100 >= self.steps * 98
    }
}
