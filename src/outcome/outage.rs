//! The run of an outage as it is told of.

use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::units::Time;

use super::charged::Charged;
use super::exposure::Exposure;
use super::gather::RunOutcome;

/// What is known beside the facts of an outage's run.
#[derive(Clone, Debug, Default)]
pub struct Beside<'a> {
    /// The run without the outage.
    pub baseline: Option<&'a RunOutcome>,
    /// As in [`OutageOutcome::exposed`].
    pub exposed: Vec<Option<Exposure>>,
}

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
    /// The outage's first fault; the end of the run if it strikes nothing.
    pub first: Time,
    /// The end of the run.
    pub until: Time,
    /// By application: what the outage added to the time in which its copies were older than its RPO; empty where ages are not known.
    pub exposed: Vec<Option<Exposure>>,
}

impl<'a> OutageOutcome<'a> {
    /// Of `run`, to `until`. `beside`: what is known beside its facts.
    pub fn of(
        scenario: &'a Scenario,
        outage: &'a Outage,
        run: &'a RunOutcome,
        until: Time,
        beside: Beside<'_>,
    ) -> OutageOutcome<'a> {
        let first = outage.strikes.iter().map(|strike| strike.from).min().unwrap_or(until);
        let charged = Charged::of(run, first, beside.baseline);
        OutageOutcome { scenario, outage, run, charged, first, until, exposed: beside.exposed }
    }
}
