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
const WRITERS: [(&str, &str); 8] = [
    ("run", "run {in}/base.ron --out {out}/report"),
    ("variants", "run {in}/base.ron --set seed=2 --out {out}/report"),
    ("plan", "plan {in}/base.ron --ask site --out {out}/plan"),
    ("gate", "gate {in}/base.ron --out junit={out}/gate.xml --out markdown={out}/gate.md"),
    ("check", "check {in}/base.ron --sarif {out}/check.sarif"),
    ("baseline", "baseline update {in}/base.ron --allow-worse --out {out}/baseline.json"),
    ("churn", "import churn {in}/wide.csv --values bytes -o {out}/traces.series"),
    ("init", "init two-site {out}/dr"),
];

struct Writer {
    words: Vec<String>,
    out: PathBuf,
    /// What is there before and after a run.
    before: Files,
    after: Files,
    /// How long a run takes.
    takes: Duration,
}

impl Writer {
    fn new(folder: &Path, words: &str) -> Writer {
        let out = folder.join("out");
        let words = words.replace("{in}", path(folder)).replace("{out}", path(&out));
        let mut it = Writer {
            words: words.split(' ').map(str::to_owned).collect(),
            out,
            before: Files::new(),
            after: Files::new(),
            takes: Duration::ZERO,
        };
        let wide = |rate: u32| format!("time,web\n2026-03-02T00:00:00Z,{rate}\n2026-03-02T00:05:00Z,3000\n");
        scenario(folder, "before");
        fs::write(folder.join("wide.csv"), wide(1000)).unwrap();
        // These write what is not there yet.
        if !words.starts_with("import") && !words.starts_with("init") {
            it.run();
            it.before = below(&it.out);
        }
        scenario(folder, "after");
        fs::write(folder.join("wide.csv"), wide(2000)).unwrap();
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
        if seen.keys().any(|name| name.ends_with(".sha256")) {
            assert!(
                seen == self.before || seen == self.after,
                "{:?}: a list, and no whole report",
                self.words
            );
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
    let (_, words) = WRITERS.iter().find(|(it, _)| *it == name).unwrap();
    let writer = Writer::new(folder.path(), words);
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
            // Those that write what is not there yet have nothing to do once it is.
            if name != "init" || below(&writer.out).is_empty() {
                writer.run();
                assert!(below(&writer.out) == writer.after, "{name}: the next run did not mend it");
                assert_eq!(writer.has_left(), [""; 0], "{name}: the next run left");
            }
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
fn a_killed_import_leaves_both_files_or_none() {
    endure("churn");
}

#[test]
fn a_killed_init_leaves_a_whole_scenario() {
    endure("init");
}
