//! Why each actual is what it is: a section for each application. Imports results and tables of runs.

use crate::measure::results::{ApplicationRow, OutageApplicationRow, OutageRow, OutageVmRow, Results, VmRow};
use crate::plan::shorter::{Known, Place};
use crate::report::instant::said;
use crate::report::recovery::bound as around;
use crate::report::recovery::lost as lost_words;
use crate::report::recovery::shorter;
use crate::report::recovery::why::{self, InOutage, Why};
use crate::report::run::{estate, outages as tables, rows};
use crate::report::verdict;
use crate::report::words::{self, duration, percent, plain};
use crate::words::begun;

use super::outages::phases;
use super::{Block, Grid, Part, part};

/// Applications that are explained, the worst.
const MOST: usize = 30;
/// Rows of each table.
const ROWS: usize = 6;
/// Causes of an age.
const CAUSES: usize = 3;

/// Where the reasons of an application stand.
pub(super) fn anchor(results: &Results, name: &str) -> String {
    let place = verdict::worst_applications(results).into_iter().position(|row| row.name == name);
    place.filter(|place| *place < MOST).map_or_else(|| "why".into(), |place| format!("why-{}", place + 1))
}

/// A section for each of the applications that fared worst, in the order of the results.
pub(super) fn parts(results: &Results, known: &Known) -> Vec<Part> {
    let worst = verdict::worst_applications(results);
    if worst.is_empty() {
        return Vec::new();
    }
    let all = format!(
        "Each figure of the first page and what it is made of, for {}. The steps of a recovery are those of which none could have been later \
         without delaying it; they sum to its RTA.",
        if worst.len() > MOST {
            format!("the {MOST} applications that fared worst")
        } else {
            "each application".into()
        }
    );
    let mut parts = vec![part("why", "Why", vec![Block::Words(all)])];
    let of = |(place, row): (usize, &&ApplicationRow)| {
        let (mark, mut it) = (
            words::application_mark(row),
            part(&format!("why-{}", place + 1), &plain(&row.name), explain(results, known, row)),
        );
        it.badge = super::Cell::mark(&mark);
        it.is_within = true;
        it
    };
    parts.extend(worst.iter().take(MOST).enumerate().map(of));
    parts
}

fn explain(results: &Results, known: &Known, row: &ApplicationRow) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !row.reasons.is_empty() {
        let lines = row.reasons.iter().take(ROWS).map(|reason| plain(reason)).collect();
        blocks.push(Block::Lines(lines));
    }
    let in_outage = |name: &Option<String>| {
        let outage = results.outages.iter().find(|outage| Some(&outage.name) == name.as_ref())?;
        Some((outage, outage.applications.iter().find(|it| it.name == row.name)?))
    };
    if let Some((outage, of)) = in_outage(&row.rta_outage) {
        blocks.extend(recovery(results, outage, of));
        blocks.extend(float_and_shorter(&why::of(results, row, Some(outage)).with(known)));
    }
    if let Some((outage, of)) = in_outage(&row.rpa_outage) {
        blocks.extend(lost(results, (row, outage, of), &row.grounds.members));
    }
    blocks.extend(age(results, row, &row.grounds.members));
    blocks
}

/// The recoveries that are explained: each application in the outage in which it takes longest.
pub fn explained(results: &Results) -> Vec<Place<'_>> {
    let worst = verdict::worst_applications(results).into_iter().take(MOST);
    worst.filter_map(|row| Some((row.name.as_str(), row.rta_outage.as_deref()?))).collect()
}

/// What ran beside a critical path, and what shortening its steps does.
fn float_and_shorter(why: &Why) -> Vec<Block> {
    let Some(outage) = &why.outage else { return Vec::new() };
    let mut blocks = Vec::new();
    let beside = outage.beside.iter().flatten();
    let lines: Vec<String> = beside
        .take(ROWS)
        .map(|it| {
            let float = if it.float_s < 1.0 { "none".into() } else { duration(it.float_s) };
            plain(&format!("{float}: {} of {}", it.phase, it.vms.join(", ")))
        })
        .collect();
    if !lines.is_empty() {
        blocks.push(Block::Words(
            "What ran beside, by its float: how much later it could have ended, at most.".into(),
        ));
        blocks.push(Block::Lines(lines));
    }
    if let Some(all) = &outage.shorter {
        blocks.push(Block::Words("What shortening a step does, each simulated by itself.".into()));
        let all = shorter::lines(all, outage.rta_s, &outage.path).into_iter();
        let line = |(label, words): (&str, String)| begun(&plain(&format!("{label}, {words}")));
        blocks.push(Block::Lines(all.map(line).collect()));
    }
    blocks
}

