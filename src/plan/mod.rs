//! Capacity planning: how much bandwidth, how long the first copy, what the recovery site must hold, and how long a link may be down.
//!
//! Answers come from runs of the engine over what the scenario replicates day in, day out ([`runs::steady`]); formulas only say where to
//! begin. Pure: the same scenario and questions give the same answers.

pub mod boundary;
pub mod change;
pub mod words;
pub mod demand;
pub mod rates;
mod roots;
pub mod runs;
pub mod search;
pub mod figures;
pub mod needs;
pub mod prices;
pub mod quick;
mod ask;
pub mod bandwidth;
pub mod first_copy;
pub mod site;
pub mod tolerance;
pub mod inverse;
pub mod levers;
pub mod shorter;
pub mod cost;
pub mod buy;
pub mod work;
mod sections;

pub use ask::{Ask, Find, Progress, RUN_VM_BYTES, Stopped};
pub use sections::{SECTIONS, from_averages, plan, plan_so_far, steps, unanswered};
