//! Input and usage that are refused: what is wrong goes to stderr, the exit code back.

use super::BAD_INPUT;
use crate::problem::{Problem, Problems};
use crate::units::UnitError;

/// A scenario with these problems.
pub(super) fn refused(problems: &Problems) -> u8 {
    anstream::eprint!("{}", problems.render(true));
    BAD_INPUT
}

/// What could be run but will disappoint: said once, after the answer, which matters more.
pub(super) fn warned(warnings: &Problems) {
    if !warnings.is_empty() {
        anstream::eprint!("\n{}", warnings.render(true));
    }
}

/// A scenario, or a change of it, with this problem.
pub(super) fn refused_one(problem: Problem) -> u8 {
    let mut problems = Problems::default();
    problems.push(problem);
    refused(&problems)
}

/// A command line, with what to do.
pub(super) fn usage(what: &str, remedy: &str) -> u8 {
    anstream::eprintln!("error: {what}\n  {remedy}");
    BAD_INPUT
}

/// The value of an option.
pub(super) fn misread(flag: &str, error: &UnitError) -> u8 {
    usage(&format!("{flag}: {}", error.reason), &error.remedy.to_string())
}
