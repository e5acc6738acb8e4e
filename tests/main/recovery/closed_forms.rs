//! Recovery, by closed forms: what a plan takes, in which order, and what it saves. Figures are summed by hand in comments.

use drsim::facts::{Phase, StrikeSeen};
use drsim::measure::results::VmEnd;
use std::collections::BTreeSet;

use drsim::facts::Seen;
use drsim::measure::results::{Outcome, Status};
use drsim::outage::{Component, Effect, Strike};
use drsim::recovery::ActionKind;
use drsim::topology::{Link, Node};
use drsim::units::{Rate, Ratio, Time};

use crate::fleet::*;

#[test]
fn a_simple_failover_sums_its_phases() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    plan(&mut it, &[&[a]]);
    let row = run(&it, vec![down(host(0), 0, None)]);
    let app = app(&row, "app");
    // 120 detection + 300 decision + 30 job + 5 failover + 120 boot + 0 network (address kept) + 60 readiness + 90 validation = 725
    assert_eq!(
        phases(app),
        [
            ("detection", "plan plan-0", 120.0),
            ("decision", "plan plan-0", 300.0),
            ("orchestration", "plan plan-0", 30.0),
            ("failover", "VM a", 5.0),
            ("boot", "VM a", 120.0),
            ("readiness", "VM a", 60.0),
            ("validation", "application app", 90.0),
        ]
    );
    assert_eq!(app.rta_from_outage_s, Some(725.0));
    assert_eq!(app.rta_from_declaration_s, Some(305.0));
    assert_eq!((app.outcome, app.status), (Outcome::FailedOver, Status::Met));
    // The point was 200 s old when the VM stopped; one byte a microsecond is gone.
    assert_eq!((app.rpa_s, app.lost_bytes, row.lost_bytes), (Some(200.0), 200_000_000, 200_000_000));
    assert_eq!(row.at, "2016-05-26T00:16:40+00:00");
    assert_eq!(vm_row(&row, "a").point_at.as_deref(), Some("2016-05-26T00:13:20+00:00"));
    assert_eq!(vm_row(&row, "a").state, VmEnd::InService);
    assert_eq!(vm_row(&row, "a").rta_from_outage_s, Some(635.0));
    assert_eq!((row.declarations[0].path.words(), row.declarations[0].at_s), ("Site Recovery", 420.0));
    assert!(row.steps.iter().all(|step| step.critical));
    assert_eq!(row.steps.len(), 7);
}

#[test]
fn equal_recoveries_in_parallel_take_n_over_k_rounds() {
    let mut it = fleet();
    let vms: Vec<_> = (0..7).map(|n| vm(&mut it, &format!("v{n}"), 0)).collect();
    application(&mut it, "app", &vms, &[]);
    plan(&mut it, &[&vms]);
    for (at_once, rounds) in [(1, 7), (2, 4), (3, 3), (7, 1), (100, 1)] {
        let plan = drsim::ids::Id::new(0);
        it.recovery.plans[plan].parallel_recoveries = Some(at_once);
        let row = run(&it, vec![down(host(0), 0, None)]);
        // 450 up to the job, ⌈7/k⌉ × 5 failover, ⌈7/k⌉ × 120 boot, 60 readiness, 90 validation
        let expected = 450.0 + f64::from(rounds) * 125.0 + 150.0;
        assert_eq!(app(&row, "app").rta_from_outage_s, Some(expected), "{at_once} at once");
    }
}

