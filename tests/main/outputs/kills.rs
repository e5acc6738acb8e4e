//! Every command that writes, ended at random instants: what is there is whole, or says it is not, and the next run mends the rest.
//!
//! `DRSIM_KILLS` is how often each command is ended by each signal; the slow suite ends them 500 times.
#![allow(clippy::disallowed_types, reason = "instants of a process, not of a simulation")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::scenario;
use crate::cli::path;
use crate::golden::{Files, below};

const KILLS: u64 = 2;

/// A command that writes into `out`, by its words; `{in}` is the folder of its inputs.
const WRITERS: [(&str, &str); 17] = [
    ("run", "run {in}/base.ron --out {out}/report"),
    ("variants", "run {in}/base.ron --set seed=2 --compare --out {out}/report"),
    ("plan", "plan {in}/base.ron --ask site --out {out}/plan"),
    ("gate", "gate {in}/base.ron --out junit={out}/gate.xml --out markdown={out}/gate.md"),
    ("check", "check {in}/base.ron --out {out}/check.sarif"),
    ("baseline", "baseline update {in}/base.ron --allow-worse --out {out}/baseline.json"),
    ("bounds", "baseline update {out}/main.ron --baseline {in}/slow.ron"),
    ("sweep", "sweep {in}/base.ron --every 12h --out {out}/sweep"),
    ("report", "report {in}/result.json --out {out}/report"),
    ("series", "series {in}/base.ron --out {out}/series"),
    ("compare", "compare {in}/base.ron --measured {in}/measured.json --out {out}/compare"),
    ("churn", "import churn {in}/wide.csv --values bytes -o {out}/traces.series"),
    ("inventory", "import inventory {in}/vInfo.csv -o {out}/machines.ron"),
    ("topology", "import topology {in}/net.gml --main Paris --recovery Rome -o {out}/network.ron"),
    ("estate", "import estate {in}/vInfo.csv --churn {in}/hour.csv -o {out}/traces.ron"),
    ("init", "init two-site {out}/dr"),
    ("fmt", "fmt {out}/main.ron"),
];

/// These write what is not there yet.
const ONCE: [&str; 5] = ["churn", "inventory", "topology", "estate", "init"];

struct Writer {
    name: &'static str,
    words: Vec<String>,
    out: PathBuf,
    /// What is there before and after a run.
    before: Files,
    after: Files,
    /// How long a run takes.
    takes: Duration,
}

impl Writer {
    fn new(folder: &Path, name: &str) -> Writer {
        let (name, words) = WRITERS.into_iter().find(|(it, _)| *it == name).unwrap();
        let out = folder.join("out");
        let words = words.replace("{in}", path(folder)).replace("{out}", path(&out));
        let mut it = Writer {
            name,
            words: words.split(' ').map(str::to_owned).collect(),
            out,
            before: Files::new(),
            after: Files::new(),
            takes: Duration::ZERO,
        };
        inputs(folder, name, "before");
        if ["bounds", "fmt"].contains(&name) {
            let text = fs::read_to_string(folder.join("base.ron")).unwrap();
            let gate = "gates: [(vm: \"*\", metric: \"age_max\", at_most: \"1d\")], outages: [";
            let with = text.replacen("outages: [", gate, 1);
            fs::write(folder.join("slow.ron"), with.replace("100 Mbps", "20 Mbps")).unwrap();
            fs::create_dir(&it.out).unwrap();
            fs::write(it.out.join("main.ron"), with).unwrap();
        } else if !ONCE.contains(&name) {
            it.run();
        }
        it.before = below(&it.out);
        inputs(folder, name, "after");
        let begin = Instant::now();
        it.run();
        (it.takes, it.after) = (begin.elapsed(), below(&it.out));
        assert!(!it.after.is_empty());
        if it.before == it.after {
            // Of another program, say: these say the same of both scenarios.
            it.before.values_mut().for_each(|bytes| *bytes = b"old".to_vec());
        }
        it
    }

