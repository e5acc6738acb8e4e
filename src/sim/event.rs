//! The rare events, and the one order in which they happen.

use std::collections::BTreeMap;

use crate::facts::{JobId, StepId};
use crate::ids::Id;
use crate::recovery::{Application, People, Plan};
use crate::sim::relationship::Due;
use crate::sim::run::RunId;
use crate::topology::Host;
use crate::units::Time;
use crate::workload::Vm;

/// What may happen. Events that end a step carry it, and are stale once it was broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Monitoring has noticed.
    Detected {
        /// For this plan.
        plan: Id<Plan>,
        /// The detection.
        step: StepId,
    },
    /// A VM's data step is done.
    FailedOver {
        /// The VM.
        vm: Id<Vm>,
        /// The failover.
        step: StepId,
    },
    /// A step of a run has ended.
    RunStep {
        /// The run.
        run: RunId,
        /// Of this VM; `None`: of the run as a whole.
        vm: Option<Id<Vm>>,
        /// The step.
        step: StepId,
    },
    /// A VM's operating system runs.
    Booted {
        /// The VM.
        vm: Id<Vm>,
        /// The boot.
        step: StepId,
    },
    /// A VM is reachable.
    Connected {
        /// The VM.
        vm: Id<Vm>,
        /// The network step.
        step: StepId,
    },
    /// A VM answers.
    Ready {
        /// The VM.
        vm: Id<Vm>,
        /// The readiness.
        step: StepId,
    },
    /// An application is checked.
    Validated {
        /// The application.
        application: Id<Application>,
        /// The validation.
        step: StepId,
    },
    /// A strike ends.
    Repair {
        /// Index in `Outage::strikes`.
        strike: usize,
    },
    /// A strike begins.
    Strike {
        /// Index in `Outage::strikes`.
        strike: usize,
    },
    /// A shift begins or ends.
    Duty {
        /// Of this team.
        people: Id<People>,
    },
    /// Operators do something.
    Operation {
        /// Index in `Scenario::operations`.
        operation: usize,
    },
    /// Something about a relationship is due.
    Relationship {
        /// Of this VM.
        vm: Id<Vm>,
        /// What.
        due: Due,
        /// The serial of the relationship when it was planned: stale under another.
        serial: u32,
    },
    /// A job takes its next step.
    JobStep {
        /// The job.
        job: JobId,
    },
    /// A cluster takes care of what stood on a crashed node.
    ClusterActs {
        /// The node.
        host: Id<Host>,
    },
    /// Somebody has finished a piece of work.
    WorkDone {
        /// The team.
        people: Id<People>,
        /// The work.
        step: StepId,
    },
}

/// The order of what happens at one instant. Retries and cuts belong to the data plane, which runs its completions before
/// an instant's events and its retries and cuts after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// What was under way ends.
    Completion,
    /// Before faults and people: a repair at the instant of the declaration cancels it.
    Repair,
    /// Something breaks.
    Fault,
    /// A calendar turns.
    CalendarEdge,
    /// People act.
    Operator,
    /// Failed transfers are tried again.
    Retry,
    /// Logs are cut.
    Cut,
}

/// Whom an event concerns. At one instant, within a class, those named first here come first, each by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entity {
    /// A strike, by its index.
    Strike(usize),
    /// A team.
    People(Id<People>),
    /// A plan.
    Plan(Id<Plan>),
    /// A run, in the order they began.
    Run(RunId),
    /// A VM.
    Vm(Id<Vm>),
    /// An application.
    Application(Id<Application>),
    /// An operation, by its index.
    Operation(usize),
    /// A job.
    Job(JobId),
    /// A host.
    Host(Id<Host>),
}

