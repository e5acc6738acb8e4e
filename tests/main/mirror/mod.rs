//! `drsim compare`: measured replication beside the same time simulated.

pub mod files;
pub mod found;
pub mod command;

use drsim::import::measured::Reading;
use drsim::measure::results::StatisticsRow;
use drsim::mirror::{Knob, Paired, Reflection, pair, reflect};
use drsim::scenario::Scenario;
use serde_json::{Value, json};

/// Four machines that write by day, on one link.
pub const MODEL: &str = r#"(
    schema: 1, name: "Mirror", start: "2026-03-02T00:00[UTC]", horizon: "4d",
    sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
    hosts: [
        (name: "hv1", site: "hq", cores: 16, memory: "64 GB", volumes: [(name: "v")]),
        (name: "hv2", site: "dr", cores: 16, memory: "64 GB", volumes: [(name: "v", apply_rate: "8 MB/s")]),
    ],
    links: [(name: "wan", from: "hq", to: "dr", rate: "40 Mbps", efficiency: "95 %", latency: "5ms")],
    vmm_servers: [(name: "a", site: "hq"), (name: "b", site: "dr")],
    clouds: [(name: "a", vmm: "a", hosts: ["hv1"]), (name: "b", vmm: "b", hosts: ["hv2"])],
    profiles: [(name: "office", hours: [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.4, 0.6, 0.9, 1, 1, 0.9, 0.7, 0.9, 1, 1, 0.9, 0.7, 0.4, 0.3, 0.2, 0.2, 0.2, 0.2])],
    vms: [
        (name: "web", host: "hv1", cores: 1, memory: "1 GB", disk: "100 GB", churn: [(profile: "office", rate: "120 KB/s")]),
        (name: "app", host: "hv1", cores: 1, memory: "1 GB", disk: "100 GB", churn: [(profile: "office", rate: "250 KB/s")]),
        (name: "sql", host: "hv1", cores: 1, memory: "1 GB", disk: "200 GB", churn: [(profile: "office", rate: "500 KB/s")]),
        (name: "file", host: "hv1", cores: 1, memory: "1 GB", disk: "200 GB", churn: "180 KB/s"),
    ],
    policies: [
        (name: "text", interval: "5m", compression: "4", coalescing: [(window: "5m", ratio: "80 %")]),
        (name: "data", interval: "5m", compression: "1.6", coalescing: [(window: "5m", ratio: "80 %")]),
    ],
    protection: [
        (vms: ["web", "file"], from: "a", to: "b", policy: "text"),
        (vms: ["app", "sql"], from: "a", to: "b", policy: "data"),
    ],
)"#;

/// The model with parameters that only the truth knows.
pub fn hidden(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(MODEL.to_owned(), |text, (written, truth)| {
        assert!(text.contains(written), "{written}");
        text.replace(written, truth)
    })
}

/// A link half as fast.
pub const HALF: [(&str, &str); 1] = [("40 Mbps", "20 Mbps")];
/// Compression of 0.7 times what is written.
pub const SQUEEZED: [(&str, &str); 2] = [("\"4\"", "\"2.8\""), ("\"1.6\"", "\"1.12\"")];

/// Numbers that look random, from a seed.
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Noise {
        Noise(seed)
    }

    /// Evenly from 1 − part to 1 + part.
    pub fn factor(&mut self, part: f64) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = f64::from(u32::try_from(self.0 >> 33).unwrap()) / f64::from(1_u32 << 31);
        1.0 + part * (2.0 * share - 1.0)
    }
}

/// A row of statistics as `Measure-VMReplication | ConvertTo-Json` tells it.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a test"
)]
pub fn record(row: &StatisticsRow, noise: &mut Noise, part: f64) -> Value {
    let size = (row.size_mean_bytes.unwrap_or(0) as f64 * noise.factor(part)) as u64;
    let latency = (row.latency_mean_s.unwrap_or(0.0) * noise.factor(part) * 1e7) as u64;
    json!({
        "Name": row.vm,
        "PrimaryServer": "hv1",
        "ReplicationMode": 1,
        "MonitoringStartTime": row.from,
        "MonitoringEndTime": row.to,
        "LastReplicationTime": row.last_received,
        "AverageReplicationSize": size,
        "AverageReplicationLatency": {"Ticks": latency, "TotalSeconds": latency as f64 / 1e7},
        "SuccessfulReplicationCount": row.cycles_successful,
        "MissedReplicationCount": row.cycles_missed,
    })
}

/// What hosts would have exported of a world, each value off by up to a part of it.
pub fn exported(world: &str, seed: u64, part: f64) -> String {
    let mut noise = Noise::new(seed);
    let rows = crate::file::results(world).statistics;
    let records: Vec<Value> = rows.iter().map(|row| record(row, &mut noise, part)).collect();
    serde_json::to_string(&records).unwrap()
}

pub fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    reading.file("measured", text.as_bytes(), None).unwrap_or_else(|faults| panic!("{faults}"));
    reading
}

pub fn paired(scenario: &Scenario, text: &str) -> Paired {
    pair(scenario, &read(text).measurements).expect("each name is one machine")
}

/// The model held to an export.
pub fn reflected(model: &str, text: &str) -> (Scenario, Reflection) {
    let scenario = crate::file::scenario(model);
    let samples = paired(&scenario, text).samples;
    let reflection = reflect(&scenario, samples, &mut |_| {});
    (scenario, reflection)
}

/// The fitted value of a parameter.
pub fn fitted(reflection: &Reflection, knob: Knob) -> f64 {
    reflection.fitted.fits.iter().find(|fit| fit.knob == knob).expect("it is fitted").found[0]
}
