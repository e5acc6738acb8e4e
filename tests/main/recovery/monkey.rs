//! Anything may break at any instant: no panic, an outcome for every application, and phases that sum to the microsecond.

use std::collections::BTreeSet;

use drsim::facts::Fact;
use drsim::ids::Id;
use drsim::measure::outage::outage_row;
use drsim::measure::results::Outcome;
use drsim::outage::{Component, Outage, Strike};
use drsim::outcome::RunOutcome;
use drsim::outcome::critical_path::critical_path;
use drsim::recovery::ActionKind;
use drsim::scenario::Scenario;
use drsim::sim::{Relations, World};
use drsim::units::Time;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::fleet::*;

fn components() -> Vec<Component> {
    let hosts = (0..3).flat_map(|index| [host(index), Component::Volume(Id::new(index))]);
    let vmms = (0..2).map(|index| Component::Vmm(Id::new(index)));
    hosts.chain(vmms).chain([Component::RecoveryService, Component::People(Id::new(0))]).collect()
}

/// Runs, and holds the run to what is always true.
fn hold(scenario: &Scenario, outage: &Outage, data: &Steady) -> Vec<Fact> {
    let facts = facts(scenario, outage, data.clone());
    let row = outage_row(scenario, outage, &RunOutcome::of(scenario, &facts), HORIZON);
    assert_eq!(row.applications.len(), scenario.recovery.applications.len());
    for app in &row.applications {
        assert_eq!(
            app.rta_from_outage_s.is_some(),
            matches!(app.outcome, Outcome::FailedOver | Outcome::Repaired)
        );
        assert_eq!(
            app.reasons.is_empty(),
            !matches!(app.outcome, Outcome::NotRecovered | Outcome::Unfinished)
                && app.rta_from_outage_s.is_none_or(|it| it <= 3600.0)
                && app.rpa_s.is_none_or(|it| it <= 300.0)
        );
    }
    let run = RunOutcome::of(scenario, &facts);
    for downtime in run.applications.iter().chain(run.vms.iter().map(|vm| &vm.downtimes)).flatten() {
        if let Some(lasted) = downtime.lasted() {
            let path = critical_path(scenario, &run, *downtime);
            assert_eq!(path.iter().map(|it| it.lasted().0).sum::<u64>(), lasted.0);
            assert!(path.windows(2).all(|pair| pair[0].to == pair[1].from));
        }
    }
    facts
}

#[test]
fn any_component_may_fail_at_any_instant_of_a_recovery() {
    let mut it = fleet();
    let (a, b, c) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0), vm(&mut it, "c", 1));
    let db = application(&mut it, "db", &[a], &[]);
    application(&mut it, "web", &[b, c], &[db]);
    let plan = plan(&mut it, &[&[a], &[b, c]]);
    it.recovery.plans[plan].shutdown_timeout = Some(s(180));
    it.recovery.plans[plan].parallel_recoveries = Some(1);
    it.recovery.plans[plan].groups[1].before = vec![action("dns", ActionKind::Script, s(40))];
    it.recovery.plans[plan].groups[1].after = vec![action("look", ActionKind::Manual, s(40))];
    it.topology.mappings[0].keeps_address = false;
    let data = Steady { applying: [(b, s(700))].into(), ..Steady::default() };
    let site = [down(host(0), 0, None), down(host(1), 0, None)];
    for first in [site.to_vec(), [site.to_vec(), vec![down(Component::Vmm(Id::new(1)), 0, None)]].concat()] {
        let undisturbed = hold(&it, &outage(first.clone()), &data);
        // Every instant at which something happens, and the microseconds beside it.
        let instants: BTreeSet<u64> =
            undisturbed.iter().flat_map(|fact| [fact.at.0 - 1, fact.at.0, fact.at.0 + 1]).collect();
        for component in components() {
            for at in &instants {
                for lasts in [None, Some(1), Some(300_000_000), Some(4_000_000_000)] {
                    let second = Strike {
                        from: Time(*at),
                        to: lasts.map(|it| Time(at + it)),
                        ..down(component, 0, None)
                    };
                    hold(&it, &outage([first.clone(), vec![second]].concat()), &data);
                }
            }
        }
    }
}

