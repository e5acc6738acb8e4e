//! SIGINT and SIGTERM: what is being written is removed, and the process ends with 128 + the signal's number.
//!
//! A temporary folder exists only between [`begin`] and [`end`], and both hold the lock while they touch the disk. The listener takes
//! the lock and never gives it back, so that files either have all taken their places, or are undone and go no further.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn temporary() -> MutexGuard<'static, Vec<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Creates a temporary folder, which a signal removes, and says where it is.
///
/// # Errors
/// Those of `create`.
pub fn begin<T>(create: impl FnOnce() -> io::Result<(T, PathBuf)>) -> io::Result<T> {
    let mut all = temporary();
    let (created, path) = create()?;
    all.push(path);
    Ok(created)
}

/// Does what no signal may come between.
pub fn undisturbed<T>(work: impl FnOnce() -> T) -> T {
    let _all = temporary();
    work()
}

/// The same, and forgets these folders.
pub fn end<T>(folders: &[PathBuf], commit: impl FnOnce() -> T) -> T {
    let mut all = temporary();
    let done = commit();
    all.retain(|path| !folders.contains(path));
    done
}

/// Starts to listen. Where that is impossible the system's own way of ending a process stays.
#[cfg(unix)]
pub fn listen() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let all = temporary();
            for path in all.iter() {
                let _ = std::fs::remove_dir_all(path);
            }
            std::process::exit(128 + signal);
        }
    });
}

/// Elsewhere the system ends the process.
#[cfg(not(unix))]
pub fn listen() {}
