//! A scenario as of a git revision: its main file, what it includes and its series, read through the `git` executable.
//!
//! Nothing is checked out and nothing is written: files are asked for by name (`git cat-file`), and symbolic links are those of the revision.
//! The repository may be a stranger's: it is found without git, git sees its objects and names under a configuration of ours, and is killed
//! where it does not end (docs/security.md). No shell is involved, and what a user writes can never become one of its options.

use std::path::{Component, Path, PathBuf};

use super::reading::Revisions;
use crate::scenario::{LoadError, Loader, folder, is_below};

mod repository;
mod tops;
mod program;
mod view;
mod explain;

use program::{Git, TIME_MAX, text};
use repository::Repository;
pub use tops::Tops;
use view::View;

/// The files of a scenario as of a revision.
#[derive(Debug)]
pub struct Revision {
    git: Git,
    view: View,
    /// The repository's work tree.
    top: PathBuf,
    /// Full id of the commit.
    commit: String,
    /// What was asked for: `revision origin/main`.
    asked: String,
    main: String,
    /// What may be read beside the folder of the main file.
    allowed: Vec<PathBuf>,
}

/// Most bytes of git's answer about a path, which has the target of a link.
const NAMES_BYTES_MAX: u64 = 64 << 10;
/// How many digits of a commit's id are shown: a number of our own, since git's own short form grows with the repository.
const SHORT: usize = 12;

impl Revision {
    /// The revision that `spec` names in the repository in which `file`, the scenario's main file, stands.
    ///
    /// A revision is written as for git: a branch, a tag, a commit, `HEAD~1`. `main...` is where the current branch left `main`, and
    /// `main:dr/old.ron` is a main file that had another path, from the repository's root. The repository is the nearest around the file.
    ///
    /// # Errors
    /// Why there is no such revision, and the way out.
    pub fn open(file: &str, spec: &str) -> Result<Revision, String> {
        Revision::open_in(file, spec, &Revisions::default())
    }

    /// As [`Revision::open`], in the repository and with the files that are allowed.
    ///
    /// # Errors
    /// As [`Revision::open`].
    pub fn open_in(file: &str, spec: &str, revisions: &Revisions) -> Result<Revision, String> {
        Revision::through(Git::new("git", TIME_MAX), file, spec, revisions)
    }

