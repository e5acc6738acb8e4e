//! Units of metrics: how a value is told, and how a scenario writes it.

use serde::{Deserialize, Serialize};

use crate::units::{Bytes, Rate, Span};

/// Unit of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// Bits per second.
    BitsPerSecond,
    /// 0 to 1.
    Share,
    /// How many.
    Count,
}

impl Unit {
    /// A value as people read it: `"10m 31s"`, `"1.50 GB"`, `"42 %"`, `"3"`.
    pub fn say(self, value: f64) -> String {
        match self {
            // Fractions matter below ten seconds.
            Unit::Seconds if value < 10.0 => Span(whole(value * 1e6)).to_string(),
            Unit::Seconds => Span::seconds(whole(value)).to_string(),
            Unit::Bytes => Bytes(whole(value)).to_string(),
            Unit::BitsPerSecond => Rate(whole(value / 8.0)).to_string(),
            Unit::Share if value > 0.0 && value < 0.001 => "< 0.1 %".to_owned(),
            Unit::Share if value < 0.0995 && value > 0.0 => format!("{:.1} %", value * 100.0),
            Unit::Share if (0.995..1.0).contains(&value) => "> 99 %".to_owned(),
            Unit::Share => format!("{:.0} %", value * 100.0),
            Unit::Count => whole(value).to_string(),
        }
    }

    /// A value as a scenario takes it, not below (`up`) or not above the one given: `"\"4m 30s\""`, `"0"`.
    pub fn write(self, value: f64, up: bool) -> String {
        let round = |value: f64| whole(if up { value.ceil() } else { value.floor() });
        // Three digits are as fine as people set a bound.
        let coarse = |value: f64| {
            let mut step = 1.0;
            while value / step >= 1000.0 {
                step *= 10.0;
            }
            whole((if up { (value / step).ceil() } else { (value / step).floor() }) * step)
        };
        match self {
            Unit::Seconds if value < 10.0 => format!("\"{}ms\"", round(value * 1e3)),
            Unit::Seconds => format!("\"{}\"", compound(round(value))),
            Unit::Bytes => format!("\"{}\"", Bytes(coarse(value))),
            Unit::BitsPerSecond => format!("\"{}\"", Rate(coarse(value / 8.0))),
            Unit::Share => {
                let tenths = round(value * 1000.0);
                format!("\"{}.{} %\"", tenths / 10, tenths % 10)
            }
            Unit::Count => round(value).to_string(),
        }
    }
}

/// Seconds in full: `"1h 30m 5s"`.
fn compound(seconds: u64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let written: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if written.is_empty() { "0s".to_owned() } else { written.join(" ") }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates; values are not negative"
)]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_that_is_written_is_read_as_no_tighter_and_close() {
        for value in [0.25, 9.4, 10.5, 242.3, 3599.0, 3601.7, 86_400.0, 90_061.2] {
            let text = Unit::Seconds.write(value, true);
            let read = Span::parse(text.trim_matches('"')).unwrap().as_seconds();
            assert!(read >= value && read <= value + 1.0, "{value} {text}");
        }
        for value in [0.0, 1.0, 999.0, 1234.0, 1_999_999.0, 123_456_789_012.0] {
            let text = Unit::Bytes.write(value, true);
            let read = Bytes::parse(text.trim_matches('"')).unwrap().0 as f64;
            assert!(read >= value && read <= value * 1.01, "{value} {text}");
            let text = Unit::Bytes.write(value, false);
            let read = Bytes::parse(text.trim_matches('"')).unwrap().0 as f64;
            assert!(read <= value && read >= value * 0.99, "{value} {text}");
        }
        assert_eq!(Unit::Share.write(0.0421, true), "\"4.3 %\"");
        assert_eq!(Unit::Count.write(3.0, true), "3");
        assert_eq!(Unit::Count.write(3.0, false), "3");
    }
}
