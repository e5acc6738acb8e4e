//! Rates of links, as writers of topologies give them: bits per second (`LinkSpeedRaw`), or a number with a unit apart
//! (`LinkSpeed`, `LinkSpeedUnits`). A rate that is not understood is told, never put right by a guess.

use super::super::fault::quote;
use super::super::number::{SCALE, decimal};
use crate::units::Rate;

/// What is written of a link's rate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Speed<'t> {
    /// `LinkSpeedRaw`: bits per second.
    pub raw: Option<&'t str>,
    /// `LinkSpeed` or a word like it, with what it says: a number, or a number with its unit.
    pub number: Option<(&'static str, &'t str)>,
    /// `LinkSpeedUnits`: the unit of the number.
    pub unit: Option<&'t str>,
    /// `LinkLabel`: a text for people, which holds a rate at times.
    pub label: Option<&'t str>,
}

impl Speed<'_> {
    /// The rate, `None` where none is written.
    ///
    /// # Errors
    /// Why what is written is not understood.
    pub fn rate(self) -> Result<Option<Rate>, String> {
        let raw = self.raw.filter(|text| !text.is_empty()).map(|text| rate(text, "bps", "LinkSpeedRaw"));
        let number = self.number.map(|(name, text)| (name, text.trim())).filter(|(_, text)| !text.is_empty());
        let number = number.map(|(name, text)| match self.unit.unwrap_or("").trim() {
            "" => with_unit(text, name),
            unit => rate(text, unit, name),
        });
        match (raw.transpose()?, number.transpose()?) {
            (Some(raw), Some(number)) if raw != number => {
                Err(format!("LinkSpeedRaw says {raw}, LinkSpeed {number}"))
            }
            (None, None) => match self.label.map(str::trim) {
                // only a label that is a rate as a whole says one
                Some(label) if label.starts_with(|first: char| first.is_ascii_digit()) => {
                    with_unit(label, "LinkLabel").map(Some)
                }
                Some(_) | None => Ok(None),
            },
            (raw, number) => Ok(raw.or(number)),
        }
    }
}

/// Units of bits and bytes per second, case kept: `mbps` may be bits or bytes.
pub(super) fn unit(text: &str) -> Option<(u128, u128)> {
    let (power, rest) = match text.as_bytes().first()? {
        b'k' | b'K' => (1_000, &text[1..]),
        b'M' => (1_000_000, &text[1..]),
        b'G' => (1_000_000_000, &text[1..]),
        b'T' => (1_000_000_000_000, &text[1..]),
        _ => (1, text),
    };
    match rest {
        "" if power > 1 => Some((power, 8)),
        "b" | "bps" | "b/s" | "bit" | "bits" | "bit/s" | "bits/s" => Some((power, 8)),
        "B/s" | "Bps" => Some((power, 1)),
        _ => None,
    }
}

/// A number and its unit in one text.
fn with_unit(text: &str, what: &str) -> Result<Rate, String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(text.len());
    match text[end..].trim() {
        "" => Err(format!("{what} `{}` has no unit", quote(text))),
        unit => rate(&text[..end], unit, what),
    }
}

/// Rounds down to a whole byte a second.
pub(super) fn rate(number: &str, of: &str, what: &str) -> Result<Rate, String> {
    let strange = || format!("{what} `{}`", quote(number));
    let (factor, divisor) =
        unit(of).ok_or_else(|| format!("{}: `{}` is no unit of a rate", strange(), quote(of)))?;
    let exact = decimal(number.trim().as_bytes()).map_err(|_| format!("{} is no number", strange()))?;
    let bytes = exact.checked_mul(factor).map(|bits| bits / divisor / SCALE);
    let bytes = bytes.and_then(|bytes| u64::try_from(bytes).ok()).map(Rate);
    match bytes.filter(|rate| *rate <= Rate::MOST) {
        Some(Rate(0)) => Err(format!("{} is no rate", strange())),
        Some(rate) => Ok(rate),
        None => Err(format!("{} `{}` is too large to be true", strange(), quote(of))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_with_a_unit_whose_case_counts() {
        let speed = |number, unit| {
            let number = Some(("LinkSpeed", number));
            Speed { number, unit: Some(unit), ..Speed::default() }.rate()
        };
        for (number, unit, bytes) in [
            ("155", "M", 19_375_000),
            ("8", "Mbps", 1_000_000),
            ("2.5", "Gbit/s", 312_500_000),
            ("64", "k", 8_000),
            ("10 Gbps", "", 1_250_000_000),
            ("10", "MB/s", 10_000_000),
        ] {
            assert_eq!(speed(number, unit), Ok(Some(Rate(bytes))), "{number} {unit}");
        }
        for (number, unit, why) in [
            ("8", "", "LinkSpeed `8` has no unit"),
            ("8", "mbps", "`mbps` is no unit of a rate"),
            ("1,5", "M", "`1,5` is no number"),
            ("< 10", "M", "`< 10` is no number"),
            ("0", "M", "`0` is no rate"),
            ("1e30", "T", "`1e30` is no number"),
            ("99999999", "T", "too large"),
        ] {
            let told = speed(number, unit).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
        assert_eq!(Speed::default().rate(), Ok(None));
    }

    #[test]
    fn two_rates_of_one_link_agree_or_neither_counts() {
        let speed = |raw, label| Speed { raw, number: Some(("LinkSpeed", "8")), unit: Some("M"), label };
        assert_eq!(speed(Some("8000000.0"), Some("8 Mbps")).rate(), Ok(Some(Rate(1_000_000))));
        assert!(speed(Some("8000000000"), None).rate().is_err_and(|told| told.contains("8 Gbps")));
        let label = |label| Speed { label: Some(label), ..Speed::default() }.rate();
        assert_eq!(label("155 Mbps"), Ok(Some(Rate(19_375_000))));
        assert_eq!(label("Fibre"), Ok(None));
        assert!(label("10 Gbps < 2").is_err());
    }
}
