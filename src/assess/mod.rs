//! From a scenario to its results: one outage-free baseline, from which every outage's run is forked at its first fault.
//!
//! Pure: the same scenario gives the same results on any number of threads.

mod charts;
mod health;
pub(crate) mod points;
mod routes;
mod rows;
mod verdicts;

use crate::data_plane::{DataPlane, Point};
use crate::engine::account::Audit;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::facts::{Fact, encode};
use crate::measure::results::{Charts, Results};
use crate::measure::watch::{Longest, Watch, longest};
use crate::outage::Outage;
use crate::scenario::Scenario;
use crate::sim::{Relations, World};
use crate::units::Time;

use charts::LinkSamples;

/// Bins of the link charts, and steps of the progress.
const SAMPLES: u64 = 336;

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

/// The baseline at the horizon.
pub(crate) struct Baseline {
    pub(crate) kernel: Kernel,
    pub(crate) watch: Watch,
    pub(crate) links: LinkSamples,
    pub(crate) audit: Audit,
    /// What operators did, and what followed.
    pub(crate) facts: Vec<Fact>,
    /// Of each VM, newest first.
    pub(crate) points: Vec<Vec<Point>>,
    pub(crate) digest: [u8; 32],
}

/// A run under way.
type Run<'a> = World<'a, Plane<Watch>>;

/// An outage's run at the horizon.
pub(crate) struct Fork {
    pub(crate) kernel: Kernel,
    pub(crate) watch: Watch,
    pub(crate) facts: Vec<Fact>,
    pub(crate) from: u64,
    pub(crate) digest: [u8; 32],
}

/// Runs a scenario, and measures.
///
/// # Errors
/// If bytes were lost or made: an internal error.
pub fn assess(scenario: &Scenario, options: &Options<'_>) -> Result<(Results, Charts), AuditFailed> {
    let relations = Relations::of(scenario);
    let (baseline, starts) = baseline(scenario, &relations, options)?;
    let jobs: Vec<(&Outage, Run)> = scenario.outages.iter().zip(starts).collect();
    let forks = run_all(scenario, &baseline, jobs, options)?;
    let results = rows::results(scenario, baseline, forks);
    (options.progress)(1000);
    Ok(results)
}

/// The outage-free run, and its state at the first fault of each outage, in order of outages.
fn baseline<'a>(
    scenario: &'a Scenario,
    relations: &'a Relations,
    options: &Options<'_>,
) -> Result<(Baseline, Vec<Run<'a>>), AuditFailed> {
    let horizon = scenario.horizon.0;
    let plane = Plane { kernel: Kernel::new(scenario), observer: Watch::new(scenario) };
    let mut world = World::new(scenario, relations, plane);
    let mut links = LinkSamples::new(scenario, SAMPLES);
    let mut starts: Vec<Option<Run>> = scenario.outages.iter().map(|_| None).collect();
    let mut stops: Vec<(u64, Option<usize>)> = links.edges(horizon).map(|edge| (edge, None)).collect();
    stops.extend(
        scenario
            .outages
            .iter()
            .enumerate()
            .map(|(index, outage)| (first_fault(outage, horizon), Some(index))),
    );
    // A fork at the instant of a sample comes first, so that sampling sees what the fork starts from.
    stops.sort_by_key(|(at, outage)| (*at, outage.is_none(), *outage));
    links.begin(&mut world.data().kernel);
    for (at, outage) in stops {
        world.advance(Time(at));
        let plane = world.data();
        match outage {
            Some(index) => {
                let observer = plane.observer.fork(plane.kernel.now(), horizon);
                let plane = Plane { kernel: plane.kernel.clone(), observer };
                starts[index] = Some(world.over(plane));
            }
            None => {
                links.sample(&mut plane.kernel);
                (options.progress)(at * 800 / horizon.max(1));
            }
        }
    }
    world.run(Time(horizon));
    let (mut plane, facts) = world.finish();
    let audit = audited(scenario, &plane.kernel, "the baseline")?;
    let mut causes = plane.kernel.clone();
    let longest_now: Vec<Longest> =
        (0..scenario.vms.len()).map(|vm| longest(&causes.causes_now::<Watch>(vm))).collect();
    plane.observer.finish(horizon, |vm| longest_now[vm]);
    plane.observer.finish_monitors(horizon, |vm| plane.kernel.undecided_ticks(vm));
    let points = scenario.vms.ids().map(|vm| plane.points(vm)).collect();
    let digest = digest(&mut plane, &facts);
    let baseline =
        Baseline { kernel: plane.kernel, watch: plane.observer, links, audit, facts, points, digest };
    Ok((baseline, starts.into_iter().map(|start| start.expect("every outage has a first fault")).collect()))
}

