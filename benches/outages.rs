//! Many outages: a site is lost 1,000 times in a week of 24 VMs, and 100 times in one of 1,000, from text to JSON.
//! `cargo bench --bench outages`. Each run is a process of its own, because only a process tells the most memory it ever had.
//! And what it costs to fork a run: time, and memory while nothing of it has changed.
//!
//! Targets with one thread, user CPU and peak memory: 2.2 s and 60 MB, and 250 MB; with two, on two free cores, 1.8 times as fast.

mod cpu;
#[path = "outages/fleets.rs"]
mod fleets;

use std::collections::BTreeMap;
use std::process::Command;

use cpu::{clock_seconds, user_seconds};
use drsim::assess::Options;
use drsim::engine::plane::Plane;
use drsim::engine::state::Kernel;
use drsim::measure::watch::Watch;
use drsim::report::json::{Variant, direct};
use drsim::scenario::Scenario;
use drsim::sim::{Relations, World};
use drsim::units::Time;

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
        return if threads == 0 { fork(&CASES[case]) } else { run(&CASES[case], threads) };
    }
    let this = std::env::current_exe().expect("a process knows its program");
    for case in 0..CASES.len() {
        for threads in [0, 1, 2] {
            let numbers = [case, threads].map(|number| number.to_string());
            let ended = Command::new(&this).arg(CHILD).args(numbers).status().expect("it starts");
            assert!(ended.success(), "a case failed");
        }
    }
}

fn parse(text: &str) -> Scenario {
    let files = BTreeMap::from([("many.ron".to_owned(), text.as_bytes().to_vec())]);
    Scenario::parse(&files, "many.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false))).0
}

/// Forks of the undisturbed run in the middle of the week.
#[allow(clippy::cast_precision_loss, reason = "a benchmark prints rounded figures")]
fn fork((name, text, _): &Case) {
    let scenario = parse(&text());
    let relations = Relations::of(&scenario);
    let plane = Plane { kernel: Kernel::new(&scenario), observer: Watch::new(&scenario) };
    let mut world = World::new(&scenario, &relations, plane);
    let (at, horizon) = (scenario.horizon.0 / 2, scenario.horizon.0);
    world.advance(Time(at));
    let count = 48_000 / scenario.vms.len();
    let mut forks = Vec::with_capacity(count);
    let (before, bytes) = (user_seconds(), memory("VmRSS:"));
    for _ in 0..count {
        let plane = world.data();
        let plane = Plane { kernel: plane.kernel.fork(), observer: plane.observer.fork(at, horizon) };
        forks.push(world.over(plane));
    }
    let [seconds, bytes] = [user_seconds() - before, (memory("VmRSS:") - bytes) as f64];
    let each = |whole: f64| whole / forks.len() as f64;
    println!("{name:<24} a fork takes {:>6.0} µs and {:>7.0} bytes", each(seconds) * 1e6, each(bytes));
}

fn run((name, text, most): &Case, threads: usize) {
    let scenario = parse(&text());
    let (start, before, read_mb) = (clock_seconds(), user_seconds(), peak_mb());
    let mut written = Written(0);
    let of = ("drsim run", &Variant::default());
    direct::run(&scenario, of, &Options { threads, progress: &|_| {} }, &mut written)
        .expect("the audit holds");
    println!(
        "{name:<24} {threads} threads  {:>5.2} s user CPU, {:>5.2} s long, {:>4} MB of {most} (read {read_mb}), {} MB of JSON",
        user_seconds() - before,
        clock_seconds() - start,
        peak_mb(),
        written.0 / 1_000_000,
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

/// The most memory that this process ever had, MB.
fn peak_mb() -> u64 {
    memory("VmHWM:") / 1_000_000
}

/// Memory of this process in bytes, under the system's name for it; 0 where it does not tell.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    line.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok()).map_or(0, |kib: u64| kib * 1024)
}
