//! Quantities as written: one value with its unit, or a distribution of values to draw from.

use crate::problem::{Code, codes};
use crate::random::{Stream, whole};
use crate::remedy::Remedy;
use crate::units::{Bytes, Rate, Ratio, Span, UnitError};

/// A kind of quantity.
pub trait Quantity: Copy {
    /// The most that may be written or drawn, in its smallest unit and in words.
    const MOST: (u64, &str);
    /// Reads one value.
    ///
    /// # Errors
    /// In words, with the remedy.
    fn read(text: &str) -> Result<Self, UnitError>;
    /// As a whole number of its smallest unit.
    fn raw(self) -> u64;
    /// From a whole number of its smallest unit, kept inside its range.
    fn from_raw(raw: u64) -> Self;
}

macro_rules! quantity {
    ($($kind:ty, $most:expr, $words:expr, $read:expr, $raw:expr, $from:expr;)*) => {
        $(impl Quantity for $kind {
            const MOST: (u64, &str) = ($most, $words);
            fn read(text: &str) -> Result<Self, UnitError> { $read(text) }
            fn raw(self) -> u64 { $raw(self) }
            fn from_raw(raw: u64) -> Self { $from(raw) }
        })*
    };
}

quantity! {
    Bytes, Bytes::MOST.0, "\"1000 PB\"", Bytes::parse, |value: Bytes| value.0, Bytes;
    Rate, Rate::MOST.0, "\"1 PB/s\"", Rate::parse, |value: Rate| value.0, Rate;
    Span, Span::MOST.0, "\"36525d\"", Span::parse, |value: Span| value.0, Span;
    Ratio, u32::MAX as u64, "4294", Ratio::parse, |value: Ratio| value.0.into(), |raw| Ratio(u32::try_from(raw).unwrap_or(u32::MAX));
    u64, u64::MAX, "18446744073709551615", count, |value| value, |raw| raw;
    u32, u32::MAX as u64, "4294967295", count, u64::from, |raw| u32::try_from(raw).unwrap_or(u32::MAX);
    u8, u8::MAX as u64, "255", count, u64::from, |raw| u8::try_from(raw).unwrap_or(u8::MAX);
}

/// A whole number that fits its type.
fn count<T: TryFrom<u64>>(text: &str) -> Result<T, UnitError> {
    let digits: String = text.trim().chars().filter(|c| *c != '_').collect();
    digits.parse::<u64>().ok().and_then(|value| T::try_from(value).ok()).ok_or_else(|| UnitError {
        reason: format!("`{text}` is not a whole number in range"),
        remedy: "write digits only".into(),
    })
}

/// Why a quantity was refused.
pub struct Refused {
    /// Its kind of problem.
    pub code: &'static Code,
    /// What is wrong and how to write it.
    pub error: UnitError,
}

impl From<UnitError> for Refused {
    fn from(error: UnitError) -> Refused {
        Refused { code: &codes::QUANTITY, error }
    }
}

/// The value of `text`, drawn from the stream if it is a distribution.
///
/// # Errors
/// Neither a quantity nor a distribution.
pub fn draw<T: Quantity>(text: &str, stream: impl FnOnce() -> Stream) -> Result<T, Refused> {
    if is_drawn(text) { in_reach(draw_from(text, &mut stream())?, text) } else { one(text) }
}

/// The value of `text`, which is no distribution.
///
/// # Errors
/// No quantity, or more than its kind may have.
pub fn one<T: Quantity>(text: &str) -> Result<T, Refused> {
    in_reach(T::read(text)?, text)
}

fn in_reach<T: Quantity>(value: T, text: &str) -> Result<T, Refused> {
    let (most, words) = T::MOST;
    if value.raw() <= most {
        return Ok(value);
    }
    let drawn = if is_drawn(text) { "a value drawn from " } else { "" };
    let reason = format!("{drawn}`{text}` is more than a run can count");
    Err(Refused {
        code: &codes::RANGE,
        error: UnitError { reason, remedy: format!("give at most {words}").into() },
    })
}

