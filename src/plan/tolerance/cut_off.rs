//! A VM or a volume that is cut off from an instant on, in a run.

use super::{interval, with_sizes};
use crate::data_plane::{DataPlane, Notice, Trigger};
use crate::engine::plane::Plane;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::plan::boundary::{Boundary, least};
use crate::plan::runs::advance;
use crate::plan::runs::steady::steady;
use crate::scenario::Scenario;
use crate::topology::Volume;
use crate::units::{Ratio, Span, Time};
use crate::workload::Vm;

/// Replication alone, with the 50 % rule as written.
fn with_rules(scenario: &Scenario) -> Scenario {
    Scenario { policies: scenario.policies.clone(), ..steady(scenario) }
}

/// Who is cut off, and for how long it is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A VM, under its policy's rule; volumes never fill.
    Vm(Id<Vm>),
    /// A volume; no VM gives up its log before.
    Volume(Id<Volume>),
}

/// Replication that can be cut off at an instant.
#[derive(Clone, Debug)]
pub struct CutOff {
    plane: Plane<()>,
    links: usize,
    subject: Subject,
}

impl CutOff {
    /// All links fail at `from`, µs.
    pub fn new(scenario: &Scenario, subject: Subject, from: u64) -> CutOff {
        let alone = match subject {
            Subject::Vm(_) => with_rules(scenario),
            Subject::Volume(_) => with_sizes(scenario),
        };
        let mut plane = Plane { kernel: Kernel::new(&alone), observer: () };
        advance(&mut plane, from);
        let links = scenario.topology.links.len();
        (0..links).for_each(|link| plane.set_link(Id::new(link), None));
        CutOff { plane, links, subject }
    }

    /// When a resynchronisation is required, not after `watched`; the links work again at `repaired`, if that is before.
    pub fn resync_at(&self, repaired: Option<u64>, watched: u64) -> Option<u64> {
        let mut plane = self.plane.clone();
        if let Some(repaired) = repaired {
            if let Some(at) = first_resync(&mut plane, self.subject, repaired) {
                return Some(at);
            }
            (0..self.links).for_each(|link| plane.set_link(Id::new(link), Some(Ratio::ONE)));
        }
        first_resync(&mut plane, self.subject, watched + 1)
    }
}

fn first_resync(plane: &mut Plane<()>, subject: Subject, to: u64) -> Option<u64> {
    loop {
        let reached = plane.advance(Time(to));
        while let Some(notice) = plane.notice() {
            let concerns = match (notice, subject) {
                (Notice::ResyncRequired(vm, _), Subject::Vm(own)) => vm == own,
                (Notice::ResyncRequired(_, Trigger::VolumeFull(volume)), Subject::Volume(own)) => {
                    volume == own
                }
                (
                    Notice::ResyncRequired(..)
                    | Notice::CopyDone(_)
                    | Notice::Synchronized(_)
                    | Notice::Migrated(_)
                    | Notice::MigrationFailed(_),
                    _,
                ) => false,
            };
            if concerns {
                return Some(reached.0);
            }
        }
        if reached.0 >= to {
            return None;
        }
    }
}

/// The longest outage from `from` that the subject outlives, in whole intervals before the tick `end` that finds its log too large: what is left after
/// waiting for the next attempt to send, and for sending. `None`: none that was tried.
pub fn outlives(scenario: &Scenario, vm: Id<Vm>, (from, end): (u64, u64)) -> Option<Span> {
    let interval = interval(scenario, &scenario.vms[vm])?;
    let cut_off = CutOff::new(scenario, Subject::Vm(vm), from);
    let most = (end - from) / interval;
    let watched = end.saturating_add(2 * 3_600_000_000).max(end + 2 * interval).min(scenario.horizon.0);
    let outlived = |ticks: u64| cut_off.resync_at(Some(end - ticks * interval), watched).is_none();
    match least(0, most, 1.min(most), outlived) {
        Boundary::Between(ticks, _) => Some(Span(end - ticks * interval - from)),
        Boundary::Always => Some(Span(end - from)),
        Boundary::Never => None,
    }
}
