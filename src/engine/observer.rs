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
    /// How the time since the point before was applied was spent; empty unless the observer asks for it.
    pub causes: &'a [(Cause, u64)],
}

/// Sees every recovery point appear.
pub trait Observer {
    /// Whether the kernel shall account for causes.
    const CAUSES: bool;

    /// A new point.
    fn applied(&mut self, applied: Applied<'_>);

    /// The VM stopped, was failed over or ended with the run: its age is no longer counted.
    fn stopped(&mut self, vm: usize, at: u64);

    /// It runs and is protected again.
    fn started(&mut self, vm: usize, at: u64);
}

/// Sees nothing.
impl Observer for () {
    const CAUSES: bool = false;
    fn applied(&mut self, _: Applied<'_>) {}
    fn stopped(&mut self, _: usize, _: u64) {}
    fn started(&mut self, _: usize, _: u64) {}
}
