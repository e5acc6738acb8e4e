//! A section for each outage, worst first: what failed, what was declared, who came back when, and who did not.

use crate::document::{Unit, Value, column};
use crate::measure::results::{DeclarationRow, OutageApplicationRow, OutageRow, Outcome, Results};
use crate::report::instant::said;
use crate::report::plot::{Plot, Subject};
use crate::report::run::{Row, outages as tables, rows};
use crate::report::verdict;
use crate::report::words::{self, duration};

use super::{Block, Cell, Grid, Part, figure};

/// Outages with a section of their own.
const SECTIONS: usize = 25;
/// Rows of each table.
const ROWS: usize = 50;

pub(super) fn parts(results: &Results, plots: &[Plot]) -> Vec<Part> {
    let outages = verdict::worst_outages(results);
    let numbered = (1..).zip(outages.iter().take(SECTIONS));
    let mut parts: Vec<Part> =
        numbered.map(|(number, outage)| part(number, results, outage, plots)).collect();
    if outages.len() > 1 {
        parts.insert(0, overview(&rows(results, outages)));
    }
    parts
}

/// All outages in a table.
fn overview(outages: &[Row<'_, OutageRow>]) -> Part {
    let keys = "name at hit missed not_recovered rta_max_s rpa_max_s lost_bytes worst";
    let caption = "Outages, worst first, each in a run of its own";
    let grid = Grid::first(caption, (&tables::OUTAGES, keys), outages, ROWS);
    Part {
        anchor: "outages".into(),
        title: "Outages".into(),
        page: true,
        blocks: vec![Block::Table(grid)],
        ..Part::default()
    }
}

fn part(number: usize, results: &Results, outage: &OutageRow, plots: &[Plot]) -> Part {
    let leading = verdict::leading(outage);
    let badge = leading.map_or_else(Cell::default, |row| Cell::mark(&words::outage_mark(row)));
    let mut blocks = Vec::new();
    if !outage.about.is_empty() {
        blocks.push(Block::Words(words::plain(&outage.about)));
    }
    blocks.push(Block::Words(summary(outage)));
    blocks.push(Block::Table(faults(results, outage)));
    if !outage.declarations.is_empty() {
        blocks.push(Block::Lines(outage.declarations.iter().take(ROWS).map(declaration).collect()));
    }
    blocks.push(Block::Table(applications(results, outage)));
    let ages = outage.applications.iter().filter_map(|row| {
        let age = Subject::AgeIn(row.name.clone(), outage.name.clone());
        figure(plots, &age, format!("Age of the newest recovery point of {} around the outage", row.name))
    });
    blocks.extend(ages.map(Block::Plot));
    blocks.extend(vms(results, outage).map(Block::Table));
    Part {
        anchor: format!("outage-{number}"),
        title: words::plain(&outage.name),
        badge,
        page: true,
        blocks,
        ..Part::default()
    }
}

fn summary(outage: &OutageRow) -> String {
    let hit = outage.applications.iter().filter(|row| row.outcome != Outcome::NotHit).count() as u64;
    let of = outage.applications.len() as u64;
    let lost = if outage.lost_bytes == 0 {
        "no data lost".into()
    } else {
        format!("{} lost", words::bytes(outage.lost_bytes))
    };
    format!(
        "From {}: takes down {} of {}; {lost}.",
        said(&words::plain(&outage.at)),
        words::thousands(hit),
        words::count(of, "application")
    )
}

fn faults(results: &Results, outage: &OutageRow) -> Grid {
    let keys = "component effect cause from to lasted_s";
    Grid::first("What failed", (&tables::FAULTS, keys), &rows(results, &outage.faults), ROWS)
}

fn declaration(row: &DeclarationRow) -> String {
    let why = row.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
    let after = duration(row.at_s);
    words::plain(&format!(
        "Declared {after} after the first fault, {}: plan {}, {}{why}.",
        said(&row.at),
        row.plan,
        row.path
    ))
}

fn applications(results: &Results, outage: &OutageRow) -> Grid {
    let has_needs = outage.applications.iter().any(|row| !row.needs.is_empty());
    let serving = if has_needs { "serving" } else { "" };
    let stood = outage.applications.iter().any(|row| row.unprotected_s > 0.0);
    let again = if stood { "protected_after_s" } else { "" };
    let keys = format!(
        "name status came rpo_objective_s rpa_s rto_objective_s rta_from_outage_s rta_from_declaration_s lost_bytes {again} {serving} reasons"
    );
    let rows = tables::within(results, outage, &outage.applications);
    Grid::first("Applications", (&tables::APPLICATIONS, &keys), &rows, ROWS)
}

/// What took how long, its share of all, and when it ended.
pub(super) fn phases(results: &Results, row: &OutageApplicationRow) -> Grid {
    let total: f64 = row.phases.iter().map(|phase| phase.seconds).sum();
    let caption = format!("Critical path of {}: {}", row.name, duration(total));
    let rows = tables::phases(results, "", row);
    let mut table = tables::PHASES.view("phase on seconds", rows.iter().take(ROWS));
    table.columns.push(column("share", "share", Unit::Share));
    table.columns.push(column("after_s", "ended after", Unit::Seconds));
    let mut after = 0.0;
    for (cells, phase) in table.rows.iter_mut().zip(&row.phases) {
        after += phase.seconds;
        let share = if total > 0.0 { phase.seconds / total } else { 0.0 };
        cells.extend([share, after].map(Value::Number));
    }
    Grid::of(&caption, &table, &|_| String::new()).out_of(rows.len())
}

/// VMs that are not in service at the end, with what they lack.
fn vms(results: &Results, outage: &OutageRow) -> Option<Grid> {
    let mut rows = tables::within(results, outage, &outage.vms);
    rows.retain(|row| row.state.is_out());
    let keys = "name state reason rpa_s lost_bytes";
    let grid = Grid::first("VMs not in service at the end", (&tables::VMS, keys), &rows, ROWS);
    (!rows.is_empty()).then_some(grid)
}
