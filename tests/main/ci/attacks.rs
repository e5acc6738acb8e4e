//! A clone of a stranger's repository runs nothing of it: each attack would leave a file behind, or hang, if git were let do what it says.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::git::{Repository, git};

const SCENARIO: &str = include_str!("../language/problems/base.ron");

/// Whether there is git; where it must be, its absence fails.
fn has_git() -> bool {
    let has = std::process::Command::new("git").arg("--version").output().is_ok();
    let required = std::env::var("DRSIM_REQUIRE_ALL").is_ok_and(|value| value == "1");
    assert!(has || !required, "there is no git and DRSIM_REQUIRE_ALL is set");
    if !has {
        eprintln!("skipped: there is no git");
    }
    has
}

/// Exit code and both streams of `drsim` in a folder; it must end in time.
fn drsim(folder: &Path, args: &[&str], environment: &[(&str, &str)]) -> (i32, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.current_dir(folder).args(args).envs(environment.iter().copied());
    let output = command.timeout(Duration::from_secs(100)).output().unwrap();
    let both = [output.stdout, output.stderr].concat();
    (output.status.code().expect("it ends by itself"), String::from_utf8(both).unwrap())
}

/// A command for a configuration that leaves a file behind, and the file.
fn trap(folder: &Path) -> (String, PathBuf) {
    let marker = folder.join("it-ran");
    (format!("touch '{}'; false", marker.display()), marker)
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (source, target) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if source.is_dir() { copied(&source, &target) } else { assert!(fs::copy(&source, &target).is_ok()) }
    }
}

/// A clone whose folder `dr` has the scenario and is a repository by itself, with this one's objects and names.
fn with_repository_inside(inner: &Path, config: &str) -> (tempfile::TempDir, PathBuf) {
    let outer = Repository::new();
    copied(inner, &outer.path().join("dr"));
    for folder in ["dr/refs/heads", "dr/objects/pack"] {
        outer.write(&format!("{folder}/.keep"), "");
    }
    let partial = "[core]\nrepositoryformatversion = 1\nbare = false\nworktree = .\n";
    outer.write("dr/config", &format!("{partial}{config}"));
    outer.write("dr/main.ron", SCENARIO);
    outer.commit("a scenario");
    outer.clone(&[])
}

const GATE: [&str; 4] = ["gate", "dr/main.ron", "--baseline", "git:HEAD"];

#[test]
fn a_committed_folder_that_is_a_repository_is_not_used() {
    if !has_git() {
        return;
    }
    let inner = Repository::new();
    inner.write("other.ron", "x");
    inner.commit("without the scenario");
    let (command, marker) = trap(inner.path());
    let (folder, clone) =
        with_repository_inside(&inner.path().join(".git"), &format!("fsmonitor = \"{command}\"\n"));
    let (code, said) = drsim(&clone, &GATE, &[]);
    assert!(!marker.exists(), "the clone's command ran: {said}");
    let head = git(&clone, &["rev-parse", "HEAD"]);
    assert!(code == 0 && said.contains(&head[..12]), "{code} {said}");
    drop(folder);
}

#[test]
fn a_missing_object_is_not_fetched_by_a_command_of_the_repository() {
    if !has_git() {
        return;
    }
    let source = Repository::new();
    source.git(&["config", "uploadpack.allowFilter", "true"]);
    source.write("main.ron", SCENARIO);
    source.commit("a scenario");
    let (command, marker) = trap(source.path());
    let (_folder, partial) = source.clone(&["--filter=blob:none", "--no-checkout"]);
    let config = format!(
        "sshCommand = \"{command}\"\n[extensions]\npartialClone = origin\n[remote \"origin\"]\n\
         url = ssh://nowhere.invalid/x\npromisor = true\npartialclonefilter = blob:none\n"
    );
    let (_folder, clone) = with_repository_inside(&partial.join(".git"), &config);
    let (code, said) = drsim(&clone, &GATE, &[]);
    assert!(!marker.exists(), "the clone's command ran: {said}");
    assert_eq!(code, 0, "{said}");
    // The same in the repository itself.
    git(&partial, &["config", "core.sshCommand", &command]);
    git(&partial, &["remote", "set-url", "origin", "ssh://nowhere.invalid/x"]);
    fs::write(partial.join("main.ron"), SCENARIO).unwrap();
    let (code, said) = drsim(&partial, &["gate", "main.ron", "--baseline", "git:HEAD"], &[]);
    assert!(!marker.exists(), "the clone's command ran: {said}");
    assert!(code == 2 && said.contains("this clone is partial") && said.contains("--no-filter"), "{said}");
}

