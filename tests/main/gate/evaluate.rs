//! What gates answer: verdicts by bound, tolerance and expectation; waivers; what is new, renamed or unknown; the ratchet.
//!
//! A base scenario is simulated once; results are then changed by hand, so that every number in a test is one that stands in it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use drsim::assess::{Options, assess};
use drsim::gate::evaluate::{Compared, Question, evaluate, is_vacuous};
use drsim::gate::report::{GateOutcome, GateReport, Line, Verdict};
use drsim::measure::results::{OutageApplicationRow, Results};
use drsim::report::gate::{json, terminal};
use drsim::report::terminal::Screen;
use drsim::scenario::Scenario;

const BASE: &str = include_str!("../language/problems/base.ron");

/// The base with these top-level fields.
fn scenario(fields: &str) -> Scenario {
    let text = BASE.replace("    outages: [", &format!("    {fields}\n    outages: ["));
    let files = BTreeMap::from([("main.ron".to_owned(), text.into_bytes())]);
    Scenario::parse(&files, "main.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false))).0
}

static RESULTS: LazyLock<Results> = LazyLock::new(|| {
    let (results, _) = assess(&scenario(""), &Options { threads: 1, progress: &|_| {} }).unwrap();
    results
});

fn application<'r>(results: &'r mut Results, name: &str) -> &'r mut OutageApplicationRow {
    results.outages[0].applications.iter_mut().find(|row| row.name == name).unwrap()
}

/// The results, where the database lost this many seconds and was away for that many.
fn with(rpa: f64, rta: f64) -> Results {
    let mut results = RESULTS.clone();
    let row = application(&mut results, "database");
    (row.rpa_s, row.rta_from_outage_s) = (Some(rpa), Some(rta));
    results
}

fn gate(scenario: &Scenario, results: &Results, baseline: Option<&Results>) -> GateReport {
    gate_on("2026-11-24", scenario, results, baseline)
}

fn gate_on(day: &str, scenario: &Scenario, results: &Results, baseline: Option<&Results>) -> GateReport {
    evaluate(&Question {
        file: "main.ron",
        scenario,
        results,
        baseline: baseline.map(|results| Compared { from: "folder old", results, scenario: None }),
        as_of: day.parse().unwrap(),
        informational_until: None,
        require_baseline: false,
    })
}

/// The line of the database's gate called `gate`.
fn line<'r>(report: &'r GateReport, gate: &str) -> &'r Line {
    let found = report.lines.iter().find(|line| line.gate == gate && line.subject == "application database");
    found.unwrap_or_else(|| panic!("no line of {gate}: {:#?}", report.lines))
}

fn one(gates: &str, now: &Results, before: Option<&Results>) -> (Verdict, GateOutcome) {
    let report = gate(&scenario(&format!("gates: [{gates}],")), now, before);
    (line(&report, "g").verdict, report.outcome)
}

const AT_MOST: &str = "(name: \"g\", application: \"database\", metric: \"rpa\", at_most: \"10m\")";

#[test]
fn a_bound_is_kept_up_to_its_last_microsecond() {
    for (rpa, verdict, outcome) in [
        (600.0, Verdict::Holds, GateOutcome::Holds),
        (600.000_000_1, Verdict::Holds, GateOutcome::Holds),
        (600.000_001, Verdict::Breached, GateOutcome::Breached),
    ] {
        assert_eq!(one(AT_MOST, &with(rpa, 60.0), None), (verdict, outcome), "{rpa}");
    }
    let at_least = AT_MOST.replace("at_most: \"10m\"", "at_least: \"10m\"");
    assert_eq!(one(&at_least, &with(599.0, 60.0), None).0, Verdict::Breached);
    assert_eq!(one(&at_least, &with(600.0, 60.0), None).0, Verdict::Holds);
}

#[test]
fn what_did_not_come_back_breaches_any_bound() {
    let mut results = RESULTS.clone();
    let row = application(&mut results, "database");
    row.outcome = drsim::measure::results::Outcome::NotRecovered;
    (row.rpa_s, row.rta_from_outage_s) = (Some(1.0), None);
    let gates = "(name: \"g\", application: \"database\", metric: \"rta_from_outage\", at_most: \"1000d\")";
    let report = gate(&scenario(&format!("gates: [{gates}],")), &results, None);
    let line = line(&report, "g");
    assert_eq!(
        (line.verdict, line.value, line.value_text.as_str()),
        (Verdict::Breached, None, "not recovered")
    );
    assert!(line.why.contains("not recovered") && line.why.contains("≤ 1000d"), "{}", line.why);
}

