//! A site lost for good, worked out in the obvious way, one number after another, against the simulation.

use drsim::ids::Id;
use drsim::recovery::{ActionKind, Application};
use drsim::scenario::Scenario;
use drsim::workload::Vm;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::fleet::*;

/// When each of `lengths`, in order, is done if at most `at_once` run from `start` on.
fn in_turn(start: u64, lengths: &[u64], at_once: Option<u32>) -> Vec<u64> {
    let lanes = at_once.map_or(lengths.len().max(1), |it| it as usize);
    let mut free = vec![start; lanes];
    let mut done = Vec::new();
    for length in lengths {
        let lane = (0..lanes).min_by_key(|lane| free[*lane]).expect("there is a lane");
        free[lane] += length;
        done.push(free[lane]);
    }
    done
}

/// RTA of each application in seconds, by hand or by Site Recovery, for [`design`]'s fleets.
fn worked_out(it: &Scenario, by_hand: bool) -> Vec<f64> {
    let (plan, people) = (&it.recovery.plans[Id::new(0)], &it.recovery.people[Id::new(0)]);
    let seconds = |span: drsim::units::Span| span.0 / 1_000_000;
    let begun = seconds(people.detection) + seconds(people.decision);
    let begun = begun + seconds(if by_hand { people.manual_start } else { it.control_plane.job_latency });
    let begun = begun + plan.shutdown_timeout.filter(|_| !by_hand).map_or(0, seconds);
    let failovers = vec![seconds(plan.fail_over); it.vms.len()];
    let mut now = in_turn(begun, &failovers, plan.parallel_recoveries).into_iter().max().unwrap_or(begun);
    let mut running = vec![0; it.vms.len()];
    for group in &plan.groups {
        now += group.before.iter().map(|it| seconds(it.takes)).sum::<u64>();
        let boots: Vec<u64> = group.vms.iter().map(|vm| seconds(it.vms[*vm].boot)).collect();
        let ends = if by_hand {
            let hands =
                in_turn(now, &vec![seconds(people.manual_per_vm); boots.len()], Some(people.operators));
            hands.iter().zip(&boots).map(|(hand, boot)| hand + boot).collect()
        } else {
            in_turn(now, &boots, plan.parallel_recoveries)
        };
        for (vm, end) in group.vms.iter().zip(&ends) {
            running[vm.index()] = *end;
        }
        now = ends.into_iter().max().unwrap_or(now);
        now += group.after.iter().map(|it| seconds(it.takes)).sum::<u64>();
    }
    // Applications only depend on earlier ones, and no VM stands in two.
    let mut up: Vec<u64> = Vec::new();
    for application in it.recovery.applications.iter() {
        let needs = application.depends_on.iter().map(|id| up[id.index()]).max().unwrap_or(0);
        let lives = if it.topology.mappings[0].keeps_address { 0 } else { 1200 };
        let serves = |vm: &Id<Vm>| {
            let (vm, running) = (&it.vms[*vm], running[vm.index()]);
            let found = running - seconds(vm.boot) + lives;
            found.max(running.max(needs) + seconds(vm.readiness))
        };
        let ready = application.vms.iter().map(serves).max();
        up.push(ready.unwrap_or(0).max(needs) + seconds(application.validation));
    }
    up.into_iter().map(|it| f64::from(u32::try_from(it).expect("within 136 years"))).collect()
}

type Design = (Vec<(u16, u16, u8)>, Vec<u8>, (u8, u8, bool, bool, u8));

fn design((vms, needs, (at_once, operators, keeps, shuts, takes)): &Design, by_hand: bool) -> Scenario {
    let mut it = fleet();
    let mut groups = vec![vec![]; 3];
    let mut members = vec![vec![]; needs.len()];
    for (index, (boot, readiness, place)) in vms.iter().enumerate() {
        let id = vm(&mut it, &format!("v{index}"), 0);
        (it.vms[id].boot, it.vms[id].readiness) = (s(u64::from(*boot)), s(u64::from(*readiness)));
        groups[usize::from(place % 3)].push(id);
        members[usize::from(place / 3) % needs.len()].push(id);
    }
    for (index, (bits, members)) in
        needs.iter().zip(&members).enumerate().filter(|(_, (_, it))| !it.is_empty())
    {
        let earlier = it.recovery.applications.len();
        let needs: Vec<Id<Application>> =
            (0..earlier).filter(|bit| bits >> bit & 1 == 1).map(Id::new).collect();
        application(&mut it, &format!("app{index}"), members, &needs);
    }
    let groups: Vec<&[Id<Vm>]> = groups.iter().map(Vec::as_slice).collect();
    let id = plan(&mut it, &groups);
    let plan = &mut it.recovery.plans[id];
    // By hand the start slots would bind as well as the operators.
    plan.parallel_recoveries = (*at_once > 0 && !by_hand).then_some(u32::from(*at_once));
    plan.shutdown_timeout = shuts.then(|| s(77));
    plan.groups[1].before = vec![action("one", ActionKind::Script, s(u64::from(*takes)))];
    plan.groups[0].after =
        vec![action("two", ActionKind::Manual, s(5)), action("three", ActionKind::Script, s(6))];
    it.recovery.people[Id::new(0)].operators = u32::from(*operators);
    it.topology.mappings[0].keeps_address = *keeps;
    it
}

fn designs() -> impl Strategy<Value = Design> {
    use proptest::collection::vec;
    (
        vec((0..900u16, 0..900u16, any::<u8>()), 1..10),
        vec(any::<u8>(), 1..5),
        (0..4u8, 1..4u8, any::<bool>(), any::<bool>(), any::<u8>()),
    )
}

fn runner() -> TestRunner {
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn a_longer_outage_of_a_host_never_lowers_downtime_before_the_declaration() {
    let lengths = (1..420u64, 1..420u64);
    runner()
        .run(&(designs(), lengths), |(parts, (one, other))| {
            let it = design(&parts, false);
            let rta = |lasts| {
                let row = run(&it, vec![down(host(0), 0, Some(lasts))]);
                row.applications.iter().map(|it| it.rta_from_outage_s).collect::<Vec<_>>()
            };
            let (shorter, longer) = (rta(one.min(other)), rta(one.max(other)));
            prop_assert!(
                shorter.iter().zip(&longer).all(|(shorter, longer)| shorter.is_some() && shorter <= longer)
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_obvious_calculation_agrees() {
    runner()
        .run(&(designs(), any::<bool>()), |(parts, by_hand)| {
            let it = design(&parts, by_hand);
            let mut strikes = vec![down(host(0), 0, None)];
            strikes.extend(by_hand.then(|| down(drsim::outage::Component::RecoveryService, 0, None)));
            let row = run(&it, strikes);
            let actual: Vec<f64> = row.applications.iter().map(|it| it.rta_from_outage_s.unwrap()).collect();
            prop_assert_eq!(actual, worked_out(&it, by_hand));
            Ok(())
        })
        .unwrap();
}
