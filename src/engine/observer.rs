//! Who watches the kernel. An observer is chosen at compile time and cannot change a run.

use serde::Serialize;

/// What kept the newest recovery point from being newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Cause {
    /// Nothing was under way: the next cut was not due.
    Interval,
    /// The log waited for one of its host's send slots.
    Slots,
    /// It was sent, and this resource was its bottleneck, by its rate (`false`) or by a throttle in force (`true`).
    Resource(u32, bool),
    /// It was sent, and its own stream's cap bound.
    StreamCap,
    /// Sent, and not yet arrived.
    Latency,
    /// It was applied, or waited for its replica's host or volume to work again.
    Apply,
    /// No route, or backing off after a break.
    PathDown,
    /// Resynchronisation is required: writes are not tracked (fact 1.24).
    TrackingOff,
    /// Replication was paused.
    Suspended,
}

/// A log that has become the newest recovery point of its VM.
#[derive(Clone, Copy, Debug)]
pub struct Applied<'a> {
    /// Index of the VM.
    pub vm: usize,
    /// When it was cut: its age counts from here. µs.
    pub cut: u64,
    /// The cut of the point it replaces, µs.
    pub previous: u64,
    /// Now, µs.
    pub at: u64,
    /// Bytes written between the two cuts.
    pub raw: u64,
    /// Bytes it took on the wire.
    pub wire: u64,
    /// Whether it was cut at a tick and applied by the next one: a successful cycle.
    pub on_time: bool,
    /// Whether it is app-consistent.
    pub app_consistent: bool,
    /// Whether it is a copy (initial replication or resynchronisation), not a log: no cycle.
    pub is_copy: bool,
    /// How the time since the point before was applied was spent; empty unless the observer asks for it.
    pub causes: &'a [(Cause, u64)],
}

/// A log or a copy that has left its source.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// Index of the VM.
    pub vm: usize,
    /// When it was cut, µs.
    pub cut: u64,
    /// Now, µs.
    pub at: u64,
    /// Bytes that applying it writes.
    pub unique: u64,
}

/// Sees every recovery point appear.
pub trait Observer {
    /// Whether the kernel shall account for causes.
    const CAUSES: bool;

    /// Whether the kernel shall keep the largest backlogs of links.
    const BACKLOGS: bool = false;

    /// A new point.
    fn applied(&mut self, applied: Applied<'_>);

    /// The VM stopped, was failed over, lost its relationship or ended with the run: its age is no longer counted.
    fn stopped(&mut self, vm: usize, at: u64);

    /// It runs, protected, with a newest point cut at `newest`: its age is counted from now on. Also called at the first
    /// point of a relationship that begins in the run, and when replication in the other direction has its first point.
    fn started(&mut self, vm: usize, at: u64, newest: u64);

    /// Its ticks count as expected cycles from now on, or no longer: the VM runs, is tracked and past its first copy, or not.
    fn cycling(&mut self, vm: usize, at: u64, on: bool);

    /// It follows another grid of ticks: phase and interval, µs.
    fn regridded(&mut self, vm: usize, at: u64, phase: u64, interval: u64);

    /// Its oldest log cannot be sent from now on, or no longer: there is no route, or it backs off after a break.
    fn blocked(&mut self, _vm: usize, _at: u64, _on: bool) {}

    /// The last byte of a log or a copy has left its source: whatever happens there from now on, it is received and applied.
    fn sent(&mut self, _sent: Sent) {}

    /// A log or a copy is received whole; it has still to be applied. One without bytes to send is received as it is applied.
    fn received(&mut self, _vm: usize, _at: u64) {}

    /// An operator resets its statistics.
    fn reset(&mut self, _vm: usize, _at: u64) {}

    /// An app-consistent snapshot was due and could not be taken (fact 2.6).
    fn snapshot_failed(&mut self, _vm: usize, _at: u64) {}
}

/// Ignores everything: for runs of which only the kernel itself is asked.
impl Observer for () {
    const CAUSES: bool = false;
    fn applied(&mut self, _: Applied<'_>) {}
    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64, _: u64) {}
    fn cycling(&mut self, _: usize, _: u64, _: bool) {}
    fn regridded(&mut self, _: usize, _: u64, _: u64, _: u64) {}
}

/// Two observers of one run, each of which sees every call.
impl<A: Observer, B: Observer> Observer for (A, B) {
    const CAUSES: bool = A::CAUSES || B::CAUSES;
    const BACKLOGS: bool = A::BACKLOGS || B::BACKLOGS;

