//! A section for each outage, worst first: what failed, what was declared, who came back when, and who did not.

use crate::measure::results::{
    DeclarationRow, OutageApplicationRow, OutageRow, OutageVmRow, Outcome, PhaseRow, Results,
};
use crate::report::plot::{Plot, Subject};
use crate::report::verdict;
use crate::report::words::{self, Mark, NONE, Tone, duration};

use super::{Block, Cell, Grid, Part, figure};

/// Outages with a section of their own.
const SECTIONS: usize = 25;
/// Rows of each table.
const ROWS: usize = 50;

pub(super) fn parts(results: &Results, plots: &[Plot]) -> Vec<Part> {
    let outages = verdict::worst_outages(results);
    let mut parts: Vec<Part> = outages
        .iter()
        .take(SECTIONS)
        .enumerate()
        .map(|(number, outage)| part(number + 1, outage, plots))
        .collect();
    if outages.len() > 1 {
        parts.insert(0, overview(&outages));
    }
    parts
}

/// All outages in a table.
fn overview(outages: &[&OutageRow]) -> Part {
    let heads = [
        "outage",
        "at",
        "#applications hit",
        "#missed",
        "#not recovered",
        "#longest RTA",
        "#oldest RPA",
        "#data lost",
        "worst application",
    ];
    let grid =
        Grid::new("Outages, worst first, each in a run of its own", &heads).fill(outages, ROWS, |outage| {
            let rows = &outage.applications;
            let number = |test: fn(&OutageApplicationRow) -> bool| {
                Cell::number(rows.iter().filter(|row| test(row)).count().to_string())
            };
            let longest = |value: fn(&OutageApplicationRow) -> Option<f64>| {
                rows.iter().filter_map(value).reduce(f64::max)
            };
            vec![
                Cell::text(&outage.name),
                Cell::instant(&outage.at),
                number(|row| row.outcome != Outcome::NotHit),
                number(|row| row.status == crate::measure::results::Status::Missed),
                number(|row| row.outcome == Outcome::NotRecovered),
                Cell::time(longest(|row| row.rta_from_outage_s), "no application goes down and comes back"),
                Cell::time(longest(|row| row.rpa_s), "no application fails over"),
                Cell::bytes(outage.lost_bytes),
                Cell::text(verdict::leading(outage).map_or(NONE, |row| row.name.as_str())),
            ]
        });
    Part {
        anchor: "outages".into(),
        title: "Outages".into(),
        badge: Cell::default(),
        page: true,
        blocks: vec![Block::Table(grid)],
    }
}

fn part(number: usize, outage: &OutageRow, plots: &[Plot]) -> Part {
    let leading = verdict::leading(outage);
    let badge = leading.map_or_else(Cell::default, |row| Cell::mark(&words::outage_mark(row)));
    let mut blocks = Vec::new();
    if !outage.about.is_empty() {
        blocks.push(Block::Words(words::plain(&outage.about)));
    }
    blocks.push(Block::Words(summary(outage)));
    blocks.push(Block::Table(faults(outage)));
    if !outage.declarations.is_empty() {
        blocks.push(Block::Lines(outage.declarations.iter().take(ROWS).map(declaration).collect()));
    }
    blocks.push(Block::Table(applications(outage)));
    let recovery = Subject::Recovery(outage.name.clone());
    blocks.extend(
        figure(plots, &recovery, "Recovery, with the critical path outlined".into()).map(Block::Plot),
    );
    blocks.extend(verdict::slowest_recovery(outage).map(|row| Block::Table(phases(row))));
    let ages = outage.applications.iter().filter_map(|row| {
        let age = Subject::AgeIn(row.name.clone(), outage.name.clone());
        figure(plots, &age, format!("Age of the newest recovery point of {} around the outage", row.name))
    });
    blocks.extend(ages.map(Block::Plot));
    blocks.extend(vms(outage).map(Block::Table));
    Part { anchor: format!("outage-{number}"), title: words::plain(&outage.name), badge, page: true, blocks }
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
        words::plain(&outage.at),
        words::thousands(hit),
        words::count(of, "application")
    )
}