#[test]
fn groups_boot_in_order_after_all_data_is_failed_over() {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0));
    application(&mut it, "first", &[a], &[]);
    application(&mut it, "second", &[b], &[]);
    let plan = plan(&mut it, &[&[a], &[b]]);
    it.recovery.plans[plan].groups[1].before = vec![action("dns", ActionKind::Script, s(40))];
    it.recovery.plans[plan].groups[0].after = vec![action("look", ActionKind::Manual, s(50))];
    it.recovery.plans[plan].shutdown_timeout = Some(s(180));
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!(app(&row, "first").rta_from_outage_s, Some(725.0 + 180.0));
    let second = app(&row, "second");
    assert_eq!(
        phases(second),
        [
            ("detection", "plan plan-0", 120.0),
            ("decision", "plan plan-0", 300.0),
            ("orchestration", "plan plan-0", 30.0),
            ("shutdown attempt", "plan plan-0", 180.0),
            ("failover", "VM a", 5.0),
            ("earlier groups", "VM a", 120.0),
            ("actions", "action look of plan plan-0", 50.0),
            ("actions", "action dns of plan plan-0", 40.0),
            ("boot", "VM b", 120.0),
            ("readiness", "VM b", 60.0),
            ("validation", "application second", 90.0),
        ]
    );
    assert_eq!(second.rta_from_outage_s, Some(1115.0));
}

#[test]
fn a_script_past_its_limit_costs_ten_minutes_and_the_plan_goes_on() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    let plan = plan(&mut it, &[&[a]]);
    for (takes, spent, failed) in [(600, 600.0, false), (601, 600.0, true)] {
        it.recovery.plans[plan].groups[0].before = vec![action("dns", ActionKind::Script, s(takes))];
        let row = run(&it, vec![down(host(0), 0, None)]);
        assert_eq!(app(&row, "app").rta_from_outage_s, Some(725.0 + spent));
        let bar = row.steps.iter().find(|step| step.phase == Phase::Actions).unwrap();
        assert_eq!(bar.on.ends_with(", failed"), failed);
    }
}

#[test]
fn a_repair_cancels_up_to_the_instant_of_the_declaration() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    plan(&mut it, &[&[a]]);
    for lasts in [1, 60, 120, 419, 420] {
        let row = run(&it, vec![down(host(0), 0, Some(lasts))]);
        let app = app(&row, "app");
        // repair + 120 boot + 60 readiness + 90 validation; at 420 s the repair comes before the people of the same instant
        let lasts = f64::from(u32::try_from(lasts).unwrap());
        assert_eq!(app.rta_from_outage_s, Some(lasts + 270.0));
        assert_eq!(phases(app)[0], ("repair", "VM a", lasts));
        assert_eq!((app.outcome, app.rpa_s, app.rta_from_declaration_s), (Outcome::Repaired, None, None));
        assert!(row.declarations.is_empty());
        assert_eq!(vm_row(&row, "a").state, VmEnd::Repaired);
    }
    let mut strike = down(host(0), 0, Some(420));
    strike.to = strike.to.map(|to| Time(to.0 + 1));
    let row = run(&it, vec![strike]);
    assert_eq!(app(&row, "app").outcome, Outcome::FailedOver);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(725.0));
}

#[test]
fn a_longer_outage_never_lowers_downtime_before_the_declaration() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    plan(&mut it, &[&[a]]);
    let rta = |lasts| app(&run(&it, vec![down(host(0), 0, Some(lasts))]), "app").rta_from_outage_s;
    let downtimes: Vec<_> = (1..=470).map(rta).collect();
    assert!(downtimes.windows(2).all(|pair| pair[0] <= pair[1]));
}

#[test]
fn received_logs_are_applied_before_the_point_is_taken() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    plan(&mut it, &[&[a]]);
    // Applied 500 s after the stop: the failover begins at 450 s, so it takes 50 + 5 s, and the point is 100 s old.
    let data = Steady { applying: [(a, s(500))].into(), ..Steady::default() };
    let row = run_with(&it, vec![down(host(0), 0, None)], data);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(775.0));
    assert_eq!(app(&row, "app").rpa_s, Some(100.0));
    assert!(phases(app(&row, "app")).contains(&("failover", "VM a", 55.0)));
    // Applied long before: no wait.
    let data = Steady { applying: [(a, s(10))].into(), ..Steady::default() };
    assert_eq!(app(&run_with(&it, vec![down(host(0), 0, None)], data), "app").rta_from_outage_s, Some(725.0));
}

