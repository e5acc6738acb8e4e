//! What a gate answers, in the formats of builds: accepted by their schemas, harmless with any name, the same bytes for the same answer.

use std::collections::BTreeMap;
use std::process::Command;

use drsim::gate::report::*;
use drsim::problem::{Place, Problem, Problems, codes};
use drsim::report::ci::annotations::{self, ANNOTATIONS_MAX, Dialect};
use drsim::report::ci::{code_quality, junit, markdown, openmetrics, sarif};
use serde_json::{Value, json};

pub use crate::names::WORST as HOSTILE;
use crate::report::judged::node;

pub fn line(gate: &str, outage: Option<&str>, verdict: Verdict) -> Line {
    Line {
        gate: gate.into(),
        outage: outage.map(Into::into),
        subject: "application web".into(),
        labels: BTreeMap::from([("application".into(), "web".into())]),
        metric: "rpa".into(),
        title: "RPA".into(),
        unit: Unit::Seconds,
        value: Some(631.5),
        value_text: "10m 31s".into(),
        bound: Some(600.0),
        bound_text: Some("≤ 10m".into()),
        baseline: Some(242.0),
        baseline_text: Some("4m 2s".into()),
        tolerance_text: Some("+2m and +10 %".into()),
        verdict,
        why: "10m 31s is more than 10m".into(),
        waiver: None,
        place: Some(PlaceRow { file: "dr/main.ron".into(), line: 61, column: 9 }),
    }
}

/// A line of each verdict; the first two explained by a halved link.
pub fn report() -> GateReport {
    let mut lines: Vec<Line> = [
        ("objective", Some("hq-lost"), Verdict::Breached),
        ("no worse", Some("hq-lost"), Verdict::Regressed),
        ("canary", Some("flood"), Verdict::UnexpectedlyHolds),
        ("backlog", None, Verdict::NotEvaluable),
        ("legacy", Some("flood"), Verdict::Waived),
        ("known", Some("flood"), Verdict::ExpectedBreach),
        ("faster", Some("flood"), Verdict::Improved),
        ("objective", Some("flood"), Verdict::Holds),
    ]
    .into_iter()
    .map(|(gate, outage, verdict)| line(gate, outage, verdict))
    .collect();
    lines[3].value = None;
    lines[3].value_text = "no value".into();
    lines[4].waiver = Some("legacy: replaced in March".into());
    let change = ChangeRow {
        path: "links.wan.rate".into(),
        before: Some("200 Mbps".into()),
        after: Some("100 Mbps".into()),
        place: Some(PlaceRow { file: "dr/main.ron".into(), line: 43, column: 58 }),
    };
    GateReport {
        schema_version: SCHEMA_VERSION.into(),
        engine_version: "0.1.0".into(),
        scenario: "Two sites".into(),
        file: "dr/main.ron".into(),
        scenario_hash: "9f2c41d07be6a5538c1e0f4a7d2b96e8".into(),
        as_of: "2026-11-24".into(),
        baseline: Some(BaselineRow {
            from: "revision origin/main (1a2b3c4d5e6f)".into(),
            scenario_hash: "0".into(),
        }),
        lines,
        causes: vec![CauseRow {
            lines: vec![0, 1],
            changes: vec![change],
            interact: false,
            unfinished: false,
            sentence: "links.wan.rate 200 Mbps → 100 Mbps; with the old value the RPA is 4m 2s".into(),
        }],
        waivers: vec![WaiverRow {
            gate: "legacy".into(),
            owner: "ops".into(),
            reason: "replaced in March".into(),
            expires: "2027-03-31".into(),
            expired: false,
            covers: 1,
            place: None,
        }],
        denied: vec![],
        stand_ins: vec![],
        ratchet: vec!["faster: write ≤ 5m".into()],
        warnings: vec!["waiver `old` covers nothing".into()],
        informational_until: None,
        outcome: GateOutcome::Breached,
    }
}