    fn start(&self) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drsim"));
        command.args(&self.words).stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        command.spawn().unwrap()
    }

    fn run(&self) {
        let code = self.start().wait().unwrap().code();
        assert!(matches!(code, Some(0 | 1)), "{:?} ended with {code:?}", self.words);
    }

    fn restore(&self) {
        let _ = fs::remove_dir_all(&self.out);
        for (name, bytes) in &self.before {
            let path = self.out.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    /// Whether everything there is of before or after; a report with a list is all of one of them.
    fn check(&self) {
        let now = below(&self.out);
        let visible = |files: &Files| -> Files {
            let seen =
                files.iter().filter(|(name, _)| !name.split('/').any(|part| part.starts_with(".drsim-")));
            seen.map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
        };
        let seen = visible(&now);
        for (name, bytes) in &seen {
            let is_whole = [&self.before, &self.after].iter().any(|files| files.get(name) == Some(bytes));
            assert!(is_whole, "{:?}: {name} is not whole", self.words);
        }
        let is_pair = seen.keys().any(|name| name.starts_with("traces."));
        assert!(
            !is_pair || seen.contains_key("traces.series"),
            "{:?}: a scenario without its series",
            self.words
        );
        if seen.keys().any(|name| name.ends_with(".sha256")) {
            assert!(
                seen == self.before || seen == self.after,
                "{:?}: a list, and no whole report",
                self.words
            );
        }
    }

    /// The next run makes all that is missing, and clears what is left. Those that write what is not there yet have nothing to do once it is.
    fn mend(&self) {
        if !ONCE.contains(&self.name) || self.after.keys().any(|name| !self.out.join(name).is_file()) {
            self.run();
            assert!(below(&self.out) == self.after, "{}: the next run did not mend it", self.name);
            assert_eq!(self.has_left(), [""; 0], "{}: the next run left", self.name);
        }
    }

    fn has_left(&self) -> Vec<String> {
        fn walk(folder: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.starts_with(".drsim-") {
                    found.push(name);
                } else if entry.path().is_dir() {
                    walk(&entry.path(), found);
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.out, &mut found);
        found
    }
}

/// What the commands read; not the same before and after.
fn inputs(folder: &Path, name: &str, when: &str) {
    let bytes = if when == "after" { 2000 } else { 1000 };
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    scenario(folder, when);
    write("wide.csv", &format!("time,web\n2026-03-02T00:00:00Z,{bytes}\n2026-03-02T00:05:00Z,3000\n"));
    write("hour.csv", &format!("time,web [B/s]\n2026-03-02T00:00:00Z,{bytes}\n2026-03-02T00:05:00Z,3000\n"));
    write("vInfo.csv", "VM,Powerstate,CPUs,Memory,Total disk capacity MiB\nweb,poweredOn,1,1024,10240\n");
    write(
        "net.gml",
        "graph [\n node [ id 0 label \"Paris\" ]\n node [ id 1 label \"Rome\" ]\n \
         edge [ source 0 target 1 LinkSpeed \"100\" LinkSpeedUnits \"M\" ]\n]\n",
    );
    if name == "report" {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drsim"));
        let ran = command.args(["run", path(&folder.join("base.ron")), "--json"]).output().unwrap();
        fs::write(folder.join("result.json"), ran.stdout).unwrap();
    }
    let latency = bytes / 1000;
    write(
        "measured.json",
        &format!(
            "[{{\"Name\": \"sql\", \"MonitoringStartTime\": \"2026-03-02T09:00:00+01:00\", \
             \"MonitoringEndTime\": \"2026-03-02T21:00:00+01:00\", \"AverageReplicationSize\": 300000000, \
             \"AverageReplicationLatency\": \"00:00:0{latency}\"}}]"
        ),
    );
}

/// Instants by a generator of its own, so that each test draws others: the middle of a square's digits would do as well.
fn draw(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below.max(1)
}

/// Ends it somewhere in its run, every other time once it has begun to write.
fn end_somewhere(writer: &Writer, signal: &str, state: &mut u64) -> Option<i32> {
    let mut child = writer.start();
    let takes = u64::try_from(writer.takes.as_micros()).unwrap();
    if draw(state, 2) == 0 {
        std::thread::sleep(Duration::from_micros(draw(state, takes * 11 / 10)));
    } else {
        while child.try_wait().unwrap().is_none() && writer.has_left().is_empty() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(draw(state, 20_000)));
    }
    let _ = Command::new("kill")
        .args([&format!("-{signal}"), &child.id().to_string()])
        .stderr(Stdio::null())
        .status();
    child.wait().unwrap().code()
}

fn endure(name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let writer = Writer::new(folder.path(), name);
    let kills = std::env::var("DRSIM_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let mut state = kills + name.len() as u64;
    for signal in ["KILL", "TERM", "INT"] {
        for _ in 0..kills {
            writer.restore();
            let code = end_somewhere(&writer, signal, &mut state);
            writer.check();
            let left = writer.has_left();
            if signal != "KILL" {
                assert!(matches!(code, None | Some(0 | 1 | 130 | 143)), "{name}: {code:?}");
                let folders = left.iter().filter(|name| name.ends_with(".tmp"));
                assert_eq!(folders.count(), 0, "{name} by {signal}: {left:?}");
                // Between two renames only the signal that nobody can hear comes.
                let traces = below(&writer.out).keys().filter(|name| name.starts_with("traces.")).count();
                assert!(matches!(traces, 0 | 2), "a series without its scenario");
            }
            writer.mend();
        }
    }
}

#[test]
fn a_killed_run_leaves_a_whole_report_or_none() {
    endure("run");
}

#[test]
fn killed_variants_leave_a_whole_report_or_none() {
    endure("variants");
}

#[test]
fn a_killed_plan_leaves_a_whole_report_or_none() {
    endure("plan");
}

#[test]
fn a_killed_gate_leaves_whole_files() {
    endure("gate");
}

#[test]
fn a_killed_check_leaves_a_whole_file() {
    endure("check");
}

#[test]
fn a_killed_update_leaves_a_whole_baseline() {
    endure("baseline");
}

#[test]
fn killed_bounds_leave_a_whole_scenario() {
    endure("bounds");
}

#[test]
fn a_killed_fmt_leaves_a_whole_scenario() {
    endure("fmt");
}

#[test]
fn a_killed_sweep_leaves_a_whole_report_or_none() {
    endure("sweep");
}

#[test]
fn a_killed_report_leaves_a_whole_report_or_none_and_a_killed_series_whole_files() {
    ["report", "series"].into_iter().for_each(endure);
}

#[test]
fn a_killed_comparison_leaves_a_whole_report_or_none() {
    endure("compare");
}

#[test]
fn killed_imports_leave_whole_scenarios() {
    ["inventory", "topology"].into_iter().for_each(endure);
}

#[test]
fn killed_imports_of_series_leave_both_files_or_none() {
    ["churn", "estate"].into_iter().for_each(endure);
}

/// Where a debugger may follow: ended at each call that changes a name, one after the other, by the signal that nobody can hear.
#[test]
fn a_command_that_is_killed_between_any_two_renames_is_mended_by_the_next_run() {
    let traces = |child: &mut Command| child.output().is_ok_and(|output| output.status.success());
    if !traces(Command::new("strace").args(["-qq", "-f", "-e", "trace=rename", "true"])) {
        eprintln!("skipped: there is no strace, or no leave to trace");
        return;
    }
    // Variants are a report of as many folders: twice as many names, of the same kinds.
    let is_slow = std::env::var_os("DRSIM_KILLS").is_some();
    for (name, _) in WRITERS.into_iter().filter(|(name, _)| is_slow || *name != "variants") {
        let folder = tempfile::tempdir().unwrap();
        let writer = Writer::new(folder.path(), name);
        let mut ended = 0;
        for call in 1..400 {
            writer.restore();
            let inject = format!("inject=rename,renameat,renameat2,unlink:signal=KILL:when={call}");
            let mut command = Command::new("strace");
            command.args([
                "-qq",
                "-f",
                "-o",
                path(&folder.path().join("trace")),
                "-e",
                "trace=rename,renameat,renameat2,unlink",
                "-e",
                &inject,
            ]);
            command.arg(env!("CARGO_BIN_EXE_drsim")).args(&writer.words);
            command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
            if command.status().unwrap().code().is_some() {
                break;
            }
            ended += 1;
            writer.check();
            writer.mend();
        }
        println!("{name}: ended at {ended} calls");
        assert!(ended > 0, "{name}: it was never ended");
    }
}

/// Commands with an option that names what to write, by their help: none is missing above.
#[test]
fn every_command_that_writes_is_ended() {
    fn help(words: &[&str]) -> String {
        crate::cli::said(&[words, &["--help"]].concat()).1
    }
    fn commands(words: &[&str], found: &mut Vec<(String, String)>) {
        let text = help(words);
        let inner: Vec<&str> = text
            .lines()
            .skip_while(|line| *line != "Commands:")
            .skip(1)
            .take_while(|line| line.starts_with("  "))
            .filter(|line| !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help")
            .collect();
        for name in &inner {
            commands(&[words, &[*name]].concat(), found);
        }
        if inner.is_empty() {
            found.push((words.join(" "), text));
        }
    }
    let mut found = Vec::new();
    commands(&[], &mut found);
    assert!(found.len() >= 14, "{}", found.len());
    let mut missing = Vec::new();
    for (command, help) in found {
        let options = help.lines().map(str::trim_start);
        let writes = options
            .filter_map(|line| line.split_whitespace().find(|word| word.starts_with("--")))
            .filter(|option| *option == "--out");
        let writes: Vec<String> =
            writes.map(str::to_owned).chain((command == "init").then(String::new)).collect();
        for option in writes {
            let is_there = |words: &str| {
                let is_named = [" --out ", " -o "].iter().any(|name| words.contains(name));
                words.starts_with(&format!("{command} ")) && (option.is_empty() || is_named)
            };
            if !WRITERS.iter().any(|(_, words)| is_there(words)) {
                missing.push(format!("{command} {option}"));
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn a_killed_init_leaves_a_whole_scenario() {
    endure("init");
}
