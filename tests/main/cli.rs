//! The command line as a user and a CI meet it: what is printed where, exit codes, whole files or none.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use crate::golden::below;

const SCENARIO: &str = "scenarios/two-site.ron";

fn command() -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).timeout(Duration::from_secs(120));
    command
}

fn drsim(args: &[&str]) -> Output {
    command().args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Exit code, standard output, standard error.
pub fn said(args: &[&str]) -> (i32, String, String) {
    let output = drsim(args);
    (output.status.code().unwrap(), text(&output.stdout).into(), text(&output.stderr).into())
}

fn refused(args: &[&str], words: &[&str]) {
    let (code, out, err) = said(args);
    assert_eq!(code, 2, "{args:?}: {err}");
    assert_eq!(out, "", "{args:?}");
    for word in words {
        assert!(err.contains(word), "{args:?}: `{word}` is not in\n{err}");
    }
}

pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What matters first, then what to mind, each warning once: on a terminal both streams are one.
#[test]
fn a_warning_is_said_once_after_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("base.ron");
    let base = include_str!("language/problems/base.ron");
    let late = base.replace("vms: [\"dc\"], rpo: \"15m\"", "vms: [\"dc\"], rpo: \"5m\"");
    fs::write(&file, late).unwrap();
    let file = path(&file);
    let cases: [(&[&str], &str); 5] = [
        (&["check", file], "ok, 1 warning"),
        (&["run", file], "of 2 applications"),
        (&["run", file, "--set", "policies.5min.interval=15m", "--compare"], "RPA"),
        (&["gate", file], "promises"),
        (&["plan", file, "--ask", "bandwidth"], "Bandwidth of wan"),
    ];
    for (args, verdict) in cases {
        let both = tempfile::NamedTempFile::new().unwrap();
        let stream = || fs::OpenOptions::new().append(true).open(both.path()).unwrap();
        let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_drsim"));
        process.args(args).stdout(stream()).stderr(stream()).status().unwrap();
        let said = fs::read_to_string(both.path()).unwrap();
        let of_dc: Vec<usize> = said.match_indices("`identity`, 5m, equals").map(|(at, _)| at).collect();
        assert!(of_dc.len() == 1 && said.find(verdict).is_some_and(|at| at < of_dc[0]), "{args:?}:\n{said}");
        // A variant's own warnings are told too.
        assert_eq!(said.contains("`database`, 15m, equals"), args.contains(&"--set"), "{said}");
    }
}

/// Outages on full hours meet one phase of the copy cycle, however many they are; the instant that the hint names meets another.
#[test]
fn instants_of_one_phase_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("base.ron");
    fs::write(&file, include_str!("language/problems/base.ron")).unwrap();
    let run = |at: &[&str]| {
        let mut args = vec!["run", path(&file)];
        at.iter().for_each(|at| args.extend(["--at", at]));
        said(&args).2
    };
    let hours = run(&["Tue 10:00", "Wed 11:00", "Wed 12:35"]);
    assert!(
        hours.contains("all 3 instants meet the same phase of the copy cycle of policy `5min` (5m)"),
        "{hours}"
    );
    let days = run(&["Tue 10:02", "Wed 10:02"]);
    assert!(days.contains("same phase of the day, the copy cycle of policy `5min` (5m)"), "{days}");
    for told in [(&hours, ["Tue 10:00", "Wed 11:00"]), (&days, ["Tue 10:02", "Wed 10:02"])] {
        let other = told.0.split("--at \"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(run(&[told.1[0], told.1[1], other]), "");
    }
    for alone in [&["Tue 10:00"][..], &["Tue 10:00", "Tue 10:00"], &["Tue 10:00", "Wed 11:02"]] {
        assert_eq!(run(alone), "");
    }
}

/// What is wrong stands alone: the warnings of the scenario as written would only hide it.
#[test]
fn a_change_that_cannot_be_is_told_without_the_warnings() {
    let cases: [[&str; 4]; 3] = [
        ["run", SCENARIO, "--set", "links.wan.rate=100 Mb"],
        ["run", SCENARIO, "--outage", "hq-lots"],
        ["run", SCENARIO, "--at", "40d"],
    ];
    for args in cases {
        let (code, _, err) = said(&args);
        assert!(code == 2 && err.contains("error") && !err.contains("warning["), "{args:?}: {err}");
    }
}

