//! Everything that changes in a run, in one value that can be cloned: a fork or a snapshot is a clone.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::data_plane::DataPlane;
use crate::facts::{Fact, Home, Reason, StepId};
use crate::ids::Id;
use crate::outage::{Component, Outage, Strike};
use crate::protection::{Initial, Relationship, State};
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::sim::attach::Wiring;
use crate::sim::detect::Alarm;
use crate::sim::event::{Event, Queue};
use crate::sim::jobs::Jobs;
use crate::sim::log::Log;
use crate::sim::people::Team;
use crate::sim::relations::Relations;
use crate::sim::relationship::{Relation, Relationships};
use crate::sim::run::{RunId, Runs, Uncommitted};
use crate::sim::try_again::Again;
use crate::topology::{Host, Volume};
use crate::units::{Bytes, Ratio, Span, Time};
use crate::workload::Vm;

/// The state of one outage's run over a data plane `D`.
#[derive(Clone, Debug)]
pub struct World<'a, D> {
    pub(super) scenario: &'a Scenario,
    /// What strikes; nothing in the baseline.
    pub(super) outage: Option<&'a Outage>,
    pub(super) relations: &'a Relations,
    pub(super) data: D,
    pub(super) now: Time,
    pub(super) queue: Queue,
    pub(super) log: Log,
    /// Components that do not work.
    pub(super) down: BTreeSet<Component>,
    /// Share of each link in force; `None`: cut.
    pub(super) shares: Vec<Option<Ratio>>,
    pub(super) vms: Vec<VmRun>,
    pub(super) plans: Vec<Alarm>,
    pub(super) applications: Vec<ApplicationRun>,
    pub(super) teams: Vec<Team>,
    /// Cores and startup memory in use on each host.
    pub(super) used: Vec<(u64, Bytes)>,
    /// Where adapters are attached, mappings and pools.
    pub(super) wiring: Wiring,
    /// VMs whose received logs are still being applied before their failover.
    pub(super) draining: BTreeSet<Id<Vm>>,
    pub(super) jobs: Jobs,
    pub(super) relationships: Relationships,
    pub(super) runs: Runs,
}

/// A VM in the run.
#[derive(Clone, Debug)]
pub(super) struct VmRun {
    pub(super) home: Home,
    /// Where it runs, or would: its own host and volumes, those of its replica after a failover.
    pub(super) at: Place,
    /// Where its replica stands; after a failover where it came from, and where a reversal would put the replica.
    pub(super) peer: Option<Place>,
    pub(super) state: VmState,
    /// The run that has it in hand.
    pub(super) hand: Option<RunId>,
    /// A run gave it up because what its replica stands on is down: how it goes on after the repair.
    pub(super) again: Option<Again>,
    /// A plan gave it up and its source has not run since.
    pub(super) given_up: bool,
    /// Its open step, unless that is people's work.
    pub(super) step: Option<StepId>,
    /// Its data step, and when that ended.
    pub(super) moved: Option<(StepId, Time)>,
    /// The volume whose loss last stopped it; `None`: its host's, or nothing did.
    pub(super) lost_volume: Option<Id<Volume>>,
    /// When it last stopped running.
    pub(super) stopped: Time,
    /// From when on clients find it where it was last powered on after a change of places, or why it runs isolated there.
    pub(super) found: Result<Time, Reason>,
    /// State of its replication.
    pub(super) replication: State,
    /// What else is known of it.
    pub(super) relation: Relation,
    /// It counts on its host.
    pub(super) has_room: bool,
    /// It was failed over and its host had no room for it: the wait for some.
    pub(super) short_of_room: Option<StepId>,
    /// What is kept of its failover until the commit.
    pub(super) uncommitted: Option<Uncommitted>,
    /// It was shut down before its data step.
    pub(super) was_off: bool,
    /// It was lost running at its source, which would boot it there again.
    pub(super) is_stray: bool,
    /// A second copy of it runs where its peer is, since then.
    pub(super) twice_since: Option<Time>,
    /// The run whose test VM stands beside its replica.
    pub(super) test: Option<RunId>,
}

impl VmRun {
    /// A relationship leads from where it is to its peer: not between a failover and a reversal.
    pub(super) fn is_replicated(&self) -> bool {
        !matches!(self.replication, State::NotEnabled | State::FailoverWaitingCompletion | State::FailedOver)
    }
}

/// A host, and the volumes there that hold disks. Operators, clusters and failovers change it during a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) host: Id<Host>,
    /// Of each disk of the VM, in their order; or the one that holds them all.
    pub(super) volumes: Arc<[Id<Volume>]>,
}

/// What a VM is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VmState {
    /// Off through a fault, waiting for repair or a plan.
    Down,
    /// Its guest is asked to shut down, and still writes.
    ShuttingDown,
    /// Shut down by an operator, whole; nothing but an operator starts it.
    Off,
    /// Claimed by a plan, waiting for its turn.
    Claimed,
    /// Received logs are applied.
    Draining,
    /// The data step runs; replication has ended.
    FailingOver,
    /// Failed over, not yet started.
    FailedOver,
    /// An operator starts it by hand.
    InHands,
    Booting,
    /// Waiting for applications.
    Awaiting,
    Readying,
    /// Ready, and clients still go to its old address.
    Connecting,
    InService,
    /// Running with contents that are known to be corrupt: it serves nobody.
    Corrupt,
    /// Running without network.
    Isolated,
    /// Given up after its failover.
    Failed,
}

