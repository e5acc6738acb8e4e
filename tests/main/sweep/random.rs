//! The same for small designs at random: whatever strikes whenever, a sweep and a run agree.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::single::hold_everywhere;

/// Numbers that a design is made of; each is reduced to its range where it is used.
type Design = [u8; 24];

/// One of these.
fn one_of<'a>(number: u8, of: &[&'a str]) -> &'a str {
    of[usize::from(number) % of.len()]
}

const FAULTS: [&str; 19] = [
    "(site: \"hq\", at: \"10h\")",
    "(site: \"hq\", at: \"10h\", lasts: \"6h\")",
    "(host: \"hq-1\", at: \"10h\", lasts: \"3h\")",
    "(host: \"hq-1\", at: \"10h\"), (host: \"hq-2\", at: \"10h40m\")",
    "(site: \"hq\", at: \"10h\"), (vmm: \"vmm-dr\", at: \"10h\", repair: \"90m\")",
    "(site: \"hq\", at: \"10h\"), (vmm: \"vmm-dr\", at: \"10h35m\")",
    "(site: \"hq\", at: \"10h\"), (people: \"team\", at: \"10h5m\", lasts: \"2h\")",
    "(site: \"hq\", at: \"10h\"), (host: \"dr-1\", at: \"10h\", lasts: \"1h\")",
    "(site: \"hq\", at: \"10h\"), (host: \"dr-1\", at: \"10h50m\", lasts: \"1h\")",
    "(link: \"wan\", at: \"10h\", lasts: \"2h\")",
    "(link: \"wan\", at: \"10h\"), (site: \"hq\", at: \"10h\")",
    "(volume: \"hq-1/v\", at: \"10h\", lasts: \"4h\")",
    "(site: \"dr\", at: \"10h\")",
    "(recovery_service: true, at: \"10h\", lasts: \"5h\"), (site: \"hq\", at: \"10h\")",
    "(link: \"wan\", at: \"10h\", lasts: \"20m\")",
    "(host: \"dr-1\", at: \"10h\", lasts: \"10m\")",
    "(host: \"hq-1\", at: \"10h\", lasts: \"4m\")",
    "(volume: \"dr-1/v\", at: \"10h\", lasts: \"30m\"), (link: \"wan\", at: \"10h10m\", lasts: \"5m\")",
    "(link: \"wan\", at: \"10h\", lasts: \"50m\", degraded_to: \"40 %\")",
];

fn text(it: Design) -> String {
    format!(
        r#"(
    schema: 1, name: "random", start: "2026-03-02T00:00[Europe/Berlin]", horizon: "30h", seed: 3,
    sites: [(name: "hq", zone: "Europe/Berlin"), (name: "dr", zone: "Europe/Berlin")],
    {}
    {}
)"#,
        estate(it),
        recovery(it)
    )
}

/// How many VMs.
fn count(it: Design) -> u8 {
    2 + it[0] % 4
}

