//! Outputs that are no plain files, or files that somebody set up.

use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use super::scenario;
use crate::cli::{path, said};
use crate::golden::below;

/// Writes what `check` finds as SARIF; the exit code and what was said.
fn sarif(scenario: &Path, to: &Path) -> (i32, String) {
    let (code, _, err) = said(&["check", path(scenario), "--out", &format!("sarif={}", path(to))]);
    (code, err)
}

fn is_sarif(text: &str) -> bool {
    text.starts_with('{') && text.contains("\"runs\"") && text.trim_end().ends_with('}')
}

fn has_left_nothing(folder: &Path) -> bool {
    fs::read_dir(folder)
        .unwrap()
        .all(|entry| !entry.unwrap().file_name().to_string_lossy().starts_with(".drsim"))
}

#[test]
fn a_pipe_and_a_link_to_one_are_written_to_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), "more");
    let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("pipe", &link).unwrap();
    for to in [&pipe, &link] {
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                fs::File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
                text
            }
        });
        assert_eq!(sarif(&scenario, to).0, 0);
        assert!(is_sarif(&reader.join().unwrap()));
    }
    assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(has_left_nothing(folder.path()));
}

/// A device of its own, as only the owner of a machine may make one: nobody's else is put at risk.
#[test]
fn a_device_stays_one() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), "more");
    let (device, link) = (folder.path().join("null"), folder.path().join("link"));
    let made = Command::new("mknod").args([path(&device), "c", "1", "3"]).output();
    if !made.is_ok_and(|made| made.status.success()) || fs::write(&device, "x").is_err() {
        eprintln!("skipped: no device can be made here");
        return;
    }
    symlink(&device, &link).unwrap();
    for to in [&device, &link] {
        assert_eq!(sarif(&scenario, to).0, 0);
        let (code, _, err) = said(&["gate", path(&scenario), "--out", &format!("junit={}", path(to))]);
        assert_ne!(code, 74, "{err}");
    }
    assert!(fs::symlink_metadata(&device).unwrap().file_type().is_char_device());
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
fn the_target_of_a_link_is_written_and_the_link_stays() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), "more");
    let away = folder.path().join("away");
    fs::create_dir(&away).unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    symlink("second", &first).unwrap();
    symlink("away/target.json", &second).unwrap();
    // First a link to nothing, then one to a file.
    for before in [None, Some("old")] {
        if let Some(before) = before {
            fs::write(away.join("target.json"), before).unwrap();
        }
        assert_eq!(sarif(&scenario, &first).0, 0);
        assert!(is_sarif(&fs::read_to_string(away.join("target.json")).unwrap()));
        for link in [&first, &second] {
            assert!(fs::symlink_metadata(link).unwrap().is_symlink());
        }
    }
    assert!(has_left_nothing(folder.path()) && has_left_nothing(&away));
    symlink("round", folder.path().join("round")).unwrap();
    let (code, err) = sarif(&scenario, &folder.path().join("round"));
    assert!(code == 74 && err.contains("cannot write"), "{code} {err}");
}

#[test]
fn mode_and_owner_are_kept_and_a_new_file_has_those_of_the_system() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), "more");
    let file = folder.path().join("out.json");
    assert_eq!(sarif(&scenario, &file).0, 0);
    let plain = folder.path().join("plain");
    fs::write(&plain, "").unwrap();
    assert_eq!(fs::metadata(&file).unwrap().mode(), fs::metadata(&plain).unwrap().mode());
    for mode in [0o600, 0o640, 0o666, 0o755] {
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        // Only the owner of a machine may give files away.
        let owned = std::os::unix::fs::chown(&file, Some(4242), Some(4343)).is_ok();
        assert_eq!(sarif(&scenario, &file).0, 0);
        let now = fs::metadata(&file).unwrap();
        assert_eq!(now.mode() & 0o7777, mode);
        assert!(!owned || (now.uid(), now.gid()) == (4242, 4343), "{} {}", now.uid(), now.gid());
        assert!(is_sarif(&fs::read_to_string(&file).unwrap()));
    }
}

