//! `drsim compare` as a user meets it, from files to an answer.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{HALF, MODEL, SQUEEZED, exported, hidden};
use crate::golden::below;

/// Exit code, standard output, standard error.
fn said(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.current_dir(folder).timeout(std::time::Duration::from_secs(120)).arg("compare");
    let output = command.args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("model.ron"), MODEL).unwrap();
    fs::write(folder.path().join("hv1.json"), exported(&hidden(&HALF), 7, 0.05)).unwrap();
    folder
}

#[test]
fn a_comparison_is_told_and_written_to_a_folder() {
    let folder = folder();
    let args = ["model.ron", "--measured", "hv1.json", "--out", "compare"];
    let (code, told, err) = said(folder.path(), &args);
    assert_eq!(code, 0, "{err}");
    for words in ["what link wan carries would explain it", "Logs are", "web", "open compare/compare.html"] {
        assert!(told.contains(words), "`{words}` is not in\n{told}");
    }
    let files = below(&folder.path().join("compare"));
    for name in [
        "compare.html",
        "compare.json",
        "compare.xlsx",
        "compare.sha256",
        "csv/samples.csv",
        "plots/latency.svg",
    ] {
        assert!(files.contains_key(name), "{name} is not in {:?}", files.keys());
    }
    let page = String::from_utf8(files["compare.html"].clone()).unwrap();
    assert!(page.contains("Model against measurements") && !page.contains("apacity plan"));
    let json: Value = serde_json::from_slice(&files["compare.json"]).unwrap();
    let fits = json["sections"]["explanation"]["tables"]["fits"].as_array().unwrap();
    let verdicts: Vec<&str> = fits.iter().map(|fit| fit["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["does_not", "does_not", "explains", "does_not"]);
    let (_, printed, _) = said(folder.path(), &["model.ron", "--measured", "hv1.json", "--json"]);
    assert_eq!(printed.as_bytes(), files["compare.json"]);
}

#[test]
fn a_comparison_without_enough_time_writes_nothing() {
    let folder = folder();
    let args = ["model.ron", "--measured", "hv1.json", "--out", "compare", "--max-time", "1us"];
    let (code, told, err) = said(folder.path(), &args);
    assert_eq!((code, told.as_str()), (3, ""), "{err}");
    assert!(err.contains("not done after `--max-time 1us`"), "{err}");
    assert!(!folder.path().join("compare").exists());
}

#[test]
fn what_was_found_ends_the_difference_when_it_is_set() {
    let folder = folder();
    let set = "links.wan.rate=20 Mbps";
    let (code, told, err) = said(folder.path(), &["model.ron", "--measured", "hv1.json", "--set", set]);
    assert_eq!(code, 0, "{err}");
    assert!(told.contains("The model agrees with what was measured"), "{told}");
}

#[test]
fn the_result_of_another_run_is_a_measurement_too() {
    let folder = folder();
    fs::write(folder.path().join("truth.ron"), hidden(&SQUEEZED)).unwrap();
    let mut run = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let output = run.current_dir(folder.path()).args(["run", "truth.ron", "--json"]).output().unwrap();
    fs::write(folder.path().join("truth.json"), output.stdout).unwrap();
    let (code, told, err) = said(folder.path(), &["model.ron", "--measured", "truth.json"]);
    assert_eq!(code, 0, "{err}");
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("compression would explain it: 1.12 to 2.8 instead of 1.6 to 4"), "{told}");
    assert!(words.contains("--set \"policies.data.compression=1.1"), "{told}");
    // Two runs would be two measurements of the same VMs.
    let mut run = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let args = ["run", "truth.ron", "--json", "--set", "seed=8", "--compare"];
    let output = run.current_dir(folder.path()).args(args).output().unwrap();
    fs::write(folder.path().join("truth.json"), output.stdout).unwrap();
    let (code, _, err) = said(folder.path(), &["model.ron", "--measured", "truth.json"]);
    assert!(
        code != 0 && err.contains("2 runs of drsim") && err.contains("jq '.runs |= [.[0]]'"),
        "{code}: {err}"
    );
}

#[test]
fn what_cannot_be_compared_is_refused_with_a_remedy() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("other.json", r#"[{"Name":"nobody","AvgReplSize":1,"MonitoringEndTime":1772485200}]"#);
    write(
        "hostile.json",
        "[{\"Name\":\"a\\u001b[2Jb\",\"AvgReplSize\":\"x\\u001b[1m\",\"MonitoringEndTime\":1772485200}]",
    );
    for (file, words) in [
        ("other.json", "nobody"),
        ("hostile.json", "is no whole number without marks"),
        ("nothing.json", "nothing.json: cannot be read"),
    ] {
        let (code, out, err) = said(folder.path(), &["model.ron", "--measured", file]);
        assert_eq!((code, out.as_str()), (2, ""), "{file}: {err}");
        assert!(err.contains(words) && !err.contains('\u{1b}'), "{file}: {err}");
    }
}
