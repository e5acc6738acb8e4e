//! The scenario language: order has no meaning, names keep their draws, limits hold, and no text makes it panic.

use std::collections::BTreeMap;

use drsim::control_plane::{Capacity, Deployment, Profile, Provider, Proxy, Runs, VmmVersion};
use drsim::operations::Act;
use drsim::outage::Component;
use drsim::problem::Problems;
use drsim::protection::{Authentication, Initial, Relationship, Resync, Settings};
use drsim::recovery::{Conduct, PointChoice, Scope, ShutdownOrder};
use drsim::scenario::{LoadError, Loader, Scenario, Sources, apply_set, resolve};
use drsim::series::{Column, Series};
use drsim::topology::{HyperV, OsVersion, QosAction, Storage};
use drsim::units::{Bytes, Rate, Ratio, Span, Time};
use drsim::workload::{Guest, Layer};
use proptest::prelude::*;

const TWO_SITE: &str = include_str!("../../../scenarios/two-site.ron");
const BASE: &str = include_str!("problems/base.ron");

type Files = BTreeMap<String, Vec<u8>>;

pub fn files(all: &[(&str, &[u8])]) -> Files {
    all.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect()
}

fn parse(text: &str) -> Result<(Scenario, Problems), Problems> {
    Scenario::parse(&files(&[("main.ron", text.as_bytes())]), "main.ron")
}

pub fn parsed(text: &str) -> Scenario {
    parse(text).unwrap_or_else(|problems| panic!("{}", problems.render(false))).0
}

/// What is written, before anything is said of the design: values may be such as the product refuses.
fn resolved(text: &str) -> Scenario {
    let sources = Sources::load(&files(&[("main.ron", text.as_bytes())]), "main.ron").unwrap();
    resolve(&sources).unwrap_or_else(|problems| panic!("{}", problems.render(false))).0
}

fn first_code(result: Result<(Scenario, Problems), Problems>) -> &'static str {
    result.err().unwrap().iter().next().unwrap().code.id
}

#[test]
fn the_shipped_example_means_what_it_says() {
    let (scenario, warnings) =
        parse(TWO_SITE).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assert_eq!(
        (scenario.vms.len(), scenario.recovery.applications.len(), scenario.outages.len()),
        (24, 4, 3)
    );
    let codes: Vec<&str> = warnings.iter().map(|warning| warning.code.id).collect();
    assert_eq!(codes, ["W0302", "W0205"]);
    assert!(scenario.vms.iter().all(|vm| vm.protection.is_some()));
    let tuesday = Time::START + Span::seconds(38 * 3600 + 300);
    assert!(scenario.outages.iter().any(|outage| outage.strikes[0].from == tuesday));
    let lost = scenario.outages.iter().find(|outage| outage.name == "hq-lost").unwrap();
    assert_eq!(lost.strikes.len(), 1 + 3 + 3 + 1, "site, hosts, volumes and VMM server");
    assert_eq!(scenario.instant("1d14h5m").unwrap(), tuesday);
    assert_eq!(lost.moved_to(Time(5)).strikes[3].from, Time(5));
    assert!(
        scenario.assumptions.iter().any(|line| line.starts_with("vm.cores") || line.starts_with("vm.boot"))
    );
}

#[test]
fn shuffled_entries_mean_the_same() {
    let moved = |text: &str, first: &str, second: &str| {
        assert!(text.contains(first) && text.contains(second));
        text.replacen(first, "@@", 1).replacen(second, first, 1).replacen("@@", second, 1)
    };
    let shuffled =
        moved(BASE, "(name: \"hq\", zone: \"Europe/Berlin\")", "(name: \"dr\", zone: \"Europe/Berlin\")");
    let shuffled = moved(&shuffled, "(name: \"hq-net\", site: \"hq\")", "(name: \"dr-net\", site: \"dr\")");
    let shuffled =
        moved(&shuffled, "(from: \"hq-net\", to: \"dr-net\")", "(from: \"dr-net\", to: \"hq-net\")");
    let shuffled = moved(&shuffled, "rpo: \"15m\"", "rto: \"2h\"");
    let shuffled = moved(&shuffled, "seed: 1", "horizon: \"7d\"");
    assert_ne!(shuffled, BASE);
    assert_eq!(parsed(&shuffled).hash(), parsed(BASE).hash());
    let split_at = BASE.find("    policies:").unwrap();
    let main = format!("{} include: [\"rest.ron\"])", &BASE[..split_at]);
    let rest = format!("({}", &BASE[split_at..]);
    let split = files(&[("d/main.ron", main.as_bytes()), ("d/rest.ron", rest.as_bytes())]);
    let (split, _) = Scenario::parse(&split, "d/main.ron").unwrap_or_else(|p| panic!("{}", p.render(false)));
    assert_eq!(split.hash(), parsed(BASE).hash());
}

