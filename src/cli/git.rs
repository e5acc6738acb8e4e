//! A scenario as of a git revision: its main file, what it includes and its series, read through the `git` executable.
//!
//! Nothing is checked out and nothing is written: files are asked for by name (`git cat-file`), and symbolic links are those of the revision.
//! No shell is involved, git asks nobody anything, and what a user writes can never become one of its options.

use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::scenario::{LoadError, Loader};

mod explain;

/// The files of a scenario as of a revision.
#[derive(Debug)]
pub struct Revision {
    git: Git,
    /// The repository's work tree.
    top: PathBuf,
    /// Full id of the commit.
    commit: String,
    /// What was asked for: `revision origin/main`.
    asked: String,
    main: String,
}

/// How many digits of a commit's id are shown: a number of our own, since git's own short form grows with the repository.
const SHORT: usize = 12;

impl Revision {
    /// The revision that `spec` names in the repository in which `file`, the scenario's main file, stands.
    ///
    /// A revision is written as for git: a branch, a tag, a commit, `HEAD~1`. `main...` is where the current branch left `main`, and
    /// `main:dr/old.ron` is a main file that had another path, from the repository's root.
    ///
    /// # Errors
    /// Why there is no such revision, and the way out.
    pub fn open(file: &str, spec: &str) -> Result<Revision, String> {
        Revision::through("git", file, spec)
    }

    fn through(program: &str, file: &str, spec: &str) -> Result<Revision, String> {
        let folder = Path::new(file).parent().filter(|folder| !folder.as_os_str().is_empty());
        let git = Git { program: program.into(), folder: folder.unwrap_or(Path::new(".")).into() };
        let top = git.ask(&["rev-parse", "--show-toplevel"])?;
        if !top.status.success() {
            return Err(explain::no_repository(file, &git.folder, &output_text(&top.stderr)));
        }
        let top = path(&top.stdout);
        let (name, renamed) = split(spec);
        let (commit, asked) = commit(&git, name)?;
        let mut revision = Revision { git, top, commit, asked, main: file.to_owned() };
        if let Some(path) = renamed {
            revision.main = revision.shown(file, path)?;
        }
        Ok(revision)
    }

    /// The path under which the main file is to be loaded: as given, or of the name it had.
    pub fn main(&self) -> &str {
        &self.main
    }

    /// In words, with the commit: `revision origin/main (1a2b3c4d5e6f)`.
    pub fn from(&self) -> String {
        format!("{} ({})", self.asked, self.short())
    }

    fn short(&self) -> &str {
        self.commit.get(..SHORT).unwrap_or(&self.commit)
    }

    /// A path from the repository's root as a path that [`Loader::load`] takes, written from where the user stands if possible.
    fn shown(&self, file: &str, path: &str) -> Result<String, String> {
        if path.is_empty() || path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return Err(format!(
                "`{path}` is no path from the root of the repository\n  write it like git:main:dr/old.ron"
            ));
        }
        let up = self.git.ask(&["rev-parse", "--show-cdup"])?;
        let near = crate::scenario::join(file, &format!("{}{path}", output_text(&up.stdout)));
        let same = self.inside(&near).is_some_and(|inside| inside == path);
        Ok(if same { near } else { self.top.join(path).display().to_string() })
    }

    /// Where a path lies in the repository, with `/`; `None` outside of it.
    ///
    /// The path is taken as written, so that symbolic links on the way are those of the revision; only where the repository is reached
    /// through a link from outside are today's links followed.
    fn inside(&self, path: &str) -> Option<String> {
        let here = std::env::current_dir().ok()?;
        let whole = plain(&here.join(path));
        let top = self.top.canonicalize().ok()?;
        let is_top = |folder: &&Path| folder.canonicalize().is_ok_and(|real| real == top);
        let folders: Vec<&Path> = whole.ancestors().skip(1).collect();
        if let Some(folder) = folders.iter().rev().find(|folder| is_top(folder)) {
            return slashed(whole.strip_prefix(folder).ok()?);
        }
        let (folder, real) = folders.iter().find_map(|folder| Some((folder, folder.canonicalize().ok()?)))?;
        let real = real.join(whole.strip_prefix(folder).ok()?);
        slashed(real.strip_prefix(&top).ok()?)
    }

    /// What stands at a path of the revision: its id and size, or git's answer.
    fn object(&self, inside: &str) -> Result<(String, u64), LoadError> {
        let asked =
            self.git.batch_check(&format!("{}:{inside}", self.commit)).map_err(LoadError::Unreadable)?;
        let answer = output_text(&asked.stdout);
        let mut words = answer.lines().next().unwrap_or("").split(' ');
        match (words.next(), words.next(), words.next().and_then(|size| size.parse().ok())) {
            (Some(id), Some("blob"), Some(size)) => Ok((id.to_owned(), size)),
            _ => Err(LoadError::Unreadable(explain::no_file(
                self,
                inside,
                &answer,
                &output_text(&asked.stderr),
            ))),
        }
    }
}

impl Loader for Revision {
    fn load(&self, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let Some(inside) = self.inside(path) else {
            return Err(LoadError::Unreadable(format!(
                "it lies outside of the repository {}, so no revision has it; move it inside, or compare with a folder: --baseline DIR",
                self.top.display()
            )));
        };
        if inside.contains(['\n', '\r', '\0']) {
            return Err(LoadError::Unreadable("its path has a line break".into()));
        }
        let (id, size) = self.object(&inside)?;
        if size > limit as u64 {
            return Err(LoadError::TooLarge(size));
        }
        let bytes = self.git.blob(&id, limit).map_err(LoadError::Unreadable)?;
        if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
            return Err(LoadError::Unreadable(format!(
                "{} has only its Git LFS pointer; compare with a folder of a full checkout: --baseline DIR",
                self.from()
            )));
        }
        Ok(bytes)
    }
}

