//! A control plane lost under a running plan: people go on by hand, whether or not the plan synchronises first.

use std::collections::BTreeMap;

use drsim::assess::{Options, assess};
use drsim::measure::results::{OutageRow, Results};
use drsim::scenario::Scenario;

/// The shipped two sites, with one more outage: the recovery site's management server is lost two minutes after the declaration.
fn two_sites(synchronize: bool) -> Results {
    let text = include_str!("../../../scenarios/two-site.ron");
    let mid = r#"(name: "mid", faults: [(site: "hq", at: "Tue 14:05"), (vmm: "vmm-dr", at: "Tue 14:37")]),"#;
    let timeout = r#"shutdown_timeout: "5m","#;
    let text = text.replacen("outages: [", &format!("outages: [{mid}"), 1).replacen(
        timeout,
        &format!("{timeout} synchronize: {synchronize},"),
        1,
    );
    let files: BTreeMap<String, Vec<u8>> = [("main.ron".to_owned(), text.into_bytes())].into();
    let (scenario, _) =
        Scenario::parse(&files, "main.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    assess(&scenario, &Options { threads: 2, progress: &|_| {} }).unwrap().0
}

#[test]
fn a_plan_that_synchronises_is_handed_to_people_as_one_that_does_not() {
    let [synchronised, plain] = [true, false].map(two_sites);
    for (own, twin) in synchronised.outages.iter().zip(&plain.outages) {
        let back = |it: &OutageRow| -> Vec<_> {
            let rows = it.applications.iter();
            rows.map(|row| (row.name.clone(), row.status, row.rta_from_outage_s, row.rpa_s)).collect()
        };
        assert_eq!(back(own), back(twin), "in {}", own.name);
    }
    let mid = synchronised.outages.iter().find(|outage| outage.name == "mid").expect("it was added");
    let web = mid.applications.iter().find(|row| row.name == "web").expect("the shipped scenario has it");
    // By hand from the loss on; on its own, Site Recovery would have taken 3,400 s.
    assert_eq!(web.rta_from_outage_s, Some(9760.0));
}
