//! Ticks and cuts: when the open log of a VM is closed. The hot path.

use crate::engine::index::MaybeIndex;
use crate::engine::observer::{Cause, Observer};
use crate::engine::state::{Kernel, Log, NO_LIMIT, Stage, Tracking};
use crate::protection::Overrun;
use crate::units::MICROS;

impl Kernel {
    /// Ticks and overdue cuts due now, by VM; then grants slots.
    pub(in crate::engine) fn cut_due<O: Observer>(&mut self, observer: &mut O) {
        let mut due = std::mem::take(&mut self.due);
        due.extend(self.late.drain(..).map(|vm| (vm, true)));
        self.ticked = self.now + 1;
        for ring in &mut self.rings {
            while ring.next() == self.now {
                due.push((ring.pop(), false));
            }
        }
        // A tick (false) comes before an overdue cut of the same VM, which then has nothing left to do.
        due.sort_unstable();
        for (vm, late) in due.drain(..) {
            match late {
                false => self.tick(vm as usize, observer),
                true => self.late_cut(vm as usize, observer),
            }
        }
        self.due = due;
        self.go_on(observer);
    }

    /// A tick of a VM, by what its tracking is.
    fn tick<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        match self.replicas[vm].tracking {
            Tracking::On => {}
            Tracking::Quiet => return self.quiet_tick(vm, observer),
            Tracking::Unprotected | Tracking::Stopped | Tracking::Off | Tracking::OffStopped => {
                unreachable!("a VM whose writes are not logged rests")
            }
        }
        if self.replicas[vm].special {
            return self.special_tick(vm, observer);
        }
        self.replicas[vm].tally.ticks += 1;
        if self.log_too_large(vm) {
            self.outgrown(vm, observer);
            return;
        }
        if !self.lacks_space(vm, observer) {
            if self.now >= self.replicas[vm].snapshot_at {
                self.consider_snapshot(vm, observer);
            }
            self.cut_or_wait(vm, observer);
        }
    }

    /// A tick of a VM that does more than just replicate.
    pub(in crate::engine) fn special_tick<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let life = &self.lives[vm];
        let (is_copying, is_suspended) = (life.copy.is_some(), life.suspended);
        self.replicas[vm].tally.ticks += u64::from(life.told.cycling);
        if self.log_too_large(vm) && !self.copy_is_received(vm) {
            self.outgrown(vm, observer);
            return;
        }
        if !self.copy_is_received(vm) && self.lacks_space(vm, observer) {
            return;
        }
        if self.now >= self.replicas[vm].snapshot_at {
            self.consider_snapshot(vm, observer);
        }
        if !is_copying && !is_suspended {
            self.cut_or_wait(vm, observer);
        }
    }

    /// A tick of a VM that was shut down: what it had written is cut once.
    pub(in crate::engine) fn quiet_tick<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let replica = &self.replicas[vm];
        let has_more = replica.stopped_at > replica.cut_written;
        let life = &self.lives[vm];
        if has_more && replica.stage == Stage::Idle && life.copy.is_none() && !life.suspended {
            self.cut(vm, false, observer);
        }
    }

    /// What a tick does about the log: an idle VM is cut, a busy one as its policy says.
    pub(in crate::engine) fn cut_or_wait<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        match (self.replicas[vm].stage, self.rules_of(vm).overrun) {
            (Stage::Idle, _) => self.cut(vm, true, observer),
            (_, Overrun::Queue) if self.replicas[vm].depth >= self.depth_max => {}
            (_, Overrun::Queue) => self.cut(vm, true, observer),
            (_, Overrun::CutWhenDone) => self.replicas[vm].overdue = true,
            (_, Overrun::NextTick) => {}
        }
    }

    /// An overdue cut, unless something since has made it needless.
    fn late_cut<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let replica = &self.replicas[vm];
        let is_tracked = matches!(replica.tracking, Tracking::On | Tracking::Quiet);
        if replica.overdue && replica.stage == Stage::Idle && is_tracked && !self.lives[vm].suspended {
            self.cut(vm, false, observer);
        }
    }

    /// Whether the log, open and unsent, has outgrown the policy's share of the disks (fact 1.20); looked at on each tick.
    pub(in crate::engine) fn log_too_large(&mut self, vm: usize) -> bool {
        let limit = self.replicas[vm].resync_bytes;
        if limit == NO_LIMIT {
            return false;
        }
        let written = self.written(vm);
        let replica = &self.replicas[vm];
        let made_good = if replica.special { self.lives[vm].copy.map_or(0, |copy| copy.raw) } else { 0 };
        written - replica.cut_written + (replica.queued - made_good) > limit
    }

    /// Closes the open log.
    pub(in crate::engine) fn cut<O: Observer>(&mut self, vm: usize, at_tick: bool, observer: &mut O) {
        let written = self.written(vm);
        let now = self.now;
        let replica = &mut self.replicas[vm];
        let raw = written - replica.cut_written;
        let window = now - replica.cut_at;
        let rules = &self.rules[replica.rules as usize];
        let unique = rules.unique(raw, window, &mut replica.unique_carry);
        let wire = rules.wire(unique, &mut replica.wire_carry);
        let log = Log {
            cut: now,
            previous: replica.cut_at,
            raw,
            unique,
            unsent: u128::from(wire) * u128::from(MICROS),
            wire,
            at_tick: at_tick && (!replica.special || self.lives[vm].told.cycling),
            is_copy: false,
            app_consistent: replica.special && self.lives[vm].take_app_due(&mut replica.special),
            next: MaybeIndex::NONE,
        };
        replica.overdue = false;
        replica.depth += 1;
        replica.cut_at = now;
        replica.cut_written = written;
        replica.queued += raw;
        replica.tally.largest_log = replica.tally.largest_log.max(raw);
        let amount = log.unsent;
        self.append(vm, log);
        self.await_link::<O>(vm, amount);
        if self.replicas[vm].stage == Stage::Idle {
            self.spend::<O>(vm, Cause::Interval);
            self.begin(vm, observer);
        }
    }
}
