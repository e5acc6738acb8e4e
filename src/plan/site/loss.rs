//! The loss of a site, run: who starts elsewhere and who finds no room, as the written plans would conduct it.
//!
//! Teams, shifts, delays, boots and refusals decide which plan comes to a host first; only a run knows. It has every replica in its place, and
//! nothing else happens: no operation, no other fault, no repair. What it does not start and does not refuse for room, as nobody came to it before
//! its end, is reckoned on with what is left, in the order of the plans.

use crate::data_plane::DataPlane;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::facts::Reason;
use crate::ids::Id;
use crate::outage::{Component, Effect, Estate as Ground, Outage, Strike, Target, components};
use crate::outcome::RunOutcome;
use crate::outcome::vm::EndState;
use crate::plan::runs::steady::steady;
use crate::scenario::Scenario;
use crate::sim::{Relations, World};
use crate::topology::{Host, Site};
use crate::units::{Span, Time};

use super::{Admission, Admitted, Estate, take};

/// What is there after the loss, and who may start.
#[derive(Clone, Debug)]
pub struct Loss {
    /// Room taken, and where replicas stand.
    pub estate: Estate,
    /// Members of all plans at the lost site that are replicated, by group, then plan.
    pub admissions: Vec<Admission>,
}

/// When a site is taken to be lost: when an outage of the scenario first hits it or a host there, else when every VM has been copied once.
pub fn instant(scenario: &Scenario, lost: Id<Site>) -> Time {
    let hits = |strike: &&Strike| match strike.component {
        Component::Site(site) => site == lost && strike.effect == Effect::Down,
        Component::Host(host) => scenario.topology.hosts[host].site == lost && strike.effect == Effect::Down,
        Component::Volume(_)
        | Component::Link(_)
        | Component::Vmm(_)
        | Component::RecoveryService
        | Component::People(_)
        | Component::Broker(_)
        | Component::Contents(_)
        | Component::Replication(_)
        | Component::RecoveryPoints(_) => false,
    };
    let strikes = scenario.outages.iter().flat_map(|outage| &outage.strikes);
    let written = strikes.filter(hits).map(|strike| strike.from).min();
    let intervals = scenario.policies.iter().map(|policy| policy.interval);
    let copied = Time(intervals.fold(Span::ZERO, Span::max).0);
    written.unwrap_or(copied).min(Time(scenario.horizon.0))
}

/// The loss of a site, once for each of `beside`: alone, or with that host lost in the same instant.
pub fn losses(scenario: &Scenario, lost: Id<Site>, beside: &[Option<Id<Host>>]) -> Vec<Loss> {
    let steady = steady(scenario);
    let (at, relations) = (instant(scenario, lost), Relations::of(&steady));
    let plane = Plane { kernel: Kernel::new(&steady), observer: () };
    let mut before = World::new(&steady, &relations, plane);
    before.advance(at);
    beside.iter().map(|host| after(scenario, (&steady, &before), (lost, at), *host)).collect()
}

fn after<D: DataPlane + Clone>(
    scenario: &Scenario,
    (steady, before): (&Scenario, &World<'_, D>),
    (lost, at): (Id<Site>, Time),
    beside: Option<Id<Host>>,
) -> Loss {
    let outage = outage(steady, (lost, at), beside);
    let mut world = before.clone().struck_by(&outage);
    world.run(Time(steady.horizon.0));
    let run = RunOutcome::of(steady, &world.finish().1);
    let mut estate = Estate::of(scenario);
    if let Some(host) = beside {
        estate.lose(scenario, host);
    }
    let mut admissions = estate.members(scenario, lost);
    for it in &mut admissions {
        let (row, vm) = (&scenario.vms[it.vm], run.vm(it.vm));
        let (host, admitted) = match vm.end_state {
            EndState::GivenUp(Reason::NoRoom { host, cores_short, memory_short }) => {
                (Some(host), Admitted::NoRoom(cores_short, memory_short))
            }
            EndState::GivenUp(Reason::ReplicaHostDown(_) | Reason::ReplicaVolumeDown(_)) => {
                (None, Admitted::NoReplica)
            }
            EndState::Serving | EndState::Running | EndState::Corrupt | EndState::Isolated(_) => {
                let host = vm.place(row).vm.host;
                take(&mut estate.used[host.index()], row);
                (Some(host), Admitted::Yes)
            }
            EndState::Down | EndState::GivenUp(_) => continue,
        };
        (it.host, it.admitted, it.is_reckoned) = (host, admitted, false);
    }
    admissions.iter_mut().filter(|it| it.is_reckoned).for_each(|it| estate.reckon(scenario, it));
    Loss { estate, admissions }
}

/// The site, and a host beside it, for good.
fn outage(steady: &Scenario, (lost, at): (Id<Site>, Time), beside: Option<Id<Host>>) -> Outage {
    let ground = Ground { topology: &steady.topology, control_plane: &steady.control_plane };
    let hit = components(Target::Site(lost), ground).into_iter().chain(beside.map(Component::Host));
    let strike =
        |component| Strike { component, effect: Effect::Down, from: at, to: None, cause: String::new() };
    let mut strikes: Vec<Strike> = hit.map(strike).collect();
    strikes.sort_by_key(|strike| strike.component);
    Outage { name: String::new(), about: String::new(), strikes, accepts_exposure: true }
}
