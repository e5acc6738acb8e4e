//! Ticks and cuts: when the open log of a VM is closed. The hot path.

use crate::engine::index::MaybeIndex;
use crate::engine::observer::{Cause, Observer};
use crate::engine::state::{Kernel, Log, Stage, Tracking};
use crate::protection::Overrun;
use crate::units::MICROS;

impl Kernel {
    /// Ticks and overdue cuts due now, by VM; then grants slots.
    pub(in crate::engine) fn cut_due<O: Observer>(&mut self, observer: &mut O) {
        let mut due = std::mem::take(&mut self.due);
        due.extend(self.late.drain(..).map(|row| (row, true)));
        self.ticked = self.now + 1;
        for ring in &mut self.rings {
            while ring.next() == self.now {
                due.push((ring.pop(), false));
            }
        }
        // A tick (false) comes before an overdue cut of the same VM, which then has nothing left to do.
        let order = &self.order;
        due.sort_unstable_by_key(|(row, late)| (order.name(*row as usize), *late));
        for (row, late) in due.drain(..) {
            match late {
                false => self.tick(row as usize, observer),
                true => self.late_cut(row as usize, observer),
            }
        }
        self.due = due;
        self.go_on(observer);
    }

    /// A tick of a VM, by what its tracking is.
    fn tick<O: Observer>(&mut self, row: usize, observer: &mut O) {
        match self.replicas[row].tracking {
            Tracking::On => {}
            Tracking::Quiet => return self.quiet_tick(row, observer),
            Tracking::Unprotected | Tracking::Stopped | Tracking::Off | Tracking::OffStopped => {
                unreachable!("a VM whose writes are not logged rests")
            }
        }
        if self.replicas[row].special {
            return self.special_tick(row, observer);
        }
        self.replicas[row].tally.ticks += 1;
        let written = self.written(row);
        let log = self.log_size(row, written);
        if log > self.replicas[row].resync_bytes {
            self.outgrown(row, observer);
            return;
        }
        if !self.lacks_space(row, log, observer) {
            if self.now >= self.replicas[row].snapshot_at {
                self.consider_snapshot(row, observer);
            }
            self.cut_or_wait(row, written, observer);
        }
    }

    /// A tick of a VM that does more than just replicate.
    pub(in crate::engine) fn special_tick<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let life = &self.lives[row];
        let (is_copying, is_suspended) = (life.copy.is_some(), life.suspended);
        self.replicas[row].tally.ticks += u64::from(life.told.cycling);
        let written = self.written(row);
        let log = self.log_size(row, written);
        if log > self.replicas[row].resync_bytes && !self.copy_is_received(row) {
            self.outgrown(row, observer);
            return;
        }
        if !self.copy_is_received(row) && self.lacks_space(row, log, observer) {
            return;
        }
        if self.now >= self.replicas[row].snapshot_at {
            self.consider_snapshot(row, observer);
        }
        if !is_copying && !is_suspended {
            self.cut_or_wait(row, written, observer);
        }
    }

    /// A tick of a VM that was shut down: what it had written is cut once.
    pub(in crate::engine) fn quiet_tick<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let replica = &self.replicas[row];
        let has_more = replica.stopped_at > replica.cut_written;
        let life = &self.lives[row];
        if has_more && replica.stage == Stage::Idle && life.copy.is_none() && !life.suspended {
            self.cut(row, replica.stopped_at, false, observer);
        }
    }

    /// What a tick does about the log: an idle VM is cut, a busy one as its policy says.
    fn cut_or_wait<O: Observer>(&mut self, row: usize, written: u64, observer: &mut O) {
        match (self.replicas[row].stage, self.rules_of(row).overrun) {
            (Stage::Idle, _) => self.cut(row, written, true, observer),
            (_, Overrun::Queue) if self.replicas[row].depth >= self.depth_max => {}
            (_, Overrun::Queue) => self.cut(row, written, true, observer),
            (_, Overrun::CutWhenDone) => self.replicas[row].overdue = true,
            (_, Overrun::NextTick) => {}
        }
    }

    /// An overdue cut, unless something since has made it needless.
    fn late_cut<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let replica = &self.replicas[row];
        let is_tracked = matches!(replica.tracking, Tracking::On | Tracking::Quiet);
        if replica.overdue && replica.stage == Stage::Idle && is_tracked && !self.lives[row].suspended {
            let written = self.written(row);
            self.cut(row, written, false, observer);
        }
    }

    /// The log of a VM that has written so much: open, or cut and not applied, and none of what a copy makes good.
    fn log_size(&self, row: usize, written: u64) -> u64 {
        let replica = &self.replicas[row];
        let copied = if replica.special { self.lives[row].copy.map_or(0, |copy| copy.raw) } else { 0 };
        written - replica.cut_written + (replica.queued - copied)
    }

    /// Closes the open log of a VM that has written so much.
    fn cut<O: Observer>(&mut self, row: usize, written: u64, at_tick: bool, observer: &mut O) {
        let now = self.now;
        let replica = &mut self.replicas[row];
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
            at_tick: at_tick && (!replica.special || self.lives[row].told.cycling),
            is_copy: false,
            app_consistent: replica.special && self.lives[row].take_app_due(&mut replica.special),
            next: MaybeIndex::NONE,
        };
        replica.overdue = false;
        replica.depth += 1;
        replica.cut_at = now;
        replica.cut_written = written;
        replica.queued += raw;
        replica.tally.largest_log = replica.tally.largest_log.max(raw);
        let amount = log.unsent;
        self.append(row, log);
        self.await_link::<O>(row, amount);
        if self.replicas[row].stage == Stage::Idle {
            self.spend::<O>(row, Cause::Interval);
            self.begin(row, observer);
        }
    }
}
