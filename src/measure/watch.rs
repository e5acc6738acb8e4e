//! The observer of a run: exact ages of every VM and every application, with the worst instant and its cause, and beside them each VM's
//! statistics and health.
//!
//! All ages rise at one second per second, so an application's age, the largest of its VMs', is now − the oldest of their newest
//! cuts, and falls only when that oldest cut is replaced. An age has a life: it is counted from the first point of a relationship, not
//! while the VM is off or failed over, and again when it runs with a point behind it; the time between counts in its height. While tracking
//! is off it rises on. An application has an age while all its VMs have one.

use std::sync::Arc;

use crate::engine::observer::{Applied, Observer};
use crate::engine::order::{Order, Rows, phase};
use crate::ids::Id;
use crate::protection::State;
use crate::scenario::Scenario;
use crate::workload::Vm;

use super::age::{ApplicationAge, VmAge};
pub use super::age::{Longest, longest};
use super::cuts::{Change, Cuts};
use super::distribution::Distribution;
use super::grid::{Ticks, window_edges};
use super::members::Members;
use super::monitor::Monitor;
use super::strip::Strip;
use super::trace::Trace;
use super::window::Limits;
use crate::outcome::exposure::AboveObjective;
use crate::outcome::state::state_at_start;

/// Ages and health of a fleet from an instant on; of the undisturbed run with what caused them, which nobody asks of an outage's.
#[derive(Clone, Debug)]
pub struct Watch<const CAUSES: bool = true> {
    /// Of each VM.
    pub vms: Rows<VmAge>,
    /// By application id; `None` where one of its VMs is never replicated.
    pub applications: Vec<Option<ApplicationAge>>,
    /// Of each VM: statistics and health; `None` where it is never replicated.
    pub monitors: Rows<Option<Monitor>>,
    pub(super) members: Arc<Members>,
}

/// Whether a VM has a point from the start of the run on.
fn begins_with_a_point(vm: &Vm) -> bool {
    state_at_start(vm) == State::Replicating
}

impl Watch {
    /// A watch from the start of a run, when every VM whose first copy is done has a point cut then.
    pub fn new(scenario: &Scenario) -> Self {
        let order = Order::new(scenario);
        let row = |vm: &Id<Vm>| order.row(vm.index());
        let among = scenario.vms.len() + scenario.recovery.applications.len();
        let mut member_of: Rows<Vec<(u32, u32)>> = Rows::new(order.clone(), |_| Vec::new());
        let mut objectives: Vec<Option<u64>> = vec![None; scenario.vms.len()];
        let mut applications = Vec::new();
        for (index, application) in scenario.recovery.applications.iter().enumerate() {
            let objective = application.rpo.map(|rpo| rpo.0);
            for vm in &application.vms {
                let own = &mut objectives[vm.index()];
                *own = [*own, objective].into_iter().flatten().min();
            }
            let protected = |vm: &Id<Vm>| scenario.vms[*vm].protection.is_some();
            let mut vms: Vec<Id<Vm>> = application.vms.iter().copied().filter(protected).collect();
            // Those that are cut one after the other have places side by side.
            vms.sort_by_key(row);
            let place = |vm: &Id<Vm>| vms.binary_search_by_key(&row(vm), row).ok();
            let needs = application.all_needs();
            let needs: Vec<(Vec<usize>, usize)> =
                needs.map(|need| (need.of.iter().filter_map(place).collect(), need.at_least)).collect();
            let watched = !vms.is_empty() && needs.iter().all(|(of, at_least)| of.len() >= *at_least);
            applications.push(watched.then(|| {
                for (place, vm) in vms.iter().enumerate() {
                    member_of[vm.index()].push((small(index), small(place)));
                }
                let counts: Vec<bool> =
                    vms.iter().map(|vm| begins_with_a_point(&scenario.vms[*vm])).collect();
                let trace = Trace::new(scenario.horizon.0, scenario.recovery.applications.len());
                let ages = Distribution::new(objective, among);
                let (above, cuts) = (AboveObjective::new(objective), Cuts::new(&counts, needs));
                let strip = Strip::new(scenario.horizon.0, scenario.recovery.applications.len());
                ApplicationAge { ages, cause: None, above, trace, cuts, since: 0, strip }
            }));
        }
        let age = |vm: usize| VmAge {
            ages: Distribution::new(objectives[vm], among),
            cause: Longest::default(),
            above_limit_at: None,
            limit: u64::MAX,
            newest: 0,
            since: 0,
            counted: begins_with_a_point(&scenario.vms[Id::new(vm)]),
        };
        let vms = Rows::new(order.clone(), age);
        Watch {
            vms,
            applications,
            monitors: monitors(scenario, order),
            members: Members::new(&member_of).into(),
        }
    }
}

