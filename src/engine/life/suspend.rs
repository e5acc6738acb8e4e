//! Replication pauses and goes on. What is received is still applied; what is not stays where it is.

use crate::engine::index::small;
use crate::engine::observer::Observer;
use crate::engine::state::{Kernel, Stage, Tracking};

impl Kernel {
    /// Sending stops; what is received is still applied.
    pub(in crate::engine) fn suspend<O: Observer>(&mut self, row: usize, observer: &mut O) {
        if self.replicas[row].tracking == Tracking::Unprotected || self.lives[row].suspended {
            return;
        }
        self.spend_stage::<O>(row);
        self.hold::<O>(row);
        self.replicas[row].overdue = false;
        self.lives[row].suspended = true;
        self.live_on(row, observer);
        self.go_on(observer);
    }

    /// Takes an unsent log off the wire, out of the queue and from its back-off.
    pub(in crate::engine) fn hold<O: Observer>(&mut self, row: usize) {
        if self.unroute::<O>(row) {
            self.replicas[row].stage = Stage::Held;
        }
    }

    /// Sending goes on, and what accrued meanwhile is cut as soon as nothing is under way.
    pub(in crate::engine) fn resume<O: Observer>(&mut self, row: usize, observer: &mut O) {
        if !self.lives[row].suspended {
            return;
        }
        self.spend_stage::<O>(row);
        self.lives[row].suspended = false;
        let replica = &mut self.replicas[row];
        replica.attempts = 0;
        if matches!(replica.tracking, Tracking::On | Tracking::Quiet) && self.lives[row].copy.is_none() {
            replica.overdue = true;
            if replica.stage == Stage::Idle {
                self.late.push(small(row));
            }
        }
        self.live_on(row, observer);
        let is_held = self.replicas[row].stage == Stage::Held;
        self.route_again(row, is_held, observer);
    }
}
