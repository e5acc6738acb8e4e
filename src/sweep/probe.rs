//! The run of an outage at one instant, and what it has in common with that of another.

use crate::assess::convoy::Told;
use crate::data_plane::DataPlane;
use crate::facts::{Fact, Phase, Seen, StepId, StepSeen, encode};
use crate::ids::Id;
use crate::outage::Outage;
use crate::outcome::application::{ApplicationOutcome, Loss, Outcome};
use crate::outcome::critical_path::critical_path;
use crate::outcome::{Beside, OutageOutcome, RunOutcome};
use crate::recovery::Application;
use crate::scenario::Scenario;
use crate::sim::World;
use crate::units::{Span, Time};

/// What is the same at every instant.
#[derive(Clone, Debug)]
pub(super) struct Study<'s> {
    pub(super) scenario: &'s Scenario,
    /// The run without outages.
    pub(super) baseline: &'s RunOutcome,
    /// When shifts begin and end, sorted.
    pub(super) edges: &'s [Time],
}

/// What became of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// What happened.
    pub outcome: Outcome,
    /// From the first fault until it is in service.
    pub rta: Option<Span>,
    /// Age of the oldest point used.
    pub rpa: Option<Span>,
    /// What its recovery spent time on, in the order of [`Phase`].
    pub phases: Vec<(Phase, Span)>,
}

/// The run of an outage at one instant.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) at: Time,
    /// Equal for runs in which the same happened in the same order, but for times.
    pub(super) signature: [u8; 32],
    /// By application.
    pub(super) fates: Vec<Fate>,
    /// By VM.
    pub(super) losses: Vec<Loss>,
}

impl Study<'_> {
    /// The outage strikes `world` at `at`, and runs to `until`.
    pub(super) fn run<D: DataPlane>(
        &self,
        world: World<'_, D>,
        (id, at, until): (Id<Outage>, Time, Time),
    ) -> (D, Probe) {
        let moved = self.scenario.outages[id].moved_to(at);
        let mut world = world.struck_by(&moved).operated_after(id);
        world.run(until);
        let (data, facts) = world.finish();
        let probe = self.read(&moved, at, &facts);
        (data, probe)
    }

    /// What became of the applications in a whole run.
    pub(super) fn fates(&self, told: &Told<'_>) -> Vec<Fate> {
        self.outcome(told.outage, told.facts).0
    }

    fn read(&self, outage: &Outage, at: Time, facts: &[Fact]) -> Probe {
        let (fates, losses) = self.outcome(outage, facts);
        Probe { at, signature: self.signature(facts), fates, losses }
    }

    /// What became of the applications, and what each VM lost.
    fn outcome(&self, outage: &Outage, facts: &[Fact]) -> (Vec<Fate>, Vec<Loss>) {
        let end = Time(self.scenario.horizon.0);
        let within = &facts[..facts.partition_point(|fact| fact.at <= end)];
        let run = RunOutcome::of(self.scenario, within);
        let beside = Beside { baseline: Some(self.baseline), exposed: Vec::new() };
        let outcome = OutageOutcome::of(self.scenario, outage, &run, end, beside);
        let fate = |id: Id<Application>| {
            let ApplicationOutcome { outcome: became, downtime, rta, rpa, .. } = outcome.application(id);
            let path = downtime.map_or(Vec::new(), |downtime| critical_path(self.scenario, &run, downtime));
            let mut phases: Vec<(Phase, Span)> = Vec::new();
            for stretch in path {
                match phases.iter_mut().find(|(phase, _)| *phase == stretch.phase) {
                    Some((_, sum)) => *sum += stretch.lasted(),
                    None => phases.push((stretch.phase, stretch.lasted())),
                }
            }
            phases.sort_unstable();
            Fate { outcome: became, rta, rpa, phases }
        };
        let fates = self.scenario.recovery.applications.ids().map(fate).collect();
        (fates, self.scenario.vms.ids().map(|vm| outcome.loss(vm)).collect())
    }

    /// What happened, in order. Of what people do it has too which of their shifts had begun or ended by then: of two runs with one signature
    /// every wait for them ends at the same edge, and so in all runs between.
    fn signature(&self, facts: &[Fact]) -> [u8; 32] {
        let mut by_people: Vec<bool> = Vec::new();
        let mut is_peoples = |seen: &Seen| match seen {
            Seen::Step(_, StepSeen::Began { phase, .. }) => {
                by_people.push(needs_people(*phase));
                needs_people(*phase)
            }
            Seen::Step(StepId(step), StepSeen::Ended { .. }) => by_people[*step as usize],
            Seen::Strike(..) | Seen::Operation(..) => true,
            Seen::Vm(..)
            | Seen::Application(..)
            | Seen::Plan(..)
            | Seen::Action(..)
            | Seen::Job(..)
            | Seen::Network(..) => false,
        };
        let timeless: Vec<Fact> = facts
            .iter()
            .map(|fact| {
                let edges = self.edges.partition_point(|edge| *edge <= fact.at) as u64;
                let at = Time(if is_peoples(&fact.seen) { edges } else { 0 });
                Fact { at, seen: fact.seen.timeless() }
            })
            .collect();
        *blake3::hash(&encode(&timeless)).as_bytes()
    }
}

/// Whether people may be waited for, or work, in such a step.
fn needs_people(phase: Phase) -> bool {
    match phase {
        Phase::Decision | Phase::WaitingForPeople | Phase::ManualWork | Phase::Actions => true,
        Phase::Detection
        | Phase::Orchestration
        | Phase::ShutdownAttempt
        | Phase::Shutdown
        | Phase::Synchronization
        | Phase::Testing
        | Phase::Failover
        | Phase::EarlierGroups
        | Phase::Boot
        | Phase::Network
        | Phase::Dependencies
        | Phase::Readiness
        | Phase::Validation
        | Phase::Repair
        | Phase::WaitingForRoom
        | Phase::Asked
        | Phase::SecondFault => false,
    }
}
