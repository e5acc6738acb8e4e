//! Rules of recovery that a change would break unseen, each from a scenario as a user writes it.

use drsim::measure::results::{JobState, Outcome, Results};

use super::written::{first, pair, results, with};

const SITE_LOST: &str = r#"(site: "hq", at: "12h2m")"#;

fn rta(results: &Results) -> Option<f64> {
    results.outages[0].applications[0].rta_from_outage_s
}

fn phase(results: &Results, name: &str) -> Option<f64> {
    let phases = results.outages[0].applications[0].phases.iter();
    phases.filter(|it| it.phase.words() == name).map(|it| it.seconds).reduce(|sum, one| sum + one)
}

fn incidents(results: &Results) -> Vec<String> {
    results.outages[0].operations.incidents.iter().map(|it| it.what.clone()).collect()
}

/// A second VM beside `a`, alike.
fn with_b(text: &str) -> String {
    let b = r#"(name: "b", host: "h1", cores: 2, memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn"), "#;
    with(text, r#"vms: [(name: "a""#, &format!(r#"vms: [{b}(name: "a""#))
}

#[test]
fn a_declared_plan_and_the_same_one_asked_for_wait_alike_for_a_silent_source() {
    for (timeout, waits) in [("", 0.0), (r#"shutdown_timeout: "5m", "#, 300.0)] {
        let plan = format!(r#"people: "ops", {timeout}groups"#);
        let declared = results(&with(&pair(SITE_LOST, ""), r#"people: "ops", groups"#, &plan));
        let asked = pair(SITE_LOST, r#"(at: "12h32m", unplanned_failover: "pl")"#);
        let asked = with(
            &with(&asked, r#"people: "ops", groups"#, &plan),
            r#"detection: "10m""#,
            r#"detection: "5h""#,
        );
        let asked = results(&asked);
        assert_eq!((rta(&declared), rta(&asked)), (Some(2140.0 + waits), Some(2140.0 + waits)));
        assert_eq!(phase(&asked, "second fault"), None, "there is one fault");
        assert_eq!(
            phase(&asked, "waiting for an operation"),
            None,
            "its wait for the repair leads to the failover"
        );
    }
}

#[test]
fn by_hand_nobody_waits_for_a_dead_source() {
    let faults = format!(r#"{SITE_LOST}, (vmm: "vd", at: "12h2m")"#);
    let text = pair(&faults, "");
    let waits = with(&text, r#"people: "ops", groups"#, r#"people: "ops", shutdown_timeout: "5m", groups"#);
    // 1,800 s to the declaration, 1,800 s to the consoles, data 10 s, 300 s by hand, the name 300 s from power-on, in which it boots and gets ready.
    assert_eq!((rta(&results(&text)), rta(&results(&waits))), (Some(4210.0), Some(4210.0)));
}

#[test]
fn what_comes_before_an_operation_is_no_second_fault() {
    let asked = r#"(at: "13h30m", unplanned_failover: "pl", synchronize: true, point: "12h")"#;
    let results = results(&pair(r#"(contents: "a", at: "12h2m", found: "1h")"#, asked));
    // Found at 13:02.
    assert_eq!(
        (phase(&results, "second fault"), phase(&results, "waiting for an operation")),
        (None, Some(1680.0))
    );
}

#[test]
fn a_lost_volume_is_not_told_as_a_crash_of_its_host() {
    let why = |fault: &str| {
        let results = results(&pair(fault, ""));
        let states = results.outages[0].operations.states.iter();
        states.filter_map(|it| it.why.clone()).collect::<Vec<_>>()
    };
    let volume = why(r#"(volume: "h1/v", at: "12h2m", lasts: "10m")"#);
    assert_eq!(volume[0], "volume h1/v was lost with the VM running");
    let host = why(r#"(host: "h1", at: "12h2m", lasts: "10m")"#);
    assert_eq!(host[0], "the host crashed with the VM running");
}

#[test]
fn what_a_stopped_plan_had_failed_over_can_be_committed() {
    // The source's VMM server is lost after the data step of a planned failover: the plan stops before it starts the VM.
    let operations = r#"(at: "6h", planned_failover: "pl"), (at: "8h", commit: "pl")"#;
    let faults = r#"(vmm: "vh", at: "6h1m45s", lasts: "1h")"#;
    let results = results(&pair(faults, operations));
    let jobs: Vec<_> =
        results.outages[0].operations.jobs.iter().map(|it| (it.outcome, it.reason.clone())).collect();
    assert_eq!(jobs[0].0, JobState::Failed, "{jobs:?}");
    assert_eq!(jobs[1], (JobState::Succeeded, None), "{jobs:?}");
}

#[test]
fn a_lost_source_that_returns_while_the_vault_is_lost_runs_beside_the_vm() {
    let host = r#"(host: "h1", at: "12h2m", lasts: "2h")"#;
    assert_eq!(incidents(&results(&pair(host, ""))), [""; 0]);
    let vault = format!(r#"{host}, (recovery_service: true, at: "13h30m", lasts: "2h")"#);
    assert_eq!(
        incidents(&results(&pair(&vault, "")))[0],
        "split brain: the source runs beside the VM that was failed over"
    );
}

#[test]
fn an_application_needs_all_that_it_depends_on() {
    let three = |slow: &str| {
        let text = with_b(&pair(SITE_LOST, ""));
        let c = r#"vms: [(name: "c", host: "h1", cores: 2, memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn"), (name: "b""#;
        let text = with(&text, r#"vms: [(name: "b""#, c);
        let needs =
            r#"applications: [(name: "app", vms: ["a"], depends_on: ["x", "y"], rpo: "15m", rto: "4h"), "#;
        let takes = |name: &str| if name == slow { "1h" } else { "1m" };
        let others = format!(
            r#"(name: "x", vms: ["b"], validation: "{}"), (name: "y", vms: ["c"], validation: "{}")]"#,
            takes("x"),
            takes("y")
        );
        with(
            &text,
            r#"applications: [(name: "app", vms: ["a"], rpo: "15m", rto: "4h")]"#,
            &format!("{needs}{others}"),
        )
    };
    for slow in ["x", "y"] {
        let results = results(&three(slow));
        let app = results.outages[0].applications.iter().find(|it| it.name == "app").unwrap();
        // The slower of the two is in service after 2,320 s and an hour of validation; then the readiness of `a`.
        assert_eq!(app.rta_from_outage_s, Some(2140.0 + 3600.0 + 60.0), "{slow}");
    }
}

#[test]
fn preparing_by_hand_takes_an_operator() {
    let faults = format!(r#"{SITE_LOST}, (vmm: "vd", at: "12h2m")"#);
    let text = with_b(&pair(&faults, ""));
    let text = with(
        &text,
        r#"plans: [(name: "pl", people: "ops", groups: [(vms: ["*"])])]"#,
        r#"plans: [(name: "pl", people: "ops", groups: [(vms: ["a"])]), (name: "ql", people: "ops", groups: [(vms: ["b"])])]"#,
    );
    let text = with(&text, "applications: [", r#"applications: [(name: "bpp", vms: ["b"]), "#);
    let of = |text: &str| {
        let results = results(text);
        results.outages[0].applications.iter().map(|it| it.rta_from_outage_s).collect::<Vec<_>>()
    };
    // Two operators look for consoles at once; one alone does so for `pl` first, then for `ql`, and starts `a` after that.
    let two = with(&text, "operators: 1", "operators: 2");
    assert_eq!(of(&two), [Some(4210.0), Some(4210.0)]);
    let one = of(&text);
    assert_eq!(one, [Some(4210.0 + 1800.0 - 10.0), Some(4210.0 + 1800.0 + 290.0)]);
}

#[test]
fn finalizing_protection_needs_both_vmm_servers() {
    let text = pair("FAULT", "");
    let text = with(&text, r#"policy: "p")]"#, r#"policy: "p", enabled: "1h", initial: (network: "now"))]"#);
    let finalized = |fault: &str| {
        let results = results(&text.replace("FAULT", fault));
        let jobs = results.outages[0].operations.jobs.iter();
        jobs.filter(|it| it.job.words().starts_with("Finalize protection"))
            .map(|it| it.from.clone())
            .collect::<Vec<_>>()
    };
    let whole = finalized(r#"(link: "wan", at: "3h", lasts: "1us")"#);
    for vmm in ["vh", "vd"] {
        let late = finalized(&format!(r#"(vmm: "{vmm}", at: "3h", lasts: "20h")"#));
        assert_eq!(late, ["2026-03-02T23:00:00+00:00"], "{vmm}: {whole:?}");
    }
    assert!(whole[0].as_str() < "2026-03-02T10:00:00", "{whole:?}");
}

#[test]
fn the_longest_time_to_live_of_several_adapters_counts() {
    for adapters in [r#"[(network: "hn"), (network: "hm")]"#, r#"[(network: "hm"), (network: "hn")]"#] {
        let text = with(&pair(SITE_LOST, ""), r#"network: "hn")"#, &format!("nics: {adapters})"));
        let text = with(
            &text,
            "networks: [",
            r#"networks: [(name: "hm", site: "hq", dns_ttl: "20m"), (name: "dm", site: "dr", dns_ttl: "5m"), "#,
        );
        let text = with(
            &text,
            "network_mappings: [",
            r#"network_mappings: [(from: "hm", to: "dm"), (from: "dm", to: "hm"), "#,
        );
        assert_eq!(rta(&results(&text)), Some(2140.0 + 900.0), "{adapters}");
    }
}

#[test]
fn a_subnet_that_no_name_matches_is_the_first() {
    // The pool of the first subnet there is used up by nobody, that of the second is empty.
    let pools = |first: u32, second: u32| {
        let text = with(
            &pair(SITE_LOST, ""),
            r#"network: "hn")"#,
            r#"nics: [(network: "hn", subnet: "own", static_address: true)])"#,
        );
        let text = with(
            &text,
            r#"(name: "hn", site: "hq", "#,
            r#"(name: "hn", site: "hq", subnets: [(name: "own", pool: 5)], "#,
        );
        let there = format!(
            r#"(name: "dn", site: "dr", subnets: [(name: "front", pool: {first}), (name: "back", pool: {second})], "#
        );
        results(&with(&text, r#"(name: "dn", site: "dr", "#, &there))
    };
    assert_eq!(first(&pools(1, 0)).0.outcome, Outcome::FailedOver);
    assert_eq!(first(&pools(0, 1)).0.outcome, Outcome::NotRecovered);
}

#[test]
fn undoing_a_point_takes_the_slowest_of_a_vms_volumes() {
    // At the recovery site from 2:00, replicated home; back there to a point of 9:00 once the recovery site is lost at 12:02.
    let back = |rates: [&str; 2]| {
        let operations = r#"(at: "2h", planned_failover: "pl"), (at: "2h30m", commit: "pl")"#;
        let text = pair(r#"(site: "dr", at: "12h2m")"#, operations);
        let volumes = format!(
            r#"volumes: [(name: "v", size: "4 TB", apply_rate: "{}"), (name: "w", size: "4 TB", apply_rate: "{}")]"#,
            rates[0], rates[1]
        );
        let text = with(
            &text,
            r#"(name: "h1", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")])"#,
            &format!(r#"(name: "h1", site: "hq", cores: 32, memory: "128 GB", {volumes})"#),
        );
        let text = with(
            &text,
            r#"disk: "100 GB", churn: "1 MB/s""#,
            r#"disks: [(name: "o", size: "50 GB", volume: "v", churn: "1 MB/s"), (name: "d", size: "50 GB", volume: "w", churn: "0 MB/s")]"#,
        );
        let text = with(&text, "recovery_points: 2", "recovery_points: 8");
        results(&with(&text, r#"people: "ops", groups"#, r#"people: "ops", point: "9h", groups"#))
    };
    let undone = |results: &Results| phase(results, "failover");
    let both = undone(&back(["100 MB/s", "100 MB/s"])).unwrap() - 10.0;
    for slow in [["100 MB/s", "25 MB/s"], ["25 MB/s", "100 MB/s"]] {
        let slow = undone(&back(slow)).unwrap() - 10.0;
        assert!((slow - 4.0 * both).abs() < 1.0 && both > 60.0, "{slow} {both}");
    }
}

#[test]
fn a_cluster_that_restarts_a_vm_gives_back_its_room() {
    // Each node has room for one VM. n1 is lost and back, then n2, and later n1 again: the VM finds room each time.
    let cluster = |memory: &str| {
        let faults = r#"(host: "n1", at: "2h", lasts: "1h"), (host: "n2", at: "4h", lasts: "1h"), (host: "n1", at: "6h", lasts: "1h")"#;
        let text = pair(faults, "");
        let nodes = format!(
            r#"hosts: [
        (name: "n1", site: "hq", cores: 32, memory: "{memory}", volumes: [(name: "v", size: "4 TB", cluster: true)]),
        (name: "n2", site: "hq", cores: 32, memory: "{memory}", volumes: []),"#
        );
        let h1 = "hosts: [\n        (name: \"h1\", site: \"hq\", cores: 32, memory: \"128 GB\", volumes: [(name: \"v\", size: \"4 TB\")]),";
        let text = with(&text, h1, &nodes);
        let text = with(&text, "hosts: [\"h*\"]", "hosts: [\"n*\"]");
        let text = with(
            &text,
            r#"host: "h1", cores: 2, memory: "4 GB""#,
            r#"host: "n1", highly_available: true, cores: 2, memory: "4 GB""#,
        );
        let clusters = r#"clusters: [(name: "c", site: "hq", nodes: ["n1", "n2"], broker: true, restart: "2m")], networks: ["#;
        results(&with(&text, "networks: [", clusters))
    };
    let results = cluster("10 GB");
    let moves: Vec<_> = results.outages[0].operations.moves.iter().map(|it| it.to.clone()).collect();
    assert_eq!(moves, ["n2", "n1", "n2"]);
    // Noticed after 2 min, boot 2 min, readiness 1 min.
    assert_eq!(rta(&results), Some(300.0));
}
