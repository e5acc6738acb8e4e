//! A data plane that follows a script: copies, synchronisations and migrations take a set time, notices come when planned, and every
//! call is written down.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use drsim::data_plane::{CopyMethod, DataPlane, DisksAlong, Notice, Point};
use drsim::facts::{Fact, JobKind, JobOutcome, JobSeen, Seen, VmSeen};
use drsim::ids::Id;
use drsim::operations::{Act, Operation};
use drsim::outage::Strike;
use drsim::protection::{Initial, Policy, Protection, Relationship, Resync, State};
use drsim::protection::{Interrupted, Overrun, Phase, Retry, Settings, Technology};
use drsim::scenario::Scenario;
use drsim::topology::{Host, Link, QosPolicy, Volume};
use drsim::units::{Bytes, Ratio, Span, Time};
use drsim::workload::Vm;

use crate::fleet::{HORIZON, fleet, outage, push, s};

/// Replication by script. Its points are 200 s old unless given.
#[derive(Clone, Debug)]
pub struct Scripted {
    pub now: Time,
    /// How long a copy takes.
    pub copy: Span,
    /// How long a synchronisation takes.
    pub synchronization: Span,
    /// How long the memory of a VM is under way.
    pub migration: Span,
    /// Notices to come.
    pub planned: BTreeMap<(Time, usize), Notice>,
    pub told: VecDeque<Notice>,
    /// What was called, and when in seconds.
    pub calls: Vec<(u64, String)>,
    /// Copies under way: what is left when they stand still, when they are done.
    pub copying: BTreeMap<Id<Vm>, (Span, Option<Time>)>,
    pub points: BTreeMap<Id<Vm>, Vec<Time>>,
    /// Copies have left the source at once, and cannot be taken back.
    pub leaves_at_once: bool,
    pub suspended: BTreeSet<Id<Vm>>,
    pub stopped: BTreeSet<Id<Vm>>,
}

impl Default for Scripted {
    fn default() -> Self {
        Scripted {
            now: Time::START,
            copy: s(1000),
            synchronization: s(40),
            migration: s(50),
            planned: BTreeMap::new(),
            told: VecDeque::new(),
            calls: Vec::new(),
            copying: BTreeMap::new(),
            points: BTreeMap::new(),
            leaves_at_once: false,
            suspended: BTreeSet::new(),
            stopped: BTreeSet::new(),
        }
    }
}

impl Scripted {
    /// The same with a notice at an instant in seconds.
    pub fn tells(mut self, at: u64, notice: Notice) -> Self {
        self.plan(Time::START.plus(s(at)), notice);
        self
    }

    fn plan(&mut self, at: Time, notice: Notice) {
        let sequence = self.planned.len() + self.calls.len();
        assert!(self.planned.insert((at, sequence), notice).is_none());
    }

    fn called(&mut self, what: String) {
        self.calls.push((self.now.0 / 1_000_000, what));
    }

    /// What was called of these methods.
    pub fn called_of(&self, methods: &[&str]) -> Vec<(u64, &str)> {
        let of = |call: &str| methods.iter().any(|method| call.split(' ').next() == Some(method));
        self.calls.iter().filter(|(_, call)| of(call)).map(|(at, call)| (*at, call.as_str())).collect()
    }
}

impl DataPlane for Scripted {
    fn advance(&mut self, to: Time) -> Time {
        assert!(to >= self.now && self.told.is_empty());
        let copies = self.copying.values().filter_map(|(_, due)| *due);
        let next = self.planned.keys().map(|(at, _)| *at).chain(copies).min();
        self.now = next.map_or(to, |next| next.min(to)).max(self.now);
        let now = self.now;
        let done: Vec<Id<Vm>> =
            self.copying.iter().filter(|(_, (_, due))| *due == Some(now)).map(|(vm, _)| *vm).collect();
        for vm in done {
            self.copying.remove(&vm);
            self.told.push_back(Notice::CopyDone(vm));
        }
        while let Some(entry) = self.planned.first_entry().filter(|entry| entry.key().0 <= now) {
            let notice = entry.remove();
            // A copy whose rest had arrived may end while nothing is sent; one that does not run cannot end.
            let is_true = match notice {
                Notice::ResyncRequired(vm, _) => {
                    self.copying.remove(&vm);
                    true
                }
                Notice::CopyDone(vm) => self.copying.remove(&vm).is_some(),
                Notice::Synchronized(_) | Notice::Migrated(_) | Notice::MigrationFailed(_) => true,
            };
            if is_true {
                self.told.push_back(notice);
            }
        }
        self.now
    }

    fn notice(&mut self) -> Option<Notice> {
        self.told.pop_front()
    }