/// The numbers of the readme's first command.
#[test]
fn the_first_command_of_a_fresh_clone_answers() {
    let (code, out, err) = said(&["run", SCENARIO]);
    assert_eq!(code, 0, "{err}");
    for words in
        ["applications meet their objectives", "web", "hq-lost", "wan-cut", "audit     holds", "next:"]
    {
        assert!(out.contains(words), "`{words}` is not in\n{out}");
    }
    assert!(err.contains("warning[W0302]") && err.contains("scenarios/two-site.ron:"), "{err}");
    let golden =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/two-site/summary.txt"));
    assert_eq!(out, golden.unwrap(), "the summary is the committed one");
}

#[test]
fn bare_and_wrong_commands_say_what_there_is() {
    refused(&["rum"], &["rum", "run"]);
    refused(&["run"], &["<FILE>"]);
    refused(&["run", SCENARIO, "--otage", "x"], &["--outage"]);
    refused(&["run", SCENARIO, "--png"], &["--out"]);
    refused(&["run", SCENARIO, "--threads", "0"], &["threads"]);
    let (code, out, _) = said(&["--version"]);
    assert_eq!((code, out.as_str()), (0, concat!("drsim ", env!("CARGO_PKG_VERSION"), "\n")));
    assert_eq!(said(&["--help"]).0, 0);
}

/// Wherever designs are run beside each other somebody may say how many at once; a plan is the same.
#[test]
fn a_plan_may_be_told_how_many_threads_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("main.ron");
    fs::write(&file, crate::hostile::BASE).unwrap();
    let file = file.to_str().unwrap();
    let plan = |threads: &str| said(&["plan", file, "--json", "--threads", threads]);
    let one = plan("1");
    assert!(one.0 == 0 && one.1.contains("\"levers\""), "{}", one.2);
    assert_eq!(plan("6"), one);
    refused(&["plan", file, "--threads", "0"], &["threads"]);
}

#[test]
fn check_counts_and_answers_with_its_exit_code() {
    let (code, out, err) = said(&["check", SCENARIO]);
    assert_eq!(code, 0);
    assert!(out.contains("ok, ") && out.contains("24 vms") && out.contains("next: drsim run"), "{out}");
    assert!(out.contains("\nbetween `dr` and `hq` there is one way: link `wan`\n"), "{out}");
    assert!(err.contains("warning[W0205]"), "{err}");
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.ron");
    fs::write(&broken, fs::read_to_string(SCENARIO).unwrap().replace("policy: \"30s\"", "policy: \"31s\""))
        .unwrap();
    let (code, out, err) = said(&["check", path(&broken)]);
    assert_eq!(code, 2);
    assert!(out.contains("1 error") && out.contains("next: drsim explain E0201"), "{out}");
    assert!(err.contains("error[E0201]") && err.contains("30s"), "{err}");
    let (code, out, err) = said(&["check", "--json", path(&broken)]);
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, err.as_str()), (2, ""));
    assert_eq!((&value["ok"], &value["problems"][0]["code"]), (&Value::from(false), &Value::from("E0201")));
    let (code, out, _) = said(&["check", "--defaults"]);
    assert!(code == 0 && out.contains("policy.retry"), "{out}");
    refused(&["run", path(&broken)], &["E0201"]);
}

#[test]
fn explain_knows_every_code_and_its_neighbours() {
    for code in drsim::problem::codes::ALL {
        let (exit, out, _) = said(&["explain", code.id]);
        assert!(exit == 0 && out.starts_with(code.id) && out.contains("What to do: "), "{out}");
    }
    assert_eq!(said(&["explain", "w0302"]).0, 0);
    refused(&["explain", "E0302x"], &["no code", "did you mean", "E0302"]);
    let (code, out, _) = said(&["explain"]);
    assert!(code == 0 && out.lines().count() == drsim::problem::codes::ALL.len() + 1);
    let last = "also known: fact 1.1 to 9.15, S1 to S94, trap T1 to T31, model §1 to §";
    assert!(out.lines().last().is_some_and(|line| line.starts_with(last)), "{out}");
}

#[test]
fn init_writes_lists_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("dr");
    let (code, out, _) = said(&["init"]);
    assert!(code == 0 && out.contains("two-site"), "{out}");
    let (code, out, _) = said(&["init", "two-site", path(&target)]);
    assert!(code == 0 && out.contains("next: drsim check"), "{out}");
    let file = target.join("two-site.ron");
    assert_eq!(fs::read(&file).unwrap(), fs::read(SCENARIO).unwrap());
    fs::write(&file, "mine").unwrap();
    refused(&["init", "two-site", path(&target)], &["exists", "not overwritten"]);
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    refused(&["init", "two-sight", path(&target)], &["did you mean `two-site`"]);
    assert_eq!(below(&target).len(), 1, "nothing else is left");
    let blocked = file.join("below");
    assert_eq!(said(&["init", "two-site", path(&blocked)]).0, 74);
}