#[test]
fn without_a_point_the_vm_stays_with_its_source_and_the_plan_goes_on() {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0));
    application(&mut it, "app-a", &[a], &[]);
    application(&mut it, "app-b", &[b], &[]);
    plan(&mut it, &[&[a, b]]);
    let data = Steady { pointless: BTreeSet::from([a]), ..Steady::default() };
    let row = run_with(&it, vec![down(host(0), 0, None)], data.clone());
    assert_eq!(vm_row(&row, "a").state, VmEnd::NoRecoveryPoint);
    assert_eq!((app(&row, "app-a").outcome, app(&row, "app-a").rpa_s), (Outcome::NotRecovered, None));
    assert_eq!(
        app(&row, "app-a").reasons,
        ["VM a: no recovery point: no complete copy of it was at the recovery site"]
    );
    assert_eq!(app(&row, "app-b").rta_from_outage_s, Some(725.0));
    assert_eq!(row.declarations.len(), 1, "what was given up alarms nobody again");
    // Its source comes back after 2000 s: + 120 + 60 + 90.
    let row = run_with(&it, vec![down(host(0), 0, Some(2000))], data);
    assert_eq!(app(&row, "app-a").rta_from_outage_s, Some(2270.0));
    assert_eq!(vm_row(&row, "a").state, VmEnd::Repaired);
}

#[test]
fn applications_wait_for_what_they_depend_on() {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0));
    let db = application(&mut it, "db", &[a], &[]);
    application(&mut it, "web", &[b], &[db]);
    plan(&mut it, &[&[a, b]]);
    let row = run(&it, vec![down(host(0), 0, None)]);
    // db 725; b runs at 575, waits 150, then 60 readiness + 90 validation: 875
    assert_eq!(app(&row, "db").rta_from_outage_s, Some(725.0));
    assert_eq!(app(&row, "web").rta_from_outage_s, Some(875.0));
    assert!(phases(app(&row, "web")).contains(&("dependencies", "VM b", 150.0)));
    assert!(row.steps.iter().all(|step| step.critical), "the wait leads to what it waited for");
    // Only db's host dies: web falls with it, its VM keeps running; 725 + 90 validation.
    it.vms[b].host = drsim::ids::Id::new(1);
    it.vms[b].disks[0].volume = drsim::ids::Id::new(1);
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!(
        phases(app(&row, "web")),
        [("dependencies", "application web", 725.0), ("validation", "application web", 90.0)]
    );
    assert_eq!(app(&row, "web").outcome, Outcome::FailedOver);
    assert_eq!(vm_row(&row, "b").state, VmEnd::Running);
    assert!(vm_row(&row, "b").reason.as_ref().unwrap().contains("left where it was"));
}

#[test]
fn overlapping_strikes_hold_a_component_until_the_last_is_repaired() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    // No plan: repair only. Held 0–100 and 50–300, and touching 300–400: one downtime of 400 + 270.
    let strikes =
        vec![down(host(0), 0, Some(100)), down(host(0), 50, Some(250)), down(host(0), 300, Some(100))];
    let row = run(&it, strikes);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(670.0));
    assert_eq!(phases(app(&row, "app"))[0], ("repair", "VM a", 400.0));
    // A host and its volume: both must be back.
    let volume = Component::Volume(drsim::ids::Id::new(0));
    let row = run(&it, vec![down(host(0), 0, Some(100)), down(volume, 0, Some(500))]);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(770.0));
    // Struck again while it boots: what had been done is lost, 150 + 100 + 270, and the boot is on the path.
    let row = run(&it, vec![down(host(0), 0, Some(100)), down(host(0), 150, Some(100))]);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(520.0));
    assert_eq!(phases(app(&row, "app"))[1], ("boot", "VM a", 50.0));
    // A strike without length never happened.
    assert_eq!(app(&run(&it, vec![down(host(0), 0, Some(0))]), "app").outcome, Outcome::NotHit);
}

