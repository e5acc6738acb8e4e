//! The sections on operations and protection, and the choice of those on health and recovery points.

use crate::measure::results::{JobState, Operations, Results};
use crate::report::instant::said;
use crate::report::plot::{Plot, Subject};
use crate::report::run::protection::{self as tables, Change};
use crate::report::run::rows;
use crate::report::{verdict, words};

use super::{Block, Grid, Part, figure, health, part};

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
    blocks.push(Block::Table(jobs(results)));
    if !operations.test_vms.is_empty() {
        let keys = "on job point_at network running_at after_s removed_at";
        let rows = rows(results, &operations.test_vms);
        let grid = Grid::first("VMs in test failovers", (&tables::TEST_VMS, keys), &rows, ROWS);
        blocks.push(Block::Table(grid));
    }
    if !operations.downtimes.is_empty() {
        let caption = "Applications out of service though nothing failed";
        let keys = "application job from seconds";
        let rows = rows(results, &operations.downtimes);
        blocks.push(Block::Table(Grid::first(caption, (&tables::DOWNTIMES, keys), &rows, ROWS)));
    }
    let changes = changes(operations);
    if !changes.is_empty() {
        let keys = "at on what";
        let rows = rows(results, &changes);
        let grid =
            Grid::first("What moved, was mapped and was chosen", (&tables::CHANGES, keys), &rows, ROWS);
        blocks.push(Block::Table(grid));
    }
    part("operations", "Operations", blocks)
}

fn jobs(results: &Results) -> Grid {
    let mut rows = rows(results, &results.operations.jobs);
    if rows.len() > ROWS {
        rows.sort_by_key(|row| row.outcome == JobState::Succeeded);
    }
    let keys = "job on operation from for_s outcome drill_rto_s downtime_s lost_bytes reason";
    Grid::first("Jobs", (&tables::JOBS, keys), &rows, ROWS)
}

/// Moves, mappings, chosen points and incidents, by time.
fn changes(operations: &Operations) -> Vec<Change> {
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
        let what =
            format!("point “{}”: {}, {kind}, {undo} to undo what is newer", it.asked, said(&it.point_at));
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
    blocks.extend(unprotected(results, &results.operations, "while nothing fails", ROWS));
    if !results.operations.states.is_empty() {
        let caption = "States of replication while nothing fails";
        let keys = "vm state from for_s why";
        let rows = rows(results, &results.operations.states);
        blocks.push(Block::Table(Grid::first(caption, (&tables::STATES, keys), &rows, ROWS)));
    }
    let outages = verdict::worst_outages(results).into_iter();
    for outage in outages.filter(|outage| !outage.operations.unprotected.is_empty()).take(OUTAGES) {
        let when = format!("in “{}”", outage.name);
        blocks.extend(unprotected(results, &outage.operations, &when, OUTAGE_ROWS));
    }
    part("protection", "Protection", blocks)
}

/// The unprotected times of one run, the longest first, and the last VM to be protected again.
fn unprotected(results: &Results, run: &Operations, when: &str, most: usize) -> Vec<Block> {
    if run.unprotected.is_empty() {
        return Vec::new();
    }
    let mut rows = rows(results, &run.unprotected);
    rows.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let keys = "on because from seconds again";
    let grid = Grid::first(&format!("Unprotected {when}"), (&tables::UNPROTECTED, keys), &rows, most);
    let last = run.last_protected.as_ref().map(|last| {
        let after = words::duration(last.after_s);
        format!("Last VM protected again after {after}: {} {}.", words::plain(&last.vm), said(&last.at))
    });
    [Block::Table(grid)].into_iter().chain(last.map(Block::Words)).collect()
}
