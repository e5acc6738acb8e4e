//! The log has outgrown what it may have: a share of the disks, or the room on a volume (facts 1.20, 1.23).

use crate::data_plane::{Notice, Trigger};
use crate::engine::observer::Observer;
use crate::engine::state::Kernel;

impl Kernel {
    /// Stops tracking: the log has outgrown the policy's share of the disks (fact 1.20).
    pub(in crate::engine) fn outgrown<O: Observer>(&mut self, row: usize, observer: &mut O) {
        self.stop_tracking(row, observer);
        self.tell(Notice::ResyncRequired(self.order.id(row), Trigger::LogTooLarge));
    }

    /// Stops tracking if a volume has no room for the log (fact 1.23); returns whether it did. Looked at on each tick,
    /// where volumes have sizes.
    pub(in crate::engine) fn lacks_space<O: Observer>(
        &mut self,
        row: usize,
        log: u64,
        observer: &mut O,
    ) -> bool {
        let Some(volume) = self.full_volume(row, log) else { return false };
        self.stop_tracking(row, observer);
        self.tell(Notice::ResyncRequired(self.order.id(row), Trigger::VolumeFull(volume)));
        true
    }
}
