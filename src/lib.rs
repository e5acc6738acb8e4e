//! drsim: a deterministic disaster-recovery simulator. (map to follow)

// -- vocabulary
pub mod ids;
pub mod units;
// -- the world as written
pub mod topology;
pub mod protection;
pub mod workload;
pub mod control_plane;
pub mod recovery;
pub mod outage;
pub mod scenario;
// -- the run
pub mod sim;
// -- what it meant
pub mod measure;
// -- what a reader sees
pub mod report;