#[test]
fn another_vm_changes_nobody_elses_draws() {
    let fleet = |extra: &str| {
        let vms = format!(
            "vms: [{extra}(name: \"x-{{n}}\", count: 20, host: \"hq1\", memory: \"uniform 1 MB to 9 MB\", disk: \"1 GB\", \
             churn: [(bursts: \"6h\", rate: \"log-uniform 1 KB/s to 9 KB/s\")]),"
        );
        parsed(&BASE.replace("vms: [\n", &vms))
    };
    let with = fleet(
        "(name: \"a\", host: \"hq1\", memory: \"uniform 1 MB to 9 MB\", disk: \"1 GB\", churn: \"uniform 1 KB/s to 9 KB/s\"), ",
    );
    let without = fleet("");
    for vm in without.vms.iter() {
        let same = with.vms.iter().find(|other| other.name == vm.name).unwrap();
        let form = |vm: &drsim::workload::Vm| serde_json::to_string(&(vm.memory, &vm.disks)).unwrap();
        assert_eq!(form(vm), form(same));
    }
    let memories: std::collections::BTreeSet<_> = without.vms.iter().map(|vm| vm.memory).collect();
    assert!(memories.len() > 15, "each VM draws for itself");
}

#[test]
fn traces_are_read_filled_and_refused() {
    let bins = vec![Some(5), None, Some(7)];
    let series = Series {
        start_unix_us: 0,
        bin: Span::seconds(86_400),
        columns: vec![Column { name: "sql".into(), bins }],
    };
    let run = |layer: &str, bytes: Vec<u8>| {
        let text = BASE
            .replace("churn: \"1 MB/s\"", &format!("churn: [(trace: \"t\"{layer})]"))
            .replace("seed: 1,", "seed: 1, series: [(name: \"t\", file: \"t.series\")],");
        Scenario::parse(&files(&[("main.ron", text.as_bytes()), ("t.series", &bytes)]), "main.ron")
    };
    let (scenario, _) =
        run(", gap: \"hold\", after_end: \"repeat\", growth: \"150 %\"", series.encode()).unwrap();
    let sql = scenario.vms.iter().find(|vm| vm.name == "sql").unwrap();
    let Layer::Measured { bins, .. } = &sql.disks[0].churn[0] else { panic!("a measured layer") };
    assert_eq!(**bins, [5, 5, 7]);
    assert_eq!(first_code(run("", series.encode())), "E0307");
    assert_eq!(first_code(run(", gap: \"zero\"", series.encode())), "E0307");
    assert_eq!(first_code(run(", column: \"sq\"", series.encode())), "E0211");
    assert_eq!(first_code(run("", b"rubbish".to_vec())), "E0308");
}

#[test]
fn limits_are_said_plainly() {
    let parse = |bytes: &[u8]| Scenario::parse(&files(&[("main.ron", bytes)]), "main.ron");
    assert_eq!(first_code(parse(b"(name: \"\xff\")")), "E0102");
    assert_eq!(first_code(parse("[".repeat(10_000).as_bytes())), "E0107");
    assert_eq!(first_code(parse(format!("(a: {}", "(b: ".repeat(10_000)).as_bytes())), "E0107");
    let mut with_mark = b"\xEF\xBB\xBF".to_vec();
    with_mark.extend(BASE.as_bytes());
    assert!(parse(&with_mark).is_ok());
    struct Huge;
    impl Loader for Huge {
        fn load(&self, _: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
            assert!(limit < 100_000_000);
            Err(LoadError::TooLarge(100_000_000))
        }
    }
    let problems = Scenario::parse(&Huge, "main.ron").err().unwrap();
    assert!(problems.render(false).contains("E0103") && problems.render(false).contains("100 MB"));
}

