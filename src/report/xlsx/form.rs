//! How numbers of a unit stand in a workbook: in what unit, shown how, as wide as what.

use jiff::civil::DateTime;

use crate::document::{Document, Filed, Unit, Value};
use crate::report::cells::written;
use crate::report::instant::{Calendar, local};
use crate::report::words;
use crate::units::as_f64;

/// Digits of a number behind the point, before it is put in another unit.
const DIGITS: i32 = 9;
const DAY: f64 = 86_400.0;
/// Days from Excel's first to 1970.
const TO_1970: f64 = 25_569.0;
/// `Wed 30 Sep 2026 14:05:00` and a margin.
const DATE_WIDE: usize = 25;

/// What stands in a column.
pub(super) struct Form {
    /// Of its numbers, for its head; empty for words, counts, factors, instants, and shares, whose cells say it.
    pub(super) unit: &'static str,
    /// As Excel is told.
    pub(super) shown: &'static str,
    kind: Kind,
}

enum Kind {
    /// So many of the document's units are one.
    By(f64),
    /// Part of a day.
    Duration,
    /// Days since 1900; of an instant in seconds by this calendar.
    Date(Option<Calendar>),
}

/// What is written.
pub(super) enum Cell {
    Words(String),
    Number(f64),
    Nothing,
}

impl Form {
    /// Of a column of this unit, with instants in it or not.
    pub(super) fn of(unit: Unit, is_dated: bool, document: &Document) -> Form {
        const DATE: &str = "ddd d mmm yyyy hh:mm:ss";
        const DURATION: &str = "[h]:mm:ss;-[h]:mm:ss";
        let by = |unit, factor, shown| Form { unit, shown, kind: Kind::By(factor) };
        let calendar = Calendar::of_document(document);
        match unit {
            _ if is_dated => Form { unit: "", shown: DATE, kind: Kind::Date(calendar) },
            Unit::Moment if calendar.is_some() => Form { unit: "", shown: DATE, kind: Kind::Date(calendar) },
            Unit::Seconds | Unit::Moment => Form { unit: "h:mm:ss", shown: DURATION, kind: Kind::Duration },
            Unit::Bytes => by("GB", 1e9, "#,##0.000"),
            Unit::BytesPerSecond => by("MB/s", 1e6, "#,##0.000"),
            Unit::BitsPerSecond | Unit::ExactBitsPerSecond => by("Mbps", 1e6, "#,##0.000"),
            Unit::Share => by("", 1.0, "0.000%"),
            Unit::Money => by("money", 1.0, "#,##0.00"),
            Unit::Iops => by("IOPS", 1.0, "#,##0"),
            Unit::Factor => by("", 1.0, "General"),
            Unit::Count => by("", 1.0, "#,##0"),
            Unit::Text => by("", 1.0, "General"),
        }
    }

    /// Its numbers are parts of a day.
    pub(super) fn is_duration(&self) -> bool {
        matches!(self.kind, Kind::Duration)
    }

    /// What a cell holds.
    pub(super) fn cell(&self, value: &Value) -> Cell {
        if let (Kind::Date(_), Value::At(text) | Value::Day(text)) = (&self.kind, value) {
            return local(text).map_or_else(|| Cell::Words(text.clone()), |at| Cell::Number(serial(at)));
        }
        match value.filed() {
            Filed::Words(words) => Cell::Words(words.to_owned()),
            Filed::Number(number) => written(number, DIGITS).map_or(Cell::Nothing, |it| self.number(it)),
            Filed::Whole(count) => self.number(as_f64(count)),
            Filed::Nothing => Cell::Nothing,
        }
    }

    fn number(&self, number: f64) -> Cell {
        match &self.kind {
            Kind::By(factor) => Cell::Number(number / factor),
            Kind::Duration => Cell::Number(number / DAY),
            Kind::Date(calendar) => {
                let at = calendar.as_ref().and_then(|it| it.civil(number));
                at.map_or(Cell::Nothing, |at| Cell::Number(serial(at)))
            }
        }
    }

    /// How many characters it takes to show.
    pub(super) fn width(&self, cell: &Cell) -> usize {
        let digits =
            |number: f64| words::thousands(words::whole(number.abs())).len() + usize::from(number < 0.0);
        match (cell, &self.kind) {
            (Cell::Nothing, _) => 0,
            (Cell::Words(words), _) => words.chars().count(),
            (Cell::Number(_), Kind::Date(_)) => DATE_WIDE,
            (Cell::Number(days), Kind::Duration) => digits((days * 24.0).trunc()) + ":00:00".len(),
            (Cell::Number(number), Kind::By(_)) => digits(*number) + ".000 %".len(),
        }
    }
}

/// Days since Excel's first.
#[allow(clippy::cast_precision_loss, reason = "to the microsecond within centuries")]
fn serial(at: DateTime) -> f64 {
    let since = at.to_zoned_datetime(jiff::tz::TimeZone::UTC).map(|at| at.timestamp().as_microsecond());
    since.map_or(0.0, |micros| micros as f64 / 1e6 / DAY + TO_1970)
}
