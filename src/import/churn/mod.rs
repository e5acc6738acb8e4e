//! Churn: a source is one file and one line of its list; all turn rows into tracks, bins on a grid of time.

pub(super) mod track;
pub mod found;
pub(super) mod quirks;
pub(super) mod counters;
pub(super) mod bitbrains;
pub(super) mod wide;
pub mod fragment;
pub mod summary;
