//! Reports: results and charts to text, tables, plots and a page. Pure: nothing here reads a file, a clock or a terminal.
//!
//! Adding a format touches its own file and [`render`]. Imports results and units.

pub mod files;
pub mod sums;
pub mod levers;
pub mod words;
mod packed;
pub mod json;
mod instant;
pub mod cells;
pub mod csv;
pub mod xlsx;
pub mod series;
pub mod assumed;
pub mod ci;
pub mod check;
pub mod verdict;
pub mod run;
pub mod path;
pub mod plot;
pub mod beside;
pub mod terminal;
mod rows;
pub mod recovery;
pub mod html;
pub mod plan;
pub mod sweep;
pub mod diff;
pub mod gate;

use crate::document::{HeatMap, Table, Value};
use crate::measure::results::{Charts, Results};
use crate::plan::levers::Tried;
use crate::plan::shorter::Known;
use crate::scenario::Scenario;
use crate::sweep::Sweep;

/// Digits of a number behind the point in CSV: to the microsecond.
const DIGITS: i32 = 6;

/// What a report folder should hold beyond the ordinary.
#[derive(Clone, Debug, Default)]
pub struct FolderOptions {
    /// PNG beside every SVG.
    pub png: bool,
    /// The command that made it, for provenance.
    pub command: String,
    /// Which of its runs this is.
    pub variant: json::Variant,
    /// Texts of CSV.
    pub csv: csv::Texts,
    /// What else the page says.
    pub beside: Beside,
}

/// What stands on the page beside the run, where it costs little to know.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// What would change the answer.
    pub levers: Option<levers::Levers>,
    /// What shortening each step of recoveries would do.
    pub shorter: Known,
    /// What outages would cost at another hour.
    pub calendars: Vec<HeatMap>,
}

impl Beside {
    /// Of a scenario whose hours are known, or not.
    pub fn of(scenario: &Scenario, hours: Option<&Sweep>, levers: Option<Tried>, shorter: Known) -> Beside {
        let calendars = hours.map_or_else(Vec::new, |it| sweep::calendars(scenario, it));
        Beside { levers: levers.map(Into::into), shorter, calendars }
    }
}

/// The files of a report folder, by relative name with `/`, in a fixed order, then their list: same input, same bytes.
pub fn render(results: &Results, charts: &Charts, options: &FolderOptions) -> Vec<(String, Vec<u8>)> {
    sums::listed("report", files_of(results, charts, options))
}

/// The same of several variants, each in a folder of its own with what gives it again, and what they come to side by side.
pub fn render_variants(
    variants: &[(beside::Variant<'_>, FolderOptions)],
    command: &str,
) -> Vec<(String, Vec<u8>)> {
    let texts = variants.first().map_or_else(csv::Texts::default, |(_, options)| options.csv);
    let all: Vec<beside::Variant<'_>> = variants.iter().map(|(variant, _)| *variant).collect();
    let mut files = plan::render(&beside::document(&all), plan::VARIANTS, command, texts);
    // Of the whole folder there is one list.
    files.pop();
    for (number, ((_, results, charts), options)) in (1..).zip(variants) {
        let own = files_of(results, charts, options).into_iter();
        files.extend(own.map(|(name, bytes)| (format!("variant-{number}/{name}"), bytes)));
    }
    sums::listed("report", files)
}

/// The page alone.
pub fn page(results: &Results, charts: &Charts, options: &FolderOptions) -> String {
    html::write(results, charts, &plot::all(results, charts), options)
}

/// With numbers as short as results have them, so that a stored one gives the same workbook.
fn as_results_have(mut table: Table) -> Table {
    for value in table.rows.iter_mut().flatten() {
        if let Value::Number(number) | Value::Over(number) = value {
            *number = cells::written(*number, DIGITS).unwrap_or(*number);
        }
    }
    table
}

fn files_of(results: &Results, charts: &Charts, options: &FolderOptions) -> Vec<(String, Vec<u8>)> {
    let run = json::Run { variant: &options.variant, results, drawn: Some((charts, &options.beside)) };
    let document = json::Document { command: &options.command, runs: &[run] };
    let plots = plot::all(results, charts);
    let mut files = vec![
        ("report.html".to_string(), html::write(results, charts, &plots, options).into_bytes()),
        ("result.json".to_string(), json::write(&document).into_bytes()),
    ];
    files.extend(
        html::record::write(results, options).map(|text| ("record.html".to_owned(), text.into_bytes())),
    );
    let mut texts = Vec::new();
    let text = |table: &Table| {
        (format!("csv/{}.csv", table.key), csv::write(table, DIGITS, options.csv).into_bytes())
    };
    let tables = run::tables(results).map(as_results_have).inspect(|table| texts.push(text(table)));
    files
        .push(("result.xlsx".to_string(), xlsx::write(&run::document(results), "run", tables, &run::CHARTS)));
    files.extend(texts);
    for plot in &plots {
        files.push((format!("plots/{}.svg", plot.stem), plot::svg::file(&plot.picture).into_bytes()));
        if options.png {
            files.push((format!("plots/{}.png", plot.stem), plot::png::file(&plot.picture)));
        }
    }
    files
}
