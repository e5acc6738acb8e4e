//! `drsim sweep` as a user meets it: what it refuses, what it writes, and that neither threads nor the way out change the answer.

use std::fs;
use std::time::Duration;

const TUTORIAL: &str = include_str!("../../../scenarios/tutorial.ron");

/// Exit code, standard output and standard error beside a file `main.ron`.
fn sweep(text: &str, arguments: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), text).unwrap();
    sweep_in(&folder, arguments)
}

fn sweep_in(folder: &tempfile::TempDir, arguments: &[&str]) -> (i32, String, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    let command = command.current_dir(folder.path()).timeout(Duration::from_secs(300));
    let output = command.args(["sweep", "main.ron"]).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn what_cannot_be_swept_is_refused_with_what_helps() {
    let cases: [(&[&str], &str, &str); 7] = [
        (&["--every", "0s"], "has no end", "give a time such as 1m"),
        (&["--every", "1m", "--exact"], "cannot be used with", "--help"),
        (&["--outage", "site-onyl"], "there is no outage `site-onyl`", "did you mean `site-only`?"),
        (
            &["--from", "Wed 10:00", "--to", "Tue 10:00"],
            "no instant of the run, which lasts 4d",
            "the first one first",
        ),
        (&["--from", "9d"], "no instant of the run", "name instants of the run"),
        (&["--from", "noon"], "E0302", "Tue 14:05"),
        (&["--set", "links.wan"], "has no `=`", "write it like"),
    ];
    for (arguments, what, remedy) in cases {
        let (code, out, err) = sweep(TUTORIAL, arguments);
        assert!(code == 2 && out.is_empty(), "{arguments:?}: {code}\n{out}{err}");
        assert!(err.contains(what) && err.contains(remedy), "{arguments:?}: {err}");
    }
}

#[test]
fn without_an_outage_or_an_application_there_is_nothing_to_sweep() {
    let without = |text: &str, section: &str| {
        let (before, after) = text.split_once(&format!("\n    {section}: [")).unwrap();
        let (_, after) = after.split_once("\n    ],\n").unwrap();
        format!("{before}\n{after}")
    };
    let promised = without(TUTORIAL, "gates");
    let (code, _, err) = sweep(&without(&promised, "outages"), &[]);
    assert!(
        code == 2 && err.contains("no outage to sweep") && err.contains("write one, such as `outages: ["),
        "{err}"
    );
    let (code, _, err) = sweep(&without(&promised, "applications"), &[]);
    assert!(code == 2 && err.contains("the scenario has none") && err.contains("`applications: ["), "{err}");
}

#[test]
fn threads_change_nothing_and_the_folder_has_what_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), TUTORIAL).unwrap();
    let (code, one, err) = sweep_in(&folder, &["--json", "--threads", "1"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(sweep_in(&folder, &["--json", "--threads", "5"]).1, one);
    let (code, text, _) = sweep_in(&folder, &["--out", "sweep"]);
    assert!(code == 0 && text.ends_with("next: open sweep/sweep.html\n"), "{text}");
    let file = |name: &str| fs::read_to_string(folder.path().join("sweep").join(name)).unwrap();
    assert_eq!(file("sweep.json"), one);
    for part in [
        "csv/pieces.csv",
        "csv/hours.csv",
        "plots/rta-site-only.svg",
        "plots/calendar-site-only.svg",
        "sweep.html",
    ] {
        assert!(!file(part).is_empty());
    }
}

/// What an hour would bring is told beside a run where that is cheap, with the command for more, and not where it would take long.
#[test]
fn a_run_tells_what_each_hour_would_bring() {
    let folder = tempfile::tempdir().unwrap();
    let run = |text: &str, arguments: &[&str]| {
        fs::write(folder.path().join("main.ron"), text).unwrap();
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
        let command = command.current_dir(folder.path()).timeout(Duration::from_secs(300));
        let output = command.args(["run", "main.ron"]).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // The site alone is lost for good; with its VMM server something is repaired.
    let said = run(TUTORIAL, &[]);
    let hour = "each hour site-only: missed at 95 of 96 hours, always the RTO of orders; worst is Mon 00:00, when orders does not come back \
                every instant: drsim sweep main.ron";
    assert!(said.contains(hour), "{said}");
    let said = run(TUTORIAL, &["--outage", "site-only"]);
    assert!(said.contains("every instant: drsim sweep main.ron --outage \"site-only\" bound by"), "{said}");
    let changed = run(TUTORIAL, &["--set", "applications.orders.rto=2h"]);
    assert!(changed.contains("each hour"), "{changed}");
    assert!(!run(TUTORIAL, &["--set", "seed=2", "--compare"]).contains("each hour"));
    assert!(!run(TUTORIAL, &["--json"]).contains("each hour"));
    assert!(!run(TUTORIAL, &["--at", "Tue 10:00", "--at", "Tue 11:00"]).contains("each hour"));
    let year = TUTORIAL.replacen("horizon: \"4d\"", "horizon: \"365d\"", 1);
    assert!(drsim::sweep::hours(&crate::file::scenario(TUTORIAL)).is_some());
    assert!(drsim::sweep::hours(&crate::file::scenario(&year)).is_none(), "a year takes long");
}
