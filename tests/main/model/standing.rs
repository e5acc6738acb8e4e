//! Room is asked for by what stands together: a replica takes it from when it is enabled until it is deleted (facts 6.9, 6.25).

use drsim::facts::JobKind;
use drsim::measure::results::{JobRow, JobState};
use drsim::protection::State;

use super::{outage, run, said_of, text};

/// A second VM of 100 GB whose protection is enabled at 8 h, and a volume that has room for one replica.
const SECOND: (&str, &str) = (
    "network: \"hn\")]",
    "network: \"hn\"),\n (name: \"b\", host: \"h1\", cores: 2, memory: \"4 GB\", disk: \"100 GB\", churn: \"1 MB/s\", network: \"hn\")]",
);
const PROTECTED: (&str, &str) = (
    "[(from: \"ch\", to: \"cd\", policy: \"p\")]",
    "[(from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"a\"]),\n (from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"b\"], enabled: \"8h\")]",
);
const NO_POOL: (&str, &str) = ("(name: \"app\", vms: [\"a\"]", "(name: \"app\", vms: [\"b\"]");
const FULL: (&str, &str) = (
    "(name: \"d1\", site: \"dr\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\")])",
    "(name: \"d1\", site: \"dr\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"150 GB\")])",
);

fn disabling(at: &str, delete: bool) -> String {
    format!("operations: [(at: \"{at}\", disable: [\"a\"], delete_replica: {delete})],")
}

fn estate(changes: &[(&str, &str)], more: &str) -> String {
    text(&[&[SECOND, PROTECTED, NO_POOL], changes].concat(), more)
}

fn enabling(jobs: &[JobRow]) -> &JobRow {
    jobs.iter().find(|job| job.job == JobKind::EnableProtection).expect("it is asked for")
}

/// The volume, and each limit of the cloud: one replica fits, and the second comes after the first is deleted.
#[test]
fn replicas_that_never_stand_together_are_not_added_up() {
    let limit = |capacity: &str| format!("hosts: [\"d*\"], capacity: ({capacity}))]");
    let limits = ["memory: \"4 GB\"", "cores: 2", "vms: 1", "storage: \"100 GB\""].map(limit);
    let cases = limits.iter().map(|limit| (("hosts: [\"d*\"])]", limit.as_str()), "E0265"));
    for (change, code) in cases.chain([(FULL, "E0209")]) {
        let says = |operations: &str| said_of(&estate(&[change], operations));
        let apart = says(&disabling("6h", true));
        assert!(!apart.contains(code) && !apart.contains("W0311"), "{apart}");
        for together in [disabling("6h", false), disabling("9h", true), String::new()] {
            assert!(says(&together).contains(code), "{change:?} {together}");
        }
        let results = run(&estate(&[change], &disabling("6h", true)));
        assert_eq!(enabling(&results.operations.jobs).outcome, JobState::Succeeded, "{change:?}");
    }
}

/// The VMM server is away when the replica is to be deleted: it stays, and there is no room for the other one.
#[test]
fn a_replica_whose_room_was_not_given_up_is_refused_in_the_run() {
    let away = "outages: [(name: \"o\", faults: [(vmm: \"vd\", at: \"5h\", lasts: \"2h\")])],";
    let results = run(&estate(&[FULL], &format!("{away}{}", disabling("6h", true))));
    let job = enabling(&outage(&results, "o").operations.jobs);
    assert_eq!(job.outcome, JobState::Failed);
    let reason = job.reason.as_deref().expect("it is said why");
    assert_eq!(reason, "volume d1/v had no room for the replica");
}