#[test]
fn the_lowest_share_of_a_link_holds_and_down_wins() {
    let mut it = fleet();
    for name in ["hq", "dr"] {
        push(&mut it.topology.nodes, Node { name: name.into(), site: None });
    }
    let link = Link {
        name: "wan".into(),
        from: drsim::ids::Id::new(0),
        to: drsim::ids::Id::new(1),
        domains: vec![],
        rate: [Rate(1), Rate(1)],
        latency: s(0),
        efficiency: Ratio::ONE,
        throttle: [vec![], vec![]],
    };
    let wan = Component::Link(push(&mut it.topology.links, link));
    let degraded = |parts, from, lasts| Strike {
        effect: Effect::Degraded(Ratio(parts)),
        ..down(wan, from, Some(lasts))
    };
    let strikes = vec![degraded(500_000, 0, 100), degraded(200_000, 10, 40), down(wan, 20, Some(10))];
    let (data, _) = drsim::sim::run(&it, &outage(strikes), Steady::default(), HORIZON);
    let share = |parts| Some(Ratio(parts));
    assert_eq!(
        data.links,
        [share(500_000), share(200_000), None, share(200_000), share(500_000), share(1_000_000)]
    );
}

#[test]
fn a_second_fault_at_the_recovery_host() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    plan(&mut it, &[&[a]]);
    // Lost while it boots (455–575), back at 1000: boots again there, 120 + 60 + 90.
    let row = run(&it, vec![down(host(0), 0, None), down(host(2), 500, Some(500))]);
    let hit = app(&row, "app");
    assert_eq!((hit.rta_from_outage_s, hit.outcome), (Some(1270.0), Outcome::FailedOver));
    assert_eq!(phases(hit)[4..6], [("boot", "VM a", 45.0), ("repair", "VM a", 500.0)]);
    // Lost in service: a second downtime; the longer of the two is reported.
    let row = run(&it, vec![down(host(0), 0, None), down(host(2), 5000, Some(100))]);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(725.0));
    let row = run(&it, vec![down(host(0), 0, None), down(host(2), 5000, None)]);
    assert_eq!(app(&row, "app").outcome, Outcome::NotRecovered);
    assert_eq!((vm_row(&row, "a").state.words(), app(&row, "app").rpa_s), ("down", Some(200.0)));
    // Down when the data step is due: the plan goes on, and it is tried again when the replica comes back at 540: 540 + 5 + 120 + 60 + 90.
    let row = run(&it, vec![down(host(0), 0, None), down(host(2), 440, Some(100))]);
    assert_eq!(vm_row(&row, "a").state, VmEnd::InService);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(815.0));
    // It does not come back.
    let row = run(&it, vec![down(host(0), 0, None), down(host(2), 440, None)]);
    assert_eq!(vm_row(&row, "a").state, VmEnd::DidNotStart);
    assert_eq!(vm_row(&row, "a").reason.as_deref(), Some("replica host r1 was down"));
    assert_eq!(app(&row, "app").outcome, Outcome::NotRecovered);
}

#[test]
fn a_later_fault_that_outlasts_the_first_is_named() {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 1));
    application(&mut it, "app", &[a, b], &[]);
    plan(&mut it, &[&[a]]);
    it.vms[b].protection = None;
    // a is back at 635; b falls at 300 and is repaired at 1300, in service at 1480.
    let row = run(&it, vec![down(host(0), 0, None), down(host(1), 300, Some(1000))]);
    let app = app(&row, "app");
    assert_eq!(app.rta_from_outage_s, Some(1570.0));
    assert_eq!(phases(app)[..2], [("second fault", "VM b", 300.0), ("repair", "VM b", 1000.0)]);
    assert_eq!(app.rta_from_declaration_s, Some(1150.0));
}

