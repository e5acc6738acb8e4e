//! The committed reports in a real browser: complete, quiet, no wider than a phone, and asking nobody for anything.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::golden::{rendered, scenarios};

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Around the page, which stands in a frame of the width asked for: what went wrong, how wide it is, what it fetched, and
/// whether it shows what it must, as attributes of the root. A window itself cannot be as narrow as a phone.
const AROUND: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="margin:0">
<iframe id="page" style="border:0;width:WIDTHpx;height:6000px" srcdoc="PAGE"></iframe>
<script>addEventListener('load',()=>{const w=document.getElementById('page').contentWindow,d=w.document,r=d.documentElement;
const put=(n,v)=>document.documentElement.setAttribute('data-'+n,v),text=d.body.innerText;
put('page',Math.max(r.scrollWidth,d.body.scrollWidth));put('window',w.innerWidth);put('wrong',(w.wrong||['no script']).join('; '));
put('fetched',w.performance.getEntriesByType('resource').map(e=>e.name).join(' '));
put('missing',WORDS.filter(word=>!text.toLowerCase().includes(word.toLowerCase())).join('; '));put('text',text.length);
put('plots',d.querySelectorAll('svg').length);put('done','yes');});</script></body></html>"#;
const BEFORE: &str =
    "<script>window.wrong=[];addEventListener('error',e=>wrong.push(e.message||'a resource'),true);</script>";
/// What the reader of a report must see.
const WORDS: &str = r#"["Simulated estimate","Recovery","What it takes","Assumptions","Glossary","Critical path","RPO","RTO","audit"]"#;
/// What the reader of a plan must see.
const OF_A_PLAN: &str = r#"["Simulated estimate","Capacity plan","needs of wan","Assumptions","in force","least rate","Mon 22:00"]"#;

/// The page in its frame.
fn framed(html: &str, width: u32, words: &str) -> String {
    let page =
        html.replacen("<head>", &format!("<head>{BEFORE}"), 1).replace('&', "&amp;").replace('"', "&quot;");
    AROUND.replace("WIDTH", &width.to_string()).replace("WORDS", words).replace("PAGE", &page)
}

pub fn browser() -> Option<&'static str> {
    let works = |name: &&&str| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    let found = NAMES.iter().find(works).copied();
    let required = std::env::var("DRSIM_REQUIRE_ALL").is_ok_and(|value| value == "1");
    assert!(found.is_some() || !required, "there is no browser and DRSIM_REQUIRE_ALL is set");
    if found.is_none() {
        eprintln!("skipped: there is no browser");
    }
    found
}

/// Standard output and standard error of the browser on a page.
fn show(browser: &str, page: &Path, width: u32, what: &[&str]) -> (String, String) {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(browser)
        .args("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split(' '))
        .args("--disable-component-update --disable-sync --disable-dev-shm-usage --hide-scrollbars".split(' '))
        .args("--enable-logging=stderr --virtual-time-budget=5000".split(' '))
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--window-size={width},900"))
        .args(what)
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn attribute(dom: &str, name: &str) -> String {
    let start =
        dom.find(&format!("data-{name}=\"")).unwrap_or_else(|| panic!("the page did not load: no {name}"));
    dom[start..].split('"').nth(1).unwrap().to_owned()
}

/// The page of every shipped scenario, as it is rendered now, in a folder.
fn pages(folder: &Path) -> Vec<(String, PathBuf)> {
    let page = |name: String| {
        let path = folder.join(format!("{name}.html"));
        fs::write(&path, &rendered(&name)["report.html"]).unwrap();
        (name, path)
    };
    scenarios().into_iter().map(page).collect()
}

#[test]
fn reports_are_complete_quiet_and_narrow() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, path) in pages(folder.path()) {
        let html = fs::read_to_string(path).unwrap();
        check(browser, folder.path(), (&name, &html), (WORDS, 4));
    }
}

#[test]
fn a_plan_is_complete_quiet_and_narrow() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let html = drsim::report::html::plan::write(
        &crate::plan::reports::planned(),
        drsim::report::html::plan::PLAN,
        "drsim plan it",
    );
    check(browser, folder.path(), ("plan", &html), (OF_A_PLAN, 1));
}

/// A page shows these words and more than so many plots, at two widths.
fn check(browser: &str, folder: &Path, (name, html): (&str, &str), (words, plots): (&str, u32)) {
    for width in [1400, 400] {
        let around = folder.join(format!("{name}-{width}.html"));
        fs::write(&around, framed(html, width, words)).unwrap();
        let (dom, log) = show(browser, &around, 1500, &["--dump-dom"]);
        let number = |name: &str| attribute(&dom, name).parse::<u32>().unwrap();
        for nothing in ["wrong", "fetched", "missing"] {
            assert_eq!(attribute(&dom, nothing), "", "{nothing}: {name} at {width} px");
        }
        let console: Vec<_> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
        assert!(console.is_empty(), "{name} at {width} px: {console:?}");
        assert_eq!(number("window"), width);
        assert!(number("page") <= width, "{name}: the page is {} px wide in {width} px", number("page"));
        assert!(number("text") > 2000 && number("plots") > plots, "{name} at {width} px is almost empty");
    }
}

/// A picture is drawn, and not an empty one.
#[test]
fn reports_can_be_photographed() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, path) in pages(folder.path()) {
        let picture = folder.path().join(format!("{name}.png"));
        show(browser, &path, 1400, &[&format!("--screenshot={}", picture.display())]);
        let bytes = fs::read(&picture).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 30_000, "{name}: {} bytes", bytes.len());
    }
}
