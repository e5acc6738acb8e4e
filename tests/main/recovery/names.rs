//! Clients find a VM at its new address while it starts, not after that.

use super::written::{first, pair, with};
use crate::file::results;

/// Gone at 12:02; declared after 30 min, and powered on after the job latency of 30 s and the data step of 10 s: 1,840 s.
const LOST: &str = r#"(site: "hq", at: "12h2m")"#;

/// RTA in seconds from power-on, and how long the phase "network" is, with boot, readiness, times to live at either site, replication.
fn found(boot: &str, readiness: &str, ttl: (&str, &str), replication: &str) -> (f64, f64) {
    let text = with(
        &pair(LOST, ""),
        r#"network: "hn")"#,
        &format!(r#"network: "hn", boot: "{boot}", readiness: "{readiness}")"#),
    );
    let text = with(&text, r#"site: "hq", dns_ttl: "5m""#, &format!(r#"site: "hq", dns_ttl: "{}""#, ttl.0));
    let there = format!(r#"site: "dr", dns_ttl: "{}", dns_replication: "{replication}""#, ttl.1);
    let results = results(&with(&text, r#"site: "dr", dns_ttl: "5m""#, &there));
    let (app, _) = first(&results);
    let phases = app.phases.iter();
    let network = phases.filter(|it| it.phase.words() == "network").map(|it| it.seconds).sum();
    (app.rta_from_outage_s.unwrap() - 1840.0, network)
}

#[test]
fn a_time_to_live_and_a_start_pass_side_by_side() {
    // The longer of five minutes and boot + readiness; "network" is what the start leaves of them.
    assert_eq!(found("1m", "1m", ("5m", "5m"), "0s"), (300.0, 180.0));
    assert_eq!(found("2m", "3m", ("5m", "5m"), "0s"), (300.0, 0.0));
    assert_eq!(found("4m", "10m", ("5m", "5m"), "0s"), (840.0, 0.0));
}

#[test]
fn the_old_record_lives_and_the_new_one_travels() {
    // A record of hq is what clients have; how long those of dr live does not matter yet.
    assert_eq!(found("1m", "1m", ("20m", "1m"), "0s").0, 1200.0);
    assert_eq!(found("1m", "1m", ("1m", "20m"), "0s").0, 120.0);
    // A change at dr reaches the servers that clients ask after 15 min; until then they learn the old address anew.
    assert_eq!(found("1m", "1m", ("5m", "5m"), "15m"), (1200.0, 1080.0));
}
