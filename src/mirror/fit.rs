//! One parameter at a time is moved until the first part of the measurements fits best, and is judged by the rest. What is named explains the
//! rest clearly better than the scenario as written; a parameter that only follows the noise of the first part does not.

use std::collections::BTreeMap;

use super::deviation::{Deviation, Deviations, error};
use super::knob::{Knob, OCTAVE};
use super::pairing::Sample;
use super::replay::replay;
use super::seen::Seen;
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::workload::Vm;

/// Steps from one value that is tried at first to the next: half an octave.
const COARSE: i32 = OCTAVE / 2;
/// A parameter explains something if it leaves at most this share of the error.
const LEAVES: f64 = 0.75;
/// And if the error falls by at least this.
const GAIN_MIN: f64 = 0.01;
/// Two parameters are not told apart where their errors differ by less than this share of the lesser one, and this.
const ALIKE: (f64, f64) = (0.1, 0.002);
/// A bias of the fleet of less than this is none, as a share.
const BIAS_MIN: f64 = 0.02;
/// The same of one machine, of which there are fewer samples.
const BIAS_MIN_VM: f64 = 0.05;
/// One in so many machines may have more by chance.
const BIASED_ONE_IN: usize = 10;

/// A parameter, fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Which.
    pub knob: Knob,
    /// Its values as written; empty: unlimited.
    pub written: Vec<f64>,
    /// Its values where the first part fits best; empty: unlimited.
    pub found: Vec<f64>,
    /// What `--set` takes to the same effect; empty: it takes more than fields.
    pub sets: Vec<String>,
    /// Whether that is where the search ended: the best may lie beyond.
    pub is_at_end: bool,
    /// The error of the first part there.
    pub first: f64,
    /// The error of the rest there.
    pub second: f64,
}

/// What explains the difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// Nothing: all intervals end at one instant, and none is left to judge by.
    TooFew,
    /// There is none to speak of.
    Agrees,
    /// One parameter, by its place among the fits.
    One(usize),
    /// Each of these as well as the others: the measurements do not tell them apart.
    Several(Vec<usize>),
    /// No parameter by itself.
    NoSingle,
}

/// All parameters, fitted and judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// Samples that end before this are the first part. µs after the start of the run.
    pub split: u64,
    /// Error of the first part as written.
    pub first: f64,
    /// Error of the rest as written.
    pub second: f64,
    /// In the order of `Knob::all`.
    pub fits: Vec<Fit>,
    /// What they come to.
    pub explanation: Explanation,
}

/// Runs that a search takes at most.
pub(super) fn runs(knob: Knob, scenario: &Scenario) -> u64 {
    let range = knob.range(scenario);
    let coarse = (range.end() - range.start()) / COARSE + 1;
    // as it is written it ran already; the last is of the whole time
    u64::from(coarse.unsigned_abs()) + 2 * u64::from(COARSE.ilog2())
}

/// Errors of the first part and of the rest.
fn errors(samples: &[Sample], simulated: &[Seen], split: u64) -> Option<(f64, f64)> {
    let part = |is_first: bool| {
        let pairs = samples.iter().zip(simulated).filter(move |(sample, _)| (sample.to < split) == is_first);
        error(pairs.map(|(sample, seen)| (&sample.measured, seen)))
    };
    Some((part(true)?, part(false)?))
}

/// The end of an interval from which on samples are judged by: half of the different ends lie before it.
fn split(samples: &[Sample]) -> Option<u64> {
    let mut ends: Vec<u64> = samples.iter().map(|sample| sample.to).collect();
    ends.sort_unstable();
    ends.dedup();
    (ends.len() > 1).then(|| ends[ends.len() / 2])
}