/// What a random scenario is made of; numbers are reduced to their range where they are used.
type Design =
    (Vec<(u8, bool, u8, u8)>, Vec<(Vec<u8>, u8)>, (u8, u8, bool, u8), Vec<(u8, u16, Option<u16>)>, Vec<u16>);

fn designs() -> impl Strategy<Value = Design> {
    use proptest::collection::vec;
    (
        vec((0..3u8, any::<bool>(), 0..3u8, 0..4u8), 1..7),
        vec((vec(any::<u8>(), 0..4), any::<u8>()), 1..5),
        (0..4u8, 0..4u8, any::<bool>(), any::<u8>()),
        vec((any::<u8>(), 0..3000u16, proptest::option::of(0..4000u16)), 1..7),
        vec(0..5000u16, 0..6),
    )
}

fn build(
    (vms, applications, (operators, at_once, keeps, room), strikes, shifts): &Design,
) -> (Scenario, Outage, Steady) {
    let mut it = fleet();
    let mut data = Steady::default();
    let mut groups = vec![vec![]; 3];
    for (index, (on, protected, group, kind)) in vms.iter().enumerate() {
        let id = vm(&mut it, &format!("v{index}"), usize::from(*on));
        it.vms[id].boot = s(u64::from(*kind) * 40);
        if !protected || *on == 2 {
            it.vms[id].protection = None;
        }
        groups[usize::from(*group)].push(id);
        match kind {
            1 => drop(data.applying.insert(id, s(u64::from(*group) * 300))),
            2 if *group == 0 => drop(data.pointless.insert(id)),
            _ => {}
        }
    }
    for (index, (members, needs)) in applications.iter().enumerate() {
        let members: Vec<_> = members.iter().map(|it| Id::new(usize::from(*it) % vms.len())).collect();
        let needs: Vec<_> = (0..index).filter(|bit| needs >> bit & 1 == 1).map(Id::new).collect();
        application(&mut it, &format!("app{index}"), &members, &needs);
    }
    let groups: Vec<&[Id<_>]> = groups.iter().map(Vec::as_slice).collect();
    let id = plan(&mut it, &groups);
    plan(&mut it, &groups[..1]);
    let plan = &mut it.recovery.plans[id];
    plan.parallel_recoveries = at_once.checked_sub(1).map(u32::from);
    plan.groups[1].before = vec![action("dns", ActionKind::Script, s(u64::from(*room) * 4))];
    plan.groups[0].after = vec![action("look", ActionKind::Manual, s(u64::from(*room)))];
    plan.shutdown_timeout = keeps.then(|| s(60));
    it.recovery.people[Id::new(0)].operators = u32::from(*operators);
    it.topology.mappings[0].keeps_address = *keeps;
    it.topology.networks[Id::new(1)].pool = (room % 4 != 3).then_some(u32::from(room % 4));
    it.topology.hosts[Id::new(2)].cores = u32::from(*room);
    if room % 8 == 7 {
        it.topology.mappings.clear();
    }
    let edges: Vec<u16> = BTreeSet::from_iter(shifts.iter().copied()).into_iter().collect();
    let shift = |pair: &[u16]| (FAULT.plus(s(pair[0].into())), FAULT.plus(s(pair[1].into())));
    it.recovery.people[Id::new(0)].on_duty =
        (edges.len() > 1).then(|| edges.chunks_exact(2).map(shift).collect());
    let components = components();
    let strike = |(which, from, lasts): &(u8, u16, Option<u16>)| {
        down(components[usize::from(*which) % components.len()], u64::from(*from), lasts.map(u64::from))
    };
    (it, outage(strikes.iter().map(strike).collect()), data)
}

