//! Old copies: a VM that runs beside the one that was failed over, and one that a failover is taken back to (facts 4.14, 4.18).
//!
//! A second copy writes what the VM's churn says for as long as both run, whatever the first does. Its bytes are no part of what
//! the VM wrote; the audit adds them: lost, or untracked where the old copy is the one that is left.

use crate::engine::churn::written_between;
use crate::engine::state::twins::Before;
use crate::engine::state::{Kernel, Tracking};
use crate::workload::Vm;

impl Kernel {
    /// What the VM, which is to be failed over, was before: another point of one failover changes nothing in that. The VM is off.
    pub(in crate::engine) fn before_failing_over(&mut self, row: usize) -> Before {
        let (written, tally) = (self.written(row), self.replicas[row].tally);
        let is_first = self.replicas[row].tracking != Tracking::Unprotected;
        let known = self.lives[row].before_failover.filter(|_| !is_first);
        known.unwrap_or(Before { written, lost: tally.lost, applied: tally.applied })
    }

    /// The VM has just been failed over.
    pub(in crate::engine) fn remember(&mut self, row: usize, before: Before) {
        let applied = self.replicas[row].tally.applied;
        self.lives[row].before_failover = Some(Before { applied, ..before });
    }

    /// The last failover of the VM is taken back; bytes written since.
    pub(in crate::engine) fn take_back(&mut self, row: usize) -> u64 {
        let Some(before) = self.lives[row].before_failover.take() else { return 0 };
        self.part_ways(row);
        let written = self.written(row);
        let discarded = written - before.written;
        let replica = &mut self.replicas[row];
        replica.tally.applied = before.applied;
        replica.tally.lost = before.lost + discarded;
        // What it had written and is not in that point is there again, and not replicated.
        replica.cut_written = before.applied + replica.tally.lost;
        discarded
    }

    pub(in crate::engine) fn run_twice(&mut self, vm: usize) {
        let would = self.would_be_written(self.order.row(vm));
        self.twins.entry(vm).or_default().running = Some((self.now, would));
    }

    pub(in crate::engine) fn run_once(&mut self, vm: usize, old_is_lost: bool) {
        let (now, would) = (self.now, self.would_be_written(self.order.row(vm)));
        let Some(twins) = self.twins.get_mut(&vm) else { return };
        let Some((from, before)) = twins.running.take() else { return };
        twins.over.push((from, now));
        *(if old_is_lost { &mut twins.lost } else { &mut twins.kept }) += would - before;
    }

    /// Bytes of second copies of `vm` that are lost, and that are left; those of one that still runs count as lost.
    pub(in crate::engine) fn twin_bytes(&self, vm: usize) -> (u64, u64) {
        let Some(twins) = self.twins.get(&vm) else { return (0, 0) };
        let running =
            twins.running.map_or(0, |(_, before)| self.would_be_written(self.order.row(vm)) - before);
        (twins.lost + running, twins.kept)
    }

    /// The same, if its churn evaluated afresh comes to as much.
    pub(in crate::engine) fn audit_twins(&self, vm: usize, row: &Vm) -> Result<(u64, u64), String> {
        let (lost, kept) = self.twin_bytes(vm);
        let wrote: u64 =
            self.twin_times(vm).iter().map(|run| written_between(row, &[run.0, run.1], true)).sum();
        if lost + kept == wrote {
            return Ok((lost, kept));
        }
        let found = lost + kept;
        let name = &row.name;
        Err(format!("second copies of VM {name} wrote {wrote} bytes, of which {found} are accounted for"))
    }

    /// When second copies of `vm` ran.
    fn twin_times(&self, vm: usize) -> Vec<(u64, u64)> {
        let Some(twins) = self.twins.get(&vm) else { return Vec::new() };
        let running = twins.running.map(|(from, _)| (from, self.now));
        twins.over.iter().copied().chain(running).collect()
    }
}
