//! Real data that lies outside the repository.

use std::path::{Path, PathBuf};

/// The path of a shared file, or `None` with a word about it; with `DRSIM_REQUIRE_ALL=1` its absence is a failure.
pub fn data(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DRSIM_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let full = root.join(path);
    if full.exists() {
        return Some(full);
    }
    let required = std::env::var("DRSIM_REQUIRE_ALL").is_ok_and(|value| value == "1");
    assert!(!required, "{} is missing and DRSIM_REQUIRE_ALL is set", full.display());
    eprintln!("skipped: {} is missing", full.display());
    None
}

/// The path of a small input that was once answered wrongly; likewise.
pub fn case(path: &str) -> Option<PathBuf> {
    data(&format!("../cases/{path}"))
}
