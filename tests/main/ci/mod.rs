//! Gates in a build: formats, baselines, revisions.

pub mod formats;
pub mod baseline;
pub mod git;
pub mod docs;
pub mod whole_way;
