//! Time, data and rates as integers, and their written forms, which always carry a unit.
//!
//! Sizes and rates are case-sensitive: `b` is a bit, `B` a byte, `k M G T P` are decimal, `Ki Mi Gi Ti Pi` binary.
//! Rates may be per second, minute, hour or day. What cannot be read is refused with what was probably meant. Imports remedies.

mod written;

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::Serialize;

pub use written::UnitError;

/// Microseconds in a second.
pub const MICROS: u64 = 1_000_000;

/// The nearest fraction, for estimates and for print: exact below 2^53.
#[allow(clippy::cast_precision_loss, reason = "estimates and print")]
pub fn as_f64(number: u64) -> f64 {
    number as f64
}

/// An instant, in microseconds since the start of the run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Time(pub u64);

/// A length of time, in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Span(pub u64);

/// An amount of data, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Bytes(pub u64);

/// A rate of data, in bytes per second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Rate(pub u64);

/// A fraction in parts per million: an efficiency, a share, a coalescing factor. `Ratio(1_000_000)` is one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Ratio(pub u32);

impl Time {
    /// The start of the run.
    pub const START: Time = Time(0);
    /// An instant that never comes. Whatever is added to it, it stays so.
    pub const NEVER: Time = Time(u64::MAX);

    /// The time since `earlier`.
    ///
    /// # Panics
    /// If `earlier` is later.
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.checked_sub(earlier.0).expect("time runs forward"))
    }

    /// This instant plus `span`, or [`Time::NEVER`] where that does not fit.
    pub fn plus(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// The longest that a scenario may write: 100 years, so that 5,000 of them in a row fit.
    pub const MOST: Span = Span::seconds(36_525 * 86_400);

    /// `seconds` whole seconds, as many as can be counted.
    pub const fn seconds(seconds: u64) -> Span {
        Span(seconds.saturating_mul(MICROS))
    }

    /// In seconds, for statistics and drawing only.
    #[allow(
        clippy::cast_precision_loss,
        reason = "drawing and statistics; exact below 2^53 microseconds (285 years)"
    )]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Bytes {
    /// The most that a scenario may write, and that all of a kind in it may have together: 10^18 bytes, an 18th of what is counted.
    pub const MOST: Bytes = Bytes(1_000_000_000_000_000_000);
}

impl Rate {
    /// The most that a scenario may write: 10^15 bytes a second, a thousand times the fastest link that is told from an unlimited one.
    pub const MOST: Rate = Rate(1_000_000_000_000_000);
}

impl Ratio {
    /// The whole.
    pub const ONE: Ratio = Ratio(1_000_000);

    /// As a fraction, for print.
    pub fn as_share(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        self.plus(span)
    }
}
impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = self.plus(span);
    }
}
impl Sub<Time> for Time {
    type Output = Span;
    fn sub(self, earlier: Time) -> Span {
        self.since(earlier)
    }
}
impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}
impl AddAssign for Span {
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}us", self.0)
    }
}
impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} B", self.0)
    }
}
impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} B/s", self.0)
    }
}
impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ppm", self.0)
    }
}

/// Largest two units: `3d 4h`, `1h 30m`, `5m 20s`, `4.250s`, `12ms`, `7us`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0;
        let seconds = micros / MICROS;
        let two = |f: &mut fmt::Formatter<'_>, high: u64, low: u64, names: (&str, &str)| match low {
            0 => write!(f, "{high}{}", names.0),
            low => write!(f, "{high}{} {low}{}", names.0, names.1),
        };
        match seconds {
            0 if micros == 0 => write!(f, "0s"),
            0 if micros.is_multiple_of(1000) => write!(f, "{}ms", micros / 1000),
            0 => write!(f, "{micros}us"),
            1..60 if !micros.is_multiple_of(MICROS) => {
                write!(f, "{}.{:03}s", seconds, micros % MICROS / 1000)
            }
            1..60 => write!(f, "{seconds}s"),
            60..3600 => two(f, seconds / 60, seconds % 60, ("m", "s")),
            3600..86_400 => two(f, seconds / 3600, seconds % 3600 / 60, ("h", "m")),
            _ => two(f, seconds / 86_400, seconds % 86_400 / 3600, ("d", "h")),
        }
    }
}

/// Decimal units with three significant digits: `1.50 GB`.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        scaled(f, self.0, &["B", "KB", "MB", "GB", "TB", "PB", "EB"])
    }
}

/// Bits per second, as links are sold: `200 Mbps`.
impl Rate {
    /// With all its digits: `21.058336 Mbps`.
    pub fn exact(self) -> String {
        let bits = u128::from(self.0) * 8;
        let units = [(1_000_000_000, "Gbps"), (1_000_000, "Mbps"), (1000, "kbps")];
        let (scale, name) = units.into_iter().find(|(scale, _)| bits >= *scale).unwrap_or((1, "bps"));
        let (whole, rest) = (bits / scale, bits % scale);
        let digits = scale.to_string().len() - 1;
        let rest = format!("{rest:0digits$}");
        let rest = rest.trim_end_matches('0');
        if rest.is_empty() { format!("{whole} {name}") } else { format!("{whole}.{rest} {name}") }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        scaled(f, self.0.saturating_mul(8), &["bps", "kbps", "Mbps", "Gbps", "Tbps", "Pbps", "Ebps"])
    }
}

fn scaled(f: &mut fmt::Formatter<'_>, value: u64, units: &[&str]) -> fmt::Result {
    let mut scale = 1u64;
    let mut unit = 0;
    while unit + 1 < units.len() && value / scale >= 1000 {
        scale *= 1000;
        unit += 1;
    }
    if value.is_multiple_of(scale) {
        return write!(f, "{} {}", value / scale, units[unit]);
    }
    let milli = u128::from(value) * 1000 / u128::from(scale);
    match milli / 1000 {
        0..10 => write!(f, "{}.{:02} {}", milli / 1000, milli % 1000 / 10, units[unit]),
        10..100 => write!(f, "{}.{} {}", milli / 1000, milli % 1000 / 100, units[unit]),
        whole => write!(f, "{whole} {}", units[unit]),
    }
}

#[cfg(test)]
mod tests;
