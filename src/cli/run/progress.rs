//! How far a run is, where somebody looks.

use indicatif::ProgressBar;

use crate::cli::printer::progress;
use crate::scenario::work::counted;

/// Of so many variants, each of a thousand parts.
pub fn progress_bar(variants: usize, steps: u64) -> ProgressBar {
    let template = "{bar:40} {percent:>3} % of {msg} steps  {elapsed} gone, {eta} to go";
    progress(1000 * variants as u64, template, counted(steps))
}
