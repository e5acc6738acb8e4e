//! The gate as a pipeline runs it, in a real repository: every report of a branch that halves the link, its fix, and a gain that is held on to.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::ci::formats::accepted_by_readers;
use crate::ci::git::{Repository, git};

const BASE: &str = include_str!("../language/problems/base.ron");
const GATES: &str = "    gates: [(name: \"ages\", vm: \"*\", metric: \"age_max\", at_most: \"1h\", tolerance: (abs: \"1s\", rel: \"0.5 %\"))],\n    outages: [";
const REPORTS: [&str; 6] =
    ["junit=gate.xml", "gate.md", "gate.sarif", "gate.prom", "gitlab=gl.json", "gate.json"];

/// A scenario with a gate and a link of this rate, on `main`.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.write("dr/main.ron", &scenario("100 Mbps"));
    repository.commit("as it was");
    repository
}

fn scenario(rate: &str) -> String {
    BASE.replacen("    outages: [", GATES, 1).replacen("rate: \"100 Mbps\"", &format!("rate: \"{rate}\""), 1)
}

fn command(folder: &Path, arguments: &[&str]) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.current_dir(folder).timeout(Duration::from_secs(120)).args(arguments);
    command
}

/// Exit code, stdout, stderr.
fn ended(command: &mut assert_cmd::Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The gate beside `main`, with every report; its exit code, what it printed, and the reports.
fn gate(repository: &Repository) -> (i32, String, Vec<String>) {
    let mut arguments =
        vec!["gate", "dr/main.ron", "--baseline", "git:main", "--as-of", "2026-11-24", "--out", "github=-"];
    arguments.extend(REPORTS.iter().flat_map(|report| ["--out", *report]));
    let (code, out, _) = ended(&mut command(repository.path(), &arguments));
    let read = |report: &&str| fs::read_to_string(repository.at(report.rsplit('=').next().unwrap())).unwrap();
    (code, out, REPORTS.iter().map(read).collect())
}

#[test]
fn a_branch_that_halves_the_link_fails_in_every_report_with_its_line_and_its_fix_passes() {
    let repository = repository();
    repository.git(&["switch", "--quiet", "-c", "cheaper"]);
    let halved = scenario("50 Mbps");
    let line = 1 + halved.lines().position(|line| line.contains("50 Mbps")).unwrap();
    repository.write("dr/main.ron", &halved);
    repository.commit("a cheaper link");
    let (code, out, reports) = gate(&repository);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains(&format!("::error file=dr/main.ron,line={line},")), "{out}");
    assert!(out.contains("links.wan.rate 100 Mbps → 50 Mbps"), "{out}");
    let [xml, markdown, sarif, metrics, gitlab, _] = &reports[..] else { panic!("six reports") };
    accepted_by_readers(xml);
    assert!(
        xml.contains("<failure")
            && xml.contains(&format!("dr/main.ron:{line}: links.wan.rate 100 Mbps → 50 Mbps")),
        "{xml}"
    );
    assert!(
        markdown.contains("**What made it worse**")
            && markdown.contains(&format!("<code>dr/main.ron:{line}</code>")),
        "{markdown}"
    );
    assert!(sarif.contains("\"gate/regressed\"") && metrics.ends_with("# EOF\n"), "{sarif}{metrics}");
    assert!(gitlab.contains(&format!("\"begin\": {line}")), "{gitlab}");
    assert_eq!(gate(&repository), (code, out, reports), "the same bytes twice");

    repository.write("dr/main.ron", &scenario("100 Mbps"));
    repository.commit("the fix");
    let (code, out, reports) = gate(&repository);
    assert!(code == 0 && !out.contains("::error"), "{out}");
    assert!(!reports[0].contains("<failure") && reports[1].contains("✅"), "{reports:?}");

    // Copies are taken more often, and the gain is held on to: the bound stands in the text, and going back breaks it.
    let (seldom, often) = ("interval: \"5m\"", "interval: \"30s\"");
    repository.write("dr/main.ron", &scenario("100 Mbps").replacen(seldom, often, 1));
    let (code, _, reports) = gate(&repository);
    assert!(code == 0 && reports[1].contains("**To hold on to**"), "{reports:?}");
    let update = ["baseline", "update", "dr/main.ron", "--baseline", "git:main"];
    let (code, out, err) = ended(&mut command(repository.path(), &update));
    assert!(code == 0 && out.contains("gate `ages`: at_most \"1h\" → "), "{out}{err}");
    repository.commit("held on to");
    let held = fs::read_to_string(repository.at("dr/main.ron")).unwrap();
    assert_eq!(gate(&repository).0, 0);
    repository.write("dr/main.ron", &held.replacen(often, seldom, 1));
    assert_eq!(gate(&repository).0, 1);
}

