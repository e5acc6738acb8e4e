//! What the product's documentation says, from a scenario file to the answer that follows from it in closed form. Codes are those of
//! `docs/facts.md`.

use drsim::facts::JobKind;
use drsim::measure::results::{JobRow, JobState, Results, VmEnd};
use drsim::protection::State;

use super::{outage, run, text, vm};

const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;

fn age_max(results: &Results) -> f64 {
    results.vms[0].age.as_ref().expect("it is replicated").max_s
}

fn job(results: &Results, kind: JobKind) -> &JobRow {
    results.operations.jobs.iter().find(|job| job.job == kind).expect("it is asked for")
}

/// When `a` enters a state first.
fn enters(results: &Results, state: State) -> f64 {
    let rows = &results.operations.states;
    rows.iter().find(|row| row.vm == "a" && row.state == state).expect("it comes to that").from_s
}

fn operations(written: &str) -> String {
    format!("operations: [{written}],")
}

fn site_lost(more: &str) -> String {
    format!("outages: [(name: \"o\", faults: [(site: \"hq\", at: \"12h2m\")])],{more}")
}

/// S56, facts 3.6–3.8: 100 GB are exported at 200 MB/s, travel for a day and are imported at 400 MB/s.
#[test]
fn a_copy_on_media_takes_its_export_its_way_and_its_import() {
    let initial = "to: \"cd\", policy: \"p\", enabled: \"1h\", initial: (offline: (export: \"200 MB/s\", courier: \"1d\", import: \"400 MB/s\"))";
    let changes = [("horizon: \"1d\"", "horizon: \"3d\""), ("to: \"cd\", policy: \"p\"", initial)];
    let results = run(&text(&changes, ""));
    assert_eq!(enters(&results, State::Replicating), HOUR + 30.0 + 500.0 + DAY + 250.0);
}

/// S62, S64, fact 6.15: a replica whose network is mapped by then is connected, wherever the mapping leads last.
#[test]
fn a_replica_is_connected_where_its_network_leads_when_it_is_needed() {
    let unmapped =
        ("[(from: \"hn\", to: \"dn\"), (from: \"dn\", to: \"hn\")]", "[(from: \"dn\", to: \"hn\")]");
    let two = (
        "dns_ttl: \"5m\")],\nnetwork",
        "dns_ttl: \"5m\"), (name: \"far\", site: \"dr\", dns_ttl: \"5m\", dns_replication: \"20m\")],\nnetwork",
    );
    let state = |changes: &[_], written: &str| {
        let results = run(&text(changes, &site_lost(&operations(written))));
        let row = vm(outage(&results, "o"), "a");
        (row.state, row.rta_from_outage_s)
    };
    assert_eq!(state(&[unmapped], "").0, VmEnd::Isolated);
    // Powered on, it is found after the name has outlived its time to live, which takes longer than boot and readiness.
    let on = 1800.0 + 30.0 + 10.0;
    let mapped = "(at: \"6h\", map: \"hn\", to: \"dn\")";
    assert_eq!(state(&[unmapped], mapped), (VmEnd::InService, Some(on + 300.0)));
    let again = format!("{mapped}, (at: \"8h\", map: \"hn\", to: \"far\")");
    assert_eq!(state(&[unmapped, two], &again), (VmEnd::InService, Some(on + 1500.0)));
}

/// S33: the VMM service is stopped while its provider is installed; what asks for it then is refused.
#[test]
fn a_server_whose_provider_is_being_installed_runs_nothing() {
    let installing = "(at: \"6h\", install_provider: \"vd\", takes: \"10m\")";
    let tests = |at: &str| {
        let results =
            run(&text(&[], &operations(&format!("{installing}, (at: \"{at}\", test_failover: \"pl\")"))));
        let job = job(&results, JobKind::TestFailover);
        (job.outcome, job.reason.clone())
    };
    assert_eq!(tests("6h5m"), (JobState::Failed, Some("VMM server vd was down".to_owned())));
    assert_eq!(tests("6h11m").0, JobState::Succeeded);
}

/// S70–S73, facts 8.1–8.3: 300 MB at a cap of 16 Mbps take 150 s, at the link's 80 Mbps 30.
#[test]
fn a_cap_holds_where_it_matches_and_the_highest_precedence_counts() {
    let age = |qos: &str| age_max(&run(&text(&[], &format!("qos: [{qos}],"))));
    let cap = |name: &str, more: &str| format!("(name: \"{name}\", hosts: [\"h1\"], {more}),");
    for matched in ["subnet_of: \"dr\"", "port: 8084", "process: \"vmms.exe\""] {
        assert_eq!(age(&cap("q", &format!("{matched}, rate: \"16 Mbps\""))), 450.0, "{matched}");
    }
    for other in ["subnet_of: \"hq\"", "port: 8083"] {
        assert_eq!(age(&cap("q", &format!("{other}, rate: \"16 Mbps\""))), 330.0, "{other}");
    }
    let low = cap("low", "subnet_of: \"dr\", rate: \"16 Mbps\", precedence: 1");
    let high = cap("high", "subnet_of: \"dr\", rate: \"24 Mbps\", precedence: 200");
    assert_eq!(age(&format!("{low}{high}")), 400.0);
    assert_eq!(
        age(&cap("q", "subnet_of: \"dr\", rate: \"16 Mbps\"").replace("h1", "d1")),
        330.0,
        "another computer's"
    );
}