/// The same with every text of a scenario hostile.
fn hostile() -> GateReport {
    let mut report = report();
    for text in [&mut report.scenario, &mut report.file, &mut report.ratchet[0], &mut report.warnings[0]] {
        *text = HOSTILE.into();
    }
    report.baseline.as_mut().unwrap().from = HOSTILE.into();
    for (at, line) in report.lines.iter_mut().enumerate() {
        line.gate = format!("{at}{HOSTILE}");
        for text in
            [&mut line.subject, &mut line.why, &mut line.title, &mut line.value_text, &mut line.metric]
        {
            *text = HOSTILE.into();
        }
        line.labels = BTreeMap::from([("application".into(), HOSTILE.into())]);
        line.outage = line.outage.is_some().then(|| HOSTILE.into());
        line.waiver = Some(HOSTILE.into());
        line.place.as_mut().unwrap().file = HOSTILE.into();
    }
    let cause = &mut report.causes[0];
    cause.sentence = HOSTILE.into();
    let change = &mut cause.changes[0];
    (change.path, change.before, change.after) = (HOSTILE.into(), Some(HOSTILE.into()), Some(HOSTILE.into()));
    change.place.as_mut().unwrap().file = HOSTILE.into();
    let waiver = &mut report.waivers[0];
    for text in [&mut waiver.gate, &mut waiver.owner, &mut waiver.reason, &mut waiver.expires] {
        *text = HOSTILE.into();
    }
    report
}

/// Nothing but promises kept.
fn kept() -> GateReport {
    let mut report = report();
    report.lines.retain(|line| line.verdict == Verdict::Holds);
    (report.causes, report.outcome) = (Vec::new(), GateOutcome::Holds);
    report
}

fn all_formats(report: &GateReport) -> [String; 7] {
    [
        junit::write(report),
        markdown::write(report),
        annotations::write(report, Dialect::GitHub),
        annotations::write(report, Dialect::Azure),
        code_quality::write(report),
        openmetrics::write(report),
        sarif::of_gate(report),
    ]
}

/// `tests/schemas/junit-10.xsd` is the schema that Jenkins' xUnit plugin holds reports to, the other that of Ant in our own words.
pub fn accepted_by_readers(xml: &str) {
    for schema in ["junit-10.xsd", "junit-ant.xsd"] {
        accepted_by(schema, xml);
    }
}

fn accepted_by(schema: &str, xml: &str) {
    let schema = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(schema);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gate.xml");
    std::fs::write(&file, xml).unwrap();
    let Ok(output) = Command::new("xmllint").args(["--noout", "--schema"]).arg(schema).arg(file).output()
    else {
        let required = std::env::var("DRSIM_REQUIRE_ALL").is_ok_and(|value| value == "1");
        assert!(!required, "there is no xmllint and DRSIM_REQUIRE_ALL is set");
        return eprintln!("skipped: there is no xmllint");
    };
    assert!(output.status.success(), "{}\n{xml}", String::from_utf8_lossy(&output.stderr));
}

/// By the part of the schema that stands here, and by the whole one of OASIS where npm gave it.
fn accepted_by_sarif(text: &str) -> Value {
    let part = include_str!("../../schemas/sarif-2.1.0-part.json").to_owned();
    let whole =
        node().map(|(_, packages)| packages.join("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
    // One of its patterns has a bracket too many; it is of a language, which is not written.
    let whole = whole.map(|path| std::fs::read_to_string(path).unwrap().replace("{2}]?$", "{2}$"));
    let log: Value = serde_json::from_str(text).unwrap();
    for schema in [Some(part), whole].into_iter().flatten() {
        let schema: Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&log)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{text}");
    }
    log
}

/// What GitHub's page on SARIF support requires: of a rule its descriptions and help as sentences, of a place its end.
fn as_code_scanning_asks(log: &Value) {
    let run = &log["runs"][0];
    for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
        for key in ["shortDescription", "fullDescription", "help"] {
            assert!(rule[key]["text"].as_str().is_some_and(|text| text.ends_with('.')), "{key} of {rule}");
        }
        assert!(rule["help"]["markdown"].is_string());
    }
    for result in run["results"].as_array().unwrap() {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let ends = ["startLine", "startColumn", "endLine", "endColumn"].map(|key| region[key].as_u64());
        let [Some(line), Some(column), Some(end_line), Some(end_column)] = ends else {
            assert!(region.is_null(), "{result}");
            continue;
        };
        assert!((line, column) < (end_line, end_column), "{result}");
    }
}

#[test]
fn junit_is_accepted_by_the_schemas_of_jenkins_and_ant() {
    let what = "a warning".to_owned();
    let denied = GateReport { denied: vec![DeniedRow { code: None, what }], ..kept() };
    for report in [report(), hostile(), kept(), denied, GateReport { lines: Vec::new(), ..kept() }] {
        accepted_by_readers(&junit::write(&report));
    }
}