    fn is_applying(&self, _: Id<Vm>) -> bool {
        false
    }

    fn watch(&mut self, _: Id<Vm>) {}

    fn newest_point(&self, vm: Id<Vm>) -> Option<Time> {
        self.points(vm).first().map(|point| point.cut)
    }

    fn points(&self, vm: Id<Vm>) -> Vec<Point> {
        let steady = vec![Time(self.now.0.saturating_sub(200_000_000))];
        let cuts = self.points.get(&vm).unwrap_or(&steady);
        cuts.iter().map(|cut| Point { cut: *cut, app_consistent: false, undo: Bytes(0) }).collect()
    }

    fn unprotected_bytes(&self, _: Id<Vm>) -> u64 {
        0
    }

    fn stop_vm(&mut self, vm: Id<Vm>) {
        self.called(format!("stop_vm {vm:?}"));
        assert!(self.stopped.insert(vm), "a VM stops once");
    }

    fn shut_down_vm(&mut self, vm: Id<Vm>) {
        self.called(format!("shut_down_vm {vm:?}"));
        assert!(self.stopped.insert(vm), "a VM stops once");
    }

    fn start_vm(&mut self, vm: Id<Vm>) {
        self.called(format!("start_vm {vm:?}"));
        assert!(self.stopped.remove(&vm), "only a stopped VM starts");
    }

    fn move_vm(&mut self, vm: Id<Vm>, host: Id<Host>) {
        self.called(format!("move_vm {vm:?} {host:?}"));
    }

    fn migrate_vm(&mut self, vm: Id<Vm>, host: Id<Host>, _: Option<DisksAlong>) {
        self.called(format!("migrate_vm {vm:?} {host:?}"));
        self.plan(self.now.plus(self.migration), Notice::Migrated(vm));
    }

    fn stop_migration(&mut self, vm: Id<Vm>) {
        self.planned.retain(|_, notice| *notice != Notice::Migrated(vm));
    }

    fn move_disks(&mut self, vm: Id<Vm>, volumes: &[Id<Volume>]) {
        self.called(format!("move_disks {vm:?} {volumes:?}"));
    }

    fn room_on(&self, _: Id<Volume>) -> Option<Bytes> {
        None
    }

    fn resize_vm(&mut self, vm: Id<Vm>, size: Bytes) {
        self.called(format!("resize_vm {vm:?} {}", size.0));
    }

    fn protect(&mut self, vm: Id<Vm>, protection: &Protection) {
        self.called(format!("protect {vm:?} {:?}", protection.replica_host));
    }

    fn unprotect(&mut self, vm: Id<Vm>) {
        self.called(format!("unprotect {vm:?}"));
        self.copying.remove(&vm);
        self.suspended.remove(&vm);
    }

    fn start_copy(&mut self, vm: Id<Vm>, method: CopyMethod) {
        assert!(!self.suspended.contains(&vm), "nothing is sent while suspended");
        self.called(format!("start_copy {vm:?} {method:?}"));
        let due = self.now.plus(self.copy);
        assert!(self.copying.insert(vm, (Span::ZERO, Some(due))).is_none(), "one copy at a time");
    }

    fn start_placeholder(&mut self, vm: Id<Vm>) {
        self.called(format!("start_placeholder {vm:?}"));
    }

    fn copy_arrived(&mut self, vm: Id<Vm>) {
        self.called(format!("copy_arrived {vm:?}"));
    }

    fn cancel_copy(&mut self, vm: Id<Vm>) {
        self.called(format!("cancel_copy {vm:?}"));
        if !self.leaves_at_once {
            self.copying.remove(&vm);
        }
    }

    fn suspend(&mut self, vm: Id<Vm>) {
        self.called(format!("suspend {vm:?}"));
        assert!(self.suspended.insert(vm), "suspended once");
        let now = self.now;
        if let Some((left, due)) = self.copying.get_mut(&vm) {
            *left = due.take().map_or(Span::ZERO, |due| due.since(now));
        }
    }

    fn resume(&mut self, vm: Id<Vm>) {
        self.called(format!("resume {vm:?}"));
        assert!(self.suspended.remove(&vm), "only what is suspended resumes");
        let now = self.now;
        if let Some((left, due)) = self.copying.get_mut(&vm) {
            *due = Some(now.plus(*left));
        }
    }

    fn require_resync(&mut self, vm: Id<Vm>) {
        self.called(format!("require_resync {vm:?}"));
        self.copying.remove(&vm);
    }

    fn synchronize(&mut self, vm: Id<Vm>) {
        self.called(format!("synchronize {vm:?}"));
        self.plan(self.now.plus(self.synchronization), Notice::Synchronized(vm));
    }