#[test]
fn json_with_the_same_fields_means_the_same() {
    let ron = r#"(schema: 1, name: "j", start: "2026-03-02T00:00[UTC]", horizon: "1d", sites: [(name: "a", zone: "UTC")])"#;
    let json = r#"{"schema": 1, "name": "j", "start": "2026-03-02T00:00[UTC]", "horizon": "1d", "sites": [{"name": "a", "zone": "UTC"}]}"#;
    let json = Scenario::parse(&files(&[("m.json", json.as_bytes())]), "m.json").unwrap().0;
    assert_eq!(json.hash(), parsed(ron).hash());
}

#[test]
fn what_ifs_change_included_files_too() {
    let split_at = BASE.find("    links:").unwrap();
    let main = format!("{} include: [\"rest.ron\"])", &BASE[..split_at]);
    let rest = format!("({}", &BASE[split_at..]);
    let files = files(&[("main.ron", main.as_bytes()), ("rest.ron", rest.as_bytes())]);
    let mut sources = Sources::load(&files, "main.ron").unwrap();
    sources.set("links.wan.rate", "1 Gbps").unwrap();
    sources.set("horizon", "2d").unwrap();
    sources.set("links.wan.throttle.0.rate", "7 Mbps").unwrap();
    let error = sources.set("links.van.rate", "1 Gbps").unwrap_err();
    assert_eq!((error.code.id, error.suggestion()), ("E0212", Some("wan")));
    let (scenario, _) = Scenario::from_sources(&sources).unwrap();
    assert_eq!(scenario.topology.links.iter().next().unwrap().rate[0].0, 125_000_000);
    assert_eq!(scenario.horizon, Span::seconds(2 * 86_400));
}

/// Every written value arrives: one that differs from its default for each field, compared as a whole.
#[test]
fn every_field_of_a_host_a_guest_and_a_policy_arrives() {
    let text = BASE
        .replacen(
            "(name: \"v\", size: \"2 TB\")])",
            "(name: \"v\", size: \"2 TB\", apply: \"streaming\", iops: 9, read_rate: \"3 MB/s\", apply_request_rate: \"1 MB/s\", dedup_slowdown: 6)], os: \"2016\", \
             updated: false, logical_networks: [\"prod\"], apply_vms: 5, apply_disks: 6, apply_depth: 7, resync_parallel: 8, \
             compare_rate: \"2 MB/s\", vcpu_per_core: 9)",
            1,
        )
        .replace("    networks: [", "    logical_networks: [(name: \"lab\"), (name: \"prod\")],\n    networks: [")
        .replace(
            "disk: \"60 GB\"",
            "disk: \"60 GB\", used: \"9 GB\", shutdown: \"7s\", generation: 1, highly_available: false, integration_services: false, \
             shared_disk: true, backups: [(days: \"Mon\", from: \"01:00\", to: \"02:00\"), (days: \"Mon\", from: \"01:30\", to: \"03:00\")]",
        )
        .replace(
            "interval: \"5m\"",
            "interval: \"5m\", recovery_points: 13, app_consistent: \"12h\", freeze: \"9s\", resync: \"immediate\", os: \"2016\", \
             authentication: \"kerberos\", port: 8083, delete_replica: true",
        );
    let scenario = resolved(&text);
    let host = scenario.topology.hosts.iter().find(|host| host.name == "hq1").unwrap();
    let expected = HyperV {
        os: OsVersion::Ws2016,
        is_updated: false,
        cluster: None,
        logical_networks: Some(vec![drsim::ids::Id::new(1)]),
        apply_vms: Some(5),
        apply_disks: 6,
        apply_depth: Some(7),
        resync_parallel: Some(8),
        vcpu_per_core: Some(9),
        compare_rate: Some(Rate(2_000_000)),
    };
    assert_eq!(format!("{:?}", host.hyper_v), format!("{expected:?}"));
    let volume = scenario.topology.volumes.iter().find(|volume| volume.storage.iops.is_some()).unwrap();
    let storage = Storage {
        cluster: None,
        read_rate: Some(Rate(3_000_000)),
        streams: true,
        apply_request_rate: Some(Rate(1_000_000)),
        iops: Some(9),
        dedup_slowdown: Some(6),
    };
    assert_eq!(format!("{:?}", volume.storage), format!("{storage:?}"));
    let dc = scenario.vms.iter().find(|vm| vm.name == "dc").unwrap();
    let hour = 3_600_000_000;
    let guest = Guest {
        shutdown: Span::seconds(7),
        generation: 1,
        highly_available: false,
        integration_services: false,
        shared_disk: true,
        backups: vec![(Time(hour), Time(3 * hour))],
    };
    assert_eq!(format!("{:?}", dc.guest), format!("{guest:?}"));
    assert_eq!(dc.disks[0].used, Some(Bytes(9_000_000_000)));
    let settings = Settings {
        recovery_points: 13,
        app_consistent: Some(Span::seconds(12 * 3600)),
        freeze: Span::seconds(9),
        resync: Resync::Immediate,
        os: Some(OsVersion::Ws2016),
        authentication: Authentication::Kerberos,
        port: 8083,
        delete_replica: true,
    };
    let policy = scenario.policies.iter().next().unwrap();
    assert_eq!(format!("{:?}", policy.settings), format!("{settings:?}"));
}

