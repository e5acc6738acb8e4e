//! The undisturbed run, and where outages' runs begin: a bounded number of its states, from the nearest of which a cursor goes on.

use crate::data_plane::DataPlane;
use crate::engine::kernel::FIXED_BYTES;
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::measure::watch::{Longest, Watch, longest};
use crate::outage::Outage;
use crate::outcome::RunOutcome;
use crate::scenario::Scenario;
use crate::sim::{Relations, World};
use crate::units::Time;

use super::charts::LinkSamples;
use super::{AuditFailed, Baseline, audited, digest};

/// A run under way.
type Run<'a, const CAUSES: bool = true> = World<'a, Plane<Watch<CAUSES>>>;

/// One that goes on from it, and need not say what caused the ages that it sees.
pub(super) type Fork<'a> = Run<'a, false>;

/// Bins of the link charts, and steps of the progress.
const SAMPLES: u64 = 336;

/// How much of the undisturbed run may be kept to start from. More makes it faster where many outages begin at different times; results
/// do not depend on it.
#[derive(Clone, Copy, Debug)]
pub struct StartsKept {
    /// At most so many states; at least one is kept.
    pub count: usize,
    /// At most about so many bytes of them.
    pub bytes: usize,
}

impl Default for StartsKept {
    /// 256 states of 24 VMs take 14 MB, and 100 MB hold 37 of 1,000 VMs.
    fn default() -> Self {
        StartsKept { count: 256, bytes: 100_000_000 }
    }
}

/// What a state of a run takes for each VM: `tests/memory.rs` holds it to what is allocated.
pub const FORK_VM_BYTES: usize = 2_450;

impl StartsKept {
    /// So many runs have room beside each other.
    pub(super) fn at_once(self, vms: usize) -> usize {
        self.count.min(self.bytes / (FIXED_BYTES + FORK_VM_BYTES * vms)).max(1)
    }

    /// Of the instants at which outages begin, in order, those whose state is kept: spread evenly, with the first.
    fn of(self, begins: &[u64], vms: usize) -> Vec<u64> {
        let most = self.at_once(vms);
        begins.iter().copied().step_by(begins.len().div_ceil(most).max(1)).collect()
    }
}

/// When an outage begins; the horizon, if nothing happens in it.
pub(crate) fn first_fault(outage: &Outage, horizon: u64) -> u64 {
    outage.strikes.iter().map(|strike| strike.from.0).min().unwrap_or(horizon).min(horizon)
}

/// States of the undisturbed run by time, each with nothing counted yet.
pub(super) struct Starts<'a>(Vec<(u64, Fork<'a>)>);

/// A run that goes on from start to start.
#[derive(Default)]
pub(super) struct Cursor<'a>(Option<(u64, Fork<'a>)>);

impl<'a> Cursor<'a> {
    /// The undisturbed run at an instant, at or after the first start.
    pub(super) fn at(&mut self, instant: u64, starts: &Starts<'a>) -> &mut Fork<'a> {
        let after = starts.0.partition_point(|(at, _)| *at <= instant);
        let (start_at, start) = &starts.0[after.saturating_sub(1)];
        let here = self.0.take().filter(|(at, _)| (*start_at..=instant).contains(at));
        let (_, run) = here.unwrap_or_else(|| (*start_at, start.clone()));
        let (at, run) = self.0.insert((instant, run));
        run.advance(Time(*at));
        run
    }
}

/// The run at this very instant once more, with nothing counted yet.
pub(super) fn again<'a, const CAUSES: bool>(run: &mut Run<'a, CAUSES>, horizon: u64) -> Fork<'a> {
    let plane = run.data();
    let observer = plane.observer.fork(plane.kernel.now(), horizon);
    let plane = Plane { kernel: plane.kernel.fork(), observer };
    run.over(plane)
}

/// The undisturbed run, and states of it from which the runs of `which` can start.
pub(super) fn baseline<'a>(
    (scenario, relations): (&'a Scenario, &'a Relations),
    which: &[Id<Outage>],
    kept: StartsKept,
    progress: &dyn Fn(u64),
) -> Result<(Baseline, Starts<'a>), AuditFailed> {
    let horizon = scenario.horizon.0;
    let plane = Plane { kernel: Kernel::new(scenario), observer: Watch::new(scenario) };
    let mut world = World::new(scenario, relations, plane);
    let mut links = LinkSamples::new(scenario, SAMPLES);
    let mut begins: Vec<u64> =
        which.iter().map(|outage| first_fault(&scenario.outages[*outage], horizon)).collect();
    begins.sort_unstable();
    begins.dedup();
    let keep = kept.of(&begins, scenario.vms.len()).into_iter().map(|at| (at, true));
    let mut stops: Vec<(u64, bool)> = links.edges(horizon).map(|edge| (edge, false)).chain(keep).collect();
    // A start at the instant of a sample comes first, so that sampling sees what it starts from.
    stops.sort_by_key(|(at, keeps)| (*at, !*keeps));
    links.begin(&mut world.data().kernel);
    let mut starts = Vec::new();
    for (at, keeps) in stops {
        world.advance(Time(at));
        if keeps {
            starts.push((at, again(&mut world, horizon)));
        } else {
            links.sample(&mut world.data().kernel);
            progress(at);
        }
    }
    world.run(Time(horizon));
    Ok((ended(scenario, world, links)?, Starts(starts)))
}

/// What took longest since the newest point of each VM.
pub(super) fn longest_now(kernel: &Kernel) -> Vec<Longest> {
    // Looking at them ends what is under way.
    let mut kernel = kernel.clone();
    (0..kernel.vms()).map(|vm| longest(&kernel.causes_now::<Watch>(vm))).collect()
}

fn ended(scenario: &Scenario, world: Run, links: LinkSamples) -> Result<Baseline, AuditFailed> {
    let horizon = scenario.horizon.0;
    let (mut plane, facts) = world.finish();
    let audit = audited(scenario, &plane.kernel, "the baseline")?;
    let longest = longest_now(&plane.kernel);
    plane.observer.finish(horizon, |vm| longest[vm]);
    plane.observer.finish_monitors(horizon, |vm| plane.kernel.undecided_ticks(vm));
    let points = scenario.vms.ids().map(|vm| plane.points(vm)).collect();
    let digest = digest(&mut plane, &facts);
    let outcome = RunOutcome::of(scenario, &facts);
    let Plane { kernel, observer: watch } = plane;
    Ok(Baseline { kernel, watch, links, audit, outcome, points, digest })
}
