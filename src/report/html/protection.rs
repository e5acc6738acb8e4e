//! The sections on operations and protection, and the choice of those on health and recovery points.

use crate::measure::results::{JobRow, JobState, Operations, Results, UnprotectedRow};
use crate::report::plot::{Plot, Subject};
use crate::report::verdict;
use crate::report::words::{self, NONE};

use super::{Block, Cell, Grid, Part, figure, health, part};

/// Rows of each table.
const ROWS: usize = 50;
/// Outages whose unprotected times are told, the longest of each.
const OUTAGES: usize = 12;
const OUTAGE_ROWS: usize = 12;

/// The sections that have something to say; health and recovery points always do where anything is replicated.
pub(super) fn parts(results: &Results, plots: &[Plot]) -> Vec<Part> {
    let mut parts = Vec::new();
    if !results.operations.jobs.is_empty() {
        parts.push(operations(results, plots));
    }
    let outages = results.outages.iter().map(|outage| &outage.operations);
    let mut runs = outages.chain([&results.operations]);
    if runs.any(|run| !run.unprotected.is_empty() || !run.states.is_empty()) {
        parts.push(protection(results));
    }
    if results.vms.iter().any(|vm| vm.health.is_some()) {
        parts.push(health::health(results, plots));
        parts.push(health::recovery_points(results));
    }
    parts
}

fn operations(results: &Results, plots: &[Plot]) -> Part {
    let operations = &results.operations;
    let mut blocks: Vec<Block> = verdict::operations(operations).into_iter().map(Block::Words).collect();
    let drawn = figure(plots, &Subject::Jobs, "Jobs while nothing fails".into());
    blocks.extend(drawn.map(Block::Plot));
    blocks.push(Block::Table(jobs(&operations.jobs)));
    if !operations.test_vms.is_empty() {
        let heads = ["VM", "test", "point", "network", "running", "#after", "removed"];
        let grid = Grid::new("VMs in test failovers", &heads);
        blocks.push(Block::Table(grid.fill(&operations.test_vms, ROWS, |row| {
            vec![
                Cell::text(&row.on),
                Cell::text(row.job.as_deref().unwrap_or(NONE)),
                Cell::instant(&row.point_at),
                Cell::text(if row.connected { "connected" } else { "none" }),
                Cell::instant(&row.running_at),
                Cell::time(row.after_s, "no job is known"),
                match &row.removed_at {
                    Some(at) => Cell::instant(at),
                    None => Cell::text(if row.forced { "by force" } else { NONE }),
                },
            ]
        })));
    }
    if !operations.downtimes.is_empty() {
        let heads = ["application", "taken down by", "from", "#for"];
        let grid = Grid::new("Applications out of service though nothing failed", &heads);
        blocks.push(Block::Table(grid.fill(&operations.downtimes, ROWS, |row| {
            vec![
                Cell::text(&row.application),
                Cell::text(row.job.as_deref().unwrap_or(NONE)),
                Cell::instant(&row.from),
                Cell::time(row.seconds, "not in service again within the run"),
            ]
        })));
    }
    let changes = changes(operations);
    if !changes.is_empty() {
        let grid = Grid::new("What moved, was mapped and was chosen", &["at", "on", "what"]);
        blocks.push(Block::Table(grid.fill(&changes, ROWS, |(at, on, what)| {
            vec![Cell::instant(at), Cell::text(on), Cell::text(what)]
        })));
    }
    part("operations", "Operations", blocks)
}

fn jobs(jobs: &[JobRow]) -> Grid {
    let mut rows: Vec<&JobRow> = jobs.iter().collect();
    if rows.len() > ROWS {
        rows.sort_by_key(|row| row.outcome == JobState::Succeeded);
    }
    let heads = [
        "job",
        "on",
        "asked by",
        "from",
        "#for",
        "outcome",
        "#test VMs ran after",
        "#downtime",
        "#lost",
        "why",
    ];
    Grid::new("Jobs", &heads).fill(&rows, ROWS, |row| {
        vec![
            Cell::text(row.job.words()),
            Cell::text(row.on.as_deref().unwrap_or("the estate")),
            Cell::text(row.operation.as_deref().unwrap_or(NONE)),
            Cell::instant(&row.from),
            Cell::time(row.to_s.map(|to| to - row.from_s), "not ended within the run"),
            Cell::mark(&words::job_mark(row)),
            Cell::time(row.drill_rto_s, "not a test failover, or not all test VMs ran"),
            Cell::time(row.downtime_s, "not a failover, or not in service again"),
            row.lost_bytes.map_or_else(|| Cell::number(NONE), Cell::bytes),
            Cell::text(row.reason.as_deref().unwrap_or("")),
        ]
    })
}