    fn applied(&mut self, applied: Applied<'_>) {
        self.0.applied(applied);
        self.1.applied(applied);
    }

    fn stopped(&mut self, vm: usize, at: u64) {
        self.0.stopped(vm, at);
        self.1.stopped(vm, at);
    }

    fn started(&mut self, vm: usize, at: u64, newest: u64) {
        self.0.started(vm, at, newest);
        self.1.started(vm, at, newest);
    }

    fn cycling(&mut self, vm: usize, at: u64, on: bool) {
        self.0.cycling(vm, at, on);
        self.1.cycling(vm, at, on);
    }

    fn regridded(&mut self, vm: usize, at: u64, phase: u64, interval: u64) {
        self.0.regridded(vm, at, phase, interval);
        self.1.regridded(vm, at, phase, interval);
    }

    fn blocked(&mut self, vm: usize, at: u64, on: bool) {
        self.0.blocked(vm, at, on);
        self.1.blocked(vm, at, on);
    }

    fn sent(&mut self, sent: Sent) {
        self.0.sent(sent);
        self.1.sent(sent);
    }

    fn received(&mut self, vm: usize, at: u64) {
        self.0.received(vm, at);
        self.1.received(vm, at);
    }

    fn reset(&mut self, vm: usize, at: u64) {
        self.0.reset(vm, at);
        self.1.reset(vm, at);
    }

    fn snapshot_failed(&mut self, vm: usize, at: u64) {
        self.0.snapshot_failed(vm, at);
        self.1.snapshot_failed(vm, at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The calls it saw.
    #[derive(Debug, Default, PartialEq)]
    struct Calls(Vec<String>);

    impl Observer for Calls {
        const CAUSES: bool = true;

        fn applied(&mut self, applied: Applied<'_>) {
            self.0.push(format!("{applied:?}"));
        }
        fn stopped(&mut self, vm: usize, at: u64) {
            self.0.push(format!("stopped {vm} {at}"));
        }
        fn started(&mut self, vm: usize, at: u64, newest: u64) {
            self.0.push(format!("started {vm} {at} {newest}"));
        }
        fn cycling(&mut self, vm: usize, at: u64, on: bool) {
            self.0.push(format!("cycling {vm} {at} {on}"));
        }
        fn regridded(&mut self, vm: usize, at: u64, phase: u64, interval: u64) {
            self.0.push(format!("regridded {vm} {at} {phase} {interval}"));
        }
        fn blocked(&mut self, vm: usize, at: u64, on: bool) {
            self.0.push(format!("blocked {vm} {at} {on}"));
        }
        fn sent(&mut self, sent: Sent) {
            self.0.push(format!("{sent:?}"));
        }
        fn received(&mut self, vm: usize, at: u64) {
            self.0.push(format!("received {vm} {at}"));
        }
        fn reset(&mut self, vm: usize, at: u64) {
            self.0.push(format!("reset {vm} {at}"));
        }
        fn snapshot_failed(&mut self, vm: usize, at: u64) {
            self.0.push(format!("snapshot_failed {vm} {at}"));
        }
    }

    fn call_all(it: &mut impl Observer) {
        it.applied(Applied {
            vm: 1,
            cut: 2,
            previous: 1,
            at: 3,
            raw: 4,
            wire: 5,
            on_time: true,
            app_consistent: false,
            is_copy: false,
            causes: &[(Cause::Interval, 1)],
        });
        it.stopped(2, 4);
        it.started(3, 5, 4);
        it.cycling(4, 6, true);
        it.regridded(5, 7, 1, 2);
        it.blocked(6, 8, true);
        it.received(7, 9);
        it.reset(8, 10);
        it.snapshot_failed(9, 11);
        it.sent(Sent { vm: 10, cut: 11, at: 12, unique: 13 });
    }

    #[test]
    fn both_of_two_observers_see_every_call() {
        let mut alone = Calls::default();
        call_all(&mut alone);
        assert_eq!(alone.0.len(), 10);
        let mut both = (Calls::default(), Calls::default());
        call_all(&mut both);
        assert_eq!(both, (Calls(alone.0.clone()), alone));
    }

    #[test]
    fn causes_are_accounted_for_when_one_of_them_asks() {
        const { assert!(<(Calls, ()) as Observer>::CAUSES && <((), Calls) as Observer>::CAUSES) };
        const { assert!(!<((), ()) as Observer>::CAUSES) };
    }
}