pub(super) fn fitted(
    scenario: &Scenario,
    samples: &[Sample],
    simulated: &[Seen],
    (fleet, vms): (&Deviations, &[(Id<Vm>, Deviations)]),
    knobs: &[Knob],
    progress: &mut dyn FnMut(u64),
) -> Fitted {
    let too_few =
        Fitted { split: 0, first: 0.0, second: 0.0, fits: Vec::new(), explanation: Explanation::TooFew };
    let Some(split) = split(samples) else { return too_few };
    let Some((first, second)) = errors(samples, simulated, split) else { return too_few };
    let part: Vec<Sample> = samples.iter().copied().filter(|sample| sample.to < split).collect();
    let mut done = 1;
    let mut fits = Vec::new();
    for knob in knobs {
        let mut judge = |step: i32| {
            done += 1;
            progress(done);
            let seen = replay(&knob.moved(step, scenario), &part);
            let pairs = part.iter().zip(&seen).map(|(sample, seen)| (&sample.measured, seen));
            error(pairs).unwrap_or(f64::MAX)
        };
        let step = search((*knob, scenario), first, &mut judge);
        let (range, moved) = (knob.range(scenario), knob.moved(step, scenario));
        let whole =
            if step == 0 { Some((first, second)) } else { errors(samples, &replay(&moved, samples), split) };
        let (first, second) = whole.unwrap_or((f64::MAX, f64::MAX));
        fits.push(Fit {
            knob: *knob,
            written: knob.values(scenario),
            found: knob.values(&moved),
            sets: knob.sets(&moved),
            is_at_end: step != 0 && (step == *range.start() || step == *range.end()),
            first,
            second,
        });
    }
    let explanation = explain(second, agrees(fleet, vms), &fits);
    Fitted { split, first, second, fits, explanation }
}

/// The step at which the error is least: the best of steps half an octave apart, then of its neighbours at ever smaller distances. Of equals
/// the one nearest to what is written.
fn search((knob, scenario): (Knob, &Scenario), written: f64, judge: &mut dyn FnMut(i32) -> f64) -> i32 {
    let range = knob.range(scenario);
    let mut known = BTreeMap::from([(0, written)]);
    let mut ask = |step: i32| *known.entry(step).or_insert_with(|| judge(step));
    let mut best = (0, written);
    let mut take = |step: i32, best: &mut (i32, f64)| {
        let error = ask(step);
        let is_better = match error.total_cmp(&best.1) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => step.abs() < best.0.abs(),
            std::cmp::Ordering::Greater => false,
        };
        if is_better {
            *best = (step, error);
        }
    };
    let coarse = range.clone().step_by(COARSE.unsigned_abs() as usize);
    coarse.for_each(|step| take(step, &mut best));
    let mut distance = COARSE / 2;
    while distance > 0 {
        let middle = best.0;
        for step in [middle - distance, middle + distance] {
            if range.contains(&step) {
                take(step, &mut best);
            }
        }
        distance /= 2;
    }
    best.0
}

/// Whether there is no bias of sizes and latencies beside their spread: of the fleet, and of nearly all machines.
fn agrees(fleet: &Deviations, vms: &[(Id<Vm>, Deviations)]) -> bool {
    let within = |deviation: Option<Deviation>, times: f64, least: f64| {
        deviation.is_none_or(|it| it.bias.abs() <= (times * it.spread).max(least))
    };
    let both =
        |it: &Deviations, times, least| within(it.size, times, least) && within(it.latency, times, least);
    let biased = vms.iter().filter(|(_, it)| !both(it, 2.0, BIAS_MIN_VM)).count();
    both(fleet, 1.0, BIAS_MIN) && biased * BIASED_ONE_IN <= vms.len()
}

fn explain(written: f64, agrees: bool, fits: &[Fit]) -> Explanation {
    let explains = |fit: &Fit| fit.second <= LEAVES * written && written - fit.second >= GAIN_MIN;
    let clear: Vec<usize> = (0..fits.len()).filter(|index| explains(&fits[*index])).collect();
    let best = clear.iter().map(|index| fits[*index].second).min_by(f64::total_cmp);
    let Some(best) = best else {
        return if agrees { Explanation::Agrees } else { Explanation::NoSingle };
    };
    let is_alike = |index: &usize| fits[*index].second - best <= (ALIKE.0 * best).max(ALIKE.1);
    let alike: Vec<usize> = clear.into_iter().filter(is_alike).collect();
    match alike[..] {
        [one] => Explanation::One(one),
        _ => Explanation::Several(alike),
    }
}
