//! `drsim gate` as a build meets it: exit codes and their precedence, baselines of every kind, reports whole or not at all.

use std::fs;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

const BASE: &str = include_str!("../language/problems/base.ron");

/// A folder with `main.ron`: the base with these top-level fields.
fn folder(fields: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "main.ron", &with(fields));
    folder
}

fn with(fields: &str) -> String {
    BASE.replace("    outages: [", &format!("    {fields}\n    outages: ["))
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Exit code, standard output, standard error of `drsim gate main.ron …` in that folder.
fn gate(folder: &TempDir, args: &[&str]) -> (i32, String, String) {
    drsim(folder, &[&["gate", "main.ron", "--as-of", "2026-11-24"], args].concat())
}

fn drsim(folder: &TempDir, args: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let output =
        command.current_dir(folder.path()).timeout(Duration::from_secs(120)).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn answers(folder: &TempDir, args: &[&str], code: i32, words: &[&str]) {
    let (actual, out, err) = gate(folder, args);
    assert_eq!(actual, code, "{args:?}\n{out}\n{err}");
    let all = format!("{out}{err}").split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(all.contains(word), "{args:?}: `{word}` is not in\n{out}\n{err}");
    }
}

const HOLDS: &str = "gates: [(vm: \"*\", metric: \"age_max\", at_most: \"1d\")],";
const BREACHED: &str = "gates: [(vm: \"*\", metric: \"age_max\", at_most: \"1s\")],";
const RELATIVE: &str =
    "gates: [(name: \"ages\", vm: \"*\", metric: \"age_max\", tolerance: (abs: \"1s\", rel: \"5 %\"))],";

/// The base over a slower link, which makes ages worse.
fn slower(fields: &str) -> String {
    let text = with(fields).replace("rate: \"100 Mbps\"", "rate: \"10 Mbps\"");
    assert!(text.contains("10 Mbps"));
    text
}

#[test]
fn the_exit_code_is_the_answer() {
    answers(&folder(HOLDS), &[], 0, &["✓ `Base` keeps", "next: drsim gate main.ron --baseline git:"]);
    answers(
        &folder(BREACHED),
        &[],
        1,
        &["✗ breached", "exceeds 1s", "main.ron:39", "breaks 1 of", "next: drsim run"],
    );
    answers(
        &folder("gates: [(vm: \"x*\", metric: \"age_max\", at_most: \"1s\")],"),
        &[],
        2,
        &["E0502", "`x*` matches no vm"],
    );
    answers(&folder(RELATIVE), &["--require-baseline"], 3, &["cannot be judged", "--baseline"]);
    answers(&folder(HOLDS), &["--max-time", "1us"], 3, &["not done after `--max-time 1us`"]);
    let warned = folder(&with_useless_waiver());
    answers(&warned, &[], 0, &["covers nothing"]);
    answers(&warned, &["--deny", "warnings"], 4, &["warnings are denied"]);
    answers(&warned, &["--deny", "W0302"], 0, &[]);
}

fn with_useless_waiver() -> String {
    let waiver = "(gate: \"objective\", owner: \"ann\", reason: \"link ordered\", expires: \"2026-12-31\")";
    format!("{HOLDS} waivers: [{waiver}],")
}

#[test]
fn a_scenario_that_promises_nothing_cannot_pass() {
    let folder = folder("");
    write(&folder, "main.ron", &BASE.replace(", rpo: \"15m\", rto: \"2h\"", ""));
    answers(&folder, &[], 2, &["no gate, and no application with an objective", "gates: ["]);
}

#[test]
fn wrong_arguments_are_refused_before_anything_runs() {
    let folder = folder(HOLDS);
    for (args, words) in [
        (["--as-of", "24.11.2026"], "is not a day"),
        (["--informational-until", "2026-02-30"], "is not a day"),
        (["--deny", "W9999"], "there is no such code"),
        (["--max-time", "5"], "no unit"),
        (["--out", "jsn=a.json"], "did you mean `json=a.json`?"),
        (["--out", "report"], "FORMAT is one of: json, text, junit, markdown, github"),
        (["--baseline", "main"], "--baseline git:main"),
        (["--baseline", "old/none.ron"], "no such file"),
    ] {
        let args: Vec<&str> = match args[0] {
            "--as-of" => vec!["gate", "main.ron", args[0], args[1]],
            _ => vec!["gate", "main.ron", "--as-of", "2026-11-24", args[0], args[1]],
        };
        let (code, out, err) = drsim(&folder, &args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?} {err}");
        assert!(err.contains(words), "{args:?}: `{words}` is not in\n{err}");
    }
}

#[test]
fn what_got_worse_fails_beside_a_folder_a_scenario_and_a_stored_result() {
    let folder = folder(RELATIVE);
    write(&folder, "main.ron", &slower(RELATIVE));
    // The old one has no gates, and a section that this version would refuse.
    write(&folder, "old/main.ron", &with("gates: [(of_the_future: 1)], waivers: 7,"));
    write(&folder, "plain.ron", &with(""));
    let (code, ..) = drsim(&folder, &["run", "plain.ron", "--out", "report"]);
    assert_eq!(code, 0);
    let worse = ["✗ worse", "past its tolerance of +1s and +5.0 %"];
    let baselines = [
        ("old", "folder old"),
        ("plain.ron", "scenario plain.ron"),
        ("report/result.json", "result report/result.json"),
    ];
    let mut told = Vec::new();
    for (baseline, from) in baselines {
        answers(&folder, &["--baseline", baseline], 1, &[&worse[..], &[&format!("beside {from}")]].concat());
        let report: Value =
            serde_json::from_str(&gate(&folder, &["--json", "--baseline", baseline]).1).unwrap();
        told.push(report["lines"].clone());
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2], "a stored result judges like the scenario simulated again");
    // The fix, and the same again, pass.
    write(&folder, "main.ron", &with(RELATIVE));
    answers(&folder, &["--baseline", "old"], 0, &["as in the baseline", "holds"]);
    // Better than the baseline: what to write.
    write(&folder, "old/main.ron", &slower(""));
    answers(
        &folder,
        &["--baseline", "old"],
        0,
        &["↑ improved", "gate `ages`", "write `at_most: ", "to hold on to it (main.ron:39)"],
    );
}

