//! What a plan says, in a form that every format renders alike: sections of sentences, tables and curves.

use serde::Serialize;

use crate::units::Span;

/// A whole plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Document {
    /// Title of the scenario, or of the averages.
    pub title: String,
    /// Of the scenario's canonical form; empty where there is none.
    pub scenario_hash: String,
    /// The seed of its random streams.
    pub seed: u64,
    /// Start of the run that [`Unit::Moment`] counts from, in microseconds since 1970.
    pub start_unix_us: i64,
    /// IANA zone in which instants are shown; empty where there are none.
    pub zone: String,
    /// What was asked, in the order it is answered.
    pub sections: Vec<Section>,
    /// Keys of questions that were asked and not answered, because there was no time; empty in a whole plan.
    pub unanswered: Vec<&'static str>,
    /// Defaults and assumptions the answers rest on.
    pub assumptions: Vec<String>,
}

/// The answer to one question.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Section {
    /// Name in files and formats: lower case, `_` between words.
    pub key: &'static str,
    /// Heading.
    pub title: String,
    /// The answer, most important sentence first.
    pub says: Vec<String>,
    /// Its numbers.
    pub tables: Vec<Table>,
    /// To draw.
    pub curves: Vec<Curve>,
}

/// Numbers in rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    /// Name in files and formats, unique in the document; also the name of its sheet (at most 31 characters).
    pub key: &'static str,
    /// Heading.
    pub title: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// Too much for a terminal: reports have it.
    pub is_detail: bool,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Name in files: with the unit at its end, as `rate_bps`.
    pub key: String,
    /// Heading for people, without unit.
    pub title: String,
    /// What its numbers are.
    pub unit: Unit,
}

/// A column with these names.
pub(super) fn column(key: impl Into<String>, title: impl Into<String>, unit: Unit) -> Column {
    Column { key: key.into(), title: title.into(), unit }
}

/// What numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unit {
    /// Words.
    Text,
    /// A plain count.
    Count,
    /// Seconds.
    Seconds,
    /// An instant of the run: seconds after its start. People see weekday and time in the scenario's zone.
    Moment,
    /// Bytes.
    Bytes,
    /// Bits per second.
    BitsPerSecond,
    /// 0 to 1.
    Share,
    /// Operations per second.
    Iops,
    /// Money, in the price list's currency.
    Money,
    /// A factor.
    Factor,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Words.
    Text(String),
    /// A number in its column's unit.
    Number(f64),
    /// None, for people a dash.
    None,
}

impl Value {
    /// Words.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// A time or instant of so many µs, in seconds.
    pub fn seconds(micros: u64) -> Value {
        Value::Number(Span(micros).as_seconds())
    }

    /// The same, or none.
    pub fn maybe_seconds(micros: Option<u64>) -> Value {
        micros.map_or(Value::None, Value::seconds)
    }

    /// A number, or none.
    pub fn maybe(number: Option<f64>) -> Value {
        number.map_or(Value::None, Value::Number)
    }
}

/// Lines in a plane.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Curve {
    /// Name in files.
    pub key: &'static str,
    /// Heading.
    pub title: String,
    /// Axis from left to right.
    pub x: Axis,
    /// Axis upwards.
    pub y: Axis,
    /// Lines, each with its name.
    pub lines: Vec<Line>,
    /// Instants or values that stand out, on the x axis, each with its name.
    pub marks: Vec<(f64, String)>,
}

/// An axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Axis {
    /// What it measures.
    pub title: String,
    /// In what.
    pub unit: Unit,
    /// By powers of ten.
    pub is_log: bool,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// For the key.
    pub name: String,
    /// Points in order of x.
    pub points: Vec<(f64, f64)>,
    /// Drawn as steps from point to point.
    pub is_stepped: bool,
}
