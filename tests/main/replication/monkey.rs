//! Operators, faults and replication may do anything at any instant: no panic, only changes of state that the table names, jobs that
//! end, and never more copies by comparison at once than a host has places.

use std::collections::{BTreeMap, BTreeSet};

use drsim::data_plane::{Notice, Trigger};
use drsim::facts::{Fact, JobKind, JobSeen, Seen, VmSeen};
use drsim::ids::Id;
use drsim::operations::Act;
use drsim::outage::{Component, Strike};
use drsim::protection::{Initial, Resync, State};
use drsim::scenario::Scenario;
use drsim::sim::TRANSITIONS;
use drsim::topology::{Cluster, Host};
use drsim::units::{Bytes, Rate, Ratio, Time};
use drsim::workload::Vm;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::fleet::{GB, down, host, migrate, push, s, vm};
use crate::scripted::{Scripted, begins, estate, operation, play, policy};

/// VMs (initial replication, enabled later, highly available), operations, notices, strikes, and what resynchronisation follows.
type Design =
    (Vec<(u8, bool, bool)>, Vec<(u8, u8, u16)>, Vec<(u8, u8, u16)>, Vec<(u8, u16, Option<u16>)>, u8);

fn designs() -> impl Strategy<Value = Design> {
    use proptest::collection::vec;
    (
        vec((0..8u8, any::<bool>(), any::<bool>()), 1..6),
        vec((0..16u8, any::<u8>(), 0..6000u16), 0..25),
        vec((0..6u8, any::<u8>(), 0..6000u16), 0..10),
        vec((any::<u8>(), 0..4000u16, proptest::option::of(0..2000u16)), 0..5),
        any::<u8>(),
    )
}

fn act(which: u8, vm: Id<Vm>, number: u8) -> Act {
    let (vms, flag) = (vec![vm], number & 1 == 1);
    match which {
        0 | 1 => Act::Enable { vms },
        2 => Act::Disable { vms, delete_replica: flag },
        3 => Act::StartInitial { vms },
        4 => Act::StopInitial { vms },
        5 => Act::Pause { vms, on_replica: flag },
        6 | 7 => Act::Resume { vms },
        8 | 9 => Act::Resynchronize { vms },
        10 => Act::CancelResynchronize { vms },
        11 => migrate(vm, Id::new(usize::from(number % 4))),
        12 => Act::Resize { vm, disk: 0, size: Bytes(u64::from(number) * GB), replica_too: flag },
        13 => Act::EditOffline { vm },
        14 => Act::BreakReplica { vm, out_of_sequence: flag },
        _ if flag => Act::SetPolicy { vms, policy: Id::new(usize::from(number / 2 % 2)) },
        _ => Act::InstallProvider { vmm: Id::new(usize::from(number / 2 % 2)), takes: s(number.into()) },
    }
}

fn build((vms, operations, notices, strikes, resync): &Design) -> (Scenario, Vec<Strike>, Scripted) {
    let windows = vec![(Time::START.plus(s(1000)), Time::START.plus(s(1500)))];
    let resync =
        [Resync::Manual, Resync::Immediate, Resync::Windows(windows)][usize::from(resync % 3)].clone();
    let mut it = estate(resync);
    push(&mut it.policies, policy(Resync::Immediate));
    let second = Host { name: "r2".into(), ..it.topology.hosts[Id::new(2)].clone() };
    push(&mut it.topology.hosts, second);
    for (index, site) in [(0, 0), (2, 1)] {
        let name = format!("c{site}");
        let (site, has_broker) = (Id::new(site), true);
        let row = Cluster { name, site, has_broker, static_addresses: false, restart: s(60) };
        let cluster = push(&mut it.topology.clusters, row);
        it.topology.volumes[Id::new(index)].storage.cluster = Some(cluster);
        for node in [index, index + 1] {
            it.topology.hosts[Id::new(node)].hyper_v.cluster = Some(cluster);
            it.topology.hosts[Id::new(node)].hyper_v.resync_parallel = Some(1);
        }
    }
    let mut all = Vec::new();
    for (index, (initial, enabled, highly_available)) in vms.iter().enumerate() {
        let id = vm(&mut it, &format!("v{index}"), 0);
        it.vms[id].guest.highly_available = *highly_available;
        let initial = match initial {
            0 => Initial::Network { at: None },
            1 => Initial::Network { at: Some(Time::START.plus(s(700))) },
            2 => Initial::Offline { export: Some(Rate(GB)), courier: s(900), import: None },
            3 => Initial::Existing { differs: Ratio(1000) },
            _ => Initial::Done,
        };
        begins(&mut it, id, initial, enabled.then_some(0));
        all.push(id);
    }
    let mut data = Scripted::default();
    let pick = |number: u8| all[usize::from(number) % all.len()];
    for (which, number, at) in operations {
        operation(&mut it, u64::from(*at), act(*which, pick(*number), number / 8));
    }
    for (which, number, at) in notices {
        let notice = match which {
            0 => Notice::MigrationFailed(pick(*number)),
            1 => Notice::CopyDone(pick(*number)),
            _ => Notice::ResyncRequired(pick(*number), Trigger::LogTooLarge),
        };
        data = data.tells(u64::from(*at), notice);
    }
    let mut components: Vec<Component> = (0..4).map(host).collect();
    components.extend((0..3).map(|index| Component::Volume(Id::new(index))));
    components.extend((0..2).flat_map(|it| [Component::Vmm(Id::new(it)), Component::Broker(Id::new(it))]));
    components.extend(all.iter().flat_map(|vm| [Component::Replication(*vm), Component::Contents(*vm)]));
    components.push(Component::RecoveryService);
    let strike = |(which, from, lasts): &(u8, u16, Option<u16>)| {
        down(components[usize::from(*which) % components.len()], u64::from(*from), lasts.map(u64::from))
    };
    let strikes = strikes.iter().map(strike).collect();
    (it, strikes, data)
}

