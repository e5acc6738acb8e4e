//! Capacity planning: how much bandwidth, how long the first copy, what the recovery site must hold, and how long a link may be down.
//!
//! Answers come from runs of the engine over what the scenario replicates day in, day out ([`steady`]); formulas only say where to
//! begin. Pure: the same scenario and questions give the same answers.

pub mod bandwidth;
mod bandwidth_section;
pub mod boundary;
mod bursts;
pub mod catch_up;
pub mod copies;
pub mod cut_off;
pub mod demand;
pub mod designed;
pub mod document;
pub mod evaluate;
pub mod first_copy;
pub mod first_copy_section;
mod first_copy_tables;
pub mod fleet;
pub mod links;
pub mod media;
pub mod quick;
pub mod room;
pub mod search;
mod sections;
mod sensitivity;
pub mod steady;
pub mod tolerance;
pub mod tolerance_section;
mod tolerance_tables;
pub mod writes;

pub use sections::{Ask, Progress, SECTIONS, Stopped, from_averages, plan};
