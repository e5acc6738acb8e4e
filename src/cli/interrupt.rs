//! SIGINT and SIGTERM: the file being written is removed, and the process ends with 128 + the signal's number.
//!
//! A temporary file exists only between [`begin`] and [`end`], and both hold the lock while they touch the disk. The listener takes
//! the lock and never gives it back, so that a write either has ended, or is undone and goes no further.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static TEMPORARY: Mutex<Option<PathBuf>> = Mutex::new(None);

fn temporary() -> MutexGuard<'static, Option<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Creates a temporary file that a signal removes.
///
/// # Errors
/// As the system says.
pub fn begin(path: &Path) -> io::Result<File> {
    let mut current = temporary();
    let file = File::create(path)?;
    *current = Some(path.to_owned());
    Ok(file)
}

/// Gives the temporary file its final name, or removes it if it could not be written.
///
/// # Errors
/// That of `written`, or of the renaming.
pub fn end(path: &Path, written: io::Result<()>, target: &Path) -> io::Result<()> {
    let mut current = temporary();
    let renamed = written.and_then(|()| fs::rename(path, target));
    if renamed.is_err() {
        let _ = fs::remove_file(path);
    }
    *current = None;
    renamed
}

/// Starts to listen. Where that is impossible the system's own way of ending a process stays.
#[cfg(unix)]
pub fn listen() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let current = temporary();
            if let Some(path) = current.as_ref() {
                let _ = fs::remove_file(path);
            }
            std::process::exit(128 + signal);
        }
    });
}

/// Elsewhere the system ends the process.
#[cfg(not(unix))]
pub fn listen() {}
