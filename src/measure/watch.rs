//! The observer of a run: exact ages of every VM and every application, with the worst instant and its cause.
//!
//! All ages rise at one second per second, so an application's age, the largest of its VMs', is now − the oldest of their newest
//! cuts, and falls only when that oldest cut is replaced.

use crate::engine::min_tree::MinTree;
use crate::engine::observer::{Applied, Cause, Observer};
use crate::scenario::Scenario;

use super::distribution::Distribution;
use super::trace::Trace;

/// Ages of a fleet from an instant on.
#[derive(Clone, Debug)]
pub struct Watch {
    /// By VM id.
    pub vms: Vec<VmAge>,
    /// By application id; `None` where one of its VMs is not replicated.
    pub applications: Vec<Option<ApplicationAge>>,
    /// Of each VM: application and place in it.
    member_of: Vec<Vec<(u32, u32)>>,
}

/// A VM's ages.
#[derive(Clone, Debug)]
pub struct VmAge {
    /// All of them.
    pub ages: Distribution,
    /// What took longest before the point that ended the worst age.
    pub cause: Longest,
    /// Last instant at which the age was above `limit`.
    pub above_limit_at: Option<u64>,
    limit: u64,
    newest: u64,
    since: u64,
    stopped: bool,
}

/// An application's ages.
#[derive(Clone, Debug)]
pub struct ApplicationAge {
    /// All of them.
    pub ages: Distribution,
    /// The VM whose point ended the worst age, and what took longest before it.
    pub cause: Option<(usize, Longest)>,
    /// To draw.
    pub trace: Trace,
    cuts: MinTree,
    since: u64,
    stopped: bool,
}

impl Watch {
    /// A watch from the start of a run, when every protected VM has a point cut then.
    pub fn new(scenario: &Scenario) -> Self {
        let among = scenario.vms.len() + scenario.recovery.applications.len();
        let mut member_of = vec![Vec::new(); scenario.vms.len()];
        let protected = |vm: &crate::ids::Id<crate::workload::Vm>| scenario.vms[*vm].protection.is_some();
        let mut objectives: Vec<Option<u64>> = vec![None; scenario.vms.len()];
        let mut applications = Vec::new();
        for (index, application) in scenario.recovery.applications.iter().enumerate() {
            let objective = application.rpo.map(|rpo| rpo.0);
            for vm in &application.vms {
                let own = &mut objectives[vm.index()];
                *own = [*own, objective].into_iter().flatten().min();
            }
            let watched = !application.vms.is_empty() && application.vms.iter().all(protected);
            applications.push(watched.then(|| {
                let mut cuts = MinTree::new(application.vms.len());
                for (place, vm) in application.vms.iter().enumerate() {
                    cuts.set(place, 0);
                    member_of[vm.index()].push((small(index), small(place)));
                }
                let trace = Trace::new(0, scenario.horizon.0);
                let ages = Distribution::new(objective, among);
                ApplicationAge { ages, cause: None, trace, cuts, since: 0, stopped: false }
            }));
        }
        let vm = |objective: &Option<u64>| VmAge {
            ages: Distribution::new(*objective, among),
            cause: Longest::default(),
            above_limit_at: None,
            limit: u64::MAX,
            newest: 0,
            since: 0,
            stopped: false,
        };
        let mut vms: Vec<VmAge> = objectives.iter().map(vm).collect();
        for (age, vm) in vms.iter_mut().zip(scenario.vms.iter()) {
            age.stopped = vm.protection.is_none();
        }
        Watch { vms, applications, member_of }
    }

    /// The same fleet from `at` on, with nothing counted yet.
    pub fn fork(&self, at: u64, horizon: u64) -> Watch {
        let fresh = || Distribution::new(None, 1 << 12);
        let vm = |vm: &VmAge| VmAge {
            ages: fresh(),
            cause: Longest::default(),
            above_limit_at: None,
            limit: u64::MAX,
            newest: vm.newest,
            since: at,
            stopped: vm.stopped,
        };
        let application = |application: &ApplicationAge| {
            let mut trace = Trace::new(at, horizon);
            trace.push(at, at - application.cuts.min());
            let (cuts, stopped) = (application.cuts.clone(), application.stopped);
            ApplicationAge { ages: fresh(), cause: None, trace, cuts, since: at, stopped }
        };
        Watch {
            vms: self.vms.iter().map(vm).collect(),
            applications: self.applications.iter().map(|it| it.as_ref().map(application)).collect(),
            member_of: self.member_of.clone(),
        }
    }

