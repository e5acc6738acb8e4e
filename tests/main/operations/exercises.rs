//! Operators do anything at any time, and anything breaks at any time: a whole design on the real kernel, held to what is always true.
#![allow(clippy::too_many_lines, reason = "a whole design in one place")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use std::collections::{BTreeMap, BTreeSet};

use drsim::data_plane::DataPlane;
use drsim::engine::plane::Plane;
use drsim::engine::state::Kernel;
use drsim::facts::{Fact, JobId, JobKind, JobSeen, PlanSeen, Seen, VmSeen};
use drsim::ids::{Id, Table};
use drsim::measure::watch::Watch;
use drsim::operations::{Act, Operation, Scope, TestNetwork};
use drsim::outage::{Component, Effect, Outage, Strike};
use drsim::protection::{Initial, Overrun, Relationship, Resync, Retry, State, Technology};
use drsim::recovery::{ActionKind, Plan, PointChoice, ShutdownOrder};
use drsim::scenario::Scenario;
use drsim::sim::{Relations, TRANSITIONS, World};
use drsim::topology::{Node, QosAction, QosPolicy, Traffic};
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::{Layer, Vm};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::fleet::*;
use crate::pair::policy;

const MB: u64 = 1_000_000;
const DAY: u64 = 86_400;

/// The fleet with a link of 80 Mbps, two policies with history, a QoS policy on `h1`, and four VMs of 2 GB that write 100 KB/s:
/// `a` and `b` on `h1`, `c` on `h2` enabled after an hour, `d` on `h2` under plain Hyper-V Replica; a plan of `a`, then `b` and `c`,
/// before which `d` is failed over by hand. Who is asked for at an odd second works from 4:00 to 20:00 only.
pub fn estate() -> Scenario {
    let mut it = fleet();
    let node = |site: usize, name: &str| Node { name: name.into(), site: Some(Id::new(site)) };
    it.topology.nodes = Table::new(vec![node(0, "hq"), node(1, "dr")]);
    push(
        &mut it.topology.links,
        drsim::topology::Link {
            name: "wan".into(),
            from: Id::new(0),
            to: Id::new(1),
            domains: vec![],
            rate: [Rate(10 * MB); 2],
            latency: Span(10_000),
            efficiency: Ratio::ONE,
            throttle: [vec![], vec![]],
        },
    );
    it.topology.mappings.push(drsim::topology::NetworkMapping {
        from: Id::new(1),
        to: Id::new(0),
        keeps_address: true,
    });
    for volume in it.topology.volumes.ids().collect::<Vec<_>>() {
        it.topology.volumes[volume].apply_rate = Some(Rate(20 * MB));
        it.topology.volumes[volume].size = Some(Bytes(60 * GB));
    }
    for host in it.topology.hosts.ids().collect::<Vec<_>>() {
        it.topology.hosts[host].hyper_v.compare_rate = Some(Rate(40 * MB));
        it.topology.hosts[host].hyper_v.resync_parallel = Some(1);
        it.topology.hosts[host].nic = Some(Rate(100 * MB));
    }
    push(
        &mut it.topology.qos,
        QosPolicy {
            name: "night".into(),
            hosts: vec![Id::new(0)],
            matches: Traffic::Vmms,
            action: QosAction::Rate(Rate(2 * MB)),
            precedence: 127,
            in_force: Some(vec![(at(2 * 3600), at(3 * 3600))]),
        },
    );
    for interval in [300, 30] {
        let mut row = policy(interval, Overrun::CutWhenDone);
        row.technology = Technology::HyperV;
        row.retry = Retry::BackOff;
        row.resync_threshold = Some(Ratio(500_000));
        row.settings.recovery_points = 4;
        row.settings.app_consistent = Some(s(2 * 3600));
        row.settings.resync = match interval {
            300 => Resync::Immediate,
            _ => Resync::Windows(vec![(at(6 * 3600), at(12 * 3600))]),
        };
        push(&mut it.policies, row);
    }
    let names: Vec<Id<Vm>> =
        [("a", 0), ("b", 0), ("c", 1), ("d", 1)].map(|(name, host)| vm(&mut it, name, host)).to_vec();
    for id in &names {
        let row = &mut it.vms[*id];
        row.disks[0].size = Bytes(2 * GB);
        row.disks[0].churn = vec![Layer::Constant(Rate(100_000))];
    }
    let relationship = |it: &mut Scenario, vm: usize, relationship: Relationship| {
        let protection = it.vms[Id::new(vm)].protection.as_mut();
        protection.expect("all are protected").relationship = relationship;
    };
    let (network, done) = (Initial::Network { at: None }, Initial::Done);
    relationship(&mut it, 2, Relationship { initial: network, enabled: Some(at(3600)), orchestrated: true });
    relationship(&mut it, 3, Relationship { initial: done, enabled: None, orchestrated: false });
    it.operations = vec![operation(3600, Act::Enable { vms: vec![names[2]] })];
    it.recovery.people[Id::new(0)].on_duty = Some(vec![(at(4 * 3600), at(20 * 3600))]);
    let db = application(&mut it, "db", &names[..1], &[]);
    application(&mut it, "web", &names[1..3], &[db]);
    let plan = plan(&mut it, &[&names[..1], &names[1..3]]);
    let row = &mut it.recovery.plans[plan];
    row.by_hand_first = vec![names[3]];
    row.shutdown_timeout = Some(s(120));
    row.conduct.shutdown = ShutdownOrder::ReverseGroups;
    row.groups[0].after = vec![action("repoint DNS", ActionKind::Script, s(60))];
    row.groups[1].after = vec![action("look", ActionKind::Manual, s(60))];
    it
}