fn faults(outage: &OutageRow) -> Grid {
    let grid = Grid::new("What failed", &["component", "effect", "cause", "from", "until", "#lasted"]);
    grid.fill(&outage.faults, ROWS, |fault| {
        vec![
            Cell::text(&fault.component),
            Cell::text(&fault.effect),
            Cell::text(&fault.cause),
            Cell::instant(&fault.from),
            fault.to.as_deref().map_or_else(|| Cell::text("not repaired within the run"), Cell::instant),
            Cell::time(fault.to_s.map(|to| to - fault.from_s), "not repaired within the run"),
        ]
    })
}

fn declaration(row: &DeclarationRow) -> String {
    let why = row.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
    let after = duration(row.at_s);
    words::plain(&format!(
        "Declared {after} after the first fault, at {}: plan {}, {}{why}.",
        row.at, row.plan, row.path
    ))
}

fn applications(outage: &OutageRow) -> Grid {
    let heads = [
        "application",
        "status",
        "outcome",
        "#RPO",
        "#RPA",
        "#RTO",
        "#RTA",
        "#from declaration",
        "#data lost",
        "why",
    ];
    Grid::new("Applications", &heads).fill(&outage.applications, ROWS, |row| {
        let (outcome, absent) = match row.outcome {
            Outcome::NotHit => ("not hit", "it was never down"),
            Outcome::FailedOver => ("failed over", "no declaration"),
            Outcome::Repaired => ("repaired", "it came back by repair, without a failover"),
            Outcome::NotRecovered => ("not recovered", "it did not come back within the run"),
        };
        vec![
            Cell::text(&row.name),
            Cell::mark(&words::outage_mark(row)),
            Cell::text(outcome),
            Cell::time(row.rpo_objective_s, "no RPO is set"),
            Cell::judged(row.rpa_s, row.rpo_objective_s, absent),
            Cell::time(row.rto_objective_s, "no RTO is set"),
            Cell::judged(row.rta_from_outage_s, row.rto_objective_s, absent),
            Cell::time(row.rta_from_declaration_s, absent),
            Cell::bytes(row.lost_bytes),
            Cell::text(row.reasons.join("; ")),
        ]
    })
}

fn phases(row: &OutageApplicationRow) -> Grid {
    let total: f64 = row.phases.iter().map(|phase| phase.seconds).sum();
    let caption = format!("Critical path of {}: {}", row.name, duration(total));
    let mut after = 0.0;
    Grid::new(caption, &["phase", "spent on", "#took", "#share", "#ended after"]).fill(
        &row.phases,
        ROWS,
        |phase: &PhaseRow| {
            after += phase.seconds;
            let share = if total > 0.0 { phase.seconds / total } else { 0.0 };
            vec![
                Cell::text(phase.phase.words()),
                Cell::text(&phase.on),
                Cell::time(Some(phase.seconds), ""),
                Cell::share(share),
                Cell::time(Some(after), ""),
            ]
        },
    )
}

/// VMs that are not in service at the end, with what they lack.
fn vms(outage: &OutageRow) -> Option<Grid> {
    let rows: Vec<_> = outage.vms.iter().filter(|row| row.state.is_out()).collect();
    let bad = |row: &OutageVmRow| Cell::mark(&Mark { word: row.state.words().to_owned(), tone: Tone::Bad });
    let grid = Grid::new("VMs not in service at the end", &["VM", "state", "why", "#RPA", "#data lost"])
        .fill(&rows, ROWS, |row| {
            let reason = Cell::text(row.reason.as_deref().unwrap_or(NONE));
            vec![
                Cell::text(&row.name),
                bad(row),
                reason,
                Cell::time(row.rpa_s, "it did not fail over"),
                Cell::bytes(row.lost_bytes),
            ]
        });
    (!rows.is_empty()).then_some(grid)
}
