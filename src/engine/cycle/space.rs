//! Room for change logs on volumes that have a size (facts 1.3, 1.23, T26).
//!
//! A volume holds the disks that lie on it, by their used size, and the replicas that stand on it, by the whole size of
//! their replicated disks, from the start of the run until they are deleted: what a VM has left behind by moving sites still
//! lies there. Beside them lie the logs, open or cut and not applied, of the VMs that run from it. A log is looked at on its
//! own VM's ticks, and counts as it was at the last of them; it is freed when tracking ends. The log of a VM with replicated
//! disks on several volumes is split in proportion to their sizes, each share rounded down and the rest on the last. A VM
//! with a log whose volume holds more than its size at its tick needs resynchronisation. A VM that runs at the other site
//! runs from the volume of its replica.

use crate::engine::index::MaybeIndex;
use crate::engine::state::Kernel;
use crate::ids::Id;
use crate::topology::Volume;
use crate::units::Bytes;

impl Kernel {
    /// Counts the log of `row`, which has so many bytes now; returns the first volume that has no room for it.
    pub(in crate::engine) fn full_volume(&mut self, row: usize, log: u64) -> Option<Id<Volume>> {
        let space = self.space.as_mut()?;
        space.count(row, log);
        space.full(row).map(Id::new)
    }

    /// Counts no log of `row` any more: its tracking has ended.
    pub(in crate::engine) fn forget_log(&mut self, row: usize) {
        if let Some(space) = &mut self.space {
            space.count(row, 0);
        }
    }

    /// The replica of `row`, which has no relationship, takes no room any more.
    pub(in crate::engine) fn delete_replica(&mut self, row: usize) {
        self.replicas[row].volume = MaybeIndex::NONE;
        self.place_replica(row);
    }

    /// Most bytes that change logs have taken on a volume, as looked at on ticks. Zero if no volume of the scenario has a size.
    pub fn log_space_peak(&self, volume: usize) -> u64 {
        self.space.as_ref().map_or(0, |space| space.peak(volume))
    }

    /// Bytes of disks, replicas and logs on a volume now; `None` if no volume of the scenario has a size.
    pub fn space_used(&self, volume: usize) -> Option<Bytes> {
        Some(self.space.as_ref()?.used(volume))
    }

    /// What is left of a volume beside disks, replicas and logs; `None`: it never fills.
    pub(in crate::engine) fn room_on(&self, volume: usize) -> Option<Bytes> {
        self.space.as_ref()?.left(volume)
    }

    /// Bytes of logs and copies that a volume has applied, whosever replica it held then.
    pub fn applied_bytes_on(&self, volume: usize) -> u64 {
        self.applied_by_volume[volume]
    }
}
