//! One grammar: what all commands take, how answers are printed and written, and one wording for each mistake.

use std::fs;
use std::time::Duration;

use crate::cli::{path, said};
use crate::golden::below;

const SCENARIO: &str = "scenarios/tutorial.ron";
const TWO_SITE: &str = "scenarios/two-site.ron";
const PAGE: &str = include_str!("../../docs/command-line.md");

fn with(environment: &[(&str, &str)], args: &[&str]) -> (String, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).timeout(Duration::from_secs(120)).args(args);
    let output = command.envs(environment.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[test]
fn drsim_alone_names_three_commands_that_work_one_after_the_other() {
    let (code, out, err) = said(&[]);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.lines().count() <= 10 && err.contains("`drsim --help`"), "{err}");
    let commands: Vec<&str> = err.lines().filter_map(|line| line.strip_prefix("  drsim ")).collect();
    assert_eq!(commands.len(), 3, "{err}");
    let folder = tempfile::tempdir().unwrap();
    for command in commands {
        let words = command.split("   ").next().unwrap().split_whitespace();
        let done = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"))
            .current_dir(folder.path())
            .args(words)
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(0), "{command}");
    }
}

#[test]
fn less_is_said_where_less_is_wanted() {
    let at = [&["--at", "Tue 10:00", "--at", "Wed 10:00"][..], &["--outage", "site-only"]].concat();
    for args in
        [vec!["run", SCENARIO], vec!["check", SCENARIO], vec!["init"], [vec!["run", SCENARIO], at].concat()]
    {
        let (code, usual, noted) = said(&args);
        let (quiet_code, quiet, told) = said(&[&["-q"], &args[..]].concat());
        assert_eq!(said(&[&args[..], &["--quiet"]].concat()), (quiet_code, quiet.clone(), told.clone()));
        let without = |text: &str, hint: &str| {
            let lines = text.split_inclusive('\n').filter(|line| !line.starts_with(hint));
            lines.collect::<String>()
        };
        assert_eq!((quiet_code, quiet.as_str()), (code, without(&usual, "next:").as_str()), "{args:?}");
        assert_eq!(told.trim_end(), without(&noted, "note:").trim_end(), "warnings stay: {args:?}");
        let differs = usual != quiet || noted != told;
        assert!(differs, "{args:?} has something to leave out");
    }
    let (code, _, err) = said(&["-q", "run", "none.ron"]);
    assert!(code == 2 && err.contains("E0104"), "{err}");
}

#[test]
fn more_is_told_on_standard_error_alone() {
    let args = ["run", TWO_SITE, "--set", "seed=8", "--compare"];
    let (usual, _) = with(&[], &args);
    let (out, err) = with(&[], &[&args[..], &["-v"]].concat());
    assert_eq!(out, usual, "what is printed stays");
    for words in ["read scenarios/two-site.ron: ", "taken for true: ", "\ntook "] {
        assert!(err.contains(words), "{words}: {err}");
    }
    let told: Vec<&str> = err.lines().filter(|line| line.starts_with("taken for true")).collect();
    let distinct: std::collections::BTreeSet<&&str> = told.iter().collect();
    assert_eq!(told.len(), distinct.len(), "each is told once, however many variants have it");
}

#[test]
fn colours_are_as_they_are_asked_for_whatever_the_environment_says() {
    let is_coloured = |environment: &[(&str, &str)], args: &[&str]| {
        let (out, err) = with(environment, args);
        (out.contains('\u{1b}'), err.contains('\u{1b}'))
    };
    let (force, none) = ([("CLICOLOR_FORCE", "1")], [("NO_COLOR", "1")]);
    let run = |when: &'static str| ["run", SCENARIO, "--color", when];
    assert_eq!(is_coloured(&[], &run("auto")), (false, false));
    assert_eq!(is_coloured(&force, &run("auto")), (true, true));
    assert_eq!(is_coloured(&none, &run("always")), (true, true));
    assert_eq!(is_coloured(&force, &run("never")), (false, false));
    for wrong in [&["--otage"][..], &["--outage", "none"]] {
        let args = |when| [&["run", SCENARIO][..], wrong, &["--color", when]].concat();
        assert!(!is_coloured(&force, &args("never")).1, "{wrong:?}");
    }
    assert!(is_coloured(&none, &["run", SCENARIO, "--otage", "--color=always"]).1);
    assert!(is_coloured(&[], &["--color", "always", "--help"]).0);
    let (code, _, err) = said(&["run", SCENARIO, "--color", "sometimes"]);
    assert!(code == 2 && err.contains("auto, always, never"), "{err}");
}

