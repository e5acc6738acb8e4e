//! A VM that serves several applications keeps none of them waiting for what only another needs.

use drsim::measure::results::{OutageApplicationRow, Outcome, Results};

use super::written::{results, warnings};

/// `sql` holds the databases of `crm` and `portal`, on one host that is lost with its site at 12:00.
const SHARED: &str = r#"(
    schema: 1, name: "Shared SQL", start: "2026-03-02T00:00[UTC]", horizon: "2d",
    sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
    hosts: [
        (name: "h", site: "hq", cores: 8, memory: "64 GB", volumes: [(name: "d")]),
        (name: "r", site: "dr", cores: 8, memory: "64 GB", volumes: [(name: "d")]),
    ],
    links: [(name: "wan", from: "hq", to: "dr", rate: "200 Mbps")],
    vmm_servers: [(name: "v1", site: "hq"), (name: "v2", site: "dr")],
    clouds: [(name: "a", vmm: "v1", hosts: ["h"]), (name: "b", vmm: "v2", hosts: ["r"])],
    policies: [(name: "p", interval: "5m")],
    protection: [(vms: ["sql", "crm", "portal"], from: "a", to: "b", policy: "p")],
    vms: [
        (name: "sql", host: "h", memory: "16 GB", disk: "400 GB", churn: "500 KB/s"),
        (name: "crm", host: "h", memory: "4 GB", disk: "80 GB", churn: "50 KB/s"),
        (name: "portal", host: "h", memory: "4 GB", disk: "80 GB", churn: "50 KB/s"),
        (name: "fax", host: "h", memory: "4 GB", disk: "80 GB", churn: "50 KB/s"),
    ],
    applications: [
        (name: "crm", vms: ["sql", "crm"], rpo: "15m", rto: "4h"),
        (name: "portal", vms: ["sql", "portal"], depends_on: [NEEDED], rpo: "15m", rto: "4h"),
        (name: "fax", vms: ["fax"], rpo: "1d", rto: "2d"),
    ],
    people: [(name: "ops")],
    plans: [(name: "plan", people: "ops", groups: [(vms: ["sql"]), (vms: ["crm"]), (vms: ["portal"])])],
    outages: [(name: "lost", faults: [(site: "hq", at: "12h")])],
)"#;

fn application<'a>(results: &'a Results, name: &str) -> &'a OutageApplicationRow {
    results.outages[0].applications.iter().find(|it| it.name == name).unwrap()
}

#[test]
fn an_application_comes_back_whatever_another_of_its_vms_applications_waits_for() {
    // `fax` is not replicated and stays down, and with it `portal`; `crm` needs neither.
    for needed in ["", r#""fax""#, r#""crm""#, r#""fax", "crm""#] {
        let results = results(&SHARED.replace("NEEDED", needed));
        assert_eq!(application(&results, "crm").rta_from_outage_s, Some(3040.0), "portal needs {needed}");
        let portal = application(&results, "portal");
        let expected = if needed.contains("fax") { Outcome::NotRecovered } else { Outcome::FailedOver };
        assert_eq!(portal.outcome, expected, "portal needs {needed}");
        if needed.contains("fax") {
            assert_eq!(
                portal.reasons.last().unwrap().to_string(),
                "application fax, on which it depends, is not in service"
            );
        }
    }
}

#[test]
fn a_vm_of_two_applications_waits_for_what_both_need() {
    let both = SHARED.replace(
        r#"(name: "crm", vms: ["sql", "crm"],"#,
        r#"(name: "crm", vms: ["sql", "crm"], depends_on: ["fax"],"#,
    );
    let results = results(&both.replace("NEEDED", r#""fax""#));
    let sql = results.outages[0].vms.iter().find(|vm| vm.name == "sql").unwrap();
    assert_eq!(
        sql.reason.as_ref().unwrap().to_string(),
        "application fax, on which it depends, is not in service"
    );
}

#[test]
fn a_plan_is_not_asked_for_an_order_that_cannot_be() {
    let orders = |needed: &str| -> Vec<String> {
        let all = warnings(&SHARED.replace("NEEDED", needed));
        all.into_iter().filter(|(code, _)| code == "W0240").map(|(_, what)| what).collect()
    };
    // `crm` needs `sql` itself, which starts first; `portal` starts after both.
    assert_eq!(orders(r#""crm""#), [""; 0]);
    let swapped = SHARED
        .replace(r#"(vms: ["crm"]), (vms: ["portal"])"#, r#"(vms: ["portal"]), (vms: ["crm"])"#)
        .replace("NEEDED", r#""crm""#);
    let all = warnings(&swapped);
    let what = all.iter().find(|(code, _)| code == "W0240").map(|(_, what)| what.as_str());
    assert_eq!(
        what,
        Some(
            "plan `plan` starts vm `portal` of application `portal` in group 2, vm `crm` of `crm`, which it needs, in group 3"
        )
    );
}
