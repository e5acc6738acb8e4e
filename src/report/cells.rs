//! Cells of tables as people read them and as files have them. Imports documents and words.

use crate::document::{Document, Unit, Value};
use crate::plan::words::percent;

use super::instant::{day, said};
use super::words;
use crate::units::{Rate, as_f64};

/// How an instant is said that counts seconds from the start of a run.
pub type Clock<'a> = &'a dyn Fn(f64) -> String;

/// A cell as people read it.
pub fn spoken(value: &Value, unit: Unit, clock: Clock<'_>) -> String {
    match value {
        Value::Text(text) => words::plain(text),
        Value::At(at) => said(&words::plain(at)),
        Value::Day(at) => day(&words::plain(at)),
        Value::Number(number) | Value::Over(number) => number_text(*number, unit, clock),
        Value::Whole(count) => {
            whole(*count, unit).unwrap_or_else(|| number_text(as_f64(*count), unit, clock))
        }
        Value::Mark(_, mark) => words::plain(&mark.text()),
        Value::Instead(words) => (*words).to_owned(),
        Value::None(_) => words::NONE.to_owned(),
    }
}

/// What stands behind a cell: the exact value where what is read is shortened, or why there is none.
pub fn exact(value: &Value, unit: Unit) -> String {
    let number =
        |number: &dyn std::fmt::Display| format!("{number} {}", unit_words(unit)).trim_end().to_owned();
    match value {
        // Of a whole second the zone alone is left out, which stands where the run is named.
        Value::At(at) if !at.contains('.') => String::new(),
        Value::At(at) | Value::Day(at) => words::plain(at),
        Value::Whole(_) if matches!(unit, Unit::Count | Unit::Iops) => String::new(),
        Value::Whole(count) => number(count),
        Value::Number(it) | Value::Over(it) => written(*it, 6).map_or(String::new(), |it| number(&it)),
        Value::None(why) => words::plain(why),
        Value::Text(_) | Value::Mark(..) | Value::Instead(_) => String::new(),
    }
}

fn number_text(number: f64, unit: Unit, clock: Clock<'_>) -> String {
    if !number.is_finite() {
        return words::NONE.to_owned();
    }
    if number < 0.0 && whole(0, unit).is_some() {
        return format!("−{}", number_text(-number, unit, clock));
    }
    match unit {
        Unit::Seconds => duration(number),
        Unit::Moment => clock(number),
        Unit::Share => percent(number),
        Unit::Money => money(number),
        Unit::Bytes
        | Unit::BytesPerSecond
        | Unit::BitsPerSecond
        | Unit::ExactBitsPerSecond
        | Unit::Count
        | Unit::Iops => whole(words::whole(number), unit).unwrap_or_default(),
        Unit::Factor | Unit::Text => format!("{}", (number * 1000.0).round() / 1000.0),
    }
}

/// A whole number of a unit that has no parts.
fn whole(number: u64, unit: Unit) -> Option<String> {
    match unit {
        Unit::Bytes => Some(words::bytes(number)),
        Unit::BytesPerSecond => Some(format!("{}/s", words::bytes(number))),
        Unit::BitsPerSecond => Some(words::rate(number)),
        Unit::ExactBitsPerSecond => Some(Rate(number / 8).exact()),
        Unit::Count | Unit::Iops => Some(words::thousands(number)),
        Unit::Text | Unit::Seconds | Unit::Moment | Unit::Share | Unit::Money | Unit::Factor => None,
    }
}

/// Start of the run with its offset, as in `2026-03-02T00:00:00+01:00`; empty where there is no run.
pub(super) fn start(document: &Document) -> String {
    let start = jiff::Timestamp::from_microsecond(document.start_unix_us);
    let zoned = start.and_then(|start| start.in_tz(&document.zone));
    zoned.map_or(String::new(), |start| start.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// As reports say it; what is longer than any run is cut.
pub(super) fn duration(seconds: f64) -> String {
    words::duration(seconds.clamp(-1e12, 1e12))
}

/// `12,345.60`.
fn money(amount: f64) -> String {
    let cents = words::whole(amount.abs() * 100.0);
    let sign = if amount < 0.0 && cents > 0 { "−" } else { "" };
    format!("{sign}{}.{:02}", words::thousands(cents / 100), cents % 100)
}

/// What the numbers of a column are, for heads of columns; empty for words and counts.
pub fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Text | Unit::Count => "",
        Unit::Seconds => "s",
        Unit::Moment => "s after the start",
        Unit::Bytes => "bytes",
        Unit::BytesPerSecond => "bytes/s",
        Unit::BitsPerSecond | Unit::ExactBitsPerSecond => "bit/s",
        Unit::Share => "share",
        Unit::Iops => "IOPS",
        Unit::Money => "money",
        Unit::Factor => "factor",
    }
}

/// A number as files have it: to so many digits behind the point; what no file can say is none.
pub(super) fn written(number: f64, digits: i32) -> Option<f64> {
    let scale = libm::pow(10.0, f64::from(digits));
    let is_exact = number.abs() >= 1e15 / scale;
    number.is_finite().then(|| if is_exact { number } else { (number * scale).round() / scale + 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Mark, Tone};

    fn of(value: &Value, unit: Unit) -> (String, String) {
        (spoken(value, unit, &|at| format!("at {at}")), exact(value, unit))
    }

    #[test]
    fn what_is_shortened_for_people_stands_exactly_behind_it() {
        let pair = |said: &str, exact: &str| (said.to_owned(), exact.to_owned());
        assert_eq!(of(&Value::Number(0.9999), Unit::Share), pair("99.99 %", "0.9999 share"));
        assert_eq!(of(&Value::Over(260.000_000_4), Unit::Seconds), pair("4m 20s", "260 s"));
        assert_eq!(of(&Value::Whole(200_000_000), Unit::BitsPerSecond), pair("200 Mbps", "200000000 bit/s"));
        assert_eq!(of(&Value::Over(-4e9), Unit::Bytes), pair("−4 GB", "-4000000000 bytes"));
        assert_eq!(of(&Value::Whole(12_345), Unit::Count), pair("12,345", ""));
        assert_eq!(of(&Value::Number(12_345.6), Unit::Money), pair("12,345.60", "12345.6 money"));
        assert_eq!(of(&Value::Number(f64::NAN), Unit::Bytes), pair("–", ""));
        assert_eq!(of(&Value::Number(5.0), Unit::Moment), pair("at 5", "5 s after the start"));
        let instant = "2026-03-02T09:18:07.506+01:00";
        assert_eq!(of(&Value::At(instant.into()), Unit::Text), pair("Mon 2 Mar 09:18:07", instant));
        assert_eq!(of(&Value::Day(instant.into()), Unit::Text), pair("Mon 2 Mar 2026", instant));
    }

    #[test]
    fn what_is_not_there_says_why_or_what_stands_in_its_place() {
        assert_eq!(of(&Value::None("no RPO is set"), Unit::Seconds), ("–".into(), "no RPO is set".into()));
        assert_eq!(of(&Value::Instead("never fills"), Unit::Bytes), ("never fills".into(), String::new()));
        let mark = Mark { word: "missed".into(), tone: Tone::Bad };
        assert_eq!(of(&Value::Mark("missed".into(), mark), Unit::Text), ("✗ missed".into(), String::new()));
    }
}
