//! The answer of a gate, for people and for programs.

mod groups;
pub mod json;
pub mod terminal;
