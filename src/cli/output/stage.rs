//! Files on their way to their places.
//!
//! A folder of ours beside the targets, whose name nobody can guess, holds the files until all are whole; then they are renamed. It is
//! held by a lock that ends with the process, so that the next run knows a left-over one, and removes it.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::NotWritten;
use super::target::Target;
use crate::cli::interrupt;

/// How the names of our folders begin and end.
const PREFIX: &str = ".drsim-";
const SUFFIX: &str = ".tmp";

/// Letters between them.
const LETTERS: usize = 12;

/// The file in such a folder that its writer holds.
const LOCK: &str = "lock";

/// How often a folder is made again that another run took for a left-over one before it was locked.
const TRIES: usize = 8;

/// Files that are whole and have not taken their places.
#[derive(Default)]
pub struct Stage {
    /// By the folder that they go to.
    beside: BTreeMap<PathBuf, Beside>,
    whole: Vec<(PathBuf, PathBuf)>,
    /// Written as they stand: where, what, and whether that is all that is to stand there.
    direct: Vec<(PathBuf, Vec<u8>, bool)>,
}

/// A folder of ours; removed with all in it when it is dropped.
struct Beside {
    folder: TempDir,
    files: usize,
    /// Held until then.
    _lock: File,
}

impl Stage {
    /// Makes a file that is to stand at `path`.
    ///
    /// # Errors
    /// What stands at `path` cannot be written to, or the system says so.
    pub fn add(&mut self, path: &Path, mut content: impl Read) -> io::Result<()> {
        let (at, is_all) = match Target::of(path)? {
            Target::Stream(path) => (path, false),
            Target::File(at, found) => match self.make(&at, found.as_ref()) {
                Ok(Some((mut file, made))) => {
                    io::copy(&mut content, &mut file)?;
                    file.sync_all()?;
                    self.whole.push((made, at));
                    return Ok(());
                }
                // What cannot be replaced as it is, is written in its place.
                Ok(None) => (at, true),
                Err(error) if error.kind() == ErrorKind::PermissionDenied && found.is_some() => (at, true),
                Err(error) => return Err(error),
            },
        };
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        self.direct.push((at, bytes, is_all));
        Ok(())
    }

    /// An empty file of ours that may take the place of `at`; `None`: it cannot be given the owner of what stands there.
    fn make(&mut self, at: &Path, found: Option<&Metadata>) -> io::Result<Option<(File, PathBuf)>> {
        let parent = parent_of(at);
        fs::create_dir_all(parent)?;
        if !self.beside.contains_key(parent) {
            remove_left_over(parent);
            self.beside.insert(parent.to_owned(), Beside::new(parent)?);
        }
        let Some(beside) = self.beside.get_mut(parent) else { return Ok(None) };
        let path = beside.folder.path().join(beside.files.to_string());
        beside.files += 1;
        let file = create(&path)?;
        if let Some(found) = found {
            if !owned_alike(&file, &path, found)? {
                return Ok(None);
            }
            file.set_permissions(found.permissions())?;
        }
        Ok(Some((file, path)))
    }

    /// Writes what is written as it stands.
    ///
    /// # Errors
    /// The first that could not be written.
    pub fn write_direct(&self) -> Result<(), NotWritten> {
        // A pipe may wait for its reader: a signal ends that.
        for (path, bytes, is_all) in &self.direct {
            write_direct(path, bytes, *is_all).map_err(|error| NotWritten::new(path, &error))?;
        }
        Ok(())
    }

    /// Gives the other files their places, in order. To be done undisturbed.
    ///
    /// # Errors
    /// The first that did not take its place.
    pub fn settle(&self) -> Result<(), NotWritten> {
        for (made, at) in &self.whole {
            fs::rename(made, at).map_err(|error| NotWritten::new(at, &error))?;
        }
        Ok(())
    }
}

/// A new file, unless a signal came.
fn create(path: &Path) -> io::Result<File> {
    interrupt::undisturbed(|| OpenOptions::new().write(true).create_new(true).open(path))
}

fn write_direct(path: &Path, bytes: &[u8], is_all: bool) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).truncate(is_all).append(!is_all).open(path)?;
    file.write_all(bytes)?;
    if is_all { file.sync_all() } else { file.flush() }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let beside = std::mem::take(&mut self.beside);
        let folders: Vec<PathBuf> = beside.values().map(|beside| beside.folder.path().to_owned()).collect();
        interrupt::end(&folders, || drop(beside));
    }
}

impl Beside {
    fn new(parent: &Path) -> io::Result<Beside> {
        for _ in 0..TRIES {
            let folder = interrupt::begin(|| {
                let folder = tempfile::Builder::new()
                    .prefix(PREFIX)
                    .suffix(SUFFIX)
                    .rand_bytes(LETTERS)
                    .tempdir_in(parent)?;
                let path = folder.path().to_owned();
                Ok((folder, path))
            })?;
            let path = folder.path().join(LOCK);
            let lock = match create(&path) {
                Ok(lock) => lock,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            // Where files cannot be locked, nobody removes left-over ones either.
            let _ = lock.lock();
            if path.exists() {
                return Ok(Beside { folder, files: 0, _lock: lock });
            }
        }
        Err(io::Error::other("another run removes what is being written"))
    }
}

/// Removes what was left beside a file that stays as it is.
pub fn tidy_beside(path: &Path) {
    if let Ok(Target::File(at, _)) = Target::of(path) {
        remove_left_over(parent_of(&at));
    }
}

/// Where a file stands.
fn parent_of(at: &Path) -> &Path {
    at.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes folders of ours whose writers are gone. What is not removed is in nobody's way.
fn remove_left_over(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_ours = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX))
            .is_some_and(|letters| letters.len() == LETTERS);
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        match File::open(entry.path().join(LOCK)) {
            Ok(lock) if lock.try_lock().is_ok() => {
                let _ = fs::remove_dir_all(entry.path());
            }
            Ok(_) => {}
            // Only if it is empty: its writer may be about to make its lock.
            Err(_) => {
                let _ = fs::remove_dir(entry.path());
            }
        }
    }
}

/// Gives a file the owner and the group of another; whether it has them.
#[cfg(unix)]
fn owned_alike(file: &File, path: &Path, as_of: &Metadata) -> io::Result<bool> {
    use std::os::unix::fs::{MetadataExt, chown};
    let own = file.metadata()?;
    let is_alike = own.uid() == as_of.uid() && own.gid() == as_of.gid();
    Ok(is_alike || chown(path, Some(as_of.uid()), Some(as_of.gid())).is_ok())
}

/// Elsewhere a file belongs to whoever writes it.
#[cfg(not(unix))]
fn owned_alike(_file: &File, _path: &Path, _as_of: &Metadata) -> io::Result<bool> {
    Ok(true)
}
