//! The run of one outage, measured beside the baseline.

use std::collections::BTreeMap;

use crate::engine::logs::Logs;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::measure::outage::outage_row_beside;
use crate::measure::results::{AgeOutage, LostRow, OutageLinkRow, OutageRow, OutageVmRow, VmEnd};
use crate::measure::watch::Longest;
use crate::outage::Outage;
use crate::outcome::end::Because;
use crate::outcome::exposure::Exposure;
use crate::outcome::{Beside, RunOutcome};
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::topology::Link;
use crate::units::{Span, Time};
use crate::words;
use crate::workload::Vm;

use super::health::Ended;
use super::starts::{Fork, again};
use super::{AuditFailed, Baseline, End, audited, charts, digest};

/// An outage's run, measured.
pub struct OutageRun {
    /// What it meant.
    pub row: OutageRow,
    /// Ages of the applications that it hit, to draw.
    pub(super) ages: Vec<(Id<Application>, AgeOutage)>,
    /// Hash of its end and of what happened.
    pub digest: [u8; 32],
}

/// Runs an outage from its first fault, at which `undisturbed` stands.
pub(super) fn run<'a>(
    (scenario, baseline): (&'a Scenario, &Baseline),
    id: Id<Outage>,
    undisturbed: &mut Fork<'a>,
) -> Result<OutageRun, AuditFailed> {
    let (outage, horizon) = (&scenario.outages[id], scenario.horizon.0);
    let mut world = again(undisturbed, horizon);
    let from = world.data().kernel.now();
    let logs: Vec<Logs> = (0..scenario.vms.len()).map(|vm| world.data().kernel.logs_of(vm)).collect();
    world.data().observer.set_limits(|vm| baseline.watch.vms[vm].ages.max().0);
    let mut world = world.struck_by(outage).operated_after(id);
    world.run(Time(horizon));
    let (mut plane, facts) = world.finish();
    audited(scenario, &plane.kernel, &format!("outage `{}`", outage.name))?;
    plane.observer.finish(horizon, |_| Longest::default());
    plane.observer.finish_monitors(horizon, |vm| plane.kernel.undecided_ticks(vm));
    let digest = digest(&mut plane, &facts);
    let end =
        End { kernel: plane.kernel, watch: plane.observer, outcome: RunOutcome::of(scenario, &facts), from };
    let (mut row, ages) = measured((scenario, baseline), outage, &end);
    fill_lost(scenario, &end, &logs, &mut row);
    Ok(OutageRun { row, ages, digest })
}

fn measured(
    (scenario, baseline): (&Scenario, &Baseline),
    outage: &Outage,
    end: &End,
) -> (OutageRow, Vec<(Id<Application>, AgeOutage)>) {
    let horizon = Time(scenario.horizon.0);
    let beside = Beside { baseline: Some(&baseline.outcome), exposed: exposed(baseline, end, horizon) };
    let mut row = outage_row_beside(scenario, outage, &end.outcome, horizon, beside);
    fill_ages(scenario, (baseline, outage), end, &mut row);
    let (monitors, kernel, from) = (&end.watch.monitors, &end.kernel, end.from);
    row.fleet_health = Ended { scenario, run: &end.outcome, monitors, kernel, from }.fleet();
    row.links = link_rows(scenario, kernel);
    let ages = charts::through(scenario, baseline, end, &row);
    (row, ages)
}

/// What the outage added to the times in which copies of applications were older than their RPO.
fn exposed(baseline: &Baseline, end: &End, horizon: Time) -> Vec<Option<Exposure>> {
    let pairs = end.watch.applications.iter().zip(&baseline.watch.applications);
    pairs.map(|(run, without)| run.as_ref()?.above.beside(&without.as_ref()?.above, horizon)).collect()
}

