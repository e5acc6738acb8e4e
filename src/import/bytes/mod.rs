//! From the bytes of a file to its text.

pub mod magic;
pub mod text;
pub mod content;
