//! SIGINT and SIGTERM: what is being written is removed, programs that were begun are ended, and the process ends with 128 + the signal's
//! number.
//!
//! A temporary folder exists only between [`begin`] and [`end`], and both hold the lock while they touch the disk. The listener takes
//! the lock and never gives it back, so that files either have all taken their places, or are undone and go no further.

use std::io;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

static TEMPORARY: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static PROGRAMS: Mutex<Vec<Program>> = Mutex::new(Vec::new());

/// A program that a signal ends too.
pub type Program = Arc<Mutex<Child>>;

/// What is behind the lock, also where a thread panicked with it.
pub fn locked<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

fn temporary() -> MutexGuard<'static, Vec<PathBuf>> {
    locked(&TEMPORARY)
}

/// Starts a program, until [`finished`].
///
/// # Errors
/// As the system says.
pub fn start(command: &mut Command) -> io::Result<Program> {
    let mut all = locked(&PROGRAMS);
    let program = Arc::new(Mutex::new(command.spawn()?));
    all.push(Arc::clone(&program));
    Ok(program)
}

/// Forgets a program that has ended.
pub fn finished(program: &Program) {
    locked(&PROGRAMS).retain(|other| !Arc::ptr_eq(other, program));
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
            let programs = locked(&PROGRAMS);
            for program in programs.iter() {
                let _ = locked(program).kill();
            }
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
