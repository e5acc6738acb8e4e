//! `--ask bandwidth` and `--find link-rate` agree on a link, or say why not.

use std::fs;
use std::path::PathBuf;

use drsim::ids::Id;
use drsim::plan::bandwidth::own::{Own, own};
use drsim::plan::inverse::beside::{Because, Beside, beside};
use drsim::plan::inverse::judge::judge;
use drsim::plan::inverse::knobs::knobs;
use drsim::plan::inverse::{Answer, Finding, find, outages};
use drsim::plan::runs::links::busiest_link;
use drsim::plan::{Ask, Find};
use drsim::scenario::Scenario;
use drsim::units::Span;

fn both(scenario: &Scenario) -> (Finding, Own, Beside) {
    let ask = Ask { threads: 2, ..Ask::default() };
    let as_written = judge(scenario, &outages(scenario, &ask), 2);
    let knobs = knobs(scenario, &ask, Find::LinkRate).unwrap();
    let found = find(scenario, &ask, &knobs[0], &as_written, &|_, _| true).unwrap().remove(0);
    let own = own(scenario, busiest_link(scenario).unwrap(), ask.step, &|_, _| true).unwrap();
    let it = beside(scenario, &found, &own);
    (found, own, it)
}

/// One VM of 1 MB/s every 300 s: logs of 300 MB. To be 400 s old at most they must be there 100 s after the tick: 24 Mbps.
fn text(outage: &str, more: &str, horizon: &str) -> String {
    format!(
        r#"(
        schema: 1, name: "agree", start: "2026-03-02T00:00[UTC]", horizon: "{horizon}",
        sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
        hosts: [
            (name: "h", site: "hq", cores: 8, memory: "64 GB", volumes: [(name: "d")]),
            (name: "r", site: "dr", cores: 8, memory: "64 GB", volumes: [(name: "d")]),
        ],
        links: [(name: "wan", from: "hq", to: "dr", rate: "200 Mbps", efficiency: "100 %")],
        vmm_servers: [(name: "v1", site: "hq"), (name: "v2", site: "dr")],
        clouds: [(name: "a", vmm: "v1", hosts: ["h"]), (name: "b", vmm: "v2", hosts: ["r"])],
        policies: [(name: "p", interval: "5m", compression: "1", phase: "aligned")],
        protection: [(from: "a", to: "b", policy: "p")],
        vms: [(name: "vm", host: "h", memory: "8 GB", disk: "100 GB", churn: "1 MB/s")],
        applications: [(name: "app", vms: ["vm"], rpo: "400s"{more})],
        people: [(name: "ops")], plans: [(name: "plan", people: "ops", groups: [(vms: ["vm"])])],
        outages: [{outage}],
    )"#
    )
}

fn rate(finding: &Finding) -> u64 {
    let Answer::Boundary { holds, .. } = &finding.answer else { panic!("{finding:?}") };
    holds.value
}

#[test]
fn without_outages_they_are_the_same_and_the_answer_names_what_binds() {
    let scenario = crate::file::scenario(&text("", "", "1d"));
    let (finding, own, it) = both(&scenario);
    assert_eq!(it, Beside { alone: Some(3_000_000), because: vec![] });
    assert_eq!(rate(&finding), 3_000_000);
    let binds = own.most().unwrap().0.binds.unwrap();
    assert_eq!((binds.application, binds.vm), (Id::new(0), Id::new(0)));
}

/// For half of the time 400 s hold at 9.58 Mbps. 160 s after a tick the newest point is 460 s old, unless the log is there: 300 MB ÷ 160 s are 15
/// Mbps.
#[test]
fn what_an_outage_asks_for_on_top_is_named() {
    let outage = r#"(name: "lost", faults: [(site: "hq", at: "06:02:40")])"#;
    let scenario = crate::file::scenario(&text(outage, r#", rpo_share: "50 %""#, "1d"));
    let (finding, _, it) = both(&scenario);
    assert!(it.alone.unwrap() < rate(&finding), "{it:?} {finding:?}");
    assert!(rate(&finding).abs_diff(1_875_000) <= 12_500, "{finding:?}");
    assert_eq!(it.because, [Because::InOutage("app".into(), "lost".into())]);
}

/// Company and the shipped scenarios, the first four days of them.
#[test]
fn every_difference_has_its_reason() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files.extend(crate::shared::case("verdicts/company.ron"));
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut scenario = crate::file::read(&text).unwrap_or_else(|it| panic!("{}", it.render(false))).0;
        scenario.horizon = scenario.horizon.min(Span::seconds(4 * 86_400));
        if busiest_link(&scenario).is_none() || scenario.recovery.applications.is_empty() {
            continue;
        }
        let (finding, own, it) = both(&scenario);
        let is_same =
            matches!(&finding.answer, Answer::Boundary { holds, .. } if Some(holds.value) == it.alone);
        assert_eq!(is_same, it.because.is_empty(), "{file:?}: {it:?} {:?}", finding.answer);
        if let Some((_, rate)) = own.most() {
            assert!(own.holds_at(&scenario, rate), "{file:?}");
        }
    }
}