impl Event {
    /// Its place among what happens at one instant.
    pub fn class(self) -> Class {
        match self {
            Event::Detected { .. }
            | Event::FailedOver { .. }
            | Event::RunStep { .. }
            | Event::Booted { .. }
            | Event::Connected { .. }
            | Event::Ready { .. }
            | Event::Validated { .. }
            | Event::Relationship { due: Due::Exported | Due::Imported, .. }
            | Event::JobStep { .. }
            | Event::ClusterActs { .. } => Class::Completion,
            Event::Repair { .. } => Class::Repair,
            Event::Strike { .. } => Class::Fault,
            Event::Duty { .. } | Event::Relationship { due: Due::Initial | Due::Window, .. } => {
                Class::CalendarEdge
            }
            Event::Operation { .. } | Event::WorkDone { .. } => Class::Operator,
        }
    }

    /// Whom it concerns.
    pub fn entity(self) -> Entity {
        match self {
            Event::Repair { strike } | Event::Strike { strike } => Entity::Strike(strike),
            Event::Duty { people } | Event::WorkDone { people, .. } => Entity::People(people),
            Event::Detected { plan, .. } => Entity::Plan(plan),
            Event::RunStep { run, vm: None, .. } => Entity::Run(run),
            Event::FailedOver { vm, .. }
            | Event::RunStep { vm: Some(vm), .. }
            | Event::Booted { vm, .. }
            | Event::Connected { vm, .. }
            | Event::Ready { vm, .. }
            | Event::Relationship { vm, .. } => Entity::Vm(vm),
            Event::Validated { application, .. } => Entity::Application(application),
            Event::Operation { operation } => Entity::Operation(operation),
            Event::JobStep { job } => Entity::Job(job),
            Event::ClusterActs { host } => Entity::Host(host),
        }
    }

    /// The step it ends, if it ends one.
    pub fn step(self) -> Option<StepId> {
        match self {
            Event::Detected { step, .. }
            | Event::FailedOver { step, .. }
            | Event::RunStep { step, .. }
            | Event::Booted { step, .. }
            | Event::Connected { step, .. }
            | Event::Ready { step, .. }
            | Event::Validated { step, .. }
            | Event::WorkDone { step, .. } => Some(step),
            Event::Repair { .. }
            | Event::Strike { .. }
            | Event::Duty { .. }
            | Event::Operation { .. }
            | Event::Relationship { .. }
            | Event::JobStep { .. }
            | Event::ClusterActs { .. } => None,
        }
    }
}

/// What is to come, by (time, class, entity, sequence).
#[derive(Clone, Debug, Default)]
pub struct Queue {
    events: BTreeMap<(Time, Class, Entity, u64), Event>,
    sequence: u64,
}

impl Queue {
    /// `event` will happen at `at`.
    pub fn push(&mut self, at: Time, event: Event) {
        self.events.insert((at, event.class(), event.entity(), self.sequence), event);
        self.sequence += 1;
    }

    /// What is ahead, in order.
    pub fn events(&self) -> impl Iterator<Item = (Time, Event)> + '_ {
        self.events.iter().map(|((at, ..), event)| (*at, *event))
    }

    /// When the next event is due.
    pub fn next_time(&self) -> Option<Time> {
        self.events.first_key_value().map(|(key, _)| key.0)
    }

    /// The next event, if it is due at `now`.
    pub fn pop_due(&mut self, now: Time) -> Option<Event> {
        let next = self.events.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(next.remove())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_one_instant_completions_repairs_faults_edges_operators() {
        let mut queue = Queue::default();
        let step = StepId(0);
        let expected = [
            Event::Booted { vm: Id::new(0), step },
            Event::Booted { vm: Id::new(1), step },
            Event::Repair { strike: 1 },
            Event::Strike { strike: 0 },
            Event::Duty { people: Id::new(0) },
            Event::WorkDone { people: Id::new(0), step },
        ];
        for event in expected.iter().rev() {
            queue.push(Time(5), *event);
        }
        queue.push(Time(6), Event::Booted { vm: Id::new(0), step });
        let popped: Vec<Event> = std::iter::from_fn(|| queue.pop_due(Time(5))).collect();
        assert_eq!(popped, expected);
        assert_eq!(queue.next_time(), Some(Time(6)));
    }
}
