//! What became of everything in a run: its facts gathered by what they are about. Ids, instants and enums; no names, no sentences.

mod downtime;
pub mod declaration;
pub mod step;
pub mod point;
pub mod state;
pub mod place;
pub mod job;
pub mod twice;
pub mod vm;
pub mod notable;
mod gather;
mod charged;
pub mod exposure;
pub mod critical_path;
mod outage;
mod unprotected;
pub mod end;
pub mod application;
pub mod bound;

pub use charged::{Charged, ChargedVm};
pub use downtime::{Downtime, worst};
pub use gather::RunOutcome;
pub use outage::{Beside, OutageOutcome};
