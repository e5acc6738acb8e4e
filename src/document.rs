//! What a plan says and what a run came to, in a form that every format renders alike: sections of sentences, tables and curves.

use crate::scenario::Scenario;
use crate::units::Span;

/// Version of a document's form in files; `major.minor`.
pub const SCHEMA_VERSION: &str = "1.0";

/// A whole plan, or a whole run.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// Pages beside it: a name, and where it stands.
    pub links: Vec<(String, String)>,
}

impl Document {
    /// Nothing said yet of a scenario.
    pub fn of(scenario: &Scenario) -> Document {
        Document {
            title: scenario.name.clone(),
            scenario_hash: scenario.hash(),
            seed: scenario.seed,
            start_unix_us: scenario.start_unix_us,
            zone: scenario.zone.clone(),
            assumptions: scenario.taken_for_true(),
            ..Document::default()
        }
    }
}

/// The answer to one question.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// To draw too.
    pub heat_maps: Vec<HeatMap>,
}

/// Numbers in rows.
#[derive(Clone, Debug, Default, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Name in files: with the unit at its end, as `rate_bps`.
    pub key: String,
    /// Heading for people, without unit.
    pub title: String,
    /// What its numbers are.
    pub unit: Unit,
}

/// A column with these names.
pub(crate) fn column(key: impl Into<String>, title: impl Into<String>, unit: Unit) -> Column {
    Column { key: key.into(), title: title.into(), unit }
}

/// What numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Bytes per second.
    BytesPerSecond,
    /// Bits per second.
    BitsPerSecond,
    /// Bits per second of which people see every digit: what is printed is what was simulated.
    ExactBitsPerSecond,
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
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words.
    Text(String),
    /// An instant as RFC 3339; people see it to the second.
    At(String),
    /// The same where people need the day only.
    Day(String),
    /// A number in its column's unit.
    Number(f64),
    /// A number that exceeds what is allowed.
    Over(f64),
    /// A count, exact beyond 2^53 too.
    Whole(u64),
    /// A verdict: how files spell it, and how people see it.
    Mark(String, Mark),
    /// None, and people read this in its place.
    Instead(&'static str),
    /// None, for this reason if one is given; for people a dash.
    None(&'static str),
}

/// What files have of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filed<'a> {
    /// Words.
    Words(&'a str),
    /// A number.
    Number(f64),
    /// A count.
    Whole(u64),
    /// No value.
    Nothing,
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
        micros.map_or(Value::None(""), Value::seconds)
    }

    /// A number, or none.
    pub fn maybe(number: Option<f64>) -> Value {
        number.map_or(Value::None(""), Value::Number)
    }

    /// As files have it.
    pub fn filed(&self) -> Filed<'_> {
        match self {
            Value::Text(words) | Value::At(words) | Value::Day(words) | Value::Mark(words, _) => {
                Filed::Words(words)
            }
            Value::Number(number) | Value::Over(number) => Filed::Number(*number),
            Value::Whole(count) => Filed::Whole(*count),
            Value::Instead(_) | Value::None(_) => Filed::Nothing,
        }
    }
}

/// A verdict in word and tone.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// `"met"`, `"met, margin 4 %"`, `"missed"`, `"not recovered"`, `"no objective"`.
    pub word: String,
    /// Its look.
    pub tone: Tone,
}

impl Mark {
    /// Symbol and word.
    pub fn text(&self) -> String {
        format!("{} {}", self.tone.symbol(), self.word)
    }
}

/// How a verdict looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Met with room.
    Good,
    /// Nothing to judge.
    Quiet,
    /// Met, barely.
    Thin,
    /// Missed.
    Bad,
    /// Not recovered.
    Lost,
}

impl Tone {
    /// Its symbol, which carries the meaning without colour.
    pub fn symbol(self) -> &'static str {
        match self {
            Tone::Good => "✓",
            Tone::Quiet => "·",
            Tone::Thin => "!",
            Tone::Bad => "✗",
            Tone::Lost => "✖",
        }
    }

    /// Its name, as a style sheet's class.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Good => "good",
            Tone::Quiet => "quiet",
            Tone::Thin => "thin",
            Tone::Bad => "bad",
            Tone::Lost => "lost",
        }
    }
}

/// Lines in a plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Name in files, unique in the document.
    pub key: String,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it measures.
    pub title: String,
    /// In what.
    pub unit: Unit,
    /// By powers of ten.
    pub is_log: bool,
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// For the key.
    pub name: String,
    /// Points in order of x; the line ends at one whose y is no number, and begins again behind it.
    pub points: Vec<(f64, f64)>,
    /// Drawn as steps from point to point.
    pub is_stepped: bool,
}

/// A quantity by row and column, as colours.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// Name in files, unique in the document.
    pub key: String,
    /// Heading.
    pub title: String,
    /// What it shows.
    pub unit: Unit,
    /// Names of its rows.
    pub rows: Vec<String>,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// By row and column.
    pub cells: Vec<Vec<Heat>>,
    /// What it means that a cell is over.
    pub over: String,
}

/// A cell of a [`HeatMap`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Heat {
    /// The quantity; `None`: nothing to show.
    pub value: Option<f64>,
    /// It exceeds what is allowed.
    pub is_over: bool,
}
