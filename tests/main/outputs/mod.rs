//! What a command writes: whole, in its place, and nothing of anybody else's.

mod folders;
#[cfg(unix)]
mod kinds;
#[cfg(unix)]
mod kills;

use std::fs;
use std::path::{Path, PathBuf};

/// A scenario of the tests, with an outage of this name beside its own.
fn scenario(folder: &Path, outage: &str) -> PathBuf {
    let text = include_str!("../language/problems/base.ron");
    let more = format!("outages: [(name: \"{outage}\", faults: [(site: \"hq\", at: \"2d\")]), ");
    let file = folder.join("base.ron");
    assert!(text.contains("outages: ["), "it has outages");
    fs::write(&file, text.replacen("outages: [", &more, 1)).unwrap();
    file
}
