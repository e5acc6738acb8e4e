//! A plan as text: what each section says, and the tables that fit. A table too wide for the screen is a list.

use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table as Grid};
use unicode_width::UnicodeWidthStr;

use crate::document::{Document, Section, Table, Unit, Value};
use crate::report::cells::spoken;
use crate::report::instant::instant_of;
use crate::report::terminal::{Screen, wrap};
use crate::report::words;

/// Rows of a table that are shown; the rest are counted.
const ROWS: usize = 12;
/// Blanks between columns.
const GAP: usize = 2;
/// The least width of a column whose words may run over several lines.
const PROSE: usize = 16;
/// Narrower screens show no words in several lines.
const NARROW: usize = 76;

/// The plan; `next` is the hint at the end, without `next:`; none if empty.
pub fn write(document: &Document, screen: Screen, next: &str) -> String {
    let mut page = Page { document, screen, text: String::new() };
    document.sections.iter().for_each(|section| page.section(section));
    if !next.is_empty() {
        page.prose("next: ", next, 6);
    }
    page.text
}

struct Page<'d> {
    document: &'d Document,
    screen: Screen,
    text: String,
}

impl Page<'_> {
    fn section(&mut self, section: &Section) {
        self.heading(&section.title, Style::new().bold());
        for sentence in &section.says {
            self.prose("", sentence, 0);
        }
        for table in section.tables.iter().filter(|table| !table.is_detail && !table.rows.is_empty()) {
            self.text.push('\n');
            self.heading(&table.title, Style::new().dimmed());
            self.table(table);
        }
        self.text.push('\n');
    }

    fn heading(&mut self, words: &str, style: Style) {
        for line in wrap(&words::plain(words), self.screen.width, (0, 0)) {
            let line = if self.screen.colour { format!("{style}{line}{style:#}") } else { line };
            self.line(&line);
        }
    }

    /// Words after a label; lines after the first begin `indent` columns in.
    fn prose(&mut self, label: &str, words: &str, indent: usize) {
        let lines = wrap(&words::plain(words), self.screen.width, (label.width(), indent));
        for (number, line) in lines.iter().enumerate() {
            let before = if number == 0 { label.to_owned() } else { " ".repeat(indent) };
            self.line(&format!("{before}{line}"));
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn table(&mut self, table: &Table) {
        let rows: Vec<Vec<String>> = table.rows.iter().take(ROWS).map(|row| self.cells(table, row)).collect();
        if self.fits(table, &rows) {
            self.grid(table, rows)
        } else {
            self.list(table, &rows)
        }
        if table.rows.len() > ROWS {
            let rest = (table.rows.len() - ROWS) as u64;
            self.prose("", &format!("and {} in the report", words::count(rest, "more row")), 0);
        }
    }

    fn cells(&self, table: &Table, row: &[Value]) -> Vec<String> {
        let cells = table.columns.iter().zip(row);
        cells.map(|(column, value)| spoken(value, column.unit, &|at| instant_of(self.document, at))).collect()
    }

    /// Whether no number has to be broken, and words only on a wide screen and not into slivers.
    fn fits(&self, table: &Table, rows: &[Vec<String>]) -> bool {
        let is_wide = self.screen.width >= NARROW;
        let least = table.columns.iter().enumerate().map(|(index, column)| {
            let cells = rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.width());
            let natural = cells.max().unwrap_or(0).max(column.title.width());
            if column.unit == Unit::Text && is_wide { natural.min(PROSE) } else { natural }
        });
        least.map(|width| width + GAP).sum::<usize>() <= self.screen.width + GAP
    }

    fn grid(&mut self, table: &Table, rows: Vec<Vec<String>>) {
        let mut grid = Grid::new();
        grid.load_style(NOTHING).force_no_tty().set_content_arrangement(ContentArrangement::Dynamic);
        // The last column is padded too; those blanks are trimmed, so they may stand outside.
        grid.set_width(u16::try_from(self.screen.width + GAP).unwrap_or(u16::MAX));
        grid.set_header(table.columns.iter().map(|column| words::plain(&column.title)).collect::<Vec<_>>());
        for (index, column) in table.columns.iter().enumerate() {
            let of = grid.column_mut(index).expect("the header made the columns");
            of.set_padding((0, 2));
            if column.unit != Unit::Text {
                of.set_cell_alignment(CellAlignment::Right);
            }
        }
        rows.into_iter().for_each(|row| {
            grid.add_row(row);
        });
        grid.lines().for_each(|line| self.line(&line));
    }

    /// A row as what its first cell says, and below it each title with its value.
    fn list(&mut self, table: &Table, rows: &[Vec<String>]) {
        for row in rows {
            let mut named = table.columns.iter().zip(row);
            let Some((first, name)) = named.next() else { continue };
            let heading =
                if first.unit == Unit::Text { name.clone() } else { format!("{} {name}", first.title) };
            self.prose("", &heading, 2);
            let said = named.filter(|(_, cell)| !cell.is_empty() && *cell != words::NONE);
            let said: Vec<String> = said.map(|(column, cell)| format!("{} {cell}", column.title)).collect();
            let said = if said.is_empty() { words::NONE.to_owned() } else { said.join(", ") };
            self.prose("  ", &said, 2);
        }
    }
}