#[test]
fn a_stored_result_of_another_schema_or_engine_is_refused_with_the_way_out() {
    let folder = folder(HOLDS);
    drsim(&folder, &["run", "main.ron", "--out", "report"]);
    let stored = fs::read_to_string(folder.path().join("report/result.json")).unwrap();
    let changed = |key: &str, value: &str| {
        let mut result: Value = serde_json::from_str(&stored).unwrap();
        result[key] = value.into();
        write(&folder, "old.json", &result.to_string());
    };
    changed("schema_version", "9.0");
    answers(&folder, &["--baseline", "old.json"], 2, &["schema 9.0", "--baseline git:REV"]);
    changed("engine_version", "9.0.0");
    answers(&folder, &["--baseline", "old.json"], 2, &["drsim 9.0.0", "--baseline git:REV"]);
    changed("engine_version", "0.1.999");
    answers(&folder, &["--baseline", "old.json"], 0, &["simulated by drsim 0.1.999"]);
    let twice = stored.replace("\n  \"runs\": [\n", "\n  \"runs\": [ {\"variant\": \"seed=8\"},\n");
    assert_ne!(twice, stored);
    write(&folder, "old.json", &twice);
    answers(
        &folder,
        &["--baseline", "old.json"],
        2,
        &["several runs, `seed=8`, `as written`", "jq '.runs |= [.[0]]'"],
    );
    changed("runs", "none");
    answers(&folder, &["--baseline", "old.json"], 2, &["no `runs`"]);
    write(&folder, "old.json", "{\"a\": 1}");
    answers(&folder, &["--baseline", "old.json"], 2, &["no `schema_version`"]);
    write(&folder, "old.json", "{");
    answers(&folder, &["--baseline", "old.json"], 2, &["not JSON"]);
}

