//! Every component of three shipped scenarios, failed at every instant at which anything happens, and between.

use std::collections::BTreeSet;

use serde_json::Value;

use super::always::{hold, read};
use super::times;

/// Faults that are tried of each scenario, times `DRSIM_FIRE`, spread evenly over all there are.
const FAULTS: usize = 40;

/// Faults of one run.
const TOGETHER: usize = 200;

/// Instants that results tell, s.
fn told(value: &Value, found: &mut BTreeSet<u64>) {
    match value {
        Value::Array(all) => all.iter().for_each(|value| told(value, found)),
        Value::Object(all) => {
            for (key, value) in all {
                let is_instant = ["from_s", "to_s", "at_s", "start_s", "end_s"].contains(&key.as_str());
                if let Some(at) = value.as_f64().filter(|_| is_instant) {
                    // Instants are whole microseconds.
                    #[allow(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "within the run"
                    )]
                    found.insert((at * 1e6).round() as u64);
                }
                told(value, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn names(results: &Value, section: &str, field: &str) -> Vec<String> {
    let rows = results[section].as_array().unwrap();
    let all: BTreeSet<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    all.into_iter().map(|name| format!("{field}: \"{name}\"")).collect()
}

fn fail_everywhere(name: &str, text: &str) {
    let scenario = read(text).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let results = serde_json::from_str::<Value>(&hold(name, &scenario, 1)).unwrap()["runs"][0].take();
    let mut components = vec!["recovery_service: true".to_owned()];
    for (section, field) in [
        ("sites", "site"),
        ("hosts", "host"),
        ("volumes", "volume"),
        ("links", "link"),
        ("vms", "replication"),
        ("vms", "contents"),
        ("vms", "recovery_points"),
    ] {
        components.extend(names(&results, section, field));
    }
    components.extend(scenario.control_plane.vmms.iter().map(|vmm| format!("vmm: \"{}\"", vmm.name)));
    components.extend(scenario.recovery.people.iter().map(|team| format!("people: \"{}\"", team.name)));
    let mut told_at = BTreeSet::new();
    told(&results, &mut told_at);
    let horizon = scenario.horizon.0;
    let told_at: Vec<u64> = told_at.into_iter().filter(|at| *at < horizon).collect();
    let between = told_at.windows(2).map(|pair| pair[0] + (pair[1] - pair[0]) / 2);
    let instants: BTreeSet<u64> = told_at.iter().copied().chain(between).collect();
    assert!(components.len() > 10 && instants.len() > 20, "{name}: {} {}", components.len(), instants.len());
    let all = components.iter().flat_map(|component| instants.iter().map(move |at| (component, *at)));
    let all: Vec<(&String, u64)> = all.collect();
    let step = (all.len() / (FAULTS * usize::try_from(times()).unwrap())).max(1);
    let tried: Vec<&(&String, u64)> = all.iter().step_by(step).collect();
    for part in tried.chunks(TOGETHER) {
        let outage = |(index, (component, at)): (usize, &&(&String, u64))| {
            let lasts = ["", ", lasts: \"7m\"", ", repair: \"5h\""][index % 3];
            let lasts = if component.starts_with("contents") || component.starts_with("recovery_points") {
                ""
            } else {
                lasts
            };
            let found = if component.starts_with("contents") { ", found: \"1h\"" } else { "" };
            format!("(name: \"fire{index}\", faults: [({component}, at: \"{at}us\"{lasts}{found})]), ")
        };
        let outages: String = part.iter().enumerate().map(outage).collect();
        let text = text.replacen("outages: [", &format!("outages: [{outages}"), 1);
        let scenario = read(&text).unwrap_or_else(|problems| panic!("{name}: {}", problems.render(false)));
        hold(name, &scenario, 2);
    }
}

#[test]
fn anything_may_fail_in_two_sites() {
    fail_everywhere("two-site", include_str!("../../../scenarios/two-site.ron"));
}

#[test]
fn anything_may_fail_while_people_go_there_and_back() {
    fail_everywhere(
        "planned-failover-and-back",
        include_str!("../../../scenarios/planned-failover-and-back.ron"),
    );
}

#[test]
fn anything_may_fail_where_one_server_is_everything() {
    fail_everywhere("single-vmm", include_str!("../../../scenarios/single-vmm.ron"));
}
