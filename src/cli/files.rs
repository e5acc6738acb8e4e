//! Files: reading with a limit, writing all or nothing.

use super::printer::tell;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::interrupt;
use crate::inert::plain;
use crate::problem::closest;
use crate::scenario::{LoadError, Loader, folder, is_below};

/// The file system as a loader: what a scenario names lies in the folder of its main file.
pub struct Disk;

/// The file system as a loader that may also read what a scenario names in these files and folders.
pub struct DiskAllowing<'a>(pub &'a [PathBuf]);

impl Loader for Disk {
    fn load(&self, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        DiskAllowing(&[]).load(path, limit)
    }

    fn load_named(&self, main: &str, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        DiskAllowing(&[]).load_named(main, path, limit)
    }
}

impl Loader for DiskAllowing<'_> {
    fn load(&self, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        bytes_of(path, limit, is_stream(path))
    }

    fn load_named(&self, main: &str, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let root = folder(main);
        let here = if root.is_empty() { Path::new(".") } else { Path::new(&root) };
        match Path::new(path).canonicalize() {
            // Links are followed first: what counts is where the bytes lie.
            Ok(real) => {
                let holds =
                    |folder: &Path| folder.canonicalize().is_ok_and(|folder| real.starts_with(folder));
                if holds(here) || self.0.iter().any(|allowed| holds(allowed)) {
                    bytes_of(path, limit, false)
                } else {
                    Err(LoadError::Outside)
                }
            }
            // Of what lies outside nobody learns whether it is there.
            Err(_) => {
                let allowed = |it: &PathBuf| is_below(&it.to_string_lossy(), path);
                if is_below(&root, path) || self.0.iter().any(allowed) {
                    bytes_of(path, limit, false)
                } else {
                    Err(LoadError::Outside)
                }
            }
        }
    }
}

/// Whether a path is what a shell hands over: its standard input, or the output of another command.
fn is_stream(path: &str) -> bool {
    path == "/dev/stdin" || path.starts_with("/dev/fd/")
}

fn bytes_of(path: &str, limit: usize, may_be_pipe: bool) -> Result<Vec<u8>, LoadError> {
    let unreadable = |error: io::Error| {
        let near = if error.kind() == io::ErrorKind::NotFound { near(Path::new(path)) } else { None };
        let hint = near.map_or(String::new(), |near| format!("; is `{near}` meant?"));
        LoadError::Unreadable(reason(&error) + &hint)
    };
    // Before it is opened: a pipe without a writer would never be.
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        let scenario = names(Path::new(path)).into_iter().find(|name| name.ends_with(".ron"));
        let hint = scenario.map_or(String::new(), |name| {
            format!("; name a file in it, such as `{}`", Path::new(path).join(name).display())
        });
        return Err(LoadError::Unreadable(format!("it is a directory{hint}")));
    }
    let is_readable = metadata.is_file() || may_be_pipe && is_pipe(&metadata);
    if !is_readable {
        let limit = limit / 1_000_000;
        return Err(LoadError::Unreadable(format!(
            "it is a device, a pipe or a socket, and not a regular file (of at most {limit} MB)"
        )));
    }
    if metadata.len() > limit as u64 {
        return Err(LoadError::TooLarge(metadata.len()));
    }
    // A pipe has no length: read one byte more than allowed to notice.
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > limit { Err(LoadError::TooLarge(bytes.len() as u64)) } else { Ok(bytes) }
}

#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

/// The bytes of a small regular file; none if it is not there, not one, or larger.
pub fn small(path: &Path, most: u64) -> Option<Vec<u8>> {
    let is_one = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= most);
    let mut bytes = Vec::new();
    let file = if is_one { File::open(path).ok()? } else { return None };
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The file beside a missing one whose name is closest to it.
fn near(missing: &Path) -> Option<String> {
    let folder = missing.parent()?;
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let names = names(here);
    let near = closest(missing.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(folder.join(near).display().to_string())
}

/// Names of the files in a folder, in order; none if it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
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

/// Writes the files of a report into `folder`, by relative name with `/`, each whole or not at all.
///
/// # Errors
/// The exit code for output that could not be written; the file is named on stderr.
pub fn write_folder(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), u8> {
    for (name, bytes) in files {
        let path = folder.join(name);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        if let Err(error) = made.and_then(|()| write_atomically(&path, bytes)) {
            tell(&format!("error: cannot write {}: {}", shown(&path), reason(&error)));
            return Err(super::NOT_WRITTEN);
        }
    }
    Ok(())
}

/// Writes a report, whole or not at all; its folder is made.
///
/// # Errors
/// The exit code for output that could not be written; the file is named on stderr.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), u8> {
    let Some(name) = path.file_name() else {
        tell(&format!("error: cannot write {}: it names no file", shown(path)));
        return Err(super::NOT_WRITTEN);
    };
    write_folder(
        path.parent().unwrap_or(Path::new("")),
        &[(name.to_string_lossy().into_owned(), bytes.to_vec())],
    )
}

/// A path as a harmless name.
pub fn shown(path: &Path) -> String {
    plain(&path.to_string_lossy())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn why(path: &Path) -> String {
        match Disk.load(path.to_str().expect("the path is text"), 100) {
            Err(LoadError::Unreadable(why)) => why,
            Err(LoadError::TooLarge(_) | LoadError::Outside) | Ok(_) => panic!("it cannot be read"),
        }
    }

    #[test]
    fn a_missing_file_and_a_folder_are_told_what_may_be_meant() {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        let at = |name: &str| folder.path().join(name);
        assert_eq!(why(folder.path()), "it is a directory");
        std::fs::write(at("two-site.ron"), "()").expect("it can be written");
        let meant = at("two-site.ron").display().to_string();
        assert_eq!(why(&at("two-sit.ron")), format!("no such file or directory; is `{meant}` meant?"));
        assert_eq!(why(&at("other.txt")), "no such file or directory");
        assert_eq!(why(folder.path()), format!("it is a directory; name a file in it, such as `{meant}`"));
    }
}