#[test]
fn every_field_of_a_server_a_cloud_a_plan_and_a_qos_policy_arrives() {
    let text = BASE
        .replace(
            "(name: \"vmm-hq\", site: \"hq\")",
            "(name: \"vmm-hq\", site: \"hq\", runs_on: (vm: \"dc\"), sql: \"sql\", version: \"2012 SP1\", provider: (versions: [\"5.1\", \
             \"5.2\"], key_age: \"6d\", registered: false, proxy: \"custom\", blocked: [\"*.windowsazure.com\"]))",
        )
        .replace(
            "(name: \"cloud-dr\", ",
            "(name: \"cloud-dr\", hyper_v_profile: false, synchronized: false, logical_networks: [], capacity: (cores: 50, memory: \
             \"1 TB\", storage: \"unlimited\", vms: 9), ",
        )
        .replace(
            "groups: [(vms: [\"dc\"])",
            "synchronize: true, point: \"common\", shutdown: \"reverse groups\", ends_drills: false, groups: [(vms: [\"dc\"], before: [(name: \"a\", script: \
             \"1m\", only: [\"test\", \"planned\"], direction: \"back\", on: \"primary\", fails: true)])",
        )
        .replace(
            "    networks: [",
            "    qos: [(name: \"day\", hosts: [\"hq*\"], subnet_of: \"dr\", weight: 7, precedence: 200, windows: [(days: \"Mon\", from: \
             \"08:00\", to: \"18:00\")])],\n    networks: [",
        );
    let scenario = resolved(&text);
    let vmm = scenario.control_plane.vmms.iter().find(|vmm| vmm.name == "vmm-hq").unwrap();
    let row = |name: &str| scenario.vms.entries().find(|(_, vm)| vm.name == name).unwrap().0;
    let deployment = Deployment {
        runs: Runs::Vm(row("dc")),
        sql: Some(row("sql")),
        version: VmmVersion::V2012Sp1,
        provider: Provider {
            versions: vec!["5.1".into(), "5.2".into()],
            key_age: Some(Span::seconds(6 * 86_400)),
            is_registered: false,
            proxy: Proxy::Custom,
            blocked: vec!["*.windowsazure.com".into()],
        },
    };
    assert_eq!(format!("{:?}", vmm.deployment), format!("{deployment:?}"));
    let cloud = scenario.control_plane.clouds.iter().find(|cloud| cloud.name == "cloud-dr").unwrap();
    let capacity =
        Capacity { cores: Some(50), memory: Some(Bytes(1_000_000_000_000)), storage: None, vms: Some(9) };
    let profile =
        Profile { has_hyper_v: false, is_synchronized: false, logical_networks: Some(vec![]), capacity };
    assert_eq!(format!("{:?}", cloud.profile), format!("{profile:?}"));
    let plan = scenario.recovery.plans.iter().next().unwrap();
    let conduct = Conduct {
        synchronize: true,
        point: PointChoice::Common,
        shutdown: ShutdownOrder::ReverseGroups,
        ends_drills: false,
        by_hand: false,
    };
    assert_eq!(format!("{:?}", plan.conduct), format!("{conduct:?}"));
    let (planned, test, back, on_primary, fails) = (true, true, true, true, true);
    let scope = Scope { planned, unplanned: false, test, there: false, back, on_primary, fails };
    assert_eq!(format!("{:?}", plan.groups[0].before[0].scope), format!("{scope:?}"));
    let qos = scenario.topology.qos.iter().next().unwrap();
    assert_eq!((qos.hosts.len(), qos.action, qos.precedence), (1, QosAction::Weight(7), 200));
    let hour = 3_600_000_000;
    assert_eq!(qos.in_force, Some(vec![(Time(8 * hour), Time(18 * hour))]));
}

