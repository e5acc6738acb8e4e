//! Recovery points that cannot be taken: an undo log or snapshot is damaged, a disk was shrunk (facts 2.11, 2.13).
#![allow(clippy::wildcard_enum_match_arm, reason = "a test picks out the facts that it is about")]

use drsim::measure::results::VmEnd;
use std::collections::BTreeMap;

use drsim::assess::{Options, assess};
use drsim::data_plane::{Notice, Point};
use drsim::facts::{Seen, VmSeen};
use drsim::ids::Id;
use drsim::measure::results::Results;
use drsim::operations::{Act, Scope};
use drsim::outage::{Component, Effect, Strike};
use drsim::protection::Resync;
use drsim::recovery::PointChoice;
use drsim::scenario::Scenario;
use drsim::topology::OsVersion;
use drsim::units::{Bytes, Time};
use drsim::workload::Vm;

use crate::fleet::{Steady, down, host, operate, s};
use crate::operations::failovers::{pair, seen};
use crate::scripted::{Scripted, estate, operation, play};

/// Points of 900, 700, 500 and 300 s; the newest but one is app-consistent.
fn kept(vm: Id<Vm>) -> Steady {
    let point = |cut: u64| Point { cut: Time(cut * 1_000_000), app_consistent: cut == 700, undo: Bytes(0) };
    Steady { kept: [(vm, [900, 700, 500, 300].map(point).to_vec())].into(), ..Steady::default() }
}

/// A point of `vm` at least `age` seconds old is damaged `from` seconds after the start, for as long as given.
fn damaged(vm: Id<Vm>, age: u64, from: u64, lasts: Option<u64>) -> Strike {
    let from = Time(from * 1_000_000);
    let effect = Effect::Damaged(s(age));
    Strike {
        effect,
        from,
        to: lasts.map(|lasts| from.plus(s(lasts))),
        ..down(Component::RecoveryPoints(vm), 0, None)
    }
}

/// Cuts of the points taken, seconds.
fn taken(it: &Scenario, strikes: Vec<Strike>, vm: Id<Vm>) -> Vec<u64> {
    let one = |fact: &drsim::facts::Fact| match fact.seen {
        Seen::Vm(of, VmSeen::PointTaken { cut, .. }) if of == vm => Some(cut.0 / 1_000_000),
        _ => None,
    };
    seen(it, strikes, kept(vm)).iter().filter_map(one).collect()
}

#[test]
fn a_damaged_undo_log_blocks_its_point_and_older_ones_and_a_damaged_snapshot_newer_ones() {
    let (mut it, [a, _], plan) = pair();
    let lost = || down(host(0), 0, None);
    // At 950 s the point of 500 s is the newest that is at least 300 s old. The outage follows at 1000 s.
    let hit = || vec![damaged(a, 300, 950, None), lost()];
    let asked = |it: &mut Scenario, choice, strikes| {
        it.recovery.plans[plan].conduct.point = choice;
        taken(it, strikes, a)
    };
    let not_after = |at: u64| PointChoice::NotAfter(Time(at * 1_000_000));
    assert_eq!(asked(&mut it, not_after(600), vec![lost()]), [500]);
    assert_eq!(asked(&mut it, PointChoice::Latest, hit()), [900]);
    assert_eq!(asked(&mut it, PointChoice::LatestAppConsistent, hit()), [700]);
    assert_eq!(asked(&mut it, not_after(600), hit()), [0; 0], "neither that of 500 s nor that of 300 s");
    // The newest is in the disks themselves: however young the damage, it stays.
    assert_eq!(
        asked(&mut it, PointChoice::LatestAppConsistent, vec![damaged(a, 0, 950, None), lost()]),
        [900]
    );
    // Restored before it is asked for.
    assert_eq!(asked(&mut it, not_after(600), vec![damaged(a, 300, 950, Some(100)), lost()]), [500]);
    it.topology.hosts[Id::new(2)].hyper_v.os = OsVersion::Ws2012;
    assert_eq!(asked(&mut it, PointChoice::Latest, hit()), [300]);
    assert_eq!(asked(&mut it, not_after(600), hit()), [300]);
    // Two that overlap: when the later one ends, the earlier still holds.
    let two = vec![damaged(a, 300, 950, None), damaged(a, 600, 960, Some(10)), lost()];
    assert_eq!(asked(&mut it, PointChoice::Latest, two), [300]);
}

#[test]
fn a_damaged_point_cannot_be_changed_to_before_the_commit() {
    let (mut it, [a, _], _) = pair();
    let change = |point| Act::ChangePoint { of: Scope::Vm(a), point };
    operate(&mut it, 3000, change(PointChoice::NotAfter(Time(700_000_000))));
    operate(&mut it, 4000, change(PointChoice::NotAfter(Time(500_000_000))));
    let lost = || down(host(0), 0, None);
    assert_eq!(taken(&it, vec![lost()], a), [900, 700, 500]);
    assert_eq!(taken(&it, vec![lost(), damaged(a, 3000, 3500, None)], a), [900, 700]);
}

