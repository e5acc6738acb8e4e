//! What failures do to logs under way: links, hosts and volumes fail and return, routes change, logs are dropped.

use super::migrate::flow_weight;
use crate::engine::index::NONE;
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
    pub(in crate::engine) fn find_route(&mut self, vm: usize) -> bool {
        self.place_replica(vm);
        let replica = &self.replicas[vm];
        if replica.target == NONE {
            return false;
        }
        let port = self.rules[replica.rules as usize].port;
        let path = self.network.path(replica.host as usize, replica.target as usize, Some(port));
        let (class, latency) = match &path {
            None => (NONE, 0),
            Some(path) => {
                let round_trip = 2 * path.latency;
                let rules = &self.rules[replica.rules as usize];
                let window = rules.tcp_window.filter(|_| round_trip > 0);
                let window_cap = window.map(|bytes| {
                    let cap = u128::from(bytes) * u128::from(MICROS) / u128::from(round_trip);
                    u64::try_from(cap).unwrap_or(u64::MAX)
                });
                let copy = self.lives[vm].copy;
                let copy_cap = copy.and_then(|copy| copy.cap);
                let cap = rules.cap.into_iter().chain(window_cap).chain(copy_cap).min();
                let is_silent = copy.is_some_and(|copy| copy.silent.is_some());
                let (resources, cap) =
                    if is_silent { (&[][..], copy_cap) } else { (&path.resources[..], cap) };
                let limited = cap.is_some() || !resources.is_empty();
                let weight = flow_weight(rules.weight, path.weight, self.replicas.len());
                let class = if limited { self.nets[0].class(resources, weight, cap) } else { NONE };
                (class, path.latency)
            }
        };
        let unlimited = path.is_some() && class == NONE;
        let replica = &mut self.replicas[vm];
        let changed = (replica.class, replica.latency, replica.unlimited) != (class, latency, unlimited);
        (replica.class, replica.latency, replica.unlimited) = (class, latency, unlimited);
        changed
    }

    /// Finds new routes for some VMs, in order; flows move with what they have left, or break.
    pub(in crate::engine) fn reroute<O: Observer>(
        &mut self,
        concerned: impl Fn(&Replica) -> bool,
        observer: &mut O,
    ) {
        for vm in 0..self.replicas.len() {
            if !concerned(&self.replicas[vm]) || self.replicas[vm].tracking == Tracking::Unprotected {
                continue;
            }
            let before = self.replicas[vm].class;
            if !self.find_route(vm) {
                continue;
            }
            match (self.replicas[vm].stage, self.replicas[vm].routed()) {
                (Stage::Sending, routed) => self.move_flow(vm, before, routed, observer),
                (Stage::Waiting, false) => {
                    self.leave_queue(vm);
                    self.spend::<O>(vm, Cause::Slots);
                    self.broken(vm, observer);
                }
                (Stage::Broken, true) if self.rules_of(vm).retry == Retry::AtRepair => {
                    self.spend::<O>(vm, Cause::PathDown);
                    self.try_to_send(vm, observer);
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
    fn move_flow<O: Observer>(&mut self, vm: usize, before: u32, routed: bool, observer: &mut O) {
        let remaining = self.take_flow::<O>(vm, before);
        let log = self.replicas[vm].first_log as usize;
        self.logs[log].unsent = remaining;
        if routed {
            self.send(vm, observer);
            return;
        }
        if self.rules_of(vm).interrupted == Interrupted::Resend {
            self.logs[log].unsent = self.whole(vm, &self.logs[log]);
        }
        self.release_slot(vm);
        self.broken(vm, observer);
    }

    /// Takes the VM's flow out of its class; returns the micro-bytes not yet sent.
    pub(in crate::engine) fn take_flow<O: Observer>(&mut self, vm: usize, class: u32) -> u128 {
        let replica = &self.replicas[vm];
        let (tag, need) = (replica.tag, replica.need);
        let flow = u32::try_from(vm).expect("fewer than 2^32 VMs");
        let remaining = self.nets[0].remove(self.now, class, flow, tag, need);
        self.spend_sending::<O>(vm, class);
        self.touch(0);
        remaining
    }

    /// Applies stop where the replica's host or volume is down, and start again from the beginning where both are up.
    pub(in crate::engine) fn park_or_apply<O: Observer>(
        &mut self,
        concerned: impl Fn(&Replica) -> bool,
        observer: &mut O,
    ) {
        for vm in 0..self.replicas.len() {
            let replica = &self.replicas[vm];
            if !concerned(replica)
                || !matches!(replica.stage, Stage::Applying | Stage::Parked | Stage::Queued)
            {
                continue;
            }
            let up =
                self.network.host_up(replica.target as usize) && self.volumes_up[replica.volume as usize];
            match (replica.stage != Stage::Parked, up) {
                (true, false) => {
                    self.stop_applying(vm);
                    self.replicas[vm].stage = Stage::Parked;
                }
                (false, true) => self.apply(vm, observer),
                (true, true) | (false, false) => {}
            }
        }
        self.go_on(observer);
    }

    /// Drops the logs that are not fully received: what they hold counts as open again.
    pub(in crate::engine) fn reopen<O: Observer>(&mut self, vm: usize) {
        match self.replicas[vm].stage {
            Stage::Sending => {
                self.take_flow::<O>(vm, self.replicas[vm].class);
                self.release_slot(vm);
            }
            Stage::Waiting => self.leave_queue(vm),
            Stage::Broken => {
                let flow = u32::try_from(vm).expect("fewer than 2^32 VMs");
                self.retries.remove(&(self.replicas[vm].ready, flow));
            }
            Stage::Idle
            | Stage::Held
            | Stage::Travelling
            | Stage::Applying
            | Stage::Parked
            | Stage::Queued => {}
        }
        let received = matches!(
            self.replicas[vm].stage,
            Stage::Travelling | Stage::Applying | Stage::Parked | Stage::Queued
        );
        let replica = &mut self.replicas[vm];
        let first_dropped = match received {
            true => std::mem::replace(&mut self.logs[replica.first_log as usize].next, NONE),
            false => std::mem::replace(&mut replica.first_log, NONE),
        };
        replica.last_log = replica.first_log;
        if !received {
            replica.stage = Stage::Idle;
        }
        if first_dropped != NONE {
            replica.cut_at = self.logs[first_dropped as usize].previous;
        }
        let mut dropped = first_dropped;
        while dropped != NONE {
            let log = &self.logs[dropped as usize];
            replica.cut_written -= log.raw;
            replica.queued -= log.raw;
            replica.depth -= 1;
            if log.is_copy {
                self.lives[vm].copy = None;
            }
            self.free_logs.push(dropped);
            dropped = log.next;
        }
        replica.overdue = false;
    }
}