#[test]
fn a_report_folder_has_all_files_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("a/report");
    assert_eq!(said(&["run", SCENARIO, "--out", path(&out)]).0, 0);
    let files = below(&out);
    let of = |end: &str| files.keys().filter(|name| name.ends_with(end)).count();
    assert!(
        ["report.html", "result.json", "result.xlsx", "report.sha256"]
            .iter()
            .all(|name| files.contains_key(*name))
    );
    let told = include_str!("../../docs/results.md")
        .split_once("`csv/*.csv`: ")
        .unwrap()
        .1
        .split_once(" ·")
        .unwrap()
        .0;
    let told: BTreeSet<String> = told.split(',').map(|name| format!("csv/{}.csv", name.trim())).collect();
    let tables = files.keys().filter(|name| name.ends_with(".csv")).cloned().collect();
    assert_eq!(told, tables, "the tables that docs/results.md names");
    let plots = of(".svg");
    assert_eq!((of(".png"), of(".tmp"), files.len()), (0, 0, 5 + told.len() + plots));
    assert!(plots >= 6, "{:?}", files.keys());
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/two-site/result.json");
    assert!(files["result.json"] == fs::read(golden).unwrap());
    assert_eq!(said(&["run", SCENARIO, "--out", path(&out), "--png"]).0, 0);
    let png = below(&out).keys().filter(|name| name.ends_with(".png")).count();
    assert_eq!(png, plots, "a PNG beside every SVG");
}

