//! What operators do, and what meets it.

pub mod failovers;
pub mod failback;
pub mod drills;
pub mod gaps;
pub mod exercises;
pub mod second_faults;
pub mod timeline;
pub mod after_outage;
