//! Why a revision cannot be read, and the way out: each answer names what there is instead.

use std::path::Path;

use super::Revision;
use super::program::Git;
use crate::problem::closest;

/// How to get the history that a pipeline cut off.
const DEEPER: &str = "this clone is shallow: its history was cut when it was made\n  \
    fetch all of it: `git fetch --unshallow`; in GitHub Actions `fetch-depth: 0` of actions/checkout, in GitLab CI `GIT_DEPTH: 0`, \
    in Azure Pipelines `fetchDepth: 0`";
/// How many names are listed.
const NAMES_MAX: usize = 8;

/// The scenario's folder belongs to no repository.
pub fn no_repository(file: &str, folder: &Path) -> String {
    if !folder.is_dir() {
        return format!("there is no folder {}", folder.display());
    }
    format!(
        "{file} is in no git repository, so it has no revisions\n  \
         name the repository's top folder (--repo DIR), or compare with a folder (--baseline DIR) or a stored result (--baseline result.json)"
    )
}

/// What was named as a repository's top is none.
pub fn no_top(top: &Path) -> String {
    format!(
        "--repo {}: it has no `.git` with a repository\n  name the top folder of a clone or of a linked work tree",
        top.display()
    )
}

/// An object is not what it should be.
pub fn damaged(id: &str) -> String {
    format!("git cannot read object {id}; see what is damaged: `git fsck`")
}

/// No commit bears the name.
pub fn no_revision(git: &Git, name: &str, said: &str) -> String {
    if said.contains("is ambiguous") {
        return format!("`{name}` is the beginning of several ids\n  write more digits of it");
    }
    if git.hint(&["rev-parse", "--verify", "HEAD"]).is_empty() {
        return "the repository has no commit yet, so there is no revision to compare with".into();
    }
    let kind = git.hint(&["cat-file", "-t", name]);
    if matches!(kind.as_str(), "blob" | "tree") {
        return format!("`{name}` is a {kind}, not a commit\n  name a branch, a tag or a commit");
    }
    let what = format!("there is no revision `{name}`");
    let known =
        git.hint(&["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags"]);
    let known: Vec<&str> = known.lines().collect();
    let remote =
        known.iter().find(|known| known.split_once('/').is_some_and(|(_, branch)| branch == name)).copied();
    let meant = remote.or_else(|| closest(name, known.iter().copied()));
    let mut text = what;
    let base = name.split(['~', '^']).next().unwrap_or(name);
    if base != name && !git.hint(&["rev-parse", "--verify", base]).is_empty() {
        text += &format!(": `{base}` has fewer ancestors");
    } else if let Some(meant) = meant {
        text += &format!("\n  did you mean git:{meant}?");
    } else if !known.is_empty() {
        let more = if known.len() > NAMES_MAX { ", …" } else { "" };
        text += &format!("\n  there are: {}{more}", known[..known.len().min(NAMES_MAX)].join(", "));
    }
    if is_shallow(git) {
        text += &format!("\n  {DEEPER}");
    } else if meant.is_none() && name.contains('/') {
        text += &format!("\n  a branch of a remote has to be fetched first: git fetch {}", fetched(name));
    }
    text
}

/// `origin main` of `origin/main`.
fn fetched(name: &str) -> String {
    let name = name.split(['~', '^', '@']).next().unwrap_or(name);
    name.replacen('/', " ", 1)
}

/// Two revisions without a common ancestor.
pub fn no_common(git: &Git, one: &str, other: &str) -> String {
    let what = format!("{one} and {other} have no common commit in this clone");
    if is_shallow(git) {
        format!("{what}\n  {DEEPER}")
    } else {
        format!("{what}\n  compare with {one} itself: --baseline git:{one}")
    }
}

fn is_shallow(git: &Git) -> bool {
    git.hint(&["rev-parse", "--is-shallow-repository"]) == "true"
}

/// There is no readable file at a path of the revision; `answer` is git's.
pub fn no_file(revision: &Revision, inside: &str, answer: &str) -> String {
    let from = revision.from();
    // `symlink 12` and the target on the next line: it leads out of the tree.
    match answer.split(' ').next() {
        Some("symlink") => {
            let target = answer.lines().nth(1).unwrap_or("");
            return format!("in {from} it is a link to `{target}`, outside of the repository");
        }
        Some("dangling") => return format!("in {from} it is a link to a file that is not there"),
        Some("loop") => return format!("in {from} it is a link that leads to itself"),
        _ => {}
    }
    if answer.contains(" tree ") {
        return format!("in {from} it is a directory");
    }
    if let Some(module) = submodule(revision, inside) {
        return format!(
            "`{module}` is a submodule in {from}: its files are not in this repository; compare with a folder: --baseline DIR"
        );
    }
    let listed = revision.git.ask(&row(revision, inside));
    let is_there = listed.as_ref().is_ok_and(|answer| answer.is_ok && !answer.out.is_empty());
    let is_unlisted = listed.as_ref().is_ok_and(|answer| !answer.is_ok);
    if revision.view.is_partial && (is_there || is_unlisted) {
        return format!(
            "this clone is partial and has no file of {from} here; nothing is fetched for it\n  \
             make it whole: `git fetch --refetch --no-filter`, or clone without `--filter`"
        );
    }
    if is_there {
        return damaged(inside);
    }
    match renamed(revision, inside) {
        Some(old) => format!(
            "it is not in {from}, where it was called `{old}`; name it there: --baseline git:{}:{old}",
            revision.asked.trim_start_matches("revision ")
        ),
        None => format!("it is not in {from}"),
    }
}

/// The submodule that a path leads into.
fn submodule(revision: &Revision, inside: &str) -> Option<String> {
    let folders = inside.match_indices('/').map(|(at, _)| &inside[..at]);
    let is_module = |folder: &&str| revision.git.hint(&row(revision, folder)).starts_with("160000 ");
    folders.into_iter().find(is_module).map(str::to_owned)
}

/// The question for what stands at a path.
fn row<'p>(revision: &'p Revision, path: &'p str) -> [&'p str; 5] {
    ["ls-tree", "--full-tree", &revision.commit, "--", path]
}

/// The name that a file had in the revision, if git sees that a commit renamed it since.
fn renamed(revision: &Revision, inside: &str) -> Option<String> {
    let changes = revision.git.hint(&[
        "diff-tree",
        "-r",
        "--no-ext-diff",
        "--no-textconv",
        "--find-renames",
        "--diff-filter=R",
        "--name-status",
        "-z",
        &revision.commit,
        "HEAD",
        "--",
    ]);
    let words: Vec<&str> = changes.split('\0').collect();
    words.chunks(3).find(|row| row.len() == 3 && row[2] == inside).map(|row| row[1].to_owned())
}
