//! One value of a record: a text of a table, or a value of JSON.

use serde_json::{Map, Value};

use super::super::fault::quote;
use super::super::number::{SCALE, decimal};

/// Why a value is not what its column needs, and what to do.
pub(super) type Refusal = (String, &'static str);

/// A value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'c> {
    /// As text.
    Text(&'c str),
    /// As JSON has it.
    Json(&'c Value),
}

impl<'c> Cell<'c> {
    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        match self {
            Cell::Text(text) => text.trim().is_empty(),
            Cell::Json(value) => match value {
                Value::Null => true,
                Value::String(text) => text.trim().is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
            },
        }
    }

    /// Text, or a number as it is written.
    pub fn text(self) -> String {
        match self {
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Json(Value::String(text)) => text.trim().to_owned(),
            Cell::Json(value) => value.to_string(),
        }
    }

    /// A value with parts of its own.
    pub fn object(self) -> Option<&'c Map<String, Value>> {
        match self {
            Cell::Json(Value::Object(parts)) => Some(parts),
            Cell::Text(_) | Cell::Json(_) => None,
        }
    }

    /// A whole number: bytes or cycles. A mean may have decimals in JSON, which are cut; in text a mark may group thousands, so there must be none.
    pub fn whole(self) -> Result<u64, Refusal> {
        let text = self.text();
        let is_json_number = matches!(self, Cell::Json(Value::Number(_)));
        let digits = text.strip_prefix('-').unwrap_or(&text);
        if !is_json_number && !digits.chars().all(|c| c.is_ascii_digit()) {
            let reason = format!("`{}` is no whole number without marks", quote(&text));
            return Err((
                reason,
                "export it as it is, in bytes or as a count, without format, unit or thousands",
            ));
        }
        let number = decimal(text.as_bytes()).map_err(|error| error.explain(&text))?;
        Ok(u64::try_from(number / SCALE).expect("the largest number that is read has 60 bits"))
    }

    /// A time that something took, in µs: `hh:mm:ss`, `d.hh:mm:ss`, seconds, or .NET's parts.
    pub fn micros(self) -> Result<u64, Refusal> {
        if let Some(parts) = self.object() {
            if let Some(ticks) = parts.get("Ticks").filter(|it| it.is_number()) {
                return Ok(Cell::Json(ticks).whole()? / 10);
            }
            return match parts.get("TotalSeconds") {
                Some(seconds) => Cell::Json(seconds).micros(),
                None => Err((
                    "there is neither `Ticks` nor `TotalSeconds` in it".into(),
                    "export it again, with ConvertTo-Json -Depth 3",
                )),
            };
        }
        let text = self.text();
        if text.contains(':') {
            return clock(&text).ok_or_else(|| no_time(&text));
        }
        let is_exact =
            matches!(self, Cell::Json(Value::Number(_))) || text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_exact {
            return Err(no_time(&text));
        }
        let number = decimal(text.as_bytes()).map_err(|error| error.explain(&text))?;
        Ok(u64::try_from(number / (SCALE / 1_000_000)).unwrap_or(u64::MAX))
    }
}

fn no_time(text: &str) -> Refusal {
    (format!("`{}` is no time that something takes", quote(text)), "write it like 00:00:41, or whole seconds")
}

/// `[d.]hh:mm:ss[.fffffff]`.
fn clock(text: &str) -> Option<u64> {
    let number = |digits: &str| {
        let is_number =
            !digits.is_empty() && digits.len() < 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<u64>().ok()).flatten()
    };
    let mut parts = text.split(':');
    let (first, minutes, last) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (days, hours) =
        first.split_once('.').map_or((Some(0), number(first)), |(d, h)| (number(d), number(h)));
    let (seconds, rest) = last.split_once('.').unwrap_or((last, "0"));
    let (hours, minutes, seconds) = (hours?, number(minutes)?, number(seconds)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let fraction = number(rest)? * 1_000_000 / 10_u64.pow(u32::try_from(rest.len()).ok()?);
    Some((((days? * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_however_it_is_written() {
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        for (text, micros) in
            [("00:00:41", 41_000_000), ("1.02:03:04.5000000", 93_784_500_000), ("41", 41_000_000)]
        {
            assert_eq!(Cell::Text(text).micros(), Ok(micros), "{text}");
        }
        for (text, micros) in [
            (r#"{"TotalSeconds": 41.5, "Ticks": 415000000}"#, 41_500_000),
            (r#"{"TotalSeconds": 0.25}"#, 250_000),
            ("12.5", 12_500_000),
            (r#""00:01:00""#, 60_000_000),
        ] {
            assert_eq!(Cell::Json(&json(text)).micros(), Ok(micros), "{text}");
        }
        for text in ["1,5", "1.500", "00:61:00", "00:00", "a", "-1", "00:00:41:00", "99999999999:00:00"] {
            assert!(Cell::Text(text).micros().is_err(), "{text}");
        }
    }

    #[test]
    fn bytes_have_no_marks_in_a_text() {
        assert_eq!(Cell::Text(" 52428800 ").whole(), Ok(52_428_800));
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(Cell::Json(&json("5.24288E7")).whole(), Ok(52_428_800));
        for text in ["1.024", "1,024", "50 MB", "1e3", "", "-5"] {
            assert!(Cell::Text(text).whole().is_err(), "{text}");
        }
    }
}
