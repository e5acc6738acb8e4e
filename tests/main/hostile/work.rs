//! Work has a limit that is known before it begins, and time has one that ends it; depth and number have theirs.

use std::fmt::Write;

use crate::file::{accepted, read, results};
use crate::hostile::{BASE, drsim, temporary};
use crate::shared::case;

#[test]
fn copies_every_microsecond_are_refused_unless_asked_for_and_end_in_time() {
    let Some(path) = case("hostile/interval-1us.ron") else { return };
    let path = path.to_str().unwrap();
    // 6 h of cuts, and 4 h of them after the outage: 36 billion.
    let (code, _, told) = drsim(&["run", path]);
    assert_eq!(code, 2);
    assert!(told.contains("some 36 billion steps") && told.contains("--unlimited"), "{told}");
    let (code, said, told) = drsim(&["run", path, "--unlimited", "--max-time", "1s"]);
    assert_eq!((code, said.as_str()), (3, ""));
    assert!(told.contains("not done after `--max-time 1s`"), "{told}");
    let (code, _, told) = drsim(&["check", path]);
    assert!(code == 0 && told.contains("W0308"), "{told}");
}

/// One run is 120 million steps, which nobody is warned of; a plan's searches are hundreds of such.
#[test]
fn a_search_is_counted_as_the_runs_that_it_takes_and_ends_within_one() {
    let Some(path) = case("hostile/interval-1us.ron") else { return };
    let folder = temporary();
    let file = folder.path().join("main.ron");
    let text = std::fs::read_to_string(path).unwrap();
    std::fs::write(&file, text.replace("interval: \"1us\"", "interval: \"300us\"")).unwrap();
    let file = file.to_str().unwrap();
    let (code, _, told) = drsim(&["check", file]);
    assert!(code == 0 && !told.contains("W0308"), "{told}");
    let (code, said, told) = drsim(&["plan", file, "--ask", "bandwidth"]);
    assert_eq!((code, said.as_str()), (2, ""), "{told}");
    for words in ["billion steps", "ask for less: --ask, --find, --rpo, --share", "--unlimited"] {
        assert!(told.contains(words), "`{words}` is not in\n{told}");
    }
    // The first run takes longer than that: it is not waited for.
    let (code, said, told) =
        drsim(&["plan", file, "--ask", "bandwidth", "--unlimited", "--max-time", "100ms"]);
    assert_eq!((code, said.as_str()), (3, ""), "{told}");
    assert!(told.contains("stopped while") && told.contains("not answered: bandwidth"), "{told}");
}

/// Where replication is under way each instant of the grid is a whole run; where it is not, no grid is needed.
#[test]
fn a_grid_of_microseconds_is_refused_where_each_is_a_run() {
    let restless = "scenarios/site-loss-during-resync.ron";
    let (code, said, told) = drsim(&["sweep", restless, "--every", "1us"]);
    assert_eq!((code, said.as_str()), (2, ""), "{told}");
    for words in ["billion steps", "a wider --every, or --exact", "--unlimited"] {
        assert!(told.contains(words), "`{words}` is not in\n{told}");
    }
    let (code, said, _) = drsim(&["sweep", restless, "--every", "1us", "--unlimited", "--max-time", "1s"]);
    assert_eq!((code, said.as_str()), (3, ""));
    assert_eq!(drsim(&["sweep", restless, "--exact"]).0, 0);
    let folder = temporary();
    let calm = folder.path().join("calm.ron");
    std::fs::write(&calm, BASE).unwrap();
    assert_eq!(drsim(&["sweep", calm.to_str().unwrap(), "--every", "1us"]).0, 0);
}

#[test]
fn a_run_without_enough_time_writes_nothing() {
    let folder = temporary();
    let out = folder.path().join("report");
    let (code, said, _) =
        drsim(&["run", "scenarios/two-site.ron", "--max-time", "1ms", "--out", out.to_str().unwrap()]);
    assert_eq!((code, said.as_str(), out.exists()), (3, "", false));
    assert_eq!(drsim(&["run", "scenarios/two-site.ron", "--json", "--max-time", "1ms"]).1, "");
}

