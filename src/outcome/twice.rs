//! Two copies of a VM, each with what it wrote.

use crate::engine::churn::written_by;
use crate::facts::Kept;
use crate::units::Time;
use crate::workload::Vm;

/// A time in which two copies of a VM ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twice {
    /// From.
    pub from: Time,
    /// To.
    pub to: Time,
    /// Which is left.
    pub kept: Kept,
    /// Written by the old one.
    pub old_bytes: u64,
    /// Written by the one that was failed over, while it ran.
    pub failed_over_bytes: u64,
}

impl Twice {
    /// `off`: when the one that was failed over was off.
    pub(super) fn of(row: &Vm, (from, to): (Time, Time), kept: Kept, off: &[(Time, Option<Time>)]) -> Twice {
        let between = |from: Time, to: Time| written_by(row, to).saturating_sub(written_by(row, from));
        let within = off.iter().map(|(begin, end)| ((*begin).max(from), end.unwrap_or(to).min(to)));
        let missed = within.filter(|(begin, end)| begin < end).map(|(begin, end)| between(begin, end));
        let old_bytes = between(from, to);
        Twice { from, to, kept, old_bytes, failed_over_bytes: old_bytes.saturating_sub(missed.sum()) }
    }

    /// Written by the old copy, where that is given up. What the other one wrote counts with the point that it goes back to.
    pub fn old_lost_bytes(&self) -> u64 {
        match self.kept {
            Kept::FailedOver | Kept::Both => self.old_bytes,
            Kept::Old => 0,
        }
    }
}
