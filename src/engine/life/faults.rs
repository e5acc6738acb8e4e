//! What failures do to logs under way: links, hosts and volumes fail and return, routes change, logs are dropped.

use crate::engine::index::{MaybeIndex, small};
use crate::engine::observer::{Cause, Observer};
use crate::engine::state::{Kernel, Replica, Stage, Tracking};
use crate::protection::{Interrupted, Retry};
use crate::units::MICROS;

impl Replica {
    /// Whether a log is received, or on its last way, and will be applied.
    pub(in crate::engine) fn receiving(&self) -> bool {
        matches!(self.stage, Stage::Travelling | Stage::Applying | Stage::Queued)
    }
}

impl Kernel {
    /// Looks up the VM's path and its class; returns whether either changed.
    pub(in crate::engine) fn find_route(&mut self, row: usize) -> bool {
        self.place_replica(row);
        let replica = &self.replicas[row];
        let Some(target) = replica.target.index() else { return false };
        let port = self.rules[replica.rules as usize].port;
        let path = self.network.path(replica.host as usize, target, Some(port));
        let is_routed = path.is_some();
        let (class, latency) = match path {
            None => (MaybeIndex::NONE, 0),
            Some(mut path) => {
                let round_trip = 2 * path.latency;
                let rules = &self.rules[replica.rules as usize];
                let window = rules.tcp_window.filter(|_| round_trip > 0);
                let window_cap = window.map(|bytes| {
                    let cap = u128::from(bytes) * u128::from(MICROS) / u128::from(round_trip);
                    u64::try_from(cap).unwrap_or(u64::MAX)
                });
                let copy = self.lives[row].copy;
                let copy_cap = copy.and_then(|copy| copy.cap);
                let cap = rules.cap.into_iter().chain(window_cap).chain(copy_cap).min();
                let is_silent = copy.is_some_and(|copy| copy.silent.is_some());
                if is_silent {
                    path.resources.clear();
                    path.favour = None;
                }
                let cap = if is_silent { copy_cap } else { cap };
                (self.classes.of(&mut self.nets, &path, rules.weight, cap).into(), path.latency)
            }
        };
        let unlimited = is_routed && class.is_none();
        let replica = &mut self.replicas[row];
        let changed = (replica.class, replica.latency, replica.unlimited) != (class, latency, unlimited);
        (replica.class, replica.latency, replica.unlimited) = (class, latency, unlimited);
        if changed {
            let is_silent = self.lives[row].copy.is_some_and(|copy| copy.silent.is_some());
            self.backlog.lead(row, if is_silent { MaybeIndex::NONE } else { class });
        }
        changed
    }

    /// Finds new routes for some VMs, in order; flows move with what they have left, or break.
    pub(in crate::engine) fn reroute<O: Observer>(
        &mut self,
        concerned: impl Fn(&Replica) -> bool,
        observer: &mut O,
    ) {
        for row in self.order.by_vm() {
            if !concerned(&self.replicas[row]) || self.replicas[row].tracking == Tracking::Unprotected {
                continue;
            }
            let before = self.replicas[row].class;
            if !self.find_route(row) {
                continue;
            }
            match (self.replicas[row].stage, self.replicas[row].routed()) {
                (Stage::Sending, routed) => self.move_flow(row, before, routed, observer),
                (Stage::Waiting, false) => {
                    self.leave_queue(row);
                    self.spend::<O>(row, Cause::Slots);
                    self.broken(row, observer);
                }
                (Stage::Broken, true) if self.rules_of(row).retry == Retry::AtRepair => {
                    self.spend::<O>(row, Cause::PathDown);
                    self.try_to_send(row, observer);
                }
                (Stage::Waiting | Stage::Broken, _)
                | (
                    Stage::Idle
                    | Stage::Held
                    | Stage::Travelling
                    | Stage::Applying
                    | Stage::Parked
                    | Stage::Queued,
                    _,
                ) => {}
            }
        }
        self.reroute_migrations();
        self.go_on(observer);
    }

