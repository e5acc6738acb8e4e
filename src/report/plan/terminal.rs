//! A plan as text: what each section says, and the tables that fit.

use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table as Grid};

use crate::plan::document::{Document, Section, Table, Unit};
use crate::report::terminal::{Screen, wrap};
use crate::report::words;

use super::spoken;

/// Rows of a table that are shown; the rest are counted.
const ROWS: usize = 12;

/// The plan; `next` is the hint at the end, without `next:`; none if empty.
pub fn write(document: &Document, screen: Screen, next: &str) -> String {
    let mut text = String::new();
    for section in &document.sections {
        section_of(&mut text, section, screen);
    }
    if !next.is_empty() {
        text.push_str(&format!("next: {next}\n"));
    }
    text
}

fn styled(text: &str, style: Style, screen: Screen) -> String {
    if screen.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

fn section_of(text: &mut String, section: &Section, screen: Screen) {
    text.push_str(&styled(&words::plain(&section.title), Style::new().bold(), screen));
    text.push('\n');
    for sentence in &section.says {
        for line in wrap(&words::plain(sentence), screen.width, (0, 0)) {
            text.push_str(&format!("{line}\n"));
        }
    }
    for table in section.tables.iter().filter(|table| !table.is_detail && !table.rows.is_empty()) {
        text.push('\n');
        text.push_str(&styled(&words::plain(&table.title), Style::new().dimmed(), screen));
        text.push('\n');
        table_of(text, table, screen);
    }
    text.push('\n');
}

fn table_of(text: &mut String, table: &Table, screen: Screen) {
    let mut grid = Grid::new();
    grid.load_style(NOTHING).force_no_tty().set_content_arrangement(ContentArrangement::Dynamic);
    grid.set_width(u16::try_from(screen.width + 1).unwrap_or(u16::MAX));
    grid.set_header(table.columns.iter().map(|column| column.title.as_str()).collect::<Vec<_>>());
    for (index, column) in table.columns.iter().enumerate() {
        let of = grid.column_mut(index).expect("the header made the columns");
        of.set_padding((0, 2));
        if column.unit != Unit::Text {
            of.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in table.rows.iter().take(ROWS) {
        let cells = table.columns.iter().zip(row).map(|(column, value)| spoken(value, column.unit));
        grid.add_row(cells.collect::<Vec<_>>());
    }
    for line in grid.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if table.rows.len() > ROWS {
        let rest = (table.rows.len() - ROWS) as u64;
        text.push_str(&format!("and {} in the report\n", words::count(rest, "more row")));
    }
}
