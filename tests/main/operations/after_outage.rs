//! What operators do after an outage happens in its run alone, and ends the time without protection.

use drsim::facts::JobKind;
use drsim::measure::results::{JobState, OutageRow, Results};
use drsim::units::{Span, Time};

use crate::file::{read, results, scenario};
use crate::recovery::written::{pair, with};

/// The site is lost at 12:02 for two hours, and its VM failed over at 12:32:30; the other outage is the same without operations.
fn lost(operations: &str) -> String {
    let fault = r#"(site: "hq", at: "12h2m", lasts: "2h")"#;
    let text = pair(fault, "");
    let own =
        format!(r#"faults: [{fault}], operations: [{operations}]), (name: "without", faults: [{fault}]"#);
    let text = with(&text, &format!("faults: [{fault}]"), &own);
    with(&text, r#"horizon: "1d""#, r#"horizon: "2d""#)
}

const BACK: &str = r#"(at: "15h", commit: "pl"), (at: "16h", reverse: "pl"), (at: "1d6h", failback: "pl"), (at: "1d7h", commit: "pl")"#;

fn outage<'a>(results: &'a Results, name: &str) -> &'a OutageRow {
    results.outages.iter().find(|row| row.name == name).expect("it is in the scenario")
}

#[test]
fn they_happen_in_its_run_alone() {
    let all = results(&lost(BACK));
    let jobs =
        |row: &OutageRow| row.operations.jobs.iter().map(|job| (job.job, job.outcome)).collect::<Vec<_>>();
    let done = [
        JobKind::Commit,
        JobKind::ReverseReplicate,
        JobKind::FinalizeProtection,
        JobKind::Failback,
        JobKind::Commit,
    ];
    assert_eq!(jobs(outage(&all, "o")), done.map(|job| (job, JobState::Succeeded)));
    assert_eq!(jobs(outage(&all, "without")), []);
    assert!(all.operations.is_empty(), "nothing is done where nothing fails");
    // It was down by the fault once; going back as planned is no part of it.
    let [with, without] = ["o", "without"].map(|name| &outage(&all, name).applications[0]);
    assert_eq!((with.rta_from_outage_s, with.rpa_s), (without.rta_from_outage_s, without.rpa_s));
}

#[test]
fn an_application_is_protected_again_when_the_copy_back_is_applied() {
    let all = results(&lost(BACK));
    let (own, other) = (outage(&all, "o"), &outage(&all, "without").applications[0]);
    let row = &own.applications[0];
    // From 12:32:30 on the copy at the recovery site is the only one. Reversed at 16:00:30, the 100 GB are read and compared at
    // 100 MB/s, and then what was written since the point of 12:00 on both sides is sent and applied.
    let gap =
        &own.operations.unprotected.iter().find(|gap| gap.vm() == Some("a")).expect("it was failed over");
    assert_eq!((gap.from_s, gap.to_s), (1830.0, row.protected_after_s));
    let finalize =
        own.operations.jobs.iter().find(|job| job.job == JobKind::FinalizeProtection).expect("reversed");
    assert_eq!(Some(finalize.from_s), row.protected_after_s);
    let again = row.protected_after_s.expect("it was reversed");
    assert!(again >= 14_310.0 + 1000.0, "{again}");
    // Going back leaves it so for ten seconds once more.
    assert_eq!(row.unprotected_s, again - 1830.0 + 10.0);
    // Without operations it stays as it is to the end of the run, 35h 58m after the fault.
    assert_eq!((other.unprotected_s, other.protected_after_s), (129_480.0 - 1830.0, None));
    let last = own.operations.last_protected.as_ref().expect("all are");
    assert_eq!(last.at, "2026-03-03T06:01:49+00:00");
    assert_eq!(last.after_s, 64_789.0, "12:02 to 06:01:49 of the next day");
}