/// Files are named from the top of the repository, where a build looks for them; and outside of one as they were given.
#[test]
fn reports_name_files_from_the_top_of_the_repository_in_whatever_folder_the_gate_is_run() {
    let repository = repository();
    repository.git(&["switch", "--quiet", "-c", "cheaper"]);
    repository.write("dr/main.ron", &scenario("50 Mbps"));
    let top = gate(&repository);
    let dr = repository.path().join("dr");
    let mut arguments = vec![
        "gate",
        "../dr/main.ron",
        "--baseline",
        "git:main",
        "--as-of",
        "2026-11-24",
        "--out",
        "github=-",
    ];
    arguments.extend(REPORTS[..5].iter().flat_map(|report| ["--out", *report]));
    let (code, out, _) = ended(&mut command(&dr, &arguments));
    assert_eq!(code, 1);
    let annotations =
        |out: &str| out.lines().filter(|line| line.starts_with("::")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(annotations(&out), annotations(&top.1));
    for (report, from_top) in REPORTS[..5].iter().zip(&top.2) {
        let text = fs::read_to_string(dr.join(report.rsplit('=').next().unwrap())).unwrap();
        assert_eq!(text, *from_top, "{report}");
    }
    let check =
        |folder: &Path, file: &str| ended(&mut command(folder, &["check", file, "--out", "sarif=-"])).1;
    repository.write("dr/main.ron", "(schema: 1");
    assert_eq!(check(&dr, "main.ron"), check(repository.path(), "dr/main.ron"));
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("main.ron"), "(schema: 1").unwrap();
    assert!(check(outside.path(), "main.ron").contains("\"uri\": \"main.ron\""));
}

/// Whoever reads standard output gets a report and nothing else.
#[test]
fn a_report_on_standard_output_is_alone_there() {
    let repository = repository();
    let gate =
        |more: &[&str]| ended(&mut command(repository.path(), &[&["gate", "dr/main.ron"], more].concat()));
    let (code, out, err) = gate(&["--out", "sarif=-"]);
    assert_eq!(code, 0, "{err}");
    let log: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
    assert!(log["runs"].is_array() && err.contains("promises"), "{err}");
    let (_, xml, _) = gate(&["--out", "junit=-"]);
    accepted_by_readers(&xml);
    for more in [&["--out", "junit=-", "--out", "sarif=-"][..], &["--json", "--out", "github=-"]] {
        let (code, out, err) = gate(more);
        assert_eq!((code, out.as_str()), (2, ""), "{more:?}");
        assert!(err.contains("standard output") && err.contains("--out FORMAT=FILE"), "{err}");
    }
}

/// A build that ends with 4 shows in its tests what it was for.
#[test]
fn a_denied_warning_is_a_failure_in_junit_too() {
    let repository = repository();
    let text = scenario("100 Mbps").replacen(
        "vms: [",
        "vms: [(name: \"idle\", host: \"hq1\", memory: \"1 GB\", disk: \"1 GB\"), ",
        1,
    );
    repository.write("dr/main.ron", &text);
    for (deny, is_denied) in [(&[][..], false), (&["--deny", "warnings"][..], true)] {
        let arguments = [&["gate", "dr/main.ron", "--out", "gate.xml", "--out", "gate.json"], deny].concat();
        let (code, out, err) = ended(&mut command(repository.path(), &arguments));
        assert_eq!(code, if is_denied { 4 } else { 0 }, "{out}{err}");
        let xml = fs::read_to_string(repository.at("gate.xml")).unwrap();
        accepted_by_readers(&xml);
        assert_eq!(xml.contains("<failure"), is_denied, "{xml}");
        assert_eq!(xml.contains("drsim.") && xml.contains(".warnings\""), is_denied, "{xml}");
        let json = fs::read_to_string(repository.at("gate.json")).unwrap();
        assert_eq!(json.contains("\"denied\""), is_denied, "{json}");
    }
}