/// When an outage begins; the horizon, if nothing happens in it.
pub(crate) fn first_fault(outage: &Outage, horizon: u64) -> u64 {
    outage.strikes.iter().map(|strike| strike.from.0).min().unwrap_or(horizon).min(horizon)
}

/// Runs the outages on as many threads as asked, in chunks; the order of results is that of the outages.
fn run_all<'a>(
    scenario: &'a Scenario,
    baseline: &Baseline,
    jobs: Vec<(&'a Outage, Run<'a>)>,
    options: &Options<'_>,
) -> Result<Vec<Fork>, AuditFailed> {
    let per_thread = jobs.len().div_ceil(options.threads.max(1)).max(1);
    let mut chunks = Vec::new();
    let mut jobs = jobs.into_iter().peekable();
    while jobs.peek().is_some() {
        chunks.push(jobs.by_ref().take(per_thread).collect::<Vec<_>>());
    }
    let run = |chunk: Vec<(&'a Outage, Run<'a>)>| -> Vec<Result<Fork, AuditFailed>> {
        chunk.into_iter().map(|(outage, start)| fork(scenario, baseline, outage, start)).collect()
    };
    if options.threads <= 1 {
        return chunks.into_iter().flat_map(run).collect();
    }
    std::thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = chunks.into_iter().map(|chunk| scope.spawn(move || run(chunk))).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Vec<_>>| match thread.join() {
            Ok(forks) => forks,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        threads.into_iter().flat_map(join).collect()
    })
}

fn fork<'a>(
    scenario: &'a Scenario,
    baseline: &Baseline,
    outage: &'a Outage,
    mut start: Run<'a>,
) -> Result<Fork, AuditFailed> {
    let (from, horizon) = (start.data().kernel.now(), scenario.horizon.0);
    let limit = |vm: usize| baseline.watch.vms[vm].ages.max().0;
    start.data().observer.set_limits(limit);
    let mut world = start.struck_by(outage);
    world.run(scenario_end(scenario));
    let (mut plane, facts) = world.finish();
    audited(scenario, &plane.kernel, &format!("outage `{}`", outage.name))?;
    plane.observer.finish(horizon, |_| Longest::default());
    plane.observer.finish_monitors(horizon, |vm| plane.kernel.undecided_ticks(vm));
    let digest = digest(&mut plane, &facts);
    Ok(Fork { kernel: plane.kernel, watch: plane.observer, facts, from, digest })
}

/// Of one run: its state at the end, the ages, and what happened.
fn digest(plane: &mut Plane<Watch>, facts: &[Fact]) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    plane.kernel.digest(&mut hash);
    plane.observer.digest(&mut hash);
    hash.update(&encode(facts));
    *hash.finalize().as_bytes()
}

fn scenario_end(scenario: &Scenario) -> Time {
    Time::START.plus(scenario.horizon)
}

fn audited(scenario: &Scenario, kernel: &Kernel, run: &str) -> Result<Audit, AuditFailed> {
    kernel.audit(scenario).map_err(|what| AuditFailed { run: run.to_owned(), what })
}