/// Follows the facts of a run and holds them to what is always true.
fn hold(scenario: &Scenario, facts: &[Fact]) -> BTreeSet<(State, State)> {
    let mut states: BTreeMap<Id<Vm>, State> = BTreeMap::new();
    let mut hosts: BTreeMap<Id<Vm>, Id<Host>> =
        scenario.vms.entries().map(|(id, vm)| (id, vm.host)).collect();
    let mut open = BTreeMap::new();
    let mut changes = BTreeSet::new();
    for fact in facts {
        if let Seen::Vm(vm, VmSeen::State { from, to, .. }) = fact.seen {
            assert!(TRANSITIONS.iter().any(|(before, _, after)| (*before, *after) == (from, to)));
            assert!(states.insert(vm, to).is_none_or(|before| before == from), "states follow each other");
            changes.insert((from, to));
            let here = hosts[&vm];
            let is_copying =
                |(vm, state): &(&Id<Vm>, &State)| **state == State::Resynchronizing && hosts[*vm] == here;
            let copies = states.iter().filter(is_copying).count();
            // One place each; a VM that migrated brings its own.
            let is_home = scenario.vms[vm].host == here;
            assert!(!is_home || to != State::Resynchronizing || copies <= 1);
        } else if let Seen::Vm(vm, VmSeen::Moved { to, .. }) = fact.seen {
            hosts.insert(vm, to);
        } else if let Seen::Job(job, JobSeen::Began { kind, .. }) = fact.seen {
            open.insert(job, kind);
        } else if let Seen::Job(job, JobSeen::Ended(_)) = fact.seen {
            assert!(open.remove(&job).is_some(), "a job ends once");
        }
    }
    // Only a resynchronisation that waits, is paused or in error is open at the end: everything else has had the time.
    assert!(open.values().all(|kind| *kind == JobKind::Resynchronize), "{open:?}");
    assert!(!states.values().any(|state| *state == State::Resynchronizing), "{states:?}");
    changes
}

fn run(cases: u32, mut each: impl FnMut(BTreeSet<(State, State)>)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let each = std::cell::RefCell::new(&mut each);
    runner
        .run(&designs(), |design| {
            let (scenario, strikes, data) = build(&design);
            let (_, facts) = play(&scenario, strikes, data);
            (each.borrow_mut())(hold(&scenario, &facts));
            Ok(())
        })
        .unwrap();
}

#[test]
fn whatever_is_done_states_change_as_the_table_says_and_jobs_end() {
    let mut seen = BTreeSet::new();
    run(2000, |changes| seen.extend(changes));
    // The table is exercised: all changes but those of failovers and reversals.
    let is_failover = |state: &State| {
        [State::SyncedReplicationComplete, State::FailoverWaitingCompletion, State::FailedOver]
            .contains(state)
    };
    for (from, event, to) in TRANSITIONS.iter().filter(|(from, _, to)| !is_failover(from) && !is_failover(to))
    {
        assert!(seen.contains(&(*from, *to)), "{from:?} by {event} to {to:?} was never seen");
    }
}