    /// Sets for each VM the age above which the last instant is noted.
    pub fn set_limits(&mut self, limits: impl Fn(usize) -> u64) {
        for (index, vm) in self.vms.iter_mut().enumerate() {
            vm.limit = limits(index);
        }
    }

    /// Feeds the integer accumulators into a hash.
    pub fn digest(&self, hash: &mut blake3::Hasher) {
        for age in &self.vms {
            age.ages.digest(hash);
        }
        for age in self.applications.iter().flatten() {
            age.ages.digest(hash);
        }
    }

    /// Closes all that still runs, at the end of the run. `causes`: what took longest since a VM's newest point.
    pub fn finish(&mut self, at: u64, causes: impl Fn(usize) -> Longest) {
        for vm in 0..self.vms.len() {
            self.close(vm, at, causes(vm), false);
        }
    }

    /// The VM's age is over, and that of its applications: at once when it stops, at the end of the run when it is the oldest.
    fn close(&mut self, vm: usize, at: u64, cause: Longest, stops: bool) {
        self.vms[vm].rise(at, cause);
        self.vms[vm].stopped = true;
        for (application, place) in &self.member_of[vm] {
            let Some(application) = &mut self.applications[*application as usize] else { continue };
            let oldest = application.cuts.min();
            if !application.stopped && (stops || application.cuts.get(*place as usize) == oldest) {
                application.rise(oldest, at, (vm, cause));
                application.stopped = true;
            }
        }
    }
}

impl VmAge {
    fn rise(&mut self, at: u64, cause: Longest) {
        if self.stopped {
            return;
        }
        let (low, high) = (self.since - self.newest, at - self.newest);
        if self.ages.tooth(low, high, at) {
            self.cause = cause;
        }
        if high > self.limit {
            self.above_limit_at = Some(at);
        }
        self.since = at;
    }
}

impl ApplicationAge {
    /// Its age has risen until `at`, with `oldest` the oldest of its VMs' newest cuts.
    fn rise(&mut self, oldest: u64, at: u64, cause: (usize, Longest)) {
        if self.ages.tooth(self.since - oldest, at - oldest, at) {
            self.cause = Some(cause);
        }
        self.trace.push(at, at - oldest);
        self.since = at;
    }
}

impl Observer for Watch {
    const CAUSES: bool = true;

    fn applied(&mut self, applied: Applied<'_>) {
        let cause = longest(applied.causes);
        let vm = &mut self.vms[applied.vm];
        vm.rise(applied.at, cause);
        vm.newest = applied.cut;
        for (application, place) in &self.member_of[applied.vm] {
            let Some(application) = &mut self.applications[*application as usize] else { continue };
            let place = *place as usize;
            let before = application.cuts.min();
            let replaced = application.cuts.get(place);
            application.cuts.set(place, applied.cut);
            let after = application.cuts.min();
            if application.stopped || replaced != before || after == before {
                continue;
            }
            application.rise(before, applied.at, (applied.vm, cause));
            application.trace.push(applied.at, applied.at - after);
        }
    }

    fn stopped(&mut self, vm: usize, at: u64) {
        self.close(vm, at, Longest::default(), true);
    }

    fn started(&mut self, _: usize, _: u64, _: u64) {
        // Ages are of protected time up to the outage.
    }

    fn cycling(&mut self, _: usize, _: u64, _: bool) {}

    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

/// What took longest, and what came next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Longest {
    /// The longest; `None` if nothing took any time.
    pub first: Option<Cause>,
    /// The second.
    pub second: Option<Cause>,
}

/// The two causes that took longest; the earlier in order among equals.
pub fn longest(causes: &[(Cause, u64)]) -> Longest {
    let mut best: [Option<(Cause, u64)>; 2] = [None, None];
    for &(cause, time) in causes {
        let longer = |other: Option<(Cause, u64)>| other.is_none_or(|(it, most)| (time, it) > (most, cause));
        if longer(best[0]) {
            best = [Some((cause, time)), best[0]];
        } else if longer(best[1]) {
            best[1] = Some((cause, time));
        }
    }
    let [first, second] = best.map(|entry| entry.map(|(cause, _)| cause));
    Longest { first, second }
}

fn small(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 rows")
}