/// The next value of `text` from a stream that goes on.
///
/// # Errors
/// As [`draw`].
pub fn draw_from<T: Quantity>(text: &str, stream: &mut Stream) -> Result<T, Refused> {
    let text = text.trim();
    let part = |part: &str| T::read(part).map_err(|error| within(text, part.trim(), error));
    if let Some(list) = text.strip_prefix("one of ") {
        let values: Vec<T> = list.split('|').map(part).collect::<Result<_, _>>()?;
        return stream.choice(&values).copied().ok_or_else(|| unreadable(text));
    }
    if let Some(rest) = text.strip_prefix("log-uniform ") {
        let (low, high) = between(rest, text, part)?;
        if low.raw() == 0 {
            return Err(distribution("a log-uniform distribution cannot start at zero"));
        }
        return Ok(rounded(stream.log_uniform(float(low), float(high))));
    }
    if let Some(rest) = text.strip_prefix("uniform ") {
        let (low, high) = between(rest, text, part)?;
        return Ok(T::from_raw(stream.uniform(low.raw(), high.raw())));
    }
    if let Some(mean) = text.strip_prefix("exponential mean ") {
        return Ok(rounded(stream.exponential(float(part(mean)?))));
    }
    if let Some(rest) = text.strip_prefix("lognormal median ") {
        let (median, sigma) = rest.split_once(" sigma ").ok_or_else(|| unreadable(text))?;
        let sigma: f64 = sigma.trim().parse().map_err(|_| unreadable(text))?;
        if !(0.0..=10.0).contains(&sigma) {
            return Err(distribution("sigma must lie between 0 and 10"));
        }
        return Ok(rounded(stream.lognormal(float(part(median)?), sigma)));
    }
    Ok(T::read(text)?)
}

/// Whether `text` looks like a distribution.
pub fn is_drawn(text: &str) -> bool {
    let text = text.trim_start();
    ["one of ", "uniform ", "log-uniform ", "lognormal ", "exponential "]
        .iter()
        .any(|word| text.starts_with(word))
}

fn between<T: Quantity>(
    range: &str,
    text: &str,
    read: impl Fn(&str) -> Result<T, Refused>,
) -> Result<(T, T), Refused> {
    let (low, high) = range.split_once(" to ").ok_or_else(|| unreadable(text))?;
    let (low, high) = (read(low)?, read(high)?);
    if low.raw() > high.raw() {
        return Err(distribution("its lower end is above its upper end"));
    }
    Ok((low, high))
}

/// A part of `text` was refused: what may stand instead, with the rest of the text.
fn within(text: &str, part: &str, mut error: UnitError) -> Refused {
    let at = part.as_ptr() as usize - text.as_ptr() as usize;
    let (before, after) = (&text[..at], &text[at + part.len()..]);
    if let Remedy::Write(texts) = &mut error.remedy {
        texts.iter_mut().for_each(|instead| instead.text = format!("{before}{}{after}", instead.text));
    }
    error.into()
}

fn unreadable(text: &str) -> Refused {
    distribution(&format!("`{text}` is not a distribution"))
}

fn distribution(reason: &str) -> Refused {
    let error = UnitError { reason: reason.to_owned(), remedy: codes::DISTRIBUTION.remedy.into() };
    Refused { code: &codes::DISTRIBUTION, error }
}

#[allow(clippy::cast_precision_loss, reason = "a drawn value is rounded anyway")]
fn float<T: Quantity>(value: T) -> f64 {
    value.raw() as f64
}

fn rounded<T: Quantity>(value: f64) -> T {
    T::from_raw(whole(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn<T: Quantity>(text: &str) -> Result<T, String> {
        draw(text, || Stream::new(1, "test", "x")).map_err(|refused| refused.error.reason)
    }

    #[test]
    fn distributions_stay_in_their_range() {
        for _ in 0..10 {
            let size: Bytes = drawn("uniform 2 GB to 8 GB").unwrap();
            assert!((2_000_000_000..=8_000_000_000).contains(&size.0));
            let rate: Rate = drawn("log-uniform 50 KB/s to 5 MB/s").unwrap();
            assert!((50_000..=5_000_000).contains(&rate.0));
            let size: Bytes = drawn("one of 4 GB | 8 GB").unwrap();
            assert!([4_000_000_000, 8_000_000_000].contains(&size.0));
            assert!(drawn::<Rate>("lognormal median 8 KB/s sigma 1.8").is_ok());
        }
    }

    #[test]
    fn malformed_distributions_are_refused() {
        for text in [
            "uniform 2 GB",
            "uniform 8 GB to 2 GB",
            "log-uniform 0 GB to 2 GB",
            "lognormal median 8 GB",
            "one of ",
            "lognormal median 8 GB sigma x",
            "uniform 2 to 8",
            "gamma 2 GB",
        ] {
            assert!(drawn::<Bytes>(text).is_err(), "{text}");
        }
    }
}
