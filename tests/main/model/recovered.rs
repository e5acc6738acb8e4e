//! Recoveries, from a scenario file to times, points and paths in closed form: 600 s to the alarm, 1,200 s to the declaration, 30 s to the
//! first step, 10 s for the data; then 120 s boot and 60 s readiness beside a name that lives for 300 s.

use drsim::facts::JobKind;
use drsim::measure::results::{ControlPath, JobState, OutageRow, Results, VmEnd};

use super::{outage, run, text, vm};

const DECLARED: f64 = 1800.0;
const OTHERS: f64 = 30.0 + 10.0 + 300.0;
const SITE: &str = "outages: [(name: \"o\", faults: [(site: \"hq\", at: \"12h2m\")])],";

fn rta(outage: &OutageRow) -> Option<f64> {
    outage.applications[0].rta_from_outage_s
}

fn lost(changes: &[(&str, &str)]) -> Results {
    run(&text(changes, SITE))
}

/// S1, S2, S9, T19, facts 6.11, 6.12: an unplanned failover needs the recovery side's VMM server alone. Without it people do it by hand:
/// 1,800 s until they can, 300 s for the VM.
#[test]
fn without_the_recovery_sides_server_a_failover_is_by_hand() {
    let with = |server: &str| {
        let faults = format!("[(site: \"hq\", at: \"12h2m\"), (vmm: \"{server}\", at: \"12h\")]");
        let results = run(&text(&[], &format!("outages: [(name: \"o\", faults: {faults})],")));
        let row = outage(&results, "o");
        (row.declarations[0].path, rta(row))
    };
    assert_eq!(with("vh"), (ControlPath::SiteRecovery, Some(DECLARED + OTHERS)));
    assert_eq!(with("vd"), (ControlPath::ByHand, Some(DECLARED + 1800.0 + 10.0 + 300.0 + 300.0)));
}

/// S90, S91, facts 1.55, 9.5: where the address stays nobody waits for a name.
#[test]
fn a_kept_address_saves_the_time_to_live() {
    let kept = ("(from: \"hn\", to: \"dn\")", "(from: \"hn\", to: \"dn\", keeps_address: true)");
    assert_eq!(rta(outage(&lost(&[kept]), "o")), Some(DECLARED + 30.0 + 10.0 + 120.0 + 60.0));
    assert_eq!(rta(outage(&lost(&[]), "o")), Some(DECLARED + OTHERS));
}

/// Fact 9.10: a source that is dead takes the whole time for which the plan tries to shut it down.
#[test]
fn a_dead_source_costs_the_timeout_of_its_plan() {
    let timeout = ("people: \"ops\", groups", "people: \"ops\", shutdown_timeout: \"5m\", groups");
    assert_eq!(rta(outage(&lost(&[timeout]), "o")), Some(DECLARED + 300.0 + OTHERS));
}

/// Fact 5.11: a manual action takes its time of somebody on duty.
#[test]
fn a_manual_action_takes_its_time() {
    let action = ("(vms: [\"*\"])]", "(vms: [\"*\"], before: [(name: \"look\", manual: \"10m\")])]");
    assert_eq!(rta(outage(&lost(&[action]), "o")), Some(DECLARED + 600.0 + OTHERS));
}

const SECOND: (&str, &str) = (
    "network: \"hn\")]",
    "network: \"hn\"), (name: \"b\", host: \"h1\", cores: 2, memory: \"4 GB\", disk: \"100 GB\", churn: \"1 MB/s\", network: \"hn\")]",
);

/// Trap T23, facts 5.4–5.6: the data of both, one after the other, comes before the first group boots; the second boots after it.
#[test]
fn all_data_is_failed_over_before_the_first_group_boots() {
    let groups = (
        "people: \"ops\", groups: [(vms: [\"*\"])]",
        "people: \"ops\", fail_over: \"10m\", parallel_recoveries: 1, groups: [(vms: [\"a\"]), (vms: [\"b\"])]",
    );
    let results = lost(&[SECOND, groups]);
    let row = outage(&results, "o");
    let first = DECLARED + 30.0 + 2.0 * 600.0 + 300.0;
    assert_eq!(vm(row, "a").rta_from_outage_s, Some(first));
    assert_eq!(vm(row, "b").rta_from_outage_s, Some(first + 120.0));
}

