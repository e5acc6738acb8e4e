//! What it meant: facts become results. Pure.

pub mod distribution;
pub mod trace;
pub mod watch;
pub mod results;
