//! How long links may be down, as a section of the plan.

use super::catch_up::{self, CatchUp};
use super::cut_off::{CutOff, Subject, outlives};
use super::tables::{self, Cut, Filled};
use super::{Tolerances, tolerances};
use crate::document::Section;
use crate::ids::Id;
use crate::plan::ask::{Ask, Progress, Stopped};
use crate::scenario::Scenario;
use crate::units::{Bytes, Span};
use crate::workload::Vm;

/// VMs that are named, and cut off in a run.
pub const NAMED: usize = 10;

/// Outages to catch up from, unless others are asked for.
pub const OUTAGES: &[Span] = &[Span::seconds(3600), Span::seconds(4 * 3600)];

/// The section; empty if nothing is replicated over a link.
///
/// # Errors
/// `progress` said stop.
pub fn section(scenario: &Scenario, ask: &Ask, progress: Progress<'_>) -> Result<Section, Stopped> {
    if crate::plan::runs::links::busiest_link(scenario).is_none() {
        return Ok(Section::default());
    }
    let go_on = |what: &str, done: u64| match progress(what, done) {
        true => Ok(()),
        false => Err(Stopped { what: what.into() }),
    };
    go_on("looking how long links may be down", 0)?;
    let found = tolerances(scenario);
    let mut cuts = worst(scenario, &found);
    let count = cuts.len() as u64;
    for (done, cut) in cuts.iter_mut().enumerate() {
        go_on("cutting VMs off at their worst instant", 100 + 500 * done as u64 / count)?;
        simulate(scenario, cut);
    }
    let mut volumes = Vec::new();
    for (id, volume) in scenario.topology.volumes.entries() {
        go_on("filling volumes", 600)?;
        if let Some(tolerance) = &found.volumes[id.index()] {
            volumes.push((volume, tolerance, lasts(scenario, Subject::Volume(id), tolerance.worst)));
        }
    }
    let mut caught = Vec::new();
    let lengths = if ask.outage_lengths.is_empty() { OUTAGES } else { &ask.outage_lengths };
    for (done, lasts) in lengths.iter().copied().enumerate() {
        go_on("catching up after outages", 700 + 300 * done as u64 / lengths.len() as u64)?;
        caught.extend(catch_up::worst(scenario, lasts));
    }
    Ok(Section {
        key: "tolerance",
        title: "Outages of the links".into(),
        says: sentences(scenario, (&found, &cuts), &volumes, &caught),
        tables: vec![
            tables::worst(&cuts),
            tables::vms(scenario, &found),
            tables::volumes(scenario, &volumes),
            tables::catch_up(&caught),
        ],
        ..Section::default()
    })
}

/// The VMs with the least tolerance, least first.
fn worst<'s>(scenario: &'s Scenario, found: &Tolerances) -> Vec<Cut<'s>> {
    let of = |(vm, row): (Id<Vm>, &'s Vm)| {
        let tolerance = found.vms[vm.index()].as_ref()?;
        let (worst, median, limit) = (tolerance.worst?, tolerance.median, tolerance.limit);
        Some(Cut { vm, name: &row.name, worst, median, limit, seen: None, outlived: None })
    };
    let mut cuts: Vec<Cut> = scenario.vms.entries().filter_map(of).collect();
    cuts.sort_by_key(|cut| (cut.worst.0, cut.vm.index()));
    cuts.truncate(NAMED);
    cuts
}

fn simulate(scenario: &Scenario, cut: &mut Cut<'_>) {
    let (least, from) = cut.worst;
    cut.seen = lasts(scenario, Subject::Vm(cut.vm), Some(cut.worst));
    if cut.seen == Some(least) {
        cut.outlived = outlives(scenario, cut.vm, (from, from + least));
    }
}

/// How long the subject lasts from its worst instant, in a run; `None`: longer than that run.
fn lasts(scenario: &Scenario, subject: Subject, worst: Option<(u64, u64)>) -> Option<u64> {
    let (_, from) = worst?;
    let cut_off = CutOff::new(scenario, subject, from);
    cut_off.resync_at(None, scenario.horizon.0 - 1).map(|at| at - from)
}

fn sentences(
    scenario: &Scenario,
    (found, cuts): (&Tolerances, &[Cut<'_>]),
    volumes: &[Filled<'_>],
    caught: &[CatchUp],
) -> Vec<String> {
    let mut says = Vec::new();
    match cuts.first() {
        Some(first) => {
            let (least, from) = first.worst;
            let outlived = first.outlived.map_or(String::new(), |span| {
                format!(" It outlives one of {span} from there, if the links then work as usual.")
            });
            says.push(format!(
                "No VM needs a resynchronisation because the links are down for less than {}. {} is the first: from {} into the run its log \
                 passes {} in that time; from a typical instant after {}.{outlived}",
                Span(least),
                first.name,
                Span(from),
                Bytes(first.limit),
                first.median.map_or("never".into(), |median| Span(median).to_string()),
            ));
        }
        None => {
            says.push("No VM ever needs a resynchronisation because links are down, however long.".into())
        }
    }
    let first =
        volumes.iter().filter_map(|(volume, it, seen)| Some((seen.or(it.worst.map(|it| it.0))?, volume, it)));
    if let Some((least, volume, tolerance)) = first.min_by_key(|(least, _, _)| *least) {
        says.push(format!(
            "The first volume to fill with logs is {} of {}, which has room for {} of them: after {} at worst.",
            volume.name,
            scenario.topology.hosts[volume.host].name,
            Bytes(tolerance.limit),
            Span(least)
        ));
    }
    for it in caught {
        let usual = match it.usual {
            Some(usual) => format!("points are as young as without it {} after the repair", Span(usual)),
            None => "points are not as young as without it before the run ends".into(),
        };
        let resyncs = match it.resyncs {
            0 => "no VM needs a resynchronisation".to_owned(),
            1 => "1 VM needs a resynchronisation".to_owned(),
            count => format!("{count} VMs need a resynchronisation"),
        };
        says.push(format!(
            "After an outage of {} from when most is written, {} into the run, {usual}; the oldest is {} old then, and {resyncs}.",
            it.lasts,
            Span(it.from),
            Span(it.oldest)
        ));
    }
    says.push(format!(
        "Down means all links at once. A VM is cut off with the logs that have left; its log is looked at on its own ticks, from every \
         microsecond of the run, and volumes every {}. What the run does not reach is reckoned with its churn beginning again. The ten least \
         were cut off in a run at their worst instant.",
        Span(found.step)
    ));
    says
}