impl<const CAUSES: bool> Watch<CAUSES> {
    /// The same fleet from `at` on, with nothing counted yet; of its ages the worst are kept, and neither quantiles nor causes.
    pub fn fork(&self, at: u64, horizon: u64) -> Watch<false> {
        let vm = |vm: &VmAge| vm.fork(at);
        let application = |application: &ApplicationAge| application.fork(at, Trace::close(horizon));
        Watch {
            vms: self.vms.map(vm),
            applications: self.applications.iter().map(|it| it.as_ref().map(application)).collect(),
            monitors: self.monitors.map(|it| it.as_ref().map(|it| it.fork(at))),
            members: Arc::clone(&self.members),
        }
    }

    /// The same fleet from `at` on, of which nothing is watched but how old points get.
    pub fn ages(&self, at: u64) -> Watch<false> {
        let vm = |vm: &VmAge| vm.fork(at);
        let application = |application: &ApplicationAge| application.fork(at, Trace::none());
        Watch {
            vms: self.vms.map(vm),
            applications: self.applications.iter().map(|it| it.as_ref().map(application)).collect(),
            monitors: self.monitors.map(|_| None),
            members: Arc::clone(&self.members),
        }
    }

    /// How old the newest common point of each application has got since this was last asked, by application, µs: over the rises that are over.
    pub fn take_oldest(&mut self) -> Vec<u64> {
        let take = |it: &mut Option<ApplicationAge>| it.as_mut().map_or(0, |it| it.ages.take_max());
        self.applications.iter_mut().map(take).collect()
    }

