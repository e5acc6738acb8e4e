//! The life of a log as a whole: steps that end, what comes next, the chain of logs of a VM. The hot path.

mod sizes;
mod spend;
mod rings;
mod backlog;
pub(super) mod space;
mod outgrown;
pub(super) mod points;
mod cut;
mod send;
pub(super) mod apply;
mod drain;
mod stream;

use std::cmp::Reverse;

use super::index::{MaybeIndex, small};
use super::observer::{Applied, Cause, Observer};
use super::state::{Kernel, Ledger, Log, Replica, Rules, Stage, Tracking, add};

impl Kernel {
    /// Ends flows and journeys due now, by VM; then grants the slots they left.
    pub(super) fn complete<O: Observer>(&mut self, observer: &mut O) {
        let mut ended = std::mem::take(&mut self.ended);
        let now = self.now;
        let vms = small(self.replicas.len());
        let Kernel { nets, next_ends, replicas, unsettled, migrations, streams, order, travelling, .. } =
            self;
        let need = |flow: u32| match replicas.get(flow as usize) {
            Some(replica) => replica.need,
            None if flow < 2 * vms => migrations.need(flow),
            None => streams.running[&(flow - 2 * vms)].need,
        };
        next_ends.at_most(now, &mut |net| {
            let net_index = u32::try_from(net).expect("fewer than 2^32 nets");
            nets[net].finish(now, need, &mut ended);
            if !unsettled.contains(&net_index) {
                unsettled.push(net_index);
            }
        });
        while let Some(Reverse((at, row))) = travelling.peek().copied()
            && at <= now
        {
            travelling.pop();
            ended.push(row);
        }
        // Logs by VM, then migrations, then what is applied under way.
        ended.sort_unstable_by_key(|flow| if *flow < vms { order.name(*flow as usize) } else { *flow });
        // What is applied under way ends before its log has arrived.
        while let Some(flow) = ended.pop_if(|flow| *flow >= 2 * vms) {
            self.streamed(flow - 2 * vms);
        }
        for flow in ended.drain(..) {
            match flow.checked_sub(vms) {
                None => self.step_done(flow as usize, observer),
                Some(vm) => self.migrated(vm),
            }
        }
        self.ended = ended;
        self.go_on(observer);
    }

    /// Starts on the next logs of VMs that have just applied one, and grants slots and turns, until nothing is left to do.
    #[inline]
    pub(super) fn go_on<O: Observer>(&mut self, observer: &mut O) {
        while !self.pending.is_empty() || !self.grantable.is_empty() || self.applies.may_grant() {
            while let Some(row) = self.pending.pop() {
                self.begin(row as usize, observer);
            }
            self.grant(observer);
            if self.applies.may_grant() {
                self.grant_turns();
            }
        }
    }

    /// The flow or journey of the VM's oldest log has ended.
    fn step_done<O: Observer>(&mut self, row: usize, observer: &mut O) {
        match self.replicas[row].stage {
            Stage::Sending => {
                self.release_slot(row);
                self.sent(row, observer);
            }
            Stage::Travelling => self.arrived(row, observer),
            Stage::Applying => self.applied(row, observer),
            Stage::Idle | Stage::Waiting | Stage::Parked | Stage::Broken | Stage::Held | Stage::Queued => {
                unreachable!("only a flow or a journey ends")
            }
        }
    }

    /// Appends a log to the VM's chain.
    pub(super) fn append(&mut self, row: usize, log: Log) {
        let index = match self.free_logs.pop() {
            Some(index) => {
                self.logs[index as usize] = log;
                index
            }
            None => {
                self.logs.push(log);
                u32::try_from(self.logs.len() - 1).expect("fewer than 2^32 logs at once")
            }
        };
        let replica = &mut self.replicas[row];
        match replica.last_log.index() {
            None => replica.first_log = index.into(),
            Some(last) => self.logs[last].next = index.into(),
        }
        replica.last_log = index.into();
    }

    /// Starts on the oldest log, or falls idle. An empty log uses no slot and no link.
    pub(super) fn begin<O: Observer>(&mut self, row: usize, observer: &mut O) {
        loop {
            let replica = &mut self.replicas[row];
            let Some(oldest) = replica.first_log.index() else {
                replica.stage = Stage::Idle;
                if replica.overdue {
                    self.late.push(small(row));
                } else if replica.special {
                    self.fall_idle(row);
                }
                return;
            };
            let log = &self.logs[oldest];
            if log.unsent > 0 || log.unique > 0 {
                if replica.special && self.lives[row].suspended {
                    replica.stage = Stage::Held;
                    return;
                }
                return match log.unsent {
                    0 => self.arrived(row, observer),
                    _ => self.try_to_send(row, observer),
                };
            }
            self.retire(row, observer);
        }
    }

