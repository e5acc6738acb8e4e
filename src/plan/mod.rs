//! Capacity planning: how much bandwidth, how long the first copy, what the recovery site must hold, and how long a link may be down.
//!
//! Answers come from runs of the engine over what the scenario replicates day in, day out ([`steady`]); formulas only say where to
//! begin. Pure: the same scenario and questions give the same answers.

pub mod bandwidth;
mod bandwidth_section;
pub mod boundary;
mod bursts;
pub mod demand;
pub mod designed;
pub mod document;
pub mod evaluate;
pub mod fleet;
pub mod links;
pub mod quick;
pub mod search;
mod sections;
mod sensitivity;
pub mod steady;
pub mod words;

pub use sections::{Ask, Progress, SECTIONS, Stopped, from_averages, plan, plan_so_far};