#[test]
fn objectives_are_gates_of_their_own_and_a_gate_takes_their_place() {
    let plain = gate(&scenario(""), &with(901.0, 60.0), None);
    let breached: Vec<&str> = plain
        .lines
        .iter()
        .filter(|line| line.verdict == Verdict::Breached)
        .map(|line| line.metric.as_str())
        .collect();
    assert_eq!(breached, ["rpa"], "the RPO of 15m, not the RTO");
    let line_of_rpo = line(&plain, "objective");
    let place = line_of_rpo.place.as_ref().unwrap();
    let text = BASE.replace("    outages: [", "    \n    outages: [");
    assert!(text.lines().nth(usize::try_from(place.line).unwrap() - 1).unwrap().contains("database"));
    let taken = "gates: [(name: \"g\", application: \"database\", metric: \"rpa\", at_most: \"objective\", expect: \"breach\")],";
    let report = gate(&scenario(taken), &with(901.0, 60.0), None);
    assert_eq!(report.outcome, GateOutcome::Holds);
    let rpa =
        report.lines.iter().filter(|line| line.subject == "application database" && line.metric == "rpa");
    assert_eq!(rpa.map(|line| line.verdict).collect::<Vec<_>>(), [Verdict::ExpectedBreach]);
}

#[test]
fn without_an_rto_the_mtpd_bounds_the_time_away() {
    let text = BASE.replace("rpo: \"15m\", rto: \"2h\"", "mtpd: \"3h\"");
    let files = BTreeMap::from([("main.ron".to_owned(), text.into_bytes())]);
    let (scenario, _) = Scenario::parse(&files, "main.ron").unwrap();
    assert!(!is_vacuous(&scenario));
    let mut results = with(1e6, 10_801.0);
    for row in &mut results.applications {
        (row.rpo_objective_s, row.rto_objective_s, row.mtpd_s) = (None, None, Some(10_800.0));
    }
    let report = gate(&scenario, &results, None);
    let line = line(&report, "objective");
    assert_eq!((line.metric.as_str(), line.verdict), ("rta_from_outage", Verdict::Breached));
    assert!(line.place.is_some() && line.bound_text.as_deref() == Some("≤ 3h"), "{line:?}");
    assert_eq!(report.lines.len(), 2, "a time for each application, and no age");
}

#[test]
fn an_expected_breach_that_goes_away_fails() {
    let expected = AT_MOST.replace("at_most: \"10m\"", "at_most: \"10m\", expect: \"breach\"");
    assert_eq!(one(&expected, &with(601.0, 60.0), None), (Verdict::ExpectedBreach, GateOutcome::Holds));
    assert_eq!(one(&expected, &with(600.0, 60.0), None), (Verdict::UnexpectedlyHolds, GateOutcome::Breached));
}

#[test]
fn both_parts_of_a_tolerance_must_be_exceeded() {
    let tolerant =
        "(name: \"g\", application: \"database\", metric: \"rpa\", tolerance: (abs: \"30s\", rel: \"10 %\"))";
    // From 100 s: 30 s is more than 10 %. From 600 s: 10 % is more than 30 s.
    for (before, now, verdict) in [
        (100.0, 125.0, Verdict::Holds),
        (100.0, 130.0, Verdict::Holds),
        (100.0, 130.5, Verdict::Regressed),
        (600.0, 635.0, Verdict::Holds),
        (600.0, 660.0, Verdict::Holds),
        (600.0, 661.0, Verdict::Regressed),
        (600.0, 539.0, Verdict::Improved),
        (600.0, 541.0, Verdict::Holds),
    ] {
        let answer = one(tolerant, &with(now, 60.0), Some(&with(before, 60.0)));
        assert_eq!(answer.0, verdict, "{before} → {now}");
    }
    let exact = tolerant.replace("abs: \"30s\", rel: \"10 %\"", "");
    assert_eq!(one(&exact, &with(100.001, 1.0), Some(&with(100.0, 1.0))).0, Verdict::Regressed);
    assert_eq!(one(&exact, &with(100.000_000_2, 1.0), Some(&with(100.0, 1.0))).0, Verdict::Holds);
}