#[test]
fn points_from_before_a_disk_was_shrunk_cannot_be_taken() {
    let (mut it, [a, _], plan) = pair();
    let size = Bytes(it.vms[a].disks[0].size.0 - 1);
    operate(&mut it, 600, Act::Resize { vm: a, disk: 0, size, replica_too: true });
    it.recovery.plans[plan].conduct.point = PointChoice::NotAfter(Time(600_000_000));
    assert_eq!(taken(&it, vec![down(host(0), 0, None)], a), [0; 0]);
    it.recovery.plans[plan].conduct.point = PointChoice::NotAfter(Time(700_000_000));
    assert_eq!(taken(&it, vec![down(host(0), 0, None)], a), [700]);
}

/// A copy leaves no point from before it, whatever was damaged.
#[test]
fn a_completed_copy_ends_the_damage() {
    let mut it = estate(Resync::Immediate);
    let web = crate::fleet::vm(&mut it, "web", 0);
    let replica = it.vms[web].protection.as_ref().unwrap().replica_host;
    it.topology.hosts[replica].hyper_v.os = OsVersion::Ws2012;
    operation(
        &mut it,
        6000,
        Act::UnplannedFailover { of: Scope::Vm(web), synchronize: false, point: PointChoice::Latest },
    );
    let cuts = |tells: bool| {
        let points = [(web, vec![Time(2_000_000_000), Time(1_000_000_000)])].into();
        let mut data = Scripted { points, ..Scripted::default() };
        if tells {
            data = data.tells(2600, Notice::ResyncRequired(web, drsim::data_plane::Trigger::OutOfSequence));
        }
        let strikes = vec![damaged(web, 0, 2500, None), down(host(0), 4000, None)];
        let (_, facts) = play(&it, strikes, data);
        let one = |fact: &drsim::facts::Fact| match fact.seen {
            Seen::Vm(_, VmSeen::PointTaken { cut, .. }) => Some(cut.0 / 1_000_000),
            _ => None,
        };
        facts.iter().filter_map(one).collect::<Vec<_>>()
    };
    assert_eq!(cuts(false), [0; 0]);
    assert_eq!(cuts(true), [2000]);
}

const TEXT: &str = include_str!("../../../scenarios/tutorial.ron");

/// The tutorial, whose HQ is lost on Tuesday at 14:05, with a plan that asks for points not after `asked`, and damage at 14:00.
fn run(asked: &str, fault: &str) -> Results {
    let hit = "faults: [(site: \"hq\", at: \"Tue 14:05\")";
    assert_eq!(TEXT.matches(hit).count(), 1);
    let plan = "people: \"operations\", shutdown_timeout";
    let text =
        TEXT.replace(hit, &format!("{hit}, {fault}")).replace(plan, &format!("point: \"{asked}\", {plan}"));
    let files = BTreeMap::from([("main.ron".to_owned(), text.into_bytes())]);
    let parsed = Scenario::parse(&files, "main.ron");
    let scenario = parsed.unwrap_or_else(|problems| panic!("{}", problems.render(false))).0;
    assess(&scenario, &Options { threads: 1, progress: &|_| {} }).unwrap().0
}

#[test]
fn the_report_says_which_points_are_lost_and_the_plan_takes_what_is_left() {
    let fault = |age: &str| format!("(recovery_points: \"dc\", at: \"Tue 14:00\", older_than: \"{age}\")");
    let told = |asked: &str, age: &str| {
        let results = run(asked, &fault(age));
        let outage = results.outages.into_iter().find(|outage| outage.name == "site-only").unwrap();
        let incidents: Vec<String> = outage.operations.incidents.into_iter().map(|it| it.what).collect();
        let identity = outage.applications.into_iter().find(|row| row.name == "identity").unwrap();
        let dc = outage.vms.into_iter().find(|row| row.name == "dc").unwrap();
        (incidents, identity.rta_from_outage_s.is_some(), dc.state)
    };
    let (incidents, is_back, status) = told("Tue 13:30", "1h");
    // One each hour, and the newest is of 13 o'clock: those of 12, 11, 10 and 9 o'clock are an hour old.
    let [incident] = &incidents[..] else { panic!("{incidents:?}") };
    assert!(incident.starts_with("the recovery point of 2026-03-03T12:5"), "{incident}");
    assert!(incident.ends_with(" is damaged: 4 can no longer be taken"), "{incident}");
    assert_eq!((is_back, status), (false, VmEnd::NoRecoveryPoint));
    assert!(told("Tue 13:59", "1h").1, "that of 13 o'clock is newer");
    assert!(told("Tue 13:30", "2h").1, "so is that of 12 o'clock now");
    let (incidents, is_back, _) = told("Tue 13:30", "9h");
    assert_eq!((incidents, is_back), (vec!["damage to older recovery points met none".to_owned()], true));
}
