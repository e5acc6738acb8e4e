//! The run of an outage as it is told of.

use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::units::Time;

use super::charged::Charged;
use super::gather::RunOutcome;

/// What became of everything in an outage's run, what the outage is charged with, and where its clock starts.
#[derive(Clone, Debug)]
pub struct OutageOutcome<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The outage.
    pub outage: &'a Outage,
    /// What happened.
    pub run: &'a RunOutcome,
    /// What of it the outage caused.
    pub charged: Charged,
    /// The outage's first fault.
    pub first: Time,
    /// The end of the run.
    pub until: Time,
}

impl<'a> OutageOutcome<'a> {
    /// Of `run`, to `until`. `baseline`: the run without the outage, where that is known.
    pub fn of(
        scenario: &'a Scenario,
        outage: &'a Outage,
        run: &'a RunOutcome,
        until: Time,
        baseline: Option<&RunOutcome>,
    ) -> OutageOutcome<'a> {
        let first = outage.strikes.iter().map(|strike| strike.from).min().unwrap_or(Time::START);
        let charged = Charged::of(run, first, baseline);
        OutageOutcome { scenario, outage, run, charged, first, until }
    }
}
