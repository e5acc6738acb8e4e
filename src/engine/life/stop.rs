//! A VM crashes, is shut down, and starts: what becomes of the log it was writing.

use crate::data_plane::{Notice, Trigger};
use crate::engine::observer::Observer;
use crate::engine::state::{Kernel, Tracking};

impl Kernel {
    /// The VM crashes, or is shut down.
    pub(in crate::engine) fn stop<O: Observer>(&mut self, row: usize, observer: &mut O) {
        if !self.running(row) {
            return;
        }
        self.halt(row);
        let life = &self.lives[row];
        let loses_copy = (life.copy.is_some() && !self.copy_is_received(row)) || life.placeholder;
        match self.replicas[row].tracking {
            Tracking::On if loses_copy => {
                self.stop_tracking(row, observer);
                self.replicas[row].tracking = Tracking::OffStopped;
                self.tell(Notice::ResyncRequired(self.order.id(row), Trigger::Crash));
            }
            Tracking::On => {
                self.spend_stage::<O>(row);
                self.reopen::<O>(row);
                self.replicas[row].tracking = Tracking::Stopped;
            }
            Tracking::Off => {
                self.spend_stage::<O>(row);
                self.reopen::<O>(row);
                self.replicas[row].tracking = Tracking::OffStopped;
            }
            Tracking::Unprotected | Tracking::Quiet | Tracking::Stopped | Tracking::OffStopped => {}
        }
        self.live_on(row, observer);
        self.go_on(observer);
    }

    /// The VM is shut down cleanly.
    pub(in crate::engine) fn shut_down<O: Observer>(&mut self, row: usize, observer: &mut O) {
        if !self.running(row) {
            return;
        }
        self.halt(row);
        self.replicas[row].tracking = match self.replicas[row].tracking {
            Tracking::On => Tracking::Quiet,
            Tracking::Off => Tracking::OffStopped,
            other @ (Tracking::Unprotected | Tracking::Quiet | Tracking::Stopped | Tracking::OffStopped) => {
                other
            }
        };
        self.live_on(row, observer);
    }

    /// The VM writes nothing from now on.
    fn halt(&mut self, row: usize) {
        self.replicas[row].stopped_at = self.written_at(row);
        self.switches[row].push(self.now);
        // A guest that is off takes no snapshot.
        self.lives[row].app_due = false;
    }

    /// The VM starts, on the host where it is now.
    pub(in crate::engine) fn start<O: Observer>(&mut self, row: usize, observer: &mut O) {
        if self.running(row) {
            return;
        }
        self.switches[row].push(self.now);
        let would = self.would_have_written(row);
        let crash_resyncs = self.rules_of(row).crash_resyncs;
        let replica = &mut self.replicas[row];
        replica.skipped = would - replica.stopped_at;
        let before = replica.tracking;
        replica.tracking = match before {
            Tracking::Stopped if crash_resyncs => Tracking::Off,
            Tracking::Stopped | Tracking::Quiet | Tracking::On => Tracking::On,
            Tracking::OffStopped | Tracking::Off => Tracking::Off,
            Tracking::Unprotected => Tracking::Unprotected,
        };
        self.book_from_now(row);
        if before == Tracking::Stopped && crash_resyncs {
            self.lives[row].synchronizing = false;
            self.tell(Notice::ResyncRequired(self.order.id(row), Trigger::Crash));
        }
        self.live_on(row, observer);
    }

    /// Whether the VM runs: it does from the start, and at each switch no longer or again.
    pub(in crate::engine) fn running(&self, row: usize) -> bool {
        self.switches[row].len().is_multiple_of(2)
    }
}
