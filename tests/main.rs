//! All integration tests, in one binary; each module is a promise.
#[path = "main/import_churn.rs"]
mod import_churn;
#[path = "main/shared.rs"]
mod shared;
