//! Options of all commands that read a scenario: from where its files may come, and in which repository its revisions are.

use std::path::PathBuf;

use clap::Args;

use super::files::DiskAllowing;
use crate::report::csv;

/// Where the files of a scenario may lie.
#[derive(Args, Clone, Debug, Default)]
pub struct Reading {
    /// Also read what the scenario includes or measures from this file or folder (repeatable) [default: from the main file's folder only]
    #[arg(long, value_name = "PATH")]
    pub allow_include: Vec<PathBuf>,
}

impl Reading {
    /// The file system within these limits.
    pub fn disk(&self) -> DiskAllowing<'_> {
        DiskAllowing(&self.allow_include)
    }

    /// The options as they are written.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.allow_include.iter().map(|path| format!("--allow-include \"{}\"", path.display()))
    }
}

/// How texts are written in CSV.
pub fn texts(is_raw: bool) -> csv::Texts {
    if is_raw { csv::Texts::Raw } else { csv::Texts::Neutral }
}

/// Where the files of a scenario and of its revisions are.
#[derive(Args, Clone, Debug, Default)]
pub struct Revisions {
    /// Options of the files.
    #[command(flatten)]
    pub reading: Reading,
    /// Top folder of the git repository with the revisions [default: the nearest around the scenario's file]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
}
