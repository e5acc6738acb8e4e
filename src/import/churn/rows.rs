//! Faults and clocks that all tables of measurements have in common.

use super::bins::Bad;
use super::time::axis::{Axis, Placeless};
use super::time::clocks::Clock;
use super::track::Oddities;
use crate::import::dates::{NotTimes, Times};
use crate::import::even::Even;
use crate::import::fault::{Fault, Faults, quote};
use crate::import::{BIN_MAX, ChurnOptions};

/// What a file says of its local times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// Nothing.
    Nothing,
    /// They are UTC.
    Utc,
    /// Local time and these minutes are UTC when it begins.
    Bias(i64),
}

/// One wrong sample in so many is a gap; more are another format.
const WRONG: u64 = 20;

/// The clock of a file's times: what the times or the file say, then what is asked for.
///
/// # Errors
/// Nobody says it.
pub fn clock(times: &Times, stated: Stated, options: &ChurnOptions) -> Result<Clock, (String, String)> {
    match (stated, options.bias, &options.zone) {
        _ if times.zoned => Ok(Clock::Utc),
        (Stated::Utc, ..) => Ok(Clock::Utc),
        (Stated::Bias(minutes), _, zone) | (Stated::Nothing, Some(minutes), zone) => Ok(Clock::Bias(minutes, zone.clone())),
        (Stated::Nothing, None, Some(zone)) => Ok(Clock::Zone(zone.clone())),
        (Stated::Nothing, None, None) => Err((
            format!("`{}` is a local time, and nothing says of which zone", quote(&times.example)),
            "say --zone UTC, --zone Europe/Berlin or --bias -60 (minutes to UTC, as Windows counts them), or write times with \
             their offset: 2024-07-15T08:00:00Z"
                .to_owned(),
        )),
    }
}

/// Whether a date stands in one column and the time of day in the next.
pub fn is_date_and_time(date: &str, time: &str) -> bool {
    let is = |header: &str, names: [&str; 6]| names.contains(&header.trim().to_lowercase().as_str());
    is(date, ["date", "datum", "fecha", "data", "日付", "day"])
        && is(time, ["time", "uhrzeit", "zeit", "heure", "hora", "時刻"])
}

/// A fault of a column of times.
pub fn not_times(file: &str, column: &str, not: NotTimes) -> Fault {
    Fault::of(file, not.reason, not.remedy).line(not.line).column(column)
}

/// A fault of rows without a place in time.
pub fn placeless(file: &str, column: &str, lines: &Even, not: Placeless) -> Fault {
    let at = |fault: Fault, row: i64| match usize::try_from(row).ok().and_then(|row| lines.get(row)) {
        Some(line) => fault.line(line.unsigned_abs()),
        None => fault,
    };
    match not {
        Placeless::Untold(not) => at(Fault::of(file, not.reason, not.remedy), not.row).column(column),
        Placeless::NoStep(row, Some(step)) => {
            let reason = format!("the row does not stand a multiple of {step} after the first");
            let remedy = "bring the rows to a regular grid of time; where they go on in another step, put them from there on into a file of \
                          their own, and import both";
            let fault = Fault::of(file, reason, remedy);
            row.map_or(fault.clone(), |row| at(fault, row))
        }
        Placeless::NoStep(_, None) => {
            Fault::of(file, "one row does not tell the length of a bin", "give it with --bin")
        }
        Placeless::Bin(step) => {
            let remedy =
                format!("leave --bin out, or give a multiple of {step}; bins of up to {BIN_MAX} can be read");
            Fault::of(file, format!("its rows are {step} apart"), remedy)
        }
        Placeless::TooLong(step) => Fault::of(
            file,
            format!("its rows are {step} apart"),
            format!("bins of up to {BIN_MAX} can be read"),
        ),
    }
}

/// Keeps what the times of a file told.
pub fn note(oddities: &mut Oddities, times: &Times, clock: &Clock, axis: &Axis) {
    oddities.order = times.order;
    oddities.unsorted = axis.seen.unsorted;
    (oddities.back_us, oddities.ahead_us, oddities.fixed_us) =
        (axis.seen.back_us, axis.seen.ahead_us, axis.seen.fixed_us);
    oddities.drifted = axis.drifted;
    oddities.off_us = axis.off_us;
    oddities.step_us = axis.step * 1_000_000;
    oddities.wider = axis.wider.filter(|(_, wider)| *wider > axis.grid.bin.0);
    oddities.lost_times = axis.lost;
    match clock {
        Clock::Utc if times.zoned => {}
        Clock::Utc => oddities.bias_minutes = Some(0),
        Clock::Bias(minutes, _) => oddities.bias_minutes = Some(*minutes),
        Clock::Zone(_) => oddities.by_zone = true,
    }
}

/// A few wrong samples among good ones are gaps, which are told; many are faults.
pub fn judge(bad: Bad, good: u64, wrong: Vec<Fault>, faults: &mut Faults) {
    let count = bad.negative + bad.too_large;
    if !wrong.is_empty() && (good == 0 || count > 1 && count * WRONG > good + count) {
        let hidden = count.saturating_sub(wrong.len() as u64);
        wrong.into_iter().for_each(|fault| faults.push(fault));
        faults.more += usize::try_from(hidden).unwrap_or(usize::MAX);
    }
}
