//! How far measured and simulated are apart: bias, spread, misses foreseen and not, and the one number that a fit makes small.

use super::seen::Seen;
use crate::units::{Span, as_f64};

/// What a quotient is taken of is raised by this, so that small numbers do not weigh more than they tell: bytes of a log …
const SIZE_FLOOR: f64 = 4096.0;
/// … and seconds of a latency, which the product tells in whole seconds.
const LATENCY_FLOOR: f64 = 1.0;
/// Most that one sample counts, as a natural logarithm: twenty times off is as wrong as a thousand times.
const APART_MAX: f64 = 3.0;

/// How one quantity deviates over several samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deviation {
    /// Samples of which both sides tell it.
    pub samples: usize,
    /// The median of measured ÷ simulated − 1 (sizes, latencies), or of measured − simulated (ages in seconds, bytes that wait).
    pub bias: f64,
    /// Half of the samples lie within so much of the bias, in the same unit: the median distance from it.
    pub spread: f64,
}

/// Cycles missed, over all samples that tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misses {
    /// Cycles that fell due by measurement.
    pub cycles: u64,
    /// Missed by measurement.
    pub measured: u64,
    /// Missed in the simulation.
    pub simulated: u64,
    /// Missed in both: of each interval the lesser number.
    pub both: u64,
}

/// How far measured and simulated are apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Deviations {
    /// Of the mean size of a log.
    pub size: Option<Deviation>,
    /// Of the mean latency.
    pub latency: Option<Deviation>,
    /// Of the age of the last replication, in seconds.
    pub age: Option<Deviation>,
    /// Of what waits at the end of intervals, in bytes.
    pub pending: Option<Deviation>,
    /// Misses hit and missed.
    pub misses: Option<Misses>,
    /// Samples.
    pub samples: usize,
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

impl Deviation {
    /// Of quotients or differences; `None` where there is none.
    fn of(values: Vec<f64>) -> Option<Deviation> {
        let samples = values.len();
        let bias = median(values.clone())?;
        let spread = median(values.into_iter().map(|value| (value - bias).abs()).collect())?;
        Some(Deviation { samples, bias, spread })
    }
}

/// Measured over simulated.
fn quotient(measured: f64, simulated: f64, floor: f64) -> f64 {
    (measured + floor) / (simulated + floor)
}

fn sizes(measured: &Seen, simulated: &Seen) -> Option<f64> {
    Some(quotient(as_f64(measured.size?), as_f64(simulated.size?), SIZE_FLOOR))
}

fn latencies(measured: &Seen, simulated: &Seen) -> Option<f64> {
    let seconds = |micros: u64| Span(micros).as_seconds();
    Some(quotient(seconds(measured.latency?), seconds(simulated.latency?), LATENCY_FLOOR))
}

impl Deviations {
    /// Of pairs of measured and simulated.
    pub fn of<'s>(pairs: impl Iterator<Item = (&'s Seen, &'s Seen)> + Clone) -> Deviations {
        let factors = |of: fn(&Seen, &Seen) -> Option<f64>| {
            Deviation::of(pairs.clone().filter_map(|(a, b)| Some(of(a, b)? - 1.0)).collect())
        };
        let differences = |of: fn(&Seen) -> Option<u64>, unit: fn(u64) -> f64| {
            let difference = |(a, b)| Some(unit(of(a)?) - unit(of(b)?));
            Deviation::of(pairs.clone().filter_map(difference).collect())
        };
        let told = pairs.clone().filter_map(|(a, b)| Some((a.cycles?, a.missed?, b.missed?)));
        let mut misses = None;
        for (cycles, measured, simulated) in told {
            let sum = misses.get_or_insert_with(Misses::default);
            sum.cycles += cycles;
            sum.measured += measured;
            sum.simulated += simulated;
            sum.both += measured.min(simulated);
        }
        Deviations {
            size: factors(sizes),
            latency: factors(latencies),
            age: differences(|it| it.age, |micros| Span(micros).as_seconds()),
            pending: differences(|it| it.pending, as_f64),
            misses,
            samples: pairs.count(),
        }
    }
}

/// The error that a fit makes small: of sizes and of latencies the mean distance of the logarithm of measured ÷ simulated from 0, of misses that
/// of their shares; the mean of those that are told. 0.1 is about 10 % off in each. Where nothing was simulated, as much as can be.
pub(super) fn error<'s>(pairs: impl Iterator<Item = (&'s Seen, &'s Seen)> + Clone) -> Option<f64> {
    let apart = |quotient: Option<f64>, is_measured: bool| match quotient {
        Some(quotient) => Some(libm::log(quotient).abs().min(APART_MAX)),
        None => is_measured.then_some(APART_MAX),
    };
    let size = pairs.clone().filter_map(|(a, b)| apart(sizes(a, b), a.size.is_some()));
    let latency = pairs.clone().filter_map(|(a, b)| apart(latencies(a, b), a.latency.is_some()));
    let share = |it: &Seen| {
        let cycles = it.cycles.filter(|cycles| *cycles > 0)?;
        Some(as_f64(it.missed?) / as_f64(cycles))
    };
    let misses = pairs.filter_map(|(a, b)| Some((share(a)? - share(b)?).abs()));
    let parts = [mean(size.collect()), mean(latency.collect()), mean(misses.collect())];
    mean(parts.into_iter().flatten().collect())
}

fn mean(values: Vec<f64>) -> Option<f64> {
    let count = as_f64(values.len() as u64);
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count)
}
