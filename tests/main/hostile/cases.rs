//! The very files that once ended a run in a panic after `check` had called them good.

use crate::file::{accepted, read, results};
use crate::hostile::BASE;
use crate::shared::case;

/// Codes and sentences of what is refused.
fn refused(name: &str) -> Option<Vec<(&'static str, String)>> {
    let path = case(&format!("hostile/{name}.ron"))?;
    let problems = read(&std::fs::read_to_string(path).unwrap()).map(|_| ()).unwrap_err();
    assert!(problems.iter().all(|problem| problem.place.is_some()), "each has a place");
    Some(problems.iter().map(|problem| (problem.code.id, problem.what.clone())).collect())
}

#[test]
fn what_no_run_could_count_is_refused_before_it() {
    for (name, code, part) in [
        ("churn-2e64", "E0310", "20 EB of `churn`, 20 EB of it vm `x`"),
        ("run-6b1f4fd3", "E0310", "of `churn`"),
        ("wire-2e64", "E0306", "`overhead` of policy `p` must be at most 1000 %"),
        ("memory-sum", "E0306", "`memory` of vm `x1`: `18000000 TB` is more than a run can count"),
        ("run-6e813bdf", "E0306", "`memory` of vm `sql-1`: `18446 PB` is more than a run can count"),
        ("run-b94c6222", "E0306", "`size` of volume `v`: `9000 PB` is more than a run can count"),
    ] {
        let Some(said) = refused(name) else { return };
        let found = said.iter().find(|(id, what)| *id == code && what.contains(part));
        assert!(found.is_some(), "{name}: {said:?}");
    }
}

/// Bursts that were drawn longer than any run last for what a duration may: it runs.
#[test]
fn a_burst_longer_than_any_run_lasts_to_its_end() {
    let Some(path) = case("hostile/burst-length.ron") else { return };
    assert_eq!(results(&std::fs::read_to_string(path).unwrap()).audit.status, "holds");
}

/// 900 PB are written in 6 h; 1000 % of them and 1000 % on top are 99 EB, and 64 bits hold 18.
#[test]
fn what_a_policy_makes_of_it_on_the_wire_is_counted_too() {
    let text = BASE.replace("churn: \"100 KB/s\"", "churn: \"41 TB/s\"");
    accepted(&text);
    let grown = "interval: \"5m\", overhead: \"1000 %\", coalescing: [(window: \"1m\", ratio: \"1000 %\")]";
    let problems = read(&text.replace("interval: \"5m\"", grown)).map(|_| ()).unwrap_err();
    let said: Vec<(&str, &str)> = problems.iter().map(|it| (it.code.id, it.what.as_str())).collect();
    assert_eq!(said, [("E0310", "policy `p` could make 97 EB of what all vms write")]);
}

/// As much as may be written, sent and stored, with everything that makes it more: it runs, and no byte is lost.
#[test]
fn at_the_greatest_of_all_ranges_a_run_ends() {
    let most = BASE
        .replace("churn: \"100 KB/s\"", "churn: \"14 TB/s\"")
        .replace("memory: \"2 GB\"", "memory: \"490 PB\", boot: \"36525d\", readiness: \"36525d\"")
        .replace("memory: \"64 GB\"", "memory: \"500 PB\"")
        .replace("disk: \"60 GB\"", "disk: \"499 PB\"")
        .replace("size: \"8 TB\"", "size: \"500 PB\"")
        .replace("rate: \"100 Mbps\", latency: \"4ms\"", "rate: \"1 PB/s\", latency: \"36525d\"")
        .replace("interval: \"5m\"", "interval: \"5m\", overhead: \"1000 %\", resync_threshold: \"429400 %\"")
        .replace("detection: \"10m\", decision: \"20m\"", "detection: \"36525d\", decision: \"36525d\"");
    let results = results(&most);
    assert_eq!(results.audit.status, "holds");
    // 14 TB/s for 6 h.
    assert_eq!(results.audit.written_bytes, "302400000000000000");
}
