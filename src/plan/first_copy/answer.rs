//! What is found about first copies, all together, and how each ended.

use super::copies::Copy;
use super::media::{Media, Way};
use super::room::{capacity, changes};
use super::{FirstCopy, order};
use crate::ids::Id;
use crate::scenario::Scenario;
use crate::topology::{Direction, Link};
use crate::units::{Span, as_f64};
use crate::workload::Vm;

/// All that the section tells of.
pub struct Answer<'s> {
    /// The scenario.
    pub scenario: &'s Scenario,
    /// The link that feeds most replicas, and the direction.
    pub link: (Id<Link>, Direction),
    /// Batches, and how VMs fared.
    pub found: FirstCopy,
    /// When the first batch begins, µs.
    pub from: u64,
    /// Bytes in use on all replicated disks, and what they take on the wire.
    pub sizes: (u64, u64),
    /// How media are made and carried.
    pub media: Media,
    /// All over the network at once.
    pub at_once: Way,
    /// All on media.
    pub on_media: Way,
}

/// How a VM's first copy ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CopyEnd {
    /// It is protected.
    Protected,
    /// It was not begun before others came to an end that is none.
    NotBegun,
    /// Its log outgrew its disks or its volume.
    Resync,
    /// It writes as much as is left for it, or more, so that it never catches up; both in B/s.
    Never(f64, f64),
    /// It had not caught up when nothing got on any more, though less is written than is left.
    NotYet,
}

impl Answer<'_> {
    /// Of one VM.
    pub fn copy(&self, vm: Id<Vm>) -> &Copy {
        &self.found.copies[vm.index()]
    }

    /// How a VM's first copy ended.
    pub fn verdict(&self, vm: Id<Vm>) -> CopyEnd {
        let copy = self.copy(vm);
        if copy.begun.is_none() {
            return CopyEnd::NotBegun;
        }
        if copy.protected.is_some() {
            return CopyEnd::Protected;
        }
        let span = (0, self.scenario.horizon.0);
        let own = changes(self.scenario, vm, span);
        let others = self.found.batches.iter().flat_map(|batch| &batch.vms).filter(|other| **other != vm);
        let others: f64 = others.map(|other| changes(self.scenario, *other, span)).sum();
        let left = (self.capacity(span) - others).max(0.0);
        match copy.resync {
            _ if own >= left => CopyEnd::Never(own, left),
            Some(_) => CopyEnd::Resync,
            None => CopyEnd::NotYet,
        }
    }

    /// Mean rate of the link, B/s.
    pub fn capacity(&self, span: (u64, u64)) -> f64 {
        capacity(&self.scenario.topology.links[self.link.0], self.link.1, span, self.scenario.horizon.0)
    }

    /// Mean rate of the changes of all batches before this one while its window is open, B/s.
    pub fn earlier_changes(&self, index: usize) -> f64 {
        let batches = &self.found.batches;
        let earlier = batches[..index].iter().flat_map(|batch| &batch.vms);
        earlier.map(|vm| changes(self.scenario, *vm, batches[index].window)).sum()
    }

    /// When the last VM of a batch, or of all, was protected, µs; `None`: one was not.
    pub fn protected<'v>(&self, vms: impl IntoIterator<Item = &'v Id<Vm>>) -> Option<u64> {
        vms.into_iter().map(|vm| self.copy(*vm).protected).collect::<Option<Vec<u64>>>()?.into_iter().max()
    }

    /// From the first batch until every VM is protected.
    pub fn batches_take(&self) -> Option<Span> {
        self.protected(&order(self.scenario)).map(|at| Span(at - self.from))
    }

    /// From how many bytes in use on media are faster than all copies at once over the network.
    pub fn break_even(&self) -> Option<f64> {
        let takes = self.at_once.takes?.as_seconds();
        self.media.break_even(as_f64(self.sizes.0) / takes.max(1e-6))
    }
}
