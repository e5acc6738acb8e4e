//! A VM's statistics in the product's windows, and the reasons for ill health that its cycles give: exact instants, at the cost of a
//! comparison for each log applied. What is due is counted in closed form.
//!
//! A cycle belongs to the window of its tick; a log's size and latency belong to the window in which it was applied.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::engine::observer::Applied;
use crate::units::Span;

use super::grid::Ticks;
use super::health::{Reason, Reasons};
use super::window::{Instants, Limits, Logs, Window};

/// Without a synchronisation for longer than this, health is a warning (fact 1.41).
pub const BEHIND: Span = Span::seconds(3600);

/// Above this average latency health is not normal (fact 1.43).
pub const LATENCY: Span = Span::seconds(300);

/// Health is a warning when more than one in this many of a window's cycles are missed (fact 1.40: 20 %).
pub const MISSED_ONE_IN: u64 = 5;

/// What watches one VM: here what every log touches, elsewhere the rest.
#[derive(Clone, Debug)]
pub struct Monitor {
    /// The earliest of edge, `missed_at` and `behind_at`. Nothing is due before it.
    next: u64,
    now: u64,
    last: Instants,
    /// Since when the window is under way.
    from: u64,
    /// Its cycles that succeeded so far.
    successes: u64,
    /// What was applied in it.
    logs: Logs,
    reasons: Reasons,
    rest: Box<Rest>,
}

/// What is touched when something is due, or out of the ordinary.
#[derive(Clone, Debug)]
struct Rest {
    limits: Limits,
    edges: Arc<[u64]>,
    next_edge: usize,
    ticks: Ticks,
    /// Since when ticks count; the time before it is in `expected`.
    cycling: Option<u64>,
    /// The last tick of the time before.
    last_tick: u64,
    /// Of the window: cycles so far but those since `cycling`, and app-consistent points that appeared and could not be taken.
    expected: u64,
    window_app_points: u64,
    app_failures: u64,
    closed: VecDeque<Window>,
    omitted: u64,
    app_points: u64,
    /// Misses that are one too many.
    too_many: u64,
    /// As they were last reckoned: successes since have only moved them to later.
    missed_at: u64,
    behind_at: u64,
    changes: Vec<(u64, Reasons)>,
    merged: u64,
}

impl Monitor {
    /// A monitor from the start of the run. `edges`: [`super::grid::window_edges`]. `replicating`: with a point cut at the start.
    pub fn new(edges: Arc<[u64]>, ticks: Ticks, replicating: bool, limits: Limits) -> Monitor {
        let begun = replicating.then_some(0);
        let rest = Rest {
            limits,
            edges,
            next_edge: 0,
            ticks,
            cycling: begun,
            last_tick: 0,
            expected: 0,
            window_app_points: 0,
            app_failures: 0,
            closed: VecDeque::new(),
            omitted: 0,
            app_points: 0,
            too_many: u64::MAX,
            missed_at: u64::MAX,
            behind_at: u64::MAX,
            changes: Vec::new(),
            merged: 0,
        };
        let mut monitor = Monitor {
            next: 0,
            now: 0,
            last: Instants { received: begun, applied: begun, app_consistent: None },
            from: 0,
            successes: 0,
            logs: Logs::default(),
            reasons: Reasons::NONE,
            rest: Box::new(rest),
        };
        monitor.reckon();
        monitor
    }

    /// The same VM from `at` on; windows and reasons before it are left out, and the window under way keeps its counts.
    pub fn fork(&self, at: u64) -> Monitor {
        let rest = Rest {
            edges: Arc::clone(&self.rest.edges),
            closed: VecDeque::new(),
            changes: Vec::new(),
            omitted: 0,
            app_points: 0,
            merged: 0,
            ..*self.rest
        };
        let mut fork = Monitor { rest: Box::new(rest), ..*self };
        if self.reasons != Reasons::NONE {
            fork.rest.changes.push((at, self.reasons));
        }
        fork
    }

