//! Gates: does a scenario hold what was promised of it, is it worse than it was, and which change made it so.
//!
//! ```text
//! Scenario.gates ─┐
//! Results ────────┼─▶ evaluate ─▶ Line per (gate, subject, outage) ─▶ waive ─▶ GateReport ─▶ exit code, reports
//! baseline Results┘                       worse lines ─▶ cause (re-simulation over the semantic diff)
//! ```
//!
//! Pure: nothing here reads a file, a clock or git. Today's date, for waivers, is given by whoever calls.

pub mod report;
pub mod cause;
pub mod judge;
pub mod targets;
mod told;
mod before;
mod ratchet;
pub mod hold;
mod waive;
pub mod evaluate;
pub mod again;