pub fn at(seconds: u64) -> Time {
    Time::START.plus(s(seconds))
}

pub fn operation(seconds: u64, act: Act) -> Operation {
    let by = (seconds % 2 == 1).then_some(Id::new(0));
    Operation { name: format!("{act:?} at {seconds}"), at: at(seconds), by, act }
}

type Run<'a> = World<'a, Plane<Watch>>;

/// Runs to the end in a few strides, and holds the run to what is always true.
pub fn hold(scenario: &Scenario, outage: &Outage) -> (String, Vec<Fact>) {
    let relations = Relations::of(scenario);
    let plane = Plane { kernel: Kernel::new(scenario), observer: Watch::new(scenario) };
    let mut world: Run = World::new(scenario, &relations, plane).struck_by(outage);
    for stride in 1..=16 {
        world.advance(Time(scenario.horizon.0 / 16 * stride));
        audited(scenario, world.data());
    }
    world.run(Time(scenario.horizon.0));
    audited(scenario, world.data());
    let (mut plane, facts) = world.finish();
    states_follow_the_table(&facts);
    jobs_end_once(&facts);
    nothing_is_lost_by_plan(&facts);
    let mut hash = blake3::Hasher::new();
    plane.kernel.digest(&mut hash);
    plane.observer.digest(&mut hash);
    (hash.finalize().to_hex().to_string(), facts)
}

/// Every byte is somewhere, and every point is in the past, newest first.
fn audited(scenario: &Scenario, plane: &mut Plane<Watch>) {
    plane.kernel.audit(scenario).unwrap_or_else(|what| panic!("{what}"));
    for vm in scenario.vms.ids() {
        let points = plane.points(vm);
        assert!(points.windows(2).all(|pair| pair[0].cut > pair[1].cut), "{points:?}");
        assert!(points.iter().all(|point| point.cut.0 <= plane.kernel.now()));
        if let (Some(newest), Some(first)) = (plane.newest_point(vm), points.first()) {
            assert_eq!(newest, first.cut);
        }
    }
}

fn states_follow_the_table(facts: &[Fact]) {
    let mut states: BTreeMap<Id<Vm>, State> = BTreeMap::new();
    for fact in facts {
        if let Seen::Vm(vm, VmSeen::State { from, to, why, .. }) = &fact.seen {
            let known = TRANSITIONS.iter().any(|(before, _, after)| (before, after) == (from, to));
            assert!(known, "{from:?} → {to:?} ({why:?}) is not in the table");
            let before = states.insert(*vm, *to);
            assert!(before.is_none_or(|before| before == *from), "{before:?} is not {from:?}");
        }
    }
}

fn jobs_end_once(facts: &[Fact]) {
    let mut open: BTreeSet<JobId> = BTreeSet::new();
    for fact in facts {
        match &fact.seen {
            Seen::Job(job, JobSeen::Began { .. }) => assert!(open.insert(*job)),
            Seen::Job(job, JobSeen::Ended(_)) => assert!(open.remove(job), "a job ends once, after it began"),
            _ => {}
        }
    }
}