fn estate(it: Design) -> String {
    let [_, policy, churn, rate, latency, apply, points, vmm, readiness, boot, room, ..] = it;
    format!(
        r#"hosts: [
        (name: "hq-1", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
        (name: "hq-2", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v", size: "4 TB")]),
        (name: "dr-1", site: "dr", cores: 32, memory: "{room}", volumes: [(name: "v", size: "9 TB"{apply})]),
    ],
    networks: [(name: "n-hq", site: "hq"), (name: "n-dr", site: "dr"), (name: "lab", site: "dr")],
    network_mappings: [(from: "n-hq", to: "n-dr")],
    links: [(name: "wan", from: "hq", to: "dr", rate: "{rate}", latency: "{latency}")],
    vmm_servers: [(name: "vmm-hq", site: "hq"), (name: "vmm-dr", site: "{vmm}")],
    clouds: [(name: "c-hq", vmm: "vmm-hq", hosts: ["hq-*"]), (name: "c-dr", vmm: "vmm-dr", hosts: ["dr-1"])],
    vms: [(name: "v-{{n}}", count: {count}, host: "hq-*", memory: "8 GB", disk: "60 GB", churn: "{churn}", network: "n-hq", boot: "{boot}", readiness: "{readiness}")],
    policies: [(name: "p", interval: "{policy}", recovery_points: {points})],
    protection: [(from: "c-hq", to: "c-dr", policy: "p")],"#,
        count = count(it),
        room = one_of(room, &["128 GB", "128 GB", "24 GB"]),
        apply = one_of(apply, &["", ", apply_rate: \"3 MB/s\"", ", apply_rate: \"60 KB/s\""]),
        rate = one_of(rate, &["10 Mbps", "3 Mbps", "200 Mbps"]),
        latency = one_of(latency, &["0ms", "8ms", "900ms"]),
        vmm = one_of(vmm, &["dr", "dr", "hq"]),
        churn = one_of(churn, &["20 KB/s", "90 KB/s"]),
        boot = one_of(boot, &["0s", "90s"]),
        readiness = one_of(readiness, &["0s", "2m", "7m"]),
        policy = one_of(policy, &["5m", "15m", "30s"]),
        points = one_of(points, &["0", "4"]),
    )
}

const SHIFTS: [&str; 4] = [
    "",
    ", shifts: [(days: \"daily\", from: \"08:00\", to: \"18:00\")]",
    BREAK,
    ", shifts: [(days: \"Mon\", from: \"07:13\", to: \"09:00\"), (days: \"daily\", from: \"21:00\", to: \"03:30\")]",
];

/// From 08:00 to 10:00 nobody is there.
const BREAK: &str = ", shifts: [(days: \"daily\", from: \"06:00\", to: \"08:00\"), (days: \"daily\", from: \"10:00\", to: \"18:00\")]";

fn recovery(it: Design) -> String {
    let [
        ..,
        shifts,
        detection,
        decision,
        manual,
        action,
        needs,
        shutdown,
        parallel,
        first,
        second,
        operation,
        operators,
    ] = it;
    let action = one_of(
        action,
        &[
            "",
            ", after: [(name: \"look\", manual: \"25m\")]",
            ", before: [(name: \"dns\", script: \"4m\")], after: [(name: \"look\", manual: \"7m\")]",
        ],
    );
    let operation = one_of(
        operation,
        &[
            "",
            "",
            "operations: [(at: \"20h\", reset_statistics: [\"v-1\"])],",
            "operations: [(at: \"14h\", by: \"team\", test_failover: \"plan\", network: \"lab\", testing: \"2h\")],",
            "operations: [(at: \"9h\", pause: [\"v-1\"]), (at: \"15h\", resume: [\"v-1\"])],",
            "operations: [(at: \"12h\", planned_failover: \"plan\"), (at: \"15h\", commit: \"plan\")],",
        ],
    );
    format!(
        r#"applications: [
        (name: "one", vms: ["v-1", "v-2"], rpo: "10m", rto: "2h"{needs}),
        (name: "all", vms: ["v-*"], depends_on: ["one"], rpo: "1h", rto: "4h", validation: "3m"),
    ],
    people: [(name: "team", detection: "{detection}", decision: "{decision}", operators: {operators}, manual_start: "{manual}", manual_per_vm: "5m"{shifts})],
    plans: [(name: "plan", people: "team"{shutdown}{parallel}, groups: [(vms: ["v-1"]{action}), (vms: ["v-2"{rest}])])],
    {operation}
    outages: [(name: "a", faults: [{first}]), (name: "b", faults: [{second}])],"#,
        needs = one_of(needs, &["", ", needs: [(of: [\"v-1\", \"v-2\"], at_least: 1)]"]),
        detection = one_of(detection, &["0s", "1m", "10m"]),
        decision = one_of(decision, &["0s", "20m"]),
        operators = 1 + operators % 2,
        manual = one_of(manual, &["0s", "30m"]),
        shifts = one_of(shifts, &SHIFTS),
        shutdown = one_of(shutdown, &["", ", shutdown_timeout: \"3m\""]),
        parallel = one_of(parallel, &["", ", parallel_recoveries: 1"]),
        rest = (3..=count(it)).map(|n| format!(", \"v-{n}\"")).collect::<String>(),
        first = one_of(first, &FAULTS),
        second = one_of(second, &FAULTS),
    )
}

#[test]
fn whatever_strikes_whenever_a_sweep_and_a_run_agree() {
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let shares = std::cell::RefCell::new((Vec::new(), Vec::new()));
    runner
        .run(&any::<Design>(), |it| {
            shares.borrow_mut().extend([hold_everywhere(&text(it), 3)].map(|(exact, early)| (exact, early)));
            Ok(())
        })
        .unwrap();
    // The faults are chosen to be hard; still much of it needs no grid, and much that is repaired is soon as if it had never been.
    let (exact, early) = shares.into_inner();
    let sum = |shares: &[Vec<u64>]| shares.iter().flatten().sum::<u64>();
    let (exact, early) = (sum(&exact), sum(&early));
    assert!(
        exact > 500 * 80 && early > 200 * 80,
        "{exact} and {early} thousandths of 80 runs are exact and early"
    );
}

/// At both ends of the morning somebody is on duty, and what happens is the same; between, people are waited for.
#[test]
fn a_break_between_two_shifts_is_found() {
    let mut it = [0; 24];
    // The shifts of `BREAK`, and a decision of 20 minutes.
    (it[12], it[14]) = (2, 1);
    let text = text(it);
    assert!(text.contains(BREAK));
    hold_everywhere(&text, 40);
}

/// The link is as it was after 20 minutes, and three hours later operators pause a VM for four: until that is over nothing is as without the outage.
#[test]
fn what_operators_do_after_an_outage_is_still_ahead_when_it_is_repaired() {
    let text = text([0; 24]);
    let (begin, _) = text.split_once("outages: [").expect("it has outages");
    let outage = "(name: \"cut\", faults: [(link: \"wan\", at: \"10h\", lasts: \"20m\")],
        operations: [(at: \"13h\", pause: [\"v-1\"]), (at: \"17h\", resume: [\"v-1\"])])";
    hold_everywhere(&format!("{begin}outages: [{outage}],\n)"), 8);
}