#[test]
fn where_more_is_better_less_is_a_regression() {
    let gates = "(name: \"g\", metric: \"protected_vms\", tolerance: ())";
    let scenario = scenario(&format!("gates: [{gates}],"));
    let (mut fewer, same) = (RESULTS.clone(), RESULTS.clone());
    fewer.scenario.protected_vms -= 1;
    let verdict = |now: &Results, before: &Results| {
        let report = gate(&scenario, now, Some(before));
        report.lines.iter().find(|line| line.gate == "g").unwrap().verdict
    };
    assert_eq!(verdict(&fewer, &same), Verdict::Regressed);
    assert_eq!(verdict(&same, &fewer), Verdict::Improved);
    assert_eq!(verdict(&same, &same), Verdict::Holds);
}

const RELATIVE: &str = "(name: \"g\", application: \"*\", metric: \"rpa\", tolerance: (rel: \"10 %\"))";

#[test]
fn without_a_baseline_a_tolerance_is_told_and_alone_it_is_no_answer() {
    let relative = scenario(&format!("gates: [{RELATIVE}],"));
    let report = gate(&relative, &RESULTS, None);
    assert_eq!(line(&report, "g").verdict, Verdict::NotEvaluable);
    assert_eq!(report.outcome, GateOutcome::Holds, "the objectives answer");
    assert!(report.warnings[0].contains("--baseline"), "{:?}", report.warnings);
    let question = Question {
        file: "main.ron",
        scenario: &relative,
        results: &RESULTS,
        baseline: None,
        as_of: "2026-11-24".parse().unwrap(),
        informational_until: None,
        require_baseline: true,
    };
    assert_eq!(evaluate(&question).outcome, GateOutcome::Inconclusive);
    let bare = BASE.replace(", rpo: \"15m\", rto: \"2h\"", "");
    let text = bare.replace("    outages: [", &format!("    gates: [{RELATIVE}],\n    outages: ["));
    let files = BTreeMap::from([("main.ron".to_owned(), text.into_bytes())]);
    let alone = Scenario::parse(&files, "main.ron").unwrap().0;
    assert_eq!(
        evaluate(&Question { scenario: &alone, require_baseline: false, ..question }).outcome,
        GateOutcome::Inconclusive
    );
    let files = BTreeMap::from([("main.ron".to_owned(), bare.into_bytes())]);
    assert!(is_vacuous(&Scenario::parse(&files, "main.ron").unwrap().0) && !is_vacuous(&alone));
}

#[test]
fn a_renamed_application_is_not_silently_green_and_a_new_one_is_told() {
    let scenario = scenario(&format!("gates: [{RELATIVE}],"));
    let mut renamed = RESULTS.clone();
    application(&mut renamed, "database").name = "databases".into();
    renamed.applications.iter_mut().find(|row| row.name == "database").unwrap().name = "databases".into();
    let report = gate(&scenario, &RESULTS, Some(&renamed));
    let line_of_it = line(&report, "g");
    assert_eq!((line_of_it.verdict, report.outcome), (Verdict::NotEvaluable, GateOutcome::Inconclusive));
    assert!(
        line_of_it.why.contains("`databases`") && line_of_it.why.contains("renamed?"),
        "{}",
        line_of_it.why
    );
    assert!(report.warnings.iter().any(|it| it.contains("application `databases` of the baseline is gone")));
    let mut without = renamed;
    without.outages[0].applications.retain(|row| row.name != "databases");
    without.applications.retain(|row| row.name != "databases");
    let report = gate(&scenario, &RESULTS, Some(&without));
    assert_eq!((line(&report, "g").verdict, report.outcome), (Verdict::NotEvaluable, GateOutcome::Holds));
    assert!(report.warnings.iter().any(|it| it.contains("`database` is new")), "{:?}", report.warnings);
}

