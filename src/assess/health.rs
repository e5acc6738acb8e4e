//! Health and statistics of VMs at the end of a run, as rows.

use std::collections::BTreeMap;

use crate::engine::order::Rows;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::measure::health::{Health, Reason, Stretch, timeline};
use crate::measure::monitor::Monitor;
use crate::measure::results::{FleetHealth, HealthRow, ReasonRow, StatisticsRow, VmHealth};
use crate::measure::window::Window;
use crate::outcome::RunOutcome;
use crate::protection::State;
use crate::scenario::Scenario;
use crate::units::{Span, Time};
use crate::words::written;
use crate::workload::Vm;

/// Rows of health in the results; past them those of the VMs that were worst for longest.
const ROWS_MAX: usize = 1 << 14;

/// Instants of the chart; past them the worst of each stretch of time.
const INSTANTS_MAX: usize = 2048;

/// A run at its end, as far as protection is concerned.
pub(super) struct Ended<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) run: &'a RunOutcome,
    pub(super) monitors: &'a Rows<Option<Monitor>>,
    pub(super) kernel: &'a Kernel,
    /// When it began to be told, µs.
    pub(super) from: u64,
}

impl Ended<'_> {
    /// The state of replication, as facts tell it; replication itself knows whether it waits for a resynchronisation.
    pub(super) fn state(&self, vm: Id<Vm>) -> State {
        let state = self.run.vm(vm).state();
        let is_stuck = state == State::Replicating && self.kernel.needs_resync(vm.index());
        if is_stuck { State::WaitingForStartResynchronize } else { state }
    }

    /// Stretches of equal health of a VM; none if it is never replicated.
    pub(super) fn stretches(&self, vm: Id<Vm>) -> Vec<Stretch> {
        let Some(monitor) = &self.monitors[vm.index()] else { return Vec::new() };
        let horizon = self.scenario.horizon.0;
        timeline(&self.run.vm(vm).in_states(), monitor.changes().0, self.from, horizon)
    }

    /// Reasons at the end; `None`: no relationship.
    fn at_end(&self, vm: Id<Vm>, stretches: &[Stretch]) -> Option<Vec<Reason>> {
        let mut reasons = stretches.last()?.reasons?;
        if self.state(vm) == State::WaitingForStartResynchronize {
            reasons = reasons.with(Reason::ResyncRequired);
        }
        Some(reasons.iter().collect())
    }

    /// Of a VM over the run; `None` if it is never replicated.
    pub(super) fn vm(&self, vm: Id<Vm>) -> Option<VmHealth> {
        let monitor = self.monitors[vm.index()].as_ref()?;
        let stretches = self.stretches(vm);
        let at_end = self.at_end(vm, &stretches);
        let time = |health: Option<Health>| -> u64 {
            stretches.iter().filter(|it| it.health() == health).map(|it| it.to - it.from).sum()
        };
        let whole = stretches.iter().map(|it| it.to - it.from).sum::<u64>() - time(None);
        let share = |health| Span(time(Some(health))).as_seconds() / Span(whole.max(1)).as_seconds();
        Some(VmHealth {
            at_end: at_end.as_deref().map(worst).into(),
            reasons: at_end.unwrap_or_default(),
            normal_share: share(Health::Normal),
            warning_share: share(Health::Warning),
            critical_share: share(Health::Critical),
            merged: monitor.changes().1,
        })
    }

    /// Of all VMs that are ever replicated, at the end.
    pub(super) fn fleet(&self) -> FleetHealth {
        let mut fleet = FleetHealth::default();
        let mut reasons: BTreeMap<Reason, u64> = BTreeMap::new();
        for vm in self.scenario.vms.ids().filter(|vm| self.monitors[vm.index()].is_some()) {
            let Some(held) = self.at_end(vm, &self.stretches(vm)) else {
                fleet.not_applicable += 1;
                continue;
            };
            match worst(&held) {
                Health::Normal => fleet.normal += 1,
                Health::Warning => fleet.warning += 1,
                Health::Critical => fleet.critical += 1,
            }
            for reason in held {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        let mut all: Vec<(Reason, u64)> = reasons.into_iter().collect();
        all.sort_by_key(|(reason, vms)| (std::cmp::Reverse(*vms), *reason));
        let row = |(reason, vms): (Reason, u64)| ReasonRow { reason, vms };
        fleet.reasons = all.into_iter().map(row).collect();
        fleet
    }

    /// Every time in which a VM was not Normal.
    pub(super) fn rows(&self) -> Vec<HealthRow> {
        let ill = |it: &Stretch| it.health().is_some_and(|health| health > Health::Normal);
        let mut all: Vec<(Id<Vm>, Vec<Stretch>)> = Vec::new();
        for vm in self.scenario.vms.ids() {
            let mut stretches = self.stretches(vm);
            stretches.retain(ill);
            if !stretches.is_empty() {
                all.push((vm, stretches));
            }
        }
        if all.iter().map(|(_, stretches)| stretches.len()).sum::<usize>() > ROWS_MAX {
            let time = |stretches: &[Stretch], health| -> u64 {
                stretches.iter().filter(|it| it.health() == Some(health)).map(|it| it.to - it.from).sum()
            };
            let key = |rows: &[Stretch]| (time(rows, Health::Critical), time(rows, Health::Warning));
            all.sort_by_key(|(vm, stretches)| (std::cmp::Reverse(key(stretches)), *vm));
            let mut room = ROWS_MAX;
            all.retain_mut(|(_, stretches)| {
                stretches.truncate(room);
                room -= stretches.len();
                !stretches.is_empty()
            });
            all.sort_by_key(|(vm, _)| *vm);
        }
        let rows = all.iter().flat_map(|(vm, rows)| rows.iter().map(|it| self.row(*vm, it)));
        rows.collect()
    }

    fn row(&self, vm: Id<Vm>, stretch: &Stretch) -> HealthRow {
        let reasons = stretch.reasons.unwrap_or_default();
        let seconds = |at: u64| Span(at).as_seconds();
        HealthRow {
            vm: self.scenario.vms[vm].name.clone(),
            health: reasons.health(),
            reasons: reasons.iter().collect(),
            from: written(self.scenario, Time(stretch.from)),
            from_s: seconds(stretch.from),
            to_s: (stretch.to < self.scenario.horizon.0).then(|| seconds(stretch.to)),
        }
    }

    /// From each instant on: VMs Normal, Warning, Critical.
    pub(super) fn chart(&self) -> Vec<(f64, [u64; 3])> {
        let mut steps: BTreeMap<u64, [i64; 3]> = BTreeMap::new();
        for vm in self.scenario.vms.ids() {
            for stretch in self.stretches(vm) {
                if let Some(health) = stretch.health() {
                    steps.entry(stretch.from).or_default()[health as usize] += 1;
                    steps.entry(stretch.to).or_default()[health as usize] -= 1;
                }
            }
        }
        steps.remove(&self.scenario.horizon.0);
        let mut now = [0i64; 3];
        let mut all: Vec<(u64, [u64; 3])> = Vec::new();
        for (at, step) in steps {
            (0..3).for_each(|index| now[index] += step[index]);
            all.push((at, now.map(|count| u64::try_from(count).expect("no VM leaves twice"))));
        }
        if all.len() > INSTANTS_MAX {
            let group = all.len().div_ceil(INSTANTS_MAX);
            let worst = |rows: &[(u64, [u64; 3])]| {
                let most = rows.iter().map(|row| row.1).max_by_key(|it| (it[2], it[1]));
                (rows[0].0, most.expect("chunks are not empty"))
            };
            all = all.chunks(group).map(worst).collect();
        }
        all.into_iter().map(|(at, counts)| (Span(at).as_seconds(), counts)).collect()
    }

    /// Each window of each VM that is kept.
    pub(super) fn statistics(&self) -> Vec<StatisticsRow> {
        let mut rows = Vec::new();
        for (id, vm) in self.scenario.vms.entries() {
            let Some(monitor) = &self.monitors[id.index()] else { continue };
            let last = monitor.windows().0.last().map(|window| window.from);
            for window in monitor.windows().0 {
                let mut row = statistics_row(self.scenario, vm, window);
                if Some(window.from) == last {
                    row.pending_bytes = Some(self.kernel.unprotected(id.index()));
                }
                rows.push(row);
            }
        }
        rows
    }
}

fn worst(reasons: &[Reason]) -> Health {
    reasons.iter().map(|reason| reason.health()).max().unwrap_or(Health::Normal)
}

fn statistics_row(scenario: &Scenario, vm: &Vm, window: &Window) -> StatisticsRow {
    let seconds = |span: u64| Span(span).as_seconds();
    let told = |at: Option<u64>| at.map(|at| written(scenario, Time(at)));
    let logs = &window.logs;
    StatisticsRow {
        vm: vm.name.clone(),
        from: written(scenario, Time(window.from)),
        to: written(scenario, Time(window.to)),
        cycles_expected: window.expected,
        cycles_successful: window.successes,
        cycles_missed: window.misses(),
        size_mean_bytes: logs.mean_size(),
        size_max_bytes: logs.size_max,
        latency_mean_s: logs.mean_latency().map(seconds),
        latency_max_s: logs.if_any(logs.latency_max).map(seconds),
        pending_bytes: None,
        app_consistent_points: window.app_points,
        app_consistent_failures: window.app_failures,
        last_synchronised: told(window.last.applied),
        last_received: told(window.last.received),
        last_app_consistent: told(window.last.app_consistent),
    }
}