    fn fail_over(&mut self, vm: Id<Vm>, _: Time) {
        self.called(format!("fail_over {vm:?}"));
        self.copying.remove(&vm);
        self.suspended.remove(&vm);
    }

    fn drop_points(&mut self, vm: Id<Vm>) {
        self.called(format!("drop_points {vm:?}"));
    }

    fn reverse(&mut self, vm: Id<Vm>, host: Id<Host>, _: &Protection, is_in_step: bool) {
        self.called(format!("reverse {vm:?} {host:?} {is_in_step}"));
    }

    fn move_replica(&mut self, vm: Id<Vm>, host: Id<Host>, volume: Id<Volume>) {
        self.called(format!("move_replica {vm:?} {host:?} {volume:?}"));
    }

    fn set_policy(&mut self, vm: Id<Vm>, id: Id<Policy>, policy: &Policy) {
        self.called(format!("set_policy {vm:?} {id:?} {}", policy.interval.0 / 1_000_000));
    }

    fn set_host(&mut self, host: Id<Host>, up: bool) {
        self.called(format!("set_host {host:?} {up}"));
    }

    fn set_volume(&mut self, volume: Id<Volume>, up: bool) {
        self.called(format!("set_volume {volume:?} {up}"));
    }

    fn set_link(&mut self, link: Id<Link>, share: Option<Ratio>) {
        self.called(format!("set_link {link:?} {share:?}"));
    }

    fn set_qos(&mut self, qos: Id<QosPolicy>, on: bool) {
        self.called(format!("set_qos {qos:?} {on}"));
    }
}

/// The fleet with a policy of five minutes, whose resynchronisations begin as `resync` says.
pub fn estate(resync: Resync) -> Scenario {
    let mut scenario = fleet();
    let policy = policy(resync);
    push(&mut scenario.policies, policy);
    scenario
}

pub fn policy(resync: Resync) -> Policy {
    Policy {
        name: "five".into(),
        technology: Technology::HyperV,
        interval: s(300),
        phase: Phase::Aligned,
        on_overrun: Overrun::CutWhenDone,
        coalescing: vec![],
        compression: Ratio::ONE,
        overhead: Ratio(0),
        weight: 1,
        interrupted: Interrupted::Keep,
        retry: Retry::BackOff,
        resync_threshold: None,
        settings: Settings { resync, ..Settings::default() },
    }
}

/// The relationship of `vm` begins so.
pub fn begins(scenario: &mut Scenario, vm: Id<Vm>, initial: Initial, enabled: Option<u64>) {
    let relationship = relationship(scenario, vm);
    relationship.initial = initial;
    relationship.enabled = enabled.map(|at| Time::START.plus(s(at)));
}

pub fn relationship(scenario: &mut Scenario, vm: Id<Vm>) -> &mut Relationship {
    &mut scenario.vms[vm].protection.as_mut().unwrap().relationship
}

/// Operators do something, `at` seconds after the start.
pub fn operation(scenario: &mut Scenario, at: u64, act: Act) {
    scenario.operations.push(Operation {
        name: format!("at {at}"),
        at: Time::START.plus(s(at)),
        by: None,
        act,
    });
}

pub fn play(scenario: &Scenario, strikes: Vec<Strike>, data: Scripted) -> (Scripted, Vec<Fact>) {
    drsim::sim::run(scenario, &outage(strikes), data, HORIZON)
}

/// `(second, state)` of every change of a VM's replication.
pub fn states(facts: &[Fact], of: Id<Vm>) -> Vec<(u64, State)> {
    let change = |fact: &Fact| {
        let Seen::Vm(vm, VmSeen::State { to, .. }) = fact.seen else { return None };
        (vm == of).then_some((fact.at.0 / 1_000_000, to))
    };
    facts.iter().filter_map(change).collect()
}

/// `(begun, kind, ended, outcome)` of every job that ended, in the order they began, in seconds.
pub fn jobs(facts: &[Fact]) -> Vec<(u64, JobKind, u64, JobOutcome)> {
    let begun = facts.iter().filter_map(|fact| {
        let Seen::Job(job, JobSeen::Began { kind, .. }) = fact.seen else { return None };
        Some((fact.at, job, kind))
    });
    let ended = |of| {
        facts.iter().find_map(|fact| {
            let Seen::Job(job, JobSeen::Ended(outcome)) = &fact.seen else { return None };
            (*job == of).then(|| (fact.at, outcome.clone()))
        })
    };
    let with_end =
        begun.filter_map(|(at, job, kind)| ended(job).map(|(end, outcome)| (at, kind, end, outcome)));
    with_end.map(|(at, kind, end, outcome)| (at.0 / 1_000_000, kind, end.0 / 1_000_000, outcome)).collect()
}
