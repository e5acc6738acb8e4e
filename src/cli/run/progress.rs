//! How far a run is, where somebody looks.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

use crate::scenario::work::counted;

/// Of so many variants, each of a thousand parts.
pub fn progress_bar(variants: usize, steps: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{bar:40} {percent:>3} % of {msg} steps  {elapsed} gone, {eta} to go");
    ProgressBar::new(1000 * variants as u64)
        .with_message(counted(steps))
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
