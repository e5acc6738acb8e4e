//! The sections on health and recovery points.

use std::cmp::Reverse;

use crate::measure::results::{ReasonRow, Results, VmHealth, VmRow};
use crate::report::plot::{Plot, Subject};
use crate::report::run::{estate, protection, rows};
use crate::report::words;

use super::{Block, Grid, Part, figure, part};

/// Rows of each table.
const ROWS: usize = 50;

pub(super) fn health(results: &Results, plots: &[Plot]) -> Part {
    let fleet = &results.fleet_health;
    let mut blocks =
        vec![Block::Words(format!("At the end of the run, while nothing fails: {}.", words::health(fleet)))];
    if !fleet.reasons.is_empty() {
        let line =
            |row: &ReasonRow| words::plain(&format!("{}: {}", row.reason, words::count(row.vms, "VM")));
        blocks.push(Block::Lines(fleet.reasons.iter().map(line).collect()));
    }
    let drawn = figure(plots, &Subject::Health, "Health of VMs while nothing fails".into());
    blocks.extend(drawn.map(Block::Plot));
    let changed = |row: &&VmRow| row.health.as_ref().is_some_and(|health| health.normal_share < 1.0);
    let mut vms = rows(results, results.vms.iter().filter(changed));
    let share = |row: &VmRow, part: fn(&VmHealth) -> f64| row.health.as_ref().map_or(0.0, part);
    let critical = |row: &VmRow| share(row, |health| health.critical_share);
    let warning = |row: &VmRow| share(row, |health| health.warning_share);
    vms.sort_by(|a, b| critical(b).total_cmp(&critical(a)).then_with(|| warning(b).total_cmp(&warning(a))));
    if vms.is_empty() {
        blocks.push(Block::Words("Every VM was Normal throughout.".into()));
    } else {
        let caption = "VMs that were not Normal throughout; shares of the time with a relationship";
        let keys = "name health normal_share warning_share critical_share health_reasons";
        blocks.push(Block::Table(Grid::first(caption, (&estate::VMS, keys), &vms, ROWS)));
    }
    let mut worst = rows(results, results.statistics.iter().filter(|row| row.cycles_missed > 0));
    worst.sort_by_key(|row| Reverse(row.cycles_missed));
    if !worst.is_empty() {
        let keys = "vm from to missed size_mean_bytes size_max_bytes latency_mean_s latency_max_s";
        let caption = "Monitoring windows with most missed cycles";
        blocks.push(Block::Table(Grid::first(caption, (&protection::STATISTICS, keys), &worst, ROWS / 5)));
    }
    part("health", "Health", blocks)
}

pub(super) fn recovery_points(results: &Results) -> Part {
    let mut rows = protection::recovery_points(results);
    rows.sort_by_key(|row| Reverse(row.history_bytes));
    let keys = "vm promised_points kept_points achieved_retention_s newest_age_s newest_app_consistent_age_s app_consistent_freeze_s disks_bytes history_bytes writes";
    let caption = "Recovery points at the end, while nothing fails";
    let grid = Grid::first(caption, (&protection::RECOVERY_POINTS, keys), &rows, ROWS);
    let note = "History is an estimate: a tenth of the disks for each additional point on Windows Server 2012, what undoes the newest point to \
                the oldest since 2012 R2. So is the load: with history a replica does 4–6 write operations for each of the VM’s on 2012, 2–3 \
                since.";
    part("recovery-points", "Recovery points", vec![Block::Words(note.into()), Block::Table(grid)])
}