#[test]
fn junit_counts_what_fails_what_has_no_answer_and_what_is_excused() {
    let text = junit::write(&report());
    let xml = roxmltree::Document::parse(&text).unwrap();
    let root = xml.root_element();
    let of = |node: roxmltree::Node, name: &str| node.attribute(name).map(str::to_owned).unwrap_or_default();
    let suites = || root.children().filter(|node| node.is_element());
    let sum = |name| suites().map(|suite| of(suite, name).parse::<u32>().unwrap()).sum::<u32>();
    assert_eq!(["tests", "failures", "errors", "skipped"].map(sum), [8, 3, 1, 2]);
    let suites: Vec<String> = suites().map(|suite| of(suite, "name")).collect();
    assert_eq!(suites, ["drsim.Two sites.no outage", "drsim.Two sites.flood", "drsim.Two sites.hq-lost"]);
    let kind = |case: roxmltree::Node| {
        let child =
            case.children().find(|node| ["failure", "error", "skipped"].contains(&node.tag_name().name()));
        child.map_or("ok", |child| match child.tag_name().name() {
            "failure" => "failure",
            "error" => "error",
            _ => "skipped",
        })
    };
    let cases: Vec<(String, String, &str)> = xml
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .map(|case| (of(case, "classname"), of(case, "name"), kind(case)))
        .collect();
    let told: Vec<(&str, &str, &str)> = cases
        .iter()
        .map(|(class, name, kind)| {
            (class.rsplit('.').next().unwrap(), name.split(':').next().unwrap(), *kind)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("no outage", "backlog", "error"),
            ("flood", "canary", "failure"),
            ("flood", "faster", "ok"),
            ("flood", "known", "skipped"),
            ("flood", "legacy", "skipped"),
            ("flood", "objective", "ok"),
            ("hq-lost", "no worse", "failure"),
            ("hq-lost", "objective", "failure"),
        ]
    );
    assert_eq!(cases[7].1, "objective: RPA of application web", "a name has no value");
    let days = text.matches(" timestamp=\"2026-11-24T00:00:00\"").count();
    assert_eq!((days, text.matches("timestamp").count()), (3, 3), "the day that it judges on: {text}");
    let times = text.matches(" time=").count();
    assert_eq!((times, text.matches(" time=\"0.000\"").count()), (3 + 8, 3 + 8), "{text}");
    assert!(
        text.contains("dr/main.ron:43: links.wan.rate 200 Mbps → 100 Mbps")
            && text.contains("written at dr/main.ron:61")
    );
}

#[test]
fn while_a_gate_only_informs_no_format_fails_a_build() {
    let mut report = report();
    report.informational_until = Some("2027-01-01".into());
    let text = junit::write(&report);
    assert!(!text.contains("<failure") && text.contains("only informs until 2027-01-01"), "{text}");
    assert!(!annotations::write(&report, Dialect::GitHub).contains("::error"));
    let log = accepted_by_sarif(&sarif::of_gate(&report));
    assert!(log["runs"][0]["results"].as_array().unwrap().iter().all(|result| result["level"] != "error"));
    assert!(markdown::write(&report).contains("⚠️ 3 of 8 promises broken, told only"));
}

#[test]
fn markdown_finds_its_comment_again_and_begins_with_the_worst() {
    let text = markdown::write(&report());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], markdown::marker("Two sites"));
    assert!(lines[0].starts_with("<!-- drsim-gate two-sites ") && lines[0].ends_with(" -->"));
    assert_eq!(lines[1], "### Two sites: ❌ 3 of 8 promises broken");
    assert_eq!(markdown::write(&kept()).lines().next(), Some(lines[0]), "one scenario, one comment");
    assert_ne!(markdown::marker("two sites"), markdown::marker("two-sites"));
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("`{words}` is not in\n{text}"));
    assert_eq!(
        lines[3],
        "**RPA of <code>application web</code> in <code>hq-lost</code> is 10m 31s, where ≤ 10m is promised.**"
    );
    let mut other = report();
    other.lines[0].title = "worst age".into();
    assert!(markdown::write(&other).contains("\n**Worst age of <code>application web</code> in"));
    at("  - ❌ no worse: RPA of application web in hq-lost: 10m 31s (bound ≤ 10m, baseline 4m 2s");
    assert!(at("❌ breached") < at("❌ worse") && at("❌ worse") < at("What made it worse"));
    assert!(at("What made it worse") < at("<details><summary>What holds: 2</summary>"));
    at("<code>dr/main.ron:43</code>: links.wan.rate 200 Mbps → 100 Mbps");
    at(
        "| ⚠️ waived: legacy: replaced in March | RPA of <code>application web</code> | <code>flood</code> | 10m 31s | ≤ 10m | 4m 2s (+2m and +10 %) | legacy <code>dr/main.ron:61</code> |",
    );
    at("❔ not evaluable: 10m 31s is more than 10m");
    at("Simulated estimate. Not evidence of a recovery test.");
}

