//! The bandwidth table of 1,000 VMs over a week at 5 minutes: five RPOs, five shares of the time. `cargo bench --bench plan`.
//!
//! Churn is as measured fleets are (`design/checks.md`): the top tenth writes nine tenths of the bytes, nights are 2.4 times the days, and bursts
//! of one or two samples carry a fifth.

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark prints rounded figures"
)]
#[allow(dead_code, reason = "the workloads of the other benchmarks")]
mod workload;
mod cpu;

use std::sync::Arc;

use cpu::user_seconds;
use drsim::plan::bandwidth::{Question, bandwidth, everybody};
use drsim::plan::rates::Precision;
use drsim::plan::search::Answer;
use drsim::scenario::Scenario;
use drsim::units::{Ratio, Span};
use drsim::workload::{Layer, Step as Weight, Vm};
use workload::{Fabric, Load, fleet};

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, rounded")]
fn churn(index: usize, mean: f64, samples: u64) -> Layer {
    let mut state = index as u64 + 1;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let weight = |sample: u64| {
        let hour = sample / 12 % 24;
        let profile = if hour < 6 { 2_400_000 } else { 1_000_000 };
        let burst = if random() % 200 == 0 { 50 } else { 1 };
        Weight { length: Span::seconds(300), weight: Ratio(profile * burst) }
    };
    let steps: Arc<[Weight]> = (0..samples).map(weight).collect();
    Layer::Shaped { rate: drsim::units::Rate(mean as u64), steps }
}

fn scenario(vms: usize, days: u64) -> Scenario {
    let mut scenario = fleet(vms, Load::Uniform, Fabric::OneLink, Span::seconds(86_400 * days));
    let change = |(index, vm): (usize, &Vm)| {
        let mut vm = vm.clone();
        // Log-uniform over three and a half decades: the top tenth has most.
        let place = (index as u64 * 2_654_435_761 % 1000) as f64 / 1000.0;
        vm.disks[0].churn = vec![churn(index, 1000.0 * libm::pow(3000.0, place), 288 * days)];
        vm
    };
    scenario.vms = scenario.vms.iter().enumerate().map(change).collect();
    scenario
}

fn main() {
    let scenario = scenario(std::env::var("VMS").map_or(1000, |it| it.parse().expect("a count")), 7);
    let question = Question {
        link: drsim::ids::Id::new(0),
        allowed: everybody(&scenario),
        slack: None,
        objectives: [400, 600, 900, 1800, 3600].map(Span::seconds).to_vec(),
        shares: vec![1000, 999, 990, 950, 900],
        step: Precision::Digits,
    };
    let before = user_seconds();
    let found = bandwidth(&scenario, &question, &mut |_, _| true).expect("nothing stops it");
    let seconds = user_seconds() - before;
    for row in &found.rows {
        print!("RPO {:>6}", row.objective);
        for cell in &row.cells {
            match cell.answer {
                Answer::Least { holds, .. } => print!("  {:>4} ‰ {:>10} B/s", cell.share, holds.rate),
                Answer::Any => print!("  {:>4} ‰ any", cell.share),
                Answer::Never(_) => print!("  {:>4} ‰ never", cell.share),
            }
        }
        println!("  {} rates", row.curve.len());
    }
    println!("{seconds:.2} s of user CPU (asked: 10), {:.1} runs of the week", found.runs);
}
