//! Whether two worlds go on alike: one struck by an outage that is over, and the same without it.
//!
//! Decided in full, but for replication, which the data plane compares. Left out is what cannot act any more: the record of facts, numbers (of
//! steps, jobs, relationships' serials) that only name what is over, and when a VM that runs last stopped, which is set anew before it is read.
//! Edges of shifts are no difference either: a world has them ahead from the first instant at which somebody may be needed, and before that
//! they do nothing.

use crate::facts::{Fact, JobId, StepId};
use crate::ids::Id;
use crate::sim::World;
use crate::sim::event::Event;
use crate::sim::jobs::Jobs;
use crate::sim::relationship::Due;
use crate::sim::world::{VmRun, VmState};
use crate::units::Time;
use crate::workload::Vm;

/// What becomes of numbers when the facts of one run go on in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    facts: usize,
    steps: u32,
    jobs: u32,
}

impl Numbers {
    /// What happens in a run that stood at `there` when another stood here, with the numbers that it would have here.
    pub fn go_on(self, there: Numbers, facts: &[Fact]) -> impl Iterator<Item = Fact> + '_ {
        let step = move |StepId(step)| StepId(step - there.steps + self.steps);
        let job = move |JobId(job)| JobId(job - there.jobs + self.jobs);
        facts[there.facts..]
            .iter()
            .map(move |fact| Fact { at: fact.at, seen: fact.seen.renumbered(&step, &job) })
    }
}

impl<D> World<'_, D> {
    /// How far its numbers are.
    pub fn numbers(&self) -> Numbers {
        Numbers { facts: self.log.facts.len(), steps: self.log.steps(), jobs: self.jobs.begun() }
    }

    /// Whether operators have something ahead, who might ask for a point.
    pub fn has_operations_ahead(&self) -> bool {
        self.queue.events().any(|(_, event)| matches!(event, Event::Operation { .. }))
    }

    /// Whether what happens to both from now on, beside replication, is the same.
    pub fn has_same_future<E>(&self, other: &World<'_, E>) -> bool {
        let World {
            scenario: _,
            relations: _,
            data: _,
            // None of its strikes is ahead, as the other has none.
            outage: _,
            now,
            queue: _,
            log: _,
            down,
            shares,
            vms,
            plans,
            applications,
            teams,
            used,
            wiring,
            draining,
            jobs,
            relationships,
            runs,
        } = self;
        let is_idle = |it: &Jobs| it.is_idle();
        let is_free = teams.iter().chain(&other.teams).all(|team| team.is_idle());
        *now == other.now
            && !self.log.has_open()
            && !other.log.has_open()
            && is_idle(jobs)
            && is_idle(&other.jobs)
            && is_free
            && *down == other.down
            && *shares == other.shares
            && *plans == other.plans
            && *applications == other.applications
            && *used == other.used
            && *draining == other.draining
            && self.ahead().eq(other.ahead())
            && vms.iter().zip(&other.vms).all(|(a, b)| a.goes_on_as(b))
            && *runs == other.runs
            && *relationships == other.relationships
            && *wiring == other.wiring
    }

    /// What is ahead and not stale, where no step is open.
    fn ahead(&self) -> impl Iterator<Item = (Time, Ahead)> + '_ {
        self.queue.events().filter_map(|(at, event)| Some((at, self.not_stale(event)?)))
    }

    fn not_stale(&self, event: Event) -> Option<Ahead> {
        if event.step().is_some() || matches!(event, Event::Duty { .. }) {
            return None;
        }
        let Event::Relationship { vm, due, serial } = event else { return Some(Ahead::As(event)) };
        // Its serial is a name.
        self.vms[vm.index()].relation.is_current(serial).then_some(Ahead::Relationship(vm, due))
    }
}

/// Something that will happen.
#[derive(PartialEq, Eq)]
enum Ahead {
    /// As it stands.
    As(Event),
    /// Of a relationship, as it is now.
    Relationship(Id<Vm>, Due),
}

impl VmRun {
    fn goes_on_as(&self, other: &VmRun) -> bool {
        let VmRun {
            home,
            at,
            peer,
            state,
            hand,
            again,
            given_up,
            step,
            moved,
            lost_volume,
            stopped,
            found,
            replication,
            relation,
            has_room,
            short_of_room,
            uncommitted,
            was_off,
            is_stray,
            twice_since,
            test,
        } = self;
        let runs = *state == VmState::InService;
        (*home, *state, *replication) == (other.home, other.state, other.replication)
            && (*given_up, *has_room, *was_off, *is_stray)
                == (other.given_up, other.has_room, other.was_off, other.is_stray)
            && (*hand, *step, *short_of_room, *test, *twice_since)
                == (other.hand, other.step, other.short_of_room, other.test, other.twice_since)
            && (at, peer, found) == (&other.at, &other.peer, &other.found)
            && again.is_none()
            && other.again.is_none()
            && uncommitted.is_none()
            && other.uncommitted.is_none()
            && (runs || (*moved, *stopped, *lost_volume) == (other.moved, other.stopped, other.lost_volume))
            && relation.goes_on_as(&other.relation)
    }
}
