//! A table of the page: every table has the same shape, so that one template draws them all. Imports cells, tables of runs and words.

use askama::Template;

use crate::document::{Column, Mark, Table, Unit, Value};
use crate::report::cells::{Clock, exact, spoken};
use crate::report::run::{Row, Shape};
use crate::report::words;

/// Longer words may run over several lines.
const PROSE: usize = 24;

/// A table with its caption.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "grid.html")]
pub struct Grid {
    /// What it lists.
    pub caption: String,
    /// Its columns.
    pub heads: Vec<Head>,
    /// Its rows; the first cell of each names it.
    pub rows: Vec<Vec<Cell>>,
    /// What is left out, or nothing.
    pub note: String,
}

/// The head of a column.
#[derive(Clone, Debug)]
pub struct Head {
    /// Its words.
    pub text: String,
    /// Numbers stand to the right.
    pub number: bool,
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// The exact value, or why there is none.
    pub title: String,
    /// Style classes.
    pub class: String,
}

impl Grid {
    /// A table with all its rows. The first column names its row, also where it does so by a number.
    pub(super) fn of(caption: &str, table: &Table, clock: Clock<'_>) -> Grid {
        let head = |(index, column): (usize, &Column)| Head {
            text: words::plain(&column.title),
            number: index > 0 && column.unit != Unit::Text,
        };
        let row = |row: &Vec<Value>| -> Vec<Cell> {
            let cells = table.columns.iter().zip(row);
            let mut cells: Vec<Cell> =
                cells.map(|(column, value)| Cell::of(value, column.unit, clock)).collect();
            cells.iter_mut().take(1).for_each(|cell| cell.class.clear());
            cells
        };
        Grid {
            caption: words::plain(caption),
            heads: table.columns.iter().enumerate().map(head).collect(),
            rows: table.rows.iter().map(row).collect(),
            note: String::new(),
        }
    }

    /// The first `most` rows of a run's table in the columns with these names, and a note about the rest.
    pub(super) fn first<R>(
        caption: &str,
        (shape, keys): (&Shape<R>, &str),
        rows: &[Row<'_, R>],
        most: usize,
    ) -> Grid {
        let table = shape.view(keys, rows.iter().take(most));
        Grid::of(caption, &table, &|_| String::new()).out_of(rows.len())
    }

    /// With a note if it shows fewer than all rows.
    pub(super) fn out_of(mut self, all: usize) -> Grid {
        if all > self.rows.len() {
            let (all, shown) = (words::thousands(all as u64), words::thousands(self.rows.len() as u64));
            self.note = format!(
                "{shown} of {all} rows shown, worst first; all are in the CSV and JSON files of this run."
            );
        }
        self
    }
}

impl Cell {
    fn of(value: &Value, unit: Unit, clock: Clock<'_>) -> Cell {
        let text = spoken(value, unit, clock);
        let is_number = unit != Unit::Text;
        let class = match value {
            Value::Mark(_, mark) => format!("mark {}", mark.tone.class()),
            Value::At(_) | Value::Day(_) => "when".into(),
            Value::Over(_) => "n over".into(),
            Value::None(_) if !is_number => "dim".into(),
            Value::None(_) => "n dim".into(),
            Value::Number(number) if !number.is_finite() => "n dim".into(),
            Value::Text(_) | Value::Number(_) | Value::Whole(_) | Value::Instead(_) => {
                let is_long = text.chars().count() > PROSE;
                (if is_number {
                    "n"
                } else if is_long {
                    "words"
                } else {
                    ""
                })
                .into()
            }
        };
        Cell { text, title: exact(value, unit), class }
    }

    /// A verdict.
    pub(super) fn mark(mark: &Mark) -> Cell {
        Cell::of(&Value::Mark(String::new(), mark.clone()), Unit::Text, &|_| String::new())
    }
}
