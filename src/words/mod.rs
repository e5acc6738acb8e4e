//! The one module that says what happened: names instead of ids, sentences instead of values. What is said keeps its meaning beside it.

mod sentence;
mod begun;
mod instant;
mod facts;
mod reasons;
mod incidents;

pub(crate) use begun::begun;
pub use facts::*;
pub use incidents::incident;
pub(crate) use instant::{spoken, written};
pub use reasons::{age_cause, because, bound, interval, reason, status};
pub use sentence::Sentence;