#[test]
fn markdown_never_exceeds_what_a_comment_takes_and_counts_what_is_missing() {
    let mut long = report();
    for at in 0..2000 {
        long.lines.push(Line {
            why: HOSTILE.repeat(40),
            ..line(&format!("{at} {HOSTILE}"), Some(HOSTILE), Verdict::Breached)
        });
    }
    let text = markdown::write(&long);
    assert!(text.len() <= markdown::BYTES_MAX && text.len() > markdown::BYTES_MAX - 4000, "{}", text.len());
    assert!(text.contains("<code>dr/main.ron:43</code>"), "what it broke does not crowd out the cause");
    assert!(
        text.contains("… and 1,") && text.contains(" lines more\n") && text.contains("Simulated estimate")
    );
}

#[test]
fn github_shows_ten_annotations_at_most_first_where_it_was_changed() {
    let text = annotations::write(&report(), Dialect::GitHub);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "a cause explains two lines, and two are left:\n{text}");
    assert!(lines[0].starts_with("::error file=dr/main.ron,line=43,col=58,title=Recovery got worse%3A links.wan.rate::links.wan.rate 200 Mbps"));
    assert!(
        lines[0].contains(
            "%0Aobjective: RPA of application web in hq-lost: 10m 31s (bound ≤ 10m, baseline 4m 2s"
        )
    );
    assert!(
        lines[1].starts_with("::error file=dr/main.ron,line=61,")
            && lines[2].starts_with("::warning file=dr/main.ron")
    );
    assert_eq!(annotations::write(&kept(), Dialect::GitHub), "");
    let mut many = report();
    many.lines.extend((0..30).map(|at| line(&format!("more {at}"), None, Verdict::Breached)));
    for dialect in [Dialect::GitHub, Dialect::Azure] {
        let text = annotations::write(&many, dialect);
        assert_eq!(text.lines().count(), ANNOTATIONS_MAX);
        assert!(text.lines().last().unwrap().contains("and 24 more"), "{text}");
    }
    let azure = annotations::write(&report(), Dialect::Azure);
    assert!(azure.starts_with("##vso[task.logissue type=error;sourcepath=dr/main.ron;linenumber=43;columnnumber=58;]Recovery got worse"), "{azure}");
}