fn recovery(results: &Results, outage: &OutageRow, row: &OutageApplicationRow) -> Vec<Block> {
    let took = match row.rta_from_outage_s {
        Some(rta) => format!("Back {} after {} ({})", duration(rta), plain(&outage.name), said(&outage.at)),
        None => format!("Not back within the run in {} ({})", plain(&outage.name), said(&outage.at)),
    };
    let objective = match (row.rta_from_outage_s, row.rto_objective_s) {
        (Some(rta), Some(rto)) if rta > rto => {
            format!(", {} past its RTO of {}", duration(rta - rto), duration(rto))
        }
        (Some(rta), Some(rto)) => format!(", {} before its RTO of {}", duration(rto - rta), duration(rto)),
        (None, Some(rto)) => format!("; its RTO is {}", duration(rto)),
        (_, None) => String::new(),
    };
    let mut blocks = vec![Block::Words(format!("{took}{objective}."))];
    if !row.phases.is_empty() {
        blocks.push(Block::Table(phases(results, row)));
    }
    blocks
}

/// Which copies were oldest, and what was lost with which VM.
fn lost(
    results: &Results,
    (application, outage, row): (&ApplicationRow, &OutageRow, &OutageApplicationRow),
    members: &[String],
) -> Vec<Block> {
    let Some(rpa) = row.rpa_s else { return Vec::new() };
    let why = why::of(results, application, Some(outage));
    let says = format!(
        "In {} the oldest copy that was used was {} old; {} were lost.",
        plain(&outage.name),
        duration(rpa),
        words::bytes(row.lost_bytes)
    );
    let parts = why.outage.as_ref().and_then(InOutage::lost);
    let parts = parts.map_or_else(String::new, |row| format!(" They were {}.", lost_words::parts(&row)));
    let says = format!("{says}{parts}");
    let mut vms: Vec<&OutageVmRow> =
        outage.vms.iter().filter(|vm| vm.rpa_s.is_some() && members.contains(&vm.name)).collect();
    vms.sort_by(|a, b| {
        b.rpa_s.unwrap_or(0.0).total_cmp(&a.rpa_s.unwrap_or(0.0)).then(b.lost_bytes.cmp(&a.lost_bytes))
    });
    let mut blocks = vec![Block::Words(says)];
    if !vms.is_empty() {
        let rows = tables::within(results, outage, vms);
        let keys = "name point_at rpa_s lost_bytes rta_from_outage_s";
        blocks.push(Block::Table(Grid::first(
            "Copies that were used, oldest first",
            (&tables::VMS, keys),
            &rows,
            ROWS,
        )));
    }
    blocks
}

/// How its age spread over the time, and what bound the copies of its VMs.
fn age(results: &Results, row: &ApplicationRow, members: &[String]) -> Vec<Block> {
    let Some(age) = &row.age else {
        return vec![Block::Words("A VM of it is not replicated, so there is no age.".into())];
    };
    let above = match (age.above_objective_s, row.rpo_objective_s) {
        (Some(above), Some(rpo)) if above > 0.0 => {
            let share = above / results.scenario.horizon_s.max(1.0);
            format!(" It is above its RPO of {} for {} ({}).", duration(rpo), duration(above), percent(share))
        }
        (Some(_), Some(rpo)) => format!(" It is never above its RPO of {}.", duration(rpo)),
        (_, _) => String::new(),
    };
    let says = format!(
        "While nothing fails its age is at most {} for half of the time and {} for 99 %; the worst is {}, {}, bound by {}.{above}",
        duration(age.p50_s),
        duration(age.p99_s),
        duration(age.max_s),
        said(&age.max_at),
        plain(&age.max_cause)
    );
    let mut vms: Vec<&VmRow> = results.vms.iter().filter(|vm| members.contains(&vm.name)).collect();
    let worst = |vm: &VmRow| vm.age.as_ref().map_or(0.0, |age| age.max_s);
    vms.sort_by(|a, b| worst(b).total_cmp(&worst(a)));
    let causes = verdict::binding_of(vms.iter().copied());
    let said = causes.iter().take(CAUSES).map(|cause| format!("{}: {}", cause.by, percent(cause.share)));
    let bound: Vec<String> = said.collect();
    let mut blocks = vec![Block::Words(plain(&says))];
    if !bound.is_empty() {
        blocks
            .push(Block::Words(plain(&format!("Of the time its copies waited for: {}.", bound.join("; ")))));
    }
    let around: Vec<String> = around::lines(&row.grounds.bound)
        .iter()
        .map(|(label, words)| plain(&format!("{label}, {words}")))
        .collect();
    if !around.is_empty() {
        blocks.push(Block::Words("What bound it when, in the days around the worst.".into()));
        blocks.push(Block::Lines(around));
    }
    if !vms.is_empty() {
        let rows = rows(results, vms);
        let keys = "name interval_s age_p50_s age_p99_s age_max_s age_max_at age_max_cause";
        blocks.push(Block::Table(Grid::first(
            "Its VMs while nothing fails, oldest copies first",
            (&estate::VMS, keys),
            &rows,
            ROWS,
        )));
    }
    blocks
}
