//! Capacity planning: how much bandwidth, how long the first copy, what the recovery site must hold, and how long a link may be down.
//!
//! Answers come from runs of the engine over what the scenario replicates day in, day out ([`steady`]); formulas only say where to
//! begin. Pure: the same scenario and questions give the same answers.

pub mod bandwidth;
mod bandwidth_curves;
mod bandwidth_section;
mod bandwidth_words;
pub mod boundary;
mod bursts;
pub mod cost;
mod cost_section;
pub mod catch_up;
pub mod copies;
pub mod cut_off;
pub mod demand;
pub mod designed;
pub mod document;
pub mod evaluate;
pub mod figures;
pub mod first_copy;
pub mod first_copy_section;
mod first_copy_tables;
pub mod fleet;
pub mod inverse;
pub mod inverse_hosts;
pub mod inverse_judge;
pub mod inverse_knobs;
mod inverse_section;
mod inverse_words;
pub mod lever_changes;
mod lever_people;
mod lever_servers;
pub mod levers;
mod levers_section;
pub mod links;
pub mod prices;
pub mod media;
mod parts;
pub mod quick;
pub mod room;
pub mod search;
mod sections;
mod sensitivity;
pub mod site;
pub mod site_drills;
pub mod site_load;
mod site_section;
mod site_tables;
mod site_volumes;
pub mod steady;
pub mod tolerance;
pub mod tolerance_section;
mod tolerance_tables;
mod workloads;
pub mod writes;
pub mod words;

pub use sections::{Ask, Progress, SECTIONS, Stopped, from_averages, plan, plan_so_far};