    /// A log or a copy is applied.
    pub fn applied(&mut self, applied: &Applied<'_>) {
        let at = applied.at;
        self.pass(at);
        self.last.applied = Some(at);
        if applied.wire == 0 {
            self.last.received = Some(at);
        }
        if applied.app_consistent {
            self.last.app_consistent = Some(at);
            self.rest.window_app_points += 1;
            self.rest.app_points += 1;
        }
        if !applied.is_copy {
            let latency = at - applied.cut;
            let logs = &mut self.logs;
            logs.count += 1;
            logs.size = logs.size.saturating_add(applied.wire);
            logs.size_max = logs.size_max.max(applied.wire);
            logs.latency = logs.latency.saturating_add(latency);
            logs.latency_max = logs.latency_max.max(latency);
            let slow = u128::from(logs.latency) > u128::from(LATENCY.0) * u128::from(logs.count);
            if slow != self.reasons.contains(Reason::Latency) {
                self.set(at, Reason::Latency, slow);
            }
            if applied.on_time {
                self.succeeded(applied.cut);
            }
        }
        if self.reasons.contains(Reason::Behind) {
            self.set(at, Reason::Behind, false);
            self.find_next();
        }
    }

    /// A log or a copy is received whole.
    pub fn received(&mut self, at: u64) {
        self.pass(at);
        self.last.received = Some(at);
    }

    /// Its oldest log cannot be sent from now on, or no longer (fact 1.42).
    pub fn blocked(&mut self, at: u64, on: bool) {
        self.pass(at);
        self.set(at, Reason::CannotSend, on);
    }

    /// An app-consistent snapshot could not be taken (fact 2.6).
    pub fn snapshot_failed(&mut self, at: u64) {
        self.pass(at);
        self.rest.app_failures += 1;
    }

    /// An operator resets the statistics: the window ends, and another begins that lasts to the next edge of the grid (fact 1.53).
    pub fn reset(&mut self, at: u64) {
        self.pass(at);
        if self.from < at {
            self.close(at);
        }
        self.renew(at);
    }

    fn succeeded(&mut self, tick: u64) {
        if tick >= self.from {
            self.successes += 1;
        } else if let Some(window) = self.rest.closed.iter_mut().rev().find(|window| window.from <= tick) {
            window.successes += 1;
        }
    }

    /// Its relationship has a point from now on.
    pub fn started(&mut self, at: u64) {
        self.pass(at);
        if self.last.applied.is_none() {
            (self.last.received, self.last.applied) = (Some(at), Some(at));
            self.find_next();
        }
    }

    /// Its ticks count from now on, or no longer.
    pub fn cycling(&mut self, at: u64, on: bool) {
        if on == self.rest.cycling.is_some() {
            return;
        }
        self.pass(at);
        match on {
            true => self.rest.cycling = Some(at),
            false => self.take_ticks(at),
        }
        self.reckon();
    }

    /// Its ticks fall elsewhere from now on.
    pub fn regridded(&mut self, at: u64, ticks: Ticks) {
        self.pass(at);
        let was = self.rest.cycling;
        self.take_ticks(at);
        self.rest.ticks = ticks;
        self.rest.cycling = was.map(|_| at);
        self.reckon();
    }

    /// Closes the last window at the end of the run, of whose ticks `undecided` may still succeed.
    pub fn finish(&mut self, at: u64, undecided: u64) {
        self.pass(at);
        if self.rest.missed_at == at {
            self.set(at, Reason::Missed, true);
        }
        if self.from < at {
            self.close(at);
        }
        let mut left = undecided;
        for window in self.rest.closed.iter_mut().rev() {
            window.undecided = left.min(window.expected - window.successes.min(window.expected));
            left -= window.undecided;
        }
    }

    /// Closed windows, the last ones of all, and how many are left out.
    pub fn windows(&self) -> (impl Iterator<Item = &Window>, u64) {
        (self.rest.closed.iter(), self.rest.omitted)
    }

    /// Reasons from each instant on, and how many changes were merged into the last of them.
    pub fn changes(&self) -> (&[(u64, Reasons)], u64) {
        (&self.rest.changes, self.rest.merged)
    }

    /// App-consistent points that appeared.
    pub fn app_points(&self) -> u64 {
        self.rest.app_points
    }

    /// Ticks up to now go into the window's account, and cycling ends.
    fn take_ticks(&mut self, at: u64) {
        if let Some(since) = self.rest.cycling.take() {
            let since = since.max(self.from);
            let count = self.rest.ticks.within(since, at);
            self.rest.expected += count;
            if count > 0 {
                self.rest.last_tick = self.rest.ticks.nth(self.rest.ticks.before(at) - 1);
            }
        }
    }

    fn edge(&self) -> u64 {
        self.rest.edges.get(self.rest.next_edge).copied().unwrap_or(u64::MAX)
    }