/// As from an archive: the configuration is a stranger's too.
#[test]
fn a_configuration_with_commands_runs_none_and_holds_up_nothing() {
    if !has_git() {
        return;
    }
    let repository = Repository::new();
    repository.write("dr/main.ron", SCENARIO);
    repository.write(".gitattributes", "*.ron filter=slow diff=shown\n");
    repository.commit("before");
    repository.git(&["mv", "dr/main.ron", "dr/new.ron"]);
    repository.commit("renamed");
    let (command, marker) = trap(repository.path());
    for key in [
        "core.fsmonitor",
        "diff.external",
        "diff.shown.textconv",
        "diff.shown.command",
        "core.pager",
        "core.editor",
    ] {
        repository.git(&["config", key, &command]);
    }
    repository.git(&["config", "filter.slow.clean", &format!("{command}; sleep 600")]);
    repository.git(&["config", "filter.slow.required", "true"]);
    // Newer than the index: git would look at its contents, and so filter it.
    repository.write("dr/new.ron", &format!("{SCENARIO}\n"));
    let hook = repository.path().join(".git/hooks/reference-transaction");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\n{command}\n")).unwrap();
    let (code, said) = drsim(repository.path(), &["gate", "dr/new.ron", "--baseline", "git:HEAD~1"], &[]);
    assert!(!marker.exists(), "a command of the configuration ran: {said}");
    assert!(code == 2 && said.contains("git:HEAD~1:dr/main.ron"), "{code} {said}");
    let old = ["diff", "git:HEAD~1:dr/main.ron", "dr/new.ron", "--no-run"];
    let (code, said) = drsim(repository.path(), &old, &[]);
    assert!(code == 0 && !marker.exists(), "{code} {said}");
}

