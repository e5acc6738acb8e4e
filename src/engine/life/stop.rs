//! A VM crashes, is shut down, and starts: what becomes of the log it was writing.

use crate::data_plane::{Notice, Trigger};
use crate::engine::observer::Observer;
use crate::engine::state::{Kernel, Tracking};
use crate::ids::Id;

impl Kernel {
    /// The VM crashes, or is shut down.
    pub(in crate::engine) fn stop<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if !self.running(vm) {
            return;
        }
        self.halt(vm);
        let life = &self.lives[vm];
        let loses_copy = (life.copy.is_some() && !self.copy_is_received(vm)) || life.placeholder;
        match self.replicas[vm].tracking {
            Tracking::On if loses_copy => {
                self.stop_tracking(vm, observer);
                self.replicas[vm].tracking = Tracking::OffStopped;
                self.tell(Notice::ResyncRequired(Id::new(vm), Trigger::Crash));
            }
            Tracking::On => {
                self.spend_stage::<O>(vm);
                self.reopen::<O>(vm);
                self.replicas[vm].tracking = Tracking::Stopped;
            }
            Tracking::Off => {
                self.spend_stage::<O>(vm);
                self.reopen::<O>(vm);
                self.replicas[vm].tracking = Tracking::OffStopped;
            }
            Tracking::Unprotected | Tracking::Quiet | Tracking::Stopped | Tracking::OffStopped => {}
        }
        self.live_on(vm, observer);
        self.go_on(observer);
    }

    /// The VM is shut down cleanly.
    pub(in crate::engine) fn shut_down<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if !self.running(vm) {
            return;
        }
        self.halt(vm);
        self.replicas[vm].tracking = match self.replicas[vm].tracking {
            Tracking::On => Tracking::Quiet,
            Tracking::Off => Tracking::OffStopped,
            other @ (Tracking::Unprotected | Tracking::Quiet | Tracking::Stopped | Tracking::OffStopped) => {
                other
            }
        };
        self.live_on(vm, observer);
    }

    /// The VM writes nothing from now on.
    fn halt(&mut self, vm: usize) {
        self.replicas[vm].stopped_at = self.written_so_far(vm);
        self.switches[vm].push(self.now);
        // A guest that is off takes no snapshot.
        self.lives[vm].app_due = false;
    }

    /// The VM starts, on the host where it is now.
    pub(in crate::engine) fn start<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if self.running(vm) {
            return;
        }
        self.switches[vm].push(self.now);
        let would = self.would_have_written(vm);
        let crash_resyncs = self.rules_of(vm).crash_resyncs;
        let now = self.now;
        let replica = &mut self.replicas[vm];
        replica.skipped = would - replica.stopped_at;
        let before = replica.tracking;
        replica.tracking = match before {
            Tracking::Stopped if crash_resyncs => Tracking::Off,
            Tracking::Stopped | Tracking::Quiet | Tracking::On => Tracking::On,
            Tracking::OffStopped | Tracking::Off => Tracking::Off,
            Tracking::Unprotected => Tracking::Unprotected,
        };
        self.ledgers[vm].since = now;
        if before == Tracking::Stopped && crash_resyncs {
            self.lives[vm].synchronizing = false;
            self.tell(Notice::ResyncRequired(Id::new(vm), Trigger::Crash));
        }
        self.live_on(vm, observer);
    }

    /// Whether the VM runs: it does from the start, and at each switch no longer or again.
    pub(in crate::engine) fn running(&self, vm: usize) -> bool {
        self.switches[vm].len().is_multiple_of(2)
    }
}