    /// All that time has brought before `now`: reasons strictly before it, new windows also at it.
    #[inline]
    fn pass(&mut self, now: u64) {
        if self.next <= now {
            self.pass_what_is_due(now);
        }
        self.now = now;
    }

    fn pass_what_is_due(&mut self, now: u64) {
        self.find_next();
        while self.next <= now {
            self.now = self.next;
            let edge = self.edge();
            if edge <= self.rest.missed_at.min(self.rest.behind_at) && edge <= now {
                self.rest.next_edge += 1;
                self.close(edge);
                self.renew(edge);
            } else if self.next == now {
                break;
            } else if self.rest.missed_at <= self.rest.behind_at {
                self.set(self.rest.missed_at, Reason::Missed, true);
                self.rest.too_many = u64::MAX;
            } else {
                self.set(self.rest.behind_at, Reason::Behind, true);
            }
            self.find_next();
        }
    }

    fn close(&mut self, at: u64) {
        let was = self.rest.cycling;
        self.take_ticks(at);
        self.rest.cycling = was.map(|_| at);
        let Rest { expected, window_app_points, app_failures, .. } = *self.rest;
        let window = Window {
            from: self.from,
            to: at,
            expected,
            successes: self.successes,
            undecided: 0,
            logs: self.logs,
            app_points: window_app_points,
            app_failures,
            last: self.last,
        };
        let Rest { closed, omitted, limits, .. } = &mut *self.rest;
        if closed.len() == limits.windows {
            closed.pop_front();
            *omitted += 1;
        }
        closed.push_back(window);
    }

    /// Counters are zero again, and what they told with them (facts 1.45, 1.53).
    fn renew(&mut self, at: u64) {
        (self.from, self.successes, self.logs) = (at, 0, Logs::default());
        (self.rest.expected, self.rest.window_app_points, self.rest.app_failures) = (0, 0, 0);
        let kept = self.reasons.without(Reason::Missed).without(Reason::Latency);
        if kept != self.reasons {
            self.change(at, kept);
        }
        self.reckon();
    }

    /// How many misses are too many of the window's cycles: those counted so far, and those to come if it goes on cycling.
    fn reckon(&mut self) {
        let from = self.rest.cycling.unwrap_or(u64::MAX).max(self.from);
        let whole = self.rest.expected.saturating_add(self.rest.ticks.within(from, self.edge()));
        self.rest.too_many = whole / MISSED_ONE_IN + 1;
        if self.reasons.contains(Reason::Missed) {
            self.rest.too_many = u64::MAX;
        }
        self.find_next();
    }

    /// When there are too many misses if nothing succeeds any more: one interval after the tick that is one too many.
    fn missed_at(&self) -> u64 {
        let number = self.successes.saturating_add(self.rest.too_many);
        let before = self.rest.expected;
        let at = match self.rest.cycling {
            _ if self.rest.too_many == u64::MAX => u64::MAX,
            Some(since) if number > before => {
                let first = self.rest.ticks.before(since.max(self.from));
                self.rest.ticks.nth(first.saturating_add(number - before))
            }
            None if number > before => u64::MAX,
            Some(_) | None if number == before => {
                self.rest.last_tick.saturating_add(self.rest.ticks.interval)
            }
            Some(_) | None => self.now,
        };
        at.max(self.now)
    }

    /// When nothing has been applied for too long, if nothing is any more.
    fn behind_at(&self) -> u64 {
        match self.last.applied {
            Some(at) if !self.reasons.contains(Reason::Behind) => at.saturating_add(BEHIND.0),
            Some(_) | None => u64::MAX,
        }
    }

    /// Reckons what is due next.
    fn find_next(&mut self) {
        (self.rest.missed_at, self.rest.behind_at) = (self.missed_at(), self.behind_at());
        self.next = self.edge().min(self.rest.missed_at).min(self.rest.behind_at);
    }

    fn set(&mut self, at: u64, reason: Reason, on: bool) {
        let reasons = if on { self.reasons.with(reason) } else { self.reasons.without(reason) };
        self.change(at, reasons);
    }

    fn change(&mut self, at: u64, reasons: Reasons) {
        self.reasons = reasons;
        let is_full = self.rest.changes.len() >= self.rest.limits.changes;
        match self.rest.changes.last_mut() {
            Some(last) if last.0 == at => last.1 = reasons,
            Some(last) if is_full => {
                last.1 = last.1.union(reasons);
                self.rest.merged += 1;
            }
            Some(_) | None => self.rest.changes.push((at, reasons)),
        }
    }
}
