//! Time, data and rates as integers, and their written forms, which always carry a unit.
//!
//! Sizes and rates are case-sensitive: `b` is a bit, `B` a byte, `k M G T P` are decimal, `Ki Mi Gi Ti Pi` binary.
//! A bare number is refused with both spellings shown. Imports nothing of this crate.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::Serialize;

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
    /// An instant that never comes.
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

    /// `seconds` whole seconds.
    pub const fn seconds(seconds: u64) -> Span {
        Span(seconds * MICROS)
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

impl Ratio {
    /// The whole.
    pub const ONE: Ratio = Ratio(1_000_000);
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0 + span.0)
    }
}
impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        self.0 += span.0;
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
        Span(self.0 + other.0)
    }
}
impl AddAssign for Span {
    fn add_assign(&mut self, other: Span) {
        self.0 += other.0;
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

/// Why a written quantity was refused, as a sentence with the remedy in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// What is wrong.
    pub reason: String,
    /// How to write it.
    pub remedy: String,
}

fn refuse<T>(reason: impl Into<String>, remedy: impl Into<String>) -> Result<T, UnitError> {
    Err(UnitError { reason: reason.into(), remedy: remedy.into() })
}

impl Bytes {
    /// Reads `"2 TiB"`, `"500 GB"`, `"1.5MB"`.
    ///
    /// # Errors
    /// A number without unit, bits, an unknown unit, a negative or overflowing value.
    pub fn parse(text: &str) -> Result<Bytes, UnitError> {
        let (number, unit) = split(text)?;
        let example = || format!("write \"{number} GB\" (10^9 bytes) or \"{number} GiB\" (2^30 bytes)");
        if unit.is_empty() {
            return refuse("the size has no unit", example());
        }
        let Some(prefix) = unit.strip_suffix('B') else {
            return refuse(
                format!("`{unit}` is not a unit of size; sizes are bytes, with a capital B"),
                example(),
            );
        };
        let Some(factor) = prefix_factor(prefix) else {
            return refuse(format!("`{unit}` is not a unit of size"), example());
        };
        Ok(Bytes(exact(number, factor, 1)?))
    }
}

impl Rate {
    /// Reads `"200 Mbps"`, `"200 Mbit/s"` (decimal bits) or `"25 MB/s"`, `"3 MiB/s"` (bytes). Bits round down to a whole byte.
    ///
    /// # Errors
    /// A number without unit, an unknown unit, a negative or overflowing value.
    pub fn parse(text: &str) -> Result<Rate, UnitError> {
        let (number, unit) = split(text)?;
        let example = || {
            format!(
                "write \"{number} Mbps\" for megabits or \"{number} MB/s\" for megabytes per second (8 times as much)"
            )
        };
        if unit.is_empty() {
            return refuse("the rate has no unit", example());
        }
        let (prefix, divisor) =
            match (unit.strip_suffix("B/s"), unit.strip_suffix("bps"), unit.strip_suffix("bit/s")) {
                (Some(prefix), ..) => (prefix, 1),
                (_, Some(prefix), _) | (.., Some(prefix)) => (prefix, 8),
                _ => return refuse(format!("`{unit}` is not a unit of rate"), example()),
            };
        let Some(factor) = prefix_factor(prefix) else {
            return refuse(format!("`{unit}` is not a unit of rate"), example());
        };
        Ok(Rate(exact(number, factor, divisor)?))
    }
}

impl Span {
    /// Reads `"5m"`, `"1h30m"`, `"2 days"`, `"250ms"`; a day is 24 hours.
    ///
    /// # Errors
    /// A number without unit, months or years, a negative or overflowing value.
    pub fn parse(text: &str) -> Result<Span, UnitError> {
        let text = text.trim();
        if text.parse::<f64>().is_ok() {
            return refuse(
                "the duration has no unit",
                format!("write \"{text}s\", \"{text}m\" or \"{text}h\""),
            );
        }
        let remedy = "write it like \"30s\", \"5m\", \"1h30m\" or \"2d\"";
        let Ok(span) = text.parse::<jiff::Span>() else {
            return refuse(format!("`{text}` is not a duration"), remedy);
        };
        if span.is_negative() {
            return refuse("a duration cannot be negative", remedy);
        }
        if span.get_months() != 0 || span.get_years() != 0 {
            return refuse("months and years have no fixed length", "give days: \"30d\"");
        }
        let micros = span
            .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
            .ok()
            .and_then(|duration| u64::try_from(duration.as_micros()).ok());
        micros.map_or_else(
            || refuse(format!("`{text}` is too long a duration"), remedy),
            |micros| Ok(Span(micros)),
        )
    }
}

impl Ratio {
    /// Reads `"95 %"` or `"0.95"`, down to a part per million; at most 4294 times the whole.
    ///
    /// # Errors
    /// Not a number, negative, too large.
    pub fn parse(text: &str) -> Result<Ratio, UnitError> {
        let (number, unit) = split(text)?;
        let factor = match unit {
            "" => 1_000_000,
            "%" => 10_000,
            _ => return refuse(format!("`{text}` is not a share"), "write \"95 %\" or \"0.95\""),
        };
        let parts = exact(number, factor, 1)?;
        u32::try_from(parts).map_or_else(
            |_| refuse(format!("`{text}` is too large"), "at most 4294"),
            |parts| Ok(Ratio(parts)),
        )
    }
}

/// The number and the unit of `text`, both trimmed.
fn split(text: &str) -> Result<(&str, &str), UnitError> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(text.len());
    let (number, unit) = (text[..end].trim(), text[end..].trim());
    if text.starts_with('-') {
        return refuse(format!("`{text}` is negative"), "give a value of zero or more");
    }
    if number.is_empty() || !number.chars().any(|c| c.is_ascii_digit()) {
        return refuse(format!("`{text}` has no number"), "write the number, then its unit");
    }
    Ok((number, unit))
}

