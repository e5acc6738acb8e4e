//! Copies: initial replication and resynchronisation (facts 1.25, 1.29–1.31, 3.3, 3.13).
//!
//! A copy is a log of its own kind in the VM's chain: it takes one of the host's send slots for its whole length, is sent,
//! retried and applied like a log, and its point counts from the instant it began. While it is in the chain no log is cut;
//! what is written meanwhile is cut the moment it is applied. A copy by comparison is sent no faster than its blocks are
//! compared: with *used* bytes to compare at rate r, the least of its host's and of what its volumes and the replica's read, of which *wire* are sent, its flow is capped at ⌈wire × r ÷ used⌉;
//! where that is below 1 kB/s, too little for a rate in whole bytes, it takes used ÷ r on no link. The bytes that a copy
//! makes good count as untracked until it is applied. If tracking is lost after a copy was received, it is applied all the
//! same and is a point, but the VM still needs another copy, which takes its place if it begins before the apply ends.

use crate::data_plane::{CopyMethod, Notice};
use crate::engine::index::MaybeIndex;
use crate::engine::observer::Observer;
use crate::engine::state::life::{CopyUnderWay, part};
use crate::engine::state::{Kernel, Log, Stage, Tracking};
use crate::units::MICROS;

/// Least cap of a copy's flow, B/s: what rounding it up saves is then less than a thousandth of its time.
const CAP_MIN: u64 = 1000;

impl Kernel {
    /// Tracking begins and the copy is appended to the chain. Only while tracking is off.
    pub(in crate::engine) fn start_copy<O: Observer>(
        &mut self,
        row: usize,
        method: CopyMethod,
        observer: &mut O,
    ) {
        let tracking = match self.replicas[row].tracking {
            Tracking::Off => Tracking::On,
            Tracking::OffStopped => Tracking::Quiet,
            Tracking::Unprotected | Tracking::On | Tracking::Quiet | Tracking::Stopped => return,
        };
        self.spend_stage::<O>(row);
        self.drop_received_copy(row);
        let written = self.written(row);
        let raw = written - self.replicas[row].cut_written;
        let used = self.design.vms[self.order.vm(row)].used;
        let window = self.now - self.replicas[row].cut_at;
        let compared_at = self.compare_rate(row);
        let rules = &self.rules[self.replicas[row].rules as usize];
        let replica = &mut self.replicas[row];
        let unique = match method {
            CopyMethod::Full => used,
            CopyMethod::Compare { differs } => {
                let changed = rules.unique(raw, window, &mut replica.unique_carry);
                changed.saturating_add(differs.map_or(0, |share| part(used, share))).min(used)
            }
        };
        let wire = rules.wire(unique, &mut replica.wire_carry);
        let rate = match method {
            CopyMethod::Full => None,
            CopyMethod::Compare { .. } => compared_at,
        };
        let compared = rate.filter(|_| used > 0).map(|rate| cap_of(wire, rate, used));
        let cap = compared.filter(|cap| *cap >= CAP_MIN);
        let silent = compared.filter(|cap| *cap < CAP_MIN).map(|_| used);
        replica.tracking = tracking;
        (replica.cut_at, replica.cut_written) = (self.now, written);
        replica.queued += raw;
        replica.depth += 1;
        replica.overdue = false;
        self.lives[row].copy = Some(CopyUnderWay { raw, cap: cap.or(silent.and(rate)), silent });
        let log = Log {
            cut: self.now,
            previous: self.now - window,
            raw,
            unique,
            unsent: 0,
            wire,
            at_tick: false,
            is_copy: true,
            app_consistent: false,
            next: MaybeIndex::NONE,
        };
        let unsent = self.whole(row, &log);
        self.find_route(row);
        self.append(row, Log { unsent, ..log });
        self.backlog.disturb();
        self.live_on(row, observer);
        if self.replicas[row].stage == Stage::Idle {
            self.begin(row, observer);
        }
        self.go_on(observer);
    }

    /// The VM's blocks are read from the volume of its replica from now on.
    pub(in crate::engine) fn read_at_replica(&mut self, row: usize) {
        let volume = self.replicas[row].volume.index();
        self.lives[row].read_rate = volume.and_then(|volume| self.network.read_rate(volume));
    }

    /// B/s at which the blocks of the VM are compared: both sides are read, and the slowest decides.
    fn compare_rate(&self, row: usize) -> Option<u64> {
        let (replica, own) = (&self.replicas[row], self.lives[row].read_rate);
        let other = replica.volume.index().and_then(|volume| self.network.read_rate(volume));
        let compared = self.network.compare_rate(replica.host as usize);
        compared.into_iter().chain(own).chain(other).min()
    }

    /// Micro-bytes that sending a log from its beginning takes.
    pub(in crate::engine) fn whole(&self, row: usize, log: &Log) -> u128 {
        let silent = self.lives[row].copy.filter(|_| log.is_copy).and_then(|copy| copy.silent);
        u128::from(silent.unwrap_or(log.wire)) * u128::from(MICROS)
    }

    /// The copy in the chain is applied: it is the only point, and what was written meanwhile is cut now.
    pub(in crate::engine) fn copy_applied(&mut self, row: usize) {
        let replica = &mut self.replicas[row];
        let is_tracked = !matches!(replica.tracking, Tracking::Off | Tracking::OffStopped);
        replica.tally.copies += 1;
        replica.overdue = is_tracked;
        let life = &mut self.lives[row];
        life.copy = None;
        life.has_point = true;
        if let Some(history) = &mut self.histories[row] {
            history.clear();
        }
        self.find_route(row);
        if is_tracked {
            self.tell(Notice::CopyDone(self.order.id(row)));
        }
    }

    /// Whether there is a copy that has left the source, so that it can no longer be taken back (fact 1.26).
    pub(in crate::engine) fn copy_is_received(&self, row: usize) -> bool {
        let replica = &self.replicas[row];
        self.lives[row].copy.is_some()
            && replica.first_log.index().is_some_and(|oldest| self.logs[oldest].is_copy)
            && matches!(replica.stage, Stage::Travelling | Stage::Applying | Stage::Parked | Stage::Queued)
    }

    /// A copy that tracking was lost of while it was applied gives way to what begins now.
    pub(in crate::engine) fn drop_received_copy(&mut self, row: usize) {
        if self.lives[row].copy.take().is_some() {
            self.drop_received(row);
        }
    }

    /// Drops a copy that has not left the source: tracking is off, as before it began.
    pub(in crate::engine) fn cancel_copy<O: Observer>(&mut self, row: usize, observer: &mut O) {
        if self.lives[row].copy.is_some() && !self.copy_is_received(row) {
            self.stop_tracking(row, observer);
            self.go_on(observer);
        }
    }
}

/// ⌈wire × rate ÷ used⌉.
fn cap_of(wire: u64, rate: u64, used: u64) -> u64 {
    let cap = (u128::from(wire) * u128::from(rate)).div_ceil(u128::from(used));
    u64::try_from(cap).unwrap_or(u64::MAX)
}
