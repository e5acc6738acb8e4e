//! Many outages: a site is lost 1,000 times in a week of 24 VMs, and 100 times in one of 1,000, from text to JSON.
//! `cargo bench --bench outages`. Each run is a process of its own, because only a process tells the most memory it ever had.
//!
//! Targets with one thread, user CPU and peak memory: 2.2 s and 60 MB, and 250 MB; with two, on two free cores, 1.8 times as fast.

mod cpu;
#[path = "outages/fleets.rs"]
mod fleets;

use std::collections::BTreeMap;
use std::process::Command;

use cpu::{clock_seconds, user_seconds};
use drsim::assess::{Options, assess};
use drsim::report::json;
use drsim::scenario::Scenario;

/// Name, scenario, and most MB with one thread.
type Case = (&'static str, fn() -> String, u64);

const CASES: [Case; 2] = [
    ("24 VMs x 1,000 outages", || fleets::two_site(1000), 60),
    ("1,000 VMs x 100 outages", || fleets::many_vms(1000, 100), 250),
];

/// Marks a process that runs one case.
const CHILD: &str = "--case";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == CHILD) {
        let [case, threads] = [1, 2].map(|next| arguments[at + next].parse().expect("a number"));
        return run(&CASES[case], threads);
    }
    let this = std::env::current_exe().expect("a process knows its program");
    for case in 0..CASES.len() {
        for threads in [1, 2] {
            let numbers = [case, threads].map(|number| number.to_string());
            let ended = Command::new(&this).arg(CHILD).args(numbers).status().expect("it starts");
            assert!(ended.success(), "a case failed");
        }
    }
}

fn run((name, text, most): &Case, threads: usize) {
    let files = BTreeMap::from([("many.ron".to_owned(), text().into_bytes())]);
    let parsed = Scenario::parse(&files, "many.ron");
    let (scenario, _) = parsed.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let (start, before, read_mb) = (clock_seconds(), user_seconds(), peak_mb());
    let (results, _) = assess(&scenario, &Options { threads, progress: &|_| {} }).expect("the audit holds");
    let (ran, ran_s, ran_mb) = (user_seconds(), clock_seconds() - start, peak_mb());
    let mut written = Written(0);
    json::stream(&json::InOrder(&results), &mut written).expect("it is only counted");
    println!(
        "{name:<24} {threads} threads  {:>5.2} s user CPU, {:>5.2} s long (run {:.2} s, {ran_s:.2} s)  {:>5} MB of {most} (read {read_mb}, run {ran_mb})  \
         {} MB of JSON, digest {}",
        user_seconds() - before,
        clock_seconds() - start,
        ran - before,
        peak_mb(),
        written.0 / 1_000_000,
        &results.digest[..8],
    );
}

/// Counts bytes, and keeps none.
struct Written(usize);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The most memory that this process ever had, MB; 0 where the system does not tell.
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: u64 = peak.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0);
    kib * 1024 / 1_000_000
}