/// An application in the run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ApplicationRun {
    pub(super) in_service: bool,
    /// Its open wait or validation.
    pub(super) step: Option<(StepId, Checking)>,
}

/// What a fallen application with all VMs in service is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checking {
    Awaiting,
    Validating,
    /// It works; its plan's last actions are to come.
    Acting,
}

impl<'a, D: DataPlane> World<'a, D> {
    /// A world in which everything runs and is in service, with what operators do ahead, and no outage.
    pub fn new(scenario: &'a Scenario, relations: &'a Relations, data: D) -> Self {
        let application = ApplicationRun { in_service: true, step: None };
        let recovery = &scenario.recovery;
        let mut world = World {
            scenario,
            outage: None,
            relations,
            data,
            now: Time::START,
            queue: Queue::default(),
            log: Log::default(),
            down: BTreeSet::new(),
            shares: vec![Some(Ratio::ONE); scenario.topology.links.len()],
            vms: scenario.vms.iter().map(begin).collect(),
            plans: vec![Alarm::Quiet; recovery.plans.len()],
            applications: vec![application; recovery.applications.len()],
            teams: vec![Team::default(); recovery.people.len()],
            used: vec![(0, Bytes(0)); scenario.topology.hosts.len()],
            wiring: Wiring::new(&scenario.topology, &scenario.vms),
            draining: BTreeSet::new(),
            jobs: Jobs::default(),
            relationships: Relationships::default(),
            runs: Runs::default(),
        };
        world.occupy();
        world.schedule_operations();
        world.schedule_initial();
        world.schedule_duty(None);
        world
    }

    /// The same world with an outage ahead, none of whose strikes is past.
    #[must_use]
    pub fn struck_by(mut self, outage: &'a Outage) -> Self {
        let known = self.first_need_of_people();
        self.outage = Some(outage);
        self.schedule_strikes();
        self.schedule_duty(known);
        self
    }

    /// The same world over other data, which stands at the same instant.
    pub fn over<E>(&self, data: E) -> World<'a, E> {
        World {
            scenario: self.scenario,
            outage: self.outage,
            relations: self.relations,
            data,
            now: self.now,
            queue: self.queue.clone(),
            log: self.log.clone(),
            down: self.down.clone(),
            shares: self.shares.clone(),
            vms: self.vms.clone(),
            plans: self.plans.clone(),
            applications: self.applications.clone(),
            teams: self.teams.clone(),
            used: self.used.clone(),
            wiring: self.wiring.clone(),
            draining: self.draining.clone(),
            jobs: self.jobs.clone(),
            relationships: self.relationships.clone(),
            runs: self.runs.clone(),
        }
    }

    /// The strikes of the outage.
    pub(super) fn strikes(&self) -> &'a [Strike] {
        self.outage.map_or(&[], |outage| &outage.strikes)
    }

    /// Replication as it stands.
    pub fn data(&mut self) -> &mut D {
        &mut self.data
    }

    /// As [`World::data`], to look at.
    pub fn replication(&self) -> &D {
        &self.data
    }

    /// The facts so far.
    pub fn facts(&self) -> &[Fact] {
        &self.log.facts
    }

    pub(super) fn vm(&self, vm: Id<Vm>) -> &VmRun {
        &self.vms[vm.index()]
    }

    pub(super) fn vm_mut(&mut self, vm: Id<Vm>) -> &mut VmRun {
        &mut self.vms[vm.index()]
    }

    pub(super) fn is_in_service(&self, application: Id<Application>) -> bool {
        self.applications[application.index()].in_service
    }

    /// Whether a component works: no strike holds it, and what it runs on works.
    pub(super) fn is_up(&self, component: Component) -> bool {
        let runs = match component {
            Component::Vmm(vmm) => self.vmm_runs(vmm),
            Component::Site(_)
            | Component::Host(_)
            | Component::Volume(_)
            | Component::Link(_)
            | Component::RecoveryService
            | Component::People(_)
            | Component::Broker(_)
            | Component::Contents(_)
            | Component::Replication(_)
            | Component::RecoveryPoints(_) => true,
        };
        runs && !self.down.contains(&component)
    }

    /// `event` happens after `span`.
    pub(super) fn after(&mut self, span: Span, event: Event) {
        self.queue.push(self.now.plus(span), event);
    }
}

/// A VM at the start of the run: it is in service, and its relationship is there, if it is not enabled later.
fn begin(row: &Vm) -> VmRun {
    let replication = match row.protection.as_ref().map(|protection| &protection.relationship) {
        Some(Relationship { enabled: None, initial: Initial::Done, .. }) => State::Replicating,
        Some(Relationship { enabled: None, .. }) => State::ReadyForInitialReplication,
        Some(Relationship { enabled: Some(_), .. }) | None => State::NotEnabled,
    };
    let peer = row.protection.as_ref().map(|protection| Place {
        host: protection.replica_host,
        volumes: [protection.replica_volume].into(),
    });
    VmRun {
        home: Home::Source,
        at: Place { host: row.host, volumes: row.disks.iter().map(|disk| disk.volume).collect() },
        peer,
        state: VmState::InService,
        hand: None,
        again: None,
        given_up: false,
        step: None,
        moved: None,
        lost_volume: None,
        stopped: Time::START,
        found: Ok(Time::START),
        replication,
        relation: Relation::of(row, replication),
        has_room: true,
        short_of_room: None,
        uncommitted: None,
        was_off: false,
        is_stray: false,
        twice_since: None,
        test: None,
    }
}