    /// Whether ages go on as those of another.
    pub fn has_same_future(&self, other: &Watch<false>) -> bool {
        let vms = (0..self.vms.len()).all(|vm| self.vms[vm].goes_on_as(&other.vms[vm]));
        let mut pairs = self.applications.iter().zip(&other.applications);
        let is_same = |(a, b): (&Option<ApplicationAge>, &Option<ApplicationAge>)| match (a, b) {
            (Some(a), Some(b)) => a.goes_on_as(b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        vms && pairs.all(is_same)
    }

    /// Sets for each VM the age above which the last instant is noted.
    pub fn set_limits(&mut self, limits: impl Fn(usize) -> u64) {
        for (vm, age) in self.vms.iter_mut() {
            age.limit = limits(vm);
        }
    }

    /// Feeds the integer accumulators into a hash.
    pub fn digest(&self, hash: &mut blake3::Hasher) {
        for vm in 0..self.vms.len() {
            self.vms[vm].ages.digest(hash);
        }
        for age in self.applications.iter().flatten() {
            age.ages.digest(hash);
        }
    }

    /// Closes all that still runs, at the end of the run. `causes`: what took longest since a VM's newest point.
    pub fn finish(&mut self, at: u64, causes: impl Fn(usize) -> Longest) {
        let mut ended = vec![false; self.applications.len()];
        for vm in 0..self.vms.len() {
            let cause = causes(vm);
            self.vms[vm].rise(at, || cause);
            for (index, place) in self.members.of(vm) {
                let index = *index as usize;
                let Some(application) = &mut self.applications[index] else { continue };
                // The first of its VMs whose point is the oldest speaks for it.
                let Some(oldest) = application.cuts.oldest() else { continue };
                if !ended[index] && application.cuts.get(*place as usize) == oldest {
                    application.rise(oldest, at, || (vm, cause));
                    ended[index] = true;
                }
            }
        }
    }

    /// Closes the statistics, at the end of the run. `undecided`: ticks of a VM that may still succeed.
    pub fn finish_monitors(&mut self, at: u64, undecided: impl Fn(usize) -> u64) {
        for (vm, monitor) in self.monitors.iter_mut() {
            if let Some(monitor) = monitor {
                monitor.finish(at, undecided(vm));
            }
        }
    }
}

/// A monitor for each VM that is ever replicated; sites of one zone share their windows.
fn monitors(scenario: &Scenario, order: Order) -> Rows<Option<Monitor>> {
    let limits = Limits::among(scenario.vms.len());
    let mut edges = std::collections::BTreeMap::new();
    let monitor = |vm: usize| {
        let vm = &scenario.vms[Id::new(vm)];
        let protection = vm.protection.as_ref()?;
        let policy = &scenario.policies[protection.policy];
        let zone = &scenario.topology.sites[scenario.topology.hosts[vm.host].site].zone;
        let edges = edges.entry(zone).or_insert_with(|| window_edges(scenario, zone));
        let ticks = Ticks { phase: phase(policy, &vm.name), interval: policy.interval.0 };
        Some(Monitor::new(edges.clone(), ticks, begins_with_a_point(vm), limits))
    };
    Rows::new(order, monitor)
}

impl<const WITH_CAUSES: bool> Observer for Watch<WITH_CAUSES> {
    const CAUSES: bool = WITH_CAUSES;
    const BACKLOGS: bool = true;

    fn applied(&mut self, applied: Applied<'_>) {
        let cause = || longest(applied.causes);
        let vm = &mut self.vms[applied.vm];
        vm.rise(applied.at, cause);
        vm.newest = applied.cut;
        for (application, place) in self.members.of(applied.vm) {
            let Some(application) = &mut self.applications[*application as usize] else { continue };
            let cause = || (applied.vm, cause());
            application.change(*place as usize, Change::Cut(applied.cut), applied.at, cause);
        }
        if let Some(monitor) = &mut self.monitors[applied.vm] {
            monitor.applied(&applied);
        }
    }

    fn stopped(&mut self, vm: usize, at: u64) {
        if let Some(monitor) = &mut self.monitors[vm] {
            monitor.cycling(at, false);
        }
        if !self.vms[vm].counted {
            return;
        }
        self.vms[vm].rise(at, Longest::default);
        self.vms[vm].counted = false;
        for (application, place) in self.members.of(vm) {
            let Some(application) = &mut self.applications[*application as usize] else { continue };
            application.change(*place as usize, Change::Leave, at, || (vm, Longest::default()));
        }
    }

    fn started(&mut self, vm: usize, at: u64, newest: u64) {
        if let Some(monitor) = &mut self.monitors[vm] {
            monitor.started(at);
        }
        let age = &mut self.vms[vm];
        age.rise(at, Longest::default);
        let was_counted = std::mem::replace(&mut age.counted, true);
        (age.newest, age.since) = (newest, at);
        for (application, place) in self.members.of(vm) {
            let Some(application) = &mut self.applications[*application as usize] else { continue };
            let change = if was_counted { Change::Cut(newest) } else { Change::Join(newest) };
            application.change(*place as usize, change, at, || (vm, Longest::default()));
        }
    }

    fn cycling(&mut self, vm: usize, at: u64, on: bool) {
        if let Some(monitor) = &mut self.monitors[vm] {
            monitor.cycling(at, on);
        }
    }

    fn regridded(&mut self, vm: usize, at: u64, phase: u64, interval: u64) {
        if let Some(monitor) = &mut self.monitors[vm] {
            monitor.regridded(at, Ticks { phase, interval });
        }
    }

    fn blocked(&mut self, vm: usize, at: u64, on: bool) {
        if let Some(monitor) = &mut self.monitors[vm] {
            monitor.blocked(at, on);
        }
    }

    fn received(&mut self, vm: usize, at: u64) {
        if let Some(monitor) = &mut self.monitors[vm] {
            monitor.received(at);
        }
    }

    fn reset(&mut self, vm: usize, at: u64) {
        if let Some(monitor) = &mut self.monitors[vm] {
            monitor.reset(at);
        }
    }

    fn snapshot_failed(&mut self, vm: usize, at: u64) {
        if let Some(monitor) = &mut self.monitors[vm] {
            monitor.snapshot_failed(at);
        }
    }
}

fn small(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 rows")
}
