//! The questions of a plan.

pub mod bandwidth;
pub mod lasting;
pub mod copy;
pub mod shorter;
mod site;
pub mod placement;
pub mod tolerance;
pub mod inverse;
pub mod agree;
pub mod buy;
pub mod levers;
pub mod cost;
pub mod estimate;
pub mod from_file;
pub mod parts;
pub mod work;
pub mod reports;
pub mod cli;
