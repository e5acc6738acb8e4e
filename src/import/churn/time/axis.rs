//! The times of a table's rows, or of a series: instants, the step that each stands in, and the bins of the series to be.

use std::rc::Rc;

use super::clocks::{self, Clock, Seen, Untold};
use super::grid::Grid;
use super::order::Order;
use super::steps::Steps;
use crate::import::churn::values::Values;
use crate::import::clock::written;
use crate::import::dates::NONE;
use crate::import::even::Even;
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
    /// Largest distance of a sample from its step, in microseconds.
    pub off_us: u64,
    /// What the clock did.
    pub seen: Seen,
    /// Whether the rows are in order of time, from the earliest or to it.
    pub ordered: bool,
    /// Rows without a time.
    pub lost: u64,
    /// Rows that drifted into the next step or the last.
    pub drifted: u64,
    /// Since when samples are further apart for long, and how far, in microseconds.
    pub wider: Option<(i64, u64)>,
    /// Numbers of the first and the last step.
    numbers: Option<(i64, i64)>,
    /// Of each row, or [`NONE`].
    instants: Rc<Even>,
}

/// Why rows have no place in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placeless {
    /// A row's instant cannot be told.
    Untold(Untold),
    /// There is no step: a row that stands between, if there are several steps.
    NoStep(Option<i64>, Option<Span>),
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
        times: &Rc<Even>,
        clock: &Clock,
        options: &ChurnOptions,
        manner: Manner,
    ) -> Result<Axis, Placeless> {
        let (room, asked) = (&options.room, options.bin.map(|bin| bin.0.cast_signed()));
        let shown = Order::of(times, room);
        let typical = shown.steps.typical();
        let (instants, seen) = clocks::instants(times, clock, typical, room).map_err(Placeless::Untold)?;
        let order = if Rc::ptr_eq(&instants, times) { shown } else { Order::of(&instants, room) };
        let usual = order.steps.usual(manner.before);
        let least = manner.shortest.map_or(0, |bin| bin.0.cast_signed());
        let step = match usual.or(asked).or(manner.shortest.map(|bin| bin.0.cast_signed())) {
            Some(step) if usual.is_some() || manner.before || order.rows < 2 => step,
            Some(_) | None => return Err(no_step(&order, &instants)),
        };
        if step > BIN_MAX.0.cast_signed() {
            return Err(Placeless::TooLong(Span(step.unsigned_abs())));
        }
        let bin = asked.unwrap_or(step.max(least));
        if bin < step || manner.exact && bin % step != 0 {
            return Err(Placeless::Bin(Span(step.unsigned_abs())));
        }
        let regular = |first: &i64| order.iter().all(|time| (time - first) % step == 0);
        let phase = match order.iter().next().filter(|first| manner.exact && regular(first)) {
            Some(first) => first.rem_euclid(step),
            None => options.start_us.unwrap_or(0),
        };
        let (mut steps, mut numbers) = (Steps::new(phase, step), None);
        for time in order.iter() {
            let number = steps.next(time).number;
            numbers = Some((numbers.map_or(number, |(first, _)| first), number));
        }
        Ok(Axis {
            grid: Grid { phase_us: phase, bin: Span(bin.unsigned_abs()) },
            step: step.unsigned_abs() / 1_000_000,
            before: manner.before,
            off_us: steps.off_us,
            ordered: order.is_of_rows(),
            lost: instants.len() as u64 - order.rows,
            drifted: steps.drifted,
            wider: steps.wider.map(|(since, steps)| (since, (steps * step).unsigned_abs())),
            numbers,
            seen,
            instants,
        })
    }

    /// Why its samples are not those of bins of one length, if each is the bytes of a bin, and what to do.
    pub fn doubts(&self, values: Values) -> Option<(String, &'static str)> {
        let (since, wider) = self.wider.filter(|_| values == Values::Bytes)?;
        let (since, step) = (written(since), Span::seconds(self.step));
        let reason = format!(
            "from {since} on its rows are {} apart, elsewhere {step}: they are bytes of bins of two lengths",
            Span(wider)
        );
        Some((reason, "put the rows from there on into a file of their own, and import both"))
    }

    /// When the rows were written, one after the other.
    pub fn instants(&self) -> impl Iterator<Item = Option<i64>> + Clone {
        self.instants.iter().map(|instant| (instant != NONE).then_some(instant))
    }

    /// What counts the steps of its rows once more, in order of time.
    pub fn steps(&self) -> Steps {
        Steps::new(self.grid.phase_us, self.step.cast_signed() * 1_000_000)
    }

    /// The same, of samples that stand for the time before their own.
    pub fn before(&self) -> Axis {
        Axis { before: true, ..self.clone() }
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
        self.numbers.map(|(first, last)| (bin(first), bin(last)))
    }
}

/// The row that is off the most frequent step.
fn no_step(order: &Order, instants: &Even) -> Placeless {
    let most = order.steps.frequent();
    let first = order.iter().next().unwrap_or(0);
    let off = most.and_then(|step| order.iter().find(|time| (time - first) % step != 0));
    let row = off.and_then(|time| instants.iter().zip(0..).find(|(instant, _)| *instant == time));
    Placeless::NoStep(row.map(|(_, row)| row), most.map(|step| Span(step.unsigned_abs())))
}
