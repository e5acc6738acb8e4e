//! Every integration test, in one binary.

#[path = "main/reports.rs"]
mod reports;
#[path = "main/sample.rs"]
mod sample;
