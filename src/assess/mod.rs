//! From a scenario to its results: one outage-free baseline, and from it the run of every outage, begun at its first fault, one at a time.
//!
//! Pure: the same scenario gives the same results on any number of threads. Memory grows with threads and not with outages, as far as
//! who is told keeps nothing: [`assess`] keeps the rows.

pub(crate) mod order;
mod health;
pub(crate) mod points;
mod routes;
mod rows;
mod grounds;
mod verdicts;
mod charts;
pub(crate) mod starts;
mod fork;
mod collect;
mod tried;
pub mod convoy;
pub mod series;

use std::ops::ControlFlow;

use crate::data_plane::Point;
use crate::engine::account::Audit;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::facts::{Fact, encode};
use crate::ids::Id;
use crate::measure::results::{ApplicationRow, Charts, Results};
use crate::measure::watch::Watch;
use crate::outage::Outage;
use crate::outcome::RunOutcome;
use crate::scenario::Scenario;
use crate::sim::Relations;

use charts::LinkSamples;
pub use collect::Collect;
use collect::Everything;
pub use fork::OutageRun;
use starts::Cursor;
pub use starts::{FORK_VM_BYTES, StartsKept};
pub use tried::tried;
use verdicts::Worst;

/// How to run.
pub struct Options<'a> {
    /// Threads for outages; results do not depend on it. At least 1.
    pub threads: usize,
    /// Told the share done, in thousandths, now and then.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// An audit that failed: an error in drsim, not in the scenario.
#[derive(Debug, thiserror::Error)]
#[error("the audit of bytes failed in {run}: {what}")]
pub struct AuditFailed {
    /// The baseline or an outage.
    pub run: String,
    /// The VM and the difference.
    pub what: String,
}

/// An outage's run at the horizon.
struct End {
    kernel: Kernel,
    watch: Watch<false>,
    outcome: RunOutcome,
    from: u64,
}

/// The baseline at the horizon.
pub struct Baseline {
    pub(crate) kernel: Kernel,
    pub(crate) watch: Watch,
    pub(crate) links: LinkSamples,
    pub(crate) audit: Audit,
    /// What operators did, and what followed.
    pub(crate) outcome: RunOutcome,
    /// Of each VM, newest first.
    pub(crate) points: Vec<Vec<Point>>,
    pub(crate) digest: [u8; 32],
}

impl Baseline {
    /// Its applications by tier, then name, each judged by its age.
    pub fn applications(&mut self, scenario: &Scenario) -> Vec<ApplicationRow> {
        let mut rows = verdicts::applications(scenario, self);
        Worst::default().judge(&mut rows);
        rows
    }
}

/// Is told what came out, one run at a time, and stops the work by a break.
pub trait Consumer {
    /// What it wants of an outage's run.
    type Kept: Send;

    /// The baseline, which comes first.
    fn baseline(&mut self, baseline: &mut Baseline) -> ControlFlow<()>;

    /// What it wants of a run, on the thread that ran it.
    fn keep(run: OutageRun) -> Self::Kept;

    /// The next outage, in the order in which they were asked for.
    fn outage(&mut self, kept: Self::Kept) -> ControlFlow<()>;
}

/// Runs a scenario, and measures.
///
/// # Errors
/// If bytes were lost or made: an internal error.
pub fn assess(scenario: &Scenario, options: &Options<'_>) -> Result<(Results, Charts), AuditFailed> {
    assess_from(scenario, options, StartsKept::default())
}

/// As [`assess`], with other starts kept.
///
/// # Errors
/// If bytes were lost or made: an internal error.
pub fn assess_from(
    scenario: &Scenario,
    options: &Options<'_>,
    kept: StartsKept,
) -> Result<(Results, Charts), AuditFailed> {
    let which: Vec<Id<Outage>> = scenario.outages.ids().collect();
    let mut all = Everything::new(scenario);
    stream((scenario, &which), options, kept, &mut all)?;
    Ok(all.finish())
}

/// Runs a scenario with some of its outages, and tells each as soon as it and those before it are measured.
///
/// # Errors
/// If bytes were lost or made, in the first run in order in which they were: an internal error.
pub fn stream<C: Consumer>(
    (scenario, which): (&Scenario, &[Id<Outage>]),
    options: &Options<'_>,
    kept: StartsKept,
    to: &mut C,
) -> Result<(), AuditFailed> {
    let relations = Relations::of(scenario);
    let runs = 1 + which.len() as u64;
    let of_baseline = |at: u64| (options.progress)(at * 1000 / scenario.horizon.0.max(1) / runs);
    let (mut baseline, starts) = starts::baseline((scenario, &relations), which, kept, &of_baseline)?;
    if to.baseline(&mut baseline).is_break() {
        return Ok(());
    }
    let (mut failed, mut done) = (Ok(()), 1);
    let run = |cursor: &mut _, piece: usize| {
        let outage = which[piece];
        let at = starts::first_fault(&scenario.outages[outage], scenario.horizon.0);
        fork::run((scenario, &baseline), outage, Cursor::at(cursor, at, &starts)).map(C::keep)
    };
    let tell = |kept| {
        done += 1;
        (options.progress)(done * 1000 / runs);
        match kept {
            Ok(kept) => to.outage(kept),
            Err(error) => {
                failed = Err(error);
                ControlFlow::Break(())
            }
        }
    };
    order::in_order((which.len(), options.threads), Cursor::default, run, tell);
    failed
}

fn audited(scenario: &Scenario, kernel: &Kernel, run: &str) -> Result<Audit, AuditFailed> {
    kernel.audit(scenario).map_err(|what| AuditFailed { run: run.to_owned(), what })
}

/// Of one run: its state at the end, the ages, and what happened.
fn digest<const CAUSES: bool>(plane: &mut Plane<Watch<CAUSES>>, facts: &[Fact]) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    plane.kernel.digest(&mut hash);
    plane.observer.digest(&mut hash);
    hash.update(&encode(facts));
    *hash.finalize().as_bytes()
}