/// A planned failover and a failback lose nothing; what a declared plan takes beside them may lose what it does.
fn nothing_is_lost_by_plan(facts: &[Fact]) {
    let mut planned: BTreeMap<JobId, bool> = BTreeMap::new();
    let mut declared: BTreeSet<Id<Plan>> = BTreeSet::new();
    for fact in facts {
        match &fact.seen {
            Seen::Job(job, JobSeen::Began { kind, .. }) => {
                planned.insert(*job, matches!(kind, JobKind::PlannedFailover | JobKind::Failback));
            }
            Seen::Job(job, JobSeen::Ended(_)) => {
                planned.remove(job);
            }
            Seen::Plan(plan, PlanSeen::Declared(_)) => {
                declared.insert(*plan);
            }
            Seen::Plan(plan, PlanSeen::Done) => {
                declared.remove(plan);
            }
            Seen::Vm(vm, VmSeen::PointTaken { lost_bytes, .. }) if planned.values().any(|it| *it) => {
                let others = planned.values().any(|it| !*it) || !declared.is_empty();
                let story =
                    || facts.iter().filter(|it| it.at.0 + 700_000_000 > fact.at.0 && it.at <= fact.at);
                assert!(
                    others || *lost_bytes == 0,
                    "{vm:?} lost {lost_bytes} B in a planned failover: {:#?}",
                    story().collect::<Vec<_>>()
                );
            }
            _ => {}
        }
    }
}

/// The year of a disaster-recovery team, in a day: a drill, a planned failover, back again, an unplanned one.
fn timeline() -> Vec<Operation> {
    let of = Scope::Plan(Id::new(0));
    let one = Scope::Vm(Id::new(0));
    let drill = |of| Act::TestFailover {
        of,
        network: TestNetwork::None,
        point: PointChoice::Latest,
        testing: s(600),
        in_cloud: true,
    };
    let vms = vec![Id::new(1)];
    vec![
        operation(3600, Act::Enable { vms: vec![Id::new(2)] }),
        operation(7_000, migrate(Id::new(1), Id::new(1))),
        operation(7_300, Act::Pause { vms: vms.clone(), on_replica: false }),
        operation(8_300, Act::Resume { vms: vms.clone() }),
        operation(9_000, Act::EditOffline { vm: Id::new(1) }),
        operation(12_000, drill(of)),
        operation(16_000, Act::PlannedFailover { of }),
        operation(20_000, Act::Commit { of }),
        operation(21_000, Act::Reverse { of }),
        operation(24_000, Act::Failback { of }),
        operation(34_000, Act::UnplannedFailover { of: one, synchronize: false, point: PointChoice::Latest }),
        operation(36_000, Act::ChangePoint { of: one, point: PointChoice::NotAfter(at(30_000)) }),
        operation(38_000, Act::Commit { of: one }),
        operation(39_000, Act::Reverse { of: one }),
        operation(45_000, Act::Disable { vms, delete_replica: true }),
    ]
}

fn components(scenario: &Scenario) -> Vec<Component> {
    let hosts = scenario.topology.hosts.ids().map(Component::Host);
    let volumes = scenario.topology.volumes.ids().map(Component::Volume);
    let links = scenario.topology.links.ids().map(Component::Link);
    let vmms = scenario.control_plane.vmms.ids().map(Component::Vmm);
    let vms = scenario.vms.ids().take(2).flat_map(|vm| [Component::Contents(vm), Component::Replication(vm)]);
    let rest = [Component::RecoveryService, Component::People(Id::new(0))];
    hosts.chain(volumes).chain(links).chain(vmms).chain(vms).chain(rest).collect()
}

#[test]
fn every_component_may_fail_at_every_instant_of_an_exercise_and_between() {
    let mut it = estate();
    it.horizon = s(50_000);
    it.operations = timeline();
    let (_, undisturbed) = hold(&it, &outage(vec![]));
    let states =
        undisturbed.iter().filter(|fact| matches!(fact.seen, Seen::Vm(_, VmSeen::State { .. }))).count();
    assert!(states >= 15, "the exercise exercises: {states} changes of state");
    let happenings: Vec<u64> = Vec::from_iter(BTreeSet::from_iter(undisturbed.iter().map(|fact| fact.at.0)));
    let between = happenings.windows(2).map(|pair| pair[0].midpoint(pair[1]));
    let beside = happenings.iter().flat_map(|at| [at.saturating_sub(1), *at, at + 1]);
    let instants: BTreeSet<u64> = between.chain(beside).filter(|at| *at > 0).collect();
    for component in components(&it) {
        for from in &instants {
            for lasts in [Some(900), None] {
                let strike = Strike {
                    component,
                    effect: Effect::Down,
                    from: Time(*from),
                    to: lasts.map(|it| Time(from + s(it).0)),
                    cause: "test".into(),
                };
                hold(&it, &outage(vec![strike]));
            }
        }
    }
}

