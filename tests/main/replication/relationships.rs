//! The replication state machine: protection, first copies, pauses, errors, resynchronisation. Instants are counted by hand: jobs take
//! 30 s to their first step, a copy 1000 s.

use drsim::data_plane::{CopyMethod, Notice, Trigger};
use drsim::facts::JobKind::*;
use drsim::facts::JobOutcome::{Cancelled, Failed, Succeeded};
use drsim::facts::{Missing, Refusal, Seen, VmSeen};
use drsim::ids::Id;
use drsim::operations::Act;
use drsim::outage::Component;
use drsim::protection::{Initial, Resync, State};
use drsim::sim::TRANSITIONS;
use drsim::topology::{LogicalNetwork, OsVersion};
use drsim::units::{Bytes, Rate, Ratio, Time};

use crate::fleet::{FAULT, GB, down, host, migrate, push, s, vm};
use crate::scripted::{Scripted, begins, estate, jobs, operation, play, policy, relationship, states};

const AT_ONCE: Initial = Initial::Network { at: None };

fn at(seconds: u64) -> Time {
    Time::START.plus(s(seconds))
}

// -- the table

#[test]
fn the_table_of_transitions_names_each_change_once_and_reaches_every_state() {
    use State::*;
    let all = [
        NotEnabled,
        ReadyForInitialReplication,
        WaitingForInitialReplication,
        Replicating,
        SyncedReplicationComplete,
        FailoverWaitingCompletion,
        FailedOver,
        Suspended,
        Error,
        WaitingForStartResynchronize,
        Resynchronizing,
        ResynchronizeSuspended,
    ];
    let changes: Vec<(State, State)> = TRANSITIONS.iter().map(|(from, _, to)| (*from, *to)).collect();
    let mut once = changes.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), changes.len());
    for state in all {
        assert!(changes.iter().any(|(_, to)| *to == state), "{state:?} can be reached");
        assert!(state == NotEnabled || changes.contains(&(state, NotEnabled)), "{state:?} can be removed");
        assert!(!changes.contains(&(state, state)));
        // Facts 1.26, 4.11: an unplanned failover is possible from these and, once prepared, from 4.
        let may_fail_over =
            [3, 4, 7, 8, 9, 10, 11].contains(&all.iter().position(|it| *it == state).unwrap());
        assert_eq!(changes.contains(&(state, FailoverWaitingCompletion)), may_fail_over, "{state:?}");
    }
}

// -- enabling

#[test]
fn enabling_makes_the_relationship_copies_and_finalizes() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    begins(&mut scenario, web, AT_ONCE, Some(100));
    operation(&mut scenario, 100, Act::Enable { vms: vec![web] });
    let (data, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(
        states(&facts, web),
        [
            (130, State::ReadyForInitialReplication),
            (130, State::WaitingForInitialReplication),
            (1130, State::Replicating)
        ]
    );
    assert_eq!(
        jobs(&facts),
        [(100, EnableProtection, 130, Succeeded), (1130, FinalizeProtection, 1160, Succeeded)]
    );
    assert_eq!(
        data.called_of(&["protect", "start_copy"]),
        [(130, "protect #0 #2"), (130, "start_copy #0 Full")]
    );
}

#[test]
fn a_first_copy_that_is_there_from_the_start_needs_no_control_plane_until_it_is_finalized() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    begins(&mut scenario, web, Initial::Network { at: Some(at(500)) }, None);
    // The service is away from 1000 s to 3000 s: the copy ends at 1500 s all the same.
    let strikes = vec![down(Component::RecoveryService, 0, Some(2000))];
    let (_, facts) = play(&scenario, strikes, Scripted::default());
    assert_eq!(states(&facts, web), [(500, State::WaitingForInitialReplication), (1500, State::Replicating)]);
    assert_eq!(jobs(&facts), [(3000, FinalizeProtection, 3030, Succeeded)]);
}

