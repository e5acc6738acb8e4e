//! The tables of a run. Each column is defined once: its name in files, what people call it, its unit and how a row fills it. Files and the
//! workbook have all rows; pages and terminals name the columns they show, and sort and cut the rows.

pub(super) mod estate;
pub(super) mod outages;
pub(super) mod protection;

use std::ops::Deref;

use crate::document::{Document, Mark, Section, Table, Unit, Value, column};
use crate::measure::results::Results;

use super::verdict;
use super::xlsx::Charted;

/// A row, and where it belongs.
pub(super) struct Row<'r, R> {
    /// Of what run.
    pub(super) results: &'r Results,
    /// The outage it is of; empty while nothing fails.
    pub(super) outage: &'r str,
    /// Whose it is, where that does not stand in the row itself.
    pub(super) of: &'r str,
    /// What fills its cells.
    pub(super) row: &'r R,
}

impl<R> Deref for Row<'_, R> {
    type Target = R;

    fn deref(&self) -> &R {
        self.row
    }
}

/// Rows that say themselves whose they are.
pub(super) fn rows<'r, R>(results: &'r Results, all: impl IntoIterator<Item = &'r R>) -> Vec<Row<'r, R>> {
    all.into_iter().map(|row| Row { results, outage: "", of: "", row }).collect()
}

/// A column: its name in files, what people call it, its unit, and how a row fills it.
pub(super) struct Of<R: 'static>(&'static str, &'static str, Unit, for<'a, 'r> fn(&'a Row<'r, R>) -> Value);

/// Everything that a table can show.
pub(super) struct Shape<R: 'static> {
    /// Its name in files.
    key: &'static str,
    /// What files have, in this order.
    files: &'static [Of<R>],
    /// What is only shown to people.
    also: &'static [Of<R>],
}

impl<R> Shape<R> {
    /// The columns with these names, blanks between them, in this order.
    pub(super) fn view<'a, 'r: 'a>(
        &self,
        keys: &str,
        rows: impl IntoIterator<Item = &'a Row<'r, R>>,
    ) -> Table {
        let all = || self.files.iter().chain(self.also);
        let find = |key| all().find(|column| column.0 == key).expect("a table has the columns it shows");
        self.table(&keys.split_whitespace().map(find).collect::<Vec<_>>(), rows)
    }

    /// What files have of these rows.
    fn whole<'a, 'r: 'a>(&self, rows: impl IntoIterator<Item = &'a Row<'r, R>>) -> Table {
        self.table(&self.files.iter().collect::<Vec<_>>(), rows)
    }

    fn table<'a, 'r: 'a>(&self, columns: &[&Of<R>], rows: impl IntoIterator<Item = &'a Row<'r, R>>) -> Table {
        let cells = |row: &Row<'r, R>| columns.iter().map(|Of(.., fill)| fill(row)).collect();
        Table {
            key: self.key,
            columns: columns.iter().map(|Of(key, title, unit, _)| column(*key, *title, *unit)).collect(),
            rows: rows.into_iter().map(cells).collect(),
            ..Table::default()
        }
    }
}

/// The run as a document: its verdict, what it rests on and where it comes from. Its tables are made one at a time.
pub fn document(results: &Results) -> Document {
    let start = results.scenario.start.parse::<jiff::Timestamp>();
    Document {
        title: results.scenario.name.clone(),
        scenario_hash: results.scenario_hash.clone(),
        seed: results.seed,
        start_unix_us: start.map_or(0, jiff::Timestamp::as_microsecond),
        zone: results.scenario.zone.clone(),
        sections: vec![Section {
            key: "run",
            title: "Verdict".into(),
            says: vec![verdict::sentence(results).replace('`', "\"")],
            ..Section::default()
        }],
        assumptions: results.assumptions.clone(),
        ..Document::default()
    }
}

/// What a planner looks at first, as charts of the workbook.
pub(super) const CHARTS: [Charted; 2] = [
    Charted {
        title: "Back in service after, and RTO",
        table: "applications",
        names: "name",
        series: &["rta_from_outage_s", "rto_objective_s"],
    },
    Charted {
        title: "Oldest copy while nothing fails, copy used in an outage, and RPO",
        table: "applications",
        names: "name",
        series: &["age_max_s", "rpa_s", "rpo_objective_s"],
    },
];

/// Makes a table in full.
type Make = fn(&Results) -> Table;

/// Every table in full, each made when it is asked for: together they are larger than the results.
pub fn tables(results: &Results) -> impl Iterator<Item = Table> {
    let all = estate::TABLES.iter().chain(outages::TABLES).chain(protection::TABLES);
    all.map(|make| make(results))
}

/// Words, or nothing.
fn text_or_nothing(text: Option<&str>) -> Value {
    Value::text(text.unwrap_or_default())
}

/// Words, or why there are none.
fn maybe_text(text: Option<&str>, why: &'static str) -> Value {
    text.map_or(Value::None(why), Value::text)
}

/// An instant, or why there is none.
fn maybe_instant(at: Option<&str>, why: &'static str) -> Value {
    at.map_or(Value::None(why), instant)
}

fn instant(at: &str) -> Value {
    Value::At(at.to_owned())
}

/// A number, or why there is none.
fn maybe(number: Option<f64>, why: &'static str) -> Value {
    number.map_or(Value::None(why), Value::Number)
}

/// A whole number, or why there is none.
fn maybe_whole(number: Option<u64>, why: &'static str) -> Value {
    number.map_or(Value::None(why), Value::Whole)
}

/// A number that stands out where it exceeds what is allowed, or why there is none.
fn judged(actual: Option<f64>, allowed: Option<f64>, why: &'static str) -> Value {
    match (actual, allowed) {
        (Some(actual), Some(allowed)) if actual > allowed => Value::Over(actual),
        (actual, _) => maybe(actual, why),
    }
}

/// A verdict, in files as the JSON spells it.
pub(super) fn mark(in_files: impl serde::Serialize, mark: Mark) -> Value {
    Value::Mark(spelt(in_files), mark)
}

/// A status or outcome as the JSON spells it.
fn spelt(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).expect("a plain variant");
    value.as_str().unwrap_or_default().to_owned()
}

/// How many of something there are.
fn number_of<T>(items: impl IntoIterator<Item = T>) -> Value {
    Value::Whole(items.into_iter().count() as u64)
}
