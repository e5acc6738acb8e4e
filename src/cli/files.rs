//! Files: reading with a limit, writing all or nothing.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use serde::Serialize;

use super::interrupt;
use crate::problem::closest;
use crate::report::json;
use crate::scenario::{LoadError, Loader};

/// The file system as a loader.
pub struct Disk;

impl Loader for Disk {
    fn load(&self, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let unreadable = |error: io::Error| {
            let near = if error.kind() == io::ErrorKind::NotFound { near(Path::new(path)) } else { None };
            let hint = near.map_or(String::new(), |near| format!("; is `{near}` meant?"));
            LoadError::Unreadable(reason(&error) + &hint)
        };
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            let scenario = names(Path::new(path)).into_iter().find(|name| name.ends_with(".ron"));
            let hint = scenario.map_or(String::new(), |name| {
                format!("; name a file in it, such as `{}`", Path::new(path).join(name).display())
            });
            return Err(LoadError::Unreadable(format!("it is a directory{hint}")));
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
            anstream::eprintln!("error: cannot write {}: {}", path.display(), reason(&error));
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
        anstream::eprintln!("error: cannot write {}: it names no file", path.display());
        return Err(super::NOT_WRITTEN);
    };
    write_folder(
        path.parent().unwrap_or(Path::new("")),
        &[(name.to_string_lossy().into_owned(), bytes.to_vec())],
    )
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
    let mut out = anstream::stdout();
    printed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes JSON to stdout as it comes; a reader that went away is no error.
///
/// # Errors
/// The exit code for output that could not be written.
pub fn print_json(document: &impl Serialize) -> Result<(), u8> {
    printed(json::stream(document, BufWriter::new(io::stdout().lock())))
}

/// What came of writing to stdout; a reader that went away is no error.
///
/// # Errors
/// The exit code for output that could not be written.
pub fn printed(written: io::Result<()>) -> Result<(), u8> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            anstream::eprintln!("error: cannot write to standard output: {}", reason(&error));
            Err(super::NOT_WRITTEN)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(path: &Path) -> String {
        match Disk.load(path.to_str().expect("the path is text"), 100) {
            Err(LoadError::Unreadable(why)) => why,
            Err(LoadError::TooLarge(_)) | Ok(_) => panic!("it cannot be read"),
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
