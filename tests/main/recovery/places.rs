//! Where things stand is told from what happened, not from where the file had them.

use drsim::measure::results::Results;

use crate::file::results;

/// The shipped two sites with other `outages`, and with `operations`.
fn two_sites(outages: &str, operations: &str) -> Results {
    let text = include_str!("../../../scenarios/two-site.ron");
    let text = text.replacen(
        "    outages: [",
        &format!("    operations: [{operations}],\n    outages: [{outages}"),
        1,
    );
    results(&text)
}

const MIGRATED: &str = r#"(at: "Mon 06:00", migrate: "dc-1", to: "hq-hv2")"#;

#[test]
fn a_vm_that_was_migrated_stands_where_it_went_and_its_memory_with_it() {
    let (before, after) = (two_sites("", ""), two_sites("", MIGRATED));
    let host = |it: &Results, vm: &str| it.vms.iter().find(|row| row.name == vm).unwrap().host.clone();
    assert_eq!((host(&before, "dc-1").as_str(), host(&after, "dc-1").as_str()), ("hq-hv1", "hq-hv2"));
    let used = |it: &Results, host: &str| {
        let row = it.hosts.iter().find(|row| row.name == host).unwrap();
        (row.cores_used, row.memory_used_bytes)
    };
    // dc-1 has two cores and 4 GB.
    for (host, sign) in [("hq-hv1", -1_i64), ("hq-hv2", 1)] {
        let (was, is) = (used(&before, host), used(&after, host));
        assert_eq!(is.0.cast_signed() - was.0.cast_signed(), 2 * sign, "cores of {host}");
        assert_eq!(is.1.cast_signed() - was.1.cast_signed(), 4_000_000_000 * sign, "memory of {host}");
    }
}

#[test]
fn what_keeps_a_migrated_vm_down_is_the_host_it_went_to() {
    // Ten minutes before the end of the run, and on a Sunday night: nobody has acted yet.
    let outage = r#"(name: "lost", faults: [(host: "hq-hv2", at: "Sun 23:50")]),"#;
    let results = two_sites(outage, MIGRATED);
    let lost = results.outages.iter().find(|row| row.name == "lost").unwrap();
    let dc = lost.vms.iter().find(|row| row.name == "dc-1").expect("it was on the host that is lost");
    let reason = dc.reason.as_deref().unwrap_or_default();
    assert!(reason.starts_with("host hq-hv2 was not repaired"), "{reason}");
}

#[test]
fn a_migration_without_room_is_refused_as_one() {
    // sql-1 wants eight cores, and too few of the 32 of hq-hv2 are left where they are not shared.
    let move_it =
        "    operations: [(at: \"Mon 10:00\", migrate: \"sql-1\", to: \"hq-hv2\")],\n    outages: [";
    let text = include_str!("../../../scenarios/two-site.ron").replacen("    outages: [", move_it, 1);
    let host = "(name: \"hq-hv2\", site: \"hq\", cores: 32";
    assert_eq!(text.matches(host).count(), 1);
    let results = results(&text.replace(host, &format!("{host}, vcpu_per_core: 1")));
    let reasons: Vec<Option<&str>> =
        results.operations.jobs.iter().map(|job| job.reason.as_deref()).collect();
    assert_eq!(reasons, [Some("host hq-hv2 had no room for the VM")]);
}

#[test]
fn a_vm_that_was_given_another_policy_is_told_of_with_it() {
    let results = results(include_str!("../../../scenarios/policy-to-30s.ron"));
    let follows = |vm: &str| {
        let row = results.vms.iter().find(|row| row.name == vm).unwrap();
        let promised = row.recovery_points.as_ref().unwrap().promised_points;
        (row.policy.clone().unwrap(), row.interval_s.unwrap(), promised)
    };
    assert_eq!(follows("sql-1"), ("30s".to_owned(), 30.0, 6));
    assert_eq!(follows("app-1"), ("15min".to_owned(), 900.0, 6));
}

#[test]
fn points_of_a_vm_that_was_failed_over_and_reversed_take_room_where_it_came_from() {
    let text = include_str!("../../../scenarios/planned-failover-and-back.ron");
    let back = text.find(r#"(at: "Mon 20:00""#).unwrap();
    let end = back + text[back..].find("],").unwrap();
    let results = results(&format!("{}{}", &text[..back], &text[end..]));
    let takes = |volume: &str| {
        let row = results.volumes.iter().find(|row| row.name == volume).unwrap();
        row.history_bytes > 0
    };
    assert_eq!((takes("hq-hv1/csv1"), takes("dr-hv1/csv1")), (true, false));
}

#[test]
fn a_volume_applies_what_arrives_while_it_holds_the_replicas() {
    let results = results(include_str!("../../../scenarios/planned-failover-and-back.ron"));
    // Over at DR from Friday evening to Monday evening: meanwhile replicas stand at HQ.
    let applied: Vec<(&str, u64)> =
        results.volumes.iter().map(|row| (row.name.as_str(), row.applied_bytes)).collect();
    let [("dr-hv1/csv1", at_dr), ("hq-hv1/csv1", at_hq)] = applied[..] else { panic!("{applied:?}") };
    assert!(at_dr > 0 && at_hq > 0, "{applied:?}");
    // Nothing is lost, so that both have applied what all VMs have.
    assert_eq!((at_dr + at_hq).to_string(), results.audit.applied_bytes);
}

/// A VM that writes a third of what its link carries, cut off for an hour; the spare link is repaired with the other, or much later.
const CUT_OFF: &str = r#"(
    schema: 1, name: "cut off", start: "2026-01-05T00:00[UTC]", horizon: "2d", seed: 1,
    sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
    hosts: [
        (name: "h1", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v")]),
        (name: "d1", site: "dr", cores: 32, memory: "128 GB", volumes: [(name: "v")]),
    ],
    links: [
        (name: "wan", from: "hq", to: "dr", rate: "24 Mbps", efficiency: "100 %"),
        (name: "spare", from: "hq", to: "dr", rate: "24 Mbps", latency: "9ms"),
    ],
    vmm_servers: [(name: "vh", site: "hq"), (name: "vd", site: "dr")],
    clouds: [(name: "ch", vmm: "vh", hosts: ["h*"]), (name: "cd", vmm: "vd", hosts: ["d*"])],
    policies: [(name: "p", technology: "generic", interval: "5m", phase: "aligned", retry: "at_repair")],
    protection: [(from: "ch", to: "cd", policy: "p")],
    vms: [(name: "v", host: "h1", cores: 1, memory: "1 GB", disk: "1 TB", churn: "1 MB/s")],
    outages: [
        (name: "both", faults: [(link: "wan", at: "6h", lasts: "1h"), (link: "spare", at: "6h", lasts: "1h")]),
        (name: "one later", faults: [(link: "wan", at: "6h", lasts: "1h"), (link: "spare", at: "6h", lasts: "20h")]),
    ],
)"#;

#[test]
fn what_is_repaired_after_a_vm_has_caught_up_does_not_undo_it() {
    let results = results(CUT_OFF);
    let caught_up: Vec<Option<f64>> = results.outages.iter().map(|row| row.vms[0].catch_up_s).collect();
    assert_eq!(caught_up[0], caught_up[1]);
    // The hour takes 20 minutes to send, what is written meanwhile a third of that, and so on: half an hour, and the last copies.
    assert!(caught_up[0].is_some_and(|seconds| (1800.0..1900.0).contains(&seconds)), "{caught_up:?}");
}
