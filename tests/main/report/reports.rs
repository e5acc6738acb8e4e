//! Reports are complete, harmless, fit their width, and are the same bytes each time.

use std::collections::BTreeSet;

use drsim::measure::results::{Charts, Outcome, Results, Status};
use drsim::report::plot::{self, Subject};
use drsim::report::run::tables;
use drsim::report::terminal::{self, Screen};
use drsim::report::{FolderOptions, csv, html, json, render, verdict};
use unicode_width::UnicodeWidthStr;

use crate::sample::{HOSTILE, rich, tiny};

fn files(png: bool) -> Vec<(String, Vec<u8>)> {
    let (results, charts) = rich();
    render(
        &results,
        &charts,
        &FolderOptions { png, command: "drsim run dr/main.ron -o report".into(), ..FolderOptions::default() },
    )
}

fn page(results: &Results, charts: &Charts) -> String {
    html::write(
        results,
        charts,
        &plot::all(results, charts),
        &FolderOptions { command: "drsim run <x>".into(), ..FolderOptions::default() },
    )
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert!(files(false) == files(false));
}

/// Also leaves the folder where one can look at it.
#[test]
fn a_folder_has_every_format_under_harmless_unique_names() {
    let files = files(true);
    let names: BTreeSet<_> = files.iter().map(|(name, _)| name.to_lowercase()).collect();
    assert_eq!(names.len(), files.len());
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    for (name, bytes) in &files {
        let safe = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
        assert!(name.chars().all(safe) && !name.contains("..") && !name.starts_with('/'), "{name}");
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    for name in [
        "report.html",
        "result.json",
        "result.xlsx",
        "csv/steps.csv",
        "plots/link-wan-hq-dr.svg",
        "plots/recovery-hq-lost.png",
    ] {
        assert!(names.contains(name), "{name} in {names:?}");
    }
}

#[test]
fn json_reads_back_sorted_and_without_needless_digits() {
    let (results, _) = rich();
    let text = crate::file::stored(&results);
    let read = json::parse(&text).unwrap();
    assert_eq!(crate::file::stored(&read), text);
    let close = |value: f64| (value * 1e6).round() / 1e6;
    let (before, after) = (results.vms[3].age.as_ref().unwrap(), read.vms[3].age.as_ref().unwrap());
    assert_eq!((close(before.p999_s), read.outages), (after.p999_s, results.outages));
    assert!(text.ends_with("}\n"));
    for (indent, least) in [("  \"", 4), ("      \"", 20)] {
        let keys: Vec<_> = text.lines().filter(|line| line.starts_with(indent)).collect();
        assert!(keys.is_sorted() && keys.len() >= least, "{keys:?}");
    }
    let decimals =
        |line: &str| line.trim_end_matches(',').rsplit_once('.').map_or(0, |(_, digits)| digits.len());
    assert!(text.lines().filter(|line| line.contains("_s\": ")).all(|line| decimals(line) <= 6));
}

#[test]
fn tables_have_a_row_for_each_item() {
    let (results, _) = rich();
    let rows = |name: &str| {
        let table = tables(&results).find(|table| table.key == name).unwrap();
        let text = csv::write(&table, 6, csv::Texts::Neutral);
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        reader.records().map(Result::unwrap).count()
    };
    assert_eq!(
        (rows("applications"), rows("vms"), rows("links"), rows("routes"), rows("hosts")),
        (5, 6, 2, 3, 2)
    );
    assert_eq!((rows("volumes"), rows("sites")), (2, 1));
    assert_eq!((rows("outages"), rows("outage_applications"), rows("outage_vms")), (3, 7, 3));
    assert_eq!(rows("outage_links"), 2);
    assert_eq!(rows("phases"), 8 + 7 + 7);
    // While nothing fails, and in the two outages that carry the same.
    assert_eq!((rows("jobs"), rows("states"), rows("unprotected")), (3 * 4, 3 * 2, 3 * 3));
    assert_eq!((rows("health"), rows("statistics"), rows("recovery_points")), (2, 2, 5));
    assert_eq!(rows("steps"), results.outages.iter().map(|outage| outage.steps.len()).sum::<usize>());
}

/// The page but for what stands in its scripts.
fn without_scripts(html: &str) -> String {
    let mut parts = html.split("<script");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |words, part| words + part.split_once("</script>").expect("a script ends").1)
}

