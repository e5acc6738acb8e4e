//! What rare events do to replication: VMs stop and start, hosts, volumes and links fail and return.

use super::observer::{Cause, Observer};
use super::state::{Kernel, NONE, Replica, Stage, Tracking};
use crate::data_plane::{Notice, Trigger};
use crate::ids::Id;
use crate::protection::{Interrupted, Retry};
use crate::units::MICROS;

impl Replica {
    /// Whether a log is received, or on its last way, and will be applied.
    pub(super) fn receiving(&self) -> bool {
        matches!(self.stage, Stage::Travelling | Stage::Applying)
    }
}

impl Kernel {
    /// Looks up the VM's path and its class; returns whether either changed.
    pub(super) fn find_route(&mut self, vm: usize) -> bool {
        let replica = &self.replicas[vm];
        if replica.target == NONE {
            return false;
        }
        let path = self.network.path(replica.host as usize, replica.target as usize);
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
                let class = if limited { self.nets[0].class(resources, rules.weight, cap) } else { NONE };
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
    pub(super) fn reroute<O: Observer>(&mut self, concerned: impl Fn(&Replica) -> bool, observer: &mut O) {
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
                    self.broken(vm);
                }
                (Stage::Broken, true) if self.rules_of(vm).retry == Retry::AtRepair => {
                    self.spend::<O>(vm, Cause::PathDown);
                    self.try_to_send(vm, observer);
                }
                (Stage::Waiting | Stage::Broken, _)
                | (Stage::Idle | Stage::Held | Stage::Travelling | Stage::Applying | Stage::Parked, _) => {}
            }
        }
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
        self.broken(vm);
    }

    /// Takes the VM's flow out of its class; returns the micro-bytes not yet sent.
    pub(super) fn take_flow<O: Observer>(&mut self, vm: usize, class: u32) -> u128 {
        let replica = &self.replicas[vm];
        let (tag, need) = (replica.tag, replica.need);
        let flow = u32::try_from(vm).expect("fewer than 2^32 VMs");
        let remaining = self.nets[0].remove(self.now, class, flow, tag, need);
        self.spend_sending::<O>(vm, class);
        self.touch(0);
        remaining
    }

    pub(super) fn leave_queue(&mut self, vm: usize) {
        let replica = &self.replicas[vm];
        let flow = u32::try_from(vm).expect("fewer than 2^32 VMs");
        self.hosts[replica.host as usize].waiting.remove(&(replica.ready, flow));
    }

    /// Applies stop where the replica's host or volume is down, and start again from the beginning where both are up.
    pub(super) fn park_or_apply<O: Observer>(
        &mut self,
        concerned: impl Fn(&Replica) -> bool,
        observer: &mut O,
    ) {
        for vm in 0..self.replicas.len() {
            let replica = &self.replicas[vm];
            if !concerned(replica) || !matches!(replica.stage, Stage::Applying | Stage::Parked) {
                continue;
            }
            let up =
                self.network.host_up(replica.target as usize) && self.volumes_up[replica.volume as usize];
            match (replica.stage == Stage::Applying, up) {
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

    pub(super) fn stop_applying(&mut self, vm: usize) {
        let replica = &self.replicas[vm];
        let net = 1 + replica.volume as usize;
        let (tag, need) = (replica.tag, replica.need);
        let flow = u32::try_from(vm).expect("fewer than 2^32 VMs");
        let class = self.nets[net].class(&[0], 1, None);
        self.nets[net].remove(self.now, class, flow, tag, need);
        self.touch(net);
    }

    /// Drops the logs that are not fully received: what they hold counts as open again.
    pub(super) fn reopen<O: Observer>(&mut self, vm: usize) {
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
            Stage::Idle | Stage::Held | Stage::Travelling | Stage::Applying | Stage::Parked => {}
        }
        let received = matches!(self.replicas[vm].stage, Stage::Travelling | Stage::Applying | Stage::Parked);
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

    /// The VM crashes, or is shut down.
    pub(super) fn stop<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if !self.running(vm) {
            return;
        }
        self.halt(vm);
        let life = &self.lives[vm];
        let loses_copy = (life.copy.is_some() && !self.copy_is_received(vm)) || life.placeholder;
        match self.replicas[vm].tracking {
            Tracking::On if loses_copy => {
                self.stop_tracking(vm, observer);
                self.replicas[vm].tracking = Tracking::OffStopped;
                self.tell(Notice::ResyncRequired(Id::new(vm), Trigger::Crash));
            }
            Tracking::On => {
                self.spend_stage::<O>(vm);
                self.reopen::<O>(vm);
                self.replicas[vm].tracking = Tracking::Stopped;
            }
            Tracking::Off => {
                self.spend_stage::<O>(vm);
                self.reopen::<O>(vm);
                self.replicas[vm].tracking = Tracking::OffStopped;
            }
            Tracking::Unprotected | Tracking::Quiet | Tracking::Stopped | Tracking::OffStopped => {}
        }
        self.live_on(vm, observer);
        self.go_on(observer);
    }

    /// The VM is shut down cleanly.
    pub(super) fn shut_down<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if !self.running(vm) {
            return;
        }
        self.halt(vm);
        self.replicas[vm].tracking = match self.replicas[vm].tracking {
            Tracking::On => Tracking::Quiet,
            Tracking::Off => Tracking::OffStopped,
            other @ (Tracking::Unprotected | Tracking::Quiet | Tracking::Stopped | Tracking::OffStopped) => {
                other
            }
        };
        self.live_on(vm, observer);
    }

    /// It writes nothing more.
    fn halt(&mut self, vm: usize) {
        self.replicas[vm].stopped_at = self.written_so_far(vm);
        self.switches[vm].push(self.now);
        // A guest that is off takes no snapshot.
        self.lives[vm].app_due = false;
    }

    /// The VM runs again, where it is now.
    pub(super) fn start<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if self.running(vm) {
            return;
        }
        self.switches[vm].push(self.now);
        let would = self.would_have_written(vm);
        let crash_resyncs = self.rules_of(vm).crash_resyncs;
        let now = self.now;
        let replica = &mut self.replicas[vm];
        replica.skipped = would - replica.stopped_at;
        let before = replica.tracking;
        replica.tracking = match before {
            Tracking::Stopped if crash_resyncs => Tracking::Off,
            Tracking::Stopped | Tracking::Quiet | Tracking::On => Tracking::On,
            Tracking::OffStopped | Tracking::Off => Tracking::Off,
            Tracking::Unprotected => Tracking::Unprotected,
        };
        self.ledgers[vm].since = now;
        if before == Tracking::Stopped && crash_resyncs {
            self.lives[vm].synchronizing = false;
            self.tell(Notice::ResyncRequired(Id::new(vm), Trigger::Crash));
        }
        self.live_on(vm, observer);
    }

    /// Whether the VM runs: it does from the start, and at each switch no longer or again.
    pub(super) fn running(&self, vm: usize) -> bool {
        self.switches[vm].len().is_multiple_of(2)
    }

    /// Books the running stage's time before it is broken off.
    pub(super) fn spend_stage<O: Observer>(&mut self, vm: usize) {
        let cause = match (self.replicas[vm].tracking, self.replicas[vm].stage) {
            (Tracking::Off, _) => Cause::TrackingOff,
            (_, Stage::Held) => Cause::Suspended,
            (_, Stage::Idle) if self.lives[vm].suspended => Cause::Suspended,
            (_, Stage::Idle) => Cause::Interval,
            (_, Stage::Waiting) => Cause::Slots,
            (_, Stage::Travelling) => Cause::Latency,
            (_, Stage::Applying | Stage::Parked) => Cause::Apply,
            (_, Stage::Broken) => Cause::PathDown,
            (_, Stage::Sending) => return,
        };
        self.spend::<O>(vm, cause);
    }
}
