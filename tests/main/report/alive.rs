//! The page of a report as its reader uses it: zoomed, moved, read by pointer and keys, searched, sorted, in the dark, on a phone and without
//! a script; and as axe-core judges it. Driven by Playwright, where there is one; `.ci/run` has it.

use std::fs;
use std::process::Command;

use drsim::measure::results::{AgeChart, Charts};
use drsim::report::{FolderOptions, html, plot};
use drsim::units::Span;
use serde_json::Value;

use crate::ci::consumers::program;
use crate::golden::rendered;
use crate::report::browser::browser;
use crate::sample::{HOSTILE, rich};

/// What the reader of a page of 24 VMs and a week has to load, at most.
const SIZE_MAX: usize = 300 << 10;
/// Elements of a page, whatever the fleet.
const NODES_MAX: u64 = 6_000;

/// What happens to a page; nothing where it cannot be driven.
fn used(html: &[u8]) -> Option<Value> {
    let browser = browser()?;
    let python =
        program("DRSIM_PYTHON", "python3", &["-c", "import playwright.sync_api, axe_playwright_python"])?;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.html"), html).unwrap();
    let browser = which(browser);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/main/report/alive.py");
    let output = Command::new(python)
        .args([script, &browser, "report.html"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Where a program stands.
pub fn which(name: &str) -> String {
    let paths = std::env::var_os("PATH").unwrap();
    let all = std::env::split_paths(&paths).map(|folder| folder.join(name));
    all.filter(|path| path.is_file()).map(|path| path.display().to_string()).next().unwrap()
}

fn is_sound(seen: &Value) {
    assert_eq!(seen["wrong"], serde_json::json!([]), "nothing is wrong, and nothing fetched");
    assert_eq!(seen["axe"], serde_json::json!([]), "axe-core finds nothing");
    for (width, wide) in seen["wide"].as_object().unwrap() {
        assert_eq!(wide.to_string(), *width, "no scrolling sideways");
    }
    assert!(seen["nodes"].as_u64().unwrap() <= NODES_MAX, "{}", seen["nodes"]);
    assert_eq!(seen["still"]["alive"], 0, "without a script no control is shown that does nothing");
    assert!(seen["still"]["drawn"].as_u64().unwrap() >= 1);
}

#[test]
fn a_page_is_zoomed_read_searched_and_sorted_and_axe_finds_nothing() {
    let html = &rendered("two-site")["report.html"];
    assert!(html.len() <= SIZE_MAX, "{} bytes", html.len());
    let Some(seen) = used(html) else { return };
    is_sound(&seen);
    let still = seen["still"]["text"].as_str().unwrap();
    for words in ["3 of 4 applications", "What would change it", "If it happened at another hour", "web-10"] {
        assert!(still.contains(words), "without a script: {words}");
    }
    let used = &seen["used"];
    let said = |key: &str| used[key].as_str().unwrap_or_else(|| panic!("no {key}"));
    let whole = "Mon 2 Mar 00:00:00 to Mon 9 Mar 00:00:00 · 7d shown";
    for key in ["whole", "doubled", "key 0"] {
        assert_eq!(said(key), whole, "{key}");
    }
    for key in ["dragged", "moved", "jumped", "key +", "key ArrowRight", "key p", "key End", "key -"] {
        assert_ne!(said(key), whole, "{key}");
    }
    assert_ne!(said("dragged"), said("moved"));
    assert!(said("fragment").starts_with("#t="));
    assert_eq!(
        (used["strips"].as_u64(), used["rows"].as_u64(), used["none"].as_u64()),
        (Some(5), Some(24), Some(0))
    );
    assert_eq!((said("focus"), said("sorted"), said("first")), ("find", "ascending", "app-01"));
    // In the middle of the week, Thursday noon: what the heads say is what the engine measured.
    assert!(said("reading").starts_with("Thu 5 Mar 12:00:0") && said("reading").contains("throttled"));
    let (_, charts) = crate::golden::assessed("two-site");
    let heads: Vec<&str> = used["heads"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    for (chart, head) in charts.ages.iter().zip(heads) {
        let near: Vec<String> = [-1.0, 0.0, 1.0].map(|by| said_of(age_at(chart, 302_400.0) + by)).into();
        assert!(near.iter().any(|said| said == head), "{}: {head} is none of {near:?}", chart.name);
    }
}

/// A page does so whatever names stand in it.
#[test]
fn hostile_names_do_nothing_to_a_page_that_is_used() {
    let (results, charts): (_, Charts) = rich();
    let options = FolderOptions { command: HOSTILE.into(), ..FolderOptions::default() };
    let html = html::write(&results, &charts, &plot::all(&results, &charts), &options);
    let Some(seen) = used(html.as_bytes()) else { return };
    is_sound(&seen);
}

/// How old an application's newest common point is, by the vertices between which it rises, s.
fn age_at(chart: &AgeChart, at: f64) -> f64 {
    let rise = chart.baseline.windows(2).find(|pair| pair[0].0 <= at && at < pair[1].0).unwrap();
    rise[0].1 + at - rise[0].0
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive age")]
fn said_of(seconds: f64) -> String {
    Span::seconds(seconds.round() as u64).to_string()
}
