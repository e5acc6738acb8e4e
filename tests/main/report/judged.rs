//! Every page that is written, as html-validate and Lighthouse judge it, and reports of builds by the whole schema of SARIF: programs of npm, which `.ci/run` has.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use drsim::report::{FolderOptions, html, plot};
use serde_json::{Value, json};

use crate::ci::consumers::program;
use crate::golden::rendered;
use crate::names::drsim;
use crate::plan::reports::planned;
use crate::report::alive::which;
use crate::report::browser::browser;
use crate::sample::{HOSTILE, rich};

/// Node and the folder of its packages; nothing where there is none. `DRSIM_NPM` is `none` where they could not be had.
pub fn node() -> Option<(String, PathBuf)> {
    let packages = std::env::var("DRSIM_NPM").unwrap_or_else(|_| "none".into());
    let required = std::env::var("DRSIM_REQUIRE_ALL").is_ok_and(|value| value == "1");
    assert!(!required || std::env::var("DRSIM_NPM").is_ok(), "DRSIM_REQUIRE_ALL is set, and not DRSIM_NPM");
    if packages == "none" {
        eprintln!("skipped: DRSIM_NPM names no packages of npm");
        return None;
    }
    Some((program("DRSIM_NODE", "node", &["--version"])?, PathBuf::from(packages)))
}

/// Every kind of page, of a shipped scenario and of one with hostile names, made once for all tests.
fn pages() -> &'static [(&'static str, Vec<u8>)] {
    static PAGES: OnceLock<Vec<(&str, Vec<u8>)>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let main = include_str!("../../../scenarios/tutorial.ron");
        fs::write(folder.path().join("main.ron"), main).unwrap();
        let set = ["--set", "links.wan.rate=20 Mbps", "--compare", "--out", "."];
        drsim(folder.path(), &[&["run", "main.ron"][..], &set].concat());
        let mut shipped = rendered("two-site");
        shipped.extend(crate::golden::sweep_of("two-site"));
        let (results, charts) = rich();
        let options = FolderOptions { command: HOSTILE.into(), ..FolderOptions::default() };
        let hostile = html::write(&results, &charts, &plot::all(&results, &charts), &options);
        vec![
            ("report.html", shipped["report.html"].clone()),
            ("record.html", shipped["record.html"].clone()),
            ("sweep.html", shipped["sweep.html"].clone()),
            ("variants.html", fs::read(folder.path().join("variants.html")).unwrap()),
            ("plan.html", html::plan::write(&planned(), html::plan::PLAN, HOSTILE).into_bytes()),
            ("hostile.html", hostile.into_bytes()),
        ]
    })
}

/// The pages in a folder, and their names.
fn laid() -> (tempfile::TempDir, Vec<&'static str>) {
    let folder = tempfile::tempdir().unwrap();
    pages().iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).unwrap());
    (folder, pages().iter().map(|(name, _)| *name).collect())
}

fn told(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}

#[test]
fn html_validate_finds_nothing_in_any_page() {
    let Some((node, packages)) = node() else { return };
    let (folder, pages) = laid();
    let rules = json!({
        "root": true,
        "extends": ["html-validate:recommended", "html-validate:a11y"],
        // Bars and meters are as long as what they measure: no class says so.
        "rules": { "no-inline-style": ["error", { "allowedProperties": ["left", "width", "height", "display"] }] },
    });
    fs::write(folder.path().join("rules.json"), rules.to_string()).unwrap();
    let script = packages.join("html-validate/bin/html-validate.mjs");
    let mut command = Command::new(node);
    command.arg(script).args(["--config", "rules.json", "--formatter", "json"]).args(&pages);
    let found = told(command.current_dir(folder.path()));
    let messages = found.as_array().unwrap().iter().flat_map(|page| {
        let said = |it: &Value| format!("{} {}: {}", page["filePath"], it["ruleId"], it["message"]);
        page["messages"].as_array().unwrap().iter().map(said).collect::<Vec<_>>()
    });
    let messages: Vec<String> = messages.collect();
    assert!(messages.is_empty(), "{} {:#?}", messages.len(), &messages[..messages.len().min(20)]);
}

/// How fast a page is depends on the machine: that is not asked here.
#[test]
fn lighthouse_gives_every_page_95_of_100_and_more() {
    let (Some(browser), Some((node, packages))) = (browser(), node()) else { return };
    let (folder, pages) = laid();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/main/report/lighthouse.mjs");
    let mut command = Command::new(node);
    command
        .arg(script)
        .arg(packages)
        .arg(which(browser))
        .arg("accessibility,best-practices,seo")
        .args(&pages);
    let judged = told(command.current_dir(folder.path()));
    let judged = judged.as_array().unwrap();
    assert_eq!(judged.len(), pages.len());
    for page in judged {
        assert!(page["error"].is_null(), "{page}");
        for category in ["accessibility", "best-practices", "seo"] {
            assert!(page["scores"][category].as_f64().unwrap() >= 0.95, "{category}: {page}");
        }
    }
}
