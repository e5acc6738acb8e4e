//! Quantities as they are written, and what is said of those that cannot be read: a remedy keeps their meaning, or asks for it.

use super::{Bytes, Rate, Ratio, Span};
use crate::remedy::{Instead, Remedy};

/// Why a written quantity was refused, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// What is wrong.
    pub reason: String,
    /// How to write it.
    pub remedy: Remedy,
}

fn refuse<T>(reason: impl Into<String>, remedy: impl Into<Remedy>) -> Result<T, UnitError> {
    Err(UnitError { reason: reason.into(), remedy: remedy.into() })
}

impl Bytes {
    /// Reads `"2 TiB"`, `"500 GB"`, `"1.5MB"`.
    ///
    /// # Errors
    /// A number without unit, bits, an unknown unit, a negative or overflowing value.
    pub fn parse(text: &str) -> Result<Bytes, UnitError> {
        let (number, unit) = split(text)?;
        let factor = unit.strip_suffix('B').and_then(prefix_factor);
        let Some(factor) = factor else { return Err(size_meant(number, unit)) };
        Ok(Bytes(exact(number, factor, 1)?))
    }
}

/// Of a size that cannot be read: what it may have meant.
fn size_meant(number: &str, unit: &str) -> UnitError {
    let size = |unit: &str| format!("{number} {unit}");
    let not_a_size = || format!("`{unit}` is not a unit of size; sizes are bytes, with a capital B");
    let (reason, remedy) = if unit.is_empty() {
        let both = [Instead::new(size("GB"), "(10^9 bytes)"), Instead::new(size("GiB"), "(2^30 bytes)")];
        ("the size has no unit".to_owned(), Remedy::Write(both.into()))
    } else if let Some(prefix) = prefix_meant(unit, &["byte", "bytes", "b"]) {
        let bits = unit.strip_suffix('b').and_then(prefix_factor).and_then(|factor| {
            let bytes = exact(number, factor, 8).ok()?;
            Some(Instead::new(format!("{bytes} B"), "if bits are meant"))
        });
        let bytes = Instead::new(size(&format!("{prefix}B")), if bits.is_some() { "if bytes" } else { "" });
        (not_a_size(), Remedy::Write([Some(bytes), bits].into_iter().flatten().collect()))
    } else if let Some(prefix) = prefix_meant(unit, &["", "ig", "igs"]) {
        let both = [format!("{prefix}B"), format!("{prefix}iB")].map(|unit| Instead::new(size(&unit), ""));
        (not_a_size(), Remedy::Write(both.into()))
    } else if rate_unit(unit).is_some() {
        (format!("`{unit}` is a unit of rate, and a size is wanted"), "write how many bytes it is".into())
    } else {
        let known = "the units are B, KB, MB, GB, TB, PB or KiB, MiB, GiB, TiB, PiB";
        (format!("`{unit}` is not a unit of size"), known.into())
    };
    UnitError { reason, remedy }
}

/// What a rate counts, as a factor of bytes or a divisor of bits, and per how many seconds.
struct RateUnit {
    factor: u64,
    divisor: u64,
}

impl Rate {
    /// Reads `"200 Mbps"`, `"200 Mbit/s"` (decimal bits), `"25 MB/s"`, `"3 MiB/s"` (bytes), and `"20 GB/day"`, `"330 MB/h"`, `"5 GB/min"`.
    /// Rounds down to a whole byte a second.
    ///
    /// # Errors
    /// A number without unit, an unknown unit, a negative or overflowing value, or one of less than a byte a second.
    pub fn parse(text: &str) -> Result<Rate, UnitError> {
        let (number, unit) = split(text)?;
        let Some(RateUnit { factor, divisor }) = rate_unit(unit) else {
            return Err(rate_meant(number, unit));
        };
        let rate = exact(number, factor, divisor)?;
        if rate == 0 && number.contains(|c: char| ('1'..='9').contains(&c)) {
            return refuse(
                format!("`{text}` is less than 1 B/s, the finest rate"),
                "give at least \"8 bps\"",
            );
        }
        Ok(Rate(rate))
    }
}

fn rate_unit(unit: &str) -> Option<RateUnit> {
    if let Some(prefix) = unit.strip_suffix("bps") {
        return Some(RateUnit { factor: prefix_factor(prefix)?, divisor: 8 });
    }
    let (amount, time) = match unit.split_once(" per ") {
        Some((amount, time)) => (amount.trim(), time.trim()),
        None => unit.split_once('/').map(|(amount, time)| (amount.trim(), time.trim()))?,
    };
    let seconds = match time {
        "s" | "sec" | "second" => 1,
        "min" | "minute" => 60,
        "h" | "hr" | "hour" => 3600,
        "d" | "day" => 86_400,
        _ => return None,
    };
    let of_bits = ["bits", "bit", "b"].into_iter().find_map(|bit| amount.strip_suffix(bit));
    match (amount.strip_suffix('B'), of_bits) {
        (Some(prefix), _) => Some(RateUnit { factor: prefix_factor(prefix)?, divisor: seconds }),
        (None, Some(prefix)) => Some(RateUnit { factor: prefix_factor(prefix)?, divisor: 8 * seconds }),
        (None, None) => None,
    }
}

