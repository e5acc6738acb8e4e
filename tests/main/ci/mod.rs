//! Gates in a build: formats, baselines, revisions.

pub mod formats;
pub mod baseline;
pub mod git;
pub mod attacks;
pub mod includes;
pub mod docs;
pub mod whole_way;
pub mod consumers;
