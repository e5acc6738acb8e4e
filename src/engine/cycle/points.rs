//! Recovery points beside the newest: one for each hour, up to the policy's number (facts 2.1–2.4).
//!
//! Hours count from the start of the run. The point kept of an hour is its app-consistent one, else its last. An
//! app-consistent point is cut at the first tick at or after each multiple of its spacing, unless something else holds VSS
//! then (fact 2.6): the log is then an ordinary one.

use crate::data_plane::Point;
use crate::engine::instant::NEVER;
use crate::engine::observer::Observer;
use crate::engine::state::Kernel;
use crate::units::{Bytes, Time};

impl Kernel {
    /// Notes when the next app-consistent point of a VM is due, where its ticks look.
    pub(in crate::engine) fn note_snapshot(&mut self, row: usize) {
        let due =
            self.histories[row].as_ref().and_then(|history| history.app_every.map(|_| history.app_next));
        self.replicas[row].snapshot_at = due.unwrap_or(NEVER);
    }

    /// A tick at which an app-consistent point is due, or later: whether the next cut is to be one.
    pub(in crate::engine) fn consider_snapshot<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let Some(history) = &mut self.histories[row] else { return };
        let Some(every) = history.app_every else { return };
        history.app_next = (self.now / every + 1) * every;
        self.replicas[row].snapshot_at = history.app_next;
        let guest = &self.design.vms[self.order.vm(row)];
        let now = Time(self.now);
        let is_busy = guest.backups.iter().any(|(from, to)| *from <= now && now < *to);
        if is_busy || !guest.has_vss {
            self.replicas[row].tally.app_failures += 1;
            observer.snapshot_failed(self.order.vm(row), self.now);
        } else {
            self.lives[row].app_due = true;
            self.replicas[row].special = true;
        }
    }

    /// Points that the VM could be failed over to, newest first.
    pub(in crate::engine) fn points_of(&self, row: usize) -> Vec<Point> {
        let life = &self.lives[row];
        if !life.has_point || life.placeholder {
            return Vec::new();
        }
        match &self.histories[row] {
            Some(history) => history.points(),
            None => {
                let cut = Time(self.replicas[row].newest);
                vec![Point { cut, app_consistent: false, undo: Bytes(0) }]
            }
        }
    }
}
