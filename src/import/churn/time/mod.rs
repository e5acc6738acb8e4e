//! Rows in time: clocks, steps between samples, and the bins that samples fall into.

pub mod steps;
pub mod clocks;
pub mod grid;
pub mod order;
pub mod axis;
