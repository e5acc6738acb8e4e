//! Gates on every instant of a run, not on the one that an outage names.

use std::fs;
use std::time::Duration;

const TWO_SITE: &str = include_str!("../../../scenarios/two-site.ron");

/// What the scenario promises, in place of its own.
fn with(gates: &str) -> String {
    let (before, _) = TWO_SITE.split_once("    gates: [").expect("it has gates");
    format!("{before}    gates: [{gates}],\n)")
}

fn gate(text: &str, arguments: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("before")).unwrap();
    fs::write(folder.path().join("main.ron"), text).unwrap();
    fs::write(folder.path().join("before/main.ron"), with("")).unwrap();
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let command = command.current_dir(folder.path()).timeout(Duration::from_secs(600));
    let output =
        command.args(["gate", "main.ron", "--as-of", "2026-11-30"]).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// On Tuesday at 14:05 the database is back after 51 min 10 s; on Saturday at 19:30 nobody is on duty until Sunday 08:00, 12 h longer.
#[test]
fn the_worst_instant_breaks_a_bound_that_the_named_one_keeps() {
    let bounds = "(application: \"database\", outage: \"hq-lost\", metric: \"rta_from_outage\", at_most: \"1h\"),
        (application: \"database\", outage: \"hq-lost\", metric: \"rta_max_over_instants\", at_most: \"12h 52m\"),
        (application: \"database\", outage: \"hq-lost\", metric: \"rpa_max_over_instants\", at_most: \"38s\"),
        (application: \"database\", outage: \"hq-lost\", metric: \"share_of_instants_held\", at_least: \"65 %\"),";
    let (_, kept) = gate(&with(bounds), &[]);
    let tighter = bounds.replace("12h 52m", "12h 51m").replace("65 %", "67 %").replace("38s", "36s");
    let (code, broken) = gate(&with(&tighter), &[]);
    assert_eq!(code, 1, "{broken}");
    for what in [
        "worst RTA of all instants",
        "worst RPA of all instants",
        "share of the instants at which its objectives are held",
    ] {
        let breach = format!("✗ breached application database in hq-lost: {what}");
        assert!(broken.contains(&breach), "{what} is not breached in {broken}");
        assert!(!kept.contains(&breach), "{what} is breached in {kept}");
    }
}

/// Weekends begin two hours later: told beside the baseline, with the change that did it.
#[test]
fn what_made_the_worst_instant_worse_is_found() {
    let gates = "(application: \"database\", outage: \"hq-lost\", metric: \"rta_max_over_instants\", tolerance: (abs: \"1h\"))";
    let text = with(gates).replace(WEEKEND, &WEEKEND.replace("08:00", "10:00"));
    assert_ne!(text, with(gates));
    let (code, told) = gate(&text, &["--baseline", "before"]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("worst RTA of all instants 14h 51m") && told.contains("shifts"), "{told}");
}

/// Without weekends who is lost on Friday evening is not back before the run ends: so long is no better than the 12 h 51 min of before.
#[test]
fn a_run_that_ends_too_early_makes_no_worst_instant_better() {
    let bound = "(application: \"database\", outage: \"hq-lost\", metric: \"rta_max_over_instants\", at_most: \"13h\")";
    let (code, told) = gate(&with(bound).replace(WEEKEND, ""), &[]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("✗ breached application database in hq-lost: worst RTA of all instants"), "{told}");
}

const WEEKEND: &str = ", (days: \"Sat,Sun\", from: \"08:00\", to: \"20:00\")";
