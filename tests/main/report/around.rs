//! What bound an age when, told by the hour.

use serde_json::Value;

use crate::cli::said;

const BASE: &str = "tests/main/language/problems/base.ron";

/// The link is throttled from 08:00 to 18:00 of each working day, when a log takes longest behind the throttle, and at other hours behind the
/// link itself.
#[test]
fn a_throttle_binds_in_its_hours() {
    let (code, out, _) = said(&["why", BASE, "--app", "database", "--json"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    let around = told["around"].as_array().unwrap();
    assert!(code == 0 && around.len() >= 7, "{around:?}");
    let mut end = "2026-03-02T00:00:00+01:00";
    for (number, span) in around.iter().enumerate() {
        assert_eq!(span["from"], end, "spans lie end to end");
        end = span["to"].as_str().unwrap();
        let (by, clocks) = if number % 2 == 0 {
            ("interval, then link wan", ["T18:00:00", "T08:00:00"])
        } else {
            ("interval, then throttle of link wan", ["T08:00:00", "T18:00:00"])
        };
        assert_eq!(span["by"], by, "{span}");
        let is_inner = number > 0 && number + 1 < around.len();
        let from = span["from"].as_str().unwrap();
        assert!(!is_inner || (from.contains(clocks[0]) && end.contains(clocks[1])), "{span}");
    }
    // Three and a half days beyond the worst, which is on Monday at 08:02.
    assert_eq!(end, "2026-03-05T20:00:00+01:00");
    let oldest = around.iter().map(|span| span["oldest_s"].as_f64().unwrap()).fold(0.0, f64::max);
    assert_eq!(Some(oldest), told["age"]["max_s"].as_f64());
    let (_, text, _) = said(&["why", BASE, "--app", "database"]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "when, up to 5m 48s interval, then throttle of link wan: Mon 2 Mar 08:00 to 18:00; Tue 3 Mar 08:00 to 18:00;";
    assert!(words.contains(told), "{text}");
}

/// A cut of five hours is one rise of the age: it is the cause in each of its hours, and not only in that in which it ends.
#[test]
fn a_long_rise_is_told_of_each_hour_that_it_lasts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cut.ron");
    let cut = include_str!("../language/problems/base.ron")
        .replace("(name: \"hq-net\", site: \"hq\")", "(name: \"hq-net\", site: \"hq\")")
        .replace("outages: [", "operations: [(at: \"Tue 20:30\", pause: \"sql\"), (at: \"Wed 01:30\", resume: \"sql\")],\n    outages: [");
    std::fs::write(&file, cut).unwrap();
    let (code, out, err) = said(&["why", file.to_str().unwrap(), "--app", "database", "--json"]);
    assert_eq!(code, 0, "{err}");
    let told: Value = serde_json::from_str(&out).unwrap();
    let span = told["around"]
        .as_array()
        .unwrap()
        .iter()
        .find(|span| span["by"].as_str().unwrap().contains("paused"));
    let span = span.unwrap_or_else(|| panic!("{}", told["around"]));
    assert!(span["from"].as_str().unwrap().starts_with("2026-03-03T20:00"), "{span}");
    assert!(span["to"].as_str().unwrap().starts_with("2026-03-04T02:00"), "{span}");
}
