//! Ages as a series: every stretch of time in which an age rises, of VMs and applications, as the watch sees them.
//!
//! Everything goes to a [`Watch`], and what it counts as a rise is noted: nothing here decides what an age is.

use smallvec::SmallVec;

use crate::engine::observer::{Applied, Observer, Sent};
use crate::scenario::Scenario;

use super::watch::{Longest, Watch, longest};

/// Whose age it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aged {
    /// A VM, by index.
    Vm(usize),
    /// An application, by index.
    Application(usize),
}

/// A stretch of time in which an age rises by the time that passes. µs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rise {
    /// Whose.
    pub of: Aged,
    /// Begin.
    pub from: u64,
    /// End.
    pub to: u64,
    /// When the newest point was cut: the age at an instant is the time since then.
    pub cut: u64,
    /// What the log waited for longest that ended it; nothing where none did.
    pub cause: Longest,
    /// The VM whose log that was, or whose point is the oldest.
    pub vm: usize,
}

impl Watch {
    /// Since when an application's age rises, and from which cut it counts; `None`: it has none.
    fn rising(&self, application: usize) -> Option<(u64, u64)> {
        let age = self.applications[application].as_ref()?;
        Some((age.since, age.cuts.oldest()?))
    }

    /// The applications that a VM is part of, by index.
    fn applications_of(&self, vm: usize) -> impl Iterator<Item = usize> {
        self.members.of(vm).iter().map(|(application, _)| *application as usize)
    }

    /// The first VM of an application whose newest cut is that one.
    fn oldest_of(&self, application: usize, cut: u64) -> usize {
        let is_it = |(index, place): &(u32, u32)| {
            let age = self.applications[*index as usize].as_ref();
            *index as usize == application && age.is_some_and(|age| age.cuts.get(*place as usize) == cut)
        };
        let mut vms = 0..self.vms.len();
        vms.find(|vm| self.members.of(*vm).iter().any(is_it)).unwrap_or_default()
    }
}

/// The watch, and the rises since they were last taken.
pub struct Rises {
    /// What else is counted.
    pub watch: Watch,
    rises: Vec<Rise>,
}

impl Rises {
    /// From the start of a run.
    pub fn new(scenario: &Scenario) -> Rises {
        Rises { watch: Watch::new(scenario), rises: Vec::new() }
    }

    /// Those that ended since this was last asked, in the order in which they ended.
    pub fn take(&mut self) -> Vec<Rise> {
        std::mem::take(&mut self.rises)
    }

    /// Ends all that still rise, VMs before applications. `causes`: what took longest since a VM's newest point.
    pub fn finish(&mut self, at: u64, causes: impl Fn(usize) -> Longest) {
        for vm in 0..self.watch.vms.len() {
            let age = &self.watch.vms[vm];
            let rise =
                Rise { of: Aged::Vm(vm), from: age.since, to: at, cut: age.newest, cause: causes(vm), vm };
            self.rises.extend(Some(rise).filter(|rise| age.counted && rise.from < at));
        }
        for application in 0..self.watch.applications.len() {
            let Some((from, cut)) = self.watch.rising(application) else { continue };
            let vm = self.watch.oldest_of(application, cut);
            let rise = Rise { of: Aged::Application(application), from, to: at, cut, cause: causes(vm), vm };
            self.rises.extend(Some(rise).filter(|rise| rise.from < at));
        }
    }

    /// Lets something happen to a VM, and notes what it ended.
    fn ended(&mut self, vm: usize, at: u64, cause: Longest, happen: impl FnOnce(&mut Watch)) {
        let age = &self.watch.vms[vm];
        if age.counted && age.since < at {
            self.rises.push(Rise { of: Aged::Vm(vm), from: age.since, to: at, cut: age.newest, cause, vm });
        }
        let of = |watch: &Watch| -> SmallVec<[usize; 4]> { watch.applications_of(vm).collect() };
        let before: SmallVec<[_; 4]> =
            of(&self.watch).into_iter().map(|index| (index, self.watch.rising(index))).collect();
        happen(&mut self.watch);
        for (index, was) in before {
            let Some((from, cut)) = was else { continue };
            let is_over = self.watch.rising(index).is_none_or(|(since, _)| since != from);
            if is_over && from < at {
                self.rises.push(Rise { of: Aged::Application(index), from, to: at, cut, cause, vm });
            }
        }
    }
}

impl Observer for Rises {
    const CAUSES: bool = true;
    const BACKLOGS: bool = true;

    fn applied(&mut self, applied: Applied<'_>) {
        self.ended(applied.vm, applied.at, longest(applied.causes), |watch| watch.applied(applied));
    }

    fn stopped(&mut self, vm: usize, at: u64) {
        self.ended(vm, at, Longest::default(), |watch| watch.stopped(vm, at));
    }

    fn started(&mut self, vm: usize, at: u64, newest: u64) {
        self.ended(vm, at, Longest::default(), |watch| watch.started(vm, at, newest));
    }

    fn cycling(&mut self, vm: usize, at: u64, on: bool) {
        self.watch.cycling(vm, at, on);
    }

    fn regridded(&mut self, vm: usize, at: u64, phase: u64, interval: u64) {
        self.watch.regridded(vm, at, phase, interval);
    }

    fn blocked(&mut self, vm: usize, at: u64, on: bool) {
        self.watch.blocked(vm, at, on);
    }

    fn sent(&mut self, sent: Sent) {
        self.watch.sent(sent);
    }

    fn received(&mut self, vm: usize, at: u64) {
        self.watch.received(vm, at);
    }

    fn reset(&mut self, vm: usize, at: u64) {
        self.watch.reset(vm, at);
    }

    fn snapshot_failed(&mut self, vm: usize, at: u64) {
        self.watch.snapshot_failed(vm, at);
    }
}
