//! Every shipped scenario's report, compared byte by byte with the one committed under `reports/`: one in full, of the others
//! the summary, the result and the page of a sweep.
//!
//! When a change is meant: `UPDATE=1 cargo test golden`, then read the difference before committing it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use drsim::assess::{Options, assess};
use drsim::cli::files::Disk;
use drsim::measure::results::{Charts, Outcome, Results};
use drsim::plan::levers::quick;
use drsim::plan::shorter::shorter;
use drsim::report::csv::Texts;
use drsim::report::terminal::{Screen, summary};
use drsim::report::{self, render};
use drsim::scenario::Scenario;
use drsim::sweep::{Ask, sweep};
use drsim::units::{Span, Time};

pub type Files = BTreeMap<String, Vec<u8>>;

/// The scenario whose whole report is committed.
const IN_FULL: &str = "two-site";

/// All committed reports together.
const BYTES_MAX: usize = 4_400_000;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Stems of `scenarios/*.ron`, sorted.
pub fn scenarios() -> Vec<String> {
    let paths = fs::read_dir(root().join("scenarios")).unwrap().map(|entry| entry.unwrap().path());
    let ron = paths.filter(|path| path.extension().is_some_and(|extension| extension == "ron"));
    let mut names: Vec<_> = ron.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    assert!(!names.is_empty());
    names
}

fn scenario(name: &str) -> Scenario {
    let path = root().join(format!("scenarios/{name}.ron"));
    let read = Scenario::parse(&Disk, path.to_str().unwrap());
    read.unwrap_or_else(|problems| panic!("{}", problems.render(false))).0
}

/// What a shipped scenario comes to.
pub fn assessed(name: &str) -> (Results, Charts) {
    assess(&scenario(name), &Options { threads: 2, progress: &|_| {} }).unwrap()
}

/// The whole report of a shipped scenario.
pub fn rendered(name: &str) -> Files {
    let (results, charts) = assessed(name);
    let command = format!("drsim run scenarios/{name}.ron");
    let scenario = scenario(name);
    let each_hour = drsim::sweep::hours(&scenario);
    let levers = quick(&scenario, 2);
    let shorter = shorter(&scenario, &results, &report::html::explained(&results), 2);
    let beside = report::Beside::of(&scenario, each_hour.as_ref(), levers, shorter);
    let options = report::FolderOptions { command: command.clone(), beside, ..Default::default() };
    let mut files: Files = render(&results, &charts, &options).into_iter().collect();
    let next = format!("{command} --out report/");
    let hours = each_hour.map_or_else(Vec::new, |sweep| {
        report::sweep::hours(&scenario, &sweep, &format!("drsim sweep scenarios/{name}.ron"))
    });
    let text = summary(&results, &hours, Screen { width: 80, colour: false }, &next);
    files.insert("summary.txt".into(), text.into_bytes());
    files
}

/// What is kept of it.
fn report_of(name: &str) -> Files {
    let mut files = rendered(name);
    keep_one_plot_of_each_kind(&mut files);
    // Its list names what is not kept. Packed bytes show no difference: `report::workbook` holds them to the CSV.
    files.remove("report.sha256");
    files.remove("result.xlsx");
    files.retain(|file, _| name == IN_FULL || file == "result.json" || file == "summary.txt");
    files.extend(sweep_of(name));
    files
}

/// The page of a sweep over all outages, as `drsim sweep` writes it, of one the JSON too; nothing where there is no outage.
pub fn sweep_of(name: &str) -> Files {
    let scenario = scenario(name);
    if scenario.outages.is_empty() {
        return Files::new();
    }
    let ask = Ask {
        outages: scenario.outages.ids().collect(),
        window: (Time::START, Time(scenario.horizon.0)),
        every: Some(Span::seconds(3600)),
        threads: 2,
    };
    let document = report::sweep::document(&scenario, &sweep(&scenario, &ask, &|_| {}));
    let command = format!("drsim sweep scenarios/{name}.ron");
    let files = report::plan::render(&document, report::plan::SWEEP, &command, Texts::Neutral);
    let is_kept = |file: &str| file == "sweep.html" || file == "sweep.json" && name == IN_FULL;
    files.into_iter().filter(|(file, _)| is_kept(file)).collect()
}

