//! What moved between two results, and `drsim diff` as a user and a build meet it.

use std::cmp::Ordering;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use drsim::assess::{Options, assess};
use drsim::compare::metrics::{Measured, Reading, all};
use drsim::compare::outcome::{Comparison, VerdictChange, between};
use drsim::measure::results::{Results, Status};
use drsim::promise::metrics::{Kind, METRICS};
use drsim::report::json;
use drsim::scenario::Scenario;
use serde_json::Value;

use crate::compare::meaning::sources;

const TUTORIAL: &str = include_str!("../../../scenarios/tutorial.ron");

fn run(text: &str) -> (Scenario, Results) {
    let (scenario, _) = Scenario::from_sources(&sources(&[("main.ron", text)])).unwrap();
    let (results, _) = assess(&scenario, &Options { threads: 1, progress: &|_| {} }).unwrap();
    (scenario, results)
}

fn moved(before: &Results, after: &Results) -> Comparison {
    let of = |results| Measured { results, scenario: None };
    between(of(before), of(after))
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn of_a_run_with_itself_and_with_its_stored_result_nothing_moved() {
    let (_, results) = run(TUTORIAL);
    let stored = json::parse(&crate::file::stored(&results)).unwrap();
    for (before, after) in [(&results, &results), (&results, &stored), (&stored, &results)] {
        assert_eq!(moved(before, after), Comparison::default());
    }
}

#[test]
fn exactly_what_differs_in_the_catalogue_moved_and_back_again_the_other_way() {
    let (_, old) = run(TUTORIAL);
    let (_, new) = run(&replaced(TUTORIAL, "detection: \"10m\"", "detection: \"25m\""));
    let (there, back) = (moved(&old, &new), moved(&new, &old));
    // Every metric of every subject, by hand.
    let mut expected = 0;
    let of = |results| Measured { results, scenario: None };
    for metric in METRICS {
        let outages: Vec<Option<&str>> = match metric.per_outage {
            true => old.outages.iter().map(|row| Some(row.name.as_str())).collect(),
            false => vec![None],
        };
        for outage in outages {
            let (Some(before), Some(after)) = (all(metric, of(&old), outage), all(metric, of(&new), outage))
            else {
                continue;
            };
            for ((name, was), (same, is)) in before.iter().zip(&after) {
                assert_eq!(name, same);
                let (values, order) = (was.number() != is.number(), is.worse(was, metric.direction));
                // What is open has no value, and goes on for longer or shorter.
                if values || order != Ordering::Equal {
                    expected += 1;
                    let row = there.moved.iter().find(|row| {
                        row.metric == metric && row.subject == *name && row.outage.as_deref() == outage
                    });
                    let row = row.unwrap_or_else(|| panic!("{} of {name} moved", metric.key));
                    assert_eq!((&row.before, &row.after), (was, is));
                    assert_eq!(row.is_worse(), order == Ordering::Greater);
                }
            }
        }
    }
    assert!(expected > 2 && there.moved.len() == expected && back.moved.len() == expected);
    let later = there.moved.iter().filter(|row| row.metric.key.starts_with("rta_"));
    assert!(later.clone().count() > 0 && later.clone().all(|row| row.is_worse()), "later is worse");
    let flipped = |row: &&drsim::compare::outcome::Moved| {
        back.moved.iter().any(|other| {
            other.metric == row.metric && other.before == row.after && other.is_worse() != row.is_worse()
        })
    };
    assert!(there.moved.iter().all(|row| flipped(&row)));
    let rta = there.moved.iter().find(|row| row.metric.key == "rta_from_outage").unwrap();
    let by = rta.after.number().unwrap() - rta.before.number().unwrap();
    assert!((by - 900.0).abs() < 1e-6, "detection took 15 min longer: {by}");
}

#[test]
fn verdicts_come_first_and_then_the_largest_movement_of_the_more_important() {
    let (_, old) = run(TUTORIAL);
    let mut new = old.clone();
    let name = new.outages[0].applications[0].name.clone();
    new.outages[0].applications[0].status = Status::NotRecovered;
    new.outages[0].applications[0].rpa_s = new.outages[0].applications[0].rpa_s.map(|rpa| rpa * 1.5);
    new.vms[0].written_bytes *= 10;
    new.links[0].backlog_max_bytes = new.links[0].backlog_max_bytes.max(1) * 100;
    let outcome = moved(&old, &new);
    assert_eq!(
        (outcome.verdicts[0].application.as_str(), outcome.verdicts[0].after),
        (name.as_str(), Status::NotRecovered)
    );
    assert!(outcome.verdicts[0].is_worse());
    let kinds: Vec<Kind> = outcome.moved.iter().map(|row| row.metric.kind).collect();
    let order = |kind: &Kind| match kind {
        Kind::Application | Kind::Fleet => 0,
        Kind::Vm => 1,
        Kind::Link | Kind::Site | Kind::Host | Kind::Volume => 2,
    };
    assert!(kinds.len() >= 3 && kinds.windows(2).all(|pair| order(&pair[0]) <= order(&pair[1])), "{kinds:?}");
    let back = moved(&new, &old);
    assert!(!back.verdicts[0].is_worse());
}

#[test]
fn an_objective_that_is_given_up_is_worse_and_one_that_is_met_no_worse_than_none() {
    let verdict = |before, after| VerdictChange { outage: None, application: "erp".into(), before, after };
    let all = [Status::NoObjective, Status::Met, Status::Missed, Status::NotRecovered];
    assert!(all.is_sorted(), "in order of severity");
    assert!(verdict(Status::Met, Status::NoObjective).is_worse());
    assert!(!verdict(Status::NoObjective, Status::Met).is_worse());
    assert!(!verdict(Status::Missed, Status::NoObjective).is_worse());
    assert!(verdict(Status::NoObjective, Status::Missed).is_worse());
}

#[test]
fn what_came_and_went_is_told_once_and_not_as_values() {
    let (_, old) = run(TUTORIAL);
    let mut new = old.clone();
    let vm = new.vms.remove(0);
    let mut outage = new.outages[0].clone();
    outage.name = "flood".into();
    new.outages.push(outage);
    let outcome = moved(&old, &new);
    assert_eq!(outcome.vanished, [format!("vm {}", vm.name)]);
    assert_eq!(outcome.appeared, ["outage flood"]);
    assert!(outcome.moved.iter().all(|row| row.subject != vm.name || row.metric.kind != Kind::Vm));
    assert!(outcome.moved.iter().all(|row| row.outage.as_deref() != Some("flood")));
}

#[test]
fn a_value_that_is_no_more_is_worse_or_better_by_its_reason_never_by_a_number() {
    let (_, old) = run(TUTORIAL);
    let mut new = old.clone();
    let row = &mut new.outages[0].applications[0];
    row.outcome = drsim::measure::results::Outcome::NotRecovered;
    (row.rta_from_outage_s, row.rpa_s) = (None, None);
    let outcome = moved(&old, &new);
    let rta = outcome.moved.iter().find(|row| row.metric.key == "rta_from_outage").unwrap();
    assert_eq!(rta.after, Reading::Never("not recovered".into()));
    assert!(rta.is_worse() && rta.relative().is_none());
    assert_eq!(outcome.moved[0].relative(), None, "what came to be or ceased to stands first");
}

struct Sentence {
    code: i32,
    out: String,
    err: String,
}

fn diff(folder: &Path, args: &[&str]) -> Sentence {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.current_dir(folder).timeout(Duration::from_secs(120)).arg("diff").args(args);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Sentence { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// A folder with `old.ron` and a `new.ron` in which the link is slower and much is written otherwise.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.ron"), TUTORIAL).unwrap();
    let new = replaced(TUTORIAL, "detection: \"10m\"", "detection: \"25m\"");
    fs::write(folder.path().join("new.ron"), new).unwrap();
    let same = replaced(TUTORIAL, "detection: \"10m\"", "detection: \"600s\"");
    fs::write(folder.path().join("same.ron"), format!("// written otherwise\n{same}")).unwrap();
    folder
}

#[test]
fn two_scenarios_are_compared_in_meaning_and_in_outcome() {
    let folder = folder();
    let at = folder.path();
    let said = diff(at, &["old.ron", "new.ron"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let line = 1 + TUTORIAL[..TUTORIAL.find("detection: \"10m\"").unwrap()].matches('\n').count();
    let change = format!(".detection: 10m → 25m (new.ron:{line})");
    assert!(said.out.contains(&change), "{}", said.out);
    assert!(said.out.contains("RTA from outage of application"), "{}", said.out);
    assert!(said.out.contains("next: drsim gate new.ron --baseline old.ron"), "{}", said.out);
    assert!(said.out.lines().all(|line| line.chars().count() <= 80), "{}", said.out);
    let again = diff(at, &["old.ron", "new.ron", "--threads", "1"]);
    assert_eq!(again.out, said.out, "the same on one thread");
}

/// A compression that is rarely reached is new (W0324); what the tutorial was warned of before is counted.
#[test]
fn new_warnings_are_said_and_the_rest_is_counted() {
    let folder = folder();
    let at = folder.path();
    let hopeful = replaced(TUTORIAL, "compression: \"1.5\"", "compression: \"9\"");
    fs::write(at.join("hopeful.ron"), hopeful).unwrap();
    let said = diff(at, &["old.ron", "hopeful.ron", "--no-run"]).err;
    assert_eq!(said.matches("warning[").count(), 1, "{said}");
    assert!(said.contains("warning[W0324]") && said.contains(" as before; drsim check"), "{said}");
    let back = diff(at, &["hopeful.ron", "old.ron", "--no-run"]).err;
    assert!(!back.contains("warning[") && back.contains(" as before, 1 gone; drsim check"), "{back}");
}

#[test]
fn the_exit_code_tells_a_difference_only_if_asked() {
    let folder = folder();
    let at = folder.path();
    for (args, code) in [
        (vec!["old.ron", "new.ron", "--no-run"], 0),
        (vec!["old.ron", "new.ron", "--no-run", "--exit-code"], 1),
        (vec!["old.ron", "new.ron", "--exit-code"], 1),
        (vec!["old.ron", "same.ron", "--no-run", "--exit-code"], 0),
        (vec!["old.ron", "same.ron", "--exit-code"], 0),
    ] {
        let said = diff(at, &args);
        assert_eq!(said.code, code, "{args:?}: {}{}", said.out, said.err);
    }
    let said = diff(at, &["old.ron", "same.ron"]);
    assert!(said.out.contains("= nothing changed in meaning, nothing moved"), "{}", said.out);
}

#[test]
fn the_json_has_all_that_changed_and_moved_and_is_the_same_each_time() {
    let folder = folder();
    let at = folder.path();
    let said = diff(at, &["old.ron", "new.ron", "--json"]);
    let json: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(said.err, "");
    assert_eq!(json["schema_version"], "1.0");
    assert_eq!(json["equal"], false);
    assert_eq!(
        (&json["before"]["from"], &json["after"]["from"]),
        (&"scenario old.ron".into(), &"scenario new.ron".into())
    );
    assert_ne!(json["before"]["scenario_hash"], json["after"]["scenario_hash"]);
    assert_eq!(json["changes"].as_array().unwrap().len(), 1);
    assert_eq!(json["changes"][0]["place"]["file"], "new.ron");
    let moved = json["outcome"]["moved"].as_array().unwrap();
    assert!(moved.iter().any(|row| row["metric"] == "rta_from_outage" && row["worse"] == true));
    assert_eq!(diff(at, &["old.ron", "new.ron", "--json", "--threads", "2"]).out, said.out);
    let planned: Value =
        serde_json::from_str(&diff(at, &["old.ron", "new.ron", "--json", "--no-run"]).out).unwrap();
    assert_eq!((&planned["changes"], &planned["outcome"]), (&json["changes"], &Value::Null));
}

#[test]
fn stored_results_are_compared_with_each_other_and_with_scenarios() {
    let folder = folder();
    let at = folder.path();
    let (_, old) = run(TUTORIAL);
    fs::write(at.join("old.json"), crate::file::stored(&old)).unwrap();
    let mut other = old.clone();
    other.vms[0].written_bytes *= 2;
    fs::write(at.join("other.json"), crate::file::stored(&other)).unwrap();
    assert_eq!(diff(at, &["old.json", "old.ron", "--exit-code"]).code, 0);
    assert_eq!(diff(at, &["new.ron", "old.json", "--exit-code"]).code, 1);
    let said = diff(at, &["old.json", "other.json", "--exit-code"]);
    assert_eq!(said.code, 1);
    let line = said.out.lines().find(|line| line.contains("written of vm")).unwrap();
    assert!(line.starts_with("✗ worse") && line.contains("(+"), "{}", said.out);
    let said = diff(at, &["old.json", "new.ron", "--no-run"]);
    assert!(said.code == 2 && said.err.contains("has no scenario in it"), "{}", said.err);
    other.engine_version = "0.999.0".into();
    fs::write(at.join("other.json"), crate::file::stored(&other)).unwrap();
    for args in [["old.json", "other.json"], ["other.json", "old.ron"], ["old.ron", "other.json"]] {
        let said = diff(at, &args);
        assert!(
            said.code == 2 && said.err.contains("numbers of two engines are not compared"),
            "{}",
            said.err
        );
    }
    fs::write(
        at.join("other.json"),
        crate::file::stored(&old).replace("\"schema_version\": \"2.", "\"schema_version\": \"9."),
    )
    .unwrap();
    assert!(diff(at, &["old.json", "other.json"]).err.contains("schema 9."));
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_way_out() {
    let folder = folder();
    let at = folder.path();
    fs::write(at.join("bad.ron"), "(schema: 1, name: 3").unwrap();
    for (args, words) in [
        (vec!["old.ron"], "drsim diff --from HEAD old.ron"),
        (vec!["main", "old.ron"], "a git revision is written git:main"),
        (vec!["git:main", "git:dev"], "drsim diff --from REV --to REV FILE"),
        (vec!["gone.ron", "old.ron"], "scenario gone.ron cannot be compared"),
        (vec!["old.ron", "bad.ron"], "bad.ron:1:"),
        (vec![".", "."], "it is a folder"),
        (vec!["--from", "HEAD", "old.ron", "new.ron"], "name that file alone"),
        (vec!["--to", "HEAD", "old.ron"], "--from"),
        (vec!["old.ron", "new.ron", "--max-time", "5"], "the duration has no unit"),
    ] {
        let said = diff(at, &args);
        assert!(said.code == 2 && said.out.is_empty() && said.err.contains(words), "{args:?}: {}", said.err);
    }
    let said = diff(at, &["old.ron", "new.ron", "--max-time", "1us"]);
    assert!(said.code == 3 && said.err.contains("--no-run"), "{}", said.err);
}

#[test]
fn revisions_of_a_real_repository_and_folders_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let git = |args: &[&str]| {
        let set = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"];
        let output = Command::new("git").current_dir(at).args(set).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "-q"]);
    fs::create_dir(at.join("dr")).unwrap();
    fs::write(at.join("dr/main.ron"), TUTORIAL).unwrap();
    git(&["add", "."]);
    git(&["commit", "-qm", "one"]);
    git(&["tag", "v1"]);
    fs::write(at.join("dr/main.ron"), replaced(TUTORIAL, "detection: \"10m\"", "detection: \"25m\""))
        .unwrap();
    for args in [vec!["git:v1", "dr/main.ron"], vec!["--from", "v1", "dr/main.ron"]] {
        let said = diff(at, &[args.as_slice(), &["--no-run", "--exit-code"]].concat());
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(said.out.contains("detection: 10m → 25m (dr/main.ron:"), "{}", said.out);
        assert!(said.out.contains("revision v1 ("), "{}", said.out);
    }
    let back = diff(at, &["dr/main.ron", "git:v1", "--no-run"]);
    assert!(back.out.contains("detection: 25m → 10m"), "{}", back.out);
    git(&["commit", "-qam", "two"]);
    git(&["tag", "v2"]);
    fs::remove_file(at.join("dr/main.ron")).unwrap();
    let said = diff(at, &["--from", "v1", "--to", "v2", "dr/main.ron", "--no-run", "--exit-code"]);
    assert!(said.code == 1 && said.out.contains("detection: 10m → 25m"), "{}{}", said.out, said.err);
    assert_eq!(diff(at, &["--from", "v1", "--to", "v1", "dr/main.ron", "--exit-code"]).code, 0);
    let said = diff(at, &["--from", "nowhere", "--to", "v2", "dr/main.ron"]);
    assert!(said.code == 2 && said.err.contains("nowhere"), "{}", said.err);
    // The same file in another folder.
    fs::create_dir(at.join("other")).unwrap();
    fs::write(at.join("other/main.ron"), TUTORIAL).unwrap();
    fs::write(at.join("dr/main.ron"), TUTORIAL).unwrap();
    assert_eq!(diff(at, &["other", "dr/main.ron", "--no-run", "--exit-code"]).code, 0);
}
