//! Series as tables that are never whole in memory: columns, what a run tells as cells, and a writer for each format.
//!
//! To add a format: its file here, and its line in [`Format`].

mod csv;
mod json;
mod parquet;

use std::io::{self, Write};

use crate::assess::series::{Row, Waited};
use crate::closed::{as_words, closed};
use crate::measure::rises::{Aged, Rise};
use crate::report::csv::Texts;
use crate::scenario::Scenario;
use crate::units::Time;
use crate::words::{bound, written};

closed! {
    /// What a series is of.
    pub enum Of {
        /// Ages of recovery points.
        Ages = "ages",
        /// Use of links.
        Links = "links",
        /// Replication health.
        Health = "health",
    }
}

closed! {
    /// How it is written.
    pub enum Format {
        /// Comma-separated values.
        Csv = "csv",
        /// A list of objects, a line each.
        Json = "json",
        /// Apache Parquet, compressed by Snappy.
        Parquet = "parquet",
    }
}

as_words!(Of, Format);

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// Text, or nothing.
    MaybeText,
    At,
    Seconds,
    Whole,
    Flag,
}

/// A cell.
enum Cell {
    Text(String),
    Nothing,
    /// Of the run.
    At(Time),
    /// A length of time, µs.
    Seconds(u64),
    Whole(u64),
    Flag(bool),
}

type Columns = &'static [(&'static str, Kind)];

const AGES: Columns = &[
    ("kind", Kind::Text),
    ("name", Kind::Text),
    ("from", Kind::At),
    ("to", Kind::At),
    ("from_age_s", Kind::Seconds),
    ("to_age_s", Kind::Seconds),
    ("vm", Kind::Text),
    ("bound_by", Kind::MaybeText),
    ("then_by", Kind::MaybeText),
];

const LINKS: Columns = &[
    ("link", Kind::Text),
    ("from_node", Kind::Text),
    ("to_node", Kind::Text),
    ("from", Kind::At),
    ("to", Kind::At),
    ("carried_bytes", Kind::Whole),
    ("capacity_bytes_per_s", Kind::Whole),
    ("is_throttled", Kind::Flag),
    ("backlog_bytes", Kind::Whole),
];

const HEALTH: Columns = &[
    ("vm", Kind::Text),
    ("from", Kind::At),
    ("to", Kind::At),
    ("health", Kind::MaybeText),
    ("reasons", Kind::Text),
];

impl Of {
    fn columns(self) -> Columns {
        match self {
            Of::Ages => AGES,
            Of::Links => LINKS,
            Of::Health => HEALTH,
        }
    }
}

/// A table that is being written.
trait Table {
    /// The next row, as long as the columns.
    fn row(&mut self, cells: Vec<Cell>) -> io::Result<()>;

    /// After the last.
    fn end(self: Box<Self>) -> io::Result<()>;
}

/// A series that is being written.
pub struct Writer<'a> {
    scenario: &'a Scenario,
    of: Of,
    table: Box<dyn Table + 'a>,
}

impl<'a> Writer<'a> {
    /// Nothing but its head yet. `texts`: of CSV.
    ///
    /// # Errors
    /// Those of `to`.
    pub fn new(
        scenario: &'a Scenario,
        of: Of,
        (format, texts): (Format, Texts),
        to: impl Write + Send + 'a,
    ) -> io::Result<Writer<'a>> {
        let columns = of.columns();
        let table: Box<dyn Table + 'a> = match format {
            Format::Csv => Box::new(csv::Csv::new(scenario, columns, texts, to)?),
            Format::Json => Box::new(json::Json::new(scenario, columns, to)?),
            Format::Parquet => Box::new(parquet::Parquet::new(scenario, (of.words(), columns), to)?),
        };
        Ok(Writer { scenario, of, table })
    }

    /// Writes a row of this series, and passes over those of others.
    ///
    /// # Errors
    /// Those of what it writes to.
    pub fn row(&mut self, row: &Row) -> io::Result<()> {
        let scenario = self.scenario;
        let cells = match (self.of, row) {
            (Of::Ages, Row::Age(rise, waited)) => of_age(scenario, rise, waited),
            (Of::Links, Row::Link(it)) => {
                let link = &scenario.topology.links[it.link];
                let ends = if it.direction == 0 { [link.from, link.to] } else { [link.to, link.from] };
                let [from, to] = ends.map(|node| Cell::Text(scenario.topology.nodes[node].name.clone()));
                vec![
                    Cell::Text(link.name.clone()),
                    from,
                    to,
                    Cell::At(it.within.0),
                    Cell::At(it.within.1),
                    Cell::Whole(it.carried_bytes),
                    Cell::Whole(it.capacity),
                    Cell::Flag(it.is_throttled),
                    Cell::Whole(it.backlog_bytes),
                ]
            }
            (Of::Health, Row::Health(vm, it)) => {
                let reasons = it.reasons.unwrap_or_default();
                let reasons: Vec<String> = reasons.iter().map(|reason| reason.to_string()).collect();
                vec![
                    Cell::Text(scenario.vms[*vm].name.clone()),
                    Cell::At(Time(it.from)),
                    Cell::At(Time(it.to)),
                    it.health().map_or(Cell::Nothing, |health| Cell::Text(health.to_string())),
                    Cell::Text(reasons.join("; ")),
                ]
            }
            (Of::Ages | Of::Links | Of::Health, _) => return Ok(()),
        };
        self.table.row(cells)
    }

    /// Ends it.
    ///
    /// # Errors
    /// Those of what it writes to.
    pub fn end(self) -> io::Result<()> {
        self.table.end()
    }
}

fn of_age(scenario: &Scenario, rise: &Rise, waited: &[Option<Waited>; 2]) -> Vec<Cell> {
    let (kind, name) = match rise.of {
        Aged::Vm(vm) => ("vm", &scenario.vms[crate::ids::Id::new(vm)].name),
        Aged::Application(application) => {
            ("application", &scenario.recovery.applications[crate::ids::Id::new(application)].name)
        }
    };
    let told = |waited: &Option<Waited>| match waited {
        None => Cell::Nothing,
        Some(Waited::Bound(by)) => Cell::Text(bound(scenario, *by).to_string()),
        Some(Waited::Slots) => Cell::Text("send slots".into()),
        Some(Waited::Apply) => Cell::Text("apply".into()),
    };
    vec![
        Cell::Text(kind.into()),
        Cell::Text(name.clone()),
        Cell::At(Time(rise.from)),
        Cell::At(Time(rise.to)),
        Cell::Seconds(rise.from - rise.cut),
        Cell::Seconds(rise.to - rise.cut),
        Cell::Text(scenario.vms[crate::ids::Id::new(rise.vm)].name.clone()),
        told(&waited[0]),
        told(&waited[1]),
    ]
}

/// A length of time in seconds, every digit that it has.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An instant as results write it.
fn instant(scenario: &Scenario, at: Time) -> String {
    written(scenario, at)
}
