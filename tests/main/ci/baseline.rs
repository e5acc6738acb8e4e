//! The ratchet: what got better is held on to, nothing gets looser unasked, and a file is changed as a whole or not at all.

use std::fs;
use std::path::Path;
use std::time::Duration;

const BASE: &str = include_str!("../language/problems/base.ron");
/// Two gates among comments: one with a bound that is loose, one that only compares.
const GATES: &str = "    gates: [
        // Held since the spring.
        (name: \"ages\", vm: \"*\", metric: \"age_max\", at_most: \"1h\", tolerance: (abs: \"10s\", rel: \"5 %\")), // the loose one
        (vm: \"sql\", metric: \"age_mean\", tolerance: (abs: \"1s\")), /* only compares */
    ],
    outages: [";

/// Slow was, fast is.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let fast = BASE.replacen("    outages: [", GATES, 1);
    fs::write(folder.path().join("slow.ron"), fast.replacen("rate: \"100 Mbps\"", "rate: \"20 Mbps\"", 1))
        .unwrap();
    fs::write(folder.path().join("main.ron"), fast).unwrap();
    folder
}

/// Exit code, stdout and stderr.
fn drsim(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let output =
        command.current_dir(folder).timeout(Duration::from_secs(60)).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn update(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    drsim(folder, &[&["baseline", "update"], arguments].concat())
}

fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A time that is over leaves everything as it was.
#[test]
fn what_is_not_simulated_in_time_is_not_written() {
    let folder = folder();
    let at = folder.path();
    let before = text(at, "main.ron");
    for what in [["--baseline", "slow.ron"], ["--out", "result.json"]] {
        let (code, _, err) = update(at, &[&["main.ron", "--max-time", "1us"], &what[..]].concat());
        assert!(code == 3 && err.contains("not done after `--max-time 1us`"), "{code} {err}");
    }
    assert_eq!(text(at, "main.ron"), before);
    assert_eq!(names(at), ["main.ron", "slow.ron"]);
}

/// Where there is nothing to write, what a run that was killed has left is removed all the same, and not by a dry run.
#[test]
fn what_is_left_over_goes_also_where_nothing_is_written() {
    let folder = folder();
    let at = folder.path();
    let bounds = ["main.ron", "--baseline", "slow.ron"];
    let result = ["main.ron", "--out", "result.json"];
    for what in [bounds, result] {
        assert_eq!(update(at, &what).0, 0);
        let left = at.join(".drsim-xxxxxxxxxxxx.tmp");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("lock"), "").unwrap();
        let dry = update(at, &[&what[..], &["--dry-run"]].concat());
        assert!(dry.0 == 0 && left.exists(), "{dry:?}");
        let (code, out, err) = update(at, &what);
        assert!(code == 0 && !left.exists(), "{out}{err}");
        assert!(out.contains("no gate improved") || out.contains("up to date"), "{out}");
    }
}

#[test]
fn bounds_of_gates_that_improved_are_tightened_where_they_stand_and_all_else_stays() {
    let folder = folder();
    let at = folder.path();
    let before = text(at, "main.ron");
    let (code, out, err) = update(at, &["main.ron", "--baseline", "slow.ron", "--dry-run"]);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("gate `ages`: at_most \"1h\" → \"6m 6s\"") && out.contains("not written (--dry-run)"),
        "{out}"
    );
    assert!(out.contains("at_most (none) → \""), "{out}");
    assert_eq!(text(at, "main.ron"), before, "a dry run writes nothing");
    assert_eq!(update(at, &["main.ron", "--baseline", "slow.ron"]).0, 0);
    let after = text(at, "main.ron");
    let back = after.replacen("at_most: \"6m 6s\"", "at_most: \"1h\"", 1);
    let added =
        back.find("(at_most: \"").map(|at| (at + 1, back[at..].find(", ").unwrap() + at + 2)).unwrap();
    assert_eq!(format!("{}{}", &back[..added.0], &back[added.1..]), before, "one value and one field differ");
    // What it wrote holds, and there is nothing left to write.
    let (code, out, err) = drsim(at, &["gate", "main.ron", "--baseline", "slow.ron"]);
    assert_eq!(code, 0, "{out}{err}");
    let (code, out, _) = update(at, &["main.ron", "--baseline", "slow.ron"]);
    assert!(code == 0 && out.contains("no gate improved") && text(at, "main.ron") == after, "{out}");
    // And the slower link is now a breach.
    fs::write(at.join("main.ron"), after.replacen("rate: \"100 Mbps\"", "rate: \"20 Mbps\"", 1)).unwrap();
    assert_eq!(drsim(at, &["gate", "main.ron"]).0, 1);
    assert_eq!(names(at), ["main.ron", "slow.ron"], "nothing else is left");
}

