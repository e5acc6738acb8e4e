//! What the time of a log was spent on, booked as it passes. Only for observers that ask for causes.

use crate::engine::index::MaybeIndex;
use crate::engine::observer::{Cause, Observer};
use crate::engine::state::{Kernel, Stage, Tracking, add};

impl Kernel {
    /// Books nothing of the time up to now.
    pub(in crate::engine) fn book_from_now(&mut self, row: usize) {
        if let Some(ledger) = self.ledgers.get_mut(row) {
            ledger.since = self.now;
        }
    }

    /// Books the time since the last booking to `cause`.
    pub(in crate::engine) fn spend<O: Observer>(&mut self, row: usize, cause: Cause) {
        if O::CAUSES {
            let ledger = &mut self.ledgers[row];
            add(&mut ledger.current, cause, self.now - ledger.since);
            ledger.since = self.now;
        }
    }

    /// Books the time of a flow of `class` that ends now to what bound it; one without a class took no time.
    pub(in crate::engine) fn spend_sending<O: Observer>(&mut self, row: usize, class: MaybeIndex) {
        let Some(class) = class.get().filter(|_| O::CAUSES) else { return };
        let ledger = &mut self.ledgers[row];
        let (path, (net, class)) = (self.classes.way(class), self.classes.at(class));
        self.nets[net].bound(self.now, class);
        let bound = self.nets[net].bound_so_far(class);
        let cause = |slot: usize| match path.get(slot / 2) {
            Some(resource) => Cause::Resource(*resource, slot % 2 == 1),
            None => Cause::StreamCap,
        };
        match self.nets[net].bound_alone_since(class, ledger.sending_since) {
            Some(slot) => add(&mut ledger.current, cause(slot), self.now - ledger.sending_since),
            None => {
                for (slot, (now, before)) in bound.iter().zip(&ledger.snapshot).enumerate() {
                    add(&mut ledger.current, cause(slot), now - before);
                }
            }
        }
        ledger.since = self.now;
    }

    /// Books the running stage's time before it is broken off.
    pub(in crate::engine) fn spend_stage<O: Observer>(&mut self, row: usize) {
        let cause = match (self.replicas[row].tracking, self.replicas[row].stage) {
            (Tracking::Off, _) => Cause::TrackingOff,
            (_, Stage::Held) => Cause::Suspended,
            (_, Stage::Idle) if self.lives[row].suspended => Cause::Suspended,
            (_, Stage::Idle) => Cause::Interval,
            (_, Stage::Waiting) => Cause::Slots,
            (_, Stage::Travelling) => Cause::Latency,
            (_, Stage::Applying | Stage::Parked | Stage::Queued) => Cause::Apply,
            (_, Stage::Broken) => Cause::PathDown,
            (_, Stage::Sending) => return,
        };
        self.spend::<O>(row, cause);
    }

    /// Remembers what the VM's class has been bound by so far.
    pub(in crate::engine) fn snapshot<O: Observer>(&mut self, row: usize) {
        if O::CAUSES {
            let ledger = &mut self.ledgers[row];
            ledger.sending_since = self.now;
            ledger.snapshot.clear();
            let (net, class) = self.classes.at(self.replicas[row].flow_class());
            ledger.snapshot.extend_from_slice(self.nets[net].bound(self.now, class));
        }
    }
}
