//! What it meant: facts become results. Pure.

pub mod results;
