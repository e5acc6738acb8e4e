//! Simulation under fire: random scenarios, and every component failed at every instant. What holds of every run holds of these.
//!
//! `DRSIM_FIRE` is how many times as much is tried; the slow suite asks for thousands of scenarios.

mod generate;
mod always;
mod everywhere;

use crate::determinism::{Dice, shuffled};

use always::{hold, read};

/// Scenarios that are tried, times `DRSIM_FIRE`.
const SCENARIOS: u64 = 40;

/// How many times as much is tried.
fn times() -> u64 {
    std::env::var("DRSIM_FIRE").map_or(1, |times| times.parse().unwrap())
}

/// Seeds are those of CI unless more is asked for.
#[test]
fn random_scenarios_hold_what_holds_of_every_run() {
    let all = SCENARIOS * times();
    let mut refused = std::collections::BTreeMap::new();
    let mut run = 0;
    for seed in 1..=all {
        let text = generate::scenario(seed);
        match read(&text) {
            Err(problems) => {
                for problem in problems.iter() {
                    *refused.entry(problem.code.id).or_insert(0) += 1;
                }
            }
            Ok(scenario) => {
                run += 1;
                let threads = hold(&format!("seed {seed}"), &scenario, 1);
                assert!(
                    threads == hold(&format!("seed {seed}"), &scenario, 3),
                    "seed {seed}: threads change it"
                );
                let text = shuffled(&text, &mut Dice(seed));
                let shuffled =
                    read(&text).unwrap_or_else(|problems| panic!("seed {seed}: {}", problems.render(false)));
                assert!(
                    threads == hold(&format!("seed {seed}"), &shuffled, 2),
                    "seed {seed}: order changes it"
                );
            }
        }
    }
    // What is refused is not simulated: most must be.
    eprintln!("{run} of {all} were run; refused: {refused:?}");
    assert!(run * 4 >= all * 3, "{run} of {all} were run; refused: {refused:?}");
}
