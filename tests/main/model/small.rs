//! Small things that were told wrongly.

use super::{run, said_of, text};

#[test]
fn only_what_the_provider_needs_is_said_to_be_blocked() {
    let with = |address: &str| {
        let provider = format!("(name: \"vd\", site: \"dr\", provider: (blocked: [\"{address}\"]))");
        said_of(&text(&[("(name: \"vd\", site: \"dr\")", &provider)], "")).contains("URL_BLOCKED")
            || said_of(&text(&[("(name: \"vd\", site: \"dr\")", &provider)], "")).contains("W0216")
    };
    for needed in
        ["*.blob.core.windows.net", "https://abc.backup.windowsazure.com:443/", "*.windows.net", "*"]
    {
        assert!(with(needed), "{needed}");
    }
    for foreign in ["www.example.com", "*.example.com", "blob.core.windows.net.example.com"] {
        assert!(!with(foreign), "{foreign}");
    }
}

#[test]
fn the_port_of_kerberos_goes_with_it_unless_one_is_written() {
    let with = |more: &str| {
        let policy = format!("phase: \"aligned\", authentication: \"kerberos\"{more}");
        said_of(&text(&[("phase: \"aligned\"", &policy)], ""))
    };
    assert!(!with("").contains("W0243") && !with(", port: 8083").contains("W0243"));
    assert!(with(", port: 8084").contains("W0243"));
}

/// A VM that goes there and back sends over both directions of one link.
#[test]
fn what_bound_a_vm_names_a_link_once() {
    let operations = "operations: [(at: \"6h\", planned_failover: \"pl\"), (at: \"12h\", failback: \"pl\")],";
    let results = run(&text(&[("rate: \"80 Mbps\"", "rate: \"16 Mbps\"")], operations));
    let links = results.vms[0].bound.iter().filter(|bound| bound.by == "link wan").count();
    assert_eq!(links, 1, "{:?}", results.vms[0].bound);
    assert!((results.vms[0].bound.iter().map(|bound| bound.share).sum::<f64>() - 1.0).abs() < 1e-9);
}

/// Windows in which no log was applied have no latency; it is not zero.
#[test]
fn without_a_log_there_is_no_longest_latency() {
    let operations = "operations: [(at: \"1h\", pause: [\"a\"])],";
    let changes = [("horizon: \"1d\"", "horizon: \"3d\""), ("disk: \"100 GB\"", "disk: \"2 TB\"")];
    let results = run(&text(&changes, operations));
    let empty: Vec<_> = results.statistics.iter().filter(|row| row.latency_mean_s.is_none()).collect();
    let rows: Vec<_> = results
        .statistics
        .iter()
        .map(|row| (&row.from, row.latency_mean_s, row.latency_max_s, row.cycles_expected))
        .collect();
    assert!(!empty.is_empty() && empty.iter().all(|row| row.latency_max_s.is_none()), "{rows:?}");
    assert!(results.statistics.iter().any(|row| row.latency_max_s == Some(30.0)));
}

/// Hosts and VMM servers of later versions are read, and replicate as 2012 R2 does.
#[test]
fn later_versions_of_windows_server_replicate_as_2012_r2_does() {
    let results = |version: &str| {
        let host = format!("cores: 32, os: \"{version}\", memory");
        let changes = [
            ("\"hq\", cores: 32, memory", format!("\"hq\", {host}")),
            ("\"dr\", cores: 32, memory", format!("\"dr\", {host}")),
            ("interval: \"5m\"", "interval: \"30s\", recovery_points: 24".to_owned()),
            ("(name: \"vd\", site: \"dr\")", format!("(name: \"vd\", site: \"dr\", version: \"{version}\")")),
        ];
        let changes: Vec<(&str, &str)> = changes.iter().map(|(from, to)| (*from, to.as_str())).collect();
        let results = run(&text(&changes, ""));
        (results.vms, results.volumes)
    };
    let known = results("2012 R2");
    for version in ["2016", "2019", "2022", "2025"] {
        assert!(results(version) == known, "{version}");
    }
    let old = ("\"hq\", cores: 32", "\"hq\", cores: 32, os: \"2012\"");
    assert!(said_of(&text(&[old, ("interval: \"5m\"", "interval: \"30s\"")], "")).contains("E0462"));
}

/// What is limited by a throttle and by a link of the same rate: the throttle lets its whole rate through, a link has its efficiency.
#[test]
fn a_throttle_carries_its_rate_and_a_link_its_efficiency() {
    let sent_in = |link: &str| {
        let changes = [("rate: \"80 Mbps\", efficiency: \"100 %\"", link)];
        run(&text(&changes, "")).vms[0].age.as_ref().unwrap().max_s - 300.0
    };
    // 300 MB at 16 Mbps: 150 s under a throttle, and over a link 150 s ÷ 0.9.
    let throttle = "rate: \"80 Mbps\", efficiency: \"90 %\", throttle: [(rate: \"16 Mbps\", from: \"00:00\", to: \"24:00\")]";
    assert!((sent_in(throttle) - 150.0).abs() < 0.01, "{}", sent_in(throttle));
    let link = "rate: \"16 Mbps\", efficiency: \"90 %\"";
    assert!((sent_in(link) - 150.0 / 0.9).abs() < 0.01, "{}", sent_in(link));
    // A throttle above what the link carries does nothing.
    let above = format!("{link}, throttle: [(rate: \"15 Mbps\", from: \"00:00\", to: \"24:00\")]");
    assert!((sent_in(&above) - sent_in(link)).abs() < 1e-9);
}
