//! What speaks of all runs: of an outage's row it keeps nothing but what they need, and of the curves those that are drawn.

use std::ops::ControlFlow;

use crate::measure::results::{Charts, OutageRow, Results};
use crate::scenario::Scenario;
use crate::sim::RULES;

use super::charts::Curves;
use super::fork::OutageRun;
use super::verdicts::{self, Worst};
use super::{Baseline, Consumer, rows};

/// Results under way.
pub struct Collect<'a> {
    scenario: &'a Scenario,
    /// Of the digests of the runs, in order.
    hash: blake3::Hasher,
    worst: Worst,
    /// Of the outages, in order.
    warnings: Vec<String>,
    outages: u64,
    declared: bool,
    /// Once the baseline is there.
    told: Option<(Results, Curves)>,
}

impl<'a> Collect<'a> {
    /// Nothing yet.
    pub fn new(scenario: &'a Scenario) -> Self {
        Collect {
            scenario,
            hash: blake3::Hasher::new(),
            worst: Worst::default(),
            warnings: Vec::new(),
            outages: 0,
            declared: false,
            told: None,
        }
    }

    /// The baseline, which comes first.
    pub fn baseline(&mut self, baseline: &mut Baseline) {
        self.hash.update(&baseline.digest);
        let curves = Curves::new(self.scenario, baseline);
        self.told = Some((rows::results(self.scenario, baseline), curves));
    }

    /// How many outages there were.
    pub fn outages(&self) -> u64 {
        self.outages
    }

    /// The next outage; gives its row back.
    ///
    /// # Panics
    /// Before the baseline.
    pub fn outage(&mut self, run: OutageRun) -> OutageRow {
        let (_, curves) = self.told.as_mut().expect("the baseline comes first");
        curves.add(run.ages);
        self.hash.update(&run.digest);
        self.worst.add(&run.row);
        self.warnings.extend(verdicts::warnings_of(self.scenario, &run.row));
        self.outages += 1;
        self.declared |= !run.row.declarations.is_empty();
        run.row
    }

    /// Everything but the rows of the outages.
    ///
    /// # Panics
    /// Before the baseline.
    pub fn finish(self) -> (Results, Charts) {
        let (mut results, curves) = self.told.expect("the baseline comes first");
        results.digest = self.hash.finalize().to_hex().to_string();
        results.audit.checked_vms *= 1 + self.outages;
        self.worst.judge(&mut results.applications);
        results.warnings = verdicts::warnings(self.scenario, &results, self.warnings);
        let rules = RULES.iter().filter(|_| self.declared);
        results.assumptions.extend(rules.map(|rule| (*rule).to_owned()));
        (results, curves.finish())
    }
}

/// Keeps the rows too.
pub(super) struct Everything<'a> {
    collect: Collect<'a>,
    rows: Vec<OutageRow>,
}

impl<'a> Everything<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        Everything { collect: Collect::new(scenario), rows: Vec::new() }
    }

    pub(super) fn finish(self) -> (Results, Charts) {
        let (results, charts) = self.collect.finish();
        (Results { outages: self.rows, ..results }, charts)
    }
}

impl Consumer for Everything<'_> {
    type Kept = OutageRun;

    fn baseline(&mut self, baseline: &mut Baseline) -> ControlFlow<()> {
        self.collect.baseline(baseline);
        ControlFlow::Continue(())
    }

    fn keep(run: OutageRun) -> OutageRun {
        run
    }

    fn outage(&mut self, run: OutageRun) -> ControlFlow<()> {
        self.rows.push(self.collect.outage(run));
        ControlFlow::Continue(())
    }
}