/// The excluded disk of 50 GB is no part of the replica, before the run and in it.
#[test]
fn an_excluded_disk_takes_nothing_of_the_target_cloud() {
    let second = SECOND.1.replace(
        "disk: \"100 GB\", churn: \"1 MB/s\", network: \"hn\")]",
        "disks: [(name: \"c\", size: \"100 GB\", churn: \"1 MB/s\"), (name: \"x\", size: \"50 GB\", replicate: false)], network: \"hn\")]",
    );
    let capacity = ("hosts: [\"d*\"])]", "hosts: [\"d*\"], capacity: (storage: \"200 GB\"))]");
    let results = run(&text(&[(SECOND.0, &second), PROTECTED, NO_POOL, capacity], ""));
    assert_eq!(enabling(&results.operations.jobs).outcome, JobState::Succeeded);
}

/// 150 GB hold one replica of 100 GB and its points, but not two; its host starts one VM of 4 GB, and not two.
#[test]
fn warnings_of_room_are_about_what_is_there_at_one_time() {
    let small = FULL.1.replace("128 GB", "10 GB").replace("150 GB", "230 GB");
    let points = ("phase: \"aligned\"", "phase: \"aligned\", recovery_points: 24");
    let says = |operations: &str| said_of(&estate(&[(FULL.0, &small), points], operations));
    let (apart, together) = (says(&disabling("6h", true)), says(&disabling("9h", true)));
    for code in ["W0313", "W0330"] {
        assert!(!apart.contains(code) && together.contains(code), "{code}: {apart} / {together}");
    }
}

/// Texts replaced, and by what.
type Changes<'t> = &'t [(&'t str, &'t str)];

/// Two VMs that write 6 MB/s each: what carries 10 MB/s bears either, and not both.
#[test]
fn demands_are_summed_of_what_is_replicated_at_one_time() {
    let churn = SECOND.1.replace("1 MB/s", "6 MB/s");
    let fast = ("rate: \"80 Mbps\"", "rate: \"1 Gbps\"");
    let host = "(name: \"h1\", site: \"hq\", cores: 32";
    let card = format!("{host}, nic: \"80 Mbps\"");
    let slow = FULL.1.replace("150 GB\"", "4 TB\", apply_rate: \"10 MB/s\"");
    let throttled =
        (fast.0, "rate: \"1 Gbps\", throttle: [(from: \"08:00\", to: \"18:00\", rate: \"80 Mbps\")]");
    let cap = "qos: [(name: \"cap\", hosts: [\"h1\"], port: 8084, rate: \"80 Mbps\")],";
    let cases: [(&str, Changes, &str); 5] = [
        ("W0304", &[throttled], ""),
        ("W0306", &[], ""),
        ("W0314", &[fast, (host, &card)], ""),
        ("W0316", &[fast, (FULL.0, &slow)], ""),
        ("W0317", &[fast], cap),
    ];
    for (code, changes, more) in cases {
        let all = [
            &[("churn: \"1 MB/s\"", "churn: \"6 MB/s\""), (SECOND.0, churn.as_str()), PROTECTED, NO_POOL],
            changes,
        ];
        let says = |operations: &str| said_of(&text(&all.concat(), &format!("{operations}{more}")));
        let (apart, together) = (says(&disabling("6h", true)), says(&disabling("9h", true)));
        assert!(!apart.contains(code) && together.contains(code), "{code}: {apart} / {together}");
    }
}

/// `a` writes 1 MB/s: for 8 h, when it is disabled, and from 10 h to 14 h, when it moves to the other site and replicates back.
#[test]
fn a_link_must_carry_what_is_written_while_it_is_replicated_each_way() {
    let operations = "operations: [(at: \"8h\", disable: [\"a\"]), (at: \"10h\", enable: [\"a\"]), (at: \"14h\", planned_failover: \"pl\")],";
    let demands = drsim::scenario::preflight::demands(&super::scenario(&text(&[], operations)));
    let bytes: Vec<u128> = demands.into_values().collect();
    let hours = |hours: u128| hours * 3600 * 1_000_000;
    assert_eq!(bytes, [hours(8 + 4), hours(10)]);
}

