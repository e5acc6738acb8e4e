//! All integration tests, in one binary; each module is a promise.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

#[path = "main/import_churn.rs"]
mod import_churn;
#[path = "main/import_command.rs"]
mod import_command;
#[path = "main/import_files.rs"]
mod import_files;
#[path = "main/import_properties.rs"]
mod import_properties;
#[path = "main/shared.rs"]
mod shared;
