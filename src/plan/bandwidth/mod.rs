//! How much bandwidth: for each RPO, the least rate at which it holds for each share of the time; and what the rate in force achieves.

pub mod designed;
pub mod own;
pub mod known;
mod sensitivity;
mod workloads;
mod bursts;
mod curves;
mod words;
pub(super) mod section;

use std::sync::Arc;

use serde::Serialize;

use super::ask::Stopped;
use super::demand::Demand;
use super::rates::Precision;
use super::runs::advance;
use super::runs::evaluate::{Evaluator, RateOutcome};
use super::runs::fleet::{Above, Fleet};
use super::runs::steady::steady;
use super::search::{Answer, Search};
use crate::engine::net::CAPACITY_MAX;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::{Rate, Span, as_f64};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The link whose rate is sought; other links stay as they are.
    pub link: Id<Link>,
    /// RPOs, ascending, each once.
    pub objectives: Vec<Span>,
    /// What each VM is allowed on top of them; `None`: it does not count. By VM id.
    pub allowed: Arc<[Option<u64>]>,
    /// How long logs may wait, where that is not what objectives leave: a guess.
    pub slack: Option<Span>,
    /// Shares of the time, in parts per thousand, descending.
    pub shares: Vec<u32>,
    /// How fine the answers are.
    pub step: Precision,
}

/// The answers.
#[derive(Clone, Debug)]
pub struct Bandwidth {
    /// What the fleet asks of the network.
    pub demand: Demand,
    /// The age at a link that never binds, worst of all: no RPO below it can hold always.
    pub floor: Span,
    /// The least nominal rate at which the link carries in the time of the run what it is asked, B/s; `None`: at no rate.
    pub carries_from: Option<u64>,
    /// More is never worse: no rates above the answers need be tried.
    pub is_ordered: bool,
    /// By RPO, in the question's order.
    pub rows: Vec<Row>,
    /// Simulated time in all, as a multiple of the run's length: what the answers cost.
    pub runs: f64,
}

/// One RPO.
#[derive(Clone, Debug)]
pub struct Row {
    /// The objective.
    pub objective: Span,
    /// By share of the time, in the question's order.
    pub cells: Vec<Cell>,
    /// What the rate in force achieves.
    pub in_force: Kept,
    /// All rates that were run, ascending, with the share of time the objective held: the curve.
    pub curve: Vec<Kept>,
}

/// One RPO for one share of the time.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// The share asked for, in parts per thousand.
    pub share: u32,
    /// The answer.
    pub answer: Answer,
}

/// How an objective was kept at a rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Kept {
    /// Nominal rate of the link, B/s.
    pub rate: u64,
    /// Share of the time, 0 to 1.
    pub share: f64,
    /// How often it was not.
    pub violations: u64,
    /// For how long in all, s.
    pub violations_s: f64,
    /// The longest time it was not, s.
    pub longest_s: f64,
    /// The worst age, s; 0 where it held throughout.
    pub worst_s: f64,
    /// When that was first reached, s from the start.
    pub worst_at_s: f64,
}

impl Kept {
    /// An outcome over a run of `horizon`.
    pub fn of(outcome: &RateOutcome, horizon: Span) -> Kept {
        let Above { total, count, longest, .. } = outcome.above;
        let (worst, at) = if total > 0 { outcome.worst } else { (0, 0) };
        Kept {
            rate: outcome.rate,
            share: 1.0 - as_f64(total) / as_f64(horizon.0.max(1)),
            violations: count,
            violations_s: Span(total).as_seconds(),
            longest_s: Span(longest).as_seconds(),
            worst_s: Span(worst).as_seconds(),
            worst_at_s: Span(at).as_seconds(),
        }
    }
}

/// All replicated VMs, with nothing on top of an objective.
pub fn everybody(scenario: &Scenario) -> Arc<[Option<u64>]> {
    scenario.vms.iter().map(|vm| vm.protection.as_ref().map(|_| 0)).collect()
}

/// The time an objective may be missed, µs, for a share in parts per thousand.
pub fn budget(horizon: Span, share: u32) -> u64 {
    horizon.0 / 1000 * u64::from(1000u32.saturating_sub(share))
}