/// Of a rate that cannot be read: what it may have meant.
fn rate_meant(number: &str, unit: &str) -> UnitError {
    let rate = |unit: String, meaning: &'static str| Instead::new(format!("{number} {unit}"), meaning);
    let either = |prefix: &str| {
        let bytes = "for bytes per second (8 times as much)";
        Remedy::Write(vec![rate(format!("{prefix}bps"), "for bits"), rate(format!("{prefix}B/s"), bytes)])
    };
    let unknown = format!("`{unit}` is not a unit of rate");
    let (reason, remedy) = if unit.is_empty() {
        ("the rate has no unit".to_owned(), either("M"))
    } else if unit.ends_with("Bps") && prefix_factor(unit.trim_end_matches("Bps")).is_some() {
        let bytes = rate(format!("{}B/s", unit.trim_end_matches("Bps")), "for bytes");
        (unknown, Remedy::Write(vec![bytes]))
    } else if let Some(prefix) =
        prefix_meant(unit, &["bps", "bit", "bits", "be", "bit/sec", "bits/sec", "bit/s"])
    {
        (unknown, Remedy::Write(vec![rate(format!("{prefix}bps"), "")]))
    } else if let Some(prefix) = unit.strip_suffix('B').filter(|prefix| prefix_factor(prefix).is_some()) {
        let per = ["s", "h", "day"].map(|time| rate(format!("{prefix}B/{time}"), ""));
        (format!("`{unit}` is a size, and a rate is wanted: per what?"), Remedy::Write(per.into()))
    } else if let Some(prefix) = prefix_meant(unit, &["", "b", "ig", "igs", "b/s"]) {
        (unknown, either(prefix))
    } else {
        let known = "the units are bps, kbps, Mbps, Gbps or B, KB, MB, GB, MiB … per s, min, h or day";
        (unknown, known.into())
    };
    UnitError { reason, remedy }
}

/// The decimal prefix of a unit that ends like one of these, whatever its case.
fn prefix_meant(unit: &str, ends: &[&str]) -> Option<&'static str> {
    let lower = unit.to_lowercase();
    let prefixes = [("k", "K"), ("m", "M"), ("g", "G"), ("t", "T"), ("p", "P")];
    let is_it = |prefix: &str| lower.strip_prefix(prefix).is_some_and(|end| ends.contains(&end));
    prefixes.into_iter().find(|(prefix, _)| is_it(prefix)).map(|(_, meant)| meant)
}

impl Span {
    /// Reads `"5m"`, `"1h30m"`, `"2 days"`, `"250ms"`; a day is 24 hours.
    ///
    /// # Errors
    /// A number without unit, months or years, a negative or overflowing value.
    pub fn parse(text: &str) -> Result<Span, UnitError> {
        let text = text.trim();
        if text.parse::<f64>().is_ok() {
            let units = ["s", "m", "h"].map(|unit| Instead::new(format!("{text}{unit}"), ""));
            return refuse("the duration has no unit", Remedy::Write(units.into()));
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
    if text.starts_with(['-', '−']) {
        return refuse(format!("`{text}` is negative"), "give a value of zero or more");
    }
    if unit.starts_with(',') && unit[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return Err(comma_meant(text));
    }
    if number.is_empty() || !number.chars().any(|c| c.is_ascii_digit()) {
        return refuse(format!("`{text}` has no number"), "write the number, then its unit");
    }
    Ok((number, unit))
}

/// A number with a comma: the decimals of some languages, or the thousands of others.
fn comma_meant(text: &str) -> UnitError {
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_'))).unwrap_or(text.len());
    let (number, unit) = (&text[..end], &text[end..]);
    let parts: Vec<&str> = number.split(',').collect();
    let could_be_thousands =
        parts[1..].iter().all(|part| part.split('.').next().is_some_and(|it| it.len() == 3));
    let thousands = could_be_thousands.then(|| (number.replace(',', ""), "if the comma sets off thousands"));
    let decimal =
        (parts.len() == 2 && !number.contains('.')).then(|| (number.replace(',', "."), "if decimals"));
    let both = thousands.is_some() && decimal.is_some();
    let meant = [thousands, decimal].into_iter().flatten();
    let meant = meant
        .map(|(number, meaning)| Instead::new(format!("{number}{unit}"), if both { meaning } else { "" }));
    let meant: Vec<Instead> = meant.collect();
    let remedy =
        if meant.is_empty() { "write digits with at most one point".into() } else { Remedy::Write(meant) };
    UnitError { reason: format!("`{text}` has a comma"), remedy }
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
