//! Outputs: files that are whole or as they were, sets of files, report folders.
//!
//! What stands at a name decides how it is written ([`target`]). Files are made whole beside their targets and only then take their
//! places ([`stage`]); a folder knows which files are of a report ([`folder`]).

mod asked;
mod target;
mod stage;
mod folder;

use std::io::{self, Read};
use std::path::{Path, PathBuf};

pub use asked::{Folder, STDOUT, document};
pub use folder::write_folder;

use self::stage::Stage;
use super::files::{reason, shown};
use super::interrupt;
use super::refusal::Refusal;

/// Why a file could not be written.
#[derive(Debug)]
pub struct NotWritten {
    /// It.
    pub path: PathBuf,
    /// In a few words.
    pub reason: String,
}

impl NotWritten {
    fn new(path: &Path, error: &io::Error) -> NotWritten {
        NotWritten { path: path.to_owned(), reason: reason(error) }
    }
}

impl From<NotWritten> for Refusal {
    fn from(error: NotWritten) -> Refusal {
        Refusal::NotWritten(shown(&error.path), error.reason)
    }
}

/// Writes files that belong together: all of them are made before the first takes its place. Folders are made. What is a device, a pipe or
/// a link stays one, and a file keeps its rights and its owner.
///
/// # Errors
/// The first that could not be written; as long as none has its place, all are as they were.
pub fn write_all<'f>(
    files: impl IntoIterator<Item = (&'f Path, Box<dyn Read + 'f>)>,
) -> Result<(), NotWritten> {
    let mut stage = Stage::default();
    for (path, content) in files {
        stage.add(path, content).map_err(|error| NotWritten::new(path, &error))?;
    }
    stage.write_direct()?;
    interrupt::undisturbed(|| stage.settle())
}

/// A file stays as it is: only what a run that was ended has left beside it is removed.
pub fn leave_as_is(path: &Path) {
    stage::tidy_beside(path);
}

/// Writes one file, whole or not at all.
///
/// # Errors
/// It could not be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
    Ok(write_all([(path, Box::new(bytes) as Box<dyn Read>)])?)
}
