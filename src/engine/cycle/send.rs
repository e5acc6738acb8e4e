//! A log gets a slot, is sent, travels and is received; or its attempt fails and is repeated. The hot path.

use std::cmp::Reverse;

use crate::engine::index::small;
use crate::engine::observer::{Cause, Observer, Sent};
use crate::engine::state::{Kernel, Stage, Tracking};
use crate::protection::Retry;
use crate::units::MICROS;

/// Delays between attempts, minutes; the last repeats (fact 1.17).
const BACK_OFF_MINUTES: [u64; 6] = [1, 2, 4, 8, 10, 30];

impl Kernel {
    /// Asks for a slot, or counts a failed attempt where there is no route.
    pub(in crate::engine) fn try_to_send<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let now = self.now;
        let replica = &mut self.replicas[vm];
        if !replica.routed() {
            self.broken(vm, observer);
            return;
        }
        if replica.stage == Stage::Broken {
            replica.stage = Stage::Waiting;
            self.tell_blocked(vm, observer);
        }
        let replica = &mut self.replicas[vm];
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
    pub(in crate::engine) fn grant<O: Observer>(&mut self, observer: &mut O) {
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

    /// Gives back the slot in which the VM sends.
    pub(in crate::engine) fn release_slot(&mut self, vm: usize) {
        let host = self.replicas[vm].host;
        let slots = &mut self.hosts[host as usize];
        if slots.total.is_some() {
            slots.change(self.now, slots.used - 1);
            self.grantable.push(host);
        }
    }

    /// Takes the VM out of those that wait for a slot.
    pub(in crate::engine) fn leave_queue(&mut self, vm: usize) {
        let replica = &self.replicas[vm];
        let flow = u32::try_from(vm).expect("fewer than 2^32 VMs");
        self.hosts[replica.host as usize].waiting.remove(&(replica.ready, flow));
    }

    /// Starts to send the oldest log, in the slot that the VM has.
    pub(in crate::engine) fn send<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let replica = &mut self.replicas[vm];
        replica.stage = Stage::Sending;
        if replica.unlimited {
            self.release_slot(vm);
            self.sent(vm, observer);
            return;
        }
        replica.need = self.logs[replica.oldest_log()].unsent;
        let need = replica.need;
        replica.tag = self.nets[0].start(self.now, replica.flow_class(), small(vm), need);
        self.leave_for_link::<O>(vm, need);
        self.begin_stream(vm);
        self.snapshot::<O>(vm);
        self.touch(0);
    }

    /// The last byte of the oldest log is sent: it travels, or arrives at once.
    pub(in crate::engine) fn sent<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        self.spend_sending::<O>(vm, self.replicas[vm].class);
        self.end_stream(vm, 0);
        let replica = &mut self.replicas[vm];
        let log = &mut self.logs[replica.oldest_log()];
        log.unsent = 0;
        observer.sent(Sent { vm, cut: log.cut, at: self.now, unique: log.unique });
        if replica.latency == 0 {
            self.arrived(vm, observer);
        } else {
            replica.stage = Stage::Travelling;
            self.travelling.push(Reverse((self.now.saturating_add(replica.latency), small(vm))));
        }
    }

    /// The whole log has come to where the replica's host is: it is applied, or has to be sent again if that host is down.
    pub(in crate::engine) fn arrived<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        if self.replicas[vm].stage == Stage::Travelling {
            self.spend::<O>(vm, Cause::Latency);
        }
        let replica = &mut self.replicas[vm];
        if !self.network.host_up(replica.target_host() as usize) {
            let log = replica.oldest_log();
            self.logs[log].unsent = self.whole(vm, &self.logs[log]);
            self.backlog.disturb();
            self.broken(vm, observer);
            if !matches!(self.replicas[vm].tracking, Tracking::On | Tracking::Quiet) {
                self.reopen::<O>(vm);
            } else if self.lives[vm].suspended {
                self.hold::<O>(vm);
            }
            self.tell_blocked(vm, observer);
            return;
        }
        replica.attempts = 0;
        observer.received(vm, self.now);
        self.apply(vm, observer);
    }

    /// An attempt has failed: the next one is after the back-off, or when there is a route.
    pub(in crate::engine) fn broken<O: Observer>(&mut self, vm: usize, observer: &mut O) {
        let retry = self.rules_of(vm).retry;
        let replica = &mut self.replicas[vm];
        replica.stage = Stage::Broken;
        if retry == Retry::BackOff {
            let attempt = usize::from(replica.attempts).min(BACK_OFF_MINUTES.len() - 1);
            replica.attempts = replica.attempts.saturating_add(1);
            replica.ready = self.now.saturating_add(BACK_OFF_MINUTES[attempt] * 60 * MICROS);
            self.retries.insert((replica.ready, small(vm)));
        }
        self.tell_blocked(vm, observer);
    }

    /// Attempts due now, by VM.
    pub(in crate::engine) fn retry<O: Observer>(&mut self, observer: &mut O) {
        while let Some((at, vm)) = self.retries.first().copied()
            && at == self.now
        {
            self.retries.pop_first();
            self.spend::<O>(vm as usize, Cause::PathDown);
            self.try_to_send(vm as usize, observer);
        }
        self.go_on(observer);
    }
}