    /// A flow whose class was `before` goes on by the VM's new route, or breaks where there is none.
    fn move_flow<O: Observer>(&mut self, row: usize, before: MaybeIndex, routed: bool, observer: &mut O) {
        let remaining = self.take_flow::<O>(row, before);
        let log = self.replicas[row].oldest_log();
        self.logs[log].unsent = remaining;
        if routed {
            self.send(row, observer);
            return;
        }
        if self.rules_of(row).interrupted == Interrupted::Resend {
            self.logs[log].unsent = self.whole(row, &self.logs[log]);
            self.streams.forget(self.order.name(row));
        }
        self.release_slot(row);
        self.broken(row, observer);
    }

    /// Takes the VM's flow out of its class; returns the micro-bytes not yet sent.
    pub(in crate::engine) fn take_flow<O: Observer>(&mut self, row: usize, class: MaybeIndex) -> u128 {
        let replica = &self.replicas[row];
        let (tag, need) = (replica.tag, replica.need);
        let class = class.expect("a flow has a class");
        let (net, there) = self.classes.at(class);
        let remaining = self.nets[net].remove(self.now, there, small(row), tag, need);
        self.spend_sending::<O>(row, class.into());
        self.touch(net);
        self.backlog.disturb();
        self.end_stream(row, remaining);
        remaining
    }

    /// Applies stop where the replica's host or volume is down, and start again from the beginning where both are up.
    pub(in crate::engine) fn park_or_apply<O: Observer>(
        &mut self,
        concerned: impl Fn(&Replica) -> bool,
        observer: &mut O,
    ) {
        for row in self.order.by_vm() {
            let replica = &self.replicas[row];
            if !concerned(replica)
                || !matches!(replica.stage, Stage::Applying | Stage::Parked | Stage::Queued)
            {
                continue;
            }
            let (target, volume) = (replica.target_host(), replica.target_volume());
            let up = self.network.host_up(target as usize) && self.volumes_up[volume as usize];
            match (replica.stage != Stage::Parked, up) {
                (true, false) => {
                    self.stop_applying(row);
                    self.replicas[row].stage = Stage::Parked;
                }
                (false, true) => self.apply(row, observer),
                (true, true) | (false, false) => {}
            }
        }
        self.go_on(observer);
    }

    /// Drops the logs that are not fully received: what they hold counts as open again.
    pub(in crate::engine) fn reopen<O: Observer>(&mut self, row: usize) {
        match self.replicas[row].stage {
            Stage::Sending => {
                self.take_flow::<O>(row, self.replicas[row].class);
                self.release_slot(row);
            }
            Stage::Waiting => self.leave_queue(row),
            Stage::Broken => {
                self.retries.remove(&(self.replicas[row].ready, self.order.name(row)));
            }
            Stage::Idle
            | Stage::Held
            | Stage::Travelling
            | Stage::Applying
            | Stage::Parked
            | Stage::Queued => {}
        }
        let received = matches!(
            self.replicas[row].stage,
            Stage::Travelling | Stage::Applying | Stage::Parked | Stage::Queued
        );
        let replica = &mut self.replicas[row];
        let first_dropped = match received {
            true => std::mem::take(&mut self.logs[replica.oldest_log()].next),
            false => std::mem::take(&mut replica.first_log),
        };
        replica.last_log = replica.first_log;
        if !received {
            replica.stage = Stage::Idle;
        }
        if let Some(first) = first_dropped.index() {
            self.backlog.disturb();
            replica.cut_at = self.logs[first].previous;
        }
        let mut next = first_dropped;
        while let Some(dropped) = next.get() {
            let log = &self.logs[dropped as usize];
            replica.cut_written -= log.raw;
            replica.queued -= log.raw;
            replica.depth -= 1;
            if log.is_copy {
                self.lives[row].copy = None;
            }
            self.free_logs.push(dropped);
            next = log.next;
        }
        replica.overdue = false;
    }
}
