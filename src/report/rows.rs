//! Rows of a label and words, as gates and comparisons are told: side by side, or the words below on a narrow screen.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::terminal::{Screen, wrap};
use super::words;

/// Narrower screens put words below the label.
const NARROW: usize = 60;

/// A page under way.
pub(super) struct Rows {
    screen: Screen,
    /// Columns of the label.
    label: usize,
    /// What is written so far.
    pub(super) text: String,
}

impl Rows {
    /// Nothing yet, with labels of so many columns.
    pub(super) fn new(screen: Screen, label: usize) -> Rows {
        Rows { screen, label, text: String::new() }
    }

    /// A label and words beside it, or below it on a narrow screen.
    pub(super) fn row(&mut self, label: &str, words: &str, style: Style) {
        if self.screen.width < NARROW {
            self.words("", 0, label, style);
            self.words("  ", 2, words, Style::new());
            return;
        }
        let pad = " ".repeat(self.label.saturating_sub(label.width()));
        let lines = wrap(&words::plain(words), self.screen.width, (self.label, self.label));
        for (number, line) in lines.iter().enumerate() {
            let before = match number {
                0 if self.screen.colour => format!("{style}{label}{style:#}{pad}"),
                0 => format!("{label}{pad}"),
                _ => " ".repeat(self.label),
            };
            self.text.push_str(format!("{before}{line}").trim_end());
            self.text.push('\n');
        }
    }

    /// Words after a short label, over the whole width; further lines indented.
    pub(super) fn words(&mut self, label: &str, indent: usize, words: &str, style: Style) {
        let lines = wrap(&words::plain(words), self.screen.width, (label.width(), indent));
        for (number, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            let before = if number == 0 { label.to_owned() } else { " ".repeat(indent) };
            let line = if self.screen.colour { format!("{style}{line}{style:#}") } else { line.clone() };
            self.text.push_str(&format!("{before}{line}\n"));
        }
    }
}
