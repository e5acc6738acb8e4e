//! The life of a log: cut, sent, travelling, applied. The hot path.

use std::cmp::Reverse;

use super::observer::{Applied, Cause, Observer};
use super::state::{Kernel, Log, NONE, Replica, Rules, Stage, Tracking, add};
use crate::protection::{Overrun, Retry};
use crate::units::MICROS;

/// Delays between attempts, minutes; the last repeats (fact 1.17).
const BACK_OFF_MINUTES: [u64; 6] = [1, 2, 4, 8, 10, 30];

impl Kernel {
    /// Ends flows and journeys due now, by VM; then grants the slots they left.
    pub(super) fn complete<O: Observer>(&mut self, observer: &mut O) {
        let mut ended = std::mem::take(&mut self.ended);
        let now = self.now;
        let Kernel { nets, next_ends, replicas, unsettled, .. } = self;
        next_ends.at_most(now, &mut |net| {
            let net_index = u32::try_from(net).expect("fewer than 2^32 nets");
            nets[net].finish(now, |vm| replicas[vm as usize].need, &mut ended);
            if !unsettled.contains(&net_index) {
                unsettled.push(net_index);
            }
        });
        while let Some(Reverse((at, vm))) = self.travelling.peek().copied()
            && at <= now
        {
            self.travelling.pop();
            ended.push(vm);
        }
        ended.sort_unstable();
        for vm in ended.drain(..) {
            self.step_done(vm as usize, observer);
        }
        self.ended = ended;
        self.go_on(observer);
    }

    /// Starts on the next logs of VMs that have just applied one, and grants slots, until neither has anything to do.
    pub(super) fn go_on<O: Observer>(&mut self, observer: &mut O) {
        loop {
            while let Some(vm) = self.pending.pop() {
                self.begin(vm as usize, observer);
            }
            self.grant(observer);
            if self.pending.is_empty() {
                return;
            }
        }
    }

