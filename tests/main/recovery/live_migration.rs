//! A live migration takes along the disks that the other host does not reach, in their time.

use drsim::measure::results::{Results, VmEnd};

use crate::file::{read, results};

/// `a` has 100 GB on the own volume of `h1` and 4 GB of memory, and moves to `h2` at six o'clock.
const ESTATE: &str = r#"(
    schema: 1, name: "local disks", start: "2026-03-02T00:00[UTC]", horizon: "1d", seed: 1,
    sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
    hosts: [
        (name: "h1", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
        (name: "h2", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
        (name: "d1", site: "dr", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
    ],
    links: [(name: "wan", from: "hq", to: "dr", rate: "80 Mbps", efficiency: "100 %")],
    vmm_servers: [(name: "vh", site: "hq"), (name: "vd", site: "dr")],
    clouds: [(name: "ch", vmm: "vh", hosts: ["h*"]), (name: "cd", vmm: "vd", hosts: ["d*"])],
    vms: [(name: "a", host: "h1", cores: 2, memory: "4 GB", disk: "100 GB", volume: "v", churn: "1 MB/s")],
    policies: [(name: "p", interval: "5m", phase: "aligned")],
    protection: [(from: "ch", to: "cd", policy: "p")],
    applications: [(name: "app", vms: ["a"], rpo: "15m", rto: "4h")],
    people: [(name: "ops", detection: "10m", decision: "20m", operators: 1, manual_start: "30m", manual_per_vm: "5m")],
    plans: [(name: "pl", people: "ops", groups: [(vms: ["*"])])],
    outages: [],
    operations: [(at: "6h", migrate: "a", to: "h2")],
)"#;

/// `ESTATE` with each first text in place of the second, which must be there.
fn with(changes: &[(&str, &str)]) -> String {
    let change = |text: String, (old, new): &(&str, &str)| {
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    };
    changes.iter().fold(ESTATE.to_owned(), change)
}

/// End and reason of each job, seconds after six.
fn jobs(results: &Results) -> Vec<(f64, Option<String>)> {
    let row = |job: &drsim::measure::results::JobRow| {
        (((job.to_s.unwrap() - 21_600.0) * 1000.0).round() / 1000.0, job.reason.clone())
    };
    results.operations.jobs.iter().map(row).collect()
}

/// With an outage of one fault: what `a` does at the end if it was hit.
fn struck(changes: &[(&str, &str)], fault: &str) -> Option<VmEnd> {
    let outage = format!("outages: [(name: \"o\", faults: [({fault})])]");
    let results = results(&with(&[changes, &[("outages: []", &outage)]].concat()));
    let vm = results.outages[0].vms.iter().find(|vm| vm.name == "a").map(|vm| vm.state);
    vm.filter(|state| *state != VmEnd::Running)
}

#[test]
fn disks_on_a_volume_that_the_other_host_does_not_reach_take_their_time() {
    let done = |changes: &[(&str, &str)]| jobs(&results(&with(changes)))[0].0;
    // 100 GB at the default 100 MB/s; no card limits the memory.
    assert_eq!(done(&[]), 1000.0);
    // 60 GB are in use, copied at 200 MB/s.
    let used = (
        r#"disk: "100 GB", volume: "v", churn: "1 MB/s""#,
        r#"disks: [(name: "d", size: "100 GB", used: "60 GB", volume: "v", churn: "1 MB/s")]"#,
    );
    let rate = (r#"to: "h2")"#, r#"to: "h2", storage_rate: "200 MB/s")"#);
    assert_eq!(done(&[used, rate]), 300.0);
    // Cards of 1 Gbps: 125 MB/s, for the memory too: 100 GB in 800 s, 4 GB in 32 s, and 7.2 s for three logs of 300 MB meanwhile.
    let cards = (r#"memory: "128 GB""#, r#"memory: "128 GB", nic: "1 Gbps""#);
    assert_eq!(done(&[cards, rate]), 839.2);
    // The source is read at 50 MB/s; or the other volume takes 40 MB/s.
    let read = (
        r#"(name: "h1", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", "#,
        r#"(name: "h1", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", read_rate: "50 MB/s", "#,
    );
    assert_eq!(done(&[read]), 2000.0);
    let taken = (
        r#"(name: "h2", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", "#,
        r#"(name: "h2", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", apply_rate: "40 MB/s", "#,
    );
    assert_eq!(done(&[read, taken]), 2500.0);
}

#[test]
fn disks_on_a_volume_of_the_cluster_stay_where_they_are() {
    let shared = (
        r#"volumes: [(name: "v", size: "4 TB")]),
        (name: "h2""#,
        r#"volumes: [(name: "v", size: "4 TB", cluster: true)]),
        (name: "h2""#,
    );
    let cluster = ("links:", r#"clusters: [(name: "c", site: "hq", nodes: ["h*"])], links:"#);
    let changes = [shared, cluster];
    assert_eq!(jobs(&results(&with(&changes))), [(0.0, None)]);
    // The volume outlives its host, and its loss takes the VM down wherever it runs.
    assert_eq!(struck(&changes, r#"host: "h1", at: "7h2m", lasts: "2h""#), None);
    assert!(struck(&changes, r#"volume: "h1/v", at: "7h2m", lasts: "2h""#).is_some());
}

#[test]
fn a_vm_stands_on_the_disks_of_its_source_until_the_migration_is_over() {
    // 6:10, under way: the source's loss takes it down, the other's breaks the migration off.
    assert_eq!(struck(&[], r#"host: "h1", at: "6h10m", lasts: "5m""#), Some(VmEnd::Repaired));
    assert!(struck(&[], r#"volume: "h1/v", at: "6h10m", lasts: "5m""#).is_some());
    for fault in [r#"host: "h2", at: "6h10m", lasts: "5m""#, r#"volume: "h2/v", at: "6h10m", lasts: "5m""#] {
        assert_eq!(struck(&[], fault), None, "{fault}");
        let outage = format!("outages: [(name: \"o\", faults: [({fault})])]");
        let results = results(&with(&[("outages: []", &outage)]));
        let reasons: Vec<_> =
            results.outages[0].operations.jobs.iter().map(|job| job.reason.clone()).collect();
        assert_eq!(reasons, [Some("what it needed broke while it ran".to_owned())], "{fault}");
    }
    // 7:02, over since 6:16:40: the other way round.
    assert_eq!(struck(&[], r#"host: "h1", at: "7h2m", lasts: "2h""#), None);
    assert_eq!(struck(&[], r#"volume: "h1/v", at: "7h2m", lasts: "2h""#), None);
    assert!(struck(&[], r#"host: "h2", at: "7h2m", lasts: "2h""#).is_some());
    assert!(struck(&[], r#"volume: "h2/v", at: "7h2m", lasts: "2h""#).is_some());
}

#[test]
fn what_keeps_it_down_afterwards_is_the_volume_that_it_went_to() {
    let fault = r#"outages: [(name: "o", faults: [(volume: "h2/v", at: "23h50m")])]"#;
    let results = results(&with(&[("outages: []", fault)]));
    let reason = results.outages[0].vms[0].reason.as_deref().unwrap_or_default();
    assert!(reason.starts_with("volume h2/v was not repaired"), "{reason}");
}

#[test]
fn a_migration_to_a_host_without_room_for_the_disks_is_refused() {
    let refused = Some("host h2 has no working volume with room for the disks that move along".to_owned());
    let small = (
        r#"(name: "h2", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]"#,
        r#"(name: "h2", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "99 GB")]"#,
    );
    let results = results(&with(&[small]));
    assert_eq!(jobs(&results), [(0.0, refused.clone())]);
    assert_eq!(results.vms[0].host, "h1");
    // Room for one of two: the second finds it taken by what is on its way.
    let one = (small.0, small.1.replace("99 GB", "150 GB"));
    let two = [
        (
            r#"vms: [(name: "a", host: "h1", cores: 2, memory: "4 GB", disk"#,
            r#"vms: [(name: "b", host: "h1", disk: "60 GB", memory: "4 GB", volume: "v", churn: "0 B/s"), (name: "a", host: "h1", cores: 2, memory: "4 GB", disk"#,
        ),
        (r#"to: "h2")]"#, r#"to: "h2"), (at: "6h1m", migrate: "b", to: "h2")]"#),
        (one.0, &one.1),
    ];
    assert_eq!(jobs(&crate::file::results(&with(&two))), [(1000.0, None), (60.0, refused)]);
}

#[test]
fn volumes_hold_what_was_moved_to_them_and_a_named_one_takes_it() {
    let allocated = |results: &Results| -> Vec<(String, u64)> {
        results.volumes.iter().map(|row| (row.name.clone(), row.allocated_bytes / 1_000_000_000)).collect()
    };
    let row = |name: &str, size: u64| (name.to_owned(), size);
    assert_eq!(allocated(&results(&with(&[]))), [row("d1/v", 100), row("h1/v", 0), row("h2/v", 100)]);
    // Two volumes: the one with more room, or the one that is named.
    let two = (
        r#"(name: "h2", site: "hq", cores: 32, memory: "128 GB", volumes: ["#,
        r#"(name: "h2", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "w", size: "3 TB"), "#,
    );
    let named = (r#"to: "h2")"#, r#"to: "h2", volume: "w")"#);
    assert_eq!(allocated(&results(&with(&[two])))[2..], [row("h2/v", 100), row("h2/w", 0)]);
    assert_eq!(allocated(&results(&with(&[two, named])))[2..], [row("h2/v", 0), row("h2/w", 100)]);
    let unknown = read(&with(&[(r#"to: "h2")"#, r#"to: "h2", volume: "x")"#)])).unwrap_err();
    assert!(unknown.render(false).contains("host `h2` has no volume `x`"));
}

#[test]
fn logs_and_a_replica_that_comes_back_lie_where_the_disks_went() {
    // The log of an hour's cut at 1 MB/s is 3.6 GB: h2/v has 2 GB left beside the disks, h1/v has enough.
    let tight = (
        r#"(name: "h2", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]"#,
        r#"(name: "h2", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "102 GB")]"#,
    );
    let cut = ("outages: []", r#"outages: [(name: "o", faults: [(link: "wan", at: "8h", lasts: "1h")])]"#);
    let resynchronised = |changes: &[(&str, &str)]| {
        let results = results(&with(changes));
        let states = &results.outages[0].operations.states;
        states.iter().any(|row| row.why.as_deref().is_some_and(|why| why.contains("h2/v")))
    };
    assert!(resynchronised(&[tight, cut]));
    assert!(!resynchronised(&[tight, cut, (r#"at: "6h", "#, r#"at: "20h", "#)]));
    // Failed over and reversed, its replica is applied on h2/v.
    let back =
        (r#"to: "h2")"#, r#"to: "h2"), (at: "10h", planned_failover: "pl"), (at: "12h", commit: "pl")"#);
    let results = results(&with(&[back]));
    let applied = |name: &str| results.volumes.iter().find(|row| row.name == name).unwrap().applied_bytes;
    assert!(applied("h2/v") > 0 && applied("h1/v") == 0);
}