#[test]
fn a_bound_in_an_included_file_is_written_there() {
    let folder = folder();
    let at = folder.path();
    let main = text(at, "main.ron");
    let (start, end) = (main.find("    gates: [").unwrap(), main.find("    outages: [").unwrap());
    let gates = format!("\u{feff}(\r\n{})\r\n", main[start..end].replace('\n', "\r\n"));
    fs::write(at.join("gates.ron"), &gates).unwrap();
    let rest = format!("{}{}", &main[..start], &main[end..]).replacen(
        "schema: 1,",
        "schema: 1, include: [\"gates.ron\"],",
        1,
    );
    fs::write(at.join("main.ron"), &rest).unwrap();
    let (code, out, err) = update(at, &["main.ron", "--baseline", "slow.ron"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("gates.ron: written") && !out.contains("main.ron: written"), "{out}");
    assert_eq!(text(at, "main.ron"), rest);
    let after = text(at, "gates.ron");
    assert!(after.starts_with('\u{feff}') && after.contains("at_most: \"6m 6s\""), "{after}");
    assert_eq!(after.matches("\r\n").count(), gates.matches("\r\n").count());
}

#[test]
fn nothing_is_loosened_unless_asked_for() {
    let folder = folder();
    let at = folder.path();
    let tight = text(at, "slow.ron").replacen("at_most: \"1h\"", "at_most: \"6m\"", 1);
    fs::write(at.join("tight.ron"), &tight).unwrap();
    let (code, _, err) = update(at, &["tight.ron", "--baseline", "main.ron"]);
    assert_eq!(code, 1);
    assert!(
        err.contains("breached  ages: ")
            && err.contains("no bound was changed")
            && err.contains("--allow-worse"),
        "{err}"
    );
    assert_eq!(text(at, "tight.ron"), tight);
    let (code, out, err) = update(at, &["tight.ron", "--baseline", "main.ron", "--allow-worse"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("gate `ages`: at_most \"6m\" → \""), "{out}");
    assert_eq!(drsim(at, &["gate", "tight.ron"]).0, 0, "what was loosened holds");
}

#[test]
fn a_stored_result_is_replaced_by_a_better_one_and_by_a_worse_one_only_if_that_is_meant() {
    let folder = folder();
    let at = folder.path();
    let (code, out, err) = update(at, &["slow.ron", "--out", "kept/base.json", "--dry-run"]);
    assert!(code == 0 && out.contains("not written") && !at.join("kept").exists(), "{out}{err}");
    assert_eq!(update(at, &["slow.ron", "--out", "kept/base.json"]).0, 0);
    let slow = text(at, "kept/base.json");
    let (code, out, _) = update(at, &["slow.ron", "--out", "kept/base.json"]);
    assert!(code == 0 && out.contains("up to date"), "{out}");
    let (code, out, _) = update(at, &["main.ron", "--out", "kept/base.json"]);
    assert!(
        code == 0 && out.contains("better  worst age of vm sql 7m 6s → 5m 48s") && out.contains("written"),
        "{out}"
    );
    let fast = text(at, "kept/base.json");
    assert_ne!(fast, slow);
    let (code, out, err) = update(at, &["slow.ron", "--out", "kept/base.json"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("worse   worst age of vm sql 5m 48s → 7m 6s") && err.contains("stays as it is"),
        "{out}{err}"
    );
    assert_eq!(text(at, "kept/base.json"), fast);
    assert_eq!(update(at, &["slow.ron", "--out", "kept/base.json", "--allow-worse"]).0, 0);
    assert_eq!(text(at, "kept/base.json"), slow, "the same bytes for the same scenario");
    assert_eq!(drsim(at, &["gate", "slow.ron", "--baseline", "kept/base.json"]).0, 0);
}

#[test]
fn what_cannot_be_compared_or_written_is_said_and_stays() {
    let folder = folder();
    let at = folder.path();
    fs::write(at.join("old.json"), "{\"schema_version\":\"0.1\"}").unwrap();
    let (code, _, err) = update(at, &["main.ron", "--out", "old.json"]);
    assert!(code == 2 && err.contains("schema 0.1") && err.contains("--allow-worse"), "{err}");
    assert_eq!(text(at, "old.json"), "{\"schema_version\":\"0.1\"}");
    assert_eq!(update(at, &["main.ron", "--out", "old.json", "--allow-worse"]).0, 0);
    for (arguments, code, words) in [
        (&["main.ron"][..], 2, "--baseline"),
        (&["main.ron", "--out", "x.txt"], 2, "FORMAT is one of: json"),
        (&["main.ron", "--out", "main.ron/x.json"], 74, "cannot write"),
        (&["main.ron", "--baseline", "git:HEAD"], 2, "no git repository"),
        (&["none.ron", "--out", "x.json"], 2, "none.ron"),
    ] {
        let (exit, _, err) = update(at, arguments);
        assert!(exit == code && err.contains(words), "{arguments:?}: {exit} {err}");
    }
    assert_eq!(names(at), ["main.ron", "old.json", "slow.ron"]);
}
