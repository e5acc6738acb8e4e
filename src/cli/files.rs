//! Files that are read, with a limit, and what goes to stdout.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::inert::plain;
use crate::problem::closest;
use crate::scenario::{LoadError, Loader, STDIN, folder, is_below};

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
        if path == STDIN { given(limit) } else { bytes_of(path, limit, is_stream(path)) }
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

/// What another program writes to standard input.
fn given(limit: usize) -> Result<Vec<u8>, LoadError> {
    let given = io::stdin();
    if given.is_terminal() {
        let reason =
            "standard input is a terminal; name a file, or let another program write the scenario there";
        return Err(LoadError::Unreadable(reason.into()));
    }
    read(given, limit).map_err(|error| LoadError::Unreadable(reason(&error)))?
}

/// All of it, if it is not more than that: a pipe has no length, so that one byte more is read to notice.
fn read(from: impl Read, limit: usize) -> io::Result<Result<Vec<u8>, LoadError>> {
    let mut bytes = Vec::new();
    from.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() > limit { Err(LoadError::TooLarge(bytes.len() as u64)) } else { Ok(bytes) })
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
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        let scenario = names(Path::new(path)).into_iter().find(|name| name.ends_with(".ron"));
        let hint = scenario.map_or(String::new(), |name| {
            format!("; name a file in it, such as `{}`", Path::new(path).join(name).display())
        });
        return Err(LoadError::Unreadable(format!("it is a directory{hint}")));
    }
    if !is_readable(&metadata, may_be_pipe) {
        let limit = limit / 1_000_000;
        return Err(LoadError::Unreadable(format!(
            "it is a device, a pipe or a socket, and not a regular file (of at most {limit} MB)"
        )));
    }
    if metadata.len() > limit as u64 {
        return Err(LoadError::TooLarge(metadata.len()));
    }
    let file = File::open(path).map_err(unreadable)?;
    read(file, limit).map_err(unreadable)?
}

/// Opens a file of data: a regular one, or what a shell hands over as one.
///
/// # Errors
/// It cannot be read, or is something else.
pub fn opened(path: &Path) -> Result<File, String> {
    let metadata = fs::metadata(path).map_err(|error| reason(&error))?;
    if is_readable(&metadata, is_stream(&path.to_string_lossy())) {
        File::open(path).map_err(|error| reason(&error))
    } else if metadata.is_dir() {
        Err("it is a directory".into())
    } else {
        Err("it is a device, a pipe or a socket, and not a regular file".into())
    }
}

/// Whether a file of this kind is read. Asked before it is opened: a pipe without a writer would never be.
fn is_readable(metadata: &fs::Metadata, may_be_pipe: bool) -> bool {
    metadata.is_file() || may_be_pipe && is_pipe(metadata)
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
