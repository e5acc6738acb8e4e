//! The times of a table's rows, or of a series: instants, the step that each stands in, and the bins of the series to be.

use super::clocks::{self, Clock, Seen, Untold};
use super::grid::Grid;
use super::steps;
use crate::import::dates::Times;
use crate::import::{BIN_MAX, ChurnOptions};
use crate::units::Span;

/// How a source's times are to be taken.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Whether a sample stands for the time before its own.
    pub before: bool,
    /// Shortest bin unless one is asked for.
    pub shortest: Option<Span>,
    /// Whether a table on an exact grid keeps it, wherever it begins; else bins are counted from 1970.
    pub exact: bool,
}

/// Rows in time.
#[derive(Clone, Debug)]
pub struct Axis {
    /// Bins of the series to be.
    pub grid: Grid,
    /// Distance of samples, in seconds.
    pub step: u64,
    /// Whether a sample stands for the time before its own.
    pub before: bool,
    /// Instant of each row, in microseconds since 1970 UTC.
    pub instants: Vec<Option<i64>>,
    /// Number of the step of each row.
    pub number: Vec<Option<i64>>,
    /// Rows that stand for the step before theirs, too.
    pub slips: Vec<usize>,
    /// Rows in the step of the row before, in time.
    pub second: Vec<usize>,
    /// Largest distance of a sample from its step, in microseconds.
    pub off_us: u64,
    /// What the clock did.
    pub seen: Seen,
    /// Whether the rows are in order of time, from the earliest or to it.
    pub ordered: bool,
}

/// Why rows have no place in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placeless {
    /// A row's instant cannot be told.
    Untold(Untold),
    /// There is no step: a row that stands between, if there are several steps.
    NoStep(Option<usize>, Option<Span>),
    /// A bin longer than a day.
    TooLong(Span),
    /// Bins are asked for that the samples, so far apart, do not fill.
    Bin(Span),
}

impl Axis {
    /// Places rows.
    ///
    /// # Errors
    /// Times that cannot be told, or that have no common step where one is needed.
    pub fn of(
        times: &Times,
        clock: &Clock,
        options: &ChurnOptions,
        manner: Manner,
    ) -> Result<Axis, Placeless> {
        let local = sorted(&times.at);
        let asked = options.bin.map(|bin| bin.0.cast_signed());
        let typical = steps::typical(&local);
        let (instants, seen) = clocks::instants(&times.at, clock, typical).map_err(Placeless::Untold)?;
        let order = order(&instants);
        let sorted: Vec<i64> = order.iter().filter_map(|row| instants[*row]).collect();
        let usual = steps::usual(&unique(&sorted), manner.before);
        let least = manner.shortest.map_or(0, |bin| bin.0.cast_signed());
        let step = match usual.or(asked).or(manner.shortest.map(|bin| bin.0.cast_signed())) {
            Some(step) if usual.is_some() || manner.before || sorted.len() < 2 => step,
            Some(_) | None => return Err(no_step(&instants)),
        };
        if step > BIN_MAX.0.cast_signed() {
            return Err(Placeless::TooLong(Span(step.unsigned_abs())));
        }
        let bin = asked.unwrap_or(step.max(least));
        if bin < step || manner.exact && bin % step != 0 {
            return Err(Placeless::Bin(Span(step.unsigned_abs())));
        }
        let regular = |first: &i64| sorted.iter().all(|time| (time - first) % step == 0);
        let phase = match sorted.first().filter(|first| manner.exact && regular(first)) {
            Some(first) => first.rem_euclid(step),
            None => options.start_us.unwrap_or(0),
        };
        let counted = steps::count(&sorted, phase, step);
        let mut number = vec![None; instants.len()];
        for (row, step) in order.iter().zip(&counted.number) {
            number[*row] = Some(*step);
        }
        Ok(Axis {
            grid: Grid { phase_us: phase, bin: Span(bin.unsigned_abs()) },
            step: step.unsigned_abs() / 1_000_000,
            before: manner.before,
            number,
            slips: rows(&counted.slips, &order),
            second: rows(&counted.second, &order),
            off_us: counted.off_us,
            ordered: order.windows(2).all(|pair| pair[0] < pair[1]),
            seen,
            instants,
        })
    }

    /// First second of a row's time, counted from the grid's phase.
    pub fn from(&self, number: i64) -> i64 {
        (number - i64::from(self.before)).saturating_mul(self.step.cast_signed())
    }

    /// Length of a bin in seconds.
    pub fn bin(&self) -> i64 {
        self.grid.bin.0.cast_signed() / 1_000_000
    }

    /// Bins of the first and the last row.
    pub fn reach(&self) -> Option<(i64, i64)> {
        let bin = |number: i64| self.from(number).div_euclid(self.bin());
        let numbers = self.number.iter().flatten();
        Some((bin(*numbers.clone().min()?), bin(*numbers.max()?)))
    }
}

fn rows(indices: &[usize], order: &[usize]) -> Vec<usize> {
    let mut rows: Vec<usize> = indices.iter().map(|index| order[*index]).collect();
    rows.sort_unstable();
    rows
}

/// Rows with an instant, by time, then as they stand.
fn order(instants: &[Option<i64>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..instants.len()).filter(|row| instants[*row].is_some()).collect();
    order.sort_by_key(|row| instants[*row]);
    order
}

fn sorted(times: &[Option<i64>]) -> Vec<i64> {
    let mut times: Vec<i64> = times.iter().flatten().copied().collect();
    times.sort_unstable();
    times.dedup();
    times
}

fn unique(sorted: &[i64]) -> Vec<i64> {
    let mut times = sorted.to_vec();
    times.dedup();
    times
}

/// The row that is off the most frequent step.
fn no_step(instants: &[Option<i64>]) -> Placeless {
    let times = sorted(instants);
    let mut counts: std::collections::BTreeMap<i64, usize> = std::collections::BTreeMap::new();
    for pair in times.windows(2) {
        *counts.entry(pair[1] - pair[0]).or_default() += 1;
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| **count).map(|(step, _)| *step);
    let first = times.first().copied().unwrap_or(0);
    let off = most.and_then(|step| times.iter().find(|time| (**time - first) % step != 0));
    let row = off.and_then(|time| instants.iter().position(|instant| instant == &Some(*time)));
    Placeless::NoStep(row, most.map(|step| Span(step.unsigned_abs())))
}
