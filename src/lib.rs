//! drsim: a deterministic disaster-recovery simulator. (map to follow)

// -- vocabulary
pub mod ids;
pub mod units;
pub mod problem;
pub mod random;
pub mod series;
// -- the world as written
pub mod topology;
pub mod protection;
pub mod workload;
pub mod control_plane;
pub mod recovery;
pub mod outage;
pub mod scenario;
pub mod preflight;
// -- the run
pub mod facts;
pub mod engine;
pub mod sim;
// -- what it meant
pub mod measure;
// -- the edge
pub mod import;
pub mod cli;