/// Answers a question. `progress` is told the answers found so far, of how many, and says whether to go on.
///
/// # Errors
/// `progress` said stop.
pub fn bandwidth(
    scenario: &Scenario,
    question: &Question,
    progress: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Bandwidth, Stopped> {
    let horizon = scenario.horizon;
    let mut evaluator = evaluator(scenario, question);
    let mut search = Search::new(&mut evaluator, question.step);
    let (cells, demand, floor) = cells(&mut search, (scenario, question), progress)?;
    let nominal = scenario.topology.links[question.link].rate[0].0;
    let rows = question.objectives.iter().enumerate().zip(cells).map(|((index, objective), mut cells)| {
        let in_force = Kept::of(&search.lasting(nominal, index), horizon);
        cells.sort_by_key(|cell| std::cmp::Reverse(cell.share));
        let curve = search.known[index].values().filter(|outcome| outcome.rate < CAPACITY_MAX);
        Row {
            objective: *objective,
            cells,
            in_force,
            curve: curve.map(|outcome| Kept::of(outcome, horizon)).collect(),
        }
    });
    let rows = rows.collect();
    let runs = ratio(evaluator.simulated, horizon);
    let carries_from = Some(evaluator.carries_from).filter(|rate| *rate < u64::MAX);
    Ok(Bandwidth { demand, floor, carries_from, is_ordered: evaluator.is_ordered(), rows, runs })
}

/// The answer to the first objective and share asked for, and nothing else.
///
/// # Errors
/// `progress` said stop.
pub(super) fn answer(
    scenario: &Scenario,
    question: &Question,
    progress: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Answer, Stopped> {
    let mut evaluator = evaluator(scenario, question);
    let mut search = Search::new(&mut evaluator, question.step);
    let (cells, ..) = cells(&mut search, (scenario, question), progress)?;
    Ok(cells[0][0].answer)
}

fn evaluator(scenario: &Scenario, question: &Question) -> Evaluator {
    let objectives: Vec<u64> = question.objectives.iter().map(|objective| objective.0).collect();
    Evaluator::new(steady(scenario), question.link, question.allowed.clone(), objectives)
}

/// By objective the answers, least rate first; what the fleet asks, and the age at a link that never binds, worst of all.
fn cells(
    search: &mut Search<'_>,
    (scenario, question): (&Scenario, &Question),
    progress: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<(Vec<Vec<Cell>>, Demand, Span), Stopped> {
    let demand = Demand::new(scenario.vms.len(), longest_interval(scenario), scenario.horizon.0);
    let (floor, demand, is_quiet) = search.evaluator.whole(CAPACITY_MAX, demand);
    if is_quiet {
        search.learn(CAPACITY_MAX, &floor);
    }
    let floor = Span(floor.worst.0);
    let guesses = guesses(&demand, question, floor);
    let lowest = guesses.iter().map(|(guess, _, _)| *guess).fold(f64::INFINITY, f64::min);
    search.begin(lowest * 0.97);
    let mut cells = vec![Vec::new(); question.objectives.len()];
    for (done, (guess, objective, share)) in guesses.iter().enumerate() {
        if !progress(done, guesses.len()) {
            return Err(Stopped { what: "searching for the bandwidth".into() });
        }
        let guess = guess.max(least_so_far(&cells, *objective, *share) * ABOVE);
        let answer = search.least(*objective, budget(scenario.horizon, *share), guess);
        cells[*objective].push(Cell { share: *share, answer });
    }
    Ok((cells, demand, floor))
}

/// How far above what it cannot be below an answer is looked for first.
const ABOVE: f64 = 1.02;

/// What an answer is not below: that for a looser objective, or a smaller share.
fn least_so_far(cells: &[Vec<Cell>], objective: usize, share: u32) -> f64 {
    let looser = cells[objective..].iter().flatten().filter(|cell| cell.share <= share);
    let rate = |cell: &Cell| match cell.answer {
        Answer::Least { less, .. } => as_f64(less.rate),
        Answer::Any | Answer::Never(_) => 0.0,
    };
    looser.map(rate).fold(0.0, f64::max)
}

/// (where to begin, objective, share), by rate.
fn guesses(demand: &Demand, question: &Question, floor: Span) -> Vec<(f64, usize, u32)> {
    let mut guesses = Vec::new();
    for (index, objective) in question.objectives.iter().enumerate() {
        // What is left of the objective for waiting, after what an idle link would take.
        let delay =
            question.slack.map_or((objective.as_seconds() - floor.as_seconds()).max(0.0), Span::as_seconds);
        for share in &question.shares {
            let late = f64::from(1000u32.saturating_sub(*share)) / 1000.0;
            guesses.push((demand.fluid_rate(delay, late), index, *share));
        }
    }
    guesses.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    guesses
}

/// The longest copy frequency in use, µs.
fn longest_interval(steady: &Scenario) -> u64 {
    let protections = steady.vms.iter().filter_map(|vm| vm.protection.as_ref());
    let longest = protections.map(|protection| steady.policies[protection.policy].interval.0).max();
    longest.unwrap_or(steady.horizon.0).clamp(1, steady.horizon.0)
}

/// The reverse: the RPO that a rate achieves for each share of the time, in parts per thousand, ascending; 1000 is the worst age.
pub fn achieved<const N: usize>(
    scenario: &Scenario,
    link: Id<Link>,
    rate: u64,
    shares: [u32; N],
) -> [Span; N] {
    let steady = steady(scenario);
    let allowed = everybody(&steady);
    let mut kernel = Kernel::new(&steady);
    kernel.set_link_rate(link, [Rate(rate); 2]);
    let fleet = Fleet::of(&kernel, &allowed, &[]).with_ages();
    let mut plane = Plane { kernel, observer: fleet };
    advance(&mut plane, steady.horizon.0);
    let ages = plane.observer.ages(steady.horizon.0);
    let mut ages = ages.expect("the distribution was asked for");
    ages.quantiles(shares).map(Span)
}

#[allow(clippy::cast_precision_loss, reason = "a figure to print")]
fn ratio(simulated: u128, horizon: Span) -> f64 {
    simulated as f64 / as_f64(horizon.0.max(1))
}
