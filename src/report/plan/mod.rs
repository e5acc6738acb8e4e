//! A plan in every format: text, JSON, a page, a workbook, tables, plots. All of them render [`Document`] and know nothing of what it says.

pub mod csv;
mod instant;
pub mod json;
pub mod terminal;
pub mod xlsx;

use crate::document::{Document, Table, Unit, Value};
use crate::plan::words::percent;

use super::plot::curve;
use super::plot::svg;
use super::{html, words};

/// The files of a plan's folder, by relative name with `/`, in a fixed order: same input, same bytes. `command` is what gives them again.
pub fn render(document: &Document, command: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("plan.html".to_owned(), html::plan::write(document, command).into_bytes()),
        ("plan.json".to_owned(), json::write(document).into_bytes()),
        ("plan.xlsx".to_owned(), xlsx::write(document)),
    ];
    for section in &document.sections {
        for table in &section.tables {
            files.push((format!("csv/{}.csv", table.key), csv::write(table).into_bytes()));
        }
        for picture in
            section.curves.iter().map(|it| (it.key, curve::draw(it, &|at| instant_of(document, at))))
        {
            files.push((format!("plots/{}.svg", picture.0), svg::file(&picture.1).into_bytes()));
        }
    }
    files
}

/// An instant as people of the scenario's zone say it.
pub fn instant_of(document: &Document, seconds: f64) -> String {
    instant::spoken(document.start_unix_us, &document.zone, seconds)
}

/// A cell as people read it.
pub fn spoken(document: &Document, value: &Value, unit: Unit) -> String {
    match value {
        Value::Text(text) => words::plain(text),
        Value::Number(number) if number.is_finite() => match unit {
            Unit::Seconds => duration(*number),
            Unit::Moment => instant_of(document, *number),
            Unit::Bytes => words::bytes(words::whole(*number)),
            Unit::BitsPerSecond => words::rate(words::whole(*number)),
            Unit::Share => percent(*number),
            Unit::Count | Unit::Iops => words::thousands(words::whole(*number)),
            Unit::Money => money(*number),
            Unit::Factor | Unit::Text => format!("{}", (number * 1000.0).round() / 1000.0),
        },
        Value::None | Value::Number(_) => words::NONE.to_owned(),
    }
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
        Unit::BitsPerSecond => "bit/s",
        Unit::Share => "share",
        Unit::Iops => "IOPS",
        Unit::Money => "money",
        Unit::Factor => "factor",
    }
}

/// A number as files have it: to nine digits behind the point; what no file can say is none.
fn written(number: f64) -> Option<f64> {
    number.is_finite().then(|| if number.abs() < 1e6 { (number * 1e9).round() / 1e9 + 0.0 } else { number })
}

/// Tables that have rows.
fn filled(document: &Document) -> impl Iterator<Item = &Table> {
    document.sections.iter().flat_map(|section| &section.tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_as_people_say_them() {
        let document = Document {
            start_unix_us: 1_772_406_000_000_000,
            zone: "Europe/Berlin".into(),
            ..Document::default()
        };
        let of = |number: f64, unit| spoken(&document, &Value::Number(number), unit);
        assert_eq!(of(0.9999, Unit::Share), "99.99 %");
        assert_eq!(of(260.0, Unit::Seconds), "4m 20s");
        assert_eq!(of(200e6, Unit::BitsPerSecond), "200 Mbps");
        assert_eq!(of(12_345.6, Unit::Money), "12,345.60");
        assert_eq!(of(f64::NAN, Unit::Bytes), "–");
        // Monday, 2026-03-02T00:00 in Berlin, and a day, 14 hours and five minutes.
        assert_eq!(of(137_100.0, Unit::Moment), "Tue 14:05");
        assert_eq!(of(8.0 * 86_400.0 + 1.5, Unit::Moment), "Tue 10 Mar 00:00:01");
    }
}