#[test]
fn enabling_is_refused_for_what_it_lacks() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    begins(&mut scenario, web, AT_ONCE, Some(100));
    operation(&mut scenario, 1000, Act::Enable { vms: vec![web] });
    let enabled = |scenario: &_, component| {
        let (_, facts) = play(scenario, vec![down(component, 0, None)], Scripted::default());
        jobs(&facts).remove(0)
    };
    let lacks = |missing| (1000, EnableProtection, 1000, Failed(Refusal::ControlPlane(missing)));
    // Both VMM servers are needed, and the service (facts 6.11, 6.12).
    for vmm in [Id::new(0), Id::new(1)] {
        assert_eq!(enabled(&scenario, Component::Vmm(vmm)), lacks(Missing::Vmm(vmm)));
    }
    assert_eq!(enabled(&scenario, Component::RecoveryService), lacks(Missing::RecoveryService));
    let target = Failed(Refusal::HostDown(Id::new(2)));
    assert_eq!(enabled(&scenario, host(2)), (1000, EnableProtection, 1000, target));
    // What breaks before the job's first step fails it there.
    let late = down(Component::RecoveryService, 20, None);
    let (_, facts) = play(&scenario, vec![late], Scripted::default());
    let missing = Failed(Refusal::ControlPlane(Missing::RecoveryService));
    assert_eq!(jobs(&facts), [(1000, EnableProtection, 1030, missing)]);
    assert_eq!(states(&facts, web), []);
}

#[test]
fn a_cloud_that_is_full_takes_no_replica() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    let sql = vm(&mut scenario, "sql", 0);
    begins(&mut scenario, web, AT_ONCE, Some(0));
    begins(&mut scenario, sql, AT_ONCE, Some(0));
    let cloud = Id::new(1);
    // 100 GB of disks, 8 GB of memory and 4 cores each: room for one.
    let set: [fn(&mut drsim::control_plane::Capacity); 4] = [
        |it| it.storage = Some(Bytes(199 * GB)),
        |it| it.memory = Some(Bytes(15 * GB)),
        |it| it.cores = Some(7),
        |it| it.vms = Some(1),
    ];
    for limit in set {
        let mut scenario = scenario.clone();
        limit(&mut scenario.control_plane.clouds[cloud].profile.capacity);
        operation(&mut scenario, 0, Act::Enable { vms: vec![web, sql] });
        let (_, facts) = play(&scenario, vec![], Scripted::default());
        assert_eq!(
            jobs(&facts)[..2],
            [
                (0, EnableProtection, 30, Succeeded),
                (0, EnableProtection, 30, Failed(Refusal::NoCapacity(cloud)))
            ]
        );
    }
}

#[test]
fn a_replica_that_is_left_behind_keeps_its_room() {
    let refusals = |delete_replica| {
        let mut scenario = estate(Resync::Manual);
        let web = vm(&mut scenario, "web", 0);
        let sql = vm(&mut scenario, "sql", 0);
        begins(&mut scenario, sql, AT_ONCE, Some(0));
        scenario.control_plane.clouds[Id::new(1)].profile.capacity.vms = Some(1);
        operation(&mut scenario, 0, Act::Disable { vms: vec![web], delete_replica });
        operation(&mut scenario, 100, Act::Enable { vms: vec![sql] });
        let (_, facts) = play(&scenario, vec![], Scripted::default());
        assert_eq!(states(&facts, web), [(30, State::NotEnabled)]);
        assert_eq!(jobs(&facts)[0], (0, DisableProtection, 30, Succeeded));
        jobs(&facts).remove(1)
    };
    assert_eq!(refusals(true), (100, EnableProtection, 130, Succeeded));
    assert_eq!(refusals(false), (100, EnableProtection, 130, Failed(Refusal::NoCapacity(Id::new(1)))));
}

#[test]
fn a_replica_goes_only_where_its_mapped_network_is_reached() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    begins(&mut scenario, web, AT_ONCE, Some(0));
    let logical = push(&mut scenario.topology.logical_networks, LogicalNetwork { name: "front".into() });
    let target = Id::new(1);
    scenario.topology.networks[target].fabric.logical = Some(logical);
    operation(&mut scenario, 0, Act::Enable { vms: vec![web] });
    let outcome = |scenario: &_| jobs(&play(scenario, vec![], Scripted::default()).1).remove(0).3;
    assert_eq!(outcome(&scenario), Succeeded);
    let mut unreached = scenario.clone();
    unreached.topology.hosts[Id::new(2)].hyper_v.logical_networks = Some(vec![]);
    assert_eq!(outcome(&unreached), Failed(Refusal::NoNetwork(target)));
    scenario.control_plane.clouds[Id::new(1)].profile.logical_networks = Some(vec![]);
    assert_eq!(outcome(&scenario), Failed(Refusal::NoNetwork(target)));
}

