//! Where a repository is, found without git: it takes any folder that looks like a repository for one, and runs what such a folder says.
//!
//! Only what is called `.git` counts, so that a repository among the committed files is never used.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::files::small;

/// Most bytes of a file that only names a folder.
const POINTER_BYTES_MAX: u64 = 4096;

/// A repository with a work tree.
#[derive(Debug)]
pub struct Repository {
    /// The top of the work tree, links resolved.
    pub top: PathBuf,
    /// Its own folder: `.git`, or what that file names in a linked work tree or a submodule.
    pub own: PathBuf,
    /// The folder that all its work trees share: objects, branches and tags.
    pub common: PathBuf,
}

impl Repository {
    /// The repository with this top.
    pub fn at(top: &Path) -> Option<Repository> {
        let top = top.canonicalize().ok()?;
        let git = top.join(".git");
        let own = if git.is_dir() { git } else { pointed(&git, "gitdir: ")? };
        let common = pointed(&own.join("commondir"), "").unwrap_or_else(|| own.clone());
        let is_one = fs::symlink_metadata(own.join("HEAD")).is_ok() && common.join("objects").is_dir();
        is_one.then_some(Repository { top, own, common })
    }

    /// The nearest repository around a folder.
    pub fn around(folder: &Path) -> Option<Repository> {
        folder.canonicalize().ok()?.ancestors().find_map(Repository::at)
    }
}

/// The folder that a file names, after `label`, relative to its own.
fn pointed(file: &Path, label: &str) -> Option<PathBuf> {
    let bytes = small(file, POINTER_BYTES_MAX)?;
    let text = String::from_utf8(bytes).ok()?;
    let path = text.strip_prefix(label)?.trim_end_matches(['\n', '\r']);
    let folder = file.parent()?.join(path);
    folder.is_dir().then_some(folder)
}