/// S84, facts 4.15, 9.11: `b` has no point yet, its first copy runs; the plan goes on and brings up `a`.
#[test]
fn a_vm_without_a_point_does_not_stop_an_unplanned_plan() {
    let protection = (
        "[(from: \"ch\", to: \"cd\", policy: \"p\")]",
        "[(from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"a\"]), (from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"b\"], enabled: \"12h\")]",
    );
    let results = lost(&[SECOND, protection]);
    let row = outage(&results, "o");
    assert_eq!(vm(row, "a").state, VmEnd::InService);
    assert_ne!(vm(row, "b").state, VmEnd::InService);
    assert_eq!(vm(row, "b").point_at, None);
}

/// S47, S49, facts 2.3, 2.10, 9.3, 9.7: four points of earlier hours and the newest; of each hour an app-consistent point stands, every
/// other hour. Going back from 13:00 to 8:00 undoes 1 MB/s of five hours at 100 MB/s.
#[test]
fn the_point_is_the_one_asked_for_and_undoing_takes_its_time() {
    let policy = ("phase: \"aligned\"", "phase: \"aligned\", recovery_points: 5, app_consistent: \"2h\"");
    let volume =
        "(name: \"d1\", site: \"dr\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\"";
    let slow = format!("{volume}, apply_rate: \"100 MB/s\"");
    let at = |point: &str| {
        let plan = format!("people: \"ops\", point: \"{point}\", groups");
        let changes = [policy, (volume, slow.as_str()), ("people: \"ops\", groups", plan.as_str())];
        let results = run(&text(&changes, &SITE.replace("12h2m", "13h2m")));
        let row = outage(&results, "o");
        let undone = row.operations.points.first().map(|point| point.undo_s);
        (vm(row, "a").point_at.clone().expect("there is one")[11..16].to_owned(), undone)
    };
    assert_eq!(at("latest").0, "13:00");
    assert_eq!(at("latest app-consistent").0, "12:00");
    assert_eq!(at("9h30m"), ("08:00".to_owned(), Some(180.0)));
}

/// S87, fact 9.14, trap T10: 4 GB beside the reserve hold the test VM or the replica; people end the drill, or the plan waits for it.
#[test]
fn a_drill_takes_the_room_of_a_recovery() {
    let host = "(name: \"d1\", site: \"dr\", cores: 32, memory: \"128 GB\"";
    let small = host.replace("128 GB", "8 GB");
    let drill = format!("{SITE}operations: [(at: \"11h\", test_failover: \"pl\", testing: \"4h\")],");
    let after = |ends: bool| {
        let plan = format!("people: \"ops\", ends_drills: {ends}, groups");
        let results = run(&text(&[(host, &small), ("people: \"ops\", groups", &plan)], &drill));
        rta(outage(&results, "o"))
    };
    // The drill ends at 15:02:40, then the VM boots.
    assert_eq!(after(false), Some(3.0 * 3600.0 + 40.0 + 300.0));
    assert!(after(true).expect("it is back") < DECLARED + OTHERS + 600.0);
}

/// S63: a VM that is protected later is connected where its network leads by then.
#[test]
fn a_vm_that_is_protected_later_is_connected_to_what_is_mapped_by_then() {
    let unmapped =
        ("[(from: \"hn\", to: \"dn\"), (from: \"dn\", to: \"hn\")]", "[(from: \"dn\", to: \"hn\")]");
    let late = ("to: \"cd\", policy: \"p\"", "to: \"cd\", policy: \"p\", enabled: \"2h\"");
    let state = |operations: &str| {
        let results = run(&text(&[unmapped, late], &format!("{SITE}{operations}")));
        vm(outage(&results, "o"), "a").state
    };
    assert_eq!(state("operations: [(at: \"1h\", map: \"hn\", to: \"dn\")],"), VmEnd::InService);
    assert_eq!(state(""), VmEnd::Isolated);
}

/// Fact 6.18: an adapter that nobody changed returns to its own network; on a network that is mapped no longer it is disconnected.
#[test]
fn an_adapter_returns_home_by_the_mapping_of_its_network() {
    let comes_back = |operation: &str| {
        let written = format!(
            "operations: [(at: \"6h\", planned_failover: \"pl\"), (at: \"8h\", commit: \"pl\"), {operation} (at: \"10h\", failback: \"pl\")],"
        );
        let results = run(&text(&[], &written));
        let [_, back] = &results.operations.downtimes[..] else { panic!("there and back") };
        back.seconds.is_some()
    };
    assert!(comes_back(""));
    assert!(!comes_back("(at: \"9h\", unmap: \"dn\"),"));
}