#[test]
fn a_breach_is_certain_whatever_else_is_open() {
    let breached =
        "(name: \"tight\", application: \"database\", metric: \"rta_from_outage\", at_most: \"1s\")";
    let open = "(name: \"g\", metric: \"vms_in_no_plan\", tolerance: ())";
    let outcome = |gates: &str, more: &str| {
        let scenario = scenario(&format!("gates: [{gates}],{more}"));
        let report = gate(&scenario, &RESULTS, Some(&RESULTS));
        assert!(report.lines.iter().any(|line| line.verdict == Verdict::NotEvaluable), "{gates}");
        report.outcome
    };
    assert_eq!(outcome(open, ""), GateOutcome::Inconclusive);
    assert_eq!(outcome(&format!("{breached}, {open}"), ""), GateOutcome::Breached);
    // While breaches only inform, what is open is still open.
    let informs = "informational_until: \"2099-12-31\",";
    assert_eq!(outcome(&format!("{breached}, {open}"), informs), GateOutcome::Inconclusive);
}

#[test]
fn what_has_no_answer_and_needs_none_is_no_error_of_a_build() {
    let xml = |report: &GateReport| drsim::report::ci::junit::write(report);
    let relative = scenario(&format!("gates: [{RELATIVE}],"));
    let holds = gate(&relative, &RESULTS, None);
    assert_eq!(holds.outcome, GateOutcome::Holds);
    assert!(!xml(&holds).contains("<error") && xml(&holds).contains("<skipped"), "{}", xml(&holds));
    let unknown = scenario("gates: [(name: \"g\", metric: \"vms_in_no_plan\", tolerance: ())],");
    assert!(xml(&gate(&unknown, &RESULTS, Some(&RESULTS))).contains("<error"));
}

#[test]
fn a_metric_that_the_baseline_does_not_know_is_no_answer() {
    let scenario = scenario("gates: [(name: \"g\", metric: \"vms_in_no_plan\", tolerance: ())],");
    let report = gate(&scenario, &RESULTS, Some(&RESULTS));
    let line = report.lines.iter().find(|line| line.gate == "g").unwrap();
    assert_eq!((line.verdict, report.outcome), (Verdict::NotEvaluable, GateOutcome::Inconclusive));
    assert!(line.why.contains("does not tell `vms_in_no_plan`"), "{}", line.why);
}

const WAIVER: &str = "waivers: [(gate: \"objective\", application: \"database\", metric: \"rpa\", owner: \"ann\", \
                      reason: \"link ordered\", expires: \"2026-12-31\", ceiling: \"20m\")],";

#[test]
fn a_waiver_covers_to_its_last_day_and_up_to_its_ceiling() {
    let scenario = scenario(WAIVER);
    let verdict = |day: &str, rpa: f64| {
        let report = gate_on(day, &scenario, &with(rpa, 60.0), None);
        let row = report.waivers[0].clone();
        (line(&report, "objective").clone(), report.outcome, row.covers, row.expired)
    };
    let (waived, outcome, covers, expired) = verdict("2026-12-31", 1200.0);
    assert_eq!((waived.verdict, outcome, covers, expired), (Verdict::Waived, GateOutcome::Holds, 1, false));
    assert_eq!(waived.waiver.as_deref(), Some("ann: link ordered (to 2026-12-31)"));
    let (late, outcome, covers, expired) = verdict("2027-01-01", 1200.0);
    assert_eq!((late.verdict, outcome, covers, expired), (Verdict::Breached, GateOutcome::Breached, 0, true));
    assert!(late.why.contains("ann (link ordered) expired on 2026-12-31"), "{}", late.why);
    let (high, outcome, ..) = verdict("2026-12-31", 1201.0);
    assert_eq!((high.verdict, outcome), (Verdict::Breached, GateOutcome::Breached));
    assert!(high.why.contains("past the ceiling of 20m"), "{}", high.why);
}

#[test]
fn a_waiver_that_covers_nothing_is_told() {
    let scenario = scenario(WAIVER);
    let report = gate(&scenario, &with(600.0, 60.0), None);
    assert!(
        report.warnings[0].contains("ann") && report.warnings[0].contains("covers nothing"),
        "{:?}",
        report.warnings
    );
    let report = gate_on("2027-01-01", &scenario, &with(600.0, 60.0), None);
    assert!(report.warnings[0].contains("has expired"), "{:?}", report.warnings);
    assert_eq!(gate(&scenario, &with(901.0, 60.0), None).warnings, Vec::<String>::new());
}