/// Kept by a drsim whose results stood by themselves, without `runs`.
#[test]
fn a_stored_result_of_the_first_schema_judges_like_one_of_this() {
    let folder = folder(RELATIVE);
    write(&folder, "old.json", include_str!("result-1.3.json"));
    answers(&folder, &["--baseline", "old.json"], 0, &["as in the baseline", "holds"]);
    write(&folder, "main.ron", &slower(RELATIVE));
    answers(&folder, &["--baseline", "old.json"], 1, &["✗ worse", "beside result old.json"]);
    let (code, out, err) = drsim(&folder, &["diff", "old.json", "main.ron"]);
    assert!(code == 0 && out.contains("worse"), "{out}{err}");
}

#[test]
fn a_baseline_that_cannot_be_simulated_is_told_as_the_baselines() {
    let folder = folder(HOLDS);
    write(&folder, "old/main.ron", "(schema: 1,");
    answers(&folder, &["--baseline", "old"], 2, &["the baseline, folder old, cannot be simulated", "E0101"]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    answers(&folder, &["--baseline", "empty"], 2, &["the folder has no `main.ron`"]);
}

#[test]
fn a_report_that_cannot_be_written_is_never_green_and_outranks_a_breach() {
    let folder = folder(BREACHED);
    write(&folder, "file", "");
    answers(
        &folder,
        &["--out", "json=file/report.json"],
        74,
        &["cannot write file/report.json", "✗ breached"],
    );
    write(&folder, "main.ron", &with(HOLDS));
    answers(&folder, &["--out", "json=file/report.json", "--out", "b.txt"], 74, &["cannot write"]);
    assert!(folder.path().join("b.txt").exists(), "the others are written");
    let left = fs::read_dir(folder.path()).unwrap().flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name().into_string().unwrap()).collect();
    assert!(!left.iter().any(|name| name.contains("tmp")), "{left:?}");
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let folder = folder(RELATIVE);
    write(&folder, "main.ron", &slower(RELATIVE));
    write(&folder, "old/main.ron", &with(""));
    let json = |threads: &str| gate(&folder, &["--baseline", "old", "--json", "--threads", threads]).1;
    let one = json("1");
    assert_eq!(one, json("2"));
    assert_eq!(one, json("7"));
    assert_eq!(gate(&folder, &["--baseline", "old", "--out", "a/report.json", "--threads", "3"]).0, 1);
    assert_eq!(fs::read_to_string(folder.path().join("a/report.json")).unwrap(), one);
}

#[test]
fn what_is_informational_is_told_and_fails_from_the_day_after() {
    let folder = folder(BREACHED);
    answers(
        &folder,
        &["--informational-until", "2026-11-24"],
        0,
        &["✗ breached", "informational until 2026-11-24"],
    );
    answers(&folder, &["--informational-until", "2026-11-23"], 1, &["✗ breached"]);
}

#[test]
fn a_waiver_past_its_day_fails_the_build() {
    let waiver = "waivers: [(gate: \"*\", vm: \"*\", owner: \"ann\", reason: \"link ordered\", expires: \"2026-11-24\")],";
    let folder = folder(&format!("{BREACHED} {waiver}"));
    answers(&folder, &[], 0, &["~ waived", "waived by ann: link ordered (to 2026-11-24)"]);
    let (code, out, _) = drsim(&folder, &["gate", "main.ron", "--as-of", "2026-11-25"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.split_whitespace().collect::<Vec<_>>().join(" ").contains("expired on 2026-11-24"), "{out}");
}

#[test]
fn gates_change_neither_the_hash_nor_the_results() {
    let plain = folder("");
    let gated = folder(&with_useless_waiver());
    let json = |folder: &TempDir| drsim(folder, &["run", "main.ron", "--json"]).1;
    assert_eq!(json(&plain), json(&gated));
}

#[test]
fn without_a_baseline_what_only_compares_is_one_line_a_gate() {
    let both = "gates: [(vm: \"*\", metric: \"age_max\", at_most: \"1d\"), (name: \"ages\", vm: \"*\", metric: \"age_p99\", tolerance: ())],";
    let (code, out, err) = gate(&folder(both), &[]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(out.matches("? unknown").count(), 1, "{out}");
    assert!(out.contains("ages: ") && out.contains("no baseline to compare with"), "{out}");
}
