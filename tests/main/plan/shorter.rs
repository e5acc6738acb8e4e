//! What shortening a step of a recovery does is what a run of the scenario with that value gives, and no difference of two numbers.

use serde_json::Value;

use crate::cli::said;

const TWO_SITE: &str = "scenarios/two-site.ron";

fn json(args: &[&str]) -> Value {
    let (code, out, err) = said(&[args, &["--json"]].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    serde_json::from_str(&out).unwrap()
}

fn why(scenario: &str, application: &str, outage: &str) -> Value {
    json(&["why", scenario, "--app", application, "--outage", outage])["outage"].take()
}

fn rta(run: &Value, application: &str) -> f64 {
    let rows = run["runs"][0]["outages"][0]["applications"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == application).unwrap();
    row["rta_from_outage_s"].as_f64().unwrap()
}

/// Every change that has a `--set` is run as a user would run it, over the whole week.
#[test]
fn a_shorter_step_gives_what_a_run_with_that_value_gives() {
    let mut ran = 0;
    for (application, outage) in [("web", "hq-and-vmm-lost"), ("database", "hq-lost")] {
        for row in why(TWO_SITE, application, outage)["shorter"].as_array().unwrap() {
            let Some(set) = row["set"].as_str() else { continue };
            let run = json(&["run", TWO_SITE, "--outage", outage, "--set", set]);
            assert_eq!(row["then"]["rta_s"].as_f64(), Some(rta(&run, application)), "{set}");
            ran += 1;
        }
    }
    assert!(ran >= 14, "{ran}");
}

/// Databases answer 4 minutes after their boot. In half of that they wait for DNS a minute longer, so that one minute is gained and not two.
#[test]
fn another_chain_that_binds_then_is_told() {
    let outage = why(TWO_SITE, "database", "hq-lost");
    let rows = outage["shorter"].as_array().unwrap();
    let row = rows.iter().find(|row| row["phase"] == "readiness").unwrap();
    let saved = outage["rta_s"].as_f64().unwrap() - row["then"]["rta_s"].as_f64().unwrap();
    assert_eq!((row["takes_s"].as_f64(), saved), (Some(240.0), 60.0));
    let more = &row["then"]["more"];
    assert_eq!((more["phase"].as_str(), more["seconds"].as_f64()), (Some("network"), Some(60.0)));
    // The most first.
    let gains: Vec<f64> = rows.iter().map(|row| -row["then"]["rta_s"].as_f64().unwrap()).collect();
    assert!(gains.windows(2).all(|pair| pair[0] >= pair[1]), "{gains:?}");
    let (_, text, _) = said(&["why", TWO_SITE, "--app", "database", "--outage", "hq-lost"]);
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains("1m earlier, though network takes 1m more"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

/// The web servers boot a minute and answer after half a minute more, long before clients ask for the new address.
#[test]
fn a_step_that_another_one_hides_gains_nothing() {
    let outage = why(TWO_SITE, "web", "hq-and-vmm-lost");
    let rows = outage["shorter"].as_array().unwrap();
    for phase in ["boot", "readiness"] {
        let row = rows.iter().find(|row| row["phase"] == phase).unwrap();
        assert_eq!(row["then"]["rta_s"], outage["rta_s"], "{row}");
    }
}

#[test]
fn what_no_value_shortens_says_why() {
    for (file, outage, application, phase, words) in [
        ("site-loss-during-resync", "crash-only", "orders", "repair", "as long as the outage says"),
        ("policy-to-30s", "before", "business", "dependencies", "as long as what it depends on takes"),
    ] {
        let outage = why(&format!("scenarios/{file}.ron"), application, outage);
        let row =
            outage["shorter"].as_array().unwrap().iter().find(|row| row["phase"] == phase).unwrap().clone();
        assert!(row["given"] == words && row["what"].is_null() && row["then"].is_null(), "{row}");
    }
}