#[test]
fn first_copies_are_made_over_the_network_on_media_or_by_comparison() {
    let initial = |written: &str| {
        let scenario = parsed(&BASE.replace("(vms: [\"*\"]", &format!("(initial: {written}, vms: [\"*\"]")));
        scenario.vms.iter().next().unwrap().protection.as_ref().unwrap().relationship.initial
    };
    assert_eq!(initial("\"done\""), Initial::Done);
    assert_eq!(initial("(network: \"now\")"), Initial::Network { at: None });
    assert_eq!(initial("(existing: \"5 %\")"), Initial::Existing { differs: Ratio(50_000) });
    let offline =
        Initial::Offline { export: Some(Rate(3_000_000)), courier: Span::seconds(7200), import: None };
    assert_eq!(initial("(offline: (export: \"3 MB/s\", courier: \"2h\"))"), offline);
}

/// Fact 6.8: a suitable host reaches the mapped network; fact 6.6: and its cluster has a broker.
#[test]
fn replicas_go_to_suitable_hosts_only() {
    let host = "(name: \"dr1\", ";
    let second = "(name: \"dr2\", site: \"dr\", cores: 16, memory: \"64 GB\", volumes: [(name: \"v\", size: \"2 TB\")]), ";
    let two = BASE.replace(host, &format!("{second}{host}")).replace("[\"dr1\"]", "[\"dr*\"]");
    let homes = |text: &str| {
        let scenario = parsed(text);
        let home = |vm: &drsim::workload::Vm| vm.protection.as_ref().unwrap().replica_host;
        scenario.vms.iter().map(|vm| scenario.topology.hosts[home(vm)].name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(homes(&two), ["dr1", "dr2"], "by the memory allocated");
    let networks = two
        .replace(host, "(name: \"dr1\", logical_networks: [\"lab\"], ")
        .replacen("site: \"dr\")]", "site: \"dr\", logical: \"prod\")]", 1)
        .replace(
            "    networks: [",
            "    logical_networks: [(name: \"lab\"), (name: \"prod\")],\n    networks: [",
        );
    assert_eq!(homes(&networks), ["dr2", "dr2"]);
    let clusters = two.replace(
        "    networks: [",
        "    clusters: [(name: \"c\", site: \"dr\", nodes: [\"dr2\"], broker: false)],\n    networks: [",
    );
    assert_eq!(homes(&clusters), ["dr1", "dr1"]);
}

#[test]
fn new_faults_strike_brokers_contents_and_replication() {
    let text = BASE.replace("    networks: [", "    clusters: [(name: \"c\", site: \"dr\", nodes: [\"dr1\"])],\n    networks: [").replace(
        "(site: \"hq\", at: \"Tue 14:05\")",
        "(broker: \"c\", at: \"1h\", lasts: \"1h\"), (contents: \"sql\", at: \"2h\", found: \"9h\"), (replication: \"dc\", at: \"3h\")",
    );
    let scenario = parsed(&text);
    let hour = |hours: u64| Time(hours * 3_600_000_000);
    let strikes = &scenario.outages.iter().next().unwrap().strikes;
    let seen: Vec<_> = strikes.iter().map(|it| (it.component, it.from, it.to, it.cause.as_str())).collect();
    let id = drsim::ids::Id::<drsim::workload::Vm>::new;
    let expected = [
        (Component::Broker(drsim::ids::Id::new(0)), hour(1), Some(hour(2)), "broker of cluster c down"),
        (Component::Contents(id(1)), hour(2), Some(hour(11)), "contents of vm sql corrupted"),
        (Component::Replication(id(0)), hour(3), None, "replication of vm dc in error"),
    ];
    assert_eq!(seen, expected);
}

/// The base with a timeline.
fn with_operations(entries: &[&str]) -> String {
    BASE.replace("    outages: [", &format!("    operations: [{}],\n    outages: [", entries.join(", ")))
}

const TIMELINE: [&str; 8] = [
    "(at: \"Wed 10:00\", planned_failover: \"main\", by: \"ops\")",
    "(at: \"Tue 10:00\", test_failover: \"main\", network: \"none\", testing: \"2h\")",
    "(at: \"Tue 10:00\", test_failover: \"main\", network: \"created\")",
    "(at: \"Tue 18:00\", test_failover: \"vm:sql\", point: \"latest app-consistent\")",
    "(at: \"Tue 10:00\", pause: [\"s*\", \"dc\"])",
    "(at: \"Mon 09:00\", resynchronize: [\"dc\"], starts: \"Sun 09:00\")",
    "(at: \"Tue 11:00\", resize: \"sql/disk\", size: \"300 GB\")",
    "(at: \"Wed 11:00\", name: \"done\", commit: \"main\")",
];

#[test]
fn operations_are_ordered_by_instant_and_name_and_named_after_what_they_do() {
    let scenario = parsed(&with_operations(&TIMELINE));
    let names: Vec<&str> = scenario.operations.iter().map(|operation| operation.name.as_str()).collect();
    let expected = [
        "pause of dc, s*",
        "test failover of main",
        "test failover of main (2)",
        "resizing of sql/disk",
        "test failover of sql",
        "planned failover of main",
        "done",
        "resynchronization of dc",
    ];
    assert_eq!(names, expected);
    assert!(scenario.operations.is_sorted_by_key(|operation| operation.at));
    let Act::Pause { vms, on_replica: false } = &scenario.operations[0].act else { panic!("a pause") };
    assert_eq!(vms.len(), 2);
    let Act::Resize { disk: 0, size: Bytes(300_000_000_000), .. } = scenario.operations[3].act else {
        panic!("a resize")
    };
}

#[test]
fn enabling_within_the_run_is_an_operation() {
    let text = BASE.replace(
        "(vms: [\"*\"], from",
        "(vms: [\"sql\"], enabled: \"Tue 10:00\", initial: (network: \"Tue 20:00\"), from: \"cloud-hq\", to: \"cloud-dr\", \
         policy: \"5min\"), (vms: [\"*\"], from",
    );
    let scenario = parsed(&text);
    let [operation] = &scenario.operations[..] else { panic!("one operation") };
    let (sql, row) = scenario.vms.entries().find(|(_, vm)| vm.name == "sql").unwrap();
    assert_eq!(operation.act, Act::Enable { vms: vec![sql] });
    assert_eq!((operation.name.as_str(), operation.at), ("enabling of sql", Time(34 * 3_600_000_000)));
    let relationship = &row.protection.as_ref().unwrap().relationship;
    assert_eq!(relationship.enabled, Some(operation.at));
    assert_eq!(relationship.initial, Initial::Network { at: Some(Time(44 * 3_600_000_000)) });
    let dc = scenario.vms.iter().find(|vm| vm.name == "dc").unwrap();
    assert_eq!(dc.protection.as_ref().unwrap().relationship, Relationship::default());
}

/// Fact 1.27: by default from 18:30 to 06:00 in the zone of the site that is replicated.
#[test]
fn the_window_of_resynchronisation_is_local_to_the_source() {
    let opens = |text: &str| {
        let scenario = parsed(text);
        let Resync::Windows(open) = &scenario.policies.iter().next().unwrap().settings.resync else {
            panic!("a window")
        };
        (open[0], open[1])
    };
    let hours = |from: u64, to: u64| (Time(from * 1_800_000_000), Time(to * 1_800_000_000));
    assert_eq!(opens(BASE), (hours(0, 12), hours(37, 60)));
    let elsewhere =
        BASE.replace("(name: \"hq\", zone: \"Europe/Berlin\")", "(name: \"hq\", zone: \"Europe/London\")");
    assert_eq!(opens(&elsewhere), (hours(0, 14), hours(39, 62)));
    // Of a policy in both directions the first by name counts: dr, in Berlin.
    let there = "vms: [\n        (name: \"far\", host: \"dr1\", memory: \"4 GB\", disk: \"60 GB\", churn: \"50 KB/s\", network: \"dr-net\"),";
    let back = "protection: [(vms: [\"far\"], from: \"cloud-dr\", to: \"cloud-hq\", policy: \"5min\"), ";
    let both = elsewhere.replacen("vms: [", there, 1).replacen(
        "protection: [(vms: [\"*\"]",
        &format!("{back}(vms: [\"dc\", \"sql\"]"),
        1,
    );
    assert_eq!(opens(&both), (hours(0, 12), hours(37, 60)));
    let given =
        elsewhere.replace("interval: \"5m\"", "interval: \"5m\", resync: \"20:00 to 21:00\", zone: \"UTC\"");
    assert_eq!(opens(&given), (hours(42, 44), hours(90, 92)));
}

/// A shared volume is written at one node; VMs of every node may use it, and replicas may be placed on it.
#[test]
fn volumes_of_a_cluster_are_reached_from_every_node() {
    let host = "(name: \"hq1\", site: \"hq\", cores: 16, memory: \"64 GB\", volumes: [(name: \"v\", size: \"2 TB\")])";
    let nodes = host.replace("\"2 TB\"", "\"2 TB\", cluster: true");
    let second = "(name: \"hq2\", site: \"hq\", cores: 16, memory: \"64 GB\")";
    let text = BASE
        .replace(host, &format!("{nodes}, {second}"))
        .replace("name: \"sql\", host: \"hq1\"", "name: \"sql\", host: \"hq2\", volume: \"v\"")
        .replace("hosts: [\"hq1\"]", "hosts: [\"hq*\"]")
        .replace(
            "    networks: [",
            "    clusters: [(name: \"c\", site: \"hq\", nodes: [\"hq*\"])],\n    networks: [",
        );
    let scenario = parsed(&text);
    let volume = |name: &str| scenario.vms.iter().find(|vm| vm.name == name).unwrap().disks[0].volume;
    assert_eq!(volume("sql"), volume("dc"));
    assert!(scenario.topology.volumes[volume("sql")].storage.cluster.is_some());
    assert!(
        parsed(&text.replace(", volume: \"v\"", "")).hash() == scenario.hash(),
        "the only one need not be named"
    );
    assert_eq!(first_code(parse(&text.replace(", cluster: true", ""))), "E0201");
}

#[test]
fn what_ifs_reach_operations_clusters_and_nested_fields() {
    let text = with_operations(&TIMELINE);
    let set = |path: &str, value: &str| parsed(&apply_set(&text, path, value).unwrap());
    let at =
        set("operations.done.at", "Wed 12:00").operations.iter().find(|it| it.name == "done").unwrap().at;
    assert_eq!(at, Time(60 * 3_600_000_000));
    let testing = set("operations.2.testing", "3h");
    assert_ne!(testing.hash(), parsed(&text).hash());
    let points = set("policies.5min.recovery_points", "7");
    assert_eq!(points.policies.iter().next().unwrap().settings.recovery_points, 7);
    let limited = set("clouds.cloud-dr.capacity", "(vms: 2)");
    assert_eq!(limited.control_plane.clouds.iter().next().unwrap().profile.capacity.vms, Some(2));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_operations_in_the_file_has_no_meaning(order in Just(TIMELINE.to_vec()).prop_shuffle()) {
        prop_assert_eq!(parsed(&with_operations(&order)).hash(), parsed(&with_operations(&TIMELINE)).hash());
    }

    #[test]
    fn mangled_timelines_never_panic(at in any::<prop::sample::Index>(), length in 0usize..12, insert in "[\\PC(){}\\[\\]\",:0-9a-z]{0,6}") {
        let text = with_operations(&TIMELINE);
        let start = text.find("operations:").unwrap() + 13;
        let at = start + at.index(TIMELINE.concat().len());
        let text = format!("{}{insert}{}", &text[..at], &text[at + length..]);
        let (Ok((_, problems)) | Err(problems)) = parse(&text);
        problems.render(false);
    }

    #[test]
    fn mangled_copies_never_panic(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..12, "[\\PC(){}\\[\\]\",:0-9a-zü]{0,6}"), 1..4)) {
        let mut text: Vec<char> = TWO_SITE.chars().collect();
        for (at, length, insert) in cuts {
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        match parse(&text) {
            Ok((_, problems)) | Err(problems) => {
                problems.render(false);
                serde_json::to_string(&problems.records()).unwrap();
            }
        }
    }

    #[test]
    fn changed_numbers_never_panic(which in any::<prop::sample::Index>(), number in "[0-9.]{1,22}") {
        let digits: Vec<usize> = TWO_SITE.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
        let at = digits[which.index(digits.len())];
        let text = format!("{}{number}{}", &TWO_SITE[..at], &TWO_SITE[at + 1..]);
        let (Ok((_, problems)) | Err(problems)) = parse(&text);
        problems.render(false);
    }

    #[test]
    fn paths_of_what_ifs_never_panic(path in "(links|vms|seed|plans)?\\.?(wan|sql-report|hq-to-dr|0)?\\.?[a-z0-9.]{0,9}", value in "\\PC{0,8}") {
        if let Ok(text) = apply_set(TWO_SITE, &path, &value) {
            let _ = parse(&text);
        }
    }
}
