//! A table of the page: every table has the same shape, so that one template draws them all. Imports words.

use askama::Template;

use crate::plan::words::percent;
use crate::report::words::{self, Mark, NONE};

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
    /// A table whose heads beginning with `#` are of numbers.
    pub fn new(caption: impl Into<String>, heads: &[&'static str]) -> Grid {
        let head = |text: &&'static str| match text.strip_prefix('#') {
            Some(text) => Head { text: text.to_owned(), number: true },
            None => Head { text: (*text).to_owned(), number: false },
        };
        Grid {
            caption: words::plain(&caption.into()),
            heads: heads.iter().map(head).collect(),
            ..Grid::default()
        }
    }

    /// Adds the first `most` rows, and a note about the rest.
    pub fn fill<T>(mut self, items: &[T], most: usize, row: impl FnMut(&T) -> Vec<Cell>) -> Grid {
        self.rows = items.iter().take(most).map(row).collect();
        for row in &mut self.rows {
            for (cell, head) in row.iter_mut().zip(&self.heads).filter(|(cell, _)| cell.text == NONE) {
                cell.class = if head.number { "n dim".into() } else { "dim".into() };
            }
            row.iter_mut().take(1).for_each(|cell| cell.class.clear());
        }
        if items.len() > most {
            let (all, shown) = (words::thousands(items.len() as u64), words::thousands(most as u64));
            self.note = format!(
                "{shown} of {all} rows shown, worst first; all are in the CSV and JSON files of this run."
            );
        }
        self
    }
}

impl Cell {
    /// Words; more than a few may run over several lines.
    pub fn text(text: impl AsRef<str>) -> Cell {
        let text = words::plain(text.as_ref());
        let class = if text.chars().count() > PROSE { "words".into() } else { String::new() };
        Cell { text, title: String::new(), class }
    }

    /// An instant to the second, kept on one line; exactly as it is behind it.
    pub fn instant(text: impl AsRef<str>) -> Cell {
        let exact = words::plain(text.as_ref());
        let short = to_the_second(&exact);
        let title = if short == exact { String::new() } else { exact };
        Cell { text: short, title, class: "when".into() }
    }

    /// A number, already in words.
    pub fn number(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), title: String::new(), class: "n".into() }
    }

    /// A length of time with its exact seconds behind it, or a dash with the reason behind it.
    pub fn time(seconds: Option<f64>, why_not: &str) -> Cell {
        let (text, title) = match seconds {
            Some(seconds) => (words::duration(seconds), format!("{} s", (seconds * 1e6).round() / 1e6)),
            None => (NONE.into(), words::plain(why_not)),
        };
        Cell { text, title, class: if seconds.is_some() { "n".into() } else { "n dim".into() } }
    }

    /// The same, emphasised where it exceeds the objective.
    pub fn judged(seconds: Option<f64>, objective: Option<f64>, why_not: &str) -> Cell {
        let mut cell = Cell::time(seconds, why_not);
        if seconds.zip(objective).is_some_and(|(actual, objective)| actual > objective) {
            cell.class = "n over".into();
        }
        cell
    }

    /// An amount of data with its exact bytes behind it.
    pub fn bytes(count: u64) -> Cell {
        Cell { title: format!("{count} bytes"), ..Cell::number(words::bytes(count)) }
    }

    /// A share of the whole, exactly as it is behind it.
    pub fn share(share: f64) -> Cell {
        Cell { title: format!("{} share", (share * 1e6).round() / 1e6), ..Cell::number(percent(share)) }
    }

    /// Bits per second, exactly as they are behind it.
    pub fn rate(bps: u64) -> Cell {
        Cell { title: format!("{bps} bit/s"), ..Cell::number(words::rate(bps)) }
    }

    /// A verdict.
    pub fn mark(mark: &Mark) -> Cell {
        Cell { text: mark.text(), title: String::new(), class: format!("mark {}", mark.tone.class()) }
    }
}

/// `2026-03-02T09:18:07.506+01:00` without its fraction; other texts as they are.
fn to_the_second(text: &str) -> String {
    let Some((before, after)) = text.split_once('.') else { return text.to_owned() };
    let zone = after.trim_start_matches(|c: char| c.is_ascii_digit());
    if before.contains('T') && zone.starts_with(['+', '-', 'Z']) {
        format!("{before}{zone}")
    } else {
        text.to_owned()
    }
}
