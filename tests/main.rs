//! All integration tests, in one binary; each module is a promise.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

#[path = "main/language.rs"]
mod language;
#[path = "main/problems.rs"]
mod problems;
