//! The run: outages strike, people react, plans recover, while the engine replicates.
//!
//! One loop, one closed [`Event`], one order. The simulation changes state and records facts; it keeps no statistics.
//! Nothing polls: a wait ends in the handler of what it waits for. Integers only.

#![deny(clippy::float_arithmetic)]

mod relationship;
mod event;
mod relations;
mod log;
mod attach;
mod world;
mod corruption;
mod strike;
mod detect;
mod people;
mod fail_over;
mod try_again;
mod admit;
mod start;
mod network;
mod in_service;
mod jobs;
mod requirements;
mod cluster;
mod run;
mod operate;
mod calm;
mod same;

pub use event::{Class, Entity, Event};
pub use relations::Relations;
pub use relationship::{Due, TRANSITIONS};
pub use requirements::{NEEDS, Needs};
pub use run::RunId;
pub use same::Numbers;
pub use world::World;

use crate::data_plane::DataPlane;
use crate::facts::Fact;
use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::units::Time;

/// The rules chosen where the product's documents are silent: a line each, for reports.
pub const RULES: [&str; 23] = [
    "A strike holds its component from its first instant to just before its repair; degradation has a meaning for links only.",
    "A plan is alarmed by the first fault that takes down a replicated VM of it; a repair that has them all powered on again before, or at, \
     the declaration cancels it.",
    "A declared plan fails over its replicated VMs that are down and leaves those that run where they are; its groups and actions run as a whole.",
    "People's work pauses while nobody is on duty or the team is struck, and goes on where it was; decisions need somebody on duty, \
     hands-on work an operator, first come first served.",
    "What a named team asks for begins when somebody of it is on duty and it is not struck; what it does by hand takes an operator.",
    "VMs that are failed over by hand before a plan come one after another, the next when the one before is in service or can do no more for \
     the plan; then Site Recovery runs the plan if it can, else people go on without looking for consoles again.",
    "Site Recovery runs a plan if the recovery service and the VMM servers of the replica hosts' clouds are up at the declaration.",
    "When the control plane is lost under a running plan, what is under way finishes and people go on by hand before the next stage; one that \
     is back before they have found consoles and waited as long as they are told to takes over again, a later one does not.",
    "By hand nobody tries to shut down a dead source, and scripts are done by people in the time given, without limit.",
    "A VM that has no recovery point when its data step is due is given up by the plan and stays with its source, whose repair brings it back; \
     one whose replica host or volume is down is too, and is tried again when that is repaired.",
    "A VM that finds no room after its data step is tried again whenever room appears on its host.",
    "Corruption takes a VM out of service when it is found; its plan is detected and decided from then on, turns it off and goes back to the \
     newest clean point.",
    "Admission counts every VM at home on the host, running or waiting for its repair; it is checked when a VM is powered on, in plan order.",
    "Addresses are given at power-on; VMs native to the target network hold theirs; a VM that lacks a mapping or an address on any adapter runs isolated.",
    "A VM that was running at the recovery site boots there again after a repair, without admission.",
    "An application is validated whenever it had fallen, also when only something it depends on had.",
    "A VM waits only for what all its applications need, and not for an application that needs the VM itself.",
    "Actions after the last group of a plan are done before its applications serve their users; what depends on these goes on before.",
    "A planned failover reverses replication at the end of its data step, waits for the last log as long as it takes, and fails with its \
     source or target.",
    "A test failover blocks a planned one and another test; an unplanned one ends those with test VMs where it leads, unless its plan lets \
     drills go on.",
    "A source that still runs is seen from the replica's host over any whole path, and its failover refused; through a cut one it goes through, \
     two copies run, and what the one that is given up writes is lost.",
    "A lost source that returns is kept off if the recovery service and its VMM server are up at that instant; otherwise two copies run.",
    "A recovery point's age is taken at the instant its VM stopped.",
];

/// Runs `outage` over `data`, from its start to `until` inclusive.
pub fn run<D: DataPlane>(scenario: &Scenario, outage: &Outage, data: D, until: Time) -> (D, Vec<Fact>) {
    let relations = Relations::of(scenario);
    let mut world = World::new(scenario, &relations, data).struck_by(outage);
    world.run(until);
    world.finish()
}

impl<D: DataPlane> World<'_, D> {
    /// Replication as it stands at the end of the run, and the facts.
    pub fn finish(mut self) -> (D, Vec<Fact>) {
        self.tell_twins();
        (self.data, self.log.facts)
    }

    /// Runs to `until`, with all that happens at that instant.
    pub fn run(&mut self, until: Time) {
        self.advance(until);
        self.happen_due();
    }

    /// Runs to `until`, with the completions of replication at that instant but none of its rare events: an outage may then be added
    /// whose first strike is at `until`.
    pub fn advance(&mut self, until: Time) {
        while self.step(until) < until {
            self.happen_due();
        }
    }

    /// Runs to the next instant at which anything but replication may happen, and not past `until`, with the completions of replication
    /// at that instant but none of its rare events; the instant.
    pub fn step(&mut self, until: Time) -> Time {
        let next = self.queue.next_time().map_or(until, |time| time.min(until));
        let reached = self.data.advance(next);
        assert!(
            self.now <= reached && reached <= next,
            "replication runs forward, and not past the next event"
        );
        self.now = reached;
        while let Some(notice) = self.data.notice() {
            self.noticed(notice);
        }
        self.take_drained();
        reached
    }

    /// Whether a rare event is due now.
    pub fn is_due(&self) -> bool {
        self.queue.next_time().is_some_and(|next| next <= self.now)
    }

    /// The rare events that are due now.
    pub fn happen_due(&mut self) {
        while let Some(event) = self.queue.pop_due(self.now) {
            if event.step().is_none_or(|step| self.log.is_open(step)) {
                self.happen(event);
            }
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Detected { plan, step } => self.detected(plan, step),
            Event::FailedOver { vm, step } => self.failed_over(vm, step),
            Event::RunStep { run, vm, step } => self.run_step(run, vm, step),
            Event::Booted { vm, step } => self.booted(vm, step),
            Event::Connected { vm, step } => self.connected(vm, step),
            Event::Ready { vm, step } => self.ready(vm, step),
            Event::Validated { application, step } => self.validated(application, step),
            Event::Repair { strike } => self.repair(strike),
            Event::Strike { strike } => self.strike(strike),
            Event::Duty { people } => self.staffing_changed(people),
            Event::WorkDone { people, step } => self.work_done(people, step),
            Event::Operation { operation } => self.operate(operation),
            Event::Relationship { vm, due, serial } => self.relationship_due(vm, due, serial),
            Event::JobStep { job } => self.job_step(job),
            Event::ClusterActs { host } => self.cluster_acts(host),
        }
    }
}
