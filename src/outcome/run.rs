//! The run of an outage as it is told of.

use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::units::Time;

use super::history::History;
use super::place::Places;

/// An outage's run, and where its clock starts.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The outage.
    pub outage: &'a Outage,
    /// What happened, as far as the outage is charged with it.
    pub history: &'a History,
    /// Where everything stood.
    pub places: &'a Places<'a>,
    /// The outage's first fault.
    pub first: Time,
    /// The end of the run.
    pub until: Time,
}