/// At d1 runs `c`, whose logs grow at 1 MB/s beside its 100 GB and the replica of `a` while the link is cut for three hours. The volume
/// holds both and 1 GB.
#[test]
fn a_deleted_replica_gives_its_room_to_logs() {
    let third =
        SECOND.1.replace("\"b\", host: \"h1\"", "\"c\", host: \"d1\"").replace("\"hn\")]", "\"dn\")]");
    let both = PROTECTED.1.replace(
        "from: \"ch\", to: \"cd\", policy: \"p\", vms: [\"b\"], enabled: \"8h\"",
        "from: \"cd\", to: \"ch\", policy: \"p\", vms: [\"c\"]",
    );
    let room = FULL.1.replace("150 GB", "201 GB");
    let cut = "outages: [(name: \"o\", faults: [(link: \"wan\", at: \"8h\", lasts: \"3h\")])],";
    let is_full = |delete| {
        let changes = [
            (SECOND.0, third.as_str()),
            (PROTECTED.0, &both),
            (FULL.0, &room),
            ("vms: [\"*\"]", "vms: [\"a\"]"),
        ];
        let results = run(&text(&changes, &format!("{cut}{}", disabling("6h", delete))));
        let states = &outage(&results, "o").operations.states;
        states.iter().any(|row| row.vm == "c" && row.state == State::WaitingForStartResynchronize)
    };
    assert!(is_full(false));
    assert!(!is_full(true));
}

/// After a failover and the reversal points lie where the VM came from, and its logs where it went: 24 points of 3.6 GB beside 100 GB, and
/// half of 100 GB as log.
#[test]
fn replicated_back_a_vm_keeps_its_points_at_home_and_its_logs_where_it_runs() {
    let small = |at_home: &str, at_replica: &str| {
        let hosts = "(name: \"h1\", site: \"hq\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\")])";
        let home = hosts.replace("4 TB", at_home);
        let replica = FULL.1.replace("150 GB", at_replica);
        let points = ("phase: \"aligned\"", "phase: \"aligned\", recovery_points: 24");
        move |operations: &str| {
            let said = said_of(&text(&[(hosts, &home), (FULL.0, &replica), points], operations));
            let of = |host: &str, code: &str| {
                said.lines().any(|line| line.contains(&format!("host `{host}` has")) && line.contains(code))
            };
            (of("h1", "W0313"), of("d1", "W0312"))
        }
    };
    let planned = "operations: [(at: \"6h\", planned_failover: \"pl\")],";
    let reversed = "operations: [(at: \"6h\", unplanned_failover: \"pl\", synchronize: true), (at: \"7h\", reverse: \"pl\")],";
    for back in [planned, reversed] {
        assert_eq!(small("180 GB", "4 TB")(""), (false, false));
        assert_eq!(small("180 GB", "4 TB")(back), (true, false), "{back}");
        assert_eq!(small("4 TB", "190 GB")(back), (false, false), "{back}");
        assert_eq!(small("4 TB", "140 GB")(back), (false, true), "{back}");
        assert_eq!(small("187 GB", "190 GB")(back), (false, false), "{back}");
    }
}

/// Failed over and then disabled, it is protected again from where it runs: the volume it came from has its disks already.
#[test]
fn a_vm_that_is_protected_back_needs_no_new_room_where_it_came_from() {
    let tight = (
        "(name: \"h1\", site: \"hq\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\")])",
        "(name: \"h1\", site: \"hq\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"160 GB\")])",
    );
    let operations = "operations: [(at: \"2h\", planned_failover: \"pl\"), (at: \"3h\", commit: \"pl\"), (at: \"4h\", disable: [\"a\"]), (at: \"6h\", enable: [\"a\"])],";
    let results = run(&text(&[tight], operations));
    let job = enabling(&results.operations.jobs);
    assert_eq!((job.outcome, job.reason.as_deref()), (JobState::Succeeded, None));
}