#[test]
fn a_hundred_thousand_outages_are_read_and_weighed_in_seconds() {
    let mut many = String::new();
    for index in 0..100_000 {
        write!(many, "(name: \"o{index}\", about: \"gone\", faults: [(site: \"a\", at: \"2h\")]),").unwrap();
    }
    let (scenario, _) = accepted(&BASE.replace("outages: [", &format!("outages: [{many}")));
    // A VM every 5 min: 48 cuts in the 4 h after each outage; an application, a VM and a link each.
    let steps = drsim::scenario::work::steps(&scenario);
    assert_eq!(steps, 100_001 * 48 + 72 + 100_001 * 3 + 2 * (4 * 100_001 + 6) / 6);
}

/// An application that depends on so many in a row.
fn chain(length: usize) -> String {
    let mut chain = String::new();
    for index in 0..length {
        write!(chain, "(name: \"c{index}\", vms: [\"x\"], depends_on: [\"c{}\"], rto: \"2h\"),", index + 1)
            .unwrap();
    }
    write!(chain, "(name: \"c{length}\", vms: [\"x\"], rto: \"2h\"),").unwrap();
    BASE.replace("applications: [", &format!("applications: [{chain}"))
}

#[test]
fn a_chain_of_dependencies_has_a_named_length() {
    assert_eq!(results(&chain(99)).applications.len(), 101);
    for length in [100, 20_000] {
        let problems = read(&chain(length)).map(|_| ()).unwrap_err();
        let said: Vec<(&str, &str)> = problems.iter().map(|it| (it.code.id, it.what.as_str())).collect();
        let what = format!("application `c0` is the first of {} of which each needs the next", length + 1);
        assert_eq!(said, [("E0119", what.as_str())]);
    }
}

/// It is warned of (W0303), and has no time in which anything could be unprotected.
#[test]
fn an_outage_after_the_end_of_the_run_takes_nothing() {
    let paused = "operations: [(at: \"1h\", disable: [\"x\"])], outages: [";
    let late = BASE.replace("outages: [", paused).replace("at: \"2h\"", "at: \"8h\"");
    assert_eq!(results(&late).outages[0].applications[0].unprotected_s, 0.0);
}

#[test]
fn brackets_and_includes_have_a_named_depth() {
    let deep = BASE.replace("churn: \"100 KB/s\"", &format!("churn: {}", "[".repeat(100_000)));
    let problems = read(&deep).map(|_| ()).unwrap_err();
    assert!(
        problems.iter().any(|problem| ["E0101", "E0107"].contains(&problem.code.id)),
        "{}",
        problems.render(false)
    );
    let files = (0..20_000).map(|index| {
        let text = format!("(schema: 1, include: [\"f{}.ron\"])", index + 1);
        (format!("f{index}.ron"), text.into_bytes())
    });
    let files: std::collections::BTreeMap<String, Vec<u8>> = files.collect();
    let problems = drsim::scenario::Scenario::parse(&files, "f0.ron").map(|_| ()).unwrap_err();
    assert!(problems.iter().any(|problem| problem.code.id == "E0118"), "{}", problems.render(false));
}

/// A thousand fields of 60,000 letters that do not exist: 60 MB, of which what can be read is told, and the rest counted.
#[test]
fn what_is_told_of_errors_has_an_end() {
    let mut fields = String::new();
    for index in 0..1000 {
        write!(fields, "{}{index}: 1, ", "x".repeat(60_000)).unwrap();
    }
    let problems =
        read(&BASE.replace("(schema: 1, ", &format!("(schema: 1, {fields}"))).map(|_| ()).unwrap_err();
    let told = problems.render(false);
    assert!(told.len() < 1_000_000 && told.contains("and 950 more"), "{} bytes", told.len());
}
