//! The meaning of a scenario: every name resolved, every quantity typed, every calendar and every chance drawn.
//! An engine never sees a string or a random number; a run of a `Scenario` cannot fail.

use serde::Serialize;

use crate::control_plane::ControlPlane;
use crate::ids::Table;
use crate::outage::Outage;
use crate::protection::Policy;
use crate::recovery::Recovery;
use crate::topology::Topology;
use crate::units::Span;
use crate::workload::Vm;

/// A parsed scenario. All tables are sorted by name, so that the order of a file's entries has no meaning.
#[derive(Clone, Debug, Serialize)]
pub struct Scenario {
    /// Title for reports.
    pub name: String,
    /// Start of the run, in microseconds since 1970-01-01T00:00:00Z.
    pub start_unix_us: i64,
    /// IANA zone in which instants are printed.
    pub zone: String,
    /// Length of the run.
    pub horizon: Span,
    /// Seed of every random stream.
    pub seed: u64,
    /// Sites, hosts, networks, links.
    pub topology: Topology,
    /// Virtual machines, by name.
    pub vms: Table<Vm>,
    /// Replication policies, by name.
    pub policies: Table<Policy>,
    /// Recovery service, VMM servers, clouds.
    pub control_plane: ControlPlane,
    /// Applications, plans, people.
    pub recovery: Recovery,
    /// Outages to study, by name.
    pub outages: Table<Outage>,
    /// Defaults that were used, one line each: where, value, source.
    pub assumptions: Vec<String>,
}

impl Scenario {
    /// blake3 over the canonical form, in hex: equal for files that mean the same.
    pub fn hash(&self) -> String {
        let canonical = serde_json::to_vec(self).expect("a scenario has only plain data");
        blake3::hash(&canonical).to_hex().to_string()
    }
}