/// All plots stand in the page anyway.
fn keep_one_plot_of_each_kind(files: &mut Files) {
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|name, _| match name.strip_prefix("plots/") {
        Some(plot) => seen.insert(plot.split('-').next().unwrap().to_owned()),
        None => true,
    });
}

/// All files below a folder, by path relative to it, with `/`.
pub fn below(folder: &Path) -> Files {
    fn walk(folder: &Path, prefix: &str, found: &mut Files) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                walk(&path, &format!("{name}/"), found);
            } else {
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = Files::new();
    walk(folder, "", &mut found);
    found
}

fn expected() -> Files {
    let all = scenarios().into_iter().flat_map(|name| {
        report_of(&name).into_iter().map(move |(file, bytes)| (format!("{name}/{file}"), bytes))
    });
    all.collect()
}

#[test]
fn golden_reports_are_current() {
    let (folder, expected) = (root().join("reports"), expected());
    assert!(expected.values().map(Vec::len).sum::<usize>() < BYTES_MAX, "the reports have grown too large");
    if std::env::var_os("UPDATE").is_some() {
        let _ = fs::remove_dir_all(&folder);
        for (name, bytes) in &expected {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        return;
    }
    let committed = below(&folder);
    let mut wrong = Vec::new();
    for (name, bytes) in &expected {
        match committed.get(name) {
            None => wrong.push(format!("reports/{name} is missing")),
            Some(old) if old != bytes => {
                wrong.push(format!("reports/{name}: {}", first_difference(old, bytes)))
            }
            Some(_) => {}
        }
    }
    let stale = committed.keys().filter(|name| !expected.contains_key(*name));
    wrong.extend(stale.map(|name| format!("reports/{name} is not part of any report: stale")));
    assert!(wrong.is_empty(), "{}\nif this is meant: UPDATE=1 cargo test golden", wrong.join("\n"));
}

fn first_difference(old: &[u8], new: &[u8]) -> String {
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(old), lines(new));
    let at = old.iter().zip(&new).position(|(a, b)| a != b).unwrap_or(old.len().min(new.len()));
    let show = |lines: &[String]| {
        let line = lines.get(at).map_or("(end of file)", String::as_str);
        line.chars().take(200).collect::<String>()
    };
    format!("line {}\n  committed: {}\n  now:       {}", at + 1, show(&old), show(&new))
}

/// The curve of an application through an outage that it outlives, with copies that fall behind, reaches the age that is told.
#[test]
fn what_is_drawn_reaches_what_is_told() {
    let mut compared = 0;
    for name in scenarios() {
        let (results, charts) = assessed(&name);
        for (outage, row) in
            results.outages.iter().flat_map(|outage| outage.applications.iter().map(move |row| (outage, row)))
        {
            let (Outcome::NotHit, Some(told)) = (row.outcome, row.age_max_s) else { continue };
            let chart = charts.ages.iter().find(|chart| chart.name == row.name).unwrap();
            let curve = chart.outages.iter().find(|curve| curve.name == outage.name).unwrap();
            let drawn = curve.vertices.iter().map(|vertex| vertex.1).fold(0.0, f64::max);
            assert!(
                (drawn - told).abs() < 1e-5,
                "{name}, {}, {}: {drawn} is drawn, {told} is told",
                outage.name,
                row.name
            );
            compared += 1;
        }
    }
    assert!(compared >= 4);
}

#[test]
fn what_a_run_says_has_its_meaning_beside_it_and_reads_back_without() {
    let (results, _) = assessed("tutorial");
    let reasons = |results: &Results| -> Vec<_> {
        results.outages.iter().flat_map(|it| &it.applications).flat_map(|it| it.reasons.clone()).collect()
    };
    let bounds = |results: &Results| -> Vec<_> {
        results.vms.iter().flat_map(|it| &it.bound).map(|it| it.by.clone()).collect()
    };
    assert!(!reasons(&results).is_empty() && reasons(&results).iter().all(|it| it.code().is_some()));
    assert!(!bounds(&results).is_empty() && bounds(&results).iter().all(|it| it.code().is_some()));
    let stored = report::json::parse(&crate::file::stored(&results)).unwrap();
    assert!(reasons(&stored).iter().all(|it| it.code().is_none()));
    assert_eq!((reasons(&stored), bounds(&stored)), (reasons(&results), bounds(&results)));
}