#[test]
fn enough_protected_copies_protect_an_application_that_needs_no_more() {
    let twins = |needs: &str| {
        let text = with(
            &lost(""),
            r#"vms: [(name: "a""#,
            r#"vms: [(name: "b", host: "d1", cores: 2, memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "dn"), (name: "a""#,
        );
        let text = with(
            &text,
            r#"protection: [("#,
            r#"protection: [(vms: ["b"], from: "cd", to: "ch", policy: "p"), (vms: ["a"], "#,
        );
        let text = with(&text, r#"(vms: ["*"])"#, r#"(vms: ["a"])"#);
        with(&text, r#"vms: ["a"], rpo"#, &format!(r#"vms: ["a", "b"], {needs} rpo"#))
    };
    let row = |needs: &str| results(&twins(needs)).outages[1].applications[0].clone();
    assert_eq!(row("").unprotected_s, 129_480.0 - 1830.0);
    assert_eq!(row(r#"needs: [(of: ["*"], at_least: 1)],"#).unprotected_s, 0.0);
    assert_eq!(row(r#"needs: [(of: ["*"], at_least: 2)],"#).unprotected_s, 129_480.0 - 1830.0);
}

#[test]
fn a_copy_that_others_make_up_for_is_not_missed() {
    let said = |needs: &str| {
        let two = r#"vms: [(name: "b", host: "h1", cores: 2, memory: "4 GB", disk: "100 GB", churn: "1 MB/s", network: "hn"), (name: "a""#;
        let text = with(&lost(""), r#"vms: [(name: "a""#, two);
        let text = with(&text, "protection: [(", r#"protection: [(vms: ["a"], "#);
        let text = with(&text, r#"(vms: ["*"])"#, r#"(vms: ["a"])"#);
        let text = with(&text, r#"vms: ["a"], rpo"#, &format!(r#"vms: ["a", "b"], {needs} rpo"#));
        read(&text).expect("it is accepted").1.render(false).contains("W0207")
    };
    assert!(said(""));
    assert!(!said(r#"needs: [(of: ["*"], at_least: 1)],"#));
    assert!(said(r#"needs: [(of: ["*"], at_least: 2)],"#));
}

#[test]
fn they_move_with_their_outage_and_go_with_it() {
    let mut it = scenario(&lost(BACK));
    let at = |it: &drsim::scenario::Scenario| {
        it.operations.iter().map(|operation| operation.at).collect::<Vec<_>>()
    };
    let before = at(&it);
    it.move_outages(Time::START.plus(Span::seconds(3600)));
    let later = Span::seconds(11 * 3600 + 120);
    assert_eq!(at(&it), before.iter().map(|at| Time(at.0 - later.0)).collect::<Vec<_>>());
    let mut without = it.clone();
    without.keep_outages(|outage| outage.name == "without");
    assert_eq!((without.outages.len(), without.operations.len()), (1, 0));
    it.keep_outages(|outage| outage.name == "o");
    assert_eq!((it.outages.len(), it.operations.len()), (1, 4));
    assert!(it.operations.iter().all(|operation| operation.of == it.outages.ids().next()));
}

#[test]
fn one_before_the_first_fault_is_refused() {
    let refused =
        read(&lost(r#"(at: "12h", commit: "pl")"#)).expect_err("it comes before the fault").render(false);
    assert!(refused.contains("before the first fault of its outage"), "{refused}");
    assert!(refused.contains("let it come after 12h 2m"), "{refused}");
}

#[test]
fn what_an_outage_may_have_made_possible_is_not_refused_beforehand() {
    // In the scenario's own operations the same are: nothing is failed over there.
    let words = |text: &str| read(text).expect("it is accepted").1.render(false);
    assert!(!words(&lost(BACK)).contains("is refused"), "{}", words(&lost(BACK)));
    let designed = pair(r#"(site: "hq", at: "12h2m")"#, r#"(at: "15h", commit: "pl")"#);
    assert!(words(&designed).contains("is refused"));
}
