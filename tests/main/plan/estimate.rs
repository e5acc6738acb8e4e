//! Estimates from averages by the planners' formulas, and what asks for no bandwidth at all.

use drsim::ids::Id;
use drsim::plan::bandwidth::{Question, bandwidth, everybody};
use drsim::plan::quick::{Averages, estimate};
use drsim::plan::rates::Precision;
use drsim::plan::search::Answer;
use drsim::protection::Overrun;
use drsim::units::{Bytes, Rate, Ratio, Span};
use drsim::workload::{Disk, Layer};

use crate::pair::{MB, WAN, pair, policy};

/// 200 VMs × 2 disks × 60 GB = 24 TB, of which 5 % = 1.2 TB a day = 111.1 Mbps; a day of recovery points holds it once more. Writes count
/// three times with recovery points, one and a half times without (facts 7.1, 7.3, 7.20).
#[test]
fn the_estimate_is_the_planners_arithmetic() {
    let averages = Averages {
        vms: 200,
        disks: 2,
        used: Bytes(60_000 * MB),
        daily_change: Ratio(50_000),
        growth: Ratio(0),
        compression: Ratio::ONE,
        daily_window: Span::seconds(86_400),
        retention: Span::seconds(86_400),
        batch: Span::seconds(86_400),
        vms_per_batch: 60,
        write_iops: Some(1000),
    };
    let value = |averages: &Averages, name: &str| {
        let figures = estimate(averages);
        figures.iter().find(|figure| figure.name == name).unwrap().value
    };
    assert_eq!(value(&averages, "storage in use"), 24_000.0);
    assert!((value(&averages, "bandwidth for changes") - 1.2e12 * 8.0 / 86_400.0 / 1e6).abs() < 1e-9);
    assert!(
        (value(&averages, "bandwidth for a batch of first copies") - 7.2e12 * 8.0 / 86_400.0 / 1e6).abs()
            < 1e-9
    );
    assert_eq!(value(&averages, "time for all first copies"), 96.0);
    assert_eq!(value(&averages, "storage at the recovery site"), 25_200.0);
    assert_eq!(value(&averages, "write load at the recovery site"), 3000.0);
    let without_points = Averages { retention: Span::ZERO, growth: Ratio(300_000), ..averages };
    assert_eq!(value(&without_points, "storage at the recovery site"), 31_200.0);
    assert_eq!(value(&without_points, "write load at the recovery site"), 1950.0);
}

/// 5 MB/s of a page file beside 1 MB/s of data: 300 MB in 150 s are still 2 MB/s (fact 7.21).
#[test]
fn disks_that_are_not_replicated_need_no_rate() {
    let mut scenario =
        pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    let data = scenario.vms[Id::new(0)].disks[0].clone();
    let churn = vec![Layer::Constant(Rate(5 * MB))];
    scenario.vms[Id::new(0)].disks.push(Disk { name: "page".into(), replicate: false, churn, ..data });
    let question = Question {
        link: Id::new(WAN),
        objectives: vec![Span::seconds(450)],
        allowed: everybody(&scenario),
        slack: None,
        shares: vec![1000],
        step: Precision::Unit,
    };
    let found = bandwidth(&scenario, &question, &mut |_, _| true).unwrap();
    let Answer::Least { holds, .. } = found.rows[0].cells[0].answer else { panic!() };
    assert_eq!(holds.rate, 2 * MB);
}

/// 12 TB at 4 % a day in 18 h are 59.3 Mbps, 4 TB at 9 % in 12 h 66.7, 55 TB at 2 % in 20 h 122.2: asked on the command line and in a file.
#[test]
fn a_day_has_the_hours_that_the_link_is_there() {
    let first = |arguments: &[&str], file: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
        command.arg("plan").args(arguments).current_dir(folder.path());
        if let Some(text) = file {
            std::fs::write(folder.path().join("fleet.ron"), text).unwrap();
            command.args(["--averages", "fleet.ron"]);
        }
        let output = command.output().unwrap();
        let said =
            String::from_utf8(if output.status.success() { output.stdout } else { output.stderr }).unwrap();
        said.lines()
            .find(|line| line.contains("Mbps") || line.contains("error"))
            .unwrap_or_default()
            .to_owned()
    };
    for (used, change, window, rate) in
        [("12 TB", "4 %", "18h", "59.3"), ("4 TB", "9 %", "12h", "66.7"), ("55 TB", "2 %", "20h", "122.2")]
    {
        let asked = ["--vms", "1", "--used", used, "--daily-change", change, "--daily-window", window];
        let in_file =
            format!("(vms: 1, used: \"{used}\", daily_change: \"{change}\", daily_window: \"{window}\")");
        for said in [first(&asked, None), first(&[], Some(&in_file))] {
            assert!(said.starts_with(&format!("{rate} Mbps carry the changes")), "{said}");
        }
    }
    let refused = first(&["--vms", "1", "--used", "1 TB", "--daily-window", "25h"], None);
    assert!(refused.contains("--daily-window"), "{refused}");
    let refused = first(&[], Some("(vms: 1, used: \"1 TB\", daily_window: \"25h\")"));
    assert!(refused.contains("at most 24h"), "{refused}");
}
