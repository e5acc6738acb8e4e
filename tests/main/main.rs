//! All integration tests, in one binary; each module is a set of promises.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod shared;
mod file;
mod pair;
mod fleet;
mod scripted;
mod names;
mod sample;
mod golden;
mod determinism;
mod streaming;
mod fire;
mod cli;
mod completions;
mod outputs;
mod quoted;
mod readme;
mod explain;
mod coverage;
mod cases;
mod tidy;
mod language;
mod engine;
mod replication;
mod recovery;
mod operations;
mod mirror;
mod model;
mod plan;
mod sweep;
mod compare;
mod gate;
mod ci;
mod report;
mod import;
mod hostile;
