//! Files: reading with a limit, writing all or nothing.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use super::interrupt;
use crate::scenario::{LoadError, Loader};

/// The file system as a loader.
pub struct Disk;

impl Loader for Disk {
    fn load(&self, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let unreadable = |error: io::Error| LoadError::Unreadable(reason(&error));
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(LoadError::Unreadable("it is a directory".into()));
        }
        if metadata.len() > limit as u64 {
            return Err(LoadError::TooLarge(metadata.len()));
        }
        // A pipe has no length: read one byte more than allowed to notice.
        let mut bytes = Vec::new();
        file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() > limit { Err(LoadError::TooLarge(bytes.len() as u64)) } else { Ok(bytes) }
    }
}

/// Writes `bytes` to `path` through a temporary file beside it, so that nobody ever sees half a file.
///
/// # Errors
/// As the system says; the temporary file is removed, also when a signal ends the process.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut file = interrupt::begin(&temporary)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    interrupt::end(&temporary, written, path)
}

/// A system error in a few words, without its number.
pub fn reason(error: &io::Error) -> String {
    let kind = error.kind();
    if kind == io::ErrorKind::NotFound {
        "no such file or directory".into()
    } else if kind == io::ErrorKind::PermissionDenied {
        "permission denied".into()
    } else {
        error.to_string()
    }
}

/// Writes text to stdout; a reader that went away is no error.
///
/// # Errors
/// The exit code for output that could not be written.
pub fn print(text: &str) -> Result<(), u8> {
    match anstream::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(super::NOT_WRITTEN),
        _ => Ok(()),
    }
}
