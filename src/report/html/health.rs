//! The sections on health and recovery points.

use std::cmp::Reverse;

use crate::measure::results::{ReasonRow, RecoveryPointsRow, Results, VmHealth};
use crate::report::plot::{Plot, Subject};
use crate::report::words::{self, NONE};

use super::{Block, Cell, Grid, Part, figure, part};

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
    let of = results.vms.iter().filter_map(|vm| Some((vm.name.as_str(), vm.health.as_ref()?)));
    let mut rows: Vec<(&str, &VmHealth)> = of.filter(|(_, row)| row.normal_share < 1.0).collect();
    rows.sort_by(|a, b| {
        b.1.critical_share
            .total_cmp(&a.1.critical_share)
            .then(b.1.warning_share.total_cmp(&a.1.warning_share))
    });
    if rows.is_empty() {
        blocks.push(Block::Words("Every VM was Normal throughout.".into()));
    } else {
        let heads = ["VM", "health at the end", "#Normal", "#Warning", "#Critical", "reasons at the end"];
        let grid =
            Grid::new("VMs that were not Normal throughout; shares of the time with a relationship", &heads);
        blocks.push(Block::Table(grid.fill(&rows, ROWS, |(name, row)| {
            vec![
                Cell::text(name),
                Cell::text(row.at_end.words()),
                Cell::share(row.normal_share),
                Cell::share(row.warning_share),
                Cell::share(row.critical_share),
                Cell::text(words::list(&row.reasons)),
            ]
        })));
    }
    let mut worst: Vec<_> = results.statistics.iter().filter(|row| row.cycles_missed > 0).collect();
    worst.sort_by_key(|row| Reverse(row.cycles_missed));
    if !worst.is_empty() {
        let heads =
            ["VM", "from", "to", "#missed cycles", "#mean size", "#largest", "#mean latency", "#longest"];
        let grid = Grid::new("Monitoring windows with most missed cycles", &heads);
        blocks.push(Block::Table(grid.fill(&worst, ROWS / 5, |row| {
            let (missed, of) = (words::thousands(row.cycles_missed), words::thousands(row.cycles_expected));
            vec![
                Cell::text(&row.vm),
                Cell::instant(&row.from),
                Cell::instant(&row.to),
                Cell::number(format!("{missed} of {of}")),
                row.size_mean_bytes.map_or_else(|| Cell::number(NONE), Cell::bytes),
                Cell::bytes(row.size_max_bytes),
                Cell::time(row.latency_mean_s, "no log was applied"),
                Cell::time(Some(row.latency_max_s), ""),
            ]
        })));
    }
    part("health", "Health", blocks)
}

pub(super) fn recovery_points(results: &Results) -> Part {
    let of = results.vms.iter().filter_map(|vm| Some((vm.name.as_str(), vm.recovery_points.as_ref()?)));
    let mut rows: Vec<(&str, &RecoveryPointsRow)> = of.collect();
    rows.sort_by_key(|(_, row)| Reverse(row.history_bytes));
    let heads = [
        "VM",
        "#points promised",
        "#kept",
        "#they reach back",
        "#newest",
        "#newest app-consistent",
        "#snapshots slowed it for",
        "#disks",
        "#history",
        "writes at the replica",
    ];
    let grid = Grid::new("Recovery points at the end, while nothing fails", &heads).fill(
        &rows,
        ROWS,
        |(name, row)| {
            let factor = if row.iops_factor_min < row.iops_factor_max {
                format!("{}–{} ×", row.iops_factor_min, row.iops_factor_max)
            } else {
                "1 ×".to_owned()
            };
            vec![
                Cell::text(name),
                Cell::number(row.promised_points.to_string()),
                Cell::number(row.kept_points.to_string()),
                Cell::time(row.achieved_retention_s, "there is no point"),
                Cell::time(row.newest_age_s, "there is no point"),
                Cell::time(row.newest_app_consistent_age_s, "there is no app-consistent point"),
                Cell::time(Some(row.app_consistent_freeze_s), ""),
                Cell::bytes(row.disks_bytes),
                Cell::bytes(row.history_bytes),
                Cell::text(factor),
            ]
        },
    );
    let note = "History is an estimate: a tenth of the disks for each additional point on Windows Server 2012, what undoes the newest point to \
                the oldest since 2012 R2. So is the load: with history a replica does 4–6 write operations for each of the VM’s on 2012, 2–3 \
                since.";
    part("recovery-points", "Recovery points", vec![Block::Words(note.into()), Block::Table(grid)])
}
