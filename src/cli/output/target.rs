//! What stands where an output is to go.

use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Most links that are followed, as systems do.
const LINKS_MAX: usize = 40;

/// Where an output goes.
#[derive(Debug)]
pub enum Target {
    /// A file, or nothing yet: it is replaced whole. Links are followed; with what is known of the file that stands there.
    File(PathBuf, Option<Metadata>),
    /// A device, a pipe, a socket, or a file that only its writer can change in place: it is written to as it stands.
    Stream(PathBuf),
}

impl Target {
    /// What `path` names.
    ///
    /// # Errors
    /// A folder, a file without the right to write, or as the system says.
    pub fn of(path: &Path) -> io::Result<Target> {
        if path.file_name().is_none() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it names no file"));
        }
        let found = match fs::metadata(path) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if found.as_ref().is_some_and(Metadata::is_dir) {
            return Err(io::Error::new(ErrorKind::IsADirectory, "it is a directory"));
        }
        if found.as_ref().is_some_and(|found| !found.is_file()) || is_of_system(path) {
            return Ok(Target::Stream(path.to_owned()));
        }
        let at = followed(path)?;
        if let Some(found) = &found {
            // The owner of the machine may write all the same, but whoever took the right away meant it.
            if found.permissions().readonly() {
                return Err(io::Error::new(ErrorKind::ReadOnlyFilesystem, "it is read-only"));
            }
            OpenOptions::new().write(true).open(&at)?;
        }
        Ok(Target::File(at, found))
    }
}

/// Whether it names something open or running, such as `/dev/stdout`, which another file of that name would not be.
fn is_of_system(path: &Path) -> bool {
    cfg!(unix) && ["/dev", "/proc", "/sys"].iter().any(|root| path.starts_with(root))
}

/// The last of a chain of links, which need not exist.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..LINKS_MAX {
        match fs::symlink_metadata(&at) {
            Ok(found) if found.is_symlink() => {
                let to = fs::read_link(&at)?;
                at = at.parent().unwrap_or(Path::new("")).join(to);
            }
            Ok(_) => return Ok(at),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(at),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("too many links lead on from it"))
}
