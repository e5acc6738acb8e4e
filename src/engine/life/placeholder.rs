//! Logs flow to a placeholder while a copy travels on media (fact 3.7).

use crate::engine::observer::Observer;
use crate::engine::state::{Kernel, Tracking};

impl Kernel {
    /// Lets logs flow to a placeholder from now on, while a copy travels on media.
    pub(in crate::engine) fn start_placeholder<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let tracking = match self.replicas[row].tracking {
            Tracking::Off => Tracking::On,
            Tracking::OffStopped => Tracking::Quiet,
            Tracking::Unprotected | Tracking::On | Tracking::Quiet | Tracking::Stopped => return,
        };
        // The placeholder is another replica: what was under way to the one before is of no use.
        self.lives[row].copy = None;
        self.drop_received(row);
        let written = self.written(row);
        let now = self.now;
        let replica = &mut self.replicas[row];
        replica.tracking = tracking;
        replica.tally.awaiting_copy += written - replica.cut_written;
        (replica.cut_at, replica.cut_written) = (now, written);
        replica.newest = now;
        (self.lives[row].placeholder, self.lives[row].has_point) = (true, false);
        if let Some(history) = &mut self.histories[row] {
            history.clear();
        }
        self.book_from_now(row);
        self.live_on(row, observer);
    }

    /// The copy on media has arrived: with it, what the placeholder has received is a point.
    pub(in crate::engine) fn copy_arrived<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let life = &mut self.lives[row];
        if !std::mem::take(&mut life.placeholder) {
            return;
        }
        life.has_point = true;
        self.replicas[row].tally.copies += 1;
        let carried = std::mem::take(&mut self.replicas[row].tally.awaiting_copy);
        self.count_applied(row, carried);
        self.found_history(row);
        self.live_on(row, observer);
    }
}
