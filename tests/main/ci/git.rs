//! A scenario as of a git revision, from real repositories: what is read is what stood there, and what cannot be read is explained.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use drsim::cli::git::Revision;
use drsim::cli::reading::{Reading, Revisions};
use drsim::scenario::{LoadError, Loader, Scenario, Sources};

/// A repository in a folder that goes away with it.
pub struct Repository {
    folder: tempfile::TempDir,
}

/// Git without the configuration of whoever runs the tests.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
        .args(arguments);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A").env(format!("GIT_{role}_EMAIL"), "a@example.com");
        command.env(format!("GIT_{role}_DATE"), "2026-01-05T08:00:00Z");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Repository {
    pub fn new() -> Repository {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), &["init", "--quiet"]);
        Repository { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn at(&self, name: &str) -> String {
        self.path().join(name).display().to_string()
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits all there is; the commit's id.
    pub fn commit(&self, title: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", title]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// A clone beside it, with these options.
    pub fn clone(&self, options: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let from = format!("file://{}", self.path().display());
        let arguments: Vec<&str> =
            ["clone", "--quiet"].iter().chain(options).copied().chain([from.as_str(), "clone"]).collect();
        git(folder.path(), &arguments);
        let path = folder.path().join("clone");
        (folder, path)
    }
}

/// Three commits: the first tagged, a branch that differs.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("dr/main.ron", "one");
    repository.write("common/sites.ron", "sites one");
    repository.commit("one");
    repository.git(&["tag", "v1"]);
    repository.git(&["switch", "--quiet", "-c", "feature"]);
    repository.write("dr/main.ron", "feature");
    repository.commit("feature");
    repository.git(&["switch", "--quiet", "main"]);
    repository.write("dr/main.ron", "two");
    repository.write("common/sites.ron", "sites two");
    repository.commit("two");
    repository
}

fn read(revision: &Revision, path: &str) -> String {
    String::from_utf8(revision.load(path, 100).unwrap()).unwrap()
}

fn unread(revision: &Revision, path: &str) -> String {
    match revision.load(path, 100) {
        Err(LoadError::Unreadable(why)) => why,
        Err(error @ (LoadError::TooLarge(_) | LoadError::Outside)) => panic!("{error}"),
        Ok(bytes) => panic!("read: {bytes:?}"),
    }
}

fn refused(file: &str, spec: &str, words: &[&str]) {
    let why = Revision::open(file, spec).unwrap_err();
    for word in words {
        assert!(why.contains(word), "{spec}: `{word}` is not in: {why}");
    }
}

#[test]
fn a_file_is_read_as_it_stood_in_the_revision_whatever_the_work_tree_says() {
    let repository = repository();
    let file = repository.at("dr/main.ron");
    repository.write("dr/main.ron", "not committed");
    for (spec, text) in [
        ("HEAD", "two"),
        ("main", "two"),
        ("HEAD~1", "one"),
        ("v1", "one"),
        ("v1^{commit}", "one"),
        ("feature", "feature"),
        ("main...feature", "one"),
        ("feature...", "one"),
    ] {
        let revision = Revision::open(&file, spec).unwrap();
        assert_eq!((read(&revision, &file).as_str(), revision.main()), (text, file.as_str()), "{spec}");
        assert_eq!(
            read(&revision, &repository.at("dr/../common/./sites.ron")),
            if text == "two" { "sites two" } else { "sites one" }
        );
    }
    let id = repository.git(&["rev-parse", "v1"]);
    assert_eq!(Revision::open(&file, "v1").unwrap().from(), format!("revision v1 ({})", &id[..12]));
    assert_eq!(
        Revision::open(&file, "feature...").unwrap().from(),
        format!("merge base of feature and HEAD ({})", &id[..12])
    );
    assert_eq!(
        Revision::open(&file, &id[..7]).unwrap().from(),
        format!("revision {} ({})", &id[..7], &id[..12])
    );
}

#[test]
fn a_scenario_comes_with_its_includes_and_series_as_of_the_revision() {
    let repository = Repository::new();
    let whole =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/tutorial.ron")).unwrap();
    let links = whole.lines().find(|line| line.starts_with("    links: [")).unwrap();
    let rest = whole.replacen(links, "", 1);
    let main = rest.replacen(
        "schema: 1,",
        "schema: 1,\n  include: [\"../net/links.ron\"],\n  series: [ (name: \"s\", file: \"s.csv\") ],",
        1,
    );
    repository.write("dr/main.ron", &main);
    repository.write("net/links.ron", &format!("(\n{links}\n)\n"));
    repository.write("dr/s.csv", "time,web\n");
    repository.commit("whole");
    repository.git(&["rm", "--quiet", "-r", "net", "dr/s.csv"]);
    repository.write("dr/main.ron", "()");
    repository.commit("gone");
    let file = repository.at("dr/main.ron");
    let allowed = Reading { allow_include: vec![repository.at("net").into()] };
    let allowed = Revisions { reading: allowed, repo: None };
    let revision = Revision::open_in(&file, "HEAD~1", &allowed).unwrap();
    let sources = Sources::load(&revision, revision.main()).unwrap();
    let names: Vec<&str> = sources.files.iter().map(|source| &*source.path).collect();
    assert_eq!(names, [file, repository.at("net/links.ron")]);
    assert_eq!(sources.series[&repository.at("dr/s.csv")].as_deref(), Ok(b"time,web\n".as_slice()));
    assert!(
        Scenario::from_sources(&sources)
            .is_err_and(|problems| problems.iter().all(|problem| problem.code.id == "E0308"))
    );
}

#[test]
fn sizes_are_limited_before_a_byte_is_read() {
    let repository = repository();
    let file = repository.at("dr/main.ron");
    let revision = Revision::open(&file, "HEAD").unwrap();
    assert_eq!(revision.load(&file, 2), Err(LoadError::TooLarge(3)));
    assert_eq!(revision.load(&file, 3), Ok(b"two".to_vec()));
}

#[test]
fn what_has_no_revision_is_said_with_the_names_there_are() {
    let repository = repository();
    let file = repository.at("dr/main.ron");
    refused(&file, "featur", &["no revision `featur`", "did you mean git:feature?"]);
    refused(&file, "release", &["no revision `release`", "there are: ", "feature", "main", "v1"]);
    refused(&file, "origin/main", &["no revision `origin/main`", "there are: ", "git fetch origin main"]);
    refused(&file, "HEAD~9", &["no revision `HEAD~9`: `HEAD` has fewer ancestors"]);
    refused(&file, "upstream/zzz~2", &["git fetch upstream zzz"]);
    for odd in ["--upload-pack=x", "-1", "", "main..feature", "a\nb", ":dr/main.ron"] {
        refused(&file, odd, &["is no revision", "name a branch"]);
    }
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    refused(&file, &tree, &["is a tree, not a commit"]);
    let elsewhere = tempfile::tempdir().unwrap();
    refused(
        &elsewhere.path().join("main.ron").display().to_string(),
        "HEAD",
        &["in no git repository", "--baseline DIR"],
    );
    refused(&elsewhere.path().join("none/main.ron").display().to_string(), "HEAD", &["there is no folder"]);
    let empty = Repository::new();
    refused(&empty.at("main.ron"), "HEAD", &["no commit yet"]);
}

#[test]
fn a_shallow_clone_is_told_how_to_fetch_the_rest() {
    let repository = repository();
    let (_folder, clone) = repository.clone(&["--depth", "1", "--branch", "main"]);
    let file = clone.join("dr/main.ron").display().to_string();
    let way_out = ["shallow", "git fetch --unshallow", "fetch-depth: 0", "GIT_DEPTH: 0", "fetchDepth: 0"];
    refused(&file, "HEAD~1", &way_out);
    refused(&file, "v1", &way_out);
    git(&clone, &["fetch", "--quiet", "--depth", "1", "origin", "feature:feature"]);
    refused(&file, "feature...", &[&way_out[..], &["no common commit"]].concat());
    git(&clone, &["fetch", "--quiet", "--unshallow", "origin"]);
    assert_eq!(read(&Revision::open(&file, "HEAD~1").unwrap(), &file), "one");
    assert_eq!(read(&Revision::open(&file, "feature...").unwrap(), &file), "one");
    let other = repository.git(&["commit-tree", "HEAD^{tree}", "-m", "no parent"]);
    refused(&repository.at("dr/main.ron"), &format!("{other}..."), &["no common commit", "--baseline git:"]);
}

#[test]
fn a_file_that_had_another_name_is_found_by_it() {
    let repository = repository();
    repository.write("dr/main.ron", "a scenario\nof several lines\nthat stay as they are\n");
    repository.commit("before");
    repository.git(&["mv", "dr/main.ron", "recovery.ron"]);
    repository.commit("renamed");
    let file = repository.at("recovery.ron");
    let revision = Revision::open(&file, "HEAD~1").unwrap();
    assert!(
        unread(&revision, &file)
            .ends_with("was called `dr/main.ron`; name it there: --baseline git:HEAD~1:dr/main.ron")
    );
    assert!(unread(&revision, &repository.at("never.ron")).starts_with("it is not in revision HEAD~1 ("));
    let revision = Revision::open(&file, "HEAD~1:dr/main.ron").unwrap();
    assert_eq!(revision.main(), repository.at("dr/main.ron"));
    assert_eq!(read(&revision, revision.main()), "a scenario\nof several lines\nthat stay as they are\n");
    refused(&file, "HEAD~1:../x.ron", &["is no path from the root"]);
    refused(&file, "HEAD~1:/x.ron", &["is no path from the root"]);
}

#[test]
fn what_lies_outside_or_in_a_submodule_or_is_no_file_is_refused() {
    let repository = repository();
    let inner = Repository::new();
    inner.write("sites.ron", "inner");
    inner.commit("inner");
    repository.git(&["submodule", "--quiet", "add", &inner.path().display().to_string(), "shared"]);
    repository.write("dr/pointer.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    repository.commit("three");
    let file = repository.at("dr/main.ron");
    let revision = Revision::open(&file, "HEAD").unwrap();
    assert!(
        unread(&revision, &repository.at("shared/sites.ron"))
            .starts_with("`shared` is a submodule in revision HEAD (")
    );
    assert!(unread(&revision, &repository.at("../outside.ron")).contains("outside of the repository"));
    assert!(unread(&revision, "/etc/passwd").contains("outside of the repository"));
    assert!(unread(&revision, &repository.at("dr")).ends_with("it is a directory"));
    assert!(unread(&revision, &repository.at("dr/a\nb")).contains("line break"));
    assert!(unread(&revision, &repository.at("dr/pointer.csv")).contains("Git LFS pointer"));
    // A file of the submodule itself has the revisions of the submodule.
    let inside = repository.at("shared/sites.ron");
    assert_eq!(read(&Revision::open(&inside, "HEAD").unwrap(), &inside), "inner");
}

#[cfg(unix)]
#[test]
fn links_are_those_of_the_revision() {
    use std::os::unix::fs::symlink;
    let repository = repository();
    let link = |target: &str, name: &str| symlink(target, repository.path().join(name)).unwrap();
    link("dr", "prod");
    link("dr/main.ron", "current.ron");
    link("/etc/passwd", "away.ron");
    link("none.ron", "dangling.ron");
    link("round.ron", "round.ron");
    repository.commit("links");
    for name in ["prod", "current.ron"] {
        fs::remove_file(repository.path().join(name)).unwrap();
    }
    let revision = Revision::open(&repository.at("x.ron"), "HEAD").unwrap();
    assert_eq!(read(&revision, &repository.at("prod/main.ron")), "two");
    assert_eq!(read(&revision, &repository.at("current.ron")), "two");
    assert!(
        unread(&revision, &repository.at("away.ron"))
            .contains("link to `/etc/passwd`, outside of the repository")
    );
    assert!(unread(&revision, &repository.at("dangling.ron")).contains("a link to a file that is not there"));
    assert!(unread(&revision, &repository.at("round.ron")).contains("leads to itself"));
    // Reached through a link from outside, into the root and into a folder.
    let outside = tempfile::tempdir().unwrap();
    symlink(repository.path(), outside.path().join("root")).unwrap();
    symlink(repository.path().join("dr"), outside.path().join("folder")).unwrap();
    for path in ["root/dr/main.ron", "folder/main.ron"] {
        let path = outside.path().join(path).display().to_string();
        assert_eq!(read(&Revision::open(&path, "v1").unwrap(), &path), "one", "{path}");
    }
}

#[test]
fn a_worktree_and_a_name_with_odd_letters_are_no_hindrance() {
    let repository = repository();
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    repository.git(&["worktree", "add", "--quiet", &tree.display().to_string(), "feature"]);
    let file = tree.join("dr/main.ron").display().to_string();
    assert_eq!(read(&Revision::open(&file, "HEAD").unwrap(), &file), "feature");
    assert_eq!(read(&Revision::open(&file, "main").unwrap(), &file), "two");
    for name in ["dr/ä b;$(x).ron", "-n.ron", "dr/%0A.ron", "dr/*.ron"] {
        repository.write(name, name);
        repository.commit(name);
        let path = repository.at(name);
        assert_eq!(read(&Revision::open(&path, "HEAD").unwrap(), &path), name);
    }
}

#[test]
fn a_partial_clone_is_told_how_to_become_whole_and_fetches_nothing() {
    let repository = repository();
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let (_folder, clone) = repository.clone(&["--filter=blob:none"]);
    let file = clone.join("dr/main.ron").display().to_string();
    let revision = Revision::open(&file, "HEAD~1").unwrap();
    let why = unread(&revision, &file);
    assert!(
        why.contains("this clone is partial") && why.contains("git fetch --refetch --no-filter"),
        "{why}"
    );
    git(&clone, &["fetch", "--quiet", "--refetch", "--no-filter"]);
    assert_eq!(read(&Revision::open(&file, "HEAD~1").unwrap(), &file), "one");
}