#[test]
fn the_library_of_charts_is_as_published() {
    use sha2::Digest;
    let hash = |bytes: &[u8]| {
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    assert_eq!(
        hash(include_bytes!("../../../templates/uplot/uPlot.iife.min.js")),
        "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f"
    );
    assert_eq!(
        hash(include_bytes!("../../../templates/uplot/uPlot.min.css")),
        "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04"
    );
    let (results, charts) = rich();
    assert!(page(&results, &charts).contains("Copyright (c) 2022 Leon Sorokin"));
}

#[test]
fn no_name_gets_into_the_page_unescaped_and_nothing_is_fetched() {
    let (results, charts) = rich();
    let html = page(&results, &charts);
    for hostile in ["<b>", "\"x'", "&\"", "\u{1b}", "drsim run <x>"] {
        assert!(!html.contains(hostile), "{hostile:?}");
    }
    // What it runs is its own, and data are no program's.
    let script = include_str!("../../../templates/page.js");
    let style = include_str!("../../../templates/style.css");
    for fetch in ["http", "fetch(", "XMLHttp", "import(", "WebSocket", "url(", "@import", "eval("] {
        assert!(!script.contains(fetch) && !style.contains(fetch), "{fetch}");
    }
    let words = without_scripts(&html);
    for fetch in ["http:", "https:", "//", "src=", "url(", "@import", "<link", "<script", "javascript:"] {
        let at =
            words.find(fetch).map(|at| words[at.saturating_sub(40)..].chars().take(120).collect::<String>());
        assert_eq!(at, None, "{fetch}");
    }
    assert!(html.contains("Simulated estimate. Not evidence of a recovery test."));
    assert!(html.contains("Payroll") || html.contains("payroll misses its RTO by 38m in “hq lost”"));
}

#[test]
fn svg_files_are_well_formed_and_harmless() {
    for (name, bytes) in files(false).iter().filter(|file| file.0.ends_with(".svg")) {
        let svg = String::from_utf8(bytes.clone()).unwrap();
        assert!(!svg.contains("<b>") && !svg.contains('\u{1b}'), "{name}");
        assert!(svg.contains("<title>") && svg.contains("<desc>"), "{name}");
        for tag in ["text", "title", "desc", "svg"] {
            assert_eq!(
                svg.matches(&format!("<{tag}>")).count() + svg.matches(&format!("<{tag} ")).count(),
                svg.matches(&format!("</{tag}>")).count(),
                "{name} {tag}"
            );
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

#[test]
fn the_highest_point_of_a_saw_tooth_is_drawn() {
    let (results, mut charts) = rich();
    charts.ages[0].outages.clear();
    let at = charts.ages[0].baseline.len() / 3;
    charts.ages[0].baseline[at].1 = 2000.0;
    let plots = plot::all(&results, &charts);
    let plot = plots.iter().find(|plot| plot.subject == Subject::Age("directory".into())).unwrap();
    let heights = plot.picture.shapes.iter().filter_map(|shape| {
        let plot::picture::Shape::Line { points, ink: plot::picture::Ink::Blue, .. } = shape else {
            return None;
        };
        points.iter().map(|point| point.1).reduce(f64::min)
    });
    // The frame is 190 high, ends 12 % above the highest age, and begins at 26.
    let highest = 26.0 + 190.0 * (1.0 - 1.0 / 1.12);
    assert!(heights.into_iter().any(|height| (height - highest).abs() < 0.01));
}

#[test]
fn ways_between_sites_are_told_in_a_line_each() {
    let (results, charts) = rich();
    let told = [
        "dr → hq: 190 Mbps over wan; 285 Mbps fit over all ways; all pass through fault domain carrier",
        "dr → east: 190 Mbps over wan; 285 Mbps fit over all ways; no single point of failure",
        "hq → dr: 190 Mbps over wan, the only way",
    ];
    let text = terminal::summary(&results, &[], Screen { width: 200, colour: false }, "");
    let page = html::write(&results, &charts, &plot::all(&results, &charts), &FolderOptions::default());
    for line in told {
        assert!(text.contains(&format!(" {line}\n")), "{line}\n{text}");
        assert!(page.contains(&format!("<li>{line}</li>")), "{line}");
    }
}

#[test]
fn no_line_is_wider_than_the_screen() {
    let (results, _) = rich();
    let variants =
        [("as is".to_string(), results.clone()), (format!("wan 1 Gbps {HOSTILE}"), tiny_variant(&results))];
    for width in [40, 52, 60, 75, 76, 80, 120, 200] {
        let screen = Screen { width, colour: false };
        let texts = [
            terminal::summary(
                &results,
                &["an hour ".repeat(30)],
                screen,
                "drsim run dr/main.ron --outage \"hq lost\" -o report  writes the report",
            ),
            terminal::summary(&tiny(), &[], screen, ""),
            terminal::variants(&variants, screen),
        ];
        for line in texts.iter().flat_map(|text| text.lines()) {
            assert!(line.width() <= width, "{width}: {} {line}", line.width());
            assert!(!line.contains('\u{1b}') && line.trim_end() == line, "{line:?}");
        }
        if width == 80 || width == 40 {
            texts.iter().for_each(|text| println!("{text}\n{}", "=".repeat(width)));
        }
    }
    assert!(terminal::summary(&results, &[], Screen { width: 80, colour: true }, "x").contains('\u{1b}'));
}

fn tiny_variant(results: &Results) -> Results {
    let mut other = results.clone();
    other.applications[2].rta_from_outage_s = Some(3.5 * 3600.0);
    other.applications[2].status = Status::Met;
    other
}

#[test]
fn the_verdict_names_the_worst_and_counts_the_rest() {
    let (mut results, _) = rich();
    assert_eq!(
        verdict::sentence(&results),
        "2 of 4 applications meet their objectives while nothing fails and in every outage; erp is not recovered in `flood of the valley`; \
         payroll misses its RTO by 38m in `hq lost`; 1 with a margin under 10 %; 1 of 4 jobs failed; 1 drill, all test VMs running after 10m 40s; 2 VMs stand unprotected for up to 5h 30m, \
         not all protected again."
    );
    results.applications.retain(|row| row.status == Status::Met);
    assert!(
        verdict::sentence(&results)
            .starts_with("All 2 applications meet their objectives while nothing fails and in every outage")
    );
    assert_eq!(verdict::sentence(&tiny()), "No application is defined, so there is nothing to judge.");
    results.outages.clear();
    results.operations = Default::default();
    results.applications.truncate(1);
    results.applications[0].status = Status::Missed;
    results.applications[0].worst_outage = None;
    (results.applications[0].rpa_s, results.applications[0].rta_from_outage_s) = (None, None);
    results.applications[0].rpo_objective_s = Some(300.0);
    let steady = results.applications[0].steady.as_mut().unwrap();
    (steady.status, steady.held_share) = (Status::Missed, Some(0.9));
    assert_eq!(
        verdict::sentence(&results),
        "The only application with objectives does not meet them while nothing fails; no outage is simulated; \
         directory is past its RPO 10 % of the time while nothing fails."
    );
}

#[test]
fn nothing_at_all_and_ten_thousand_vms_make_pages_too() {
    let mut results = tiny();
    assert!(page(&results, &Charts::default()).contains("nothing to judge"));
    results.vms.clear();
    page(&results, &Charts::default());
    let (mut results, charts) = rich();
    let vm = results.vms[3].clone();
    results.vms = (0..10_000)
        .map(|number| drsim::measure::results::VmRow { name: format!("vm{number}"), ..vm.clone() })
        .collect();
    let lost = results.outages[1].vms[1].clone();
    results.outages[1].vms = results
        .vms
        .iter()
        .map(|vm| drsim::measure::results::OutageVmRow { name: vm.name.clone(), ..lost.clone() })
        .collect();
    let step = results.outages[1].steps[0].clone();
    results.outages[1].steps = results
        .vms
        .iter()
        .map(|vm| drsim::measure::results::StepRow { on: vm.name.clone(), ..step.clone() })
        .collect();
    let html = page(&results, &charts);
    assert!(html.len() < 2_000_000, "{}", html.len());
    assert!(html.contains("50 of 10,000 rows shown"));
}

#[test]
fn an_application_that_is_not_hit_leads_no_outage() {
    let (results, _) = rich();
    let cut = results.outages.iter().find(|outage| outage.name == "wan cut").unwrap();
    assert!(cut.applications.iter().all(|row| row.outcome == Outcome::NotHit));
    assert_eq!(verdict::leading(cut), None);
}