#[test]
fn a_baseline_is_found_from_any_folder_and_inside_a_hook_of_another_repository() {
    let repository = repository();
    repository.git(&["tag", "v1"]);
    repository.write(
        "dr/main.ron",
        &scenario("100 Mbps").replacen("schema: 1,", "schema: 1, include: [\"common/none.ron\"],", 1),
    );
    repository.write("dr/common/none.ron", "()\n");
    repository.commit("an include");
    let dr = repository.path().join("dr");
    for (folder, file) in [
        (repository.path(), "dr/main.ron"),
        (&dr, "main.ron"),
        (&dr, "../dr/./main.ron"),
        (&dr, "common/../../dr/main.ron"),
    ] {
        for revision in ["git:HEAD", "git:v1"] {
            let mut gate = command(folder, &["gate", file, "--baseline", revision]);
            let (code, out, err) = ended(gate.env("GIT_DIR", "nowhere").env("GIT_INDEX_FILE", "nowhere"));
            assert_eq!(code, 0, "{file} {revision}: {out}{err}");
            assert!(out.contains(&format!("revision {} (", &revision[4..])), "{out}");
        }
    }
}

/// What a pipeline meets: each is refused with what to do, and with 2, not with a green build.
#[test]
fn a_baseline_that_git_does_not_give_is_refused_with_the_way_out() {
    let repository = repository();
    repository.write("new.ron", &scenario("100 Mbps"));
    repository.commit("another scenario");
    let refused =
        |folder: &Path, file: &str, spec: &str, words: &[&str], change: &dyn Fn(&mut assert_cmd::Command)| {
            let mut gate = command(folder, &["gate", file, "--baseline", spec, "--out", "gate.xml"]);
            change(&mut gate);
            let (code, out, err) = ended(&mut gate);
            assert_eq!((code, out.as_str()), (2, ""), "{err}");
            assert!(words.iter().all(|word| err.contains(word)), "{err}");
        };
    let as_it_is = |_: &mut assert_cmd::Command| {};
    let at = repository.path();
    refused(at, "dr/main.ron", "git:HEAD", &["there is no `git` on the PATH", "--baseline DIR"], &|gate| {
        gate.env("PATH", "");
    });
    // Another user's, as in a container: nothing of it is run, so that it may be read.
    let mut gate = command(at, &["gate", "dr/main.ron", "--baseline", "git:HEAD"]);
    assert_eq!(ended(gate.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")).0, 0);
    refused(at, "dr/main.ron", "git:mian", &["no revision `mian`", "git:main"], &as_it_is);
    refused(
        at,
        "new.ron",
        "git:HEAD~1",
        &["the baseline, revision HEAD~1 (", "it is not in revision HEAD~1 ("],
        &as_it_is,
    );
    let (_folder, clone) = repository.clone(&["--depth", "1"]);
    refused(&clone, "dr/main.ron", "git:HEAD~1", &["shallow", "fetch-depth: 0"], &as_it_is);
    git(&clone, &["fetch", "--quiet", "--unshallow"]);
    assert_eq!(ended(&mut command(&clone, &["gate", "dr/main.ron", "--baseline", "git:HEAD~1"])).0, 0);
}

#[test]
fn a_check_writes_its_findings_for_code_scanning() {
    let repository = repository();
    let (code, out, _) =
        ended(&mut command(repository.path(), &["check", "dr/main.ron", "--out", "out/check.sarif"]));
    assert!(code == 0 && out.contains("ok"), "{out}");
    let text = fs::read_to_string(repository.at("out/check.sarif")).unwrap();
    assert!(text.contains("\"results\": []") && text.contains("\"2.1.0\""), "{text}");
    repository.write("dr/main.ron", "(schema: 1");
    assert_eq!(
        ended(&mut command(repository.path(), &["check", "dr/main.ron", "--out", "out/check.sarif"])).0,
        2
    );
    let text = fs::read_to_string(repository.at("out/check.sarif")).unwrap();
    assert!(text.contains("\"E0101\"") && text.contains("\"uri\": \"dr/main.ron\""), "{text}");
    let (code, _, err) =
        ended(&mut command(repository.path(), &["check", "dr/main.ron", "--out", "sarif=dr/main.ron/x"]));
    assert!(code == 74 && err.contains("cannot write"), "{err}");
    let (code, out, _) =
        ended(&mut command(repository.path(), &["check", "dr/main.ron", "--out", "sarif=-"]));
    assert!(code == 2 && out == text, "{out}");
}

#[test]
fn every_shipped_scenario_keeps_its_promises_beside_its_committed_result() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in crate::golden::scenarios() {
        let (file, result) = (format!("scenarios/{name}.ron"), format!("reports/{name}/result.json"));
        let gate = ["gate", file.as_str(), "--baseline", &result, "--require-baseline"];
        let (code, out, err) = ended(&mut command(root, &gate));
        assert_eq!(code, 0, "{name}: {out}{err}");
    }
}
