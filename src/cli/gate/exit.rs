//! The exit code of a gate, and which of several counts.

use crate::cli::{BAD_INPUT, INCONCLUSIVE, INTERNAL, NOT_WRITTEN, OK};
use crate::gate::report::{GateOutcome, GateReport};

/// Past its bound, or worse than it was.
pub const BREACHED: u8 = 1;
/// A warning that is denied.
pub const DENIED: u8 = 4;

/// What counts before what.
const PRECEDENCE: [u8; 7] = [INTERNAL, NOT_WRITTEN, BAD_INPUT, INCONCLUSIVE, BREACHED, DENIED, OK];

/// The code of an answer; a breach fails nothing while it is informational.
pub fn of(report: &GateReport) -> u8 {
    match report.outcome {
        GateOutcome::Holds => OK,
        GateOutcome::Breached if report.informational_until.is_some() => OK,
        GateOutcome::Breached => BREACHED,
        GateOutcome::Inconclusive => INCONCLUSIVE,
    }
}

/// The code that counts of those that occurred.
pub fn worst(codes: impl IntoIterator<Item = u8>) -> u8 {
    let rank = |code: u8| PRECEDENCE.iter().position(|known| *known == code).unwrap_or(0);
    codes.into_iter().min_by_key(|code| rank(*code)).unwrap_or(OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_code_counts_whatever_else_occurred() {
        let order = [70, 74, 2, 3, 1, 4, 0];
        for (at, grave) in order.iter().enumerate() {
            for light in &order[at..] {
                assert_eq!(worst([*light, *grave]), *grave, "{grave} {light}");
                assert_eq!(worst([*grave, *light]), *grave, "{grave} {light}");
            }
        }
        assert_eq!(worst([]), 0);
    }
}