fn acts() -> impl Strategy<Value = Act> {
    let vm = || (0..4usize).prop_map(Id::new);
    let vms = || proptest::collection::vec((0..4usize).prop_map(Id::new), 1..3);
    let host = || (0..3usize).prop_map(Id::new);
    let of = || prop_oneof![Just(Scope::Plan(Id::new(0))), (0..4usize).prop_map(|vm| Scope::Vm(Id::new(vm)))];
    let point = || {
        prop_oneof![
            Just(PointChoice::Latest),
            Just(PointChoice::LatestAppConsistent),
            Just(PointChoice::Common),
            (0..DAY).prop_map(|seconds| PointChoice::NotAfter(at(seconds)))
        ]
    };
    let network = prop_oneof![
        Just(TestNetwork::None),
        Just(TestNetwork::Created),
        (0..2usize).prop_map(|network| TestNetwork::Existing(Id::new(network)))
    ];
    let relationship = prop_oneof![
        vms().prop_map(|vms| Act::Enable { vms }),
        (vms(), any::<bool>()).prop_map(|(vms, delete_replica)| Act::Disable { vms, delete_replica }),
        vms().prop_map(|vms| Act::StartInitial { vms }),
        vms().prop_map(|vms| Act::StopInitial { vms }),
        (vms(), any::<bool>()).prop_map(|(vms, on_replica)| Act::Pause { vms, on_replica }),
        vms().prop_map(|vms| Act::Resume { vms }),
        vms().prop_map(|vms| Act::Resynchronize { vms }),
        vms().prop_map(|vms| Act::CancelResynchronize { vms }),
        (vms(), 0..2usize).prop_map(|(vms, policy)| Act::SetPolicy { vms, policy: Id::new(policy) }),
        (vm(), host()).prop_map(|(vm, to)| migrate(vm, to)),
        (vm(), any::<bool>(), 1..5u64).prop_map(|(vm, replica_too, size)| Act::Resize {
            vm,
            disk: 0,
            size: Bytes(size * GB),
            replica_too
        }),
        vm().prop_map(|vm| Act::EditOffline { vm }),
        (vm(), any::<bool>()).prop_map(|(vm, out_of_sequence)| Act::BreakReplica { vm, out_of_sequence }),
        (0..2usize).prop_map(|vmm| Act::InstallProvider { vmm: Id::new(vmm), takes: s(600) }),
        proptest::option::of(0..2usize).prop_map(|to| Act::Map { from: Id::new(0), to: to.map(Id::new) }),
        any::<bool>().prop_map(|on| Act::SetQos { qos: Id::new(0), on }),
    ];
    let failover = prop_oneof![
        (of(), network, point(), 0..3000u64, any::<bool>()).prop_map(
            |(of, network, point, testing, in_cloud)| Act::TestFailover {
                of,
                network,
                point,
                testing: s(testing),
                in_cloud
            }
        ),
        of().prop_map(|of| Act::PlannedFailover { of }),
        (of(), any::<bool>(), point()).prop_map(|(of, synchronize, point)| Act::UnplannedFailover {
            of,
            synchronize,
            point
        }),
        of().prop_map(|of| Act::Commit { of }),
        (of(), point()).prop_map(|(of, point)| Act::ChangePoint { of, point }),
        of().prop_map(|of| Act::Cancel { of }),
        of().prop_map(|of| Act::Reverse { of }),
        of().prop_map(|of| Act::Failback { of }),
        Just(Act::RestartPlan { plan: Id::new(0) }),
        (vm(), any::<bool>()).prop_map(|(vm, planned)| Act::FailOverByHand { vm, planned }),
    ];
    prop_oneof![relationship, failover]
}

#[test]
fn operators_and_faults_at_random_keep_to_the_rules() {
    let cases = std::env::var("DRSIM_EXERCISES").ok().and_then(|it| it.parse().ok()).unwrap_or(400);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let design = (
        proptest::collection::vec((0..DAY, acts()), 0..40),
        proptest::collection::vec((any::<usize>(), 1..DAY, proptest::option::of(0..20_000u64)), 0..6),
    );
    runner
        .run(&design, |(acts, strikes)| {
            let mut it = estate();
            it.horizon = s(DAY);
            it.operations = acts.into_iter().map(|(seconds, act)| operation(seconds, act)).collect();
            it.operations.sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
            let components = components(&it);
            let strike = |(which, from, lasts): (usize, u64, Option<u64>)| Strike {
                component: components[which % components.len()],
                effect: Effect::Down,
                from: at(from),
                to: lasts.map(|lasts| at(from + lasts)),
                cause: "test".into(),
            };
            let outage = outage(strikes.into_iter().map(strike).collect());
            let first = hold(&it, &outage);
            assert_eq!(first, hold(&it, &outage), "twice the same");
            Ok(())
        })
        .unwrap();
}
