//! People and the control plane: who is there, what is missing, and what that costs.

use drsim::ids::Id;
use drsim::measure::results::ControlPath;
use drsim::measure::results::Outcome;
use drsim::outage::Component;
use drsim::recovery::ActionKind;
use drsim::scenario::Scenario;
use drsim::units::Time;

use crate::fleet::*;

const VMM_HQ: fn() -> Component = || Component::Vmm(Id::new(0));
const VMM_DR: fn() -> Component = || Component::Vmm(Id::new(1));
const TEAM: fn() -> Component = || Component::People(Id::new(0));

fn of(count: usize) -> Scenario {
    let mut it = fleet();
    let vms: Vec<_> = (0..count).map(|n| vm(&mut it, &format!("v{n}"), 0)).collect();
    application(&mut it, "app", &vms, &[]);
    plan(&mut it, &[&vms]);
    it
}

fn duty(it: &mut Scenario, shifts: &[(u64, u64)]) {
    let at = |seconds| FAULT.plus(s(seconds));
    let shifts = shifts.iter().map(|(from, to)| (at(*from), at(*to)));
    it.recovery.people[Id::new(0)].on_duty = Some([(Time(0), Time(1))].into_iter().chain(shifts).collect());
}

#[test]
fn by_hand_the_operators_share_the_vms() {
    let mut it = of(7);
    for (operators, rounds) in [(1, 7), (2, 4), (3, 3), (7, 1)] {
        it.recovery.people[Id::new(0)].operators = operators;
        let row = run(&it, vec![down(host(0), 0, None), down(VMM_DR(), 0, None)]);
        // 420 to the declaration, 600 to begin by hand, 5 failover, ⌈7/k⌉ × 240, then 120 boot + 60 + 90
        let expected = 420.0 + 600.0 + 5.0 + f64::from(rounds) * 240.0 + 270.0;
        assert_eq!(app(&row, "app").rta_from_outage_s, Some(expected), "{operators} operators");
        assert_eq!(row.declarations[0].path, ControlPath::ByHand);
        assert_eq!(row.declarations[0].reason.as_deref(), Some("VMM server vmm-dr was down"));
    }
}

#[test]
fn only_the_recovery_sides_control_plane_is_needed() {
    let it = of(1);
    let with = |component| {
        let row = run(&it, vec![down(host(0), 0, None), down(component, 0, None)]);
        (app(&row, "app").rta_from_outage_s, row.declarations[0].reason.clone())
    };
    assert_eq!(with(VMM_HQ()), (Some(725.0), None));
    // 420 + 600 + 5 + 240 + 120 + 60 + 90
    assert_eq!(with(VMM_DR()), (Some(1535.0), Some("VMM server vmm-dr was down".into())));
    let service = "the recovery service was down".to_owned();
    assert_eq!(with(Component::RecoveryService), (Some(1535.0), Some(service)));
    let mut cloudless = it.clone();
    cloudless.control_plane.clouds[Id::new(1)].hosts.clear();
    let row = run(&cloudless, vec![down(host(0), 0, None)]);
    assert_eq!(row.declarations[0].reason.as_deref(), Some("no cloud manages host r1"));
}

#[test]
fn the_path_chosen_is_kept_and_a_lost_one_is_handed_over() {
    let mut it = of(2);
    it.recovery.plans[Id::new(0)].groups[0].before = vec![action("dns", ActionKind::Script, s(100))];
    it.recovery.plans[Id::new(0)].shutdown_timeout = Some(s(180));
    // Back at 1100, while people work by hand: kept; no shutdown attempt, the script by hand.
    let row = run(&it, vec![down(host(0), 0, None), down(VMM_DR(), 0, Some(1100))]);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(420.0 + 600.0 + 5.0 + 100.0 + 2.0 * 240.0 + 270.0));
    // Lost at 640, in the data step (630–635): people take over before the script at 635.
    let row = run(&it, vec![down(host(0), 0, None), down(VMM_DR(), 632, None)]);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(635.0 + 600.0 + 100.0 + 2.0 * 240.0 + 270.0));
    let declared = &row.declarations[0];
    assert_eq!(declared.path, ControlPath::ByHand);
    let reason = "begun by Site Recovery, by hand 3m 35s later: VMM server vmm-dr was down";
    assert_eq!(declared.reason.as_deref(), Some(reason));
}

