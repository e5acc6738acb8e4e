//! What it meant: facts become results. Pure.

pub mod distribution;
pub mod trace;
pub mod watch;
pub mod results;
pub mod history;
pub mod critical_path;
mod instant;
pub mod words;
pub mod outage;
mod standing;
mod verdict;
