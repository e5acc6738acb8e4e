//! `docs/ci.md` and `action.yml` can be copied: their YAML can be read, their commands run as they stand in a clone like that of a pipeline,
//! the exit code of the gate stays, and reports are kept when it fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::ci::git::{Repository, git};

const BASE: &str = include_str!("../language/problems/base.ron");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("```") {
        let (block, left) = after.split_once("\n```\n").unwrap();
        let (name, body) = block.split_once('\n').unwrap();
        if name == language {
            found.push(body.to_owned());
        }
        rest = left;
    }
    assert!(!found.is_empty(), "{language}");
    found
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn action() -> Value {
    yaml(&fs::read_to_string(root().join("action.yml")).unwrap())
}

/// Every text below one of these keys, with lists of texts as one script.
fn scripts(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let is_script =
                    ["run", "bash", "script", "before_script", "after_script"].contains(&key.as_str());
                match inner {
                    Value::String(text) if is_script => found.push(text.clone()),
                    Value::Array(lines) if is_script => {
                        let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
                        found.push(lines.join("\n"));
                    }
                    Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Array(_)
                    | Value::Object(_) => found.extend(scripts(inner)),
                }
            }
        }
        Value::Array(items) => found.extend(items.iter().flat_map(scripts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

fn all_scripts() -> Vec<String> {
    let of_yaml = blocks("yaml")
        .iter()
        .map(|block| yaml(block))
        .chain([action()])
        .flat_map(|value| scripts(&value))
        .collect::<Vec<_>>();
    let groovy = blocks("groovy").concat();
    let of_groovy = groovy
        .lines()
        .filter_map(|line| line.trim().strip_prefix("sh '")?.strip_suffix('\''))
        .map(str::to_owned);
    of_yaml.into_iter().chain(of_groovy).chain(blocks("bash")).collect()
}

/// A clone as a pipeline has it: a detached branch that differs, `origin/main`, and a stored baseline.
fn clone() -> (Repository, tempfile::TempDir, PathBuf) {
    let origin = Repository::new();
    let gated = BASE.replacen("    outages: [", "    gates: [(name: \"ages\", vm: \"*\", metric: \"age_max\", at_most: \"1h\", tolerance: (rel: \"5 %\"))],\n    outages: [", 1);
    origin.write("dr/main.ron", &gated);
    origin.write("dr/old.ron", &gated);
    origin.commit("main");
    let (folder, clone) = origin.clone(&[]);
    fs::write(clone.join("dr/main.ron"), gated.replacen("interval: \"5m\"", "interval: \"30s\"", 1)).unwrap();
    git(&clone, &["commit", "--quiet", "-am", "change"]);
    git(&clone, &["checkout", "--quiet", "--detach"]);
    (origin, folder, clone)
}

/// The scenario of `main` over a link that is too slow.
fn slow(clone: &Path) {
    let text = git(clone, &["show", "origin/main:dr/main.ron"]);
    fs::write(clone.join("dr/main.ron"), text.replacen("rate: \"100 Mbps\"", "rate: \"20 Mbps\"", 1))
        .unwrap();
}

/// Bash in a clone, with drsim first on the path and the variables that pipelines set.
fn bash(clone: &Path, script: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let drsim = Path::new(env!("CARGO_BIN_EXE_drsim")).parent().unwrap();
    let path = format!("{}:{}", drsim.display(), std::env::var("PATH").unwrap());
    let base = git(clone, &["rev-parse", "origin/main"]);
    let mut command = Command::new("bash");
    command
        .args(["-e", "-c", script])
        .current_dir(clone)
        .env("PATH", path)
        .env("HOME", clone)
        .env("CI_PROJECT_DIR", clone);
    for (name, value) in [
        ("BASE", "main"),
        ("CHANGE_TARGET", "main"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.as_str()),
        ("GITHUB_STEP_SUMMARY", "summary.md"),
        ("GITHUB_OUTPUT", "outputs"),
    ]
    .iter()
    .chain(variables)
    {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), text)
}

#[test]
fn every_pipeline_can_be_read_and_fetches_the_history_it_needs() {
    let pipelines: Vec<Value> = blocks("yaml").iter().map(|block| yaml(block)).collect();
    assert_eq!(pipelines.len(), 4);
    for (pipeline, depth) in pipelines.iter().zip([
        "\"fetch-depth\":0",
        "\"fetch-depth\":0",
        "\"GIT_DEPTH\":\"0\"",
        "\"fetchDepth\":0",
    ]) {
        let text = pipeline.to_string();
        assert!(text.contains(depth), "{text}");
        // Commits, and none that nobody looked up: a pipeline does not change by itself, and a tag can be moved.
        for used in text.split("\"uses\":\"").skip(1) {
            let version = used.split('"').next().unwrap().split_once('@').unwrap().1;
            assert_eq!(version, "0".repeat(40));
        }
    }
    let action = action();
    assert_eq!(action["runs"]["using"], "composite");
    let given = pipelines[0]["jobs"]["gate"]["steps"][1]["with"].as_object().unwrap();
    for name in given.keys() {
        assert!(action["inputs"].get(name).is_some(), "the action has no input `{name}`");
    }
    for name in ["exit-code", "markdown", "junit", "sarif"] {
        assert!(
            action["outputs"][name]["value"].as_str().unwrap().contains(&format!("outputs.{name} ")),
            "{name}"
        );
    }
}

/// Of tags that have an object of their own, too: the commit, not that object.
#[test]
fn the_page_tells_the_commit_of_a_tag() {
    let (_origin, _folder, clone) = clone();
    let from = tempfile::tempdir().unwrap();
    let mut expected = String::new();
    for (action, tag) in [
        ("actions/checkout", "v4.2.2"),
        ("actions/upload-artifact", "v4.6.2"),
        ("github/codeql-action", "v3.28.10"),
    ] {
        let folder = from.path().join(action);
        fs::create_dir_all(&folder).unwrap();
        git(&folder, &["init", "--quiet"]);
        git(&folder, &["commit", "--quiet", "--allow-empty", "-m", tag]);
        if tag == "v4.6.2" {
            git(&folder, &["tag", tag])
        } else {
            git(&folder, &["tag", "-a", "-m", tag, tag])
        };
        git(&folder, &["tag", &format!("{tag}1")]);
        expected += &format!("{action}:{tag} {}\n", git(&folder, &["rev-parse", "HEAD"]));
    }
    let script = blocks("bash").into_iter().find(|block| block.starts_with("pin()")).unwrap();
    let (code, text) = bash(&clone, &script, &[("FROM", from.path().to_str().unwrap())]);
    assert_eq!((code, text), (0, expected));
}

#[test]
fn every_command_of_the_page_runs_as_it_stands() {
    let (_origin, _folder, clone) = clone();
    let (code, text) = bash(&clone, "drsim baseline update dr/main.ron --out baseline.json", &[]);
    assert_eq!(code, 0, "{text}");
    let mut count = 0;
    for script in all_scripts() {
        let (code, text) = bash(&clone, &format!("bash -n <<'END'\n{script}\nEND\n"), &[]);
        assert_eq!((code, text.as_str()), (0, ""), "{script}");
        if script.contains("drsim gate") || script.contains("drsim baseline") {
            for report in ["gate.md", "gate.xml"] {
                let _ = fs::remove_file(clone.join(report));
            }
            let (code, text) = bash(&clone, &script, &[]);
            assert_eq!(code, 0, "{script}\n{text}");
            for word in script.split([' ', '=']).filter(|word| ["gate.md", "gate.xml"].contains(&word.trim()))
            {
                assert!(clone.join(word.trim()).is_file(), "{script}");
            }
            count += 1;
        }
    }
    assert_eq!(count, 7, "commands that were run");
    // What the tables promise.
    for spec in ["git:origin/main", "git:origin/main...", "git:origin/main:dr/old.ron", "baseline.json"] {
        let (code, text) = bash(
            &clone,
            &format!("drsim gate dr/main.ron --baseline {spec} --informational-until 2027-03-31"),
            &[],
        );
        assert_eq!(code, 0, "{spec}\n{text}");
    }
}

/// A breach in each pipeline: the script ends with 1, whatever stands after the gate, and its reports are kept.
#[test]
fn no_pipeline_loses_the_exit_code_or_the_reports_of_a_failure() {
    let (_origin, _folder, clone) = clone();
    slow(&clone);
    let gates: Vec<String> = all_scripts()
        .into_iter()
        .filter(|script| script.contains("drsim gate") && script.contains("--out"))
        .collect();
    assert_eq!(gates.len(), 5);
    for script in gates.iter().filter(|script| !script.contains("baseline.json")) {
        let (code, text) = bash(&clone, script, &[]);
        assert_eq!(code, 1, "{script}\n{text}");
        assert!(clone.join("gate.md").is_file(), "{script}");
    }
    let kept = ["!cancelled()", "when: always", "succeededOrFailed()", "always {"];
    let page = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    assert!(kept.iter().all(|words| page.contains(words)));
    for (at, _) in page.match_indices("upload-artifact@").chain(page.match_indices("upload-sarif@")) {
        assert!(page[at..].lines().nth(1).unwrap().contains("!cancelled()"), "{}", &page[at..at + 60]);
    }
}

#[test]
fn the_action_keeps_the_exit_code_and_takes_no_input_for_a_command() {
    let (_origin, _folder, clone) = clone();
    let action = action();
    let steps = action["runs"]["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| !step["run"].as_str().unwrap().contains("${{")), "inputs are variables");
    let script = steps[1]["run"].as_str().unwrap();
    let run = |scenario: &str, baseline: &str, arguments: &str| {
        let _ = fs::remove_file(clone.join("outputs"));
        let of = [
            ("SCENARIO", scenario),
            ("BASELINE", baseline),
            ("ARGUMENTS", arguments),
            ("REPORTS", "re ports"),
            ("DRSIM", env!("CARGO_BIN_EXE_drsim")),
        ];
        let (code, text) = bash(&clone, script, &of);
        let outputs = fs::read_to_string(clone.join("outputs")).unwrap();
        assert!(outputs.contains(&format!("exit-code={code}\n")), "{outputs}");
        (code, text, outputs)
    };
    let (code, text, outputs) =
        run("dr/main.ron", "git:origin/main", "--require-baseline\n--as-of\n2026-11-24\n");
    assert_eq!(code, 0, "{text}");
    assert!(
        outputs.contains("markdown=re ports/gate.md\n") && clone.join("re ports/gate.sarif").is_file(),
        "{outputs}"
    );
    assert!(fs::read_to_string(clone.join("summary.md")).unwrap().contains("<!-- drsim-gate base "));
    let (code, text, _) = run("dr/none.ron", "", "");
    assert_eq!(code, 2, "{text}");
    assert!(!clone.join("re ports/gate.md").exists(), "no report of the run before");
    assert_eq!(run("$(touch bad); dr/main.ron", "", "").0, 2);
    assert_eq!(run("dr/main.ron", "$(touch bad)", "`touch bad`").0, 2);
    assert!(!clone.join("bad").exists());
    slow(&clone);
    let (code, text, _) = run("dr/main.ron", "git:origin/main", "");
    assert!(code == 1 && text.contains("::error file=dr/main.ron,line="), "{text}");
}