/// The revision and, after a colon outside of braces, the path.
fn split(spec: &str) -> (&str, Option<&str>) {
    let mut depth = 0_u32;
    for (at, c) in spec.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => return (&spec[..at], Some(&spec[at + 1..])),
            _ => {}
        }
    }
    (spec, None)
}

/// The commit that a name stands for, and how to speak of it.
fn commit(git: &Git, name: &str) -> Result<(String, String), String> {
    let Some((one, other)) = name.split_once("...") else {
        return Ok((single(git, name)?, format!("revision {name}")));
    };
    let or_head = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
    let (one, other) = (or_head(one), or_head(other));
    let common = git.ask(&["merge-base", &single(git, &one)?, &single(git, &other)?])?;
    if common.status.success() {
        return Ok((output_text(&common.stdout), format!("merge base of {one} and {other}")));
    }
    Err(explain::no_common(git, &one, &other))
}

fn single(git: &Git, name: &str) -> Result<String, String> {
    let odd =
        name.starts_with('-') || name.is_empty() || name.contains(char::is_control) || name.contains("..");
    if odd {
        return Err(format!(
            "`{}` is no revision\n  name a branch, a tag or a commit: git:origin/main, git:v1.2, git:HEAD~1; git:origin/main... is where this branch left it",
            name.escape_debug()
        ));
    }
    let found = git.ask(&["rev-parse", "--verify", &format!("{name}^{{commit}}")])?;
    let id = output_text(&found.stdout);
    if found.status.success() && id.len() >= SHORT {
        Ok(id)
    } else {
        Err(explain::no_revision(git, name, &output_text(&found.stderr)))
    }
}

/// Without `.` and `..`, by the words alone.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}

fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

/// A path that git printed.
#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes.strip_suffix(b"\n").unwrap_or(bytes)).into()
}

/// A path that git printed, which is text elsewhere.
#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    output_text(bytes).into()
}

/// What git printed, without the last line break.
fn output_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned()
}

/// The executable, and the folder it works in.
#[derive(Debug)]
struct Git {
    program: String,
    folder: PathBuf,
}

impl Git {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--no-pager").arg("-C").arg(&self.folder).args(arguments);
        // A hook sets these for its own repository, relative to its own folder.
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE"] {
            command.env_remove(name);
        }
        for (name, value) in [
            ("LC_ALL", "C"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_LITERAL_PATHSPECS", "1"),
        ] {
            command.env(name, value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn ask(&self, arguments: &[&str]) -> Result<Output, String> {
        self.command(arguments).output().map_err(|error| explain::no_git(&self.program, &self.folder, &error))
    }

    /// As [`Git::ask`], the words of its answer; none where git has none.
    fn hint(&self, arguments: &[&str]) -> String {
        self.ask(arguments)
            .ok()
            .filter(|output| output.status.success())
            .map_or_else(String::new, |output| output_text(&output.stdout))
    }

    /// Asks what an object is, links of its own tree followed. The name goes through standard input: it is never an argument.
    fn batch_check(&self, name: &str) -> Result<Output, String> {
        let failed = |error: std::io::Error| explain::no_git(&self.program, &self.folder, &error);
        let mut command = self.command(&["cat-file", "--batch-check", "--follow-symlinks"]);
        let mut child = command.stdin(Stdio::piped()).spawn().map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            // Git that has ended already says so in its output.
            let _ = stdin.write_all(format!("{name}\n").as_bytes());
        }
        child.wait_with_output().map_err(failed)
    }

    /// The bytes of an object, not more than `limit`.
    fn blob(&self, id: &str, limit: usize) -> Result<Vec<u8>, String> {
        let failed = |error: std::io::Error| explain::no_git(&self.program, &self.folder, &error);
        let mut child =
            self.command(&["cat-file", "blob", id]).stderr(Stdio::null()).spawn().map_err(failed)?;
        let mut bytes = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            stdout.take(limit as u64).read_to_end(&mut bytes).map_err(failed)?;
        }
        let status = child.wait().map_err(failed)?;
        if status.success() { Ok(bytes) } else { Err(format!("git cannot read object {id}; try `git fsck`")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_git_the_other_baselines_are_named() {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        let file = folder.path().join("main.ron").display().to_string();
        let why = Revision::through("no-such-git", &file, "HEAD").expect_err("there is no such program");
        assert!(
            why.starts_with("there is no `no-such-git` on the PATH") && why.contains("--baseline DIR"),
            "{why}"
        );
    }

    #[test]
    fn a_path_follows_the_first_colon_outside_of_braces() {
        assert_eq!(split("main"), ("main", None));
        assert_eq!(split("main:dr/a:b.ron"), ("main", Some("dr/a:b.ron")));
        assert_eq!(split("HEAD@{2026-01-05 10:00}:x"), ("HEAD@{2026-01-05 10:00}", Some("x")));
        assert_eq!(split("HEAD^{/fix: it}"), ("HEAD^{/fix: it}", None));
        assert_eq!(split("a}:b"), ("a}", Some("b")));
    }
}