#[test]
fn a_baseline_keeps_its_mode() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), "more");
    let file = folder.path().join("baseline.json");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let (code, _, err) =
        said(&["baseline", "update", path(&scenario), "--allow-worse", "--out", path(&file)]);
    assert_eq!(code, 0, "{err}");
    assert!(fs::metadata(&file).unwrap().len() > 1000);
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, 0o600);
}

/// Also by who could write it all the same.
#[test]
fn what_is_read_only_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), "more");
    let file = folder.path().join("out.json");
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
    let (code, err) = sarif(&scenario, &file);
    assert!(code == 74 && err.contains("it is read-only"), "{code} {err}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    let (code, err) = sarif(&scenario, folder.path());
    assert!(code == 74 && err.contains("it is a directory"), "{code} {err}");
    let (code, err) = sarif(&scenario, Path::new("/proc/drsim/out.json"));
    assert!(code == 74 && err.contains("cannot write"), "{code} {err}");
}

#[test]
fn what_a_killed_run_left_is_cleared_and_what_only_looks_alike_stays() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), "more");
    let at = |name: &str| folder.path().join(name);
    for name in
        [".drsim-abcdefABCDEF.tmp", ".drsim-000000000000.tmp", ".drsim-held00000000.tmp", ".drsim-notes.tmp"]
    {
        fs::create_dir(at(name)).unwrap();
    }
    for name in [".drsim-abcdefABCDEF.tmp/lock", ".drsim-abcdefABCDEF.tmp/0", ".drsim-held00000000.tmp/lock"]
    {
        fs::write(at(name), "half").unwrap();
    }
    fs::write(at(".drsim-filefilefile.tmp"), "a file").unwrap();
    let held = fs::File::open(at(".drsim-held00000000.tmp/lock")).unwrap();
    held.lock().unwrap();
    assert_eq!(sarif(&scenario, &at("out.json")).0, 0);
    assert!(!at(".drsim-abcdefABCDEF.tmp").exists() && !at(".drsim-000000000000.tmp").exists());
    assert!(at(".drsim-held00000000.tmp/lock").exists() && at(".drsim-notes.tmp").exists());
    assert!(at(".drsim-filefilefile.tmp").exists());
}

/// As where a disk is full: what was there stays, and nothing else does.
#[test]
fn what_does_not_fit_leaves_all_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = scenario(folder.path(), "more");
    let out = folder.path().join("report");
    let run = |limit: &str, more: &str| {
        let script = format!(
            "trap '' XFSZ; ulimit -f {limit}; exec '{}' run '{}' --out '{}' {more}",
            env!("CARGO_BIN_EXE_drsim"),
            path(&scenario),
            path(&out)
        );
        Command::new("sh").args(["-c", &script]).output().unwrap()
    };
    assert_eq!(run("unlimited", "").status.code(), Some(0));
    let before = below(folder.path());
    // In blocks of 512 bytes or of 1 KiB: some files of the report fit, its page does not.
    let failed = run("20", "--set seed=99");
    let err = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(failed.status.code() == Some(74) && err.contains("cannot write"), "{:?} {err}", failed.status);
    assert!(below(folder.path()) == before, "something has changed");
    assert!(has_left_nothing(folder.path()) && has_left_nothing(&out));
}

/// Its scenario cannot stand where it is to: the series is not there either.
#[test]
fn a_series_appears_with_its_scenario_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(
        at("wide.csv"),
        "time,web,sql\n2026-03-02T00:00:00Z,1000,2000\n2026-03-02T00:05:00Z,3000,4000\n",
    )
    .unwrap();
    symlink("traces.ron", at("traces.ron")).unwrap();
    let (wide, series) = (at("wide.csv"), at("traces.series"));
    let args = ["import", "churn", path(&wide), "--values", "bytes", "-o", path(&series)];
    let (code, _, err) = said(&args);
    assert!(code == 74 && err.contains("traces.ron"), "{code} {err}");
    assert!(!at("traces.series").exists() && has_left_nothing(folder.path()));
    fs::remove_file(at("traces.ron")).unwrap();
    let (code, _, err) = said(&args);
    assert_eq!(code, 0, "{err}");
    assert!(at("traces.series").exists() && at("traces.ron").exists());
}
