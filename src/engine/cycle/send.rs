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
    pub(in crate::engine) fn try_to_send<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let now = self.now;
        let replica = &mut self.replicas[row];
        if !replica.routed() {
            self.broken(row, observer);
            return;
        }
        if replica.stage == Stage::Broken {
            replica.stage = Stage::Waiting;
            self.tell_blocked(row, observer);
        }
        let replica = &mut self.replicas[row];
        let host = replica.host;
        match self.hosts[host as usize].total {
            None => self.send(row, observer),
            Some(_) => {
                replica.stage = Stage::Waiting;
                replica.ready = now;
                self.hosts[host as usize].wait((now, self.order.name(row)));
                self.grantable.push(host);
            }
        }
    }

    /// Gives free slots to those who wait, first come, first served.
    pub(in crate::engine) fn grant<O: Observer>(&mut self, observer: &mut O) {
        while let Some(host) = self.grantable.pop() {
            let slots = &mut self.hosts[host as usize];
            let free = slots.total.is_none_or(|total| slots.used < total);
            if free && let Some((_, vm)) = slots.waiting.pop_front() {
                slots.change(self.now, slots.used + 1);
                self.grantable.push(host);
                let row = self.order.row(vm as usize);
                self.spend::<O>(row, Cause::Slots);
                self.send(row, observer);
            }
        }
    }

    /// Gives back the slot in which the VM sends.
    pub(in crate::engine) fn release_slot(&mut self, row: usize) {
        let host = self.replicas[row].host;
        let slots = &mut self.hosts[host as usize];
        if slots.total.is_some() {
            slots.change(self.now, slots.used - 1);
            self.grantable.push(host);
        }
    }

    /// Takes the VM out of those that wait for a slot.
    pub(in crate::engine) fn leave_queue(&mut self, row: usize) {
        let replica = &self.replicas[row];
        self.hosts[replica.host as usize].leave((replica.ready, self.order.name(row)));
    }

    /// Starts to send the oldest log, in the slot that the VM has.
    pub(in crate::engine) fn send<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let replica = &mut self.replicas[row];
        replica.stage = Stage::Sending;
        if replica.unlimited {
            self.release_slot(row);
            self.sent(row, observer);
            return;
        }
        replica.need = self.logs[replica.oldest_log()].unsent;
        let need = replica.need;
        let (net, class) = self.classes.at(replica.flow_class());
        replica.tag = self.nets[net].start(self.now, class, small(row), need);
        self.leave_for_link::<O>(row, need);
        self.begin_stream(row);
        self.snapshot::<O>(row);
        self.touch(net);
    }

    /// The last byte of the oldest log is sent: it travels, or arrives at once.
    pub(in crate::engine) fn sent<O: Observer>(&mut self, row: usize, observer: &mut O) {
        self.spend_sending::<O>(row, self.replicas[row].class);
        self.end_stream(row, 0);
        let replica = &mut self.replicas[row];
        let log = &mut self.logs[replica.oldest_log()];
        log.unsent = 0;
        observer.sent(Sent { vm: self.order.vm(row), cut: log.cut, at: self.now, unique: log.unique });
        if replica.latency == 0 {
            self.arrived(row, observer);
        } else {
            replica.stage = Stage::Travelling;
            self.travelling.push(Reverse((self.now.saturating_add(replica.latency), small(row))));
        }
    }

    /// The whole log has come to where the replica's host is: it is applied, or has to be sent again if that host is down.
    pub(in crate::engine) fn arrived<O: Observer>(&mut self, row: usize, observer: &mut O) {
        if self.replicas[row].stage == Stage::Travelling {
            self.spend::<O>(row, Cause::Latency);
        }
        let replica = &mut self.replicas[row];
        if !self.network.host_up(replica.target_host() as usize) {
            let log = replica.oldest_log();
            self.logs[log].unsent = self.whole(row, &self.logs[log]);
            self.backlog.disturb();
            self.broken(row, observer);
            if !matches!(self.replicas[row].tracking, Tracking::On | Tracking::Quiet) {
                self.reopen::<O>(row);
            } else if self.lives[row].suspended {
                self.hold::<O>(row);
            }
            self.tell_blocked(row, observer);
            return;
        }
        replica.attempts = 0;
        observer.received(self.order.vm(row), self.now);
        self.apply(row, observer);
    }

    /// An attempt has failed: the next one is after the back-off, or when there is a route.
    pub(in crate::engine) fn broken<O: Observer>(&mut self, row: usize, observer: &mut O) {
        let retry = self.rules_of(row).retry;
        let replica = &mut self.replicas[row];
        replica.stage = Stage::Broken;
        if retry == Retry::BackOff {
            let attempt = usize::from(replica.attempts).min(BACK_OFF_MINUTES.len() - 1);
            replica.attempts = replica.attempts.saturating_add(1);
            replica.ready = self.now.saturating_add(BACK_OFF_MINUTES[attempt] * 60 * MICROS);
            self.retries.insert((replica.ready, self.order.name(row)));
        }
        self.tell_blocked(row, observer);
    }

    /// Attempts due now, by VM.
    pub(in crate::engine) fn retry<O: Observer>(&mut self, observer: &mut O) {
        while let Some((at, vm)) = self.retries.first().copied()
            && at == self.now
        {
            self.retries.pop_first();
            let row = self.order.row(vm as usize);
            self.spend::<O>(row, Cause::PathDown);
            self.try_to_send(row, observer);
        }
        self.go_on(observer);
    }
}