fn prefix_factor(prefix: &str) -> Option<u64> {
    Some(match prefix {
        "" => 1,
        "k" | "K" => 1000,
        "M" => 1000_u64.pow(2),
        "G" => 1000_u64.pow(3),
        "T" => 1000_u64.pow(4),
        "P" => 1000_u64.pow(5),
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        "Pi" => 1 << 50,
        _ => return None,
    })
}

/// ⌊number × factor ÷ divisor⌋ for a decimal `number`, exactly.
fn exact(number: &str, factor: u64, divisor: u64) -> Result<u64, UnitError> {
    let digits: String = number.chars().filter(|c| *c != '_').collect();
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let malformed =
        || refuse(format!("`{number}` is not a number"), "write digits with at most one point: \"1.5\"");
    if fraction.contains('.') {
        return malformed();
    }
    let too_large = || refuse(format!("`{number}` is too large or too finely written"), "at most 18 digits");
    if whole.len() + fraction.len() > 18 {
        return too_large();
    }
    let Ok(mantissa) = format!("0{whole}{fraction}").parse::<u128>() else {
        return malformed();
    };
    let scale = 10_u128.pow(u32::try_from(fraction.len()).unwrap_or(u32::MAX)) * u128::from(divisor);
    u64::try_from(mantissa * u128::from(factor) / scale).or_else(|_| too_large())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_bytes_decimal_and_binary_stay_apart() {
        assert_eq!(Rate::parse("200 Mbps"), Ok(Rate(25_000_000)));
        assert_eq!(Rate::parse("25 MB/s"), Ok(Rate(25_000_000)));
        assert_eq!(Rate::parse("1 MiB/s"), Ok(Rate(1_048_576)));
        assert_eq!(Bytes::parse("2 TB"), Ok(Bytes(2_000_000_000_000)));
        assert_eq!(Bytes::parse("2TiB"), Ok(Bytes(2_199_023_255_552)));
        assert_eq!(Bytes::parse("1.5 KB"), Ok(Bytes(1500)));
    }

    #[test]
    fn a_bare_number_or_a_wrong_unit_is_refused_with_a_remedy() {
        for text in ["200", "200 Mb", "200 mB", "-3 GB", "GB", "1..5 GB", "99999999999999999999 GB"] {
            assert!(Bytes::parse(text).is_err(), "{text}");
        }
        for text in ["200", "200 MB", "200 M", "200 mbps"] {
            assert!(Rate::parse(text).is_err(), "{text}");
        }
        assert!(Rate::parse("200").unwrap_err().remedy.contains("MB/s"));
        for text in ["5", "5 parsecs", "-5m", "1mo", "1y", ""] {
            assert!(Span::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_read_and_print() {
        assert_eq!(Span::parse("1h30m"), Ok(Span::seconds(5400)));
        assert_eq!(Span::parse("2 days"), Ok(Span::seconds(172_800)));
        assert_eq!(Span::parse("1w"), Ok(Span::seconds(604_800)));
        assert_eq!(Span::parse("250ms"), Ok(Span(250_000)));
        assert_eq!(Span::seconds(5400).to_string(), "1h 30m");
        assert_eq!(Span(4_250_000).to_string(), "4.250s");
        assert_eq!(Bytes(1_500_000_000).to_string(), "1.50 GB");
        assert_eq!(Rate(25_000_000).to_string(), "200 Mbps");
    }

    #[test]
    fn shares_read() {
        assert_eq!(Ratio::parse("95 %"), Ok(Ratio(950_000)));
        assert_eq!(Ratio::parse("0.7"), Ok(Ratio(700_000)));
        assert!(Ratio::parse("5 GB").is_err());
    }
}
