//! Recoveries in a terminal: a chart of those of an outage, and why one took as long and lost as much as it did. Values first, words after.
//! Imports results, verdicts and words.

pub mod timeline;
mod chart;
pub mod why;
pub mod shorter;
pub mod lost;
pub mod bound;
mod told;

pub use chart::write as chart;
pub use told::write as told;