    fn through(mut git: Git, file: &str, spec: &str, revisions: &Revisions) -> Result<Revision, String> {
        let folder = Path::new(file).parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let repository = match &revisions.repo {
            Some(top) => Repository::at(top).ok_or_else(|| explain::no_top(top))?,
            None => Repository::around(folder).ok_or_else(|| explain::no_repository(file, folder))?,
        };
        let mut view = View::of(&repository).map_err(|error| view::no_view(&error))?;
        git.view = view.path().into();
        git.objects = repository.common.join("objects");
        view.settle(&git, &repository)?;
        let (name, renamed) = split(spec);
        let (commit, asked) = commit(&git, name)?;
        let (top, main, allowed) = (repository.top, file.to_owned(), revisions.reading.allow_include.clone());
        let mut revision = Revision { git, view, top, commit, asked, main, allowed };
        if let Some(path) = renamed {
            revision.main = revision.shown(file, folder, path)?;
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
    fn shown(&self, file: &str, folder: &Path, path: &str) -> Result<String, String> {
        if path.is_empty() || path.starts_with('/') || path.split('/').any(|part| part == "..") {
            return Err(format!(
                "`{path}` is no path from the root of the repository\n  write it like git:main:dr/old.ron"
            ));
        }
        let real = folder.canonicalize().unwrap_or_default();
        let up = real.strip_prefix(&self.top).map_or(0, |below| below.components().count());
        let near = crate::scenario::join(file, &format!("{}{path}", "../".repeat(up)));
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
        let is_top = |folder: &&Path| folder.canonicalize().is_ok_and(|real| real == self.top);
        let folders: Vec<&Path> = whole.ancestors().skip(1).collect();
        if let Some(folder) = folders.iter().rev().find(|folder| is_top(folder)) {
            return slashed(whole.strip_prefix(folder).ok()?);
        }
        let (folder, real) = folders.iter().find_map(|folder| Some((folder, folder.canonicalize().ok()?)))?;
        let real = real.join(whole.strip_prefix(folder).ok()?);
        slashed(real.strip_prefix(&self.top).ok()?)
    }

    /// What stands at a path of the revision: its id and size, or git's answer.
    fn object(&self, inside: &str) -> Result<(String, u64), LoadError> {
        // The name goes through standard input: it is never an argument. Links of its own tree are followed.
        let name = format!("{}:{inside}\n", self.commit);
        let asked = ["cat-file", "--batch-check", "--follow-symlinks"];
        let answer =
            self.git.run(&asked, name.into_bytes(), NAMES_BYTES_MAX).map_err(LoadError::Unreadable)?;
        let out = text(&answer.out);
        let mut words = out.lines().next().unwrap_or("").split(' ');
        match (words.next(), words.next(), words.next().and_then(|size| size.parse().ok())) {
            (Some(id), Some("blob"), Some(size)) => Ok((id.to_owned(), size)),
            _ => Err(LoadError::Unreadable(explain::no_file(self, inside, &out))),
        }
    }

    /// The bytes of an object, not more than `limit`.
    fn blob(&self, id: &str, limit: usize) -> Result<Vec<u8>, String> {
        let answer = self.git.run(&["cat-file", "blob", id], Vec::new(), limit as u64)?;
        if answer.is_ok { Ok(answer.out) } else { Err(explain::damaged(id)) }
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
        let bytes = self.blob(&id, limit).map_err(LoadError::Unreadable)?;
        if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
            return Err(LoadError::Unreadable(format!(
                "{} has only its Git LFS pointer; compare with a folder of a full checkout: --baseline DIR",
                self.from()
            )));
        }
        Ok(bytes)
    }

    /// Within the repository, where what lies outside of it is refused as such.
    fn load_named(&self, main: &str, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        let Some((main, inside)) = self.inside(main).zip(self.inside(path)) else {
            return self.load(path, limit);
        };
        let allowed = || self.allowed.iter().filter_map(|allowed| self.inside(&allowed.to_string_lossy()));
        if is_below(&folder(&main), &inside) || allowed().any(|allowed| is_below(&allowed, &inside)) {
            self.load(path, limit)
        } else {
            Err(LoadError::Outside)
        }
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
    if common.is_ok {
        return Ok((text(&common.out), format!("merge base of {one} and {other}")));
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
    let id = text(&found.out);
    if found.is_ok && id.len() >= SHORT { Ok(id) } else { Err(explain::no_revision(git, name, &found.said)) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_git_the_other_baselines_are_named() {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        for name in ["objects", "refs"] {
            std::fs::create_dir_all(folder.path().join(".git").join(name)).expect("it can be made");
        }
        std::fs::write(folder.path().join(".git/HEAD"), "ref: refs/heads/main\n").expect("it can be written");
        std::fs::write(folder.path().join(".git/config"), "").expect("it can be written");
        let file = folder.path().join("main.ron").display().to_string();
        let why = Revision::through(Git::new("no-such-git", TIME_MAX), &file, "HEAD", &Revisions::default())
            .expect_err("there is no such program");
        assert!(
            why.starts_with("there is no `no-such-git` on the PATH") && why.contains("--baseline DIR"),
            "{why}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_does_not_end_is_ended() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        let program = folder.path().join("git");
        std::fs::write(&program, "#!/bin/sh\nexec sleep 600\n").expect("it can be written");
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("it is ours");
        let mut git = Git::new(&program.display().to_string(), std::time::Duration::from_millis(100));
        git.view = folder.path().into();
        let why = git.ask(&["cat-file"]).expect_err("it sleeps");
        assert!(why.contains("cat-file` did not answer within 0.1 s and was ended"), "{why}");
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
