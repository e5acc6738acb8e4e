//! The whole way, with a real repository: a branch makes recovery worse, the gate names the change and its line, the fix passes, and an
//! improvement is held on to.

use std::fs;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

const BASE: &str = include_str!("../language/problems/base.ron");
const GATE: &str = "    gates: [(name: \"ages\", vm: \"*\", metric: \"age_max\", at_most: \"1h\", tolerance: (abs: \"10s\", rel: \"5 %\"))],\n    outages: [";

fn git(folder: &TempDir, args: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder.path()).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for (key, value) in [("NAME", "a"), ("EMAIL", "a@example.org")] {
        command.env(format!("GIT_AUTHOR_{key}"), value).env(format!("GIT_COMMITTER_{key}"), value);
    }
    let output = command.args(args).output().unwrap();
    assert!(output.status.success(), "{args:?} {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &TempDir, text: &str) {
    fs::create_dir_all(folder.path().join("dr")).unwrap();
    fs::write(folder.path().join("dr/main.ron"), text).unwrap();
    git(folder, &["add", "."]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "x"]);
}

/// Exit code, standard output and the report of the gate beside `main`.
fn gate(folder: &TempDir) -> (i32, String, Value) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.current_dir(folder.path()).timeout(Duration::from_secs(120));
    let args = [
        "gate",
        "dr/main.ron",
        "--as-of",
        "2026-11-24",
        "--baseline",
        "git:main",
        "--out",
        "gate.json",
        "--out",
        "gate.xml",
    ];
    let output = command.args(args).output().unwrap();
    let report = fs::read_to_string(folder.path().join("gate.json")).unwrap();
    let out = String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    (output.status.code().unwrap(), out, serde_json::from_str(&report).unwrap())
}

#[test]
fn a_branch_that_narrows_the_link_fails_with_its_line_the_fix_passes_and_a_gain_is_held_on_to() {
    let folder = tempfile::tempdir().unwrap();
    let promised = BASE.replace("    outages: [", GATE);
    git(&folder, &["init", "-q", "-b", "main"]);
    commit(&folder, &promised);
    git(&folder, &["switch", "-q", "-c", "cheaper"]);
    // The cheaper link, more memory that changes nothing, another order and a comment.
    let narrow = promised
        .replace("rate: \"100 Mbps\"", "rate: \"10 Mbps\"")
        .replace("cores: 16, memory: \"64 GB\"", "memory: \"128 GB\", cores: 16 /* new */");
    assert_ne!(narrow, promised);
    commit(&folder, &narrow);
    let (code, out, report) = gate(&folder);
    assert_eq!(code, 1, "{out}");
    let causes = report["causes"].as_array().unwrap();
    assert_eq!(causes.len(), 1, "{causes:?}");
    let changes = causes[0]["changes"].as_array().unwrap();
    let line = 1 + narrow.lines().position(|line| line.contains("10 Mbps")).unwrap();
    assert_eq!((changes.len(), &changes[0]["path"]), (1, &Value::from("links.wan.rate")));
    assert_eq!(changes[0]["place"]["line"], Value::from(line));
    assert_eq!((&changes[0]["before"], &changes[0]["after"]), (&"100 Mbps".into(), &"10 Mbps".into()));
    for words in [
        "✗ worse",
        "→ cause links.wan.rate 100 Mbps → 10 Mbps",
        &format!("(dr/main.ron:{line})"),
        "beside revision main (",
    ] {
        assert!(out.contains(words), "`{words}` is not in\n{out}");
    }
    let junit = fs::read_to_string(folder.path().join("gate.xml")).unwrap();
    assert!(junit.contains("<testsuite") && junit.contains("<failure"), "{junit}");
    let again = gate(&folder);
    assert_eq!((out, report), (again.1, again.2), "the same twice");
    assert_eq!(fs::read_to_string(folder.path().join("gate.xml")).unwrap(), junit);

    commit(&folder, &narrow.replace("rate: \"10 Mbps\"", "rate: \"100 Mbps\""));
    let (code, out, report) = gate(&folder);
    assert_eq!((code, report["causes"].as_array().unwrap().len()), (0, 0), "{out}");

    commit(
        &folder,
        &promised
            .replace("rate: \"100 Mbps\"", "rate: \"1 Gbps\"")
            .replace("interval: \"5m\"", "interval: \"30s\""),
    );
    let (code, out, report) = gate(&folder);
    assert_eq!(code, 0, "{out}");
    let advice = report["ratchet"][0].as_str().unwrap();
    let bound = advice.split("write `").nth(1).and_then(|rest| rest.split('`').next()).unwrap();
    // What it says to write can be written, and holds.
    let held = promised.replace("at_most: \"1h\"", bound).replace("rate: \"100 Mbps\"", "rate: \"1 Gbps\"");
    commit(&folder, &held.replace("interval: \"5m\"", "interval: \"30s\""));
    assert_eq!(gate(&folder).0, 0, "{bound}");
    // Without the gain it fails against its own bound.
    commit(&folder, &promised.replace("at_most: \"1h\"", bound));
    let (code, out, _) = gate(&folder);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("✗ breached"), "{out}");
}
