//! Storage that applies while it receives is done at the later of the last byte and what it takes to apply all from the first.

use crate::file::results;

/// 1 MB/s written, cut every 300 s, one log in 30 s over 10 MB/s; applied at RATE.
const PAIR: &str = r#"(
    schema: 1, name: "apply", start: "2026-03-02T00:00[UTC]", horizon: "1d", seed: 1,
    sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
    hosts: [
        (name: "h1", site: "hq", cores: 32, memory: "128 GB", volumes: [(name: "v")]),
        (name: "d1", site: "dr", cores: 32, memory: "128 GB", volumes: [(name: "v", apply: "APPLY", apply_rate: "RATE")]),
    ],
    links: [(name: "wan", from: "hq", to: "dr", rate: "80 Mbps", efficiency: "100 %", latency: "2s")],
    vms: [(name: "a", host: "h1", memory: "4 GB", disk: "100 GB", churn: "1 MB/s")],
    policies: [(name: "p", technology: "generic", interval: "5m", phase: "aligned", retry: "at_repair")],
    protection: [(from_hosts: ["h1"], to_hosts: ["d1"], policy: "p" COPY)],
    outages: [OUTAGES],
)"#;

fn pair(apply: &str, rate: &str) -> String {
    let text = PAIR.replace("APPLY", apply).replace("RATE", rate);
    text.replace("COPY", "").replace("OUTAGES", "")
}

/// Worst age: interval + send + latency + apply.
fn oldest(text: &str) -> f64 {
    results(text).vms[0].age.as_ref().expect("it is replicated").max_s
}

#[test]
fn a_log_is_applied_at_the_later_of_its_arrival_and_its_own_time() {
    // 300 MB: sent in 30 s, there 2 s later.
    assert_eq!(oldest(&pair("whole", "20 MB/s")), 300.0 + 32.0 + 15.0);
    assert_eq!(oldest(&pair("streaming", "20 MB/s")), 300.0 + 32.0);
    // Slower than the link: 60 s from the first byte, which is there after 2 s.
    assert_eq!(oldest(&pair("whole", "5 MB/s")), 300.0 + 32.0 + 60.0);
    assert_eq!(oldest(&pair("streaming", "5 MB/s")), 300.0 + 2.0 + 60.0);
}

#[test]
fn two_logs_share_the_volume_while_they_are_received() {
    let two = |apply: &str| {
        pair(apply, "5 MB/s").replace(
            "vms: [",
            r#"vms: [(name: "b", host: "h1", memory: "4 GB", disk: "100 GB", churn: "1 MB/s"), "#,
        )
    };
    // 600 MB over one link in 60 s; applied together at 5 MB/s in 120 s.
    assert_eq!(oldest(&two("whole")), 300.0 + 62.0 + 120.0);
    assert_eq!(oldest(&two("streaming")), 300.0 + 2.0 + 120.0);
}

#[test]
fn a_copy_streams_too() {
    let copied = |apply: &str| {
        let text = PAIR.replace("APPLY", apply).replace("RATE", "5 MB/s").replace("OUTAGES", "");
        let text = text
            .replace("COPY", r#", enabled: "1h", initial: (network: "now")"#)
            .replace("churn: \"1 MB/s\"", "churn: \"0 B/s\"");
        let results = results(&text);
        let job = results
            .operations
            .states
            .iter()
            .find(|it| it.state.words() == "Replicating")
            .map(|it| it.from_s - 3600.0);
        job.expect("it is done")
    };
    // 100 GB: 10,000 s over the link, 20,000 s to apply.
    assert_eq!(copied("whole"), 10_002.0 + 20_000.0);
    assert_eq!(copied("streaming"), 20_002.0);
}

#[test]
fn what_was_not_sent_is_not_applied_and_what_a_volume_loses_is_applied_again() {
    let outage = |apply: &str, fault: &str| {
        let text = PAIR.replace("APPLY", apply).replace("RATE", "20 MB/s").replace("COPY", "");
        let outage = format!(r#"(name: "o", faults: [({fault}, at: "1h20s", lasts: "1000s")])"#);
        results(&text.replace("OUTAGES", &outage)).outages[0].vms[0].age_max_s.expect("it runs")
    };
    // The link is cut when 200 of the 300 MB are sent, and back 1,000 s later: the last 100 MB take 10 s, and 2 s to arrive. By then the
    // 200 MB are applied, and 100 MB take 5 s in any case: the age runs to 300 + 20 + 1000 + 10 + 2.
    let cut = r#"link: "wan""#;
    assert_eq!(outage("streaming", cut), 1332.0);
    assert_eq!(outage("whole", cut), 1332.0 + 15.0);
    // The volume alone: the log arrives after 32 s, waits for the repair, and is applied whole.
    let volume = r#"volume: "d1/v""#;
    assert_eq!(outage("streaming", volume), outage("whole", volume));
}