/// S89, fact 4.25: a test that nobody completes is completed after two weeks.
#[test]
fn a_test_is_completed_by_force_after_two_weeks() {
    let takes = |testing: &str| {
        let written = operations(&format!("(at: \"1d\", test_failover: \"pl\", testing: \"{testing}\")"));
        let results = run(&text(&[("horizon: \"1d\"", "horizon: \"20d\"")], &written));
        let job = job(&results, JobKind::TestFailover);
        (job.to_s.expect("it ends") - job.from_s, job.outcome)
    };
    // 30 s to the first step, 10 s of data, 120 s to boot; then it is looked at.
    assert_eq!(takes("13d"), (160.0 + 13.0 * DAY, JobState::Succeeded));
    let (forced, _) = takes("15d");
    assert!((14.0 * DAY..=160.0 + 14.0 * DAY).contains(&forced), "{forced}");
}

/// Fact 4.7: a guest that has not shut down after five minutes is cut off.
#[test]
fn a_guest_that_hangs_is_cut_off_after_five_minutes() {
    let takes = |shutdown: &str| {
        let guest = format!("cores: 2, memory: \"4 GB\", shutdown: \"{shutdown}\"");
        let changes = [("cores: 2, memory: \"4 GB\"", guest.as_str())];
        let results = run(&text(&changes, &operations("(at: \"6h1m\", planned_failover: \"pl\")")));
        let job = job(&results, JobKind::PlannedFailover);
        job.to_s.expect("it ends") - job.from_s
    };
    // 30 s to the first step, the shutdown, what was written since 6:05 at 10 MB/s, 10 s of data, 120 s to boot.
    let others = 30.0 + 10.0 + 120.0;
    assert_eq!((takes("4m"), takes("10m")), (others + 240.0 + 3.0, others + 300.0 + 9.0));
}

/// Facts 5.9, 9.4: the phases of a recovery add up, and a script is given ten minutes.
#[test]
fn a_recovery_is_the_sum_of_its_phases_and_a_script_has_ten_minutes() {
    let rta = |script: &str| {
        let groups = format!("groups: [(vms: [\"*\"], before: [(name: \"dns\", script: \"{script}\")])]");
        let results = run(&text(&[("groups: [(vms: [\"*\"])]", &groups)], &site_lost("")));
        outage(&results, "o").applications[0].rta_from_outage_s
    };
    // Boot and readiness pass beside the time to live of the name.
    let without = 600.0 + 1200.0 + 30.0 + 10.0 + 300.0;
    assert_eq!(
        (rta("3m"), rta("10m"), rta("2h")),
        (Some(without + 180.0), Some(without + 600.0), Some(without + 600.0))
    );
}

/// Fact 6.19, trap T25: a static address comes from a pool; where there is none, or no more, its allocation fails.
#[test]
fn a_static_address_needs_a_pool_with_one_left() {
    let state = |pool: &str| {
        let network = format!("(name: \"dn\", site: \"dr\", dns_ttl: \"5m\"{pool})");
        let changes = [
            ("network: \"hn\")]", "nics: [(network: \"hn\", static_address: true)])]"),
            ("(name: \"dn\", site: \"dr\", dns_ttl: \"5m\")", network.as_str()),
            (
                "(name: \"hn\", site: \"hq\", dns_ttl: \"5m\")",
                "(name: \"hn\", site: \"hq\", dns_ttl: \"5m\", pool: 5)",
            ),
        ];
        let results = run(&text(&changes, &site_lost("")));
        vm(outage(&results, "o"), "a").state
    };
    assert_eq!((state(""), state(", pool: 1")), (VmEnd::Isolated, VmEnd::InService));
}

/// Fact 2.16: 300 MB arrive in 30 s and are applied at 10 MB/s, five times as slowly where points are kept on a deduplicated volume.
#[test]
fn deduplication_slows_applying_where_points_are_kept() {
    let age = |points: u32| {
        let volume = "(name: \"d1\", site: \"dr\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\"";
        let slow = format!("{volume}, apply_rate: \"10 MB/s\", dedup_slowdown: 5");
        let policy = format!("phase: \"aligned\", recovery_points: {points}");
        age_max(&run(&text(&[(volume, &slow), ("phase: \"aligned\"", &policy)], "")))
    };
    assert_eq!((age(0), age(2)), (360.0, 480.0));
}

/// Facts 5.16, 9.5: nobody fails over before somebody is on duty.
#[test]
fn a_failover_waits_for_people_on_duty() {
    let shifts = "people: [(name: \"ops\", shifts: [(days: \"daily\", from: \"08:00\", to: \"16:00\")],";
    let at = |at: &str| {
        let fault = format!("outages: [(name: \"o\", faults: [(site: \"hq\", at: \"{at}\")])],");
        let results = run(&text(&[("people: [(name: \"ops\",", shifts)], &fault));
        outage(&results, "o").applications[0].rta_from_outage_s
    };
    let own = 2140.0;
    assert_eq!(at("12h"), Some(own));
    // The alarm is there by then; the decision takes its 20 min from 8 o'clock on.
    assert_eq!(at("4h"), Some(4.0 * HOUR + own - 600.0));
}
