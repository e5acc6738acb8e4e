//! What a plan does after its last group counts for the applications that it brings back.

use drsim::judge::Status;
use drsim::measure::results::Outcome;

use super::written::{first, pair, results, with};

fn plan(groups: &str) -> String {
    let text = pair(r#"(site: "hq", at: "12h")"#, "");
    with(&text, r#"groups: [(vms: ["*"])]"#, groups)
}

#[test]
fn actions_after_the_last_group_are_part_of_the_recovery_time() {
    let action = r#"[(name: "repoint DNS and open the firewall", manual: "6h")]"#;
    let before = results(&plan(&format!(r#"groups: [(vms: ["*"], before: {action})]"#)));
    let after = results(&plan(&format!(r#"groups: [(vms: ["*"], after: {action})]"#)));
    // Before: 1,840 s to the data, 6 h, the name 300 s from power-on, in which it boots and gets ready. After: the action begins with the end of the boot.
    assert_eq!(first(&before).0.rta_from_outage_s, Some(1840.0 + 21_600.0 + 300.0));
    let (app, vm) = first(&after);
    assert_eq!(app.rta_from_outage_s, Some(1840.0 + 120.0 + 21_600.0));
    assert_eq!((app.status, vm.rta_from_outage_s), (Status::Missed, Some(2140.0)));
    assert_eq!(app.phases.last().map(|it| (it.phase.words(), it.seconds)), Some(("actions", 21_420.0)));
    assert_eq!(app.phases.iter().map(|it| it.seconds).sum::<f64>(), 23_560.0);
}

#[test]
fn an_action_that_is_done_before_the_application_works_costs_nothing() {
    let results = results(&plan(r#"groups: [(vms: ["*"], after: [(name: "look", script: "1m")])]"#));
    assert_eq!(first(&results).0.rta_from_outage_s, Some(2140.0));
}

#[test]
fn only_actions_of_an_unplanned_failover_on_the_way_there_count() {
    for not in [r#"only: ["planned"]"#, r#"direction: "back""#] {
        let action = format!(r#"groups: [(vms: ["*"], after: [(name: "later", manual: "6h", {not})])]"#);
        assert_eq!(first(&results(&plan(&action))).0.rta_from_outage_s, Some(2140.0), "{not}");
    }
}

#[test]
fn an_action_that_does_not_end_within_the_run_says_so() {
    let results = results(&plan(r#"groups: [(vms: ["*"], after: [(name: "long", manual: "20h")])]"#));
    let (app, _) = first(&results);
    // It could still end: past the objective it is missed.
    assert_eq!((app.outcome, app.status), (Outcome::Unfinished, Status::Missed));
    assert_eq!(
        app.reasons.last().unwrap().to_string(),
        "the actions after the last group of its plan had not ended by the end of the run"
    );
}