#[test]
fn a_code_quality_report_is_what_gitlab_reads() {
    let text = code_quality::write(&report());
    let findings: Vec<Value> = serde_json::from_str(&text).unwrap();
    let told: Vec<(&str, &str, &str, u64)> = findings
        .iter()
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap();
            let place = &finding["location"];
            (
                text("check_name"),
                text("severity"),
                place["path"].as_str().unwrap(),
                place["lines"]["begin"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("drsim/objective", "critical", "dr/main.ron", 43),
            ("drsim/no worse", "major", "dr/main.ron", 43),
            ("drsim/canary", "minor", "dr/main.ron", 61),
            ("drsim/backlog", "major", "dr/main.ron", 61),
        ]
    );
    let marks: std::collections::BTreeSet<&str> =
        findings.iter().map(|finding| finding["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(marks.len(), 4);
    let mut other = report();
    (other.lines[0].value, other.lines[0].value_text, other.lines[0].why) =
        (Some(700.0), "11m 40s".into(), "else".into());
    let again: Vec<Value> = serde_json::from_str(&code_quality::write(&other)).unwrap();
    assert_eq!(again[0]["fingerprint"], findings[0]["fingerprint"], "another value is the same finding");
    assert_eq!(code_quality::write(&kept()), "[]\n");
}

/// By the grammar of OpenMetrics 1.0: families are not interleaved, a name ends with its unit, no sample stands twice.
#[test]
fn openmetrics_has_a_family_for_each_metric_and_ends() {
    for report in [report(), hostile()] {
        let text = openmetrics::write(&report);
        assert!(text.ends_with("\n# EOF\n") && text.matches("# EOF").count() == 1);
        let mut seen = std::collections::BTreeSet::new();
        let mut family = String::new();
        for line in text.lines().filter(|line| *line != "# EOF") {
            if let Some(head) = line.strip_prefix("# ") {
                let [kind, name, rest] = head.splitn(3, ' ').collect::<Vec<_>>()[..] else {
                    panic!("{line}")
                };
                match kind {
                    "TYPE" => {
                        assert_eq!(rest, "gauge");
                        assert!(seen.insert(name.to_owned()), "{name} twice");
                        family = name.to_owned();
                    }
                    "UNIT" => assert!(name == family && name.ends_with(&format!("_{rest}")), "{line}"),
                    "HELP" => assert_eq!(name, family),
                    kind => panic!("{kind}"),
                }
                continue;
            }
            let (name, rest) = line.split_once('{').unwrap_or_else(|| panic!("{line}"));
            assert_eq!(name, family);
            let (labels, value) = rest.rsplit_once("} ").unwrap();
            value.parse::<f64>().unwrap();
            assert!(seen.insert(format!("{name}{{{labels}")), "{line} twice");
            let bare = labels.replace("\\\\", "").replace("\\\"", "").replace("\\n", "");
            assert!(bare.matches('"').count() % 2 == 0 && !bare.contains('\\'), "{line}");
        }
    }
    let text = openmetrics::write(&report());
    assert!(text.contains("# UNIT drsim_rpa_seconds seconds\n"), "{text}");
    assert!(
        text.contains(
            "drsim_rpa_seconds{scenario=\"Two sites\",application=\"web\",outage=\"flood\"} 631.5\n"
        )
    );
    let of =
        "{scenario=\"Two sites\",application=\"web\",outage=\"hq-lost\",gate=\"objective\",metric=\"rpa\"}";
    assert!(text.contains(&format!("drsim_gate_failed{of} 1\n")), "{text}");
    assert!(text.contains(&format!("drsim_rpa_bound_seconds{of} 600\n")), "{text}");
    assert!(text.contains("drsim_build_info{version=\"0.1.0\"} 1\n"), "{text}");
}

#[test]
fn sarif_of_a_gate_is_accepted_stands_at_the_change_and_leaves_out_what_is_excused() {
    let log = accepted_by_sarif(&sarif::of_gate(&report()));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let line_of = |location: &Value| location["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
    let told: Vec<(&str, &str, u64)> = results
        .iter()
        .map(|result| {
            let text = |key: &str| result[key].as_str().unwrap();
            (text("ruleId"), text("level"), line_of(&result["locations"][0]))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("gate/breached", "error", 43),
            ("gate/regressed", "error", 43),
            ("gate/unexpectedly_holds", "error", 61),
            ("gate/not_evaluable", "warning", 61),
        ]
    );
    for result in results {
        let rule = &log["runs"][0]["tool"]["driver"]["rules"]
            [usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(result["message"]["text"].as_str().unwrap().ends_with('.'), "{result}");
    }
    as_code_scanning_asks(&log);
    assert_eq!(line_of(&results[0]["relatedLocations"][0]), 61, "the promise");
    assert_eq!(line_of(&results[0]["relatedLocations"][1]), 43, "the change");
    let log = accepted_by_sarif(&sarif::of_gate(&hostile()));
    let uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        .as_str()
        .unwrap();
    assert!(uri.starts_with("%22%3C%26%5D%5D%3E%7C%0A%250A%3A%3Aerror%20") && uri.is_ascii(), "{uri}");
}

#[test]
fn sarif_of_a_check_names_rule_place_and_second_place() {
    let text = "(\n  name: \"é\", name: \"b\",\n)\n";
    let mut problems = Problems::default();
    problems.add_text("dr/a b.ron".into(), text.into());
    let at = |word: &str| {
        Some(Place {
            file: "dr/a b.ron".into(),
            span: text.find(word).unwrap()..text.find(word).unwrap() + 1,
        })
    };
    problems.push(
        Problem::new(&codes::DUPLICATE_FIELD, at("name: \"b"), HOSTILE).also(at("name: \"é"), "first here"),
    );
    problems.push(Problem::new(&codes::UNREADABLE, None, "gone"));
    problems.push(Problem::new(&codes::OBJECTIVE_TOO_TIGHT, at("\"b\""), "tight"));
    let log = accepted_by_sarif(&sarif::of_problems(&problems, "dr/main.ron", &str::to_owned));
    as_code_scanning_asks(&log);
    let run = &log["runs"][0];
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["E0104", "E0111", "W0302"]);
    let first = &run["results"][0];
    assert_eq!(
        (&first["ruleId"], &first["ruleIndex"], &first["level"]),
        (&json!("E0111"), &json!(1), &json!("error"))
    );
    let place = json!({ "artifactLocation": { "uri": "dr/a%20b.ron" }, "region": {
        "startLine": 2, "startColumn": 14, "endLine": 2, "endColumn": 15 } });
    assert_eq!(first["locations"][0]["physicalLocation"], place);
    assert_eq!(first["relatedLocations"][0]["physicalLocation"]["region"]["startColumn"], 3);
    assert_eq!(
        run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "dr/main.ron"
    );
    assert_eq!(run["results"][2]["level"], "warning");
}

#[test]
fn no_name_breaks_out_of_any_format() {
    let report = hostile();
    let [xml, markdown, github, azure, quality, metrics, sarif] = all_formats(&report);
    for text in [&xml, &markdown, &github, &azure, &quality, &metrics, &sarif] {
        let bad = |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202e}' | '\u{fffe}');
        assert_eq!(text.chars().find(bad), None, "{text}");
    }
    roxmltree::Document::parse(&xml).unwrap();
    // A cell's end, a tag, a mention.
    for row in markdown.lines().filter(|line| line.starts_with("| ")) {
        assert!(row.matches('|').count() == 8, "{row}");
    }
    let allowed = [
        "<!-- ",
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
        "<code>",
        "</code>",
        "<sub>",
        "</sub>",
    ];
    for (at, _) in markdown.match_indices('<') {
        assert!(
            allowed.iter().any(|tag| markdown[at..].starts_with(tag)),
            "{}",
            &markdown[at..(at + 40).min(markdown.len())]
        );
    }
    assert!(!markdown.contains("@all") && !markdown.contains("#1 ") && !markdown.contains("`b`"));
    assert_eq!(markdown.matches("-->").count(), markdown.matches("<!--").count());
    // One command a line, and only ours.
    assert!(
        github.lines().all(|line| line.starts_with("::error ") || line.starts_with("::warning ")),
        "{github}"
    );
    for line in github.lines() {
        let (properties, message) = line[2..].split_once("::").unwrap();
        assert!(!properties.contains(['\n', '"']) || properties.matches(',').count() == 3, "{line}");
        assert!(!message.contains("%0A::error") || message.contains("%250A::error"), "{line}");
    }
    for line in azure.lines() {
        assert!(line.starts_with("##vso[task.logissue type="), "{line}");
        assert_eq!(line.matches(']').count(), 1, "{line}");
    }
    serde_json::from_str::<Value>(&quality).unwrap();
    assert!(metrics.lines().all(|line| line.starts_with("# ") || line.starts_with("drsim_")), "{metrics}");
}

#[test]
fn equal_answers_are_equal_bytes() {
    for make in [report, hostile, kept] {
        assert_eq!(all_formats(&make()), all_formats(&make()));
    }
    let [xml, ..] = all_formats(&report());
    let mut turned = report();
    turned.lines.swap(2, 5);
    assert_eq!(junit::write(&turned), xml, "cases are in order of their names");
}

#[test]
fn changes_that_only_together_make_it_worse_are_listed_under_their_cause() {
    let mut report = report();
    let mut other = report.causes[0].changes[0].clone();
    (other.path, other.before, other.place) = ("policies.5min.interval".into(), None, None);
    report.causes[0].changes.push(other);
    report.causes[0].sentence = "the link and the policy".into();
    report.causes[0].interact = true;
    let text = markdown::write(&report);
    let listed = "- the link and the policy\n  - <code>dr/main.ron:43</code>: links.wan.rate 200 Mbps → 100 Mbps\n  - policies.5min.interval (not there) → 100 Mbps\n";
    assert!(text.contains(listed), "{text}");
    let text = junit::write(&report);
    let listed = "cause: the link and the policy\n  dr/main.ron:43: links.wan.rate 200 Mbps → 100 Mbps\n  policies.5min.interval (not there) → 100 Mbps\n";
    assert!(text.contains(listed), "{text}");
}
