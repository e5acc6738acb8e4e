//! The page of a large estate is light in a browser and whole without a script.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::ci::consumers::program;
use crate::names::drsim;
use crate::report::alive::which;
use crate::report::browser::browser;

/// Elements of a page, whatever the fleet.
const NODES_MAX: u64 = 6_000;
const APPLICATIONS: usize = 60;

/// An estate of 1200 VMs of 60 applications, hit by three outages.
fn estate() -> String {
    let each = |entry: &dyn Fn(usize) -> String| (0..APPLICATIONS).map(entry).collect::<String>();
    let vms = each(&|n| {
        format!(
            "(name: \"a{n}-{{n:02}}\", count: 20, host: \"h1\", cores: 2, memory: \"4 GB\", disk: \"60 GB\", churn: [(constant: \"20 KB/s\")]), "
        )
    });
    let plans = each(&|n| format!("(name: \"a{n}\", people: \"p\", groups: [(vms: [\"a{n}-*\"])]), "));
    let applications = each(&|n| format!("(name: \"a{n}\", vms: [\"a{n}-*\"], rpo: \"15m\", rto: \"1h\"), "));
    let outages: String = (1..4)
        .map(|n| format!("(name: \"lost-{n}\", faults: [(site: \"hq\", at: \"{}h\")]), ", 3 * n))
        .collect();
    format!(
        "(schema: 1, name: \"Large\", start: \"2026-03-02T00:00[Europe/Berlin]\", horizon: \"1d\",
        sites: [(name: \"hq\", zone: \"Europe/Berlin\"), (name: \"dr\", zone: \"Europe/Berlin\")],
        hosts: [(name: \"h1\", site: \"hq\", cores: 512, memory: \"8 TB\", volumes: [(name: \"v\", size: \"200 TB\")]),
            (name: \"d1\", site: \"dr\", cores: 512, memory: \"8 TB\", volumes: [(name: \"v\", size: \"200 TB\")])],
        links: [(name: \"wan\", from: \"hq\", to: \"dr\", rate: \"10 Gbps\", latency: \"8ms\")],
        vmm_servers: [(name: \"m1\", site: \"hq\"), (name: \"m2\", site: \"dr\")],
        clouds: [(name: \"c1\", vmm: \"m1\", hosts: [\"h1\"]), (name: \"c2\", vmm: \"m2\", hosts: [\"d1\"])],
        vms: [{vms}], policies: [(name: \"p\", interval: \"5m\")],
        protection: [(vms: [\"*\"], from: \"c1\", to: \"c2\", policy: \"p\")],
        people: [(name: \"p\", detection: \"10m\", decision: \"20m\", operators: 9)], plans: [{plans}], applications: [{applications}], outages: [{outages}])"
    )
}

#[test]
fn the_page_of_a_large_estate_is_light_and_unpacks_what_is_asked_for() {
    let Some(browser) = browser() else { return };
    let Some(python) = program("DRSIM_PYTHON", "python3", &["-c", "import playwright.sync_api"]) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), estate()).unwrap();
    drsim(folder.path(), &["run", "main.ron", "--out", "."]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/main/report/light.py");
    let mut command = Command::new(python);
    let output =
        command.args([script, &which(browser), "report.html"]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |key: &str| seen[key].as_u64().unwrap_or_else(|| panic!("no {key}: {seen}"));
    assert!(number("nodes") <= NODES_MAX, "{seen}");
    assert_eq!(seen["wrong"], serde_json::json!([]), "{seen}");
    // What is packed comes when it is asked for: VMs of a recovery, another outage, a section by its link, all when printed.
    assert_eq!((number("folded"), number("unfolded")), (0, 20), "{seen}");
    assert_eq!((number("hidden tab"), number("shown tab")), (0, 30), "{seen}");
    assert_eq!((number("far"), number("linked") > 5), (0, true), "{seen}");
    assert_eq!((number("left"), number("printed")), (0, number("still")), "{seen}");
}
