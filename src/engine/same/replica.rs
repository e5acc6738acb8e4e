//! A VM's part of the comparison.

use crate::engine::net::Net;
use crate::engine::state::life::Life;
use crate::engine::state::{Kernel, Log, Replica, Stage, Tally};

impl Kernel {
    /// Whether what is the VM's in a row goes on alike.
    pub(super) fn is_same_row(&self, other: &Kernel, row: usize, with_points: bool) -> bool {
        self.is_same_cycle(other, row)
            && self.are_same_bytes(other, row)
            && self.is_same_flight(other, row)
            && self.is_same_life(other, row)
            && self.are_same_points(other, row, with_points)
            && self.writes_same(other, row)
    }

    /// Where it is in its cycle, and by which rules it goes on.
    fn is_same_cycle(&self, other: &Kernel, row: usize) -> bool {
        let Replica {
            sources: _,
            rules,
            resync_bytes,
            host,
            target,
            volume,
            class,
            unlimited,
            latency,
            stage,
            tracking,
            overdue,
            special,
            attempts,
            depth,
            // Names of the logs that are compared.
            first_log: _,
            last_log: _,
            // See `is_same_flight`.
            apply_class: _,
            tag: _,
            need: _,
            ready,
            cut_at,
            newest,
            snapshot_at,
            unique_carry,
            wire_carry,
            // See `are_same_bytes`.
            cut_written: _,
            queued: _,
            skipped: _,
            stopped_at: _,
            tally: _,
        } = &self.replicas[row];
        let it = &other.replicas[row];
        let waits = matches!(stage, Stage::Waiting | Stage::Broken);
        (*cut_at, *stage, *tracking, *depth, *newest)
            == (it.cut_at, it.stage, it.tracking, it.depth, it.newest)
            && (*overdue, *special, *attempts, *snapshot_at)
                == (it.overdue, it.special, it.attempts, it.snapshot_at)
            && (*host, *target, *volume, *latency) == (it.host, it.target, it.volume, it.latency)
            && (*unique_carry, *wire_carry) == (it.unique_carry, it.wire_carry)
            && (*unlimited, *resync_bytes) == (it.unlimited, it.resync_bytes)
            && (!waits || *ready == it.ready)
            && match (class.get(), it.class.get()) {
                (Some(own), Some(theirs)) => {
                    let ((net, own), (other_net, theirs)) = (self.classes.at(own), other.classes.at(theirs));
                    net == other_net && self.nets[net].is_same_class(own, &other.nets[net], theirs)
                }
                (own, theirs) => own == theirs,
            }
            && self.rules[*rules as usize] == other.rules[it.rules as usize]
            && self.chain(&self.replicas[row]).zip(other.chain(it)).all(|(a, b)| a.is_same(b))
    }

    /// Bytes in the open log, waiting, and applied of what was written: their sums differ with the past, what is between them must not.
    fn are_same_bytes(&self, other: &Kernel, row: usize) -> bool {
        let bytes = |it: &Kernel| {
            let replica = &it.replicas[row];
            let Tally {
                applied,
                lost,
                awaiting_copy,
                // Counted, and not acted on.
                ticks: _,
                successes: _,
                applied_logs: _,
                largest_log: _,
                copies: _,
                app_points: _,
                app_failures: _,
            } = replica.tally;
            let written = it.written_at(row);
            let behind = written.wrapping_sub(applied).wrapping_sub(lost);
            (written.wrapping_sub(replica.cut_written), behind, replica.queued, awaiting_copy)
        };
        bytes(self) == bytes(other)
    }

    /// What is under way for it.
    fn is_same_flight(&self, other: &Kernel, row: usize) -> bool {
        let (a, b) = (&self.replicas[row], &other.replicas[row]);
        let name = self.order.name(row);
        let left = |it: &Kernel, replica: &Replica| {
            it.chain(replica).next().and_then(|log| it.streams.left(name, log.cut))
        };
        let is_same_flow = |net: usize, own: u32, theirs: u32| {
            let (mine, their): (&Net, &Net) = (&self.nets[net], &other.nets[net]);
            mine.is_same_flow((own, a.tag, a.need), their, (theirs, b.tag, b.need))
        };
        let is_same = match a.stage {
            Stage::Sending => {
                let (own, theirs) = (self.classes.at(a.flow_class()), other.classes.at(b.flow_class()));
                own.0 == theirs.0 && is_same_flow(own.0, own.1, theirs.1)
            }
            Stage::Applying => match (a.apply_class.get(), b.apply_class.get()) {
                (Some(own), Some(theirs)) => {
                    is_same_flow(self.classes.net_of_volume(a.target_volume() as usize), own, theirs)
                }
                (own, theirs) => own == theirs,
            },
            Stage::Idle
            | Stage::Waiting
            | Stage::Travelling
            | Stage::Parked
            | Stage::Broken
            | Stage::Held
            | Stage::Queued => true,
        };
        is_same && left(self, a) == left(other, b)
    }

    fn is_same_life(&self, other: &Kernel, row: usize) -> bool {
        let Life {
            policy,
            disk_size,
            copy,
            read_rate,
            before_failover,
            suspended,
            placeholder,
            has_point,
            synchronizing,
            app_due,
            told,
            grid,
        } = &self.lives[row];
        let it = &other.lives[row];
        (*disk_size, *copy, *read_rate, *before_failover)
            == (it.disk_size, it.copy, it.read_rate, it.before_failover)
            && (*suspended, *placeholder, *has_point, *synchronizing, *app_due, *told)
                == (it.suspended, it.placeholder, it.has_point, it.synchronizing, it.app_due, it.told)
            && match (policy, &it.policy) {
                (Some(own), Some(theirs)) => std::sync::Arc::ptr_eq(own, theirs),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
            && match (grid, &it.grid) {
                (Some(own), Some(theirs)) => own.is_same(theirs),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
    }

    fn are_same_points(&self, other: &Kernel, row: usize, with_points: bool) -> bool {
        match (&self.histories[row], &other.histories[row]) {
            (Some(own), Some(theirs)) => {
                let applied = |it: &Kernel| it.replicas[row].tally.applied;
                own.is_same((applied(self), theirs, applied(other)), with_points)
            }
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// What it will write, and whether it runs.
    fn writes_same(&self, other: &Kernel, row: usize) -> bool {
        let range = self.replicas[row].sources.clone();
        let range = range.start as usize..range.end as usize;
        let kinds = &self.kinds[range.clone()];
        let mut pairs = self.sources[range.clone()].iter().zip(&other.sources[range]).zip(kinds);
        let runs = |it: &Kernel| it.switches[row].len() % 2;
        runs(self) == runs(other) && pairs.all(|((a, b), kind)| a.goes_on_as(b, kind, self.now))
    }
}

impl Log {
    fn is_same(&self, other: &Log) -> bool {
        let Log { cut, previous, raw, unique, unsent, wire, at_tick, is_copy, app_consistent, next: _ } =
            self;
        (*cut, *previous, *raw, *unique, *unsent, *wire)
            == (other.cut, other.previous, other.raw, other.unique, other.unsent, other.wire)
            && (*at_tick, *is_copy, *app_consistent) == (other.at_tick, other.is_copy, other.app_consistent)
    }
}