#[test]
fn nobody_on_duty_is_a_phase_of_its_own() {
    let mut it = of(1);
    // Detected at 120, the shift begins at 1000: 880 s of waiting.
    duty(&mut it, &[(1000, 9000)]);
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(725.0 + 880.0));
    assert_eq!(phases(app(&row, "app"))[1], ("waiting for people", "plan plan-0", 880.0));
    // The shift ends 100 s into the decision and the next begins at 5000: the other 200 s are then decided.
    duty(&mut it, &[(0, 220), (5000, 9000)]);
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(5200.0 + 305.0));
    assert_eq!(
        phases(app(&row, "app"))[1..4],
        [
            ("decision", "plan plan-0", 100.0),
            ("waiting for people", "plan plan-0", 4780.0),
            ("decision", "plan plan-0", 200.0)
        ]
    );
    // It ends at the very instant of the decision: decided.
    duty(&mut it, &[(0, 420)]);
    assert_eq!(app(&run(&it, vec![down(host(0), 0, None)]), "app").rta_from_outage_s, Some(725.0));
    // Nobody comes while the run lasts.
    duty(&mut it, &[]);
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!((app(&row, "app").outcome, row.declarations.len()), (Outcome::Unfinished, 0));
}

#[test]
fn struck_people_pause_and_a_manual_action_waits_for_them() {
    let mut it = of(1);
    it.recovery.plans[Id::new(0)].groups[0].before = vec![action("look", ActionKind::Manual, s(50))];
    let row = run(&it, vec![down(host(0), 0, None), down(TEAM(), 430, Some(570))]);
    // Data is failed over at 455; the team is back at 1000: 1000 + 50 + 120 + 60 + 90.
    assert_eq!(app(&row, "app").rta_from_outage_s, Some(1320.0));
    assert!(phases(app(&row, "app")).contains(&("waiting for people", "action look of plan plan-0", 545.0)));
}

#[test]
fn one_operator_for_two_plans_serves_them_in_turn() {
    let mut it = fleet();
    let (a, b) = (vm(&mut it, "a", 0), vm(&mut it, "b", 0));
    application(&mut it, "app-a", &[a], &[]);
    application(&mut it, "app-b", &[b], &[]);
    for vm in [a, b] {
        let plan = plan(&mut it, &[&[vm]]);
        it.recovery.plans[plan].groups[0].before = vec![action("look", ActionKind::Manual, s(50))];
    }
    let row = run(&it, vec![down(host(0), 0, None)]);
    assert_eq!(app(&row, "app-a").rta_from_outage_s, Some(775.0));
    assert_eq!(app(&row, "app-b").rta_from_outage_s, Some(825.0));
    assert!(phases(app(&row, "app-b")).contains(&("waiting for people", "action look of plan plan-1", 50.0)));
}

/// Operators who do something on Sunday are on duty on Tuesday all the same.
#[test]
fn shifts_before_the_first_operation_end_waits_too() {
    let text = include_str!("../../../scenarios/two-site.ron").replace("\"Tue 14:05\"", "\"Mon 21:55\"");
    let later =
        "operations: [(at: \"Sun 13:00\", name: \"later\", reset_statistics: [\"sql-1\"])],\n    outages: [";
    let [without, with] = [text.clone(), text.replacen("outages: [", later, 1)].map(|text| {
        let results = crate::file::results(&text);
        let lost = results.outages.iter().find(|row| row.name == "hq-lost").expect("it is studied");
        app(lost, "database").rta_from_outage_s
    });
    // Declared at 06:20 on Tuesday, and served 21 min 10 s later.
    assert_eq!((without, with), (Some(31_570.0), Some(31_570.0)));
}
