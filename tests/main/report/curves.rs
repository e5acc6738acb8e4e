//! What a close-up of an outage draws is the age itself: it rises by the time that passes, and falls at drops only.

use drsim::assess::{Options, assess};
use drsim::measure::results::Charts;
use drsim::scenario::Scenario;

use crate::file::scenario;
use crate::shared::case;

const BASE: &str = include_str!("../language/problems/base.ron");

fn charts(scenario: &Scenario) -> Charts {
    assess(scenario, &Options { threads: 2, progress: &|_| {} }).unwrap().1
}

/// The vertices of an application in an outage, after each segment was held to the rule.
fn curve(charts: &Charts, application: &str, outage: &str) -> Vec<(f64, f64)> {
    let chart = charts.ages.iter().find(|chart| chart.name == application).unwrap();
    let vertices = chart.outages.iter().find(|it| it.name == outage).unwrap().vertices.clone();
    for pair in vertices.windows(2) {
        let (time, age) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let is_drop = time == 0.0 && age <= 0.0;
        assert!(is_drop || (age - time).abs() < 1e-5, "{application} in {outage}: {pair:?}");
    }
    vertices
}

/// The age that is drawn at an instant, before a drop there.
fn age(vertices: &[(f64, f64)], at: f64) -> f64 {
    let before = vertices.iter().rev().find(|vertex| vertex.0 < at).unwrap();
    before.1 + at - before.0
}

/// A link is cut for five hours. The last point that arrived was cut at 8:55, so that at 13:00 it is 4 h 5 min old; and all the teeth of the
/// week that follows, one every 30 s of each VM, change nothing in that.
#[test]
fn a_link_cut_is_drawn_as_it_was() {
    for (interval, newest) in [("5m", 300.0), ("30s", 30.0)] {
        let text = BASE
            .replace("interval: \"5m\"", &format!("interval: \"{interval}\", phase: \"aligned\""))
            .replace(
                "(site: \"hq\", at: \"Tue 14:05\")",
                "(link: \"wan\", at: \"Tue 09:00\", lasts: \"5h\")",
            );
        let read = scenario(&text);
        let vertices = curve(&charts(&read), "database", "hq-lost");
        for hour in [10, 13] {
            let at = read.instant(&format!("Tue {hour}:00")).unwrap();
            let at = at.0 as f64 / 1e6;
            let expected = f64::from(hour - 9) * 3600.0 + newest;
            assert!(
                (age(&vertices, at) - expected).abs() < 1e-5,
                "{interval}, {hour}: {}",
                age(&vertices, at)
            );
        }
        assert!(vertices.last().unwrap().1 < 3600.0, "it has caught up");
    }
}

/// In `wan-cut` the ERP is 4 h old at 13:00 and 4 h 45 min at 13:45, to the minute.
#[test]
fn a_company_is_drawn_as_it_was() {
    let Some(path) = case("verdicts/company.ron") else { return };
    let read = scenario(&std::fs::read_to_string(path).unwrap());
    let charts = charts(&read);
    let vertices = curve(&charts, "erp", "wan-cut");
    for (instant, hours) in [("2026-05-07T13:00", 4.0), ("2026-05-07T13:45", 4.75)] {
        let at = read.instant(instant).unwrap().0 as f64 / 1e6;
        let drawn = age(&vertices, at);
        assert!((drawn - hours * 3600.0).abs() < 60.0, "{instant}: {drawn}");
    }
    for chart in &charts.ages {
        chart.outages.iter().for_each(|outage| drop(curve(&charts, &chart.name, &outage.name)));
    }
}
