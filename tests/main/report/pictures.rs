//! Pictures of restoration and exceedance are what follows from the scenario by hand.

use drsim::document::Curve;
use drsim::report::plot::{exceedance, png, restoration, svg};
use drsim::report::{FolderOptions, render};
use drsim::sweep::{Ask, sweep};
use drsim::units::{Span, Time};

use crate::file;

/// Two VMs over a link on which a log takes no time worth telling: one is copied every 5 minutes, the other every 15.
const TWO: &str = r#"(
    schema: 1,
    name: "Two",
    start: "2026-03-02T00:00[UTC]",
    horizon: "10d",
    sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
    hosts: [
        (name: "h1", site: "hq", cores: 16, memory: "64 GB", volumes: [(name: "v", size: "2 TB")]),
        (name: "d1", site: "dr", cores: 16, memory: "64 GB", volumes: [(name: "v", size: "2 TB")]),
    ],
    networks: [(name: "hq-net", site: "hq", dns_ttl: "0s"), (name: "dr-net", site: "dr", dns_ttl: "0s")],
    network_mappings: [(from: "hq-net", to: "dr-net")],
    links: [(name: "wan", from: "hq", to: "dr", rate: "10 Gbps")],
    vmm_servers: [(name: "vmm-hq", site: "hq"), (name: "vmm-dr", site: "dr")],
    clouds: [
        (name: "cloud-hq", vmm: "vmm-hq", hosts: ["h1"]),
        (name: "cloud-dr", vmm: "vmm-dr", hosts: ["d1"]),
    ],
    recovery_service: (job_latency: "30s"),
    policies: [(name: "5min", interval: "5m", phase: "aligned"), (name: "15min", interval: "15m", phase: "aligned")],
    vms: [
        (name: "quick", host: "h1", memory: "4 GB", disk: "60 GB", churn: "1 KB/s", network: "hq-net", boot: "1m", readiness: "0s"),
        (name: "slow", host: "h1", memory: "4 GB", disk: "60 GB", churn: "1 KB/s", network: "hq-net", boot: "7m", readiness: "0s"),
    ],
    protection: [
        (vms: ["quick"], from: "cloud-hq", to: "cloud-dr", policy: "5min"),
        (vms: ["slow"], from: "cloud-hq", to: "cloud-dr", policy: "15min"),
    ],
    applications: [
        (name: "front", vms: ["quick"], rpo: "10m", rto: "1h"),
        (name: "back", vms: ["slow"], rpo: "10m", rto: "1h"),
    ],
    people: [(name: "ops", detection: "10m", decision: "20m", shifts: [(days: "daily", from: "06:00", to: "18:00")])],
    plans: [(name: "main", people: "ops", fail_over: "10s", groups: [(vms: ["quick", "slow"])])],
    outages: [(name: "hq-lost", faults: [(site: "hq", at: "Tue 14:05")])],
)"#;

/// How high a line is at a value across.
fn at(curve: &Curve, name: &str, x: f64) -> f64 {
    let line = curve.lines.iter().find(|line| line.name == name).unwrap_or_else(|| panic!("no line {name}"));
    let after = line.points.iter().position(|point| point.0 > x).expect("it goes on beyond");
    let (before, after) = (line.points[after - 1], line.points[after]);
    if line.is_stepped {
        return before.1;
    }
    before.1 + (after.1 - before.1) * (x - before.0) / (after.0 - before.0)
}

/// A point that is cut every 5 minutes and is there at once is older than x for (300 s − x) ÷ 300 s of the time: a straight line.
#[test]
fn the_age_of_a_steady_copy_falls_in_a_straight_line() {
    let curve = exceedance::of_ages(&file::results(TWO)).expect("there are ages");
    for (name, interval) in [("front", 300.0), ("back", 900.0)] {
        for tenth in 0..10 {
            let share = f64::from(tenth) / 10.0;
            let is = at(&curve, name, interval * (1.0 - share));
            assert!((is - share).abs() < 1e-3, "{name} at {share}: {is}");
        }
    }
    assert_eq!(curve.marks, [(600.0, "RPO 10m: back, front".to_owned())]);
    // And so it is drawn: one definition, two formats.
    let picture = drsim::report::plot::curve::draw(&curve, &|_| String::new());
    assert!(
        svg::file(&picture)
            .contains(">For how much of the time recovery points are older than so much</text>")
    );
    assert!(png::file(&picture).starts_with(b"\x89PNG"));
}

