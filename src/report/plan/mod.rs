//! A plan in every format: text, JSON, a page, a workbook, tables, plots. All of them render [`Document`] and know nothing of what it says.

mod instant;
pub mod json;
pub mod terminal;

use crate::document::Document;

use super::plot::{curve, svg};
use super::{csv, html, xlsx};

/// Digits behind the point in its files.
const DIGITS: i32 = 9;

/// The files of a plan's folder, by relative name with `/`, in a fixed order: same input, same bytes. `command` is what gives them again.
pub fn render(document: &Document, command: &str) -> Vec<(String, Vec<u8>)> {
    let tables = document.sections.iter().flat_map(|section| &section.tables);
    let mut files = vec![
        ("plan.html".to_owned(), html::plan::write(document, command).into_bytes()),
        ("plan.json".to_owned(), json::write(document).into_bytes()),
        ("plan.xlsx".to_owned(), xlsx::write(document, "plan", tables)),
    ];
    for section in &document.sections {
        for table in &section.tables {
            files.push((format!("csv/{}.csv", table.key), csv::write(table, DIGITS).into_bytes()));
        }
        for picture in
            section.curves.iter().map(|it| (it.key, curve::draw(it, &|at| instant_of(document, at))))
        {
            files.push((format!("plots/{}.svg", picture.0), svg::file(&picture.1).into_bytes()));
        }
    }
    files
}

/// An instant as people of the scenario's zone say it.
pub fn instant_of(document: &Document, seconds: f64) -> String {
    instant::spoken(document.start_unix_us, &document.zone, seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_said_by_the_day_and_the_clock() {
        let document = Document {
            start_unix_us: 1_772_406_000_000_000,
            zone: "Europe/Berlin".into(),
            ..Document::default()
        };
        // Monday, 2026-03-02T00:00 in Berlin, and a day, 14 hours and five minutes.
        assert_eq!(instant_of(&document, 137_100.0), "Tue 14:05");
        assert_eq!(instant_of(&document, 8.0 * 86_400.0 + 1.5), "Tue 10 Mar 00:00:01");
    }
}
