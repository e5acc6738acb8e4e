//! Churn: a source is one file and one line of its list; all turn rows into tracks, bins on a grid of time.

pub mod values;
pub(super) mod time;
pub(super) mod cells;
mod samples;
pub(super) mod bins;
pub(super) mod track;
mod layers;
mod join;
pub mod assemble;
mod rows;
mod labels;
pub(super) mod meaning;
mod trend;
pub mod found;
pub(super) mod quirks;
mod counter_names;
pub(super) mod counters;
pub(super) mod bitbrains;
pub(super) mod wide;
pub(super) mod long;
pub mod told;

pub use told::{fragment, summary};
