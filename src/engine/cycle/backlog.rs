//! What waits for each direction of a link: bytes cut from logs and not yet sent, exactly, and the most there ever was.
//!
//! A backlog falls while its link sends and jumps up when a log is cut, when a copy begins, when a log has to be sent again and when
//! routes change: so its largest values are right after such an instant, and only there is it looked at, just before time goes on.
//! It is the sum of what waits (kept up to date where logs are cut and begin to be sent, counted afresh after anything rarer) and of
//! what the flows through the link still have to send. A log without a route waits for the way that its VM had last. Kept only for
//! observers that ask.

use crate::engine::index::small;
use crate::engine::observer::Observer;
use crate::engine::state::{Kernel, Stage};

impl Kernel {
    /// A log of `amount` micro-bytes begins to wait.
    #[inline]
    pub(in crate::engine) fn await_link<O: Observer>(&mut self, row: usize, amount: u128) {
        if O::BACKLOGS && amount > 0 && !self.backlog.stale {
            let Kernel { backlog, classes, .. } = self;
            let Some(class) = backlog.ways[row].get() else { return };
            for resource in classes.way(class) {
                if let Some(sum) = backlog.waiting.get_mut(*resource as usize) {
                    *sum += amount;
                    backlog.rise(*resource);
                }
            }
        }
    }

    /// A log that has waited becomes a flow of `amount` micro-bytes.
    #[inline]
    pub(in crate::engine) fn leave_for_link<O: Observer>(&mut self, row: usize, amount: u128) {
        if O::BACKLOGS && !self.backlog.stale {
            let Kernel { backlog, classes, replicas, .. } = self;
            for resource in classes.way(replicas[row].flow_class()) {
                if let Some(sum) = backlog.waiting.get_mut(*resource as usize) {
                    *sum -= amount;
                }
            }
        }
    }

    /// Looks at the backlogs that may have risen at this instant, before time goes on.
    pub(in crate::engine) fn look_at_backlogs<O: Observer>(&mut self) {
        if !O::BACKLOGS {
            return;
        }
        if std::mem::take(&mut self.backlog.stale) {
            self.count_waiting();
            self.backlog.risen = (0..self.backlog.waiting.len()).map(small).collect();
        }
        while let Some(resource) = self.backlog.risen.pop() {
            let (net, place) = self.classes.place(resource);
            let flows = self.migrations.flows();
            let migrating = flows.filter(|(class, ..)| self.classes.way(*class).contains(&resource));
            let left = |(class, tag, need)| self.nets[net].left_of(self.classes.at(class).1, tag, need);
            let migrating: u128 = migrating.map(left).sum();
            let flowing = self.nets[net].left_through(self.now, place).saturating_sub(migrating);
            let sum = self.backlog.waiting[resource as usize] + flowing;
            let peak = &mut self.backlog.peaks[resource as usize];
            *peak = (*peak).max(sum);
        }
    }

    /// Counts what waits afresh.
    fn count_waiting(&mut self) {
        let mut waiting = vec![0; self.backlog.waiting.len()];
        for row in 0..self.replicas.len() {
            let replica = &self.replicas[row];
            let is_silent = self.lives[row].copy.is_some_and(|copy| copy.silent.is_some());
            let logs = self.chain(replica).filter(|log| !(is_silent && log.is_copy));
            let mut sum: u128 = logs.map(|log| log.unsent).sum();
            if replica.stage == Stage::Sending
                && sum > 0
                && !(is_silent && self.logs[replica.oldest_log()].is_copy)
            {
                sum -= replica.need;
            }
            if sum > 0 {
                for resource in self.way_of(row) {
                    if let Some(all) = waiting.get_mut(*resource as usize) {
                        *all += sum;
                    }
                }
            }
        }
        self.backlog.waiting = waiting;
    }
}