/// Rows of the table of formats: commands and their formats.
fn formats() -> Vec<(&'static str, Vec<&'static str>)> {
    let quoted = |cell: &'static str| cell.split('`').skip(1).step_by(2);
    let table =
        PAGE.split("| command | formats |\n|---|---|\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('|').collect();
        quoted(cells[1]).map(move |command| (command, quoted(cells[2]).collect())).collect::<Vec<_>>()
    };
    table.lines().flat_map(row).collect()
}

#[test]
fn the_page_names_every_format_that_a_command_prints_and_a_wrong_one_is_told_them() {
    let all = formats();
    assert!(all.len() >= 7, "{all:?}");
    for (command, formats) in &all {
        let (_, help, _) = said(&[command, "--help"]);
        let list = format!("[possible values: {}]", formats.join(", "));
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(&list), "{command}: {list} is not in {help}");
        let (code, out, err) = said(&[command, "x.ron", "--format", "yaml"]);
        let err = err.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(code == 2 && out.is_empty() && err.contains(&list), "{command}: {err}");
        assert!(help.contains("Short for `--format json`"), "{command}");
    }
    // Commands with the switch, by their help: all stand on the page.
    let (_, help, _) = said(&["--help"]);
    let list = help.split("\nCommands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    for command in list.lines().filter_map(|line| line.split_whitespace().next()) {
        let has = said(&[command, "--help"]).1.contains("--format <FORMAT>");
        assert_eq!(has, all.iter().any(|(known, _)| *known == command), "{command}");
    }
}

#[test]
fn json_is_short_for_a_format() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("base.ron");
    fs::write(&file, include_str!("language/problems/base.ron")).unwrap();
    let file = path(&file);
    for args in [
        &["check", file][..],
        &["run", file],
        &["gate", file],
        &["sweep", file, "--every", "12h"],
        &["plan", file, "--ask", "bandwidth"],
        &["diff", file, TWO_SITE, "--no-run"],
    ] {
        let more = |more: &[&str]| said(&[args, more].concat());
        let (text, json) = (more(&[]), more(&["--json"]));
        assert_eq!(more(&["--format", "text"]), text, "{args:?}");
        assert_eq!(more(&["--format", "json"]), json, "{args:?}");
        assert!(serde_json::from_str::<serde_json::Value>(&json.1).is_ok() && text.1 != json.1, "{args:?}");
        let (code, _, err) = more(&["--json", "--format", "text"]);
        assert!(code == 2 && err.contains("cannot be used with"), "{args:?}: {err}");
    }
    let sarif = said(&["check", file, "--format", "sarif"]);
    assert_eq!(sarif.1, said(&["check", file, "--out", "sarif"]).1);
    assert!(sarif.1.contains("\"2.1.0\"") && sarif.2.is_empty(), "{sarif:?}");
}

#[test]
fn out_names_a_folder_or_a_document_and_each_is_told_from_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for command in ["run", "plan", "sweep"] {
        for (out, remedy) in [
            ("json=x.json", "--out DIR; one document alone: --format json > x.json"),
            ("-", "--out DIR; one document alone: --format json"),
        ] {
            let (code, printed, err) = said(&[command, TWO_SITE, "--out", out]);
            assert_eq!((code, printed.as_str()), (2, ""), "{command} {out}");
            assert!(err.contains(&format!("`--out {out}` names no folder")) && err.contains(remedy), "{err}");
        }
    }
    for command in ["gate", "check"] {
        for (out, remedy) in [
            ("report/", "write FORMAT=FILE, where FORMAT is one of: "),
            ("sraif=x", "did you mean `sarif=x`?"),
            ("sraif", "did you mean `sarif`?"),
            ("sarif=", "write FORMAT=FILE"),
        ] {
            let (code, printed, err) = said(&[command, TWO_SITE, "--out", out]);
            assert_eq!((code, printed.as_str()), (2, ""), "{command} {out}");
            let what = format!("`--out {out}` names no format and file");
            assert!(err.contains(&what) && err.contains(remedy), "{command}: {err}");
        }
        let (json, sarif) = (at("a.json"), format!("sarif={}", at("a")));
        let args = [command, TWO_SITE, "--out", &json, "--out", &sarif, "--out", "text"];
        let (code, out, err) = said(&args);
        assert!(code == 0 && !out.is_empty() && !err.is_empty(), "{command}: {err}");
        let files = below(folder.path());
        assert!(files["a.json"].starts_with(b"{") && files["a"].starts_with(b"{"), "{command}");
        let (code, _, err) = said(&[command, TWO_SITE, "--format", "json", "--out", "sarif"]);
        assert!(
            code == 2 && err.contains("more than one document") && err.contains("--out FORMAT=FILE"),
            "{err}"
        );
    }
    assert!(!below(folder.path()).contains_key("report"));
}

/// What is asked for is what is run: a variant is the file with the change in it.
#[test]
fn a_variant_is_run_alone_unless_it_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two-site.ron");
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/two-site.ron")).unwrap();
    fs::write(&file, text.replacen("rate: \"200 Mbps\"", "rate: \"100 Mbps\"", 1)).unwrap();
    let change = ["--set", "links.wan.rate=100 Mbps"];
    let outage = ["--outage", "hq-lost", "--json"];
    let changed = said(&[&["run", TWO_SITE][..], &change, &outage].concat());
    let edited = said(&[&["run", path(&file)][..], &outage].concat());
    // All but what it is called and how it came about.
    let results = |text: &str| {
        let mut run = serde_json::from_str::<serde_json::Value>(text).unwrap()["runs"][0].take();
        ["variant", "set"].iter().for_each(|key| drop(run.as_object_mut().unwrap().remove(*key)));
        run
    };
    assert!(changed.0 == 0 && changed.1.contains("100000000"), "{}", changed.2);
    assert!(results(&changed.1) == results(&edited.1));
    assert!(results(&changed.1) != results(&said(&[&["run", TWO_SITE][..], &outage].concat()).1));
    let (code, out, err) = said(&["run", TWO_SITE, change[0], change[1]]);
    assert!(code == 0 && !out.contains("as written"), "{out}{err}");
    assert!(
        out.contains("next:     drsim run scenarios/two-site.ron --set \"links.wan.rate=100 Mbps\" --out"),
        "{out}"
    );
    let (_, out, _) = said(&["run", TWO_SITE, change[0], change[1], "--compare"]);
    assert!(out.contains("as written") && out.contains("links.wan.rate"), "{out}");
    let (code, _, err) = said(&["run", TWO_SITE, "--compare"]);
    assert!(code == 2 && err.contains("--set"), "{err}");
}

#[test]
fn commands_that_run_one_variant_say_how_to_join_changes_and_take_them_joined() {
    let changes = ["people.operations.decision=5m", "links.wan.rate=100 Mbps"];
    let more: [(&str, &[&str]); 3] = [
        ("plan", &["--ask", "bandwidth"]),
        ("sweep", &["--every", "24h"]),
        ("compare", &["--measured", "x.json"]),
    ];
    for (command, more) in more {
        let asked = [&[command, SCENARIO, "--set", changes[0], "--set", changes[1]][..], more].concat();
        let (code, out, err) = said(&asked);
        assert_eq!((code, out.as_str()), (2, ""), "{command}");
        let joined = err.split("--set \"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(joined, Some(changes.join("; ").as_str()), "{err}");
        if command != "compare" {
            let (code, _, err) = said(&[&[command, SCENARIO, "--set", joined.unwrap()][..], more].concat());
            assert_eq!(code, 0, "{command}: {err}");
        }
    }
}

/// The same mistake is told in the same words, whichever command it is made with.
#[test]
fn a_mistake_has_one_wording() {
    let one = |all: &[&[&str]]| {
        let (code, out, first) = said(all[0]);
        assert_eq!((code, out.as_str()), (2, ""), "{first}");
        for args in all {
            assert_eq!(said(args), (2, String::new(), first.clone()), "{args:?}");
        }
        first
    };
    let outage = one(&[
        &["run", TWO_SITE, "--outage", "hq-lots"],
        &["sweep", TWO_SITE, "--outage", "hq-lots"],
        &["plan", TWO_SITE, "--find", "decision", "--outage", "hq-lots"],
    ]);
    assert!(
        outage
            .starts_with("error: there is no outage `hq-lots`\n  help: did you mean `hq-lost`? There are: ")
    );
    one(&[
        &["run", TWO_SITE, "--set", "links.wan"],
        &["plan", TWO_SITE, "--set", "links.wan"],
        &["sweep", TWO_SITE, "--set", "links.wan"],
        &["compare", TWO_SITE, "--set", "links.wan", "--measured", "x"],
    ]);
    one(&[
        &["run", TWO_SITE, "--max-time", "1"],
        &["sweep", TWO_SITE, "--max-time", "1"],
        &["plan", TWO_SITE, "--max-time", "1"],
        &["gate", TWO_SITE, "--max-time", "1"],
    ]);
    let missing = one(&[
        &["compare", TWO_SITE, "--measured", "none.csv"],
        &["import", "inventory", "none.csv", "-o", "never.ron"],
        &["import", "churn", "none.csv", "-o", "never.series"],
        &["import", "topology", "none.csv", "-o", "never.ron"],
    ]);
    assert!(missing.starts_with("error: none.csv: cannot be read: no such file"), "{missing}");
}