#[test]
fn protecting_twice_is_refused_and_a_plain_relationship_is_taken_over() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    operation(&mut scenario, 0, Act::Enable { vms: vec![web] });
    let (_, facts) = play(&scenario, vec![], Scripted::default());
    let twice = Failed(Refusal::State(State::Replicating));
    assert_eq!(jobs(&facts), [(0, EnableProtection, 0, twice)]);
    relationship(&mut scenario, web).orchestrated = false;
    let (data, facts) = play(&scenario, vec![], Scripted::default());
    // It is Site Recovery's job, with the latency of one; the replica is used as it is.
    assert_eq!(jobs(&facts), [(0, EnableProtection, 30, Succeeded)]);
    assert_eq!((states(&facts, web), data.called_of(&["protect", "start_copy"])), (vec![], vec![]));
}

// -- first copies

#[test]
fn an_offline_copy_is_exported_carried_and_imported() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    // 100 GB at 100 MB/s out and 50 MB/s in: 1000 s + 5000 s + 2000 s.
    let rate = |mb: u64| Some(Rate(mb * 1_000_000));
    let initial = Initial::Offline { export: rate(100), courier: s(5000), import: rate(50) };
    begins(&mut scenario, web, initial, None);
    operation(&mut scenario, 1000, Act::StopInitial { vms: vec![web] });
    let (data, facts) = play(&scenario, vec![], Scripted::default());
    let exported = Failed(Refusal::State(State::WaitingForInitialReplication));
    assert_eq!(states(&facts, web), [(0, State::WaitingForInitialReplication), (8000, State::Replicating)]);
    assert_eq!(
        data.called_of(&["start_placeholder", "copy_arrived", "start_copy"]),
        [(0, "start_placeholder #0"), (8000, "copy_arrived #0")]
    );
    // The export is over: it can no longer be stopped (fact 3.8).
    assert_eq!(
        jobs(&facts),
        [(1000, InitialReplication, 1000, exported), (8000, FinalizeProtection, 8030, Succeeded)]
    );
}

#[test]
fn an_offline_copy_that_is_stopped_in_time_begins_anew() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    let initial = Initial::Offline { export: Some(Rate(100_000_000)), courier: s(5000), import: None };
    begins(&mut scenario, web, initial, None);
    operation(&mut scenario, 999, Act::StopInitial { vms: vec![web] });
    operation(&mut scenario, 3000, Act::StartInitial { vms: vec![web] });
    let (_, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(
        states(&facts, web),
        [
            (0, State::WaitingForInitialReplication),
            (999, State::ReadyForInitialReplication),
            (3000, State::WaitingForInitialReplication),
            (9000, State::Replicating)
        ]
    );
}

#[test]
fn an_import_waits_for_the_host_of_its_replica() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    begins(&mut scenario, web, Initial::Offline { export: None, courier: s(1500), import: None }, None);
    let (_, facts) = play(&scenario, vec![down(host(2), 0, Some(800))], Scripted::default());
    assert_eq!(states(&facts, web)[1], (1800, State::Replicating));
}

