//! Replication pauses and goes on. What is received is still applied; what is not stays where it is.

use crate::engine::index::small;
use crate::engine::observer::Observer;
use crate::engine::state::{Kernel, Stage, Tracking};

impl Kernel {
    /// Sending stops; what is received is still applied.
    pub(in crate::engine) fn suspend<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if self.replicas[vm].tracking == Tracking::Unprotected || self.lives[vm].suspended {
            return;
        }
        self.spend_stage::<O>(vm);
        self.hold::<O>(vm);
        self.replicas[vm].overdue = false;
        self.lives[vm].suspended = true;
        self.live_on(vm, observer);
        self.go_on(observer);
    }

    /// Takes an unsent log off the wire, out of the queue and from its back-off.
    pub(in crate::engine) fn hold<O: Observer>(&mut self, vm: usize) {
        if self.unroute::<O>(vm) {
            self.replicas[vm].stage = Stage::Held;
        }
    }

    /// Sending goes on, and what accrued meanwhile is cut as soon as nothing is under way.
    pub(in crate::engine) fn resume<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if !self.lives[vm].suspended {
            return;
        }
        self.spend_stage::<O>(vm);
        self.lives[vm].suspended = false;
        let replica = &mut self.replicas[vm];
        replica.attempts = 0;
        if matches!(replica.tracking, Tracking::On | Tracking::Quiet) && self.lives[vm].copy.is_none() {
            replica.overdue = true;
            if replica.stage == Stage::Idle {
                self.late.push(small(vm));
            }
        }
        self.live_on(vm, observer);
        let is_held = self.replicas[vm].stage == Stage::Held;
        self.route_again(vm, is_held, observer);
    }
}