#[test]
fn what_is_informational_fails_from_the_day_after() {
    let informed =
        AT_MOST.replace("at_most: \"10m\"", "at_most: \"10m\", informational_until: \"2026-11-24\"");
    let own = scenario(&format!("gates: [{informed}],"));
    let report = gate(&own, &with(700.0, 60.0), None);
    assert_eq!((line(&report, "g").verdict, report.outcome), (Verdict::Waived, GateOutcome::Holds));
    let report = gate_on("2026-11-25", &own, &with(700.0, 60.0), None);
    assert_eq!((line(&report, "g").verdict, report.outcome), (Verdict::Breached, GateOutcome::Breached));
    let whole = scenario("informational_until: \"2026-11-24\",");
    let report = gate(&whole, &with(901.0, 60.0), None);
    assert_eq!(
        (report.outcome, report.informational_until.as_deref()),
        (GateOutcome::Breached, Some("2026-11-24"))
    );
    assert_eq!(gate_on("2026-11-25", &whole, &with(901.0, 60.0), None).informational_until, None);
}

#[test]
fn an_improvement_says_what_to_write_and_that_holds() {
    let gates = "(name: \"g\", application: \"database\", metric: \"rpa\", at_most: \"10m\", tolerance: (abs: \"30s\", rel: \"10 %\"))";
    let report = gate(&scenario(&format!("gates: [{gates}],")), &with(240.0, 60.0), Some(&with(600.0, 60.0)));
    assert_eq!(line(&report, "g").verdict, Verdict::Improved);
    assert_eq!(report.outcome, GateOutcome::Holds);
    let advice = &report.ratchet[0];
    // 240 s and the larger of 30 s and 10 % of it.
    assert!(advice.contains("went from 10m to 4m") && advice.contains("at_most: \"4m 30s\""), "{advice}");
    let tightened = gates.replace("\"10m\"", "\"4m 30s\"");
    let report =
        gate(&scenario(&format!("gates: [{tightened}],")), &with(240.0, 60.0), Some(&with(600.0, 60.0)));
    assert_eq!(
        (line(&report, "g").verdict, report.ratchet.len()),
        (Verdict::Improved, 0),
        "no tighter than the tolerance"
    );
    // Nothing is held on to while something fails.
    let report =
        gate(&scenario(&format!("gates: [{gates}],")), &with(620.0, 60.0), Some(&with(1200.0, 60.0)));
    assert_eq!((line(&report, "g").verdict, report.ratchet.len()), (Verdict::Breached, 0));
}

#[test]
fn lines_come_worst_first_and_the_bytes_are_the_same_twice() {
    let gates = format!("gates: [{RELATIVE}, (vm: \"*\", metric: \"age_max\", at_most: \"1s\")], {WAIVER}");
    let scenario = scenario(&gates);
    let answer = || gate(&scenario, &with(901.0, 60.0), Some(&with(100.0, 60.0)));
    let report = answer();
    let verdicts: Vec<Verdict> = report.lines.iter().map(|line| line.verdict).collect();
    assert!(verdicts.is_sorted(), "{verdicts:?}");
    assert!(verdicts.contains(&Verdict::Breached) && verdicts.contains(&Verdict::Regressed), "{verdicts:?}");
    assert_eq!(json::write(&report), json::write(&answer()));
    let read: GateReport = serde_json::from_str(&json::write(&report)).unwrap();
    assert_eq!(read.lines.len(), report.lines.len());
}

#[test]
fn the_text_fits_its_screen_and_says_what_a_pattern_matched() {
    let gates = format!(
        "gates: [{RELATIVE}, (name: \"ages\", vm: \"*\", metric: \"age_max\", at_most: \"1d\")], {WAIVER}"
    );
    let report = gate(&scenario(&gates), &with(901.0, 60.0), Some(&with(100.0, 60.0)));
    for width in [40, 60, 80, 120, 200] {
        let text = terminal::write(&report, Screen { width, colour: false }, "drsim run main.ron");
        for line in text.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
        }
        assert!(!text.contains('\u{1b}'));
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in ["✗ worse", "~ waived", "ages, 2 vms: worst age ≤ 1d", "(dc, sql)", "next: drsim run"]
        {
            assert!(flat.contains(words), "{width}: `{words}` is not in\n{text}");
        }
    }
    let coloured = terminal::write(&report, Screen { width: 80, colour: true }, "");
    assert!(coloured.contains('\u{1b}'));
}