    /// The VM's oldest log is applied: it becomes a point, and [`Kernel::go_on`] starts on the next.
    #[inline]
    pub(super) fn applied<O: Observer>(&mut self, row: usize, observer: &mut O) {
        if matches!(self.replicas[row].stage, Stage::Applying | Stage::Parked) {
            self.spend::<O>(row, Cause::Apply);
            self.leave_turn(row);
        }
        self.streams.forget(self.order.name(row));
        self.retire(row, observer);
        self.pending.push(small(row));
    }

    /// Takes the oldest log, which is applied, out of the chain: it is the newest recovery point now.
    fn retire<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let interval = self.rules_of(row).interval;
        let replica = &mut self.replicas[row];
        let index = replica.first_log.expect("only a log is applied");
        let log = &self.logs[index as usize];
        replica.first_log = log.next;
        if log.next.is_none() {
            replica.last_log = MaybeIndex::NONE;
        }
        replica.newest = log.cut;
        replica.depth -= 1;
        replica.queued -= log.raw;
        replica.tally.applied_logs += 1;
        let on_time = log.at_tick && self.now - log.cut <= interval;
        replica.tally.successes += u64::from(on_time);
        let is_point = !replica.special || !self.lives[row].placeholder;
        let applied = Applied {
            vm: self.order.vm(row),
            cut: log.cut,
            previous: log.previous,
            at: self.now,
            raw: log.raw,
            wire: log.wire,
            on_time,
            app_consistent: log.app_consistent,
            is_copy: log.is_copy,
            causes: if O::CAUSES { &self.ledgers[row].current } else { &[] },
        };
        if is_point {
            observer.applied(applied);
        }
        if O::CAUSES {
            let Ledger { current, total, .. } = &mut self.ledgers[row];
            for (place, (cause, time)) in current.drain(..).enumerate() {
                // Of most logs the causes come in the same order.
                match total.get_mut(place) {
                    Some((same, sum)) if *same == cause => *sum += time,
                    Some(_) | None => add(total, cause, time),
                }
            }
        }
        self.free_logs.push(index);
        self.count_applied(row, self.logs[index as usize].raw);
        if self.replicas[row].special || self.histories[row].is_some() {
            self.retired_specially(row, index, observer);
        }
    }

    /// Bytes of a log or copy are applied, on the volume that holds the replica now.
    pub(in crate::engine) fn count_applied(&mut self, row: usize, bytes: u64) {
        let replica = &mut self.replicas[row];
        replica.tally.applied += bytes;
        if let Some(volume) = replica.volume.index() {
            self.applied_by_volume[volume] += bytes;
        }
    }

    /// After a log or copy of a VM that keeps points, or does more than just replicate, is applied.
    fn retired_specially<O: Observer>(&mut self, row: usize, index: u32, observer: &mut O) {
        let Log { cut, unique, is_copy, app_consistent, .. } = self.logs[index as usize];
        if is_copy {
            self.copy_applied(row);
        }
        self.replicas[row].tally.app_points += u64::from(app_consistent);
        let applied = self.replicas[row].tally.applied;
        let is_placeholder = self.replicas[row].special && self.lives[row].placeholder;
        if let Some(history) = self.histories[row].as_mut().filter(|_| !is_placeholder) {
            history.add(cut, app_consistent, applied, unique);
        }
        if is_copy {
            self.live_on(row, observer);
        }
    }

    /// Bytes written to the VM's replicated disks up to now.
    pub(super) fn written(&mut self, row: usize) -> u64 {
        let replica = &self.replicas[row];
        match replica.tracking {
            Tracking::Stopped | Tracking::OffStopped | Tracking::Quiet => replica.stopped_at,
            Tracking::Unprotected if !self.running(row) => replica.stopped_at,
            Tracking::On | Tracking::Off | Tracking::Unprotected => {
                self.would_have_written(row) - self.replicas[row].skipped
            }
        }
    }

    /// Bytes that the VM's churn comes to by now, whether it ran or not.
    pub(super) fn would_have_written(&mut self, row: usize) -> u64 {
        let now = self.now;
        let range = self.replicas[row].sources.clone();
        let range = range.start as usize..range.end as usize;
        let layers = self.sources[range.clone()].iter_mut().zip(&self.kinds[range]);
        layers.map(|(source, kind)| source.written(kind, now)).fold(0, u64::saturating_add)
    }

    pub(super) fn rules_of(&self, row: usize) -> &Rules {
        &self.rules[self.replicas[row].rules as usize]
    }
}

impl Replica {
    /// Whether its logs can be sent.
    pub(super) fn routed(&self) -> bool {
        self.class.is_some() || self.unlimited
    }
}