#[test]
fn the_environment_replace_refs_and_alternates_change_nothing_that_is_read() {
    if !has_git() {
        return;
    }
    let repository = Repository::new();
    repository.write("dr/main.ron", SCENARIO);
    let first = repository.commit("good");
    repository.write("dr/main.ron", "(schema: 1, name: \"replaced\")");
    let second = repository.commit("bad");
    repository.git(&["replace", &first, &second]);
    repository.write("dr/main.ron", SCENARIO);
    let (command, marker) = trap(repository.path());
    let environment = [
        ("GIT_DIR", "/nowhere"),
        ("GIT_WORK_TREE", "/"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_COMMON_DIR", "/nowhere"),
        ("GIT_NAMESPACE", "x"),
        ("GIT_REPLACE_REF_BASE", "refs/heads"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "core.fsmonitor"),
        ("GIT_CONFIG_VALUE_0", command.as_str()),
        ("GIT_EXTERNAL_DIFF", command.as_str()),
        ("GIT_SSH_COMMAND", command.as_str()),
    ];
    let asked = ["diff", "git:HEAD~1", "dr/main.ron", "--exit-code", "--no-run"];
    let shared = tempfile::tempdir().unwrap();
    let from = repository.path().display().to_string();
    git(shared.path(), &["clone", "--quiet", "--shared", &from, "clone"]);
    let clone = shared.path().join("clone");
    assert!(clone.join(".git/objects/info/alternates").exists(), "it has no objects of its own");
    fs::write(clone.join("dr/main.ron"), SCENARIO).unwrap();
    for folder in [repository.path(), &clone] {
        let (code, said) = drsim(folder, &asked, &environment);
        assert!(code == 0 && said.contains(&first[..12]), "{code} {said}");
    }
    assert!(!marker.exists());
}

#[test]
fn the_repository_may_be_named() {
    if !has_git() {
        return;
    }
    let outer = Repository::new();
    outer.write("dr/main.ron", SCENARIO);
    let first = outer.commit("outer");
    git(&outer.path().join("dr"), &["init", "--quiet"]);
    let (code, said) = drsim(outer.path(), &GATE, &[]);
    assert!(code == 2 && said.contains("no commit yet"), "{code} {said}");
    let (code, said) = drsim(outer.path(), &[&GATE[..], &["--repo", "."]].concat(), &[]);
    assert!(code == 0 && said.contains(&first[..12]), "{code} {said}");
    let (code, said) = drsim(outer.path(), &["diff", "--from", "HEAD", "dr/main.ron", "--repo", "."], &[]);
    assert!(code == 0 && said.contains(&first[..12]), "{code} {said}");
    let (code, said) = drsim(outer.path(), &[&GATE[..], &["--repo", "dr/.git/objects"]].concat(), &[]);
    assert!(code == 2 && said.contains("it has no `.git`"), "{code} {said}");
}

/// The settings by which names are found stay: `@{upstream}` is in the configuration, and a store of another format too.
#[test]
fn branches_are_followed_and_other_formats_read() {
    if !has_git() {
        return;
    }
    let repository = Repository::new();
    repository.write("dr/main.ron", SCENARIO);
    let first = repository.commit("first");
    let (_folder, clone) = repository.clone(&[]);
    fs::write(clone.join("x"), "x").unwrap();
    git(&clone, &["add", "x"]);
    git(&clone, &["commit", "--quiet", "-m", "ahead"]);
    for spec in ["git:@{upstream}", "git:HEAD@{1}", "git:main~1"] {
        let (code, said) = drsim(&clone, &["gate", "dr/main.ron", "--baseline", spec], &[]);
        assert!(code == 0 && said.contains(&first[..12]), "{spec} {code} {said}");
    }
    for format in ["--object-format=sha256", "--ref-format=reftable"] {
        let folder = tempfile::tempdir().unwrap();
        let mut init = std::process::Command::new("git");
        if !init.args(["init", "--quiet", format]).arg(folder.path()).output().unwrap().status.success() {
            eprintln!("skipped: this git has no {format}");
            continue;
        }
        fs::write(folder.path().join("main.ron"), SCENARIO).unwrap();
        git(folder.path(), &["add", "--all"]);
        git(folder.path(), &["commit", "--quiet", "-m", "x"]);
        let (code, said) = drsim(folder.path(), &["gate", "main.ron", "--baseline", "git:HEAD"], &[]);
        assert_eq!(code, 0, "{format} {said}");
        // The HEAD of a linked work tree is not that of the first one.
        let tree = tempfile::tempdir().unwrap();
        let tree = tree.path().join("tree");
        git(folder.path(), &["worktree", "add", "--quiet", "-b", "other", tree.to_str().unwrap()]);
        git(&tree, &["commit", "--quiet", "--allow-empty", "-m", "y"]);
        let head = git(&tree, &["rev-parse", "HEAD"]);
        for spec in ["git:HEAD", "git:other", "git:HEAD@{0}"] {
            let (code, said) = drsim(&tree, &["gate", "main.ron", "--baseline", spec], &[]);
            assert!(code == 0 && said.contains(&head[..12]), "{format} {spec} {code} {said}");
        }
        let (code, said) = drsim(&tree, &["gate", "main.ron", "--baseline", "git:other~1"], &[]);
        assert!(
            code == 0 && said.contains(&git(folder.path(), &["rev-parse", "HEAD"])[..12]),
            "{format} {said}"
        );
    }
}

/// What git works in is removed by a signal, too, while it is asked, and git does not outlive it.
#[cfg(unix)]
#[test]
fn a_signal_leaves_neither_git_nor_its_view() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::new();
    repository.write("main.ron", SCENARIO);
    repository.commit("x");
    let (programs, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let slow = programs.path().join("git");
    let pid = programs.path().join("pid");
    fs::write(&slow, format!("#!/bin/sh\necho $$ >{}\nexec sleep 20\n", pid.display())).unwrap();
    fs::set_permissions(&slow, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", programs.path().display(), std::env::var("PATH").unwrap());
    for signal in ["TERM", "INT"] {
        fs::write(&pid, "").unwrap();
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_drsim"))
            .args(["gate", "main.ron", "--baseline", "git:HEAD"])
            .current_dir(repository.path())
            .env("PATH", &path)
            .env("TMPDIR", temporary.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let left = || fs::read_dir(temporary.path()).unwrap().count();
        let asked = || fs::read_to_string(&pid).unwrap().trim().to_owned();
        while asked().is_empty() {
            assert!(child.try_wait().unwrap().is_none(), "it ended before git was asked");
            std::thread::sleep(Duration::from_millis(1));
        }
        let kill = ["-s", signal, &child.id().to_string()].map(str::to_owned);
        assert!(std::process::Command::new("kill").args(kill).status().unwrap().success());
        assert!(matches!(child.wait().unwrap().code(), Some(130 | 143)), "{signal}");
        assert_eq!(left(), 0, "{signal}");
        // One that has ended is gone, or waits as a zombie for whoever takes it; that takes a moment.
        #[cfg(target_os = "linux")]
        {
            let state = || fs::read_to_string(format!("/proc/{}/stat", asked())).unwrap_or_default();
            let goes_on = || !state().is_empty() && !state().contains(") Z ");
            let mut left = 3000;
            while goes_on() {
                assert!(left > 0, "{signal}: git goes on: {}", state());
                left -= 1;
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}
