//! Keeps every row, and of the curves those that are drawn.

use std::ops::ControlFlow;

use crate::measure::results::{Charts, OutageRow, Results};
use crate::scenario::Scenario;
use crate::sim::RULES;

use super::charts::Curves;
use super::fork::OutageRun;
use super::{Baseline, Consumer, rows, verdicts};

/// Results under way.
pub(super) struct Collect<'a> {
    scenario: &'a Scenario,
    /// Of the digests of the runs, in order.
    hash: blake3::Hasher,
    /// Once the baseline is there.
    told: Option<(Results, Curves)>,
}

impl<'a> Collect<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        Collect { scenario, hash: blake3::Hasher::new(), told: None }
    }

    /// What speaks of all runs.
    pub(super) fn finish(self) -> (Results, Charts) {
        let (mut results, curves) = self.told.expect("the baseline comes first");
        results.digest = self.hash.finalize().to_hex().to_string();
        results.audit.checked_vms *= 1 + results.outages.len() as u64;
        verdicts::judge(&mut results.applications, &results.outages);
        results.warnings = verdicts::warnings(self.scenario, &results);
        results.assumptions.extend(rules(&results.outages));
        (results, curves.finish())
    }
}

impl Consumer for Collect<'_> {
    fn baseline(&mut self, baseline: &mut Baseline) -> ControlFlow<()> {
        self.hash.update(&baseline.digest);
        let curves = Curves::new(self.scenario, baseline);
        self.told = Some((rows::results(self.scenario, baseline), curves));
        ControlFlow::Continue(())
    }

    fn outage(&mut self, run: OutageRun) -> ControlFlow<()> {
        self.hash.update(&run.digest);
        let (results, curves) = self.told.as_mut().expect("the baseline comes first");
        curves.add(run.ages);
        results.outages.push(run.row);
        ControlFlow::Continue(())
    }
}

/// The rules of recovery, where a recovery was run.
fn rules(outages: &[OutageRow]) -> impl Iterator<Item = String> {
    let declared = outages.iter().any(|outage| !outage.declarations.is_empty());
    RULES.iter().filter(move |_| declared).map(|rule| (*rule).to_owned())
}