/// 10 + 20 minutes until the declaration, half a minute to the first step, 10 s to fail over, 1 and 7 minutes to boot.
#[test]
fn what_is_back_rises_at_the_instants_at_which_it_is_back() {
    let results = file::results(TWO);
    let curve = restoration::of(&results.outages[0]).expect("it takes something down");
    let base = 1800.0 + 30.0 + 10.0;
    for line in ["2 of 2 applications", "2 of 2 VMs"] {
        for (x, share) in [(0.0, 0.0), (59.0, 0.0), (61.0, 0.5), (419.0, 0.5), (421.0, 1.0)] {
            assert!(
                (at(&curve, line, if x == 0.0 { 0.0 } else { base + x }) - share).abs() < 1e-9,
                "{line} {x}"
            );
        }
    }
    assert_eq!(curve.marks, [(1800.0, "declared".to_owned())]);
}

/// A VM that stays down counts among those that are not back, and an outage that takes nothing down draws nothing.
#[test]
fn what_stays_down_is_not_back() {
    let short = TWO.replace(
        r#"memory: "64 GB", volumes: [(name: "v", size: "2 TB")]),
    ],"#,
        r#"memory: "9 GB", volumes: [(name: "v", size: "2 TB")]),
    ],"#,
    );
    assert_ne!(short, TWO);
    let curve = restoration::of(&file::results(&short).outages[0]).expect("one is back");
    let last = |line: &drsim::document::Line| line.points.last().unwrap().1;
    assert_eq!(curve.lines.iter().map(last).collect::<Vec<f64>>(), [0.5, 0.5]);
    let names: Vec<&str> = curve.lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["1 of 2 applications", "1 of 2 VMs"]);
    let cut =
        TWO.replace("(site: \"hq\", at: \"Tue 14:05\")", "(link: \"wan\", at: \"Tue 14:05\", lasts: \"1h\")");
    assert!(restoration::of(&file::results(&cut).outages[0]).is_none());
}

/// At night nobody decides until 06:00. What strikes between 17:30 and 05:50 waits for that.
#[test]
fn instants_of_a_sweep_exceed_as_often_as_they_are_longer() {
    let scenario = file::scenario(TWO);
    let window = (Time::START, Time(Span::seconds(7 * 86_400).0));
    let ask = Ask { outages: scenario.outages.ids().collect(), window, every: None, threads: 1 };
    let found = sweep(&scenario, &ask, &|_| {});
    for curve in &found.outages[0].rta {
        let points = curve.exceeding();
        assert_eq!(points.first().map(|point| point.1), Some(curve.instants()));
        for (number, above) in &points {
            // Of numbers that many instants have, the second point is below them.
            let instants = curve.misses(*number).lasts();
            let is_first = points.iter().any(|other| other.0 == *number && other.1 < *above);
            let pieces = curve.pieces().len() as u64;
            assert!(is_first || above.abs_diff(instants) <= pieces, "{number}: {above}, {instants}");
        }
    }
    let told = drsim::report::sweep::document(&scenario, &found);
    let rta = told.sections.iter().find(|section| section.key == "rta").unwrap();
    let curve = rta.curves.iter().find(|curve| curve.key == "exceedance-hq-lost").unwrap();
    // From 17:30 to 17:50 the decision is cut short for the night, 12 hours longer; from then to 05:50 it waits for what is left of it.
    let day = 1800.0 + 40.0 + 60.0;
    for hours in 1..11 {
        let longer = f64::from(hours) * 3600.0;
        let is = at(curve, "front", day + longer);
        let expected = (43_200.0 + 1200.0 - longer) / 86_400.0;
        assert!((is - expected).abs() < 1e-3, "{hours} h longer: {is}, not {expected}");
    }
    assert!((at(curve, "front", day - 1.0) - 1.0).abs() < 1e-9);
}

/// They stand in the folders, titles in them.
#[test]
fn folders_have_them() {
    let scenario = file::scenario(TWO);
    let run = drsim::assess::assess(&scenario, &drsim::assess::Options { threads: 1, progress: &|_| {} });
    let (results, charts) = run.expect("no byte is lost");
    let files = render(&results, &charts, &FolderOptions { png: true, ..FolderOptions::default() });
    for name in ["plots/exceedance-ages", "plots/restoration-hq-lost"] {
        for ending in ["svg", "png"] {
            assert!(files.iter().any(|(file, _)| *file == format!("{name}.{ending}")), "{name}.{ending}");
        }
    }
    let (_, svg) = files.iter().find(|(file, _)| file == "plots/restoration-hq-lost.svg").unwrap();
    assert!(String::from_utf8_lossy(svg).contains("font-weight=\"bold\">Restoration after hq-lost</text>"));
}
