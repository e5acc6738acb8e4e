//! Options of all commands that read a scenario: from where its files may come, and in which repository its revisions are.

use std::path::PathBuf;

use clap::Args;

use super::files::DiskAllowing;
use super::refusal::{refused_one, usage};
use crate::report::csv;
use crate::scenario::Sources;

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

/// Changes the values that `--set PATH=VALUE` names.
///
/// # Errors
/// The exit code of bad input; what to do stands on stderr.
pub fn set<'c>(sources: &mut Sources, changes: impl IntoIterator<Item = &'c str>) -> Result<(), u8> {
    for change in changes {
        let Some((path, value)) = change.split_once('=') else {
            let what = format!("`--set {change}` has no `=`");
            return Err(usage(&what, "write it like --set \"links.wan.rate=100 Mbps\""));
        };
        sources.set(path.trim(), value.trim()).map_err(refused_one)?;
    }
    Ok(())
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
