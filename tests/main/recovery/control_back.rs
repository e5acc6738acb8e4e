//! A control plane that comes back before people have begun by hand runs the plan after all.

use drsim::measure::results::{ControlPath, Results};

use super::written::{pair, results, with};

/// The site is lost at 12:02 and declared at 12:32; consoles and credentials take half an hour, each VM five minutes.
fn vmm_back(after: &str, people: &str) -> Results {
    let faults = format!(r#"(site: "hq", at: "12h2m"), (vmm: "vd", at: "12h2m", lasts: "{after}")"#);
    let text = pair(&faults, "");
    results(&with(&text, r#"manual_per_vm: "5m""#, &format!(r#"manual_per_vm: "5m"{people}"#)))
}

fn told(results: &Results) -> (ControlPath, Option<f64>) {
    let outage = &results.outages[0];
    (outage.declarations[0].path, outage.applications[0].rta_from_outage_s)
}

#[test]
fn site_recovery_runs_a_plan_whose_server_is_back_while_people_look_for_consoles() {
    let back = vmm_back("48m", "");
    // Back at 12:50, then job latency 30 s and the way of any failover, 310 s.
    assert_eq!(told(&back), (ControlPath::SiteRecovery, Some(48.0 * 60.0 + 340.0)));
    assert_eq!(
        back.outages[0].declarations[0].reason.as_deref(),
        Some("VMM server vd was down; back 18m after the declaration, before anybody had begun by hand")
    );
    let late = vmm_back("61m", "");
    // By hand from 13:02 on: data step, five minutes by hand, five for the name.
    assert_eq!(told(&late), (ControlPath::ByHand, Some(3600.0 + 10.0 + 300.0 + 300.0)));
}

#[test]
fn people_may_be_told_to_wait_longer_before_they_go_by_hand() {
    let wait = r#", by_hand_after: "45m""#;
    assert_eq!(told(&vmm_back("61m", wait)), (ControlPath::SiteRecovery, Some(61.0 * 60.0 + 340.0)));
    assert_eq!(told(&vmm_back("10h", wait)), (ControlPath::ByHand, Some(4500.0 + 610.0)));
    // A wait that is over before consoles are found changes nothing.
    assert_eq!(
        told(&vmm_back("10h", r#", by_hand_after: "5m""#)),
        (ControlPath::ByHand, Some(3600.0 + 610.0))
    );
}