#[test]
fn random_scenarios_end_in_outcomes_and_their_phases_sum() {
    let config = Config { cases: 3000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(&designs(), |design| {
            let (scenario, outage, data) = build(&design);
            hold(&scenario, &outage, &data);
            Ok(())
        })
        .unwrap();
}

#[test]
fn random_scenarios_reach_every_outcome_and_phase() {
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let seen = std::cell::RefCell::new(BTreeSet::new());
    runner
        .run(&designs(), |design| {
            let (scenario, outage, data) = build(&design);
            let row = outage_row(
                &scenario,
                &outage,
                &RunOutcome::of(&scenario, &facts(&scenario, &outage, data)),
                HORIZON,
            );
            let outcomes = row.applications.iter().map(|it| format!("{:?}", it.outcome));
            let phases = row.applications.iter().flat_map(|it| &it.phases).map(|it| it.phase.to_string());
            let states = row.vms.iter().map(|it| it.state.to_string());
            seen.borrow_mut().extend(outcomes.chain(phases).chain(states));
            Ok(())
        })
        .unwrap();
    let missing: Vec<&str> = [
        "NotHit",
        "FailedOver",
        "Repaired",
        "NotRecovered",
        "Unfinished",
        "in service",
        "did not start",
        "no recovery point",
        "down",
        "in service after repair",
        "running",
        "running, isolated",
        "detection",
        "decision",
        "orchestration",
        "shutdown attempt",
        "failover",
        "earlier groups",
        "actions",
        "boot",
        "network",
        "dependencies",
        "readiness",
        "validation",
        "waiting for people",
        "manual work",
        "repair",
        "second fault",
    ]
    .into_iter()
    .filter(|word| !seen.borrow().contains(*word))
    .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn a_clone_goes_on_as_the_original_would() {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0));
    application(&mut it, "app", &[a, b], &[]);
    plan(&mut it, &[&[a], &[b]]);
    let outage = outage(vec![down(host(0), 0, None), down(host(2), 500, Some(100))]);
    let straight = facts(&it, &outage, Steady::default());
    let relations = Relations::of(&it);
    let mut world = World::new(&it, &relations, Steady::default()).struck_by(&outage);
    for seconds in [0, 100, 450, 460, 2000] {
        world.run(FAULT.plus(s(seconds)));
        let mut fork = world.clone();
        fork.run(HORIZON);
        assert_eq!(fork.finish().1, straight);
    }
}

#[test]
fn an_unrelated_vm_changes_nothing_for_the_others() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    plan(&mut it, &[&[a]]);
    let strikes = || vec![down(host(0), 0, None), down(host(2), 500, Some(100))];
    let alone = run(&it, strikes());
    let z = vm(&mut it, "z", 1);
    application(&mut it, "zoo", &[z], &[]);
    plan(&mut it, &[&[z]]);
    let joined = run(&it, strikes());
    assert_eq!((app(&alone, "app"), &alone.vms), (app(&joined, "app"), &joined.vms));
    assert_eq!((&alone.steps, app(&joined, "zoo").outcome), (&joined.steps, Outcome::NotHit));
}

#[test]
fn thousands_of_vms_are_no_trouble() {
    let mut it = fleet();
    let mut rows: Vec<_> = Vec::new();
    let model = vm(&mut it, "v", 0);
    rows.resize(4000, it.vms[model].clone());
    it.vms = drsim::ids::Table::new(rows);
    it.topology.hosts[Id::new(2)].cores = 20_000;
    it.topology.hosts[Id::new(2)].memory = drsim::units::Bytes(40_000 * GB);
    let vms: Vec<_> = it.vms.ids().collect();
    application(&mut it, "app", &vms, &[]);
    plan(&mut it, &[&vms[..2000], &vms[2000..]]);
    for (strikes, rta) in [
        (vec![down(host(0), 0, None)], 845.0),
        (vec![down(host(0), 0, Some(60))], 330.0),
        // 420 + 600 + 5 + 2 × (2000 × 4 s + 120 boot) + 60 + 90
        (vec![down(host(0), 0, None), down(Component::RecoveryService, 0, None)], 17_415.0),
    ] {
        it.recovery.people[Id::new(0)].manual_per_vm = s(4);
        assert_eq!(app(&run(&it, strikes), "app").rta_from_outage_s, Some(rta));
    }
}