#[test]
fn json_on_stdout_is_sorted_and_complete() {
    let (code, out, err) = said(&["run", SCENARIO, "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let value: Value = serde_json::from_str(&out).unwrap();
    let top: Vec<&str> =
        out.lines().filter_map(|line| line.strip_prefix("  \"")?.split('"').next()).collect();
    assert!(top.is_sorted(), "{top:?}");
    assert_eq!(top, ["command", "engine_version", "runs", "schema_version"]);
    for key in
        "variant scenario_hash seed digest audit applications vms links hosts outages warnings".split(' ')
    {
        assert!(value["runs"][0].get(key).is_some(), "{key}");
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/two-site/result.json");
    // What a page says beside the run is simulated only where there is a page.
    let mut golden: Value = serde_json::from_str(&fs::read_to_string(golden).unwrap()).unwrap();
    let drawn = golden["runs"][0]["drawn"].as_object_mut().unwrap();
    assert!(["calendars", "levers", "shorter"].iter().all(|key| drawn.remove(*key).is_some()));
    assert_eq!(value, golden);
}

/// One run or several, printed or in folders: the same shape, and each says which variant it is.
#[test]
fn json_of_variants_is_a_list_of_runs_of_which_each_has_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let variants = ["--set", "seed=8; links.wan.rate=100 Mbps", "--at", "Tue 14:05", "--compare"];
    let command = [&["run", SCENARIO, "--json", "--out", path(&out)], &variants[..]].concat();
    let printed: Value = serde_json::from_str(&said(&command).1).unwrap();
    assert!(
        printed["command"]
            .as_str()
            .unwrap()
            .contains("--at \"Tue 14:05\" --set \"seed=8; links.wan.rate=100 Mbps\"")
    );
    let runs = printed["runs"].as_array().unwrap();
    let of =
        |run: &Value| (run["variant"].clone(), run["set"].clone(), run["at"].clone(), run["seed"].clone());
    let at = "2026-03-03T14:05:00+01:00";
    let set = json!(["seed=8", "links.wan.rate=100 Mbps"]);
    assert_eq!(of(&runs[0]), (json!("Tue 14:05"), json!([]), json!(at), json!(7)));
    let name = "seed=8; links.wan.rate=100 Mbps at Tue 14:05";
    assert_eq!(of(&runs[1]), (json!(name), set, json!(at), json!(8)));
    for (index, run) in runs.iter().enumerate() {
        let stored = out.join(format!("variant-{}/result.json", index + 1));
        let stored: Value = serde_json::from_str(&fs::read_to_string(stored).unwrap()).unwrap();
        let alone = json!({ "command": printed["command"], "engine_version": printed["engine_version"],
            "schema_version": printed["schema_version"], "runs": [run] });
        assert_eq!(stored, alone, "variant-{}", index + 1);
    }
}

#[test]
fn what_cannot_be_written_is_74() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let (code, _, err) = said(&["run", SCENARIO, "--out", path(&file.join("below"))]);
    assert!(code == 74 && err.contains("cannot write"), "{code}: {err}");
    assert_eq!(below(folder.path()).len(), 1);
}

#[test]
fn wrong_outages_times_and_paths_are_refused_with_a_hint() {
    refused(&["run", SCENARIO, "--outage", "hq-lots"], &["no outage `hq-lots`", "did you mean `hq-lost`"]);
    refused(&["run", SCENARIO, "--at", "9d"], &["--at", "outside the run"]);
    refused(&["run", SCENARIO, "--at", "Teu 14:00"], &["E0302"]);
    refused(&["run", SCENARIO, "--set", "links.wam.rate=1 Mbps"], &["E0212", "wan"]);
    refused(&["run", SCENARIO, "--set", "links.wan.rate"], &["no `=`"]);
    refused(&["run", SCENARIO, "--set", "links.wan.rate=100"], &["E0301"]);
    refused(&["run", "none.ron"], &["E0104"]);
    refused(&["run", "scenarios"], &["E0104", "directory"]);
}

#[test]
fn variants_stand_side_by_side() {
    let set = ["links.wan.rate=100 Mbps", "policies.15min.interval=5m; seed=8"];
    let (code, out, _) =
        said(&["run", SCENARIO, "--outage", "hq-lost", "--compare", "--set", set[0], "--set", set[1]]);
    assert_eq!(code, 0);
    let table = out.split("\n\n").next().unwrap();
    let rows = |label: &str| table.lines().filter(|line| line.contains(label)).count();
    assert!(out.contains("variant") && rows("as written") == 4 && rows("links.wan.rate") == 4, "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    let (code, out, _) =
        said(&["run", SCENARIO, "--outage", "hq-lost", "--at", "Tue 14:05", "--at", "Sun 03:00"]);
    assert!(code == 0 && out.contains("Sun 03:00"), "{out}");
}

#[test]
fn output_that_is_no_terminal_has_no_colour_and_no_progress() {
    for no_colour in ["", "1"] {
        let output = command().args(["run", SCENARIO]).env("NO_COLOR", no_colour).output().unwrap();
        for bytes in [&output.stdout, &output.stderr] {
            assert!(!bytes.contains(&0x1b) && !bytes.contains(&b'\r'), "{}", text(bytes));
        }
        assert!(!text(&output.stderr).contains("to go"));
    }
    let forced = command().args(["run", SCENARIO]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(forced.stdout.contains(&0x1b), "colours can be asked for");
    let both =
        command().args(["run", SCENARIO]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(both.status.success());
}

#[test]
fn hostile_files_are_refused_with_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    for (name, bytes, code) in [
        ("latin.ron", b"(schema: 1, name: \"\xfc\")".to_vec(), "E0102"),
        ("deep.ron", "[".repeat(3_000_000).into_bytes(), "E0107"),
        ("deep2.ron", "(a:".repeat(1_000_000).into_bytes(), "E0107"),
        ("zero.ron", vec![0; 100_000], "E01"),
        ("empty.ron", Vec::new(), "E01"),
    ] {
        let path = file(name, &bytes);
        for verb in ["run", "check"] {
            let (exit, _, err) = said(&[verb, path.to_str().unwrap()]);
            assert!(exit == 2 && err.contains(code) && err.len() < 20_000, "{name}: {exit} {err}");
        }
    }
}

/// 100 MB of text within 300 MB of address space: it is not even read.
#[cfg(target_os = "linux")]
#[test]
fn a_huge_file_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let huge = folder.path().join("huge.ron");
    let file = fs::File::create(&huge).unwrap();
    file.set_len(100_000_000).unwrap();
    for (before, input) in [("", path(&huge)), ("cat /dev/zero |", "/dev/stdin")] {
        let script = format!("ulimit -v 300000; {before} '{}' run '{input}'", env!("CARGO_BIN_EXE_drsim"));
        let output =
            assert_cmd::Command::new("sh").args(["-c", &script]).timeout(Duration::from_secs(60)).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("E0103"), "{}", text(&output.stderr));
    }
}

#[cfg(unix)]
mod signals {
    use super::*;
    use std::process::{Child, Command, Stdio};

    fn start(args: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drsim"));
        command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        command.current_dir(env!("CARGO_MANIFEST_DIR")).spawn().unwrap()
    }

    fn signal(child: &Child, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Two thousand VMs copied every 30 s for a year.
    fn long() -> String {
        "(schema: 1, name: \"long\", start: \"2026-01-01T00:00[UTC]\", horizon: \"365d\", seed: 1,
          sites: [(name: \"a\", zone: \"UTC\"), (name: \"b\", zone: \"UTC\")],
          hosts: [(name: \"a1\", site: \"a\", cores: 9999, memory: \"90 TB\", volumes: [(name: \"v\")]),
                  (name: \"b1\", site: \"b\", cores: 9999, memory: \"90 TB\", volumes: [(name: \"v\")])],
          links: [(name: \"wan\", from: \"a\", to: \"b\", rate: \"10 Gbps\")],
          vmm_servers: [(name: \"va\", site: \"a\"), (name: \"vb\", site: \"b\")],
          clouds: [(name: \"ca\", vmm: \"va\", hosts: [\"a1\"]), (name: \"cb\", vmm: \"vb\", hosts: [\"b1\"])],
          networks: [(name: \"n\", site: \"a\")],
          vms: [(name: \"v-{n}\", count: 2000, host: \"a1\", memory: \"1 GB\", disk: \"1 GB\", churn: \"1 KB/s\", network: \"n\")],
          policies: [(name: \"p\", interval: \"30s\")],
          protection: [(from: \"ca\", to: \"cb\", policy: \"p\")])"
            .to_owned()
    }

    #[test]
    fn a_long_run_ends_at_once_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let scenario = folder.path().join("long.ron");
        fs::write(&scenario, long()).unwrap();
        assert_eq!(said(&["check", path(&scenario)]).0, 0, "{}", said(&["check", path(&scenario)]).2);
        for (name, code) in [("INT", 130), ("TERM", 143)] {
            let out = folder.path().join(name);
            let mut child = start(&["run", path(&scenario), "--out", path(&out)]);
            std::thread::sleep(Duration::from_millis(1500));
            assert!(child.try_wait().unwrap().is_none(), "the run is too short to be interrupted");
            signal(&child, name);
            assert_eq!(child.wait().unwrap().code(), Some(code));
            assert!(!out.exists());
        }
    }

    /// Rows of outages wait in a file without a name until all are there.
    #[test]
    fn json_that_is_interrupted_is_not_begun_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (scenario, waiting) = (folder.path().join("many.ron"), folder.path().join("waiting"));
        let losses = (0..4000).map(|n| format!(r#"(name: "n{n}", faults: [(site: "hq", at: "{n}m")]), "#));
        let outages = format!("outages: [{}", losses.collect::<String>());
        fs::write(&scenario, fs::read_to_string(SCENARIO).unwrap().replacen("outages: [", &outages, 1))
            .unwrap();
        fs::create_dir(&waiting).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_drsim"));
        command.args(["run", path(&scenario), "--json"]).env("TMPDIR", &waiting);
        command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(1500));
        assert!(child.try_wait().unwrap().is_none(), "the run is too short to be interrupted");
        signal(&child, "TERM");
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(143), 0));
        assert!(below(&waiting).is_empty());
    }

    /// Interrupted at many instants of the writing: every file that is there is whole.
    #[test]
    fn an_interrupted_report_has_whole_files_only() {
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("whole");
        assert_eq!(said(&["run", SCENARIO, "--png", "--out", path(&whole)]).0, 0);
        let whole = below(&whole);
        let mut partial = 0;
        for step in 0..40_u64 {
            let out = folder.path().join(format!("out-{step}"));
            let mut child = start(&["run", SCENARIO, "--png", "--out", path(&out)]);
            // From the first file on, wherever this machine is by then.
            while child.try_wait().unwrap().is_none() && !out.exists() {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(step * 5));
            let Ok(None) = child.try_wait() else { continue };
            signal(&child, "TERM");
            let code = child.wait().unwrap().code();
            assert!(matches!(code, Some(0 | 143)), "{code:?}");
            let files = below(&out);
            partial += usize::from(files.len() < whole.len());
            for (name, bytes) in &files {
                let kept = whole.get(name).unwrap_or_else(|| panic!("{name} is left behind"));
                // The page and the plots do not depend on the folder.
                assert!(bytes == kept, "{name} is not whole");
            }
        }
        assert!(partial > 0, "no run was interrupted while it wrote");
    }
}
