//! Metrics say what the results say, and a value that does not exist is worse than any number, or better.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::LazyLock;

use drsim::assess::{Options, assess};
use drsim::compare::metrics::{Measured, Reading, all, read, subjects};
use drsim::measure::results::Results;
use drsim::promise::metrics::{Direction, Kind, METRICS, find};
use drsim::scenario::Scenario;

/// The shipped example, run once.
static RUN: LazyLock<(Scenario, Results)> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/two-site.ron");
    let path = path.to_str().unwrap();
    let (scenario, _) = Scenario::parse(&drsim::cli::files::Disk, path).unwrap();
    let (results, _) = assess(&scenario, &Options { threads: 1, progress: &|_| {} }).unwrap();
    (scenario, results)
});

fn run() -> Measured<'static> {
    Measured { results: &RUN.1, scenario: Some(&RUN.0) }
}

fn value(kind: Kind, key: &str, subject: &str, outage: Option<&str>) -> Reading {
    read(find(kind, key).unwrap(), run(), subject, outage).unwrap()
}

#[test]
fn every_metric_is_read_of_every_subject() {
    let results = run().results;
    let in_outages: Vec<Option<&str>> = results.outages.iter().map(|row| Some(row.name.as_str())).collect();
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    for metric in METRICS {
        let expected = sorted(subjects(metric.kind, results));
        assert!(!expected.is_empty(), "the example has something to read {metric:?} of");
        for outage in if metric.per_outage { &in_outages[..] } else { &[None] } {
            let rows = all(metric, run(), *outage).unwrap_or_else(|| panic!("{metric:?} is read"));
            assert!(
                rows.iter().all(|(_, reading)| reading.number().is_none_or(f64::is_finite)),
                "{metric:?}"
            );
            let names = sorted(rows.into_iter().map(|(name, _)| name).collect());
            assert_eq!(names, expected, "{metric:?} in {outage:?}");
        }
    }
}

#[test]
fn metrics_are_the_numbers_of_the_results() {
    let results = run().results;
    let outage = results.outages.iter().find(|row| row.name == "hq-lost").unwrap();
    let web = outage.applications.iter().find(|row| row.name == "web").unwrap();
    assert_eq!(value(Kind::Application, "rpa", "web", Some("hq-lost")), Reading::Value(web.rpa_s.unwrap()));
    let lost = value(Kind::Application, "lost_bytes", "web", Some("hq-lost")).number().unwrap();
    assert_eq!(lost, f64::from(u32::try_from(web.lost_bytes).unwrap()));
    let sql = results.vms.iter().find(|row| row.name == "sql-1").unwrap();
    assert_eq!(value(Kind::Vm, "age_p99", "sql-1", None), Reading::Value(sql.age.as_ref().unwrap().p99_s));
    let wan = results.links.iter().find(|row| row.from == "hq").unwrap();
    assert_eq!(
        value(Kind::Link, "utilisation_share", "wan hq → dr", None),
        Reading::Value(wan.utilisation_share)
    );
    // 24 VMs, all replicated from three hosts at HQ to two at DR.
    assert_eq!(value(Kind::Site, "vms", "hq", None), Reading::Value(24.0));
    assert_eq!(value(Kind::Site, "replicas", "dr", None), Reading::Value(24.0));
    assert_eq!(value(Kind::Fleet, "unreplicated_vms", "", None), Reading::Value(0.0));
    assert_eq!(value(Kind::Fleet, "vms_in_no_plan", "", None), Reading::Value(0.0));
}

#[test]
fn an_outage_that_does_not_hit_is_no_number() {
    let nothing = |reading: Reading| matches!(reading, Reading::Nothing(_));
    assert!(nothing(value(Kind::Application, "rpa", "web", Some("wan-cut"))));
    assert!(nothing(value(Kind::Application, "rta_from_outage", "web", Some("wan-cut"))));
    assert!(value(Kind::Application, "age_max_in_outage", "web", Some("wan-cut")).number().is_some());
    let rpa = find(Kind::Application, "rpa").unwrap();
    assert!(all(rpa, run(), Some("no-such-outage")).is_none());
    assert!(all(rpa, run(), None).is_none(), "an RPA belongs to an outage");
}

#[test]
fn without_the_scenario_coverage_is_unknown_and_no_zero() {
    let stored = Measured { results: &RUN.1, scenario: None };
    let plan = find(Kind::Fleet, "vms_in_no_plan").unwrap();
    assert_eq!(read(plan, stored, "", None), None);
    assert!(read(find(Kind::Fleet, "protected_vms").unwrap(), stored, "", None).is_some());
}

/// An older result is read with empty rows in the place of what its schema did not have: those are no zeros.
#[test]
fn what_the_schema_of_a_stored_result_did_not_have_is_unknown() {
    let old = Results { schema_version: "1.0".into(), ..RUN.1.clone() };
    let old = Measured { results: &old, scenario: None };
    let known =
        |kind: Kind, key: &str, subject: &str| read(find(kind, key).unwrap(), old, subject, None).is_some();
    assert!(known(Kind::Vm, "age_p99", "sql-1") && known(Kind::Link, "utilisation_share", "wan hq → dr"));
    for (kind, key, subject) in [
        (Kind::Vm, "kept_points", "sql-1"),
        (Kind::Fleet, "failed_jobs", ""),
        (Kind::Application, "unprotected", "web"),
    ] {
        assert!(!known(kind, key, subject), "{key}");
    }
}

#[test]
fn what_never_came_is_worse_than_any_number_and_what_did_not_happen_better() {
    let (none, never) = (Reading::Nothing(String::new()), Reading::Never(String::new()));
    let (small, large) = (Reading::Value(1.0), Reading::Value(1e18));
    for direction in [Direction::LowerIsBetter, Direction::HigherIsBetter] {
        for number in [&small, &large] {
            assert_eq!(never.worse(number, direction), Ordering::Greater);
            assert_eq!(none.worse(number, direction), Ordering::Less);
        }
        assert_eq!(never.worse(&never, direction), Ordering::Equal);
    }
    assert_eq!(large.worse(&small, Direction::LowerIsBetter), Ordering::Greater);
    assert_eq!(large.worse(&small, Direction::HigherIsBetter), Ordering::Less);
}