#[test]
fn an_existing_vm_is_compared_in_its_turn() {
    let mut scenario = estate(Resync::Manual);
    let (web, sql) = (vm(&mut scenario, "web", 0), vm(&mut scenario, "sql", 0));
    scenario.topology.hosts[Id::new(0)].hyper_v.resync_parallel = Some(1);
    for vm in [web, sql] {
        begins(&mut scenario, vm, Initial::Existing { differs: Ratio(20_000) }, None);
    }
    let (data, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(
        states(&facts, sql),
        [(1000, State::WaitingForInitialReplication), (2000, State::Replicating)]
    );
    let called: Vec<_> = data.called_of(&["start_copy"]).iter().map(|(at, _)| *at).collect();
    assert_eq!(called, [0, 1000]);
    let method = CopyMethod::Compare { differs: Some(Ratio(20_000)) };
    assert_eq!(data.called_of(&["start_copy"])[0].1, format!("start_copy {web:?} {method:?}"));
}

// -- pauses and errors

#[test]
fn a_pause_holds_and_a_resumption_goes_on() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    let vms = vec![web];
    operation(&mut scenario, 100, Act::Pause { vms: vms.clone(), on_replica: true });
    operation(&mut scenario, 200, Act::Pause { vms: vms.clone(), on_replica: false });
    operation(&mut scenario, 300, Act::Resume { vms });
    let (data, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(states(&facts, web), [(100, State::Suspended), (300, State::Replicating)]);
    let twice = Failed(Refusal::State(State::Suspended));
    assert_eq!(
        jobs(&facts),
        [(100, Pause, 100, Succeeded), (200, Pause, 200, twice), (300, Resume, 300, Succeeded)]
    );
    assert_eq!(data.called_of(&["suspend", "resume"]), [(100, "suspend #0"), (300, "resume #0")]);
}

#[test]
fn a_log_that_grows_too_large_in_a_pause_requires_resynchronization() {
    let mut scenario = estate(Resync::Immediate);
    let web = vm(&mut scenario, "web", 0);
    operation(&mut scenario, 100, Act::Pause { vms: vec![web], on_replica: false });
    let data = Scripted::default().tells(700, Notice::ResyncRequired(web, Trigger::LogTooLarge));
    let (data, facts) = play(&scenario, vec![], data);
    assert_eq!(
        states(&facts, web),
        [
            (100, State::Suspended),
            (700, State::WaitingForStartResynchronize),
            (700, State::Resynchronizing),
            (1700, State::Replicating)
        ]
    );
    assert!(data.suspended.is_empty());
}

#[test]
fn an_error_is_not_retried_and_lasts_until_an_operator_resumes_after_the_repair() {
    let mut scenario = estate(Resync::Immediate);
    let web = vm(&mut scenario, "web", 0);
    operation(&mut scenario, 1200, Act::Resume { vms: vec![web] });
    operation(&mut scenario, 5000, Act::Resume { vms: vec![web] });
    let strikes = vec![down(Component::Replication(web), 0, Some(500))];
    let (_, facts) = play(&scenario, strikes, Scripted::default());
    assert_eq!(states(&facts, web), [(1000, State::Error), (5000, State::Replicating)]);
    let still = Failed(Refusal::State(State::Error));
    assert_eq!(jobs(&facts), [(1200, Resume, 1200, still), (5000, Resume, 5000, Succeeded)]);
}

#[test]
fn a_broken_replica_is_an_error_and_one_out_of_sequence_is_resynchronized() {
    let mut scenario = estate(Resync::Immediate);
    let web = vm(&mut scenario, "web", 0);
    let sql = vm(&mut scenario, "sql", 0);
    operation(&mut scenario, 100, Act::BreakReplica { vm: web, out_of_sequence: false });
    operation(&mut scenario, 100, Act::BreakReplica { vm: sql, out_of_sequence: true });
    operation(&mut scenario, 100, Act::EditOffline { vm: web });
    let (_, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(
        states(&facts, web),
        [
            (100, State::Error),
            (100, State::WaitingForStartResynchronize),
            (100, State::Resynchronizing),
            (1100, State::Replicating)
        ]
    );
    assert_eq!(states(&facts, sql)[1..], [(100, State::Resynchronizing), (1100, State::Replicating)]);
}

#[test]
fn a_disk_that_outgrows_its_replica_stops_replication_until_both_have_grown() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    let grow = |replica_too| Act::Resize { vm: web, disk: 0, size: Bytes(150 * GB), replica_too };
    operation(&mut scenario, 100, grow(false));
    operation(&mut scenario, 200, Act::Resume { vms: vec![web] });
    operation(&mut scenario, 300, grow(true));
    operation(&mut scenario, 400, Act::Resume { vms: vec![web] });
    let (data, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(states(&facts, web), [(100, State::Error), (400, State::Replicating)]);
    assert_eq!(data.called_of(&["resize_vm"])[0], (100, "resize_vm #0 150000000000"));
    assert_eq!(jobs(&facts)[1].3, Failed(Refusal::State(State::Error)));
}

#[test]
fn a_policy_is_for_one_version_and_an_old_host_keeps_five_minutes() {
    let mut scenario = estate(Resync::Manual);
    let (web, sql) = (vm(&mut scenario, "web", 0), vm(&mut scenario, "sql", 1));
    scenario.topology.hosts[Id::new(1)].hyper_v.os = OsVersion::Ws2012;
    let mut fast = policy(Resync::Manual);
    fast.interval = s(30);
    let any = push(&mut scenario.policies, fast.clone());
    fast.settings.os = Some(OsVersion::Ws2012R2);
    let only = push(&mut scenario.policies, fast);
    operation(&mut scenario, 100, Act::SetPolicy { vms: vec![web, sql], policy: any });
    operation(&mut scenario, 200, Act::SetPolicy { vms: vec![web, sql], policy: only });
    let (data, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(
        data.called_of(&["set_policy"]),
        [(100, "set_policy #0 #1 30"), (100, "set_policy #1 #1 300"), (200, "set_policy #0 #2 30")]
    );
    assert_eq!(jobs(&facts)[3].3, Failed(Refusal::UnpreparedHost(Id::new(1))));
}

#[test]
fn found_corruption_names_the_newest_clean_point() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    let clean = |points: Vec<Time>| {
        let mut data = Scripted::default();
        data.points.insert(web, points);
        let strikes = vec![down(Component::Contents(web), 0, Some(600))];
        let (_, facts) = play(&scenario, strikes, data);
        facts.iter().find_map(|fact| {
            let Seen::Vm(_, VmSeen::CorruptionFound(clean)) = fact.seen else { return None };
            Some((fact.at, clean))
        })
    };
    let found = FAULT.plus(s(600));
    assert_eq!(clean(vec![at(1500), at(1000), at(400)]), Some((found, Some(at(1000)))));
    assert_eq!(clean(vec![at(1500), at(1001)]), Some((found, None)));
}

// -- resynchronisation

fn required(vm: Id<drsim::workload::Vm>) -> Notice {
    Notice::ResyncRequired(vm, Trigger::OutOfSequence)
}

#[test]
fn a_required_resynchronization_waits_for_its_window_and_outlasts_it() {
    // Required at nine in the morning, begun at half past six in the evening: nine and a half hours (T5).
    let day = |minutes: u64| at(minutes * 60);
    let windows = vec![(day(0), day(6 * 60)), (day(18 * 60 + 30), day(18 * 60 + 31))];
    let mut scenario = estate(Resync::Windows(windows));
    let web = vm(&mut scenario, "web", 0);
    let (_, facts) = play(&scenario, vec![], Scripted::default().tells(9 * 3600, required(web)));
    let opening = 18 * 3600 + 30 * 60;
    assert_eq!(
        states(&facts, web),
        [
            (9 * 3600, State::WaitingForStartResynchronize),
            (opening, State::Resynchronizing),
            (opening + 1000, State::Replicating)
        ]
    );
    assert_eq!(jobs(&facts), [(opening, Resynchronize, opening + 1000, Succeeded)]);
    // Inside a window it begins at once.
    let (_, facts) = play(&scenario, vec![], Scripted::default().tells(3600, required(web)));
    assert_eq!(states(&facts, web)[1], (3600, State::Resynchronizing));
}

#[test]
fn what_has_not_begun_when_its_window_ends_waits_for_the_next() {
    let mut scenario = estate(Resync::Windows(vec![(at(0), at(1500)), (at(5000), at(6000))]));
    let (web, sql) = (vm(&mut scenario, "web", 0), vm(&mut scenario, "sql", 0));
    scenario.topology.hosts[Id::new(0)].hyper_v.resync_parallel = Some(1);
    let data = Scripted { copy: s(2000), ..Scripted::default() };
    let (_, facts) = play(&scenario, vec![], data.tells(100, required(web)).tells(200, required(sql)));
    assert_eq!(states(&facts, web)[2], (2100, State::Replicating));
    assert_eq!(states(&facts, sql)[1], (5000, State::Resynchronizing));
}

#[test]
fn resynchronizations_of_a_host_take_turns_in_the_order_they_were_required() {
    let mut scenario = estate(Resync::Immediate);
    let vms: Vec<_> = (0..4).map(|it| vm(&mut scenario, &format!("v{it}"), usize::from(it == 3))).collect();
    scenario.topology.hosts[Id::new(0)].hyper_v.resync_parallel = Some(1);
    let data = Scripted::default().tells(10, required(vms[2])).tells(20, required(vms[0]));
    let data = data.tells(20, required(vms[1])).tells(30, required(vms[3]));
    let (_, facts) = play(&scenario, vec![], data);
    let done = |vm| states(&facts, vm)[2];
    assert_eq!(done(vms[2]), (1010, State::Replicating));
    assert_eq!(done(vms[0]), (2010, State::Replicating));
    assert_eq!(done(vms[1]), (3010, State::Replicating));
    // Another host has places of its own.
    assert_eq!(done(vms[3]), (1030, State::Replicating));
}

#[test]
fn a_paused_resynchronization_keeps_its_position_and_a_cancelled_one_does_not() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    let vms = vec![web];
    operation(&mut scenario, 200, Act::Resynchronize { vms: vms.clone() });
    operation(&mut scenario, 500, Act::Pause { vms: vms.clone(), on_replica: false });
    operation(&mut scenario, 2000, Act::Resume { vms: vms.clone() });
    operation(&mut scenario, 2600, Act::CancelResynchronize { vms: vms.clone() });
    operation(&mut scenario, 3000, Act::Resynchronize { vms });
    let (_, facts) = play(&scenario, vec![], Scripted::default().tells(100, required(web)));
    assert_eq!(
        states(&facts, web),
        [
            (100, State::WaitingForStartResynchronize),
            (200, State::Resynchronizing),
            (500, State::ResynchronizeSuspended),
            (2000, State::Resynchronizing),
            (2600, State::WaitingForStartResynchronize),
            (3000, State::Resynchronizing),
            (4000, State::Replicating)
        ]
    );
    let resyncs: Vec<_> = jobs(&facts).into_iter().filter(|(_, kind, ..)| *kind == Resynchronize).collect();
    // What cancels it is a job as well.
    let expected = [
        (200, Resynchronize, 2600, Cancelled),
        (2600, Resynchronize, 2600, Succeeded),
        (3000, Resynchronize, 4000, Succeeded),
    ];
    assert_eq!(resyncs, expected);
    // 300 s before the pause and 700 s after it would have been enough: uncancelled it ends at 2700 s.
    scenario.operations.truncate(3);
    let (_, facts) = play(&scenario, vec![], Scripted::default().tells(100, required(web)));
    assert_eq!(states(&facts, web)[4], (2700, State::Replicating));
}

#[test]
fn a_copy_that_has_left_the_source_cannot_be_taken_back() {
    let mut scenario = estate(Resync::Manual);
    let (web, sql) = (vm(&mut scenario, "web", 0), vm(&mut scenario, "sql", 0));
    begins(&mut scenario, sql, AT_ONCE, None);
    operation(&mut scenario, 200, Act::Resynchronize { vms: vec![web] });
    operation(&mut scenario, 600, Act::CancelResynchronize { vms: vec![web] });
    operation(&mut scenario, 600, Act::StopInitial { vms: vec![sql] });
    let data = Scripted { leaves_at_once: true, ..Scripted::default() };
    let (_, facts) = play(&scenario, vec![], data.tells(100, required(web)));
    assert_eq!(
        states(&facts, web)[2..],
        [
            (600, State::WaitingForStartResynchronize),
            (1200, State::Resynchronizing),
            (1200, State::Replicating)
        ]
    );
    assert_eq!(
        states(&facts, sql)[1..],
        [
            (600, State::ReadyForInitialReplication),
            (1000, State::WaitingForInitialReplication),
            (1000, State::Replicating)
        ]
    );
}

#[test]
fn a_resynchronization_that_outgrows_its_log_is_required_again_and_begins_again() {
    let mut scenario = estate(Resync::Immediate);
    let web = vm(&mut scenario, "web", 0);
    let mut data = Scripted::default().tells(100, required(web));
    for round in 1..4 {
        data = data.tells(100 + round * 900, Notice::ResyncRequired(web, Trigger::LogTooLarge));
    }
    data.copy = s(10_000);
    let (_, facts) = play(&scenario, vec![], data);
    let begun = states(&facts, web).iter().filter(|(_, state)| *state == State::Resynchronizing).count();
    assert_eq!(begun, 4);
    let broken = jobs(&facts).iter().filter(|job| job.3 == Failed(Refusal::BrokenOff)).count();
    assert_eq!(broken, 3);
}

#[test]
fn a_resynchronization_begins_only_when_both_hosts_work() {
    let mut scenario = estate(Resync::Immediate);
    let web = vm(&mut scenario, "web", 0);
    let strikes = vec![down(host(2), 0, Some(3000))];
    let (_, facts) = play(&scenario, strikes, Scripted::default().tells(1500, required(web)));
    assert_eq!(
        states(&facts, web)[..2],
        [(1500, State::WaitingForStartResynchronize), (4000, State::Resynchronizing)]
    );
}

#[test]
fn without_an_operator_a_manual_resynchronization_never_begins() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    let (_, facts) = play(&scenario, vec![], Scripted::default().tells(100, required(web)));
    assert_eq!(states(&facts, web), [(100, State::WaitingForStartResynchronize)]);
}

