//! One VM's replication, and what a run came across.

use drsim::engine::state::Tally;

use super::world::Route;

/// Where a VM's oldest log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Idle,
    /// Has applied a log at this instant and not yet looked for its next.
    Between,
    Waiting(u64),
    Sending,
    /// Arrives then.
    Travelling(u64),
    Applying,
    Parked,
    /// Tries again then, or (`None`) when a route appears.
    Broken(Option<u64>),
}

impl Stage {
    pub fn arrives(self) -> Option<u64> {
        if let Stage::Travelling(at) = self { Some(at) } else { None }
    }

    pub fn waits_since(self) -> Option<u64> {
        if let Stage::Waiting(since) = self { Some(since) } else { None }
    }

    pub fn tries_again(self) -> Option<u64> {
        if let Stage::Broken(at) = self { at } else { None }
    }
}

#[derive(Clone, Debug)]
pub struct Log {
    pub cut: u64,
    pub previous: u64,
    pub raw: u64,
    pub unique: u64,
    pub wire: u64,
    /// Micro-bytes still to be sent.
    pub unsent: u128,
    pub at_tick: bool,
}

#[derive(Clone, Debug)]
pub struct Machine {
    pub switches: Vec<u64>,
    pub protected: bool,
    /// Resynchronisation required.
    pub off: bool,
    pub ended: bool,
    pub stage: Stage,
    pub logs: Vec<Log>,
    pub route: Option<Route>,
    pub next_tick: u64,
    pub overdue: bool,
    pub attempts: usize,
    pub cut_at: u64,
    /// Bytes written by the last cut.
    pub cut_written: u64,
    pub newest: u64,
    pub unique_carry: u128,
    pub wire_carry: u128,
    pub tally: Tally,
}

/// How often something worth testing happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    pub breaks: u64,
    pub back_offs_past_third: u64,
    pub reroutes: u64,
    pub moved_flows: u64,
    pub slot_waits: u64,
    pub overdue_cuts: u64,
    pub dropped_ticks: u64,
    pub queued_cuts: u64,
    pub log_resyncs: u64,
    pub crash_resyncs: u64,
    pub parked: u64,
    pub resent: u64,
    pub met_dead_host: u64,
    pub given_up: u64,
    pub dropped_logs: u64,
    pub lost_bytes: u64,
    pub empty_logs: u64,
    pub without_wire: u64,
}

impl Seen {
    pub fn add(&mut self, other: &Self) {
        self.breaks += other.breaks;
        self.back_offs_past_third += other.back_offs_past_third;
        self.reroutes += other.reroutes;
        self.moved_flows += other.moved_flows;
        self.slot_waits += other.slot_waits;
        self.overdue_cuts += other.overdue_cuts;
        self.dropped_ticks += other.dropped_ticks;
        self.queued_cuts += other.queued_cuts;
        self.log_resyncs += other.log_resyncs;
        self.crash_resyncs += other.crash_resyncs;
        self.parked += other.parked;
        self.resent += other.resent;
        self.met_dead_host += other.met_dead_host;
        self.given_up += other.given_up;
        self.dropped_logs += other.dropped_logs;
        self.lost_bytes += other.lost_bytes;
        self.empty_logs += other.empty_logs;
        self.without_wire += other.without_wire;
    }

    pub fn counts(&self) -> [u64; 18] {
        [
            self.breaks,
            self.back_offs_past_third,
            self.reroutes,
            self.moved_flows,
            self.slot_waits,
            self.overdue_cuts,
            self.dropped_ticks,
            self.queued_cuts,
            self.log_resyncs,
            self.crash_resyncs,
            self.parked,
            self.resent,
            self.met_dead_host,
            self.given_up,
            self.dropped_logs,
            self.lost_bytes,
            self.empty_logs,
            self.without_wire,
        ]
    }
}
