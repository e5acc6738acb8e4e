//! One simulation, or two beside each other, with their progress.

use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::ProgressBar;

use crate::assess::{Options, assess};
use crate::cli::printer;
use crate::cli::refusal::Refusal;
use crate::measure::results::Results;
use crate::scenario::Scenario;
use crate::sweep::gates::fill;

/// The results of a scenario, with all instants of the outages of which its gates ask for them.
pub fn one(scenario: &Scenario, threads: usize) -> Result<Results, Refusal> {
    let bar = progress_bar(1);
    let answer = assess(scenario, &Options { threads, progress: &|done| bar.set_position(done) });
    bar.finish_and_clear();
    let mut results = answer?.0;
    fill(scenario, &scenario.promises, threads, &mut results);
    Ok(results)
}

/// The results of two scenarios; of two that mean the same, simulated once.
pub fn two(scenario: &Scenario, other: &Scenario, threads: usize) -> Result<(Results, Results), Refusal> {
    if scenario.hash() == other.hash() {
        let results = one(scenario, threads)?;
        return Ok((results.clone(), results));
    }
    let bar = progress_bar(2);
    let done = [AtomicU64::new(0), AtomicU64::new(0)];
    let run = |which: usize, scenario: &Scenario, threads: usize| {
        let progress = |share: u64| {
            done[which].store(share, Ordering::Relaxed);
            bar.set_position(done.iter().map(|share| share.load(Ordering::Relaxed)).sum());
        };
        assess(scenario, &Options { threads, progress: &progress })
    };
    let answers = if threads < 2 {
        (run(0, scenario, 1), run(1, other, 1))
    } else {
        // The run without outages has one thread only, so that two of them keep two cores busy.
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| run(1, other, threads / 2));
            let first = run(0, scenario, threads - threads / 2);
            let second = beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (first, second)
        })
    };
    bar.finish_and_clear();
    let (first, second) = answers;
    let (mut first, mut second) = (first?.0, second?.0);
    // The same gates are asked of both.
    fill(scenario, &scenario.promises, threads, &mut first);
    fill(other, &scenario.promises, threads, &mut second);
    Ok((first, second))
}

fn progress_bar(runs: u64) -> ProgressBar {
    printer::progress(1000 * runs, "{bar:40} {percent:>3} %  {elapsed} gone, {eta} to go", String::new())
}