/// Moves, mappings, chosen points and incidents, by time.
fn changes(operations: &Operations) -> Vec<(String, String, String)> {
    let moves = operations.moves.iter();
    let moves = moves.map(|it| (it.at.clone(), it.on.clone(), format!("to host {}: {}", it.to, it.how)));
    let mappings = operations.mappings.iter().map(|it| {
        let to = it.to.as_ref().map_or("no longer connected".to_owned(), |to| format!("mapped to {to}"));
        let replicas = words::count(it.replicas, "replica");
        (it.at.clone(), format!("network {}", it.from), format!("{to}; {replicas} attached anew"))
    });
    let points = operations.points.iter().map(|it| {
        let kind = if it.app_consistent { "app-consistent" } else { "crash-consistent" };
        let undo = words::duration(it.undo_s);
        let what = format!("point “{}”: {}, {kind}, {undo} to undo what is newer", it.asked, it.point_at);
        (it.at.clone(), it.on.clone(), what)
    });
    let incidents = operations.incidents.iter().map(|it| (it.at.clone(), it.on.clone(), it.what.clone()));
    let mut all: Vec<_> = moves.chain(mappings).chain(points).chain(incidents).collect();
    all.sort();
    all
}

fn protection(results: &Results) -> Part {
    let note = "From a failover, a required resynchronization or the begin of a first copy on, until replication is normal again, nothing \
                protects what a VM writes: should the place where it runs fail, that is lost. A paused VM keeps its points, which age.";
    let mut blocks = vec![Block::Words(note.into())];
    blocks.extend(unprotected(&results.operations, "while nothing fails", ROWS));
    if !results.operations.states.is_empty() {
        let heads = ["VM", "state", "from", "#for", "why"];
        let grid = Grid::new("States of replication while nothing fails", &heads);
        blocks.push(Block::Table(grid.fill(&results.operations.states, ROWS, |row| {
            vec![
                Cell::text(&row.vm),
                Cell::text(row.state.words()),
                Cell::instant(&row.from),
                Cell::time(row.to_s.map(|to| to - row.from_s), "to the end of the run"),
                Cell::text(row.why.as_deref().unwrap_or("")),
            ]
        })));
    }
    let outages = verdict::worst_outages(results).into_iter();
    for outage in outages.filter(|outage| !outage.operations.unprotected.is_empty()).take(OUTAGES) {
        blocks.extend(unprotected(&outage.operations, &format!("in “{}”", outage.name), OUTAGE_ROWS));
    }
    part("protection", "Protection", blocks)
}

/// The unprotected times of one run, the longest first, and the last VM to be protected again.
fn unprotected(run: &Operations, when: &str, most: usize) -> Vec<Block> {
    if run.unprotected.is_empty() {
        return Vec::new();
    }
    let mut rows: Vec<&UnprotectedRow> = run.unprotected.iter().collect();
    rows.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let heads = ["what", "since", "from", "#for", "protected again"];
    let grid = Grid::new(format!("Unprotected {when}"), &heads).fill(&rows, most, |row| {
        let again = if row.to_s.is_some() { "yes" } else { "not within the run" };
        vec![
            Cell::text(&row.on),
            Cell::text(row.because.words()),
            Cell::instant(&row.from),
            Cell::time(Some(row.seconds), ""),
            Cell::text(again),
        ]
    });
    let last = run.last_protected.as_ref().map(|last| {
        let after = words::duration(last.after_s);
        format!("Last VM protected again after {after}: {} at {}.", words::plain(&last.vm), last.at)
    });
    [Block::Table(grid)].into_iter().chain(last.map(Block::Words)).collect()
}
