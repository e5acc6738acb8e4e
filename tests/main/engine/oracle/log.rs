//! The life of a log: cut, sent, travelling, applied.

use drsim::ids::Id;
use drsim::protection::{Overrun, Retry};

use super::slow::Slow;
use super::state::{Log, Stage};
use super::world;

const MILLION: u128 = 1_000_000;

/// Minutes from a failed attempt to the next; the last for ever.
const BACK_OFF: [u64; 6] = [1, 2, 4, 8, 10, 30];

impl Slow<'_> {
    pub fn tick(&mut self, vm: usize) {
        if !self.vms[vm].protected || self.vms[vm].ended || !self.running(vm) {
            return;
        }
        self.vms[vm].tally.ticks += 1;
        if self.vms[vm].off {
            return;
        }
        if self.outgrown(vm) {
            self.seen.log_resyncs += 1;
            self.reopen(vm);
            self.vms[vm].off = true;
            return;
        }
        let idle = self.vms[vm].stage == Stage::Idle;
        match self.policy(vm).on_overrun {
            _any if idle => self.cut(vm, true),
            Overrun::Queue => {
                self.seen.queued_cuts += 1;
                self.cut(vm, true);
            }
            Overrun::CutWhenDone => self.vms[vm].overdue = true,
            Overrun::NextTick => self.seen.dropped_ticks += 1,
        }
    }

    /// Open and unapplied bytes exceed the policy's share of all the VM's disks.
    fn outgrown(&self, vm: usize) -> bool {
        let Some(threshold) = self.policy(vm).resync_threshold else { return false };
        let disks: u128 =
            self.scenario.vms[Id::new(vm)].disks.iter().map(|disk| u128::from(disk.size.0)).sum();
        let unapplied: u64 = self.vms[vm].logs.iter().map(|log| log.raw).sum();
        let log = self.written(vm) - self.vms[vm].cut_written + unapplied;
        u128::from(log) > disks * u128::from(threshold.0) / MILLION
    }

    pub fn cut(&mut self, vm: usize, at_tick: bool) {
        let (now, written, policy) = (self.now, self.written(vm), self.policy(vm));
        let machine = &mut self.vms[vm];
        let (raw, window) = (written - machine.cut_written, now - machine.cut_at);
        // ⌊(value × times + carry) ÷ over⌋, the remainder carried to the next log, even where this one is later dropped.
        let scale = |value: u64, times: u64, over: u64, carry: &mut u128| {
            let total = u128::from(value) * u128::from(times) + *carry;
            *carry = total % u128::from(over);
            u64::try_from(total / u128::from(over)).expect("a small log")
        };
        let unique = scale(raw, world::coalescing(policy, window), 1_000_000, &mut machine.unique_carry);
        let overhead = 1_000_000 + u64::from(policy.overhead.0);
        let wire = scale(unique, overhead, u64::from(policy.compression.0), &mut machine.wire_carry);
        let unsent = u128::from(wire) * MILLION;
        machine.logs.push(Log { cut: now, previous: machine.cut_at, raw, unique, wire, unsent, at_tick });
        (machine.overdue, machine.cut_at, machine.cut_written) = (false, now, written);
        machine.tally.largest_log = machine.tally.largest_log.max(raw);
        if machine.stage == Stage::Idle {
            self.begin(vm);
        }
    }

    /// Starts on the oldest log. One without unique bytes is applied at once, one without bytes on the wire arrives at once.
    pub fn begin(&mut self, vm: usize) {
        self.vms[vm].stage = Stage::Idle;
        while let Some(log) = self.vms[vm].logs.first() {
            match (log.unique, log.wire) {
                (0, _) => {
                    self.seen.empty_logs += 1;
                    self.retire(vm);
                }
                (_, 0) => {
                    self.seen.without_wire += 1;
                    return self.arrived(vm);
                }
                _full => return self.try_to_send(vm),
            }
        }
    }

    /// A log that is ready waits for a slot if there are any to wait for.
    pub fn try_to_send(&mut self, vm: usize) {
        let slots = self.scenario.topology.hosts[self.scenario.vms[Id::new(vm)].host].send_slots;
        if self.vms[vm].route.is_none() {
            self.fail(vm);
        } else if slots.is_none() {
            self.send(vm);
        } else {
            self.vms[vm].stage = Stage::Waiting(self.now);
        }
    }

    pub fn send(&mut self, vm: usize) {
        let route = self.vms[vm].route.clone().expect("a ready log has a route");
        self.vms[vm].stage = Stage::Sending;
        if route.resources.is_empty() && route.cap.is_none() {
            self.sent(vm);
        } else {
            let unsent = self.vms[vm].logs[0].unsent;
            let weight = u64::from(self.policy(vm).weight.max(1));
            self.network.start(vm, &route, weight, unsent);
        }
    }

    pub fn sent(&mut self, vm: usize) {
        self.vms[vm].logs[0].unsent = 0;
        let latency = self.vms[vm].route.as_ref().map_or(0, |route| route.latency);
        self.vms[vm].stage = Stage::Travelling(self.now + latency);
        if latency == 0 {
            self.arrived(vm);
        }
    }

    pub fn arrived(&mut self, vm: usize) {
        if self.hosts_up[self.target(vm)] {
            self.vms[vm].attempts = 0;
            self.apply(vm);
            return;
        }
        self.seen.met_dead_host += 1;
        self.vms[vm].logs[0].unsent = u128::from(self.vms[vm].logs[0].wire) * MILLION;
        self.fail(vm);
        // Nothing is sent for a VM that is stopped or to be resynchronised.
        if !self.tracks(vm) {
            self.seen.given_up += 1;
            self.reopen(vm);
        }
    }

    /// A failed attempt is repeated after a back-off that grows until a log gets through, or when a route appears.
    pub fn fail(&mut self, vm: usize) {
        let retry = self.policy(vm).retry;
        let machine = &mut self.vms[vm];
        self.seen.breaks += 1;
        machine.stage = Stage::Broken(match retry {
            Retry::AtRepair => None,
            Retry::BackOff => {
                let minutes = BACK_OFF[machine.attempts.min(BACK_OFF.len() - 1)];
                machine.attempts += 1;
                self.seen.back_offs_past_third += u64::from(machine.attempts > 3);
                Some(self.now + minutes * 60_000_000)
            }
        });
    }

    pub fn apply(&mut self, vm: usize) {
        let volume = self.volume(vm);
        if !self.receives(vm) {
            self.seen.parked += 1;
            self.vms[vm].stage = Stage::Parked;
            return;
        }
        self.vms[vm].stage = Stage::Applying;
        let need = u128::from(self.vms[vm].logs[0].unique) * MILLION;
        match &mut self.volumes[volume] {
            None => self.applied(vm),
            Some(net) => net.start(vm, &[0], 1, None, need),
        }
    }

    pub fn applied(&mut self, vm: usize) {
        self.retire(vm);
        self.vms[vm].stage = Stage::Between;
    }

    /// The oldest log is the newest recovery point now.
    fn retire(&mut self, vm: usize) {
        let interval = self.policy(vm).interval.0;
        let machine = &mut self.vms[vm];
        let log = machine.logs.remove(0);
        machine.newest = log.cut;
        machine.tally.applied += log.raw;
        machine.tally.applied_logs += 1;
        machine.tally.successes += u64::from(log.at_tick && self.now <= log.cut + interval);
        self.applied.push((vm, log.cut, self.now, log.raw));
    }
}