#[test]
fn a_plan_done_is_alarmed_again_by_what_fell_meanwhile() {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 1));
    application(&mut it, "app-a", &[a], &[]);
    application(&mut it, "app-b", &[b], &[]);
    plan(&mut it, &[&[a, b]]);
    // b falls at 430, while the plan runs for a (until a boots at 575): then 120 + 300 + 30 + 5 + 120 + 60 + 90.
    let row = run(&it, vec![down(host(0), 0, None), down(host(1), 430, None)]);
    assert_eq!(app(&row, "app-a").rta_from_outage_s, Some(725.0));
    assert_eq!(app(&row, "app-b").rta_from_outage_s, Some(145.0 + 725.0));
    assert_eq!(row.declarations.len(), 2);
}

#[test]
fn two_runs_are_one() {
    let mut it = fleet();
    let vms: Vec<_> = (0..5).map(|n| vm(&mut it, &format!("v{n}"), n % 2)).collect();
    application(&mut it, "app", &vms, &[]);
    plan(&mut it, &[&vms[..2], &vms[2..]]);
    let outage = outage(vec![down(host(0), 0, None), down(host(1), 0, None)]);
    let first = facts(&it, &outage, Steady::default());
    assert_eq!(first, facts(&it, &outage, Steady::default()));
    assert!(first.is_sorted_by_key(|fact| fact.at));
    assert!(matches!(first[0].seen, Seen::Strike(0, StrikeSeen::Began)));
}

#[test]
fn a_fault_after_a_cancelled_alarm_starts_another() {
    let mut it = fleet();
    let a = vm(&mut it, "a", 0);
    application(&mut it, "app", &[a], &[]);
    plan(&mut it, &[&[a]]);
    // Repaired at 100, struck again at 150 while it boots: detection begins again, 150 + 725.
    let row = run(&it, vec![down(host(0), 0, Some(100)), down(host(0), 150, None)]);
    let app = app(&row, "app");
    assert_eq!(app.rta_from_outage_s, Some(875.0));
    assert_eq!(
        phases(app)[..3],
        [("repair", "VM a", 100.0), ("boot", "VM a", 50.0), ("detection", "plan plan-0", 120.0)]
    );
}

#[test]
fn a_declaration_claims_what_is_still_down() {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 1));
    application(&mut it, "app-a", &[a], &[]);
    application(&mut it, "app-b", &[b], &[]);
    plan(&mut it, &[&[a, b]]);
    let row = run(&it, vec![down(host(0), 0, Some(400)), down(host(1), 0, Some(430))]);
    // a is repaired before the declaration at 420; b after it, and is failed over nevertheless.
    assert_eq!(
        (app(&row, "app-a").outcome, app(&row, "app-b").outcome),
        (Outcome::Repaired, Outcome::FailedOver)
    );
    assert_eq!(app(&row, "app-a").rta_from_outage_s, Some(670.0));
    assert_eq!(app(&row, "app-b").rta_from_outage_s, Some(725.0));
}

#[test]
fn what_stays_down_says_why() {
    let mut it = fleet();
    let (a, b, c) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0), vm(&mut it, "c", 0));
    let app_a = application(&mut it, "app-a", &[a], &[]);
    application(&mut it, "app-b", &[b], &[app_a]);
    it.vms[a].protection = None;
    plan(&mut it, &[&[a, b]]);
    let row = run(&it, vec![down(host(0), 0, None)]);
    let why = |name| vm_row(&row, name).reason.as_deref();
    assert_eq!(why("a"), Some("host h1 was not repaired, and it is not replicated"));
    assert_eq!(why("b"), Some("application app-a, on which it depends, is not in service"));
    assert_eq!(why("c"), Some("host h1 was not repaired, and it stands in no recovery plan"));
    assert_eq!(vm_row(&row, "b").state, VmEnd::Running);
    assert_eq!(app(&row, "app-b").status, Status::NotRecovered);
    assert!(it.vms[c].protection.is_some());
}
