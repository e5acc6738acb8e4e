//! What VMs write, and when it comes to a number of bytes. After the end of the run, whose churn nobody knows, it begins again.

use crate::engine::churn::{Cursor, LayerKind};
use crate::workload::{Disk, Vm};

/// Bytes written to the replicated disks of a VM, read forward in time.
#[derive(Clone, Debug)]
pub struct Writes(Vec<(Cursor, LayerKind)>);

impl Writes {
    /// From the start of the run.
    pub fn of(vm: &Vm) -> Writes {
        let disks = vm.disks.iter().filter(|disk| disk.replicate);
        Writes(disks.flat_map(|disk| &disk.churn).map(Cursor::new).collect())
    }

    /// The same, of one disk.
    pub fn of_disk(disk: &Disk) -> Writes {
        Writes(disk.churn.iter().map(Cursor::new).collect())
    }

    /// Bytes up to `at`, µs, which is never before an earlier call's.
    pub fn until(&mut self, at: u64) -> u64 {
        self.0.iter_mut().map(|(source, kind)| source.written(kind, at)).fold(0, u64::saturating_add)
    }
}

/// Something that grows, known at `first` + k × `step` within the run.
#[derive(Clone, Debug)]
pub struct Growth {
    first: u64,
    step: u64,
    values: Vec<u64>,
    horizon: u64,
    /// At the end of the run.
    whole: u64,
    /// The first value that may pass the next target.
    next: usize,
}

impl Growth {
    /// Of what `at` says for instants, asked in their order. Times are µs; `step` is not 0.
    pub fn new(first: u64, step: u64, horizon: u64, mut at: impl FnMut(u64) -> u64) -> Growth {
        let instants = (0..).map(|index| first + index * step).take_while(|instant| *instant < horizon);
        let values = instants.map(&mut at).collect();
        Growth { first, step, values, horizon, whole: at(horizon), next: 0 }
    }

    /// The first of the instants, those after the run included, at which it is more than `target`, which is never less than an earlier
    /// call's; `None`: not within 500 years.
    pub fn passes(&mut self, target: u64) -> Option<u64> {
        while self.values.get(self.next).is_some_and(|value| *value <= target) {
            self.next += 1;
        }
        if self.next < self.values.len() {
            return Some(self.instant(self.next));
        }
        let (rounds, rest) = (target.checked_div(self.whole)?, target.checked_rem(self.whole)?);
        let within = self.values.partition_point(|value| *value <= rest);
        let within = if within < self.values.len() { self.instant(within) } else { self.horizon };
        let earliest = rounds.checked_mul(self.horizon)?.checked_add(within)?;
        let index = earliest.saturating_sub(self.first).div_ceil(self.step);
        Some(self.first + index * self.step).filter(|instant| *instant < FAR)
    }

    /// At how many instants it is known.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it is known at none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Between two instants of the run, rounded down to those at which it is known.
    pub fn between(&self, from: u64, to: u64) -> u64 {
        self.at(to).saturating_sub(self.at(from))
    }

    fn at(&self, instant: u64) -> u64 {
        let index = instant.saturating_sub(self.first) / self.step;
        usize::try_from(index).ok().and_then(|index| self.values.get(index)).copied().unwrap_or(self.whole)
    }

    fn instant(&self, index: usize) -> u64 {
        self.first + index as u64 * self.step
    }
}

/// 500 years, µs: what takes longer never happens.
const FAR: u64 = 500 * 366 * 86_400 * 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_run_its_growth_begins_again() {
        // Grows by 1 each µs for 10 µs of a run of 20 µs, then rests.
        let mut growth = Growth::new(0, 5, 20, |at| at.min(10));
        assert_eq!(
            [4, 5, 9, 10, 14, 15, 20].map(|target| growth.passes(target)),
            [5, 10, 10, 25, 25, 30, 45].map(Some)
        );
    }

    #[test]
    fn what_does_not_grow_passes_nothing() {
        assert_eq!(Growth::new(3, 5, 20, |_| 0).passes(0), None);
    }
}