    fn step_done<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        match self.replicas[vm].stage {
            Stage::Sending => {
                self.release_slot(vm);
                self.sent(vm, observer);
            }
            Stage::Travelling => self.arrived(vm, observer),
            Stage::Applying => self.applied(vm, observer),
            Stage::Idle | Stage::Waiting | Stage::Parked | Stage::Broken | Stage::Held => {
                unreachable!("only a flow or a journey ends")
            }
        }
    }

    /// Ticks and overdue cuts due now, by VM; then grants slots.
    pub(super) fn cut_due<O: Observer>(&mut self, observer: &mut O) {
        let mut due = std::mem::take(&mut self.due);
        due.extend(self.late.drain(..).map(|vm| (vm, true)));
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

    fn tick<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        match self.replicas[vm].tracking {
            Tracking::On => {}
            Tracking::Off => {
                self.replicas[vm].tally.ticks += u64::from(self.lives[vm].told.cycling);
                return;
            }
            Tracking::Quiet => return self.quiet_tick(vm, observer),
            Tracking::Unprotected | Tracking::Stopped | Tracking::OffStopped => return,
        }
        if self.replicas[vm].special {
            return self.special_tick(vm, observer);
        }
        self.replicas[vm].tally.ticks += 1;
        if self.log_too_large(vm) {
            self.outgrown(vm, observer);
            return;
        }
        self.cut_or_wait(vm, observer);
    }

    /// What a tick does about the log: an idle VM is cut, a busy one as its policy says.
    pub(super) fn cut_or_wait<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        match (self.replicas[vm].stage, self.rules_of(vm).overrun) {
            (Stage::Idle, _) => self.cut(vm, true, observer),
            (_, Overrun::Queue) if self.replicas[vm].depth >= self.depth_max => {}
            (_, Overrun::Queue) => self.cut(vm, true, observer),
            (_, Overrun::CutWhenDone) => self.replicas[vm].overdue = true,
            (_, Overrun::NextTick) => {}
        }
    }

    fn late_cut<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let replica = &self.replicas[vm];
        let is_tracked = matches!(replica.tracking, Tracking::On | Tracking::Quiet);
        if replica.overdue && replica.stage == Stage::Idle && is_tracked && !self.lives[vm].suspended {
            self.cut(vm, false, observer);
        }
    }

    /// Whether the log, open and unsent, has outgrown the policy's share of the disks (fact 1.20); looked at on each tick.
    pub(super) fn log_too_large(&mut self, vm: usize) -> bool {
        let limit = self.replicas[vm].resync_bytes;
        if limit == u64::MAX {
            return false;
        }
        let written = self.written(vm);
        let replica = &self.replicas[vm];
        let made_good = if replica.special { self.lives[vm].copy.map_or(0, |copy| copy.raw) } else { 0 };
        written - replica.cut_written + (replica.queued - made_good) > limit
    }

    /// Closes the open log.
    pub(super) fn cut<O: Observer>(&mut self, vm: usize, at_tick: bool, observer: &mut O) {
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
            app_consistent: replica.special && std::mem::take(&mut self.lives[vm].app_due),
            next: NONE,
        };
        replica.overdue = false;
        replica.depth += 1;
        replica.cut_at = now;
        replica.cut_written = written;
        replica.queued += raw;
        replica.tally.largest_log = replica.tally.largest_log.max(raw);
        self.append(vm, log);
        if self.replicas[vm].stage == Stage::Idle {
            self.spend::<O>(vm, Cause::Interval);
            self.begin(vm, observer);
        }
    }

    /// The log joins the end of the VM's chain.
    pub(super) fn append(&mut self, vm: usize, log: Log) {
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
        let replica = &mut self.replicas[vm];
        match replica.last_log {
            NONE => replica.first_log = index,
            last => self.logs[last as usize].next = index,
        }
        replica.last_log = index;
    }

    /// Starts on the oldest log, or falls idle. An empty log uses no slot and no link.
    pub(super) fn begin<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        loop {
            let replica = &mut self.replicas[vm];
            if replica.first_log == NONE {
                replica.stage = Stage::Idle;
                if replica.overdue {
                    self.late.push(small(vm));
                } else if replica.special {
                    self.fall_idle(vm);
                }
                return;
            }
            let log = &self.logs[replica.first_log as usize];
            if log.unsent > 0 || log.unique > 0 {
                if replica.special && self.lives[vm].suspended {
                    replica.stage = Stage::Held;
                    return;
                }
                return match log.unsent {
                    0 => self.arrived(vm, observer),
                    _ => self.try_to_send(vm, observer),
                };
            }
            self.retire(vm, observer);
        }
    }

    /// Asks for a slot, or counts a failed attempt where there is no route.
    pub(super) fn try_to_send<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let now = self.now;
        let replica = &mut self.replicas[vm];
        if !replica.routed() {
            self.broken(vm);
            return;
        }
        let host = replica.host;
        match self.hosts[host as usize].total {
            None => self.send(vm, observer),
            Some(_) => {
                replica.stage = Stage::Waiting;
                replica.ready = now;
                self.hosts[host as usize].waiting.insert((now, small(vm)));
                self.grantable.push(host);
            }
        }
    }

    /// Gives free slots to those who wait, first come, first served.
    pub(super) fn grant<O: Observer>(&mut self, observer: &mut O) {
        while let Some(host) = self.grantable.pop() {
            let slots = &mut self.hosts[host as usize];
            let free = slots.total.is_none_or(|total| slots.used < total);
            if free && let Some((_, vm)) = slots.waiting.pop_first() {
                slots.change(self.now, slots.used + 1);
                self.grantable.push(host);
                self.spend::<O>(vm as usize, Cause::Slots);
                self.send(vm as usize, observer);
            }
        }
    }

    pub(super) fn release_slot(&mut self, vm: usize) {
        let host = self.replicas[vm].host;
        let slots = &mut self.hosts[host as usize];
        if slots.total.is_some() {
            slots.change(self.now, slots.used - 1);
            self.grantable.push(host);
        }
    }

    pub(super) fn send<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let replica = &mut self.replicas[vm];
        replica.stage = Stage::Sending;
        if replica.unlimited {
            self.release_slot(vm);
            self.sent(vm, observer);
            return;
        }
        replica.need = self.logs[replica.first_log as usize].unsent;
        replica.tag = self.nets[0].start(self.now, replica.class, small(vm), replica.need);
        self.snapshot::<O>(vm);
        self.touch(0);
    }

    /// Remembers what the VM's class has been bound by so far.
    pub(super) fn snapshot<O: Observer>(&mut self, vm: usize) {
        if O::CAUSES {
            let ledger = &mut self.ledgers[vm];
            ledger.snapshot.clear();
            ledger.snapshot.extend_from_slice(self.nets[0].bound(self.now, self.replicas[vm].class));
        }
    }

    fn sent<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        self.spend_sending::<O>(vm, self.replicas[vm].class);
        let replica = &mut self.replicas[vm];
        self.logs[replica.first_log as usize].unsent = 0;
        if replica.latency == 0 {
            self.arrived(vm, observer);
        } else {
            replica.stage = Stage::Travelling;
            self.travelling.push(Reverse((self.now.saturating_add(replica.latency), small(vm))));
        }
    }

    /// The whole log is at the replica's host, if that still stands.
    fn arrived<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if self.replicas[vm].stage == Stage::Travelling {
            self.spend::<O>(vm, Cause::Latency);
        }
        let replica = &mut self.replicas[vm];
        if !self.network.host_up(replica.target as usize) {
            let log = replica.first_log as usize;
            self.logs[log].unsent = self.whole(vm, &self.logs[log]);
            self.broken(vm);
            if !matches!(self.replicas[vm].tracking, Tracking::On | Tracking::Quiet) {
                self.reopen::<O>(vm);
            } else if self.lives[vm].suspended {
                self.hold::<O>(vm);
            }
            return;
        }
        replica.attempts = 0;
        self.apply(vm, observer);
    }

    /// Starts to apply the oldest log, which has arrived.
    pub(super) fn apply<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let replica = &mut self.replicas[vm];
        if !self.network.host_up(replica.target as usize) || !self.volumes_up[replica.volume as usize] {
            replica.stage = Stage::Parked;
            return;
        }
        let net = 1 + replica.volume as usize;
        if !self.nets[net].limits() {
            self.applied(vm, observer);
            return;
        }
        replica.stage = Stage::Applying;
        let unique = self.logs[replica.first_log as usize].unique;
        replica.need = u128::from(unique) * u128::from(MICROS);
        let class = self.nets[net].class(&[0], 1, None);
        replica.tag = self.nets[net].start(self.now, class, small(vm), replica.need);
        self.touch(net);
    }

    fn applied<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if matches!(self.replicas[vm].stage, Stage::Applying | Stage::Parked) {
            self.spend::<O>(vm, Cause::Apply);
        }
        self.retire(vm, observer);
        self.pending.push(small(vm));
    }

    /// The oldest log is the newest recovery point now.
    fn retire<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let interval = self.rules_of(vm).interval;
        let replica = &mut self.replicas[vm];
        let index = replica.first_log;
        let log = &self.logs[index as usize];
        replica.first_log = log.next;
        if log.next == NONE {
            replica.last_log = NONE;
        }
        replica.newest = log.cut;
        replica.depth -= 1;
        replica.queued -= log.raw;
        replica.tally.applied += log.raw;
        replica.tally.applied_logs += 1;
        let on_time = log.at_tick && self.now - log.cut <= interval;
        replica.tally.successes += u64::from(on_time);
        let ledger = &mut self.ledgers[vm];
        let is_point = !replica.special || !self.lives[vm].placeholder;
        let applied = Applied {
            vm,
            cut: log.cut,
            previous: log.previous,
            at: self.now,
            raw: log.raw,
            wire: log.wire,
            on_time,
            app_consistent: log.app_consistent,
            is_copy: log.is_copy,
            causes: &ledger.current,
        };
        if is_point {
            observer.applied(applied);
        }
        if O::CAUSES {
            for (cause, time) in ledger.current.drain(..) {
                add(&mut ledger.total, cause, time);
            }
        }
        self.free_logs.push(index);
        if self.replicas[vm].special {
            self.retired_specially(vm, index, observer);
        }
    }

    /// An attempt failed now: the next comes after the back-off, or when a route exists.
    pub(super) fn broken(&mut self, vm: usize) {
        let retry = self.rules_of(vm).retry;
        let replica = &mut self.replicas[vm];
        replica.stage = Stage::Broken;
        if retry == Retry::BackOff {
            let attempt = usize::from(replica.attempts).min(BACK_OFF_MINUTES.len() - 1);
            replica.attempts = replica.attempts.saturating_add(1);
            replica.ready = self.now.saturating_add(BACK_OFF_MINUTES[attempt] * 60 * MICROS);
            self.retries.insert((replica.ready, small(vm)));
        }
    }

    /// Attempts due now, by VM.
    pub(super) fn retry<O: Observer>(&mut self, observer: &mut O) {
        while let Some((at, vm)) = self.retries.first().copied()
            && at == self.now
        {
            self.retries.pop_first();
            self.spend::<O>(vm as usize, Cause::PathDown);
            self.try_to_send(vm as usize, observer);
        }
        self.go_on(observer);
    }

    /// Bytes written to the VM's replicated disks up to now.
    pub(super) fn written(&mut self, vm: usize) -> u64 {
        let replica = &self.replicas[vm];
        match replica.tracking {
            Tracking::Stopped | Tracking::OffStopped | Tracking::Quiet => replica.stopped_at,
            Tracking::Unprotected if !self.running(vm) => replica.stopped_at,
            Tracking::On | Tracking::Off | Tracking::Unprotected => {
                self.would_have_written(vm) - self.replicas[vm].skipped
            }
        }
    }

    /// Bytes that the VM's churn comes to by now, whether it ran or not.
    pub(super) fn would_have_written(&mut self, vm: usize) -> u64 {
        let now = self.now;
        let range = self.replicas[vm].sources.clone();
        let range = range.start as usize..range.end as usize;
        let layers = self.sources[range.clone()].iter_mut().zip(&self.kinds[range]);
        layers.map(|(source, kind)| source.written(kind, now)).sum()
    }

    pub(super) fn rules_of(&self, vm: usize) -> &Rules {
        &self.rules[self.replicas[vm].rules as usize]
    }

    /// Books the time since the last booking to `cause`.
    pub(super) fn spend<O: Observer>(&mut self, vm: usize, cause: Cause) {
        if O::CAUSES {
            let ledger = &mut self.ledgers[vm];
            add(&mut ledger.current, cause, self.now - ledger.since);
            ledger.since = self.now;
        }
    }

    /// Books the time of a flow that ends now to what bound it.
    pub(super) fn spend_sending<O: Observer>(&mut self, vm: usize, class: u32) {
        if !O::CAUSES || class == NONE {
            return;
        }
        let ledger = &mut self.ledgers[vm];
        self.nets[0].bound(self.now, class);
        let (path, bound) = (self.nets[0].path(class), self.nets[0].bound_so_far(class));
        for (slot, (now, before)) in bound.iter().zip(&ledger.snapshot).enumerate() {
            let cause = match path.get(slot / 2) {
                Some(resource) => Cause::Resource(*resource, slot % 2 == 1),
                None => Cause::StreamCap,
            };
            add(&mut ledger.current, cause, now - before);
        }
        ledger.since = self.now;
    }
}

fn small(vm: usize) -> u32 {
    u32::try_from(vm).expect("fewer than 2^32 VMs")
}

impl Replica {
    pub(super) fn routed(&self) -> bool {
        self.class != NONE || self.unlimited
    }
}