// -- live migration

#[test]
fn a_migrated_vm_goes_on_replicating_from_a_prepared_host_only() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    operation(&mut scenario, 100, migrate(web, Id::new(1)));
    let (data, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(jobs(&facts), [(100, Migrate, 150, Succeeded)]);
    assert_eq!(
        data.called_of(&["migrate_vm", "move_vm"]),
        [(100, "migrate_vm #0 #1"), (150, "move_vm #0 #1")]
    );
    assert_eq!(states(&facts, web), []);
    // Out of its cloud it runs, but is no longer replicated (fact 6.29).
    scenario.control_plane.clouds[Id::new(0)].hosts.pop();
    let (_, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(jobs(&facts), [(100, Migrate, 150, Failed(Refusal::UnpreparedHost(Id::new(1))))]);
    assert_eq!(states(&facts, web), [(150, State::Error)]);
    assert!(
        facts.iter().any(|fact| matches!(fact.seen, Seen::Vm(_, VmSeen::Moved { restarted: false, .. })))
    );
}

#[test]
fn a_migration_needs_room_a_host_and_a_running_vm_and_breaks_with_them() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    operation(&mut scenario, 1010, migrate(web, Id::new(1)));
    let outcome = |scenario: &_, strikes| jobs(&play(scenario, strikes, Scripted::default()).1).remove(0);
    let refused = |refusal| (1010, Migrate, 1010, Failed(refusal));
    assert_eq!(outcome(&scenario, vec![down(host(1), 0, None)]), refused(Refusal::HostDown(Id::new(1))));
    assert_eq!(outcome(&scenario, vec![down(host(0), 0, None)]), refused(Refusal::NotRunning));
    let broken = (1010, Migrate, 1040, Failed(Refusal::BrokenOff));
    assert_eq!(outcome(&scenario, vec![down(host(1), 40, None)]), broken);
    assert_eq!(outcome(&scenario, vec![down(host(0), 40, None)]), broken);
    scenario.topology.hosts[Id::new(1)].memory = Bytes(7 * GB);
    assert_eq!(outcome(&scenario, vec![]), refused(Refusal::NoRoom(Id::new(1))));
}

#[test]
fn a_vm_that_moved_falls_with_its_new_host_not_its_old() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    scenario.vms[web].disks[0].volume = Id::new(1);
    operation(&mut scenario, 100, migrate(web, Id::new(1)));
    let falls = |component| {
        let (_, facts) = play(&scenario, vec![down(component, 0, None)], Scripted::default());
        facts.iter().any(|fact| matches!(fact.seen, Seen::Vm(_, VmSeen::Stopped)))
    };
    assert!(falls(host(1)) && !falls(host(0)));
}

#[test]
fn one_operation_runs_on_a_vm_at_a_time() {
    let mut scenario = estate(Resync::Manual);
    let web = vm(&mut scenario, "web", 0);
    operation(&mut scenario, 100, Act::Disable { vms: vec![web], delete_replica: true });
    operation(&mut scenario, 110, Act::Pause { vms: vec![web], on_replica: false });
    operation(&mut scenario, 120, migrate(web, Id::new(1)));
    let (_, facts) = play(&scenario, vec![], Scripted::default());
    assert_eq!(
        jobs(&facts)[1..],
        [(110, Pause, 110, Failed(Refusal::InProgress)), (120, Migrate, 120, Failed(Refusal::InProgress))]
    );
}
