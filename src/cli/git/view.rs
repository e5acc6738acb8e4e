//! A repository as git is shown it: its objects and its names under a configuration of ours.
//!
//! What a repository can make git run stands in its configuration, hooks, attributes and index: commands, filters, helpers, remotes to fetch
//! from. None of these is in the view, so that no version of git can find one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::program::Git;
use super::repository::Repository;
use crate::cli::files::{reason, small};
use crate::cli::interrupt;

/// Most bytes of a configuration, and of a file such as HEAD.
const CONFIG_BYTES_MAX: u64 = 1 << 20;
/// What is taken over from the configuration: how objects and names are stored, and which branch follows which.
const KEPT: &str = r"^(extensions\.(objectformat|refstorage|partialclone)|remote\..*\.(promisor|fetch)|branch\..*\.(remote|merge))$";

/// A folder that goes away with it, or at a signal.
#[derive(Debug)]
pub struct View {
    folder: Option<TempDir>,
    path: PathBuf,
    /// Where the configuration is, and what all work trees share: the folder itself, or one in it.
    common: PathBuf,
    /// Whether files of the history may be missing.
    pub is_partial: bool,
}

impl View {
    /// The view of a repository, without its settings.
    ///
    /// # Errors
    /// As the system says.
    pub fn of(repository: &Repository) -> io::Result<View> {
        let is_linked = repository.own != repository.common;
        let view = View::begun(is_linked)?;
        let (at, common) = (|name: &str| view.path.join(name), |name: &str| view.common.join(name));
        fs::create_dir_all(common("logs"))?;
        fs::create_dir_all(at("logs"))?;
        fs::write(at("none"), "")?;
        view.configure("")?;
        for entry in fs::read_dir(&repository.own)?.flatten() {
            // HEAD, FETCH_HEAD, ORIG_HEAD.
            let Some(name) = entry.file_name().into_string().ok().filter(|name| name.ends_with("HEAD"))
            else {
                continue;
            };
            if let Some(bytes) = small(&entry.path(), CONFIG_BYTES_MAX) {
                fs::write(at(&name), bytes)?;
            }
        }
        for name in ["refs", "packed-refs", "shallow", "reftable", "logs/refs"] {
            share(&repository.common.join(name), &common(name))?;
        }
        share(&repository.own.join("logs/HEAD"), &at("logs/HEAD"))?;
        if !common("refs").is_dir() {
            fs::create_dir(common("refs"))?;
        }
        if is_linked {
            // Its HEAD is its own, also where names are kept in tables.
            fs::write(at("commondir"), "common\n")?;
            share(&repository.own.join("reftable"), &at("reftable"))?;
            fs::write(common("HEAD"), "ref: refs/heads/none\n")?;
        }
        Ok(view)
    }

    fn begun(is_linked: bool) -> io::Result<View> {
        let folder = interrupt::begin(|| {
            tempfile::tempdir().map(|folder| {
                let path = folder.path().to_owned();
                (folder, path)
            })
        })?;
        let path = folder.path().to_owned();
        let common = if is_linked { path.join("common") } else { path.clone() };
        Ok(View { folder: Some(folder), path, common, is_partial: false })
    }

    /// The folder that git takes for the repository.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes over from the configuration what says how to read the repository.
    ///
    /// # Errors
    /// Why git does not read the configuration.
    pub fn settle(&mut self, git: &Git, repository: &Repository) -> Result<(), String> {
        let Some(config) = small(&repository.common.join("config"), CONFIG_BYTES_MAX) else { return Ok(()) };
        let asked = ["config", "--file", "-", "--no-includes", "-z", "--get-regexp", KEPT];
        let answer = git.run(&asked, config, CONFIG_BYTES_MAX)?;
        let (mut extensions, mut rest) = (String::new(), String::new());
        for row in String::from_utf8_lossy(&answer.out).split_terminator('\0') {
            let (key, value) = row.split_once('\n').unwrap_or((row, "true"));
            if key == "extensions.partialclone" || key.ends_with(".promisor") {
                self.is_partial = true;
            } else if let Some(name) = key.strip_prefix("extensions.") {
                extensions += &format!("[extensions]\n{name} = {}\n", quoted(value));
            } else {
                rest += &setting(key, value);
            }
        }
        self.configure(&(extensions + &rest)).map_err(|error| no_view(&error))
    }

    fn configure(&self, more: &str) -> io::Result<()> {
        let version = u8::from(more.contains("[extensions]"));
        let core = format!("[core]\nrepositoryformatversion = {version}\nbare = true\n");
        fs::write(self.common.join("config"), core + more)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        interrupt::end(std::slice::from_ref(&self.path), || drop(self.folder.take()));
    }
}

/// `branch.main.merge` as a configuration has it.
fn setting(key: &str, value: &str) -> String {
    let parts = key.split_once('.').and_then(|(section, rest)| Some((section, rest.rsplit_once('.')?)));
    let Some((section, (subsection, name))) = parts else { return String::new() };
    format!("[{section} {}]\n{name} = {}\n", quoted(subsection), quoted(value))
}

/// A text in quotes, in which no character has a meaning.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// Lets the view have a file or folder of the repository, if it is there.
#[cfg(unix)]
fn share(from: &Path, to: &Path) -> io::Result<()> {
    if from.exists() { std::os::unix::fs::symlink(from.canonicalize()?, to) } else { Ok(()) }
}

/// Lets the view have a copy, where not everybody may make links.
#[cfg(not(unix))]
fn share(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_file() {
        fs::copy(from, to)?;
    } else if from.is_dir() {
        fs::create_dir(to)?;
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            share(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

/// The view of a repository could not be made.
pub fn no_view(error: &io::Error) -> String {
    format!(
        "cannot prepare a view of the repository for git: {}\n  \
         see whether the repository can be read and the folder for temporary files (TMPDIR) be written",
        reason(error)
    )
}