/// Fact 6.7: two minutes after its host is lost the broker has moved a replica to another node; while the broker is away it stays.
#[test]
fn a_broker_moves_a_replica_to_another_node() {
    let node = |name: &str| {
        format!(
            "(name: \"{name}\", site: \"dr\", cores: 32, memory: \"128 GB\", volumes: [(name: \"{name}\", size: \"4 TB\", cluster: true)])"
        )
    };
    let nodes = format!("{}, {}", node("d1"), node("d2"));
    let host = (
        "(name: \"d1\", site: \"dr\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\")])",
        nodes.as_str(),
    );
    let moved = |written: &str, broker: &str| {
        let more = format!(
            "clusters: [(name: \"c\", site: \"dr\", nodes: [\"d*\"])], outages: [(name: \"o\", faults: [(host: \"d1\", at: \"12h2m\"){broker}])],"
        );
        let placed = ("to: \"cd\", policy: \"p\"", written);
        let results = run(&text(&[host, placed], &more));
        let moves = &outage(&results, "o").operations.moves;
        moves.iter().map(|row| (row.to.clone(), row.at[11..19].to_owned())).collect::<Vec<_>>()
    };
    let placed = "to: \"cd\", policy: \"p\", host: \"d1\", volume: \"d1\"";
    let to = |at: &str| vec![("d2".to_owned(), at.to_owned())];
    assert_eq!(moved(placed, ""), to("12:04:00"));
    assert_eq!(moved(placed, ", (broker: \"c\", at: \"12h\", lasts: \"1h\")"), to("13:00:00"));
    assert_eq!(moved(placed, ", (broker: \"c\", at: \"12h\")"), []);
}

/// S3: data goes from host to host. Without any control plane for twelve hours no age passes what it is with it.
#[test]
fn replication_goes_on_without_a_control_plane() {
    let away = ["recovery_service: true", "vmm: \"vh\"", "vmm: \"vd\""]
        .map(|what| format!("({what}, at: \"6h\", lasts: \"12h\")"));
    let results = run(&text(&[], &format!("outages: [(name: \"o\", faults: [{}])],", away.join(", "))));
    assert_eq!(outage(&results, "o").applications[0].age_max_s, Some(330.0));
}

/// S26, fact 6.24: a single VMM server's VM comes first, by hand: 1,800 s until people can, 10 s of data, 300 s of work, and it is found
/// 300 s later. Then Site Recovery runs the plan.
#[test]
fn a_single_server_is_brought_up_by_hand_and_then_runs_the_plan() {
    let single = [
        (
            "(name: \"vh\", site: \"hq\"), (name: \"vd\", site: \"dr\")",
            "(name: \"vh\", site: \"hq\", runs_on: (vm: \"b\"))",
        ),
        ("vmm: \"vd\"", "vmm: \"vh\""),
        SECOND,
        (
            "[(from: \"ch\", to: \"cd\", policy: \"p\")]",
            "[(from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"a\"]), (from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"b\"], orchestrated: false)]",
        ),
        (
            "people: \"ops\", groups: [(vms: [\"*\"])]",
            "people: \"ops\", by_hand_first: [\"b\"], groups: [(vms: [\"a\"])]",
        ),
    ];
    let results = lost(&single);
    let row = outage(&results, "o");
    assert_eq!(row.declarations[0].path, ControlPath::ByHandFirst);
    let server = DECLARED + 1800.0 + 10.0 + 300.0 + 300.0;
    assert_eq!(vm(row, "b").rta_from_outage_s, Some(server));
    assert_eq!(vm(row, "a").rta_from_outage_s, Some(server + OTHERS));
}

/// Facts 2.15, 4.17: another point may be taken until the commit, which removes them.
#[test]
fn a_commit_removes_the_other_points() {
    let points = ("phase: \"aligned\"", "phase: \"aligned\", recovery_points: 5");
    let change = |at: u32| format!("(at: \"{at}h\", change_point: \"pl\", point: \"6h30m\")");
    let written = format!(
        "operations: [(at: \"8h\", unplanned_failover: \"pl\", synchronize: true), {}, (at: \"10h\", commit: \"pl\"), {}],",
        change(9),
        change(11)
    );
    let results = run(&text(&[points], &written));
    let jobs = results.operations.jobs.iter().filter(|job| job.job == JobKind::ChangePoint);
    let outcomes: Vec<JobState> = jobs.map(|job| job.outcome).collect();
    assert_eq!(outcomes, [JobState::Succeeded, JobState::Failed]);
    assert_eq!(results.operations.points[0].point_at, "2026-03-02T05:55:00+00:00", "the last of its hour");
}