/// What waited for links from the first fault on.
fn link_rows(scenario: &Scenario, kernel: &Kernel) -> Vec<OutageLinkRow> {
    let topology = &scenario.topology;
    let directions = topology.links.entries().flat_map(|(id, link)| [(id, link, 0), (id, link, 1)]);
    let row = |(id, link, direction): (Id<Link>, &Link, usize)| {
        let (from, to) = if direction == 0 { (link.from, link.to) } else { (link.to, link.from) };
        OutageLinkRow {
            name: link.name.clone(),
            from: topology.nodes[from].name.clone(),
            to: topology.nodes[to].name.clone(),
            backlog_max_bytes: kernel.backlog_max(id.index(), direction),
        }
    };
    directions.map(row).filter(|row| row.backlog_max_bytes > 0).collect()
}

/// Ages of an outage's run: the worst while protected and running, and when they were back to what the baseline knows.
fn fill_ages(scenario: &Scenario, (baseline, outage): (&Baseline, &Outage), end: &End, row: &mut OutageRow) {
    let repairs: Vec<u64> = outage.strikes.iter().filter_map(|strike| strike.to.map(|to| to.0)).collect();
    for (index, vm) in scenario.vms.iter().enumerate() {
        let (age, usual) = (&end.watch.vms[index], baseline.watch.vms[index].ages.max().0);
        let suffered = vm.protection.is_some() && age.ages.max().0 > usual;
        let resync = end.kernel.needs_resync(index);
        let known = row.vms.iter().position(|other| other.name == vm.name);
        if !suffered && !resync && known.is_none() {
            continue;
        }
        let place = known.unwrap_or_else(|| {
            row.vms.push(running(vm));
            row.vms.len() - 1
        });
        let entry = &mut row.vms[place];
        if resync && entry.reason.is_none() {
            entry.reason = Some(words::because(scenario, Because::ResyncRequired));
        }
        entry.age_max_s = (age.ages.total() > 0).then(|| Span(age.ages.max().0).as_seconds());
        let catch_up = age.catch_up(usual, &repairs, (Time(end.from), Time(scenario.horizon.0)));
        entry.catch_up_s = catch_up.filter(|it| !it.is_unended).map(|it| it.lasted.as_seconds());
        entry.behind_s = catch_up.filter(|it| it.is_unended).map(|it| it.lasted.as_seconds());
    }
    row.vms.sort_by(|a, b| a.name.cmp(&b.name));
    for entry in &mut row.applications {
        let known = scenario.recovery.applications.iter().position(|it| it.name == entry.name);
        let age = known.and_then(|index| end.watch.applications[index].as_ref());
        entry.age_max_s =
            age.filter(|age| age.ages.total() > 0).map(|age| Span(age.ages.max().0).as_seconds());
    }
}

/// Where what each VM lost was: of those that stopped with the first fault and were failed over once, to the newest point there was.
fn fill_lost(scenario: &Scenario, end: &End, logs: &[Logs], row: &mut OutageRow) {
    let ids: BTreeMap<&str, Id<Vm>> = scenario.vms.entries().map(|(id, vm)| (vm.name.as_str(), id)).collect();
    for entry in row.vms.iter_mut().filter(|entry| entry.rpa_s.is_some()) {
        let Some(id) = ids.get(entry.name.as_str()) else { continue };
        let logs = logs[id.index()];
        let [point] = end.outcome.vms[id.index()].points[..] else { continue };
        let is_newest =
            logs.newest == Some(point.cut.0) && point.age == Span(end.from - point.cut.0.min(end.from));
        let in_log = entry.lost_bytes.checked_sub(logs.waiting + logs.under_way);
        entry.lost = in_log.filter(|_| is_newest).map(|in_log_bytes| LostRow {
            in_log_bytes,
            waiting_bytes: logs.waiting,
            under_way_bytes: logs.under_way,
            received_bytes: logs.received,
        });
    }
}

fn running(vm: &Vm) -> OutageVmRow {
    OutageVmRow {
        name: vm.name.clone(),
        state: VmEnd::Running,
        reason: None,
        rpa_s: None,
        point_at: None,
        rta_from_outage_s: None,
        unfinished_s: None,
        lost_bytes: 0,
        lost: None,
        age_max_s: None,
        catch_up_s: None,
        behind_s: None,
    }
}
